"""The published shapes of `yidi.query/1` for those who keep the data: `yidi data …`.

See `contract`, which they share their parts with.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from msgspec import Meta

from yidi_cli.plan.stats import Lack
from yidi_cli.render.contract import AsOf, Day, QueryHead
from yidi_cli.render.contract_query import Conditions, StatementKind
from yidi_cli.rulebook.family import FamilyRoute
from yidi_cli.rulebook.model import Route, Section, Status, Tier

MatterName = Literal["filing", "family"]
Count = Annotated[int, Meta(ge=0)]
Today = Annotated[Day, Meta(description="The day from which ages are counted.")]
StatementIds = Annotated[
    list[str], Meta(description="Ids of statements; `yidi explain ID` shows one.")
]


class SectionCountObject(TypedDict):
    """How many rules a section of a matter has, by the level of the place they speak for."""

    matter: MatterName
    section: Section
    nation: Count
    province: Count
    city: Count


class CheckedObject(TypedDict):
    """How many sources were last checked on a day."""

    day: Day
    count: Count


class SourceCountsObject(TypedDict):
    """The sources in numbers."""

    total: Count
    tiers: dict[Tier, Count]
    statuses: dict[Status, Count]
    checked: Annotated[list[CheckedObject], Meta(description="The oldest first.")]
    unused: Annotated[list[str], Meta(description="Ids of sources that no statement cites.")]


class CoverageObject(TypedDict):
    """What is known of one province, its cities included."""

    code: Annotated[str, Meta(description="The division code, six digits.")]
    name: str
    cities: Annotated[Count, Meta(description="Cities with something of their own.")]
    channels: Count
    explicit: Annotated[Count, Meta(description="Channels where filing is known to be done.")]
    hotlines: Count
    bureau: bool
    exemptions: Count
    rules: Count
    family: Annotated[Count, Meta(description="Rules and channels of family mutual aid.")]
    sources: Annotated[Count, Meta(description="Sources that only it rests on.")]
    newest: Annotated[
        str, Meta(description="The newest day, month or year of issue of these. Empty: not known.")
    ]
    lacks: Annotated[list[Lack], Meta(description="What is missing; may be empty.")]


class TopicObject(TypedDict):
    """A topic, on which rules of a place replace those of the nation."""

    matter: MatterName
    section: Section
    topic: str
    nation: Annotated[Count, Meta(description="National rules.")]
    places: Annotated[list[str], Meta(description="Names of places with rules of their own.")]


class OptionCountObject(TypedDict):
    """How many statements are said only of some answers, this one among them."""

    matter: MatterName
    question: str
    option: str
    count: Count


class WeakObject(TypedDict):
    """A statement that rests on nothing better than an article or our own reasoning."""

    id: str
    kind: StatementKind
    place: Annotated[str, Meta(description="The name of the place it speaks for.")]
    tier: Annotated[Tier, Meta(description="The best tier among its sources.")]


class PathsObject(TypedDict):
    """All ways through the questions of a matter, with no special situation or one; places and
    answers that nothing tells apart are taken as one.
    """

    matter: MatterName
    paths: Count
    outcomes: Annotated[Count, Meta(description="Rows of the decision table that decide any.")]
    rows: Annotated[Count, Meta(description="All rows of the table.")]


class StatsObject(QueryHead):
    """The numbers of the data (`yidi data stats`)."""

    query: Literal["data-stats"]
    today: Today
    statements: Annotated[
        dict[StatementKind, Count], Meta(description="How many there are of each kind.")
    ]
    rules: list[SectionCountObject]
    sources: SourceCountsObject
    provinces: Annotated[list[CoverageObject], Meta(description="What lacks most comes first.")]
    topics: Annotated[
        list[TopicObject], Meta(description="Those with local rules in the most places first.")
    ]
    options: list[OptionCountObject]
    weak: list[WeakObject]
    conflicts: Count
    readings: Annotated[Count, Meta(description="Readings that lost.")]
    myths: Annotated[Count, Meta(description="Those of them that people often meet.")]
    cases: NotRequired[
        Annotated[Count, Meta(description="Cases checked against the rules; only in a checkout.")]
    ]
    paths: NotRequired[Annotated[list[PathsObject], Meta(description="Only with `--paths`.")]]


class StaleSourceObject(TypedDict):
    """A source that was last checked long ago."""

    id: str
    title: str
    issuer: str
    tier: Tier
    status: Status
    checked: Day
    age: Annotated[Count, Meta(description="Days since then.")]
    place: Annotated[str, Meta(description="The name of the place whose file holds it.")]
    url: NotRequired[str]
    cited_by: StatementIds


class StaleObject(QueryHead):
    """The sources to check again, the most used first (`yidi data stale`)."""

    query: Literal["data-stale"]
    today: Today
    days: Annotated[Count, Meta(description="Older than so many days.")]
    total: Annotated[Count, Meta(description="How many sources there are in all.")]
    stale: list[StaleSourceObject]


class FlowOptionObject(TypedDict):
    """An answer that can be chosen."""

    id: str
    name: str
    group: NotRequired[str]
    when: Conditions
    unless: Conditions


class FlowWayObject(TypedDict):
    """What comes behind a question."""

    to: Annotated[str, Meta(description="The id of the next question; empty: all are answered.")]
    when: Annotated[
        list[Conditions],
        Meta(description="One of these holds then. Empty: always, or no short condition says it."),
    ]


class FlowQuestionObject(TypedDict):
    """A question of the flow, and what comes behind it."""

    id: str
    flag: str
    name: str
    ask: str
    kind: Literal["place", "one", "many"]
    when: Conditions
    unless: Conditions
    options: list[FlowOptionObject]
    next: list[FlowWayObject]


class FlowRowObject(TypedDict):
    """A row of the decision table."""

    id: str
    route: Literal[Route, FamilyRoute]
    when: Conditions
    unless: Conditions


class FailedObject(TypedDict):
    """A condition that kept a row from deciding."""

    field: Annotated[
        Literal["when", "unless"],
        Meta(description="`when`: none of `listed` holds. `unless`: one of them does."),
    ]
    dimension: str
    listed: list[str]
    actual: Annotated[list[str], Meta(description="What is known; several where it is open.")]


class TriedObject(TypedDict):
    """A row before the one that decides."""

    id: str
    failed: Annotated[list[FailedObject], Meta(min_length=1)]


class ShownObject(TypedDict):
    """A rule that is shown."""

    id: str
    section: Section
    place: Annotated[str, Meta(description="Division code of the place; empty: the nation.")]


class HiddenObject(TypedDict):
    """A rule whose conditions hold but that is not shown."""

    id: str
    outcome: Annotated[
        Literal["replaced", "clash", "not-in-force"],
        Meta(description="`clash` is a fault of the data: two rules on one topic at one level."),
    ]
    by: Annotated[str, Meta(description="The rule that is shown instead; may be empty.")]


class DecisionObject(TypedDict):
    """How one case is decided."""

    answers: Annotated[
        dict[str, str | list[str]], Meta(description="Question to answer, of those that count.")
    ]
    assumed: Annotated[
        list[str], Meta(description="Questions without an answer, taken as not known.")
    ]
    facts: Annotated[
        dict[str, list[str]],
        Meta(description="Dimension to values: several are all possible, or hold at once."),
    ]
    tried: Annotated[list[TriedObject], Meta(description="In order; the next row decides.")]
    row: Annotated[str, Meta(description="The id of the row that decides.")]
    route: Literal[Route, FamilyRoute]
    headline: str
    exemption: Annotated[
        str, Meta(description="The id of the local rule on filing that counts. Empty: none.")
    ]
    shown: Annotated[list[ShownObject], Meta(description="In the order of the page.")]
    hidden: list[HiddenObject]


class GraphObject(QueryHead):
    """The flow of a matter's questions and its decision table (`yidi data graph`)."""

    query: Literal["data-graph"]
    matter: MatterName
    as_of: AsOf
    questions: list[FlowQuestionObject]
    rows: Annotated[list[FlowRowObject], Meta(description="The first that fits decides.")]
    decision: NotRequired[Annotated[DecisionObject, Meta(description="Where answers are given.")]]


UpkeepObject = StatsObject | StaleObject | GraphObject
"""What these commands print; `query` says which."""
