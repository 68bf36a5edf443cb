"""The plan as a result: built, put in the form that is wanted, written where it is wanted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from yidi_cli.cli import options, output

if TYPE_CHECKING:
    from yidi_cli.plan.answers import Answers
    from yidi_cli.plan.plan import Days, Plan
    from yidi_cli.render.document import Document
    from yidi_cli.rulebook.bundle import Rulebook


class Wanted(NamedTuple):
    """How a plan is wanted: by the rules of which day, its dates counted from which.

    `length` is "brief" or "full" where that was asked for, else "". `options` are the words of the
    command line that say all this, to be written again in a command that goes on.
    """

    as_of: date
    days: Days
    ids: bool = False
    length: str = ""
    options: tuple[str, ...] = ()


def plan_of(answers: Answers, wanted: Wanted, book: Rulebook) -> Plan:
    """Return the plan for complete answers."""
    from yidi_cli.plan.answers import case_of
    from yidi_cli.plan.build import build_plan

    return build_plan(case_of(answers, book), book, wanted.as_of, wanted.days)


def show(begun: options.Start, answers: Answers, wanted: Wanted, brief: bool) -> Plan:
    """Write the plan to where the result goes; returns it."""
    plan = plan_of(answers, wanted, begun.book)
    emit(begun, plan, wanted, brief)
    return plan


def emit(begun: options.Start, plan: Plan, wanted: Wanted, brief: bool) -> None:
    """Write a plan that is built."""

    def page() -> Document:
        from yidi_cli.render.plan_page import plan_document

        return plan_document(plan, begun.book, wanted.ids, brief)

    def data() -> dict[str, Any]:
        from yidi_cli.render.jsonout import plan_json

        return plan_json(plan, begun.book)

    output.emit(begun, page, data)
