"""Every path: all that can be answered, in every kind of pair of places, ends in a complete plan.

The paths are those of `upkeep/audit`, which looks at all of them at once; `tests/test_audit.py`
holds that they are what the program does. Two kinds of pairs are walked case by case as well.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

from tests.conftest import TODAY
from tests.test_audit import paths_of
from yidi_cli.plan.answers import case_of
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.case import Case, derive
from yidi_cli.plan.match import may_hold
from yidi_cli.plan.selection import match
from yidi_cli.plan.statements import every_statement
from yidi_cli.rulebook.model import (
    DERIVED,
    PLACEHOLDERS,
    PLACES,
    UNKNOWN,
    Conditions,
    Option,
    Rule,
)
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.upkeep.checks import (
    clashes,
    lacking,
    undecided,
    unfired,
    unnamed_ways,
    unreached,
    unused_exemptions,
    without_channel,
)
from yidi_cli.upkeep.options import indifferent, unasked, unoffered
from yidi_cli.upkeep.places import every_place
from yidi_cli.upkeep.subject import NEEDED as NEEDED
from yidi_cli.wizard.flow import fold

# One pair for each way in which places can stand to each other.
PAIRS = {
    "cross-province": ("湖州", "昆明"),
    "cross-province to a place filed by province": ("合肥", "上海"),
    "cross-province, 京津冀": ("石家庄", "北京"),
    "cross-province, 川渝": ("重庆", "成都"),
    "cross-province, 兵团 and 新疆": ("石河子", "乌鲁木齐"),
    "in-province, unknown": ("太原", "大同"),
    "in-province, once exempt": ("石家庄", "保定"),
    "in-province, exempt by a current text": ("厦门", "福州"),
    "in-province, partly": ("长春", "吉林市"),
    "in-province, not exempt": ("南京", "徐州"),
    "in-province, not exempt by a current text": ("佛山", "广州"),
    "same region": ("绵阳", "江油"),
    "same region, a municipality": ("重庆", "万州"),
    "outside the mainland": ("福州", "台湾"),
}
# The same where a place is not known, which JSON shows as null.
OPEN_PAIRS = {
    "nobody knows where to": ("湖州", UNKNOWN),
    "nobody knows where insured": (UNKNOWN, "昆明"),
    "neither place known": (UNKNOWN, UNKNOWN),
}
ALL_PAIRS = {**PAIRS, **OPEN_PAIRS}
TYPES = ("long-term", "temporary")


def place(name: str, book: Rulebook) -> object:
    if name == UNKNOWN:
        return None
    found = book.places.find(name)
    return found.place  # type: ignore[union-attr]


def opened(*places: object) -> tuple[str, ...]:
    """Name the places that are None: in these tests, those that somebody does not know."""
    return tuple(name for name, found in zip(PLACES, places, strict=True) if found is None)


def conditions(book: Rulebook) -> Iterator[Conditions]:
    for row in book.decision:
        yield from (row.when, row.unless)
    for rule in all_rules(book):
        yield from (rule.when, rule.unless)
    for part in book.parts():
        yield from (channel.when for channel in part.channels)
        yield from (exemption.when for exemption in part.exemptions)
    for question in book.questions:
        yield from (question.when, question.unless)
        for option in question.options:
            yield from (option.when, option.unless)


def all_rules(book: Rulebook) -> Iterator[Rule]:
    yield from book.rules
    for part in book.parts():
        yield from part.rules


def folded(dimension: str, book: Rulebook) -> list[str]:
    """Return one value for each class of values that no condition tells apart."""
    lists = [c[dimension] for c in conditions(book) if dimension in c]
    if dimension == "disease":
        # Some rules tell diseases apart only by whether they settle across provinces.
        lists.append(frozenset(disease.id for disease in book.diseases if disease.direct))
    classes: dict[tuple[bool, ...], str] = {}
    for option in book.question(dimension).options:
        if option.id != UNKNOWN:
            classes.setdefault(tuple(option.id in listed for listed in lists), option.id)
    return [*classes.values(), UNKNOWN]


def cases(pair: tuple[str, str], book: Rulebook, **fixed: Iterable[str]) -> Iterator[Case]:
    values = {name: folded(name, book) for name in ("scheme", "type", "care", "stage", "filing")}
    values["type"] = [*values["type"], *TYPES]
    values.update({name: list(chosen) for name, chosen in fixed.items()})
    insured, destination = (place(name, book) for name in pair)
    diseases = folded("disease", book)
    for combination in itertools.product(*values.values()):
        answers = dict(zip(values, combination, strict=True))
        for disease in diseases if answers["care"] == "chronic" else ["none"]:
            yield Case(
                insured,  # type: ignore[arg-type]
                destination,  # type: ignore[arg-type]
                disease=disease,
                open_places=opened(insured, destination),
                **answers,  # type: ignore[arg-type]
            )


def check(case: Case, book: Rulebook) -> None:
    """Match one case: its plan is complete, and no two rules are in each other's way."""
    found = match(derive(case, book), book, TODAY)
    sections = {rule.section for rule in found.rules}
    lacking = [name for name in NEEDED if name not in sections]
    assert not lacking, (lacking, found.row.id, case)
    clashes = [(t.rule, t.by) for t in found.trace if t.outcome == "clash"]
    assert not clashes, (clashes, case)


