"""A prompter for tests: the answers are known beforehand, and everything asked is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from yidi_cli.wizard.prompts.api import BACK, Back, Choice, Matches, Prompter, Why


class Asked(NamedTuple):
    """One thing shown: `kind` is say, text, invalid, search, matches, choose or choose_many.

    `ask` is the line, the question, what `check` said, or the note of the matches; `choices` are
    the labels in order, for search those of the fixed choices. `why` is there to be called.
    """

    kind: str
    ask: str
    choices: tuple[str, ...] = ()
    why: Why | None = None


class ScriptedPrompter(Prompter):
    """Answers from a list, in order; `transcript` holds everything that was shown.

    An answer is a str for `text` ("" takes the default), a value for `choose`, a tuple of values
    for `choose_many`, `BACK`, or an exception (instance or class) to raise. For `search` it is
    what is typed or the value of a fixed choice; where it is not sure, the answer after it may be
    the value of a match, too. An answer that does not fit raises `AssertionError`; when the
    answers run out, `EOFError`.
    """

    def __init__(self, answers: Iterable[Any]) -> None:
        self._answers = iter(answers)
        self.transcript: list[Asked] = []

    def say(self, line: str) -> None:
        """Record a line."""
        self.transcript.append(Asked("say", line))

    def text(
        self,
        ask: str,
        *,
        why: Why | None = None,
        default: str = "",
        check: Callable[[str], str] = lambda _: "",
        back: bool = True,
    ) -> str | Back:
        """Give the next answer that `check` accepts; record what it said about the others."""
        self.transcript.append(Asked("text", ask, why=why))
        while True:
            answer = self._next(ask, back)
            if isinstance(answer, Back):
                return answer
            assert isinstance(answer, str), f"{ask} wants a str, not {answer!r}"
            answer = answer.strip() or default
            problem = check(answer)
            if not problem:
                return answer
            self.transcript.append(Asked("invalid", problem))

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
        """Give the next answer that is sure, fixed or among the matches of the one before it."""
        self.transcript.append(Asked("search", ask, tuple(one.label for one in fixed), why))
        known = {one.value for one in fixed}
        assert not default or default in known, f"{ask} has no fixed choice {default!r}"
        shown: set[str] = set()
        while True:
            answer = self._next(ask, back)
            if isinstance(answer, Back):
                return answer
            assert isinstance(answer, str), f"{ask} wants a str, not {answer!r}"
            answer = answer.strip() or default
            assert answer, f"{ask} has no default"
            if answer in known | shown:
                return answer
            found = find(answer)
            if found.sure:
                return found.choices[0].value
            shown = {one.value for one in found.choices}
            labels = tuple(one.label for one in found.choices)
            self.transcript.append(Asked("matches", found.note, labels))

    def choose(
        self,
        ask: str,
        choices: Sequence[Choice],
        *,
        why: Why | None = None,
        default: str = "",
        back: bool = True,
    ) -> str | Back:
        """Give the next answer, which must be one of the values."""
        self.transcript.append(Asked("choose", ask, tuple(one.label for one in choices), why))
        answer = self._next(ask, back)
        if isinstance(answer, Back):
            return answer
        _check_known(ask, [answer], choices)
        return str(answer)

    def choose_many(
        self,
        ask: str,
        choices: Sequence[Choice],
        *,
        why: Why | None = None,
        default: Sequence[str] = (),
        back: bool = True,
    ) -> tuple[str, ...] | Back:
        """Give the next answer, a tuple of values, in the order of `choices`."""
        self.transcript.append(Asked("choose_many", ask, tuple(one.label for one in choices), why))
        answer = self._next(ask, back)
        if isinstance(answer, Back):
            return answer
        assert isinstance(answer, tuple), f"{ask} wants a tuple, not {answer!r}"
        _check_known(ask, answer, choices)
        return tuple(one.value for one in choices if one.value in answer)

    def _next(self, ask: str, back: bool) -> Any:
        """Take the next answer; raise it when it is an exception."""
        try:
            answer = next(self._answers)
        except StopIteration:
            raise EOFError(f"no answer left for: {ask}") from None
        if isinstance(answer, BaseException) or (
            isinstance(answer, type) and issubclass(answer, BaseException)
        ):
            raise answer
        assert back or answer is not BACK, f"{ask} has nothing to go back to"
        return answer


def _check_known(ask: str, answers: Sequence[Any], choices: Sequence[Choice]) -> None:
    """Raise `AssertionError`, with all choices, when an answer is not a value of theirs."""
    known = [one.value for one in choices]
    for answer in answers:
        assert answer in known, f"{ask} has no choice {answer!r}, only {known}"
