"""Whole pages, to be read: one for each kind of outcome, as plain text in `tests/pages/`.

After a wanted change write them anew with `YIDI_UPDATE_PAGES=1` and read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import TODAY
from yidi_cli.plan.answers import case_of, parse_answers
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.plan import Plan
from yidi_cli.render.plan_page import plan_document
from yidi_cli.render.text import plain_text
from yidi_cli.render.wrap import width
from yidi_cli.rulebook.model import DERIVED
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.wizard.flow import missing

FOLDER = Path(__file__).parent / "pages"
COMMON = {"scheme": "employee", "type": "long-term-residence", "care": "inpatient"}
COMMON |= {"stage": "before", "filing": "none"}

# The page's name, then from where, to where, and what differs from the common answers.
PAGES: dict[str, tuple[str, str, dict[str, str]]] = {
    "重庆-成都-长期居住": ("重庆", "成都", {}),
    "重庆-万州-同一统筹区": ("重庆", "万州", {}),
    "福州-台湾-境外": ("福州", "台湾", {}),
    "湖州-昆明-转诊-住着院": ("湖州", "昆明", {"type": "referral", "stage": "admitted"}),
    "绵阳-昆明-急诊": (
        "绵阳",
        "昆明",
        {"type": "emergency", "stage": "admitted", "scheme": "resident"},
    ),
    "合肥-上海-备案到别处": ("合肥", "上海", {"filing": "elsewhere", "stage": "admitted"}),
    "湖州-昆明-备案有效-慢特病": (
        *("湖州", "昆明"),
        {"filing": "active", "care": "chronic", "disease": "diabetes", "situation": "commitment"},
    ),
    "湖州-昆明-自费出院": ("湖州", "昆明", {"type": "other-temporary", "stage": "discharged"}),
    "石家庄-北京-视同备案": ("石家庄", "北京", {"care": "outpatient"}),
    "太原-大同-省内不明": ("太原", "大同", {"type": "other-temporary"}),
    "厦门-福州-省内免备案": ("厦门", "福州", {"type": "other-temporary"}),
    "佛山-广州-省内要备案": ("佛山", "广州", {"type": "referral"}),
    "湖州-昆明-工伤": ("湖州", "昆明", {"type": "emergency", "situation": "work-injury"}),
    "湖州-昆明-都不清楚": (
        *("湖州", "昆明"),
        {"scheme": "unknown", "type": "unknown", "care": "unknown", "filing": "unknown"},
    ),
}
NARROW = ("重庆-成都-长期居住", "绵阳-昆明-急诊")


def plan_of(name: str, book: Rulebook) -> Plan:
    insured, destination, changed = PAGES[name]
    typed = {"insured": insured, "destination": destination, **COMMON, **changed}
    answers = parse_answers(typed, book)
    assert not missing(answers, book)
    return build_plan(case_of(answers, book), book, TODAY)


@pytest.mark.parametrize(
    ("name", "columns"), [*((name, 80) for name in PAGES), *((name, 40) for name in NARROW)]
)
def test_page(name: str, columns: int, book: Rulebook) -> None:
    page = plain_text(plan_document(plan_of(name, book), book), columns)
    assert max(map(width, page.splitlines())) <= columns
    path = FOLDER / f"{name}-{columns}.txt"
    if os.environ.get("YIDI_UPDATE_PAGES"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(page, encoding="utf-8")
    assert page == path.read_text(encoding="utf-8")


def test_there_is_a_page_for_every_route(book: Rulebook) -> None:
    plans = [plan_of(name, book) for name in PAGES]
    assert {plan.filing.route for plan in plans} == set(DERIVED["route"])
    assert {plan.filing.required for plan in plans} == {"yes", "no", "deemed", "unknown"}
    assert {plan.scope for plan in plans} == set(DERIVED["scope"])


def test_no_page_is_left_over() -> None:
    wanted = {f"{name}-80.txt" for name in PAGES} | {f"{name}-40.txt" for name in NARROW}
    assert {path.name for path in FOLDER.iterdir()} == wanted
