"""Pictures for README, drawn from real runs in a pseudo-terminal: `make pictures`.

In: nothing. Out: `docs/pictures/wizard.svg`, the questions up to the check of the answers, and
`docs/pictures/plan.svg`, a plan's main points. Both runs have a fixed day, so that a second run
writes the same bytes. An SVG loads nothing from elsewhere: no font, no script, no address.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

import pexpect  # type: ignore[import-untyped]
import pyte
from pyte.screens import Char

from yidi_cli.rulebook.opening import open_folder
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.wizard.session import CHECK_ASK

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "pictures"
DAY = ("--on", "2026-11-22", "--as-of", "2026-11-22")
COLUMNS = 80
PATIENCE = 30.0  # seconds
QUIET = 0.4  # seconds without a byte: what is to be drawn is drawn

WIZARD_TITLE = "yidi guide 的问答：八个问题答完，核对一遍"
WIZARD_ROWS = 30
# Places as they are typed; of the others the option's id.
WIZARD_ANSWERS = {
    "insured": "重庆",
    "destination": "chengdu",
    "scheme": "employee",
    "type": "long-term-residence",
    "care": "inpatient",
    "stage": "before",
    "filing": "none",
    "situation": "",
}
PLAN_TITLE = "yidi guide 的结果（要点）：绵阳居民医保，在昆明急诊住院，没有备案"
PLAN_ROWS = 100
PLAN_ANSWERS = {
    "from": "绵阳",
    "to": "昆明",
    "scheme": "resident",
    "type": "emergency",
    "care": "inpatient",
    "stage": "admitted",
    "filing": "none",
}

# --- a run ------------------------------------------------------------------------------------


class Run:
    """A command in a terminal of `COLUMNS` × `rows`, and what stands on its screen."""

    def __init__(self, argv: Sequence[str], rows: int, home: str) -> None:
        self.screen = pyte.Screen(COLUMNS, rows)
        self._stream = pyte.Stream(self.screen)
        self.closed = False
        kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
        env = kept | {"HOME": home, "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        self.child = pexpect.spawn(
            str(Path(sys.executable).parent / "yidi"),
            list(argv),
            env=env,
            dimensions=(rows, COLUMNS),
            encoding="utf-8",
        )
        self.child.delaybeforesend = None

    def text(self) -> str:
        """What is on the screen, without white space: where a line is folded does not matter."""
        return squeezed("".join(self.screen.display))

    def read(self, seconds: float = 0.1) -> bool:
        """Take what has been written; tell whether there was anything."""
        try:
            self._stream.feed(self.child.read_nonblocking(65536, seconds))
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            self.closed = True
            return False
        return True

    def wait(self, ready: Callable[[], bool], what: str) -> None:
        """Read until `ready`; RuntimeError where the command ends or stays silent before."""
        until = time.monotonic() + PATIENCE
        while not ready():
            if self.closed or time.monotonic() > until:
                shown = "\n".join(self.screen.display)
                raise RuntimeError(f"waited for {what}, got:\n{shown}")
            self.read()

    def wait_for(self, words: str) -> None:
        """Wait until these words stand on the screen, and then for silence."""
        self.wait(lambda: squeezed(words) in self.text(), words)
        while self.read(QUIET):
            pass


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def wizard(book: Rulebook, home: str) -> pyte.Screen:
    """Answer every question; return the screen on which the answers are checked."""
    run = Run(["guide", *DAY], WIZARD_ROWS, home)
    asked = [book.question(name) for name in WIZARD_ANSWERS]
    for question, answer in zip(asked, WIZARD_ANSWERS.values(), strict=True):
        run.wait_for(question.ask)
        if question.kind == "place":
            run.child.send(answer)
            run.wait_for(answer)
        elif answer:
            label = next(option.label for option in question.options if option.id == answer)
            run.child.send(number_of(label, run.screen))
            while run.read(QUIET):
                pass
        run.child.send("\r")
    run.wait_for(CHECK_ASK)
    run.child.close(force=True)
    return run.screen


def number_of(label: str, screen: pyte.Screen) -> str:
    """Return the key of the option that is shown with this label."""
    for line in screen.display:
        found = re.search(r"(\d)\s+(.*)", line)
        if found and squeezed(found.group(2)).startswith(squeezed(label)):
            return found.group(1)
    raise RuntimeError(f"no option {label} on:\n" + "\n".join(screen.display))


def plan(home: str) -> pyte.Screen:
    """Return the screen with a plan's main points."""
    flags = [word for name, value in PLAN_ANSWERS.items() for word in (f"--{name}", value)]
    argv = ["guide", "--no-input", "--brief", *flags, *DAY]
    run = Run(argv, PLAN_ROWS, home)
    run.wait(lambda: run.closed, "the end")
    run.child.close()
    if run.child.exitstatus:
        raise RuntimeError("\n".join(run.screen.display))
    return run.screen


