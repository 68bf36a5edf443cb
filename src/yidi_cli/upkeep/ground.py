"""Pairs of places for which table and national rules say the same: what speaks where in them.

Special situations come alone, in twos and in threes. A statement needs one of them at the most, so
what two statements do together behind the row that lets both speak shows with three.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

from yidi_cli.plan.match import Facts, holds
from yidi_cli.rulebook.model import Conditions
from yidi_cli.upkeep.pairs import Pair
from yidi_cli.upkeep.space import Space
from yidi_cli.upkeep.subject import Leads, Row, Subject

MANY = "situation"
MOST = 3
"""So many situations come together at the most."""

Chosen = frozenset[str]
NONE: Chosen = frozenset()


class Spoken(Protocol):
    """What has conditions: a rule, a row, a channel."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def when(self) -> Conditions:
        """What must hold."""

    @property
    def unless(self) -> Conditions:
        """What must not hold."""


class Speaks(NamedTuple):
    """Where a statement speaks: with the answers `where`, with one of the situations `needs` if it
    needs any, with none of `bars`, and `behind` these outcomes of the table."""

    where: int
    needs: Chosen
    bars: Chosen
    behind: frozenset[Leads]

    def met(self, chosen: Chosen) -> bool:
        """Tell whether situations let it speak."""
        return (not self.needs or not self.needs.isdisjoint(chosen)) and self.bars.isdisjoint(
            chosen
        )


class Statements:
    """Where statements speak as far as the places leave it open; worked out once for all places."""

    def __init__(self, subject: Subject, space: Space) -> None:
        """Take the matter, and the space of its answers."""
        self._subject = subject
        self._space = space
        self._known: dict[str, tuple[Speaks, Conditions, Conditions]] = {}
        self._behind: dict[object, frozenset[Leads]] = {}

    def of(self, statement: Spoken) -> tuple[Speaks, Conditions, Conditions]:
        """Return where a statement speaks by its conditions on answers, and its conditions on what
        follows from the places: those that must hold, and those that must not."""
        if statement.id not in self._known:
            when, unless = statement.when, getattr(statement, "unless", {})
            space, where = self._space, self._space.full
            for dimension, listed in when.items():
                if space.decides(dimension):
                    where &= space.held(dimension, listed)
            for dimension, listed in unless.items():
                if space.decides(dimension):
                    where &= ~space.held(dimension, listed)
            needs, bars = when.get(MANY, NONE), unless.get(MANY, NONE)
            speaks = Speaks(where, needs, bars, self._after(when, unless))
            local = statement.id in self._subject.standing
            rest = tuple(
                {name: listed for name, listed in c.items() if self._is_open(name, local)}
                for c in (when, unless)
            )
            self._known[statement.id] = (speaks, rest[0], rest[1])
        return self._known[statement.id]

    def _is_open(self, dimension: str, local: bool) -> bool:
        settled = dimension == MANY or dimension in self._subject.decided
        # Which places a region's statement speaks for is looked at place by place.
        settled = settled or (local and dimension in self._subject.sides)
        return not settled and not self._space.decides(dimension)

    def _after(self, when: Conditions, unless: Conditions) -> frozenset[Leads]:
        names = self._subject.decided
        key = tuple(c.get(name) for name in names for c in (when, unless))
        if key not in self._behind:
            needed = {name: when[name] for name in names if name in when}
            barred = [{name: unless[name]} for name in names if name in unless]
            self._behind[key] = frozenset(
                outcome
                for outcome in self._subject.outcomes
                if holds(needed, outcome.facts)
                and not any(holds(bar, outcome.facts) for bar in barred)
            )
        return self._behind[key]


class Exempting(NamedTuple):
    """Where an exemption decides, or none does, and the facts that come of it."""

    where: int
    facts: Facts


class Flow(NamedTuple):
    """Where the questions lead: `live` to the end, `asked` to a question, `offered` to an option.

    An option's key is its question's id and its own.
    """

    live: int
    asked: Mapping[str, int]
    offered: Mapping[tuple[str, str], int]


