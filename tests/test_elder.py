"""The large-type page: few steps, one action each, nothing lost, the last says whom to call."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

import pytest
from msgspec.structs import replace

from tests.conftest import TODAY
from tests.test_paths import ALL_PAIRS, all_rules, cases
from yidi_cli.plan.answers import case_of, parse_answers
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.case import Case, derive
from yidi_cli.plan.deadlines import PAST
from yidi_cli.plan.match import may_hold
from yidi_cli.plan.plan import Plan
from yidi_cli.plan.selection import match
from yidi_cli.plan.words import Words
from yidi_cli.render.document import Block, Document
from yidi_cli.render.elder_page import (
    DATES_TITLE,
    MAX_STEPS,
    PAPERS_TEXT,
    REST_TEXT,
    STEPS_TITLE,
    elder_document,
)
from yidi_cli.render.text import plain_text
from yidi_cli.render.wrap import MARK
from yidi_cli.rulebook.model import CALL, PAPERS, UNKNOWN
from yidi_cli.rulebook.rulebook import Rulebook

LONGEST = 44
COMMON = {"scheme": "employee", "type": "long-term-residence", "care": "inpatient"}
COMMON |= {"stage": "before", "filing": "none"}
# Cities with steps of their own, beside the kinds of pairs.
LOCAL = {
    "南京": ("南京", "昆明"),
    "苏州": ("苏州", "昆明"),
    "厦门": ("厦门", "昆明"),
    "长春": ("长春", "昆明"),
    "枣庄": ("枣庄", "昆明"),
    "呼伦贝尔": ("呼伦贝尔", "昆明"),
    "广州": ("广州", "深圳"),
}
WITH_SITUATIONS = (
    "cross-province",
    "cross-province, 川渝",
    "in-province, unknown",
    "in-province, not exempt",
)
TYPES = ["long-term-residence", "referral", "emergency", "other-temporary", UNKNOWN]


def offered(plain: Iterable[Case], book: Rulebook) -> Iterator[Case]:
    """Yield cases with each situation that the wizard may offer in them."""
    for case in plain:
        if case.disease in ("none", UNKNOWN):
            facts = derive(case, book).facts
            for option in book.question("situation").options:
                if may_hold(option.when, option.unless, facts):
                    yield replace(case, situations=(option.id,))


def outcomes(book: Rulebook) -> Iterator[Case]:
    """Yield one case for each list of lines that next steps come down to."""
    chosen = {"scheme": ["employee"], "type": TYPES}
    plain = [cases(pair, book, **chosen) for pair in (*ALL_PAIRS.values(), *LOCAL.values())]
    chosen["care"] = ["inpatient", "chronic", "pharmacy"]
    special = (offered(cases(ALL_PAIRS[kind], book, **chosen), book) for kind in WITH_SITUATIONS)
    seen: set[tuple[str, ...]] = set()
    for case in itertools.chain(*plain, *special):
        rules = match(derive(case, book), book, TODAY, ("next-steps",)).rules
        key = tuple(dict.fromkeys(rule.elder or rule.id for rule in rules))
        if key not in seen:
            seen.add(key)
            yield case


@pytest.fixture(scope="module")
def pages(book: Rulebook) -> list[tuple[Plan, Document]]:
    plans = (build_plan(case, book, TODAY) for case in outcomes(book))
    return [(plan, elder_document(plan, book)) for plan in plans]


def plan_of(book: Rulebook, insured: str, destination: str, **changed: str) -> Plan:
    typed = {"insured": insured, "destination": destination, **COMMON, **changed}
    return build_plan(case_of(parse_answers(typed, book), book), book, TODAY)


def block(page: Document, title: str = STEPS_TITLE) -> Block:
    return next(found for found in page.blocks if found.title == title)


def steps(page: Document) -> list[str]:
    return [entry.text for entry in block(page).entries]


def below(page: Document, index: int) -> list[str]:
    return [sub.text for sub in block(page).entries[index].subs]


# --- every outcome ------------------------------------------------------------------------------


def test_no_outcome_takes_more_than_eight_steps(pages: list[tuple[Plan, Document]]) -> None:
    counts = [len(steps(page)) for _, page in pages]
    assert len(counts) > 1000
    assert max(counts) == MAX_STEPS
    assert not [page.title for _, page in pages if REST_TEXT in steps(page)]
    assert all(block(page).bullet == "number" for _, page in pages)


def test_every_next_step_is_told_or_covered(
    pages: list[tuple[Plan, Document]], book: Rulebook
) -> None:
    rules = {rule.id: rule for rule in all_rules(book)}
    for plan, page in pages:
        words, told = Words(plan.case, book), steps(page)
        wanted = []
        for item in plan.sections["next-steps"]:
            elder = rules[item.id].elder
            wanted.append(words.fill(book.elder_steps[elder].text) if elder else item.text)
        assert set(wanted) <= set(told)
        lines = [text for text in dict.fromkeys(wanted) if text != told[-1]]
        assert [text for text in told if text in lines] == lines
        assert len(told) <= len(lines) + 2  # and nothing but the papers and the call


def test_the_last_step_says_whom_to_call(pages: list[tuple[Plan, Document]]) -> None:
    asked = 0
    for plan, page in pages:
        last = block(page).entries[-1]
        assert plan.hotline in last.text
        question = f"先问：{plan.sections['verify'][0].text}"
        subs = [sub.text for sub in last.subs]
        asked += question in subs
        code = [text for text in subs if text != question]
        assert bool(code) is not plan.hotline[0].isdigit()
        assert all("区号" in text for text in code)
    assert asked > len(pages) / 2


def test_all_papers_are_there(pages: list[tuple[Plan, Document]]) -> None:
    for plan, page in pages:
        told = " ".join([*steps(page), *(s.text for e in block(page).entries for s in e.subs)])
        for item in plan.sections["materials"]:
            assert item.text in told
            assert all(text in told for text in item.substitutes)


QUOTED = re.compile("「[^」]*」|“[^”]*”")


def test_a_step_is_one_short_sentence(pages: list[tuple[Plan, Document]]) -> None:
    lines = {text for _, page in pages for text in steps(page)}
    assert len(lines) > 250
    for text in lines:
        assert re.findall("[。？！]", QUOTED.sub("", text)) == ["。"], text
        assert len(text) <= LONGEST, text


def test_a_step_has_no_marks_and_no_half_width_signs(pages: list[tuple[Plan, Document]]) -> None:
    for _, page in pages:
        for entry in (e for found in page.blocks for e in found.entries):
            for text in (entry.text, *(sub.text for sub in entry.subs)):
                assert not MARK.search(text)
                assert not re.search(r"[,;:!?(){}]", text), text
                assert "见下面" not in text
                assert "→" not in text


def test_the_sources_stand_in_one_line(pages: list[tuple[Plan, Document]]) -> None:
    for plan, page in pages:
        (line,) = page.notes
        numbers = [int(n) for n in re.findall(r"〔(\d{1,2})〕", line.text)]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
        told = [source.number or source.title for source in plan.sources.values()]
        assert sum(name in line.text for name in told) >= len(numbers)
        assert plan.data_version in page.footer[0]


def test_what_cannot_wait_comes_first(pages: list[tuple[Plan, Document]], book: Rulebook) -> None:
    told: dict[str, set[str]] = {}
    for plan, page in pages:
        told.setdefault(plan.filing.route, set()).add(steps(page)[0])
        if any(text.startswith("先救治") for text in steps(page)):
            assert steps(page)[0].startswith("先救治")
        elif plan.case.stage == UNKNOWN and plan.filing.route != "not-covered":
            assert "钱结了没有" in steps(page)[0], steps(page)
    assert told["manual-reimbursement"] == {book.elder_steps[PAPERS].text}
    assert any(text.startswith("先救治") for text in told["treated-as-filed"])


# --- the data -----------------------------------------------------------------------------------


def test_every_elder_step_is_used_and_only_by_next_steps(book: Rulebook) -> None:
    naming = {rule.elder for rule in all_rules(book) if rule.elder}
    assert naming == set(book.elder_steps)
    assert {rule.section for rule in all_rules(book) if rule.elder} == {"next-steps"}
    assert {CALL, PAPERS} <= naming


# --- more than fits -----------------------------------------------------------------------------


def test_what_does_not_fit_is_said_to_be_elsewhere(book: Rulebook) -> None:
    plan = plan_of(book, "湖州", "昆明")
    more = [rule for rule in all_rules(book) if rule.section == "next-steps" and not rule.elder]
    (item, *_) = plan.sections["next-steps"]
    added = [replace(item, id=rule.id, text=f"第 {i} 步。") for i, rule in enumerate(more[:20], 1)]
    long = replace(plan, sections={**plan.sections, "next-steps": tuple(added)})
    told = steps(elder_document(long, book))
    assert len(told) == MAX_STEPS
    assert told[-2] == REST_TEXT
    assert plan.hotline in told[-1]
    # The papers stay, and the others are the first ones, in order.
    assert PAPERS_TEXT in told
    kept = [text for text in told[:-2] if text != PAPERS_TEXT]
    assert kept == [step.text for step in added[: MAX_STEPS - 3]]


def test_two_rare_situations_at_once_still_end_with_the_call(book: Rulebook) -> None:
    open_ = {"type": "unknown", "stage": "unknown", "filing": "elsewhere"}
    plan = plan_of(book, "湖州", "昆明", **open_)
    case = replace(plan.case, situations=("no-credential", "cross-year", "outside-drug"))
    plan = build_plan(case, book, TODAY)
    told = steps(elder_document(plan, book))
    assert len(told) == MAX_STEPS
    assert told[-2] == REST_TEXT
    assert plan.hotline in told[-1]


# --- dates --------------------------------------------------------------------------------------


def test_the_days_not_to_miss_stand_above(book: Rulebook) -> None:
    plan = plan_of(book, "湖州", "昆明", stage="discharged")
    due = [day for day in plan.dates if day.kind == "due"]
    assert due
    page = elder_document(plan, book)
    told = [entry.text for entry in block(page, DATES_TITLE).entries]
    assert len(told) == min(len(due), 2)
    assert told[0].startswith(due[0].from_.isoformat())
    assert page.blocks[0].title == DATES_TITLE
    # What one need not do is not among them; what is over is: it is to be made good at once.
    gone = tuple(replace(day, past=True, note=PAST) for day in due)
    over = elder_document(replace(plan, dates=gone), book)
    assert PAST in block(over, DATES_TITLE).entries[0].text
    expected = tuple(replace(day, kind="expect") for day in due)
    others = elder_document(replace(plan, dates=expected), book)
    assert [found.title for found in others.blocks] == [STEPS_TITLE]
    three = elder_document(replace(plan, dates=(*due[:1] * 3,)), book)
    assert len(block(three, DATES_TITLE).entries) == 2


# --- read by a person ---------------------------------------------------------------------------


def test_before_a_move_to_another_province(book: Rulebook) -> None:
    page = elder_document(plan_of(book, "重庆", "成都"), book)
    assert page.title == "重庆 → 成都 · 异地长期居住人员 · 住院"
    assert page.headline.startswith("要先办「异地长期居住人员」备案")
    assert steps(page) == [
        "要带的，照这几条备好。",
        "让家人陪您在手机上查一查、办好「异地备案」：备到成都、看病那天管用。",
        "备案交上去，看到通过了再去。",
        "让家人在手机上查：要去的医院，您看的这一项能不能直接结算。",
        "住院登记、出院都亮医保码或社保卡，说“我是外地医保，要直接结算”。",
        "弄不清、结不了、来不及，就打 023-12393。",
    ]
    assert "居住证。" in below(page, 0)
    assert "没有，可以用：个人承诺书（重庆支持承诺制时）" in below(page, 0)


def test_an_emergency_in_hospital(book: Rulebook) -> None:
    plan = plan_of(book, "绵阳", "昆明", type="emergency", stage="admitted", scheme="resident")
    page = elder_document(plan, book)
    assert steps(page) == [
        "先救治，备案的事等人稳住了再说。",
        "告诉医院医保办：参保地是绵阳，这是急诊，要标上“急诊”。",
        "登记、结账都出示医保码或社保卡，问“急诊标上没有，能直接结吗”。",
        "要带的，照这几条备好。",
        "弄不清、结不了、来不及，就打绵阳的 12393。",
    ]
    assert below(page, -1)[0] == "在外地拨，前面加绵阳的区号。"


def test_paid_and_discharged(book: Rulebook) -> None:
    plan = plan_of(book, "湖州", "昆明", type="other-temporary", stage="discharged")
    page = elder_document(plan, book)
    assert steps(page) == [
        "先把这几样要齐，原件别丢，各拍一张照。",
        "问医院医保办（药店问店里）：这次能不能退掉自费、改成直接结算。",
        "今天就打湖州的 12393，问清三样：备案怎么算，怎么报，哪天截止。",
        "按湖州说的把材料交上去，要一张收件回执。",
        "弄不清、结不了、来不及，就打湖州的 12393。",
    ]
    assert any("收费票据原件" in text for text in below(page, 0))


def test_in_ones_own_region(book: Rulebook) -> None:
    page = elder_document(plan_of(book, "绵阳", "江油"), book)
    assert page.title == "绵阳 → 绵阳（江油市）"
    assert steps(page)[0] == "直接去定点医院看，和平时一样出示医保码或社保卡。"
    assert len(steps(page)) == 4


def test_outside_the_mainland(book: Rulebook) -> None:
    page = elder_document(plan_of(book, "福州", "台湾"), book)
    assert page.title == "福州 → 台湾"
    assert steps(page)[-1] == "弄不清、结不了、来不及，就打 0591-12393。"
    assert any("商业保险" in text for text in steps(page))


def test_a_single_paper_is_a_step_of_its_own(book: Rulebook) -> None:
    page = elder_document(plan_of(book, "太原", "大同", type="other-temporary"), book)
    assert "要带的：医保码或社保卡，身份证也带上。" in steps(page)
    assert PAPERS_TEXT not in steps(page)


def test_a_place_that_nobody_knows_is_not_made_up(book: Rulebook) -> None:
    page = elder_document(plan_of(book, UNKNOWN, "昆明", stage="admitted"), book)
    assert page.title.startswith("参保地没定 → 昆明")
    assert "告诉医院医保办：参保地是哪里，先别按自费结，备案办好再读一次。" in steps(page)
    assert steps(page)[-1].endswith("就打 12393。")


def test_as_text(book: Rulebook) -> None:
    text = plain_text(elder_document(plan_of(book, "重庆", "成都"), book), 60)
    assert "\n 1. 要带的" in text
    assert text.count("来源") == 1
    assert text.rstrip().endswith("这是大字版，只说最要紧的几步。")
