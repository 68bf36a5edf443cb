"""From the everyday reason to the official type: its name, and why it is that one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from yidi_cli.plan.answers import Answers, case_of
from yidi_cli.plan.case import derive
from yidi_cli.plan.selection import match
from yidi_cli.plan.words import Words
from yidi_cli.rulebook.model import UNKNOWN

if TYPE_CHECKING:
    from yidi_cli.rulebook.rulebook import Rulebook


def type_line(answers: Answers, book: Rulebook, as_of: date) -> str:
    """Return what the chosen reason is called and, where a rule says it, why; "" while unknown."""
    chosen = answers.get("type")
    if not isinstance(chosen, str) or chosen == UNKNOWN:
        return ""
    case = case_of(answers, book)
    name = book.answer_name("type", chosen)
    for rule in match(derive(case, book), book, as_of, ["basis"]).rules:
        # The rule that is about this type and no other says who belongs to it.
        if rule.when.get("type") == frozenset({chosen}) and name in rule.text:
            return Words(case, book).fill(rule.text)
    return f"这属于“{name}”。"