class Ground:
    """Pairs of places that share all facts.

    `valid` is where answers may be given to some command, also such that the flow does not ask for.
    """

    def __init__(
        self,
        subject: Subject,
        space: Space,
        statements: Statements,
        facts: Facts,
        exempting: Sequence[Exempting],
        flow: Flow,
        pairs: Sequence[Pair],
    ) -> None:
        """Take what the places decide, and where the questions lead with them."""
        self.subject = subject
        self.space = space
        self.facts = facts
        self.exempting = tuple(exempting)
        self.flow = flow
        self.pairs = tuple(pairs)
        self.valid = flow.live if subject.only_asked else space.full
        self._idle = {row.id for row in subject.rows}
        self._statements = statements
        self._spoken: dict[str, Speaks] = {}
        self._fired: dict[Chosen, dict[Leads, int]] = {}

    def speaks(self, statement: Spoken) -> Speaks:
        """Return where a statement speaks."""
        if statement.id not in self._spoken:
            speaks, when, unless = self._statements.of(statement)
            where = speaks.where
            for dimension, listed in when.items():
                where &= self._where(dimension, listed)
            for dimension, listed in unless.items():
                where &= ~self._where(dimension, listed)
            self._spoken[statement.id] = Speaks(where, *speaks[1:])
        return self._spoken[statement.id]

    def _where(self, dimension: str, listed: frozenset[str]) -> int:
        """Return where a condition on what follows from the places is met."""
        if dimension in self.facts:
            return self.space.full if holds({dimension: listed}, self.facts) else 0
        found = 0
        for part in self.exempting:
            if holds({dimension: listed}, part.facts):
                found |= part.where
        return found

    @cached_property
    def rows(self) -> tuple[tuple[Row, Speaks, Leads], ...]:
        """The rows of the table that can hold here."""
        rows = ((row, self.speaks(row)) for row, _, _ in self.subject.deciding)
        return tuple((row, part, self.subject.outcome[row.id]) for row, part in rows if part.where)

    @cached_property
    def telling(self) -> Chosen:
        """The situations on which the table looks here."""
        return NONE.union(*(speaks.needs | speaks.bars for _, speaks, _ in self.rows))

    @cached_property
    def settings(self) -> dict[Chosen, int]:
        """The situations that can come together, and where."""
        found = ((chosen, self.allowed(chosen)) for chosen in _some(self._names, MOST))
        return {chosen: where for chosen, where in found if where}

    @cached_property
    def _names(self) -> list[str]:
        many = [question for question in self.subject.questions if question.kind == "many"]
        return [option.id for question in many for option in question.options]

    def allowed(self, chosen: Chosen) -> int:
        """Return where situations may be given to some command."""
        return self.valid & self._offered(chosen)

    def asked(self, chosen: Chosen) -> int:
        """Return where situations come with answers that the questions lead to."""
        return self.flow.live & self._offered(chosen)

    def _offered(self, chosen: Chosen) -> int:
        """Return where situations can be named: one everywhere, several where all are offered."""
        where = self.space.full
        if len(chosen) > 1:
            for name in chosen:
                where &= self.flow.offered[MANY, name]
        return where

    def fired(self, chosen: Chosen) -> dict[Leads, int]:
        """Return where which outcome is that of the row which decides."""
        key = chosen & self.telling
        if key not in self._fired:
            found: dict[Leads, int] = {}
            left, asked = self.space.full, self.asked(key)
            for row, (of_row, needs, bars, _), outcome in self.rows:
                where = left & of_row
                if where and (not needs or needs & key) and not bars & key:
                    left &= ~where
                    found[outcome] = found.get(outcome, 0) | where
                    if row.id in self._idle and where & asked:
                        self._idle.remove(row.id)
                    if not left:
                        break
            self._fired[key] = found
        return self._fired[key]

    @cached_property
    def ever(self) -> dict[Leads, int]:
        """Where which outcome comes up at the most, whatever the situations."""
        found: dict[Leads, int] = dict.fromkeys(self.subject.outcomes, 0)
        left = self.space.full
        for _, (where, needs, bars, _), outcome in self.rows:
            found[outcome] |= where & left
            if not needs and not bars:
                left &= ~where
        return found

    def idle(self, rows: set[str]) -> set[str]:
        """Return those of `rows` that decide nothing here, of what the questions lead to."""
        self._idle = rows & self._idle
        for size in range(MOST + 1):
            for chosen in self.settings:
                if not self._idle:
                    break
                if len(chosen) == size and chosen <= self.telling:
                    self._fired.pop(chosen, None)
                    self.fired(chosen)
        return rows & self._idle

    @cached_property
    def leading(self) -> dict[Leads, Chosen]:
        """The situations without which an outcome never comes up; none where it needs none."""
        found: dict[Leads, list[Chosen]] = {}
        for _, speaks, outcome in self.rows:
            found.setdefault(outcome, []).append(speaks.needs)
        return {o: NONE.union(*some) if all(some) else NONE for o, some in found.items()}

    def open_without(
        self, parts: Iterable[tuple[int, Chosen, Chosen]], left: int, among: Chosen = NONE
    ) -> Iterator[tuple[Chosen, int]]:
        """Yield the situations with which none of `parts` speaks, and where, within `left`.

        A part is where it speaks, what it needs and what bars it. With `among` there is at least
        one of these situations. Most situations bar nothing that matters: they must be quick.
        """
        merged: dict[tuple[Chosen, Chosen], int] = {}
        for where, needs, bars in parts:
            merged[needs, bars] = merged.get((needs, bars), 0) | where
        left &= ~merged.pop((NONE, NONE), 0)
        if not left:
            return
        standing = _weeded((w & left, bars) for (needs, bars), w in merged.items() if not needs)
        needing = [(w & left, needs, bars) for (needs, bars), w in merged.items() if needs]
        barring = NONE.union(*(bars for _, bars in standing))
        free = [name for name in self._names if name not in barring]
        for key in _some(sorted(barring), MOST):
            rest = left
            for where, bars in standing:
                if not bars & key:
                    rest &= ~where
                    if not rest:
                        break
            for more in _some(free, MOST - len(key)) if rest else ():
                chosen = key | more
                if among and among.isdisjoint(chosen):
                    continue
                still = rest & self.settings.get(chosen, 0)
                for where, needs, bars in needing if still else ():
                    if needs & chosen and not bars & chosen:
                        still &= ~where
                if still:
                    yield chosen, still

    def at(self, speaks: Speaks, chosen: Chosen) -> int:
        """Return where a statement speaks with these situations."""
        if not speaks.where or not speaks.met(chosen):
            return 0
        fired = self.fired(chosen)
        found = 0
        for outcome in speaks.behind:
            found |= fired.get(outcome, 0)
        return found & speaks.where

    def together(
        self, parts: Sequence[Speaks], asked: bool = False
    ) -> Iterator[tuple[Chosen, int]]:
        """Yield the situations with which statements speak together, and where.

        With `asked` only what the questions lead to counts.
        """
        where = self.flow.live if asked else self.valid
        behind = frozenset(self.subject.outcomes)
        bars = NONE
        for part in parts:
            where &= part.where
            behind &= part.behind
            bars |= part.bars
        if not any(where & self.ever[outcome] for outcome in behind):
            return
        choices = [sorted(part.needs - bars) for part in parts if part.needs]
        telling: set[str] = set()
        for _, speaks, _ in self.rows:
            if speaks.where & where:
                telling |= speaks.needs | speaks.bars
        tried: set[Chosen] = set()
        for base in map(frozenset, itertools.product(*choices)):
            if len(base) > MOST or base in tried or not where & self.allowed(base):
                continue
            for more in _some(sorted(telling - bars - base), MOST - len(base)):
                chosen = base | more
                if chosen in tried:
                    continue
                tried.add(chosen)
                fired = self.fired(chosen)
                met = 0
                for outcome in behind:
                    met |= fired.get(outcome, 0)
                met &= where & (self.asked(chosen) if asked else self.allowed(chosen))
                if met:
                    yield chosen, met


def _some(names: Sequence[str], most: int) -> Iterator[Chosen]:
    """Yield all sets of up to `most` names, the small ones first."""
    for size in range(most + 1):
        yield from map(frozenset, itertools.combinations(names, size))


def _weeded(parts: Iterable[tuple[int, Chosen]]) -> list[tuple[int, Chosen]]:
    """Return parts, the largest first, without those filled by others that less bars."""
    kept: list[tuple[int, Chosen]] = []
    for where, bars in sorted(parts, key=lambda part: (len(part[1]), -part[0].bit_count())):
        left = where
        for other, less in kept:
            if less <= bars:
                left &= ~other
        if left:
            kept.append((where, bars))
    return sorted(kept, key=lambda part: -part[0].bit_count())
