"""The page in a terminal, with rich."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from yidi_cli.render.document import Document
from yidi_cli.render.layout import Style, layout

if TYPE_CHECKING:
    from rich.console import Console

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


def console(stream: TextIO, columns: int, colour: bool) -> Console:
    """Return a console that interprets nothing in the text it prints."""
    from rich.console import Console

    return Console(
        file=stream,
        width=columns,
        force_terminal=True,
        no_color=not colour,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=True,
    )


def print_document(document: Document, stream: TextIO, columns: int, colour: bool) -> None:
    """Print the page."""
    from rich.text import Text

    target = console(stream, columns, colour)
    for line in layout(document, columns):
        target.print(Text(line.text, style=_STYLES[line.style]), soft_wrap=True)
