"""Checks of the cases in `data/cases/` by themselves: questions, ids and sources that they name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from yidi_cli.rulebook.load import Fault
from yidi_cli.rulebook.parts import (
    all_exemptions,
    all_regions,
    all_rows,
    all_rules,
    all_sources,
    all_ways,
)
from yidi_cli.rulebook.timeline import all_days

if TYPE_CHECKING:
    from yidi_cli.rulebook.bundle import Bundle
    from yidi_cli.rulebook.family import FamilyExample
    from yidi_cli.rulebook.model import Example, Question

Where = Callable[[str], tuple[str, int]]


def check_cases(
    bundle: Bundle,
    filing: Iterable[Example],
    family: Iterable[FamilyExample],
    where: Where,
) -> Iterator[Fault]:
    """Yield what is wrong with the cases; `where` returns file and line of a case.

    Whether their plans are as they say is not looked at.
    """
    # A case may be of a day on which something else held.
    bundle = all_days(bundle)
    ids, sources = _ids(bundle), {source.id for source in all_sources(bundle)}
    asked = bundle.family.questions if bundle.family is not None else ()
    for example in filing:
        yield from _check(example, bundle.questions, ids, sources, where)
    for one in family:
        yield from _check(one, asked, ids, sources, where)


def _check(
    example: Example | FamilyExample,
    asked: Iterable[Question],
    ids: set[str],
    sources: set[str],
    where: Where,
) -> Iterator[Fault]:
    file, line = where(example.id)

    def fault(field: str, what: str, mend: str, code: str) -> Fault:
        return Fault(file, line, f"{example.id} {field}", what, mend, code=code)

    questions = [question.id for question in asked]
    for name in example.answers:
        if name not in questions:
            mend = f"可用的有：{'、'.join(questions)}"
            yield fault(f"answers.{name}", f"没有 {name} 这个问题", mend, "Y080")
    for field, names in (("must", example.must), ("must-not", example.must_not)):
        for name in names:
            if name not in ids:
                yield fault(field, f"没有 {name} 这一条", "改正编号，或去掉它", "Y081")
    if not example.must:
        yield fault("must", "没写一定要出现哪几条", "写上条目的编号", "Y009")
    if not example.sources:
        yield fault("sources", "没有来源", "写上判断的依据", "Y011")
    for citation in example.sources:
        if citation.id not in sources:
            what = f"没有 {citation.id} 这个来源"
            yield fault("sources", what, "先在 sources.yaml 里登记它", "Y010")


def _ids(bundle: Bundle) -> set[str]:
    """Return the ids of everything that a plan may hold."""
    ids = {rule.id for rule in all_rules(bundle)} | {way.id for way in all_ways(bundle)}
    ids |= {row.id for row in all_rows(bundle)} | {e.id for e in all_exemptions(bundle)}
    for region in all_regions(bundle):
        ids |= {f"hotline-{region.code}", f"bureau-{region.code}"}
    return ids
