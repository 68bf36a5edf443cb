"""The order of the questions, as a pure fold of the answers.

The state is the answers alone: which question comes next, which answers count and which are parked
follows from them. An answer whose question no longer applies is kept and counts again when it does.
"""

from __future__ import annotations

from collections.abc import Mapping

from yidi_cli.base.value import Value
from yidi_cli.plan.answers import Answers, case_of
from yidi_cli.plan.case import derive
from yidi_cli.plan.match import Facts, may_hold, speaks
from yidi_cli.rulebook.bundle import Rulebook
from yidi_cli.rulebook.model import DERIVED, UNKNOWN, Option, Question


class Folded(Value, frozen=True):
    """What follows from the answers.

    `live` are the answers that count, in the order of the questions; `asked` the questions that
    apply; `next` the first of them without an answer, None when all are answered.
    """

    live: dict[str, str | tuple[str, ...]]
    asked: tuple[Question, ...]
    next: Question | None


def fold(answers: Answers, book: Rulebook) -> Folded:
    """Walk the questions in order over `answers` (question id → ids or a division code)."""
    live: dict[str, str | tuple[str, ...]] = {}
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


def facts_of(live: Answers, book: Rulebook) -> Facts:
    """Return the facts of incomplete answers: what is not answered is open.

    Without both places the scope and the exemption are open too.
    """
    situation = derive(case_of(live, book), book)
    facts = dict(situation.facts)
    if "insured" not in live or "destination" not in live:
        for name in ("scope", "exempt", "exempt-basis"):
            facts[name] = frozenset(DERIVED[name])
    for question in book.questions:
        if question.kind == "one" and question.id not in live:
            facts[question.id] = frozenset(o.id for o in question.options if o.id != UNKNOWN)
    return facts


def options_of(question: Question, facts: Facts) -> tuple[Option, ...]:
    """Return the options that can apply."""
    return tuple(o for o in question.options if may_hold(o.when, o.unless, facts))


def _kept(
    value: str | tuple[str, ...] | None, question: Question, facts: Facts
) -> str | tuple[str, ...] | None:
    """Return the part of an answer that still applies, None where nothing is left of it."""
    if value is None or question.kind == "place":
        return value
    allowed = {option.id for option in options_of(question, facts)}
    allowed |= {group.id for group in question.groups}
    if isinstance(value, tuple):
        return tuple(v for v in value if v in allowed)
    return value if value in allowed else None


def before(answers: Answers, current: Question | None, book: Rulebook) -> Question | None:
    """Return the question asked before `current` (the last one, for None), None at the first."""
    order = [question.id for question in fold(answers, book).asked]
    if current is not None and current.id in order:
        order = order[: order.index(current.id)]
    return book.question(order[-1]) if order else None


def missing(answers: Mapping[str, str | tuple[str, ...]], book: Rulebook) -> tuple[Question, ...]:
    """Return the questions that apply, need an answer and have none.

    A question that offers any number of answers needs none. Questions that only later answers
    bring up are found by answering the open ones with what they leave open.
    """
    given = dict(answers)
    found: list[Question] = []
    while (waiting := fold(given, book).next) is not None:
        if waiting.kind == "many":
            given[waiting.id] = ()
            continue
        found.append(waiting)
        if waiting.kind == "place":
            rest = [q for q in book.questions if q.kind == "place" and q.id not in given]
            rest.remove(waiting)
            return (*found, *rest, *_always(given, book))
        given[waiting.id] = UNKNOWN if _has_unknown(waiting) else waiting.options[0].id
    return tuple(found)


def _always(given: Answers, book: Rulebook) -> list[Question]:
    """Return the unanswered questions that do not depend on another answer than the places."""
    return [
        question
        for question in book.questions
        if question.kind == "one" and question.id not in given and set(question.when) <= {"scope"}
    ]


def _has_unknown(question: Question) -> bool:
    return any(option.id == UNKNOWN for option in question.options)