@pytest.mark.parametrize("kind", ["cross-province", "in-province, unknown"])
def test_every_case_has_a_complete_plan(kind: str, book: Rulebook) -> None:
    for case in cases(ALL_PAIRS[kind], book):
        check(case, book)


def test_every_path_ends_in_a_complete_plan() -> None:
    lacks = [(section, route, t.command) for section, route, t in lacking(paths_of("guide"))]
    assert lacks == []
    assert [(route, t.command) for route, _, t in without_channel(paths_of("guide"))] == []


def test_no_two_rules_are_in_each_others_way() -> None:
    found = [(one.id, other.id, t.command) for (one, other), t in clashes(paths_of("guide"))]
    assert found == []


@pytest.mark.parametrize("kind", ALL_PAIRS)
def test_each_kind_of_pair_is_among_the_paths(kind: str, book: Rulebook) -> None:
    """With every situation alone in every case, and with those that can come together."""
    names = [place(name, book) for name in ALL_PAIRS[kind]]
    answers = {
        side: found.code if found is not None else UNKNOWN  # type: ignore[attr-defined]
        for side, found in zip(PLACES, names, strict=True)
    }
    facts = derive(case_of(answers, book), book).facts
    grounds = [
        ground
        for ground in paths_of("guide").grounds
        if ground.facts["scope"] == facts["scope"] and set(answers) == set(ground.pairs[0].answers)
    ]
    assert grounds
    for ground in grounds:
        for option in book.question("situation").options:
            assert ground.settings[frozenset({option.id})] == ground.space.full
        together = Counter(len(chosen) for chosen in ground.settings)
        if kind.startswith(("cross", "in-")):
            assert together[2] > 150
            assert together[3] > 500


def meet(options: Iterable[Option], case: Case, book: Rulebook) -> bool:
    """Tell whether the wizard may offer all these situations in a case."""
    facts = derive(case, book).facts
    return all(may_hold(option.when, option.unless, facts) for option in options)


def test_every_pool_has_a_complete_plan(book: Rulebook) -> None:
    assert list(every_place(paths_of("guide").subject)) == []


def place_of(code: str, book: Rulebook) -> object:
    return None if code == UNKNOWN else book.places.get(code)


