"""The why line is true: a changed answer changes exactly what it names, over all paths."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache

import pytest

from tests.conftest import TODAY
from tests.test_paths import PAIRS, folded
from yidi_cli.plan.answers import Answers, case_of
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.effects import PARTS
from yidi_cli.rulebook.model import UNKNOWN
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.wizard.flow import AnswerValue, fold
from yidi_cli.wizard.why import effects_of, why_line

KINDS = ["cross-province", "in-province, not exempt"]
ORDER = ("scheme", "type", "care", "disease", "stage", "filing")
Part = dict[str, frozenset[str]]


class Paths:
    """All plans of one pair of places, each part as the set of its texts."""

    def __init__(self, kind: str, book: Rulebook) -> None:
        self.book = book
        self.places = {
            name: book.places.find(typed).place.code  # type: ignore[union-attr]
            for name, typed in zip(("insured", "destination"), PAIRS[kind], strict=True)
        }
        self.values = {name: folded(name, book) for name in ORDER}
        self.parts = cache(self._parts)

    def _parts(self, *values: str) -> Part:
        answers: dict[str, AnswerValue] = {**self.places, **dict(zip(ORDER, values, strict=True))}
        if answers["care"] != "chronic":
            del answers["disease"]
        # Without the remarks on what is not known, which are no part of what a question names.
        plan = build_plan(case_of(answers, self.book), self.book, TODAY, only=PARTS)
        parts = {
            name: frozenset(
                f"{item.id} {item.text} {item.detail} {item.substitutes}"
                for item in plan.sections.get(name, ())
                # The number and the site to ask stand in every plan of the place.
                if not item.id.startswith(("hotline-", "bureau-"))
            )
            for name in PARTS
        }
        parts["filing"] = frozenset({f"{plan.filing.route} {plan.filing.required}"})
        parts["type"] = frozenset({plan.filing.type})
        return parts

    def complete(self) -> Iterator[tuple[str, ...]]:
        for values in itertools.product(*self.values.values()):
            answers = dict(zip(ORDER, values, strict=True))
            if answers["care"] == "chronic" or answers["disease"] == self.values["disease"][0]:
                yield values

    def differing(self, name: str, values: tuple[str, ...]) -> set[str]:
        """Return the parts that differ among the answers to one question, all else the same."""
        place = ORDER.index(name)
        options = [option.id for option in self.book.question(name).options]
        found = [self.parts(*values[:place], one, *values[place + 1 :]) for one in options]
        return {part for part in PARTS if any(one[part] != found[0][part] for one in found[1:])}


def answered(paths: Paths, values: tuple[str, ...], names: tuple[str, ...]) -> Answers:
    answers: dict[str, AnswerValue] = {**paths.places}
    answers.update({name: values[ORDER.index(name)] for name in names})
    if answers.get("care") != "chronic":
        answers.pop("disease", None)
    return answers


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_named_before_an_answer_is_what_may_change(kind: str, book: Rulebook) -> None:
    paths = Paths(kind, book)
    for place, name in enumerate(ORDER):
        expected: dict[tuple[str, ...], set[str]] = {}
        for values in paths.complete():
            if name == "disease" and values[ORDER.index("care")] != "chronic":
                continue
            if len(expected.get(values[:place], ())) < len(PARTS):
                expected.setdefault(values[:place], set()).update(paths.differing(name, values))
        for given, parts in expected.items():
            full = (*given, *[""] * (len(ORDER) - place))
            answers = answered(paths, full, ORDER[:place])
            found = effects_of(answers, book.question(name), book, TODAY)
            assert set(found.parts) == parts, (name, given)
            assert parts, f"{name} is asked after {given} and changes nothing"


@pytest.mark.parametrize("kind", ["cross-province", "in-province, not exempt"])
def test_what_is_named_at_the_check_is_what_changes(kind: str, book: Rulebook) -> None:
    paths = Paths(kind, book)
    for values in list(paths.complete())[::29]:
        answers = {**answered(paths, values, ORDER), "situation": ()}
        assert fold(answers, book).next is None
        for name in ORDER:
            if name not in answers:
                continue
            found = effects_of(answers, book.question(name), book, TODAY)
            if name != "care":  # of the diseases it may bring up, one only is answered
                assert set(found.parts) == paths.differing(name, values), (name, values)


def test_the_number_of_materials_is_what_comes_or_goes(book: Rulebook) -> None:
    paths = Paths("cross-province", book)
    for values in list(paths.complete())[::11]:
        answers = {**answered(paths, values, ORDER), "situation": ()}
        place = ORDER.index("type")
        options = [option.id for option in book.question("type").options]
        lists = [
            paths.parts(*values[:place], o, *values[place + 1 :])["materials"] for o in options
        ]
        ids: list[set[str]] = [{text.split(" ")[0] for text in texts} for texts in lists]
        varying = {i for one in ids for i in one if any(i not in other for other in ids)}
        line = why_line(answers, book.question("type"), book, TODAY)
        if varying:
            assert f"要带的材料（{len(varying)} 项）" in line, values
        else:
            assert "要带的材料" not in line, values


def test_each_situation_offered_changes_what_the_question_names(book: Rulebook) -> None:
    paths = Paths("cross-province", book)
    for values in list(paths.complete())[::37]:
        answers = answered(paths, values, ORDER)
        question = fold(answers, book).next
        assert question is not None
        assert question.id == "situation"
        found = effects_of(answers, question, book, TODAY)
        plain = paths.parts(*values)
        expected = set()
        for option in question.options:
            with_it = {**answers, "situation": (option.id,)}
            if fold(with_it, book).live["situation"]:
                plan = build_plan(case_of(with_it, book), book, TODAY)
                expected |= {
                    name
                    for name in PARTS
                    if name not in ("filing", "type")
                    and plain[name]
                    != frozenset(
                        f"{i.id} {i.text} {i.detail} {i.substitutes}"
                        for i in plan.sections.get(name, ())
                        if not i.id.startswith(("hotline-", "bureau-"))
                    )
                }
        assert set(found.parts) - {"filing", "type"} == expected


@pytest.mark.parametrize("name", ["insured", "destination"])
def test_a_place_changes_what_it_names(name: str, book: Rulebook) -> None:
    codes = [
        p.code for p in book.places.pools() if name == "destination" or not book.places.outside(p)
    ]
    fixed: dict[str, AnswerValue] = {
        "insured": "420100",
        "destination": "530100",
        "scheme": "employee",
        "type": "long-term-residence",
        "care": "inpatient",
        "stage": "before",
        "filing": "none",
        "situation": (),
    }
    seen: dict[str, set[object]] = {part: set() for part in PARTS}
    for code in codes:
        plan = build_plan(case_of({**fixed, name: code}, book), book, TODAY)
        for part in PARTS:
            texts = tuple(
                (i.id, i.text, i.detail, i.substitutes)
                for i in plan.sections.get(part, ())
                if not i.id.startswith(("hotline-", "bureau-"))
            )
            seen[part].add(texts)
        seen["filing"].add((plan.filing.route, plan.filing.required))
        seen["type"].add(plan.filing.type)
    expected = {part for part, found in seen.items() if len(found) > 1}
    assert set(effects_of(fixed, book.question(name), book, TODAY).parts) == expected


def test_unknown_is_one_of_the_answers(book: Rulebook) -> None:
    for question in book.questions:
        if question.kind == "one":
            assert UNKNOWN in {option.id for option in question.options}, question.id
