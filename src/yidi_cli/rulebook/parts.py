"""All parts of one kind, wherever in a bundle they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from yidi_cli.rulebook.region import Region, parts_of

if TYPE_CHECKING:
    from yidi_cli.rulebook import model
    from yidi_cli.rulebook.bundle import Bundle
    from yidi_cli.rulebook.family import FamilyRow
    from yidi_cli.rulebook.region import Exemption


class Named(Protocol):
    """What has an id."""

    @property
    def id(self) -> str:
        """Its id."""


def all_regions(bundle: Bundle) -> Iterator[Region]:
    """Yield every region and, behind it, its cities."""
    yield from parts_of(bundle.regions.values())


def all_conflicts(bundle: Bundle) -> Iterator[model.Conflict]:
    """Yield every conflict, the national ones first."""
    yield from bundle.conflicts
    for region in all_regions(bundle):
        yield from region.conflicts


def all_rules(bundle: Bundle) -> Iterator[model.Rule]:
    """Yield every rule of every matter."""
    for rules in bundle.rules.values():
        yield from rules
    if bundle.family is not None:
        yield from bundle.family.rules
    for region in all_regions(bundle):
        yield from region.rules
        yield from region.family.rules


def all_ways(bundle: Bundle) -> Iterator[model.Way]:
    """Yield every channel of every matter."""
    if bundle.family is not None:
        yield from bundle.family.channels
    for region in all_regions(bundle):
        yield from region.channels
        yield from region.family.channels


def all_sources(bundle: Bundle) -> Iterator[model.Source]:
    """Yield every source, the national ones first."""
    yield from bundle.sources
    for region in all_regions(bundle):
        yield from region.sources


def all_exemptions(bundle: Bundle) -> Iterator[Exemption]:
    """Yield what every place says on whether to file."""
    for region in all_regions(bundle):
        yield from region.exemptions


def all_rows(bundle: Bundle) -> Iterator[model.DecisionRow | FamilyRow]:
    """Yield the rows of every matter's decision table."""
    yield from bundle.decision
    if bundle.family is not None:
        yield from bundle.family.decision
