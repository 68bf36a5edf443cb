"""HTML: the document's words and nothing else, harmless, readable on a phone and on paper."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.conftest import DATA, TODAY
from tests.test_wrap import contrast, squeezed
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.examples import case_of_example
from yidi_cli.plan.plan import Plan
from yidi_cli.render import html
from yidi_cli.render.document import Block, Document, Entry, Sub
from yidi_cli.render.elder_page import elder_document
from yidi_cli.render.html import POLICY, html_page
from yidi_cli.render.inert import inert
from yidi_cli.render.plan_page import plan_document
from yidi_cli.rulebook.folder import read_examples
from yidi_cli.rulebook.rulebook import Rulebook

EXAMPLES, _ = read_examples(DATA)
STYLE = Path(html.__file__).with_name("page.css").read_text(encoding="utf-8")
VOID = {"meta", "input", "br"}
ALLOWED: dict[str, set[str]] = {
    "html": {"lang"},
    "head": set(),
    "meta": {"charset", "http-equiv", "content", "name"},
    "title": set(),
    "style": set(),
    "body": {"class"},
    "header": set(),
    "main": set(),
    "footer": set(),
    "section": {"class"},
    "div": {"class"},
    "h1": set(),
    "h2": set(),
    "p": {"class"},
    "time": {"datetime"},
    "span": {"class", "id"},
    "ul": set(),
    "ol": set(),
    "li": {"class", "value"},
    "label": set(),
    "input": {"type"},
    "a": {"class", "href", "rel"},
    "br": set(),
    "figure": set(),
    "svg": {"viewbox", "role", "aria-label", "shape-rendering"},
    "path": {"fill", "d"},
}


class Page(HTMLParser):
    """Reads a page and fails at any tag or attribute that no page needs."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.head = {"title": ""}
        self.links: list[dict[str, str]] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.inputs = 0
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        told = {name: value or "" for name, value in attrs}
        assert set(told) <= ALLOWED[tag], (tag, told)
        assert len(told) == len(attrs)
        self.attributes += [(tag, name, value) for name, value in told.items()]
        self.inputs += tag == "input"
        if tag == "a":
            self.links.append({**told, "text": ""})
        if tag == "meta":
            self.head[told.get("name") or told.get("http-equiv") or "charset"] = told.get(
                "content", told.get("charset", "")
            )
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] in (["style"], ["title"]):
            self.head[self.open[-1]] = data
        elif "body" in self.open:
            self.text += data
            if "a" in self.open:
                self.links[-1]["text"] += data
        else:
            assert not data.strip(), data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def words_of(page: Document) -> list[str]:
    """Everything a page says, in order; what stands beside a block comes behind it."""
    told = [page.title, page.date, page.headline]
    waiting = list(page.blocks)
    while waiting:
        block = waiting.pop(0)
        told.append(block.title)
        for entry in block.entries:
            told += [entry.text, *(sub.text for sub in entry.subs if sub.kind != "qr")]
        if block.beside is not None:
            waiting.insert(0, block.beside)
    told += ["来源"] if page.notes else []
    return [*told, *(note.text for note in page.notes), *page.footer]


def check(document: Document, large: bool = False) -> Page:
    """Read a page as a browser would; it says the document's words and is safe."""
    text = html_page(document, large)
    assert text.startswith('<!doctype html>\n<html lang="zh-CN">\n')
    page = Page(text)
    assert squeezed(page.text) == squeezed(inert("".join(words_of(document))))
    assert page.head["title"] == " ".join(inert(document.title).split())
    assert page.head["Content-Security-Policy"] == POLICY
    assert page.head["style"].startswith("\n" + STYLE)
    assert page.head["charset"] == "utf-8"
    assert page.head["viewport"] == "width=device-width, initial-scale=1"
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    for link in page.links:
        address = link["href"]
        if address.startswith("#"):
            assert address[1:] in ids
        elif address.startswith("tel:"):
            assert re.fullmatch(r"tel:0\d{2,3}12393", address)
            assert link["text"].replace("-", "") == address[4:]
        else:
            assert re.fullmatch(r"https?://[!-~]+", address)
            assert link["text"] == address
            assert link["rel"] == "noopener noreferrer"
    for tag, name, value in page.attributes:
        # The address of a QR code is its name for those who cannot see it.
        assert ":" not in value or (tag, name) in {
            ("a", "href"),
            ("meta", "content"),
            ("svg", "aria-label"),
        }, (tag, name, value)
        if tag == "meta":
            assert "//" not in value
    return page


