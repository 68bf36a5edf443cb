"""The page as one HTML file: no network, no script; for a phone, a screen and a printer.

What is a list marker in the other formats (□, 问, numbers) is drawn by the style sheet, so the
text of the page is the document's words and nothing else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path

from yidi_cli.render.document import SEPARATOR, Block, Document, Entry, Sub
from yidi_cli.render.inert import inert
from yidi_cli.render.wrap import MARK

SOURCES_TITLE = "来源"
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
"""What a browser may do with the page: show it, nothing else."""
SHEET = 165_000.0
"""Characters of one point that fill a sheet of A4, in squares of a point (measured)."""
SMALLEST, SINGLE, BIGGEST = 8.4, 9.3, 11.0
"""Type on paper in points: for the longest page, for the longest on one sheet, for a short one."""
FULL = 380
"""From this many characters on a page for old people is too long for one sheet in large type."""
WHOLE = 24
"""A note mark of up to this many characters is kept in one line."""

_HEAD = f"""\
<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="format-detection" content="telephone=no">
"""

_ADDRESS = r"https?://[!-~]*[\w/#=&-]"
_WHOLE_ADDRESS = re.compile(r"https?://[!-~]+", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBERED = re.compile(r"〔(\d{1,2})〕", re.ASCII)
_CITED = re.compile(r"\d{1,2}[转网推旧]?", re.ASCII)
# A note mark takes the character before it along: no line is to begin with a mark. Days, and
# numbers with their unit, stay in one line too.
_PIECE = re.compile(
    rf"(?P<mark>\S?{MARK.pattern})|(?P<phone>(?<!\d)0\d{{2,3}}-12393(?!\d))"
    rf"|(?P<number>〔\d{{1,2}}〕)|(?P<address>{_ADDRESS})"
    r"|(?P<whole>(?:\d{4}-\d{2}-\d{2}|(?<![\d-])\d{1,4} [\u4e00-\u9fff])(?!〔))",
    re.ASCII,
)


def html_page(document: Document, large: bool = False) -> str:
    """Return the document as a whole HTML file that needs nothing else.

    `large` is for old people: letters of 20 pt, on paper as well.
    """
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    page = _Page(document)
    title = escape(" ".join(inert(document.title).split()))
    sheet = f":root {{\n  --sheet: {_type_size(_length(document)):.1f}pt;\n}}\n"
    parts = [_HEAD, f"<title>{title}</title>\n<style>\n{style}{sheet}</style>\n</head>\n"]
    parts += [f"<body{_looks(document, large)}>\n", *page.body(), "</body>\n</html>\n"]
    return "".join(parts)


def _looks(document: Document, large: bool) -> str:
    """Return the classes of the page: for old people, with much to say, with blocks in pairs."""
    paired = any(block.beside is not None for block in document.blocks)
    full = large and _length(document) > FULL
    names = [n for n, holds in (("large", large), ("full", full), ("paired", paired)) if holds]
    return f' class="{" ".join(names)}"' if names else ""


def _type_size(length: int) -> float:
    """Return the type size that brings a page on one sheet, or else on two."""
    one, two = (math.sqrt(SHEET * sheets / max(length, 1)) for sheets in (1, 2))
    return min(max(one if one >= SINGLE else two, SMALLEST), BIGGEST)


def _length(document: Document) -> int:
    entries = [entry for block in _all(document.blocks) for entry in block.entries]
    texts = [entry.text for entry in (*entries, *document.notes)]
    return sum(map(len, texts)) + sum(len(sub.text) for entry in entries for sub in entry.subs)


def _all(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        yield from _row(block)


def _row(block: Block) -> Iterator[Block]:
    """Yield a block and those beside it, from left to right."""
    yield block
    if block.beside is not None:
        yield from _row(block.beside)


class _Page:
    """Writes the parts of a document; knows which notes there are to point at."""

    def __init__(self, document: Document) -> None:
        self._document = document
        told = " ".join(note.text for note in document.notes)
        self._notes = frozenset(_NUMBERED.findall(told))
        self._placed: set[str] = set()

    def body(self) -> Iterator[str]:
        """Yield what stands in the page's body, in the order in which it is read."""
        yield from self._header()
        yield "<main>\n"
        for block in self._document.blocks:
            row = list(_row(block))
            yield '<div class="pair">\n' if len(row) > 1 else ""
            for one in row:
                yield from self._section(one)
            yield "</div>\n" if len(row) > 1 else ""
        yield "</main>\n"
        yield from self._footer()

    def _header(self) -> Iterator[str]:
        yield "<header>\n"
        parts = self._document.title.split(SEPARATOR)
        joined = [f"{part}{SEPARATOR.rstrip()}" for part in parts[:-1]] + parts[-1:]
        # A long title breaks between its parts before it breaks inside of one.
        spans = " ".join(f"<span>{self._text(part)}</span>" for part in joined)
        yield f"<h1>{spans}</h1>\n"
        date = _plain(inert(self._document.date))
        if _DAY.fullmatch(date):
            yield f'<time datetime="{date}">{date}</time>\n'
        elif date:
            yield f'<p class="day">{date}</p>\n'
        if self._document.headline:
            yield f'<p class="headline">{self._text(self._document.headline)}</p>\n'
        yield "</header>\n"

    def _section(self, block: Block) -> Iterator[str]:
        yield f'<section class="{block.bullet}">\n<h2>{self._text(block.title)}</h2>\n'
        if block.entries:
            kind = "ol" if block.bullet == "number" else "ul"
            yield f"<{kind}>\n"
            for entry in block.entries:
                text = self._text(entry.text)
                if block.bullet == "box":
                    text = f'<label><input type="checkbox"><span>{text}</span></label>'
                yield f"<li>{text}{self._subs(entry)}</li>\n"
            yield f"</{kind}>\n"
        yield "</section>\n"

    def _footer(self) -> Iterator[str]:
        yield "<footer>\n"
        if self._document.notes:
            yield f'<section class="notes">\n<h2>{SOURCES_TITLE}</h2>\n<ul>\n'
            for note in self._document.notes:
                yield f"{self._note(note)}\n"
            yield "</ul>\n</section>\n"
        for line in self._document.footer:
            yield f"<p>{self._text(line)}</p>\n"
        yield "</footer>\n"

    def _note(self, note: Entry) -> str:
        """Return a source; where it begins with its number, that stands in a column of its own."""
        found = _NUMBERED.match(note.text)
        start = found.end() if found else 0
        said = f"{self._text(note.text[start:], note=True)}{self._subs(note)}"
        if not found:
            return f"<li>{said}</li>"
        number = self._text(found.group(), note=True)
        return f'<li class="numbered">{number}<div class="said">{said}</div></li>'

    def _subs(self, entry: Entry) -> str:
        parts = []
        for is_step, subs in groupby(entry.subs, lambda sub: sub.kind == "step"):
            if is_step:
                steps = "".join(self._step(sub) for sub in subs)
                parts.append(f"\n<ol>{steps}</ol>")
            else:
                parts += [f"\n{self._sub(sub)}" for sub in subs]
        return "".join(parts)

    def _step(self, sub: Sub) -> str:
        """Return a step; its number stands in `lead`, here as the list item's value."""
        number = re.match(r"\d{1,3}", sub.lead, re.ASCII)
        value = f' value="{int(number.group())}"' if number else ""
        return f"<li{value}>{self._text(sub.text)}</li>"

    def _sub(self, sub: Sub) -> str:
        if sub.kind == "qr":
            return self._qr(sub.text)
        text = self._address(sub.text) if sub.kind == "url" else self._text(sub.text)
        return f'<p class="{sub.kind}">{text}</p>'

    def _qr(self, address: str) -> str:
        """Return an address as a QR code; it is told above it. "" for what is no address."""
        from yidi_cli.render.qr import qr_svg

        try:
            return f"<figure>{qr_svg(inert(address))}</figure>"
        except ValueError:
            return ""

    def _address(self, text: str) -> str:
        """Return an address as a link to itself, anything else as text."""
        text = inert(text)
        return _link(text) if _WHOLE_ADDRESS.fullmatch(text) else self._text(text)

    def _text(self, text: str, note: bool = False) -> str:
        """Return `text` with its marks and phone numbers as links; in a note, addresses too."""
        text = inert(text)
        parts: list[str] = []
        end = 0
        for found in _PIECE.finditer(text):
            parts.append(_plain(text[end : found.start()]))
            parts.append(self._piece(found, note))
            end = found.end()
        return "".join([*parts, _plain(text[end:])])

    def _piece(self, found: re.Match[str], note: bool) -> str:
        whole = found.group()
        number = _NUMBERED.search(whole)
        if note and number is not None:
            name = number.group(1)
            place = "" if name in self._placed else f' id="n{name}"'
            self._placed.add(name)
            before = _plain(whole[: number.start()])
            return f'{before}<span class="num"{place}>{number.group()}</span>'
        if found["mark"]:
            return self._mark(whole)
        if found["phone"]:
            return f'<a class="phone" href="tel:{whole.replace("-", "")}">{whole}</a>'
        if found["whole"]:
            return f'<span class="whole">{whole}</span>'
        return _link(whole) if note and found["address"] else _plain(whole)

    def _mark(self, whole: str) -> str:
        """Return a mark and the character before it, each number a link to its note."""
        start = whole.index("〔") if whole[0] == "〔" else 1
        before, mark = _plain(whole[:start]), whole[start:]
        linked = _CITED.sub(self._cited, mark)
        told = f'{before}<span class="mark">{linked}</span>'
        return f'<span class="whole">{told}</span>' if len(mark) <= WHOLE else told

    def _cited(self, found: re.Match[str]) -> str:
        text = found.group()
        number = text.rstrip("转网推旧")
        return f'<a href="#n{number}">{text}</a>' if number in self._notes else text


def _plain(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _link(address: str) -> str:
    shown = escape(address)
    return f'<a href="{shown}" rel="noopener noreferrer">{shown}</a>'
