"""Every format carries the same statements, in the same order, for every outcome."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

from tests.conftest import TODAY
from tests.outcomes import read_outcomes
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.compare import compare
from yidi_cli.plan.plan import Days, Plan, PlanDate
from yidi_cli.render.compare import compare_document
from yidi_cli.render.document import Block, Document, Entry, Sub
from yidi_cli.render.html import html_page
from yidi_cli.render.jsonout import dump, plan_json
from yidi_cli.render.markdown import markdown
from yidi_cli.render.plan_page import date_line, plan_document
from yidi_cli.render.terminal import styled
from yidi_cli.render.text import chat_text, plain_text
from yidi_cli.render.wrap import MARK
from yidi_cli.rulebook.rulebook import Rulebook

ESCAPE = re.compile(r"\x1b\[[\d;]*m")
CODE = "1BT4-2VWH-51JJ-480E"
DAYS = Days(TODAY, travel=TODAY.replace(day=27), discharge=TODAY.replace(day=30))
PARTS = 6
"""The outcomes are gone through in so many tests, that several processes may share them."""


@pytest.fixture(scope="module")
def plans(book: Rulebook) -> list[Plan]:
    return [build_plan(case, book, TODAY, DAYS) for case in read_outcomes(book)]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def words_of(page: Document) -> list[str]:
    """Everything a page says, in order; a QR code is a picture of what is said."""
    told = [page.title, page.date, page.headline]
    for block in page.blocks:
        for part in (block, block.beside):
            if part is not None:
                told.append(part.title)
                for entry in part.entries:
                    told += [entry.text, *(sub.text for sub in entry.subs if sub.kind != "qr")]
    return [*told, *(note.text for note in page.notes), *page.footer]


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.told: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("head", "svg")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("head", "svg")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.told.append(data)


def text_of_html(page: str) -> str:
    parser = _Text()
    parser.feed(page)
    return "".join(parser.told)


def text_of_markdown(page: str) -> str:
    told: list[str] = []
    for token in MarkdownIt("commonmark").parse(page):
        for child in token.children or ():
            if child.type == "text":
                told.append(child.content)
            elif child.type in ("softbreak", "hardbreak"):
                told.append("\n")
        told.append("\n")
    # GitHub's boxes, which CommonMark does not know.
    return re.sub(r"^\[ \] ", "", "".join(told), flags=re.MULTILINE)


def texts(page: Document) -> dict[str, str]:
    return {
        "terminal": ESCAPE.sub("", styled(page, 100, True)),
        "terminal, narrow": ESCAPE.sub("", styled(page, 40, False)),
        "plain": plain_text(page, 80),
        "chat": chat_text(page),
        "md": text_of_markdown(markdown(page)),
        "html": text_of_html(html_page(page)),
    }


LEADS = re.compile(r"[·□]|问：?|【|】|来源|\d+\.|〔\d+〕")


def check_same(page: Document, given: Mapping[str, str] | None = None) -> None:
    """Every format has every sentence in order, and between them nothing but leads.

    `given` is what a command printed, its marks taken away, by the name of the format.
    """
    words = [squeezed(word) for word in words_of(page) if word.strip()]
    for name, text in (given or texts(page)).items():
        found, at = squeezed(text), 0
        for word in words:
            start = found.find(word, at)
            assert start >= 0, (name, word, found[at : at + 200])
            between = LEADS.sub("", found[at:start])
            assert not between, (name, between, word)
            at = start + len(word)
        assert not LEADS.sub("", found[at:]), (name, found[at:])


@pytest.mark.parametrize("part", range(PARTS))
def test_every_format_says_the_same(part: int, plans: list[Plan], book: Rulebook) -> None:
    for number, plan in enumerate(plans[part::PARTS]):
        check_same(plan_document(plan, book, ids=number % 5 == 0, code=CODE))
        if number % 4 == 0:
            check_same(plan_document(plan, book, brief=True))


def test_comparisons_say_the_same(plans: list[Plan], book: Rulebook) -> None:
    checked = 0
    for plan in plans[::12]:
        other = replace(plan.case, type="other-temporary", stage="admitted")
        page = compare_document(compare(plan, build_plan(other, book, TODAY, DAYS)), book)
        # Side by side the lines of two blocks alternate: there it is the characters that count.
        wide = squeezed(ESCAPE.sub("", styled(page, 100, True)))
        said = squeezed("".join(words_of(page)))
        assert not set(said) - set(wide)
        assert sum(map(wide.count, "。；")) == sum(map(said.count, "。；"))
        narrow = {name: text for name, text in texts(page).items() if name != "terminal"}
        for text in narrow.values():
            found, at = squeezed(text), 0
            for word in map(squeezed, words_of(page)):
                at = found.index(word, at) + len(word)
        checked += any(block.beside is not None for block in page.blocks)
    assert checked > 20


# --- JSON -------------------------------------------------------------------------------------


def statements(told: dict[str, Any]) -> Iterator[str]:
    """What a plan says, as its JSON has it: each text without marks and labels."""
    yield told["filing" if "filing" in told else "verdict"]["headline"]
    for items in told["sections"].values():
        for item in items:
            yield item["text"]
            yield from (item.get(name, "") for name in ("detail", "url", "purpose", "get", "form"))
            yield from item.get("substitutes", ())
            for reading in item.get("disputed", ()):
                yield from (reading["says"], reading["why_not"])
    yield from (f"{day['from']}{day['label']}" for day in told["dates"])


def said_on_the_page(page: Document, dates: Iterable[PlanDate]) -> list[str]:
    """The same of the page, its labels taken away."""
    days = {date_line(day): day for day in dates}
    told = [page.headline]
    for block in page.blocks:
        for entry in block.entries:
            if entry.text in days:
                day = days[entry.text]
                note = f"（{day.note}）" if day.note else ""
                told.append(f"{day.from_.isoformat()}{day.label}{note}")
                continue
            told.append(MARK.sub("", entry.text).removesuffix("（待核实）"))
            for sub in entry.subs:
                text = MARK.sub("", sub.text)
                told.append(re.sub(r"^(可以代替：|用处：|哪里办：|交法：|→ )", "", text))
    return told


@pytest.mark.parametrize("part", range(2))
def test_json_says_what_the_page_says(part: int, plans: list[Plan], book: Rulebook) -> None:
    for plan in plans[part::2]:
        told = json.loads(dump(plan_json(plan, book, CODE)))
        in_json = {text for text in statements(told) if text}
        on_page = {text for text in said_on_the_page(plan_document(plan, book), plan.dates) if text}
        assert in_json - on_page == set()
        assert on_page - in_json == set()


# --- what stands in data or answers does nothing ------------------------------------------------

HOSTILE = {
    "markup": "[bold red]红[/] :smile: [/x] [link=http://a.example]点[/link]",
    "escape codes": "\x1b[31m红\x1b]0;title\x07\x1b[2J\x9b31m\x08\x08\r清",
    "html": "</style></title><script>alert(1)</script><img src=x onerror=alert(1)>&lt;&amp;\"'",
    "markdown": "# 标题\n- 列\n1. 数\n> 引\n```\n码\n```\n[a](http://x.example) ![](x) *b* __c__",
    "markdown, at the start": "+ 加\n= 等\n--- \n12) 数\n\t缩进\n<http://x.example>\n| a | b |",
    "a long word": "长" * 600 + "x" * 600,
    "direction": "\u202eabc\u202c\u2066d\u2069\u200f终",
    "line separators": "一\u2028二\u2029三\x85四\x0b五\x0c六",
    "calendar": "一\r\nEND:VEVENT\r\nBEGIN:VALARM;X=1,2\\n",
    "brackets": "「" * 50 + "〔1转〕" * 20 + "（" * 30,
}


def hostile_page(text: str) -> Document:
    subs = tuple(
        Sub(text, kind, "1. " if kind == "step" else "")
        for kind in ("detail", "instead", "step", "url", "id")
    )
    entry = Entry(text, subs)
    blocks = tuple(Block(text, (entry, entry), bullet) for bullet in ("number", "dot", "box"))
    beside = Block(text, (entry,), "none", Block(text, (entry,), "quote"))
    return Document(text, text, text, (*blocks, beside), (Entry(f"〔1〕{text}"),), (text,))


def letters(text: str) -> str:
    """What of a text is to be read: letters and digits of any script."""
    return "".join(char for char in text if char.isalnum())


def shown(char: str) -> bool:
    return char.isprintable() or char in "\n\u3000"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_inert(name: str) -> None:
    page = hostile_page(HOSTILE[name])
    own = set(ESCAPE.findall(styled(hostile_page("好"), 100, True)))
    assert set(ESCAPE.findall(styled(page, 100, True))) <= own
    for format_, text in texts(page).items():
        assert {char for char in text if not shown(char)} == set(), format_
        if format_ != "terminal":  # where blocks side by side alternate
            found, at = letters(text), 0
            for word in words_of(page):
                wanted = letters("".join(filter(shown, word)))
                at = found.index(wanted, at) + len(wanted)
    wide = letters(ESCAPE.sub("", styled(page, 100, True)))
    assert len(wide) >= sum(len(letters("".join(filter(shown, word)))) for word in words_of(page))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markdown_shows_as_it_is(name: str) -> None:
    page = hostile_page(HOSTILE[name])
    allowed = {
        "heading_open", "heading_close", "inline", "paragraph_open", "paragraph_close",
        "bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close",
        "list_item_open", "list_item_close", "hr",
    }  # fmt: skip
    inside = {"text", "hardbreak", "softbreak", "strong_open", "strong_close"}
    headings = 0
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(markdown(page)):
        assert token.type in allowed, token
        headings += token.type == "heading_open"
        links: list[Any] = [c for c in token.children or () if c.type.startswith("link")]
        for child in token.children or ():
            assert child.type in inside or child in links, child
        for link in links:
            assert link.type == "link_close" or link.attrs["href"].startswith("http"), link
    # The title, five blocks, and the sources.
    assert headings == 7
