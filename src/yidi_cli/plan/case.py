"""A case: the answers, and the facts that follow from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidi_cli.base.value import Value
from yidi_cli.plan.match import Facts, holds
from yidi_cli.rulebook.model import DERIVED, UNKNOWN
from yidi_cli.rulebook.region import Exemption

if TYPE_CHECKING:
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.divisions import Place
    from yidi_cli.rulebook.rulebook import Rulebook

CROSS_PROVINCE = "cross-province"
IN_PROVINCE = "in-province"
SAME_REGION = "same-region"
OUTSIDE = "outside-mainland"


class Case(Value, frozen=True):
    """The answers as ids. `insured` and `destination` are the places as they were given.

    A place may be None in a query that does not depend on it; `scope` is then taken as given.
    `open_places` names the places that somebody was asked for and does not know (`insured`,
    `destination`): they are None too, and rules may speak of them with the value `unknown`.
    `type` may be an id, the id of a group, or `unknown`; so may the others be `unknown`.
    """

    insured: Place | None = None
    destination: Place | None = None
    scheme: str = UNKNOWN
    type: str = UNKNOWN
    care: str = UNKNOWN
    disease: str = "none"
    stage: str = "before"
    filing: str = "none"
    situations: tuple[str, ...] = ()
    scope: str = CROSS_PROVINCE
    open_places: tuple[str, ...] = ()


def scope_of(case: Case, book: Rulebook) -> str:
    """Return the scope that follows from the two places, or the case's own without both.

    A destination outside the mainland says enough alone.
    """
    places = book.places
    if case.destination is not None and places.outside(case.destination):
        return OUTSIDE
    if case.insured is None or case.destination is None:
        return case.scope
    return between(case.insured, case.destination, book)


def between(one: Place, other: Place, book: Book) -> str:
    """Return how two places of the mainland stand to each other."""
    places = book.places
    if places.pool(one) == places.pool(other):
        return SAME_REGION
    if places.province(one) == places.province(other):
        return IN_PROVINCE
    return CROSS_PROVINCE


def possible(question_id: str, answer: str, book: Book) -> tuple[str, ...]:
    """Return the values still possible after `answer`: one, a group's, or all but `unknown`.

    They come in the order of the options.
    """
    options = [o for o in book.question(question_id).options if o.id != UNKNOWN]
    if answer in {option.id for option in options}:
        return (answer,)
    members = tuple(option.id for option in options if option.group == answer)
    return members or tuple(option.id for option in options)


def _exemption(
    case: Case, scope: str, facts: dict[str, frozenset[str]], book: Rulebook
) -> Exemption | None:
    """Return the first exemption of the insured place that covers this pair and this case."""
    if case.insured is None:
        return None
    codes = {scope}
    if case.destination is not None:
        codes |= set(book.places.chain(case.destination))
    # A list of codes means places of other provinces: inside one's own, only the scope speaks.
    ways = codes if scope == CROSS_PROVINCE else {scope}
    for region in book.chain(case.insured):
        for exemption in region.exemptions:
            if not ways.isdisjoint(exemption.to) and holds(exemption.when, facts):
                return exemption
    return None


_DEFAULT_EXEMPT = {
    SAME_REGION: ("yes", "current"),
    IN_PROVINCE: (UNKNOWN, "none"),
    CROSS_PROVINCE: ("no", "none"),
    OUTSIDE: ("no", "none"),
}


class Situation(Value, frozen=True):
    """A case with its facts and the exemption that decided `exempt`, if one did."""

    case: Case
    facts: Facts
    exemption: Exemption | None


def derive(case: Case, book: Rulebook) -> Situation:
    """Return all facts of `case` but the route: each dimension with its possible values."""
    scope = scope_of(case, book)
    facts: dict[str, frozenset[str]] = {
        "scope": frozenset({scope}),
        "situation": frozenset(case.situations),
        "insured": _codes("insured", case, book),
        "destination": _codes("destination", case, book),
    }
    answers = {
        "scheme": case.scheme,
        "type": case.type,
        "care": case.care,
        "disease": case.disease,
        "stage": case.stage,
        "filing": case.filing,
    }
    for name, answer in answers.items():
        facts[name] = frozenset(possible(name, answer, book))
    facts["direct"] = frozenset(book.direct.get(disease, "none") for disease in facts["disease"])
    groups = {option.id: option.group for option in book.question("type").options}
    facts["group"] = frozenset(groups[type_id] for type_id in facts["type"])
    exemption = _exemption(case, scope, facts, book)
    value, basis = _DEFAULT_EXEMPT[scope]
    if exemption is not None:
        value, basis = exemption.value, exemption.basis
    facts["exempt"] = frozenset({value})
    facts["exempt-basis"] = frozenset({basis})
    facts["route"] = frozenset(DERIVED["route"])
    facts["visit"] = frozenset(DERIVED["visit"])
    return Situation(case, facts, exemption)


def _codes(name: str, case: Case, book: Rulebook) -> frozenset[str]:
    place = case.insured if name == "insured" else case.destination
    if place is not None:
        return frozenset(book.places.chain(place))
    return frozenset({UNKNOWN}) if name in case.open_places else frozenset()
