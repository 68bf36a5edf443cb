"""From a document to lines of a given width, each a list of styled pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from yidi_cli.base.value import Value
from yidi_cli.render.document import Block, Bullet, Document, Entry
from yidi_cli.render.wrap import width, wrap

Style = Literal["title", "headline", "heading", "text", "detail", "note", "plain"]
MAX_COLUMNS = 100
MIN_COLUMNS = 20
NOTE_INDENT = " " * 4


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
        lines += [*_block(block, columns), Line("")]
    if document.notes:
        lines.append(Line("来源", "heading"))
        for note in document.notes:
            lines += _note(note.text, columns)
    for text in document.footer:
        lines += [Line(part, "note") for part in wrap(text, columns)]
    while lines and not lines[-1].text:
        lines.pop()
    return lines


def _title(document: Document, columns: int) -> Iterator[Line]:
    title = wrap(document.title, columns)
    gap = columns - width(title[-1]) - width(document.date)
    if document.date and gap >= 2:
        title[-1] += " " * gap + document.date
    elif document.date:
        title.append(document.date)
    for text in title:
        yield Line(text, "title")


def _block(block: Block, columns: int) -> Iterator[Line]:
    for text in wrap(block.title, columns):
        yield Line(text, "heading")
    for index, entry in enumerate(block.entries, 1):
        yield from _entry(entry, _bullet(block.bullet, index), columns)


def _bullet(bullet: Bullet, index: int) -> str:
    if bullet == "number":
        return f"{index:2}. "
    return {"dot": " · ", "box": " □ ", "quote": " 问 ", "none": "  "}[bullet]


def _entry(entry: Entry, bullet: str, columns: int) -> Iterator[Line]:
    yield from _hanging(bullet, entry.text, columns, "text")
    indent = " " * width(bullet)
    for sub in entry.subs:
        yield from _hanging(indent + sub.lead, sub.text, columns, "detail")


def _hanging(lead: str, text: str, columns: int, style: Style) -> Iterator[Line]:
    """Wrap `text` behind `lead`, further lines indented by the lead's width."""
    hang = width(lead)
    for number, part in enumerate(wrap(text, columns - hang)):
        yield Line((lead if number == 0 else " " * hang) + part, style)


def _note(text: str, columns: int) -> Iterator[Line]:
    """Wrap a source: its first line from the margin, further ones indented."""
    first = wrap(text, columns)[0]
    yield Line(first, "note")
    rest = text[len(first) :].lstrip()
    if rest:
        yield from _hanging(NOTE_INDENT, rest, columns, "note")
