"""What the guided run needs of a command: how its result is made, shown and kept."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from yidi_cli.rulebook.model import UNKNOWN

if TYPE_CHECKING:
    from yidi_cli.cli.options import Start
    from yidi_cli.cli.result import Wanted
    from yidi_cli.plan.answers import Answers
    from yidi_cli.render.document import Document
    from yidi_cli.rulebook.book import Book


class Kept(NamedTuple):
    """A way to keep a result: what it is called in the list, and in the name of its file."""

    label: str
    ending: str
    elder: bool = False


class Other(NamedTuple):
    """Another matter that a person may mean: how it is offered (`first` of all where it is what
    the person asked for), and what to begin it with.
    """

    label: str
    matter: Literal["filing", "family"]
    answers: Answers
    first: bool = False


class Talk(Protocol):
    """One command that guides. A plan is what `plan` returns; nobody else looks into it."""

    @property
    def command(self) -> str:
        """The command's name."""

    @property
    def book(self) -> Book:
        """The book of its matter."""

    @property
    def ways(self) -> Mapping[str, Kept]:
        """The ways to keep a result, by a name of our own."""

    def plan(self, answers: Answers, wanted: Wanted) -> Any:
        """Return the plan for complete answers."""

    def emit(self, begun: Start, answers: Answers, plan: Any, wanted: Wanted, brief: bool) -> None:
        """Write a plan that is built from `answers` to where the result goes."""

    def page(self, plan: Any, ids: bool) -> Document:
        """Return the whole page of a plan."""

    def file_name(self, plan: Any) -> str:
        """Return a name for a file that holds the plan, without an ending."""

    def code(self, answers: Answers) -> str:
        """Return the share code of answers, "" where there is none."""

    @property
    def comparison(self) -> Callable[[Any, Any], Document] | None:
        """Gives what differs between two plans; None where plans are not compared."""

    def other(self, answers: Answers) -> Other | None:
        """Return the other matter that fits these answers, None where none does."""


def command_of(talk: Talk, answers: Answers, rest: Sequence[str] = ()) -> str:
    """Return the command that starts again with these answers, and the other options `rest`."""
    book = talk.book
    words = ["yidi", talk.command]
    for question in book.questions:
        value = answers.get(question.id)
        if question.kind == "place" and isinstance(value, str) and value != UNKNOWN:
            words += [question.flag, book.places.unique_name(book.places.get(value))]
        elif isinstance(value, tuple):
            words += [word for part in value for word in (question.flag, part)]
        elif value:
            words += [question.flag, value]
    # Chinese needs no quotes in a shell; shlex would put them around every name.
    return " ".join(
        word if word.replace("-", "").isalnum() else shlex.quote(word) for word in (*words, *rest)
    )