class Pages(list[Document]):
    """Documents that a failing test need not print."""

    def __repr__(self) -> str:
        return f"<{len(self)} pages>"


@pytest.fixture(scope="module")
def plans(book: Rulebook) -> list[Plan]:
    return [build_plan(case_of_example(e, book), book, e.as_of or TODAY) for e in EXAMPLES]


@pytest.fixture(scope="module")
def whole(plans: list[Plan], book: Rulebook) -> Pages:
    return Pages(plan_document(plan, book) for plan in plans)


@pytest.fixture(scope="module")
def short(plans: list[Plan], book: Rulebook) -> Pages:
    return Pages(plan_document(plan, book, brief=True) for plan in plans)


@pytest.fixture(scope="module")
def elder(plans: list[Plan], book: Rulebook) -> Pages:
    return Pages(elder_document(plan, book) for plan in plans)


def size(page: Document) -> int:
    return sum(map(len, words_of(page)))


# --- the words --------------------------------------------------------------------------------


def test_every_plan_says_the_words_of_its_document(whole: Pages) -> None:
    linked = [link["href"] for document in whole for link in check(document).links]
    assert sum(href.startswith("#n") for href in linked) > 5000
    assert sum(href.startswith("tel:") for href in linked) > 50
    assert sum(href.startswith("https:") for href in linked) > 100


def test_short_and_large_pages_say_the_words_of_their_documents(short: Pages, elder: Pages) -> None:
    for document in short:
        check(document)
    for document in elder:
        check(document, large=True)


def test_ids_are_shown_as_text(plans: list[Plan], book: Rulebook) -> None:
    for plan in plans[::20]:
        text = html_page(plan_document(plan, book, ids=True))
        told = [item.id for items in plan.sections.values() for item in items]
        assert len(told) > 10
        assert all(f'<p class="id">{item}</p>' in text for item in told)
        check(plan_document(plan, book, ids=True))


def test_each_mark_leads_to_its_note(whole: Pages) -> None:
    for document in whole[::7]:
        page = check(document)
        marks = [link for link in page.links if link["href"].startswith("#n")]
        assert marks
        for link in marks:
            assert link["href"] == f"#n{link['text'].rstrip('转网推旧')}"


EIGHT = Document(
    title="重庆 → 成都 · 职工医保 · 住院",
    date="2026-11-22",
    headline="要先办「异地长期居住人员」备案，再去住院。手机上就能办，一般 2 个工作日内有结果。",
    blocks=(
        Block(
            "一步一步来",
            tuple(
                Entry(text)
                for text in (
                    "让家人陪您打开「国家医保服务平台」，点「异地备案」。〔1转〕",
                    "参保地选重庆，就医地选成都。〔1转〕",
                    "类型选「异地长期居住人员」，险种选职工医保。〔1转、2〕",
                    "拍下居住证，传上去，点「提交」。〔2〕",
                    "过两天打开「备案记录」，看通过了没有。",
                    "住院那天带上医保码或社保卡。",
                    "登记时说：“我是外地医保，要直接结算。”",
                    "弄不清、结不了、来不及，就打 023-12393。〔2〕",
                )
            ),
            "number",
        ),
        Block(
            "要带的",
            tuple(
                Entry(text)
                for text in (
                    *("身份证", "医保码或社保卡", "居住证，没有就签承诺书"),
                    *("住院通知单", "手机，充好电", "纸和笔"),
                )
            ),
            "box",
        ),
    ),
    notes=(
        Entry("〔1〕国家医保局异地就医备案操作步骤（国家医保局，转述，2025-03-20）"),
        Entry("〔2〕说明，见 https://www.nhsa.gov.cn/a?b=1&c=2（2025）"),
    ),
    footer=("转＝转述，没读到原文。", "资料核对到 2026-11-22。以参保地的答复为准。"),
)


def test_what_is_a_link_and_what_is_not() -> None:
    entries = (
        Entry("拨 0816-12393，不是 12393，也不是 10816-12393 或 0816-123934。〔1转、9〕"),
        Entry("首页见 https://a.example/x", (Sub("https://a.example/x?y=1&z", "url"),)),
        Entry("不是网址", (Sub("javascript:alert(1)", "url"), Sub("https://a b/", "url"))),
    )
    page = check(replace(EIGHT, blocks=(Block("打 023-12393 问", entries),)))
    assert [link["href"] for link in page.links] == [
        *("tel:02312393", "tel:081612393", "#n1"),
        *("https://a.example/x?y=1&z", "https://www.nhsa.gov.cn/a?b=1&c=2"),
    ]


