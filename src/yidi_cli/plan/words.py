"""The words a case puts into a text's placeholders."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from yidi_cli.plan.case import Case
from yidi_cli.plan.plan import Disputed
from yidi_cli.rulebook.model import UNKNOWN, Disease, Reading
from yidi_cli.rulebook.region import Hotline, Region

if TYPE_CHECKING:
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.divisions import Place
    from yidi_cli.rulebook.rulebook import Rulebook

# What to say where the answer is open or the query does not name the place.
OPEN_WORDS = {
    "insured": "参保地",
    "destination": "就医地",
    "scheme": "您的险种",
    "type": "异地就医",
    "care": "看病",
    "disease": "您的病种",
}

OPEN_PHRASES = {
    "insured": (
        ("参保地是{insured}", "参保地是哪里"),
        ("参保地选{insured}", "参保地照实选"),
    ),
    "destination": (
        ("就医地选到市：{destination}", "就医地选到市"),
        ("就医地选{destination}", "就医地照实选"),
        ("选{destination}", "选要去的城市"),
    ),
}
"""What to say where the open word would name a thing by itself: 参保地选参保地."""


class Insured(Protocol):
    """What every case tells: where the person is insured whom to ask, and what nobody knows."""

    @property
    def insured(self) -> Place | None:
        """The place."""

    @property
    def open_places(self) -> tuple[str, ...]:
        """The places that somebody was asked for and does not know."""


class CommonWords:
    """Fills the placeholders that every matter has: the insured place and the number to call.

    `open_words` stand for what is not known; `phrases` says what to write where an open word would
    name a thing by itself.
    """

    NATIONAL = "12393"
    open_words: Mapping[str, str] = OPEN_WORDS
    phrases: Mapping[str, tuple[tuple[str, str], ...]] = {}

    def __init__(self, case: Insured, book: Book) -> None:
        self._case = case
        self._book = book
        self._known: dict[str, str] = {}

    def fill(self, text: str) -> str:
        """Return `text` with its placeholders filled; unknown ones are a fault of the data."""
        if "{" not in text:
            return text
        for name, phrases in self.phrases.items():
            if getattr(self._case, name) is None:
                for phrase, instead in phrases:
                    text = text.replace(phrase, instead)
        if "insured" in self._case.open_places:
            # Nobody knows yet which place to ask.
            text = text.replace("{hotline} 问{insured}", "{hotline} 问")
        if not self["hotline"][0].isdigit():
            # The number is then named after the place: it need not be named again, and the space
            # that stands before a number is wrong before a name.
            text = text.replace("{hotline} 问{insured}", "{hotline} 问")
            text = text.replace(" {hotline}", "{hotline}")
        return text.format_map(self)

    def __getitem__(self, name: str) -> str:
        """Return the word for a placeholder; KeyError where there is no such placeholder."""
        if name not in self._known:
            self._known[name] = self._word(name)
        return self._known[name]

    def _word(self, name: str) -> str:
        case = self._case
        if name == "insured":
            return self._place(case.insured, name)
        if name == "hotline":
            number = self.hotline.number if self.hotline is not None else self.NATIONAL
            if number != self.NATIONAL or "insured" in case.open_places:
                return number
            # Dialled elsewhere, the bare number may be answered by another place.
            return f"{self['insured']}的 {number}"
        raise KeyError(name)

    def _place(self, place: Place | None, name: str) -> str:
        if place is None:
            return self.open_words[name]
        places = self._book.places
        return places.short_name(places.pool(place) or place)

    @cached_property
    def hotline_region(self) -> Region | None:
        """The nearest region that has a number to call."""
        for region in self._book.chain(self._case.insured):
            if region.hotline is not None and region.hotline.number:
                return region
        return None

    @property
    def hotline(self) -> Hotline | None:
        """The number of the nearest region that has one; the nation's is 12393."""
        return self.hotline_region.hotline if self.hotline_region is not None else None

    def disputed(self, reading: Reading) -> Disputed:
        """Return a reading that lost, filled in for the case."""
        says, why_not = self.fill(reading.says), self.fill(reading.why_not)
        return Disputed(reading.id, says, why_not, reading.sources)


class Words(CommonWords):
    """Fills placeholders for a case of filing."""

    phrases = OPEN_PHRASES
    _case: Case

    def __init__(self, case: Case, book: Book) -> None:
        super().__init__(case, book)

    def _word(self, name: str) -> str:
        case = self._case
        if name == "destination":
            return self._place(case.destination, name)
        answers = {
            "scheme": case.scheme,
            "type": case.type,
            "care": case.care,
            "disease": case.disease,
        }
        return self._answer(name, answers[name]) if name in answers else super()._word(name)

    def _answer(self, question_id: str, answer: str) -> str:
        known = answer not in (UNKNOWN, "none") and self._book.answer_name(question_id, answer)
        return known or OPEN_WORDS[question_id]


def disease_text(disease: Disease, book: Rulebook) -> str:
    """Say in a sentence whether a disease settles across provinces."""
    if disease.direct:
        return f"{disease.name}：能跨省直接结算。"
    settling = sum(other.direct for other in book.diseases)
    return f"{disease.name}：不在能跨省直接结算的 {settling} 种里。"
