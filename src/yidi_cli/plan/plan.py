"""What a plan holds. A plan says everything; how it looks is the document's business."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from yidi_cli.base.value import Value
from yidi_cli.plan.case import Case
from yidi_cli.rulebook.model import (
    Anchor,
    Citation,
    Confidence,
    DateKind,
    Required,
    Route,
    Source,
)

if TYPE_CHECKING:
    from yidi_cli.rulebook.book import Book


class Disputed(Value, frozen=True):
    """A reading that lost, with the reason and its source ids."""

    id: str
    says: str
    why_not: str
    sources: tuple[Citation, ...]


class Item(Value, frozen=True):
    """One statement, filled in for the case.

    `owner` says whose data it is from, "" for ours. `old` says that it rests on local texts from
    before the national tightening. `kind`, `filing`
    (or `known`, how well it is known that another matter is dealt with there), `url` and `steps`
    are a channel's; `purpose`, `get`, `form` and `substitutes` a material's.
    """

    id: str
    text: str
    sources: tuple[Citation, ...]
    confidence: Confidence
    detail: str = ""
    disputed: tuple[Disputed, ...] = ()
    place: str = ""
    owner: str = ""
    old: bool = False
    purpose: str = ""
    get: str = ""
    form: str = ""
    substitutes: tuple[str, ...] = ()
    kind: str = ""
    filing: str = ""
    known: str = ""
    url: str = ""
    steps: tuple[str, ...] = ()


def cited(items: Iterable[Item], book: Book) -> list[Source]:
    """Return the sources that `items` and their disputes cite, each once, in order."""
    citations = (
        citation
        for item in items
        for citation in (*item.sources, *(c for d in item.disputed for c in d.sources))
    )
    return [book.source(source_id) for source_id in dict.fromkeys(c.id for c in citations)]


class Days(Value, frozen=True):
    """The days that dates are counted from, as far as they are known: `Anchor` without `data`."""

    filing: date
    travel: date | None = None
    admission: date | None = None
    discharge: date | None = None


class PlanDate(Value, frozen=True):
    """A day that a rule gives, counted from the anchor `after`. `note` says how.

    `past` says that it is a `due` day before the plan's own: it can no longer be met.
    """

    id: str
    label: str
    from_: date
    rule: str
    kind: DateKind
    after: Anchor = "filing"
    to: date | None = None
    note: str = ""
    past: bool = False


class Filing(Value, frozen=True):
    """Whether to file, as what, and by which route; `headline` is the bottom line."""

    required: Required
    type: str
    route: Route
    headline: str


class Traced(Value, frozen=True):
    """Why a rule is or is not in the plan: shown, replaced (by `by`), not-in-force.

    `clash` is a fault of the data: two rules on one topic at one level.
    """

    rule: str
    outcome: str
    by: str = ""


class Outcome(Value, frozen=True, kw_only=True):
    """What the answers of any matter lead to by the rules in force on `as_of`.

    Its dates are counted from `days`. `scope` says how the two places stand to each other.
    `hotline` is the number to call, as it is dialled. `uncounted` are the days that are not known
    and that some date would be counted from.
    """

    scope: str
    as_of: date
    days: Days
    data_version: str
    sections: dict[str, tuple[Item, ...]]
    dates: tuple[PlanDate, ...]
    sources: dict[str, Source]
    hotline: str
    uncounted: tuple[Anchor, ...] = ()
    trace: tuple[Traced, ...] = ()

    @property
    def headline(self) -> str:
        """The bottom line, in a sentence or two."""
        raise NotImplementedError


class Plan(Outcome, frozen=True, kw_only=True):
    """The answer to a case of filing."""

    case: Case
    filing: Filing

    @property
    def headline(self) -> str:
        """The bottom line, in a sentence or two."""
        return self.filing.headline
