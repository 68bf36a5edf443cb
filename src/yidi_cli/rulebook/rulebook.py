"""The rulebook: everything the program knows, read from compiled JSON or from YAML.

The wheel carries `_data/`: `rulebook.json`, whose parts are decoded only when they are used, and
`wording.json`, which is read only where a sentence is to be understood. A checkout has no such
files, or must not trust them, and reads the YAML beside `pyproject.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from yidi_cli.rulebook.book import Book
from yidi_cli.rulebook.divisions import Place
from yidi_cli.rulebook.model import (
    ORDER,
    UNKNOWN,
    Channel,
    Conditions,
    DecisionRow,
    Disease,
    ElderStep,
    Option,
    Question,
    Rule,
    Section,
)
from yidi_cli.rulebook.numbers import DISEASE
from yidi_cli.rulebook.raw import RawBundle
from yidi_cli.rulebook.region import Exemption

if TYPE_CHECKING:
    from yidi_cli.rulebook.bundle import Bundle
    from yidi_cli.rulebook.family_book import FamilyBook
    from yidi_cli.rulebook.past import Past
    from yidi_cli.rulebook.wording import Wording

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


class Rulebook(Book):
    """The matter of filing, and the way to the other matters and to every statement."""

    matter = "filing"

    def __init__(
        self, bundle: Bundle | RawBundle, wording: Callable[[], bytes] = lambda: b""
    ) -> None:
        """Take the parts; `wording` reads that of a raw bundle."""
        super().__init__(bundle)
        self._read_wording = wording
        self.overlays: tuple[str, ...] = ()
        self._days: dict[date, Rulebook] = {}
        self._today: Rulebook | None = None
        self._sections: dict[Section, tuple[Rule, ...]] = {}
        self._indexes: dict[tuple[str, ...], _Index] = {}

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

    @cached_property
    def family(self) -> FamilyBook:
        """The matter of family mutual aid."""
        # Loaded here: no other command needs it.
        from yidi_cli.rulebook.family_book import FamilyBook

        return FamilyBook(self._bundle, lambda day: self.on(day).family)

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
    def elder_steps(self) -> dict[str, ElderStep]:
        """The steps of the large-type page, by id."""
        steps = self._decode(self._bundle.elder, tuple[ElderStep, ...])
        return {step.id: step for step in steps}

    @cached_property
    def wording(self) -> Wording:
        """The words from which a sentence is understood."""
        from yidi_cli.rulebook.wording import Wording

        if isinstance(self._bundle, RawBundle):
            return self._decode(msgspec.Raw(self._read_wording()), Wording)
        assert self._bundle.wording is not None, "the bundle was read without faults"
        return self._bundle.wording

    def statements(self) -> Iterator[tuple[str, Statement]]:
        """Yield every sourced statement on filing with the name of the place it speaks for."""
        for rule in self.rules:
            yield "全国", rule
        for row in self.decision:
            yield "全国", row
        for part in self.parts():
            own: tuple[Statement, ...] = (*part.rules, *part.channels, *part.exemptions)
            for statement in own:
                yield part.name, statement

    def whole(self) -> Bundle:
        """Return all parts decoded, as they were read."""
        if not isinstance(self._bundle, RawBundle):
            return self._bundle
        from yidi_cli.rulebook.bundle import Bundle

        return Bundle(
            meta=self.meta,
            sources=tuple(self._national_sources.values()),
            questions=self._decode(self._bundle.questions, tuple[Question, ...]),
            decision=self.decision,
            diseases=self.diseases,
            conflicts=self._national_conflicts,
            rules={section: self.rules_in(section) for section in ORDER},
            regions={region.code: region for region in self.regions()},
            places=self._decode(self._bundle.places, tuple[str, ...]),
            holidays=self.holidays,
            family=self.family.national,
            elder=tuple(self.elder_steps.values()),
            changes=self.changes,
            past=self._past,
            wording=self.wording,
        )

    def of_all_days(self) -> Rulebook:
        """Return a book that also holds what no longer does, to look a statement up in."""
        from yidi_cli.rulebook.timeline import all_days

        return Rulebook(all_days(self.whole()), self._read_wording)

    @cached_property
    def _past(self) -> Past | None:
        from yidi_cli.rulebook.past import Past

        return self._decode(self._bundle.past, Past | None)  # type: ignore[arg-type]

    @cached_property
    def settled(self) -> date:
        """The day from which on today's data serve; see `timeline.settled`."""
        day = self._decode(self._bundle.settled, date | None)  # type: ignore[arg-type]
        if day is None:
            from yidi_cli.rulebook.timeline import settled

            day = settled(self.whole())
        return day

    def on(self, day: date) -> Rulebook:
        """Return the data as they were on a day: this book, unless something held otherwise."""
        today = self._today or self
        if day >= today.settled:
            return today
        if day not in today._days:
            from yidi_cli.rulebook.timeline import as_of

            then = Rulebook(as_of(today.whole(), day), self._read_wording)
            then._today, then.overlays = today, self.overlays
            today._days[day] = then
        return today._days[day]
