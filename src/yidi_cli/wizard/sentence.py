"""What a sentence says of a person's situation, by the words in `data/sentence.yaml`.

Nothing is guessed: what is said but may be meant otherwise is `unsure`, and will be asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from yidi_cli.base.value import Value
from yidi_cli.rulebook.divisions import Place
from yidi_cli.rulebook.model import Question
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.rulebook.wording import (
    CARE_AT_HOME,
    DOUBT,
    FILED_ELSEWHERE,
    FIRST_PLACE,
    STOPS,
    Cue,
    patterns_of,
)
from yidi_cli.wizard.sentence_places import SURE, Mention, Names, Read, Roles, roles
from yidi_cli.wizard.sentence_text import (
    Match,
    Text,
    fold_text,
    matches,
    with_needs,
)

FAMILY = "family"
"""The topic of a sentence that is about family mutual aid."""
DISEASE, FILING, SITUATION = "disease", "filing", "situation"
_NAMED = 2  # a disease's own name
_POINTED = 1  # a word that only points to it


class Understood(Value, frozen=True):
    """What was understood.

    `answers`: question id → option id, division code, or a tuple of situation ids. `said`:
    question id → the person's words it rests on, for what is answered and what is unsure.
    `unsure`: question id → what it may be, possibly empty. `matter`: the other matter that it seems
    to be about, "" for none.
    """

    answers: dict[str, str | tuple[str, ...]]
    said: dict[str, str]
    unsure: dict[str, tuple[str, ...]]
    matter: str = ""


class _Reader:
    """The words and names of one rulebook, made ready once."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.patterns = patterns_of(book.wording)
        self.names = Names(book)
        self.diseases = [
            (name.replace(" ", "").lower(), Cue(says=(name,), option=option.id, weight=weight))
            for option in book.question(DISEASE).options
            if option.id not in ("none", "unknown", "other")
            for names, weight in (
                ((option.name, *option.aliases), _NAMED),
                (option.related, _POINTED),
            )
            for name in names
        ]

    def disease_matches(self, text: str) -> list[Match]:
        """Return where a disease is named, or pointed to."""
        return [
            Match(start, start + len(name), cue)
            for name, cue in self.diseases
            for start in _starts(name, text)
        ]


def _starts(name: str, text: str) -> list[int]:
    found = []
    start = text.find(name)
    while start >= 0:
        found.append(start)
        start = text.find(name, start + 1)
    return found


_READERS: WeakKeyDictionary[Rulebook, _Reader] = WeakKeyDictionary()


def understand(text: str, book: Rulebook) -> Understood:
    """Return what a sentence says; what is longer than 400 characters is cut. Raises nothing."""
    reader = _READERS.get(book)
    if reader is None:
        reader = _READERS[book] = _Reader(book)
    plain = fold_text(text, book.wording)
    mentions = reader.names.mentions(plain)
    masked = plain.with_places([(m.start, m.end) for m in mentions])
    topics = {name for p, name in reader.patterns.topics if any(p.matches(masked.folded))}
    parts = roles(masked, mentions, reader.patterns, topics, book)
    facts = _facts(parts, book)
    found = _found(masked, reader, topics | facts)
    elsewhere = _elsewhere(mentions, _one(parts.destination), book)
    result = _Result(masked)
    result.place("insured", parts.insured)
    result.place("destination", parts.destination)
    for question in book.questions:
        if question.kind == "one":
            own = [m for m in found[question.id] if not _speaks_of(elsewhere, m, masked.folded)]
            result.one(question, own)
        elif question.kind == "many":
            result.many(question, found[question.id], book.wording.outranks)
    _compare_filing(result, parts, facts)
    for question in book.questions:
        result.drop_what_cannot_be(question)
    matter = FAMILY if FAMILY in topics else ""
    return Understood(result.answers, result.said, result.unsure, matter)


def _found(text: Text, reader: _Reader, spoken_of: set[str]) -> dict[str, list[Match]]:
    """Return what is said to each question but the places, given the topics and facts that hold."""
    found: dict[str, list[Match]] = {}
    for question in reader.book.questions:
        if question.kind != "place":
            own = matches(text.folded, reader.patterns.answers.get(question.id, ()))
            if question.id == DISEASE:
                own += reader.disease_matches(text.folded)
            found[question.id] = own
    return with_needs(found, spoken_of)


def _one(read: Read | None) -> Place | None:
    return read.places[0] if read is not None and read.sure else None


