"""`--as-of` a past day: the rules of that day, complete on every day since 2023-01-01.

What holds changes on the days that `timeline.changes` names; between two of them it is the same, so
one day of each such time is gone through.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.conftest import DATA, TODAY, Run, rulebook
from tests.outcomes import read_outcomes
from tests.test_data_faults import Copy, copied
from tests.test_family import NEEDED as FAMILY_NEEDED
from tests.test_paths import ALL_PAIRS, NEEDED, cases
from yidi_cli.plan.answers import case_of, parse_answers
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.case import Case, derive
from yidi_cli.plan.family import (
    FamilyPlan,
    build_family,
    family_case,
    family_channels,
    family_match,
)
from yidi_cli.plan.matter import matter_of
from yidi_cli.plan.plan import Plan
from yidi_cli.plan.selection import match
from yidi_cli.rulebook.bundle import Bundle
from yidi_cli.rulebook.compile import compile_folder
from yidi_cli.rulebook.model import UNKNOWN, Rule, Validity
from yidi_cli.rulebook.opening import open_folder, open_rulebook
from yidi_cli.rulebook.past import FIRST_DAY, PastFamilyRow, PastRow, entries
from yidi_cli.rulebook.region import Region
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.rulebook.timeline import changes
from yidi_cli.upkeep.subject import NEEDED_FOR_SHARING, SHARING
from yidi_cli.wizard.flow import fold, options_of

DAY = timedelta(1)
Statements = Iterable[object]


@cache
def eras() -> tuple[date, ...]:
    """Return the first day of each time in which the same holds, today's last."""
    return (FIRST_DAY, *sorted(changes(rulebook().whole())))


@cache
def since() -> dict[str, date]:
    """Return the first day of each document that orders something."""
    return {source.id: source.since for source in rulebook().sources() if source.since}


def too_early(statements: Statements, day: date) -> list[tuple[str, str]]:
    """Return what cites a document that was not there yet."""
    return [
        (statement.id, citation.id)  # type: ignore[attr-defined]
        for statement in statements
        for citation in statement.sources  # type: ignore[attr-defined]
        if since().get(citation.id, day) > day
    ]


def check(case: Case, book: Rulebook, day: date) -> set[str]:
    """Match one case on a day; return the ids of what speaks."""
    situation = derive(case, book)
    found = match(situation, book, day)
    lacking = set(NEEDED) - {rule.section for rule in found.rules}
    assert not lacking, (day, lacking, found.row.id, case)
    clashes = [(t.rule, t.by) for t in found.trace if t.outcome == "clash"]
    assert not clashes, (day, clashes, case)
    early = too_early((found.row, *found.rules), day)
    assert not early, (day, early)
    exempt = {situation.exemption.id} if situation.exemption is not None else set()
    return {found.row.id, *exempt, *(rule.id for rule in found.rules)}


# --- every day is complete ---


@cache
def held(day: date) -> Bundle:
    """Return the data of a day without the rules that do not hold on it."""
    whole = rulebook().on(day).whole()
    assert whole.family is not None

    def on(rules: Iterable[Rule]) -> tuple[Rule, ...]:
        return tuple(rule for rule in rules if rule.valid.on(day))

    def part(region: Region) -> Region:
        own = replace(region.family, rules=on(region.family.rules))
        cities = tuple(part(city) for city in region.cities)
        return replace(region, rules=on(region.rules), family=own, cities=cities)

    return replace(
        whole,
        rules={section: on(rules) for section, rules in whole.rules.items()},
        regions={code: part(region) for code, region in whole.regions.items()},
        family=replace(whole.family, rules=on(whole.family.rules)),
        past=None,
    )


def outcomes_of(day: date, before: date | None, book: Rulebook) -> list[Case]:
    """Return the outcomes for which something may hold otherwise than in the time before."""
    every = read_outcomes(book)
    if before is None or nation_of(held(before)) != nation_of(held(day)):
        return every
    earlier, later = held(before).regions, held(day).regions
    local = {code for code in later if earlier[code] != later[code]}

    def provinces(case: Case) -> set[str]:
        places = (case.insured, case.destination)
        return {book.places.province(place).code for place in places if place is not None}

    return [case for case in every if provinces(case) & local]


