"""What changes between two plans. Pure: facts only, none of the two is called better."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from yidi_cli.base.value import Value
from yidi_cli.plan.plan import Item, Plan, PlanDate
from yidi_cli.rulebook.model import ORDER

FILING = ("required", "type", "route", "headline")
"""The parts of the decision that two plans may differ in."""


class Difference(Value, frozen=True):
    """What one section says in one plan only, and how many statements both share.

    A statement that both have by its id but word otherwise stands on both sides.
    """

    section: str
    only_a: tuple[Item, ...]
    only_b: tuple[Item, ...]
    equal: int

    @property
    def differs(self) -> bool:
        """Tell whether the section says something in one plan only."""
        return bool(self.only_a or self.only_b)


class Comparison(Value, frozen=True):
    """Two plans, with what differs: the decision, section by section, and the dates.

    `filing` names the parts of `FILING` that differ. `sections` holds every section that one of
    the plans has, in the page's order; `dates` likewise, as the days of A only and of B only.
    """

    a: Plan
    b: Plan
    filing: tuple[str, ...]
    sections: tuple[Difference, ...]
    dates: tuple[tuple[PlanDate, ...], tuple[PlanDate, ...]]

    @property
    def empty(self) -> bool:
        """Tell whether both plans say the same."""
        changed = any(difference.differs for difference in self.sections)
        return not (changed or self.filing or any(self.dates))


def compare(a: Plan, b: Plan) -> Comparison:
    """Return what differs between two plans: what is only in `a`, what is only in `b`."""
    named = [name for name in ORDER if name in a.sections or name in b.sections]
    return Comparison(
        a=a,
        b=b,
        filing=tuple(name for name in FILING if _part(a, name) != _part(b, name)),
        sections=tuple(
            _difference(name, a.sections.get(name, ()), b.sections.get(name, ())) for name in named
        ),
        dates=(_only(a.dates, b.dates), _only(b.dates, a.dates)),
    )


def _part(plan: Plan, name: str) -> str:
    return str(getattr(plan.filing, name))


def _difference(section: str, a: Sequence[Item], b: Sequence[Item]) -> Difference:
    only_a = tuple(item for item in a if item not in b)
    only_b = tuple(item for item in b if item not in a)
    return Difference(section, only_a, only_b, len(a) - len(only_a))


def _only(mine: Iterable[PlanDate], others: Sequence[PlanDate]) -> tuple[PlanDate, ...]:
    return tuple(day for day in mine if day not in others)
