"""The calendar file: the plan's days and no others, in a form that every phone takes."""

from __future__ import annotations

import re
import sys
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event  # noqa: TID253

from tests.conftest import DATA, TODAY, rulebook
from yidi_cli.base.errors import Exit, InputError
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.examples import case_of_example
from yidi_cli.plan.plan import Days, Plan, PlanDate
from yidi_cli.render.calendar import NAME, REMINDERS, calendar_file
from yidi_cli.render.inert import inert
from yidi_cli.rulebook.folder import read_examples
from yidi_cli.rulebook.model import DateKind, Example
from yidi_cli.rulebook.rulebook import Rulebook

EXAMPLES, _ = read_examples(DATA)
KEY = "YD1-SAMPLE-7"
SHORT = ("review-done", "temporary-at-least")
# Before the Spring Festival and before the New Year.
AS_OF = (date(2026, 2, 12), date(2026, 12, 30))
# Kind of day → how many days ahead its reminders come.
BEFORE: dict[DateKind, list[int]] = {"due": [1, 0], "until": [7, 0], "expect": [0], "from": [0]}
HOSTILE = (
    "END:VEVENT\nBEGIN:VEVENT\nUID:evil",
    "END:VEVENT\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR",
    'a;b,c:d\\e\\;f\\\\,g "h" ^n ^\' %2C',
    "\x1b[31m红\x1b]0;x\x07\x00\x85\u2028行\u202e尾",
    "👨‍👩‍👧‍👦🏥" * 30,
    "异" * 500,
    "\\" * 500,
    "x" * 500,
    " " * 200 + "。",
    "<b onload=alert(1)>&amp;",
)


def sample(**days: date) -> Days:
    return Days(**{"filing": TODAY, **days})


def plan_of(
    example: Example, book: Rulebook, as_of: date = TODAY, days: Days | None = None
) -> Plan:
    return build_plan(case_of_example(example, book), book, as_of, days)


@pytest.fixture(scope="module")
def temporary(book: Rulebook) -> Example:
    """An example with a day to expect something and one until which something holds."""
    return next(e for e in EXAMPLES if len(short_plan(e, book).dates) == len(SHORT))


def short_plan(
    example: Example, book: Rulebook, as_of: date = TODAY, days: Days | None = None
) -> Plan:
    plan = plan_of(example, book, as_of, days)
    dates = tuple(day for day in plan.dates if day.id in SHORT)
    return msgspec.structs.replace(plan, dates=dates)


def events(content: str) -> list[Any]:
    calendars = Calendar.from_ical(content.encode(), multiple=True)
    assert len(calendars) == 1
    found = calendars[0].walk("VEVENT")
    assert len(found) == len(calendars[0].subcomponents)
    return [event for event in found if isinstance(event, Event)]


def check_lines(content: str) -> None:
    *lines, last = content.split("\r\n")
    assert last == ""
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    for line in lines:
        assert 0 < len(line.encode()) <= 75, line
        assert not re.search("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]", line), line


def reminders(event: Any) -> list[datetime]:
    # RFC 5545, 3.8.6.3: for a DATE a trigger counts from 00:00 of the user's time zone.
    start = datetime.combine(event["dtstart"].dt, time())
    return [start + alarm["trigger"].dt for alarm in event.walk("VALARM")]


def with_date(plan: Plan, kind: DateKind, day: date, past: bool = False) -> Plan:
    made = PlanDate("sample", "交材料", day, "none.such", kind, past=past)
    return msgspec.structs.replace(plan, dates=(made,))


# --- every case -------------------------------------------------------------------------------


