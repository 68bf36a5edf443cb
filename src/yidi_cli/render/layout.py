"""From a document to lines of a given width, each a list of styled pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from yidi_cli.base.value import Value
from yidi_cli.render.document import (
    SEPARATOR,
    Block,
    Bullet,
    Document,
    Entry,
)
from yidi_cli.render.wrap import width, wrap

Style = Literal["title", "headline", "heading", "text", "detail", "note", "plain"]
MAX_COLUMNS = 100
MIN_COLUMNS = 20
_NOTE = re.compile(r"〔\d+〕")
# Most terminals draw □ one column wide, some two: what stands below it is at home in the first.
_HANG: dict[Bullet, int] = {"box": 3}


class Line(Value, frozen=True):
    """One line of a page with its style."""

    text: str
    style: Style = "plain"


def layout(document: Document, columns: int) -> list[Line]:
    """Return the page's lines, none wider than `columns` (20 to 100 are used)."""
    columns = max(MIN_COLUMNS, min(columns, MAX_COLUMNS))
    lines = [*_title(document, columns), Line("")]
    if document.headline:
        lines += [Line(text, "headline") for text in wrap(document.headline, columns)]
        lines.append(Line(""))
    for block in document.blocks:
        lines += _block(block, columns)
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
        lines += [Line(part, "note") for part in wrap(text, columns)]
    while lines and not lines[-1].text:
        lines.pop()
    return lines


def _title(document: Document, columns: int) -> Iterator[Line]:
    """Break a title between its parts; the date stands at the right where it fits."""
    lines = [""]
    *parts, last = document.title.split(SEPARATOR)
    for part in (*(f"{part}{SEPARATOR.rstrip()}" for part in parts), last):
        longer = f"{lines[-1]} {part}".lstrip()
        if width(longer) <= columns:
            lines[-1] = longer
        else:
            lines += wrap(part, columns)
    title = [line for line in lines if line]
    gap = columns - width(title[-1]) - width(document.date) if title else 0
    if document.date and gap >= 2:
        title[-1] += " " * gap + document.date
    elif document.date:
        title.append(" " * (columns - width(document.date)) + document.date)
    for text in title:
        yield Line(text, "title")


def _block(block: Block, columns: int) -> Iterator[Line]:
    for text in wrap(block.title, columns):
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
        under = " " * hang + sub.lead
        yield from _hanging(under, sub.text, columns, "detail", width(under))


def _hanging(lead: str, text: str, columns: int, style: Style, hang: int) -> Iterator[Line]:
    """Wrap `text` behind `lead`, further lines indented by `hang`."""
    first = width(lead)
    for number, part in enumerate(wrap(text, columns - first, hang - first)):
        yield Line((lead if number == 0 else " " * hang) + part, style)