# --- the picture ------------------------------------------------------------------------------

CELL = 8.4
NARROW, WIDE = 14, 16  # font sizes: a Chinese character fills its two cells
LINE = 22
PADDING = 18
BACKGROUND, FOREGROUND = "#111418", "#d7dde4"
# The first that is there is taken: Latin first, so that quotes stay in one cell.
FONTS = (
    "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', 'Noto Sans Mono CJK SC',"
    " 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'WenQuanYi Zen Hei', monospace"
)


@dataclass(frozen=True)
class Look:
    """How a character is drawn."""

    colour: str
    bold: bool
    wide: bool
    behind: str = ""  # the colour behind it, "" for the picture's own


@dataclass(frozen=True)
class Cell:
    """A character with the column it stands in."""

    column: int
    text: str
    look: Look


def picture(screen: pyte.Screen, title: str) -> str:
    """Return the screen as SVG, down to the last line that holds anything."""
    rows = [list(cells(screen, row)) for row in range(screen.lines)]
    while rows and not rows[-1]:
        rows.pop()
    wide = f"{2 * PADDING + COLUMNS * CELL:g}"
    high = f"{2 * PADDING + len(rows) * LINE:g}"
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}"'
        f' viewBox="0 0 {wide} {high}" role="img" lang="zh-Hans">',
        f"<title>{escape(title)}</title>",
        f"<style>text {{ font-family: {FONTS}; font-size: {NARROW}px; fill: {FOREGROUND}; }}"
        f" .w {{ font-size: {WIDE}px; }} .b {{ font-weight: bold; }}</style>",
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
    ]
    body = [line for number, row in enumerate(rows) for line in drawn(row, number)]
    return "\n".join([*head, *body, "</svg>", ""])


def cells(screen: pyte.Screen, row: int) -> Iterator[Cell]:
    """Yield the characters of a row that can be seen; the second half of a wide one is empty."""
    for column in range(screen.columns):
        char: Char = screen.buffer[row][column]
        if char.data:
            wide = column + 1 < screen.columns and screen.buffer[row][column + 1].data == ""
            cell = Cell(column, char.data, look_of(char, wide))
            if cell.text.strip() or cell.look.behind:
                yield cell


def look_of(char: Char, wide: bool) -> Look:
    """Return how a character is drawn; a chosen line swaps what is in front and behind."""
    front, behind = colour(char.fg, FOREGROUND), colour(char.bg, BACKGROUND)
    if char.reverse:
        front, behind = behind, front
    return Look(front, char.bold, wide, behind if behind != BACKGROUND else "")


def colour(name: str, own: str) -> str:
    """Return a colour as #rrggbb: ours are all given as such, but for the terminal's `own`."""
    if name == "default":
        return own
    if not re.fullmatch("[0-9a-f]{6}", name):
        raise RuntimeError(f"the theme decides what {name} looks like")
    return f"#{name}"


def drawn(row: Sequence[Cell], number: int) -> Iterator[str]:
    """Yield the text elements of a row: one for each run of neighbours that look alike."""
    base = f"{PADDING + number * LINE + LINE * 0.7:g}"

    def run_of(item: tuple[int, Cell]) -> tuple[Look, bool, int]:
        index, cell = item
        start = cell.column - index * (2 if cell.look.wide else 1)
        return cell.look, cell.text.isspace(), start

    for (look, blank, _), group in groupby(enumerate(row), run_of):
        run = [cell for _, cell in group]
        # A wide character stands in the middle of its two cells.
        shift = (2 * CELL - WIDE) / 2 if look.wide else 0
        places = " ".join(f"{PADDING + cell.column * CELL + shift:.5g}" for cell in run)
        kinds = "w" * look.wide + " b" * look.bold
        kind = f' class="{kinds.strip()}"' if kinds else ""
        shade = f' style="fill: {look.colour}"' if look.colour != FOREGROUND else ""
        text = escape("".join(cell.text for cell in run))
        if look.behind:
            start, columns = run[0].column, len(run) * (2 if look.wide else 1)
            yield (
                f'<rect x="{PADDING + start * CELL:.5g}" y="{PADDING + number * LINE:g}"'
                f' width="{columns * CELL:.5g}" height="{LINE}" fill="{look.behind}"/>'
            )
        if not blank:
            yield f'<text y="{base}" x="{places}"{kind}{shade}>{text}</text>'


def main() -> None:
    book = open_folder(ROOT / "data")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        drawings = {
            "wizard": picture(wizard(book, home), WIZARD_TITLE),
            "plan": picture(plan(home), PLAN_TITLE),
        }
    for name, drawing in drawings.items():
        (FOLDER / f"{name}.svg").write_text(drawing, encoding="utf-8")


if __name__ == "__main__":
    main()
