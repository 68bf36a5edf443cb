"""`yidi data changes`: what changed in the data since a day or a release."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from yidi_cli.base.errors import InputError, safe
from yidi_cli.cli import options, output

if TYPE_CHECKING:
    from yidi_cli.render.document import Document
    from yidi_cli.rulebook.changes import Change
    from yidi_cli.rulebook.rulebook import Rulebook

Since = Annotated[
    str,
    typer.Option(
        "--since", metavar="日期或版本", help="从哪天（含当天）或哪一版起，如 2026-11-01、0.1.0"
    ),
]


def changes(
    ctx: typer.Context,
    since: Since = "",
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
) -> None:
    """Print what changed in the data, the newest first."""
    begun = options.start(ctx, plain, format_, file, force)
    book = begun.book
    found, from_ = _since(since.strip(), begun)

    def page() -> "Document":
        from yidi_cli.render.changes import changes_document

        return changes_document(found, from_, book)

    def data() -> dict[str, Any]:
        from yidi_cli.render.changes import changes_json

        return changes_json(found, from_, book)

    output.emit(begun, page, data)


def _since(typed: str, begun: options.Start) -> "tuple[tuple[Change, ...], str]":
    """Return the changes asked for, and since when, as it is told back."""
    from yidi_cli.rulebook import changes as log

    every = begun.book.changes
    if not typed:
        return every, ""
    if log.is_release(typed):
        try:
            return log.since_release(every, typed), typed
        except KeyError:
            raise InputError(_no_release(typed, begun.book)) from None
    day = options.parse_day(typed, "--since", begun.env.today)
    return log.since_day(every, day), day.isoformat()


def _no_release(typed: str, book: "Rulebook") -> str:
    known = dict.fromkeys(change.version for change in book.changes if change.version)
    named = f"记着的版本有：{'、'.join(known)}。" if known else "还没有发布过版本。"
    return f"--since 没有“{safe(typed)}”这一版。{named}也可以写日期。"
