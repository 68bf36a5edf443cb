"""Family mutual aid: from the answers to a plan, on the same rules of matching as filing. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from yidi_cli.base.value import Value
from yidi_cli.plan.build import dates_of, item_of
from yidi_cli.plan.case import between, possible
from yidi_cli.plan.channels import contacts, title
from yidi_cli.plan.match import Facts, speaks
from yidi_cli.plan.plan import Days, Item, Outcome, Traced, cited
from yidi_cli.plan.selection import decide, select, sole
from yidi_cli.plan.words import CommonWords
from yidi_cli.rulebook.family import (
    DERIVED,
    PLACES,
    SECTIONS,
    FamilyChannel,
    FamilyRoute,
    FamilyRow,
    Possible,
)
from yidi_cli.rulebook.model import UNKNOWN, Conditions, Rule

if TYPE_CHECKING:
    from yidi_cli.plan.answers import Answers
    from yidi_cli.rulebook.divisions import Place
    from yidi_cli.rulebook.family_book import FamilyBook

LOOK = "在这里找「个人账户家庭共济」。没有这一项，就换上面的渠道。"
_LAST_KINDS = ("window", "phone")


class FamilyCase(Value, frozen=True):
    """The answers as ids: `insured` and `scheme` are the account owner's, `member` (the place where
    they are insured) and `member_scheme` those of the one who uses it.

    `relation` says what the user is to the owner. `open_places` names the places that somebody was
    asked for and does not know. `scope` is taken as given where a place is not known.
    """

    want: str = UNKNOWN
    insured: Place | None = None
    scheme: str = UNKNOWN
    relation: str = UNKNOWN
    member_scheme: str = UNKNOWN
    member: Place | None = None
    scope: str = UNKNOWN
    open_places: tuple[str, ...] = ()


class Verdict(Value, frozen=True):
    """Whether what is wanted can be done, and by which route; `headline` is the bottom line."""

    possible: Possible
    route: FamilyRoute
    headline: str


class FamilyPlan(Outcome, frozen=True, kw_only=True):
    """The answer to a case of family mutual aid."""

    case: FamilyCase
    verdict: Verdict

    @property
    def headline(self) -> str:
        """The bottom line, in a sentence or two."""
        return self.verdict.headline


class FamilyWords(CommonWords):
    """Fills placeholders for a case of family mutual aid."""

    open_words: Mapping[str, str] = {"insured": "参保地", "member": "家人的参保地"}
    _case: FamilyCase

    def __init__(self, case: FamilyCase, book: FamilyBook) -> None:
        super().__init__(case, book)

    def _word(self, name: str) -> str:
        if name == "member":
            return self._place(self._case.member, name)
        if name == "relation":
            known = self._case.relation != UNKNOWN
            named = known and self._book.answer_name("relation", self._case.relation)
            return named or "家人"
        return super()._word(name)


def family_case(answers: Answers, book: FamilyBook) -> FamilyCase:
    """Return the case that `answers` (ids) describe; what is not answered stays unknown."""

    def one(name: str) -> str:
        value = answers.get(name, UNKNOWN)
        return value if isinstance(value, str) else UNKNOWN

    def place(name: str) -> Place | None:
        return book.places.get(one(name)) if one(name) != UNKNOWN else None

    return FamilyCase(
        want=one("want"),
        insured=place("insured"),
        scheme=one("scheme"),
        relation=one("relation"),
        member_scheme=one("member-scheme"),
        member=place("member"),
        open_places=tuple(name for name in PLACES if answers.get(name) == UNKNOWN),
    )


def family_facts(case: FamilyCase, book: FamilyBook) -> dict[str, frozenset[str]]:
    """Return all facts of `case` but the route: each dimension with its possible values."""
    answers = {
        "want": case.want,
        "scheme": case.scheme,
        "relation": case.relation,
        "member-scheme": case.member_scheme,
    }
    facts = {name: frozenset(possible(name, value, book)) for name, value in answers.items()}
    for name, place in (("insured", case.insured), ("member", case.member)):
        if place is not None:
            facts[name] = frozenset(book.places.chain(place))
        else:
            facts[name] = frozenset({UNKNOWN}) if name in case.open_places else frozenset()
    scope = family_scope(case, book)
    facts["scope"] = frozenset(DERIVED["scope"] if scope == UNKNOWN else (scope,))
    facts["route"] = frozenset(DERIVED["route"])
    return facts


def family_scope(case: FamilyCase, book: FamilyBook) -> str:
    """Return how the two places stand to each other, the case's own scope without both."""
    if case.insured is None or case.member is None:
        return case.scope
    return between(case.insured, case.member, book)


