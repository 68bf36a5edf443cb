"""The days of a plan: those that its rules give, counted from the days that are known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from yidi_cli.plan.dates import Calendar, add_months
from yidi_cli.plan.plan import Days, PlanDate
from yidi_cli.rulebook.model import ANCHORS, Anchor, DateSpec, Rule

if TYPE_CHECKING:
    from yidi_cli.rulebook.book import Book

UNCOUNTED = "放假安排未收录，按周末估算"
PAST = "这天已经过了，马上办"
EARLIER = "比打算办的那天早，提前办"
BEFORE: dict[Anchor, str] = {
    "filing": "",
    "travel": "出发",
    "admission": "入院",
    "discharge": "出院",
    "data": "资料核对",
}
"""Anchor → its name before 前 and 起; "" for those that go without saying."""


def plan_dates(
    rules: Iterable[Rule], days: Days, as_of: date, book: Book
) -> tuple[tuple[PlanDate, ...], tuple[Anchor, ...]]:
    """Return the days that `rules` give, the earliest first, and the anchors that are not known.

    Two rules may give the same day under one id: it is told once. A limit in a rule without a
    date spec gets no day. A `due` day before `as_of` is past; one before the day of filing asks for
    an earlier one.
    """
    found: dict[tuple[str, date], PlanDate] = {}
    lacking: set[Anchor] = set()
    for rule in rules:
        for spec in rule.dates:
            start = _anchor(spec.after, days, book)
            if start is None:
                lacking.add(spec.after)
                continue
            day = _plan_date(spec, rule, start, (as_of, days.filing), book)
            found.setdefault((day.id, day.from_), day)
    dates = sorted(found.values(), key=lambda day: day.from_)
    return tuple(dates), tuple(anchor for anchor in ANCHORS if anchor in lacking)


def _anchor(name: Anchor, days: Days, book: Book) -> date | None:
    if name == "data":
        return date.fromisoformat(book.meta.version)
    day: date | None = getattr(days, name)
    return day


def _plan_date(
    spec: DateSpec, rule: Rule, start: date, now: tuple[date, date], book: Book
) -> PlanDate:
    day, note = _count(spec, start, book)
    as_of, filing = now
    past = spec.kind == "due" and day < as_of
    late = PAST if past else EARLIER if spec.kind == "due" and day < filing else ""
    note = "；".join(part for part in (note, late) if part)
    return PlanDate(spec.id, spec.label, day, rule.id, spec.kind, spec.after, note=note, past=past)


def _count(spec: DateSpec, start: date, book: Book) -> tuple[date, str]:
    """Return the day, and in words how it was counted."""
    name = BEFORE[spec.after]
    if spec.working_days is not None:
        calendar = _calendar(book)
        if spec.working_days > 0:
            day = calendar.add_working_days(start, spec.working_days)
        else:
            day = calendar.last_day_before(start, -spec.working_days)
        note = f"{_way(name, spec.working_days)}{abs(spec.working_days)} 个工作日"
        return day, note if calendar.covers(start, day) else f"{note}，{UNCOUNTED}"
    if spec.months is not None:
        note = f"{_way(name, spec.months)}{abs(spec.months)} 个月"
        return add_months(start, spec.months), note
    assert spec.days is not None, "the check sees to it that one of three is given"
    if not spec.days:
        return start, f"{name}当天" if name else ""
    return start + timedelta(spec.days), f"{_way(name, spec.days)}{abs(spec.days)} 天"


def _way(name: str, n: int) -> str:
    if not name:
        return ""
    return f"{name}前 " if n < 0 else f"{name}起 "


@lru_cache(maxsize=4)
def _calendar(book: Book) -> Calendar:
    return Calendar(book.holidays)
