"""The plan as a result: built, put in the form that is wanted, written where it is wanted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from yidi_cli.base.errors import InputError
from yidi_cli.cli import options, output

if TYPE_CHECKING:
    from yidi_cli.plan.answers import Answers
    from yidi_cli.plan.plan import Days, Plan
    from yidi_cli.render.document import Document
    from yidi_cli.rulebook.rulebook import Rulebook


ELDER = "elder"
"""The reader for whom the large-type page is."""


class Wanted(NamedTuple):
    """How a plan is wanted: by the rules of which day, its dates counted from which.

    `length` is "brief" or "full" where that was asked for, else ""; `reader` is `ELDER`, or "" for
    anybody. `options` are the words of the
    command line that say all this, to be written again in a command that goes on.
    """

    as_of: date
    days: Days
    ids: bool = False
    length: str = ""
    reader: str = ""
    options: tuple[str, ...] = ()


def plan_of(answers: Answers, wanted: Wanted, book: Rulebook) -> Plan:
    """Return the plan for complete answers."""
    import msgspec

    from yidi_cli.plan.answers import case_of
    from yidi_cli.plan.build import build_plan
    from yidi_cli.rulebook.model import UNKNOWN

    case = case_of(answers, book)
    if case.care not in ("chronic", UNKNOWN):
        # Another kind of care was put in its place: nobody is asked for a disease there.
        case = msgspec.structs.replace(case, disease="none")
    return build_plan(case, book, wanted.as_of, wanted.days)


def code_of(answers: Answers, book: Rulebook) -> str:
    """Return the share code of answers; "" where one of them has no number, as in an overlay."""
    from yidi_cli.plan.share import share_code

    try:
        # No situation ticked and not asked for any lead to the same plan.
        return share_code({name: value for name, value in answers.items() if value != ()}, book)
    except InputError:
        return ""


def answers_of(code: str, book: Rulebook) -> Answers:
    """Return the answers of a share code, none for none; InputError where it cannot be read."""
    if not code:
        return {}
    from yidi_cli.plan.share import read_code

    return read_code(code, book)


def emit(begun: options.Start, answers: Answers, plan: Plan, wanted: Wanted, brief: bool) -> None:
    """Write a plan that is built from `answers`."""
    book = begun.book

    def page() -> Document:
        if wanted.reader == ELDER:
            from yidi_cli.render.elder_page import elder_document

            return elder_document(plan, book)
        from yidi_cli.render.plan_page import plan_document

        return plan_document(plan, book, wanted.ids, brief, code_of(answers, book))

    def data() -> dict[str, Any]:
        from yidi_cli.render.jsonout import plan_json

        return plan_json(plan, book, code_of(answers, book))

    def calendar() -> str:
        from yidi_cli.render.calendar import calendar_file

        return calendar_file(plan, book, key_of(answers, book))

    output.emit(begun, page, data, calendar, large=wanted.reader == ELDER)


def key_of(answers: Answers, book: Rulebook) -> str:
    """Return a short name for answers, the same for the same answers: their code if they have one.

    What an overlay adds has no code, but reads the same as long as it is the same.
    """
    if code := code_of(answers, book):
        return code
    return told_key(answers)


def told_key(answers: Answers) -> str:
    """Return a short name for answers, the same for the same answers."""
    import hashlib

    told = repr(sorted(answers.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:16]
