"""The dates of a plan: each limit stands in its rule, and each day is counted from a known one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import DATA, TODAY, Run
from tests.test_paths import all_rules, place
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.case import Case
from yidi_cli.plan.dates import Calendar, add_months
from yidi_cli.plan.deadlines import EARLIER, PAST, UNCOUNTED
from yidi_cli.plan.examples import case_of_example
from yidi_cli.plan.plan import Days, Plan, PlanDate
from yidi_cli.render.plan_page import date_line
from yidi_cli.rulebook.folder import read_examples
from yidi_cli.rulebook.model import DateSpec, Rule
from yidi_cli.rulebook.rulebook import Rulebook

EXAMPLES, _ = read_examples(DATA)
DAY = timedelta(days=1)

# --- no invented limit ---

EXPLAINED = {
    # No rule sets it: how long what we looked up is worth relying on before looking again.
    "cn.timing.check-again": 3,
}
"""Rules with a number that their words do not give, and that number."""

SAID_OTHERWISE = {2: "两"}
SAME_DAY = ("今天", "当天", "那天")
ANCHOR_SAID = {"travel": "出发", "admission": "入院", "discharge": "出院"}


def specs(book: Rulebook) -> Iterator[tuple[Rule, DateSpec]]:
    for rule in all_rules(book):
        for spec in rule.dates:
            yield rule, spec


def said(spec: DateSpec) -> tuple[str, ...]:
    """Return the ways in which a rule may put the limit of a date."""
    if spec.days == 0:
        return SAME_DAY
    number, unit = (
        (spec.working_days, "个工作日")
        if spec.working_days is not None
        else (spec.months, "个月")
        if spec.months is not None
        else (spec.days, "天")
    )
    assert number is not None
    ways = [f"{abs(number)} {unit}"]
    if abs(number) in SAID_OTHERWISE:
        ways.append(f"{SAID_OTHERWISE[abs(number)]}{unit}")
    return tuple(ways)


def test_every_limit_stands_in_its_rule(book: Rulebook) -> None:
    found = list(specs(book))
    assert len(found) > 20
    for rule, spec in found:
        words = rule.text + rule.detail
        if rule.id in EXPLAINED:
            assert spec.months == EXPLAINED[rule.id]
            continue
        assert any(way in words for way in said(spec)), (rule.id, said(spec))
        assert ANCHOR_SAID.get(spec.after, "") in words, (rule.id, spec.after)
    assert set(EXPLAINED) <= {rule.id for rule, _ in found}


def test_the_check_of_limits_finds_an_invented_one(book: Rulebook) -> None:
    rule = next(rule for rule, _ in specs(book) if rule.id == "cn.timing.review")
    invented = DateSpec(id="d", label="到", kind="due", working_days=20)
    assert not any(way in rule.text + rule.detail for way in said(invented))
    assert said(DateSpec(id="d", label="到", kind="due", months=-2)) == ("2 个月", "两个月")
    assert said(DateSpec(id="d", label="到", kind="due", days=30)) == ("30 天",)


def test_a_label_keeps_the_doubt_of_its_rule_and_leaves_the_number_to_the_note(
    book: Rulebook,
) -> None:
    for rule, spec in specs(book):
        if "可能已调整" in rule.text + rule.detail:
            assert "曾" in spec.label, rule.id
            assert "可能已调整" in spec.label, rule.id
        if "转载" in rule.text:
            assert "曾" in spec.label, rule.id
        assert not any(way in spec.label for way in said(spec)), (rule.id, spec.label)


def test_no_limit_rests_on_articles_alone(book: Rulebook) -> None:
    for rule, _ in specs(book):
        tiers = {book.source(citation.id).tier for citation in rule.sources}
        assert tiers & {"official", "local-official", "relay"}, rule.id


def test_what_runs_already_is_not_counted_from_today(book: Rulebook) -> None:
    # Somebody whose filing is active filed on a day that is not asked: months from it are unknown.
    for example in EXAMPLES:
        plan = build_plan(case_of_example(example, book), book, TODAY)
        if plan.filing.route == "no-filing":
            months = [day.id for day in plan.dates if day.after == "filing" and "个月" in day.note]
            assert months == [], example.id


# --- plans ---


def case(book: Rulebook, to: str = "昆明", *, insured: str = "湖州", **change: str) -> Case:
    answers = {
        "scheme": "employee",
        "type": "referral",
        "care": "inpatient",
        "stage": "before",
        "filing": "none",
        **change,
    }
    return Case(place(insured, book), place(to, book), **answers)  # type: ignore[arg-type]


def again(book: Rulebook) -> date:
    return add_months(date.fromisoformat(book.meta.version), 3)


def dated(plan: Plan) -> dict[str, PlanDate]:
    found = {day.id: day for day in plan.dates}
    assert len(found) == len(plan.dates)
    return found


@pytest.mark.parametrize(
    ("filed", "done"),
    [
        # A Wednesday. Nothing is known of 2027 yet: its first Friday counts as a working day.
        (date(2026, 12, 30), date(2027, 1, 1)),
        (date(2026, 12, 31), date(2027, 1, 4)),
    ],
)
def test_review_past_the_end_of_the_table(book: Rulebook, filed: date, done: date) -> None:
    day = dated(build_plan(case(book), book, filed))["review-done"]
    assert day.from_ == done
    assert day.kind == "expect"
    assert day.note == f"2 个工作日，{UNCOUNTED}"
    assert "放假安排未收录，按周末估算" in date_line(day)


def test_review_over_the_spring_festival(book: Rulebook) -> None:
    # Friday the 13th: Saturday the 14th is worked, the 15th to 23rd are off, then Tuesday.
    plan = build_plan(case(book), book, date(2026, 2, 13))
    found = {day.id: (day.from_, day.note) for day in plan.dates}
    assert found == {
        "review-done": (date(2026, 2, 24), "2 个工作日"),
        "change-from": (date(2026, 8, 13), "6 个月"),
        "temporary-at-least": (date(2026, 8, 13), "6 个月"),
        "check-again": (again(book), "资料核对起 3 个月"),
    }


@pytest.mark.parametrize(
    ("travel", "last"),
    [
        # Spring Festival: off 02-15 to 02-23, worked on Saturday 02-14.
        (date(2026, 2, 14), date(2026, 2, 11)),
        (date(2026, 2, 20), date(2026, 2, 12)),
        (date(2026, 2, 24), date(2026, 2, 12)),
        (date(2026, 2, 25), date(2026, 2, 13)),
        (date(2026, 2, 26), date(2026, 2, 23)),
        # National Day: off 10-01 to 10-07, worked on Saturday 10-10.
        (date(2026, 10, 4), date(2026, 9, 28)),
        (date(2026, 10, 8), date(2026, 9, 28)),
        (date(2026, 10, 9), date(2026, 9, 29)),
        (date(2026, 10, 11), date(2026, 10, 8)),
        (date(2026, 10, 12), date(2026, 10, 8)),
    ],
)
def test_hand_in_before_travel(book: Rulebook, travel: date, last: date) -> None:
    days = Days(date(2026, 1, 12), travel=travel)
    day = dated(build_plan(case(book), book, days.filing, days))["hand-in-before-travel"]
    assert (day.from_, day.note, day.past) == (last, "出发前 2 个工作日", False)
    assert day.kind == "due"


def test_a_due_day_that_is_past_says_so(book: Rulebook) -> None:
    # Sunday the 22nd, leaving on Wednesday: Monday and Tuesday are to come.
    days = Days(TODAY, travel=date(2026, 11, 25))
    assert not dated(build_plan(case(book), book, TODAY, days))["hand-in-before-travel"].past
    days = Days(TODAY, travel=date(2026, 11, 24))
    day = dated(build_plan(case(book), book, TODAY, days))["hand-in-before-travel"]
    assert (day.from_, day.past) == (date(2026, 11, 19), True)
    assert day.note == f"出发前 2 个工作日；{PAST}"
    assert PAST in date_line(day)


def test_before_discharge(book: Rulebook) -> None:
    admitted = case(book, stage="admitted")
    days = Days(date(2026, 11, 30), admission=date(2026, 11, 27), discharge=date(2026, 12, 4))
    found = dated(build_plan(admitted, book, TODAY, days))
    assert found["start-date"].from_ == date(2026, 11, 27)
    # The person has been in hospital for days: that the start lies back is as it should be.
    assert not found["start-date"].past
    assert (found["start-date"].kind, found["start-date"].note) == ("from", "入院当天")
    last = found["hand-in-before-discharge"]
    assert (last.from_, last.note, last.past) == (date(2026, 12, 1), "出院前 2 个工作日", False)
    settled = found["settlement-day"]
    assert (settled.from_, settled.note, settled.past) == (date(2026, 12, 4), "出院当天", False)

    # Leaving on Monday: too late for the web, not for the counter.
    days = Days(TODAY, discharge=date(2026, 11, 23))
    found = dated(build_plan(admitted, book, TODAY, days))
    assert found["hand-in-before-discharge"].from_ == date(2026, 11, 18)
    assert found["hand-in-before-discharge"].past
    assert not found["settlement-day"].past


def test_after_discharge(book: Rulebook) -> None:
    # An old rule of 重庆: 09-29, 09-30, then the week off, 10-08, 10-09 and the worked Saturday.
    inside = case(book, "万州", insured="重庆")
    days = Days(date(2026, 9, 28), discharge=date(2026, 9, 28))
    day = dated(build_plan(inside, book, days.filing, days))["in-city-filing"]
    assert (day.from_, day.note, day.past) == (date(2026, 10, 10), "出院起 5 个工作日", False)
    days = Days(date(2026, 10, 11), discharge=date(2026, 9, 28))
    day = dated(build_plan(inside, book, date(2026, 10, 1), days))["in-city-filing"]
    assert (day.past, day.note) == (False, f"出院起 5 个工作日；{EARLIER}")
    day = dated(build_plan(inside, book, days.filing, days))["in-city-filing"]
    assert (day.past, day.note) == (True, f"出院起 5 个工作日；{PAST}")


@pytest.mark.parametrize(
    ("change", "days", "uncounted", "lacking"),
    [
        ({}, Days(TODAY), ("travel",), {"hand-in-before-travel"}),
        ({}, Days(TODAY, travel=TODAY), (), set()),
        (
            {"stage": "admitted"},
            Days(TODAY),
            ("admission", "discharge"),
            {"start-date", "hand-in-before-discharge", "settlement-day"},
        ),
        (
            {"stage": "admitted"},
            Days(TODAY, discharge=TODAY),
            ("admission",),
            {"start-date"},
        ),
        # An outpatient is not discharged, and nothing is asked of that.
        ({"stage": "admitted", "care": "outpatient"}, Days(TODAY), (), {"settlement-day"}),
        ({"stage": "discharged"}, Days(TODAY), (), set()),
    ],
)
def test_an_unknown_day_gives_no_date(
    book: Rulebook,
    change: dict[str, str],
    days: Days,
    uncounted: tuple[str, ...],
    lacking: set[str],
) -> None:
    plan = build_plan(case(book, **change), book, TODAY, days)
    assert plan.uncounted == uncounted
    assert not lacking & set(dated(plan))
    assert all(day.after in ("filing", "data") or getattr(days, day.after) for day in plan.dates)


def test_a_claim_has_no_deadline_but_to_ask_for_it(book: Rulebook) -> None:
    plan = build_plan(case(book, stage="discharged"), book, TODAY)
    assert plan.filing.route == "manual-reimbursement"
    assert [(day.id, day.from_, day.note) for day in plan.dates] == [
        ("ask-claim-deadline", TODAY, ""),
        ("check-again", again(book), "资料核对起 3 个月"),
    ]
    for example in EXAMPLES:
        found = build_plan(case_of_example(example, book), book, TODAY)
        if found.filing.route == "manual-reimbursement":
            due = {day.id for day in found.dates if day.kind == "due"}
            assert due == {"ask-claim-deadline"}, example.id


@pytest.mark.parametrize("to", ["江油", "绵阳"])
def test_a_route_without_limits_says_when_to_look_again(book: Rulebook, to: str) -> None:
    plan = build_plan(case(book, to, insured="绵阳"), book, TODAY)
    assert plan.filing.route == "no-filing"
    assert [day.id for day in plan.dates] == ["check-again"]
    assert plan.uncounted == ()


def test_every_plan_says_when_to_look_again_unless_nothing_is_covered(book: Rulebook) -> None:
    routes = set()
    for example in EXAMPLES:
        plan = build_plan(case_of_example(example, book), book, TODAY)
        routes.add(plan.filing.route)
        covered = plan.filing.route != "not-covered"
        assert ("check-again" in dated(plan)) == covered, example.id
        if not covered:
            assert plan.dates == (), example.id
    assert {"not-covered", "no-filing", "treated-as-filed"} <= routes


def test_dates_are_in_order(book: Rulebook) -> None:
    days = Days(TODAY, date(2026, 12, 20), date(2026, 11, 20), date(2026, 12, 1))
    longest = 0
    for example in EXAMPLES:
        plan = build_plan(case_of_example(example, book), book, TODAY, days)
        told = [day.from_ for day in plan.dates]
        assert told == sorted(told), example.id
        assert plan.uncounted == (), example.id
        longest = max(longest, len(told))
    assert longest > 4


# --- counting back ---

REACH = st.dates(date(2022, 6, 1), date(2028, 6, 30))


@given(REACH, st.integers(1, 40))
def test_the_last_day_before_is_the_inverse_of_adding(book: Rulebook, end: date, n: int) -> None:
    calendar = Calendar(book.holidays)
    last = calendar.last_day_before(end, n)
    assert calendar.add_working_days(last, n) < end
    assert calendar.add_working_days(last + DAY, n) >= end


# --- `--on` ---

TO_KUNMING = ("guide", "--from", "湖州", "--to", "昆明", "--scheme", "职工", "--type", "转诊")
BEFORE = (*TO_KUNMING, "--care", "住院", "--stage", "before", "--filing", "none")
ADMITTED = (*TO_KUNMING, "--care", "住院", "--stage", "admitted", "--filing", "none")


@pytest.mark.parametrize("typed", ["出院=2026-12-04", "discharge＝20261204", " 出院 = 2026/12/4"])
def test_the_day_of_discharge_is_counted_from(yidi: Run, typed: str) -> None:
    ran = yidi(*ADMITTED, "--full", "--plain", "--on", typed)
    assert (ran.code, ran.err) == (0, "")
    page = ran.out.replace("\n", "").replace(" ", "")
    assert "2026-12-01（周二）网上最晚这天交，出院前才会有结果（出院前2个工作日）" in page
    assert "2026-12-04（周五）出院结算" in page


@pytest.mark.parametrize("name", ["TRAVEL", "出发", "动身"])
def test_the_day_of_travel_is_counted_from(yidi: Run, name: str) -> None:
    ran = yidi(*BEFORE, "--full", "--plain", "--on", f"{name}=2026-12-08", "--on", "2026-11-30")
    assert (ran.code, ran.err) == (0, "")
    page = ran.out.replace("\n", "").replace(" ", "")
    assert "2026-12-03（周四）网上最晚这天交" in page
    assert "2026-12-02（周三）审核一般应有结果" in page


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["出院=2026-12-01", "出院=2026-12-02"], ["出院", "写了两次", "留一个"]),
        (["discharge=2026-12-01", "出院=2026-12-01"], ["出院", "写了两次"]),
        (["2026-12-01", "办理=2026-12-02"], ["办理", "写了两次"]),
        (["回家=2026-12-01"], ["回家", "出发=日期", "入院=日期", "出院=日期"]),
        (["=2026-12-01"], ["出发=日期"]),
        (["出院="], ["出院", "没有日期", "2026-12-01"]),
        (["出院=下周"], ["下周", "2026-11-22"]),
        (["travel=2026-02-30"], ["2026-02-30", "2026-11-22"]),
        (["出院=1999-12-31"], ["2000", "2100"]),
        (["出院=2026-12-01=2026-12-02"], ["2026-12-01=2026-12-02", "2026-11-22"]),
    ],
)
def test_a_mistaken_day_is_refused(yidi: Run, typed: list[str], told: list[str]) -> None:
    flags = [word for day in typed for word in ("--on", day)]
    ran = yidi(*BEFORE, *flags)
    assert (ran.code, ran.out) == (2, "")
    assert "--on" in ran.err
    assert [word for word in told if word not in ran.err] == []


def test_a_query_refuses_a_mistaken_day_too(yidi: Run) -> None:
    ran = yidi("timing", "--type", "referral", "--on", "回家=2026-12-01")
    assert (ran.code, ran.out) == (2, "")
    assert "--on" in ran.err
    assert "出发=日期" in ran.err


@pytest.mark.parametrize("day", ["2000-01-01", "2100-12-31"])
def test_the_ends_of_the_calendar(yidi: Run, day: str) -> None:
    flags = [f"--on={name}={day}" for name in ("办理", "出发", "入院", "出院")]
    for argv in (BEFORE, ADMITTED):
        ran = yidi(*argv, *flags)
        assert (ran.code, ran.err) == (0, "")
        assert UNCOUNTED in ran.out.replace("\n", "").replace(" ", "")
