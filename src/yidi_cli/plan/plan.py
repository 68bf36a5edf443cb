"""What a plan holds. A plan says everything; how it looks is the document's business."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from yidi_cli.plan.case import Case
from yidi_cli.rulebook.model import Citation, Confidence, Required, Route, Source


@dataclass(frozen=True)
class Disputed:
    """A reading that lost, with the reason and its source ids."""

    says: str
    why_not: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True)
class Item:
    """One statement, filled in for the case.

    `old` says that it rests on local texts from before the national tightening. `kind`, `filing`,
    `url` and `steps` are a channel's; `substitutes` a material's.
    """

    id: str
    text: str
    sources: tuple[Citation, ...]
    confidence: Confidence
    detail: str = ""
    disputed: tuple[Disputed, ...] = ()
    place: str = ""
    old: bool = False
    substitutes: tuple[str, ...] = ()
    kind: str = ""
    filing: str = ""
    url: str = ""
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanDate:
    """A day or a span that a rule gives, counted from the day of filing. `note` says how."""

    id: str
    label: str
    from_: date
    rule: str
    to: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Filing:
    """Whether to file, as what, and by which route; `headline` is the bottom line."""

    required: Required
    type: str
    route: Route
    headline: str


@dataclass(frozen=True)
class Traced:
    """Why a rule is or is not in the plan: shown, replaced (by `by`), not-in-force.

    `clash` is a fault of the data: two rules on one topic at one level.
    """

    rule: str
    outcome: str
    by: str = ""


@dataclass(frozen=True)
class Plan:
    """The answer to a case by the rules in force on `as_of`, its dates counted from `start`."""

    case: Case
    scope: str
    exempt: str
    as_of: date
    start: date
    data_version: str
    filing: Filing
    sections: dict[str, tuple[Item, ...]]
    dates: tuple[PlanDate, ...]
    sources: dict[str, Source]
    names: dict[str, str] = field(default_factory=dict)
    trace: tuple[Traced, ...] = ()