def nation_of(whole: Bundle) -> tuple[object, ...]:
    return whole.decision, whole.rules, whole.diseases, whole.meta, whole.regions["000000"]


def over_outcomes(book: Rulebook) -> set[str]:
    """Check every distinct outcome in every time; return what is met."""
    met: set[str] = set()
    before = None
    for day in eras():
        then = book.on(day)
        for case in outcomes_of(day, before, book):
            met |= check(case, then, day)
        before = day
    return met


NATIONAL = {
    FIRST_DAY: ("inpatient",),
    date(2024, 8, 31): ("inpatient", "chronic"),
    date(2024, 9, 30): ("inpatient",),
}
"""The first day, and those before the two large changes, with the care that each is about."""
PAIRS = (
    *(
        ALL_PAIRS[kind]
        for kind in (
            "cross-province",
            "cross-province, 京津冀",
            "cross-province, 兵团 and 新疆",
            "in-province, unknown",
            "in-province, once exempt",
            "in-province, partly",
            "in-province, not exempt",
            "nobody knows where insured",
        )
    ),
    ("杭州", "宁波"),
)


def over_paths(book: Rulebook) -> set[str]:
    """Check every path before the large changes, values folded; return what is met."""
    met: set[str] = set()
    for day, care in NATIONAL.items():
        then = book.on(day)
        for pair in PAIRS:
            fixed = {"scheme": ["employee"], "filing": ["none", "active", UNKNOWN], "care": care}
            for case in cases(pair, then, **fixed):
                met |= check(case, then, day)
    return met


FAMILY_DAYS = (FIRST_DAY, *map(date.fromisoformat, (
    "2024-07-26", "2024-12-02", "2024-12-09", "2026-01-09", "2026-06-01"
)))  # fmt: skip
"""The first days of the times in which mutual aid was dealt with otherwise."""


def family_paths(then: Rulebook) -> Iterator[dict[str, str]]:
    """Yield the live answers of every path, places and relatives folded."""
    book = then.family
    found = [book.places.find(name) for name in ("重庆", "贵阳")]
    places = [place.place.code for place in found]  # type: ignore[union-attr]
    relatives = matter_of(book).told_apart(book.question("relation"), {})

    def walk(answers: dict[str, str]) -> Iterator[dict[str, str]]:
        folded = fold(answers, book)
        question = folded.next
        if question is None:
            yield {name: str(value) for name, value in folded.live.items()}
            return
        options = options_of(question, matter_of(book).facts(folded.live))
        values = [*places, UNKNOWN] if question.kind == "place" else [o.id for o in options]
        for value in values:
            if question.id != "relation" or value in relatives:
                yield from walk({**answers, question.id: value})

    yield from walk({})


def over_family(book: Rulebook) -> set[str]:
    """Check every path of mutual aid in every time of its own; return what is met."""
    met: set[str] = set()
    for day in FAMILY_DAYS:
        own = book.on(day).family
        for answers in family_paths(book.on(day)):
            case = family_case(answers, own)
            found = family_match(case, own, day)
            needed = {*FAMILY_NEEDED, *(NEEDED_FOR_SHARING if found.row.route in SHARING else ())}
            # The counter and the number to call are channels of every plan; the row is its basis.
            lacking = needed - {rule.section for rule in found.rules} - {"channels", "basis"}
            assert not lacking, (day, lacking, found.row.id, answers)
            assert not [t for t in found.trace if t.outcome == "clash"], (day, answers)
            assert too_early((found.row, *found.rules), day) == []
            ways = family_channels(case, found.facts, own)
            met |= {found.row.id, *(rule.id for rule in found.rules), *(way.id for way in ways)}
        assert build_family(case, own, day).sections["channels"]
    return met


def test_every_day_is_complete_and_all_of_the_past_is_met(book: Rulebook) -> None:
    """What none of the walks met could be told to nobody."""
    past = book.whole().past
    assert past is not None
    met = over_outcomes(book) | over_paths(book) | over_family(book)
    assert sorted({entry.id for entry in entries(past)} - met) == []


