"""From a case to a plan: match, replace by topic, order. Pure: same input, same plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from yidi_cli.base.value import Value
from yidi_cli.plan import channels
from yidi_cli.plan.case import Case, Situation, derive
from yidi_cli.plan.dates import Calendar, add_months
from yidi_cli.plan.match import Facts, is_open, speaks
from yidi_cli.plan.plan import Filing, Item, Plan, PlanDate, Traced, cited
from yidi_cli.plan.words import Words
from yidi_cli.rulebook.model import ORDER, UNKNOWN, Citation, Conditions, DecisionRow, Rule

if TYPE_CHECKING:
    from yidi_cli.rulebook.bundle import Rulebook

SECTIONS = tuple(name for name in ORDER if not name.startswith(("status", "cancel")))
"""The sections of a plan; the others answer queries of their own."""
OPEN_QUESTIONS = ("type", "care", "scheme", "filing", "disease")
"""Answers that may be unknown, in the order in which a plan asks to settle them."""

UNCOUNTED = "放假安排未收录，按周末估算"


class Matched(Value, frozen=True):
    """What speaks in a case: the deciding row, the rules that are shown, and the trace."""

    facts: Facts
    row: DecisionRow
    rules: tuple[Rule, ...]
    trace: tuple[Traced, ...]


def decide(facts: Facts, rows: Sequence[DecisionRow]) -> DecisionRow:
    """Return the first row whose conditions hold; the last row always does."""
    for row in rows:
        if speaks(row.when, row.unless, facts):
            return row
    raise AssertionError("the decision table has no last row without conditions")


def match(
    situation: Situation, book: Rulebook, as_of: date, sections: Collection[str] = SECTIONS
) -> Matched:
    """Return the rules of `sections` that are shown for a case on a day, in the page's order."""
    row = decide(situation.facts, book.decision)
    decided = {"route": frozenset({row.route}), "visit": frozenset({row.visit})}
    facts = {**situation.facts, **decided}
    shown: dict[tuple[str, str, str], tuple[int, Rule]] = {}
    trace: list[Traced] = []
    for level, rule, when in _candidates(situation, row, book, sections):
        if not speaks(when, rule.unless, facts):
            continue
        if not in_force(rule, as_of):
            trace.append(Traced(rule.id, "not-in-force"))
            continue
        key = (rule.section, rule.topic or rule.id, rule.for_)
        held = shown.get(key)
        if held is not None and held[0] <= level:
            outcome = "clash" if held[0] == level else "replaced"
            trace.append(Traced(rule.id, outcome, held[1].id))
            continue
        if held is not None:
            trace.append(Traced(held[1].id, "replaced", rule.id))
        shown[key] = (level, rule)
    rules = sorted((rule for _, rule in shown.values()), key=_page_order)
    trace += [Traced(rule.id, "shown") for rule in rules]
    return Matched(facts, row, tuple(rules), tuple(trace))


def _page_order(rule: Rule) -> tuple[int, int]:
    return ORDER.index(rule.section), rule.order


def _candidates(
    situation: Situation, row: DecisionRow, book: Rulebook, sections: Collection[str]
) -> Iterable[tuple[int, Rule, Conditions]]:
    """Yield the rules that may speak, most specific place first, with their level and those of
    their conditions that remain to be met.
    """
    case = situation.case
    insured = book.chain(case.insured)
    for level, region in enumerate(insured):
        for rule in region.rules:
            if rule.for_ == "insured" and rule.section in sections:
                yield level, rule, rule.when
    scope, stage = _only(situation.facts["scope"]), _only(situation.facts["stage"])
    for section in ORDER:
        if section in sections:
            for rule, rest in book.rules_on(section, scope, row.route, stage, case.situations):
                yield len(insured), rule, rest
    if case.destination is not None:
        for level, region in enumerate(book.chain(case.destination)):
            for rule in region.rules:
                if rule.for_ == "destination" and rule.section in sections:
                    yield level, rule, rule.when


def in_force(rule: Rule, as_of: date) -> bool:
    """Tell whether a rule speaks on a day."""
    valid = rule.valid
    return (valid.from_ is None or valid.from_ <= as_of) and (valid.to is None or as_of <= valid.to)


def build_plan(
    case: Case,
    book: Rulebook,
    as_of: date,
    start: date | None = None,
    only: Collection[str] = SECTIONS,
) -> Plan:
    """Return the plan for `case` by the rules in force on `as_of`.

    `start` is the day of filing from which dates are counted, `as_of` if not given. `only` names
    the sections to fill, for a query that shows no others.
    """
    situation = derive(case, book)
    matched = match(situation, book, as_of, only)
    words = Words(case, book)
    sections: dict[str, list[Item]] = {name: [] for name in ORDER}
    for rule in matched.rules:
        sections[rule.section].append(_item(rule, words, book))
    sections["unsure"] = _with_effects(sections["unsure"], matched, case, book, as_of)
    if "channels" in only:
        # Rules about channels are remarks: they come behind the channels themselves.
        listed = channels.for_case(case, matched.row.required, matched.facts, book, words)
        sections["channels"][:0] = listed
    if "basis" in only:
        sections["basis"][:0] = _basis(situation, matched.row, words)
    row = matched.row
    shown = [item for items in sections.values() for item in items]
    return Plan(
        case=case,
        scope=_only(matched.facts["scope"]),
        as_of=as_of,
        start=start or as_of,
        data_version=book.meta.version,
        filing=Filing(
            required=row.required,
            type=_only(matched.facts["type"]),
            route=row.route,
            headline=words.fill(row.headline),
        ),
        sections={name: tuple(items) for name, items in sections.items() if items},
        dates=tuple(_dates(matched.rules, start or as_of, book)),
        sources={source.id: source for source in cited(shown, book)},
        hotline=words["hotline"],
        trace=matched.trace,
    )


