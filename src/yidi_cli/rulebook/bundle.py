"""All parts of the data, decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidi_cli.rulebook.family import Family
from yidi_cli.rulebook.model import (
    Conflict,
    DecisionRow,
    Disease,
    ElderStep,
    Meta,
    Part,
    Question,
    Rule,
    Section,
    Source,
)
from yidi_cli.rulebook.region import Region

if TYPE_CHECKING:
    from datetime import date

    from yidi_cli.rulebook.changes import Change
    from yidi_cli.rulebook.holidays import HolidayYear
    from yidi_cli.rulebook.past import Past
    from yidi_cli.rulebook.wording import Wording


class Bundle(Part, frozen=True):
    """All parts, decoded; the places as the columns of `divisions.pack`.

    `settled` is that of `timeline.settled`; None where it is still to be found out.
    """

    meta: Meta | None
    sources: tuple[Source, ...]
    questions: tuple[Question, ...]
    decision: tuple[DecisionRow, ...]
    diseases: tuple[Disease, ...]
    conflicts: tuple[Conflict, ...]
    rules: dict[Section, tuple[Rule, ...]]
    regions: dict[str, Region]
    places: tuple[str, ...]
    holidays: tuple[HolidayYear, ...]
    family: Family | None
    elder: tuple[ElderStep, ...] = ()
    changes: tuple[Change, ...] = ()
    past: Past | None = None
    settled: date | None = None
    wording: Wording | None = None
