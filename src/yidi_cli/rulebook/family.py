"""Family mutual aid (家庭共济), the second matter beside filing, as the YAML spells it.

`data/family.yaml` holds its questions, its decision table, its channels and its rules; a region's
`family:` what is known of one place. Rules are those of filing, with sections and dimensions of
their own.
"""

from datetime import date
from typing import Literal

import msgspec

from yidi_cli.rulebook.model import (
    Citation,
    Conditions,
    Confidence,
    Part,
    Question,
    Rule,
    Section,
    Way,
)

FamilyRoute = Literal[
    "link",
    "wallet",
    "link-or-wallet",
    "not-close",
    "no-account",
    "insure-first",
    "nothing-to-pay",
    "show-code",
    "records",
    "stop",
    "filing",
    "transfer",
    "tell-apart",
    "ask-first",
]
Possible = Literal["yes", "no", "unknown"]

SECTIONS: tuple[Section, ...] = (
    "unsure",
    "next-steps",
    "channels",
    "materials",
    "conditions",
    "usage",
    "timing",
    "records",
    "ending",
    "basis",
    "alike",
    "cautions",
    "at-hand",
    "verify",
)
"""The sections of its plan, in the order of the page."""

PLACES = ("insured", "member")
"""The places: where the account's owner is insured, and where the one who uses it is."""

DERIVED: dict[str, tuple[str, ...]] = {
    "scope": ("same-region", "in-province", "cross-province"),
    "route": FamilyRoute.__args__,  # type: ignore[attr-defined]
}
"""Dimensions that nobody is asked, with their values."""

PLACEHOLDERS = ("insured", "member", "relation", "hotline")
"""What a text may name in braces; the plan fills it from the case."""


class FamilyRow(Part, frozen=True):
    """One row of the decision table: the first row whose conditions hold decides.

    `possible` says whether what is wanted can be done.
    """

    id: str
    route: FamilyRoute
    possible: Possible
    headline: str
    because: str
    sources: tuple[Citation, ...]
    confidence: Confidence
    when: Conditions = msgspec.field(default_factory=dict)
    unless: Conditions = msgspec.field(default_factory=dict)


class FamilyChannel(Way, frozen=True, kw_only=True):
    """A way to link, to look up and to end; `known` says how well it is known to be done there.

    `aliases` are what people call it, for `--via`.
    """

    known: Literal["explicit", "look"]
    aliases: tuple[str, ...] = ()


class LocalFamily(Part, frozen=True):
    """What is known of it in one place."""

    channels: tuple[FamilyChannel, ...] = ()
    rules: tuple[Rule, ...] = ()


class Family(Part, frozen=True):
    """What holds in all the country."""

    questions: tuple[Question, ...]
    decision: tuple[FamilyRow, ...]
    channels: tuple[FamilyChannel, ...]
    rules: tuple[Rule, ...]


class FamilyExample(Part, frozen=True):
    """A case with what its plan must and must not hold, as `model.Example` is for filing."""

    id: str
    title: str
    answers: dict[str, str]
    route: FamilyRoute
    must: tuple[str, ...]
    sources: tuple[Citation, ...]
    must_not: tuple[str, ...] = msgspec.field(default=(), name="must-not")
    as_of: date | None = msgspec.field(default=None, name="as-of")
