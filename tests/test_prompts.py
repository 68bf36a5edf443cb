"""The three prompters: one interface, told apart only by how they draw and read."""

from __future__ import annotations

import fcntl
import functools
import io
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import pyte
import pytest
from prompt_toolkit.application import create_app_session  # noqa: TID253
from prompt_toolkit.data_structures import Size  # noqa: TID253
from prompt_toolkit.input import PipeInput, create_pipe_input  # noqa: TID253
from prompt_toolkit.output.vt100 import Vt100_Output  # noqa: TID253

from yidi_cli.render.wrap import width
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.wizard.prompts.api import BACK, Choice, Matches, Prompter
from yidi_cli.wizard.prompts.interactive import InteractivePrompter
from yidi_cli.wizard.prompts.numbered import NumberedPrompter
from yidi_cli.wizard.prompts.scripted import Asked, ScriptedPrompter

T = TypeVar("T")

UP, DOWN, LEFT, ESC, ENTER, CTRL_C, CTRL_D = (
    "\x1b[A",
    "\x1b[B",
    "\x1b[D",
    "\x1b",
    "\r",
    "\x03",
    "\x04",
)
WHY = "为什么要去外地看病？"
REASON = "这一题会决定：备案类型、要带的材料、有效期、会不会少报"
LONG = "在那边长期住（带孙辈、投靠子女、买房租房，或者说不准要住多久但一时不回来）"
REASONS = [
    Choice("retired", "退休了，户口也迁过去了"),
    Choice("residence", LONG),
    Choice("referral", "本地医院开了转诊", "要转诊单"),
]


def why() -> str:
    return REASON


def only_mianyang(typed: str) -> str:
    return "" if typed == "绵阳" else "没找到这个地方。"


CHAOYANG = (
    Choice("211300", "朝阳市", "辽宁省"),
    Choice("110105", "朝阳区", "北京市，医保归北京市"),
    Choice("220104", "朝阳区", "吉林省长春市，医保归长春市"),
)
UNSURE = [Choice("unknown", "不确定")]
NOTE = "“朝阳”不止一个。"


def find(typed: str) -> Matches:
    """A small twin of the real thing."""
    known = {
        "绵阳": Matches((Choice("510700", "绵阳市", "四川省"),), sure=True),
        "510700": Matches((Choice("510700", "绵阳市", "四川省"),), sure=True),
        "绵": Matches((Choice("510700", "绵阳市", "四川省"),)),
        "朝阳": Matches(CHAOYANG, note=NOTE),
        "朝": Matches(CHAOYANG),
    }
    return known.get(typed, Matches(note=f"没有找到“{typed}”。" if "星" in typed else ""))


# --- interactive -----------------------------------------------------------------------------


class CountingOutput(Vt100_Output):
    """Counts what was drawn: each drawing hides the cursor first and ends with a flush."""

    drawings = 0
    _drawing = False

    def hide_cursor(self) -> None:
        self._drawing = True
        super().hide_cursor()

    def flush(self) -> None:
        super().flush()
        if self._drawing:
            self._drawing = False
            self.drawings += 1


class Terminal:
    """A terminal of `columns` × `rows`: keys go in one by one; what stands on it can be read."""

    def __init__(self, keyboard: PipeInput, columns: int) -> None:
        self.keyboard = keyboard
        self.columns = columns
        self.rows = 30
        self.drawn = io.StringIO()
        self.output = CountingOutput(self.drawn, lambda: Size(self.rows, self.columns))
        self._screen = pyte.Screen(columns, self.rows)
        self._fed = 0  # of what was drawn, so much is on that screen
        self.pages: list[str] = []  # the screen before each key
        self.answered_after = 0.0  # seconds from the last key to the answer
        self._pressed = 0.0

    def page(self) -> str:
        if (self.columns, self.rows) != (self._screen.columns, self._screen.lines):
            self._screen, self._fed = pyte.Screen(self.columns, self.rows), 0
        drawn = self.drawn.getvalue()
        pyte.Stream(self._screen).feed(drawn[self._fed :])
        self._fed = len(drawn)
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    def ask(self, ask: Callable[[], T], *keys: str | Callable[[], None]) -> T:
        """Ask, and press each key once the one before has been drawn; give up after 10 s."""
        over = threading.Event()
        drawings = self.output.drawings

        def press() -> None:
            before = drawings
            for key in keys:
                self._drawn_after(before, over)
                before = self.output.drawings
                self.pages.append(self.page())
                self._pressed = time.monotonic()
                if callable(key):
                    key()
                else:
                    self.keyboard.send_text(key)
                if key == ESC:
                    over.wait(0.1)  # else it is taken for the start of the next key
            if not over.wait(10):
                self.keyboard.close()

        typist = threading.Thread(target=press)
        typist.start()
        try:
            return ask()
        finally:
            self.answered_after = time.monotonic() - self._pressed
            over.set()
            typist.join()

    def _drawn_after(self, before: int, over: threading.Event) -> None:
        """Wait for a drawing after the one numbered `before`; each key makes one."""
        until = time.monotonic() + 5
        while self.output.drawings == before and time.monotonic() < until:
            over.wait(0.005)
        over.wait(0.02)


@pytest.fixture(params=[100, 40])
def terminal(request: pytest.FixtureRequest) -> Iterator[Terminal]:
    with create_pipe_input() as keyboard:
        it = Terminal(keyboard, request.param)
        with create_app_session(input=keyboard, output=it.output):
            yield it