@pytest.mark.parametrize("as_of", AS_OF, ids=str)
def test_every_case_has_its_days(as_of: date, book: Rulebook) -> None:
    kinds: Counter[str] = Counter()
    counted = passed = 0
    later = {"travel": 1, "admission": 5, "discharge": 20}
    days = Days(as_of, **{name: as_of + timedelta(n) for name, n in later.items()})
    for example in EXAMPLES:
        plan = plan_of(example, book, as_of, days)
        if not plan.dates:
            continue
        counted += 1
        content = calendar_file(plan, book, KEY)
        check_lines(content)
        found = events(content)
        for event, day in zip(found, plan.dates, strict=True):
            assert event["dtstart"].dt == day.from_
            assert event["dtstart"].params["VALUE"] == "DATE"
            assert event["dtend"].dt == day.from_ + timedelta(1)
            assert event["summary"] == f"{NAME}：{'（已过）' * day.past}{day.label}"
            assert (event["transp"], event["class"]) == ("TRANSPARENT", "PRIVATE")
            ahead = [] if day.past else [day.from_ - timedelta(n) for n in BEFORE[day.kind]]
            wanted = [datetime.combine(at, time(9)) for at in ahead if at >= as_of]
            assert reminders(event) == wanted
            kinds[day.kind] += len(wanted)
            passed += day.past
        assert len({event["uid"] for event in found}) == len(found)
    assert counted >= 200
    assert passed
    assert all(kinds[kind] > 20 for kind in BEFORE)


def test_the_same_plan_makes_the_same_bytes(book: Rulebook) -> None:
    for example in EXAMPLES[::10]:
        one, again = plan_of(example, book), plan_of(example, book)
        if one.dates:
            assert calendar_file(one, book, KEY) == calendar_file(again, book, KEY)


@pytest.mark.parametrize(
    ("as_of", "done"),
    [
        # 2026-02-14 is a Saturday that is worked; from the 15th to the 23rd is the festival.
        (date(2026, 2, 12), "20260214"),
        (date(2026, 2, 13), "20260224"),
        # From the 1st to the 3rd of January is the New Year, and Sunday the 4th is worked.
        (date(2025, 12, 30), "20260104"),
    ],
    ids=str,
)
def test_holidays(as_of: date, done: str, temporary: Example, book: Rulebook) -> None:
    content = calendar_file(short_plan(temporary, book, TODAY, Days(as_of)), book, KEY)
    assert f"DTSTART;VALUE=DATE:{done}\r\n" in content


def test_the_head_says_what_the_file_is(temporary: Example, book: Rulebook) -> None:
    calendar = Calendar.from_ical(calendar_file(short_plan(temporary, book), book, KEY))
    assert {name: str(value) for name, value in calendar.property_items(recursive=False)} == {
        "BEGIN": "b'VCALENDAR'",
        "VERSION": "2.0",
        "PRODID": "-//yidi//yidi//ZH",
        "CALSCALE": "GREGORIAN",
        "METHOD": "PUBLISH",
        "X-WR-CALNAME": NAME,
        "END": "b'VCALENDAR'",
    }


# --- updates instead of doubles ---------------------------------------------------------------


def test_a_later_file_updates_the_events_of_an_earlier_one(
    temporary: Example, book: Rulebook
) -> None:
    plans = [
        short_plan(temporary, book),
        short_plan(temporary, book, TODAY + timedelta(1), sample(filing=date(2026, 11, 18))),
        short_plan(temporary, book, TODAY + timedelta(40), sample(filing=date(2027, 3, 1))),
    ]
    files = [events(calendar_file(plan, book, KEY)) for plan in plans]
    for same in zip(*files, strict=True):
        assert len({event["uid"] for event in same}) == 1
        assert len({event["dtstart"].dt for event in same}) == 3
        for name in ("sequence", "dtstamp", "last-modified"):
            stamps = [event[name] if name == "sequence" else event[name].dt for event in same]
            assert stamps == sorted(set(stamps)), name
        assert all(0 < event["sequence"] < 2**31 for event in same)


def test_on_one_day_a_later_date_is_the_newer_and_none_is_refused(
    temporary: Example, book: Rulebook
) -> None:
    early, late = (
        events(calendar_file(short_plan(temporary, book, TODAY, sample(filing=day)), book, KEY))
        for day in (date(2026, 11, 10), date(2026, 12, 10))
    )
    for before, after in zip(early, late, strict=True):
        assert before["uid"] == after["uid"]
        assert before["sequence"] == after["sequence"]
        assert before["dtstamp"].dt < after["dtstamp"].dt


def test_other_answers_have_events_of_their_own(temporary: Example, book: Rulebook) -> None:
    plan = short_plan(temporary, book)
    contents = [calendar_file(plan, book, key) for key in (KEY, "YD1-OTHER-3")]
    one, other = ({event["uid"] for event in events(content)} for content in contents)
    assert not one & other
    assert KEY not in contents[0]


