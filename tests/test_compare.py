"""「换个类型比一比」: what differs between two plans, no more and no less."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from msgspec.structs import replace

from tests.conftest import TODAY
from yidi_cli.plan.answers import case_of, parse_answers
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.compare import compare
from yidi_cli.plan.plan import Plan
from yidi_cli.render.compare import HONEST, HONEST_TITLE, SAME, compare_document
from yidi_cli.render.document import SECTION_TITLES, Document
from yidi_cli.render.text import plain_text
from yidi_cli.render.wrap import MARK
from yidi_cli.rulebook.rulebook import Rulebook

TYPES = (
    *("retired-resettled", "long-term-residence", "work-assignment"),
    *("referral", "emergency", "other-temporary"),
)
PLACES = (("重庆", "成都"), ("佛山", "广州"), ("石家庄", "北京"))
COMMON = {"scheme": "employee", "care": "inpatient", "stage": "before", "filing": "none"}


def plan_of(book: Rulebook, places: tuple[str, str], **changed: str) -> Plan:
    typed = {"insured": places[0], "destination": places[1], **COMMON, **changed}
    return build_plan(case_of(parse_answers(typed, book), book), book, TODAY)


@pytest.fixture(scope="module")
def plans(book: Rulebook) -> dict[tuple[tuple[str, str], str], Plan]:
    return {(pair, name): plan_of(book, pair, type=name) for pair in PLACES for name in TYPES}


Plans = dict[tuple[tuple[str, str], str], Plan]
CASES = [(pair, a, b) for pair in PLACES for a, b in itertools.permutations(TYPES, 2)]


def ids(plan: Plan) -> Counter[tuple[str, str, str]]:
    return Counter((name, i.id, i.text) for name, items in plan.sections.items() for i in items)


@pytest.mark.parametrize(("pair", "a", "b"), CASES)
def test_the_differences_make_one_plan_of_the_other(
    plans: Plans, pair: tuple[str, str], a: str, b: str
) -> None:
    one, other = plans[pair, a], plans[pair, b]
    found = compare(one, other)
    changed = ids(one)
    for part in found.sections:
        changed.subtract((part.section, item.id, item.text) for item in part.only_a)
        assert min(changed.values()) >= 0
        assert sum(n for key, n in changed.items() if key[0] == part.section) == part.equal
        changed.update((part.section, item.id, item.text) for item in part.only_b)
    assert +changed == ids(other)
    days = [day for day in one.dates if day not in found.dates[0]] + [*found.dates[1]]
    assert sorted(days, key=str) == sorted(other.dates, key=str)
    assert ("headline" in found.filing) is (one.filing.headline != other.filing.headline)
    assert "type" in found.filing
    assert not found.empty


@pytest.mark.parametrize(("pair", "name"), [*itertools.product(PLACES, TYPES)])
def test_equal_plans_differ_in_nothing(
    book: Rulebook, plans: Plans, pair: tuple[str, str], name: str
) -> None:
    found = compare(plans[pair, name], plan_of(book, pair, type=name))
    assert found.empty
    assert found.filing == ()
    assert found.dates == ((), ())
    assert not any(part.differs for part in found.sections)
    assert sum(part.equal for part in found.sections) == ids(plans[pair, name]).total()
    page = compare_document(found, book)
    assert (page.headline, page.blocks) == (SAME, ())


def test_a_statement_worded_otherwise_stands_on_both_sides(plans: Plans) -> None:
    found = compare(plans[PLACES[0], "long-term-residence"], plans[PLACES[0], "work-assignment"])
    steps = next(part for part in found.sections if part.section == "next-steps")
    assert [item.id for item in steps.only_a] == [item.id for item in steps.only_b]
    assert steps.only_a[0].text != steps.only_b[0].text


def page_of(book: Rulebook, plans: Plans, a: str, b: str) -> Document:
    return compare_document(compare(plans[PLACES[0], a], plans[PLACES[0], b]), book)


def test_the_page_names_both_and_their_bottom_lines(book: Rulebook, plans: Plans) -> None:
    for (_, a), (_, b) in itertools.combinations([key for key in plans if key[0] == PLACES[0]], 2):
        page = page_of(book, plans, a, b)
        lines = page.headline.split("\n")
        for name, line in zip((a, b), lines, strict=True):
            called = book.answer_name("type", name)
            assert line == f"「{called}」：{plans[PLACES[0], name].filing.headline}"
            assert called not in page.title


def test_every_difference_stands_there_once_and_nothing_else(book: Rulebook, plans: Plans) -> None:
    for pair, a, b in CASES:
        found = compare(plans[pair, a], plans[pair, b])
        page = compare_document(found, book)
        beside = [block.beside for block in page.blocks if block.beside is not None]
        blocks = [*page.blocks, *beside]
        shown = Counter(MARK.sub("", e.text) for block in blocks for e in block.entries)
        for part in found.sections:
            for item in (*part.only_a, *part.only_b):
                unsure = "（待核实）" if item.confidence == "low" else ""
                assert shown[item.text + unsure] >= 1, item.id
            heading = SECTION_TITLES[part.section][0]
            titles = [t.title for t in blocks if t.title.startswith(f"{heading}：只有")]
            assert len(titles) == bool(part.only_a) + bool(part.only_b)
            told = " ".join(e.text for e in page.blocks[-1].entries)
            assert part.differs or heading in told
            assert f"{heading} {part.equal} 条" in told or not (part.differs and part.equal)


def test_it_says_with_a_source_that_the_type_is_what_really_is(
    book: Rulebook, plans: Plans
) -> None:
    section, topic = HONEST
    rule = next(rule for rule in book.rules_in("unsure") if rule.topic == topic)
    assert rule.section == section
    assert "真实" in rule.text
    page = page_of(book, plans, "referral", "other-temporary")
    first = page.blocks[0]
    assert first.title == HONEST_TITLE
    assert [MARK.sub("", entry.text) for entry in first.entries] == [
        rule.text.replace("{hotline}", "023-12393").replace("{insured}", "重庆")
    ]
    assert MARK.search(first.entries[0].text)
    text = plain_text(page, 80)
    assert not any(word in text for word in ("建议选", "推荐", "更划算", "更好", "优先选"))


def test_plans_of_one_type_need_no_word_on_types(book: Rulebook) -> None:
    one = plan_of(book, PLACES[0], type="referral")
    other = plan_of(book, PLACES[0], type="referral", care="outpatient")
    page = compare_document(compare(one, other), book)
    assert page.headline.startswith("「住院」：")
    assert HONEST_TITLE not in [block.title for block in page.blocks]


def test_an_added_situation_has_a_name_on_both_sides(book: Rulebook) -> None:
    one = plan_of(book, PLACES[0], type="referral")
    other = plan_of(book, PLACES[0], type="referral", situation="proxy")
    page = compare_document(compare(one, other), book)
    assert page.headline.startswith("「没有家人代办」：")
    assert "\n「家人代办」：" in page.headline


def test_other_days_are_a_difference(plans: Plans) -> None:
    one = plans[PLACES[0], "referral"]
    later = replace(one, dates=tuple(replace(day, label="另一天") for day in one.dates))
    found = compare(one, later)
    assert not found.empty
    assert found.dates == (one.dates, later.dates)