@pytest.fixture
def prompter(terminal: Terminal, capfd: pytest.CaptureFixture[str]) -> Iterator[Prompter]:
    yield InteractivePrompter(out=terminal.drawn, colour=True)
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", ""), "drawn beside the stream"


def squeezed(page: str) -> str:
    return "".join(page.split())


def test_text_takes_chinese(terminal: Terminal, prompter: Prompter) -> None:
    assert terminal.ask(lambda: prompter.text("参保地在哪里？"), "绵", "阳市", ENTER) == "绵阳市"
    assert "绵阳市" in terminal.pages[-1]
    assert terminal.page() == "参保地在哪里？  绵阳市"


def test_text_strips_and_lets_correct(terminal: Terminal, prompter: Prompter) -> None:
    answer = terminal.ask(
        lambda: prompter.text("参保地？", check=only_mianyang), " 绵羊", ENTER, "\x7f", "阳 ", ENTER
    )
    assert answer == "绵阳"
    assert "没找到这个地方。" in terminal.pages[2]
    assert "绵羊" in terminal.pages[2], "what was typed stays, to be mended"


def test_text_question_mark_alone_asks_for_help(terminal: Terminal, prompter: Prompter) -> None:
    answer = terminal.ask(lambda: prompter.text("参保地？", why=why), "？", ENTER, "为什么?", ENTER)
    assert answer == "为什么?"
    assert REASON in squeezed(terminal.pages[2])
    assert "输入 ? 看为什么问" in terminal.pages[0]


def test_text_default(terminal: Terminal, prompter: Prompter) -> None:
    assert terminal.ask(lambda: prompter.text("参保地？", default="绵阳"), ENTER) == "绵阳"
    assert "直接回车＝绵阳" in terminal.pages[0]
    assert terminal.ask(lambda: prompter.text("参保地？", default="绵阳"), "德阳", ENTER) == "德阳"


def test_text_search_keys_show_no_english(terminal: Terminal, prompter: Prompter) -> None:
    assert terminal.ask(lambda: prompter.text("参保地？"), "\x12", "\x13", "绵阳", ENTER) == "绵阳"
    assert not any("search" in page for page in terminal.pages)


def test_esc_goes_back_at_once_from_an_invalid_text(terminal: Terminal, prompter: Prompter) -> None:
    ask = lambda: prompter.text("参保地？", check=only_mianyang)  # noqa: E731
    assert terminal.ask(ask, "火星", ENTER, ESC) is BACK
    assert terminal.answered_after < 0.5
    assert "没找到" in terminal.pages[2]
    assert terminal.page() == "", "a question left leaves nothing behind"


@pytest.mark.parametrize("keys", [(ESC,), (LEFT,), (UP, ENTER)])
def test_lists_go_back(terminal: Terminal, prompter: Prompter, keys: tuple[str, ...]) -> None:
    assert terminal.ask(lambda: prompter.choose(WHY, REASONS), *keys) is BACK
    assert terminal.answered_after < 0.5
    assert "← 返回上一题" in terminal.pages[0]
    assert terminal.ask(lambda: prompter.choose_many(WHY, REASONS), "1", *keys) is BACK
    assert terminal.page() == "", "a question left leaves nothing behind"


def test_text_goes_back_by_its_row(terminal: Terminal, prompter: Prompter) -> None:
    ask = lambda: prompter.text("参保地？", check=only_mianyang)  # noqa: E731
    assert terminal.ask(ask, "火", DOWN, ENTER) is BACK
    assert "   ← 返回上一题" in terminal.pages[0]
    assert " ❯ ← 返回上一题" in terminal.pages[2]
    assert terminal.ask(ask, DOWN, "绵阳", ENTER) == "绵阳", "typing goes on in the line"


def test_a_question_that_has_no_reason_offers_none(terminal: Terminal, prompter: Prompter) -> None:
    terminal.ask(lambda: prompter.choose(WHY, REASONS), "?", ENTER)
    terminal.ask(lambda: prompter.text("参保地？"), "?", ENTER, "好", ENTER)
    assert not any("为什么问" in page for page in terminal.pages)
    assert terminal.pages[-2].count("没有更多说明") == 1


def test_the_reason_is_looked_for_once_and_only_when_asked_for(
    terminal: Terminal, prompter: Prompter
) -> None:
    asked: list[str] = []

    def slow() -> str:
        asked.append("why")
        return REASON

    terminal.ask(lambda: prompter.choose(WHY, REASONS, why=slow), DOWN, ENTER)
    terminal.ask(lambda: prompter.text(WHY, why=slow), "好", ENTER)
    assert asked == []
    terminal.ask(lambda: prompter.choose(WHY, REASONS, why=slow), "?", "？", ENTER)
    assert asked == ["why"]
    terminal.ask(lambda: prompter.text(WHY, why=slow), "?", ENTER, "?", ENTER, "好", ENTER)
    assert asked == ["why"] * 2