def directed(rule: Rule, book: Rulebook, code: str) -> Iterator[Case]:
    """Yield cases that meet the rule's own conditions, others varied a little."""
    here = book.places.get(code) if code else place("湖州", book)
    pairs = [(here, place(b, book)) for b in ("昆明", "成都", "上海", "北京", "台湾", "石家庄")]
    pools = book.places.pools()
    province = book.places.province(here).code  # type: ignore[arg-type]
    mine = [p for p in pools if book.places.province(p).code == province]
    if book.places.pool(here) is None:  # type: ignore[arg-type]
        pairs = [(mine[0], b) for _, b in pairs]
        here = mine[0]
    pairs += [(here, p) for p in mine[:2]]
    if not code:
        pairs += [(place(a, book), place(b, book)) for a, b in ALL_PAIRS.values()]
    if rule.for_ == "destination":
        pairs = [(place("湖州", book), here), *((p, here) for p in mine)]
    wanted = rule.when
    pairs += [(here, place_of(code, book)) for code in wanted.get("destination", ())]
    pairs = [
        (place_of(code, book), b) for code in wanted.get("insured", ()) for _, b in pairs
    ] or pairs
    defaults = {
        "scheme": ["employee"],
        "type": ["long-term-residence", "other-temporary", "emergency", UNKNOWN],
        "care": ["inpatient", "chronic", UNKNOWN],
        "disease": ["none", UNKNOWN],
        "stage": ["before", "admitted", "discharged"],
        "filing": ["none", "active", "elsewhere", "expired"],
    }
    choices = {name: list(wanted.get(name, values)) for name, values in defaults.items()}
    if "direct" in wanted:
        settling = {disease.direct: disease.id for disease in book.diseases}
        choices["disease"] = [settling[value == "yes"] for value in wanted["direct"]]
    if "group" in wanted:
        # An open group is a type that is not known at all; a known one may be all that is known.
        choices["type"] = [*choices["type"], *wanted["group"], "referral", "work-assignment"]
    situations: list[tuple[str, ...]] = [(name,) for name in sorted(wanted.get("situation", ()))]
    if "not-covered" in wanted.get("route", ()) and not situations:
        situations = [("work-injury",), ("third-party",)]
    situations = situations or [()]
    for values in itertools.product(*choices.values()):
        answers = dict(zip(choices, values, strict=True))
        for (insured, destination), chosen in itertools.product(pairs, situations):
            yield Case(
                insured,  # type: ignore[arg-type]
                destination,  # type: ignore[arg-type]
                situations=chosen,
                open_places=opened(insured, destination),
                **answers,
            )


def test_every_rule_and_channel_and_exemption_is_reached() -> None:
    paths = paths_of("guide")
    assert len(paths.subject.all_rules) > 1000
    assert [rule.id for rule, _ in unreached(paths)] == []
    assert [way.id for way in unnamed_ways(paths)] == []
    assert unused_exemptions(paths) == []


def test_every_conflict_is_met_where_its_matter_is(book: Rulebook) -> None:
    statements = [said.statement for said in every_statement(book)]
    rules = [statement for statement in statements if isinstance(statement, Rule)]
    named = {reading for rule in rules for reading in rule.disputed}
    for conflict in book.conflicts():
        assert named & {reading.id for reading in conflict.readings}, conflict.id


def test_every_row_of_the_decision_table_is_reached() -> None:
    assert list(unfired(paths_of("guide"))) == []
    # The last row is what a table must end with; no case that can be answered falls through to it.
    assert not undecided(paths_of("guide"))


def mentions(book: Rulebook, dimension: str, value: str) -> bool:
    return any(value in c.get(dimension, ()) for c in conditions(book))


def test_every_option_changes_something(book: Rulebook) -> None:
    texts = "".join(rule.text + rule.detail for rule in all_rules(book))
    texts += "".join(row.headline for row in book.decision)
    for question in book.questions:
        for option in question.options:
            named = mentions(book, question.id, option.id)
            grouped = bool(option.group) and mentions(book, "group", option.group)
            spoken = question.id in PLACEHOLDERS and f"{{{question.id}}}" in texts
            assert named or grouped or spoken, (question.id, option.id)


def test_every_question_is_asked_and_every_option_told_apart() -> None:
    paths = paths_of("guide")
    assert unasked(paths) == []
    assert list(unoffered(paths)) == []
    assert list(indifferent(paths)) == []


def test_derived_values_are_all_used(book: Rulebook) -> None:
    for dimension, values in DERIVED.items():
        if dimension != "exempt-basis":  # told apart by what is not current
            told = [value for value in values if value != "none"]
            assert all(mentions(book, dimension, value) for value in told), dimension


def test_the_same_case_gives_the_same_plan(book: Rulebook) -> None:
    case = next(cases(PAIRS["cross-province"], book))
    assert build_plan(case, book, TODAY) == build_plan(case, book, TODAY)


def test_the_wizard_ends_early_where_nothing_hangs_on_more(book: Rulebook) -> None:
    for kind in ("same region", "outside the mainland"):
        insured, destination = (place(name, book) for name in PAIRS[kind])
        answers = {"insured": insured.code, "destination": destination.code}  # type: ignore[attr-defined]
        assert fold(answers, book).next is None
