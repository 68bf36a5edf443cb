"""The three prompters: one interface, told apart only by how they draw and read."""

from __future__ import annotations

import fcntl
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

from yidi_cli.wizard.prompts.api import BACK, Choice, Prompter
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
HELP = "这一题会决定：备案类型、要带的材料、有效期、会不会少报"
LONG = "在那边长期住（带孙辈、投靠子女、买房租房，或者说不准要住多久但一时不回来）"
REASONS = [
    Choice("retired", "退休了，户口也迁过去了"),
    Choice("residence", LONG),
    Choice("referral", "本地医院开了转诊", "要转诊单"),
]


def only_mianyang(typed: str) -> str:
    return "" if typed == "绵阳" else "没找到这个地方。"


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
    """A terminal of `columns` × 30: keys go in one by one, and what stands on it can be read."""

    def __init__(self, keyboard: PipeInput, columns: int) -> None:
        self.keyboard = keyboard
        self.columns = columns
        self.drawn = io.StringIO()
        self.output = CountingOutput(self.drawn, lambda: Size(rows=30, columns=self.columns))
        self.pages: list[str] = []  # the screen before each key
        self.answered_after = 0.0  # seconds from the last key to the answer
        self._pressed = 0.0

    def page(self) -> str:
        screen = pyte.Screen(self.columns, 30)
        pyte.Stream(screen).feed(self.drawn.getvalue())
        return "\n".join(line.rstrip() for line in screen.display).rstrip()

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
    answer = terminal.ask(
        lambda: prompter.text("参保地？", help=HELP), "？", ENTER, "为什么?", ENTER
    )
    assert answer == "为什么?"
    assert HELP in squeezed(terminal.pages[2])
    assert "输入 ? 看说明" in terminal.pages[0]


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
    assert terminal.ask(lambda: prompter.choose(WHY, REASONS, help=HELP), key, ENTER) == "retired"
    assert HELP not in squeezed(terminal.pages[0])
    assert HELP in squeezed(terminal.pages[1])
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
    terminal.ask(lambda: prompter.choose_many(long_ask, REASONS, help=HELP), "?", "2", ENTER)
    for text in (long_ask, LONG, HELP):
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


def test_no_english(terminal: Terminal, prompter: Prompter) -> None:
    terminal.ask(lambda: prompter.choose_many(WHY, REASONS), ENTER)
    terminal.ask(lambda: prompter.choose(WHY, REASONS), ENTER)
    terminal.ask(lambda: prompter.text(WHY), "好", ENTER)
    words = {c for page in terminal.pages for c in page.replace("Esc", "").replace("[x]", "")}
    assert not any(c.isascii() and c.isalpha() for c in words)


Asker = Callable[[Prompter], Any]
ASKERS: Sequence[Asker] = [
    lambda p: p.text(WHY, check=only_mianyang),
    lambda p: p.choose(WHY, REASONS),
    lambda p: p.choose_many(WHY, REASONS),
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
    terminal.ask(lambda: plain.choose(WHY, REASONS, help=HELP), "?", ENTER)
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
        lambda p: p.choose(WHY, REASONS, help=HELP, default="referral"), "?", "9", "x\x1b[2J", "１"
    )
    assert answer == "retired"
    assert lines == [
        WHY,
        "1. 退休了，户口也迁过去了",
        f"2. {LONG}",
        "3. 本地医院开了转诊（要转诊单）",
        "输入编号，直接回车＝3. 本地医院开了转诊，0＝返回，?＝看说明。",
        HELP,
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
        lambda p: p.text("参保地？", help=HELP, default="绵阳", check=only_mianyang),
        "火星",
        "？",
        " 绵阳 ",
    )
    assert answer == "绵阳"
    assert lines == [
        "参保地？",
        "输入后按回车，直接回车＝绵阳，0＝返回，?＝看说明。",
        "没找到这个地方。",
        HELP,
    ]


def test_numbered_never_echoes_an_escape() -> None:
    _, lines = dialogue(
        lambda p: p.text("名字？", check=lambda t: f"没有{t}。" if "坏" in t else ""),
        "坏\x1b[31m",
        "好",
    )
    assert lines[-1] == "没有坏[31m。"


# --- scripted --------------------------------------------------------------------------------


def test_scripted_answers_in_order_and_records() -> None:
    script = ScriptedPrompter(["火星", " 绵阳 ", "", "referral", ("referral", "retired"), BACK])
    script.say("你好")
    assert script.text("参保地？", help=HELP, check=only_mianyang) == "绵阳"
    assert script.text("就医地？", default="昆明") == "昆明"
    assert script.choose(WHY, REASONS) == "referral"
    assert script.choose_many(WHY, REASONS, help=HELP) == ("retired", "referral")
    assert script.choose(WHY, REASONS) is BACK
    labels = tuple(one.label for one in REASONS)
    assert script.transcript == [
        Asked("say", "你好"),
        Asked("text", "参保地？", help=HELP),
        Asked("invalid", "没找到这个地方。"),
        Asked("text", "就医地？"),
        Asked("choose", WHY, labels),
        Asked("choose_many", WHY, labels, HELP),
        Asked("choose", WHY, labels),
    ]


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
