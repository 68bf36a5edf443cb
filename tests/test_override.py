"""Which rule speaks: county over city over province over nation, by topic, on a given day."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from tests.conftest import DATA, TODAY
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.case import Case, derive
from yidi_cli.plan.plan import Item, Plan
from yidi_cli.rulebook.bundle import Bundle
from yidi_cli.rulebook.folder import by_section, read_folder
from yidi_cli.rulebook.model import Rule, Source, Validity
from yidi_cli.rulebook.region import Exemption, Region
from yidi_cli.rulebook.rulebook import Rulebook

TOPIC = "test-topic"
COUNTY, CITY, PROVINCE = "510781", "510700", "510000"  # 江油, 绵阳, 四川
OLD = Source(
    id="test-old",
    title="旧",
    issuer="某地",
    tier="local-official",
    status="in-force",
    checked=TODAY,
    issued="2023-01",
)
NEW = msgspec.structs.replace(OLD, id="test-new", title="新", issued="2025-06-01")


def rule(place: str, **fields: object) -> Rule:
    values: dict[str, object] = {
        "id": f"test.{place or 'nation'}",
        "section": "cautions",
        "topic": TOPIC,
        "text": f"{place or 'nation'}。",
        "sources": [{"id": "test-new" if place else "nhsa-2022-22"}],
        "confidence": "high",
        "place": place,
        **fields,
    }
    return msgspec.convert(values, Rule)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_folder(DATA)[0]


def book_with(bundle: Bundle, *rules: Rule, exemptions: tuple[Exemption, ...] = ()) -> Rulebook:
    """Return a rulebook whose 四川 has nothing but these rules, each in the place it names."""

    def at(code: str) -> tuple[Rule, ...]:
        return tuple(r for r in rules if r.place == code)

    cities = tuple(Region(code=code, name=code, rules=at(code)) for code in (CITY, COUNTY))
    sichuan = Region(
        code=PROVINCE,
        name="四川省",
        rules=at(PROVINCE),
        cities=cities,
        sources=(OLD, NEW),
        exemptions=exemptions,
    )
    regions = {**bundle.regions, PROVINCE: sichuan}
    known = (rule for found in bundle.rules.values() for rule in found)
    national = by_section((*known, *at("")))
    return Rulebook(msgspec.structs.replace(bundle, regions=regions, rules=national))


def plan(book: Rulebook, insured: str = COUNTY, to: str = "530100", as_of: date = TODAY) -> Plan:
    places = book.places
    case = Case(places.get(insured), places.get(to), "resident", "referral", "inpatient")
    return build_plan(case, book, as_of)


def shown(built: Plan) -> list[str]:
    ids = [i.id for items in built.sections.values() for i in items]
    return [rule_id for rule_id in ids if rule_id.startswith("test.")]


@pytest.mark.parametrize(
    ("places", "wins"),
    [
        (["", PROVINCE, CITY, COUNTY], COUNTY),
        (["", PROVINCE, CITY], CITY),
        (["", PROVINCE], PROVINCE),
        ([""], "nation"),
    ],
)
def test_the_nearest_place_speaks(bundle: Bundle, places: list[str], wins: str) -> None:
    built = plan(book_with(bundle, *(rule(place) for place in places)))
    assert shown(built) == [f"test.{wins}"]
    replaced = {t.rule: t.by for t in built.trace if t.outcome == "replaced"}
    losers = [f"test.{place or 'nation'}" for place in places[:-1]]
    assert dict.fromkeys(losers, f"test.{wins}").items() <= replaced.items()


def test_the_other_countys_rule_does_not_speak(bundle: Bundle) -> None:
    book = book_with(bundle, rule(COUNTY), rule(PROVINCE))
    assert shown(plan(book, insured=CITY)) == [f"test.{PROVINCE}"]
    assert shown(plan(book, insured="510100")) == [f"test.{PROVINCE}"]
    assert shown(plan(book, insured="500000")) == []


def test_without_a_topic_nothing_is_replaced(bundle: Bundle) -> None:
    book = book_with(bundle, rule("", topic=""), rule(CITY, topic=""))
    assert sorted(shown(plan(book))) == [f"test.{CITY}", "test.nation"]


def test_topics_are_told_apart_by_section(bundle: Bundle) -> None:
    book = book_with(bundle, rule(""), rule(CITY, section="timing"))
    assert sorted(shown(plan(book))) == [f"test.{CITY}", "test.nation"]


def test_a_nearer_rule_that_does_not_apply_replaces_nothing(bundle: Bundle) -> None:
    when = {"type": ["emergency"]}
    assert shown(plan(book_with(bundle, rule(""), rule(CITY, when=when)))) == ["test.nation"]


def test_two_rules_on_one_topic_at_one_level_clash(bundle: Bundle) -> None:
    built = plan(book_with(bundle, rule(CITY), rule(CITY, id="test.second")))
    assert [(t.rule, t.by) for t in built.trace if t.outcome == "clash"] == [
        ("test.second", f"test.{CITY}")
    ]


def test_a_rule_for_those_who_come_speaks_for_the_destination(bundle: Bundle) -> None:
    book = book_with(bundle, rule(CITY, **{"for": "destination"}), rule(""))
    assert sorted(shown(plan(book, insured="530100", to=COUNTY))) == [f"test.{CITY}", "test.nation"]
    assert shown(plan(book)) == ["test.nation"]


@pytest.mark.parametrize(
    ("day", "wins"),
    [
        ("2023-12-31", "nation"),
        ("2024-01-01", CITY),
        ("2025-12-31", CITY),
        ("2026-01-01", "nation"),
    ],
)
def test_a_rule_speaks_in_its_time_only(bundle: Bundle, day: str, wins: str) -> None:
    valid = {"from": date(2024, 1, 1), "to": date(2025, 12, 31)}
    book = book_with(bundle, rule(""), rule(CITY, valid=msgspec.convert(valid, Validity)))
    built = plan(book, as_of=date.fromisoformat(day))
    assert shown(built) == [f"test.{wins}"]
    # The nation's own rules have their times too.
    own = [t for t in built.trace if t.rule.startswith("test.")]
    late = [t.rule for t in own if t.outcome == "not-in-force"]
    assert late == ([f"test.{CITY}"] if wins == "nation" else [])


def item(built: Plan, item_id: str) -> Item:
    return next(i for items in built.sections.values() for i in items if i.id == item_id)


@pytest.mark.parametrize(
    ("sources", "old"),
    [
        (["test-old"], True),
        (["test-new"], False),
        (["test-old", "test-new"], False),
        (["test-old", "nhsa-2022-22"], True),
        (["nhsa-2022-22"], False),
    ],
)
def test_what_rests_on_old_local_texts_is_marked(
    bundle: Bundle, sources: list[str], old: bool
) -> None:
    cited = [{"id": source} for source in sources]
    built = plan(book_with(bundle, rule(CITY, sources=cited)))
    assert item(built, f"test.{CITY}").old is old


def exemption(value: str, basis: str, **fields: object) -> Exemption:
    values: dict[str, object] = {
        "id": "test.exempt",
        "to": ["in-province"],
        "value": value,
        "text": "省内。",
        "sources": [{"id": "test-new"}],
        "confidence": "high",
        "basis": basis,
        **fields,
    }
    return msgspec.convert(values, Exemption)


@pytest.mark.parametrize(
    ("value", "basis", "route", "required"),
    [
        ("yes", "current", "no-filing", "no"),
        ("yes", "old", "confirm-with-insured-place", "unknown"),
        ("partial", "current", "confirm-with-insured-place", "unknown"),
        ("unknown", "none", "confirm-with-insured-place", "unknown"),
        ("no", "current", "file-before-care", "yes"),
    ],
)
def test_the_province_decides_in_the_province(
    bundle: Bundle, value: str, basis: str, route: str, required: str
) -> None:
    built = plan(book_with(bundle, exemptions=(exemption(value, basis),)), to="510100")
    assert (built.filing.route, built.filing.required) == (route, required)
    assert item(built, "test.exempt").old is (basis == "old")


def test_an_exemption_may_be_for_some_care_or_some_places_only(bundle: Bundle) -> None:
    to_yunnan = exemption("yes", "old", to=["530000"], when={"care": ["inpatient"]})
    book = book_with(bundle, exemptions=(to_yunnan,))
    assert plan(book).filing.route == "treated-as-filed"
    assert plan(book, to="520100").filing.route == "file-before-care"
    places = book.places
    outpatient = Case(places.get(CITY), places.get("530100"), "resident", "referral", "outpatient")
    assert derive(outpatient, book).exemption is None


def test_a_city_may_have_sources_of_its_own(bundle: Bundle) -> None:
    book = book_with(bundle, rule(CITY, sources=[{"id": "test-city"}]))
    sichuan = book.region(PROVINCE)
    assert sichuan is not None
    own = msgspec.structs.replace(OLD, id="test-city")
    cities = tuple(msgspec.structs.replace(city, sources=(own,)) for city in sichuan.cities[:1])
    sichuan = msgspec.structs.replace(sichuan, cities=cities)
    regions = {**bundle.regions, PROVINCE: sichuan}
    book = Rulebook(msgspec.structs.replace(bundle, regions=regions))
    assert own in book.sources()
    built = plan(book)
    assert item(built, f"test.{CITY}").old
    assert built.sources["test-city"] == own


def test_sources_of_a_region_are_found_before_it_is_used(bundle: Bundle) -> None:
    book = book_with(bundle)
    assert book.source("test-old") == OLD
    with pytest.raises(KeyError):
        book.source("no-such-source")
