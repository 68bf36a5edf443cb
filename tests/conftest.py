"""What the tests share: the real rulebook, and cases of every kind of place."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from yidi_cli.base.env import Environment
from yidi_cli.cli.app import run
from yidi_cli.rulebook import opening
from yidi_cli.rulebook.rulebook import Rulebook

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data"
TODAY = date(2026, 11, 22)


@cache
def rulebook() -> Rulebook:
    """Return the real rulebook, read once; for what is parametrized before there are fixtures."""
    return opening.open_folder(DATA)


@pytest.fixture(scope="session")
def book() -> Rulebook:
    return rulebook()


@dataclass
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


Run = Callable[..., Ran]


@pytest.fixture
def yidi(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line in this process: `yidi("guide", "--from", "重庆")`."""
    # Reading all YAML takes longer than any command; that it is read right is tested elsewhere.
    monkeypatch.setattr(opening, "open_rulebook", lambda: book)

    def call(
        *argv: str,
        columns: int = 80,
        terminal: bool = False,
        stdin: str = "",
        variables: dict[str, str] | None = None,
    ) -> Ran:
        kind = Terminal if terminal else io.StringIO
        out, err = kind(), kind()
        env = Environment(
            stdin=kind(stdin),
            stdout=out,
            stderr=err,
            variables=variables or {},
            columns=columns,
            today=TODAY,
        )
        code = run(list(argv), env)
        return Ran(code, out.getvalue(), err.getvalue())

    return call
