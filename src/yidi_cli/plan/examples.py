"""Runs the cases of `data/cases/` against the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from yidi_cli.base.errors import InputError
from yidi_cli.plan.answers import case_of, parse_answers
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.family import build_family, family_case
from yidi_cli.rulebook.load import Fault

if TYPE_CHECKING:
    from yidi_cli.plan.case import Case
    from yidi_cli.plan.plan import Outcome
    from yidi_cli.rulebook.family import FamilyExample
    from yidi_cli.rulebook.family_book import FamilyBook
    from yidi_cli.rulebook.model import Example
    from yidi_cli.rulebook.rulebook import Rulebook

Where = Callable[[str], tuple[str, int]]


def check_examples(
    book: Rulebook,
    filing: Iterable[Example],
    family: Iterable[FamilyExample],
    where: Where,
    today: date,
) -> Iterator[Fault]:
    """Yield where a plan is not as its case says; `where` returns file and line of a case.

    A case without a day is one of `today`. Its questions, ids and sources must have been checked.
    """
    told = [(example.id, problems(example, book, today)) for example in filing]
    told += [(one.id, family_problems(one, book.family, today)) for one in family]
    mend = "看是规则改错了，还是例子该跟着改"
    for name, wrong in told:
        file, line = where(name)
        for what in wrong:
            yield Fault(file, line, name, what, mend, code="Y082")


def case_of_example(example: Example, book: Rulebook) -> Case:
    """Return the case that an example describes; InputError where an answer is not valid."""
    return case_of(parse_answers(example.answers, book), book)


def problems(example: Example, book: Rulebook, today: date) -> list[str]:
    """Return what is wrong with a case, a clause each; none where its plan is as it says."""
    try:
        case = case_of_example(example, book)
    except InputError as error:
        return [error.message.rstrip("。")]
    plan = build_plan(case, book, example.as_of or today)
    return _unlike(example, plan.filing.route, plan)


def family_problems(example: FamilyExample, book: FamilyBook, today: date) -> list[str]:
    """Return the same for a case of family mutual aid."""
    try:
        answers = parse_answers(example.answers, book)
    except InputError as error:
        return [error.message.rstrip("。")]
    plan = build_family(family_case(answers, book), book, example.as_of or today)
    return _unlike(example, plan.verdict.route, plan)


def _unlike(example: Example | FamilyExample, route: str, plan: Outcome) -> list[str]:
    shown = {item.id: item for items in plan.sections.values() for item in items}
    wrong = [f"路线是 {route}，写的是 {example.route}"] if route != example.route else []
    wrong += [f"没有出现 {name}" for name in example.must if name not in shown]
    wrong += [f"不该出现 {name}" for name in example.must_not if name in shown]
    named = (shown[name] for name in example.must if name in shown)
    cited = {citation.id for item in named for citation in item.sources}
    lacking = [citation.id for citation in example.sources if citation.id not in cited]
    return wrong + [f"要出现的条目都没有引用来源 {name}" for name in lacking]
