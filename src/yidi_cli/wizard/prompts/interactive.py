"""Questions with arrow keys and typing, for a terminal that can redraw.

In: one question at a time and the keys a person presses. Out: the answer, or `BACK`. Everything is
drawn on the stream given (standard error). While a question is open its keys and messages stand
below it; once answered, it shrinks to one line that stays in the scrollback.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TextIO, TypeVar

# The heavy two at the top: nothing imports this module before a person is to be asked.
import questionary  # noqa: TID253
from prompt_toolkit.buffer import Buffer  # noqa: TID253
from prompt_toolkit.formatted_text import FormattedText  # noqa: TID253
from prompt_toolkit.key_binding import KeyPressEvent  # noqa: TID253
from questionary.prompts.common import InquirerControl  # noqa: TID253

from yidi_cli.render.wrap import width, wrap
from yidi_cli.wizard.prompts.api import BACK, Back, Choice, Prompter
from yidi_cli.wizard.prompts.screen import (
    STYLE,
    Footer,
    Screen,
    ignore,
    key_names,
    leaving_keys,
)

_Answer = TypeVar("_Answer")

_BACK_LABEL = "← 返回上一题"
_NO_HELP = "这一题没有更多说明。"
_NONE = "都不选"
_HELP_KEYS = ("?", "？")


class InteractivePrompter(Prompter):
    """Ctrl-C raises `KeyboardInterrupt`; Ctrl-D and a closed input raise `EOFError`.

    A `text` answer comes back without surrounding spaces. Esc (← too, in lists) goes back even
    while what was typed is wrong.
    """

    def __init__(self, *, out: TextIO, colour: bool) -> None:
        self._screen = Screen(out, colour=colour)

    def say(self, line: str) -> None:
        """Show a line that needs no answer, folded to the terminal's width."""
        for part in line.split("\n"):
            indent = " " * (len(part) - len(part.lstrip(" ")))
            for piece in wrap(part.strip(" "), self._screen.columns() - len(indent)):
                self._screen.print([("", indent + piece)])

    def text(
        self,
        ask: str,
        *,
        help: str = "",
        default: str = "",
        check: Callable[[str], str] = lambda _: "",
        back: bool = True,
    ) -> str | Back:
        """Ask for one line; an empty line takes the default, `?` alone shows the help."""
        enter = f"直接回车＝{default}" if default else "回车确定"
        footer = Footer(key_names(enter, back=back, help="输入 ? 看说明" if help else ""))
        # A short question leaves room to type on its line; a long one gets a line for the answer.
        inline = width(ask) + 20 <= self._screen.columns()

        def accept(buffer: Buffer) -> bool:
            answer = buffer.text.strip() or default
            if answer in _HELP_KEYS:
                footer.problem, footer.help = "", help or _NO_HELP
                return False
            problem = check(answer)
            if problem:
                footer.problem = problem
                return True
            application.exit(result=answer)
            return True

        with self._screen.session():
            question = questionary.text(
                message="" if inline else "❯",
                qmark=ask if inline else self._folded(ask) + "\n",
                placeholder=FormattedText([("class:instruction", default)]),
                style=STYLE,
                color_depth=self._screen.depth,
            )
            application = question.application
            buffer = application.layout.current_buffer
            assert buffer is not None
            # Our own acceptance, not questionary's validator: that one crops its message to a line.
            buffer.accept_handler = accept
            bindings = leaving_keys(back)
            # Searching earlier answers would only show an English prompt.
            bindings.add("c-r", eager=True)(ignore)
            bindings.add("c-s", eager=True)(ignore)
            answer = self._screen.run(question, footer, bindings)
        return BACK if answer is BACK else self._answered(ask, str(answer), str(answer))

    def choose(
        self,
        ask: str,
        choices: Sequence[Choice],
        *,
        help: str = "",
        default: str = "",
        back: bool = True,
    ) -> str | Back:
        """Ask for one of `choices`; the pointer starts at `default`."""
        footer = Footer(key_names("↑↓ 选", "回车确定", back=back, help=help and "? 说明"))
        answer: str | Back = self._list(ask, choices, None, footer, help, default, back)
        label = next((one.label for one in choices if one.value == answer), "")
        return self._answered(ask, answer, label)

    def choose_many(
        self,
        ask: str,
        choices: Sequence[Choice],
        *,
        help: str = "",
        default: Sequence[str] = (),
        back: bool = True,
    ) -> tuple[str, ...] | Back:
        """Ask for any number of `choices`; those in `default` are ticked at the start."""
        enter = "回车确定（可不选）"
        keys = key_names("↑↓ 选", "空格或数字打勾", enter, back=back, help=help and "? 说明")
        ticked = set(default)
        answer = self._list(ask, choices, ticked, Footer(keys), help, "", back)
        picked = [one for one in choices if one.value in ticked]
        chosen: tuple[str, ...] | Back = (
            BACK if answer is BACK else tuple(one.value for one in picked)
        )
        return self._answered(ask, chosen, "；".join(one.label for one in picked) or _NONE)

    def _list(
        self,
        ask: str,
        choices: Sequence[Choice],
        ticked: set[str] | None,
        footer: Footer,
        help: str,
        default: str,
        back: bool,
    ) -> Any:
        """Run a list; `ticked`, when given, is changed by the space bar. Returns where it ended.

        Both kinds are questionary's `select`: its `checkbox` says "done (2 selections)" and puts a
        tick box before the back line.
        """

        if len(choices) > 9:
            # The list may be taller than the terminal.
            footer.keys.append(f"共 {len(choices)} 项")

        def title(index: int) -> str:
            one = choices[index]
            box = "" if ticked is None else "[x] " if one.value in ticked else "[ ] "
            number = f"{index + 1} " if index < 9 else "  "
            label = f"{one.label}  {one.hint}" if one.hint else one.label
            mark = box + number
            lines = wrap(label, self._screen.columns() - 3 - len(mark))
            return mark + ("\n" + " " * (3 + len(mark))).join(lines)

        rows = [questionary.Choice(title(i), value=one.value) for i, one in enumerate(choices)]
        if back:
            rows.append(questionary.Choice(_BACK_LABEL, value=BACK))
        with self._screen.session():
            question = questionary.select(
                message="",
                qmark=self._folded(ask),
                choices=rows,
                default=next(
                    (one.value for one in choices if default and one.value == default), None
                ),
                instruction=" ",
                pointer="❯",
                style=STYLE,
                use_jk_keys=False,
                color_depth=self._screen.depth,
            )
            windows = question.application.layout.find_all_windows()
            control = next(w.content for w in windows if isinstance(w.content, InquirerControl))
            bindings = leaving_keys(back, "left")
            # Pasting would show the text beside the question; the rest would open a search.
            for key in ("<bracketed-paste>", "c-r", "c-s"):
                bindings.add(key, eager=True)(ignore)

            def show_help(_: KeyPressEvent) -> None:
                footer.help = help or _NO_HELP

            def tick(_: KeyPressEvent) -> None:
                index = control.pointed_at
                if ticked is not None and index < len(choices):
                    ticked.symmetric_difference_update({choices[index].value})
                    rows[index].title = title(index)

            def jump(event: KeyPressEvent) -> None:
                # A digit does not answer by itself: whoever adds Enter out of habit would answer
                # the next question as well.
                control.pointed_at = int(event.data) - 1
                tick(event)

            for key in _HELP_KEYS:
                bindings.add(key, eager=True)(show_help)
            bindings.add(" ", eager=True)(tick)
            for digit in range(1, min(len(choices), 9) + 1):
                bindings.add(str(digit), eager=True)(jump)
            return self._screen.run(question, footer, bindings)

    def _answered(self, ask: str, answer: _Answer, shown: str) -> _Answer:
        """Leave question and answer in the scrollback, unless the person went back."""
        if answer is BACK:
            return answer
        room = self._screen.columns() - width(ask) - 2
        if width(shown) <= room:
            self._screen.print([("", f"{ask}  "), ("class:answer", shown)])
        else:
            self._screen.print([("", self._folded(ask))])
            for line in wrap(shown, self._screen.columns() - 2):
                self._screen.print([("", "  "), ("class:answer", line)])
        return answer

    def _folded(self, text: str) -> str:
        return "\n".join(wrap(text, self._screen.columns()))
