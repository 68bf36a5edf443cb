"""The pages for those who keep the data: numbers against the YAML, charts against a grammar."""

from __future__ import annotations

import html
import itertools
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from tests.conftest import DATA, TODAY, Ran, Run, rulebook
from tests.outcomes import answers_of, read_outcomes
from yidi_cli.plan.answers import Answers, case_of
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.case import IN_PROVINCE, derive
from yidi_cli.plan.decided import decided, rows_of
from yidi_cli.plan.family import build_family, family_case
from yidi_cli.plan.match import Facts, holds, speaks
from yidi_cli.plan.matter import matter_of
from yidi_cli.plan.plan import Outcome
from yidi_cli.plan.selection import match
from yidi_cli.plan.stats import Stats, Usage, age, level, stale, stats, usages
from yidi_cli.render import contract_upkeep
from yidi_cli.render.jsonout import dump
from yidi_cli.render.mermaid import Arrow, Box, Group, chart, fenced, node_id
from yidi_cli.render.upkeep import FIRST, LACKS, stale_document, stats_document, stats_json
from yidi_cli.render.wrap import width
from yidi_cli.rulebook import opening
from yidi_cli.rulebook.book import Book
from yidi_cli.rulebook.bundle import Bundle
from yidi_cli.rulebook.family import LocalFamily
from yidi_cli.rulebook.family_book import FamilyBook
from yidi_cli.rulebook.model import UNKNOWN, Conditions, Source
from yidi_cli.rulebook.region import Region
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.upkeep.graph import Node, completed, flow_graph
from yidi_cli.upkeep.graph_chart import flow_chart
from yidi_cli.upkeep.graph_page import route_word
from yidi_cli.upkeep.paths import count_paths
from yidi_cli.wizard.flow import CHECK, AnswerValue, fold, options_of

WEAK = {"article", "general"}
ORDER = ("official", "local-official", "relay", "article", "general")
EMERGENCY = ("--from", "云阳", "--to", "成都", "--type", "急诊", "--stage", "admitted")
DAUGHTER_IN_LAW = ("--matter", "共济", "--want", "付钱", "--scheme", "职工", "--relation", "儿媳")
MATTERS = ("filing", "family")

# --- the YAML, read by another reader ---------------------------------------------------------


def read(name: str) -> Any:
    import yaml

    # All scalars stay text, as in our own reader.
    return yaml.load((DATA / name).read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)


@cache
def regions() -> list[dict[str, Any]]:
    return [read(f"regions/{path.name}") for path in sorted((DATA / "regions").glob("*.yaml"))]


@cache
def parts() -> list[tuple[str, dict[str, Any]]]:
    """Every region with its level, each city behind its province."""
    found = []
    for region in regions():
        found.append(("nation" if region["code"] == "000000" else "province", region))
        found += [("city", city) for city in region.get("cities", ())]
    return found


@cache
def rules() -> list[tuple[str, str, dict[str, Any]]]:
    """Every rule with its matter and level."""
    found = []
    for path in (DATA / "rules").glob("*.yaml"):
        found += [("filing", "nation", rule) for rule in read(f"rules/{path.name}")]
    found += [("family", "nation", rule) for rule in read("family.yaml")["rules"]]
    for at, part in parts():
        found += [("filing", at, rule) for rule in part.get("rules", ())]
        found += [("family", at, rule) for rule in part.get("family", {}).get("rules", ())]
    return found


@cache
def sources() -> dict[str, dict[str, str]]:
    own = [source for _, part in parts() for source in part.get("sources", ())]
    return {source["id"]: source for source in (*read("sources.yaml"), *own)}


def citing(value: Any) -> Iterator[list[str]]:
    """Yield the ids that anything in a file cites, for each thing that cites."""
    if isinstance(value, list):
        for part in value:
            yield from citing(part)
    elif isinstance(value, dict):
        cited = value.get("sources", ())
        if cited and not any("title" in one for one in cited):
            yield [one["id"] for one in cited]
        for name, part in value.items():
            if name != "sources":
                yield from citing(part)


@cache
def uses() -> Counter[str]:
    """How many statements cite each source."""
    names = ["family.yaml", "decision.yaml", "diseases.yaml", "conflicts.yaml"]
    names += [f"rules/{path.name}" for path in (DATA / "rules").glob("*.yaml")]
    every = [cited for name in names for cited in citing(read(name))]
    every += [cited for region in regions() for cited in citing(region)]
    return Counter(source_id for cited in every for source_id in set(cited))


# --- stats ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def counted() -> Stats:
    return stats(rulebook())


@pytest.fixture(scope="module")
def counts(counted: Stats) -> dict[str, Any]:
    """What `yidi data stats --format json` prints, made once."""
    return json.loads(dump(stats_json(counted, None, (), TODAY, rulebook())))  # type: ignore[no-any-return]


def printed(ran: Ran) -> dict[str, Any]:
    assert (ran.code, ran.err) == (0, "")
    result: dict[str, Any] = json.loads(ran.out)
    return result


def test_rules_are_counted_by_matter_section_and_level(counts: dict[str, Any]) -> None:
    told = counts
    expected = Counter((matter, rule["section"], at) for matter, at, rule in rules())
    found = Counter(
        {
            (one["matter"], one["section"], at): one[at]
            for one in told["rules"]
            for at in ("nation", "province", "city")
        }
    )
    assert +found == expected
    assert told["statements"]["rule"] == len(rules()) == sum(expected.values()) > 1000


