"""Family mutual aid for the flow of questions: facts, and what hangs on an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from yidi_cli.plan.case import between
from yidi_cli.plan.effects import placeholders
from yidi_cli.plan.family import (
    FamilyCase,
    FamilyWords,
    family_case,
    family_channels,
    family_facts,
    family_match,
    family_route,
)
from yidi_cli.plan.match import Facts, kinds, named_in
from yidi_cli.rulebook.family import PLACES, LocalFamily
from yidi_cli.rulebook.model import Conditions, Question

if TYPE_CHECKING:
    from yidi_cli.plan.answers import Answers
    from yidi_cli.plan.effects import Signature
    from yidi_cli.rulebook.divisions import Place
    from yidi_cli.rulebook.family_book import FamilyBook

PARTS: dict[str, str] = {
    "possible": "能不能办",
    "next-steps": "先做什么",
    "channels": "去哪办",
    "materials": "要带的",
    "conditions": "谁能用",
    "usage": "能付什么",
    "timing": "时间",
    "records": "怎么查",
    "ending": "怎么解除",
    "cautions": "要注意的事",
    "verify": "打电话问什么",
}
"""What can hang on an answer, in the words of the page."""

_WORDS = {"insured": ("insured", "hotline"), "member": ("member",), "relation": ("relation",)}
"""Question → the placeholders that its answer fills."""


class FamilyMatter:
    """The matter of family mutual aid."""

    parts: Mapping[str, str] = PARTS

    def __init__(self, book: FamilyBook) -> None:
        """Take the book."""
        self._book = book

    def case(self, answers: Answers) -> FamilyCase:
        """Return the case of the answers."""
        return family_case(answers, self._book)

    def case_facts(self, case: FamilyCase) -> Facts:
        """Return the facts of a case, with the route that follows from what is known."""
        return family_route(family_facts(case, self._book), self._book)

    def facts(self, live: Answers) -> Facts:
        """Return the facts of incomplete answers: what is not answered is open."""
        return self.case_facts(self.case(live))

    def signature(
        self, case: FamilyCase, parts: Collection[str], as_of: date
    ) -> dict[str, Signature]:
        """Return what stands in each of `parts` for a case: ids, with the words in their texts."""
        found = family_match(case, self._book, as_of, parts)
        words = FamilyWords(case, self._book)
        entries: dict[str, list[tuple[str, ...]]] = {part: [] for part in parts}
        for rule in found.rules:
            entries[rule.section].append((rule.id, *(words[name] for name in placeholders(rule))))
        if "possible" in entries:
            entries["possible"] = [(found.row.id,)]
        if "channels" in entries:
            named = family_channels(case, found.facts, self._book)
            entries["channels"] += [(channel.id,) for channel in named]
        return {part: tuple(lines) for part, lines in entries.items()}

    def touched(self, question: str, known: Answers) -> tuple[str, ...]:
        """Return the parts that the answer to a question could change at most: all where a row of
        the decision table or the scope hangs on it.
        """
        rows = [c for row in self._book.decision for c in (row.when, row.unless)]
        if question in PLACES or any(question in condition for condition in rows):
            return tuple(PARTS)
        words = _WORDS.get(question, ())
        found = {
            rule.section
            for part in self._told
            for rule in part.rules
            if question in {*rule.when, *rule.unless} or set(words) & set(placeholders(rule))
        }
        channels = [c for part in self._told for c in part.channels]
        if any(question in {*channel.when, *channel.unless} for channel in channels):
            found.add("channels")
        return tuple(part for part in PARTS if part in found)

    def told_apart(self, question: Question, known: Answers) -> list[str]:
        """Return the options that the rules tell apart, one of each kind."""
        options = [option.id for option in question.options]
        return kinds(options, named_in(self._conditions(), question.id))

    def places(self, name: str, other: Place | None) -> list[Place]:
        """Return a place of each kind: where something of its own is said and one where nothing is,
        and of the other place's province another city and the place itself.
        """
        places = self._book.places
        own = {region.code for region in self._book.parts() if region.family != LocalFamily()}
        own |= {code for listed in named_in(self._conditions(), name) for code in listed}
        chosen: dict[tuple[object, ...], Place] = {}
        for pool in places.pools():
            if places.outside(pool):
                continue
            scope = between(pool, other, self._book) if other is not None else ""
            spoken = tuple(code for code in places.chain(pool) if code in own)
            chosen.setdefault((scope, spoken), pool)
        return list(chosen.values())

    @cached_property
    def _told(self) -> list[LocalFamily]:
        national = self._book.national
        everywhere = LocalFamily(national.channels, national.rules)
        return [everywhere, *(region.family for region in self._book.parts())]

    def _conditions(self) -> Iterator[Conditions]:
        for row in self._book.decision:
            yield from (row.when, row.unless)
        for part in self._told:
            for rule in part.rules:
                yield from (rule.when, rule.unless)
            for channel in part.channels:
                yield from (channel.when, channel.unless)
        for question in self._book.questions:
            yield from (question.when, question.unless)
