"""The published shape of `yidi.plan/1`, and what `yidi.query/1` shares with it.

`docs/schema/` is made from these types by `tools/schema.py`, and `tests/test_schema.py` holds the
program's output to them. Fields and ids may be added; what is there never changes its meaning
under one number.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from msgspec import Meta

from yidi_cli.rulebook.model import (
    ORDER,
    Anchor,
    Confidence,
    DateKind,
    FilingSection,
    Route,
    Status,
    Tier,
)

# --- ids that the rulebook's questions and dimensions define ---

Scope = Literal["same-region", "in-province", "cross-province", "outside-mainland"]
Scheme = Literal["employee", "resident", "unknown"]
Group = Literal["long-term", "temporary", "unknown"]
FilingType = Literal[
    "retired-resettled",
    "long-term-residence",
    "work-assignment",
    "referral",
    "emergency",
    "other-temporary",
]
Care = Literal["inpatient", "outpatient", "chronic", "pharmacy"]
Stage = Literal["before", "admitted", "discharged", "unknown"]
Filed = Literal["none", "active", "expired", "elsewhere", "unknown"]
ChannelKind = Literal["app", "mini-program", "account", "web", "portal", "window", "phone"]
ChannelFiling = Literal["explicit", "look", "none"]
ChannelKnown = Literal["explicit", "look"]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", extra_json_schema={"format": "date"})]
Version = Annotated[Day, Meta(description="The version of the data: the day it was put together.")]
AsOf = Annotated[Day, Meta(description="The day whose rules were applied.")]
SourceIds = Annotated[
    list[str], Meta(min_length=1, description="Ids of sources, each a key of `sources`.")
]

# --- what all schemas are made of ---


class QueryHead(TypedDict):
    """What every `yidi.query/1` object begins with."""

    schema: Literal["yidi.query/1"]
    data_version: Version


_Since = TypedDict("_Since", {"from": NotRequired[Day]})
"""The field whose name is no name in Python."""


class ValidityObject(_Since):
    """First and last day on which a statement holds; open where absent."""

    to: NotRequired[Day]


class PlaceObject(TypedDict):
    """A place as its pooling region: a county is told as the region that insures it."""

    code: Annotated[str, Meta(description="The division code, six digits; the key for a place.")]
    name: str
    province: Annotated[str, Meta(description="The name of the province.")]


Insured = Annotated[
    PlaceObject | None,
    Meta(description="Where the person is insured; null where not given or not known."),
]


class SourceObject(TypedDict):
    """A document that statements rest on."""

    title: str
    issuer: str
    date: Annotated[
        str,
        Meta(description="When it was issued: a day, a month, a year or years. Empty: not known."),
    ]
    tier: Annotated[Tier, Meta(description="How near the source is to who decides.")]
    status: Status
    checked: Annotated[Day, Meta(description="The day it was last checked.")]
    number: NotRequired[Annotated[str, Meta(description="The document number, if it has one.")]]
    url: NotRequired[str]
    note: NotRequired[Annotated[str, Meta(description="How it is known, and how far.")]]


Sources = Annotated[
    dict[str, SourceObject], Meta(description="Id to source: every source that is named here.")
]


class DisputedObject(TypedDict):
    """A reading that lost against the statement it stands under."""

    id: str
    says: str
    why_not: Annotated[str, Meta(description="Why it is not the one that is shown.")]
    sources: SourceIds


class ItemObject(TypedDict):
    """One statement, worded for the case. Fields that would be empty are absent."""

    id: Annotated[str, Meta(description="Stable; `yidi explain ID` says what it rests on.")]
    text: str
    detail: NotRequired[str]
    sources: SourceIds
    confidence: Confidence
    disputed: NotRequired[list[DisputedObject]]
    place: NotRequired[
        Annotated[
            str,
            Meta(description="Division code of the place whose rule it is; absent: the nation."),
        ]
    ]
    owner: NotRequired[
        Annotated[
            str, Meta(description="Whose data it is from; absent: those that yidi comes with.")
        ]
    ]
    old: NotRequired[
        Annotated[
            Literal[True],
            Meta(
                description="It rests on local texts from before the nation tightened the matter."
            ),
        ]
    ]
    purpose: NotRequired[Annotated[str, Meta(description="Of a material: what it is for.")]]
    get: NotRequired[Annotated[str, Meta(description="Of a material: where to get it.")]]
    form: NotRequired[
        Annotated[str, Meta(description="Of a material: original, copy or photo, in words.")]
    ]
    substitutes: NotRequired[
        Annotated[list[str], Meta(description="Of a material: what is taken instead.")]
    ]
    kind: NotRequired[Annotated[ChannelKind, Meta(description="Of a channel.")]]
    filing: NotRequired[
        Annotated[
            ChannelFiling,
            Meta(
                description="Of a channel: one files there, has to look whether one can, or only "
                "asks there."
            ),
        ]
    ]
    known: NotRequired[
        Annotated[
            ChannelKnown,
            Meta(
                description="Of a channel for family mutual aid: it is done there, or one has to "
                "look whether it is."
            ),
        ]
    ]
    url: NotRequired[Annotated[str, Meta(description="Of a channel.")]]
    steps: NotRequired[Annotated[list[str], Meta(description="Of a channel: what to tap.")]]


SECTION_NAMES: dict[str, list[str]] = {"enum": list(ORDER)}
Sections = Annotated[
    dict[FilingSection, list[ItemObject]],
    Meta(
        description="Section to its statements, both in the order of the page. A section in which "
        "nothing is said is absent.",
        extra_json_schema={"propertyNames": SECTION_NAMES},
    ),
]

# `from` is no name that a class body can declare.
_From = TypedDict(
    "_From", {"from": Annotated[Day, Meta(description="The day, or the first of several.")]}
)


class DateObject(_From):
    """A day that a rule gives. Fields that would be empty are absent."""

    to: NotRequired[Annotated[Day, Meta(description="The last of several days.")]]
    id: str
    label: Annotated[str, Meta(description="What is on that day, and how it was counted.")]
    rule: Annotated[str, Meta(description="The id of the statement that gives it.")]
    kind: Annotated[
        DateKind,
        Meta(
            description="`due`: the last day to do it; `expect`: when to expect it; `from`, "
            "`until`: since or until when it holds."
        ),
    ]
    after: Annotated[
        Anchor,
        Meta(description="The day it was counted from, of `days`; `data`: of `data_version`."),
    ]
    past: NotRequired[
        Annotated[
            Literal[True],
            Meta(description="A `due` day before the day of filing: it can no longer be met."),
        ]
    ]


class DaysObject(TypedDict):
    """The days that dates are counted from, as far as they are known."""

    filing: Annotated[Day, Meta(description="Where it was not given, `as_of`.")]
    travel: NotRequired[Day]
    admission: NotRequired[Day]
    discharge: NotRequired[Day]


class CaseObject(TypedDict):
    """The answers as ids."""

    insured: Insured
    destination: Annotated[
        PlaceObject | None, Meta(description="Where the care is; null where not given or known.")
    ]
    scheme: Scheme
    type: Annotated[
        Literal[FilingType, "unknown"],
        Meta(description="`unknown` where only the group is known, or not even that."),
    ]
    group: Annotated[Group, Meta(description="The group of types that `type` belongs to.")]
    care: Literal[Care, "unknown"]
    stage: Stage
    filing: Annotated[Filed, Meta(description="What has been filed so far.")]
    disease: Annotated[
        str, Meta(description="The id of a chronic disease (`yidi diseases`), `none` or `unknown`.")
    ]
    situations: Annotated[
        list[str], Meta(description="Ids of special circumstances, such as `proxy`; may be empty.")
    ]


class FilingObject(TypedDict):
    """The decision: whether to file, as what, and by which route."""

    required: Annotated[
        bool | Literal["deemed", "unknown"],
        Meta(description="`deemed`: counts as filed. `unknown`: the insured place has to say."),
    ]
    type: Annotated[
        Literal[FilingType, "unknown"],
        Meta(description="The type it is decided for; `unknown` while it is open."),
    ]
    route: Route
    headline: Annotated[str, Meta(description="The bottom line, in a sentence or two.")]


class PlanObject(TypedDict):
    """The answer to one case: what to do, where, with which papers, by when, and how it is paid."""

    schema: Literal["yidi.plan/1"]
    data_version: Version
    as_of: AsOf
    code: NotRequired[
        Annotated[
            str,
            Meta(
                description="The answers as a share code, for `yidi guide --code`. Absent where "
                "they cannot be shared."
            ),
        ]
    ]
    case: CaseObject
    scope: Annotated[Scope, Meta(description="How the two places stand to each other.")]
    filing: FilingObject
    hotline: Annotated[
        str,
        Meta(description="The number to call, as it is dialled; named after its place if need be."),
    ]
    days: DaysObject
    sections: Sections
    dates: Annotated[list[DateObject], Meta(description="The earliest first; may be empty.")]
    sources: Sources
