"""One-shot questions: some sections of a plan, for one answer or for several side by side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from yidi_cli.base.value import Value
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.case import CROSS_PROVINCE, IN_PROVINCE, Case, possible, scope_of
from yidi_cli.plan.plan import Days, Item, Plan, PlanDate

if TYPE_CHECKING:
    from yidi_cli.rulebook.rulebook import Rulebook


class Query(Value, frozen=True):
    """A question: which sections of the plan, for which case, on which day.

    Dates are counted from `days`, the day of filing being `as_of` without them. `split` names the
    dimension that is answered value by value as far as it is open: type, care, or scope
    (cross-province and in-province); "" for none.
    """

    name: str
    sections: tuple[str, ...]
    case: Case
    as_of: date
    days: Days | None = None
    split: str = "type"


class Part(Value, frozen=True):
    """What is said for one value, or for all of them (`value` is then empty), with its dates."""

    value: str
    sections: dict[str, tuple[Item, ...]]
    dates: tuple[PlanDate, ...] = ()


class Answer(Value, frozen=True):
    """The common part first, then one part a value; `plans` are those they were taken from."""

    parts: tuple[Part, ...]
    plans: tuple[Plan, ...]

    def items(self) -> list[Item]:
        """Return every item that is shown."""
        return [item for part in self.parts for items in part.sections.values() for item in items]


def ask(query: Query, book: Rulebook) -> Answer:
    """Return the sections asked for; an open answer is left open where the query does not split."""
    values = _values(query, book)
    plans = tuple(
        build_plan(
            _with(query.case, query.split, value), book, query.as_of, query.days, query.sections
        )
        for value in values
    )
    if len(plans) == 1:
        return Answer((Part(values[0], plans[0].sections, plans[0].dates),), plans)
    items = set.intersection(*({_key(item) for item in _items(plan)} for plan in plans))
    days = set.intersection(*(set(plan.dates) for plan in plans))
    shared = Part(
        "",
        _chosen(plans[0], lambda item: _key(item) in items),
        tuple(day for day in plans[0].dates if day in days),
    )
    own = [
        Part(
            value,
            _chosen(plan, lambda item: _key(item) not in items),
            tuple(day for day in plan.dates if day not in days),
        )
        for value, plan in zip(values, plans, strict=True)
    ]
    # Where no value asks for anything of its own, the values need not be gone through.
    told = any(part.sections or part.dates for part in own)
    return Answer((shared, *own) if told else (shared,), plans)


def _values(query: Query, book: Rulebook) -> tuple[str, ...]:
    """Return the values of the split dimension that are to be answered one by one."""
    case = query.case
    if not query.split:
        return (case.type,)
    if query.split != "scope":
        return possible(query.split, getattr(case, query.split), book)
    if case.destination is not None:
        return (scope_of(case, book),)
    # Where the whole province is one pooling region, nothing is in-province.
    places = book.places
    insured = case.insured
    alone = insured is not None and places.pool(insured) == places.province(insured)
    return (CROSS_PROVINCE,) if alone else (CROSS_PROVINCE, IN_PROVINCE)


def _with(case: Case, dimension: str, value: str) -> Case:
    change: dict[str, Any] = {dimension: value} if dimension else {}
    return msgspec.structs.replace(case, **change)


def _key(item: Item) -> tuple[str, str]:
    # A text that names the type differs between types though the rule is the same.
    return item.id, item.text


def _items(plan: Plan) -> list[Item]:
    return [item for items in plan.sections.values() for item in items]


def _chosen(plan: Plan, keep: Callable[[Item], bool]) -> dict[str, tuple[Item, ...]]:
    found = {name: tuple(filter(keep, items)) for name, items in plan.sections.items()}
    return {name: items for name, items in found.items() if items}
