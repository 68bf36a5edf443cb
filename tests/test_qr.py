"""QR codes: what is drawn is what the encoder made, module by module."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
import segno  # noqa: TID253

from tests.conftest import rulebook
from yidi_cli.render.document import Block, Document, Entry, Sub
from yidi_cli.render.layout import NO_ROOM, layout
from yidi_cli.render.qr import PAGE_QUIET, SCREEN_QUIET, qr_lines, qr_svg
from yidi_cli.render.terminal import styled
from yidi_cli.render.text import plain_text
from yidi_cli.rulebook.region import Region
from yidi_cli.rulebook.rulebook import Rulebook

ADDRESS = "https://fuwu.nhsa.gov.cn/"
BLACK_ON_WHITE = "\x1b[38;5;16;48;5;231m"
UPPER = {"█": 1, "▀": 1, "▄": 0, " ": 0}
LOWER = {"█": 1, "▀": 0, "▄": 1, " ": 0}
Matrix = list[list[int]]


def addresses(book: Rulebook) -> list[str]:
    """All addresses of channels and bureaus."""

    def of(region: Region) -> list[str]:
        own = [channel.url for channel in region.channels if channel.url]
        bureau = [region.bureau.url] if region.bureau is not None else []
        return [*own, *bureau, *(url for city in region.cities for url in of(city))]

    found = [url for region in (*book.chain(None), *book.regions()) for url in of(region)]
    return list(dict.fromkeys(found))


ADDRESSES = addresses(rulebook())


def encoded(address: str) -> Matrix:
    code = segno.make_qr(address, error="l", mode="byte", encoding="utf-8")
    return [[int(module) for module in row] for row in code.matrix]


def inner(rows: Matrix, quiet: int) -> Matrix:
    """The code without its margin, which must be light."""
    size = len(rows[0]) - 2 * quiet
    assert len(rows) >= size + 2 * quiet
    for y, row in enumerate(rows):
        assert len(row) == size + 2 * quiet
        if not quiet <= y < quiet + size:
            assert not any(row)
        assert not any(row[:quiet] + row[quiet + size :])
    return [row[quiet : quiet + size] for row in rows[quiet : quiet + size]]


def from_lines(lines: list[str]) -> Matrix:
    return [[half[char] for char in line] for line in lines for half in (UPPER, LOWER)]


def from_svg(svg: str) -> Matrix:
    root = ET.fromstring(svg)
    _, _, columns, rows = map(int, root.attrib["viewBox"].split())
    light, dark = root
    assert (light.attrib["fill"], dark.attrib["fill"]) == ("#fff", "#000")
    assert light.attrib["d"] == f"M0 0h{columns}v{rows}H0z"
    found = [[0] * columns for _ in range(rows)]
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", dark.attrib["d"])
    assert "".join(f"M{x} {y}h{n}v1h-{n}z" for x, y, n in runs) == dark.attrib["d"]
    for x, y, n in runs:
        for column in range(int(x), int(x) + int(n)):
            found[int(y)][column] = 1
    return found


def page(address: str) -> Document:
    subs = (Sub(address, "url"), Sub(address, "qr"), Sub("不用登录", "detail"))
    return Document("渠道", "", "", (Block("网页", (Entry("网上办", subs),)),))


def code_of(address: str, columns: int) -> list[str]:
    return [line.text for line in layout(page(address), columns) if line.style == "qr"]


# --- the drawing ----------------------------------------------------------------------------------


def test_the_data_have_addresses() -> None:
    assert len(ADDRESSES) > 60


@pytest.mark.parametrize("address", [*ADDRESSES, "https://例子.example/办事?甲=乙#丙"])
def test_the_modules_are_those_of_the_encoder(address: str) -> None:
    wanted = encoded(address)
    assert inner(from_lines(qr_lines(address)), SCREEN_QUIET) == wanted
    assert inner(from_svg(qr_svg(address)), PAGE_QUIET) == wanted


def test_every_address_fits_a_narrow_terminal() -> None:
    assert {len(line) for url in ADDRESSES for line in qr_lines(url)} <= set(range(25, 41))


@pytest.mark.parametrize(
    ("length", "columns", "rows"), [(32, 29, 15), (52, 33, 17), (53, 33, 17), (78, 37, 19)]
)
def test_a_code_is_as_small_as_can_be(length: int, columns: int, rows: int) -> None:
    lines = qr_lines("https://".ljust(length, "x"))
    assert {len(line) for line in lines} == {columns}
    assert len(lines) == rows


@pytest.mark.parametrize(
    "address",
    [
        "",
        "www.nhsa.gov.cn",
        "ftp://nhsa.gov.cn/",
        "javascript:alert(1)",
        "https://",
        "https:///x",
        "https://a b/",
        "https://a/\nb",
        "https://a/\x1b[31m",
        "https://a/\u202eb",
        " https://a/",
        "https://a/" + "x" * 3000,
    ],
    ids=range(12),
)
def test_what_is_no_address_is_not_drawn(address: str) -> None:
    for draw in (qr_lines, qr_svg):
        with pytest.raises(ValueError, match=r".+"):
            draw(address)


def test_the_picture_stands_alone_in_a_page() -> None:
    hostile = "https://a.example/?q=\"'><script>alert(1)</script>&x=<img/src=//b.example>"
    for address in (ADDRESS, hostile):
        svg = qr_svg(address)
        root = ET.fromstring(svg)
        assert svg.startswith("<svg ")
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-label"] == f"二维码：{address}"
        assert set(root.attrib) == {"viewBox", "role", "aria-label", "shape-rendering"}
        assert [(part.tag, set(part.attrib)) for part in root] == [("path", {"fill", "d"})] * 2
        assert "\n" not in svg


# --- on a page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [40, 80, 100])
def test_a_page_shows_the_whole_code(columns: int) -> None:
    assert code_of(ADDRESS, columns) == qr_lines(ADDRESS)
    texts = [line.text for line in layout(page(ADDRESS), columns)]
    first = texts.index(qr_lines(ADDRESS)[0])
    assert texts[first - 1].strip() == ADDRESS
    assert texts[first + len(qr_lines(ADDRESS))].strip() == "不用登录"
    assert NO_ROOM not in "".join(texts)


@pytest.mark.parametrize("address", [ADDRESS, "https://a.example/" + "x" * 3000])
def test_without_room_the_page_says_so(address: str) -> None:
    lines = layout(page(address), 20)
    assert all(line.style != "qr" for line in lines)
    assert NO_ROOM in "".join(line.text.strip() for line in lines)
    room = len(qr_lines(ADDRESS)[0])
    assert code_of(ADDRESS, room - 1) == []
    assert code_of(ADDRESS, room) == qr_lines(ADDRESS)


def test_a_terminal_prints_it_black_on_white_to_its_edges() -> None:
    shown = styled(page(ADDRESS), 40, colour=True)
    coded = re.findall(rf"^{re.escape(BLACK_ON_WHITE)}([^\x1b]*)\x1b\[0m$", shown, re.M)
    assert coded == qr_lines(ADDRESS)
    # Nowhere else: neither the address nor what follows.
    assert shown.count(BLACK_ON_WHITE) == len(coded)


def test_without_colour_the_modules_are_the_same() -> None:
    drawn = "\n".join(qr_lines(ADDRESS))
    shown = styled(page(ADDRESS), 40, colour=False)
    assert drawn in shown
    assert not re.search(r"\x1b\[[0-9;]*[34]8;", shown)
    plain = plain_text(page(ADDRESS), 40)
    assert "\n".join(line.rstrip() for line in drawn.split("\n")) in plain
    assert "\x1b" not in plain
