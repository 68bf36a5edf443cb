"""What a reader would trip over: two lines that say opposite things, or the same thing twice.

A rule's text is judged as it is written, with its placeholders.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from functools import cache

from yidi_cli.rulebook.model import Rule

OPPOSITES: dict[str, tuple[str, str]] = {
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

ALIKE = 0.8
"""Share of the shorter text's pairs of characters from which two texts say the same."""
AGAIN = ("verify", "alike")
"""Sections that say things again by their nature: what to ask, and what is not to be mixed up."""
SHORT = 6
"""With so few pairs of characters a text is too short to be judged."""

_NO_WORD = re.compile(r"\{\w+\}|[^\w]")


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


def opposed(rules: Iterable[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Yield pairs of rules that say opposite things; questions to ask say nothing."""
    standing = [(rule, sides(rule.text)) for rule in rules if rule.section != "verify"]
    standing = [(rule, found) for rule, found in standing if found]
    for (one, its), (other, others) in itertools.permutations(standing, 2):
        if any(side == 0 and (name, 1) in others for name, side in its):
            yield one, other


def alike(rules: Iterable[Rule], share: float = ALIKE) -> Iterator[tuple[Rule, Rule]]:
    """Yield pairs of rules that say the same; `share` is from when on they do."""
    known: dict[str, int] = {}
    marked = []
    for rule in rules:
        bare = _NO_WORD.sub("", rule.text)
        mask = 0
        for i in range(len(bare) - 1):
            mask |= 1 << known.setdefault(bare[i : i + 2], len(known))
        if mask.bit_count() > SHORT:
            marked.append((rule, mask, mask.bit_count()))
    for (one, first, size), (other, second, other_size) in itertools.combinations(marked, 2):
        if (first & second).bit_count() >= share * min(size, other_size):
            yield one, other
