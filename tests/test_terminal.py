"""The installed command in a real terminal: keys in, and what then stands on the screen."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pexpect  # type: ignore[import-untyped]
import pyte
import pytest

from tests.wheel import Installed, install
from yidi_cli.cli.afterwards import NEXT_ASK
from yidi_cli.render.wrap import width
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.wizard.session import CHECK_ASK

PATIENCE = 30.0  # seconds; a slow machine with other work
ESC, DOWN, UP, CTRL_C = "\x1b", "\x1b[B", "\x1b[A", "\x03"
CLOSING = "。，、；：？！）」』”"
DAY = ["--on", "2026-11-22", "--as-of", "2026-11-22"]
ANSWERS = {
    "scheme": "employee",
    "type": "long-term-residence",
    "care": "inpatient",
    "stage": "before",
    "filing": "none",
}
# `erase to the end`, `bold`, `38;5;31`: everything a terminal acts on instead of showing it.
ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[()][A-Z0-9]|[=>78])")


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.getbasetemp() / "install")


class Terminal:
    """A program in a terminal of `columns` × `rows`.

    What is drawn goes to a wider screen, so that a line that does not fit sticks out.
    """

    def __init__(self, child: pexpect.spawn, columns: int, rows: int, asks: dict[str, str]) -> None:
        self.child = child
        self.columns = columns
        self.asks = {name: squeezed(ask) for name, ask in asks.items()}
        self.raw = ""
        self.closed = False
        self._screen = pyte.HistoryScreen(columns + 40, rows, history=3000)
        self._stream = pyte.Stream(self._screen)

    def lines(self) -> list[str]:
        """Everything on the screen and scrolled off it, without the spaces at the ends."""
        wide = range(self._screen.columns)
        gone = ["".join(line[x].data for x in wide) for line in self._screen.history.top]
        shown = [line.rstrip() for line in [*gone, *self._screen.display]]
        while shown and not shown[-1]:
            shown.pop()
        return shown

    def page(self) -> str:
        return "\n".join(self.lines())

    def read(self) -> None:
        """Take what has been written, waiting a moment for it."""
        try:
            text = self.child.read_nonblocking(65536, 0.1)
        except pexpect.TIMEOUT:
            return
        except pexpect.EOF:
            self.closed = True
            return
        self.raw += text
        self._stream.feed(text)

    def wait(self, ready: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not ready():
            assert time.monotonic() < until, f"waited for {what}, got:\n{self.page()}"
            assert not self.closed, f"ended before {what}:\n{self.page()}"
            self.read()

    def wait_for(self, text: str) -> None:
        self.wait(lambda: squeezed(text) in squeezed(self.page()), text)

    def open_question(self) -> str:
        """Return the id of the question that waits for an answer, "" where none does."""
        page = squeezed(self.page())
        last = max(self.asks, key=lambda name: page.rfind(self.asks[name]))
        start = page.rfind(self.asks[last])
        # Its keys stand below it as long as it is open.
        below = page[start + len(self.asks[last]) :]
        return (
            last
            if start >= 0 and re.search("回车确定|直接回车＝|输入编号|输入名称|输入后按回车", below)
            else ""
        )

    def asked(self, name: str) -> None:
        """Wait for this question; what stands on the screen then fits in it."""
        self.wait(lambda: self.open_question() == name, f"the question {name}")
        self.check()

    def send(self, *keys: str) -> None:
        for key in keys:
            self.child.send(key)

    def check(self) -> None:
        for line in self.lines():
            assert width(line) <= self.columns, line
            assert not line.lstrip().startswith(tuple(CLOSING)), line

    def end(self) -> int:
        """Wait for the end; return the exit code."""
        until = time.monotonic() + PATIENCE
        while not self.closed:
            assert time.monotonic() < until, f"did not end:\n{self.page()}"
            self.read()
        self.child.close()
        assert self.child.signalstatus is None
        return int(self.child.exitstatus)


def squeezed(text: str) -> str:
    """The text without white space: where a line was folded does not matter."""
    return re.sub(r"\s", "", text)


Start = Callable[..., Terminal]


@pytest.fixture
def start(installed: Installed, tmp_path: Path, book: Rulebook) -> Start:
    """Run a command line in a shell in a terminal: `start("yidi guide", columns=40)`."""

    def begin(line: str, *, columns: int = 80, rows: int = 40, **more: str) -> Terminal:
        matter = book.family if line.startswith("yidi family") else book
        asks = {question.id: question.ask for question in matter.questions}
        asks |= {"check": CHECK_ASK, "next": NEXT_ASK}
        child = pexpect.spawn(
            "/bin/sh",
            ["-c", line],
            cwd=str(tmp_path),
            env=installed.environment(**{"XDG_STATE_HOME": str(tmp_path / "state"), **more}),
            dimensions=(rows, columns),
            encoding="utf-8",
            timeout=PATIENCE,
            # A test run started in the background hands down that it is ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        child.delaybeforesend = None
        return Terminal(child, columns, rows, asks)

    return begin


@pytest.fixture
def pick(book: Rulebook) -> Callable[[Terminal, str, str], None]:
    """Answer a list by the number of an option: `pick(terminal, "care", "inpatient")`."""

    def choose(terminal: Terminal, name: str, option: str) -> None:
        ids = [one.id for one in book.question(name).options]
        terminal.asked(name)
        terminal.send(str(ids.index(option) + 1), "\r")

    return choose


Pick = Callable[[Terminal, str, str], None]


def answer_places(terminal: Terminal) -> None:
    terminal.asked("insured")
    terminal.send("重庆\r")
    terminal.asked("destination")
    terminal.send("chengdu\r")


def answer_all(terminal: Terminal, pick: Pick) -> None:
    """Answer every question, up to the check."""
    answer_places(terminal)
    for name, option in ANSWERS.items():
        pick(terminal, name, option)
    terminal.asked("situation")
    terminal.send("\r")
    terminal.asked("check")


def result(
    installed: Installed, folder: Path, columns: int, *more: str, **answers: str
) -> list[str]:
    """The page for the same answers, given as flags and without a terminal."""
    flags = [word for name, value in (ANSWERS | answers).items() for word in (f"--{name}", value)]
    argv = ["yidi", "guide", "--no-input", "--to", "成都", *flags, *more, *DAY]
    if "--from" not in more:
        argv += ["--from", "重庆"]
    done = installed.run(argv, folder, COLUMNS=str(columns))
    assert done.returncode == 0, done.stderr
    return [line.rstrip() for line in done.stdout.splitlines()]


def shows(terminal: Terminal, expected: list[str]) -> None:
    """The page stands there whole, with what can be done next behind it."""
    terminal.asked("next")
    lines = terminal.lines()
    start = max(n for n, line in enumerate(lines) if line == expected[0])
    end = start + len(expected)
    assert lines[start:end] == expected
    assert squeezed(NEXT_ASK) in squeezed("".join(lines[end:]))


def leave(terminal: Terminal) -> None:
    """Leave after the result: the command that shows it again is printed."""
    terminal.send("\r")
    assert terminal.end() == 0
    assert re.search(r"^\s*yidi guide --from 重庆市", terminal.page(), re.MULTILINE)


# --- with the arrow keys ----------------------------------------------------------------------


@pytest.mark.parametrize(("columns", "rows"), [(100, 40), (40, 24)])
def test_from_the_first_question_to_the_result(
    start: Start, pick: Pick, installed: Installed, tmp_path: Path, columns: int, rows: int
) -> None:
    terminal = start(f"yidi guide {' '.join(DAY)}", columns=columns, rows=rows)
    answer_all(terminal, pick)
    answered = [name for name in terminal.asks if terminal.asks[name] in squeezed(terminal.page())]
    assert len(set(answered) - {"check"}) <= 8
    terminal.send("\r")
    # The main points come first; all of it is one key away.
    shows(terminal, result(installed, tmp_path, columns, "--brief"))
    terminal.check()
    terminal.send("\r")
    full = result(installed, tmp_path, columns)
    assert len(full) > 60
    terminal.wait_for(full[-1])
    shows(terminal, full)
    terminal.check()
    leave(terminal)


@pytest.mark.parametrize("way", ["esc", "left", "line"])
def test_back_to_the_question_before(start: Start, pick: Pick, book: Rulebook, way: str) -> None:
    terminal = start("yidi guide")
    answer_places(terminal)
    pick(terminal, "scheme", "resident")
    terminal.asked("type")
    # Three ways; the pointer is at the top, and the visible line at the bottom, one up from it.
    terminal.send(*{"esc": (ESC,), "left": ("\x1b[D",), "line": (UP, "\r")}[way])
    terminal.asked("scheme")
    # The answer given before is the one pointed at: Enter keeps it.
    resident = next(o for o in book.question("scheme").options if o.id == "resident")
    terminal.wait(
        lambda: any("❯" in line and resident.label[:6] in line for line in terminal.lines()),
        "the earlier answer, pointed at",
    )
    terminal.send(ESC)
    terminal.asked("destination")
    terminal.send("\r")  # what was typed before is the default
    # Neither destination nor scheme is lost: the next question is the one that was left.
    terminal.asked("type")
    terminal.send(CTRL_C)
    assert terminal.end() == 130


def test_the_first_question_has_nothing_to_go_back_to(start: Start) -> None:
    terminal = start("yidi guide")
    terminal.asked("insured")
    assert "Esc" not in terminal.page()
    terminal.send(ESC)
    time.sleep(0.2)  # else Esc and the next key are one
    terminal.send("重庆\r")
    terminal.asked("destination")
    terminal.send(CTRL_C)
    assert terminal.end() == 130


def test_back_through_every_question_to_the_first_and_forward_again(
    start: Start, pick: Pick, installed: Installed, tmp_path: Path
) -> None:
    terminal = start(f"yidi guide --full {' '.join(DAY)}", columns=80)
    answer_all(terminal, pick)
    names = ["insured", "destination", *ANSWERS, "situation"]
    for name in reversed(names):
        terminal.send(ESC)
        terminal.asked(name)
    # At the first, there is no way further back; each answer is still there.
    terminal.send(ESC)
    time.sleep(0.2)  # else Esc and the next key are one
    terminal.send("\r")
    terminal.asked("check")
    # Nothing was asked twice. Back once more, and forward with another answer.
    for name in reversed(names):
        terminal.send(ESC)
        terminal.asked(name)
    terminal.send("绵阳\r")
    terminal.asked("check")
    terminal.send("\r")
    shows(terminal, result(installed, tmp_path, 80, "--from", "绵阳"))
    terminal.send("\r")
    assert terminal.end() == 0


def row_of(terminal: Terminal, name: str) -> str:
    """The number of an answer's line at the check."""
    found = [m[1] for line in terminal.lines() if (m := re.search(rf"(\d) {name} ", line))]
    return found[-1]


