"""Why a question is asked: what its answer can change, computed from the rules."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from yidi_cli.plan.answers import Answers, case_of
from yidi_cli.plan.case import Case, derive
from yidi_cli.plan.effects import PARTS, Effects, effects, touched
from yidi_cli.plan.match import speaks
from yidi_cli.rulebook.model import ORDER, UNKNOWN, Question
from yidi_cli.wizard.flow import AnswerValue, earlier, facts_of, fold, options_of

if TYPE_CHECKING:
    from yidi_cli.rulebook.bundle import Rulebook
    from yidi_cli.rulebook.divisions import Place

NOTHING = "照现在的答案，改这一题不影响结果。"


def why_line(answers: Answers, question: Question, book: Rulebook, as_of: date) -> str:
    """Say what hangs on the answer: 会影响：备案类型、要带的材料（2 项）……

    Where all else is answered it tells what changes for this person, else what may still change.
    """
    found = effects_of(answers, question, book, as_of)
    if not found.parts:
        return NOTHING
    if found.parts == tuple(PARTS):
        return "会影响：整份结果。"
    words = [PARTS[part] for part in found.parts]
    if found.materials and _all_else(answers, question, book):
        at = found.parts.index("materials")
        words[at] += f"（{len(found.materials)} 项）"
    return f"会影响：{'、'.join(words)}。"


def effects_of(answers: Answers, question: Question, book: Rulebook, as_of: date) -> Effects:
    """Return what changes with the answer to `question`.

    Answers to later questions are taken as they are; where there is none, each is tried.
    """
    known = earlier(answers, question, book)
    facts = facts_of(known, book)
    among = touched(question.id, case_of(known, book), facts, book)
    return effects(_groups(answers, question, book), book, as_of, among)


def _all_else(answers: Answers, question: Question, book: Rulebook) -> bool:
    """Tell whether every other question that applies has an answer."""
    tried = answers if question.id in answers else {**answers, question.id: ()}
    return question.kind != "place" and fold(tried, book).next is None


def _groups(answers: Answers, question: Question, book: Rulebook) -> Iterator[list[Case]]:
    """Yield, for each way to answer what is open, the cases for each answer to `question`."""
    known = earlier(answers, question, book)
    order = [q.id for q in book.questions]
    later = book.questions[order.index(question.id) + 1 :]
    values = _values(question, known, answers, book)
    choices = [_open_values(q, answers, known, book) for q in later]
    for combination in itertools.product(*choices):
        rest = dict(zip((q.id for q in later), combination, strict=True))
        yield [_case({**known, question.id: value, **rest}, later, book) for value in values]


def _case(given: dict[str, AnswerValue], later: Sequence[Question], book: Rulebook) -> Case:
    """Return the case of `given` without answers to questions that would not be asked."""
    facts = derive(case_of(given, book), book).facts
    for question in later:
        if question.kind != "place" and not speaks(question.when, question.unless, facts):
            given = {name: value for name, value in given.items() if name != question.id}
        elif question.kind == "many":
            ticked = given[question.id]
            allowed = {option.id for option in options_of(question, facts)}
            given = {**given, question.id: tuple(v for v in ticked if v in allowed)}
    return case_of(given, book)


def _values(
    question: Question, known: Answers, answers: Answers, book: Rulebook
) -> list[AnswerValue]:
    """Return the answers a question can get: its options, for places one of each kind."""
    if question.kind == "place":
        other = "destination" if question.id == "insured" else "insured"
        return [place.code for place in _places(question.id, answers.get(other), book)]
    options = [option.id for option in options_of(question, facts_of(known, book))]
    if question.kind == "many":
        held = answers.get(question.id, ())
        ticked = frozenset(held)
        return [
            tuple(held),
            *(tuple(o for o in options if (o in ticked) != (o == one)) for one in options),
        ]
    return list(options)


def _open_values(
    question: Question, answers: Answers, known: Answers, book: Rulebook
) -> list[AnswerValue]:
    """Return the values to try for a later question: its answer, else all that rules tell apart."""
    held = answers.get(question.id)
    if held is not None:
        return [held]
    if question.kind == "many":
        return [()]
    if question.kind == "place":
        return [place.code for place in _places(question.id, known.get("insured"), book)]
    if question.id != "disease":
        return [option.id for option in question.options]
    case = case_of(known, book)
    rules = book.rules_about(ORDER, case.insured, case.destination)
    named = [c for rule in rules for c in (rule.when, rule.unless) if "disease" in c]
    classes: dict[tuple[object, ...], str] = {}
    for option in question.options:
        if option.id != UNKNOWN:
            told = (book.direct.get(option.id), *(option.id in c["disease"] for c in named))
            classes.setdefault(told, option.id)
    return [*classes.values(), UNKNOWN]


def _places(name: str, other: AnswerValue | None, book: Rulebook) -> list[Place]:
    """Return a place of each kind: in each province one, two in that of the other place."""
    places = book.places
    mine = places.get(other) if isinstance(other, str) and other != UNKNOWN else None
    chosen: dict[str, Place] = {}
    for pool in places.pools():
        outside = places.outside(pool)
        if outside and name == "insured":
            continue
        province = places.province(pool)
        near = mine is not None and province == places.province(mine)
        key = "outside" if outside else pool.code if near else province.code
        chosen.setdefault(key, pool)
    return list(chosen.values())
