"""The holiday table against an independent calendar, and the arithmetic on it."""

from __future__ import annotations

import functools
import itertools
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar  # type: ignore[import-untyped]
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidi_cli.plan.dates import Calendar, add_months, weekday
from yidi_cli.rulebook.holidays import HolidayYear

TABLE = Path(__file__).parent.parent / "data" / "holidays.yaml"
DAY = timedelta(days=1)
# The independent calendar's names, and how the notices put them.
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}
# Ordinary weekend before 元旦 2024 (「与周末连休」) that the independent calendar names.
JOINED_WEEKEND = {date(2023, 12, 30), date(2023, 12, 31)}


@functools.cache
def table() -> tuple[HolidayYear, ...]:
    import yaml

    # Every scalar stays a string: the types below make dates and numbers of them.
    raw = yaml.load(TABLE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return msgspec.convert(raw, tuple[HolidayYear, ...], strict=False)


@functools.cache
def calendar() -> Calendar:
    return Calendar(table())


def days(first: date, last: date) -> list[date]:
    """Every day from first to last, both included."""
    return [first + DAY * i for i in range((last - first).days + 1)]


YEARS = [entry.year for entry in table()]
# Reaches past both ends of the table.
DATES = st.dates(date(min(YEARS) - 1, 1, 1), date(max(YEARS) + 2, 12, 31))


def in_reference(day: date) -> bool:
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


# The table itself


@pytest.mark.parametrize("year", YEARS)
def test_every_day_agrees_with_independent_calendar(year: int) -> None:
    if not in_reference(date(year, 6, 1)):
        pytest.skip(f"the installed chinesecalendar does not know {year} yet")
    wrong = [
        day
        for day in days(date(year, 1, 1), date(year, 12, 31))
        if calendar().is_working(day) != chinese_calendar.is_workday(day)
    ]
    assert wrong == []


@pytest.mark.parametrize("year", YEARS)
def test_holiday_names_agree_with_independent_calendar(year: int) -> None:
    if not in_reference(date(year, 6, 1)):
        pytest.skip(f"the installed chinesecalendar does not know {year} yet")
    for day in days(date(year, 1, 1), date(year, 12, 31)):
        off, name = chinese_calendar.get_holiday_detail(day)
        why = calendar().why_off(day)
        if not off:
            assert why == "", day
        elif name is None or day in JOINED_WEEKEND:
            assert why in ("周六", "周日"), day
        else:
            assert NAMES[name] in why.split("、"), day


def test_years_ascend_without_gap() -> None:
    assert list(range(YEARS[0], YEARS[-1] + 1)) == YEARS
    assert {2023, 2024, 2025, 2026} <= set(YEARS)


@pytest.mark.parametrize("entry", table(), ids=lambda entry: str(entry.year))
def test_notice_is_the_years_own(entry: HolidayYear) -> None:
    notice = entry.notice
    assert notice.title == f"国务院办公厅关于{entry.year}年部分节假日安排的通知"
    if notice.number:
        assert notice.number.startswith(f"国办发明电〔{entry.year - 1}〕")
        assert notice.number.endswith("号")
    if notice.issued:
        assert date.fromisoformat(notice.issued).year == entry.year - 1
    if notice.url:
        assert notice.url.startswith("https://www.gov.cn/")


@pytest.mark.parametrize("entry", table(), ids=lambda entry: str(entry.year))
def test_days_lie_in_the_year_or_at_its_edge(entry: HolidayYear) -> None:
    edge = date(entry.year - 1, 12, 25)
    last = date(entry.year, 12, 31)
    for holiday in entry.holidays:
        assert edge <= holiday.from_ <= holiday.to <= last, holiday
        assert holiday.to.year == entry.year, holiday
    for day in entry.workdays:
        assert edge <= day <= last, day


def test_spans_are_in_order_and_apart() -> None:
    spans = [holiday for entry in table() for holiday in entry.holidays]
    for before, after in itertools.pairwise(spans):
        assert before.to < after.from_, (before, after)


def test_every_year_has_the_seven_holidays() -> None:
    for entry in table():
        names = [name for holiday in entry.holidays for name in holiday.name.split("、")]
        assert sorted(names) == sorted(NAMES.values()), entry.year


def test_adjusted_workdays_are_weekends_outside_the_spans() -> None:
    worked = [day for entry in table() for day in entry.workdays]
    off = {
        day
        for entry in table()
        for holiday in entry.holidays
        for day in days(holiday.from_, holiday.to)
    }
    assert worked == sorted(set(worked))
    assert {weekday(day) for day in worked} <= {"周六", "周日"}
    assert off.isdisjoint(worked)


def test_table_survives_json() -> None:
    text = msgspec.json.encode(table())
    assert b'"from":"2026-02-15"' in text
    assert msgspec.json.decode(text, type=tuple[HolidayYear, ...]) == table()


def test_unknown_field_is_refused() -> None:
    raw = {"year": 2026, "notice": {"title": "x"}, "holidays": [], "workdays": [], "more": ""}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(raw, HolidayYear)


# Single days


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 2, 13), ""),
        (date(2026, 2, 14), ""),  # a Saturday, worked
        (date(2026, 2, 15), "春节"),  # a Sunday within the holiday
        (date(2026, 2, 23), "春节"),
        (date(2026, 2, 24), ""),
        (date(2026, 3, 7), "周六"),
        (date(2026, 3, 8), "周日"),
        (date(2025, 10, 6), "国庆节、中秋节"),
        (date(2022, 12, 31), "元旦"),  # by the notice for 2023
    ],
)
def test_why_off(day: date, why: str) -> None:
    assert calendar().why_off(day) == why
    assert calendar().is_working(day) == (why == "")


