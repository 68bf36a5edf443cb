"""The large-type page for an old person: a few one-action steps, the last says whom to call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidi_cli.base.value import Value
from yidi_cli.plan.plan import Item, Plan
from yidi_cli.plan.words import Words
from yidi_cli.render.document import SEPARATOR, Block, Document, Entry, Notes, Sub
from yidi_cli.render.plan_page import BRIEF_DISCLAIMER, case_words, date_line, option_name
from yidi_cli.rulebook.model import CALL, PAPERS, UNKNOWN

if TYPE_CHECKING:
    from yidi_cli.rulebook.rulebook import Rulebook

MAX_STEPS = 8
MAX_DATES = 2
SHORT = 40
"""Up to so many characters a paper is a step of its own, and a question fits under the call."""

STEPS_TITLE = "一步一步来"
DATES_TITLE = "最晚哪天"
PAPERS_TEXT = "要带的，照这几条备好。"
REST_TEXT = "其余的，看完整的那一份。"
END = "这是大字版，只说最要紧的几步。"

FILING = range(200, 300)
"""The `order` of next steps that file: the papers are wanted before them."""


class _Step(Value, frozen=True):
    """A line of the page: `items` are the next steps that it tells, at `orders`."""

    id: str
    text: str
    items: tuple[Item, ...] = ()
    orders: tuple[int, ...] = ()
    subs: tuple[Sub, ...] = ()


def elder_document(plan: Plan, book: Rulebook) -> Document:
    """Return the large-type page of a plan: at most `MAX_STEPS` steps, without notes or details.

    Next steps that name the same elder step are told by it once, at the place of the first. The
    papers are one step, whom to call is the last. Where still too many would come out the first
    ones stay, and the step before the last says so.
    """
    book = book.on(plan.as_of)
    words = Words(plan.case, book)
    steps = _with_papers(_steps(plan, book, words), plan)
    call = _call(steps, plan, book, words)
    kept = [step for step in steps if step.id != CALL]
    if len(kept) >= MAX_STEPS:
        kept = [*_first(kept, MAX_STEPS - 2), _Step("", REST_TEXT)]
    dates = [day for day in plan.dates if day.kind == "due"][:MAX_DATES]
    blocks = [Block(DATES_TITLE, tuple(Entry(date_line(day)) for day in dates), "none")]
    lines = tuple(Entry(step.text, step.subs) for step in (*kept, call))
    blocks.append(Block(STEPS_TITLE, lines, "number"))
    told = [item for step in (*kept, call) for item in step.items]
    timed = {day.rule for day in dates}
    told += [item for items in plan.sections.values() for item in items if item.id in timed]
    notes = Notes(book)
    for item in (*plan.sections.get("basis", ())[:1], *told):
        notes.mark(item.sources)
    return Document(
        title=SEPARATOR.join(_title(plan, book)),
        date=plan.as_of.isoformat(),
        headline=plan.filing.headline,
        blocks=tuple(block for block in blocks if block.entries),
        notes=notes.short(numbered=False),
        footer=(f"资料核对到 {plan.data_version}。{BRIEF_DISCLAIMER}", END),
    )


def _title(plan: Plan, book: Rulebook) -> list[str]:
    """Say who goes where, and for what as far as it is known: 重庆 → 成都, 异地转诊人员, 住院."""
    words = case_words(plan, book)[:1]
    if plan.scope not in ("same-region", "outside-mainland"):
        answers = {"type": plan.case.type, "care": plan.case.care}
        words += [option_name(n, a, book) for n, a in answers.items() if a != UNKNOWN]
    return words


def _steps(plan: Plan, book: Rulebook, words: Words) -> list[_Step]:
    """Return the next steps as they are told here: by the elder step they name, or as they are."""
    case = plan.case
    rules = {r.id: r for r in book.rules_about(("next-steps",), case.insured, case.destination)}
    covered: dict[str, list[Item]] = {}
    for item in plan.sections.get("next-steps", ()):
        covered.setdefault(rules[item.id].elder or item.id, []).append(item)
    return [
        _Step(
            id=name,
            text=_text(name, items[0], book, words),
            items=tuple(items),
            orders=tuple(rules[item.id].order for item in items),
        )
        for name, items in covered.items()
    ]


def _text(name: str, item: Item, book: Rulebook, words: Words) -> str:
    step = book.elder_steps.get(name)
    if step is not None:
        return words.fill(step.text)
    return f"{item.text}（待核实）" if item.confidence == "low" else item.text


def _with_papers(steps: list[_Step], plan: Plan) -> list[_Step]:
    """Put the papers under the step that is about them, or before the filing, or before the care.

    None is left out: several are listed, a single short one is a step of its own.
    """
    papers = plan.sections.get("materials", ())
    if not papers:
        return steps
    subs = tuple(sub for item in papers for sub in _paper(item))
    for index, step in enumerate(steps):
        if step.id == PAPERS:
            items = (*step.items, *papers)
            told = _Step(step.id, step.text, items, step.orders, subs)
            return [*steps[:index], told, *steps[index + 1 :]]
    alone = len(subs) == 1 and len(subs[0].text) <= SHORT and "。" not in subs[0].text[:-1]
    text = f"要带的：{subs[0].text}" if alone else PAPERS_TEXT
    step = _Step(PAPERS, text, papers, subs=() if alone else subs)
    at = _place(steps)
    return [*steps[:at], step, *steps[at:]]


def _place(steps: list[_Step]) -> int:
    """Return where the papers go: before the first step that files, else before the care."""
    filing = (i for i, step in enumerate(steps) if any(order in FILING for order in step.orders))
    later = (i for i, step in enumerate(steps) if step.orders[0] >= FILING.stop)
    return min(next(filing, len(steps)), next(later, len(steps)))


def _paper(item: Item) -> list[Sub]:
    instead = [Sub(f"没有，可以用：{text}", "instead") for text in item.substitutes]
    return [Sub(item.text), *instead]


def _call(steps: list[_Step], plan: Plan, book: Rulebook, words: Words) -> _Step:
    """Return the last step: the number, how it is dialled, and the first question if it is short.

    It also tells the next steps that are answered by a call.
    """
    items = [item for step in steps if step.id == CALL for item in step.items]
    subs = []
    if not plan.hotline[0].isdigit():
        subs.append(Sub(words.fill("在外地拨，前面加{insured}的区号。")))
    for item in plan.sections.get("verify", ())[:1]:
        if len(item.text) <= SHORT:
            subs.append(Sub(f"先问：{item.text}"))
            items.append(item)
    return _Step(CALL, words.fill(book.elder_steps[CALL].text), tuple(items), subs=tuple(subs))


def _first(steps: list[_Step], count: int) -> list[_Step]:
    """Return the first `count` steps; the papers are always among them."""
    kept = steps[:count]
    papers = next((step for step in steps if step.id == PAPERS), None)
    return kept if papers is None or papers in kept else [*kept[:-1], papers]
