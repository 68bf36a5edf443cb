"""The rulebook's typed parts, as the YAML under `data/` spells them.

One idea carries everything: a rule is one statement that is shown when its conditions hold.
Conditions map a dimension to the values it may have; dimensions and values are those of
`data/questions.yaml` plus the derived ones in `DERIVED`.
"""

# In the modules of what is decoded annotations are no texts (no `from __future__ import`): msgspec
# evaluates those once more, which takes a query as long as the decoding itself.
from datetime import date
from typing import Literal

import msgspec

FilingSection = Literal[
    "unsure",
    "next-steps",
    "channels",
    "materials",
    "timing",
    "settlement",
    "reimbursement",
    "basis",
    "cautions",
    "at-hand",
    "verify",
    "status",
    "status-record",
    "status-hospital",
    "status-settlement",
    "cancel-whether",
    "cancel",
]
ORDER: tuple[FilingSection, ...] = FilingSection.__args__  # type: ignore[attr-defined]
"""The sections of what is said about filing, in the order of a page."""
Section = Literal[FilingSection, "conditions", "usage", "records", "ending", "alike"]
ALL_SECTIONS: tuple[Section, ...] = Section.__args__  # type: ignore[attr-defined]
"""The sections of all matters."""

Confidence = Literal["high", "medium", "low"]
Tier = Literal["official", "local-official", "relay", "article", "general"]
Status = Literal["in-force", "superseded", "unverified", "withdrawn"]
Route = Literal[
    "file-before-care",
    "file-before-discharge",
    "change-filing",
    "no-filing",
    "treated-as-filed",
    "manual-reimbursement",
    "not-covered",
    "confirm-with-insured-place",
]
Visit = Literal["none", "home"]
Anchor = Literal["filing", "travel", "admission", "discharge", "data"]
ANCHORS: tuple[Anchor, ...] = Anchor.__args__  # type: ignore[attr-defined]
"""The days that dates are counted from; `data` is the day of the data's version."""
DateKind = Literal["due", "expect", "from", "until"]
"""What a day is: the last to do something, or when to expect it, or since or until when."""
Required = Literal["yes", "no", "deemed", "unknown"]
Conditions = dict[str, frozenset[str]]

DERIVED: dict[str, tuple[str, ...]] = {
    "scope": ("same-region", "in-province", "cross-province", "outside-mainland"),
    "exempt": ("yes", "no", "partial", "unknown"),
    # Whether the exemption's own text is from after the national tightening (医保发〔2024〕21号).
    "exempt-basis": ("none", "old", "current"),
    # Whether the disease settles across provinces on the spot; `none` where there is no disease.
    "direct": ("yes", "no", "none"),
    # `unknown` where the type may be of either group.
    "group": ("long-term", "temporary", "unknown"),
    "route": Route.__args__,  # type: ignore[attr-defined]
    # Where the care is: `home` in the insured place itself, for somebody who is filed elsewhere.
    "visit": Visit.__args__,  # type: ignore[attr-defined]
}
"""Dimensions that nobody is asked, with their values."""

PLACES = ("insured", "destination")
"""Dimensions whose values are division codes: a place matches itself and what lies above it."""

INSURED = ("insured", "member")
"""Questions for a place where somebody is insured: it lies in the mainland."""

MANY = ("situation", *PLACES, "member")
"""Dimensions that hold several values at once: any shared value matches."""

UNKNOWN = "unknown"

PLACEHOLDERS = (
    "insured",
    "destination",
    "scheme",
    "type",
    "care",
    "disease",
    "hotline",
)
"""What a text may name in braces; the plan fills it from the case."""


class Part(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,
):
    """Common flags: immutable, strict about unknown fields, compact in JSON."""


class Citation(Part, frozen=True):
    """A source, and the article or page in it."""

    id: str
    at: str = ""


class Source(Part, frozen=True):
    """Where a statement comes from. Dates are ISO, or a year or a month where no more is known.

    `since` is the first day on which what a document orders holds; without it, it tells of what
    held already. Statements of an earlier day do not cite it where they have another source.
    """

    id: str
    title: str
    issuer: str
    tier: Tier
    status: Status
    checked: date
    number: str = ""
    issued: str = ""
    since: date | None = None
    url: str = ""
    note: str = ""


class Reading(Part, frozen=True):
    """A reading that lost, and why it is not the one we show.

    `myth` says that people meet it often and lose money or time by it.
    """

    id: str
    says: str
    why_not: str = msgspec.field(name="why-not")
    sources: tuple[Citation, ...]
    myth: bool = False


class Conflict(Part, frozen=True):
    """A question on which sources disagree: what we show, why, and the readings that lost.

    A rule names the readings that a reader of its statement may have met: `disputed: [next-april]`.
    """

    id: str
    question: str
    shown: str
    why: str
    sources: tuple[Citation, ...]
    readings: tuple[Reading, ...]