def test_an_enter_too_many_answers_nothing(terminal: Terminal, prompter: Prompter) -> None:
    """A line's end of two bytes, or two in one paste, is not for a question nobody has seen."""
    for end in ("\r\n", "\r\r", "\n"):
        assert terminal.ask(lambda: prompter.text("参保地？"), f"绵阳{end}") == "绵阳"
        assert terminal.ask(lambda: prompter.choose(WHY, REASONS), DOWN, end) == "residence"
        assert terminal.ask(lambda: prompter.choose(WHY, REASONS), ENTER) == "retired"
    typed_ahead = terminal.ask(lambda: prompter.choose(WHY, REASONS), f"2{ENTER}{ENTER}{DOWN}")
    assert typed_ahead == "residence"
    assert terminal.ask(lambda: prompter.choose(WHY, REASONS), ENTER) == "residence", "DOWN counts"


def test_a_pasted_line_end_does_not_answer(terminal: Terminal, prompter: Prompter) -> None:
    pasted = "\x1b[200~ 爷爷在昆明\r\n急诊\r\n\x1b[201~"
    answer = terminal.ask(lambda: prompter.text("什么情况？"), pasted, "住着院\x1a", ENTER)
    assert answer == "爷爷在昆明  急诊住着院"


def test_how_to_leave_is_said_where_there_is_room(terminal: Terminal, prompter: Prompter) -> None:
    terminal.ask(lambda: prompter.choose(WHY, REASONS, why=why), ENTER)
    terminal.ask(lambda: prompter.text(WHY, why=why, back=False), "好", ENTER)
    listed, typing = (page.split("\n")[-1] for page in terminal.pages[:2])
    assert listed.endswith("Esc 返回，Ctrl-C 退出，答过的不丢")
    assert typing.endswith("Ctrl-C 退出，答过的不丢") == (terminal.columns == 100)


def test_no_way_back_from_the_first_question(terminal: Terminal, prompter: Prompter) -> None:
    assert (
        terminal.ask(lambda: prompter.choose(WHY, REASONS, back=False), ESC, LEFT, ENTER)
        == "retired"
    )
    assert "返回" not in terminal.pages[0]
    assert terminal.ask(lambda: prompter.text(WHY, back=False), ESC, "好", ENTER) == "好"


def test_choose_starts_at_the_default(terminal: Terminal, prompter: Prompter) -> None:
    assert (
        terminal.ask(lambda: prompter.choose(WHY, REASONS, default="residence"), ENTER)
        == "residence"
    )
    assert "❯ 2 在那边长期住" in terminal.pages[0]
    ask = lambda: prompter.choose(WHY, REASONS, default="gone")  # noqa: E731
    assert terminal.ask(ask, DOWN, DOWN, ENTER) == "referral"


def test_an_empty_value_is_no_default(terminal: Terminal, prompter: Prompter) -> None:
    choices = [*REASONS, Choice("", "都不是")]
    assert terminal.ask(lambda: prompter.choose(WHY, choices), ENTER) == "retired"
    assert terminal.ask(lambda: prompter.choose(WHY, choices), "4", ENTER) == ""
    assert terminal.page().endswith("都不是")


def test_a_digit_points_and_enter_decides(terminal: Terminal, prompter: Prompter) -> None:
    assert terminal.ask(lambda: prompter.choose(WHY, REASONS), "3", ENTER) == "referral"
    assert "❯ 3 本地医院开了转诊  要转诊单" in terminal.pages[1]
    assert terminal.page() == f"{WHY}  本地医院开了转诊"


def test_lists_ignore_typing_and_pasting(terminal: Terminal, prompter: Prompter) -> None:
    pasted = "\x1b[200~粘贴\x1b[201~"
    answer = terminal.ask(lambda: prompter.choose(WHY, REASONS), "重", "j9", pasted, "\x12", ENTER)
    assert answer == "retired"
    assert terminal.pages[-1] == terminal.pages[0]


@pytest.mark.parametrize("key", ["?", "？"])
def test_help_in_a_list(terminal: Terminal, prompter: Prompter, key: str) -> None:
    assert terminal.ask(lambda: prompter.choose(WHY, REASONS, why=why), key, ENTER) == "retired"
    assert REASON not in squeezed(terminal.pages[0])
    assert REASON in squeezed(terminal.pages[1])
    assert WHY in terminal.pages[1]


def test_choose_many(terminal: Terminal, prompter: Prompter) -> None:
    ask = lambda: prompter.choose_many(WHY, REASONS, default=["referral"])  # noqa: E731
    assert terminal.ask(ask, " ", "2", ENTER) == ("retired", "residence", "referral")
    assert "[ ] 1 退休了" in terminal.pages[0]
    assert "[x] 3 本地医院开了转诊" in terminal.pages[0]
    assert "[x] 1 退休了" in terminal.pages[1]
    assert terminal.ask(ask, "3", ENTER) == ()
    assert terminal.page().endswith("都不选")


def test_nothing_is_cropped(terminal: Terminal, prompter: Prompter) -> None:
    long_ask = "有没有下面这些情况？没有就直接回车，有几项勾几项，勾了会多出相应的提醒。"
    terminal.ask(lambda: prompter.choose_many(long_ask, REASONS, why=why), "?", "2", ENTER)
    for text in (long_ask, LONG, REASON):
        assert text in squeezed(terminal.pages[1])
    assert LONG in squeezed(terminal.page())
    assert not any(
        line.strip()[:1] in set("，。、）") for line in terminal.page().split("\n") if line
    )


def test_a_list_taller_than_the_terminal(terminal: Terminal, prompter: Prompter) -> None:
    many = [Choice(f"c{i}", f"第 {i} 种情况：{LONG}（{i}）") for i in range(40)]
    assert terminal.ask(lambda: prompter.choose(WHY, many), *[DOWN] * 25, ENTER) == "c25"
    assert f"❯第25种情况：{LONG[:12]}" in squeezed(terminal.pages[-1])
    assert f"{LONG}（25）" in squeezed(terminal.pages[-1]), "all lines of the label pointed at"
    assert "共 40 项" in terminal.pages[0]


