"""The days of a plan for a phone's calendar: an iCalendar file (RFC 5545)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from yidi_cli.base.errors import InputError
from yidi_cli.plan.plan import Item, Outcome, PlanDate
from yidi_cli.render.document import Notes, entry
from yidi_cli.render.inert import inert
from yidi_cli.render.plan_page import ANCHOR_WORDS, BRIEF_DISCLAIMER, call_title
from yidi_cli.rulebook.model import DateKind

if TYPE_CHECKING:
    from icalendar import Alarm, Event

    from yidi_cli.rulebook.book import Book

NAME = "异地就医"
PRODID = "-//yidi//yidi//ZH"
NO_DAYS = "这份里没有要记的日子，存不成日历。"
_NINE = timedelta(hours=9)
REMINDERS: dict[DateKind, tuple[timedelta, ...]] = {
    "due": (_NINE - timedelta(days=1), _NINE),
    "until": (_NINE - timedelta(weeks=1), _NINE),
    "expect": (_NINE,),
    "from": (_NINE,),
}
"""When to remind, counted from the day's first hour: an all-day event has no other start."""


def calendar_file(plan: Outcome, book: Book, key: str, name: str = NAME) -> str:
    """Return the plan's days as an iCalendar file, its lines ended by CRLF as the format asks.

    `name` is what the calendar is called, and stands before each of its days.

    `key` is a stable name for the answers (the share code). With the date's own id it names the
    event: a file of the same answers updates the events of an earlier one, whatever days these
    fell on. Which file is newer follows from `plan.as_of`; on one day the later date counts as
    the newer, since no clock is read. A writer must leave the line ends as they are. Raises
    InputError for a plan without days: there is no empty calendar.
    """
    if not plan.dates:
        raise InputError(f"{NO_DAYS}{_to_be_known(plan)}")
    from icalendar import Calendar

    calendar = Calendar()
    for field, value in (
        ("version", "2.0"),
        ("prodid", PRODID),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
        ("x-wr-calname", name),
    ):
        calendar.add(field, value)
    items = {item.id: item for section in plan.sections.values() for item in section}
    seen: Counter[str] = Counter()
    for day in plan.dates:
        # One id may have several days, by several rules.
        seen[day.id] += 1
        uid = _uid(key, day.id, seen[day.id])
        calendar.add_component(_event(day, uid, plan, items.get(day.rule), book, name))
    content: bytes = calendar.to_ical()
    return content.decode()


def _to_be_known(plan: Outcome) -> str:
    """Say which days would make more dates; "" where none would."""
    words = [ANCHOR_WORDS[anchor] for anchor in plan.uncounted if anchor in ANCHOR_WORDS]
    if not words:
        return ""
    return f"有的日子从{'、'.join(words)}那天算：知道了就加 --on {words[0]}=日期。"


def _uid(key: str, date_id: str, number: int) -> str:
    """Return the event's name: never of the day, and not to be read back into the answers."""
    from uuid import NAMESPACE_URL, uuid5

    return str(uuid5(NAMESPACE_URL, f"yidi:{key}/{date_id}/{number}"))


def _event(
    day: PlanDate, uid: str, plan: Outcome, item: Item | None, book: Book, name: str
) -> Event:
    from icalendar import Event

    # Calendars compare SEQUENCE, and where it is equal the stamps. An equal SEQUENCE on one day
    # is meant: some refuse a lower one, and a date may also have moved to an earlier day.
    stamp = datetime.combine(plan.as_of, time(), UTC)
    stamp += timedelta(seconds=(day.from_ - plan.as_of).days)
    summary = inert(f"{name}：{'（已过）' if day.past else ''}{day.label}")
    event = Event()
    for field, value in (
        ("uid", uid),
        ("sequence", plan.as_of.toordinal()),
        ("dtstamp", stamp),
        ("last-modified", stamp),
        ("dtstart", day.from_),
        ("dtend", (day.to or day.from_) + timedelta(days=1)),
        ("summary", summary),
        ("description", inert("\n".join(_description(day, plan, item, book)))),
        ("class", "PRIVATE"),
        ("transp", "TRANSPARENT"),
    ):
        event.add(field, value)
    for trigger in () if day.past else REMINDERS[day.kind]:
        # A date takes only the whole days of what is added to it: this is the day of the alarm.
        if day.from_ + trigger >= plan.as_of:
            event.add_component(_alarm(trigger, summary))
    return event


def _alarm(trigger: timedelta, text: str) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", trigger)
    return alarm


def _description(day: PlanDate, plan: Outcome, item: Item | None, book: Book) -> list[str]:
    """Say how the day was counted, the bottom line, the rule with its sources, and whom to call."""
    notes = Notes(book)
    # Read months later: what was to be done then need not be what is to be done now.
    lines = [_counted(day, plan), f"{plan.as_of.isoformat()} 的结论：{plan.headline}"]
    if item is not None:
        lines += [f"规则：{entry(item, notes).text}", item.detail]
        lines.append(f"来源：{'；'.join(source.text for source in notes.entries())}。")
        lines.append(notes.legend())
    lines.append(f"拿不准：{call_title(plan)}。")
    lines.append(f"资料核对到 {plan.data_version}。{BRIEF_DISCLAIMER}")
    return [line for line in lines if line]


def _counted(day: PlanDate, plan: Outcome) -> str:
    """Say from which day a date was counted, and how: 按 2026-11-22 办算，2 个工作日。"""
    if day.after == "data":
        start = f"按资料核对到的 {plan.data_version} 算"
    else:
        known = getattr(plan.days, day.after)
        start = f"按 {known.isoformat()} {ANCHOR_WORDS[day.after]}算" if known else ""
    told = "，".join(part for part in (start, day.note) if part)
    return f"{told}。" if told else ""
