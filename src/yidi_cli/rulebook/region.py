"""What is known of places: the nation, the provinces and their cities.

A region's statements speak for people insured there; a rule that says `for: destination` speaks
for people who come there.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from yidi_cli.rulebook.family import LocalFamily
from yidi_cli.rulebook.model import (
    Channel,
    Citation,
    Conditions,
    Confidence,
    Conflict,
    Part,
    Rule,
    Source,
    Validity,
)

NATION = "000000"
Exempt = Literal["yes", "no", "partial", "unknown"]


class Hotline(Part, frozen=True):
    """The number to call; `number` is empty where only the rule 区号＋12393 is known."""

    number: str
    sources: tuple[Citation, ...]
    confidence: Confidence
    note: str = ""
    owner: str = ""


class Bureau(Part, frozen=True):
    """The insurance bureau's own site."""

    url: str
    sources: tuple[Citation, ...]
    confidence: Confidence
    owner: str = ""


class Exemption(Part, frozen=True):
    """Whether people insured here must file for care in `to`; the first match speaks.

    `to` is `in-province`, or division codes. `basis` says whether the text it rests on is from
    before the national tightening, and so may have changed since. `then` is how an old one reads
    on a day before that.
    """

    id: str
    to: tuple[str, ...]
    value: Exempt
    text: str
    sources: tuple[Citation, ...]
    confidence: Confidence
    basis: Literal["none", "old", "current"]
    detail: str = ""
    when: Conditions = msgspec.field(default_factory=dict)
    then: str = ""
    valid: Validity = Validity()
    owner: str = ""


class Region(Part, frozen=True):
    """What is known of one place and of people insured there. The nation has code 000000.

    `family` is what is known of family mutual aid. `sources` are those that only this region's
    statements rest on; they share one namespace with `data/sources.yaml`.
    """

    code: str
    name: str
    hotline: Hotline | None = None
    bureau: Bureau | None = None
    channels: tuple[Channel, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    rules: tuple[Rule, ...] = ()
    family: LocalFamily = LocalFamily()
    conflicts: tuple[Conflict, ...] = ()
    sources: tuple[Source, ...] = ()
    cities: tuple["Region", ...] = ()


def parts_of(regions: Iterable[Region]) -> Iterator[Region]:
    """Yield regions, each with its cities behind it."""
    for region in regions:
        yield region
        yield from region.cities
