"""Wrapping: no character lost, no line too wide, no punctuation where it must not stand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import DATA, TODAY
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.examples import case_of_example
from yidi_cli.render.document import Document
from yidi_cli.render.layout import MAX_COLUMNS, Line, layout
from yidi_cli.render.plan_page import plan_document
from yidi_cli.render.terminal import ACCENT, MUTED
from yidi_cli.render.wrap import MARK, NOT_AT_END, NOT_AT_START, TAIL, width, wrap
from yidi_cli.rulebook.folder import read_examples
from yidi_cli.rulebook.rulebook import Rulebook

TEXT = (
    "医保（异地）备案，带“居住证”。没有的话：看 yidi channels 页面（承诺书）、或者问！〔1转、2网〕"
)
PIECES = st.sampled_from(
    [
        *"医保备案异地，。（）“”「」 …→",
        *("APP", "12393", "https://x.cn/a", "〔1转〕", "2022", "、〔3〕"),
        *("「异地就医备案申请」", "2 个工作日", "医保发〔2022〕22号"),
    ]
)


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("columns", range(8, 120))
def test_a_real_sentence_at_every_width(columns: int) -> None:
    lines = wrap(TEXT, columns)
    assert squeezed("".join(lines)) == squeezed(TEXT)
    assert all(width(line) <= columns for line in lines)
    if columns >= 20:
        assert not any(line[0] in NOT_AT_START for line in lines)
        assert not any(line[-1] in NOT_AT_END for line in lines)


@given(st.lists(PIECES, max_size=60).map("".join), st.integers(4, 60))
def test_nothing_is_lost_and_nothing_is_too_wide(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert squeezed("".join(lines)) == squeezed(text)
    assert all(width(line) <= columns for line in lines)


@given(st.text(max_size=200), st.integers(4, 80))
def test_any_text_survives(text: str, columns: int) -> None:
    assert squeezed("".join(wrap(text, columns))) == squeezed(text)


def test_widths() -> None:
    assert width("重庆cq") == 6
    assert width("“好”") == 6  # quotes as Chinese fonts draw them
    assert width("e\u0301") == 1
    assert width("") == 0


def test_a_note_mark_stays_whole_and_with_its_word() -> None:
    for columns in range(10, 40):
        lines = wrap("出院结算再出示一次。〔4转、10转〕然后等。", columns)
        assert not any(line.startswith("〔") for line in lines if columns >= 20)
        assert sum("〔4转、10转〕" in line for line in lines) == 1 or columns < 20


def test_paragraphs_stay_apart() -> None:
    assert wrap("一\n\n二", 20) == ["一", "", "二"]


@given(st.lists(PIECES, max_size=60).map("".join), st.integers(8, 60), st.integers(-2, 4))
def test_further_lines_leave_room_for_an_indent(text: str, columns: int, hang: int) -> None:
    lines = wrap(text, columns, hang)
    assert squeezed("".join(lines)) == squeezed(text)
    assert width(lines[0]) <= columns
    assert all(width(line) <= columns - hang for line in lines[1:])


def test_a_number_stays_with_its_unit_and_a_name_in_its_brackets() -> None:
    text = "网上交了一般 2 个工作日内有结果，点「异地备案」，见医保发〔2022〕22号。"
    for columns in range(36, 80):
        lines = wrap(text, columns)
        for whole in ("2 个工作日", "「异地备案」", "医保发〔2022〕22号"):
            assert any(whole in line for line in lines), (columns, lines)


def characters(text: str) -> int:
    return sum(char.isalnum() for char in MARK.sub("", text))


def test_a_last_line_is_not_one_or_two_characters() -> None:
    text = "备好以后多久能改，由重庆定，国家说一般不能锁超过半年；选准了再交。〔3转、5转〕"
    for columns in range(40, 100):
        assert characters(wrap(text, columns)[-1]) >= TAIL, columns
    # A break a few words further up is taken where a clause begins.
    assert wrap("住院登记时说要直接结算，出示医保码或者卡", 38) == [
        "住院登记时说要直接结算，",
        "出示医保码或者卡",
    ]
    # Where it would leave the line before almost empty, the words stay where they are.
    assert wrap("这里是https://example.cn/a/b/c 的好", 28)[-1] == "的好"


# --- whole pages ------------------------------------------------------------------------------

EXAMPLES, _ = read_examples(DATA)
BULLETS = (" · ", " □ ", " 问 ", "→ ")


class Pages(list[Document]):
    """Documents that a failing test need not print."""

    def __repr__(self) -> str:
        return f"<{len(self)} pages>"


@pytest.fixture(scope="module")
def pages(book: Rulebook) -> Pages:
    """Every case of `data/cases/`, whole and in brief, with and without ids."""
    plans = [
        build_plan(case_of_example(example, book), book, example.as_of or TODAY)
        for example in EXAMPLES
    ]
    whole = [plan_document(plan, book, ids=n % 5 == 0) for n, plan in enumerate(plans)]
    return Pages(whole + [plan_document(plan, book, brief=True) for plan in plans])


def words_of(page: Document) -> list[str]:
    """Everything a page says, in order."""
    told = [page.title, page.date, page.headline]
    for block in page.blocks:
        told.append(block.title)
        for entry in block.entries:
            told += [entry.text, *(sub.text for sub in entry.subs)]
    return [*told, *(note.text for note in page.notes), *page.footer]


def check_page(page: Document, columns: int) -> None:
    lines = layout(page, columns)
    shown = squeezed("".join(line.text for line in lines))
    at = 0
    for part in map(squeezed, words_of(page)):
        found = shown.find(part, at)
        assert found >= 0, (columns, part)
        at = found + len(part)
    for line in lines:
        check_line(line, columns)


def check_line(line: Line, columns: int) -> None:
    text = line.text
    assert width(text) <= min(columns, MAX_COLUMNS), text
    said = text.strip()
    for bullet in BULLETS:
        text = text.removeprefix(bullet)
    start = text.lstrip()
    if start:
        assert start[0] not in NOT_AT_START, line.text
        assert said[-1] not in NOT_AT_END, line.text
    assert not MARK.fullmatch(said), "a note mark alone in a line"


@pytest.mark.parametrize("columns", [40, 60, 80, 100])
def test_every_page_fits(pages: list[Document], columns: int) -> None:
    for page in pages:
        check_page(page, columns)


@settings(deadline=None)
@given(number=st.integers(0, 2 * len(EXAMPLES) - 1), columns=st.integers(40, 200))
def test_any_page_fits_any_width(pages: list[Document], number: int, columns: int) -> None:
    check_page(pages[number], columns)


def test_a_long_address_is_cut_where_no_mark_begins_a_line(pages: list[Document]) -> None:
    long = {text for page in pages for text in words_of(page) if re.search(r"[!-~]{24,}", text)}
    assert long
    for text in long:
        for columns in range(20, 101):
            lines = wrap(text, columns)
            assert squeezed("".join(lines)) == squeezed(text)
            for line in lines:
                assert width(line) <= columns
                assert line[0] not in NOT_AT_START, (columns, lines)
    address = "https://www.example.gov.cn/art/2024/3/29/index.html"
    assert wrap(address, 46) == ["https://www.example.gov.cn/art/2024/3/29/", "index.html"]


def test_wider_than_a_hundred_columns_nothing_changes(pages: list[Document]) -> None:
    assert all(layout(page, 100) == layout(page, 200) for page in pages[::10])


def test_few_last_lines_are_short(pages: list[Document]) -> None:
    """A short last line stays only where the words before it cannot be parted."""
    for columns in (40, 80):
        said = [entry.text for page in pages for block in page.blocks for entry in block.entries]
        last = [wrap(text, columns - 4)[-1] for text in set(said) if width(text) > columns - 4]
        short = [line for line in last if characters(line) < TAIL]
        assert len(last) > 300
        assert len(short) <= len(last) // 50, short


# --- colours ----------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", [ACCENT, MUTED])
def test_colours_read_on_dark_and_on_light(colour: str) -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast(colour, "#000000") >= 4
    assert contrast(colour, "#ffffff") >= 4
    # The darkest and the lightest of common themes: Solarized, and a dark editor's grey.
    for background in ("#002b36", "#fdf6e3", "#1e1e1e"):
        assert contrast(colour, background) >= 3
