"""How many ways there are through the questions of each matter, and what they lead to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Literal

from yidi_cli.base.value import Value
from yidi_cli.upkeep.ground import NONE, Chosen, Ground
from yidi_cli.upkeep.subject import Subject, subjects
from yidi_cli.upkeep.survey import survey

if TYPE_CHECKING:
    from yidi_cli.rulebook.rulebook import Rulebook


class PathCount(Value, frozen=True):
    """The ways through the questions of a matter, with no special situation or one.

    Places and answers that nothing tells apart count as one. `outcomes` are the rows of the
    decision table that decide any of them, of all its `rows`.
    """

    matter: Literal["filing", "family"]
    paths: int
    outcomes: int
    rows: int


def count_paths(book: Rulebook, day: date) -> tuple[PathCount, ...]:
    """Count the ways of each matter, with what is in force on a day."""
    return tuple(_count(subject) for subject in subjects(book, day))


def _count(subject: Subject) -> PathCount:
    settings: list[Chosen] = [NONE]
    for question in subject.questions:
        if question.kind == "many":
            settings += [frozenset({option.id}) for option in question.options]
    paths = 0
    deciding: set[str] = set()
    for ground in survey(subject):
        for chosen in settings:
            paths += ground.asked(chosen).bit_count() * len(ground.pairs)
            deciding.update(_deciding(ground, chosen))
    return PathCount(subject.book.matter, paths, len(deciding), len(subject.rows))


def _deciding(ground: Ground, chosen: Chosen) -> Iterator[str]:
    """Yield the rows that decide with these situations."""
    left = ground.asked(chosen)
    for row, speaks, _ in ground.rows:
        if speaks.met(chosen) and (where := left & speaks.where):
            left &= ~where
            yield row.id
