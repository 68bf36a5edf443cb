"""What is audited: a matter's questions, table, rules and channels, filing or mutual aid alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from yidi_cli.base.value import Value
from yidi_cli.plan.answers import Answers, case_of
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.case import derive
from yidi_cli.plan.family import build_family, family_case
from yidi_cli.plan.match import speaks
from yidi_cli.plan.matter import Matter, matter_of
from yidi_cli.plan.plan import Outcome
from yidi_cli.plan.selection import SECTIONS as FILING_SECTIONS
from yidi_cli.plan.selection import in_force
from yidi_cli.rulebook import family, model
from yidi_cli.rulebook.family import SECTIONS as FAMILY_SECTIONS
from yidi_cli.rulebook.family import FamilyRow
from yidi_cli.rulebook.family_book import FamilyBook
from yidi_cli.rulebook.folder import family_question
from yidi_cli.rulebook.model import Channel, Conditions, DecisionRow, Question, Rule, Section, Way
from yidi_cli.rulebook.region import Exemption, Region
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.upkeep.space import conditions_in

if TYPE_CHECKING:
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.divisions import Place

Row = DecisionRow | FamilyRow
Where = Callable[[str], tuple[str, int]]
NEEDED = frozenset({"next-steps", "materials", "timing", "settlement", "at-hand", "verify"})
"""Sections without which a plan of filing is not complete; its channels are looked at apart."""
NEEDED_FAMILY = frozenset({"next-steps", "materials", "timing", "cautions", "verify"})
SHARING = ("link", "wallet", "link-or-wallet")
NEEDED_FOR_SHARING = frozenset({"conditions", "usage", "records", "ending", "alike"})
DONE_SOMEWHERE = (*SHARING, "records", "stop", "show-code")
"""Routes of mutual aid that need a channel to go to."""


CONTACT = "contact"
"""Stands for somebody to ask, among what a plan lacks."""
Needs = tuple[tuple[tuple[str, str], ...], frozenset[str], bool]


class Leads(Value, frozen=True, eq=False):
    """What rows have in common: the dimensions they decide, and what a plan then needs.

    There is one for each, so that they are told apart by what they are: it must be quick.
    """

    decided: tuple[tuple[str, str], ...]
    needed: frozenset[str]
    channel: bool

    @property
    def route(self) -> str:
        """The route."""
        return dict(self.decided)["route"]

    @property
    def facts(self) -> dict[str, frozenset[str]]:
        """What is decided, as facts."""
        return {name: frozenset({value}) for name, value in self.decided}


class Local(NamedTuple):
    """What a region says in a matter."""

    rules: tuple[Rule, ...]
    ways: tuple[Way, ...]
    exemptions: tuple[Exemption, ...] = ()


class Exempt(NamedTuple):
    """What an exemption makes of a case: facts, and its id where there is one."""

    facts: Mapping[str, frozenset[str]]
    by: str


class Subject(ABC):
    """One matter, with what is in force on a day.

    `command` starts its guide; no plan is complete without the sections `needed`; `other` is the
    question for the second place; `decided` are the dimensions that a row of the table gives;
    `file` holds the questions; the row `last_resort` is there for no answer at all. `only_asked`
    says that nothing else can be given than what is asked for, `decides_early` that the table
    decides while there are still questions. `as_of` is the day as a command names it, "" for today.
    """

    command: str
    needed: frozenset[str]
    other: str
    decided: tuple[str, ...]
    sections: tuple[Section, ...]
    file: str
    last_resort = ""
    as_of = ""
    only_asked = False
    decides_early = False

    def __init__(self, book: Book, day: date) -> None:
        """Take the book, and the day on which it is looked at."""
        self.book = book
        self.day = day

    @property
    @abstractmethod
    def rows(self) -> tuple[Row, ...]:
        """The decision table."""

    @property
    @abstractmethod
    def national(self) -> Local:
        """What holds in all the country and stands in no region."""

    @abstractmethod
    def of_region(self, region: Region) -> Local:
        """Return what a region says in this matter."""

    @abstractmethod
    def leads_to(self, row: Row) -> Needs:
        """Return what a row decides, and what a plan then needs."""

    def exempt(self, answers: Mapping[str, str]) -> Exempt:
        """Return what an exemption makes of a case."""
        return Exempt({}, "")

    @abstractmethod
    def plan(self, answers: Answers) -> Outcome:
        """Return the plan that answers lead to."""

    def lacking(self, answers: Answers) -> list[str]:
        """Return the sections that the plan of answers lacks, `CONTACT` where it names nobody."""
        sections = self.plan(answers).sections
        told = [name for name in sorted(self.needed) if name not in sections]
        named = any(item.kind for item in sections.get("channels", ()))
        return told if named else [*told, CONTACT]

    @abstractmethod
    def open_facts(self) -> dict[str, frozenset[str]]:
        """Return the facts that the table decides, while it has not."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions in the order they are asked."""
        return self.book.questions

    def knows(self, question: Question) -> bool:
        """Tell whether anything follows from the answer to a question."""
        return question.id in self.matter.case_facts(self.matter.case({}))

    def entry_of(self, question: str) -> str:
        """Return what the entry of a question is called where its line is looked up."""
        return question

    @cached_property
    def matter(self) -> Matter:
        """The matter, as the flow of questions knows it."""
        return matter_of(self.book)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in force that hold in all the country."""
        return self._kept(self.national.rules)

    @cached_property
    def local(self) -> dict[str, Local]:
        """Region → what it says in this matter, of what is in force."""
        found = {region.code: self.of_region(region) for region in self.book.parts()}
        return {code: part._replace(rules=self._kept(part.rules)) for code, part in found.items()}

    def _kept(self, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        return tuple(rule for rule in rules if in_force(rule, self.day))

    @cached_property
    def all_rules(self) -> tuple[Rule, ...]:
        """All rules in force, the national ones first."""
        return (*self.rules, *(rule for part in self.local.values() for rule in part.rules))

    @cached_property
    def everywhere(self) -> tuple[Conditions, ...]:
        """The conditions of what does not stand in a region."""
        asked = [part for question in self.questions for part in (question, *question.options)]
        return tuple(conditions_in((*self.rows, *self.rules, *self.national.ways, *asked)))

    @cached_property
    def conditions(self) -> tuple[Conditions, ...]:
        """Every condition of the matter."""
        local = self.local.values()
        parts = (statement for part in local for list_ in part for statement in list_)
        return (*self.everywhere, *conditions_in(parts))

    @cached_property
    def standing(self) -> dict[str, str]:
        """Rule or channel → the region that it stands in; nothing for what stands in none."""
        found: dict[str, str] = {}
        for code, part in self.local.items():
            found |= {rule.id: code for rule in part.rules} | {way.id: code for way in part.ways}
        return found

    @cached_property
    def named(self) -> dict[str, frozenset[str]]:
        """Question for a place → the codes that conditions name for it."""
        return {
            side: frozenset(code for c in self.conditions for code in c.get(side, ()))
            for side in self.sides
        }

    @property
    def sides(self) -> tuple[str, str]:
        """The two questions for a place."""
        return "insured", self.other

    @cached_property
    def deciding(self) -> tuple[tuple[Row, Conditions, Conditions], ...]:
        """The rows that do not wait for what the table itself decides, with their conditions on
        all else: what must hold, and what must not."""
        waiting = self.open_facts()
        found = []
        for row in self.rows:
            own, rest = (
                [
                    {name: listed for name, listed in c.items() if (name in waiting) == of_table}
                    for c in (row.when, row.unless)
                ]
                for of_table in (True, False)
            )
            if speaks(own[0], own[1], waiting):
                found.append((row, rest[0], rest[1]))
        return tuple(found)

    @cached_property
    def outcome(self) -> dict[str, Leads]:
        """Row → what it leads to."""
        known: dict[Needs, Leads] = {}
        found = {}
        for row in self.rows:
            needs = self.leads_to(row)
            found[row.id] = known.setdefault(needs, Leads(*needs))
        return found

    @cached_property
    def outcomes(self) -> tuple[Leads, ...]:
        """What the rows lead to, each once."""
        return tuple(dict.fromkeys(self.outcome.values()))

    def chain(self, place: Place | None) -> tuple[str, ...]:
        """Return the codes of the regions that speak for a place, the nearest first."""
        return tuple(region.code for region in self.book.chain(place))


class FilingSubject(Subject):
    """The matter of filing."""

    command = "guide"
    needed = NEEDED
    other = "destination"
    decided = ("route", "visit")
    sections = FILING_SECTIONS
    file = "questions.yaml"
    book: Rulebook

    def __init__(self, book: Rulebook, day: date) -> None:
        """Take the book; the last row of its table is for what nobody has thought of."""
        super().__init__(book, day)
        self.last_resort = book.decision[-1].id

    @property
    def rows(self) -> tuple[Row, ...]:
        """The decision table."""
        return self.book.decision

    @cached_property
    def national(self) -> Local:
        """The national rules; the nation's channels stand in a region of its own."""
        return Local(tuple(self.book.rules), ())

    def of_region(self, region: Region) -> Local:
        """Return what a region says of filing."""
        return Local(region.rules, region.channels, region.exemptions)

    def leads_to(self, row: Row) -> Needs:
        """Return what a row decides: a channel is needed only where filing may be."""
        assert isinstance(row, DecisionRow)
        decided = (("route", row.route), ("visit", row.visit))
        return decided, NEEDED, row.required in ("yes", "unknown")

    def open_facts(self) -> dict[str, frozenset[str]]:
        """Return the facts that the table decides, while it has not."""
        return {name: frozenset(model.DERIVED[name]) for name in self.decided}

    def exempt(self, answers: Mapping[str, str]) -> Exempt:
        """Return whether the insured place exempts a case, and by what."""
        found = derive(case_of(answers, self.book), self.book)
        facts = {name: found.facts[name] for name in ("exempt", "exempt-basis")}
        return Exempt(facts, found.exemption.id if found.exemption is not None else "")

    def plan(self, answers: Answers) -> Outcome:
        """Return the plan that answers lead to."""
        return build_plan(case_of(answers, self.book), self.book, self.day)


