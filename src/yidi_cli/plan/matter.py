"""What the flow of questions needs to know of a matter, whichever it is: filing or mutual aid."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from yidi_cli.plan import effects
from yidi_cli.plan.answers import Answers, case_of
from yidi_cli.plan.case import Case, derive
from yidi_cli.plan.match import Facts, kinds
from yidi_cli.rulebook.model import DERIVED, ORDER, UNKNOWN, Question
from yidi_cli.rulebook.rulebook import Rulebook

if TYPE_CHECKING:
    from yidi_cli.plan.effects import Signature
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.divisions import Place


class Matter(Protocol):
    """A matter's answers: the facts that follow from them, and what hangs on them.

    `parts` are what can hang on an answer, in the words of the page. A case is what the matter
    makes of answers; nobody else looks into it.
    """

    @property
    def parts(self) -> Mapping[str, str]:
        """Part → its name, in the order of the page."""

    def facts(self, live: Answers) -> Facts:
        """Return the facts of incomplete answers: what is not answered is open."""

    def case(self, answers: Answers) -> Any:
        """Return the case of complete answers."""

    def case_facts(self, case: Any) -> Facts:
        """Return the facts of a case."""

    def signature(self, case: Any, parts: Collection[str], as_of: date) -> dict[str, Signature]:
        """Return what stands in each of `parts` for a case."""

    def touched(self, question: str, known: Answers) -> tuple[str, ...]:
        """Return the parts that the answer to a question could change at most."""

    def told_apart(self, question: Question, known: Answers) -> list[str]:
        """Return the answers to a question that the rules tell apart, one of each kind."""

    def places(self, name: str, other: Place | None) -> list[Place]:
        """Return a place of each kind as an answer to the question `name`.

        `other` is the answer to the other question about a place, None where there is none.
        """


class FilingMatter:
    """The matter of filing."""

    parts: Mapping[str, str] = effects.PARTS

    def __init__(self, book: Rulebook) -> None:
        """Take the book."""
        self._book = book

    def case(self, answers: Answers) -> Case:
        """Return the case of the answers."""
        return case_of(answers, self._book)

    def case_facts(self, case: Case) -> Facts:
        """Return the facts of a case."""
        return derive(case, self._book).facts

    def facts(self, live: Answers) -> Facts:
        """Return the facts of incomplete answers; without both places the scope and the exemption
        are open too.
        """
        book = self._book
        facts = dict(derive(case_of(live, book), book).facts)
        if "insured" not in live or "destination" not in live:
            for name in ("scope", "exempt", "exempt-basis"):
                facts[name] = frozenset(DERIVED[name])
        for question in book.questions:
            if question.kind == "one" and question.id not in live:
                facts[question.id] = frozenset(o.id for o in question.options if o.id != UNKNOWN)
        return facts

    def signature(self, case: Case, parts: Collection[str], as_of: date) -> dict[str, Signature]:
        """Return what stands in each of `parts` for a case."""
        return effects.signature(case, parts, self._book, as_of)

    def touched(self, question: str, known: Answers) -> tuple[str, ...]:
        """Return the parts that the answer to a question could change at most."""
        return effects.touched(question, self.case(known), self.facts(known), self._book)

    def told_apart(self, question: Question, known: Answers) -> list[str]:
        """Return every option; of the diseases one of each kind."""
        options = [option.id for option in question.options]
        if question.id != "disease":
            return options
        book, case = self._book, self.case(known)
        rules = book.rules_about(ORDER, case.insured, case.destination)
        named = [c["disease"] for r in rules for c in (r.when, r.unless) if "disease" in c]
        direct = frozenset(name for name in options if book.direct.get(name) == "yes")
        listed = frozenset(name for name in options if name in book.direct)
        return kinds(options, [*named, direct, listed])

    def places(self, name: str, other: Place | None) -> list[Place]:
        """Return a place of each kind: in each province one, two in that of the other place."""
        places = self._book.places
        chosen: dict[str, Place] = {}
        for pool in places.pools():
            outside = places.outside(pool)
            if outside and name == "insured":
                continue
            province = places.province(pool)
            near = other is not None and province == places.province(other)
            key = "outside" if outside else pool.code if near else province.code
            chosen.setdefault(key, pool)
        return list(chosen.values())


def matter_of(book: Book) -> Matter:
    """Return the matter that a book is about."""
    if isinstance(book, Rulebook):
        return FilingMatter(book)
    # Loaded here: a guide for filing needs none of it.
    from yidi_cli.plan.family_matter import FamilyMatter
    from yidi_cli.rulebook.family_book import FamilyBook

    assert isinstance(book, FamilyBook), "there are two matters"
    return FamilyMatter(book)