def test_days_with_one_id_are_several_events(temporary: Example, book: Rulebook) -> None:
    plan = short_plan(temporary, book)
    first = plan.dates[0]
    second = msgspec.structs.replace(first, from_=first.from_ + timedelta(3), rule="other")
    both = msgspec.structs.replace(plan, dates=(first, second))
    uids = [event["uid"] for event in events(calendar_file(both, book, KEY))]
    assert len(set(uids)) == 2
    assert uids[0] == events(calendar_file(plan, book, KEY))[0]["uid"]


def test_a_period_ends_after_its_last_day(temporary: Example, book: Rulebook) -> None:
    plan = with_date(short_plan(temporary, book), "from", date(2026, 12, 30))
    day = msgspec.structs.replace(plan.dates[0], to=date(2026, 12, 31))
    content = calendar_file(msgspec.structs.replace(plan, dates=(day,)), book, KEY)
    assert "DTSTART;VALUE=DATE:20261230\r\n" in content
    assert "DTEND;VALUE=DATE:20270101\r\n" in content


# --- reminders --------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "before"), BEFORE.items())
def test_reminders_come_at_nine(
    kind: DateKind, before: list[int], temporary: Example, book: Rulebook
) -> None:
    day = date(2027, 1, 4)
    plan = with_date(short_plan(temporary, book), kind, day)
    (event,) = events(calendar_file(plan, book, KEY))
    assert reminders(event) == [datetime.combine(day - timedelta(n), time(9)) for n in before]
    for alarm in event.walk("VALARM"):
        assert alarm["action"] == "DISPLAY"
        assert alarm["description"] == event["summary"] == f"{NAME}：交材料"


def test_every_kind_of_day_has_reminders() -> None:
    assert set(REMINDERS) == set(DateKind.__args__)  # type: ignore[attr-defined]


def test_the_triggers_are_written_as_phones_write_them(temporary: Example, book: Rulebook) -> None:
    plan = short_plan(temporary, book)
    later = TODAY + timedelta(30)
    due = calendar_file(with_date(plan, "due", later), book, KEY)
    until = calendar_file(with_date(plan, "until", later), book, KEY)
    assert re.findall("TRIGGER:(.*)\r", due) == ["-PT15H", "PT9H"]
    assert re.findall("TRIGGER:(.*)\r", until) == ["-P6DT15H", "PT9H"]


@pytest.mark.parametrize(
    ("kind", "ahead", "days"),
    [("due", 1, [0, 1]), ("due", 0, [0]), ("due", -1, []), ("until", 6, [6]), ("until", 7, [0, 7])],
)
def test_no_reminder_lies_before_the_day_of_the_plan(
    kind: DateKind, ahead: int, days: list[int], temporary: Example, book: Rulebook
) -> None:
    plan = with_date(short_plan(temporary, book), kind, TODAY + timedelta(ahead))
    (event,) = events(calendar_file(plan, book, KEY))
    assert [(at.date() - TODAY).days for at in reminders(event)] == days


def test_a_past_day_is_kept_without_reminders(temporary: Example, book: Rulebook) -> None:
    # The day of filing may be told later than the plan's own: the due day is then still to come.
    for day in (TODAY - timedelta(3), TODAY + timedelta(3)):
        plan = with_date(short_plan(temporary, book), "due", day, past=True)
        (event,) = events(calendar_file(plan, book, KEY))
        assert event["summary"] == f"{NAME}：（已过）交材料"
        assert reminders(event) == []


# --- what an event says -----------------------------------------------------------------------


def test_an_event_says_where_its_day_comes_from(temporary: Example, book: Rulebook) -> None:
    plan = short_plan(temporary, book)
    items = {item.id: item for section in plan.sections.values() for item in section}
    found = events(calendar_file(plan, book, KEY))
    for event, day in zip(found, plan.dates, strict=True):
        text = str(event["description"])
        item = items[day.rule]
        assert text.startswith(f"按 2026-11-22 办算，{day.note}。\n2026-11-22 的结论：")
        for part in (plan.filing.headline, item.text, item.detail, plan.hotline, plan.data_version):
            assert part in text
        assert item.sources
        for citation in item.sources:
            assert book.source(citation.id).title in text
            assert citation.at in text