def test_sources_are_counted_by_tier_status_and_day(counts: dict[str, Any]) -> None:
    told = counts["sources"]
    assert told["total"] == len(sources())
    tiers = Counter(source["tier"] for source in sources().values())
    assert {tier: n for tier, n in told["tiers"].items() if n} == tiers
    assert list(told["tiers"]) == list(ORDER)
    assert told["statuses"] == Counter(source["status"] for source in sources().values())
    days = Counter(source["checked"] for source in sources().values())
    assert [(one["day"], one["count"]) for one in told["checked"]] == sorted(days.items())
    assert set(told["unused"]) == set(sources()) - set(uses())


def test_conflicts_cases_and_the_rest_are_counted(yidi: Run, counts: dict[str, Any]) -> None:
    told = printed(yidi("data", "stats", "--format", "json"))
    assert told == {**counts, "cases": told["cases"]}
    conflicts = [*read("conflicts.yaml")]
    conflicts += [conflict for _, part in parts() for conflict in part.get("conflicts", ())]
    readings = [reading for conflict in conflicts for reading in conflict["readings"]]
    assert told["conflicts"] == told["statements"]["conflict"] == len(conflicts)
    assert told["readings"] == told["statements"]["reading"] == len(readings)
    assert told["myths"] == sum(reading.get("myth") == "true" for reading in readings) > 10
    assert told["cases"] == sum(len(read(f"cases/{p.name}")) for p in (DATA / "cases").iterdir())
    channels = [c for _, part in parts() for c in part.get("channels", ())]
    family = [c for _, part in parts() for c in part.get("family", {}).get("channels", ())]
    national = read("family.yaml")
    assert told["statements"]["channel"] == len([*channels, *family, *national["channels"]])
    assert told["statements"]["row"] == len([*read("decision.yaml"), *national["decision"]])
    assert told["statements"]["disease"] == len(read("diseases.yaml"))
    for kind in ("hotline", "bureau"):
        assert told["statements"][kind] == sum(kind in part for _, part in parts())


def test_what_is_known_of_each_province_is_counted(counts: dict[str, Any]) -> None:
    told = counts["provinces"]
    found = {one["code"]: one for one in told}
    provinces = {region["code"]: region for region in regions() if region["code"] != "000000"}
    assert found.keys() == provinces.keys()
    for code, region in provinces.items():
        within = [region, *region.get("cities", ())]
        of = {name: [e for part in within for e in part.get(name, ())] for name in NAMED}
        family = [part.get("family", {}) for part in within]
        one = found[code]
        assert one["name"] == region["name"]
        assert one["cities"] == len(region.get("cities", ()))
        assert {name: one[name] for name in NAMED} == {n: len(all_) for n, all_ in of.items()}
        assert one["explicit"] == sum(c["filing"] == "explicit" for c in of["channels"])
        assert one["hotlines"] == sum(bool(p.get("hotline", {}).get("number")) for p in within)
        assert one["bureau"] == ("bureau" in region)
        kinds = ("rules", "channels")
        assert one["family"] == sum(len(part.get(name, ())) for part in family for name in kinds)
        lacks = {
            "channel": not one["explicit"],
            "hotline": not one["hotlines"],
            "bureau": not one["bureau"],
            "rules": not one["rules"],
            "family": not one["family"],
        }
        assert {lack for lack in one["lacks"] if lack != "exemption"} == {
            name for name, lacking in lacks.items() if lacking
        }
    order = [len(one["lacks"]) for one in told]
    assert order == sorted(order, reverse=True)


NAMED = ("channels", "exemptions", "rules", "sources")


def changed(book: Rulebook, **parts: Any) -> Rulebook:
    assert isinstance(book._bundle, Bundle)
    return Rulebook(replace(book._bundle, **parts))


def with_region(book: Rulebook, code: str, **parts: Any) -> Rulebook:
    assert isinstance(book._bundle, Bundle)
    region = replace(book._bundle.regions[code], **parts)
    return changed(book, regions={**book._bundle.regions, code: region})


def lacks_of(book: Rulebook, code: str) -> tuple[str, ...]:
    return next(one.lacks for one in stats(book).provinces if one.code == code)


def test_an_exemption_inside_the_province_is_missed_where_there_can_be_one(book: Rulebook) -> None:
    region = book.region("350000")
    assert region is not None
    assert any(IN_PROVINCE in exemption.to for exemption in region.exemptions)
    before = lacks_of(book, "350000")
    cities = tuple(replace(city, exemptions=()) for city in region.cities)
    bare = with_region(book, "350000", exemptions=(), cities=cities)
    assert set(lacks_of(bare, "350000")) >= {"exemption", *before}
    assert "exemption" not in before
    # All of Beijing is one pooling region.
    assert "exemption" not in lacks_of(with_region(book, "110000", exemptions=()), "110000")


def test_a_province_that_loses_its_content_comes_first(book: Rulebook) -> None:
    full = [one.code for one in stats(book).provinces if not one.lacks]
    code = full[0]
    region = book.region(code)
    assert region is not None
    cited = [source for part in (region, *region.cities) for source in part.sources]
    empty = Region(code=code, name=region.name, sources=tuple(cited))
    assert isinstance(book._bundle, Bundle)
    after = stats(changed(book, regions={**book._bundle.regions, code: empty})).provinces
    assert after[0].code == code
    assert set(after[0].lacks) == set(LACKS)
    bare = tuple(replace(city, family=LocalFamily()) for city in region.cities)
    part = with_region(book, code, family=LocalFamily(), cities=bare)
    assert "family" in lacks_of(part, code)


