"""`yidi understand`: what one sentence says of a person's situation."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from yidi_cli.base.errors import InputError
from yidi_cli.cli import options, output

if TYPE_CHECKING:
    from yidi_cli.render.document import Document

Sentence = Annotated[
    list[str] | None,
    typer.Argument(metavar="一句话", help="医保在哪、去哪看、出了什么事，怎么顺口怎么写"),
]


def understand(
    ctx: typer.Context,
    sentence: Sentence = None,
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
) -> None:
    """Print what a sentence says, what is doubtful, and what it leaves open."""
    text = " ".join(sentence or ()).strip()
    if not text:
        raise InputError("写上一句话，例如：yidi understand 绵阳医保，在厦门住院，没备案。")
    begun = options.start(ctx, plain, format_, file, force)
    book = begun.book

    from yidi_cli.wizard.sentence import understand as read

    understood = read(text, book)

    def page() -> "Document":
        from yidi_cli.wizard.sentence_page import understood_document

        return understood_document(text, understood, book)

    def data() -> dict[str, Any]:
        from yidi_cli.wizard.sentence_page import understood_json

        return understood_json(understood, book)

    output.emit(begun, page, data)