def test_a_terminal_made_narrower_folds(terminal: Terminal, prompter: Prompter) -> None:
    def narrower() -> None:
        terminal.columns = 36
        terminal.keyboard.send_text(DOWN)

    terminal.ask(lambda: prompter.choose(WHY, REASONS), narrower, ENTER)
    assert LONG in squeezed(terminal.pages[1])


def _without(page: str, word: str) -> str:
    return page.replace(word, "")


def test_no_english(terminal: Terminal, prompter: Prompter) -> None:
    terminal.ask(lambda: prompter.choose_many(WHY, REASONS), ENTER)
    terminal.ask(lambda: prompter.choose(WHY, REASONS), ENTER)
    terminal.ask(lambda: prompter.text(WHY), "好", ENTER)
    keys = ("Esc", "Ctrl-C", "[x]")
    words = {c for page in terminal.pages for c in functools.reduce(_without, keys, page)}
    assert not any(c.isascii() and c.isalpha() for c in words)


# --- interactive: search ---------------------------------------------------------------------


def search(prompter: Prompter, **more: Any) -> Callable[[], Any]:
    return lambda: prompter.search("参保地在哪里？", find, **more)


def test_search_shows_matches_as_one_types(terminal: Terminal, prompter: Prompter) -> None:
    assert terminal.ask(search(prompter), "朝", "\x7f绵", "阳", ENTER) == "510700"
    assert "朝阳区  吉林省长春市，医保归长春市" in terminal.pages[1]
    assert terminal.pages[1].index("朝阳市") < terminal.pages[1].index("← 返回上一题")
    assert "绵阳市  四川省" in terminal.pages[2]
    assert "朝阳" not in terminal.pages[2]
    assert " ❯ 绵阳" in terminal.pages[3], "the pointer stays on the line"
    assert terminal.page() == "参保地在哪里？  绵阳市"


def test_search_looks_once_for_a_word_that_comes_in_one_piece(
    terminal: Terminal, prompter: Prompter
) -> None:
    """As an input method commits it; nothing is looked for before there is a word."""
    looked: list[str] = []

    def counting(typed: str) -> Matches:
        looked.append(typed)
        return find(typed)

    ask = lambda: prompter.search("参保地？", counting)  # noqa: E731
    assert terminal.ask(ask, "绵阳", ENTER) == "510700"
    assert [typed for typed in looked if typed != "a"] == ["绵阳"]  # "a" warms up
    assert terminal.ask(ask, "绵阳\r") == "510700", "typed faster than drawn"


@pytest.mark.parametrize("start", [ENTER, DOWN])
def test_search_guesses_nothing(terminal: Terminal, prompter: Prompter, start: str) -> None:
    assert terminal.ask(search(prompter), "朝阳", start, DOWN, ENTER) == "110105"
    assert " ❯ 朝阳市" in terminal.pages[2]
    assert "   朝阳\n" in terminal.pages[2], "what was typed stays"
    assert NOTE in terminal.pages[2]
    assert ("用 ↑↓ 选一个，再回车。" in terminal.pages[2]) == (start == ENTER)
    assert " ❯ 朝阳区  北京市" in terminal.pages[3]


def test_search_with_nothing_found(terminal: Terminal, prompter: Prompter) -> None:
    keys = ["火", ENTER, "星", ENTER, "\x7f\x7f", ENTER, "绵", ENTER, ENTER]
    assert terminal.ask(search(prompter), *keys) == "510700"
    assert "没有找到，换个写法再试。" in terminal.pages[2]
    assert "火" in terminal.pages[2]
    assert "没有找到" not in terminal.pages[3].replace("没有找到“火星”。", "")
    assert terminal.pages[4].count("没有找到“火星”。") == 1, "said once, not also as a note"
    assert "打几个字，或用 ↑↓ 选，再回车。" in terminal.pages[6]
    assert "是这个就再按回车" in terminal.pages[8], "one match is not yet a sure one"
    assert " ❯ 绵阳市" in terminal.pages[8]


def test_search_several_without_a_note(terminal: Terminal, prompter: Prompter) -> None:
    assert terminal.ask(search(prompter), "朝", ENTER, ENTER) == "211300"
    assert "不止一个，用 ↑↓ 选，再回车。" in terminal.pages[2]


def test_search_typing_again_returns_to_the_line(terminal: Terminal, prompter: Prompter) -> None:
    answer = terminal.ask(search(prompter), "朝", ENTER, "阳", "\x7f\x7f绵阳", ENTER)
    assert " ❯ 朝阳\n" in terminal.pages[3]
    assert "选，再回车" not in terminal.pages[3], "what was wrong no longer is"
    assert answer == "510700"


def test_search_fixed_choices_and_default(terminal: Terminal, prompter: Prompter) -> None:
    ask = search(prompter, fixed=UNSURE, default="unknown")
    assert terminal.ask(ask, ENTER) == "unknown"
    assert "直接回车＝不确定" in terminal.pages[0]
    assert terminal.page() == "参保地在哪里？  不确定"
    start = len(terminal.pages)
    assert terminal.ask(ask, "朝", UP, UP, ENTER) == "unknown"
    assert "直接回车＝" not in terminal.pages[start + 1], "Enter would not take it now"
    assert " ❯ 不确定" in terminal.pages[start + 3]
    assert terminal.ask(ask, "不确定", ENTER) == "unknown"
    no_default = search(prompter, fixed=UNSURE, default="gone")
    assert terminal.ask(no_default, ENTER, DOWN, ENTER) == "unknown"


