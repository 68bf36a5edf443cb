"""What an open question is drawn with: the stream, the style, the keys, the line below it.

In: an application that draws a question. Out: its answer, `BACK`, or the exception that a key
stands for. This, `picker` and `interactive` are the only modules that know questionary and
prompt_toolkit.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import dropwhile
from typing import Any, TextIO

# The heavy two at the top: nothing imports this module before a person is to be asked.
import questionary  # noqa: TID253
from prompt_toolkit import print_formatted_text  # noqa: TID253
from prompt_toolkit.application import (  # noqa: TID253
    Application,
    AppSession,
    create_app_session,
    get_app_session,
)
from prompt_toolkit.filters import to_filter  # noqa: TID253
from prompt_toolkit.formatted_text import FormattedText  # noqa: TID253
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead  # noqa: TID253
from prompt_toolkit.key_binding import (  # noqa: TID253
    KeyBindings,
    KeyPress,
    KeyPressEvent,
    merge_key_bindings,
)
from prompt_toolkit.keys import Keys  # noqa: TID253
from prompt_toolkit.layout import (  # noqa: TID253
    Dimension,
    FormattedTextControl,
    HSplit,
    ScrollOffsets,
    Window,
)
from prompt_toolkit.output import ColorDepth, Output, create_output  # noqa: TID253

from yidi_cli.render.wrap import width as width_of
from yidi_cli.render.wrap import wrap
from yidi_cli.wizard.prompts.api import BACK

POINTER, MARGIN = " ❯ ", "   "  # before the line pointed at, and before the others
_LEAVE = "Ctrl-C 退出，答过的不丢"
_LINES_ABOVE = 6  # of the question itself, however long its footer

# Middle tones, about 4:1 or better against black and against white.
STYLE = questionary.Style(
    [
        # The question itself stands in questionary's "qmark" slot.
        ("qmark", "fg:ansidefault bold"),
        ("answer", "fg:#0087af bold"),
        ("pointer", "fg:#0087af bold"),
        ("highlighted", "fg:#0087af bold"),
        # What a list begins at; by default it is drawn in reverse as long as the list stands there.
        ("selected", "noreverse"),
        ("instruction", "fg:#767676"),
        ("problem", "fg:#d7005f"),
    ]
)


@dataclass
class Footer:
    """What stands below an open question: what is wrong, why it is asked, which keys work.

    `note` is about what was typed so far.
    """

    keys: list[str]
    problem: str = ""
    note: str = ""
    why: str = ""

    def lines(self, width: int) -> list[tuple[str, str]]:
        """Lines of at most `width` columns, each with its style."""
        note = "" if self.note == self.problem else self.note
        keys = _fold_keys(self.keys, width)
        leave = _fold_keys([*self.keys, _LEAVE], width)
        parts = [
            ("class:problem", wrap(self.problem, width)),
            ("", wrap(note, width)),
            ("", wrap(self.why, width)),
            # How to leave is said where it takes no line of its own.
            ("class:instruction", leave if len(leave) == len(keys) else keys),
        ]
        return [(style, line) for style, lines in parts for line in lines if line]


class Screen:
    """The terminal behind a stream, and how wide it is just now."""

    def __init__(self, out: TextIO, *, colour: bool) -> None:
        # An app session that already has an output (a test's) keeps it. Private, because the public
        # property would make one on standard output.
        given = get_app_session()._output
        self._output: Output = given or create_output(stdout=out)
        if hasattr(self._output, "enable_cpr"):
            # Without it no English warning where the terminal cannot answer, and no late answer
            # typed into the next question.
            self._output.enable_cpr = False
        self.depth = None if colour else ColorDepth.DEPTH_1_BIT

    def session(self) -> AbstractContextManager[AppSession]:
        """An app session that draws on our stream and reads where the one around it reads."""
        return create_app_session(input=get_app_session().input, output=self._output)

    def print(self, fragments: Sequence[tuple[str, str]]) -> None:
        """Write one line; the output replaces escape bytes."""
        print_formatted_text(
            FormattedText(fragments), output=self._output, style=STYLE, color_depth=self.depth
        )

    def columns(self) -> int:
        """Columns to write in. The last one stays empty: some terminals fold when it is filled."""
        return self._output.get_size().columns - 1

    def rows(self) -> int:
        """Lines that the terminal has."""
        return self._output.get_size().rows

    def run(self, application: Application[Any], footer: Footer, keys: KeyBindings) -> Any:
        """Run an application with `footer` below it and `keys` before its own."""
        application.key_bindings = merge_key_bindings([application.key_bindings or keys, keys])
        # How long a lone Esc waits for the rest of an arrow key: half a second by default.
        application.ttimeoutlen = 0.05
        application.erase_when_done = True
        layout = application.layout

        def lines() -> list[tuple[str, str]]:
            return footer.lines(self.columns() - 2)

        def below() -> FormattedText:
            shown = [(style, f"  {line}\n") for style, line in lines()]
            style, last = shown.pop()
            return FormattedText([*shown, (style, last.rstrip("\n"))])

        def height() -> Dimension:
            # A list taller than the terminal gives way, and scrolls.
            return Dimension.exact(min(len(lines()), max(1, self.rows() - _LINES_ABOVE)))

        layout.container = HSplit(
            [layout.container, Window(FormattedTextControl(below), height=height)]
        )
        for window in layout.find_all_windows():
            # A terminal made narrower meanwhile must fold, not crop.
            window.wrap_lines = to_filter(True)
            # In a list taller than the terminal, the label pointed at shows its other lines too.
            window.scroll_offsets = ScrollOffsets(top=1, bottom=2)
        answer = application.run()
        # An Enter that came with the one that answered (two in one paste, or a line's end of two
        # bytes) is not meant for a question that nobody has seen.
        ahead = get_typeahead(application.input)
        store_typeahead(application.input, list(dropwhile(is_enter, ahead)))
        return answer


def is_enter(key: KeyPress) -> bool:
    """Whether the key is Enter, whichever way a terminal sends it."""
    return key.key in (Keys.ControlM, Keys.ControlJ)


def key_names(*keys: str, back: bool, why: str) -> list[str]:
    """The keys that work in a question, as its footer names them; `why` is "" where none is."""
    return [*keys, *filter(None, [why, "Esc 返回" if back else ""])]


def _fold_keys(keys: list[str], width: int) -> list[str]:
    """Lines of at most `width` columns that hold as many whole keys as they can."""
    lines = keys[:1]
    for key in keys[1:]:
        longer = f"{lines[-1]}，{key}"
        lines = [*lines[:-1], longer] if width_of(longer) <= width else [*lines, key]
    return [piece for line in lines for piece in wrap(line, width)]


def leaving_keys(back: bool, *also: str) -> KeyBindings:
    """Keys that leave a question: back with Esc and `also`; Ctrl-D, Ctrl-C and the signal."""
    bindings = KeyBindings()

    def leave(event: KeyPressEvent) -> None:
        event.app.exit(result=BACK)

    def end(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError)

    def interrupt(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt)

    for key in ("escape", *also):
        # Eager: at once, whatever else begins with Esc.
        bindings.add(key, eager=True)(leave if back else ignore)
    bindings.add("c-d", eager=True)(end)
    bindings.add("c-c", eager=True)(interrupt)
    bindings.add("<sigint>", eager=True)(interrupt)
    return bindings


def ignore(_: KeyPressEvent) -> None:
    """Do nothing with the key."""
