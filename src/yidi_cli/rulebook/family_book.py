"""The book of family mutual aid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from yidi_cli.rulebook.book import Book
from yidi_cli.rulebook.family import Family, FamilyChannel, FamilyRow
from yidi_cli.rulebook.model import Question, Rule

if TYPE_CHECKING:
    from datetime import date

    from yidi_cli.rulebook.bundle import Bundle
    from yidi_cli.rulebook.raw import RawBundle

Told = Rule | FamilyRow | FamilyChannel


class FamilyBook(Book):
    """The matter of family mutual aid."""

    matter = "family"

    def __init__(self, bundle: Bundle | RawBundle, then: Callable[[date], FamilyBook]) -> None:
        """Take the parts; `then` gives the book of another day."""
        super().__init__(bundle)
        self._then = then

    def on(self, day: date) -> FamilyBook:
        """Return the book as it was on a day: this one, unless something held otherwise."""
        return self._then(day)

    @cached_property
    def national(self) -> Family:
        """What holds in all the country."""
        return self._decode(self._bundle.family, Family)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions in the order they are asked."""
        return self.national.questions

    @property
    def decision(self) -> tuple[FamilyRow, ...]:
        """The decision table, first match first."""
        return self.national.decision

    def statements(self) -> Iterator[tuple[str, Told]]:
        """Yield every statement with the name of the place it speaks for."""
        national = self.national
        told: tuple[Told, ...] = (*national.rules, *national.decision, *national.channels)
        for statement in told:
            yield "全国", statement
        for part in self.parts():
            own: tuple[Told, ...] = (*part.family.rules, *part.family.channels)
            for statement in own:
                yield part.name, statement
