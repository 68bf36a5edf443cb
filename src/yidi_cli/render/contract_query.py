"""The published shapes of `yidi.query/1`: one object for each one-shot query.

See `contract`, which they share their parts with.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from msgspec import Meta

from yidi_cli.render.contract import (
    SECTION_NAMES,
    AsOf,
    Care,
    CaseObject,
    DateObject,
    DisputedObject,
    Filed,
    FilingObject,
    FilingType,
    Group,
    Insured,
    ItemObject,
    PlaceObject,
    QueryHead,
    Scheme,
    Scope,
    Sections,
    SourceIds,
    Sources,
    Stage,
    ValidityObject,
)
from yidi_cli.render.contract_family import FamilyTopicObject
from yidi_cli.rulebook.model import Confidence, FilingSection, Section

QuestionId = Literal[
    "insured", "destination", "scheme", "type", "care", "disease", "stage", "filing", "situation"
]
StatementKind = Literal[
    "rule", "row", "channel", "exemption", "hotline", "bureau", "disease", "conflict", "reading"
]
EntryKind = Literal[StatementKind, "myth", "type", "source"]

Conditions = Annotated[
    dict[str, list[str]],
    Meta(description="Dimension, such as `type` or `scope`, to values of it. Empty: none."),
]
When = Annotated[
    Conditions, Meta(description="It is shown where every dimension here has one of the values.")
]


class _Part(TypedDict):
    sections: Sections
    dates: Annotated[list[DateObject], Meta(description="The earliest first; may be empty.")]


class TypePart(_Part):
    """What is said for one type of filing, or for all of them."""

    type: Annotated[
        Literal[FilingType, "unknown", "common"],
        Meta(
            description="`common`: for all that are asked for. `unknown`: the type was left open."
        ),
    ]


class CarePart(_Part):
    """What is said for one kind of care, or for all of them."""

    care: Annotated[Literal[Care, "common"], Meta(description="`common`: for all of them.")]


class ScopePart(_Part):
    """What is said for one way in which the two places stand to each other, or for all."""

    scope: Annotated[Literal[Scope, "common"], Meta(description="`common`: for all of them.")]


class _Asked(QueryHead):
    as_of: AsOf
    case: CaseObject
    sources: Sources


class _ByType(_Asked):
    parts: Annotated[list[TypePart], Meta(min_length=1, description="What is common comes first.")]


class _ByScope(_Asked):
    parts: Annotated[list[ScopePart], Meta(min_length=1, description="What is common comes first.")]


class MaterialsObject(_ByType):
    """What to bring (`yidi materials`)."""

    query: Literal["materials"]


class TimingObject(_ByType):
    """How long it takes, and from when until when it holds (`yidi timing`)."""

    query: Literal["timing"]


class SettlementObject(_ByType):
    """How the bill is settled (`yidi settlement`)."""

    query: Literal["settlement"]


class ReimburseObject(_Asked):
    """How to claim by hand what was paid (`yidi reimburse`)."""

    query: Literal["reimburse"]
    parts: Annotated[list[CarePart], Meta(min_length=1, description="What is common comes first.")]


class StatusObject(_ByScope):
    """How to look up a filing and a settlement (`yidi status`)."""

    query: Literal["status"]


class CancelObject(_ByScope):
    """How to change or cancel a filing (`yidi cancel`)."""

    query: Literal["cancel"]


class ChannelsObject(QueryHead):
    """The channels of an insured place (`yidi channels`)."""

    query: Literal["channels"]
    insured: PlaceObject
    items: Annotated[list[ItemObject], Meta(description="The best first; numbers to call last.")]
    sources: Sources


class TypeObject(TypedDict):
    """A type of filing, and whom it is for."""

    id: FilingType
    name: Annotated[str, Meta(description="The term that forms use.")]
    group: Literal["long-term", "temporary"]
    label: Annotated[str, Meta(description="Whom it is for, in everyday words.")]
    items: list[ItemObject]


class TypesObject(QueryHead):
    """The six types of filing (`yidi types`)."""

    query: Literal["types"]
    types: list[TypeObject]
    sources: Sources


class SourcesObject(QueryHead):
    """All sources, or one of them (`yidi sources`)."""

    query: Literal["sources"]
    sources: Sources
    cited_by: Annotated[
        list[str], Meta(description="Ids of what rests on the one asked for; empty for all.")
    ]


class ExplainObject(QueryHead):
    """What stands behind one statement (`yidi explain`)."""

    query: Literal["explain"]
    id: str
    kind: StatementKind
    place: Annotated[str, Meta(description="The name of the place it speaks for.")]
    text: str
    detail: Annotated[str, Meta(description="May be empty.")]
    when: When
    unless: Annotated[
        Conditions, Meta(description="It is not shown where any dimension here has such a value.")
    ]
    confidence: Annotated[Literal[Confidence, ""], Meta(description="Empty: none is given.")]
    valid: NotRequired[ValidityObject]
    disputed: list[DisputedObject]
    sources: Sources


class HitObject(TypedDict):
    """One thing that a search found. Fields that would be empty are absent."""

    id: str
    kind: EntryKind
    section: NotRequired[Annotated[Section, Meta(description="Of a rule.")]]
    place: Annotated[str, Meta(description="The name of the place it speaks for.")]
    text: Annotated[str, Meta(description="Of a `reading` or a `myth`: a claim that is wrong.")]
    detail: NotRequired[
        Annotated[str, Meta(description="Of a `reading` or a `myth`: what is true instead.")]
    ]
    excerpt: Annotated[str, Meta(description="The part of `text` that holds what was looked for.")]
    besides: NotRequired[
        Annotated[str, Meta(description="A sentence of `detail` that holds what `text` does not.")]
    ]
    similar: NotRequired[Annotated[list[str], Meta(description="Ids of what says much the same.")]]
    when: NotRequired[When]
    sources: NotRequired[SourceIds]
    confidence: NotRequired[Confidence]
    command: Annotated[str, Meta(description="The command line that shows the whole.")]


class SearchObject(QueryHead):
    """What was found by words (`yidi search`)."""

    query: Literal["search"]
    words: Annotated[list[str], Meta(description="The words that were looked for.")]
    insured: Insured
    pinyin: Annotated[
        dict[str, list[str]], Meta(description="Word in Latin letters to what it was taken for.")
    ]
    lacking: Annotated[list[str], Meta(description="Words that nothing holds.")]
    near: Annotated[list[str], Meta(description="What may be meant, where nothing was found.")]
    total: Annotated[int, Meta(ge=0, description="How many there are; `hits` may be fewer.")]
    loose: Annotated[bool, Meta(description="No hit holds all the words.")]
    hits: Annotated[list[HitObject], Meta(description="The best first; empty: nothing found.")]
    sources: Sources


class ReadingObject(TypedDict):
    """A reading that lost."""

    id: str
    says: str
    why_not: Annotated[str, Meta(description="What is true instead, or why it is not shown.")]
    myth: Annotated[bool, Meta(description="People meet it often and lose money or time by it.")]
    sources: SourceIds


class MythObject(ReadingObject):
    """A reading that people meet often and lose by, with what is true."""

    place: Annotated[str, Meta(description="The name of the place it is about.")]
    conflict: Annotated[str, Meta(description="The id of the conflict it belongs to.")]
    shown: Annotated[str, Meta(description="What is shown instead.")]
    shown_sources: SourceIds


class ConflictObject(TypedDict):
    """A question on which sources disagree."""

    id: str
    place: Annotated[str, Meta(description="The name of the place it is about.")]
    question: str
    text: Annotated[str, Meta(description="The answer that is shown.")]
    why: str
    sources: SourceIds
    readings: list[ReadingObject]
    named_by: Annotated[list[str], Meta(description="Ids of the statements it stands under.")]


class ConflictsObject(QueryHead):
    """All questions on which sources disagree, or one of them (`yidi conflicts`)."""

    query: Literal["conflicts"]
    conflicts: list[ConflictObject]
    sources: Sources


class MythsObject(QueryHead):
    """What people often hear and lose by (`yidi myths`)."""

    query: Literal["myths"]
    myths: list[MythObject]
    sources: Sources


class DiseaseObject(TypedDict):
    """A chronic disease of the outpatient scheme."""

    id: str
    name: str
    direct: Annotated[bool, Meta(description="It settles across provinces on the spot.")]
    aliases: list[str]
    note: Annotated[str, Meta(description="May be empty.")]
    sources: SourceIds


class DiseasesObject(QueryHead):
    """All chronic diseases, or one of them, and what to do first (`yidi diseases`)."""

    query: Literal["diseases"]
    insured: Insured
    diseases: list[DiseaseObject]
    parts: Annotated[list[ScopePart], Meta(min_length=1, description="What is common comes first.")]
    sources: Sources


class UnderstoodObject(TypedDict, total=False):
    """The answers that a sentence gives; what it does not say is absent."""

    insured: PlaceObject
    destination: PlaceObject
    scheme: Scheme
    type: Annotated[Literal[FilingType, Group], Meta(description="A type, or a group of them.")]
    care: Literal[Care, "unknown"]
    disease: str
    stage: Stage
    filing: Filed
    situations: list[str]


class UnderstandObject(QueryHead):
    """What was understood of a sentence (`yidi understand`)."""

    query: Literal["understand"]
    matter: NotRequired[
        Annotated[
            Literal["family"],
            Meta(description="It seems to be about another matter: `yidi family`."),
        ]
    ]
    answers: UnderstoodObject
    unsure: Annotated[
        list[QuestionId], Meta(description="Questions that it says something on, but not clearly.")
    ]
    missing: Annotated[list[QuestionId], Meta(description="Questions that it leaves open.")]


class SideObject(TypedDict):
    """One of two plans that are compared."""

    case: CaseObject
    scope: Scope
    filing: FilingObject


class SectionDiff(TypedDict):
    """What one section says on one side only. What both word differently is on both sides."""

    only_a: list[ItemObject]
    only_b: list[ItemObject]
    equal: Annotated[int, Meta(ge=0, description="How many statements are the same.")]


class DatesDiff(TypedDict):
    """The days that only one side has."""

    only_a: list[DateObject]
    only_b: list[DateObject]


class DiffObject(QueryHead):
    """What changes between two sets of answers (`yidi diff`); none is called the better one."""

    query: Literal["diff"]
    as_of: AsOf
    a: SideObject
    b: SideObject
    filing: Annotated[
        list[Literal["required", "type", "route", "headline"]],
        Meta(description="The parts of the decision that differ."),
    ]
    sections: Annotated[
        dict[FilingSection, SectionDiff],
        Meta(
            description="Every section that one of the plans has, in the order of the page.",
            extra_json_schema={"propertyNames": SECTION_NAMES},
        ),
    ]
    dates: DatesDiff
    sources: Sources


QueryObject = (
    MaterialsObject
    | TimingObject
    | SettlementObject
    | ReimburseObject
    | StatusObject
    | CancelObject
    | ChannelsObject
    | TypesObject
    | SourcesObject
    | ExplainObject
    | SearchObject
    | ConflictsObject
    | MythsObject
    | DiseasesObject
    | UnderstandObject
    | DiffObject
    | FamilyTopicObject
)
"""What `yidi.query/1` may be; `query` says which."""
