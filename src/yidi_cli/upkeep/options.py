"""The questions and their options over all paths: which are never met, which change nothing."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from yidi_cli.rulebook.model import UNKNOWN, Option, Question
from yidi_cli.upkeep.checks import Paths
from yidi_cli.upkeep.ground import MANY, NONE, Ground


def unasked(paths: Paths) -> list[Question]:
    """Return the questions that nobody is asked."""
    return [
        question
        for question in paths.subject.questions
        if not any(ground.flow.asked[question.id] for ground in paths.grounds)
    ]


def unoffered(paths: Paths) -> Iterator[tuple[Question, Option]]:
    """Yield the options that nobody is offered, of questions that somebody is asked."""
    idle = {question.id for question in unasked(paths)}
    for question in paths.subject.questions:
        for option in question.options if question.id not in idle else ():
            key = question.id, option.id
            if not any(ground.flow.offered[key] for ground in paths.grounds):
                yield question, option


def indifferent(paths: Paths) -> Iterator[tuple[Question, Option, str]]:
    """Yield the options that change nothing, with the option that leads to the same; "" for none.

    Where texts say the answer's name, each option changes at least that. What nobody is offered is
    left out.
    """
    shut = {(question.id, option.id) for question, option in unoffered(paths)}
    for question in paths.subject.questions:
        if question.kind == "many":
            for option in question.options:
                changes = any(_changes(ground, option.id) for ground in paths.grounds)
                if not changes and (question.id, option.id) not in shut:
                    yield question, option, ""
        elif question.kind == "one" and not _spoken(question, paths):
            kinds = paths.grounds[0].space.kinds(question.id)
            seen: dict[int, str] = {}
            for option in question.options:
                kind = kinds[option.id]
                if kind in seen and UNKNOWN not in (option.id, seen[kind]):
                    yield question, option, seen[kind]
                seen.setdefault(kind, option.id)


def _spoken(question: Question, paths: Paths) -> bool:
    """Tell whether a text puts in the name of the answer."""
    subject = paths.subject
    ways = [way for part in (subject.national, *subject.local.values()) for way in part.ways]
    told = msgspec.json.encode([*subject.all_rules, *subject.rows, *ways])
    return f"{{{question.id}}}".encode() in told


def _changes(ground: Ground, situation: str) -> bool:
    """Tell whether a situation lets a rule or a row speak that does not without it, or the other
    way round."""
    subject, chosen = ground.subject, frozenset({situation})
    where = ground.flow.live & ground.flow.offered[MANY, situation]
    if not where:
        return False
    with_it, without = ground.fired(chosen), ground.fired(NONE)
    if any((with_it.get(o, 0) ^ without.get(o, 0)) & where for o in subject.outcomes):
        return True
    return any(
        (ground.at(ground.speaks(rule), chosen) ^ ground.at(ground.speaks(rule), NONE)) & where
        for rule in subject.all_rules
        if situation in rule.when.get(MANY, ()) or situation in rule.unless.get(MANY, ())
    )
