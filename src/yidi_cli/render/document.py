"""The page before it has a look: headings, entries, notes. The only place that decides what is
said in which order; every format renders this one document and so carries the same sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from yidi_cli.base.value import Value
from yidi_cli.plan.dates import weekday
from yidi_cli.plan.plan import Item, Plan, PlanDate
from yidi_cli.plan.watched import watched
from yidi_cli.rulebook.model import UNKNOWN, Citation, Source, Tier

if TYPE_CHECKING:
    from datetime import date

    from yidi_cli.rulebook.bundle import Rulebook
    from yidi_cli.rulebook.divisions import Place

Bullet = Literal["number", "dot", "box", "quote", "none"]
SubKind = Literal["detail", "instead", "step", "url", "id"]


class Sub(Value, frozen=True):
    """A line under an entry; `lead` is a step's number."""

    text: str
    kind: SubKind = "detail"
    lead: str = ""


class Entry(Value, frozen=True):
    """One statement as it is read, note mark included."""

    text: str
    subs: tuple[Sub, ...] = ()


class Block(Value, frozen=True):
    """A heading and what stands under it."""

    title: str
    entries: tuple[Entry, ...]
    bullet: Bullet = "dot"


class Document(Value, frozen=True):
    """A page: what it is about, the bottom line, the blocks, the sources.

    `tight` asks for no empty lines between the blocks: the page is to fit one screen.
    """

    title: str
    date: str
    headline: str
    blocks: tuple[Block, ...]
    notes: tuple[Entry, ...] = ()
    footer: tuple[str, ...] = ()
    tight: bool = False


SECTION_TITLES: dict[str, tuple[str, Bullet]] = {
    "unsure": ("还没定的", "dot"),
    "next-steps": ("现在就做", "number"),
    "channels": ("在哪办、问谁", "dot"),
    "materials": ("要带的", "box"),
    "timing": ("时间", "dot"),
    "settlement": ("怎么结算", "dot"),
    "reimbursement": ("手工报销", "dot"),
    "basis": ("为什么这样办", "dot"),
    "cautions": ("注意", "dot"),
    "at-hand": ("打电话前放在手边", "box"),
    "verify": ("打电话问", "quote"),
    "status": ("在哪查备案", "dot"),
    "status-record": ("查到了怎么看", "dot"),
    "status-hospital": ("查医院、查资格", "dot"),
    "status-settlement": ("查结算", "dot"),
    "cancel-whether": ("要不要改、要不要取消", "dot"),
    "cancel": ("怎么改、怎么取消", "number"),
}
"""Section → its heading and bullet, in the order of the page."""

TIER_MARKS: dict[Tier, str] = {
    "official": "",
    "local-official": "",
    "relay": "转",
    "article": "网",
    "general": "推",
}
TIER_NAMES: dict[Tier, str] = {
    "official": "官方原文",
    "local-official": "地方官方",
    "relay": "转述",
    "article": "网络文章",
    "general": "整理者推定",
}
STATUS_NAMES = {
    "in-force": "现行",
    "superseded": "已被取代",
    "unverified": "没核实",
    "withdrawn": "已撤回",
}
LEGEND = (
    ("转", "转＝转述，没读到原文"),
    ("网", "网＝网上说法"),
    ("推", "推＝整理者推定"),
    ("旧", "旧＝2024-10 前的地方规定，可能已调整"),
)
BRIEF_END = "这是要点。看全部：加 --full。"
BRIEF_DISCLAIMER = "不保证报销多少，以参保地的答复为准。"
BRIEF_QUESTIONS = 3
SEPARATOR = " · "
"""Between the parts of a title."""
EXPLAIN = "每句下面是编号：yidi explain 编号，看它的依据、条件和另外的说法。"
OTHERS = "另有说法（这里没采用）"
DISCLAIMER = "只讲怎么办手续，不作医疗判断，不保证报销多少。以参保地经办机构的答复为准。"


_SEPARATORS = re.compile("[、；]")


