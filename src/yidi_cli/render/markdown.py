"""Markdown (CommonMark, and GitHub's boxes to tick), for notes, issues and office programs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yidi_cli.render.document import Block, Bullet, Document, Entry, Sub
from yidi_cli.render.inert import inert

_ANYWHERE = re.compile(r"([\\`*_\[\]<>&|~#!])")
_AT_START = re.compile(r"^(\s*)([-+=:]|\d+(?=[.)]))")
_ADDRESS = re.compile(r"https?://[^\s<>]+")
_LEADS: dict[Bullet, str] = {"dot": "- ", "box": "- [ ] ", "quote": "- ", "none": ""}
_UNDER = " " * 4
"""Indent of what stands under an entry: enough for every kind of list."""


def markdown(document: Document) -> str:
    """Return the page as Markdown that ends with a newline; texts are escaped."""
    parts = [f"# {_escape(document.title)}", _escape(document.date)]
    parts += [f"**{_escape(line)}**" for line in document.headline.split("\n") if line.strip()]
    for block in document.blocks:
        parts += [_block(part) for part in (block, block.beside) if part is not None]
    if document.notes:
        parts.append(_block(Block("来源", document.notes)))
    if document.footer:
        parts.append("---")
        parts += [_escape(line) for line in document.footer]
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(block: Block) -> str:
    lines = [f"## {_escape(block.title)}", ""]
    for number, entry in enumerate(block.entries, 1):
        lead = f"{number}. " if block.bullet == "number" else _LEADS[block.bullet]
        lines += _entry(entry, lead)
        if block.bullet == "none":
            lines.append("")
    return "\n".join(lines).rstrip()


def _entry(entry: Entry, lead: str) -> Iterator[str]:
    yield f"{lead}{_escape(entry.text, _UNDER if lead else '')}"
    for sub in entry.subs:
        # A QR code is a picture of the address above it.
        if sub.kind != "qr":
            yield f"{_UNDER if lead else ''}{_sub_lead(sub)}{_escape(sub.text, _UNDER * 2)}"


def _sub_lead(sub: Sub) -> str:
    return sub.lead if sub.kind == "step" else "- "


def _escape(text: str, indent: str = "") -> str:
    """Return `text` so that Markdown shows it as it is; further lines go below `indent`."""
    lines = [_escape_line(line) for line in inert(text).split("\n")]
    return f"\\\n{indent}".join(lines)


def _escape_line(line: str) -> str:
    parts = []
    at = 0
    for found in _ADDRESS.finditer(line):
        parts += [_marks(line[at : found.start()]), f"<{found.group()}>"]
        at = found.end()
    return _AT_START.sub(r"\1\\\2", "".join([*parts, _marks(line[at:])])).strip()


def _marks(text: str) -> str:
    return _ANYWHERE.sub(r"\\\1", text)
