"""What changed in the data from one version to the next: `data/changes.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from fnmatch import fnmatchcase
from typing import Literal

import msgspec

from yidi_cli.rulebook.model import Citation, Part

FILE = "changes.yaml"
ChangeKind = Literal["added", "changed", "withdrawn"]
_RELEASE = re.compile(r"\d+\.\d+(\.\d+)?")


class Change(Part, frozen=True):
    """One change of the data, in a sentence.

    `date` is the version of the data that first has it, `version` the release of the program that
    first carries that. `ids` are those of the statements; `*` in one stands for any letters.
    """

    day: date = msgspec.field(name="date")
    kind: ChangeKind
    ids: tuple[str, ...]
    what: str
    sources: tuple[Citation, ...]
    version: str = ""

    def names(self, entry_id: str) -> bool:
        """Tell whether the change is about the statement with this id."""
        return any(fnmatchcase(entry_id, pattern) for pattern in self.ids)


def after(changes: Iterable[Change], version: str) -> Iterator[Change]:
    """Yield the changes that data of this version (a date) do not have."""
    return (change for change in changes if change.day.isoformat() > version)


def since_day(changes: Iterable[Change], day: date) -> tuple[Change, ...]:
    """Return the changes that came on a day or later."""
    return tuple(change for change in changes if change.day >= day)


def since_release(changes: Iterable[Change], release: str) -> tuple[Change, ...]:
    """Return the changes that came with this release of the program or later.

    Those without a release are not released yet. Raises KeyError for one that no change names.
    """
    every = tuple(changes)
    if release not in {change.version for change in every if change.version}:
        raise KeyError(release)
    first = _number(release)
    return tuple(c for c in every if not c.version or _number(c.version) >= first)


def is_release(text: str) -> bool:
    """Tell whether a text is written like a release: 0.1 or 0.1.0."""
    return _RELEASE.fullmatch(text) is not None


def _number(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))
