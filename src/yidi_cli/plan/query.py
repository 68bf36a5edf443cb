"""One-shot questions: some sections of a plan, for one type or for several side by side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from yidi_cli.base.value import Value
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.case import Case, possible
from yidi_cli.plan.plan import Item, Plan, PlanDate

if TYPE_CHECKING:
    from yidi_cli.rulebook.bundle import Rulebook


class Query(Value, frozen=True):
    """A question: which sections of the plan, for which case, on which day.

    Dates are counted from `start`. With `split` an open type is answered type by type.
    """

    name: str
    sections: tuple[str, ...]
    case: Case
    as_of: date
    start: date
    split: bool = True


class Part(Value, frozen=True):
    """What is said for one type, or for all of them (`type` is then empty), with its dates."""

    type: str
    sections: dict[str, tuple[Item, ...]]
    dates: tuple[PlanDate, ...] = ()


class Answer(Value, frozen=True):
    """The common part first, then one part a type; `plans` are those they were taken from."""

    parts: tuple[Part, ...]
    plans: tuple[Plan, ...]

    def items(self) -> list[Item]:
        """Return every item that is shown."""
        return [item for part in self.parts for items in part.sections.values() for item in items]


def ask(query: Query, book: Rulebook) -> Answer:
    """Return the sections asked for; an open type is left open where the query does not split."""
    case = query.case
    types = possible("type", case.type, book) if query.split else (case.type,)
    plans = tuple(
        build_plan(
            msgspec.structs.replace(case, type=chosen),
            book,
            query.as_of,
            query.start,
            query.sections,
        )
        for chosen in types
    )
    if len(plans) == 1:
        return Answer((Part(types[0], plans[0].sections, plans[0].dates),), plans)
    items = set.intersection(*({_key(item) for item in _items(plan)} for plan in plans))
    days = set.intersection(*(set(plan.dates) for plan in plans))
    shared = Part(
        "",
        _chosen(plans[0], lambda item: _key(item) in items),
        tuple(day for day in plans[0].dates if day in days),
    )
    own = [
        Part(
            type_id,
            _chosen(plan, lambda item: _key(item) not in items),
            tuple(day for day in plan.dates if day not in days),
        )
        for type_id, plan in zip(types, plans, strict=True)
    ]
    # Where no type asks for anything of its own, the types need not be gone through.
    told = any(part.sections or part.dates for part in own)
    return Answer((shared, *own) if told else (shared,), plans)


def _key(item: Item) -> tuple[str, str]:
    # A text that names the type differs between types though the rule is the same.
    return item.id, item.text


def _items(plan: Plan) -> list[Item]:
    return [item for items in plan.sections.values() for item in items]


def _chosen(plan: Plan, keep: Callable[[Item], bool]) -> dict[str, tuple[Item, ...]]:
    found = {name: tuple(filter(keep, items)) for name, items in plan.sections.items()}
    return {name: items for name, items in found.items() if items}
