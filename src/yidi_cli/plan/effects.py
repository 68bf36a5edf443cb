"""What an answer changes: the parts of a plan that are not the same for all possible answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING, TypeVar

from yidi_cli.base.value import Value
from yidi_cli.plan import channels
from yidi_cli.plan.case import Case, derive
from yidi_cli.plan.match import Facts, may_hold
from yidi_cli.plan.selection import match
from yidi_cli.plan.words import Words
from yidi_cli.rulebook.model import ORDER, PLACES, Conditions, Rule, Section

if TYPE_CHECKING:
    from yidi_cli.rulebook.rulebook import Rulebook

PARTS: dict[str, str] = {
    "filing": "要不要备案",
    "type": "备案类型",
    "next-steps": "先做什么",
    "channels": "去哪办",
    "materials": "要带的材料",
    "timing": "时间和有效期",
    "settlement": "怎么结算",
    "reimbursement": "手工报销",
    "cautions": "要注意的事",
    "verify": "打电话问什么",
}
"""What can hang on an answer, in the words of the page."""

_SECTIONS: tuple[Section, ...] = tuple(section for section in ORDER if section in PARTS)
_DERIVED = {
    "type": ("type", "group"),
    "disease": ("disease", "direct"),
    "insured": ("insured", "scope", "exempt", "exempt-basis", "hotline"),
    "destination": ("destination", "scope", "exempt", "exempt-basis"),
}
"""Question → the dimensions and placeholders that its answer decides."""

_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
Signature = tuple[tuple[str, ...], ...]
"""What stands in one part of a plan: ids, with the words that were put into their texts."""
C = TypeVar("C")


class Effects(Value, frozen=True):
    """Keys of `PARTS` that differ, in their order, and the ids of the materials that come or go."""

    parts: tuple[str, ...]
    materials: frozenset[str] = frozenset()


def effects(
    groups: Iterable[Sequence[Case]],
    book: Rulebook,
    as_of: date,
    among: Collection[str] = tuple(PARTS),
) -> Effects:
    """Return what differs within any of `groups` of cases of filing; see `differing`."""
    return differing(groups, partial(signature, book=book, as_of=as_of), PARTS, among)


def differing(
    groups: Iterable[Sequence[C]],
    signature_of: Callable[[C, Collection[str]], dict[str, Signature]],
    parts: Iterable[str],
    among: Collection[str],
) -> Effects:
    """Return what differs within any of `groups`, by what `signature_of` says of a case.

    A group holds the cases for each possible answer to one question, all else being the same. It
    stops at the group with which all of `among` are known to differ: only where there is a single
    group are the materials complete.
    """
    same = [part for part in parts if part in among]
    tried = tuple(same)
    materials: set[str] = set()
    for group in groups:
        if not same:
            break
        said = [signature_of(case, same) for case in group]
        for part in list(same):
            if any(one[part] != said[0][part] for one in said[1:]):
                same.remove(part)
                if part == "materials":
                    lists = [frozenset(one[part]) for one in said]
                    varying = frozenset.union(*lists) - frozenset.intersection(*lists)
                    materials |= {entry[0] for entry in varying}
    differ = tuple(part for part in tried if part not in same)
    return Effects(differ, frozenset(materials))


def touched(question: str, case: Case, facts: Facts, book: Rulebook) -> tuple[str, ...]:
    """Return the parts that the answer to a question could change at most, by what names it.

    `facts` are those of the answers so far. It spares `effects` from going through every
    completion for a part that no rule makes hang on the question.
    """
    names = set(_DERIVED.get(question, (question,)))
    if question in PLACES:
        return tuple(PARTS)

    def alive(when: Conditions, unless: Conditions) -> bool:
        # What the question itself decides is open, whatever has been answered.
        free = {**facts, **{n: when[n] for n in names & when.keys()}}
        return may_hold(when, {n: v for n, v in unless.items() if n not in names}, free)

    regions = book.chain(case.insured)
    exempting = any(names & e.when.keys() for region in regions for e in region.exemptions)
    for row in book.decision:
        mentioned = row.when.keys() | row.unless.keys()
        if (names & mentioned or (exempting and "exempt" in mentioned)) and alive(
            {k: v for k, v in row.when.items() if not (exempting and k.startswith("exempt"))},
            {} if exempting else row.unless,
        ):
            return tuple(PARTS)
    found = {"type"} if question == "type" else set()
    for rule in book.rules_about(_SECTIONS, case.insured, case.destination):
        if rule.section in PARTS and rule.section not in found:
            mentioned = {*rule.when, *rule.unless, *placeholders(rule)}
            if names & mentioned and alive(rule.when, rule.unless):
                found.add(rule.section)
    for region in regions:
        for channel in region.channels:
            if names & {*channel.when, *channel.unless}:
                found.add("channels")
    return tuple(part for part in PARTS if part in found)


def signature(
    case: Case, parts: Collection[str], book: Rulebook, as_of: date
) -> dict[str, Signature]:
    """Return what stands in each part for a case: ids, with the words put into their texts."""
    situation = derive(case, book)
    found = match(situation, book, as_of, [s for s in _SECTIONS if s in parts])
    words = Words(case, book)
    entries: dict[str, list[tuple[str, ...]]] = {part: [] for part in parts}
    for rule in found.rules:
        entries[rule.section].append((rule.id, *(words[name] for name in placeholders(rule))))
    if "filing" in entries:
        entries["filing"] = [(found.row.route, found.row.required)]
    if "type" in entries:
        entries["type"] = [tuple(sorted(found.facts["type"]))]
    if "channels" in entries:
        named = channels.to_file(case, found.row.required, found.facts, book)
        entries["channels"] += [(channel.id,) for channel in named]
    return {part: tuple(lines) for part, lines in entries.items()}


@lru_cache(maxsize=4096)
def _names_in(text: str) -> tuple[str, ...]:
    return tuple(_PLACEHOLDER.findall(text))


def placeholders(rule: Rule) -> Iterator[str]:
    """Yield the names in braces in the texts of a rule."""
    for text in (rule.text, rule.detail, rule.purpose, rule.get, rule.form, *rule.substitutes):
        if "{" in text:
            yield from _names_in(text)
