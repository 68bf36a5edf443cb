"""Wrapping: no character lost, no line too wide, no punctuation where it must not stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidi_cli.render.wrap import NOT_AT_END, NOT_AT_START, width, wrap

TEXT = (
    "医保（异地）备案，带“居住证”。没有的话：看 yidi channels 页面（承诺书）、或者问！〔1转、2网〕"
)
PIECES = st.sampled_from(
    [*"医保备案异地，。（）“”「」 …→", "APP", "12393", "https://x.cn/a", "〔1转〕", "2022"]
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
