"""The published shape of `yidi.family/1`, and of what `yidi family TOPIC` prints.

See `contract`, which they share their parts with.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from yidi_cli.render.contract import (
    AsOf,
    DateObject,
    DaysObject,
    ItemObject,
    PlaceObject,
    QueryHead,
    Scheme,
    Sources,
    Version,
)
from yidi_cli.rulebook.family import SECTIONS, FamilyRoute
from yidi_cli.rulebook.model import Section

Want = Literal[
    "pay-bill",
    "pay-premium",
    "show-code",
    "records",
    "stop",
    "filing",
    "transfer",
    "unknown",
]
Relation = Literal[
    "spouse",
    "parent",
    "child",
    "sibling",
    "grandparent",
    "grandchild",
    "spouse-parent",
    "child-spouse",
    "other",
    "unknown",
]
FamilyScope = Annotated[
    Literal["same-region", "in-province", "cross-province", "unknown"],
    Meta(description="How the two places stand to each other; `unknown` where one is not known."),
]
FamilySections = Annotated[
    dict[Section, list[ItemObject]],
    Meta(
        description="Section to its statements, both in the order of the page. A section in which "
        "nothing is said is absent.",
        extra_json_schema={"propertyNames": {"enum": list(SECTIONS)}},
    ),
]
Hotline = Annotated[
    str,
    Meta(description="The number to call, as it is dialled; named after its place if need be."),
]


class FamilyCaseObject(TypedDict):
    """The answers as ids; what was not asked is `unknown` or null."""

    want: Want
    insured: Annotated[
        PlaceObject | None, Meta(description="Where the owner of the account is insured.")
    ]
    scheme: Annotated[Scheme, Meta(description="The scheme of the account's owner.")]
    relation: Annotated[Relation, Meta(description="What the user is to the owner.")]
    member_scheme: Annotated[
        Literal[Scheme, "none"],
        Meta(description="The scheme of the one who uses the account; `none`: not insured."),
    ]
    member: Annotated[
        PlaceObject | None, Meta(description="Where the one who uses the account is insured.")
    ]


class VerdictObject(TypedDict):
    """The decision: whether what is wanted can be done, and by which route."""

    possible: bool | Literal["unknown"]
    route: FamilyRoute
    headline: Annotated[str, Meta(description="The bottom line, in a sentence or two.")]


class FamilyObject(TypedDict):
    """The answer to one case of family mutual aid (`yidi family`)."""

    schema: Literal["yidi.family/1"]
    data_version: Version
    as_of: AsOf
    case: FamilyCaseObject
    scope: FamilyScope
    verdict: VerdictObject
    hotline: Hotline
    days: DaysObject
    sections: FamilySections
    dates: Annotated[list[DateObject], Meta(description="The earliest first; may be empty.")]
    sources: Sources


class FamilyTopicObject(QueryHead):
    """One topic of family mutual aid (`yidi family bind`)."""

    query: Literal["family"]
    topic: Literal["bind", "conditions", "usage", "cross-province", "cancel"]
    as_of: AsOf
    case: FamilyCaseObject
    scope: FamilyScope
    hotline: Hotline
    sections: FamilySections
    sources: Sources