def test_an_answer_changed_at_the_check(
    start: Start, pick: Pick, installed: Installed, tmp_path: Path, book: Rulebook
) -> None:
    terminal = start(f"yidi guide --full {' '.join(DAY)}", columns=80)
    answer_all(terminal, pick)
    terminal.send(row_of(terminal, book.question("care").name), "\r")
    pick(terminal, "care", "outpatient")
    terminal.asked("check")  # nothing else depends on it: nothing else is asked again
    terminal.send("\r")
    expected = result(installed, tmp_path, 80, care="outpatient")
    assert expected != result(installed, tmp_path, 80)
    shows(terminal, expected)
    leave(terminal)


def test_the_insured_place_changed_at_the_check(
    start: Start, pick: Pick, installed: Installed, tmp_path: Path, book: Rulebook
) -> None:
    terminal = start(f"yidi guide --full {' '.join(DAY)}", columns=80)
    answer_all(terminal, pick)
    name = book.question("insured").name
    terminal.send(row_of(terminal, name), "\r")
    terminal.asked("insured")
    # Into the region of the hospital: nothing else matters then, and all of it is kept.
    terminal.send("成都\r")
    terminal.asked("check")
    terminal.wait_for("现在用不上，先留着")
    terminal.send(row_of(terminal, name), "\r")
    terminal.asked("insured")
    terminal.send("mianyang\r")
    terminal.asked("check")
    terminal.check()
    terminal.send("\r")
    shows(terminal, result(installed, tmp_path, 80, "--from", "绵阳"))
    terminal.send("\r")
    assert terminal.end() == 0