def test_what_belongs_together_stays_in_one_line() -> None:
    entry = Entry("打 12393 问，2 个工作日，到 2026-11-24 前。〔1转、2〕")
    text = html_page(replace(EIGHT, headline="", blocks=(Block("日子", (entry,)),)))
    line = re.sub("</?a[^>]*>", "", text[text.index("<li>") : text.index("</li>")])
    assert re.findall('<span class="whole">(.*?)</span>', line) == [
        *("2 个", "2026-11-24", '。<span class="mark">〔1转、2〕'),
    ]


def test_what_draws_a_list_is_not_text() -> None:
    steps = tuple(Sub(text, "step", f"{n}. ") for n, text in enumerate(("打开", "点开"), 3))
    blocks = [Block("题", (Entry("条目", steps),), b) for b in ("number", "dot", "box", "quote")]
    text = html_page(replace(EIGHT, blocks=tuple(blocks), notes=()))
    assert text.count('<ol><li value="3">打开</li><li value="4">点开</li></ol>') == 4
    page = Page(text)
    assert page.inputs == 1
    assert not re.search("[□•]|3\\.|问", page.text.split("资料核对")[0])
    assert check(EIGHT).inputs == 6


def test_a_code_stands_under_its_address() -> None:
    address = "https://fuwu.nhsa.gov.cn/"
    subs = (Sub(address, "url"), Sub(address, "qr"), Sub("javascript:alert(1)", "qr"))
    document = replace(EIGHT, blocks=(Block("入口", (Entry("官网", subs),)),))
    text = html_page(document)
    assert text.count("<svg ") == 1
    assert text.index(f'<a href="{address}" rel=') < text.index("<svg ")
    assert "javascript" not in text
    check(document)


def test_blocks_beside_each_other_stand_in_one_row() -> None:
    third = Block("丙", (Entry("三"),))
    row = Block("甲", (Entry("一"),), beside=Block("乙", (Entry("二"),), beside=third))
    document = replace(EIGHT, blocks=(row, Block("丁", (Entry("四"),))))
    check(document)
    text = html_page(document)
    inside = text[text.index('<div class="pair">') : text.index("</div>")]
    assert re.findall("<h2>(.)</h2>", inside) == ["甲", "乙", "丙"]
    assert '<body class="paired">' in text


def test_a_page_without_headline_date_and_notes() -> None:
    page = check(replace(EIGHT, date="", headline="", notes=(), footer=()))
    assert "来源" not in page.text
    check(Document("", "某天", "", ()))


# --- the hostile ------------------------------------------------------------------------------

HOSTILE = (
    "</title></style><script>alert(1)</script><img src=x onerror=alert(1)>",
    '"\' onmouseover=alert(1) x="',
    "\x1b[31m红\x1b[0m\x07\x00\u202e倒\u2066\u200f",
    "&lt;script&gt; &amp; <!-- --> ]]> <?php ?>",
    "长" * 500 + "x" * 500,
    "一\n二\r\n三\t四\u2028五",
    'javascript:alert(1) data:text/html,x https://a.example/"><script>',
    "〔1转、2〕〔" + "、".join(["1转"] * 60) + "〕〔99〕〔0〕〔",
    "{} {0} %s \\ ${x} url(https://a.example/) @import 'x';",
)


def hostile_page(text: str) -> Document:
    subs = tuple(Sub(text, kind, text) for kind in ("detail", "instead", "step", "url", "id", "qr"))
    entry = Entry(text, subs)
    blocks = tuple(
        Block(text, (entry, entry), bullet, beside=Block(text, (entry,)))
        for bullet in ("number", "dot", "box", "quote", "none")
    )
    return Document(text, text, text, blocks, (entry, Entry(f"〔1〕{text}")), (text, text))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("large", [False, True])
def test_hostile_text_is_only_text(text: str, large: bool) -> None:
    document = hostile_page(text)
    said = words_of(document)
    # Notes hold subs here, which no other format shows and no page has.
    notes = tuple(Entry(note.text) for note in document.notes)
    page = check(replace(document, notes=notes), large)
    assert squeezed(inert("".join(said[:3]))) in squeezed(page.text)
    raw = html_page(document, large)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202a-\u202e\u2066-\u2069]", raw)
    assert not re.search("[\u200e\u200f\u061c]", raw)
    assert raw.lower().count("<script") == 0
    assert raw.lower().count("</style") == 1


# --- the style --------------------------------------------------------------------------------


