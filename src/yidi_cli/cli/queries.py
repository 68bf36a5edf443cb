"""One-shot queries: materials, timing, settlement, channels, and what comes after the care."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yidi_cli.base.errors import InputError
from yidi_cli.cli import options, output

if TYPE_CHECKING:
    from yidi_cli.render.document import Document

# No `from __future__ import annotations`: Typer evaluates the options of the command called, and
# text takes longer to evaluate than what is there already.
City = Annotated[
    str, typer.Option("--city", metavar="地方", help="参保地：备案在参保地办，不是看病的地方")
]
Steps = Annotated[bool, typer.Option("--steps", help="写出每条渠道的分步操作")]
Qr = Annotated[bool, typer.Option("--qr", help="把网址画成二维码，用手机扫")]
SECTIONS = {
    "materials": ("materials",),
    "timing": ("timing",),
    "settlement": ("settlement", "reimbursement", "verify"),
    "reimburse": ("next-steps", "materials", "timing", "reimbursement", "at-hand", "verify"),
    "status": ("status", "status-record", "status-hospital", "status-settlement"),
    "cancel": ("cancel-whether", "cancel"),
}
SPLITS = {
    "materials": "type",
    "timing": "type",
    "settlement": "type",
    "reimburse": "care",
    "status": "scope",
    "cancel": "scope",
}
"""Query → the sections it shows; query → the dimension it goes through as far as it is open."""


def materials(
    ctx: typer.Context,
    type_: options.TypeOption = "",
    from_: options.From = "",
    to: options.To = "",
    care: options.Care = "",
    stage: options.Stage = "",
    filing: options.FilingOption = "",
    situation: options.Situations = None,
    ids: options.Ids = False,
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
    as_of: options.AsOf = "",
) -> None:
    """Print what to bring, for one type or for several side by side."""
    given = {"type": type_, "insured": from_, "destination": to, "care": care}
    given |= {"stage": stage, "filing": filing}
    begun = options.start(ctx, plain, format_, file, force)
    _answer(begun, "materials", given, situation, ids, as_of)


def timing(
    ctx: typer.Context,
    type_: options.TypeOption = "",
    from_: options.From = "",
    to: options.To = "",
    stage: options.Stage = "",
    filing: options.FilingOption = "",
    situation: options.Situations = None,
    on: options.On = None,
    ids: options.Ids = False,
    plain: options.Plain = False,
    format_: options.DatedFormat = "",
    file: options.DatedOutput = "",
    force: options.Force = False,
    as_of: options.AsOf = "",
) -> None:
    """Print how long it takes, from when and until when it holds, with dates."""
    given = {"type": type_, "insured": from_, "destination": to, "stage": stage, "filing": filing}
    begun = options.start(ctx, plain, format_, file, force)
    _answer(begun, "timing", given, situation, ids, as_of, on)


def settlement(
    ctx: typer.Context,
    from_: options.From = "",
    to: options.To = "",
    care: options.Care = "",
    type_: options.TypeOption = "",
    scheme: options.Scheme = "",
    stage: options.Stage = "",
    filing: options.FilingOption = "",
    disease: options.Disease = "",
    situation: options.Situations = None,
    ids: options.Ids = False,
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
    as_of: options.AsOf = "",
) -> None:
    """Print how the bill is settled and what to do where that fails."""
    given = {"insured": from_, "destination": to, "care": care, "type": type_, "scheme": scheme}
    given |= {"stage": stage, "filing": filing, "disease": disease}
    begun = options.start(ctx, plain, format_, file, force)
    _answer(begun, "settlement", given, situation, ids, as_of)


def reimburse(
    ctx: typer.Context,
    from_: options.From = "",
    to: options.To = "",
    care: options.Care = "",
    type_: options.TypeOption = "",
    filing: options.FilingOption = "",
    situation: options.Situations = None,
    ids: options.Ids = False,
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
    as_of: options.AsOf = "",
) -> None:
    """Print how to claim by hand what was paid out of one's own pocket."""
    given = {"insured": from_, "destination": to, "care": care, "type": type_}
    given |= {"filing": filing or "unknown", "stage": "discharged"}
    begun = options.start(ctx, plain, format_, file, force)
    _answer(begun, "reimburse", given, situation, ids, as_of)


