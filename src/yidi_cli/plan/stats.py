"""How much the data hold, how well it is founded, and what is missing: for those who keep it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Literal

from yidi_cli.base.value import Value
from yidi_cli.plan.case import IN_PROVINCE
from yidi_cli.plan.explain import Explained, explained
from yidi_cli.rulebook.model import UNKNOWN, Option, Rule, Source, Tier
from yidi_cli.rulebook.region import NATION, Region

if TYPE_CHECKING:
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.rulebook import Rulebook

Level = Literal["nation", "province", "city"]
Lack = Literal["channel", "hotline", "bureau", "exemption", "rules", "family"]
TIERS: tuple[Tier, ...] = Tier.__args__  # type: ignore[attr-defined]
WEAK: tuple[Tier, ...] = ("article", "general")
"""The tiers on which a statement stands badly: no authority's words, not even second-hand."""


class Usage(Value, frozen=True):
    """A source, the name of the place whose file holds it, and the ids of what rests on it."""

    source: Source
    place: str
    ids: tuple[str, ...]


class SectionCount(Value, frozen=True):
    """How many rules one section of a matter has, by the level of the place they speak for."""

    matter: str
    section: str
    nation: int
    province: int
    city: int

    @property
    def total(self) -> int:
        """The rules of all levels."""
        return self.nation + self.province + self.city


class TopicCount(Value, frozen=True):
    """How many national rules a topic has, and the names of the places with rules of their own."""

    matter: str
    section: str
    topic: str
    nation: int
    places: tuple[str, ...]


class OptionCount(Value, frozen=True):
    """How many statements are said only of some answers, this one among them."""

    matter: str
    question: str
    option: str
    count: int


class Coverage(Value, frozen=True):
    """What is known of one province, its cities included, beside what holds in all the country.

    `channels` are those to file or to ask, `explicit` those of them where filing is known to be
    done; `family` are rules and channels of family mutual aid. `sources` are those of its own, and
    `newest` the newest day of issue of what others wrote among them, as far as it is known, ""
    without one. `lacks` says what is missing.
    """

    code: str
    name: str
    cities: int
    channels: int
    explicit: int
    hotlines: int
    bureau: bool
    exemptions: int
    rules: int
    family: int
    sources: int
    newest: str
    lacks: tuple[Lack, ...]

    @property
    def total(self) -> int:
        """The statements of its own."""
        return self.channels + self.hotlines + self.exemptions + self.rules + self.family


class Weak(Value, frozen=True):
    """A statement of which no source is better than `tier`, one of `WEAK`."""

    id: str
    kind: str
    place: str
    tier: Tier


class Stats(Value, frozen=True):
    """The numbers of the data. `oldest` are the days of checking, the oldest first, with how many
    sources were last checked then; `provinces` come with what lacks most first.
    """

    rules: tuple[SectionCount, ...]
    kinds: dict[str, int]
    tiers: dict[str, int]
    statuses: dict[str, int]
    oldest: tuple[tuple[date, int], ...]
    usages: tuple[Usage, ...]
    provinces: tuple[Coverage, ...]
    topics: tuple[TopicCount, ...]
    options: tuple[OptionCount, ...]
    weak: tuple[Weak, ...]
    conflicts: int
    readings: int
    myths: int


def usages(book: Rulebook) -> tuple[Usage, ...]:
    """Return every source with what rests on it, the most used first."""
    return _usages(book, explained(book))


def _usages(book: Rulebook, found: Iterable[Explained]) -> tuple[Usage, ...]:
    citing: dict[str, list[str]] = {source.id: [] for source in book.sources()}
    for one in found:
        for source_id in dict.fromkeys(citation.id for citation in one.sources):
            citing[source_id].append(one.id)
    places = {source.id: part.name for part in book.parts() for source in part.sources}
    every = (
        Usage(source, places.get(source.id, "全国"), tuple(citing[source.id]))
        for source in book.sources()
    )
    return tuple(sorted(every, key=lambda usage: (-len(usage.ids), usage.source.id)))


def stale(every: Iterable[Usage], today: date, days: int) -> tuple[Usage, ...]:
    """Return those sources that were last checked more than `days` days ago."""
    return tuple(usage for usage in every if age(usage.source, today) > days)


def age(source: Source, today: date) -> int:
    """Return how many days ago a source was last checked."""
    return (today - source.checked).days


