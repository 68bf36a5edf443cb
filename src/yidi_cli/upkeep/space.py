"""All answers at once: each combination is a bit, and a condition is the set of its bits.

Rules ask of each dimension alone, so what holds for a value holds for all combinations with it. One
AND of two numbers then does what a walk through thousands of cases would.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from yidi_cli.base.value import Value
from yidi_cli.plan.match import Facts, holds
from yidi_cli.rulebook.model import UNKNOWN, Conditions

if TYPE_CHECKING:
    from yidi_cli.plan.matter import Matter
    from yidi_cli.rulebook.model import Question

NOT_ASKED = ""
"""Stands for the answer to a question that is not asked."""


class Axis(Value, frozen=True):
    """One question with its answers, those that no condition tells apart folded into one kind.

    `values` holds an answer of each kind, `facts` what follows from it, `kinds` the kind of every
    answer. `waiting` are the facts while the question is still to be asked.
    """

    question: str
    values: tuple[str, ...]
    facts: tuple[Facts, ...]
    kinds: dict[str, int]
    waiting: Facts


def axis_of(
    question: Question,
    matter: Matter,
    conditions: Iterable[Conditions],
    decided: Collection[str],
) -> Axis:
    """Fold the answers to a question by what `conditions` tell apart.

    `decided` are the dimensions that hang on all questions together.
    """
    answers = [option.id for option in question.options]
    answers += [group.id for group in question.groups]
    absent = matter.case_facts(matter.case({}))
    told = {answer: matter.case_facts(matter.case({question.id: answer})) for answer in answers}
    varying = {question.id}
    for facts in told.values():
        varying |= {name for name in facts if facts[name] != absent[name]}
    varying -= set(decided)
    told[NOT_ASKED] = absent
    own = {answer: {name: facts[name] for name in varying} for answer, facts in told.items()}
    lists = {(name, c[name]) for c in conditions for name in varying & c.keys()}
    kinds: dict[str, int] = {}
    seen: dict[tuple[object, ...], int] = {}
    values: list[str] = []
    # What is known comes first: it stands for its kind.
    for answer in sorted(told, key=lambda a: (a == NOT_ASKED, a == UNKNOWN)):
        facts = own[answer]
        key = tuple(
            (holds({name: listed}, facts), facts[name].isdisjoint(listed))
            for name, listed in sorted(lists, key=repr)
        )
        if key not in seen:
            seen[key] = len(values)
            values.append(answer)
        kinds[answer] = seen[key]
    waiting = matter.facts({})
    return Axis(
        question=question.id,
        values=tuple(values),
        facts=tuple(own[value] for value in values),
        kinds=kinds,
        waiting={name: waiting[name] for name in varying},
    )


class Space:
    """The combinations of a kind of answer to each question, a bit each."""

    def __init__(self, axes: Sequence[Axis], among: Sequence[tuple[int, ...]] = ()) -> None:
        """Take the axes; `among` are the combinations, without them all there are."""
        self.axes = tuple(axes)
        self.combinations = tuple(among) or tuple(
            itertools.product(*(range(len(axis.values)) for axis in axes))
        )
        self.full = (1 << len(self.combinations)) - 1
        self._kinds: dict[tuple[int, int], int] = {}
        for index, axis in enumerate(self.axes):
            for kind in range(len(axis.values)):
                bits = ("1" if c[index] == kind else "0" for c in reversed(self.combinations))
                self._kinds[index, kind] = int("".join(bits), 2)
        self._by_dimension = {name: i for i, axis in enumerate(axes) for name in axis.waiting}
        self._held: dict[tuple[str, frozenset[str]], int] = {}
        self._possible: dict[tuple[str, frozenset[str]], int] = {}

    def axis(self, dimension: str) -> Axis | None:
        """Return the axis that decides a dimension, None where none does."""
        index = self._by_dimension.get(dimension)
        return self.axes[index] if index is not None else None

    def kinds(self, question: str) -> dict[str, int]:
        """Return the kind of each answer to a question."""
        return next(axis.kinds for axis in self.axes if axis.question == question)

    def decides(self, dimension: str) -> bool:
        """Tell whether an axis decides a dimension."""
        return dimension in self._by_dimension

    def answered(self, question: str, answers: Iterable[str]) -> int:
        """Return where a question has one of these answers, or one of the same kind."""
        index = next(i for i, axis in enumerate(self.axes) if axis.question == question)
        kinds = {self.axes[index].kinds[answer] for answer in answers}
        return union(self._kinds[index, kind] for kind in kinds)

    def held(self, dimension: str, listed: frozenset[str]) -> int:
        """Return where a dimension of an axis meets a condition."""
        key = dimension, listed
        if key not in self._held:
            index = self._by_dimension[dimension]
            self._held[key] = union(
                self._kinds[index, kind]
                for kind, facts in enumerate(self.axes[index].facts)
                if holds({dimension: listed}, facts)
            )
        return self._held[key]

    def possible(self, dimension: str, listed: frozenset[str]) -> int:
        """Return where a dimension of an axis may still meet a condition."""
        key = dimension, listed
        if key not in self._possible:
            index = self._by_dimension[dimension]
            self._possible[key] = union(
                self._kinds[index, kind]
                for kind, facts in enumerate(self.axes[index].facts)
                if not facts[dimension].isdisjoint(listed)
            )
        return self._possible[key]

    def answers(self, where: int) -> dict[str, str]:
        """Return the answers of the first combination in `where`, without those not asked for."""
        combination = self.combinations[(where & -where).bit_length() - 1]
        named = {a.question: a.values[kind] for a, kind in zip(self.axes, combination, strict=True)}
        return {question: value for question, value in named.items() if value != NOT_ASKED}

    def narrowed(self, where: int) -> Space:
        """Return the space of the combinations in `where` alone."""
        return Space(self.axes, [self.combinations[bit] for bit in bits_of(where)])


def bits_of(where: int) -> Iterator[int]:
    """Yield the positions of the bits that are set."""
    for position, bit in enumerate(reversed(f"{where:b}")):
        if bit == "1":
            yield position


def union(masks: Iterable[int]) -> int:
    """Return all that is set in any of `masks`."""
    found = 0
    for mask in masks:
        found |= mask
    return found


def conditions_in(parts: Iterable[object]) -> Iterator[Conditions]:
    """Yield the conditions of statements, questions and options."""
    for part in parts:
        for name in ("when", "unless"):
            found: Mapping[str, frozenset[str]] | None = getattr(part, name, None)
            if found:
                yield dict(found)
