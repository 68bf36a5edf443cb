"""What a reader would trip over: two lines that say opposite things, or the same thing twice.

All paths of `upkeep/audit` are gone through; what opposites are, and what is alike, is in
`upkeep/audit_texts`. A rule's text is judged as it is written, with its placeholders.
"""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from tests.test_audit import paths_of
from tests.test_paths import all_rules
from yidi_cli.rulebook.model import Rule
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.upkeep.checks import opposites, repeats
from yidi_cli.upkeep.texts import alike, opposed

SHARE = 0.75
"""Share of the shorter text's pairs of characters from which two texts are looked at here."""

NOT_AGAIN = {
    # What two timings are about is named at length, what they say of it is not the same.
    ("nm.hohhot.timing.change-lock-temporary", "nm.hohhot.timing.validity-temporary"),
    # A step, and the question to ask in it.
    ("cq.next-steps.in-city-tertiary", "cq.verify.in-city-tertiary"),
}
"""Pairs of filing that are alike without saying the same."""


@pytest.mark.parametrize("command", ["guide", "family"])
def test_no_plan_contradicts_itself(command: str) -> None:
    found = [(one.id, other.id, t.command) for (one, other), t in opposites(paths_of(command))]
    assert found == []


def test_no_plan_of_filing_repeats_itself() -> None:
    found = [(one.id, other.id) for (one, other), _ in repeats(paths_of("guide"), SHARE, again=())]
    assert set(found) == NOT_AGAIN


def test_no_plan_of_mutual_aid_repeats_itself() -> None:
    """But for what is to be asked and what things are, which steps name too."""
    found = [(one.id, other.id) for (one, other), _ in repeats(paths_of("family"), SHARE)]
    assert found == []


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
    assert list(opposed([wait, pay])) == [(wait, pay)]
    assert list(opposed([pay, wait])) == [(wait, pay)]
    assert list(opposed([wait, rule("last", "还是不行，才先自费。")])) == []
    assert list(opposed([wait, replace(pay, section="verify")])) == []
    again = rule("again", "先别自费结，马上去问医院。")
    assert list(alike([wait, pay])) == []
    assert list(alike([wait, again])) == [(wait, again)]
    assert sentences("先说“好。行。”再走。到了再说。") == 2
