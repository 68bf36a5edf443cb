"""The rulebook: everything the program knows, read from compiled JSON or from YAML.

The wheel carries `_data/`: `rulebook.json`, whose parts are decoded only when they are used, and
`wording.json`, which is read only where a sentence is to be understood. A checkout has no such
files, or must not trust them, and reads the YAML beside `pyproject.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from yidi_cli.base.errors import DataError
from yidi_cli.rulebook.divisions import Place, Table
from yidi_cli.rulebook.model import (
    ORDER,
    UNKNOWN,
    Channel,
    Conditions,
    Conflict,
    DecisionRow,
    Disease,
    ElderStep,
    Meta,
    Option,
    OptionGroup,
    Part,
    Question,
    Reading,
    Rule,
    Section,
    Source,
)
from yidi_cli.rulebook.numbers import DISEASE
from yidi_cli.rulebook.places import Places
from yidi_cli.rulebook.region import NATION, Exemption, Region

if TYPE_CHECKING:
    from yidi_cli.rulebook.holidays import HolidayYear
    from yidi_cli.rulebook.wording import Wording

T = TypeVar("T")
RULEBOOK, WORDING = "rulebook.json", "wording.json"
"""The compiled files: all parts, and the wording."""
BROKEN = "自带的数据坏了。请重新安装 yidi。"


class Bundle(Part, frozen=True):
    """All parts, decoded; the places as the columns of `divisions.pack`."""

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
    elder: tuple[ElderStep, ...] = ()
    wording: Wording | None = None


class RawBundle(Part, frozen=True):
    """The same parts as JSON text, each decoded when it is asked for.

    The wording has a file of its own: it is a third of all, and hardly any command needs it.
    """

    meta: msgspec.Raw
    sources: msgspec.Raw
    questions: msgspec.Raw
    decision: msgspec.Raw
    diseases: msgspec.Raw
    conflicts: msgspec.Raw
    rules: dict[str, msgspec.Raw]
    regions: dict[str, msgspec.Raw]
    places: msgspec.Raw
    holidays: msgspec.Raw
    elder: msgspec.Raw = msgspec.Raw(b"[]")


Statement = Rule | DecisionRow | Channel | Exemption


_Index = dict[str, list[tuple[Rule, Conditions]]]


def _index(rules: Iterable[Rule], known: Mapping[str, str]) -> _Index:
    """Group rules that `known` does not rule out by situation, "" for those that need none."""
    index: _Index = {}
    for rule in rules:
        when = rule.when
        if all(value in when.get(name, (value,)) for name, value in known.items()):
            met = {*known, "situation"}
            rest = {name: values for name, values in when.items() if name not in met}
            for situation in sorted(when.get("situation", ("",))):
                index.setdefault(situation, []).append((rule, rest))
    return index


def _parts(regions: Iterable[Region]) -> Iterator[Region]:
    for region in regions:
        yield region
        yield from region.cities


class Rulebook:
    """Read-only access to the parts, and the look-ups that need several of them."""

    def __init__(
        self, bundle: Bundle | RawBundle, wording: Callable[[], bytes] = lambda: b""
    ) -> None:
        """Take the parts; `wording` reads that of a raw bundle."""
        self._bundle = bundle
        self._read_wording = wording
        self._regions: dict[str, Region] = {}
        self._sections: dict[Section, tuple[Rule, ...]] = {}
        self._indexes: dict[tuple[str, ...], _Index] = {}

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

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions in the order they are asked, diseases filled in."""
        questions = self._decode(self._bundle.questions, tuple[Question, ...])
        return tuple(self._with_diseases(q) if q.id == "disease" else q for q in questions)

    def _with_diseases(self, question: Question) -> Question:
        known = tuple(
            Option(
                id=d.id,
                label=d.name,
                name=d.name,
                aliases=d.aliases,
                related=d.related,
                hint="能跨省直接结" if d.direct else "",
                number=d.number,
            )
            for d in self.diseases
        )
        none = Option(
            id="none",
            label="还没有认定过",
            name="没有认定",
            aliases=("无", "没有"),
            number=DISEASE["none"],
        )
        unsure = Option(
            id=UNKNOWN,
            label="说不准",
            name="病种没定",
            aliases=("不清楚", "不知道"),
            number=DISEASE[UNKNOWN],
        )
        return msgspec.structs.replace(question, options=(*known, unsure, none))

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
    def decision(self) -> tuple[DecisionRow, ...]:
        """The decision table, first match first."""
        return self._decode(self._bundle.decision, tuple[DecisionRow, ...])

    @cached_property
    def diseases(self) -> tuple[Disease, ...]:
        """The chronic diseases."""
        return self._decode(self._bundle.diseases, tuple[Disease, ...])

    @cached_property
    def direct(self) -> dict[str, str]:
        """Disease → the value of the dimension `direct`."""
        return {disease.id: "yes" if disease.direct else "no" for disease in self.diseases}

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

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The national rules, section by section."""
        return tuple(rule for section in ORDER for rule in self.rules_in(section))

    def rules_in(self, section: Section) -> tuple[Rule, ...]:
        """Return the national rules of one section."""
        if section not in self._sections:
            parts: Mapping[Any, Any] = self._bundle.rules
            self._sections[section] = self._decode(parts.get(section, ()), tuple[Rule, ...])
        return self._sections[section]

    def rules_about(
        self, sections: Iterable[Section], insured: Place | None, destination: Place | None = None
    ) -> list[Rule]:
        """Return the national rules of `sections`, and all those of the regions of two places."""
        rules = [rule for section in sections for rule in self.rules_in(section)]
        for place in (insured, destination):
            rules += [rule for region in self.chain(place) for rule in region.rules]
        return rules

    def rules_on(
        self, section: Section, scope: str, route: str, stage: str, situations: Iterable[str]
    ) -> Iterator[tuple[Rule, Conditions]]:
        """Yield the national rules of a section that scope, route and stage do not rule out, each
        with those of its conditions that remain to be met.

        A rule that speaks only in situations comes once, behind the others, if one of them is
        given. All this is known when rules are matched, but `stage` may be `unknown`.
        """
        known = {"scope": scope, "route": route, "stage": stage}
        if stage == UNKNOWN:
            del known["stage"]
        key = (section, scope, route, stage)
        if key not in self._indexes:
            self._indexes[key] = _index(self.rules_in(section), known)
        index = self._indexes[key]
        yield from index.get("", ())
        given: set[str] = set()
        for situation in situations:
            for rule, rest in index.get(situation, ()):
                if rule.id not in given:
                    given.add(rule.id)
                    yield rule, rest

    @cached_property
    def holidays(self) -> tuple[HolidayYear, ...]:
        """The years of the public-holiday table."""
        from yidi_cli.rulebook.holidays import HolidayYear

        return self._decode(self._bundle.holidays, tuple[HolidayYear, ...])

    @cached_property
    def elder_steps(self) -> dict[str, ElderStep]:
        """The steps of the large-type page, by id."""
        steps = self._decode(self._bundle.elder, tuple[ElderStep, ...])
        return {step.id: step for step in steps}

    @cached_property
    def wording(self) -> Wording:
        """The words from which a sentence is understood."""
        from yidi_cli.rulebook.wording import Wording

        if isinstance(self._bundle, Bundle):
            assert self._bundle.wording is not None, "the bundle was read without faults"
            return self._bundle.wording
        return self._decode(msgspec.Raw(self._read_wording()), Wording)

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
        return _parts(self.regions())

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
        for part in _parts(self._regions.values()):
            for source in part.sources:
                if source.id == source_id:
                    return source
        return None

    def sources(self) -> tuple[Source, ...]:
        """Return all sources, the national ones first."""
        own = (source for part in self.parts() for source in part.sources)
        return (*self._national_sources.values(), *own)

    def statements(self) -> Iterator[tuple[str, Statement]]:
        """Yield every sourced statement with the name of the place it speaks for."""
        for rule in self.rules:
            yield "全国", rule
        for row in self.decision:
            yield "全国", row
        for part in self.parts():
            own: tuple[Statement, ...] = (*part.rules, *part.channels, *part.exemptions)
            for statement in own:
                yield part.name, statement