def test_an_interrupt_gives_a_command_that_goes_on(
    start: Start, pick: Pick, installed: Installed, tmp_path: Path
) -> None:
    terminal = start("yidi guide", columns=100)
    answer_places(terminal)
    for name in ("scheme", "type", "care"):
        pick(terminal, name, ANSWERS[name])
    terminal.asked("stage")
    terminal.send(CTRL_C)
    assert terminal.end() == 130
    assert "Traceback" not in terminal.page()
    (command,) = re.findall(r"^\s*(yidi guide .*)$", terminal.page(), re.MULTILINE)
    assert command == "yidi guide --resume"

    again = start(f"{command} --full {' '.join(DAY)}", columns=100)
    again.asked("stage")
    answered = ("insured", "destination", "scheme", "type", "care")
    assert not [name for name in answered if again.asks[name] in squeezed(again.page())]
    pick(again, "stage", "before")
    pick(again, "filing", "none")
    again.asked("situation")
    again.send("\r")
    again.asked("check")
    again.send("\r")
    shows(again, result(installed, tmp_path, 100))
    leave(again)
    # Once the result has been shown, nothing is kept.
    third = start("yidi guide --plain --no-input --resume")
    assert third.end() == 2
    assert "--from" in third.page()


def test_an_interrupted_session_in_lines_goes_on_in_lines(start: Start) -> None:
    # `exec`: the terminal's own interrupt would end the shell too.
    terminal = start("exec yidi guide --plain --from 重庆")
    terminal.asked("destination")
    terminal.send("成都\r")
    terminal.asked("scheme")
    terminal.send(CTRL_C)
    assert terminal.end() == 130
    (command,) = re.findall(r"^\s*(yidi guide .*)$", terminal.page(), re.MULTILINE)
    assert "--plain" in command.split()


