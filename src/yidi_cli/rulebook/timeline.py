"""The data as they were on a day: today's without what began later, and with what held then.

`past` holds what was; what began later says so itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from yidi_cli.rulebook.family import Family, FamilyRow, LocalFamily
from yidi_cli.rulebook.model import Citation, DecisionRow, Disease, Meta, Rule
from yidi_cli.rulebook.parts import all_exemptions, all_rules, all_sources, all_ways
from yidi_cli.rulebook.past import (
    FIRST_DAY,
    Dated,
    Past,
    PastFamilyRow,
    PastRow,
    entries,
)
from yidi_cli.rulebook.region import Exemption, Region, parts_of

if TYPE_CHECKING:
    from yidi_cli.rulebook.bundle import Bundle


class _Cited(Protocol):
    @property
    def sources(self) -> tuple[Citation, ...]: ...


class _Statement(Dated, _Cited, Protocol): ...


C = TypeVar("C", bound=_Cited)
D = TypeVar("D", bound=_Statement)
R = TypeVar("R", DecisionRow, FamilyRow)


def settled(bundle: Bundle) -> date:
    """Return the day from which on today's data serve: that of the last change which they do not
    carry themselves.

    A rule of today says from when on it speaks, and does so on no other day; so one that is written
    ahead costs no query anything.
    """
    lasting = (entry for entry in _today(bundle) if not isinstance(entry, Rule))
    days = _days((*entries(bundle.past or Past()), *lasting)) | _own_days(bundle)
    return max((day for day in days if day > FIRST_DAY), default=FIRST_DAY)


def changes(bundle: Bundle) -> set[date]:
    """Return the days on which what holds is another than on the day before."""
    days = _days((*entries(bundle.past or Past()), *_today(bundle))) | _own_days(bundle)
    return {day for day in days if day > FIRST_DAY}


def _own_days(bundle: Bundle) -> set[date]:
    """Return the days that are not those of a statement."""
    days = {bundle.meta.tightened} if bundle.meta is not None else set()
    days |= {disease.direct_from for disease in bundle.diseases if disease.direct_from}
    return days | {source.since for source in all_sources(bundle) if source.since}


def _days(dated: Iterable[Dated]) -> set[date]:
    """Return the first day of each, and the one behind its last."""
    days: set[date] = set()
    for entry in dated:
        if entry.valid.from_ is not None:
            days.add(entry.valid.from_)
        if entry.valid.to is not None:
            days.add(entry.valid.to + timedelta(1))
    return days


def all_days(bundle: Bundle) -> Bundle:
    """Return the data of all days at once, for checks: what holds, and before it what held."""
    past = bundle.past or Past()
    rules = dict(bundle.rules)
    for rule in past.rules:
        rules[rule.section] = (*rules.get(rule.section, ()), rule)
    local = {part.code: part for part in parts_of(past.regions)}
    regions = {code: _with_past(region, local) for code, region in bundle.regions.items()}
    family, then = bundle.family, past.family
    if family is not None:
        family = msgspec.structs.replace(
            family,
            decision=_tried(family.decision, then.decision),
            channels=(*then.channels, *family.channels),
            rules=(*then.rules, *family.rules),
        )
    decision = _tried(bundle.decision, past.decision)
    return msgspec.structs.replace(
        bundle, decision=decision, rules=rules, regions=regions, family=family
    )


def _with_past(region: Region, past: Mapping[str, Region]) -> Region:
    """Return a region with what held there, which is tried before what holds today."""
    then = past.get(region.code) or Region(code=region.code, name=region.name)
    return msgspec.structs.replace(
        region,
        exemptions=(*then.exemptions, *region.exemptions),
        channels=(*then.channels, *region.channels),
        rules=(*then.rules, *region.rules),
        family=LocalFamily(
            (*then.family.channels, *region.family.channels),
            (*then.family.rules, *region.family.rules),
        ),
        sources=(*region.sources, *then.sources),
        cities=tuple(_with_past(city, past) for city in region.cities),
    )


def _tried(today: Iterable[R], past: Iterable[PastRow | PastFamilyRow]) -> tuple[R, ...]:
    """Return rows with those of the past, each before the row it names."""
    rows = list(today)
    for row in past:
        for index, other in enumerate(rows):
            if other.id == row.before:
                rows.insert(index, row)  # type: ignore[arg-type]
                break
    return tuple(rows)


def _today(bundle: Bundle) -> Iterator[Dated]:
    """Yield everything of today that says when it holds."""
    yield from all_exemptions(bundle)
    yield from all_rules(bundle)
    yield from all_ways(bundle)


def as_of(bundle: Bundle, day: date) -> Bundle:
    """Return the data as they were on `day`.

    They hold the rules of other days too, which speak on no day but their own. What also rests on
    a text that was there does not cite one that was not there yet.
    """
    assert bundle.meta is not None, "the bundle was read without faults"
    return _Day(bundle, bundle.meta, day).bundle()


class _Day:
    """One day, and what held on it."""

    def __init__(self, bundle: Bundle, meta: Meta, day: date) -> None:
        self._bundle = bundle
        self._day = day
        # Nothing is from before the tightening while there was none.
        self._before = day < meta.tightened
        self._meta = msgspec.structs.replace(meta, tightened=date.min) if self._before else meta
        self._later = {s.id for s in all_sources(bundle) if s.since is not None and s.since > day}

    def bundle(self) -> Bundle:
        """Return all parts."""
        every = all_days(self._bundle)
        return msgspec.structs.replace(
            every,
            meta=self._meta,
            decision=self._rows(every.decision),
            diseases=tuple(self._disease(disease) for disease in every.diseases),
            rules={section: self._rules(found) for section, found in every.rules.items()},
            regions={code: self._region(region) for code, region in every.regions.items()},
            family=self._family(every.family) if every.family is not None else None,
            past=None,
            settled=None,
        )

    def _kept(self, parts: Iterable[D]) -> tuple[D, ...]:
        return tuple(self._cited(part) for part in parts if part.valid.on(self._day))

    def _rules(self, rules: Iterable[Rule]) -> tuple[Rule, ...]:
        # A plan's trace names the rules that do not hold on its day: they stay.
        return tuple(map(self._cited, rules))

    def _cited(self, part: C) -> C:
        """Return a statement without the sources that were not there yet; it keeps one at least."""
        there = tuple(c for c in part.sources if c.id not in self._later)
        if len(there) in (0, len(part.sources)):
            return part
        return msgspec.structs.replace(part, sources=there)  # type: ignore[type-var]

    def _rows(self, rows: Iterable[R]) -> tuple[R, ...]:
        past = (PastRow, PastFamilyRow)
        there = (r for r in rows if not isinstance(r, past) or r.valid.on(self._day))
        return tuple(self._cited(row) for row in there)

    def _disease(self, disease: Disease) -> Disease:
        if disease.direct_from is None or self._day >= disease.direct_from:
            return disease
        return msgspec.structs.replace(disease, direct=False)

    def _region(self, region: Region) -> Region:
        exemptions = self._kept(region.exemptions)
        local = region.family
        return msgspec.structs.replace(
            region,
            channels=self._kept(region.channels),
            exemptions=tuple(map(_untightened, exemptions)) if self._before else exemptions,
            rules=self._rules(region.rules),
            family=LocalFamily(self._kept(local.channels), self._rules(local.rules)),
            cities=tuple(self._region(city) for city in region.cities),
        )

    def _family(self, family: Family) -> Family:
        return msgspec.structs.replace(
            family,
            decision=self._rows(family.decision),
            channels=self._kept(family.channels),
            rules=self._rules(family.rules),
        )


def _untightened(exemption: Exemption) -> Exemption:
    """Return an exemption as it was before the tightening: what is old now was current then.

    What nobody vouches for was not current then either.
    """
    if exemption.basis != "old" or exemption.confidence == "low":
        return exemption
    if not exemption.then:
        return msgspec.structs.replace(exemption, basis="current")
    return msgspec.structs.replace(exemption, basis="current", text=exemption.then, detail="")