@pytest.mark.parametrize("keys", [(ESC,), (UP, ENTER), (DOWN, DOWN, DOWN, DOWN, ENTER)])
def test_search_goes_back(terminal: Terminal, prompter: Prompter, keys: tuple[str, ...]) -> None:
    assert terminal.ask(search(prompter), "朝", *keys) is BACK
    assert terminal.answered_after < 0.5
    assert terminal.page() == ""
    assert terminal.ask(search(prompter), "火星", ENTER, ESC) is BACK, "even while it is wrong"
    start = len(terminal.pages)
    answer = terminal.ask(search(prompter, back=False), ESC, UP, DOWN, "绵阳", ENTER)
    assert answer == "510700"
    assert "返回" not in terminal.pages[start]


@pytest.mark.parametrize("mark", ["?", "？"])
def test_search_why(terminal: Terminal, prompter: Prompter, mark: str) -> None:
    typed: list[str] = []

    def kept(text: str) -> Matches:
        typed.append(text)
        return find(text)

    ask = lambda: prompter.search("参保地？", kept, why=why)  # noqa: E731
    assert terminal.ask(ask, mark, ENTER, "绵阳", ENTER) == "510700"
    assert REASON in squeezed(terminal.pages[2])
    assert mark not in terminal.pages[2].replace("输入 ?", "").replace("参保地？", "")
    # "a" warms up.
    assert [one for one in typed if one != "a"] == ["绵阳"], "a question mark names no place"
    assert terminal.ask(ask, f"绵{mark} 1", "\x7f\x7f\x7f阳", ENTER) == "510700"
    assert f"绵{mark} 1" in typed, "inside a name it is a character like any other"


def test_search_takes_each_key_as_text(terminal: Terminal, prompter: Prompter) -> None:
    typed: list[str] = []

    def kept(text: str) -> Matches:
        typed.append(text)
        return Matches(CHAOYANG, sure=text == "jk 1?nq")

    ask = lambda: prompter.search("参保地？", kept)  # noqa: E731
    assert terminal.ask(ask, *"jk 1?nq", "\x12\x13\x1a", ENTER) == "211300"
    assert typed[-6:] == [
        "j",
        "jk",
        "jk 1",
        "jk 1?",
        "jk 1?n",
        "jk 1?nq",
    ]  # behind the "a" that warms up


@pytest.mark.parametrize("end", ["", "\n", "\r\n\r\n"])
def test_search_pasted(terminal: Terminal, prompter: Prompter, end: str) -> None:
    bracketed = f"\x1b[200~\t绵阳{end}\x1b[201~"
    assert terminal.ask(search(prompter), bracketed, ENTER) == "510700"
    # A terminal that does not mark what was pasted: one line's end is one Enter.
    plain = f"朝阳{end}"
    if end:
        assert terminal.ask(search(prompter), plain, UP, "\x7f\x7f绵阳", ENTER) == "510700"
        assert "再回车" in terminal.pages[-3]
    assert terminal.ask(search(prompter), "朝", DOWN, bracketed.replace("绵", ""), ESC) is BACK
    assert " ❯ 朝阳\n" in terminal.pages[-1]


LONG_NOTE = (
    "新疆维吾尔自治区要写到市、州，接着输入名字；只知道是兵团的，写师或者市的名字，例如石河子。"
)
FAR = Choice(
    "653000", "克孜勒苏柯尔克孜自治州", "新疆维吾尔自治区，医保归克孜勒苏柯尔克孜自治州，不归兵团"
)


def tall(typed: str) -> Matches:
    many = tuple(Choice(f"{i}", f"{FAR.label}{i}", FAR.hint) for i in range(1, 10))
    return Matches(many, note=LONG_NOTE) if typed == "xj" else Matches((), note=LONG_NOTE)


def test_search_fits_a_small_terminal(terminal: Terminal, prompter: Prompter) -> None:
    """Nine matches of three lines: they scroll; all else stays in sight, and nothing is cropped."""
    terminal.columns, terminal.rows = 40, 24
    ask = lambda: prompter.search("参保地？", tall, why=why, fixed=UNSURE)  # noqa: E731
    keys = ["?", ENTER, "xj", ENTER, *[DOWN] * 8]
    assert terminal.ask(ask, *keys, ENTER) == "9"
    for i, page in enumerate(terminal.pages[3:]):
        assert all(line.strip()[:1] not in set("，。、）；") for line in page.split("\n") if line)
        assert max(map(width, page.split("\n"))) < 40
        shown = squeezed(page)
        pointed = f"❯{FAR.label}{max(i, 1)}{FAR.hint}" if i else f"{FAR.label}1{FAR.hint}"
        for part in ("参保地？xj" if i else "参保地？❯xj", pointed, LONG_NOTE, REASON):
            assert part in shown
        for part in ("不确定", "← 返回上一题", "输入 ? 看为什么问", "Esc 返回"):
            assert part in page
        assert "共 9 个" in page


