"""What the wizard says besides its questions, matter by matter."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from yidi_cli.rulebook.rulebook import Rulebook

if TYPE_CHECKING:
    from yidi_cli.plan.answers import Answers
    from yidi_cli.rulebook.book import Book
    from yidi_cli.wizard.sentence import Understood


class Script:
    """The words of a matter; `say_it` is empty where no sentence is understood."""

    intro = "家庭共济向导。约 1 分钟，不问姓名和证件号，不联网。"
    say_it = ""

    def hear(self, sentence: str) -> Understood:
        """Return what a sentence says; only where `say_it` asks for one."""
        raise NotImplementedError

    def remark(self, question: str, answers: Answers, today: date) -> str:
        """Return what to say behind an answer to a question, "" for nothing."""
        return ""


class FilingScript(Script):
    """The words of the matter of filing."""

    intro = "异地就医备案向导。约 1 分钟，不问姓名和证件号，不联网。"
    say_it = "也可以直接写一句话，例如：绵阳居民医保，爷爷在昆明急诊住院，没备案。"

    def __init__(self, book: Rulebook) -> None:
        """Take the book."""
        self._book = book

    def hear(self, sentence: str) -> Understood:
        """Return what a sentence says."""
        from yidi_cli.wizard.sentence import understand

        return understand(sentence, self._book)

    def remark(self, question: str, answers: Answers, today: date) -> str:
        """Name the official type that the reason stands for, and why."""
        if question != "type":
            return ""
        from yidi_cli.wizard.reason import type_line

        return type_line(answers, self._book, today)


def script_of(book: Book) -> Script:
    """Return the words of the matter that a book is about."""
    return FilingScript(book) if isinstance(book, Rulebook) else Script()
