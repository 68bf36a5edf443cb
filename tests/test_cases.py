"""The cases of `data/cases/`: what a clerk wrote down must be what the rules say."""

from __future__ import annotations

import msgspec
import pytest

from tests.conftest import DATA, TODAY
from yidi_cli.plan.examples import case_of_example, problems
from yidi_cli.rulebook.folder import raise_faults, read_examples
from yidi_cli.rulebook.model import Citation, Example, Route
from yidi_cli.rulebook.rulebook import Rulebook

EXAMPLES, FAULTS = read_examples(DATA)


def test_the_files_are_in_order() -> None:
    raise_faults(FAULTS)
    assert len(EXAMPLES) >= 80
    assert len({example.title for example in EXAMPLES}) == len(EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_the_plan_is_as_the_case_says(example: Example, book: Rulebook) -> None:
    assert problems(example, book, TODAY) == []
    assert example.must
    assert example.sources


def answered(name: str, book: Rulebook) -> set[str]:
    cases = [case_of_example(example, book) for example in EXAMPLES]
    if name == "situation":
        return {situation for case in cases for situation in case.situations}
    return {getattr(case, name) for case in cases}


@pytest.mark.parametrize("name", ["scheme", "type", "care", "stage", "filing", "situation"])
def test_every_answer_has_a_case(name: str, book: Rulebook) -> None:
    options = {option.id for option in book.question(name).options}
    assert options - answered(name, book) == set()


def test_every_route_has_a_case() -> None:
    routes = {example.route for example in EXAMPLES}
    assert routes == set(Route.__args__)  # type: ignore[attr-defined]


def test_every_disease_that_settles_has_a_case(book: Rulebook) -> None:
    direct = {disease.id for disease in book.diseases if disease.direct}
    assert direct - answered("disease", book) == set()


def test_every_province_with_a_rule_of_its_own_has_a_case(book: Rulebook) -> None:
    lacking = []
    for region in book.regions():
        parts = (region, *region.cities)
        own = {rule.id for part in parts for rule in part.rules}
        own |= {exemption.id for part in parts for exemption in part.exemptions}
        if own and not any(own & set(example.must) for example in EXAMPLES):
            lacking.append(region.name)
    assert lacking == []


def sample(**change: object) -> Example:
    example = Example(
        id="sample",
        title="从绵阳去昆明住院。",
        answers={
            "insured": "绵阳",
            "destination": "昆明",
            "scheme": "居民",
            "type": "转诊",
            "care": "住院",
            "stage": "before",
            "filing": "none",
        },
        route="file-before-care",
        must=("cn.materials.referral-proof",),
        sources=(Citation(id="nhsa-2022-22-rules"),),
    )
    return msgspec.structs.replace(example, **change)


def told(example: Example, book: Rulebook) -> str:
    return " ".join(problems(example, book, TODAY))


def test_a_wrong_case_is_told(book: Rulebook) -> None:
    assert told(sample(), book) == ""
    assert "路线是 file-before-care" in told(sample(route="no-filing"), book)
    absent = "cn.materials.residence-proof"
    assert f"没有出现 {absent}" in told(sample(must=(absent,), sources=()), book)
    shown = "cn.materials.identity"
    assert f"不该出现 {shown}" in told(sample(must_not=(shown,)), book)
    assert "没有出现 no.such" in told(sample(must=("no.such",)), book)
    cited = (Citation(id="seed-000"),)
    assert "没有引用来源 seed-000" in told(sample(sources=cited), book)
    answers = {**sample().answers, "type": "转院了吗"}
    assert "没有“转院了吗”" in told(sample(answers=answers), book)