def test_topics_name_the_places_with_rules_of_their_own(counts: dict[str, Any]) -> None:
    told = counts["topics"]
    found = {(one["matter"], one["section"], one["topic"]): one for one in told}
    national: Counter[tuple[str, str, str]] = Counter()
    local: Counter[tuple[str, str, str]] = Counter()
    for at, part in (("nation", None), *parts()):
        seen = set()
        for matter, where, rule in rules():
            if "topic" not in rule:
                continue
            key = (matter, rule["section"], rule["topic"])
            if part is None and where == at:
                national[key] += 1
            elif part is not None and any(
                rule is own
                for own in (*part.get("rules", ()), *part.get("family", {}).get("rules", ()))
            ):
                seen.add(key)
        local.update(seen)
    assert found.keys() == {*national, *local}
    assert {key: one["nation"] for key, one in found.items()} == {k: national[k] for k in found}
    assert {key: len(one["places"]) for key, one in found.items()} == {k: local[k] for k in found}
    spread = [len(one["places"]) for one in told]
    assert spread == sorted(spread, reverse=True)
    assert spread[0] > 5


def conditional(matter: str) -> Iterator[dict[str, list[str]]]:
    """Yield the conditions of everything that is said in a matter."""
    national = read("family.yaml")
    if matter == "filing":
        yield from (row.get("when", {}) for row in read("decision.yaml"))
    else:
        yield from (one.get("when", {}) for one in (*national["decision"], *national["channels"]))
    yield from (rule.get("when", {}) for of, _, rule in rules() if of == matter)
    for _, part in parts():
        own = part if matter == "filing" else part.get("family", {})
        names = ("channels", "exemptions") if matter == "filing" else ("channels",)
        yield from (one.get("when", {}) for name in names for one in own.get(name, ()))


def test_statements_are_counted_by_the_answers_they_name(counts: dict[str, Any]) -> None:
    told = counts["options"]
    questions = {"filing": read("questions.yaml"), "family": read("family.yaml")["questions"]}
    for matter, all_ in questions.items():
        whens = list(conditional(matter))
        found = {(o["question"], o["option"]): o["count"] for o in told if o["matter"] == matter}
        expected = {}
        for question in all_:
            for option in question.get("options", ()):
                if option["id"] != UNKNOWN:
                    group = option.get("group")
                    expected[question["id"], option["id"]] = sum(
                        option["id"] in when.get(question["id"], ())
                        or (group is not None and group in when.get("group", ()))
                        for when in whens
                    )
        assert {key: n for key, n in found.items() if key[0] != "disease"} == expected
    assert sum(o["question"] == "disease" for o in told) == len(read("diseases.yaml")) + 1


def test_what_rests_on_articles_only_is_named(counts: dict[str, Any], counted: Stats) -> None:
    told = counts["weak"]
    found = {one["id"]: one["tier"] for one in told}
    expected = {}
    named = [rule for _, _, rule in rules() if rule["section"] != "verify"]
    named += [*read("decision.yaml"), *read("diseases.yaml"), *read("conflicts.yaml")]
    national = read("family.yaml")
    named += [*national["decision"], *national["channels"]]
    for _, part in parts():
        named += [e for name in ("channels", "exemptions", "conflicts") for e in part.get(name, ())]
        named += part.get("family", {}).get("channels", ())
        for kind in ("hotline", "bureau"):
            if kind in part:
                named.append({"id": f"{kind}-{part['code']}", **part[kind]})
    for entry in named:
        best = min((sources()[c["id"]]["tier"] for c in entry["sources"]), key=ORDER.index)
        if best in WEAK:
            expected[entry["id"]] = best
    assert found == expected
    assert len(found) == len(told) == len(counted.weak) > 50


def test_the_level_of_a_rule_is_that_of_its_place(book: Rulebook) -> None:
    seen = Counter(level(rule) for part in book.parts() for rule in part.rules)
    assert seen == Counter(at for matter, at, _ in rules() if matter == "filing" and at != "nation")


def test_the_page_says_first_what_to_work_on(yidi: Run, counted: Stats) -> None:
    page = yidi("data", "stats", "--plain", columns=100).out
    heads = [line for line in page.splitlines() if line and not line.startswith((" ", "少"))]
    assert heads[1] == "先做这些"
    work = page[page.index("先做这些") : page.index("规则 · 共")]
    for one in counted.provinces[:FIRST]:
        assert f"{one.name}：缺" in work
    assert f"给 {len(counted.weak)} 条找官方依据" in work
    assert counted.usages[0].source.id in work
    flat = "".join(page.split())
    for one in counted.provinces:
        assert f"{one.name}（{one.code}）" in flat


def test_where_nothing_is_missing_nothing_is_asked_for(book: Rulebook, counted: Stats) -> None:
    full = tuple(replace(one, lacks=()) for one in counted.provinces)
    page = stats_document(replace(counted, provinces=full, weak=()), None, (), TODAY, book)
    assert [entry.text[:6] for entry in page.blocks[0].entries] == ["重新核对来源"]
    assert "cases" not in stats_json(counted, None, (), TODAY, book)