def test_the_past_is_not_told_of_today(book: Rulebook) -> None:
    past = book.whole().past
    assert past is not None
    gone = {entry.id for entry in entries(past)}
    assert len(gone) > 60
    assert all(entry.valid.to and entry.valid.to < TODAY for entry in entries(past))
    told = {s.id for _, s in (*book.statements(), *book.family.statements())}
    assert not gone & told
    assert not [row for row in book.decision if isinstance(row, PastRow)]
    assert not [row for row in book.family.decision if isinstance(row, PastFamilyRow)]
    assert book.on(TODAY) is book
    assert book.on(book.settled) is book
    assert book.on(date(2099, 1, 1)) is book


def test_between_two_changes_the_same_holds(book: Rulebook) -> None:
    for first, following in itertools.pairwise(eras()):
        assert held(first) == held(following - DAY), first
        assert held(following - DAY) != held(following), following
    assert book.on(eras()[-1]) is book


# --- what changes, changes ---


def told(found: Plan | FamilyPlan) -> set[str]:
    return {item.id for items in found.sections.values() for item in items}


def plan(answers: str, day: date, book: Rulebook) -> Plan:
    """Return the plan of 「湖州 昆明 type=转诊 …」: inpatient care, nothing filed if not said."""
    insured, destination, *more = answers.split()
    given = {"insured": insured, "destination": destination, "scheme": "职工", "care": "住院"}
    given |= {"type": "其他临时外出", "stage": "before", "filing": "none"}
    given |= dict(part.split("=") for part in more)
    return build_plan(case_of(parse_answers(given, book), book), book, day)


def shared(answers: str, day: date, book: Rulebook) -> FamilyPlan:
    insured, member, *more = answers.split()
    given = {"insured": insured, "member": member, "want": "看病", "scheme": "职工"}
    given |= {"relation": "妈妈", "member-scheme": "居民"} | dict(p.split("=") for p in more)
    return build_family(
        family_case(parse_answers(given, book.family), book.family), book.family, day
    )


CHANGED: tuple[tuple[str, str, str, str], ...] = (
    # first day, answers, only on the day before, only from that day on
    *(
        ("2024-09-01", f"湖州 昆明 type=长期居住 care=慢特病 disease={name}", before, after)
        for name in ("冠心病", "慢阻肺")
        for before, after in (
            ("cn.past.settlement.chronic-other", "cn.settlement.chronic-newer"),
            ("past-before-chronic-other", "before-none"),
            ("cn.past.verify.chronic-other", "cn.verify.chronic"),
        )
    ),
    (
        *("2024-09-01", "湖州 昆明 care=慢特病 disease=哮喘"),
        *("cn.past.settlement.chronic-other", "cn.settlement.chronic-other"),
    ),
    (
        *("2024-10-01", "湖州 昆明 type=长期居住"),
        *("cn.past.materials.residence-proof", "cn.materials.residence-proof"),
    ),
    ("2024-10-01", "湖州 昆明", "cn.past.timing.review", "cn.timing.review"),
    ("2024-10-01", "湖州 昆明", "cn.past.verify.one-filing", "cn.basis.one-filing"),
    ("2024-10-01", "石家庄 北京", "past-deemed-cross", "deemed-cross"),
    ("2024-10-01", "石家庄 保定", "exempt-in-province", "in-province-once-exempt"),
    ("2024-10-01", "南京 徐州", "past-in-province-required", "in-province-once-required"),
    (
        *("2024-11-01", "湖州 昆明 type=长期居住"),
        *("cn.past.timing.validity-long-term", "cn.timing.validity-long-term"),
    ),
    (
        *("2025-04-01", "湖州 昆明 situation=工伤"),
        *("cn.past.next-steps.work-injury-direct", "cn.next-steps.work-injury-direct"),
    ),
    (
        *("2026-04-01", "湖州 昆明"),
        *("cn.past.settlement.ratio-other-temporary", "cn.settlement.ratio-other-temporary"),
    ),
    ("2026-04-01", "湖州 昆明 type=转诊", "", "cn.basis.referral-doctor"),
    ("2026-04-01", "湖州 昆明 stage=discharged", "cn.past.verify.once", "cn.reimbursement.once"),
    # local ones: before them the nation's rule speaks, or the insured place is asked
    ("2023-02-10", "石家庄 北京", "before-none", "past-before-possibly-exempt"),
    ("2023-04-01", "石家庄 北京", "he.past.exempt.bj-tj", "he.exempt.jjj-care"),
    ("2023-04-01", "北京 天津", "before-none", "past-deemed-cross"),
    ("2023-07-01", "南宁 柳州", "in-province-unknown", "exempt-in-province"),
    ("2025-01-01", "佛山 广州", "in-province-unknown", "in-province-required"),
    ("2025-04-01", "枣庄 济南", "sd.past.zaozhuang.exempt", "sd.zaozhuang.exempt.temporary"),
    (
        *("2025-07-07", "鞍山 昆明 type=长期居住"),
        *("cn.timing.validity-long-term", "ln.anshan.timing.validity"),
    ),
    ("2026-01-29", "厦门 福州", "fj.exempt.in-province", "fj.xiamen.exempt.in-province"),
    (
        *("2026-02-14", "长春 上海 type=长期居住"),
        *("cn.materials.residence-proof", "jl.materials.residence-proof"),
    ),
)