def test_an_interrupt_before_the_first_answer(start: Start) -> None:
    terminal = start("yidi guide")
    terminal.asked("insured")
    terminal.send(CTRL_C)
    assert terminal.end() == 130
    assert re.search(r"^\s*yidi guide$", terminal.page(), re.MULTILINE)


def test_a_place_that_is_not_clear_is_asked_and_not_guessed(start: Start) -> None:
    terminal = start("yidi guide", columns=40, rows=24)
    terminal.asked("insured")
    terminal.send("鼓楼区\r")
    terminal.wait_for("再回车")
    terminal.check()
    assert len([line for line in terminal.lines() if "鼓楼区" in line]) > 2
    # Nothing was answered: the second one is picked from the list that stands there.
    terminal.send(DOWN, "\r")
    terminal.asked("destination")
    terminal.send(CTRL_C)
    assert terminal.end() == 130


# --- family mutual aid ------------------------------------------------------------------------

FAMILY = {
    "want": "pay-bill",
    "scheme": "employee",
    "insured": "chongqing",
    "relation": "parent",
    "member-scheme": "resident",
    "member": "贵阳",
}
FAMILY_DAY = "--as-of 2026-11-22"


def answer_family(terminal: Terminal, book: Rulebook, arrows: bool) -> None:
    """Answer every question of `yidi family`: places by typing, the rest by the arrow keys."""
    for name, answer in FAMILY.items():
        terminal.asked(name)
        options = [option.id for option in book.family.question(name).options]
        if not options:
            terminal.send(f"{answer}\r")
        elif arrows:
            terminal.send(*[DOWN] * options.index(answer), "\r")
        else:
            terminal.send(f"{options.index(answer) + 1}\r")
    terminal.asked("check")
    terminal.send("\r")


def family_result(installed: Installed, folder: Path, columns: int, *more: str) -> list[str]:
    """The page for the same answers, given as flags and without a terminal."""
    names = {"insured": "from", "member": "to"}
    flags = [w for name, value in FAMILY.items() for w in (f"--{names.get(name, name)}", value)]
    argv = ["yidi", "family", "--no-input", *flags, *more, *FAMILY_DAY.split()]
    done = installed.run(argv, folder, COLUMNS=str(columns))
    assert done.returncode == 0, done.stderr
    return [line.rstrip() for line in done.stdout.splitlines()]


def leave_family(terminal: Terminal) -> None:
    terminal.send("\r")
    assert terminal.end() == 0
    assert re.search(r"^\s*yidi family --want pay-bill", terminal.page(), re.MULTILINE)


