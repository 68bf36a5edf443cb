"""Questions as plain numbered lines, for screen readers and terminals that cannot redraw.

In: one line at a time from `read`. Out: the answer, or `BACK`. Everything is written once, in
order, to the stream given (standard error): no colour, no box, no escape byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TextIO

from yidi_cli.wizard.prompts.api import BACK, Back, Choice, Matches, Prompter, Why
from yidi_cli.wizard.prompts.common import NOT_FOUND, WHY_KEYS, asked_once

_BACK = ("0", "返回")
_NONE = ("无", "都不选")
_BETWEEN = re.compile(r"[\s,，、;；]+")


class NumberedPrompter(Prompter):
    """One line out, one line in. Answers come back without surrounding spaces.

    `read` returns a line without its newline and raises `EOFError` at the end of the input.
    """

    def __init__(self, *, read: Callable[[], str], out: TextIO) -> None:
        self._read = read
        self._out = out

    def say(self, line: str) -> None:
        """Write a line. What cannot be printed (an escape byte someone typed) is left out."""
        self._out.write("".join(c for c in line if c.isprintable() or c == "\n") + "\n")
        self._out.flush()

    def text(
        self,
        ask: str,
        *,
        why: Why | None = None,
        default: str = "",
        check: Callable[[str], str] = lambda _: "",
        back: bool = True,
    ) -> str | Back:
        """Ask for one line; an empty line takes the default."""
        self._show(ask, "输入后按回车", f"直接回车＝{default}" if default else "", why, back)
        reason = asked_once(why)
        while True:
            line = self._line(reason, back)
            if isinstance(line, Back):
                return line
            answer = line or default
            problem = check(answer)
            if not problem:
                return answer
            self.say(problem)

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
        """Ask for one of what `find` gives, or of `fixed`, by number or by typing; see `Prompter`.

        A number counts for the list that was written last; one that stands nowhere on it is
        looked up like any other text.
        """
        reason = asked_once(why)
        shown = tuple(fixed)
        say, how = ask, "输入名称或编号" if fixed else "输入名称"
        while True:
            enter = _preset(shown, default)
            self._show(say, how, enter, why, back, shown)
            line = self._line(reason, back)
            if isinstance(line, Back):
                return line
            if not line and enter:
                return default
            number = int(line) if line.isdecimal() else 0
            if 1 <= number <= len(shown):
                return shown[number - 1].value
            for one in fixed:
                if line and line in (one.value, one.label):
                    return one.value
            found = find(line) if line else Matches()
            if found.sure and found.choices:
                return found.choices[0].value
            shown = (*found.choices, *fixed)
            if found.choices:
                say, how = found.note or "不止一个。", "输入编号，或换个写法"
            elif line:
                say = found.note or NOT_FOUND
                how = "输入名称或编号" if fixed else "输入名称"

    def choose(
        self,
        ask: str,
        choices: Sequence[Choice],
        *,
        why: Why | None = None,
        default: str = "",
        back: bool = True,
    ) -> str | Back:
        """Ask for one of `choices`, by number, label or value."""
        enter = _preset(choices, default)
        self._show(ask, "输入编号", enter, why, back, choices)
        reason = asked_once(why)
        while True:
            line = self._line(reason, back)
            if isinstance(line, Back):
                return line
            if not line and enter:
                return default
            picked = _find(line, choices)
            if picked is not None:
                return choices[picked].value
            self.say(f"没有这一项，输入 1 到 {len(choices)} 的编号。")

    def choose_many(
        self,
        ask: str,
        choices: Sequence[Choice],
        *,
        why: Why | None = None,
        default: Sequence[str] = (),
        back: bool = True,
    ) -> tuple[str, ...] | Back:
        """Ask for any number of `choices`; an empty line takes the default, 「无」 takes none."""
        kept = tuple(one for one in choices if one.value in default)
        labels = "；".join(one.label for one in kept)
        enter = f"直接回车＝{labels}，输入“无”＝都不选" if kept else "直接回车＝都不选"
        self._show(ask, "输入编号，几项之间用空格隔开", enter, why, back, choices)
        reason = asked_once(why)
        while True:
            line = self._line(reason, back)
            if isinstance(line, Back):
                return line
            if not line:
                return tuple(one.value for one in kept)
            if line in _NONE:
                return ()
            # A label may hold a space or a comma itself: first try the whole line.
            whole = _find(line, choices)
            parts = [_find(part, choices) for part in _BETWEEN.split(line) if part]
            picked = parts if whole is None else [whole]
            if picked and None not in picked:
                return tuple(one.value for i, one in enumerate(choices) if i in picked)
            self.say(f"没看懂，输入 1 到 {len(choices)} 的编号，几项之间用空格隔开。")

    def _show(
        self,
        ask: str,
        how: str,
        enter: str,
        why: Why | None,
        back: bool,
        choices: Sequence[Choice] = (),
    ) -> None:
        """Write the question, its choices, and one line on how to answer."""
        self.say(ask)
        for i, one in enumerate(choices, 1):
            self.say(f"{i}. {one.label}" + (f"（{one.hint}）" if one.hint else ""))
        extra = [enter, "0＝返回" if back else "", "?＝为什么问" if why else ""]
        self.say("，".join([how, *filter(None, extra)]) + "。")

    def _line(self, why: Why, back: bool) -> str | Back:
        """Read one line that is an answer; why it is asked is told as often as wanted."""
        while True:
            line = self._read().strip()
            if back and line in _BACK:
                return BACK
            if line not in WHY_KEYS:
                return line
            self.say(why())


def _preset(choices: Sequence[Choice], default: str) -> str:
    """Say what an empty line takes: the choice whose value is `default`; "" where there is none."""
    for i, one in enumerate(choices, 1):
        if default and one.value == default:
            return f"直接回车＝{i}. {one.label}"
    return ""


def _find(typed: str, choices: Sequence[Choice]) -> int | None:
    """Where `typed`, a number, a label or a value, stands among `choices`; None when nowhere."""
    for i, one in enumerate(choices):
        if typed and typed in (one.value, one.label):
            return i
    number = int(typed) if typed.isdecimal() else 0
    return number - 1 if 1 <= number <= len(choices) else None
