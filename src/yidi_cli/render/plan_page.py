"""The page of a plan: the whole, or its main points; and the words in which a case is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from yidi_cli.plan.dates import weekday
from yidi_cli.plan.plan import Days, Item, Outcome, Plan, PlanDate
from yidi_cli.plan.watched import watched
from yidi_cli.render.document import (
    SEPARATOR,
    Block,
    Document,
    Entry,
    Notes,
    Sub,
    disputes_block,
    footer,
    section_block,
)
from yidi_cli.rulebook.model import ANCHORS, UNKNOWN, Anchor

if TYPE_CHECKING:
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.divisions import Place
    from yidi_cli.rulebook.rulebook import Rulebook

BRIEF_END = "这是要点。看全部：加 --full。"
BRIEF_DISCLAIMER = "不保证报销多少，以参保地的答复为准。"
BRIEF_QUESTIONS = 3

DETAILS = ("detail", "url", "purpose", "get", "form")
"""What stands under a statement, and is left out of a brief page."""

ANCHOR_WORDS: dict[Anchor, str] = {
    "filing": "办",
    "travel": "出发",
    "admission": "入院",
    "discharge": "出院",
}
"""Words for the days that dates are counted from."""


def date_line(day: PlanDate) -> str:
    """Write a date with its weekday: 2026-11-24（周二） 审核一般应有结果（2 个工作日）."""
    note = f"（{day.note}）" if day.note else ""
    return f"{day.from_.isoformat()}（{weekday(day.from_)}） {day.label}{note}"


def date_entry(day: PlanDate, notes: Notes) -> Entry:
    """Turn a date into an entry; its id is that of the rule it follows from."""
    return Entry(date_line(day), (Sub(day.rule, "id"),) if notes.ids else ())


def plan_document(
    plan: Plan, book: Rulebook, ids: bool = False, brief: bool = False, code: str = ""
) -> Document:
    """Return the page of a plan, with `ids` under each statement if asked for.

    With `brief` the page for somebody in a hurry: what is open, all steps, what costs money or
    health (`watched`), the papers, the last days to act and the first questions, each without its
    details; its notes are those of these lines, and its last line says how to see all. `code` is
    the share code of the answers, to be told at the end of a whole page.
    """
    notes = Notes(book, ids)
    blocks = (
        brief_blocks(plan, {"cautions": watched(plan, book)}, notes)
        if brief
        else all_blocks(plan, notes)
    )
    again = f"yidi guide --code {code}（里面只有答案，没有姓名和证件号）。" if code else ""
    return page_of(plan, case_words(plan, book), blocks, notes, brief, again)


def page_of(
    plan: Outcome,
    title: Sequence[str],
    blocks: Sequence[Block],
    notes: Notes,
    brief: bool,
    again: str,
) -> Document:
    """Return the page of an outcome of any matter: its title's parts, the bottom line, the blocks.

    `again` is the command that shows a whole page again, told at its end; "" tells nothing.
    """
    last = footer(notes, plan.data_version)
    if brief:
        last = (
            notes.legend("旧"),
            f"资料核对到 {plan.data_version}。{BRIEF_DISCLAIMER}",
            BRIEF_END,
        )
    elif again:
        last = (*last, f"再看这一份：{again}")
    return Document(
        title=SEPARATOR.join(title),
        date=plan.as_of.isoformat(),
        headline=plan.headline,
        blocks=tuple(blocks),
        notes=notes.short() if brief else notes.entries(),
        footer=tuple(line for line in last if line),
        tight=brief,
    )


def all_blocks(plan: Outcome, notes: Notes, steps: bool = False) -> list[Block]:
    """Return the blocks of a whole page, in the order of the plan's sections: what is said, the
    dates behind the time, the readings that lost. With `steps` those of each channel too.
    """
    blocks: list[Block] = []
    for section in plan.sections:
        items = plan.sections[section]
        title = call_title(plan) if section == "verify" else ""
        shown = steps and section == "channels"
        blocks.append(section_block(section, items, notes, shown, title=title))
        if section == "timing" and plan.dates:
            blocks.append(_dates_block(plan, plan.dates, notes))
    others = disputes_block((i for items in plan.sections.values() for i in items), notes)
    return [*blocks, others] if others is not None else blocks


def brief_blocks(
    plan: Outcome, cautions: Mapping[str, Sequence[Item]], notes: Notes
) -> list[Block]:
    """Return the blocks of a brief page; `cautions` are what must not be missed of the rest, by the
    section whose heading they stand under.
    """

    def block(section: str, items: Sequence[Item], title: str = "") -> None:
        if items:
            short = [msgspec.structs.replace(item, **dict.fromkeys(DETAILS, "")) for item in items]
            blocks.append(section_block(section, short, notes, title=title))

    blocks: list[Block] = []
    block("unsure", plan.sections.get("unsure", ()))
    block("next-steps", plan.sections.get("next-steps", ()))
    block("materials", plan.sections.get("materials", ()))
    if due := [day for day in plan.dates if day.kind == "due"]:
        blocks.append(_dates_block(plan, due, notes))
    for section, items in cautions.items():
        block(section, items)
    questions = plan.sections.get("verify", ())
    block("verify", questions[:BRIEF_QUESTIONS], _first_questions(plan, len(questions)))
    return blocks


def _dates_block(plan: Outcome, dates: Sequence[PlanDate], notes: Notes) -> Block:
    lines = tuple(date_entry(day, notes) for day in dates)
    return Block(dates_title(plan.days, dates), lines)


def dates_title(days: Days, dates: Iterable[PlanDate]) -> str:
    """Head dates with the days they are counted from: 日子（按 2026-11-22 办、11-30 出院算）."""
    used = {day.after for day in dates} - {"data"} | {"filing"}
    told = [
        f"{known.isoformat()} {ANCHOR_WORDS[name]}"
        for name in ANCHORS
        if name in used and (known := getattr(days, name)) is not None
    ]
    return f"日子（按 {'、'.join(told)}算）"


def _first_questions(plan: Outcome, count: int) -> str:
    """Head the questions of a brief page, and say how many there are where some are left out."""
    title = call_title(plan)
    if count <= BRIEF_QUESTIONS:
        return title
    told = f"先问这 {BRIEF_QUESTIONS} 句，共 {count} 句"
    return f"{title.removesuffix('）')}；{told}）" if title.endswith("）") else f"{title}（{told}）"


def call_title(plan: Outcome) -> str:
    """Head the questions with the number to call: 打 023-12393 问, 打绵阳的 12393 问."""
    if plan.hotline[0].isdigit():
        return f"打 {plan.hotline} 问"
    return f"打{plan.hotline} 问（在外地拨，前面加区号）"


def case_words(plan: Plan, book: Rulebook) -> list[str]:
    """Say the case in the field's words: 重庆 → 成都, 职工医保, 异地长期居住人员, 住院 …"""
    case = plan.case
    places = {"insured": case.insured, "destination": case.destination}
    named = [
        option_name(name, UNKNOWN, book) if place is None else place_words(place, book)
        for name, place in places.items()
    ]
    words = [" → ".join(named)]
    if plan.scope in ("same-region", "outside-mainland"):
        return words
    words += [
        option_name("scheme", case.scheme, book),
        option_name("type", case.type, book),
        option_name("care", case.care, book),
    ]
    if case.disease != "none":
        words.append(option_name("disease", case.disease, book))
    words += [option_name("stage", case.stage, book), option_name("filing", case.filing, book)]
    words += [option_name("situation", name, book) for name in case.situations]
    return words


def place_words(place: Place, book: Book) -> str:
    """Name a place by its pooling region, and the county where one was given: 重庆（万州区）."""
    pool = book.places.pool(place)
    if pool is None or pool == place:
        return book.places.short_name(place)
    return f"{book.places.short_name(pool)}（{place.name}）"


def option_name(question_id: str, answer: str, book: Book) -> str:
    """Return the field's term for an answer, or the answer itself where there is none."""
    named = book.answer_name(question_id, answer)
    if named or answer != UNKNOWN:
        return named or answer
    return f"{book.question(question_id).name}没定"
