"""What is not known: the plan is complete all the same, says how to find out, and what hangs on it.

What hangs on an answer is told from whole plans, one for each answer that is still possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from msgspec.structs import replace

from tests.conftest import TODAY
from tests.test_paths import NEEDED, PAIRS, cases, place
from yidi_cli.base.errors import InputError
from yidi_cli.plan.answers import NOT_KNOWN, case_of, parse_answers
from yidi_cli.plan.build import HANGING, build_plan
from yidi_cli.plan.case import Case, possible
from yidi_cli.plan.effects import PARTS
from yidi_cli.plan.plan import Item, Plan
from yidi_cli.render.jsonout import plan_json
from yidi_cli.rulebook.model import PLACES, UNKNOWN
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.wizard.flow import fold, missing

KINDS = (
    "cross-province",
    "cross-province, 京津冀",
    "in-province, unknown",
    "in-province, not exempt by a current text",
)
ASKED = ("scheme", "type", "care", "disease", "stage", "filing")
EFFECTS = re.compile(r"会影响：([^。]*)。")
HOW = re.compile(r"[问查看选]|APP|\d{5}")
"""What somebody can do to find out: ask, look it up, look at a paper, choose by a criterion."""


def open_questions(case: Case, book: Rulebook) -> list[str]:
    """Name the questions whose answer in a case leaves more than one value."""
    return [
        name
        for name in ASKED
        if len(possible(name, getattr(case, name), book)) > 1
        and (name != "disease" or case.care == "chronic")
    ]


def about(name: str, plan: Plan, book: Rulebook) -> list[Item]:
    """Return the remarks of a plan on one open question."""
    rules = {rule.id: rule for rule in book.rules_in("unsure")}
    remarks = plan.sections.get("unsure", ())
    return [item for item in remarks if item.id in rules and name in rules[item.id].when]


def named(items: list[Item]) -> list[str]:
    """Return the parts that remarks say hang on an answer."""
    return [part for item in items for m in EFFECTS.findall(item.detail) for part in m.split("、")]


def parts_of(plan: Plan) -> dict[str, object]:
    parts: dict[str, object] = {"filing": (plan.filing.route, plan.filing.required)}
    for section in HANGING:
        if section != "filing":
            items = plan.sections.get(section, ())
            parts[section] = [(i.id, i.text, i.detail, i.substitutes) for i in items]
    return parts


def differing(plans: list[dict[str, object]]) -> list[str]:
    """Return the names of the parts that are not the same in all plans."""
    return [PARTS[part] for part in HANGING if any(p[part] != plans[0][part] for p in plans)]


@cache
def parts(case: Case, book: Rulebook) -> dict[str, object]:
    return parts_of(build_plan(case, book, TODAY, only=HANGING))


def some(kind: str, book: Rulebook) -> Iterator[Case]:
    """Yield all answers of a pair of places in which something is open."""
    types = ["long-term-residence", "emergency", "other-temporary", UNKNOWN, "temporary"]
    for case in cases(PAIRS[kind], book, type=types, scheme=["employee", UNKNOWN]):
        if open_questions(case, book):
            yield case


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_known_is_told_with_what_hangs_on_it(kind: str, book: Rulebook) -> None:
    silent: dict[tuple[str, str], Case] = {}
    wrong: dict[tuple[object, ...], Case] = {}
    for case in some(kind, book):
        plan = build_plan(case, book, TODAY)
        assert all(plan.sections.get(section) for section in NEEDED), case
        for name in open_questions(case, book):
            remarks = about(name, plan, book)
            told = "".join(item.text + EFFECTS.sub("", item.detail) for item in remarks)
            if not HOW.search(told):
                silent.setdefault((name, plan.filing.route), case)
                continue
            values = possible(name, getattr(case, name), book)
            plans = [parts(replace(case, **{name: value}), book) for value in values]
            if named(remarks) != differing(plans):
                wrong.setdefault((name, *named(remarks), "≠", *differing(plans)), case)
    assert not silent
    assert not wrong


# Whether the places are known decides all the rest: a few real ones stand for every way.
TO = ("湖州", "杭州", "昆明", "北京")
FROM = ("昆明", "大理", "湖州", "重庆")
ENDS = {"destination": ("湖州", TO), "insured": ("昆明", FROM)}


def ends(name: str, known: str) -> tuple[str, str]:
    return (known, UNKNOWN) if name == "destination" else (UNKNOWN, known)


@pytest.mark.parametrize("name", PLACES)
def test_a_place_that_is_not_known_changes_what_it_says(name: str, book: Rulebook) -> None:
    known, others = ENDS[name]
    fixed = {"scheme": ["employee"], "type": ["long-term-residence", "emergency", UNKNOWN]}
    ways = [place(other, book) for other in others]
    for case in cases(ends(name, known), book, **fixed):
        plan = build_plan(case, book, TODAY)
        assert all(plan.sections.get(section) for section in NEEDED), case
        remarks = about(name, plan, book)
        assert HOW.search("".join(item.text for item in remarks)) or "重新查" in remarks[0].detail
        plans = [parts(replace(case, **{name: way}, open_places=()), book) for way in ways]
        assert named(remarks) == differing(plans), case


@pytest.mark.parametrize("pair", [ends(name, ENDS[name][0]) for name in PLACES])
def test_an_open_place_is_said_first_and_named_nowhere(
    pair: tuple[str, str], book: Rulebook
) -> None:
    for case in cases(pair, book, scheme=["employee"], care=["inpatient", "pharmacy"]):
        plan = build_plan(case, book, TODAY)
        assert plan.scope == "cross-province"
        assert plan.sections["unsure"][0].id == f"cn.unsure.{case.open_places[0]}"
        assert "没定，这里按去外省看病说" in plan.filing.headline
        items = [item for items in plan.sections.values() for item in items]
        assert not any(item.place for item in items) or case.insured is not None
        texts = "".join(item.text + item.detail + "".join(item.steps) for item in items)
        for bad in (
            "{",
            "参保地选参保地",
            "就医地选就医地",
            "参保地是参保地",
            "参保地的 12393",
            "问参保地：",
        ):
            assert bad not in texts, bad


def typed(**answers: str) -> dict[str, str]:
    given = {"insured": "湖州", "destination": "昆明", "scheme": "居民", "type": "转诊"}
    given |= {"care": "住院", "stage": "before", "filing": "none"}
    return given | answers


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("word", NOT_KNOWN)
def test_a_place_is_answered_with_not_known(name: str, word: str, book: Rulebook) -> None:
    answers = parse_answers(typed(**{name: word}), book)
    assert answers[name] == UNKNOWN
    assert not missing(answers, book)
    case = case_of(answers, book)
    assert case.open_places == (name,)
    assert getattr(case, name) is None
    data = plan_json(build_plan(case, book, TODAY), book)["case"]
    assert data[name] is None
    assert data["scheme"] == "resident"


@pytest.mark.parametrize("word", ["不", "不确", "不知道在哪", "没定州"])
def test_only_the_words_themselves_say_that_a_place_is_not_known(word: str, book: Rulebook) -> None:
    with pytest.raises(InputError):
        parse_answers(typed(insured=word), book)


def test_a_place_that_was_not_asked_for_is_not_open(book: Rulebook) -> None:
    case = case_of({"insured": "330500"}, book)
    assert case.open_places == ()
    plan = build_plan(case, book, TODAY)
    assert not about("destination", plan, book)
    assert "没定" not in plan.filing.headline


def test_the_wizard_goes_on_where_a_place_is_not_known(book: Rulebook) -> None:
    answers = {"insured": UNKNOWN, "destination": "530100"}
    following = fold(answers, book).next
    assert following is not None
    assert following.id == "scheme"


def test_abroad_says_enough_alone(book: Rulebook) -> None:
    answers = parse_answers({"insured": "不知道", "destination": "台湾"}, book)
    plan = build_plan(case_of(answers, book), book, TODAY)
    assert (plan.scope, plan.filing.route) == ("outside-mainland", "not-covered")
    assert "没定" not in plan.filing.headline
    assert "unsure" not in plan.sections


def test_what_the_insured_place_says_of_other_ways_is_told(book: Rulebook) -> None:
    def ids(insured: str) -> list[str]:
        answers = parse_answers(typed(insured=insured, destination="还没定"), book)
        plan = build_plan(case_of(answers, book), book, TODAY)
        return [item.id for item in plan.sections["unsure"]]

    assert ids("厦门") == ["cn.unsure.destination", "fj.xiamen.exempt.in-province"]
    assert ids("石家庄")[1:] == ["he.exempt.in-province", "he.exempt.jjj-care"]
    assert ids("重庆")[1:] == ["cq.exempt.sichuan"]
    assert ids("湖州")[1:] == []
