"""Renews the output shown in README.md: the lines behind each `$ yidi …` in its code blocks.

A block that ends with 「……」 keeps its number of lines; one that is 「……」 alone shows everything.
Output is that of the day of the data's version, 80 columns wide.
"""

from __future__ import annotations

import io
import re
import shlex
from datetime import date
from pathlib import Path

from yidi_cli.base.env import Environment
from yidi_cli.cli.app import run
from yidi_cli.rulebook.opening import open_rulebook

README = Path(__file__).parent.parent / "README.md"
OMITTED = "……"
BLOCK = re.compile(r"(```console\n\$ (yidi [^\n]+)\n)((?:(?!```).*\n)+)(```)")
COLUMNS = 80


def output(command: str, day: date) -> list[str]:
    """Run one command and return its lines; AssertionError where it fails."""
    out, err = io.StringIO(), io.StringIO()
    env = Environment(io.StringIO(), out, err, {}, COLUMNS, day)
    code = run(shlex.split(command)[1:], env)
    assert code == 0, f"{command}: {err.getvalue()}"
    return out.getvalue().splitlines()


def renewed(text: str) -> str:
    """Return the README with the output in its blocks renewed."""
    day = date.fromisoformat(open_rulebook().meta.version)

    def block(match: re.Match[str]) -> str:
        head, command, shown, end = match.groups()
        lines = output(command, day)
        old = shown.splitlines()
        if old[-1] == OMITTED and len(old) > 1:
            lines = [*lines[: len(old) - 1], OMITTED]
        return head + "\n".join(lines) + "\n" + end

    return BLOCK.sub(block, text)


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