def family_route(facts: dict[str, frozenset[str]], book: FamilyBook) -> Facts:
    """Return `facts` with the route that the decision table gives."""
    return {**facts, "route": frozenset({decide(facts, book.decision).route})}


class FamilyMatched(Value, frozen=True):
    """What speaks in a case: the deciding row, the rules that are shown, and the trace."""

    facts: Facts
    row: FamilyRow
    rules: tuple[Rule, ...]
    trace: tuple[Traced, ...]


def family_match(
    case: FamilyCase, book: FamilyBook, as_of: date, sections: Collection[str] = SECTIONS
) -> FamilyMatched:
    """Return the rules of `sections` that are shown for a case on a day, in the page's order."""
    facts = family_facts(case, book)
    row = decide(facts, book.decision)
    facts["route"] = frozenset({row.route})
    candidates = (
        candidate for candidate in _candidates(case, book) if candidate[1].section in sections
    )
    rules, trace = select(facts, candidates, as_of)
    return FamilyMatched(facts, row, rules, trace)


def _candidates(case: FamilyCase, book: FamilyBook) -> Iterator[tuple[int, Rule, Conditions]]:
    """Yield all rules that may speak, with their level: those of the owner's place, the nation's,
    and those that the user's place has for people who use an account from elsewhere.
    """
    owner = book.chain(case.insured)
    for level, region in enumerate(owner):
        for rule in region.family.rules:
            if rule.for_ == "insured":
                yield level, rule, rule.when
    for rule in book.national.rules:
        yield len(owner), rule, rule.when
    for level, region in enumerate(book.chain(case.member)):
        for rule in region.family.rules:
            if rule.for_ == "member":
                yield level, rule, rule.when


def family_channels(case: FamilyCase, facts: Facts, book: FamilyBook) -> list[FamilyChannel]:
    """Return the channels that serve a case: where it is known to be done first, the owner's place
    before the nation, what is hardly known behind it, counters and phones last. On one topic the
    nearest place's channel speaks.
    """
    found: dict[str, FamilyChannel] = {}
    for region in book.chain(case.insured):
        for channel in region.family.channels:
            if speaks(channel.when, channel.unless, facts):
                found.setdefault(channel.topic or channel.id, channel)
    for channel in book.national.channels:
        if speaks(channel.when, channel.unless, facts):
            found.setdefault(channel.topic or channel.id, channel)

    def rank(channel: FamilyChannel) -> tuple[bool, bool, bool]:
        unsure = channel.confidence == "low"
        return channel.known != "explicit", unsure, channel.kind in _LAST_KINDS

    return sorted(found.values(), key=rank)


def build_family(
    case: FamilyCase,
    book: FamilyBook,
    as_of: date,
    only: Collection[str] = SECTIONS,
    via: FamilyChannel | None = None,
) -> FamilyPlan:
    """Return the plan for `case` by the rules in force on `as_of`.

    `only` names the sections to fill, for a query that shows no others; `via` keeps one channel.
    """
    book = book.on(as_of)
    matched = family_match(case, book, as_of, only)
    words = FamilyWords(case, book)
    sections: dict[str, list[Item]] = {name: [] for name in SECTIONS}
    for rule in matched.rules:
        sections[rule.section].append(item_of(rule, words, book))
    if "channels" in only:
        ways = [via] if via is not None else family_channels(case, matched.facts, book)
        listed = [_channel_item(channel, words) for channel in ways]
        # Rules about channels are remarks: they come behind the channels themselves.
        sections["channels"] = [*listed, *contacts(case, book, words), *sections["channels"]]
    row = matched.row
    if "basis" in only:
        sections["basis"].insert(
            0, Item(row.id, words.fill(row.because), row.sources, row.confidence)
        )
    days = Days(as_of)
    dates, uncounted = dates_of(matched.rules, days, as_of, book)
    shown = [item for items in sections.values() for item in items]
    return FamilyPlan(
        case=case,
        scope=sole(matched.facts["scope"]),
        as_of=as_of,
        days=days,
        data_version=book.meta.version,
        verdict=Verdict(row.possible, row.route, words.fill(row.headline)),
        sections={name: tuple(items) for name, items in sections.items() if items},
        dates=dates,
        sources={source.id: source for source in cited(shown, book)},
        hotline=words["hotline"],
        uncounted=uncounted,
        trace=matched.trace,
    )


def _channel_item(channel: FamilyChannel, words: FamilyWords) -> Item:
    where = words.fill(channel.where)
    if channel.known == "look":
        where = where or LOOK
    return Item(
        id=channel.id,
        text=title(channel),
        detail=where,
        sources=channel.sources,
        confidence=channel.confidence,
        kind=channel.kind,
        owner=channel.owner,
        known=channel.known,
        url=channel.url,
        steps=tuple(words.fill(step) for step in channel.steps),
    )
