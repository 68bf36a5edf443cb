"""Working days by the public-holiday calendar of mainland China.

The calendar is a table of the State Council's yearly notices, one `HolidayYear` each. A day is a
working day if a notice makes it one, not if a notice gives it off, and else if it is no Saturday
or Sunday. Past the table's end only weekends count: `Calendar.covers` tells a caller when to say
so (「放假安排未收录，按周末估算」).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yidi_cli.rulebook.holidays import HolidayYear

_ONE_DAY = timedelta(days=1)
_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_SATURDAY = 5  # as date.weekday() counts


class Calendar:
    """Which days are worked, from the notices of some years."""

    def __init__(self, years: Sequence[HolidayYear]) -> None:
        """Take the years in any order, each at most once; none at all leaves weekends only."""
        self._years = frozenset(entry.year for entry in years)
        self._worked = frozenset(day for entry in years for day in entry.workdays)
        self._off: dict[date, str] = {}
        for entry in years:
            for holiday in entry.holidays:
                day = holiday.from_
                while day <= holiday.to:
                    self._off[day] = holiday.name
                    day += _ONE_DAY

    def is_working(self, day: date) -> bool:
        """Tell whether `day` is worked; in a year not in the table, Monday to Friday are."""
        return not self.why_off(day)

    def add_working_days(self, start: date, n: int) -> date:
        """Return the n-th working day after `start`; `start` itself is not counted.

        The result is a working day, `start` need not be one. ValueError if n < 1, OverflowError
        past the year 9999.
        """
        if n < 1:
            raise ValueError(f"working days to add must be 1 or more, not {n}")
        day = start
        while n:
            day += _ONE_DAY
            n -= self.is_working(day)
        return day

    def last_day_before(self, end: date, n: int) -> date:
        """Return the last day from which the n-th working day is before `end`.

        It is the day to hand something in that takes n working days and must be done when `end`
        begins; it need not be a working day. ValueError if n < 1, OverflowError before the year 1.
        """
        day = end - (n + 1) * _ONE_DAY
        while self.add_working_days(day, n) >= end:
            day -= _ONE_DAY
        return day

    def known(self, day: date) -> bool:
        """Tell whether the notice for the year of `day` is in the table.

        The next year's notice may still move the last days of December, which this does not see.
        """
        return day.year in self._years

    def why_off(self, day: date) -> str:
        """Name what gives `day` off: a holiday (春节), else 周六 or 周日; "" for a working day."""
        if day in self._worked:
            return ""
        name = self._off.get(day, "")
        if not name and day.weekday() >= _SATURDAY:
            name = weekday(day)
        return name

    def covers(self, start: date, end: date) -> bool:
        """Tell whether every day from `start` to `end` is `known`, in whichever order they come."""
        first, last = sorted((start.year, end.year))
        return all(year in self._years for year in range(first, last + 1))


def add_months(start: date, n: int) -> date:
    """Return the same day n calendar months after `start` (before it, for n < 0).

    Where that month is shorter, its last day: 2026-01-31 and one month are 2026-02-28. ValueError
    outside the years 1 to 9999.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + n, 12)
    first = date(year, month + 1, 1)
    # December has 31 days, and the last of all years has no first of the next month.
    last = 31 if month == 11 else (date(year, month + 2, 1) - _ONE_DAY).day
    return first.replace(day=min(start.day, last))


def weekday(day: date) -> str:
    """Name the day of the week of `day`: 周一 to 周日."""
    return _WEEKDAYS[day.weekday()]