def test_the_end_of_the_holiday_table_is_told(temporary: Example, book: Rulebook) -> None:
    last = max(entry.year for entry in book.holidays)
    plan = short_plan(temporary, book, days=sample(filing=date(last, 12, 31)))
    event = events(calendar_file(plan, book, KEY))[0]
    assert "放假安排未收录，按周末估算。" in event["description"]


def test_another_day_is_named(temporary: Example, book: Rulebook) -> None:
    days = sample(discharge=date(2026, 12, 20))
    plan = short_plan(temporary, book, days=days)
    dates = tuple(msgspec.structs.replace(day, after="discharge") for day in plan.dates)
    (event, _) = events(calendar_file(msgspec.structs.replace(plan, dates=dates), book, KEY))
    assert str(event["description"]).startswith("按 2026-12-20 出院算，")


def test_a_day_counted_from_the_data_says_so(book: Rulebook) -> None:
    plans = (plan_of(example, book) for example in EXAMPLES)
    plan = next(plan for plan in plans if any(day.after == "data" for day in plan.dates))
    found = events(calendar_file(plan, book, KEY))
    told = [
        str(event["description"])
        for event, day in zip(found, plan.dates, strict=True)
        if day.after == "data"
    ]
    assert all(text.startswith(f"按资料核对到的 {plan.data_version} 算") for text in told)


def test_a_plan_without_days_is_no_calendar(temporary: Example, book: Rulebook) -> None:
    plan = msgspec.structs.replace(short_plan(temporary, book), dates=(), uncounted=())
    with pytest.raises(InputError, match=r"^这份里没有要记的日子，存不成日历。$") as caught:
        calendar_file(plan, book, KEY)
    assert caught.value.code == Exit.INPUT
    open_ = msgspec.structs.replace(plan, uncounted=("admission", "discharge"))
    with pytest.raises(InputError, match=r"从入院、出院那天算：知道了就加 --on 入院=日期。"):
        calendar_file(open_, book, KEY)


# --- hostile text -----------------------------------------------------------------------------


def poisoned(plan: Plan, label: str, text: str) -> Plan:
    """The plan with `label` in each date and `text` in all that is told of it."""
    dates = tuple(msgspec.structs.replace(day, label=label, note=text) for day in plan.dates)
    sections = {
        name: tuple(msgspec.structs.replace(item, text=text, detail=text) for item in items)
        for name, items in plan.sections.items()
    }
    filing = msgspec.structs.replace(plan.filing, headline=text)
    return msgspec.structs.replace(plan, dates=dates, sections=sections, filing=filing)


def check_inert(plan: Plan, label: str, text: str, book: Rulebook) -> None:
    content = calendar_file(poisoned(plan, label, text), book, "END:VEVENT\r\n;,\\")
    check_lines(content)
    for event, day in zip(events(content), plan.dates, strict=True):
        assert event["dtstart"].dt == day.from_
        assert event["summary"] == f"{NAME}：{inert(label)}"
        told = str(event["description"])
        assert told.count(inert(text)) >= 4
        assert told.startswith(f"按 2026-11-22 办算{f'，{inert(text)}' if text else ''}。\n")
        assert reminders(event)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_inert(text: str, temporary: Example, book: Rulebook) -> None:
    check_inert(short_plan(temporary, book), text, text, book)


BOOK = rulebook()


@settings(max_examples=150, deadline=None)
@given(label=st.text(max_size=120), text=st.text(min_size=1, max_size=200))
def test_any_text_is_inert(label: str, text: str) -> None:
    # icalendar writes a line break for \N.
    assume("\\N" not in inert(label) + inert(text))
    assume(inert(text).strip())
    plan = plan_of(EXAMPLES[0], BOOK)
    plan = with_date(plan, "due", TODAY + timedelta(9))
    rule = next(item.id for items in plan.sections.values() for item in items)
    dates = (msgspec.structs.replace(plan.dates[0], rule=rule),)
    check_inert(msgspec.structs.replace(plan, dates=dates), label, text, BOOK)


def test_icalendar_is_loaded_only_here(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    # Without days nothing is written, and nothing is imported for it.
    for name in [name for name in sys.modules if name.split(".")[0] == "icalendar"]:
        monkeypatch.delitem(sys.modules, name)
    plan = msgspec.structs.replace(plan_of(EXAMPLES[0], book), dates=())
    with pytest.raises(InputError):
        calendar_file(plan, book, KEY)
    assert "icalendar" not in sys.modules
