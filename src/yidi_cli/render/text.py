"""Plain text: no escape byte, for pipes, files, screen readers and chat."""

from __future__ import annotations

from yidi_cli.render.document import Document
from yidi_cli.render.layout import layout


def plain_text(document: Document, columns: int) -> str:
    """Return the page as text that ends with a newline."""
    return "\n".join(line.text.rstrip() for line in layout(document, columns)) + "\n"
