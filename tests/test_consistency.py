"""What a reader would trip over: two lines that say opposite things, or the same thing twice.

Every case is gone through with each situation alone and in pairs; a rule's text is judged as it is
written, with its placeholders.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from functools import cache

import pytest
from msgspec.structs import replace

from tests.conftest import TODAY
from tests.test_paths import ALL_PAIRS, all_rules, cases, meet
from yidi_cli.plan.case import Case, derive
from yidi_cli.plan.selection import match
from yidi_cli.rulebook.model import Rule
from yidi_cli.rulebook.rulebook import Rulebook

OPPOSITES = {
    "pay or wait": (r"先别(?:按)?(?:自费|结)", r"(?<!才)(?<!要)(?<!多半)先自费"),
    "file or not": (
        r"「异地就医备案申请」|渠道办备案|(?<!不用)(?<!别)再交一遍",
        r"不用再(?:办|交)|备案材料一样也不用",
    ),
    "card or no card": (r"出示医保码或社保卡", r"码和卡都|都用不了"),
    "cancel or keep": (r"(?<!不用)(?<!不必)先取消", r"不用(?:先)?取消"),
    "settle here or not": (r"说.{0,12}要直接结算", r"(?:这家|医院).{0,6}结不了|只能先自费"),
}
"""Two things that no plan may tell a person without a condition between them."""

CONDITION = re.compile(r"[要若]是|如果|万一|[说算]要|说不|还是不行|没开通的话|真的|停着的话|才先")
"""Words that make a line hold only for some."""

ALIKE = 0.75
"""Share of the shorter text's pairs of characters from which two texts say the same."""


def told(case: Case, book: Rulebook) -> tuple[Rule, ...]:
    return match(derive(case, book), book, TODAY).rules


@cache
def sides(text: str) -> tuple[tuple[str, int], ...]:
    """Return on which side of which opposite a text stands; none where it names a condition."""
    if CONDITION.search(text):
        return ()
    return tuple(
        (name, side)
        for name, patterns in OPPOSITES.items()
        for side, pattern in enumerate(patterns)
        if re.search(pattern, text)
    )


def opposed(rules: Iterable[Rule]) -> Iterator[tuple[str, str, str]]:
    standing = [(r.id, sides(r.text)) for r in rules if r.section != "verify" and sides(r.text)]
    for (one, its), (other, others) in itertools.permutations(standing, 2):
        for name, side in its:
            if side == 0 and (name, 1) in others:
                yield name, one, other


def pairs_of_characters(text: str) -> frozenset[str]:
    bare = re.sub(r"\{\w+\}|[^\w]", "", text)
    return frozenset(bare[i : i + 2] for i in range(len(bare) - 1))


def alike(rules: tuple[Rule, ...], memory: dict[tuple[str, str], float]) -> Iterator[str]:
    for one, other in itertools.combinations(rules, 2):
        key = (one.id, other.id)
        if key not in memory:
            first, second = pairs_of_characters(one.text), pairs_of_characters(other.text)
            shorter = min(len(first), len(second))
            memory[key] = len(first & second) / shorter if shorter > 6 else 0
        if memory[key] >= ALIKE:
            yield f"{one.id} ≈ {other.id}"


KINDS = (
    "nobody knows where to",
    "nobody knows where insured",
    "cross-province",
    "cross-province, 京津冀",
    "cross-province, 川渝",
    "in-province, unknown",
    "in-province, exempt by a current text",
    "in-province, not exempt",
    "in-province, not exempt by a current text",
)


def varied(kind: str, book: Rulebook) -> Iterator[Case]:
    """Yield every kind of care alone, and inpatient care with each situation and each pair."""
    yield from cases(ALL_PAIRS[kind], book, scheme=["employee"])
    options = book.question("situation").options
    types = ["long-term-residence", "referral", "emergency", "other-temporary"]
    for case in cases(ALL_PAIRS[kind], book, scheme=["employee"], care=["inpatient"], type=types):
        fitting = [option for option in options if meet([option], case, book)]
        for option in fitting:
            yield replace(case, situations=(option.id,))
        if kind in ("cross-province", "in-province, not exempt"):
            for pair in itertools.combinations(fitting, 2):
                yield replace(case, situations=tuple(option.id for option in pair))


@pytest.mark.parametrize("kind", KINDS)
def test_no_plan_contradicts_or_repeats_itself(kind: str, book: Rulebook) -> None:
    wrong: dict[object, Case] = {}
    memory: dict[tuple[str, str], float] = {}
    for case in varied(kind, book):
        rules = told(case, book)
        for found in (*opposed(rules), *alike(rules, memory)):
            wrong.setdefault(found, case)
    assert not wrong, "\n".join(
        f"{found}: {c.type} {c.stage} {c.filing} {c.care} {c.situations}"
        for found, c in wrong.items()
    )


def sentences(text: str) -> int:
    """Count sentences; what is quoted to be read out or tapped does not count."""
    return len(re.findall(r"[。！？]", re.sub(r"“[^”]*”|「[^」]*」", "", text)))


def test_an_item_is_at_most_two_sentences(book: Rulebook) -> None:
    long = [rule.id for rule in all_rules(book) if sentences(rule.text + rule.detail) > 2]
    assert long == []


def test_the_checks_find_what_they_look_for(book: Rulebook) -> None:
    def rule(rule_id: str, text: str) -> Rule:
        return replace(book.rules[0], id=rule_id, text=text, section="next-steps")

    wait, pay = rule("wait", "先别自费结，去问医院。"), rule("pay", "这家没开通，先自费。")
    assert list(opposed([wait, pay])) == [("pay or wait", "wait", "pay")]
    assert list(opposed([wait, rule("last", "还是不行，才先自费。")])) == []
    again = rule("again", "先别自费结，马上去问医院。")
    assert list(alike((wait, pay), {})) == []
    assert list(alike((wait, again), {})) == ["wait ≈ again"]
    assert sentences("先说“好。行。”再走。到了再说。") == 2
