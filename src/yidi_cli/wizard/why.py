"""Why a question is asked: what its answer can change, computed from the rules."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from yidi_cli.plan.answers import Answers
from yidi_cli.plan.effects import Effects, differing
from yidi_cli.plan.match import speaks
from yidi_cli.plan.matter import Matter, matter_of
from yidi_cli.rulebook.model import UNKNOWN, Question
from yidi_cli.wizard.flow import AnswerValue, earlier, facts_of, fold, options_of

if TYPE_CHECKING:
    from yidi_cli.rulebook.book import Book

NOTHING = "照现在的答案，改这一题不影响结果。"


def why_line(answers: Answers, question: Question, book: Book, as_of: date) -> str:
    """Say what hangs on the answer: 会影响：备案类型、要带的材料（2 项）……

    Where all else is answered it tells what changes for this person, else what may still change.
    """
    found = effects_of(answers, question, book, as_of)
    names = matter_of(book).parts
    if not found.parts:
        return NOTHING
    if found.parts == tuple(names):
        return "会影响：整份结果。"
    words = [names[part] for part in found.parts]
    if found.materials and _all_else(answers, question, book):
        at = found.parts.index("materials")
        words[at] += f"（{len(found.materials)} 项）"
    return f"会影响：{'、'.join(words)}。"


def effects_of(answers: Answers, question: Question, book: Book, as_of: date) -> Effects:
    """Return what changes with the answer to `question`.

    Answers to later questions are taken as they are; where there is none, each is tried.
    """
    matter = matter_of(book)
    among = matter.touched(question.id, earlier(answers, question, book))

    def signature(case: Any, parts: Any) -> Any:
        return matter.signature(case, parts, as_of)

    return differing(_groups(answers, question, book, matter), signature, matter.parts, among)


def _all_else(answers: Answers, question: Question, book: Book) -> bool:
    """Tell whether every other question that applies has an answer."""
    tried = answers if question.id in answers else {**answers, question.id: ()}
    return question.kind != "place" and fold(tried, book).next is None


def _groups(
    answers: Answers, question: Question, book: Book, matter: Matter
) -> Iterator[list[Any]]:
    """Yield, for each way to answer what is open, the cases for each answer to `question`."""
    known = earlier(answers, question, book)
    order = [q.id for q in book.questions]
    later = book.questions[order.index(question.id) + 1 :]
    values = _values(question, known, answers, book, matter)
    choices = [_open_values(q, answers, known, book, matter) for q in later]
    for combination in itertools.product(*choices):
        rest = dict(zip((q.id for q in later), combination, strict=True))
        yield [_case({**known, question.id: value, **rest}, later, matter) for value in values]


def _case(given: dict[str, AnswerValue], later: Sequence[Question], matter: Matter) -> Any:
    """Return the case of `given` without answers to questions that would not be asked."""
    facts = matter.case_facts(matter.case(given))
    for question in later:
        if not speaks(question.when, question.unless, facts):
            given = {name: value for name, value in given.items() if name != question.id}
        elif question.kind == "many":
            ticked = given[question.id]
            allowed = {option.id for option in options_of(question, facts)}
            given = {**given, question.id: tuple(v for v in ticked if v in allowed)}
    return matter.case(given)


def _values(
    question: Question, known: Answers, answers: Answers, book: Book, matter: Matter
) -> list[AnswerValue]:
    """Return the answers a question can get: its options, for places one of each kind."""
    if question.kind == "place":
        other = next(q.id for q in book.questions if q.kind == "place" and q != question)
        return _places(question.id, answers.get(other), book, matter)
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
    question: Question, answers: Answers, known: Answers, book: Book, matter: Matter
) -> list[AnswerValue]:
    """Return the values to try for a later question: its answer, else all that rules tell apart."""
    held = answers.get(question.id)
    if held is not None:
        return [held]
    if question.kind == "many":
        return [()]
    if question.kind == "place":
        return _places(question.id, known.get("insured"), book, matter)
    return list(matter.told_apart(question, known))


def _places(name: str, other: AnswerValue | None, book: Book, matter: Matter) -> list[AnswerValue]:
    given = book.places.get(other) if isinstance(other, str) and other != UNKNOWN else None
    return [place.code for place in matter.places(name, given)]
