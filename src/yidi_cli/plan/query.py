"""One-shot questions: some sections of a plan, for one type or for several side by side."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from yidi_cli.plan.build import build_plan
from yidi_cli.plan.case import Case
from yidi_cli.plan.plan import Item, Plan
from yidi_cli.rulebook.model import UNKNOWN

if TYPE_CHECKING:
    from yidi_cli.rulebook.bundle import Rulebook


@dataclasses.dataclass(frozen=True)
class Part:
    """What is said for one type, or for all of them (`type` is then empty), by section."""

    type: str
    sections: dict[str, tuple[Item, ...]]


@dataclasses.dataclass(frozen=True)
class Answer:
    """The common part first, then one part a type; `plans` are those they were taken from."""

    parts: tuple[Part, ...]
    plans: tuple[Plan, ...]


def types_of(answer: str, book: Rulebook) -> tuple[str, ...]:
    """Return the types that an answer leaves possible: one, a group's, or all."""
    options = [o for o in book.question("type").options if o.id != UNKNOWN]
    if answer in {option.id for option in options}:
        return (answer,)
    members = tuple(option.id for option in options if option.group == answer)
    return members or tuple(option.id for option in options)


def ask(
    case: Case, sections: Sequence[str], book: Rulebook, as_of: date, start: date | None = None
) -> Answer:
    """Return `sections` of the plan for `case`, split by type where its type is open."""
    types = types_of(case.type, book)
    plans = tuple(
        build_plan(dataclasses.replace(case, type=type_id), book, as_of, start) for type_id in types
    )
    if len(plans) == 1:
        return Answer((Part(types[0], _chosen(plans[0], sections)),), plans)
    shared = set.intersection(*({_key(i) for i in _items(plan, sections)} for plan in plans))
    parts = [Part("", _chosen(plans[0], sections, keep=shared))]
    parts += [
        Part(type_id, _chosen(plan, sections, drop=shared))
        for type_id, plan in zip(types, plans, strict=True)
    ]
    return Answer(tuple(parts), plans)


def _key(item: Item) -> tuple[str, str]:
    # A text that names the type differs between types though the rule is the same.
    return item.id, item.text


def _items(plan: Plan, sections: Sequence[str]) -> list[Item]:
    return [item for section in sections for item in plan.sections.get(section, ())]


def _chosen(
    plan: Plan,
    sections: Sequence[str],
    keep: set[tuple[str, str]] | None = None,
    drop: set[tuple[str, str]] | None = None,
) -> dict[str, tuple[Item, ...]]:
    found: dict[str, tuple[Item, ...]] = {}
    for section in sections:
        items = tuple(
            item
            for item in plan.sections.get(section, ())
            if (keep is None or _key(item) in keep) and (drop is None or _key(item) not in drop)
        )
        if items:
            found[section] = items
    return found