def test_nothing_is_loaded_and_nothing_runs() -> None:
    for word in ("url(", "@import", "@font-face", "http", "//", "expression", "behavior"):
        assert word not in STYLE
    assert "default-src 'none'" in POLICY
    assert "script-src" not in POLICY
    assert "unsafe-eval" not in POLICY


def palettes() -> dict[str, dict[str, str]]:
    """Return the colours by name: on a light screen, on a dark one, on paper."""
    blocks = re.findall(r":root \{([^}]*--paper[^}]*)\}", STYLE)
    assert len(blocks) == 3
    found = [dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block)) for block in blocks]
    return dict(zip(("light", "dark", "paper"), found, strict=True))


def test_colours_read_well_everywhere() -> None:
    for name, colours in palettes().items():
        assert set(colours) == {"paper", "wash", "ink", "soft", "accent", "edge", "line"}, name
        for ground in ("paper", "wash"):
            for letters in ("ink", "soft", "accent"):
                assert contrast(colours[letters], colours[ground]) >= 4.5, (name, letters)
            assert contrast(colours["ink"], colours[ground]) >= 7, name
            assert contrast(colours["edge"], colours[ground]) >= 3, name


def test_there_are_no_colours_but_these() -> None:
    rules = re.sub(r":root \{[^}]*\}|/\*.*?\*/", "", STYLE, flags=re.S)
    # White behind a QR code, which is black in the dark as well.
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", rules) == ["#ffffff"]
    assert not re.search(r"rgb|hsl|(?<!-)\b(?:white|black|gr[ae]y)\b(?!-)|opacity", rules)
    used = set(re.findall(r"var\(--(\w+)\)", rules))
    assert used == {*palettes()["light"], "sheet"}


def test_a_short_page_is_printed_larger(whole: Pages) -> None:
    def points(page: Document) -> float:
        found = re.search(r"--sheet: ([\d.]+)pt;", html_page(page))
        assert found is not None
        return float(found[1])

    assert points(EIGHT) == 11
    longest = points(max(whole, key=size))
    assert 8 <= longest < points(min(whole, key=size)) <= 11


# --- in a browser -----------------------------------------------------------------------------

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), "")
# The browser reads at 3 and writes at 4; the pipes' own ends are moved above, out of the way.
LAUNCH = "import os, sys; a, b, *w = sys.argv[1:]; os.dup2(int(a), 3); os.dup2(int(b), 4)"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--remote-debugging-pipe"),
)
# Run by the browser from outside of the page, whose own policy lets nothing run.
MEASURE = """(() => {
  const wide = document.documentElement.clientWidth;
  const told = node => node.tagName + " " + (node.textContent || "").trim().slice(0, 20);
  const wrong = [];
  for (const node of document.body.querySelectorAll("*")) {
    // The empty half of a closing bracket may hang over the end of a line.
    const half = parseFloat(getComputedStyle(node).fontSize) / 2 + 1;
    if (node.clientWidth && node.scrollWidth > node.clientWidth + half)
      wrong.push("too wide: " + told(node));
    for (const box of node.getClientRects())
      if (box.left < -0.5 || box.right > wide + 0.5) wrong.push("outside: " + told(node));
  }
  if (document.documentElement.scrollWidth > wide) wrong.push("scrolls");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const boxes = [];
  let smallest = 1000;
  for (let node; (node = walker.nextNode());) {
    if (!node.data.trim()) continue;
    const parent = node.parentElement;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) if (box.width) boxes.push([box, node]);
    if (!parent.closest("footer, .mark, svg"))
      smallest = Math.min(smallest, parseFloat(getComputedStyle(parent).fontSize));
  }
  boxes.sort((one, other) => one[0].top - other[0].top);
  for (let i = 0; i < boxes.length; i++)
    for (let j = i + 1; j < boxes.length && boxes[j][0].top < boxes[i][0].bottom; j++) {
      const [a, b] = [boxes[i][0], boxes[j][0]];
      const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (x > 1.5 && y > 0.3 * Math.min(a.height, b.height))
        wrong.push("overlap: " + boxes[i][1].data + " / " + boxes[j][1].data);
    }
  const tall = Math.max(...[...document.querySelectorAll("h1, .headline")].map(
    node => parseFloat(getComputedStyle(node).fontSize)));
  return {wrong: [...new Set(wrong)].slice(0, 5), boxes: boxes.length, smallest, tall,
    ground: getComputedStyle(document.body).backgroundColor};
})()"""


