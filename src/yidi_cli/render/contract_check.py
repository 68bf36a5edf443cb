"""The published shapes of `yidi.query/1` of `yidi data check`.

See `contract`, which they share their parts with.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from yidi_cli.rulebook.diagnostics import Severity

Named = Annotated[str, Meta(pattern=r"^Y0\d\d$", description="It never changes its meaning.")]
Count = Annotated[int, Meta(ge=0)]


class DiagnosticObject(TypedDict):
    """One thing that is wrong."""

    code: Named
    severity: Severity
    file: Annotated[str, Meta(description="In the folder that is checked.")]
    line: Annotated[int, Meta(ge=0, description="From 1; 0 where it is the whole file.")]
    field: Annotated[str, Meta(description="The entry and the field of it; may be empty.")]
    what: Annotated[str, Meta(description="What is wrong.")]
    mend: Annotated[str, Meta(description="What to do.")]


class CountsObject(TypedDict):
    """How many there are."""

    error: Count
    warning: Count


class DataCheckObject(TypedDict):
    """What is wrong with a data folder (`yidi data check`)."""

    schema: Literal["yidi.query/1"]
    query: Literal["data-check"]
    data_version: Annotated[
        str, Meta(description="The version of what was checked; empty where it cannot be read.")
    ]
    diagnostics: Annotated[
        list[DiagnosticObject],
        Meta(description="File by file, those with errors first; empty where nothing is wrong."),
    ]
    counts: CountsObject
    complete: Annotated[
        bool, Meta(description="False where errors kept some of the checks from being run.")
    ]


class DataCodeObject(TypedDict):
    """What a code stands for (`yidi data check --code`)."""

    schema: Literal["yidi.query/1"]
    query: Literal["data-code"]
    code: Named
    title: str
    severity: Severity
    mend: str
    means: str
    example: str