@pytest.mark.parametrize("row", CHANGED, ids=lambda row: f"{row[0]} {row[1]} {row[3]}")
def test_a_known_change(row: tuple[str, str, str, str], book: Rulebook) -> None:
    first, answers, before, after = row
    day = date.fromisoformat(first)
    assert day in eras()
    earlier, later = told(plan(answers, day - DAY, book)), told(plan(answers, day, book))
    assert not before or (before in earlier and before not in later), sorted(earlier - later)
    assert after in later, sorted(later - earlier)
    assert after not in earlier


SHARED_CHANGED: tuple[tuple[str, str, str, str], ...] = (
    ("2024-07-26", "重庆 重庆 relation=妹妹", "past-family-not-yet", "past-family-spreading"),
    ("2024-12-09", "重庆 重庆 relation=妹妹", "past-family-spreading", "family-link-bill"),
    ("2024-07-26", "重庆 重庆 want=交居民医保", "past-family-premium", "family-link-premium"),
    ("2024-12-02", "重庆 贵阳", "past-family-cross", "past-family-wallet"),
    ("2026-01-09", "重庆 贵阳", "past-family-wallet", "family-wallet-bill"),
    (
        *("2026-01-09", "重庆 贵阳"),
        *("cn.past.family.channel.wallet", "cn.family.channel.wallet"),
    ),
    ("2026-01-09", "重庆 贵阳", "cn.past.family.usage.transfer", "cn.family.usage.quota"),
    ("2026-01-09", "重庆 重庆", "cn.past.family.usage.pays-2024", "cn.family.usage.pays"),
    (
        *("2026-06-01", "重庆 贵阳"),
        *("cn.past.family.timing.effect-wallet", "cn.family.timing.effect-wallet"),
    ),
)


@pytest.mark.parametrize("row", SHARED_CHANGED, ids=lambda row: f"{row[0]} {row[1]} {row[3]}")
def test_a_known_change_of_mutual_aid(row: tuple[str, str, str, str], book: Rulebook) -> None:
    first, answers, before, after = row
    day = date.fromisoformat(first)
    earlier, later = told(shared(answers, day - DAY, book)), told(shared(answers, day, book))
    assert before in earlier, sorted(earlier - later)
    assert before not in later
    assert after in later, sorted(later - earlier)
    assert after not in earlier


def test_before_the_tightening_nothing_is_marked_old(book: Rulebook) -> None:
    def old(day: date) -> set[str]:
        found = plan("石家庄 保定", day, book)
        return {item.id for items in found.sections.values() for item in items if item.old}

    assert old(date(2024, 9, 30)) == set()
    assert "he.exempt.in-province" in old(date(2024, 10, 1))
    text = {i.id: i.text for i in plan("石家庄 保定", date(2024, 9, 30), book).sections["basis"]}
    assert text["he.exempt.in-province"] == "2021 年 9 月起，河北省内看病不用备案。"


