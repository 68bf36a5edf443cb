"""Every place once, with one set of answers: its plan is built and looked at as a whole.

All answers in every kind of place are gone through elsewhere, by what the data say of places. This
goes by no kinds: it builds what a person would get.
"""

from __future__ import annotations

from collections.abc import Iterator

from yidi_cli.rulebook.divisions import Place
from yidi_cli.upkeep.subject import Subject
from yidi_cli.upkeep.tally import command_of
from yidi_cli.wizard.flow import AnswerValue, fold, options_of


def every_place(subject: Subject) -> Iterator[tuple[str, str, int]]:
    """Yield what plans lack (a section, or `CONTACT`), one as a command, and how many places lack
    it."""
    found: dict[str, tuple[str, set[str]]] = {}
    profiles: dict[object, dict[str, AnswerValue]] = {}
    for insured, other in _journeys(subject):
        places = {"insured": insured.code, subject.other: other.code}
        scope = subject.matter.case_facts(subject.matter.case(places))["scope"]
        if scope not in profiles:
            profiles[scope] = _profile(subject, places)
        answers = {**profiles[scope], **places}
        for lack in subject.lacking(answers):
            command = command_of(subject, answers)
            found.setdefault(lack, (command, set()))[1].add(insured.code)
    for lack, (command, codes) in found.items():
        yield lack, command, len(codes)


def _journeys(subject: Subject) -> Iterator[tuple[Place, Place]]:
    """Yield each place that is insured apart with itself, a neighbour, and one far away."""
    places = subject.book.places
    pools = [pool for pool in places.pools() if not places.outside(pool)]
    by_province: dict[str, list[Place]] = {}
    for pool in pools:
        by_province.setdefault(places.province(pool).code, []).append(pool)
    for pool in pools:
        province = places.province(pool).code
        others = [pool, *(p for p in by_province[province] if p != pool)][:2]
        far = next((ps[0] for code, ps in by_province.items() if code != province), None)
        for other in (*others, *([far] if far is not None else [])):
            yield pool, other


def _profile(subject: Subject, places: dict[str, str]) -> dict[str, AnswerValue]:
    """Answer every question that is asked with its first option."""
    answers: dict[str, AnswerValue] = {**places}
    while (question := fold(answers, subject.book).next) is not None:
        offered = options_of(question, subject.matter.facts(answers))
        answers[question.id] = () if question.kind == "many" else offered[0].id
    return answers
