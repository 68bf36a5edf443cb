"""What comes beside a plan: status, cancel, reimburse, diseases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import TODAY, Run
from yidi_cli.plan.answers import parse_option
from yidi_cli.plan.case import Case
from yidi_cli.plan.diseases import advice
from yidi_cli.plan.query import Answer, Query, ask
from yidi_cli.rulebook.model import UNKNOWN
from yidi_cli.rulebook.places import Found
from yidi_cli.rulebook.rulebook import Rulebook

CARE = ("inpatient", "outpatient", "chronic", "pharmacy")


def answer(yidi: Run, *argv: str) -> dict[str, Any]:
    ran = yidi(*argv, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    found: dict[str, Any] = json.loads(ran.out)
    assert found["schema"] == "yidi.query/1"
    assert found["query"] == argv[0]
    for part in found["parts"]:
        for items in part["sections"].values():
            for item in items:
                assert set(item["sources"]) <= set(found["sources"])
    return found


def values(found: dict[str, Any], key: str) -> list[str]:
    return [part[key] for part in found["parts"]]


def ids(part: dict[str, Any], section: str) -> list[str]:
    return [item["id"] for item in part["sections"].get(section, ())]


@pytest.mark.parametrize("name", ["status", "cancel"])
def test_both_ways_are_told_where_the_place_is_not_known(yidi: Run, name: str) -> None:
    found = answer(yidi, name)
    assert values(found, "scope") == ["common", "cross-province", "in-province"]
    page = yidi(name, "--plain").out
    assert "省内跨市" in page
    assert "--from 参保地" in page
    assert "--from 参保地" not in yidi(name, "--from", "绵阳", "--plain").out


@pytest.mark.parametrize(
    ("ways", "scope"),
    [
        (("绵阳", "成都"), "in-province"),
        (("绵阳", "重庆"), "cross-province"),
        (("绵阳", "江油"), "same-region"),
        (("绵阳", "香港"), "outside-mainland"),
    ],
)
def test_with_both_places_it_is_said_how_they_stand(
    yidi: Run, ways: tuple[str, str], scope: str
) -> None:
    found = answer(yidi, "status", "--from", ways[0], "--to", ways[1])
    assert values(found, "scope") == [scope]


@pytest.mark.parametrize("name", ["status", "cancel"])
def test_a_municipality_has_no_other_city_in_its_province(yidi: Run, name: str) -> None:
    found = answer(yidi, name, "--from", "重庆")
    assert values(found, "scope") == ["cross-province"]
    assert "023-12393" in yidi(name, "--from", "重庆").out


@pytest.mark.parametrize("name", ["status", "cancel"])
def test_with_both_places_only_one_way_is_told(yidi: Run, name: str) -> None:
    inside = answer(yidi, name, "--from", "绵阳", "--to", "成都")
    across = answer(yidi, name, "--from", "绵阳", "--to", "昆明")
    assert len(inside["parts"]) == len(across["parts"]) == 1
    assert inside["parts"] != across["parts"]


def test_cancel_by_type(yidi: Run) -> None:
    long_term = answer(yidi, "cancel", "--from", "绵阳", "--to", "昆明", "--type", "long-term")
    temporary = answer(yidi, "cancel", "--from", "绵阳", "--to", "昆明", "--type", "转诊")
    whether = "cancel-whether"
    assert ids(long_term["parts"][0], whether) != ids(temporary["parts"][0], whether)


@pytest.mark.parametrize(("place", "rule"), [("鞍山", "ln."), ("南京", "js."), ("呼和浩特", "nm.")])
def test_a_place_that_locks_filings_says_so(yidi: Run, place: str, rule: str) -> None:
    found = answer(yidi, "cancel", "--from", place)
    assert any(name.startswith(rule) for part in found["parts"] for name in ids(part, "cancel"))


def test_claims_by_kind_of_care(yidi: Run) -> None:
    found = answer(yidi, "reimburse", "--from", "绵阳")
    assert values(found, "care") == ["common", *CARE]
    common = found["parts"][0]
    assert ids(common, "next-steps")
    assert ids(common, "verify")
    assert "cn.materials.claim-invoice" in ids(common, "materials")
    for part in found["parts"][1:]:
        assert ids(part, "materials"), part["care"]
    page = yidi("reimburse", "--from", "绵阳", "--plain").out
    for heading in ("住院", "普通门诊", "门诊慢特病", "定点药店购药"):
        assert f"\n{heading}另要的\n" in page


def test_a_claim_for_one_kind_of_care(yidi: Run) -> None:
    found = answer(yidi, "reimburse", "--from", "绵阳", "--care", "住院", "--type", "急诊")
    assert values(found, "care") == ["inpatient"]
    injury = answer(yidi, "reimburse", "--care", "住院", "--situation", "外伤")
    assert ids(injury["parts"][0], "materials") != ids(found["parts"][0], "materials")


def every_place(book: Rulebook) -> Iterator[Case]:
    yield Case()
    for pool in book.places.pools():
        if not book.places.outside(pool):
            yield Case(insured=pool)


def shown(found: Answer, section: str) -> list[str]:
    return [item.id for part in found.parts for item in part.sections.get(section, ())]


def test_every_place_has_an_answer(book: Rulebook) -> None:
    for case in every_place(book):
        for name in ("status", "status-hospital", "cancel-whether", "cancel"):
            found = ask(Query(name, (name,), case, TODAY, split="scope"), book)
            assert len(shown(found, name)) >= 2, (name, case.insured)
            clashes = [t for plan in found.plans for t in plan.trace if t.outcome == "clash"]
            assert clashes == []


def test_what_only_a_query_shows_is_on_no_plan(yidi: Run) -> None:
    found = json.loads(
        yidi(
            *("guide", "--from", "绵阳", "--to", "昆明", "--scheme", "居民", "--type", "转诊"),
            *("--care", "住院", "--stage", "before", "--filing", "active", "--situation", "无"),
            *("--format", "json"),
        ).out
    )
    assert not {"status", "cancel"} & set(found["sections"])


# --- diseases ---


def test_the_ten_and_the_others(yidi: Run, book: Rulebook) -> None:
    found = answer(yidi, "diseases")
    direct = [disease["name"] for disease in found["diseases"] if disease["direct"]]
    assert len(direct) == 10
    assert len(found["diseases"]) == len(book.diseases) > 20
    assert {"nhsa-chronic-2024-19"} <= set(found["sources"])
    page = yidi("diseases", "--plain").out.replace("\n", "").replace(" ", "")
    assert "能跨省直接结算的（10种）" in page
    assert all(disease["name"] in page for disease in found["diseases"] if disease["id"] != "other")


def test_every_name_of_every_disease_is_known(yidi: Run, book: Rulebook) -> None:
    question = book.question("disease")
    for disease in book.diseases:
        for name in (disease.id, disease.name, *disease.aliases):
            assert parse_option(name, question) == disease.id, name
        assert book.answer_name("disease", disease.id) == disease.name
    found = answer(yidi, "diseases", "血透", "--from", "绵阳")
    assert [disease["id"] for disease in found["diseases"]] == ["dialysis"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("高血", "高血压"),
        ("糖尿病人", "糖尿病"),
        ("慢性阻塞性肺炎", "慢性阻塞性肺疾病"),
        ("感冒", "其他"),
        ("肺癌", "恶性肿瘤门诊放化疗、恶性肿瘤其他门诊治疗"),
        ("白血病", "恶性肿瘤门诊放化疗、恶性肿瘤其他门诊治疗"),
    ],
)
def test_an_unknown_name_gets_the_nearest(yidi: Run, typed: str, said: str) -> None:
    ran = yidi("diseases", typed)
    assert (ran.code, ran.out) == (2, "")
    assert f"没有“{typed}”这个病种。" in ran.err
    assert said in ran.err


def test_only_what_is_about_the_disease_is_said(book: Rulebook) -> None:
    rules = {rule.id: rule for rule in book.rules}
    found = advice(book.diseases[0], None, book, TODAY)
    items = found.answer.items()
    assert items
    for item in items:
        when = rules[item.id].when
        assert when.get("care") == frozenset({"chronic"}) or {"disease", "direct"} & set(when)


def test_a_disease_that_settles_is_told_apart_from_one_that_does_not(book: Rulebook) -> None:
    direct = {disease.direct: disease for disease in book.diseases}
    texts = {
        settles: {item.id for item in advice(disease, None, book, TODAY).answer.items()}
        for settles, disease in direct.items()
    }
    assert texts[True] != texts[False]
    open_ = {item.id for item in advice(None, None, book, TODAY).answer.items()}
    assert open_ not in texts.values()


def test_the_place_of_insurance_speaks_for_the_disease(yidi: Run, book: Rulebook) -> None:
    found = book.places.find("绵阳")
    assert isinstance(found, Found)
    here = advice(book.diseases[0], found.place, book, TODAY)
    assert here.query.case.insured == found.place
    assert "打绵阳的 12393" in yidi("diseases", "高血压", "--from", "绵阳").out
    assert here.query.case.type == UNKNOWN


@pytest.mark.parametrize(
    "argv",
    [
        ["types"],
        ["sources"],
        ["explain", "cn.materials.identity"],
        ["diseases", "糖尿病"],
        ["myths"],
        ["conflicts", "effect"],
        ["search", "急诊"],
        ["status", "--from", "重庆"],
    ],
    ids=lambda argv: argv[0],
)
def test_every_page_can_be_kept(yidi: Run, argv: list[str], tmp_path: Path) -> None:
    page, data = tmp_path / "页.txt", tmp_path / "数据.json"
    for path in (page, data):
        ran = yidi(*argv, "-o", str(path))
        assert (ran.code, ran.out) == (0, "")
    assert page.read_text(encoding="utf-8") == yidi(*argv, "--format", "chat").out
    assert json.loads(data.read_text(encoding="utf-8"))["query"] == argv[0]
