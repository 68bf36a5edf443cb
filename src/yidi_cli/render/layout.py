"""From a document to lines of a given width, each a list of styled pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Literal

from yidi_cli.base.value import Value
from yidi_cli.render.document import (
    SEPARATOR,
    Block,
    Bullet,
    Document,
    Entry,
)
from yidi_cli.render.inert import inert
from yidi_cli.render.wrap import width, wrap

Style = Literal["title", "headline", "heading", "text", "detail", "note", "plain", "qr"]
MAX_COLUMNS = 100
MIN_COLUMNS = 20
NO_ROOM = "窗口太窄，二维码画不下。"
BESIDE = 90
"""From this width on two blocks have room side by side, `GUTTER` columns apart."""
GUTTER = 3
_NOTE = re.compile(r"〔\d+〕")
# Most terminals draw □ one column wide, some two: what stands below it is at home in the first.
_HANG: dict[Bullet, int] = {"box": 3}


class Line(Value, frozen=True):
    """One line of a page with its style; `right` goes on behind it, where two blocks are beside."""

    text: str
    style: Style = "plain"
    right: Line | None = None


def layout(document: Document, columns: int, beside: bool = False) -> list[Line]:
    """Return the page's lines, none wider than `columns` (20 to 100 are used).

    With `beside` blocks that may stand side by side do, where there is room: to be seen, not read
    out.
    """
    columns = max(MIN_COLUMNS, min(columns, MAX_COLUMNS))
    lines = [*_title(document, columns), Line("")]
    if document.headline:
        lines += [Line(text, "headline") for text in _lines(document.headline, columns)]
        lines.append(Line(""))
    for block in document.blocks:
        lines += _pair(block, columns, beside) if block.beside else _block(block, columns)
        if not document.tight:
            lines.append(Line(""))
    if document.notes:
        lines.append(Line("来源", "heading"))
        leads = [_NOTE.match(note.text) for note in document.notes]
        texts = [found.group() if found else "" for found in leads]
        hang = max(map(width, texts))
        for lead, note in zip(texts, document.notes, strict=True):
            lines += _hanging(lead, note.text[len(lead) :], columns, "note", hang)
    for text in document.footer:
        lines += [Line(part, "note") for part in _lines(text, columns)]
    while lines and not lines[-1].text:
        lines.pop()
    return lines


def _lines(text: str, columns: int, hang: int = 0) -> list[str]:
    """Wrap a text once it is harmless."""
    return wrap(inert(text), columns, hang)


def _title(document: Document, columns: int) -> Iterator[Line]:
    """Break a title between its parts; the date stands at the right where it fits."""
    lines = [""]
    titled, date = (inert(text).replace("\n", " ") for text in (document.title, document.date))
    *parts, last = titled.split(SEPARATOR)
    for part in (*(f"{part}{SEPARATOR.rstrip()}" for part in parts), last):
        longer = f"{lines[-1]} {part}".lstrip()
        if width(longer) <= columns:
            lines[-1] = longer
        else:
            lines += _lines(part, columns)
    title = [line for line in lines if line]
    gap = columns - width(title[-1]) - width(date) if title else 0
    if date and gap >= 2:
        title[-1] += " " * gap + date
    elif date:
        title.append(" " * (columns - width(date)) + date)
    for text in title:
        yield Line(text, "title")


def _pair(block: Block, columns: int, beside: bool) -> Iterator[Line]:
    """Lay out a block and the one beside it, below each other where there is no room."""
    assert block.beside is not None
    if not beside or columns < BESIDE:
        yield from _block(block, columns)
        yield Line("")
        yield from _block(block.beside, columns)
        return
    half = (columns - GUTTER) // 2
    sides = (_block(block, half), _block(block.beside, half))
    for left, right in zip_longest(*sides, fillvalue=Line("")):
        gap = " " * (half + GUTTER - width(left.text))
        yield Line(left.text + gap, left.style, right) if right.text else left


def _block(block: Block, columns: int) -> Iterator[Line]:
    for text in _lines(block.title, columns):
        yield Line(text, "heading")
    for index, entry in enumerate(block.entries, 1):
        yield from _entry(entry, block.bullet, index, columns)


def _lead(bullet: Bullet, index: int) -> str:
    if bullet == "number":
        return f"{index:2}. "
    return {"dot": " · ", "box": " □ ", "quote": " 问 ", "none": "  "}[bullet]


def _entry(entry: Entry, bullet: Bullet, index: int, columns: int) -> Iterator[Line]:
    lead = _lead(bullet, index)
    hang = _HANG.get(bullet, width(lead))
    yield from _hanging(lead, entry.text, columns, "text", hang)
    for sub in entry.subs:
        if sub.kind == "qr":
            yield from _code(sub.text, columns, hang)
            continue
        under = " " * hang + sub.lead
        yield from _hanging(under, sub.text, columns, "detail", width(under))


def _code(address: str, columns: int, hang: int) -> Iterator[Line]:
    """Draw a QR code at the left edge, or say that it does not fit: its address stands above."""
    from yidi_cli.render.qr import qr_lines

    try:
        drawn = qr_lines(address)
    except ValueError:
        drawn = []
    # Not by `width`: blocks are taken for two columns there, and whole terminals would be too
    # narrow. Where a terminal does draw them so wide, no code can be drawn at all.
    if drawn and len(drawn[0]) <= columns:
        yield from (Line(text, "qr") for text in drawn)
    else:
        yield from _hanging(" " * hang, NO_ROOM, columns, "detail", hang)


def _hanging(lead: str, text: str, columns: int, style: Style, hang: int) -> Iterator[Line]:
    """Wrap `text` behind `lead`, further lines indented by `hang`."""
    first = width(lead)
    for number, part in enumerate(_lines(text, columns - first, hang - first)):
        yield Line((lead if number == 0 else " " * hang) + part, style)
