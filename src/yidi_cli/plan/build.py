"""From a case to a plan: match, replace by topic, order. Pure: same input, same plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from yidi_cli.plan import channels
from yidi_cli.plan.case import (
    CROSS_PROVINCE,
    IN_PROVINCE,
    SAME_REGION,
    Case,
    Situation,
    derive,
)
from yidi_cli.plan.match import holds, is_open
from yidi_cli.plan.plan import Days, Filing, Item, Plan, PlanDate, cited
from yidi_cli.plan.selection import SECTIONS, Matched, match, sole
from yidi_cli.plan.words import OPEN_WORDS, CommonWords, Words
from yidi_cli.rulebook.model import (
    ORDER,
    PLACES,
    Anchor,
    Citation,
    DecisionRow,
    Rule,
)
from yidi_cli.rulebook.region import Exemption

if TYPE_CHECKING:
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.rulebook import Rulebook

OPEN_QUESTIONS = ("insured", "destination", "stage", "type", "care", "scheme", "filing", "disease")
"""Answers that may be unknown, in the order in which a plan asks to settle them."""


def build_plan(
    case: Case,
    book: Rulebook,
    as_of: date,
    days: Days | None = None,
    only: Collection[str] = SECTIONS,
) -> Plan:
    """Return the plan for `case` by the rules in force on `as_of`.

    `days` are those from which dates are counted; without them the day of filing is `as_of`. `only`
    names the sections to fill, for a query that shows no others.
    """
    book = book.on(as_of)
    situation = derive(case, book)
    matched = match(situation, book, as_of, only)
    words = Words(case, book)
    sections: dict[str, list[Item]] = {name: [] for name in ORDER}
    for rule in matched.rules:
        sections[rule.section].append(item_of(rule, words, book))
    if sections["unsure"]:
        sections["unsure"] = _with_effects(sections["unsure"], matched, case, book, as_of)
        if "destination" in case.open_places:
            sections["unsure"] += _exemptions(situation, book, words)
    if "channels" in only:
        # Rules about channels are remarks: they come behind the channels themselves.
        listed = channels.for_case(case, matched.row.required, matched.facts, book, words)
        sections["channels"][:0] = listed
    if "basis" in only:
        sections["basis"][:0] = _basis(situation, matched.row, words)
    row = matched.row
    days = days or Days(as_of)
    dates, uncounted = dates_of(matched.rules, days, as_of, book)
    shown = [item for items in sections.values() for item in items]
    return Plan(
        case=case,
        scope=sole(matched.facts["scope"]),
        as_of=as_of,
        days=days,
        data_version=book.meta.version,
        filing=Filing(
            required=row.required,
            type=sole(matched.facts["type"]),
            route=row.route,
            headline=words.fill(row.headline) + _assumed(matched, case),
        ),
        sections={name: tuple(items) for name, items in sections.items() if items},
        dates=dates,
        sources={source.id: source for source in cited(shown, book)},
        hotline=words["hotline"],
        uncounted=uncounted,
        trace=matched.trace,
    )


def dates_of(
    rules: Iterable[Rule], days: Days, as_of: date, book: Book
) -> tuple[tuple[PlanDate, ...], tuple[Anchor, ...]]:
    """Return the days that rules give, and those that are not known; most queries have none."""
    dated = [rule for rule in rules if rule.dates]
    if not dated:
        return (), ()
    from yidi_cli.plan.deadlines import plan_dates

    return plan_dates(dated, days, as_of, book)


def item_of(rule: Rule, words: CommonWords, book: Book) -> Item:
    """Turn a rule into an item, filled in for the case."""
    fill = words.fill
    return Item(
        id=rule.id,
        text=fill(rule.text),
        detail=rule.detail and fill(rule.detail),
        sources=rule.sources,
        confidence=rule.confidence,
        disputed=tuple(words.disputed(book.reading(name)) for name in rule.disputed),
        place=rule.place,
        owner=rule.owner,
        # A question does not claim anything that could have changed.
        old=rule.section != "verify" and is_old(rule.place, rule.sources, book),
        purpose=rule.purpose and fill(rule.purpose),
        get=rule.get and fill(rule.get),
        form=rule.form and fill(rule.form),
        substitutes=tuple(fill(text) for text in rule.substitutes),
    )


def is_old(place: str, sources: Iterable[Citation], book: Book) -> bool:
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
        items.append(_exemption_item(exemption, words))
    return items


def _exemption_item(exemption: Exemption, words: Words) -> Item:
    return Item(
        id=exemption.id,
        text=words.fill(exemption.text),
        detail=words.fill(exemption.detail),
        sources=exemption.sources,
        confidence=exemption.confidence,
        owner=exemption.owner,
        old=exemption.basis == "old",
    )


def _exemptions(situation: Situation, book: Rulebook, words: Words) -> Iterable[Item]:
    """Yield what the insured place says of all the ways out of its region, for an open goal."""
    ways: set[str] = {SAME_REGION}
    for region in book.chain(situation.case.insured):
        for exemption in region.exemptions:
            if not ways.issuperset(exemption.to) and holds(exemption.when, situation.facts):
                ways.update(exemption.to)
                yield _exemption_item(exemption, words)


def _assumed(matched: Matched, case: Case) -> str:
    """Say what the bottom line takes for granted where a place is open; "" where nothing."""
    row = matched.row
    if not case.open_places or row.route == "not-covered" or row.visit == "home":
        return ""
    named = "、".join(OPEN_WORDS[name] for name in case.open_places)
    return f"（{named}没定，这里按去外省看病说。）"


def _with_effects(
    items: list[Item], matched: Matched, case: Case, book: Rulebook, as_of: date
) -> list[Item]:
    """Say behind the first remark on each open question what its answer changes."""
    from yidi_cli.plan.effects import PARTS

    rules = {rule.id: rule for rule in matched.rules}
    said: set[str] = set()
    told = []
    for item in items:
        names = [name for name in OPEN_QUESTIONS if name in rules[item.id].when]
        opened = (n for n in names if n in case.open_places or is_open(matched.facts[n]))
        name = next(opened, "")
        if name and name not in said:
            said.add(name)
            changed = hangs_on(case, name, matched.facts[name], book, as_of)
            if changed:
                titles = "、".join(PARTS[part] for part in changed)
                detail = f"{item.detail}会影响：{titles}。"
                item = msgspec.structs.replace(item, detail=detail)
        told.append(item)
    return told


HANGING = ("filing", "next-steps", "materials", "timing", "settlement", "reimbursement")
"""The parts that are told behind an open question."""


def hangs_on(
    case: Case, name: str, possible: frozenset[str], book: Rulebook, as_of: date
) -> tuple[str, ...]:
    """Return the parts of `HANGING` whose content differs by the answer to `name`.

    For a place that is how the two places stand to each other: what its own rules add to that
    shows only once it is named.
    """
    from yidi_cli.plan.effects import effects

    changes: list[dict[str, Any]] = [{name: value} for value in sorted(possible)]
    if name in PLACES:
        changes = [{"scope": scope} for scope in (SAME_REGION, IN_PROVINCE, CROSS_PROVINCE)]
    variants = [msgspec.structs.replace(case, **change) for change in changes]
    return effects([variants], book, as_of, HANGING).parts
