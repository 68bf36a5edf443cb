"""Questions on which sources disagree, with the readings that lost and the rules that name them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

import msgspec

from yidi_cli.base.value import Value
from yidi_cli.plan.case import Case
from yidi_cli.plan.statements import every_statement
from yidi_cli.plan.words import Words
from yidi_cli.rulebook.model import Conflict, Reading, Rule

if TYPE_CHECKING:
    from yidi_cli.rulebook.rulebook import Rulebook


class Dispute(Value, frozen=True):
    """A conflict of a place, in words for no case in particular.

    `readings` are those asked for: all of them, or one. `named_by` are the places and rules whose
    readers may have met one of these.
    """

    place: str
    conflict: Conflict
    readings: tuple[Reading, ...]
    named_by: tuple[tuple[str, Rule], ...] = ()


def disputes(book: Rulebook) -> Iterator[Dispute]:
    """Yield every conflict with all its readings, the nation's first."""
    words = Words(Case(), book)
    rules = [
        (said.place, msgspec.structs.replace(rule, text=said.words.fill(rule.text)))
        for said in every_statement(book)
        if isinstance(rule := said.statement, Rule) and rule.disputed
    ]
    for place, conflict in book.conflicts_by_place():
        readings = tuple(_filled(reading, words) for reading in conflict.readings)
        filled = msgspec.structs.replace(
            conflict,
            question=words.fill(conflict.question),
            shown=words.fill(conflict.shown),
            why=words.fill(conflict.why),
            readings=readings,
        )
        ids = {reading.id for reading in readings}
        naming = tuple(found for found in rules if not ids.isdisjoint(found[1].disputed))
        yield Dispute(place, filled, readings, naming)


def _filled(reading: Reading, words: Words) -> Reading:
    said = words.disputed(reading)
    return msgspec.structs.replace(reading, says=said.says, why_not=said.why_not)


def dispute(wanted: str, book: Rulebook) -> Dispute | None:
    """Return the conflict with this id, or the one with this reading and that reading alone.

    None where there is neither.
    """
    every = list(disputes(book))
    for found in every:
        if found.conflict.id == wanted:
            return found
    for found in every:
        for reading in found.readings:
            if reading.id == wanted:
                naming = tuple(pair for pair in found.named_by if wanted in pair[1].disputed)
                return Dispute(found.place, found.conflict, (reading,), naming)
    return None


def myths(book: Rulebook, only: Collection[str] | None = None) -> Iterator[Dispute]:
    """Yield the readings that people meet often and lose by, one at a time; `only` these ids."""
    for found in disputes(book):
        for reading in found.readings:
            if reading.myth and (only is None or reading.id in only):
                yield Dispute(found.place, found.conflict, (reading,))
