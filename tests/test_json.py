"""The contract `yidi.plan/1`, and that every format carries the same sentences."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from tests.conftest import TODAY, Run
from tests.test_paths import PAIRS, cases
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.case import Case
from yidi_cli.plan.explain import explained
from yidi_cli.plan.plan import Days, Plan
from yidi_cli.plan.selection import SECTIONS
from yidi_cli.render.jsonout import dump, plan_json
from yidi_cli.render.plan_page import plan_document
from yidi_cli.render.terminal import styled
from yidi_cli.render.text import plain_text
from yidi_cli.rulebook.model import DERIVED, UNKNOWN
from yidi_cli.rulebook.rulebook import Rulebook

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
EVERY = 113  # a prime, so that the sample does not walk in step with any dimension
TOP = (
    *("schema", "data_version", "as_of", "case", "scope", "filing", "hotline", "days"),
    *("sections", "dates", "sources"),
)
CASE = (
    *("insured", "destination", "scheme", "type", "group", "care", "stage", "filing"),
    *("disease", "situations"),
)
ITEM = {"id", "text", "sources", "confidence"}
ITEM_MORE = {
    *("detail", "disputed", "place", "old", "substitutes", "kind", "filing", "url", "steps"),
    *("purpose", "get", "form"),
}
TIERS = ("official", "local-official", "relay", "article", "general")
CONFIDENCE = ("high", "medium", "low")
ISSUED = re.compile(r"\d{4}(-\d\d(-\d\d)?)?( 至 \d{4})?")


def sample(book: Rulebook) -> Iterator[Case]:
    """Yield cases of every kind of pair: some of the product, and each situation once."""
    for pair in PAIRS.values():
        yield from itertools.islice(cases(pair, book), 0, None, EVERY)
    types = ["long-term-residence", "emergency"]
    several = cases(PAIRS["cross-province"], book, type=types, scheme=["resident"])
    situations = [option.id for option in book.question("situation").options]
    for case, name in zip(itertools.islice(several, 0, None, 7), situations, strict=False):
        yield replace(case, situations=(name,))
    first = next(cases(PAIRS["cross-province, 川渝"], book))
    yield replace(first, situations=tuple(situations))


@pytest.fixture(scope="session")
def plans(book: Rulebook) -> list[Plan]:
    made = [build_plan(case, book, TODAY, Days(date(2026, 12, 28))) for case in sample(book)]
    assert len(made) > 150
    return made


@pytest.fixture(scope="session")
def objects(plans: list[Plan], book: Rulebook) -> list[dict[str, Any]]:
    return [json.loads(dump(plan_json(plan, book))) for plan in plans]


def items_of(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for items in found["sections"].values():
        yield from items


def allowed(dimension: str, book: Rulebook) -> set[str]:
    if dimension in DERIVED:
        return set(DERIVED[dimension])
    return {option.id for option in book.question(dimension).options}


def test_the_sample_holds_every_kind(objects: list[dict[str, Any]]) -> None:
    assert {found["scope"] for found in objects} == set(DERIVED["scope"])
    assert {found["filing"]["route"] for found in objects} == set(DERIVED["route"])
    required = [found["filing"]["required"] for found in objects]
    assert all(any(r is value for r in required) for value in (True, False))
    assert {r for r in required if isinstance(r, str)} == {"deemed", UNKNOWN}
    assert {name for found in objects for name in found["sections"]} == set(SECTIONS)
    assert any(found["dates"] for found in objects)
    assert any("disputed" in item for found in objects for item in items_of(found))


def test_the_keys_are_those_of_the_contract(objects: list[dict[str, Any]]) -> None:
    for found in objects:
        assert tuple(found) == TOP
        assert tuple(found["case"]) == CASE
        assert tuple(found["filing"]) == ("required", "type", "route", "headline")
        assert found["schema"] == "yidi.plan/1"
        for name in ("insured", "destination"):
            assert tuple(found["case"][name]) == ("code", "name", "province")


def test_the_values_are_those_of_the_questions(
    objects: list[dict[str, Any]], book: Rulebook
) -> None:
    for found in objects:
        case = found["case"]
        assert found["scope"] in allowed("scope", book)
        for name in ("scheme", "type", "care", "stage", "filing", "disease"):
            assert case[name] in allowed(name, book) | {UNKNOWN}, name
        assert case["group"] in {*allowed("group", book), UNKNOWN}
        assert set(case["situations"]) <= allowed("situation", book)
        for name in ("insured", "destination"):
            place = book.places.get(case[name]["code"])
            assert book.places.pool(place) == place
            assert case[name]["name"] == place.name
            assert case[name]["province"] == book.places.province(place).name
        filing = found["filing"]
        required = filing["required"]
        assert isinstance(required, bool) or required in ("deemed", "unknown")
        assert filing["type"] in allowed("type", book) | {UNKNOWN}
        assert filing["route"] in allowed("route", book)
        assert filing["headline"]


def test_the_type_and_its_group_agree(
    plans: list[Plan], objects: list[dict[str, Any]], book: Rulebook
) -> None:
    groups = {option.id: option.group for option in book.question("type").options}
    for plan, found in zip(plans, objects, strict=True):
        case, answer = found["case"], plan.case.type
        if answer == UNKNOWN:
            assert (case["type"], case["group"]) == (UNKNOWN, UNKNOWN)
        elif answer in groups:
            assert (case["type"], case["group"]) == (answer, groups[answer])
        else:
            assert (case["type"], case["group"]) == (UNKNOWN, answer)
    assert {plan.case.type for plan in plans} >= {"long-term", "temporary", UNKNOWN}


def test_the_items(objects: list[dict[str, Any]], book: Rulebook) -> None:
    known = {found.id for found in explained(book)}
    for found in objects:
        assert set(found["sections"]) <= set(SECTIONS)
        assert list(found["sections"]) == [n for n in SECTIONS if n in found["sections"]]
        for items in found["sections"].values():
            assert items
            assert len({item["id"] for item in items}) == len(items)
            for item in items:
                assert set(item) >= ITEM, item
                assert set(item) <= ITEM | ITEM_MORE
                assert item["id"] in known
                assert item["text"].strip() == item["text"] != ""
                assert item["sources"]
                assert item["confidence"] in CONFIDENCE
                for dispute in item.get("disputed", ()):
                    assert tuple(dispute) == ("id", "says", "why_not", "sources")
                    assert all(dispute.values())


def test_every_source_named_is_listed(objects: list[dict[str, Any]]) -> None:
    dated = 0
    for found in objects:
        named = {source for item in items_of(found) for source in item["sources"]}
        named |= {
            source
            for item in items_of(found)
            for dispute in item.get("disputed", ())
            for source in dispute["sources"]
        }
        assert set(found["sources"]) == named
        for source in found["sources"].values():
            assert source["title"]
            assert source["issuer"]
            assert source["tier"] in TIERS
            assert source["url"].startswith("http") if "url" in source else True
            date.fromisoformat(source["checked"])
            if "date" in source:
                dated += 1
                assert ISSUED.fullmatch(source["date"]), source["date"]
    assert dated


def test_every_source_has_a_date(yidi: Run) -> None:
    sources = json.loads(yidi("sources", "--format", "json").out)["sources"]
    assert [name for name, source in sources.items() if "date" not in source] == []


def test_the_dates(objects: list[dict[str, Any]], book: Rulebook) -> None:
    rules = {rule.id: rule for rule in book.rules}
    for part in book.parts():
        rules.update({rule.id: rule for rule in part.rules})
    for found in objects:
        assert date.fromisoformat(found["as_of"]) == TODAY
        assert date.fromisoformat(found["data_version"])
        shown = {item["id"] for item in items_of(found)}
        for day in found["dates"]:
            assert {"id", "label", "from", "rule", "kind", "after"} <= set(day)
            # A day on which something is due at once, or one that counts on.
            assert date.fromisoformat(day["from"]) >= date(2026, 12, 28)
            assert not day.get("past")
            assert day["rule"] in shown
            assert day["id"] in {spec.id for spec in rules[day["rule"]].dates}


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def test_no_placeholder_is_left(objects: list[dict[str, Any]]) -> None:
    for found in objects:
        for text in strings(found):
            assert not re.search(r"[{}]", text), text
            assert not re.search(r"[\x00-\x1f\x7f]", text), text


def test_json_is_json(plans: list[Plan], book: Rulebook) -> None:
    for plan in plans[::5]:
        text = dump(plan_json(plan, book))
        found = json.loads(text)
        assert text.endswith("}\n")
        assert json.dumps(found, ensure_ascii=False, indent=2) + "\n" == text
        assert "\\u" not in text


def test_the_same_case_gives_the_same_bytes(plans: list[Plan], book: Rulebook) -> None:
    for plan in plans[::5]:
        again = build_plan(plan.case, book, plan.as_of, plan.days)
        assert dump(plan_json(again, book)) == dump(plan_json(plan, book))


# --- the same sentences in every format ---


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def sentences(found: dict[str, Any]) -> Iterator[str]:
    """Yield what the JSON of a plan says and a page must say too."""
    yield found["filing"]["headline"]
    for item in items_of(found):
        yield item["text"]
        yield from filter(None, (item.get("detail"), item.get("url")))
        yield from item.get("substitutes", ())
        for dispute in item.get("disputed", ()):
            yield from (dispute["says"], dispute["why_not"])
    for day in found["dates"]:
        yield from (day["from"], day["label"])
    for source in found["sources"].values():
        yield source["title"]


def table(plan: Plan, book: Rulebook, columns: int) -> str:
    return styled(plan_document(plan, book), columns, colour=True)


def test_pages_say_what_the_json_says(
    plans: list[Plan], objects: list[dict[str, Any]], book: Rulebook
) -> None:
    for plan, found in zip(plans, objects, strict=True):
        page = squeezed(plain_text(plan_document(plan, book), 100))
        for sentence in sentences(found):
            assert squeezed(sentence) in page, (sentence, plan.case)


def test_the_table_says_what_the_plain_page_says(plans: list[Plan], book: Rulebook) -> None:
    for plan in plans[::12]:
        for columns in (100, 40):
            drawn = table(plan, book, columns)
            plain = plain_text(plan_document(plan, book), columns)
            assert "\x1b" not in plain
            assert "\x1b" in drawn
            bare = ESCAPE.sub("", drawn)
            assert [line.rstrip() for line in bare.splitlines()] == plain.splitlines()


def test_the_width_changes_no_word(plans: list[Plan], book: Rulebook) -> None:
    for plan in plans[::6]:
        document = plan_document(plan, book)
        pages = {squeezed(plain_text(document, columns)) for columns in (40, 57, 80, 100, 200)}
        assert len(pages) == 1


def test_the_command_line_gives_the_same(
    yidi: Run, book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yidi_cli.rulebook.opening.open_rulebook", lambda: book)
    for insured, destination in PAIRS.values():
        argv = [
            *("guide", "--from", insured, "--to", destination, "--scheme", "resident"),
            *("--type", "referral", "--care", "outpatient", "--stage", "admitted"),
            *("--filing", "elsewhere", "--format"),
        ]
        found = json.loads(yidi(*argv, "json").out)
        assert yidi(*argv, "json").out == yidi(*argv, "json", columns=30, terminal=True).out
        plain, drawn = yidi(*argv, "plain", columns=100), yidi(*argv, "table", columns=100)
        assert (plain.code, drawn.code) == (0, 0)
        for sentence in sentences(found):
            assert squeezed(sentence) in squeezed(plain.out)
            assert squeezed(sentence) in squeezed(ESCAPE.sub("", drawn.out))