class Notes:
    """Numbers sources in the order in which they are cited.

    With `ids` each statement also shows the id that `yidi explain` takes.
    """

    def __init__(self, book: Rulebook, ids: bool = False) -> None:
        self.ids = ids
        self._book = book
        self._numbers: dict[str, int] = {}
        self._places: dict[str, list[str]] = {}
        self._letters: set[str] = set()

    def mark(self, citations: Iterable[Citation], old: bool = False) -> str:
        """Return the mark for a statement's sources, such as 〔1转、3旧〕."""
        parts: list[str] = []
        for citation in citations:
            number = self._numbers.setdefault(citation.id, len(self._numbers) + 1)
            places = self._places.setdefault(citation.id, [])
            places += [at for at in _SEPARATORS.split(citation.at) if at and at not in places]
            letter = "旧" if old else TIER_MARKS[self._book.source(citation.id).tier]
            self._letters.add(letter)
            parts.append(f"{number}{letter}")
        return f"〔{'、'.join(dict.fromkeys(parts))}〕" if parts else ""

    def short(self) -> tuple[Entry, ...]:
        """Return the numbered sources by name alone, in one paragraph: 转述：〔1〕…、〔2〕…"""
        groups: dict[str, list[str]] = {}
        for source_id, number in self._numbers.items():
            source = self._book.source(source_id)
            named = f"〔{number}〕{source.number or source.title}"
            groups.setdefault(_standing(source), []).append(named)
        told = [f"{standing}：{'、'.join(names)}" for standing, names in groups.items()]
        return (Entry("；".join(told) + "。"),) if told else ()

    def entries(self) -> tuple[Entry, ...]:
        """Return the numbered sources."""
        return tuple(
            Entry(
                f"〔{number}〕{source_line(self._book.source(source_id), self._places[source_id])}"
            )
            for source_id, number in self._numbers.items()
        )

    def legend(self, letters: str = "转网推旧") -> str:
        """Return what the letters in the marks mean, as far as they were used."""
        used = [text for letter, text in LEGEND if letter in self._letters & set(letters)]
        return "；".join(used) + "。" if used else ""


def source_line(source: Source, places: Sequence[str] = ()) -> str:
    """Describe a source in one line: title, number, articles, and in brackets how to take it."""
    name = f"{source.title}（{source.number}）" if source.number else source.title
    at = f" {'、'.join(places)}" if places else ""
    # A document number already tells whose it is.
    issuer = "" if source.number else source.issuer
    return f"{name}{at}（{_standing(source, issuer, source.issued)}）"


def _standing(source: Source, issuer: str = "", issued: str = "") -> str:
    """Say whose a source is, how near it is to the original, how old, and whether it holds."""
    status = STATUS_NAMES[source.status] if source.status != "in-force" else ""
    facts = (issuer, TIER_NAMES[source.tier], issued, status)
    return "，".join(dict.fromkeys(fact for fact in facts if fact))


def entry(item: Item, notes: Notes, steps: bool = False) -> Entry:
    """Turn an item into an entry: text with its mark, then detail, address, substitutes, steps."""
    unsure = "（待核实）" if item.confidence == "low" else ""
    subs: list[Sub] = []
    if item.detail:
        subs.append(Sub(item.detail))
    if item.url:
        subs.append(Sub(item.url, "url"))
    subs += [Sub(f"可以代替：{text}", "instead") for text in item.substitutes]
    if steps:
        subs += [Sub(text, "step", f"{i}. ") for i, text in enumerate(item.steps, 1)]
    if notes.ids:
        subs.append(Sub(item.id, "id"))
    return Entry(f"{item.text}{unsure}{notes.mark(item.sources, item.old)}", tuple(subs))


def disputes_block(items: Iterable[Item], notes: Notes) -> Block | None:
    """Return the readings that lost, each with the reason; None where there are none.

    They stand together behind what to do: a step is easier to follow without them.
    """
    entries: dict[str, Entry] = {}
    for item in items:
        for dispute in item.disputed:
            subs = [Sub(f"→ {dispute.why_not}{notes.mark(dispute.sources)}")]
            if notes.ids:
                subs.append(Sub(dispute.id, "id"))
            entries.setdefault(dispute.id, Entry(dispute.says, tuple(subs)))
    return Block(OTHERS, tuple(entries.values())) if entries else None


def section_block(
    section: str, items: Iterable[Item], notes: Notes, steps: bool = False, title: str = ""
) -> Block:
    """Return the block of one section."""
    name, bullet = SECTION_TITLES[section]
    return Block(title or name, tuple(entry(item, notes, steps) for item in items), bullet)


def date_line(day: PlanDate) -> str:
    """Write a date with its weekday: 2026-11-24（周二） 审核一般应有结果（2 个工作日）."""
    note = f"（{day.note}）" if day.note else ""
    return f"{day.from_.isoformat()}（{weekday(day.from_)}） {day.label}{note}"


def date_entry(day: PlanDate, notes: Notes) -> Entry:
    """Turn a date into an entry; its id is that of the rule it follows from."""
    return Entry(date_line(day), (Sub(day.rule, "id"),) if notes.ids else ())