class Browser:
    """A headless Chromium that is spoken to through two pipes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self._number = 0
        self._session = ""
        self._buffer = b""
        ours, theirs = os.pipe(), os.pipe()
        ends = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in (ours[0], theirs[1])]
        profile = f"--user-data-dir={folder / 'profile'}"
        words = [*map(str, ends), CHROMIUM, *FLAGS, profile, "about:blank"]
        self._process = subprocess.Popen(
            [sys.executable, "-IS", "-c", f"{LAUNCH}; os.execv(w[0], w)", *words],
            pass_fds=ends,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in (ours[0], theirs[1], *ends):
            os.close(end)
        self._to, self._from = ours[1], theirs[0]

    def begin(self) -> None:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self.call("Page.enable")
        self.call("Network.enable")

    def call(self, method: str, **params: Any) -> Any:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while (told := self._told()).get("id") != self._number:
            pass
        assert "error" not in told, told
        return told["result"]

    def _told(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            part = os.read(self._from, 1 << 16)
            assert part, "the browser is gone"
            self._buffer += part
        line, _, self._buffer = self._buffer.partition(b"\0")
        told: dict[str, Any] = json.loads(line)
        if told.get("method") == "Network.requestWillBeSent":
            self.asked.append(told["params"]["request"]["url"])
        return told

    def show(self, text: str) -> str:
        """Load a page from a file and return the file's address."""
        file = self.folder / "page.html"
        file.write_text(text, encoding="utf-8")
        self.call("Page.navigate", url=file.as_uri())
        while self._told().get("method") != "Page.loadEventFired":
            pass
        return file.as_uri()

    def measure(self, width: int, dark: bool = False) -> dict[str, Any]:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=800,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        told = self.call("Runtime.evaluate", expression=MEASURE, returnByValue=True)
        assert "exceptionDetails" not in told, told
        value: dict[str, Any] = told["result"]["value"]
        return value

    def sheets(self) -> int:
        """Print on paper and return the number of sheets."""
        printed = self.call("Page.printToPDF", preferCSSPageSize=True)["data"]
        return len(re.findall(rb"/Type\s*/Page\b", base64.b64decode(printed)))

    def end(self) -> None:
        self._process.terminate()
        self._process.wait()
        os.close(self._to)
        os.close(self._from)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    started = Browser(tmp_path_factory.mktemp("browser"))
    try:
        started.begin()
        yield started
    finally:
        started.end()


def pair(one: Document, other: Document) -> Document:
    """Two plans side by side."""
    rows = [
        replace(block, beside=beside)
        for block, beside in zip(one.blocks, other.blocks, strict=False)
    ]
    return replace(one, blocks=tuple(rows))


def test_nothing_is_cut_and_nothing_overlaps(
    browser: Browser, whole: Pages, short: Pages, elder: Pages
) -> None:
    longest = max(whole, key=size)
    pages = {
        "whole": (longest, False),
        "short": (max(short, key=size), False),
        "elder": (max(elder, key=size), True),
        "eight": (EIGHT, True),
        "pair": (pair(longest, min(whole, key=size)), False),
        **{text[:9]: (hostile_page(text), False) for text in (HOSTILE[4], HOSTILE[7])},
    }
    for name, (document, large) in pages.items():
        browser.asked.clear()
        address = browser.show(html_page(document, large))
        for width in (360, 412, 1200):
            found = browser.measure(width)
            assert found["wrong"] == [], (name, width)
            assert found["boxes"] > 20
            # 20 pt are 26.67 px. The title and the date stand back behind the bottom line.
            assert found["smallest"] >= (20 if large else 12), (name, width)
            assert found["tall"] >= (29 if large else 20), (name, width)
        assert set(browser.asked) == {address}


def test_the_page_is_dark_where_the_reader_wants_it(browser: Browser) -> None:
    browser.show(html_page(EIGHT))
    shades = {name: browser.measure(390, name == "dark")["ground"] for name in ("light", "dark")}
    for name, shade in shades.items():
        red, green, blue = map(int, re.findall(r"\d+", shade))
        assert f"#{red:02x}{green:02x}{blue:02x}" == palettes()[name]["paper"]


def test_a_plan_takes_two_sheets_and_a_large_page_one(
    browser: Browser, whole: Pages, short: Pages, elder: Pages
) -> None:
    ordered = sorted(whole, key=size)
    for document in (ordered[-1], ordered[len(ordered) // 2]):
        browser.show(html_page(document))
        assert browser.sheets() <= 2
    browser.show(html_page(ordered[0]))
    assert browser.sheets() == 1
    for document in (EIGHT, max(elder, key=size)):
        browser.show(html_page(document, large=True))
        assert browser.sheets() == 1
