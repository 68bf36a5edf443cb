"""The words a case puts into a text's placeholders."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from yidi_cli.rulebook.model import UNKNOWN, Hotline

if TYPE_CHECKING:
    from yidi_cli.plan.case import Case
    from yidi_cli.rulebook.bundle import Rulebook
    from yidi_cli.rulebook.places import Place

# What to say where the answer is open or the query does not name the place.
OPEN_WORDS = {
    "insured": "参保地",
    "destination": "就医地",
    "scheme": "您的险种",
    "type": "异地就医",
    "care": "看病",
    "disease": "您的病种",
}


class Words:
    """Fills placeholders for one case."""

    NATIONAL = "12393"

    def __init__(self, case: Case, book: Rulebook) -> None:
        self._case = case
        self._book = book

    def fill(self, text: str) -> str:
        """Return `text` with its placeholders filled; unknown ones are a fault of the data."""
        if "{" not in text:
            return text
        return text.format_map(self.names)

    @cached_property
    def names(self) -> dict[str, str]:
        """Every placeholder's word for this case."""
        case = self._case
        return {
            "insured": self._place(case.insured, "insured"),
            "destination": self._place(case.destination, "destination"),
            "scheme": self._answer("scheme", case.scheme),
            "type": self._answer("type", case.type),
            "care": self._answer("care", case.care),
            "disease": self._answer("disease", case.disease),
            "hotline": self.hotline_number,
        }

    def _place(self, place: Place | None, name: str) -> str:
        if place is None:
            return OPEN_WORDS[name]
        pool = self._book.places.pool(place)
        return (pool or place).short

    def _answer(self, question_id: str, answer: str) -> str:
        question = self._book.question(question_id)
        for group in question.groups:
            if group.id == answer:
                return group.name
        for option in question.options:
            if option.id == answer and answer not in (UNKNOWN, "none"):
                return option.name
        return OPEN_WORDS[question_id]

    @cached_property
    def hotline(self) -> Hotline | None:
        """The number of the nearest region that has one; the nation's is 12393."""
        for region in self._book.chain(self._case.insured):
            if region.hotline is not None and region.hotline.number:
                return region.hotline
        return None

    @property
    def hotline_number(self) -> str:
        """The number as it is dialled."""
        return self.hotline.number if self.hotline is not None else self.NATIONAL