def _elsewhere(mentions: list[Mention], care: Place | None, book: Rulebook) -> str:
    """Return the characters of the places that are surely not the place of care."""
    if care is None:
        return ""
    return "".join(
        chr(ord(FIRST_PLACE) + number)
        for number, mention in enumerate(mentions)
        if not any(_same(p, care, book) or book.places.within(care, p) for p in mention.places)
    )


def _speaks_of(elsewhere: str, match: Match, text: str) -> bool:
    """Tell whether a cue that counts `there` speaks in a clause of other places alone."""
    if not match.cue.there:
        return False
    start = max(text.rfind(stop, 0, match.start) for stop in STOPS) + 1
    ends = [end for stop in STOPS if (end := text.find(stop, match.end)) >= 0]
    named = {char for char in text[start : min(ends, default=len(text))] if char >= FIRST_PLACE}
    return bool(named) and named <= set(elsewhere)


def _facts(parts: Roles, book: Rulebook) -> set[str]:
    """Return what follows from the places: whether the filing is for another one than the care's,
    and whether the care is where the person is insured."""
    filed, care, insured = _one(parts.filed), _one(parts.destination), _one(parts.insured)
    facts: set[str] = set()
    if care is not None and filed is not None and not _same(filed, care, book):
        facts.add(FILED_ELSEWHERE)
    if care is not None and insured is not None and _same(insured, care, book):
        facts.add(CARE_AT_HOME)
    return facts


def _same(one: Place, other: Place, book: Rulebook) -> bool:
    """Tell whether a filing for the first place holds in the second."""
    return book.places.pool(one) == book.places.pool(other) or book.places.within(other, one)


class _Result:
    """What is understood so far."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.answers: dict[str, str | tuple[str, ...]] = {}
        self.said: dict[str, str] = {}
        self.unsure: dict[str, tuple[str, ...]] = {}

    def place(self, role: str, read: Read | None) -> None:
        """Take a place, or what it may be."""
        if read is None:
            return
        self.said[role] = read.said
        if read.sure:
            self.answers[role] = read.places[0].code
        else:
            self.unsure[role] = tuple(place.code for place in read.places)

    def one(self, question: Question, found: list[Match]) -> None:
        """Take the answer that weighs most, or what it may be."""
        most = max((match.weight for match in found), default=0)
        top = [match for match in found if match.weight == most]
        if not top:
            return
        options = [o.id for o in question.options if any(m.option == o.id for m in top)]
        self.said[question.id] = self._words(top)
        if most >= SURE and len(options) == 1 and all(m.option != DOUBT for m in top):
            self.answers[question.id] = options[0]
        else:
            self.unsure[question.id] = tuple(options)

    def many(
        self, question: Question, found: list[Match], outranks: Mapping[str, tuple[str, ...]]
    ) -> None:
        """Take every answer that is certain and that no other rules out."""
        sure = {match.option for match in found if match.weight >= SURE}
        out = {other for name in sure for other in outranks.get(name, ())}
        chosen = tuple(o.id for o in question.options if o.id in sure - out)
        doubtful = {m.option for m in found} - sure - out
        if chosen:
            self.answers[question.id] = chosen
        if doubtful:
            self.unsure[question.id] = tuple(o.id for o in question.options if o.id in doubtful)
        if chosen or doubtful:
            self.said[question.id] = self._words([m for m in found if m.option not in out])

    def drop_what_cannot_be(self, question: Question) -> None:
        """Drop the answer to a question that the other answers rule out: a disease in hospital."""
        for name, allowed in question.when.items():
            other = self.answers.get(name)
            if name != "scope" and other not in allowed:
                self.answers.pop(question.id, None)
                self.unsure.pop(question.id, None)
                self.said.pop(question.id, None)

    def _words(self, found: list[Match]) -> str:
        spans: list[tuple[int, int]] = []
        for match in sorted(found, key=lambda m: (m.start, -m.end)):
            if not spans or match.end > spans[-1][1]:
                spans.append((match.start, match.end))
        return "、".join(dict.fromkeys(self.text.words(*span) for span in spans))


def _compare_filing(result: _Result, parts: Roles, facts: set[str]) -> None:
    """Tell whether a filing that names a place is for the place of care.

    Who goes home for care has not filed in vain: his filing is asked about.
    """
    filed = parts.filed
    if filed is None or FILING in result.answers or _one(parts.destination) is None:
        return
    if CARE_AT_HOME not in facts:
        result.unsure.pop(FILING, None)
        result.answers[FILING] = "elsewhere" if FILED_ELSEWHERE in facts else "active"
        result.said[FILING] = filed.said
