"""What is kept between two runs: answers not finished, and an insured place if that was allowed.

Both lie in one folder, readable by its owner alone. They hold ids, no text of the data, so that
they survive a new version; what a new version no longer knows is asked again. Nothing here fails
a conversation: what cannot be read or written is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from yidi_cli.base.errors import InputError, OutputError
from yidi_cli.base.files import write_file
from yidi_cli.base.value import Value
from yidi_cli.plan.answers import Answers, parse_option
from yidi_cli.rulebook.model import INSURED, UNKNOWN, Question

if TYPE_CHECKING:
    from yidi_cli.rulebook.book import Book

SCHEMA = "yidi.progress/1"
KEPT_DAYS = 30
"""How long unfinished answers are kept: filing and stage are out of date after that."""
_LARGEST = 100_000  # bytes; ours are below 2,000


class Progress(Value, frozen=True):
    """Answers kept on `saved`; `dropped` are the ids of questions whose answer is not known now."""

    answers: dict[str, str | tuple[str, ...]]
    saved: date
    dropped: tuple[str, ...] = ()


class Memory:
    """The folder behind `Environment.state_folder`; with None nothing is kept.

    Each matter has unfinished answers of its own; the insured place is the same for all.
    """

    def __init__(self, folder: Path | None, matter: str = "filing") -> None:
        """Take the folder and the matter that is talked of."""
        self._folder = folder
        self._progress = "progress.json" if matter == "filing" else f"progress-{matter}.json"

    def save(self, answers: Answers, today: date) -> bool:
        """Keep answers; tell whether that worked."""
        kept = {"schema": SCHEMA, "saved": today.isoformat(), "answers": dict(answers)}
        return self._write(self._progress, kept)

    def load(self, book: Book, today: date) -> Progress | None:
        """Return what was kept, None where nothing is or it has expired (it is then removed)."""
        tree = self._read(self._progress)
        if tree is None or tree.get("schema") != SCHEMA:
            return None
        try:
            saved = date.fromisoformat(tree["saved"])
        except (KeyError, TypeError, ValueError):
            return None
        if not today - timedelta(days=KEPT_DAYS) <= saved <= today + timedelta(days=1):
            self.clear()
            return None
        raw = tree.get("answers")
        answers, dropped = restore(raw if isinstance(raw, dict) else {}, book)
        return Progress(answers, saved, dropped) if answers else None

    def clear(self) -> None:
        """Forget the unfinished answers."""
        self._remove(self._progress)

    def remember(self, code: str) -> bool:
        """Keep the code of the insured place for later runs; tell whether that worked."""
        return self._write("insured.json", {"insured": code})

    def remembered(self, book: Book) -> str:
        """Return the code of the insured place that was allowed to be kept, "" without one."""
        tree = self._read("insured.json") or {}
        found, _ = restore({"insured": tree.get("insured")}, book)
        code = found.get("insured", "")
        return code if isinstance(code, str) and code != UNKNOWN else ""

    def forget(self) -> None:
        """Remove the insured place."""
        self._remove("insured.json")

    def _write(self, name: str, tree: Mapping[str, Any]) -> bool:
        if self._folder is None:
            return False
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            text = msgspec.json.encode(tree).decode()
            write_file(self._folder / name, text, private=True)
        except (OSError, OutputError):
            return False
        return True

    def _read(self, name: str) -> dict[str, Any] | None:
        if self._folder is None:
            return None
        try:
            with (self._folder / name).open("rb") as stream:
                tree = msgspec.json.decode(stream.read(_LARGEST))
        except (OSError, ValueError):  # msgspec's errors are ValueErrors
            return None
        return tree if isinstance(tree, dict) else None

    def _remove(self, name: str) -> None:
        if self._folder is not None:
            with suppress(OSError):
                (self._folder / name).unlink()


def restore(
    raw: Mapping[str, Any], book: Book
) -> tuple[dict[str, str | tuple[str, ...]], tuple[str, ...]]:
    """Return the answers in `raw` that are still known, and the ids of questions that lost one."""
    answers: dict[str, str | tuple[str, ...]] = {}
    dropped: list[str] = []
    for question in book.questions:
        given = raw.get(question.id)
        if given is None:
            continue
        if question.kind == "many":
            parts = [_known(part, question, book) for part in given] if _is_list(given) else [""]
            answers[question.id] = tuple(dict.fromkeys(part for part in parts if part))
            if "" in parts:
                dropped.append(question.id)
        elif value := _known(given, question, book):
            answers[question.id] = value
        else:
            dropped.append(question.id)
    return answers, tuple(dropped)


def _is_list(given: object) -> bool:
    return isinstance(given, list | tuple)


def _known(given: object, question: Question, book: Book) -> str:
    """Return the id of an answer that was kept, "" where there is none now."""
    if not isinstance(given, str) or not given:
        return ""
    if question.kind == "place":
        if given == UNKNOWN:
            return given
        try:
            place = book.places.get(given)
        except KeyError:
            return ""
        abroad = question.id in INSURED and book.places.outside(place)
        return "" if abroad or book.places.pool(place) is None else place.code
    try:
        return parse_option(given, question)
    except InputError:
        return ""
