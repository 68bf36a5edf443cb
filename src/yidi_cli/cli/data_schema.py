"""`yidi data schema`: the JSON Schema of each kind of data file, for editors."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from yidi_cli.cli import options, output
from yidi_cli.cli.reference import no_such

if TYPE_CHECKING:
    from yidi_cli.render.document import Document

Kind = Annotated[
    str, typer.Argument(metavar="[种类]", help="哪种文件，如 rules、regions；不写就列出全部")
]


def schema(
    ctx: typer.Context,
    kind: Kind = "",
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
) -> None:
    """Print the JSON Schema of one kind of file, or the kinds there are."""
    begun = options.start(ctx, plain, format_, file, force)
    from yidi_cli.rulebook.schema import KINDS

    if kind:
        if kind not in KINDS:
            from yidi_cli.base.errors import InputError

            raise InputError(no_such("数据文件", kind, KINDS, "用 yidi data schema 看全部种类。"))
        _one(begun, kind)
        return

    def page() -> "Document":
        from yidi_cli.render.changes import schema_document

        return schema_document(begun.book)

    def data() -> dict[str, Any]:
        from yidi_cli.render.changes import schema_json

        return schema_json(begun.book)

    output.emit(begun, page, data)


def _one(begun: options.Start, kind: str) -> None:
    """Write the schema itself, whatever the format: a program reads it."""
    from yidi_cli.render.jsonout import dump
    from yidi_cli.rulebook.schema import data_schema

    output.put(begun, dump(data_schema(kind, begun.book.whole())), exact=True)
