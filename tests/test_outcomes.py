"""The outcomes that other tests go through are complete: every row, every rule of a plan."""

from __future__ import annotations

import os
from collections.abc import Iterable

from msgspec.structs import replace

from tests.conftest import DATA, TODAY
from tests.outcomes import FILE, answers_of, read_outcomes
from tests.test_paths import PAIRS, all_rules, cases, directed
from yidi_cli.plan.case import Case, derive
from yidi_cli.plan.examples import case_of_example
from yidi_cli.plan.selection import SECTIONS, decide, match
from yidi_cli.plan.share import share_code
from yidi_cli.rulebook.folder import read_examples
from yidi_cli.rulebook.rulebook import Rulebook


def shown(case: Case, book: Rulebook) -> set[str]:
    """Return the row that decides and the rules that are shown."""
    found = match(derive(case, book), book, TODAY)
    return {f"row {found.row.id}", *(rule.id for rule in found.rules)}


def wanted(book: Rulebook) -> set[str]:
    rows = {f"row {row.id}" for row in book.decision[:-1]}
    return rows | {rule.id for rule in all_rules(book) if rule.section in SECTIONS}


def test_the_outcomes_are_complete(book: Rulebook) -> None:
    if os.environ.get("YIDI_UPDATE_OUTCOMES"):
        FILE.write_text("\n".join(found_anew(book)) + "\n", encoding="utf-8")
    seen = set().union(*(shown(case, book) for case in read_outcomes(book)))
    assert sorted(wanted(book) - seen) == [], "see tests/outcomes.py"


def test_each_outcome_shows_something_of_its_own(book: Rulebook) -> None:
    """Without it something would be shown by none: the list stays short."""
    told = [shown(case, book) for case in read_outcomes(book)]
    count: dict[str, int] = {}
    for one in told:
        for name in one:
            count[name] = count.get(name, 0) + 1
    idle = [one for one in told if all(count[name] > 1 for name in one)]
    assert len(idle) <= len(told) // 4


def found_anew(book: Rulebook) -> list[str]:
    """Choose the outcomes: from the cases of `data/cases/` first, then what shows the rest."""
    examples, _ = read_examples(DATA)
    lacking = wanted(book)
    chosen: list[str] = []

    def take(candidates: Iterable[Case], target: str = "") -> None:
        for case in candidates:
            # As it is read back: a county counts, what is not asked does not.
            code = share_code(answers_of(case), book)
            new = shown(case, book) & lacking
            if new and (not target or target in new):
                lacking.difference_update(new)
                chosen.append(code)
                if target:
                    return

    take(case_of_example(example, book) for example in examples)
    for rule in all_rules(book):
        if rule.id in lacking:
            take(directed(rule, book, rule.place), rule.id)
    special = [option.id for option in book.question("situation").options]
    for situations in [(), *((name,) for name in special)]:
        for pair in PAIRS.values():
            if not lacking:
                break
            take(
                case
                for plain in cases(pair, book, scheme=["employee"])
                for case in [replace(plain, situations=situations)]
                if f"row {decide(derive(case, book).facts, book.decision).id}" in lacking
            )
    return chosen