def plan_document(plan: Plan, book: Rulebook, ids: bool = False, brief: bool = False) -> Document:
    """Return the page of a plan, with `ids` under each statement if asked for.

    With `brief` the page for somebody in a hurry: what is open, all steps, what costs money or
    health (`watched`), the papers, the dates and the first questions, each without its details;
    its notes are those of these lines, and its last line says how to see all.
    """
    notes = Notes(book, ids)
    blocks = _brief_blocks(plan, book, notes) if brief else _blocks(plan, notes)
    footer = _footer(notes, plan.data_version)
    if brief:
        footer = (
            notes.legend("旧"),
            f"资料核对到 {plan.data_version}。{BRIEF_DISCLAIMER}",
            BRIEF_END,
        )
    return Document(
        title=SEPARATOR.join(case_words(plan, book)),
        date=plan.as_of.isoformat(),
        headline=plan.filing.headline,
        blocks=tuple(blocks),
        notes=notes.short() if brief else notes.entries(),
        footer=tuple(line for line in footer if line),
        tight=brief,
    )


def _blocks(plan: Plan, notes: Notes) -> list[Block]:
    blocks: list[Block] = []
    for section in SECTION_TITLES:
        items = plan.sections.get(section, ())
        title = call_title(plan) if section == "verify" else ""
        if items:
            blocks.append(section_block(section, items, notes, title=title))
        if section == "timing" and plan.dates:
            blocks.append(_dates_block(plan, notes))
    others = disputes_block((i for items in plan.sections.values() for i in items), notes)
    return [*blocks, others] if others is not None else blocks


def _brief_blocks(plan: Plan, book: Rulebook, notes: Notes) -> list[Block]:
    def block(section: str, items: Sequence[Item], title: str = "") -> None:
        if items:
            short = [msgspec.structs.replace(item, detail="", url="") for item in items]
            blocks.append(section_block(section, short, notes, title=title))

    blocks: list[Block] = []
    block("unsure", plan.sections.get("unsure", ()))
    block("next-steps", plan.sections.get("next-steps", ()))
    block("materials", plan.sections.get("materials", ()))
    if plan.dates:
        blocks.append(_dates_block(plan, notes))
    block("cautions", watched(plan, book))
    questions = plan.sections.get("verify", ())
    block("verify", questions[:BRIEF_QUESTIONS], _first_questions(plan, len(questions)))
    return blocks


def _dates_block(plan: Plan, notes: Notes) -> Block:
    lines = tuple(date_entry(day, notes) for day in plan.dates)
    return Block(f"日子（按 {plan.start.isoformat()} 办算）", lines)


def _first_questions(plan: Plan, count: int) -> str:
    """Head the questions of a brief page, and say how many there are where some are left out."""
    title = call_title(plan)
    if count <= BRIEF_QUESTIONS:
        return title
    told = f"先问这 {BRIEF_QUESTIONS} 句，共 {count} 句"
    return f"{title.removesuffix('）')}；{told}）" if title.endswith("）") else f"{title}（{told}）"


def call_title(plan: Plan) -> str:
    """Head the questions with the number to call: 打 023-12393 问, 打绵阳的 12393 问."""
    if plan.hotline[0].isdigit():
        return f"打 {plan.hotline} 问"
    return f"打{plan.hotline} 问（在外地拨，前面加区号）"


def _footer(notes: Notes, data_version: str) -> tuple[str, ...]:
    lines = (
        notes.legend(),
        EXPLAIN if notes.ids else "",
        f"资料核对到 {data_version}。{DISCLAIMER}",
    )
    return tuple(line for line in lines if line)


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


def place_words(place: Place, book: Rulebook) -> str:
    """Name a place by its pooling region, and the county where one was given: 重庆（万州区）."""
    pool = book.places.pool(place)
    if pool is None or pool == place:
        return book.places.short_name(place)
    return f"{book.places.short_name(pool)}（{place.name}）"


def option_name(question_id: str, answer: str, book: Rulebook) -> str:
    """Return the field's term for an answer, or the answer itself where there is none."""
    named = book.answer_name(question_id, answer)
    if named or answer != UNKNOWN:
        return named or answer
    return f"{book.question(question_id).name}没定"


def simple_document(
    title: str,
    headline: str,
    blocks: Sequence[Block],
    notes: Notes,
    book: Rulebook,
    day: date | None = None,
) -> Document:
    """Return the page of a one-shot query."""
    return Document(
        title=title,
        date=day.isoformat() if day else "",
        headline=headline,
        blocks=tuple(blocks),
        notes=notes.entries(),
        footer=_footer(notes, book.meta.version),
    )