def test_known_and_covers() -> None:
    first, last = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
    assert calendar().known(first)
    assert calendar().known(last)
    assert not calendar().known(first - DAY)
    assert not calendar().known(last + DAY)
    assert calendar().covers(first, last)
    assert calendar().covers(last, first)
    assert not calendar().covers(first - DAY, last)
    assert not calendar().covers(first, last + DAY)


def test_covers_sees_a_missing_year_in_between() -> None:
    holed = Calendar([entry for entry in table() if entry.year != 2025])
    assert holed.covers(date(2024, 1, 1), date(2024, 12, 31))
    assert not holed.covers(date(2024, 12, 31), date(2026, 1, 1))


@given(DATES)
def test_empty_table_knows_weekends_only(day: date) -> None:
    empty = Calendar([])
    assert empty.why_off(day) == (weekday(day) if day.weekday() >= 5 else "")
    assert not empty.covers(day, day)


@given(DATES)
def test_year_outside_the_table_has_weekends_only(day: date) -> None:
    # A notice may reach into the December before its year.
    if not calendar().known(day) and not calendar().known(day + 7 * DAY):
        assert calendar().is_working(day) == (day.weekday() < 5)


# Adding working days


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        # 2026 春节: 14 February is a Saturday worked, the 15th to the 23rd are off.
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2026, 2, 10), 5, date(2026, 2, 24)),
        (date(2026, 2, 18), 1, date(2026, 2, 24)),
        (date(2026, 2, 26), 2, date(2026, 2, 28)),
        # New Year 2025: one day off in mid-week.
        (date(2024, 12, 31), 1, date(2025, 1, 2)),
        (date(2024, 12, 30), 3, date(2025, 1, 3)),
        # New Year 2026: three days off, then a Sunday worked.
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
        (date(2025, 12, 31), 2, date(2026, 1, 5)),
        (date(2025, 12, 26), 4, date(2026, 1, 4)),
    ],
)
def test_add_working_days(start: date, n: int, end: date) -> None:
    assert calendar().add_working_days(start, n) == end
    assert calendar().covers(start, end)


def test_past_the_end_of_the_table_weekends_count() -> None:
    upto_2026 = Calendar([entry for entry in table() if entry.year <= 2026])
    start = date(2026, 12, 30)
    end = upto_2026.add_working_days(start, 3)
    # 31 December, 1 January (a Friday no notice gives off here), 4 January.
    assert end == date(2027, 1, 4)
    assert not upto_2026.covers(start, end)


@pytest.mark.parametrize("n", [0, -1])
def test_add_working_days_refuses_less_than_one(n: int) -> None:
    with pytest.raises(ValueError, match=str(n)):
        calendar().add_working_days(date(2026, 3, 2), n)


def test_add_working_days_ends_with_the_calendar() -> None:
    with pytest.raises(OverflowError):
        calendar().add_working_days(date.max, 1)


@given(DATES, st.integers(1, 90))
def test_result_is_the_nth_working_day(start: date, n: int) -> None:
    end = calendar().add_working_days(start, n)
    assert end > start
    assert calendar().is_working(end)
    assert sum(map(calendar().is_working, days(start + DAY, end))) == n


@given(st.dates(date(2023, 1, 1), date(2026, 6, 30)), st.integers(1, 90))
def test_result_is_the_nth_working_day_of_independent_calendar(start: date, n: int) -> None:
    end = calendar().add_working_days(start, n)
    assert chinese_calendar.is_workday(end)
    assert sum(map(chinese_calendar.is_workday, days(start + DAY, end))) == n


@given(DATES, st.integers(1, 60), st.integers(1, 60))
def test_more_days_end_later_and_add_up(start: date, n: int, more: int) -> None:
    end = calendar().add_working_days(start, n)
    later = calendar().add_working_days(start, n + more)
    assert end < later
    assert calendar().add_working_days(end, more) == later


@given(DATES, DATES, st.integers(1, 60))
def test_later_start_never_ends_earlier(one: date, other: date, n: int) -> None:
    first, second = sorted((one, other))
    assert calendar().add_working_days(first, n) <= calendar().add_working_days(second, n)


# Months and weekdays


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2026, 1, 15), 6, date(2026, 7, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 31), -1, date(2025, 12, 31)),
        (date(2026, 5, 20), 0, date(2026, 5, 20)),
        (date(9999, 11, 30), 1, date(9999, 12, 30)),
    ],
)
def test_add_months(start: date, n: int, end: date) -> None:
    assert add_months(start, n) == end


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(-240, 240))
def test_add_months_keeps_the_day_or_takes_the_months_last(start: date, n: int) -> None:
    end = add_months(start, n)
    assert (end.year - start.year) * 12 + end.month - start.month == n
    assert end.day == start.day or (end.day < start.day and (end + DAY).day == 1)


@pytest.mark.parametrize(("start", "n"), [(date.max, 1), (date.min, -1)])
def test_add_months_refuses_years_no_date_has(start: date, n: int) -> None:
    with pytest.raises(ValueError, match="year"):
        add_months(start, n)


def test_weekday() -> None:
    week = days(date(2026, 6, 1), date(2026, 6, 7))
    assert "".join(map(weekday, week)) == "周一周二周三周四周五周六周日"


# Cost


def test_import_is_cheap() -> None:
    code = (
        f"import sys; sys.path[:] = {sys.path!r}; import msgspec; before = set(sys.modules); "
        "import yidi_cli.plan.dates; print(*sorted(set(sys.modules) - before))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in run.stdout.split()}
    assert loaded <= {"yidi_cli", "datetime", "_datetime"}
