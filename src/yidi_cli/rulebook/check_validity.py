"""Checks of days: those of a rule's validity, and between rules that follow each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from yidi_cli.rulebook.load import Fault
from yidi_cli.rulebook.parts import all_rules, all_sources

if TYPE_CHECKING:
    from yidi_cli.rulebook.bundle import Bundle
    from yidi_cli.rulebook.model import Conditions, Rule

Where = Callable[[str], tuple[str, int]]
_ISSUED = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def check_validity(bundle: Bundle, where: Where) -> Iterator[Fault]:
    """Yield the days that are wrong; `where` returns file and line of an entry."""

    def fault(entry_id: str, field: str, what: str, mend: str, code: str) -> Fault:
        file, line = where(entry_id)
        return Fault(file, line, f"{entry_id} {field}", what, mend, code=code)

    for source in all_sources(bundle):
        if source.issued and not _is_day(source.issued):
            what, mend = f"没有 {source.issued} 这一天", "写成 2026-01-31，或只写年、年月"
            yield fault(source.id, "issued", what, mend, "Y060")
    followed: dict[object, list[Rule]] = {}
    for rule in all_rules(bundle):
        if _from(rule) > _to(rule):
            what = f"从 {rule.valid.from_} 到 {rule.valid.to}，开始晚于结束"
            yield fault(rule.id, "valid", what, "看看是不是写反了", "Y061")
        elif rule.topic:
            followed.setdefault(_standing(rule), []).append(rule)
    for rules in followed.values():
        for one, other, apart in _neighbours(rules):
            if apart < timedelta(0):
                what = f"和 {one.id} 同一个 topic、同样的条件，有几天都有效"
                yield fault(other.id, "valid", what, "旧的那条写上 to，或删掉一条", "Y062")
            elif apart > timedelta(0):
                what = f"{one.id} 到 {one.valid.to} 为止，这一条从 {other.valid.from_} 起，中间空着"
                yield fault(other.id, "valid", what, "从前一条结束的第二天开始", "Y063")


def _is_day(issued: str) -> bool:
    """Tell whether a text is a day, a month or a year of the calendar, or a span: 2024 至 2026."""
    found = [_ISSUED.fullmatch(part) for part in issued.split(" 至 ", 1)]
    try:
        days = [date(*(int(part or 1) for part in day.groups())) for day in found if day]
    except ValueError:
        return False
    return len(days) == len(found) and days == sorted(days)


def _from(rule: Rule) -> date:
    return rule.valid.from_ or date.min


def _to(rule: Rule) -> date:
    return rule.valid.to or date.max


def _standing(rule: Rule) -> object:
    """Return what two rules share that take each other's place."""
    conditions = (_key(rule.when), _key(rule.unless))
    return (rule.section, rule.topic, rule.place, rule.for_, rule.layer, conditions)


def _key(conditions: Conditions) -> frozenset[tuple[str, frozenset[str]]]:
    return frozenset(conditions.items())


def _neighbours(rules: Iterable[Rule]) -> Iterator[tuple[Rule, Rule, timedelta]]:
    """Yield rules that follow each other, with the time between them: below zero, they overlap."""
    day = timedelta(1)
    for one, other in pairwise(sorted(rules, key=_from)):
        if _to(one) >= _from(other):
            yield one, other, -day
        else:
            yield one, other, _from(other) - _to(one) - day
