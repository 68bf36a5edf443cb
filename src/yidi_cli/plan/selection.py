"""Which rules speak in a case: decide the route, match, replace by topic. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from yidi_cli.base.value import Value
from yidi_cli.plan.case import Situation
from yidi_cli.plan.match import Facts, speaks
from yidi_cli.plan.plan import Traced
from yidi_cli.rulebook.family import FamilyRow
from yidi_cli.rulebook.model import ALL_SECTIONS, ORDER, UNKNOWN, Conditions, DecisionRow, Rule

if TYPE_CHECKING:
    from yidi_cli.rulebook.rulebook import Rulebook

Row = TypeVar("Row", DecisionRow, FamilyRow)
SECTIONS = tuple(name for name in ORDER if not name.startswith(("status", "cancel")))
"""The sections of a plan; the others answer queries of their own."""
_RANKS = {section: rank for rank, section in enumerate(ALL_SECTIONS)}


class Matched(Value, frozen=True):
    """What speaks in a case: the deciding row, the rules that are shown, and the trace."""

    facts: Facts
    row: DecisionRow
    rules: tuple[Rule, ...]
    trace: tuple[Traced, ...]


def decide(facts: Facts, rows: Sequence[Row]) -> Row:
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
    rules, trace = select(facts, _candidates(situation, row, book, sections), as_of)
    return Matched(facts, row, rules, trace)


def select(
    facts: Facts, candidates: Iterable[tuple[int, Rule, Conditions]], as_of: date
) -> tuple[tuple[Rule, ...], tuple[Traced, ...]]:
    """Return the rules that are shown, in the page's order, and the trace.

    A candidate comes with its level, 0 for the most specific place, and those of its conditions
    that remain to be met; on one topic of one section the lowest level is shown.
    """
    shown: dict[tuple[str, str, str], tuple[tuple[int, int], Rule]] = {}
    trace: list[Traced] = []
    for level, rule, when in candidates:
        if not speaks(when, rule.unless, facts):
            continue
        if not in_force(rule, as_of):
            trace.append(Traced(rule.id, "not-in-force"))
            continue
        key = (rule.section, rule.topic or rule.id, rule.for_)
        held, rank = shown.get(key), (level, -rule.layer)
        if held is not None and held[0] <= rank:
            outcome = "clash" if held[0] == rank else "replaced"
            trace.append(Traced(rule.id, outcome, held[1].id))
            continue
        if held is not None:
            trace.append(Traced(held[1].id, "replaced", rule.id))
        shown[key] = (rank, rule)
    rules = sorted((rule for _, rule in shown.values()), key=_page_order)
    trace += [Traced(rule.id, "shown") for rule in rules]
    return tuple(rules), tuple(trace)


def _page_order(rule: Rule) -> tuple[int, int]:
    return _RANKS[rule.section], rule.order


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
    scope, stage = sole(situation.facts["scope"]), sole(situation.facts["stage"])
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
    return rule.valid.on(as_of)


def sole(possible: frozenset[str]) -> str:
    """Return the one possible value, `unknown` where there are several."""
    return next(iter(possible)) if len(possible) == 1 else UNKNOWN
