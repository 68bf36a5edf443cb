"""Two places as an answer: pairs that the data treat alike, folded into one of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from yidi_cli.base.value import Value
from yidi_cli.plan.match import Facts, speaks
from yidi_cli.rulebook.model import UNKNOWN
from yidi_cli.upkeep.space import NOT_ASKED
from yidi_cli.upkeep.subject import Subject

if TYPE_CHECKING:
    from yidi_cli.rulebook.divisions import Place
    from yidi_cli.rulebook.model import Rule, Way


class Pair(Value, frozen=True):
    """Two places, None where one is not known or not asked for, and the answers that give them.

    `insured` and `other` are the codes of the regions that speak for them, the nearest first;
    `places` the facts of the two. `exempt_by` are the exemptions that decide with some answers.
    """

    answers: dict[str, str]
    insured: tuple[str, ...]
    other: tuple[str, ...]
    places: Facts
    exempt_by: tuple[str, ...] = ()

    def meets(self, statement: Rule | Way) -> bool:
        """Tell whether the places meet what a region's statement says of them."""
        when, unless = (
            {side: c[side] for side in self.places if side in c}
            for c in (statement.when, statement.unless)
        )
        return speaks(when, unless, self.places)


class _Group(Value, frozen=True):
    """Places that the data treat alike: by pooling region, one of each."""

    key: tuple[str, ...]
    other_key: tuple[str, ...]
    province: str
    outside: bool
    pools: dict[str, Place]


def _groups(subject: Subject) -> list[_Group]:
    places = subject.book.places
    own = {
        code
        for code, part in subject.local.items()
        if part.ways or part.exemptions or any(rule.for_ == "insured" for rule in part.rules)
    }
    own |= subject.named["insured"]
    visited = {
        code
        for code, part in subject.local.items()
        if any(rule.for_ == subject.other for rule in part.rules)
    }
    visited |= subject.named[subject.other]
    visited |= {code for p in subject.local.values() for e in p.exemptions for code in e.to}
    groups: dict[object, _Group] = {}
    # Whole regions come first: they stand for their kind.
    for place in sorted(places.all(), key=lambda place: places.pool(place) != place):
        pool = places.pool(place)
        if pool is None:
            continue
        chain = places.chain(place)
        key = tuple(code for code in chain if code in own)
        other_key = tuple(code for code in chain if code in visited)
        province, outside = places.province(place).code, places.outside(place)
        found = _Group(key, other_key, province, outside, {})
        group = groups.setdefault((key, other_key, province, outside), found)
        group.pools.setdefault(pool.code, place)
    return list(groups.values())


def _meetings(one: _Group, other: _Group) -> Iterator[tuple[str, Place, Place]]:
    """Yield a pair of places for each way in which two groups can stand to each other."""
    shared = next((pool for pool in one.pools if pool in other.pools), None)
    if shared is not None:
        yield "same region", one.pools[shared], other.pools[shared]
    apart = next(((a, b) for a in one.pools for b in other.pools if a != b), None)
    if apart is not None:
        how = "outside" if other.outside else "apart"
        how = "same province" if one.province == other.province else how
        yield how, one.pools[apart[0]], other.pools[apart[1]]


def pairs_of(subject: Subject) -> list[Pair]:
    """Return a pair of each kind, also of places that are not known or not asked for."""
    groups = _groups(subject)
    mainland = [group for group in groups if not group.outside]
    others = groups if subject.command == "guide" else mainland
    found: dict[object, Pair] = {}
    for one in mainland:
        for other in others:
            for how, insured, place in _meetings(one, other):
                key = (one.key, other.other_key, how)
                if key not in found:
                    found[key] = _pair(subject, insured, place, {})
    conditional = {
        question.id: bool(question.when or question.unless)
        for question in subject.questions
        if question.kind == "place"
    }
    open_ = {
        side: [{side: UNKNOWN}, *([{side: NOT_ASKED}] if conditional[side] else [])]
        for side in subject.sides
    }
    ones = {group.key: next(iter(group.pools.values())) for group in mainland}
    seconds = {
        (group.other_key, group.outside): next(iter(group.pools.values())) for group in others
    }
    for given in open_[subject.other]:
        for one_key, place in ones.items():
            found[one_key, *given.values()] = _pair(subject, place, None, given)
    for given in open_["insured"]:
        for other_key, place in seconds.items():
            found[*given.values(), *other_key] = _pair(subject, None, place, given)
        for rest in open_[subject.other]:
            both = {**given, **rest}
            found[tuple(both.values())] = _pair(subject, None, None, both)
    return list(found.values())


def _pair(
    subject: Subject, insured: Place | None, other: Place | None, given: dict[str, str]
) -> Pair:
    answers = {side: value for side, value in given.items() if value != NOT_ASKED}
    if insured is not None:
        answers["insured"] = insured.code
    if other is not None:
        answers[subject.other] = other.code
    # Who is insured nowhere in particular is spoken to by the nation.
    regions = subject.chain(insured), subject.chain(other) if other is not None else ()
    facts = subject.matter.case_facts(subject.matter.case(answers))
    return Pair(answers, *regions, {side: facts[side] for side in subject.sides})
