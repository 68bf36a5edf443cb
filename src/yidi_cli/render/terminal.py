"""The page in a terminal, with rich."""

from __future__ import annotations

import io

from yidi_cli.render.document import Document
from yidi_cli.render.layout import Style, layout

# Bold and dim only, plus one colour that reads on dark and on light: nothing needs colour.
_STYLES: dict[Style, str] = {
    "title": "dim",
    "headline": "bold",
    "heading": "bold cyan",
    "text": "",
    "detail": "dim",
    "note": "dim",
    "plain": "",
}


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
        no_color=not colour,
        markup=False,
        emoji=False,
        highlight=False,
    )
    for line in layout(document, columns):
        target.print(Text(line.text, style=_STYLES[line.style]), soft_wrap=True)
    return page.getvalue()