@pytest.mark.parametrize(("columns", "rows"), [(100, 40), (40, 24)])
def test_mutual_aid_from_the_first_question_to_the_plan(
    start: Start, installed: Installed, tmp_path: Path, book: Rulebook, columns: int, rows: int
) -> None:
    terminal = start(f"yidi family {FAMILY_DAY}", columns=columns, rows=rows)
    answer_family(terminal, book, arrows=True)
    shows(terminal, family_result(installed, tmp_path, columns, "--brief"))
    terminal.check()
    terminal.send("\r")
    full = family_result(installed, tmp_path, columns)
    assert "都开通「医保钱包」" in squeezed("".join(full))
    terminal.wait_for(full[-1])
    shows(terminal, full)
    terminal.check()
    leave_family(terminal)


def test_mutual_aid_in_lines_has_no_escape_byte(
    start: Start, installed: Installed, tmp_path: Path, book: Rulebook
) -> None:
    terminal = start(f"yidi family --plain --full {FAMILY_DAY}", columns=80, rows=24)
    answer_family(terminal, book, arrows=False)
    shows(terminal, family_result(installed, tmp_path, 80))
    leave_family(terminal)
    assert "\x1b" not in terminal.raw


# --- where the result and the questions go ----------------------------------------------------


def test_into_a_file_goes_the_result_alone(
    start: Start, pick: Pick, installed: Installed, tmp_path: Path
) -> None:
    terminal = start(f"yidi guide {' '.join(DAY)} > plan.txt", columns=80)
    answer_all(terminal, pick)
    terminal.send("\r")
    assert terminal.end() == 0
    written = (tmp_path / "plan.txt").read_text(encoding="utf-8")
    expected = result(installed, tmp_path, 80)
    assert written.splitlines() == expected
    assert expected[-1] not in terminal.page()


def test_without_input_it_names_what_is_missing(start: Start, book: Rulebook) -> None:
    terminal = start("yidi guide --from 重庆 < /dev/null")
    assert terminal.end() == 2
    page = terminal.page()
    flags = [q.flag for q in book.questions if q.id in ("destination", *ANSWERS)]
    assert not [flag for flag in flags if flag not in page]
    assert "--from" not in page
    assert "Traceback" not in page


@pytest.mark.parametrize("reader", ["head -1", ":"], ids=["reads a line", "reads nothing"])
@pytest.mark.parametrize("argv", ["sources", "sources --format json", "sources --format table"])
def test_a_pipe_closed_early_is_no_fault(start: Start, argv: str, reader: str) -> None:
    terminal = start(f"{{ yidi {argv}; echo $? > code; }} | {reader}; cat code")
    assert terminal.end() == 0
    *shown, code = terminal.page().splitlines()
    assert len(shown) == (reader != ":"), shown
    assert code in ("0", "141")  # written before the pipe was closed, or not


# --- without redrawing, without colour --------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "variables"),
    [(" --plain", {}), ("", {"YIDI_PLAIN": "1"}), ("", {"TERM": "dumb"})],
    ids=["--plain", "YIDI_PLAIN", "dumb"],
)
def test_numbered_lines_have_no_escape_byte(
    start: Start,
    pick: Pick,
    installed: Installed,
    tmp_path: Path,
    option: str,
    variables: dict[str, str],
) -> None:
    terminal = start(f"yidi guide{option} --full {' '.join(DAY)}", columns=80, rows=24, **variables)
    answer_all(terminal, pick)
    terminal.send("\r")
    shows(terminal, result(installed, tmp_path, 80))
    leave(terminal)
    assert "\x1b" not in terminal.raw


def test_no_colour_where_none_is_wanted(start: Start, pick: Pick) -> None:
    def colours(raw: str) -> set[int]:
        codes = re.findall(r"\x1b\[([\d;]*)m", raw)
        numbers = {int(part) for code in codes for part in code.split(";") if part}
        return numbers & {*range(30, 39), *range(40, 49), *range(90, 98), *range(100, 108)}

    for variables, wanted in (({"NO_COLOR": "1"}, False), ({}, True)):
        terminal = start("yidi guide --full --from 重庆", **variables)
        terminal.asked("destination")
        terminal.send("云阳\r")
        terminal.asked("check")
        asking = len(terminal.raw)
        assert bool(colours(terminal.raw)) is wanted
        terminal.send("\r")
        terminal.asked("next")
        terminal.send("\r")
        assert terminal.end() == 0
        assert bool(colours(terminal.raw[asking:])) is wanted