def test_search_in_a_terminal_made_narrower(terminal: Terminal, prompter: Prompter) -> None:
    def narrower() -> None:
        terminal.columns = 30
        terminal.keyboard.send_text(DOWN)

    terminal.ask(lambda: prompter.search(LONG, find), "朝阳", narrower, ENTER)
    for text in (LONG, "吉林省长春市，医保归长春市", NOTE):
        assert text in squeezed(terminal.pages[2])


@pytest.mark.parametrize("many", [True, False])
def test_all_keys_of_a_long_list_fit_a_small_terminal(
    terminal: Terminal, prompter: Prompter, book: Rulebook, many: bool
) -> None:
    terminal.columns, terminal.rows = 40, 24
    question = book.question("situation")
    choices = [Choice(one.id, one.label, one.hint) for one in question.options]
    assert len(choices) > 20
    ask = prompter.choose_many if many else prompter.choose
    terminal.ask(lambda: ask(question.ask, choices, why=why), "?", *[UP] * 3, ENTER)
    for page in terminal.pages:
        for key in ("回车确定", "? 为什么问", "Esc 返回", f"共 {len(choices)} 项"):
            assert key in page
        assert width(max(page.split("\n"), key=width)) < 40
    assert REASON in squeezed(terminal.pages[1])


def test_a_key_is_drawn_at_once(terminal: Terminal, prompter: Prompter, book: Rulebook) -> None:
    """Among all places; the limit is the project's."""
    places = book.places

    def real(typed: str) -> Matches:
        found = places.search(typed)
        choices = tuple(Choice(p.code, p.name, places.label(p)) for p in found)
        return Matches(choices, sure=len(found) == 1)

    real("mianyang")  # loads what is loaded once
    took: list[float] = []

    def press(key: str) -> Callable[[], None]:
        def send() -> None:
            before = terminal.output.drawings
            begun = time.process_time()  # what others do on this machine does not count
            terminal.keyboard.send_text(key)
            until = time.monotonic() + 5
            while terminal.output.drawings == before and time.monotonic() < until:
                time.sleep(0.001)
            took.append(time.process_time() - begun)

        return send

    ask = lambda: prompter.search("参保地？", real, fixed=UNSURE)  # noqa: E731
    keys = ["g", "u", "l", "\x15", "四", "川", "\x15", "mian", "yang"]
    assert terminal.ask(ask, *map(press, keys), ENTER) == "510700"
    assert "绵阳市" in terminal.pages[-1]
    assert sorted(took)[len(took) // 2] < 0.03, took


Asker = Callable[[Prompter], Any]
ASKERS: Sequence[Asker] = [
    lambda p: p.text(WHY, check=only_mianyang),
    lambda p: p.choose(WHY, REASONS),
    lambda p: p.choose_many(WHY, REASONS),
    lambda p: p.search(WHY, find),
]


@pytest.mark.parametrize("asker", ASKERS)
def test_leaving(terminal: Terminal, prompter: Prompter, asker: Asker) -> None:
    with pytest.raises(KeyboardInterrupt):
        terminal.ask(lambda: asker(prompter), "火", CTRL_C)
    with pytest.raises(EOFError):
        terminal.ask(lambda: asker(prompter), "火", CTRL_D)
    with pytest.raises(EOFError):
        terminal.ask(lambda: asker(prompter), "火", terminal.keyboard.close)


def test_without_colour(terminal: Terminal) -> None:
    plain = InteractivePrompter(out=terminal.drawn, colour=False)
    plain.say("好")
    terminal.ask(lambda: plain.choose(WHY, REASONS, why=why), "?", ENTER)
    assert "38;" not in terminal.drawn.getvalue()
    terminal.ask(
        lambda: InteractivePrompter(out=terminal.drawn, colour=True).choose(WHY, REASONS), ENTER
    )
    assert "38;" in terminal.drawn.getvalue()


def test_say_folds_and_sends_no_escape(terminal: Terminal, prompter: Prompter) -> None:
    prompter.say(f"  1 {LONG}\x1b[2J")
    assert LONG in squeezed(terminal.page())
    assert all(line.startswith("  ") for line in terminal.page().split("\n"))


def test_a_real_terminal_with_stdout_elsewhere() -> None:
    """Keys and drawing go through the terminal; standard output stays for the plan."""
    program = (
        "import sys\n"
        "from yidi_cli.wizard.prompts.api import Choice\n"
        "from yidi_cli.wizard.prompts.interactive import InteractivePrompter\n"
        "p = InteractivePrompter(out=sys.stderr, colour=True)\n"
        "p.text('参保地？'), p.choose('原因？', [Choice('a', '急诊')])\n"
        "print('plan')\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm-256color"}
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 40, 0, 0))
    run = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.PIPE,
        env=env,
    )
    os.close(theirs)  # so that reading fails, not waits, when the program dies
    drawn = ""

    def until(text: str) -> None:
        nonlocal drawn
        while text not in drawn:
            assert select.select([ours], [], [], 10)[0], f"no {text} in {drawn!r}"
            drawn += os.read(ours, 4096).decode(errors="replace")

    try:
        until("回车确定")
        os.write(ours, "绵阳\r".encode())
        until("急诊")
        os.write(ours, b"\r")
        assert run.communicate(timeout=10)[0] == b"plan\n"
    finally:
        run.kill()
        run.communicate()
    os.close(ours)
    assert "\x1b[6n" not in drawn, "no question to the terminal that it may answer too late"


