"""The checks of one matter over all paths: its table, its rules and channels, its plans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property

from yidi_cli.rulebook.model import Rule, Way
from yidi_cli.upkeep.ground import NONE, Chosen, Ground
from yidi_cli.upkeep.pairs import Pair
from yidi_cli.upkeep.subject import Leads, Subject, key_of, serves
from yidi_cli.upkeep.survey import survey
from yidi_cli.upkeep.tally import Tally
from yidi_cli.upkeep.texts import AGAIN, ALIKE, alike, opposed

Two = tuple[Rule, Rule]
Found = tuple[Ground, Sequence[Pair], Chosen, int]
"""Paths: pairs of places that share a ground, with situations, and the answers."""


class Paths:
    """All paths of a matter, with the questions that the checks ask of them."""

    def __init__(self, subject: Subject) -> None:
        """Find the grounds."""
        self.subject = subject
        self.grounds = survey(subject)

    @cached_property
    def _by_key(self) -> dict[tuple[str, str, str], dict[str, list[Rule]]]:
        found: dict[tuple[str, str, str], dict[str, list[Rule]]] = {}
        for rule in self.subject.all_rules:
            code = self.subject.standing.get(rule.id, "")
            found.setdefault(key_of(rule), {}).setdefault(code, []).append(rule)
        return found

    def codes(self, rule: Rule, pair: Pair) -> tuple[str, ...]:
        """Return the regions of a pair that speak on the side for which a rule is."""
        return pair.other if rule.for_ == self.subject.other else pair.insured

    def speak_in(self, pair: Pair, rules: Iterable[Rule]) -> bool:
        """Tell whether the regions in which rules stand all speak for a pair of places."""
        standing = self.subject.standing
        return all(
            rule.id not in standing
            or (standing[rule.id] in self.codes(rule, pair) and pair.meets(rule))
            for rule in rules
        )

    def nearer(self, rule: Rule, pair: Pair) -> list[Rule]:
        """Return the rules that replace one where they speak: those of nearer places, and of what
        is laid over its own."""
        if not rule.topic:
            return []
        same = self._by_key[key_of(rule)]
        mine = self.subject.standing.get(rule.id, "")
        if len(same) == 1:
            return [other for other in same[mine] if other.layer > rule.layer]
        found: list[Rule] = []
        for code in (*self.codes(rule, pair), ""):
            here = [other for other in same.get(code, ()) if not code or pair.meets(other)]
            if code == mine:
                return [*found, *(other for other in here if other.layer > rule.layer)]
            found += here
        return found

    def shown(self, rules: Sequence[Rule], asked: bool = False) -> Iterator[Found]:
        """Yield where rules are shown together; with `asked`, of what the questions lead to."""
        for ground in self.grounds:
            yield from self.shown_on(ground, rules, asked)

    def shown_on(
        self, ground: Ground, rules: Sequence[Rule], asked: bool = False
    ) -> Iterator[Found]:
        """Yield the same for one ground."""
        parts = [ground.speaks(rule) for rule in rules]
        if not all(part.where for part in parts):
            return
        groups: dict[tuple[str, ...], tuple[list[Rule], list[Pair]]] = {}
        for pair in ground.pairs:
            if self.speak_in(pair, rules):
                nearer = [other for rule in rules for other in self.nearer(rule, pair)]
                key = tuple(other.id for other in nearer)
                groups.setdefault(key, (nearer, []))[1].append(pair)
        for chosen, where in ground.together(parts, asked) if groups else ():
            for nearer, pairs in groups.values():
                left = where & ~self._said(ground, nearer, chosen)
                if left:
                    yield ground, pairs, chosen, left

    def _said(self, ground: Ground, rules: Iterable[Rule], chosen: Chosen) -> int:
        """Return where any of `rules` speaks."""
        found = 0
        for rule in rules:
            found |= ground.at(ground.speaks(rule), chosen)
        return found

    def unsaid(self, ground: Ground, section: str) -> Iterator[tuple[Leads, Found]]:
        """Yield where nothing at all fills a section that is needed, and behind which outcome."""
        groups: dict[tuple[str, ...], tuple[list[Rule], list[Pair]]] = {}
        for pair in ground.pairs:
            local = [*_spoken(self, pair, section)]
            key = tuple(rule.id for rule in local)
            groups.setdefault(key, (local, []))[1].append(pair)
        for outcome, chosen, where in _gaps(ground, section):
            for local, pairs in groups.values():
                left = where & ~self._said(ground, local, chosen)
                if left:
                    yield outcome, (ground, pairs, chosen, left)


def unreached(paths: Paths) -> Iterator[tuple[Rule, bool]]:
    """Yield the rules that no path shows, and whether others always replace them."""
    for rule in paths.subject.all_rules:
        if next(paths.shown([rule], asked=True), None) is None:
            speaks = (
                ground.together([ground.speaks(rule)], asked=True) for ground in paths.grounds
            )
            yield rule, any(next(found, None) is not None for found in speaks)


def clashes(paths: Paths) -> Iterator[tuple[Two, Tally]]:
    """Yield pairs of rules on one topic at one level that speak together."""
    groups: dict[object, list[Rule]] = {}
    for rule in paths.subject.all_rules:
        if rule.topic:
            groups.setdefault((key_of(rule), rule.place, rule.layer), []).append(rule)
    pairs = [
        (one, other)
        for group in groups.values()
        for index, one in enumerate(group)
        for other in group[index + 1 :]
    ]
    yield from _together(paths, pairs)


def opposites(paths: Paths) -> Iterator[tuple[Two, Tally]]:
    """Yield pairs of rules that say opposite things in one plan."""
    yield from _together(paths, opposed(_of_plans(paths)))


def repeats(
    paths: Paths, share: float = ALIKE, again: Collection[str] = AGAIN
) -> Iterator[tuple[Two, Tally]]:
    """Yield pairs of rules that say the same in one plan.

    `share` is how much of them is alike; the sections `again` are not looked at.
    """
    rules = [rule for rule in _of_plans(paths) if rule.section not in again]
    # On one topic one replaces the other.
    yield from _together(paths, (two for two in alike(rules, share) if _beside(*two)))


def _beside(one: Rule, other: Rule) -> bool:
    return key_of(one) != key_of(other)


def _of_plans(paths: Paths) -> list[Rule]:
    return [rule for rule in paths.subject.all_rules if rule.section in paths.subject.sections]


def _together(paths: Paths, pairs: Iterable[Two]) -> Iterator[tuple[Two, Tally]]:
    tallies = {(one.id, other.id): ((one, other), Tally(paths.subject)) for one, other in pairs}
    rules = {rule.id: rule for two, _ in tallies.values() for rule in two}
    for ground in paths.grounds:
        speaking = {name: ground.speaks(rule) for name, rule in rules.items()}
        speaking = {name: speaks for name, speaks in speaking.items() if speaks.where}
        for (one, other), (two, tally) in tallies.items():
            if one in speaking and other in speaking:
                # Nearly all pairs end here: it must be quick.
                first, second = speaking[one], speaking[other]
                if first.where & second.where and not first.behind.isdisjoint(second.behind):
                    for found in paths.shown_on(ground, two):
                        tally.add(*found)
    for two, tally in tallies.values():
        if tally:
            yield two, tally


def lacking(paths: Paths) -> Iterator[tuple[str, str, Tally]]:
    """Yield the sections that plans need and do not have, and on which route."""
    tallies: dict[tuple[str, str], Tally] = {}
    for section in sorted({name for o in paths.subject.outcomes for name in o.needed}):
        for ground in paths.grounds:
            for outcome, found in paths.unsaid(ground, section):
                tally = tallies.setdefault((section, outcome.route), Tally(paths.subject))
                tally.add(*found)
    for (section, route), tally in tallies.items():
        yield section, route, tally


def _spoken(paths: Paths, pair: Pair, section: str) -> Iterator[Rule]:
    for side in (pair.insured, pair.other):
        for code in side:
            for rule in paths.subject.local[code].rules:
                if rule.section == section and paths.speak_in(pair, [rule]):
                    yield rule


def _gaps(ground: Ground, section: str) -> Iterator[tuple[Leads, Chosen, int]]:
    """Yield where no national rule fills a section that is needed."""
    rules = [ground.speaks(rule) for rule in ground.subject.rules if rule.section == section]
    rules = [speaks for speaks in rules if speaks.where]
    for outcome in ground.subject.outcomes:
        if section in outcome.needed:
            parts = (
                (where, needs, bars) for where, needs, bars, behind in rules if outcome in behind
            )
            left, among = ground.ever[outcome], ground.leading.get(outcome, NONE)
            for chosen, where in ground.open_without(parts, left, among):
                left = where & ground.fired(chosen).get(outcome, 0)
                if left:
                    yield outcome, chosen, left


def without_channel(paths: Paths) -> Iterator[tuple[str, set[str], Tally]]:
    """Yield the routes that need a channel where a plan names none, with the provinces of those who
    are insured there; "" stands for a place that is not known."""
    found: dict[str, tuple[set[str], Tally]] = {}
    for ground in paths.grounds:
        for pair in ground.pairs:
            for outcome in paths.subject.outcomes:
                if outcome.channel and ground.ever[outcome]:
                    for chosen, where in _channelless(paths, ground, pair, outcome):
                        provinces, tally = found.setdefault(
                            outcome.route, (set(), Tally(paths.subject))
                        )
                        tally.add(ground, [pair], chosen, where)
                        # The nation comes last, and a province before it.
                        provinces.update(pair.insured[-2:-1] or [""])
    for route, (provinces, tally) in found.items():
        yield route, provinces, tally


def named_ways(paths: Paths, pair: Pair) -> list[Way]:
    """Return the channels of a pair of places, the nearest first."""
    local = paths.subject.local
    near = (way for code in pair.insured for way in local[code].ways if pair.meets(way))
    return [*near, *paths.subject.national.ways]


def _topic(way: Way, paths: Paths) -> str:
    return way.topic or (way.name if paths.subject.command == "guide" else way.id)


def served(
    paths: Paths, ground: Ground, pair: Pair, outcome: Leads, chosen: Chosen
) -> Iterator[tuple[Way, int]]:
    """Yield the channels that a plan names behind an outcome, and where."""
    taken: dict[str, int] = {}
    for way in named_ways(paths, pair):
        speaks = ground.speaks(way)
        if outcome in speaks.behind and speaks.met(chosen):
            topic = _topic(way, paths)
            where = speaks.where & ~taken.get(topic, 0)
            taken[topic] = taken.get(topic, 0) | where
            if serves(way) and where:
                yield way, where


def _channelless(
    paths: Paths, ground: Ground, pair: Pair, outcome: Leads
) -> Iterator[tuple[Chosen, int]]:
    parts = [ground.speaks(way) for way in named_ways(paths, pair)]
    left = ground.ever[outcome]
    if not any(speaks.needs or speaks.bars for speaks in parts):
        # Most often no situation matters to channels, and each path has one.
        for _, there in served(paths, ground, pair, outcome, NONE):
            left &= ~there
    for chosen, allowed in ground.settings.items() if left else ():
        where = ground.fired(chosen).get(outcome, 0) & allowed & left
        for _, there in served(paths, ground, pair, outcome, chosen) if where else ():
            where &= ~there
        if where:
            yield chosen, where


def unnamed_ways(paths: Paths) -> list[Way]:
    """Return the channels for doing the thing that no plan names."""
    parts = (*paths.subject.local.values(), paths.subject.national)
    ways = [way for part in parts for way in part.ways if serves(way)]
    return [way for way in ways if not any(_named(paths, g, way) for g in paths.grounds)]


def _named(paths: Paths, ground: Ground, way: Way) -> bool:
    """Tell whether a plan names a channel, of those that the questions lead to."""
    subject, speaks = paths.subject, ground.speaks(way)
    outcomes = [
        outcome
        for outcome in speaks.behind
        if (outcome.channel or subject.command != "guide")
        and speaks.where & ground.ever[outcome] & ground.flow.live
    ]
    code = subject.standing.get(way.id)
    pairs = [
        pair
        for pair in (ground.pairs if outcomes else ())
        if code is None or (code in pair.insured and pair.meets(way))
    ]
    for chosen in ground.settings if pairs else ():
        for outcome in outcomes if speaks.met(chosen) else ():
            where = ground.fired(chosen).get(outcome, 0) & speaks.where & ground.asked(chosen)
            for pair in pairs if where else ():
                if any(
                    there & where and named.id == way.id
                    for named, there in served(paths, ground, pair, outcome, chosen)
                ):
                    return True
    return False


def unused_exemptions(paths: Paths) -> list[str]:
    """Return the ids of exemptions that decide nothing."""
    used = {name for ground in paths.grounds for pair in ground.pairs for name in pair.exempt_by}
    every = [e.id for part in paths.subject.local.values() for e in part.exemptions]
    return [name for name in every if name not in used]


def unfired(paths: Paths) -> Iterator[tuple[str, Counter[str]]]:
    """Yield the rows that decide nothing, with those that decide where they could."""
    idle = {row.id for row in paths.subject.rows} - {paths.subject.last_resort}
    for ground in paths.grounds:
        idle = ground.idle(idle)
    for row in paths.subject.rows:
        if row.id not in idle:
            continue
        instead: Counter[str] = Counter()
        for ground in paths.grounds:
            speaks = ground.speaks(row)
            for chosen in [frozenset({name}) for name in sorted(speaks.needs)] or [NONE]:
                left = speaks.where & ground.asked(chosen) if speaks.met(chosen) else 0
                for other, earlier, _ in ground.rows:
                    if other.id == row.id or not left:
                        break
                    if earlier.met(chosen):
                        instead[other.id] += (left & earlier.where).bit_count()
                        left &= ~earlier.where
        yield row.id, +instead


def undecided(paths: Paths) -> Tally:
    """Return the paths that only the last row of the table decides."""
    tally = Tally(paths.subject)
    if paths.subject.last_resort:
        for ground in paths.grounds:
            parts = [speaks[:3] for row, speaks, _ in ground.rows[:-1]]
            for chosen, where in ground.open_without(parts, ground.space.full):
                tally.add(ground, ground.pairs, chosen, where)
    return tally
