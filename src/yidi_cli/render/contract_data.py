"""The published shapes of `yidi.query/1` about the data themselves: their changes and formats.

See `contract`, which they share their parts with.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from yidi_cli.render.contract import Day, QueryHead, SourceIds, Sources
from yidi_cli.rulebook.changes import ChangeKind


class ChangeObject(TypedDict):
    """One change of the data."""

    date: Annotated[Day, Meta(description="The version of the data that first has it.")]
    version: Annotated[
        str, Meta(description="The release of the program that first carries it; empty: none yet.")
    ]
    kind: ChangeKind
    ids: Annotated[
        list[str], Meta(description="Of the statements; `*` stands for any letters in an id.")
    ]
    what: Annotated[str, Meta(description="What changed, in one sentence.")]
    sources: SourceIds


class ChangesObject(QueryHead):
    """What changed in the data (`yidi data changes`)."""

    query: Literal["data-changes"]
    since: Annotated[str, Meta(description="The day or the release asked for; empty: all changes.")]
    changes: Annotated[list[ChangeObject], Meta(description="The newest first; may be empty.")]
    sources: Sources


class DataFileObject(TypedDict):
    """A kind of YAML file."""

    kind: str
    files: Annotated[str, Meta(description="Which files under `data/`, as a pattern.")]
    schema: Annotated[str, Meta(description="The committed JSON Schema, from the project's root.")]


class DataSchemaObject(QueryHead):
    """The kinds of YAML files that have a JSON Schema (`yidi data schema`)."""

    query: Literal["data-schema"]
    kinds: list[DataFileObject]


DataObject = ChangesObject | DataSchemaObject
"""What these commands print; `query` says which."""