def test_a_hearsay_exemption_was_never_current(book: Rulebook) -> None:
    found = plan("杭州 宁波", date(2023, 6, 1), book)
    assert found.filing.route == "confirm-with-insured-place"
    assert "past-in-province-once-exempt" in told(found)


def test_a_wheel_travels_as_well(tmp_path: Path, book: Rulebook) -> None:
    for name, content in compile_folder(DATA).items():
        (tmp_path / name).write_bytes(content)
    opened = open_rulebook(tmp_path / "rulebook.json", checkout=tmp_path)
    assert opened.settled == book.settled
    assert opened.on(opened.settled) is opened
    for day in (date(2023, 1, 1), date(2024, 12, 1)):
        for answers in ("石家庄 北京", "湖州 昆明 care=慢特病 disease=冠心病"):
            assert plan(answers, day, opened) == plan(answers, day, book)
        assert shared("重庆 贵阳", day, opened) == shared("重庆 贵阳", day, book)


# --- the command ---

GUIDE = ("guide", "--from", "湖州", "--to", "昆明", "--scheme", "职工", "--type", "长期居住")
CHRONIC = (
    *GUIDE,
    "--care",
    "慢特病",
    "--disease",
    "冠心病",
    "--stage",
    "before",
    "--filing",
    "none",
)


def test_the_commands_take_the_rules_of_the_day(yidi: Run) -> None:
    def ids(*argv: str) -> str:
        ran = yidi(*argv, "--format", "json")
        assert ran.code == 0, ran.err
        return json.dumps(json.loads(ran.out), ensure_ascii=False)

    past, today = ids(*CHRONIC, "--as-of", "2024-08-31"), ids(*CHRONIC)
    assert "cn.past.settlement.chronic-other" in past
    assert "cn.past" not in today
    query = (
        "settlement",
        "--from",
        "湖州",
        "--to",
        "昆明",
        "--care",
        "慢特病",
        "--type",
        "长期居住",
    )
    assert "5 种" in ids(*query, "--as-of", "2024-08-31")
    assert "10 种" in ids(*query)
    materials = ("materials", "--type", "长期居住", "--from", "湖州", "--to", "昆明")
    assert "cn.past.materials.residence-proof" in ids(*materials, "--as-of", "2024-09-30")
    assert "cn.past" not in ids(*materials, "--as-of", "2024-10-01")
    family: tuple[str, ...] = (
        "family",
        "--want",
        "看病",
        "--from",
        "重庆",
        "--to",
        "贵阳",
        "--scheme",
        "职工",
    )
    family += ("--relation", "妈妈", "--member-scheme", "居民")
    assert "ask-first" in ids(*family, "--as-of", "2024-12-01")
    assert "past-family" not in ids(*family)
    compared = (
        "diff",
        *GUIDE[1:7],
        "--type",
        "长期居住",
        "--type",
        "转诊",
        "--as-of",
        "2024-09-30",
    )
    assert "cn.past.materials.residence-proof" in ids(*compared)


def test_what_no_longer_holds_can_be_looked_up(yidi: Run) -> None:
    shown = yidi(*CHRONIC, "--as-of", "2024-08-31", "--ids").out
    for name in ("cn.past.settlement.chronic-other", "past-before-chronic-other"):
        assert name in shown or name.startswith("past-")
        assert "有效期：以前 至 2024-08-31" in yidi("explain", name).out
    found = json.loads(yidi("explain", "he.past.exempt.bj-tj", "--format", "json").out)
    assert found["valid"] == {"from": "2023-02-10", "to": "2023-03-31"}
    assert "cn.past" not in yidi("search", "5 种", "慢特病").out


def test_a_past_day_is_said(yidi: Run) -> None:
    ran = yidi(*CHRONIC, "--as-of", "2024-08-31")
    assert ran.err == (
        "按 2024-08-31 的规定说。没查到从哪天起的，照现在知道的写；拿不准，打电话问。\n"
    )
    assert yidi(*CHRONIC, "--as-of", "2026-11-01").err == ""
    assert yidi(*CHRONIC).err == ""


