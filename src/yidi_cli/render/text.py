"""Text without an escape byte: for pipes and screen readers, and for a chat."""

from __future__ import annotations

from collections.abc import Iterator

from yidi_cli.render.document import Block, Bullet, Document
from yidi_cli.render.inert import inert
from yidi_cli.render.layout import layout

_LEADS: dict[Bullet, str] = {"dot": "· ", "box": "□ ", "quote": "问：", "none": ""}
_UNDER = "\u3000"
"""Indent of what stands under an entry; a chat takes spaces away at the start of a line."""


def plain_text(document: Document, columns: int) -> str:
    """Return the page in lines of at most `columns`; it ends with a newline."""
    return "\n".join(line.text.rstrip() for line in layout(document, columns)) + "\n"


def chat_text(document: Document) -> str:
    """Return the page fit for a chat: each statement one line, whatever the width of the phone."""
    parts = [f"{document.title}\n{document.date}".rstrip(), document.headline]
    for block in document.blocks:
        parts += [_chat_block(part) for part in (block, block.beside) if part is not None]
    if document.notes:
        parts.append("\n".join(["【来源】", *(note.text for note in document.notes)]))
    parts.append("\n".join(document.footer))
    return inert("\n\n".join(part for part in parts if part)) + "\n"


def _chat_block(block: Block) -> str:
    return "\n".join([f"【{block.title}】", *_chat_lines(block)])


def _chat_lines(block: Block) -> Iterator[str]:
    for number, entry in enumerate(block.entries, 1):
        lead = f"{number}. " if block.bullet == "number" else _LEADS[block.bullet]
        yield f"{lead}{entry.text}"
        for sub in entry.subs:
            # A QR code is a picture of the address above it.
            if sub.kind != "qr":
                yield f"{_UNDER}{sub.lead}{sub.text}"