# --- numbered --------------------------------------------------------------------------------


def dialogue(asker: Callable[[Prompter], T], *typed: str) -> tuple[T, list[str]]:
    """The answer, and every line that was written."""
    lines = iter(typed)
    out = io.StringIO()

    def read() -> str:
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    answer = asker(NumberedPrompter(read=read, out=out))
    assert not list(lines), "typed and not read"
    written = out.getvalue()
    assert "\x1b" not in written
    assert all(c.isprintable() or c == "\n" for c in written)
    return answer, written.splitlines()


def test_numbered_choose() -> None:
    answer, lines = dialogue(
        lambda p: p.choose(WHY, REASONS, why=why, default="referral"), "?", "9", "x\x1b[2J", "１"
    )
    assert answer == "retired"
    assert lines == [
        WHY,
        "1. 退休了，户口也迁过去了",
        f"2. {LONG}",
        "3. 本地医院开了转诊（要转诊单）",
        "输入编号，直接回车＝3. 本地医院开了转诊，0＝返回，?＝为什么问。",
        REASON,
        "没有这一项，输入 1 到 3 的编号。",
        "没有这一项，输入 1 到 3 的编号。",
    ]


@pytest.mark.parametrize("typed", ["3", " 3 ", "referral", "本地医院开了转诊", ""])
def test_numbered_ways_to_choose(typed: str) -> None:
    answer, _ = dialogue(lambda p: p.choose(WHY, REASONS, default="referral"), typed)
    assert answer == "referral"


def test_numbered_choose_without_default_wants_an_answer() -> None:
    answer, lines = dialogue(lambda p: p.choose(WHY, REASONS, back=False), "", "0", "返回", "2")
    assert answer == "residence"
    assert lines[-4:] == ["输入编号。", *["没有这一项，输入 1 到 3 的编号。"] * 3]


def test_numbered_empty_value_is_no_default() -> None:
    none = Choice("", "都不是")
    answer, lines = dialogue(lambda p: p.choose(WHY, [*REASONS, none]), "", "4")
    assert answer == ""
    assert lines[-2:] == ["输入编号，0＝返回。", "没有这一项，输入 1 到 4 的编号。"]


@pytest.mark.parametrize("typed", ["0", "返回"])
@pytest.mark.parametrize("asker", ASKERS)
def test_numbered_back(asker: Asker, typed: str) -> None:
    assert dialogue(asker, "?", typed)[0] is BACK


@pytest.mark.parametrize("asker", ASKERS)
def test_numbered_end_of_input(asker: Asker) -> None:
    with pytest.raises(EOFError):
        dialogue(asker)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("3 1", ("retired", "referral")),
        ("1、3", ("retired", "referral")),
        ("1，3,", ("retired", "referral")),
        (LONG, ("residence",)),
        ("referral 1 1", ("retired", "referral")),
        ("", ("residence",)),
        ("无", ()),
    ],
)
def test_numbered_ways_to_choose_many(typed: str, answer: tuple[str, ...]) -> None:
    assert (
        dialogue(lambda p: p.choose_many(WHY, REASONS, default=["residence"]), typed)[0] == answer
    )


def test_numbered_choose_many() -> None:
    answer, lines = dialogue(lambda p: p.choose_many(WHY, REASONS), "1 7", ",", "")
    assert answer == ()
    assert lines[4:] == [
        "输入编号，几项之间用空格隔开，直接回车＝都不选，0＝返回。",
        *["没看懂，输入 1 到 3 的编号，几项之间用空格隔开。"] * 2,
    ]


def test_numbered_text() -> None:
    answer, lines = dialogue(
        lambda p: p.text("参保地？", why=why, default="绵阳", check=only_mianyang),
        "火星",
        "？",
        " 绵阳 ",
    )
    assert answer == "绵阳"
    assert lines == [
        "参保地？",
        "输入后按回车，直接回车＝绵阳，0＝返回，?＝为什么问。",
        "没找到这个地方。",
        REASON,
    ]


def test_numbered_never_echoes_an_escape() -> None:
    _, lines = dialogue(
        lambda p: p.text("名字？", check=lambda t: f"没有{t}。" if "坏" in t else ""),
        "坏\x1b[31m",
        "好",
    )
    assert lines[-1] == "没有坏[31m。"


SEARCH_HEAD = ["参保地？", "1. 不确定"]
SEARCH_HOW = "输入名称或编号，直接回车＝1. 不确定，0＝返回，?＝为什么问。"


def asks_place(p: Prompter) -> Any:
    return p.search("参保地？", find, why=why, fixed=UNSURE, default="unknown")


def test_numbered_search() -> None:
    answer, lines = dialogue(asks_place, "？", "火星", "朝阳", "3")
    assert answer == "220104"
    assert lines == [
        *SEARCH_HEAD,
        SEARCH_HOW,
        REASON,
        "没有找到“火星”。",
        "1. 不确定",
        SEARCH_HOW,
        NOTE,
        "1. 朝阳市（辽宁省）",
        "2. 朝阳区（北京市，医保归北京市）",
        "3. 朝阳区（吉林省长春市，医保归长春市）",
        "4. 不确定",
        "输入编号，或换个写法，直接回车＝4. 不确定，0＝返回，?＝为什么问。",
    ]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (["绵阳"], "510700"),
        (["510700"], "510700"),
        (["朝阳", "510700"], "510700"),
        (["朝阳", "绵阳"], "510700"),
        (["朝阳", "4"], "unknown"),
        (["朝阳", "朝阳区", "1"], "unknown"),
        (["朝", "朝阳", "１"], "211300"),
        (["朝阳", ""], "unknown"),
        ([""], "unknown"),
        (["1"], "unknown"),
        (["不确定"], "unknown"),
        (["绵", "1"], "510700"),
        (["2", "朝阳", "2"], "110105"),
        (["朝阳", "0"], BACK),
        (["返回"], BACK),
    ],
)
def test_numbered_ways_to_search(typed: list[str], answer: Any) -> None:
    """A label that two matches share is looked up again, not taken for the first of them."""
    assert dialogue(asks_place, *typed)[0] == answer


