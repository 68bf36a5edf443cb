"""Runs the cases of `data/cases/` against the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidi_cli.base.errors import InputError
from yidi_cli.plan.answers import case_of, parse_answers
from yidi_cli.plan.build import build_plan
from yidi_cli.rulebook.model import Example

if TYPE_CHECKING:
    from datetime import date

    from yidi_cli.plan.case import Case
    from yidi_cli.plan.plan import Plan
    from yidi_cli.rulebook.rulebook import Rulebook


def case_of_example(example: Example, book: Rulebook) -> Case:
    """Return the case that an example describes; InputError where an answer is not valid."""
    questions = {question.id for question in book.questions}
    strange = [name for name in example.answers if name not in questions]
    if strange:
        raise InputError(f"没有“{strange[0]}”这个问题。可用的有：{'、'.join(sorted(questions))}。")
    return case_of(parse_answers(example.answers, book), book)


def problems(example: Example, book: Rulebook, known: frozenset[str], today: date) -> list[str]:
    """Return what is wrong with an example, one sentence each; none where its plan is as it says.

    `known` are all ids that a plan can hold.
    """
    strange = [name for name in (*example.must, *example.must_not) if name not in known]
    if strange:
        return [f"没有编号是 {name} 的条目。" for name in strange]
    try:
        case = case_of_example(example, book)
    except InputError as error:
        return [error.message]
    plan = build_plan(case, book, example.as_of or today)
    shown = {item.id for items in plan.sections.values() for item in items}
    wrong = []
    if plan.filing.route != example.route:
        wrong.append(f"路线是 {plan.filing.route}，写的是 {example.route}。")
    wrong += [f"没有出现 {name}。" for name in example.must if name not in shown]
    wrong += [f"不该出现 {name}。" for name in example.must_not if name in shown]
    cited = _cited(plan, example.must)
    lacking = [citation.id for citation in example.sources if citation.id not in cited]
    return wrong + [f"要出现的条目都没有引用来源 {name}。" for name in lacking]


def _cited(plan: Plan, ids: tuple[str, ...]) -> set[str]:
    """Return the sources of the items with these ids."""
    items = (item for items in plan.sections.values() for item in items if item.id in ids)
    return {citation.id for item in items for citation in item.sources}
