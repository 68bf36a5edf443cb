"""The order of the questions, as a pure fold of the answers.

The state is the answers and where the person stands. Which question comes next, which answers
count and which are parked follows from them: an answer whose question no longer applies is kept
and counts again when it does.
"""

from __future__ import annotations

from enum import Enum

from yidi_cli.base.value import Value
from yidi_cli.plan.answers import Answers
from yidi_cli.plan.match import Facts, may_hold, speaks
from yidi_cli.plan.matter import matter_of
from yidi_cli.rulebook.book import Book
from yidi_cli.rulebook.model import UNKNOWN, Option, Question

AnswerValue = str | tuple[str, ...]
CHECK = ""
"""Where the person stands when every question has its answer."""


class Folded(Value, frozen=True):
    """What follows from the answers.

    `live` are the answers that count, in the order of the questions; `asked` the questions that
    apply; `next` the first of them without an answer, None when all are answered.
    """

    live: dict[str, AnswerValue]
    asked: tuple[Question, ...]
    next: Question | None


class State(Value, frozen=True):
    """All answers given so far, parked ones too, and the id of the open question or `CHECK`."""

    answers: dict[str, AnswerValue]
    at: str


class Answered(Value, frozen=True):
    """The open question got this answer: an option's id, a division code, or several ids."""

    value: AnswerValue


class Edit(Value, frozen=True):
    """The person wants to answer this question anew."""

    question: str


class Move(Enum):
    """Back to the question before; or the open one is left: not sure, or nothing applies."""

    BACK = "back"
    SKIP = "skip"


def begin(answers: Answers, book: Book) -> State:
    """Return where the conversation starts when `answers` are known already."""
    return State(dict(answers), _next(answers, book))


def step(state: State, move: Answered | Edit | Move, book: Book) -> State:
    """Return the state after one move of the person.

    Behind an answer stands the first question that has none, so that a step back or a change asks
    only what depends on it. Back from the first question leads nowhere.
    """
    if isinstance(move, Edit):
        return State(state.answers, move.question)
    if move is Move.BACK:
        question = before(state.answers, state.at, book)
        return State(state.answers, question.id) if question else state
    if isinstance(move, Answered):
        value = move.value
    else:
        value = () if book.question(state.at).kind == "many" else UNKNOWN
    answers = {**state.answers, state.at: value}
    return State(answers, _next(answers, book))


def _next(answers: Answers, book: Book) -> str:
    waiting = fold(answers, book).next
    return waiting.id if waiting is not None else CHECK


def fold(answers: Answers, book: Book) -> Folded:
    """Walk the questions in order over `answers` (question id → ids or a division code)."""
    live: dict[str, AnswerValue] = {}
    asked: list[Question] = []
    for question in book.questions:
        facts = facts_of(live, book)
        if not speaks(question.when, question.unless, facts):
            continue
        if question.kind != "place" and not options_of(question, facts):
            continue
        asked.append(question)
        value = _kept(answers.get(question.id), question, facts)
        if value is None:
            return Folded(live, tuple(asked), question)
        live[question.id] = value
    return Folded(live, tuple(asked), None)


def facts_of(live: Answers, book: Book) -> Facts:
    """Return the facts of incomplete answers: what is not answered is open."""
    return matter_of(book).facts(live)


def options_of(question: Question, facts: Facts) -> tuple[Option, ...]:
    """Return the options that can apply."""
    return tuple(o for o in question.options if may_hold(o.when, o.unless, facts))


def _kept(value: AnswerValue | None, question: Question, facts: Facts) -> AnswerValue | None:
    """Return the part of an answer that still applies, None where nothing is left of it."""
    if value is None or question.kind == "place":
        return value
    allowed = {option.id for option in options_of(question, facts)}
    allowed |= {group.id for group in question.groups}
    if isinstance(value, tuple):
        return tuple(v for v in value if v in allowed)
    return value if value in allowed else None


def before(answers: Answers, current: str, book: Book) -> Question | None:
    """Return the question asked before `current` (the last one, at the check), None at the
    first.
    """
    order = [question.id for question in fold(answers, book).asked]
    if current in order:
        order = order[: order.index(current)]
    return book.question(order[-1]) if order else None


def earlier(answers: Answers, question: Question, book: Book) -> dict[str, AnswerValue]:
    """Return the answers that count to the questions before `question`."""
    order = [q.id for q in book.questions]
    place = order.index(question.id)
    return {k: v for k, v in fold(answers, book).live.items() if order.index(k) < place}


def parked(answers: Answers, book: Book) -> dict[str, AnswerValue]:
    """Return the answers, or the parts of them, that do not count at present."""
    live = fold(answers, book).live
    kept: dict[str, AnswerValue] = {}
    for name, value in answers.items():
        counted = live.get(name)
        if isinstance(value, tuple):
            rest = tuple(part for part in value if part not in (counted or ()))
            if rest:
                kept[name] = rest
        elif counted is None:
            kept[name] = value
    return kept


def missing(answers: Answers, book: Book) -> tuple[Question, ...]:
    """Return the questions that apply, need an answer and have none.

    A question that offers any number of answers needs none.
    """
    _, filled = _completed(answers, book)
    return tuple(question for question in filled if question.kind != "many")


def position(answers: Answers, question: Question, book: Book) -> tuple[int, int]:
    """Return which question this is, counted from 1, and about how many there are in all.

    Who is not sure may be asked less: of both ways to go on it is the longer one.
    """
    ways = [_completed(answers, book, unsure)[0].asked for unsure in (True, False)]
    asked = [q.id for q in max(ways, key=len)]
    return asked.index(question.id) + 1, len(asked)


def _completed(
    answers: Answers, book: Book, unsure: bool = True
) -> tuple[Folded, tuple[Question, ...]]:
    """Fold `answers` with the open questions left open, and return these too.

    What only another answer to one of them would bring up is not asked. Without `unsure` the first
    option is taken where there is one.
    """
    given = dict(answers)
    filled: list[Question] = []
    while (waiting := fold(given, book).next) is not None:
        filled.append(waiting)
        may = waiting.kind == "place" or UNKNOWN in {o.id for o in waiting.options}
        open_ = may and (unsure or waiting.kind == "place")
        first = UNKNOWN if open_ else waiting.options[0].id
        given[waiting.id] = () if waiting.kind == "many" else first
    return fold(given, book), tuple(filled)
