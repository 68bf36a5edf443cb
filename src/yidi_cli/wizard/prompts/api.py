"""What the wizard's session may ask of a terminal, whatever draws it.

A prompter writes to standard error only. Every method raises `KeyboardInterrupt` when the
person presses Ctrl-C and `EOFError` when the input ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Protocol

from yidi_cli.base.value import Value


class Back(Enum):
    """The answer that means: return to the question before."""

    BACK = "back"


BACK = Back.BACK

Why = Callable[[], str]
"""Gives the text behind 「为什么问这个？」; called only when the person asks, for it takes time."""


class Choice(Value, frozen=True):
    """One line of a list: `value` is an id, `label` is what the person reads."""

    value: str
    label: str
    hint: str = ""


class Matches(Value, frozen=True):
    """What was typed so far may mean one of `choices` (at most nine).

    `sure` says that it means the first and nothing else. `note` is a line about what was typed:
    that it is not known, or means several.
    """

    choices: tuple[Choice, ...] = ()
    sure: bool = False
    note: str = ""


class Prompter(Protocol):
    """Asks one thing at a time."""

    def say(self, line: str) -> None:
        """Show a line that needs no answer."""

    def text(
        self,
        ask: str,
        *,
        why: Why | None = None,
        default: str = "",
        check: Callable[[str], str] = lambda _: "",
        back: bool = True,
    ) -> str | Back:
        """Ask for one line. `check` returns "" or a Chinese line saying what is wrong."""

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
        """Ask for one of the choices that `find` gives for what is typed, or of the `fixed` ones.

        Nothing is guessed: a line that is not sure is taken only once the person has picked from
        its choices. `default` is the value of a fixed choice: an empty line takes it. `find` may be
        called before anything is typed, so that what it looks up with is at hand.
        """

    def choose(
        self,
        ask: str,
        choices: Sequence[Choice],
        *,
        why: Why | None = None,
        default: str = "",
        back: bool = True,
    ) -> str | Back:
        """Ask for one of `choices`; returns its value. `default` is a value."""

    def choose_many(
        self,
        ask: str,
        choices: Sequence[Choice],
        *,
        why: Why | None = None,
        default: Sequence[str] = (),
        back: bool = True,
    ) -> tuple[str, ...] | Back:
        """Ask for any number of `choices`, none included; values in the order of `choices`."""
