"""README's commands, run: each ends well, and says what README shows."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import ROOT, Ran
from yidi_cli.base.env import Environment
from yidi_cli.cli.app import run
from yidi_cli.rulebook.rulebook import Rulebook

README = ROOT / "README.md"
COMMAND = re.compile(r"(?:\$ )?(yidi(?: .*)?)")
PROMPT = "$ "
OMITTED = ("……", "…")


@dataclass(frozen=True)
class Example:
    """One command of README: the line it stands on, and the lines shown below it."""

    line: int
    command: str
    shown: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether it waits for a person."""
        words = shlex.split(self.command)[1:]
        if words[0] in ("family", "共济"):
            return len(words) == 1
        return words[:1] in (["guide"], ["向导"]) and not {"--no-input", "--help"} & {*words}


def blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    """Yield the fenced code blocks as lines with their numbers."""
    block: list[tuple[int, str]] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            if block is not None:
                yield block
            block = [] if block is None else None
        elif block is not None:
            block.append((number, line))
    assert block is None, "a code block is not closed"


def examples_of(block: list[tuple[int, str]]) -> Iterator[Example]:
    """Yield the `yidi` commands of a block; after a `$ ` line, what follows is its output."""
    with_output = any(line.startswith(PROMPT) for _, line in block)
    number, command, shown = 0, "", list[str]()
    lines = iter(block)
    for here, line in lines:
        if line.startswith(PROMPT) or not with_output:
            if command:
                yield Example(number, command, tuple(shown))
            while line.endswith("\\"):
                line = line[:-1] + next(lines)[1].strip()
            found = COMMAND.fullmatch(line.strip().partition("  #")[0].rstrip())
            number, command, shown = here, found[1] if found else "", []
        elif command:
            shown.append(line)
    if command:
        yield Example(number, command, tuple(shown))


def inline(text: str) -> Iterator[Example]:
    """Yield the commands that stand in running text or a table: `yidi types`."""
    fenced = {number for block in blocks(text) for number, _ in block}
    for number, line in enumerate(text.splitlines(), 1):
        if number not in fenced:
            for code in re.findall(r"(?<!`)`(yidi [^`]+)`", line):
                if not re.search(r"…|\.\.\.|[A-Z]{2}|<", code):  # a pattern, not a command
                    yield Example(number, code)


def every_example(text: str) -> list[Example]:
    fenced = [example for block in blocks(text) for example in examples_of(block)]
    return [*fenced, *inline(text)]


EXAMPLES = every_example(README.read_text(encoding="utf-8")) if README.is_file() else []


def missing(shown: tuple[str, ...], real: list[str]) -> str:
    """Return the first shown line that is not in `real` in order, "" where all are.

    Lines follow each other without a gap, but for those where README leaves something out.
    """
    at, gap = 0, False
    wanted = list(shown)
    while wanted and not wanted[-1].strip():
        wanted.pop()
    for line in (line.rstrip() for line in wanted):
        if line.strip() in OMITTED:
            gap = True
            continue
        if gap:
            while at < len(real) and real[at] != line:
                at += 1
        if at >= len(real) or real[at] != line:
            return line or "(an empty line)"
        at, gap = at + 1, False
    return "" if gap or not any(real[at:]) else f"(and then) {real[at]}"


RunExample = Callable[[Example], Ran]


@pytest.fixture
def ran_as_shown(book: Rulebook) -> RunExample:
    """Run a command as README shows it: 80 columns, no terminal, the day of the data's version."""

    def call(example: Example) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        day = date.fromisoformat(book.meta.version)
        env = Environment(io.StringIO(), out, err, variables={}, columns=80, today=day)
        code = run(shlex.split(example.command)[1:], env)
        return Ran(code, out.getvalue(), err.getvalue())

    return call


def test_readme_shows_the_three_commands_everybody_needs() -> None:
    shown = {shlex.split(example.command)[1] for example in EXAMPLES}
    assert shown >= {"guide", "materials", "channels"}
    with_output = [example for example in EXAMPLES if any(map(str.strip, example.shown))]
    assert with_output


@pytest.mark.parametrize(
    "example",
    [example for example in EXAMPLES if not example.asks],
    ids=lambda example: f"{example.line}: {example.command[:40]}",
)
def test_the_command_ends_well_and_says_what_is_shown(
    example: Example, ran_as_shown: RunExample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # -o writes here
    ran = ran_as_shown(example)
    to_file = bool({"-o", "--output"} & {*shlex.split(example.command)})
    assert ran.code == 0, ran.err
    assert to_file or not ran.err
    if example.shown:
        real = [line.rstrip() for line in ran.out.splitlines()]
        assert missing(example.shown, real) == ""
    else:
        assert to_file or ran.out


@pytest.mark.parametrize(
    "example",
    [example for example in EXAMPLES if example.asks],
    ids=lambda example: f"{example.line}: {example.command[:40]}",
)
def test_a_command_that_asks_takes_its_options(example: Example, ran_as_shown: RunExample) -> None:
    """Without a terminal it names what it would ask, or, all being given, answers."""
    ran = ran_as_shown(example)
    assert ran.code == 0 or (ran.code == 2 and "还缺答案" in ran.err), ran.err


def test_a_command_and_what_is_shown_are_found() -> None:
    text = (
        "```console\n$ make guide\n$ yidi types  # all\nA\n……\nC\n\n$ yidi \\\n  sources\n```\n"
        "```sh\nyidi guide\npipx install .\n```\nUse `yidi 类型`, not `yidi explain ID`.\n"
    )
    assert every_example(text) == [
        Example(3, "yidi types", ("A", "……", "C", "")),
        Example(8, "yidi sources"),
        Example(12, "yidi guide"),
        Example(15, "yidi 类型"),
    ]


@pytest.mark.parametrize(
    ("shown", "fault"),
    [
        (("A", "B", "C", "D"), ""),
        (("A", "……", "D"), ""),
        (("A", "B", "…"), ""),
        (("……", "C", "……"), ""),
        (("A", "B"), "(and then) C"),
        (("A", "C", "……"), "C"),
        (("……", "C", "……", "B", "……"), "B"),
        (("A", "……", "X", "……"), "X"),
    ],
)
def test_what_is_shown_is_compared_line_by_line(shown: tuple[str, ...], fault: str) -> None:
    assert missing(shown, ["A", "B", "C", "D"]) == fault
