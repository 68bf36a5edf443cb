"""What the books of all matters share: places, sources, regions and disputes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

import msgspec

from yidi_cli.base.errors import DataError
from yidi_cli.rulebook.divisions import Place, Table
from yidi_cli.rulebook.model import Conflict, Meta, Option, OptionGroup, Question, Reading, Source
from yidi_cli.rulebook.places import Places
from yidi_cli.rulebook.region import NATION, Region, parts_of

if TYPE_CHECKING:
    from yidi_cli.rulebook.bundle import Bundle
    from yidi_cli.rulebook.changes import Change
    from yidi_cli.rulebook.holidays import HolidayYear
    from yidi_cli.rulebook.raw import RawBundle

T = TypeVar("T")
BROKEN = "自带的数据坏了。请重新安装 yidi。"


class Book(ABC):
    """Read-only access to one matter: its questions, and what all matters share."""

    matter: ClassVar[Literal["filing", "family"]]

    def __init__(self, bundle: Bundle | RawBundle) -> None:
        """Take the parts; they are decoded when they are used."""
        self._bundle = bundle
        self._regions: dict[str, Region] = {}

    def _decode(self, value: Any, kind: type[T]) -> T:
        if isinstance(value, msgspec.Raw):
            try:
                return msgspec.json.decode(value, type=kind)
            except msgspec.MsgspecError:
                raise DataError(BROKEN) from None
        return value  # type: ignore[no-any-return]

    @cached_property
    def meta(self) -> Meta:
        """The data's version and boundary day."""
        return self._decode(self._bundle.meta, Meta)

    @property
    @abstractmethod
    def questions(self) -> tuple[Question, ...]:
        """The questions of the matter, in the order they are asked."""

    def question(self, question_id: str) -> Question:
        """Return the question with this id; KeyError if there is none."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(question_id)

    def answer_name(self, question_id: str, answer: str) -> str:
        """Return the field's term for an answer, an option's or a group's; "" if there is none."""
        question = self.question(question_id)
        named: tuple[OptionGroup | Option, ...] = (*question.groups, *question.options)
        return next((part.name for part in named if part.id == answer), "")

    @cached_property
    def _national_conflicts(self) -> tuple[Conflict, ...]:
        return self._decode(self._bundle.conflicts, tuple[Conflict, ...])

    def conflicts(self) -> tuple[Conflict, ...]:
        """Return all conflicts, the national ones first."""
        return tuple(conflict for _, conflict in self.conflicts_by_place())

    def conflicts_by_place(self) -> Iterator[tuple[str, Conflict]]:
        """Yield every conflict with the name of the place it is about, the national ones first."""
        for conflict in self._national_conflicts:
            yield "全国", conflict
        for part in self.parts():
            for conflict in part.conflicts:
                yield part.name, conflict

    @cached_property
    def _readings(self) -> dict[str, Reading]:
        return {r.id: r for conflict in self._national_conflicts for r in conflict.readings}

    def reading(self, reading_id: str) -> Reading:
        """Return a reading that lost, the nation's or a region's; KeyError if there is none."""
        if reading_id not in self._readings:
            self._readings.update({r.id: r for c in self.conflicts() for r in c.readings})
        return self._readings[reading_id]

    @cached_property
    def holidays(self) -> tuple[HolidayYear, ...]:
        """The years of the public-holiday table."""
        from yidi_cli.rulebook.holidays import HolidayYear

        return self._decode(self._bundle.holidays, tuple[HolidayYear, ...])

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What changed in the data, the newest first."""
        from yidi_cli.rulebook.changes import Change

        return self._decode(self._bundle.changes, tuple[Change, ...])

    @cached_property
    def places(self) -> Places:
        """The places, with their finder."""
        return Places(Table(self._decode(self._bundle.places, tuple[str, ...])))

    @cached_property
    def _national_sources(self) -> dict[str, Source]:
        sources = self._decode(self._bundle.sources, tuple[Source, ...])
        return {source.id: source for source in sources}

    def region(self, code: str) -> Region | None:
        """Return the nation's or a province's region, or None where there is no file."""
        if code not in self._regions:
            value = self._bundle.regions.get(code)
            if value is None:
                return None
            self._regions[code] = self._decode(value, Region)
        return self._regions[code]

    def regions(self) -> tuple[Region, ...]:
        """Return all regions by code, the nation first."""
        found = (self.region(code) for code in sorted(self._bundle.regions))
        return tuple(region for region in found if region is not None)

    def parts(self) -> Iterator[Region]:
        """Yield every region and, behind it, its cities."""
        return parts_of(self.regions())

    def chain(self, place: Place | None) -> tuple[Region, ...]:
        """Return the regions that speak for `place`, most specific first, the nation last."""
        nation = self.region(NATION)
        chain: list[Region] = []
        if place is not None:
            province = self.region(self.places.province(place).code)
            if province is not None:
                cities = {city.code: city for city in province.cities}
                codes = self.places.chain(place)
                chain += [cities[code] for code in codes if code in cities]
                chain.append(province)
        return (*chain, nation) if nation is not None else tuple(chain)

    def source(self, source_id: str) -> Source:
        """Return a source, the nation's or a region's own; KeyError if there is none."""
        source = self._national_sources.get(source_id) or self.local_source(source_id)
        if source is None:
            # Not of a region used so far: look through all of them.
            source = {source.id: source for source in self.sources()}[source_id]
        return source

    def local_source(self, source_id: str) -> Source | None:
        """Return a source that a region used so far holds as its own, None if none does."""
        for part in parts_of(self._regions.values()):
            for source in part.sources:
                if source.id == source_id:
                    return source
        return None

    def sources(self) -> tuple[Source, ...]:
        """Return all sources, the national ones first."""
        own = (source for part in self.parts() for source in part.sources)
        return (*self._national_sources.values(), *own)
