"""The flow as a fold of the answers, and the conversation that is held over it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import DATA, TODAY
from tests.test_paths import PAIRS
from yidi_cli.plan.answers import parse_place
from yidi_cli.rulebook.model import UNKNOWN
from yidi_cli.rulebook.opening import open_folder
from yidi_cli.rulebook.places import Found
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.wizard.flow import (
    CHECK,
    Answered,
    Edit,
    Move,
    State,
    before,
    begin,
    fold,
    missing,
    parked,
    position,
    step,
)
from yidi_cli.wizard.prompts.api import BACK
from yidi_cli.wizard.prompts.scripted import Asked, ScriptedPrompter
from yidi_cli.wizard.session import CHECK_ASK, HEARD_ASK, Session
from yidi_cli.wizard.why import NOTHING

Answers = dict[str, str | tuple[str, ...]]
BOOK = open_folder(DATA)
QUICK = settings(max_examples=80, deadline=None, derandomize=True)
ENDS = ("same region", "same region, a municipality", "outside the mainland")


def code(name: str) -> str:
    found = BOOK.places.find(name)
    assert isinstance(found, Found)
    return found.place.code


@st.composite
def full(draw: st.DrawFn, pairs: tuple[str, ...] = tuple(PAIRS)) -> Answers:
    """An answer to every question there is, whether it applies or not."""
    insured, destination = PAIRS[draw(st.sampled_from(pairs))]
    answers: Answers = {"insured": code(insured), "destination": code(destination)}
    for question in BOOK.questions:
        ids = [option.id for option in question.options]
        if question.kind == "one":
            groups = [group.id for group in question.groups]
            answers[question.id] = draw(st.sampled_from([*ids, *groups]))
        elif question.kind == "many":
            chosen = draw(st.sets(st.sampled_from(ids), max_size=4))
            answers[question.id] = tuple(name for name in ids if name in chosen)
    return answers


def some(answers: Answers, keys: set[str]) -> Answers:
    return {name: value for name, value in answers.items() if name in keys}


KEYS = [question.id for question in BOOK.questions]
subsets = st.sets(st.sampled_from(KEYS))
OPEN = tuple(kind for kind in PAIRS if kind not in ENDS)


def asked_by_wizard(given: Answers, rest: Answers) -> Iterator[str]:
    """Yield what is asked of a person who started with `given` and answers as `rest` says."""
    answers = dict(given)
    while (question := fold(answers, BOOK).next) is not None:
        yield question.id
        answers[question.id] = rest[question.id]


@QUICK
@given(full(), st.randoms(use_true_random=False))
def test_the_order_of_the_answers_does_not_matter(answers: Answers, rng: random.Random) -> None:
    names = list(answers)
    rng.shuffle(names)
    mixed = {name: answers[name] for name in names}
    assert fold(mixed, BOOK) == fold(answers, BOOK)
    assert list(fold(mixed, BOOK).live) == list(fold(answers, BOOK).live)


@QUICK
@given(full(), full(), st.sampled_from(KEYS), subsets)
def test_an_edit_taken_back_leaves_nothing(
    answers: Answers, others: Answers, name: str, keys: set[str]
) -> None:
    given = {**some(answers, keys), name: answers[name]}
    was = fold(given, BOOK)
    edited = {**given, name: others[name]}
    fold(edited, BOOK)
    assert fold({**edited, name: answers[name]}, BOOK) == was


@QUICK
@given(full(), subsets)
def test_what_counts_stands_alone(answers: Answers, keys: set[str]) -> None:
    folded = fold(some(answers, keys), BOOK)
    again = fold(folded.live, BOOK)
    assert again.live == folded.live
    assert again.next == folded.next
    order = [question.id for question in BOOK.questions]
    assert list(folded.live) == [name for name in order if name in folded.live]
    ids = [question.id for question in folded.asked]
    waiting = [folded.next.id] if folded.next is not None else []
    assert ids == [*folded.live, *waiting]


@QUICK
@given(full(), subsets)
def test_going_back_walks_what_was_asked(answers: Answers, keys: set[str]) -> None:
    given = some(answers, keys)
    asked = [question.id for question in fold(given, BOOK).asked]
    walked = []
    question = before(given, CHECK, BOOK)
    while question is not None:
        walked.append(question.id)
        question = before(given, question.id, BOOK)
    assert walked[::-1] == asked


@QUICK
@given(full(), subsets, st.data())
def test_a_step_back_and_the_same_answer_lead_to_where_one_was(
    answers: Answers, keys: set[str], data: st.DataObject
) -> None:
    state = begin(some(answers, keys), BOOK)
    steps = data.draw(st.integers(0, 9))
    back = state
    for _ in range(steps):
        back = step(back, Move.BACK, BOOK)
    assert back.answers == state.answers
    if back.at in back.answers and back.at != CHECK:
        assert step(back, Answered(back.answers[back.at]), BOOK) == state


@QUICK
@given(full(), st.sampled_from(KEYS))
def test_a_change_asks_only_what_has_no_answer(answers: Answers, name: str) -> None:
    state = State(answers, CHECK)
    edited = step(state, Edit(name), BOOK)
    assert (edited.answers, edited.at) == (answers, name)
    assert step(edited, Answered(answers[name]), BOOK) == state


@QUICK
@given(full(), subsets)
def test_a_question_can_be_skipped(answers: Answers, keys: set[str]) -> None:
    state = begin(some(answers, keys), BOOK)
    seen = []
    while state.at != CHECK:
        seen.append(state.at)
        state = step(state, Move.SKIP, BOOK)
        held = state.answers[seen[-1]]
        assert held == (() if seen[-1] == "situation" else UNKNOWN)
    assert len(seen) == len(set(seen))


@QUICK
@given(full(), subsets)
def test_an_answer_counts_or_is_parked(answers: Answers, keys: set[str]) -> None:
    given = some(answers, keys)
    live, waiting = fold(given, BOOK).live, parked(given, BOOK)
    for name, value in given.items():
        if isinstance(value, tuple):
            assert {*live.get(name, ()), *waiting.get(name, ())} == set(value)
        else:
            assert (live.get(name) == value) != (waiting.get(name) == value)


def test_where_one_stands_among_the_questions() -> None:
    answers: Answers = {}
    for number, (name, value) in enumerate(STEPS, 1):
        assert position(answers, BOOK.question(name), BOOK) == (number, 8)
        answers[name] = RESULT[name] if isinstance(value, str) else value
    assert position({**answers, "care": "chronic"}, BOOK.question("disease"), BOOK) == (6, 9)


@QUICK
@given(full(OPEN))
def test_parked_answers_come_back(answers: Answers) -> None:
    answers |= {"care": "chronic", "disease": "diabetes"}
    assert fold(answers, BOOK).live["disease"] == "diabetes"
    parked = {**answers, "care": "inpatient"}
    assert "disease" not in fold(parked, BOOK).live
    assert fold({**parked, "care": "chronic"}, BOOK) == fold(answers, BOOK)
    home = {**answers, "destination": answers["insured"]}
    assert list(fold(home, BOOK).live) == ["insured", "destination"]


@QUICK
@given(full(), subsets)
def test_missing_are_those_that_a_wizard_asks(answers: Answers, keys: set[str]) -> None:
    given = some(answers, keys)
    lacking = [question.id for question in missing(given, BOOK)]
    asked = [name for name in asked_by_wizard(given, answers) if name != "situation"]
    assert lacking == [name for name in KEYS if name in lacking]
    assert set(lacking).isdisjoint(fold(given, BOOK).live)
    if {"insured", "destination"} <= keys and ("care" in keys or answers["care"] != "chronic"):
        assert lacking == asked
    elif {"insured", "destination"} <= keys:
        # Only an answer still to come brings the disease up.
        assert set(asked) - set(lacking) <= {"disease"}
        assert set(lacking) <= set(asked)
    else:
        # The places may make all the others needless.
        assert [name for name in lacking if name in ("insured", "destination")] == [
            name for name in ("insured", "destination") if name not in keys
        ]
        assert set(asked) - set(lacking) <= {"disease"}


@QUICK
@given(full())
def test_nothing_is_missing_where_all_is_answered(answers: Answers) -> None:
    assert missing(answers, BOOK) == ()
    assert fold(answers, BOOK).next is None


def test_every_option_offered_is_one_that_can_apply() -> None:
    answers: Answers = {"insured": code("重庆"), "destination": code("成都")}
    answers |= {"scheme": "employee", "type": "referral", "care": "outpatient"}
    answers |= {"stage": "before", "filing": "none", "situation": ("commitment", "cross-year")}
    assert fold(answers, BOOK).live["situation"] == ()
    answers |= {"type": "long-term", "filing": "active", "care": "inpatient"}
    assert fold(answers, BOOK).live["situation"] == ("commitment", "cross-year")


@pytest.mark.parametrize("name", ["scheme", "type", "care", "disease", "stage", "filing"])
def test_an_answer_that_is_no_option_is_asked_again(name: str) -> None:
    answers: Answers = {**RESULT, "care": "chronic", "disease": "diabetes"}
    assert fold(answers, BOOK).next is None
    assert fold({**answers, name: "nonsense"}, BOOK).next == BOOK.question(name)


# --- the conversation ---

STEPS: tuple[tuple[str, str | tuple[str, ...]], ...] = (
    ("insured", "重庆"),
    ("destination", "chengdu"),
    ("scheme", "employee"),
    ("type", "long-term-residence"),
    ("care", "inpatient"),
    ("stage", "admitted"),
    ("filing", "expired"),
    ("situation", ("expiring", "commitment")),
)
SCRIPT: list[Any] = [answer for _, answer in STEPS]
RESULT: Answers = {**dict(STEPS), "insured": "500000", "destination": "510100"}
RESULT["situation"] = ("commitment", "expiring")


class Talk:
    """A conversation that was held: its result, and what was shown."""

    def __init__(self, script: list[Any], answers: Answers | None = None) -> None:
        self.prompter = ScriptedPrompter(script)
        self.session = Session(self.prompter, BOOK, TODAY, answers or {})

    def run(self) -> dict[str, Any]:
        return dict(self.session.run())

    def asked(self) -> list[str]:
        """Return the questions asked, by id; what else was shown is left out."""
        ids = {question.ask: question.id for question in BOOK.questions}
        asks = [re.sub(r"（\d/\d）$", "", a.ask) for a in self.prompter.transcript]
        return [ids[ask] for ask in asks if ask in ids]

    def said(self) -> str:
        return "\n".join(a.ask for a in self.prompter.transcript if a.kind == "say")


def test_the_happy_path(book: Rulebook) -> None:
    talk = Talk([*SCRIPT, "ok"])
    assert talk.run() == RESULT
    assert talk.asked() == [question.id for question in book.questions if question.id != "disease"]
    shown = talk.prompter.transcript[-1]
    assert shown.ask == CHECK_ASK
    assert shown.choices[:2] == ("参保地    重庆市", "就医地    成都市（四川省）")
    assert shown.choices[-1] == "没问题，看结果"
    for asked in talk.prompter.transcript:
        if asked.kind in ("choose", "choose_many", "search") and asked != shown:
            assert asked.why is not None
            # With all else answered, an answer may no longer matter: then that is said.
            assert "会影响：" in asked.why() or NOTHING in asked.why()


def test_the_reason_is_named_as_the_official_type() -> None:
    for option in BOOK.question("type").options:
        talk = Talk(["绵阳", "昆明", "employee", option.id, KeyboardInterrupt])
        with pytest.raises(KeyboardInterrupt):
            talk.run()
        assert (option.name in talk.said()) == (option.id != UNKNOWN)


@pytest.mark.parametrize(("at", "steps"), [(i, n) for i in range(1, 9) for n in range(1, i + 1)])
def test_back_from_every_question_by_any_number(at: int, steps: int) -> None:
    again = SCRIPT[at - steps]
    talk = Talk([*SCRIPT[:at], *[BACK] * steps, again, *SCRIPT[at:], "ok"])
    assert talk.run() == RESULT
    order = [name for name, _ in STEPS]
    revisited = order[at - steps : at][::-1]
    assert talk.asked() == [*order[: at + 1], *revisited, *order[at:]]


def test_back_and_another_answer() -> None:
    talk = Talk([*SCRIPT[:5], BACK, "outpatient", *SCRIPT[5:7], ("commitment",), "ok"])
    assert talk.run() == {**RESULT, "care": "outpatient", "situation": ("commitment",)}


def test_there_is_no_way_back_from_the_first_question() -> None:
    with pytest.raises(AssertionError, match="nothing to go back to"):
        Talk([BACK]).run()


def test_an_empty_line_keeps_the_place() -> None:
    talk = Talk(["重庆", "成都", BACK, BACK, "", *SCRIPT[2:], "ok"])
    assert talk.run() == RESULT


@pytest.mark.parametrize("name", [name for name, _ in STEPS])
def test_every_answer_can_be_changed_at_the_check(name: str) -> None:
    others = {
        "insured": "绵阳",
        "destination": "昆明",
        "scheme": "resident",
        "type": "work-assignment",
        "care": UNKNOWN,
        "stage": "discharged",
        "filing": "active",
        "situation": ("proxy",),
    }
    given = "situation" if name == "type" else name
    talk = Talk([*SCRIPT, given, others[given], "ok"])
    wanted = others[given] if given not in ("insured", "destination") else code(str(others[given]))
    assert talk.run()[given] == wanted
    # Only what was changed is asked again.
    assert talk.asked() == [*(step for step, _ in STEPS), given]


def test_only_what_hangs_on_a_change_is_asked() -> None:
    talk = Talk([*SCRIPT, "care", "chronic", "diabetes", "care", "inpatient", "ok"])
    assert talk.run() == RESULT
    assert talk.asked()[-3:] == ["care", "disease", "care"]
    # The parked disease comes back without being asked for.
    again = Talk(
        [*SCRIPT, "care", "chronic", "diabetes", "care", "inpatient", "care", "chronic", "ok"]
    )
    assert again.run()["disease"] == "diabetes"
    assert again.asked()[-4:] == ["care", "disease", "care", "care"]


@pytest.mark.parametrize("typed", ["万州", "香港"])
def test_a_change_may_end_the_questions(typed: str) -> None:
    talk = Talk([*SCRIPT, "destination", typed, "ok"])
    assert list(talk.run()) == ["insured", "destination"]
    assert talk.asked()[-1] == "destination"
    back = Talk([*SCRIPT, "destination", typed, "destination", "成都", "ok"])
    assert back.run() == RESULT


@pytest.mark.parametrize("kind", ENDS)
def test_two_questions_are_enough_where_nothing_hangs_on_more(kind: str) -> None:
    insured, destination = PAIRS[kind]
    talk = Talk([insured, destination, "ok"])
    assert talk.run() == {"insured": code(insured), "destination": code(destination)}


def test_what_is_given_is_not_asked() -> None:
    answers: Answers = {"insured": "500000", "care": "chronic", "situation": ()}
    talk = Talk(["成都", "resident", "referral", "other", "before", "none", "ok"], answers)
    assert talk.run()["disease"] == "other"
    assert talk.asked() == ["destination", "scheme", "type", "disease", "stage", "filing"]


# --- places in the conversation ---


def matches(talk: Talk) -> list[Asked]:
    return [a for a in talk.prompter.transcript if a.kind == "matches"]


def test_an_ambiguous_place_is_asked_about() -> None:
    talk = Talk(["朝阳", "110105", *SCRIPT[1:7], (), "ok"])
    assert talk.run()["insured"] == "110105"
    (asked,) = matches(talk)
    assert "不止一个" in asked.ask
    assert {"朝阳区", "朝阳市"} <= set(asked.choices)


def test_none_of_the_candidates() -> None:
    talk = Talk(["朝阳", *SCRIPT, "ok"])
    assert talk.run() == RESULT


def test_a_place_that_is_near_is_offered() -> None:
    talk = Talk(["苏洲", code("苏州"), *SCRIPT[1:7], (), "ok"])
    assert talk.run()["insured"] == code("苏州")
    (asked,) = matches(talk)
    assert "没有找到" in asked.ask
    assert "苏州市" in asked.choices


def test_half_a_name_is_no_answer() -> None:
    talk = Talk(["重", "重庆", *SCRIPT[1:], "ok"])
    assert talk.run() == RESULT
    (asked,) = matches(talk)
    assert asked.ask == ""
    assert "重庆市" in asked.choices


def test_a_place_that_is_none_is_asked_for_again() -> None:
    talk = Talk(["没这地方吧吧吧", *SCRIPT, "ok"])
    assert talk.run() == RESULT
    (asked,) = matches(talk)
    assert asked.ask.startswith("没有找到“没这地方吧吧吧”")
    assert asked.choices == ()


@pytest.mark.parametrize("typed", ["四川", "云南省"])
def test_a_province_is_no_city(typed: str) -> None:
    talk = Talk([typed, *SCRIPT[:1], typed, *SCRIPT[1:], "ok"])
    assert talk.run() == RESULT
    asked = matches(talk)
    assert ["要写到市" in a.ask for a in asked] == [True, True]
    assert all(len(a.choices) == 9 for a in asked)


@pytest.mark.parametrize("typed", ["台湾", "香港", "澳门", "境外"])
def test_nobody_is_insured_outside_the_mainland(typed: str) -> None:
    talk = Talk([typed, *SCRIPT, "ok"])
    assert talk.run() == RESULT
    assert "参保地要填内地的市或区县" in matches(talk)[0].ask


def test_a_county_names_its_pool() -> None:
    talk = Talk(["云阳县", *SCRIPT[1:], "ok"])
    assert talk.run()["insured"] == "500235"
    assert talk.prompter.transcript[-1].choices[0] == "参保地    云阳县（重庆市）"


def test_an_empty_line_keeps_any_place() -> None:
    question = BOOK.question("insured")
    lost = []
    for name in ("南京市鼓楼区", "北京市朝阳区", "牡丹江市西安区", "大连市中山区"):
        place = parse_place(name, question, BOOK)
        # Back at the destination, an empty line at the insured place.
        talk = Talk([BACK, "", *SCRIPT[1:7], (), "ok"], {"insured": place.code})
        try:
            kept = talk.run()["insured"] == place.code
        except (AssertionError, EOFError):
            kept = False
        lost += [] if kept else [name]
    assert lost == []


# --- leaving ---


@pytest.mark.parametrize("leave", [KeyboardInterrupt, EOFError])
@pytest.mark.parametrize("at", range(9))
def test_leaving_keeps_the_answers(at: int, leave: type[BaseException]) -> None:
    talk = Talk([*SCRIPT[:at], leave])
    with pytest.raises(leave):
        talk.run()
    kept = [name for name, _ in STEPS[:at]]
    assert {name: talk.session.answers[name] for name in kept} == {n: RESULT[n] for n in kept}
    assert list(talk.session.answers) == kept
    # Started again with them, only the rest is asked.
    again = Talk([*SCRIPT[at:], "ok"], dict(talk.session.answers))
    assert again.run() == RESULT
    assert again.asked() == [name for name, _ in STEPS[at:]]


def test_leaving_while_a_place_is_unclear_keeps_the_others() -> None:
    talk = Talk(["重庆", "朝阳", KeyboardInterrupt])
    with pytest.raises(KeyboardInterrupt):
        talk.run()
    assert talk.session.answers == {"insured": "500000"}


def test_answers_are_kept_after_each_question() -> None:
    kept: list[dict[str, Any]] = []
    talk = Talk([*SCRIPT, "ok"])
    talk.session.keep = lambda answers: kept.append(dict(answers))
    talk.run()
    assert [list(answers) for answers in kept] == [
        [name for name, _ in STEPS[:n]] for n in range(1, len(STEPS) + 1)
    ]


# --- not sure, remembered, in a sentence ---


def test_every_question_takes_not_sure() -> None:
    script = [UNKNOWN if name != "situation" else () for name, _ in STEPS]
    expected = {name: UNKNOWN if name != "situation" else () for name, _ in STEPS}
    assert Talk([*script, "ok"]).run() == expected


def test_a_remembered_place_is_offered_and_not_assumed() -> None:
    talk = Talk(["", *SCRIPT[1:], "ok"])
    talk.session.remembered = code("重庆")
    assert talk.run() == RESULT
    other = Talk(["绵阳", *SCRIPT[1:], "ok"])
    other.session.remembered = code("重庆")
    assert other.run()["insured"] == code("绵阳")


SAID = "绵阳居民医保，爷爷去昆明旅游突然中风，现在急诊住着院，没备案"
HEARD: Answers = {
    "insured": code("绵阳"),
    "destination": code("昆明"),
    "scheme": "resident",
    "type": "emergency",
    "care": "inpatient",
    "stage": "admitted",
    "filing": "none",
    "situation": (),
}


@pytest.mark.parametrize("given", [True, False], ids=["beside the command", "typed at first"])
def test_a_sentence_fills_the_answers(given: bool) -> None:
    if given:
        talk = Talk(["ok", (), "ok"])
        assert talk.session.run(SAID) == HEARD
    else:
        talk = Talk([SAID, "ok", (), "ok"])
        assert talk.session.run() == HEARD
    shown = next(a for a in talk.prompter.transcript if a.ask == HEARD_ASK)
    assert len(shown.choices) == 9
    assert "situation" in talk.asked()
    assert set(talk.asked()) <= {"insured", "situation"}


def test_what_was_heard_wrong_is_put_right() -> None:
    talk = Talk(["care", "outpatient", "ok", (), "ok"])
    assert talk.session.run(SAID) == {**HEARD, "care": "outpatient"}


def test_a_situation_that_was_heard_is_ticked_and_more_can_be() -> None:
    ticks: list[Any] = []

    class Ticking(ScriptedPrompter):
        def choose_many(self, ask: str, choices: Any, **more: Any) -> Any:
            ticks.append(more["default"])
            return super().choose_many(ask, choices, **more)

    prompter = Ticking(["ok", ("injury", "proxy"), "ok"])
    session = Session(prompter, BOOK, TODAY)
    assert session.run(f"帮我妈办，{SAID}")["situation"] == ("injury", "proxy")
    assert ticks == [("proxy",)]


def test_what_was_changed_no_longer_shows_the_words_it_was_heard_from() -> None:
    hints: list[dict[str, str]] = []

    class Showing(ScriptedPrompter):
        def choose(self, ask: str, choices: Any, **more: Any) -> Any:
            hints.append({one.value: one.hint for one in choices})
            return super().choose(ask, choices, **more)

    Session(Showing(["care", "outpatient", "ok", (), "ok"]), BOOK, TODAY).run(SAID)
    assert hints[0]["care"]
    assert hints[-1]["care"] == ""
    assert hints[-1]["insured"]


def test_all_that_was_heard_can_be_refused() -> None:
    talk = Talk(["anew", *SCRIPT, "ok"])
    assert talk.session.run(SAID) == RESULT


def test_a_flag_counts_for_more_than_the_sentence() -> None:
    talk = Talk(["ok", (), "ok"], {"care": "outpatient"})
    assert talk.session.run(SAID) == {**HEARD, "care": "outpatient"}


def test_a_sentence_that_says_nothing_is_no_answer() -> None:
    talk = Talk([*SCRIPT, "ok"])
    assert talk.session.run("今天天气真好啊") == RESULT
    assert "没看出" in talk.said()
