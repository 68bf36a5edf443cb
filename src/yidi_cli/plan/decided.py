"""How a case is decided, row by row: what was tried, what failed, which rules speak. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal

from yidi_cli.base.value import Value
from yidi_cli.plan.answers import Answers, case_of
from yidi_cli.plan.case import derive
from yidi_cli.plan.family import FamilyWords, family_case, family_match
from yidi_cli.plan.match import Facts, blocked, holds
from yidi_cli.plan.plan import Traced
from yidi_cli.plan.selection import match
from yidi_cli.plan.words import CommonWords, Words
from yidi_cli.rulebook.book import Book
from yidi_cli.rulebook.family import FamilyRow
from yidi_cli.rulebook.family_book import FamilyBook
from yidi_cli.rulebook.model import Conditions, DecisionRow, Rule
from yidi_cli.rulebook.region import Exemption
from yidi_cli.rulebook.rulebook import Rulebook

Row = DecisionRow | FamilyRow


class Failed(Value, frozen=True):
    """A condition that kept a row from deciding: under `when` none of `listed` holds, under
    `unless` one does. `actual` is what is known, several values where it is open.
    """

    field: Literal["when", "unless"]
    dimension: str
    listed: frozenset[str]
    actual: frozenset[str]


class Tried(Value, frozen=True):
    """A row before the one that decides, and every condition of it that failed."""

    row: Row
    failed: tuple[Failed, ...]


class Decided(Value, frozen=True):
    """How a case is decided.

    `row` decides, behind the rows that were tried. `exemption` is the local rule on filing that
    counted, if there is one. `rules` are shown, in the page's order; `others` are those that spoke
    too but are not shown, each with what stands in its place. `headline` and `because` are the
    row's, filled in for the case.
    """

    facts: Facts
    tried: tuple[Tried, ...]
    row: Row
    headline: str
    because: str
    exemption: Exemption | None
    rules: tuple[Rule, ...]
    others: tuple[Traced, ...]


def rows_of(book: Book) -> Sequence[Row]:
    """Return the decision table of a matter."""
    assert isinstance(book, Rulebook | FamilyBook), "there are two matters"
    return book.decision


def decided(answers: Answers, book: Book, as_of: date) -> Decided:
    """Return how the case of `answers` (ids) is decided by the rules in force on `as_of`."""
    words: CommonWords
    exemption: Exemption | None = None
    row: Row
    if isinstance(book, Rulebook):
        book = book.on(as_of)
        situation = derive(case_of(answers, book), book)
        found = match(situation, book, as_of)
        # The rows are tried before there is a route.
        before: Facts = situation.facts
        exemption, words = situation.exemption, Words(situation.case, book)
        facts, row = found.facts, found.row
        rules, trace = found.rules, found.trace
    else:
        assert isinstance(book, FamilyBook), "there are two matters"
        book = book.on(as_of)
        case = family_case(answers, book)
        told = family_match(case, book, as_of)
        before = {name: values for name, values in told.facts.items() if name != "route"}
        facts, row = told.facts, told.row
        rules, trace, words = told.rules, told.trace, FamilyWords(case, book)
    return Decided(
        facts=facts,
        tried=tuple(_tried(rows_of(book), row, before)),
        row=row,
        headline=words.fill(row.headline),
        because=words.fill(row.because),
        exemption=exemption,
        rules=rules,
        others=tuple(traced for traced in trace if traced.outcome != "shown"),
    )


def _tried(rows: Iterable[Row], decides: Row, facts: Facts) -> Iterator[Tried]:
    for row in rows:
        if row.id == decides.id:
            return
        yield Tried(row, (*_unmet(row.when, facts), *_met(row.unless, facts)))


def _unmet(when: Conditions, facts: Facts) -> Iterator[Failed]:
    # By name: a wheel does not keep the order in which they were written.
    for dimension, listed in sorted(when.items()):
        if not holds({dimension: listed}, facts):
            yield Failed("when", dimension, listed, facts[dimension])


def _met(unless: Conditions, facts: Facts) -> Iterator[Failed]:
    for dimension, listed in sorted(unless.items()):
        if blocked({dimension: listed}, facts):
            yield Failed("unless", dimension, listed, facts[dimension])
