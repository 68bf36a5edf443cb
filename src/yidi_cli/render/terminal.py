"""The page in a terminal, with rich."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from yidi_cli.render.document import Document
from yidi_cli.render.layout import Line, Style, layout
from yidi_cli.render.wrap import MARK

if TYPE_CHECKING:
    from rich.text import Text

# Fixed middle tones, about 4:1 or better against black and against white (measured in a test):
# what a theme calls cyan, yellow or dim may be unreadable on it. All else has the terminal's own
# colour. Nothing is said by colour alone.
ACCENT = "#0087af"
MUTED = "#767676"
_STYLES: dict[Style, str] = {
    "title": "",
    "headline": "bold",
    "heading": f"bold {ACCENT}",
    "text": "",
    "detail": "",
    "note": MUTED,
    "plain": "",
    # Real black and white: a theme may swap or tint what it calls so, and the code is unreadable.
    "qr": "#000000 on #ffffff",
}


def _styled_line(line: Line) -> Text:
    from rich.text import Text

    text = Text(line.text, style=_STYLES[line.style])
    if line.style in ("text", "detail"):
        # Where a statement comes from steps back behind what it says.
        for mark in MARK.finditer(line.text):
            text.stylize(MUTED, mark.start(), mark.end())
    return text


def styled(document: Document, columns: int, colour: bool) -> str:
    """Return the page with the escape codes of its styles."""
    from rich.console import Console
    from rich.text import Text

    # Written to memory: rich ends the process by itself when a pipe is closed.
    page = io.StringIO()
    target = Console(
        file=page,
        width=columns,
        force_terminal=True,
        # Not asked of the terminal: the wizard draws in 256 colours as well.
        color_system="256",
        no_color=not colour,
        markup=False,
        emoji=False,
        highlight=False,
    )
    for line in layout(document, columns, beside=True):
        text = Text()
        for part in (line, line.right):
            if part is not None:
                text.append_text(_styled_line(part))
        target.print(text, soft_wrap=True)
    return page.getvalue()