class FamilySubject(Subject):
    """The matter of family mutual aid."""

    command = "family"
    needed = NEEDED_FAMILY
    other = "member"
    decided = ("route",)
    sections = FAMILY_SECTIONS
    file = "family.yaml"
    only_asked = True
    decides_early = True
    book: FamilyBook

    @property
    def rows(self) -> tuple[Row, ...]:
        """The decision table."""
        return self.book.decision

    @cached_property
    def national(self) -> Local:
        """The national rules and channels."""
        return Local(self.book.national.rules, self.book.national.channels)

    def of_region(self, region: Region) -> Local:
        """Return what a region says of mutual aid."""
        return Local(region.family.rules, region.family.channels)

    def entry_of(self, question: str) -> str:
        """Return the same; its questions are called like those of filing."""
        return family_question(question)

    def leads_to(self, row: Row) -> Needs:
        """Return what a row decides: who shares is told how it goes on."""
        needed = NEEDED_FAMILY | (NEEDED_FOR_SHARING if row.route in SHARING else frozenset())
        return (("route", row.route),), needed, row.route in DONE_SOMEWHERE

    def open_facts(self) -> dict[str, frozenset[str]]:
        """Return the facts that the table decides, while it has not."""
        return {name: frozenset(family.DERIVED[name]) for name in self.decided}

    def plan(self, answers: Answers) -> Outcome:
        """Return the plan that answers lead to."""
        return build_family(family_case(answers, self.book), self.book, self.day)


def subjects(book: Rulebook, day: date) -> tuple[Subject, ...]:
    """Return all matters as they are on a day."""
    return FilingSubject(book, day), FamilySubject(book.family, day)


def serves(way: Way) -> bool:
    """Tell whether a plan names a channel as one where the thing is done."""
    return not isinstance(way, Channel) or way.filing != "none"


def key_of(rule: Rule) -> tuple[str, str, str]:
    """Return what rules replace each other on."""
    return rule.section, rule.topic or rule.id, rule.for_