def test_the_ways_through_the_questions_are_counted(
    yidi: Run, book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = replace(book.decision[0], id="never", when={"scope": frozenset({"same-region"})})
    *rows, last = book.decision
    counted = count_paths(changed(book, decision=(*rows, never, last)), TODAY)
    filing, family = counted
    assert family.outcomes == family.rows == len(book.family.decision)
    # The last row is for no answer at all, and what is planted stands behind one that says more.
    assert (filing.outcomes, filing.rows) == (len(rows), len(rows) + 2)
    assert filing.paths > 1_000_000 > family.paths > 1000
    monkeypatch.setattr("yidi_cli.upkeep.paths.count_paths", lambda *_: counted)
    told = printed(yidi("data", "stats", "--paths", "--format", "json"))["paths"]
    assert told == [msgspec.to_builtins(one) for one in counted]
    page = "".join(yidi("data", "stats", "--paths", "--plain", columns=100).out.split("\n"))
    for one in counted:
        assert f"{one.outcomes} 种结论（判定表 {one.rows} 行里用到的）" in page


# --- stale ------------------------------------------------------------------------------------


def aged(book: Rulebook, ages: dict[str, int]) -> Rulebook:
    """Return the book with these national sources last checked so many days before TODAY."""
    assert isinstance(book._bundle, Bundle)

    def older(source: Source) -> Source:
        checked = TODAY - timedelta(ages.get(source.id, 0))
        return replace(source, checked=checked)

    return changed(book, sources=tuple(map(older, book._bundle.sources)))


def test_every_use_of_a_source_is_counted() -> None:
    found = {usage.source.id: len(usage.ids) for usage in usages(rulebook())}
    assert found == {source_id: uses()[source_id] for source_id in sources()}
    counts = list(found.values())
    assert counts == sorted(counts, reverse=True)


def test_a_source_is_stale_once_it_is_older_than_the_days(book: Rulebook) -> None:
    old = aged(book, {"nhsa-2022-22": 181, "web-articles": 180, "scio-2024-09": 400})
    every = usages(old)
    assert {u.source.id for u in stale(every, TODAY, 180)} == {"nhsa-2022-22", "scio-2024-09"}
    assert {u.source.id for u in stale(every, TODAY, 179)} == {
        "nhsa-2022-22",
        "scio-2024-09",
        "web-articles",
    }
    assert [u.source.id for u in stale(every, TODAY, 399)] == ["scio-2024-09"]
    assert stale(every, TODAY, 400) == ()
    first = [u.source.id for u in stale(every, TODAY, 179)]
    assert first == sorted(first, key=lambda i: (-uses()[i], i))
    assert age(old.source("scio-2024-09"), TODAY + timedelta(2)) == 402


def run_with(book: Rulebook, yidi: Run, monkeypatch: pytest.MonkeyPatch, *argv: str) -> Ran:
    monkeypatch.setattr(opening, "open_rulebook", lambda: book)
    return yidi(*argv)


def test_stale_names_who_uses_a_source(
    book: Rulebook, yidi: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = aged(book, {"nhsa-steps-2025-03": 200, "scio-2024-09": 300})
    told = printed(run_with(old, yidi, monkeypatch, "data", "stale", "--format", "json"))
    assert (told["days"], told["total"], told["today"]) == (180, len(sources()), TODAY.isoformat())
    assert [(one["id"], one["age"]) for one in told["stale"]] == [
        ("nhsa-steps-2025-03", 200),
        ("scio-2024-09", 300),
    ]
    for one in told["stale"]:
        explained = printed(yidi("sources", one["id"], "--format", "json"))
        assert one["cited_by"] == explained["cited_by"]
        assert {name: one[name] for name in ("tier", "status", "issuer", "title")} == {
            name: sources()[one["id"]][name] for name in ("tier", "status", "issuer", "title")
        }
        assert one.get("url", "") == sources()[one["id"]].get("url", "")
    page = run_with(old, yidi, monkeypatch, "data", "stale", "--plain").out
    first, second = page.index("nhsa-steps-2025-03"), page.index("scio-2024-09")
    assert first < second
    assert "已 200 天" in page
    assert f"用在 {uses()['scio-2024-09']} 条里" in "".join(page.split("\n    "))
    assert run_with(old, yidi, monkeypatch, "data", "stale", "--days", "250").out.count("已 ") == 1


def test_where_nothing_is_stale_the_day_is_told_from_which_on(yidi: Run) -> None:
    newest = max(date.fromisoformat(source["checked"]) for source in sources().values())
    oldest = min(date.fromisoformat(source["checked"]) for source in sources().values())
    days = (TODAY - oldest).days + 10
    told = yidi("data", "stale", "--days", str(days), "--plain").out
    assert f"{oldest + timedelta(days + 1)} 起才超过 {days} 天" in "".join(told.split("\n"))
    assert newest <= TODAY
    assert printed(yidi("data", "stale", "--days", str(days), "--format", "json"))["stale"] == []


def test_a_source_of_a_region_is_named_with_its_place(book: Rulebook) -> None:
    own = {source["id"]: part["name"] for _, part in parts() for source in part.get("sources", ())}
    every = usages(book)
    assert {u.source.id: u.place for u in every if u.place != "全国"} == own
    page = stale_document(every, every, 0, TODAY, book)
    (block,) = page.blocks
    assert len(block.entries) == len(sources())
    local = next(u for u in every if u.place != "全国")
    told = next(e for e in block.entries if f"编号 {local.source.id}；" in e.subs[0].text)
    assert f"登记在{local.place}" in told.subs[0].text


def test_days_that_cannot_be_are_refused(yidi: Run) -> None:
    for typed in ("-1", "x", "99999999"):
        assert yidi("data", "stale", "--days", typed).code == 2


# --- the flow ---------------------------------------------------------------------------------


def book_of(matter: str) -> Book:
    return rulebook().family if matter == "family" else rulebook()


@cache
def nodes(matter: str) -> tuple[Node, ...]:
    return flow_graph(book_of(matter))


def random_way(book: Book, luck: random.Random) -> Iterator[tuple[str, str, dict[str, Any], Facts]]:
    """Walk the questions with random answers; yield each step with what is known then."""
    answers: dict[str, AnswerValue] = {}
    pools = [pool for pool in book.places.pools() if not book.places.outside(pool)]
    while (question := fold(answers, book).next) is not None:
        value: AnswerValue
        if question.kind == "place":
            near = [pool for pool in pools if pool.parent == "510000"]
            value = luck.choice([luck.choice(pools).code, luck.choice(near).code, UNKNOWN])
        else:
            offered = options_of(question, matter_of(book).facts(answers))
            value = luck.choice(offered).id
            value = (value,) if question.kind == "many" else value
        answers = {**answers, question.id: value}
        behind = fold(answers, book).next
        facts = matter_of(book).facts(answers)
        yield question.id, behind.id if behind is not None else CHECK, answers, facts


def met(when: Conditions, answers: dict[str, Any], facts: Facts) -> bool:
    """Tell whether conditions of a way hold: on an answer as it was given, else on a fact."""
    return all(
        answers[name] in listed if name in answers else holds({name: listed}, facts)
        for name, listed in when.items()
    )


@pytest.mark.parametrize("matter", MATTERS)
def test_each_way_is_taken_just_when_it_says_so(matter: str) -> None:
    book, luck = book_of(matter), random.Random(7)
    taken = set()
    for _ in range(60 if matter == "filing" else 180):
        for at, to, answers, facts in random_way(book, luck):
            ways = {
                way.to: way.when
                for way in next(node for node in nodes(matter) if node.question.id == at).ways
            }
            assert to in ways, (at, to, answers)
            for target, when in ways.items():
                fits = any(met(one, answers, facts) for one in when) or len(ways) == 1
                assert fits == (target == to), (at, to, target, answers)
            taken.add((at, to))
    assert taken == {(n.question.id, way.to) for n in nodes(matter) for way in n.ways}


def test_the_known_ways_of_the_flow() -> None:
    told = {n.question.id: {way.to: way.when for way in n.ways} for n in nodes("filing")}
    assert told["care"]["disease"] == ({"care": frozenset({"chronic"})},)
    assert told["destination"][CHECK] == (
        {"scope": frozenset({"same-region", "outside-mainland"})},
    )
    assert told["situation"] == {CHECK: ()}
    family = {n.question.id: {way.to: way.when for way in n.ways} for n in nodes("family")}
    assert family["scheme"][CHECK] == ({"scheme": frozenset({"resident"})},)
    assert {
        "want": frozenset({"pay-premium"}),
        "member-scheme": frozenset({"employee"}),
    } in family["member-scheme"][CHECK]


@pytest.mark.parametrize("matter", MATTERS)
def test_every_question_option_and_row_is_told(matter: str, yidi: Run) -> None:
    book = book_of(matter)
    told = printed(yidi("data", "graph", "--matter", matter, "--format", "json"))
    listed = read("questions.yaml") if matter == "filing" else read("family.yaml")["questions"]
    table = read("decision.yaml") if matter == "filing" else read("family.yaml")["decision"]
    assert [one["id"] for one in told["questions"]] == [one["id"] for one in listed]
    for one, question in zip(told["questions"], listed, strict=True):
        if question["id"] != "disease":
            options = [option["id"] for option in question.get("options", ())]
            assert [option["id"] for option in one["options"]] == options
        assert one["when"] == {k: sorted(v) for k, v in question.get("when", {}).items()}
        assert one["next"]
    assert [(r["id"], r["route"]) for r in told["rows"]] == [(r["id"], r["route"]) for r in table]
    for one, row in zip(told["rows"], table, strict=True):
        for name in ("when", "unless"):
            assert one[name] == {k: sorted(v) for k, v in row.get(name, {}).items()}
    page = yidi("data", "graph", "--matter", matter, "--plain", columns=100).out
    drawn = parse(yidi("data", "graph", "--matter", matter, "--format", "mermaid").out)
    flat, boxes = "".join(page.split()), drawn.texts()
    for question in book.questions:
        assert f"（{question.id}，{question.flag}）" in flat
        text = boxes[node_id("q", question.id)]
        assert text.startswith(f"{question.name} {question.flag}")
        for option in question.options:
            assert re.search(rf"（{re.escape(option.id)}(?:）|，只在)", flat), option.id
            assert option.name in text
    for row in rows_of(book):
        assert f"{row.id}→" in flat
        assert boxes[node_id("row", row.id)].split("\n")[0] == row.id


# --- one case ---------------------------------------------------------------------------------


def check_decided(answers: Answers, book: Book) -> None:
    """The rows before the one that decides each fail, by what is said to fail and nothing else."""
    found = decided(answers, book, TODAY)
    plan: Outcome
    facts: Facts
    if isinstance(book, Rulebook):
        plan = build_plan(case_of(answers, book), book, TODAY)
        basis = match(derive(case_of(answers, book), book), book, TODAY).row.id
        situation = derive(case_of(answers, book), book)
        facts = situation.facts
        assert found.exemption == situation.exemption
    else:
        assert isinstance(book, FamilyBook)
        plan = build_family(family_case(answers, book), book, TODAY)
        # The deciding row's reason comes first there.
        facts, basis = matter_of(book).facts(answers), plan.sections["basis"][0].id
    assert found.row.id == basis
    assert found.headline in plan.headline
    ids = [one.row.id for one in found.tried]
    assert [*ids, found.row.id] == [r.id for r in rows_of(book)][: len(ids) + 1]
    for one in found.tried:
        assert not speaks(one.row.when, one.row.unless, facts)
        named = {"when": set[str](), "unless": set[str]()}
        for failed in one.failed:
            named[failed.field].add(failed.dimension)
            assert failed.listed == getattr(one.row, failed.field)[failed.dimension]
            assert failed.actual == facts[failed.dimension]
            assert holds({failed.dimension: failed.listed}, facts) == (failed.field == "unless")
        rest = {k: v for k, v in one.row.when.items() if k not in named["when"]}
        barred = {k: v for k, v in one.row.unless.items() if k not in named["unless"]}
        assert one.failed
        assert speaks(rest, barred, facts)
    assert {t.rule for t in plan.trace if t.outcome == "shown"} == {r.id for r in found.rules}
    assert {t.rule for t in plan.trace if t.outcome != "shown"} == {t.rule for t in found.others}


def test_every_row_that_is_tried_fails_as_it_says(book: Rulebook) -> None:
    cases = read_outcomes(book)[::9]
    assert len(cases) > 20
    for case in cases:
        check_decided(answers_of(case), book)
    luck = random.Random(3)
    for _ in range(40):
        *_, last = random_way(book.family, luck)
        check_decided(last[2], book.family)


def test_what_is_open_is_taken_as_not_known(book: Rulebook) -> None:
    live, opened = completed({"insured": "500000", "care": "chronic"}, book)
    assert live["insured"] == "500000"
    assert {name for name, value in live.items() if value == UNKNOWN} == {
        "destination", "scheme", "type", "disease", "stage", "filing",
    }  # fmt: skip
    assert [question.id for question in opened] == [
        "destination", "scheme", "type", "disease", "stage", "filing", "situation",
    ]  # fmt: skip
    same = {"insured": "500000", "destination": "500000"}
    assert completed({**same, "care": "chronic"}, book) == (same, ())


COMPLETE = (
    *("--from", "重庆", "--to", "成都", "--scheme", "职工", "--type", "转诊", "--care", "住院"),
    *("--stage", "before", "--filing", "none"),
)


def test_with_all_answers_it_is_what_the_guide_says(yidi: Run) -> None:
    told = printed(yidi("data", "graph", *COMPLETE, "--format", "json"))["decision"]
    plan = printed(yidi("guide", *COMPLETE, "--no-input", "--format", "json"))
    assert told["assumed"] == ["situation"]
    assert told["route"] == plan["filing"]["route"]
    shown = {one["id"] for one in told["shown"]}
    said = {item["id"] for items in plan["sections"].values() for item in items}
    assert shown <= said
    known = {rule["id"] for _, _, rule in rules()}
    assert shown == said & known
    family = ("--want", "stop", "--from", "重庆", "--to", "贵阳")
    told = printed(yidi("data", "graph", "--matter", "family", *family, "--format", "json"))
    other = printed(yidi("family", *family, "--no-input", "--format", "json"))
    assert told["decision"]["route"] == other["verdict"]["route"]
    said = {item["id"] for items in other["sections"].values() for item in items}
    assert {one["id"] for one in told["decision"]["shown"]} == said & known


def test_the_page_of_a_case_tells_rows_exemption_and_rules(yidi: Run) -> None:
    told = printed(yidi("data", "graph", *EMERGENCY, "--format", "json"))["decision"]
    assert told["row"] == "emergency-cross"
    assert told["exemption"] == "cq.exempt.sichuan"
    assert told["answers"]["insured"] == "500235"
    assert told["assumed"] == ["scheme", "care", "filing", "situation"]
    assert told["tried"][0] == {
        "id": "outside-work-injury",
        "failed": [
            {
                "field": "when",
                "dimension": "scope",
                "listed": ["outside-mainland"],
                "actual": ["cross-province"],
            },
            {"field": "when", "dimension": "situation", "listed": ["work-injury"], "actual": []},
        ],
    }
    assert told["hidden"]
    page = yidi("data", "graph", *EMERGENCY, "--plain", columns=100).out
    flat = "".join(page.split())
    order = [f"{one['id']}：" for one in told["tried"]]
    order += [f"{told['row']}→", f"用到的免备案规定：{told['exemption']}"]
    order += [f"{one['id']}（" for one in (*told["shown"], *told["hidden"])]
    at = 0
    for word in order:
        at = flat.index(word, at)
    assert "范围：要「港澳台及境外」，实际「跨省」；特殊情况：要「工伤」，实际「没有」" in flat
    assert "险种：没写，按说不准算" in flat
    assert "备案类型：不能是「异地急诊抢救人员」，实际「异地急诊抢救人员」" in flat


def test_the_table_is_that_of_the_day(yidi: Run, book: Rulebook) -> None:
    day = date(2023, 6, 1)
    then, argv = book.on(day), ("--as-of", day.isoformat())
    assert [row.id for row in then.family.decision] != [row.id for row in book.family.decision]
    for matter, of in (("filing", then), ("family", then.family)):
        ran = yidi("data", "graph", "--matter", matter, *argv, "--format", "json")
        told = json.loads(ran.out)
        assert told["as_of"] == day.isoformat()
        assert [row["id"] for row in told["rows"]] == [row.id for row in rows_of(of)]
    ran = yidi("data", "graph", *EMERGENCY, *argv, "--format", "json")
    told = json.loads(ran.out)["decision"]
    plan = build_plan(case_of({**told["answers"], "situation": ()}, then), then, day)
    shown = [one["id"] for one in told["shown"]]
    assert shown == [t.rule for t in plan.trace if t.outcome == "shown"]
    assert yidi("data", "graph", "--as-of", "2022-12-31").code == 2


def test_a_situation_that_is_named_counts(yidi: Run) -> None:
    argv = ("data", "graph", *COMPLETE, "--situation", "工伤", "--format", "json")
    told = printed(yidi(*argv))["decision"]
    assert (told["row"], told["assumed"]) == ("work-injury", [])
    assert told["answers"]["situation"] == ["work-injury"]


# --- Mermaid ----------------------------------------------------------------------------------

ID = r"[A-Za-z][A-Za-z0-9_]*"
TEXT = r'"(?P<text>[^"\n]*)"'
BOX = re.compile(rf"(?P<id>{ID})(?P<left>\[|\(\[|\{{\{{){TEXT}(?P<right>\]|\]\)|\}}\}})")
ARROW = re.compile(rf"(?P<start>{ID}) (?P<line>-->|-\.->)(?:\|{TEXT}\|)? (?P<end>{ID})")
GROUP = re.compile(rf"subgraph (?P<id>{ID})\[{TEXT}\]")
PAIRS = {"[": "]", "([": "])", "{{": "}}"}
# What Mermaid draws unless its settings say otherwise.
MOST_TEXT, MOST_ARROWS = 50_000, 500


@dataclass
class Drawn:
    """A chart as it was parsed."""

    boxes: dict[str, str]
    groups: dict[str, str]
    arrows: list[tuple[str, str, str]]
    lines: int

    def texts(self) -> dict[str, str]:
        return {**self.boxes, **self.groups}


def plain(text: str) -> str:
    """Undo the escapes; what is left must be text and line breaks."""
    assert not re.search(r"[<>&`]", text.replace("<br/>", "")), text
    assert not re.search(r"#(?!\d+;)", text), text
    entities = re.sub(r"#(\d+);", r"&#\1;", text.replace("<br/>", "\n"))
    return html.unescape(entities)


def parse(chart: str) -> Drawn:
    """Parse a chart by a small grammar; every line has to fit it."""
    first, *lines = chart.splitlines()
    assert first == "flowchart TD"
    assert chart.endswith("\n")
    assert len(chart) < MOST_TEXT
    found = Drawn({}, {}, [], len(lines))
    depth = 0
    for line in lines:
        text = line.strip()
        if box := BOX.fullmatch(text):
            assert PAIRS[box["left"]] == box["right"], line
            assert box["id"] not in found.texts(), line
            found.boxes[box["id"]] = plain(box["text"])
        elif group := GROUP.fullmatch(text):
            depth += 1
            assert depth == 1, line
            assert group["id"] not in found.texts(), line
            found.groups[group["id"]] = plain(group["text"])
        elif arrow := ARROW.fullmatch(text):
            assert depth == 0, line
            found.arrows.append((arrow["start"], arrow["end"], plain(arrow["text"] or "")))
        else:
            assert text == "end", line
            assert depth == 1, line
            depth -= 1
    assert depth == 0
    assert len(found.arrows) < MOST_ARROWS
    known = found.texts()
    # A word that Mermaid reads as its own cannot be a box.
    assert not {"end", "graph", "subgraph", "style", "class", "click"} & known.keys()
    for start, end, _ in found.arrows:
        assert start in known, start
        assert end in known, end
    return found


def test_the_flow_is_drawn_as_it_is(yidi: Run) -> None:
    for matter in MATTERS:
        drawn = parse(yidi("data", "graph", "--matter", matter, "--format", "mermaid").out)
        ways = {
            (node_id("q", node.question.id), node_id("q", way.to) if way.to else "done")
            for node in nodes(matter)
            for way in node.ways
        }
        assert ways == {(a, b) for a, b, _ in drawn.arrows if a.startswith("q_")}
        rows = [node_id("row", row.id) for row in rows_of(book_of(matter))]
        chain = [("done", rows[0]), *itertools.pairwise(rows)]
        assert [(a, b) for a, b, _ in drawn.arrows if b in rows] == chain
        for row in rows_of(book_of(matter)):
            last = drawn.boxes[node_id("row", row.id)].split("\n")[-1]
            assert last == f"→ {route_word(row.route, book_of(matter))}"
    labels = {(a, b): label for a, b, label in drawn.arrows}
    assert labels["q_scheme", "done"] == "您的医保：居民医保"
    assert labels["q_member", "done"] == ""


@pytest.mark.parametrize("argv", [EMERGENCY, DAUGHTER_IN_LAW, ("--from", "绵阳", "--to", "江油")])
def test_a_case_is_drawn_as_it_is_decided(argv: Sequence[str], yidi: Run) -> None:
    told = printed(yidi("data", "graph", *argv, "--format", "json"))["decision"]
    drawn = parse(yidi("data", "graph", *argv, "--format", "mermaid").out)
    rows = [node_id("row", name) for name in (*(t["id"] for t in told["tried"]), told["row"])]
    chain = [("answers", "facts"), ("facts", rows[0]), *itertools.pairwise(rows)]
    chain.append((rows[-1], node_id("to", told["route"])))
    solid = [(a, b) for a, b, _ in drawn.arrows]
    assert solid[: len(chain)] == chain
    for one in (*told["shown"], *told["hidden"]):
        assert drawn.boxes[node_id("rule", one["id"])] == one["id"]
    for one in told["hidden"]:
        pair = (node_id("rule", one["id"]), node_id("rule", one["by"]))
        assert pair in solid
    failed = {a: label for a, b, label in drawn.arrows if a in rows[:-1]}
    assert all(failed.values())
    assert len(failed) == len(told["tried"])


NASTY = 'a "b" [c] {d} (e) |f| #quot; <script>&amp; `md` \\ ; %% -->\nend\x1b[31m\u202e'


def test_any_text_is_drawn_as_it_is() -> None:
    group = Group("g", NASTY, (Box("b", (NASTY, "", "第二行"), "round"),))
    drawn = parse(chart([Box("a", (NASTY,), "choice"), group], [Arrow("a", "b", NASTY, True)]))
    seen = NASTY.replace("\n", " ").replace("\x1b", "").replace("\u202e", "")
    assert drawn.boxes == {"a": seen, "b": f"{seen}\n第二行"}
    assert drawn.groups == {"g": seen}
    assert drawn.arrows == [("a", "b", seen)]


def test_names_of_boxes_are_safe_and_told_apart() -> None:
    names = ["a-b", "a.b", "a_b", "ab", "end", "甲", "a--b", "a b", "", "A-b", 'x"]', "o_x2e_"]
    ids = [node_id("row", name) for name in names]
    assert len(set(ids)) == len(names)
    assert all(re.fullmatch(ID, found) for found in ids)
    assert ids == [node_id("row", name) for name in names]
    assert node_id("row", "emergency-cross") == "row_emergency_cross"


def test_the_real_ids_are_told_apart(book: Rulebook) -> None:
    for rows in (book.decision, book.family.decision):
        ids = [node_id("row", row.id) for row in rows]
        assert len(set(ids)) == len(ids)


def test_a_chart_that_is_broken_is_noticed() -> None:
    good = flow_chart(nodes("family"), book_of("family"))
    parse(good)
    for old, new in (
        ("    end\n", ""),
        ("q_want{{", "q_want{"),
        ("row_family_stop[", "row_family stop["),
        ('done(["', 'done(["a"b'),
        ("--> done", "--> nowhere"),
        ("<br/>", "<b>"),
    ):
        assert old in good
        with pytest.raises(AssertionError):
            parse(good.replace(old, new, 1))


# --- files, formats, words --------------------------------------------------------------------


def test_a_chart_is_saved(yidi: Run, tmp_path: Path) -> None:
    told = yidi("data", "graph", "--matter", "family", "--format", "mermaid").out
    plain_file, fence, text = (tmp_path / name for name in ("a.mmd", "流程.md", "b.txt"))
    for file, extra in ((plain_file, ()), (fence, ("--format", "mermaid"))):
        argv = ("data", "graph", "--matter", "family", "-o", str(file), *extra)
        ran = yidi(*argv)
        assert (ran.code, ran.out, ran.err) == (0, "", f"已保存到 {file}。\n")
        assert yidi(*argv).code == 2
        assert yidi(*argv, "--force").code == 0
    assert plain_file.read_text("utf-8") == told
    title, rest = fence.read_text("utf-8").split("\n\n```mermaid\n")
    assert title.startswith("# ")
    assert rest == f"{told}```\n"
    assert fenced("a\x1bb", "x\n") == "# ab\n\n```mermaid\nx\n```\n"
    yidi("data", "graph", "--matter", "family", "-o", str(text))
    assert "flowchart" not in text.read_text("utf-8")
    assert "family-no-account" in text.read_text("utf-8")


def test_what_does_not_fit_is_refused(yidi: Run) -> None:
    for argv, word in (
        (("--matter", "x"), "filing（备案）"),
        (("--want", "stop"), "--want 要和 --matter family 一起用"),
        (("--matter", "family", "--care", "住院"), "--care 要和 --matter filing 一起用"),
        (("--format", "svg"), "mermaid"),
        (("--format", "ics"), "mermaid"),
        (("--from", "火星"), "火星"),
        (("--type", "闲逛", "--to", "成都"), "--type"),
    ):
        ran = yidi("data", "graph", *argv)
        assert (ran.code, ran.out) == (2, "")
        assert word in ran.err, ran.err


PAGES = (
    ("stats",),
    ("stale", "--days", "0"),
    ("graph",),
    ("graph", "--matter", "family"),
    ("graph", *EMERGENCY),
    ("graph", *DAUGHTER_IN_LAW),
)


@pytest.mark.parametrize("columns", [100, 40])
def test_pages_keep_to_the_width(
    columns: int, book: Rulebook, yidi: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = aged(book, {source.id: 1 for source in book.sources()})
    monkeypatch.setattr(opening, "open_rulebook", lambda: old)
    for argv in PAGES:
        page = yidi("data", *argv, "--plain", columns=columns)
        assert page.code == 0
        lines = page.out.splitlines()
        # Ids and addresses are cut nowhere; they stand alone in their line if need be.
        wide = [line for line in lines if width(line) > columns]
        assert not wide, wide
        assert len(lines) > 10


@pytest.mark.parametrize("argv", PAGES, ids=" ".join)
def test_every_format_is_written(
    argv: Sequence[str], book: Rulebook, yidi: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = aged(book, {"nhsa-2022-22": 30, "web-articles": 40})
    for style in ("table", "chat", "md", "html"):
        ran = run_with(old, yidi, monkeypatch, "data", *argv, "--format", style)
        assert (ran.code, ran.err) == (0, ""), style
        assert len(ran.out) > 300


def test_the_chinese_names_do_the_same(yidi: Run) -> None:
    for name, alias, *rest in (
        ("stats", "统计", "--help"),
        ("stale", "过期", "--plain"),
        ("graph", "图", *DAUGHTER_IN_LAW),
    ):
        ran = yidi("data", name, *rest)
        assert (ran.code, yidi("数据", alias, *rest).out) == (0, ran.out)
        assert ran.out


def closed(schema: Any) -> Any:
    """Return a schema in which no object may have a field that is not named."""
    if isinstance(schema, dict):
        own = {name: closed(part) for name, part in schema.items()}
        return {**own, "additionalProperties": False} if "properties" in own else own
    return [closed(part) for part in schema] if isinstance(schema, list) else schema


def test_the_json_is_as_published(
    book: Rulebook, yidi: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = aged(book, {source.id: 400 for source in book.sources()})
    shapes = {
        "data-stats": contract_upkeep.StatsObject,
        "data-stale": contract_upkeep.StaleObject,
        "data-graph": contract_upkeep.GraphObject,
    }
    seen = Counter[str]()
    for argv in PAGES:
        told = printed(run_with(old, yidi, monkeypatch, "data", *argv, "--format", "json"))
        schema = closed(msgspec.json.schema(shapes[told["query"]]))
        faults = list(Draft202012Validator(schema).iter_errors(told))
        assert not faults, faults[0].message
        seen[told["query"]] += 1
    assert seen == {"data-stats": 1, "data-stale": 1, "data-graph": 4}


def test_stale_reads_the_clock_of_the_environment(yidi: Run, book: Rulebook) -> None:
    told = printed(yidi("data", "stale", "--days", "0", "--format", "json"))
    expected = {i for i, s in sources().items() if date.fromisoformat(s["checked"]) < TODAY}
    assert {one["id"] for one in told["stale"]} == expected
    later = [Usage(book.source(i), "", ()) for i in sources()]
    assert len(stale(later, date(2099, 1, 1), 1000)) == len(sources())