@pytest.mark.parametrize("command", ["guide", "materials", "family", "diff"])
def test_a_day_before_the_first_is_refused(yidi: Run, command: str) -> None:
    ran = yidi(command, "--as-of", "2022-12-31")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == ("--as-of 最早写 2023-01-01：现在的跨省规定从那天起执行，更早的没有收录。\n")
    first = yidi("materials", "--as-of", "2023-01-01")
    assert first.code == 0, first.err


# --- what is wrong with it is told ---


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("past") / "data"


@pytest.fixture
def copy(room: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    return copied(room, monkeypatch)


REVIEW = """\
- id: cn.past.timing.review
    section: timing
    topic: review
    valid: {{to: {}}}
"""
WRONG = {
    "no last day": (
        *("valid: {to: 2024-08-31}", "valid: {from: 2024-08-01}"),
        "「past-before-chronic-other valid.to」：没写到哪天为止。写上最后一天；",
    ),
    "a row that is none": (
        *("before: deemed-cross", "before: no-such-row"),
        "「past-deemed-cross before」：判定表里没有 no-such-row 这一行。写上它要排在哪一行前面。",
    ),
    "a place that is none": (
        *('code: "370400"', 'code: "370499"'),
        "「code」：regions 里没有 370499。先给它写一份现在的。",
    ),
    "an unknown condition": (
        *("when: {scope: [cross-province], exempt: [yes]}", "when: {scop: [cross-province]}"),
        "「past-deemed-cross when.scop」：不认识的条件 scop。",
    ),
    "no full stop": (
        *("text: 视同已备案的，不用交备案材料。", "text: 视同已备案的，不用交备案材料"),
        "「cn.past.materials.deemed-none text」：句末没有句号或问号。补上标点。",
    ),
    "days that two rules share": (
        *(REVIEW.format("2024-09-30"), REVIEW.format("2024-10-01")),
        "「cn.timing.review valid」：和 cn.past.timing.review 同一个 topic、同样的条件，有几天",
    ),
    "days that no rule has": (
        *(REVIEW.format("2024-09-30"), REVIEW.format("2024-09-29")),
        "「cn.timing.review valid」：cn.past.timing.review 到 2024-09-29 为止，这一条从",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_the_past_is_told(copy: Copy, what: str) -> None:
    old, new, message = WRONG[what]
    copy.swap("past.yaml", old, new)
    assert message in copy.message()


def test_what_began_later_says_so(copy: Copy) -> None:
    """A rule with a day of its own is not told before it, whatever file it stands in."""
    copy.rule("confidence: high", "confidence: high\n  valid: {from: 2025-05-05}")
    opened = open_folder(copy.root)
    assert "zz.test" in told(plan("湖州 昆明", date(2025, 5, 5), opened))
    early = plan("湖州 昆明", date(2025, 5, 4), opened)
    assert "zz.test" not in told(early)
    assert [t.outcome for t in early.trace if t.rule == "zz.test"] == ["not-in-force"]


def test_a_rule_that_is_written_ahead_makes_no_query_slower(book: Rulebook) -> None:
    """It says itself when it speaks: no book of another day has to be made for today."""
    whole = book.whole()
    rule = whole.rules["cautions"][0]
    ahead = replace(
        rule, id="zz.ahead", topic="", when={}, unless={}, valid=Validity(from_=date(2027, 7, 1))
    )
    rules = {**whole.rules, "cautions": (*whole.rules["cautions"], ahead)}
    later = Rulebook(replace(whole, rules=rules))
    assert date(2027, 7, 1) in changes(later.whole())
    assert later.on(TODAY) is later
    case = case_of(parse_answers({"insured": "重庆", "destination": "成都"}, later), later)

    def told(day: date) -> set[str]:
        plan = build_plan(case, later, day)
        return {item.id for items in plan.sections.values() for item in items}

    assert "zz.ahead" not in told(date(2027, 6, 30))
    assert "zz.ahead" in told(date(2027, 7, 1))