def test_numbered_search_without_default_fixed_or_way_back() -> None:
    answer, lines = dialogue(
        lambda p: p.search("参保地？", find, back=False), "", "0", "火", "绵", "2", "绵", "1"
    )
    assert answer == "510700"
    nothing = ["没有找到，换个写法再试。", "输入名称。"]
    one = ["不止一个。", "1. 绵阳市（四川省）", "输入编号，或换个写法。"]
    asked = ["参保地？", "输入名称。"]
    assert lines == [*asked, *asked, *nothing, *nothing, *one, *nothing, *one]


def test_numbered_asks_for_the_reason_once() -> None:
    asked: list[str] = []

    def slow() -> str:
        asked.append("why")
        return REASON

    for ask in (
        lambda p: p.search("参保地？", find, why=slow),
        lambda p: p.text("参保地？", why=slow),
        lambda p: p.choose(WHY, REASONS, why=slow),
        lambda p: p.choose_many(WHY, REASONS, why=slow),
    ):
        _, lines = dialogue(ask, "?", "？", "0")
        assert lines.count(REASON) == 2
    assert asked == ["why"] * 4


# --- scripted --------------------------------------------------------------------------------


def test_scripted_answers_in_order_and_records() -> None:
    script = ScriptedPrompter(["火星", " 绵阳 ", "", "referral", ("referral", "retired"), BACK])
    script.say("你好")
    assert script.text("参保地？", why=why, check=only_mianyang) == "绵阳"
    assert script.text("就医地？", default="昆明") == "昆明"
    assert script.choose(WHY, REASONS) == "referral"
    assert script.choose_many(WHY, REASONS, why=why) == ("retired", "referral")
    assert script.choose(WHY, REASONS) is BACK
    labels = tuple(one.label for one in REASONS)
    assert script.transcript == [
        Asked("say", "你好"),
        Asked("text", "参保地？", why=why),
        Asked("invalid", "没找到这个地方。"),
        Asked("text", "就医地？"),
        Asked("choose", WHY, labels),
        Asked("choose_many", WHY, labels, why),
        Asked("choose", WHY, labels),
    ]


def test_scripted_search() -> None:
    script = ScriptedPrompter(["朝阳", "绵阳", "朝阳", "110105", "", "unknown", "朝阳", BACK])
    assert [asks_place(script) for _ in range(5)] == [
        "510700",
        "110105",
        "unknown",
        "unknown",
        BACK,
    ]
    asked = Asked("search", "参保地？", ("不确定",), why)
    unsure = Asked("matches", NOTE, ("朝阳市", "朝阳区", "朝阳区"))
    assert script.transcript == [asked, unsure, asked, unsure, asked, asked, asked, unsure]
    assert asked.why is not None
    assert asked.why() == REASON


def test_scripted_search_takes_a_match_only_after_its_list() -> None:
    with pytest.raises(EOFError):
        asks_place(ScriptedPrompter(["110105", "朝阳", "火星", "110105"]))
    with pytest.raises(AssertionError, match="default"):
        ScriptedPrompter([""]).search("参保地？", find)
    with pytest.raises(AssertionError, match="no fixed choice"):
        ScriptedPrompter([""]).search("参保地？", find, default="unknown")
    with pytest.raises(AssertionError, match="str"):
        asks_place(ScriptedPrompter([("110105",)]))


@pytest.mark.parametrize("asker", ASKERS)
@pytest.mark.parametrize("raised", [KeyboardInterrupt, KeyboardInterrupt(), EOFError("end")])
def test_scripted_raises(asker: Asker, raised: Any) -> None:
    with pytest.raises((KeyboardInterrupt, EOFError)):
        asker(ScriptedPrompter([raised]))


@pytest.mark.parametrize("asker", ASKERS)
def test_scripted_runs_out(asker: Asker) -> None:
    with pytest.raises(EOFError, match=WHY):
        asker(ScriptedPrompter([]))


def test_scripted_refuses_what_does_not_fit() -> None:
    with pytest.raises(AssertionError, match="'retired', 'residence', 'referral'"):
        ScriptedPrompter(["mars"]).choose(WHY, REASONS)
    with pytest.raises(AssertionError, match="'retired', 'residence', 'referral'"):
        ScriptedPrompter([("retired", "mars")]).choose_many(WHY, REASONS)
    with pytest.raises(AssertionError, match="tuple"):
        ScriptedPrompter(["retired"]).choose_many(WHY, REASONS)
    with pytest.raises(AssertionError, match="str"):
        ScriptedPrompter([("retired",)]).text(WHY)
    with pytest.raises(AssertionError, match="go back"):
        ScriptedPrompter([BACK]).choose(WHY, REASONS, back=False)
