"""What held before today's rules: `data/past.yaml`.

It is kept apart, so that no question of today meets it; see `timeline` for what a day is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol

from yidi_cli.rulebook.family import FamilyChannel, FamilyRow
from yidi_cli.rulebook.model import DecisionRow, Part, Rule, Validity
from yidi_cli.rulebook.region import Region, parts_of

FIRST_DAY = date(2023, 1, 1)
"""The first day whose rules are known: 医保发〔2022〕22号 is carried out from then on."""
FILE = "past.yaml"


class PastRow(DecisionRow, frozen=True, kw_only=True):
    """A row that held while `valid`; it was tried before the row of today that `before` names."""

    before: str
    valid: Validity


class PastFamilyRow(FamilyRow, frozen=True, kw_only=True):
    """The same for family mutual aid."""

    before: str
    valid: Validity


class PastFamily(Part, frozen=True):
    """What held of family mutual aid."""

    decision: tuple[PastFamilyRow, ...] = ()
    channels: tuple[FamilyChannel, ...] = ()
    rules: tuple[Rule, ...] = ()


class Past(Part, frozen=True):
    """What held in all the country, and in `regions`; each entry says until when."""

    decision: tuple[PastRow, ...] = ()
    rules: tuple[Rule, ...] = ()
    family: PastFamily = PastFamily()
    regions: tuple[Region, ...] = ()


class Dated(Protocol):
    """What says from when until when it holds."""

    @property
    def id(self) -> str:
        """What it is called."""

    @property
    def valid(self) -> Validity:
        """When it holds."""


def entries(past: Past) -> Iterator[Dated]:
    """Yield everything that no longer holds."""
    yield from past.decision
    yield from past.rules
    yield from past.family.decision
    yield from past.family.channels
    yield from past.family.rules
    yield from local_entries(past.regions)


def local_entries(regions: Iterable[Region]) -> Iterator[Dated]:
    """Yield everything in regions that says when it holds."""
    for part in parts_of(regions):
        yield from part.exemptions
        yield from part.rules
        yield from part.channels
        yield from part.family.rules
        yield from part.family.channels