class Validity(Part, frozen=True):
    """First and last day on which a statement holds; open where absent.

    Where no more than the month of a change is known, the day is the first of that month.
    """

    from_: date | None = msgspec.field(default=None, name="from")
    to: date | None = None

    def on(self, day: date) -> bool:
        """Tell whether it holds on a day."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


class DateSpec(Part, frozen=True):
    """A day that a rule gives, counted from one of `ANCHORS`.

    Exactly one of `working-days` (by the holiday calendar), `months` and `days` says how far, the
    anchor not counted; a negative number counts back, and `days: 0` is the anchor's own day.
    """

    id: str
    label: str
    kind: DateKind
    after: Anchor = "filing"
    working_days: int | None = msgspec.field(default=None, name="working-days")
    months: int | None = None
    days: int | None = None


class Rule(Part, frozen=True):
    """One statement with its conditions and sources.

    Rules on one `topic` of one section replace each other: county over city over province over
    nation. A rule without a topic replaces nothing. `disputed` holds ids of readings. `place` is
    set by the loader: the division code of the region the rule stands in, empty for the nation. So
    are `owner`, whose data it is from where they are not ours, and `layer`, which of several laid
    over each other: on one topic at one level the highest layer speaks.
    `purpose`, `get` and `form` are a material's: what it is for, where to get it, and whether the
    original, a copy or a photo is wanted. `elder` is the step of the large-type page that a next
    step is part of.
    """

    id: str
    section: Section
    text: str
    sources: tuple[Citation, ...]
    confidence: Confidence
    topic: str = ""
    when: Conditions = {}
    unless: Conditions = {}
    detail: str = ""
    purpose: str = ""
    get: str = ""
    form: str = ""
    substitutes: tuple[str, ...] = ()
    elder: str = ""
    dates: tuple[DateSpec, ...] = ()
    disputed: tuple[str, ...] = ()
    valid: Validity = Validity()
    order: int = 500
    owner: str = ""
    layer: int = 0
    for_: Literal["insured", "destination", "member"] = msgspec.field(default="insured", name="for")
    place: str = ""


class DecisionRow(Part, frozen=True):
    """One row of the decision table: the first row whose conditions hold decides.

    `visit: home` says that the care is in the insured place itself, for somebody who is filed
    elsewhere: what rules say of the destination does not concern it.
    """

    id: str
    route: Route
    required: Required
    headline: str
    because: str
    sources: tuple[Citation, ...]
    confidence: Confidence
    visit: Visit = "none"
    when: Conditions = {}
    unless: Conditions = {}


class Option(Part, frozen=True):
    """A possible answer. `label` is what the wizard shows, `name` the field's own term.

    `related` are words that point to it without naming it: they are offered, never taken. `number`
    stands for it in a share code and never changes; 0 cannot be shared.
    """

    id: str
    label: str
    name: str
    group: str = ""
    aliases: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    when: Conditions = {}
    unless: Conditions = {}
    hint: str = ""
    number: int = 0


class OptionGroup(Part, frozen=True):
    """A set of options that may be named together, e.g. `long-term`."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    number: int = 0


class Question(Part, frozen=True):
    """A question of the wizard, asked when `when` holds for what is known so far."""

    id: str
    kind: Literal["place", "one", "many"]
    flag: str
    name: str
    ask: str
    help: str
    options: tuple[Option, ...] = ()
    groups: tuple[OptionGroup, ...] = ()
    when: Conditions = {}
    unless: Conditions = {}


class Way(Part, frozen=True):
    """A way to do a thing or to ask: an app, a counter, a number. `owner` as in `Rule`."""

    id: str
    name: str
    kind: Literal["app", "mini-program", "account", "web", "portal", "window", "phone"]
    sources: tuple[Citation, ...]
    confidence: Confidence
    topic: str = ""
    url: str = ""
    where: str = ""
    steps: tuple[str, ...] = ()
    when: Conditions = {}
    unless: Conditions = {}
    valid: Validity = Validity()
    owner: str = ""


class Channel(Way, frozen=True, kw_only=True):
    """A way to file or to ask. `filing` says how well it is known that filing is done there."""

    filing: Literal["explicit", "look", "none"]


class Disease(Part, frozen=True):
    """A chronic disease of the outpatient scheme; `direct` says it settles across provinces, since
    `direct-from` where that began later than the rules do.

    `related` are words that point to it without naming it, such as 癌.
    """

    id: str
    name: str
    direct: bool
    sources: tuple[Citation, ...]
    aliases: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    note: str = ""
    number: int = 0
    direct_from: date | None = msgspec.field(default=None, name="direct-from")


CALL, PAPERS = "call", "papers"
"""Steps that every large-type page needs: the last, and the one the papers stand under."""


class ElderStep(Part, frozen=True):
    """A step of the large-type page: one action, told once for all next steps that name it."""

    id: str
    text: str


class Example(Part, frozen=True):
    """A case with what its plan must and must not hold, for a reviewer who does not program.

    `answers` are those of an answers file, in words or ids. `must` and `must_not` are ids of rules,
    decision rows, exemptions or channels; `sources` those the case is written from.
    """

    id: str
    title: str
    answers: dict[str, str | list[str]]
    route: Route
    must: tuple[str, ...]
    sources: tuple[Citation, ...]
    must_not: tuple[str, ...] = msgspec.field(default=(), name="must-not")
    as_of: date | None = msgspec.field(default=None, name="as-of")


class Meta(Part, frozen=True):
    """The data's version (an ISO date) and the day from which local texts count as current."""

    version: str
    tightened: date
    tightened_by: Citation = msgspec.field(name="tightened-by")
