"""Writes the table of diagnostics in `docs/data.md` again, from their catalogue."""

from __future__ import annotations

import re
from pathlib import Path

from yidi_cli.rulebook.diagnostics import CODES

GUIDE = Path(__file__).parent.parent / "docs" / "data.md"
TABLE = re.compile(r"(<!-- codes: [^\n]*-->\n).*?(<!-- end of codes -->)", re.DOTALL)
SEVERITIES = {"error": "错", "warning": "提醒"}


def table() -> str:
    """Return the table: code, severity, what it means, how to mend it."""
    rows = ["| 代号 | | 是什么 | 怎么改 |", "|---|---|---|---|"]
    for name, code in sorted(CODES.items()):
        rows.append(f"| {name} | {SEVERITIES[code.severity]} | {code.title} | {code.mend} |")
    return "\n" + "\n".join(rows) + "\n\n"


def renewed(text: str) -> str:
    """Return the guide with today's table in it."""
    return TABLE.sub(lambda match: match[1] + table() + match[2], text)


if __name__ == "__main__":
    GUIDE.write_text(renewed(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
