"""Checks that the plans of the cases in `data/cases/` are as the cases say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from yidi_cli.base.errors import InputError
from yidi_cli.plan.answers import parse_answers
from yidi_cli.plan.examples import problems
from yidi_cli.plan.explain import explained
from yidi_cli.plan.family import build_family, family_case
from yidi_cli.rulebook.load import Fault

if TYPE_CHECKING:
    from datetime import date

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
    """Yield where a plan is not as its case says; `where` returns file and line of a case."""
    known = frozenset(found.id for found in explained(book))
    told = [(example.id, problems(example, book, known, today)) for example in filing]
    told += [(one.id, family_problems(one, book.family, today)) for one in family]
    mend = "看是规则改错了，还是例子该跟着改"
    for name, wrong in told:
        file, line = where(name)
        for what in wrong:
            yield Fault(file, line, name, what.rstrip("。"), mend, code="Y082")


def family_problems(example: FamilyExample, book: FamilyBook, today: date) -> list[str]:
    """Return what is wrong with a case of family mutual aid, one sentence each."""
    try:
        answers = parse_answers(example.answers, book)
    except InputError as error:
        return [error.message]
    plan = build_family(family_case(answers, book), book, example.as_of or today)
    shown = {item.id: item for items in plan.sections.values() for item in items}
    wrong = []
    if plan.verdict.route != example.route:
        wrong.append(f"路线是 {plan.verdict.route}，写的是 {example.route}。")
    wrong += [f"没有出现 {name}。" for name in example.must if name not in shown]
    wrong += [f"不该出现 {name}。" for name in example.must_not if name in shown]
    must = (shown[name] for name in example.must if name in shown)
    cited = {citation.id for item in must for citation in item.sources}
    lacking = [citation.id for citation in example.sources if citation.id not in cited]
    return wrong + [f"要出现的条目都没有引用来源 {name}。" for name in lacking]
