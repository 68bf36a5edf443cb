"""Every sourced statement of every matter, with the words for no case in particular."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from yidi_cli.plan.case import Case
from yidi_cli.plan.family import FamilyCase, FamilyWords
from yidi_cli.plan.words import CommonWords, Words

if TYPE_CHECKING:
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.family_book import Told
    from yidi_cli.rulebook.rulebook import Rulebook, Statement


class Said(NamedTuple):
    """A statement, the name of the place it speaks for, its matter's book, and its words."""

    place: str
    statement: Statement | Told
    book: Book
    words: CommonWords


def every_statement(book: Rulebook) -> Iterator[Said]:
    """Yield all statements: those about filing, then those about family mutual aid."""
    words = Words(Case(), book)
    for place, statement in book.statements():
        yield Said(place, statement, book, words)
    family = book.family
    family_words = FamilyWords(FamilyCase(), family)
    for place, told in family.statements():
        yield Said(place, told, family, family_words)
