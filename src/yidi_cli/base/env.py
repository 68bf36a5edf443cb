"""The world outside: streams, terminal, environment variables, today. Tests replace it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TextIO

DEFAULT_COLUMNS = 80
PAGE_COLUMNS = 100


@dataclass
class Environment:
    """What the commands may read of the world, and where they write."""

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    variables: Mapping[str, str] = field(default_factory=dict)
    columns: int = DEFAULT_COLUMNS
    today: date = field(default_factory=date.today)

    @property
    def interactive(self) -> bool:
        """Tell whether a person can be asked: standard input and error are a terminal."""
        return _is_terminal(self.stdin) and _is_terminal(self.stderr)

    @property
    def output_is_terminal(self) -> bool:
        """Tell whether the result goes to a terminal."""
        return _is_terminal(self.stdout)

    @property
    def simple(self) -> bool:
        """Tell whether the person or the terminal wants plain lines: no redraw, no colour."""
        flags = ("YIDI_PLAIN", "ACCESSIBLE")
        return any(self._on(name) for name in flags) or self.variables.get("TERM") == "dumb"

    @property
    def colour(self) -> bool:
        """Tell whether colour is welcome (https://no-color.org)."""
        return not self.variables.get("NO_COLOR") and not self.simple

    @property
    def debug(self) -> bool:
        """Tell whether a fault of the program should show its traceback."""
        return self._on("YIDI_DEBUG")

    def _on(self, name: str) -> bool:
        return self.variables.get(name, "") not in ("", "0")


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def real() -> Environment:
    """Return the process's own environment."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # A terminal in another encoding shows a mark instead of ending in a traceback.
            reconfigure(errors="replace")
    columns = shutil.get_terminal_size((DEFAULT_COLUMNS, 24)).columns
    return Environment(
        stdin=sys.stdin,
        stdout=sys.stdout,
        stderr=sys.stderr,
        variables=os.environ,
        columns=columns,
        today=date.today(),
    )