def status(
    ctx: typer.Context,
    from_: options.From = "",
    to: options.To = "",
    ids: options.Ids = False,
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
    as_of: options.AsOf = "",
) -> None:
    """Print how to look up a filing and a settlement, channel by channel."""
    begun = options.start(ctx, plain, format_, file, force)
    _answer(begun, "status", {"insured": from_, "destination": to}, None, ids, as_of)


def cancel(
    ctx: typer.Context,
    from_: options.From = "",
    to: options.To = "",
    type_: options.TypeOption = "",
    ids: options.Ids = False,
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
    as_of: options.AsOf = "",
) -> None:
    """Print how to change or cancel a filing, and when that is not needed."""
    given = {"insured": from_, "destination": to, "type": type_}
    begun = options.start(ctx, plain, format_, file, force)
    _answer(begun, "cancel", given | {"filing": "active"}, None, ids, as_of)


def _answer(
    begun: options.Start,
    name: str,
    given: Mapping[str, str],
    situation: Sequence[str] | None,
    ids: bool,
    as_of: str,
    on: Sequence[str] | None = None,
) -> None:
    import msgspec

    from yidi_cli.plan.answers import case_of, parse_answers
    from yidi_cli.plan.query import Query, ask
    from yidi_cli.rulebook.model import UNKNOWN

    day = begun.turn_to(as_of)
    book = begun.book
    typed: dict[str, str | Sequence[str]] = {key: value for key, value in given.items() if value}
    if situation:
        typed["situation"] = situation
    answers = parse_answers(typed, book)
    case = case_of(answers, book)
    if case.disease == "none" and case.care == "chronic":
        case = msgspec.structs.replace(case, disease=UNKNOWN)
    days = options.parse_days(on, day)
    # Without a type, how a bill is settled is one page; what to bring is listed type by type.
    split = "" if name == "settlement" and case.type == UNKNOWN else SPLITS[name]
    query = Query(name, SECTIONS[name], case, day, days, split)
    answer = ask(query, book)

    def page() -> "Document":
        from yidi_cli.render.pages import query_document

        return query_document(query, answer, book, ids)

    def data() -> dict[str, Any]:
        from yidi_cli.render.jsonout import query_json

        return query_json(query, answer, book)

    def calendar() -> str:
        from yidi_cli.cli.result import key_of
        from yidi_cli.render.calendar import calendar_file

        if len(answer.plans) > 1:
            raise InputError("各类的日子不一样。写上 --type，再存成日历。")
        return calendar_file(answer.plans[0], book, key_of(answers, book))

    output.emit(begun, page, data, calendar if name == "timing" else None)


def channels(
    ctx: typer.Context,
    city: City = "",
    steps: Steps = False,
    qr: Qr = False,
    ids: options.Ids = False,
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
) -> None:
    """Print the channels of an insured place."""
    if not city:
        raise InputError("写上参保地，例如：yidi channels --city 重庆。")
    begun = options.start(ctx, plain, format_, file, force)
    book = begun.book

    from yidi_cli.plan.answers import insured_place
    from yidi_cli.plan.case import Case
    from yidi_cli.plan.channels import contacts, items_of_place
    from yidi_cli.plan.words import Words

    place = insured_place(city, book, "--city")
    case = Case(insured=place)
    words = Words(case, book)
    ways, asked = items_of_place(case, book, words), list(contacts(case, book, words))

    def page() -> "Document":
        from yidi_cli.render.pages import channels_document

        return channels_document(place, ways, asked, steps, book, begun.env.today, ids, qr)

    def data() -> dict[str, Any]:
        from yidi_cli.render.jsonout import channels_json

        return channels_json(place, [*ways, *asked], book)

    output.emit(begun, page, data)