def stats(book: Rulebook) -> Stats:
    """Return the numbers of the data."""
    found = tuple(explained(book))
    sources = book.sources()
    checked = Counter(source.checked for source in sources)
    tiers = Counter(source.tier for source in sources)
    statuses = Counter(source.status for source in sources)
    conflicts = book.conflicts()
    readings = [reading for conflict in conflicts for reading in conflict.readings]
    provinces = (_coverage(region, book) for region in book.regions() if region.code != NATION)
    return Stats(
        rules=_sections(found),
        kinds=dict(Counter(one.kind for one in found)),
        tiers={tier: tiers[tier] for tier in TIERS},
        statuses=dict(statuses.most_common()),
        oldest=tuple(sorted(checked.items())),
        usages=_usages(book, found),
        provinces=tuple(sorted(provinces, key=lambda one: (-len(one.lacks), one.total, one.code))),
        topics=_topics(found),
        options=(*_options(book, found), *_options(book.family, found)),
        weak=tuple(_weak(book, found)),
        conflicts=len(conflicts),
        readings=len(readings),
        myths=sum(reading.myth for reading in readings),
    )


def level(rule: Rule) -> Level:
    """Return the level of the place that a rule speaks for."""
    if not rule.place:
        return "nation"
    return "province" if rule.place.endswith("0000") else "city"


def _sections(found: Iterable[Explained]) -> tuple[SectionCount, ...]:
    counts: dict[tuple[str, str], Counter[Level]] = {}
    for one in found:
        if one.rule is not None:
            counts.setdefault((one.matter, one.rule.section), Counter())[level(one.rule)] += 1
    return tuple(
        SectionCount(matter, section, by["nation"], by["province"], by["city"])
        for (matter, section), by in counts.items()
    )


def _topics(found: Iterable[Explained]) -> tuple[TopicCount, ...]:
    """Return the topics, those with rules of their own in the most places first."""
    national: Counter[tuple[str, str, str]] = Counter()
    places: dict[tuple[str, str, str], list[str]] = {}
    for one in found:
        if one.rule is not None and one.rule.topic:
            key = (one.matter, one.rule.section, one.rule.topic)
            own = places.setdefault(key, [])
            if not one.rule.place:
                national[key] += 1
            elif one.place not in own:
                own.append(one.place)
    counts = (TopicCount(*key, national[key], tuple(own)) for key, own in places.items())
    return tuple(sorted(counts, key=lambda one: -len(one.places)))


def _options(book: Book, found: Iterable[Explained]) -> Iterator[OptionCount]:
    """Yield how often each option is named, by itself or by its group."""
    conditions = [one.when for one in found if one.matter == book.matter]
    for question in book.questions:
        for option in question.options:
            if option.id != UNKNOWN:
                count = sum(_names(when, question.id, option) for when in conditions)
                yield OptionCount(book.matter, question.id, option.id, count)


def _names(when: dict[str, frozenset[str]], question: str, option: Option) -> bool:
    by_group = bool(option.group) and option.group in when.get("group", ())
    return option.id in when.get(question, ()) or by_group


def _weak(book: Rulebook, found: Iterable[Explained]) -> Iterator[Weak]:
    for one in found:
        # A reading that lost has to rest on an article; a question to ask claims nothing.
        if one.kind == "reading" or (one.rule is not None and one.rule.section == "verify"):
            continue
        tiers = {book.source(citation.id).tier for citation in one.sources}
        best = min(tiers, key=TIERS.index)
        if best in WEAK:
            yield Weak(one.id, one.kind, one.place, best)


def _coverage(region: Region, book: Rulebook) -> Coverage:
    parts = (region, *region.cities)
    channels = [channel for part in parts for channel in part.channels]
    exemptions = [exemption for part in parts for exemption in part.exemptions]
    hotlines = [part.hotline for part in parts if part.hotline is not None and part.hotline.number]
    sources = [source for part in parts for source in part.sources]
    explicit = sum(channel.filing == "explicit" for channel in channels)
    rules = sum(len(part.rules) for part in parts)
    family = sum(len(part.family.rules) + len(part.family.channels) for part in parts)
    places = book.places
    pools = [pool for pool in places.pools() if places.province(pool).code == region.code]
    # Where the whole province is one pooling region there is no way that is only in-province.
    inside = len(pools) < 2 or any(IN_PROVINCE in exemption.to for exemption in exemptions)
    known: dict[Lack, bool] = {
        "channel": bool(explicit),
        "hotline": bool(hotlines),
        "bureau": region.bureau is not None,
        "exemption": inside,
        "rules": bool(rules),
        "family": bool(family),
    }
    return Coverage(
        code=region.code,
        name=region.name,
        cities=len(region.cities),
        channels=len(channels),
        explicit=explicit,
        hotlines=len(hotlines),
        bureau=region.bureau is not None,
        exemptions=len(exemptions),
        rules=rules,
        family=family,
        sources=len(sources),
        newest=max((source.issued for source in sources if source.tier != "general"), default=""),
        lacks=tuple(name for name, is_known in known.items() if not is_known),
    )
