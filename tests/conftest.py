"""What the tests share: the real rulebook, and cases of every kind of place."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from yidi_cli.base.env import Environment
from yidi_cli.cli.app import run
from yidi_cli.rulebook.bundle import Rulebook
from yidi_cli.rulebook.opening import open_folder

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data"
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def book() -> Rulebook:
    return open_folder(DATA)


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
def yidi() -> Run:
    """Run the command line in this process: `yidi("guide", "--from", "重庆")`."""

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