def _only(possible: frozenset[str]) -> str:
    return next(iter(possible)) if len(possible) == 1 else UNKNOWN


def _item(rule: Rule, words: Words, book: Rulebook) -> Item:
    """Turn a rule into an item, filled in for the case."""
    fill = words.fill
    return Item(
        id=rule.id,
        text=fill(rule.text),
        detail=fill(rule.detail),
        sources=rule.sources,
        confidence=rule.confidence,
        disputed=tuple(words.disputed(book.reading(name)) for name in rule.disputed),
        place=rule.place,
        # A question does not claim anything that could have changed.
        old=rule.section != "verify" and is_old(rule.place, rule.sources, book),
        substitutes=tuple(fill(text) for text in rule.substitutes),
    )


def is_old(place: str, sources: Iterable[Citation], book: Rulebook) -> bool:
    """Tell whether the local texts a local statement rests on are all from before the tightening.

    National documents beside them do not count: they are not what the place itself decided.
    """
    if not place:
        return False
    own = [source for citation in sources if (source := book.local_source(citation.id)) is not None]
    boundary = book.meta.tightened.isoformat()
    return bool(own) and all(
        source.issued and source.issued[:10] < boundary[: len(source.issued[:10])] for source in own
    )


def _basis(situation: Situation, row: DecisionRow, words: Words) -> list[Item]:
    """Return why this route: the deciding row's reason, and the exemption if one decided."""
    items = [Item(row.id, words.fill(row.because), row.sources, row.confidence)]
    exemption = situation.exemption
    # Where the insurance does not pay at all, nothing hangs on filing.
    if exemption is not None and row.route != "not-covered":
        items.append(
            Item(
                id=exemption.id,
                text=words.fill(exemption.text),
                detail=words.fill(exemption.detail),
                sources=exemption.sources,
                confidence=exemption.confidence,
                old=exemption.basis == "old",
            )
        )
    return items


def _with_effects(
    items: list[Item], matched: Matched, case: Case, book: Rulebook, as_of: date
) -> list[Item]:
    """Say behind the first remark on each open question what its answer changes."""
    rules = {rule.id: rule for rule in matched.rules}
    said: set[str] = set()
    told = []
    for item in items:
        names = [name for name in OPEN_QUESTIONS if name in rules[item.id].when]
        name = next((name for name in names if is_open(matched.facts[name])), "")
        if name and name not in said:
            said.add(name)
            changed = hangs_on(case, name, matched.facts[name], book, as_of)
            if changed:
                titles = "、".join(SECTION_WORDS[section] for section in changed)
                detail = f"{item.detail}会影响：{titles}。"
                item = msgspec.structs.replace(item, detail=detail)
        told.append(item)
    return told


SECTION_WORDS: dict[str, str] = {
    "filing": "要不要备案",
    "next-steps": "先做什么",
    "materials": "要带的材料",
    "timing": "时间和有效期",
    "settlement": "怎么结算",
    "reimbursement": "手工报销",
}
"""What can hang on an answer, in the words of the page."""


def hangs_on(
    case: Case, name: str, possible: frozenset[str], book: Rulebook, as_of: date
) -> tuple[str, ...]:
    """Return the keys of `SECTION_WORDS` whose content differs by the answer to `name`."""
    variants = []
    for value in sorted(possible):
        change: dict[str, Any] = {name: value}
        variant = msgspec.structs.replace(case, **change)
        found = match(derive(variant, book), book, as_of)
        parts: dict[str, object] = {"filing": (found.row.route, found.row.required)}
        for section in SECTION_WORDS:
            if section != "filing":
                parts[section] = tuple(r.id for r in found.rules if r.section == section)
        variants.append(parts)
    return tuple(
        part for part in SECTION_WORDS if any(v[part] != variants[0][part] for v in variants[1:])
    )


@lru_cache(maxsize=4)
def _calendar(book: Rulebook) -> Calendar:
    return Calendar(book.holidays)


def _dates(rules: Iterable[Rule], start: date, book: Rulebook) -> Iterable[PlanDate]:
    for rule in rules:
        for spec in rule.dates:
            if spec.working_days:
                calendar = _calendar(book)
                day = calendar.add_working_days(start, spec.working_days)
                note = f"{spec.working_days} 个工作日"
                if not calendar.covers(start, day):
                    note = f"{note}，{UNCOUNTED}"
            else:
                day = add_months(start, spec.months)
                note = f"{spec.months} 个月"
            yield PlanDate(spec.id, spec.label, day, rule.id, note=note)
