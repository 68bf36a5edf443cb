"""Where the questions lead, for all answers at once, and the grounds that follow from it.

What `wizard/flow` does for one set of answers is done here for every combination in one go.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from yidi_cli.plan.match import Facts, holds
from yidi_cli.rulebook.model import Conditions, Question
from yidi_cli.upkeep.ground import MANY, Exempting, Flow, Ground, Statements
from yidi_cli.upkeep.pairs import Pair, pairs_of
from yidi_cli.upkeep.space import NOT_ASKED, Axis, Space, axis_of, union
from yidi_cli.upkeep.subject import Subject

_Cases = tuple[tuple[tuple[str, str], ...], ...]
_Facts = tuple[tuple[str, frozenset[str]], ...]


class _Kind(NamedTuple):
    """Pairs that share the facts of their places, and what exemptions make of which answers."""

    facts: Facts
    given: frozenset[str]
    exempt: dict[_Facts, _Cases]
    pairs: list[Pair]


def survey(subject: Subject) -> list[Ground]:
    """Return all grounds of a matter; together they hold every pair of places."""
    axes = [
        axis_of(question, subject.matter, subject.conditions, subject.decided)
        for question in subject.questions
        if question.kind == "one"
    ]
    kinds = _kinds(subject, axes)
    whole = Space(axes)
    live = 0
    for kind in kinds:
        live |= _Walk(subject, whole, kind).flow.live
    space = whole.narrowed(live)
    statements = Statements(subject, space)
    grounds = [_Walk(subject, space, kind).ground(statements) for kind in kinds]
    return [ground for ground in grounds if ground.valid]


def _kinds(subject: Subject, axes: Sequence[Axis]) -> list[_Kind]:
    found: dict[object, _Kind] = {}
    told = {(name, listed): None for c in subject.everywhere for name, listed in c.items()}
    # What a region says of places is looked at place by place.
    for condition in subject.conditions:
        told |= {(name, condition[name]): None for name in condition.keys() - subject.sides}
    elsewhere = {name for axis in axes for name in axis.waiting} | {*subject.decided, MANY}
    for pair in pairs_of(subject):
        matter = subject.matter
        facts = dict(matter.case_facts(matter.case(pair.answers)))
        exempt, by = _exempt(subject, axes, pair)
        elsewhere |= {name for given in exempt for name, _ in given}
        facts = {name: values for name, values in facts.items() if name not in elsewhere}
        kind = _Kind(facts, frozenset(pair.answers), exempt, [])
        met = tuple(holds({name: listed}, facts) for name, listed in told if name in facts)
        key = (met, kind.given, *exempt.items())
        found.setdefault(key, kind).pairs.append(replace(pair, exempt_by=by))
    return list(found.values())


def _exempt(
    subject: Subject, axes: Sequence[Axis], pair: Pair
) -> tuple[dict[_Facts, _Cases], tuple[str, ...]]:
    """Return what comes of exemptions with which answers to the questions that they look at, and
    the ids of those that decide."""
    exemptions = [e for code in pair.insured for e in subject.local[code].exemptions]
    names = {name for exemption in exemptions for name in exemption.when}
    looked_at = [axis for axis in axes if not names.isdisjoint(axis.waiting)]
    found: dict[_Facts, _Cases] = {}
    by: dict[str, None] = {}
    for values in itertools.product(*(axis.values for axis in looked_at)):
        case = tuple(zip((axis.question for axis in looked_at), values, strict=True))
        given = {name: value for name, value in case if value != NOT_ASKED}
        exempt = subject.exempt({**pair.answers, **given})
        facts = tuple(sorted(exempt.facts.items()))
        found[facts] = (*found.get(facts, ()), case)
        by[exempt.by] = None
    return found, tuple(name for name in by if name)


class _Walk:
    """Follows the questions of a matter for the pairs of one kind."""

    def __init__(self, subject: Subject, space: Space, kind: _Kind) -> None:
        self.subject = subject
        self.space = space
        self.kind = kind
        self.exempting = tuple(self._exempting())
        self._known: set[str] = set()
        self.flow = self._flow()

    def ground(self, statements: Statements) -> Ground:
        kind = self.kind
        return Ground(
            *(self.subject, self.space, statements, kind.facts, self.exempting),
            *(self.flow, kind.pairs),
        )

    def _exempting(self) -> Iterator[Exempting]:
        for facts, cases in self.kind.exempt.items():
            where = 0
            for case in cases:
                met = self.space.full
                for question, value in case:
                    met &= self.space.answered(question, [value])
                where |= met
            yield Exempting(where, dict(facts))

    def _flow(self) -> Flow:
        live = self.space.full
        asked: dict[str, int] = {}
        offered: dict[tuple[str, str], int] = {}
        for question in self.subject.questions:
            self._facts = self._waiting()
            where = self._speak(question.when, question.unless)
            for option in question.options:
                may = where & self._may(option.when, option.unless)
                offered[question.id, option.id] = may & live
            if question.kind == "place":
                given = question.id in self.kind.given
                asked[question.id] = where & live
                live &= where if given else ~where
            else:
                some = 0
                for option in question.options:
                    some |= offered[question.id, option.id]
                asked[question.id] = where & live & some
                if question.kind == "one":
                    live &= self._answered(question, offered) | (
                        ~asked[question.id] & self.space.answered(question.id, [NOT_ASKED])
                    )
            self._known.add(question.id)
        return Flow(live, asked, offered)

    def _answered(self, question: Question, offered: dict[tuple[str, str], int]) -> int:
        where = 0
        everywhere = 0
        for option in question.options:
            may = offered[question.id, option.id]
            where |= may & self.space.answered(question.id, [option.id])
            everywhere |= may
        for group in question.groups:
            where |= everywhere & self.space.answered(question.id, [group.id])
        return where

    def _waiting(self) -> Facts:
        """Return the facts of the places that are known by now, all else being open."""
        answers = self.kind.pairs[0].answers
        known = {name: value for name, value in answers.items() if name in self._known}
        return self.subject.matter.facts(known)

    def _held(self, dimension: str, listed: frozenset[str]) -> int:
        full = self.space.full
        axis = self.space.axis(dimension)
        if axis is not None and axis.question in self._known:
            return self.space.held(dimension, listed)
        if dimension in self.subject.decided and self.subject.decides_early:
            return self._decided(dimension, listed)
        if dimension in dict(self.exempting[0].facts) and self._places_known():
            return union(
                part.where for part in self.exempting if holds({dimension: listed}, part.facts)
            )
        return full if holds({dimension: listed}, self._facts) else 0

    def _places_known(self) -> bool:
        return self._known.issuperset(self.subject.sides)

    def _decided(self, dimension: str, listed: frozenset[str]) -> int:
        """Return where the table, by what is known so far, gives one of the values listed."""
        left, found = self.space.full, 0
        for row, when, unless in self.subject.deciding:
            where = left & self._speak(when, unless)
            left &= ~where
            if holds({dimension: listed}, self.subject.outcome[row.id].facts):
                found |= where
        return found

    def _speak(self, when: Conditions, unless: Conditions) -> int:
        where = self.space.full
        for dimension, listed in when.items():
            where &= self._held(dimension, listed)
        for dimension, listed in unless.items():
            where &= ~self._held(dimension, listed)
        return where

    def _may(self, when: Conditions, unless: Conditions) -> int:
        """Return where conditions may still be met: what is open does not rule them out."""
        where = self.space.full
        for dimension, listed in when.items():
            axis = self.space.axis(dimension)
            if axis is not None and axis.question in self._known:
                where &= self.space.possible(dimension, listed)
            elif self._facts[dimension].isdisjoint(listed):
                return 0
        for dimension, listed in unless.items():
            if dimension != MANY:
                where &= ~self._held(dimension, listed)
        return where
