"""The world outside: streams, terminal, environment variables, today. Tests replace it."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TextIO

DEFAULT_COLUMNS = 80
DEFAULT_ROWS = 24


class Environment:
    """What the commands may read of the world, and where they write."""

    def __init__(
        self,
        stdin: TextIO,
        stdout: TextIO,
        stderr: TextIO,
        variables: Mapping[str, str],
        columns: int,
        today: date,
        rows: int = DEFAULT_ROWS,
    ) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.variables = variables
        self.columns = columns
        self.rows = rows
        self.today = today

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
    def state_folder(self) -> Path | None:
        """Where answers are kept that a person has not finished giving; None without a home.

        `XDG_STATE_HOME`, or the system's own place for what one user's programs remember.
        """
        home = self.variables.get("HOME") or self.variables.get("USERPROFILE")
        roots = [self.variables.get("XDG_STATE_HOME"), self.variables.get("LOCALAPPDATA")]
        # The specification has a relative path ignored.
        given = next((Path(root) for root in roots if root and Path(root).is_absolute()), None)
        root = given or (Path(home) / ".local" / "state" if home else None)
        return root / "yidi" if root is not None else None

    @property
    def settings_file(self) -> Path | None:
        """Where a person's settings are; None without a home.

        In `XDG_CONFIG_HOME`, or the system's own place for one user's settings.
        """
        home = self.variables.get("HOME") or self.variables.get("USERPROFILE")
        roots = [self.variables.get("XDG_CONFIG_HOME"), self.variables.get("APPDATA")]
        given = next((Path(root) for root in roots if root and Path(root).is_absolute()), None)
        root = given or (Path(home) / ".config" if home else None)
        return root / "yidi" / "settings.toml" if root is not None else None

    def paths(self, name: str) -> list[str]:
        """Return the paths in a variable, separated as the system separates them."""
        return self.variables.get(name, "").split(os.pathsep)

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
    return Environment(
        stdin=sys.stdin,
        stdout=sys.stdout,
        stderr=sys.stderr,
        variables=os.environ,
        columns=_size("COLUMNS", 0, DEFAULT_COLUMNS),
        today=date.today(),
        rows=_size("LINES", 1, DEFAULT_ROWS),
    )


def prefer_small_pypinyin() -> None:
    """Have pypinyin load its characters without its phrases: a quarter of the time and memory.

    It reads these switches when it is imported, and nowhere else takes them.
    """
    for name in ("PYPINYIN_NO_PHRASES", "PYPINYIN_NO_DICT_COPY"):
        os.environ.setdefault(name, "1")


def spare_typing_extensions() -> None:
    """Import msgspec without typing_extensions.

    msgspec takes it wherever it is installed, and icalendar has it installed: a twentieth of a
    query's time. From Python 3.11 on `typing` itself has all that msgspec looks for.
    """
    _import_without("typing_extensions", "msgspec")


def spare_ssl() -> None:
    """Import asyncio, which the prompts run on, without ssl: nothing here opens a connection.

    It is a twentieth of the time to the first question; asyncio does without where there is none.
    """
    _import_without("ssl", "asyncio")


def _import_without(spared: str, wanted: str) -> None:
    """Import a module as if another were not installed, unless either is there already."""
    if spared in sys.modules or wanted in sys.modules:
        return
    sys.modules[spared] = None  # type: ignore[assignment]  # what makes an import fail at once
    try:
        importlib.import_module(wanted)
    finally:
        del sys.modules[spared]


def _size(name: str, index: int, default: int) -> int:
    """Return the terminal's width (index 0) or height (1): the variable `name` if it is set, else
    that of the first real terminal.
    """
    asked = os.environ.get(name, "")
    if asked.isdigit() and int(asked):
        return int(asked)
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        try:
            return os.get_terminal_size(stream.fileno())[index] or default
        except (OSError, ValueError):
            continue
    return default
