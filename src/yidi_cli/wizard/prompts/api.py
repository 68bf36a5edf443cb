"""What the wizard's session may ask of a terminal, whatever draws it.

A prompter writes to standard error only. Every method raises `KeyboardInterrupt` when the
person presses Ctrl-C and `EOFError` when the input ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Back(Enum):
    """The answer that means: return to the question before."""

    BACK = "back"


BACK = Back.BACK


@dataclass(frozen=True)
class Choice:
    """One line of a list: `value` is an id, `label` is what the person reads."""

    value: str
    label: str
    hint: str = ""


class Prompter(Protocol):
    """Asks one thing at a time."""

    def say(self, line: str) -> None:
        """Show a line that needs no answer."""

    def text(
        self,
        ask: str,
        *,
        help: str = "",
        default: str = "",
        check: Callable[[str], str] = lambda _: "",
        back: bool = True,
    ) -> str | Back:
        """Ask for one line. `check` returns "" or a Chinese line saying what is wrong."""

    def choose(
        self,
        ask: str,
        choices: Sequence[Choice],
        *,
        help: str = "",
        default: str = "",
        back: bool = True,
    ) -> str | Back:
        """Ask for one of `choices`; returns its value. `default` is a value."""

    def choose_many(
        self,
        ask: str,
        choices: Sequence[Choice],
        *,
        help: str = "",
        default: Sequence[str] = (),
        back: bool = True,
    ) -> tuple[str, ...] | Back:
        """Ask for any number of `choices`, none included; values in the order of `choices`."""
