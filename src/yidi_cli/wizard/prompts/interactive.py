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
from prompt_toolkit.key_binding import KeyPressEvent  # noqa: TID253
from questionary.prompts.common import InquirerControl  # noqa: TID253

from yidi_cli.render.wrap import width, wrap
from yidi_cli.wizard.prompts.api import BACK, Back, Choice, Matches, Prompter, Why
from yidi_cli.wizard.prompts.common import NOT_FOUND, WHY_KEYS, asked_once
from yidi_cli.wizard.prompts.picker import BACK_LABEL, Picker
from yidi_cli.wizard.prompts.screen import (
    STYLE,
    Footer,
    Screen,
    ignore,
    key_names,
    leaving_keys,
)

_Answer = TypeVar("_Answer")

_NONE = "都不选"
_FEW = 4  # matches that are all in sight even where each takes two lines
_EMPTY = "打几个字，或用 ↑↓ 选，再回车。"
_ONE = "是这个就再按回车，不是就接着打字。"
_PICK = "用 ↑↓ 选一个，再回车。"
_SEVERAL = "不止一个，用 ↑↓ 选，再回车。"


class InteractivePrompter(Prompter):
    """Ctrl-C raises `KeyboardInterrupt`; Ctrl-D and a closed input raise `EOFError`.

    What was typed comes back without surrounding spaces. Esc (← too, in lists) goes back even
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
        why: Why | None = None,
        default: str = "",
        check: Callable[[str], str] = lambda _: "",
        back: bool = True,
    ) -> str | Back:
        """Ask for one line; an empty line takes the default, `?` alone shows why it is asked."""
        footer = Footer([])

        def matches(typed: str) -> Sequence[Choice]:
            footer.keys = _typing_keys(typed, default, why, back)
            return ()

        def enter(typed: str) -> Choice | None:
            answer = typed or default
            footer.problem = check(answer)
            return None if footer.problem else Choice(answer, answer)

        picker = Picker(
            self._screen,
            ask,
            footer,
            matches=matches,
            enter=enter,
            why=asked_once(why),
            placeholder=default,
            back=back,
        )
        return self._picked(ask, picker)

    def search(
        self,
        ask: str,
        find: Callable[[str], Matches],
        *,
        why: Why | None = None,
        fixed: Sequence[Choice] = (),
        default: str = "",
        back: bool = True,
    ) -> str | Back:
        """Ask for one of what `find` gives, shown live, or of `fixed`; see `Prompter`."""
        marked = next((one for one in fixed if default and one.value == default), None)
        label = marked.label if marked else ""
        footer = Footer([])
        found = Matches()

        def matches(typed: str) -> Sequence[Choice]:
            nonlocal found
            found = find(typed) if typed else Matches()
            footer.note = found.note
            footer.keys = ["↑↓ 选", *_typing_keys(typed, label, why, back)]
            if len(found.choices) > _FEW:
                footer.keys.append(f"共 {len(found.choices)} 个")
            return found.choices

        def enter(typed: str) -> Choice | None:
            footer.problem = ""
            if not typed:
                footer.problem = "" if marked else _EMPTY
                return marked
            for one in fixed:
                if typed == one.label:
                    return one
            if not found.choices:
                footer.problem = found.note or NOT_FOUND
                return None
            if found.sure:
                return found.choices[0]
            several = _PICK if found.note else _SEVERAL
            footer.problem = several if len(found.choices) > 1 else _ONE
            picker.point_at_first()
            return None

        picker = Picker(
            self._screen,
            ask,
            footer,
            matches=matches,
            enter=enter,
            why=asked_once(why),
            warm=lambda: find("a"),
            fixed=fixed,
            back=back,
        )
        return self._picked(ask, picker)

    def choose(
        self,
        ask: str,
        choices: Sequence[Choice],
        *,
        why: Why | None = None,
        default: str = "",
        back: bool = True,
    ) -> str | Back:
        """Ask for one of `choices`; the pointer starts at `default`."""
        footer = Footer(key_names("↑↓ 选", "回车确定", back=back, why="? 为什么问" if why else ""))
        answer: str | Back = self._list(ask, choices, None, footer, why, default, back)
        label = next((one.label for one in choices if one.value == answer), "")
        return self._answered(ask, answer, label)

    def choose_many(
        self,
        ask: str,
        choices: Sequence[Choice],
        *,
        why: Why | None = None,
        default: Sequence[str] = (),
        back: bool = True,
    ) -> tuple[str, ...] | Back:
        """Ask for any number of `choices`; those in `default` are ticked at the start."""
        enter = "回车确定（可不选）"
        reason = "? 为什么问" if why else ""
        keys = key_names("↑↓ 选", "空格或数字打勾", enter, back=back, why=reason)
        ticked = set(default)
        answer = self._list(ask, choices, ticked, Footer(keys), why, "", back)
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
        why: Why | None,
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
            rows.append(questionary.Choice(BACK_LABEL, value=BACK))
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

            reason = asked_once(why)

            def show_why(_: KeyPressEvent) -> None:
                footer.why = reason()

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

            for key in WHY_KEYS:
                bindings.add(key, eager=True)(show_why)
            bindings.add(" ", eager=True)(tick)
            for digit in range(1, min(len(choices), 9) + 1):
                bindings.add(str(digit), eager=True)(jump)
            return self._screen.run(question.application, footer, bindings)

    def _picked(self, ask: str, picker: Picker) -> str | Back:
        """Run a picker; return the value of the row taken."""
        taken = picker.run()
        if isinstance(taken, Back):
            return taken
        return self._answered(ask, taken.value, taken.label)

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


def _typing_keys(typed: str, default: str, why: Why | None, back: bool) -> list[str]:
    """The keys of a question with a typing line; `default` is what an empty line takes."""
    enter = f"直接回车＝{default}" if default and not typed else "回车确定"
    return key_names(enter, back=back, why="输入 ? 看为什么问" if why else "")
