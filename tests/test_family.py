"""Family mutual aid: every path of its tree ends in a complete plan, and nothing in it is dead.

Places are folded into kinds that its rules treat alike; within that, all paths are walked by the
flow itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from msgspec.structs import replace

from tests.conftest import DATA, TODAY, rulebook
from yidi_cli.plan.answers import parse_answers
from yidi_cli.plan.effects import differing
from yidi_cli.plan.examples import family_problems
from yidi_cli.plan.family import (
    FamilyPlan,
    build_family,
    family_case,
    family_facts,
    family_route,
)
from yidi_cli.plan.match import speaks
from yidi_cli.plan.matter import matter_of
from yidi_cli.rulebook.family import SECTIONS, FamilyExample
from yidi_cli.rulebook.family_book import FamilyBook
from yidi_cli.rulebook.folder import read_family_examples
from yidi_cli.rulebook.model import UNKNOWN
from yidi_cli.upkeep.audit import audit_subject
from yidi_cli.upkeep.subject import (
    DONE_SOMEWHERE,
    NEEDED_FAMILY,
    NEEDED_FOR_SHARING,
    SHARING,
    FamilySubject,
)
from yidi_cli.wizard.flow import CHECK, Answered, State, begin, fold, options_of, step
from yidi_cli.wizard.why import effects_of

Answers = dict[str, str]
# One place of each kind: with a province's own statements, a city's, and with none of its own.
PLACES = (
    "重庆",
    "涪陵",
    "南京",
    "苏州",
    "成都",
    "厦门",
    "福州",
    "佛山",
    "昆明",
    "西安",
    "贵阳",
    "遵义",
    "大连",
)
NEEDED = (*sorted(NEEDED_FAMILY), "channels", "basis")
MOST = 34
"""So many statements besides channels a tired person may get; most plans hold far fewer."""


def family() -> FamilyBook:
    return rulebook().family


def codes(book: FamilyBook) -> list[str]:
    found = [book.places.find(name) for name in PLACES]
    return [place.place.code for place in found]  # type: ignore[union-attr]


@cache
def paths() -> tuple[Answers, ...]:
    """Return the live answers of every path through the questions."""
    book = family()
    places = [*codes(book), UNKNOWN]

    def walk(answers: Answers) -> Iterator[Answers]:
        folded = fold(answers, book)
        question = folded.next
        if question is None:
            yield {name: str(value) for name, value in folded.live.items()}
            return
        options = options_of(question, matter_of(book).facts(folded.live))
        values = places if question.kind == "place" else [option.id for option in options]
        for value in values:
            yield from walk({**answers, question.id: value})

    return tuple(walk({}))


@cache
def plans() -> tuple[FamilyPlan, ...]:
    """Return the plan of every path; relatives that no rule tells apart are gone through once."""
    book = family()
    relation = book.question("relation")
    kept = set(matter_of(book).told_apart(relation, {}))
    cases = (family_case(answers, book) for answers in paths())
    return tuple(build_family(case, book, TODAY) for case in cases if case.relation in kept)


def test_there_are_paths_of_every_length() -> None:
    lengths = {len(answers) for answers in paths()}
    assert (min(lengths), max(lengths)) == (1, len(family().questions))


def test_every_path_ends_in_a_complete_plan() -> None:
    for plan in plans():
        needed = {*NEEDED, *(NEEDED_FOR_SHARING if plan.verdict.route in SHARING else ())}
        lacking = needed - set(plan.sections)
        assert not lacking, (lacking, plan.verdict, plan.case)
        assert plan.headline
        clashes = [t for t in plan.trace if t.outcome == "clash"]
        assert not clashes, (clashes, plan.case)
        count = sum(len(items) for name, items in plan.sections.items() if name != "channels")
        assert count <= MOST, (count, plan.case)


def test_sharing_names_a_channel_to_do_it_in() -> None:
    for plan in plans():
        if plan.verdict.route in DONE_SOMEWHERE:
            named = [item for item in plan.sections["channels"] if item.known]
            assert named, plan.case


def test_nothing_is_wrong_on_any_path() -> None:
    """Here the paths are walked one by one; the audit looks at all places at once."""
    faults = audit_subject(FamilySubject(family(), TODAY), lambda entry_id: (entry_id, 1))
    assert [str(fault) for fault in faults] == []


def test_every_statement_is_shown_on_some_path() -> None:
    shown = {item.id for plan in plans() for items in plan.sections.values() for item in items}
    told = {statement.id: place for place, statement in family().statements()}
    assert sorted(set(told) - shown) == []


def test_every_option_changes_something() -> None:
    """But that relatives are treated alike is meant."""
    book = family()
    for question in book.questions:
        if question.kind == "one" and question.id != "relation":
            apart = matter_of(book).told_apart(question, {})
            assert apart == [option.id for option in question.options], question.id


def test_relatives_are_told_from_others() -> None:
    apart = matter_of(family()).told_apart(family().question("relation"), {})
    assert set(apart) >= {"spouse-parent", "child-spouse", "other", UNKNOWN}
    assert {"parent", "spouse", "child"} & set(apart)


def test_what_is_done_follows_the_places_and_the_people() -> None:
    for plan in plans():
        case = plan.case
        if case.want not in ("pay-bill", "pay-premium"):
            continue
        route = plan.verdict.route
        if case.scheme == "resident":
            assert route == "no-account"
        elif case.relation in ("spouse-parent", "child-spouse", "other"):
            assert (route, plan.verdict.possible) == ("not-close", "no")
        elif case.member_scheme == "none":
            assert route == "insure-first"
        elif case.want == "pay-premium" and case.member_scheme == "employee":
            assert route == "nothing-to-pay"
        else:
            expected = {
                "cross-province": "wallet",
                "in-province": "link",
                "same-region": "link",
                UNKNOWN: "link-or-wallet",
            }
            assert route == expected[plan.scope]


def test_the_wallet_is_not_named_as_the_way_inside_a_province() -> None:
    for plan in plans():
        steps = [item.text for item in plan.sections["next-steps"]]
        if plan.verdict.route == "link":
            assert not any("开通「医保钱包」" in text for text in steps), plan.case
        if plan.verdict.route == "wallet":
            assert any("医保钱包" in text for text in steps), plan.case


def test_no_limit_is_told_as_one_that_holds() -> None:
    for plan in plans():
        for items in plan.sections.values():
            for item in items:
                if "2000" in item.text:
                    assert {"2025", "可能"} <= {w for w in ("2025", "可能") if w in item.text}, (
                        item.id
                    )


def test_the_cards_and_the_cash_are_warned_of_wherever_money_is_shared() -> None:
    for plan in plans():
        if plan.verdict.route in SHARING:
            said = "".join(item.text for item in plan.sections["cautions"])
            assert "卡不能共用" in said, plan.case
            assert "取现" in said, plan.case


# --- the cases ---

EXAMPLES, FAULTS = read_family_examples(DATA)


def test_the_cases_are_read_without_fault() -> None:
    assert not FAULTS
    assert len(EXAMPLES) >= 24
    titles = [example.title for example in EXAMPLES]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_a_case_is_as_it_says(example: FamilyExample) -> None:
    book = family()
    answers = parse_answers(example.answers, book)
    assert set(fold(answers, book).live) == set(answers), "an answer that is never asked for"
    assert fold(answers, book).next is None, "an answer is lacking"
    assert family_problems(example, book, TODAY) == []
    assert example.must
    assert example.sources


def test_the_cases_reach_every_route() -> None:
    routes = {plan.verdict.route for plan in plans()}
    assert {example.route for example in EXAMPLES} == routes


# --- why a question is asked ---


def walked(answers: Answers, book: FamilyBook) -> State:
    state = begin({}, book)
    while state.at != CHECK:
        state = step(state, Answered(answers[state.at]), book)
    return state


ASKED: tuple[Answers, ...] = (
    {"want": "pay-bill", "scheme": "employee", "insured": "500000", "relation": "parent"}
    | {"member-scheme": "resident", "member": "520100"},
    {"want": "pay-premium", "scheme": "employee", "insured": "440600", "relation": "spouse"}
    | {"member-scheme": "employee"},
    {"want": "pay-bill", "scheme": "employee", "insured": "500000", "relation": "spouse-parent"},
    {"want": "pay-bill", "scheme": "resident"},
    {"want": "stop", "insured": "350200", "member": "350100"},
    {"want": "records", "insured": "370200", "member": "210200"},
    {"want": "show-code"},
)


@pytest.mark.parametrize("answers", ASKED, ids=lambda answers: "-".join(answers.values()))
def test_what_is_said_to_hang_on_an_answer_does(answers: Answers) -> None:
    """With all answers given, the line names what another answer to the question changes."""
    book = family()
    live = fold(walked(answers, book).answers, book).live
    for question in fold(live, book).asked:
        found = effects_of(live, question, book, TODAY)
        others = [
            {**live, question.id: value}
            for value in (
                codes(book)
                if question.kind == "place"
                else [option.id for option in question.options]
            )
        ]
        changed: set[str] = set()
        mine = parts_of(live, book)
        for other in others:
            # What the other answer would bring up is not answered yet.
            theirs = parts_of(fold(other, book).live, book)
            changed |= {name for name in mine if mine[name] != theirs[name]}
        if question.kind == "place":
            # There are more places than are tried here.
            assert changed <= set(found.parts), (question.id, answers)
        else:
            assert changed == set(found.parts), (question.id, answers)


def parts_of(live: object, book: FamilyBook) -> dict[str, object]:
    matter = matter_of(book)
    return dict(matter.signature(matter.case(live), tuple(matter.parts), TODAY))  # type: ignore[arg-type]


def test_what_may_hang_on_an_answer_at_the_most_is_no_less_than_what_does() -> None:
    book = family()
    matter = matter_of(book)
    for answers in ASKED:
        live: Answers = {}
        for name, value in answers.items():
            question = book.question(name)
            touched = matter.touched(name, live)
            values = (
                [*codes(book), UNKNOWN]
                if question.kind == "place"
                else [option.id for option in question.options]
            )
            cases = [matter.case({**answers, name: other}) for other in values]

            def said(case: object, parts: object) -> dict[str, object]:
                return matter.signature(case, parts, TODAY)  # type: ignore[arg-type,return-value]

            found = differing([cases], said, matter.parts, tuple(matter.parts))  # type: ignore[arg-type]
            assert set(found.parts) <= set(touched), (name, answers)
            live[name] = value


def test_the_why_of_the_first_question_comes_at_once() -> None:
    """It is asked for with a key: the number of ways to go on must not count."""
    book = family()
    calls = 0
    matter = matter_of(book)
    signature = type(matter).signature

    def counted(self: object, *rest: object) -> object:
        nonlocal calls
        calls += 1
        return signature(self, *rest)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(matter), "signature", counted)
        before: Answers = {}
        for name, value in ASKED[0].items():
            calls = 0
            effects_of(before, book.question(name), book, TODAY)
            assert calls < 2000, (name, calls)
            before[name] = value


# --- facts ---


def test_an_open_place_leaves_the_scope_open() -> None:
    book = family()
    case = family_case({"want": "pay-bill", "insured": "500000", "member": UNKNOWN}, book)
    facts = family_facts(case, book)
    assert len(facts["scope"]) == 3
    assert facts["member"] == {UNKNOWN}
    assert speaks({"scope": frozenset({UNKNOWN})}, {}, facts)
    known = replace(case, scope="cross-province")
    assert family_facts(known, book)["scope"] == {"cross-province"}


def test_sections_come_in_the_order_of_the_page() -> None:
    for plan in plans()[::50]:
        order = [SECTIONS.index(name) for name in plan.sections]
        assert order == sorted(order)


def test_the_route_is_a_fact_of_the_questions() -> None:
    """By it nobody is asked where somebody is insured for whom nothing is to be paid."""
    book = family()
    answers = {"want": "pay-premium", "scheme": "employee", "member-scheme": "employee"}
    facts = family_route(family_facts(family_case(answers, book), book), book)
    assert facts["route"] == {"nothing-to-pay"}
