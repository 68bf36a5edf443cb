"""A question with a line to type in and, below it, rows to choose from that follow the typing.

In: which rows a typed line has, and what Enter on it means. Out: the row taken, or `BACK`. The
typing line takes every character as it is, so that Chinese input methods and pasting work: only
Enter, Esc and the arrows do something else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

# The heavy one at the top: nothing imports this module before a person is to be asked.
from prompt_toolkit.application import Application  # noqa: TID253
from prompt_toolkit.buffer import Buffer  # noqa: TID253
from prompt_toolkit.filters import Condition  # noqa: TID253
from prompt_toolkit.formatted_text import FormattedText, StyleAndTextTuples  # noqa: TID253
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent  # noqa: TID253
from prompt_toolkit.layout import (  # noqa: TID253
    BufferControl,
    ConditionalContainer,
    FormattedTextControl,
    HSplit,
    Layout,
    Window,
)
from prompt_toolkit.layout.processors import AfterInput, ConditionalProcessor  # noqa: TID253

from yidi_cli.render.wrap import width, wrap
from yidi_cli.wizard.prompts.api import BACK, Back, Choice, Why
from yidi_cli.wizard.prompts.common import WHY_KEYS
from yidi_cli.wizard.prompts.screen import (
    MARGIN,
    POINTER,
    STYLE,
    Footer,
    Screen,
    ignore,
    is_enter,
    leaving_keys,
)

BACK_LABEL = "← 返回上一题"
_BACK_ROW = Choice("", BACK_LABEL)
_ON_LINE = -1


class Picker:
    """One such question.

    `matches` gives the rows for a typed line, and is called once for each line that is drawn;
    `fixed` are rows that stay. `enter` is called when Enter is pressed on the typing line, after
    `matches`: it returns the row to take, or None to stay. Both may change `footer`; `enter` may
    call `point_at_first`. `warm` is called once the question stands there: it has until the first
    key to make ready what takes long the first time.
    """

    def __init__(
        self,
        screen: Screen,
        ask: str,
        footer: Footer,
        *,
        matches: Callable[[str], Sequence[Choice]],
        enter: Callable[[str], Choice | None],
        why: Why,
        warm: Callable[[], object] = lambda: None,
        fixed: Sequence[Choice] = (),
        placeholder: str = "",
        back: bool = True,
    ) -> None:
        self._screen = screen
        self._ask = ask
        self._footer = footer
        self._matches_for = matches
        self._fixed = (*fixed, _BACK_ROW) if back else tuple(fixed)
        self._enter_line = enter
        self._why = why
        self._warm = warm
        self._placeholder = placeholder
        self._back = back
        self._buffer = Buffer(multiline=False, on_text_changed=self._typed)
        self._pointer = _ON_LINE  # else the number of a row
        self._matches: tuple[Choice, ...] = ()
        self._matches_are_for: str | None = None

    def run(self) -> Choice | Back:
        """Ask. Raises `KeyboardInterrupt` for Ctrl-C, `EOFError` where the input ends."""
        self._current()  # so that the footer, too, is about the line
        with self._screen.session():
            empty = Condition(lambda: not self._buffer.text)
            hint = AfterInput(self._placeholder, style="class:instruction")
            line = Window(
                BufferControl(self._buffer, input_processors=[ConditionalProcessor(hint, empty)]),
                get_line_prefix=self._margin,
                dont_extend_height=True,
            )
            application: Application[Any] = Application(
                Layout(
                    HSplit(
                        [
                            Window(FormattedTextControl(self._question), dont_extend_height=True),
                            line,
                            # Apart: where there is no room for all, the matches scroll, and the
                            # way back stays in sight.
                            self._window(lambda: (0, len(self._current()) - len(self._fixed))),
                            self._window(lambda: (len(self._matches), len(self._current()))),
                        ]
                    ),
                    focused_element=line,
                ),
                style=STYLE,
                color_depth=self._screen.depth,
            )
            application.after_render += self._drawn_first
            answer: Choice | Back = self._screen.run(application, self._footer, self._bindings())
            return answer

    def _drawn_first(self, application: Application[Any]) -> None:
        async def warm() -> None:
            self._warm()

        application.after_render -= self._drawn_first
        application.create_background_task(warm())

    def point_at_first(self) -> None:
        """Move the pointer from the typing line to the first row."""
        self._pointer = 0

    def _current(self) -> tuple[Choice, ...]:
        """The rows for what is typed now, found once for each text."""
        typed = self._buffer.text.strip()
        if typed != self._matches_are_for:
            self._matches_are_for = typed
            # `?` asks why; it is no name of anything.
            self._matches = tuple(self._matches_for("" if typed in WHY_KEYS else typed))
        return (*self._matches, *self._fixed)

    def _typed(self, _: Buffer) -> None:
        self._pointer = _ON_LINE
        self._footer.problem = ""

    def _bindings(self) -> KeyBindings:
        bindings = leaving_keys(self._back)
        for key, step in (("up", -1), ("c-p", -1), ("down", 1), ("c-n", 1)):
            bindings.add(key, eager=True)(self._mover(step))
        bindings.add("enter", eager=True)(self._enter)
        bindings.add("<bracketed-paste>", eager=True)(self._paste)
        # These would search earlier answers, or type a control character.
        for key in ("c-r", "c-s", "c-q", "c-z"):
            bindings.add(key, eager=True)(ignore)
        return bindings

    def _mover(self, step: int) -> Callable[[KeyPressEvent], None]:
        def move(_: KeyPressEvent) -> None:
            places = len(self._current()) + 1  # the line is one
            self._pointer = (self._pointer + 1 + step) % places - 1

        return move

    def _enter(self, event: KeyPressEvent) -> None:
        queue = event.key_processor.input_queue
        while queue and is_enter(queue[0]):
            queue.popleft()  # what came in one piece with this Enter is no second answer
        rows = self._current()
        typed = self._buffer.text.strip()
        if self._pointer != _ON_LINE:
            taken: Choice | None = rows[self._pointer]
        elif typed in WHY_KEYS:
            self._buffer.text = ""
            self._footer.why = self._why()
            return
        else:
            taken = self._enter_line(typed)
        if taken is not None:
            event.app.exit(result=BACK if taken is _BACK_ROW else taken)

    def _paste(self, event: KeyPressEvent) -> None:
        """Insert what was pasted as one line: its line ends neither answer nor make lines."""
        pasted = "".join(c if c.isprintable() else " " for c in event.data)
        self._buffer.insert_text(pasted.strip())

    def _question(self) -> str:
        return "\n".join(wrap(self._ask, self._screen.columns()))

    def _margin(self, line: int, wrapped: int) -> StyleAndTextTuples:
        here = self._pointer == _ON_LINE and not line and not wrapped
        return [("class:pointer", POINTER if here else MARGIN)]

    def _window(self, span: Callable[[], tuple[int, int]]) -> ConditionalContainer:
        """A window with the rows of `span`, which is not there while there are none."""

        def any_row() -> bool:
            first, end = span()
            return first < end

        control = FormattedTextControl(lambda: self._drawn(*span()))
        return ConditionalContainer(Window(control, dont_extend_height=True), Condition(any_row))

    def _drawn(self, first: int, end: int) -> FormattedText:
        """These rows, folded; the cursor is set where the pointer is, so that it scrolls there."""
        room = self._screen.columns() - width(MARGIN)
        drawn: StyleAndTextTuples = []
        for i, row in enumerate(self._current()[first:end], first):
            here = i == self._pointer
            style = "class:highlighted" if here else ""
            if here:
                drawn.append(("[SetCursorPosition]", ""))
            drawn.append(("class:pointer", POINTER if here else MARGIN))
            drawn.append((style, f"\n{MARGIN}".join(wrap(row.label, room))))
            if row.hint:
                beside = width(row.label) + 2 + width(row.hint) <= room
                folded = [row.hint] if beside else wrap(row.hint, room - 2)
                gap = "  " if beside else f"\n{MARGIN}  "
                drawn.append(("class:instruction", gap + f"\n{MARGIN}  ".join(folded)))
            drawn.append(("", "\n"))
        return FormattedText(drawn[:-1])
