"""`yidi diseases`: which chronic diseases settle across provinces, and what to do first."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from yidi_cli.base.errors import InputError, safe
from yidi_cli.cli import options, output

if TYPE_CHECKING:
    from yidi_cli.render.document import Document
    from yidi_cli.rulebook.model import Disease
    from yidi_cli.rulebook.rulebook import Rulebook

Name = Annotated[str, typer.Argument(metavar="病名", help="病种的名字、俗称或编号；不写就列出全部")]


def diseases(
    ctx: typer.Context,
    name: Name = "",
    from_: options.From = "",
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
) -> None:
    """Print the chronic diseases, or what to do for one of them."""
    from yidi_cli.plan.answers import parse_place
    from yidi_cli.plan.diseases import advice

    begun = options.start(ctx, plain, format_, file, force)
    book = begun.book
    insured = parse_place(from_, book.question("insured"), book) if from_ else None
    found = advice(_named(name, book) if name else None, insured, book, begun.env.today)

    def page() -> "Document":
        from yidi_cli.render.diseases import diseases_document

        return diseases_document(found, book)

    def data() -> dict[str, Any]:
        from yidi_cli.render.diseases import diseases_json

        return diseases_json(found, book)

    output.emit(begun, page, data)


def _named(name: str, book: "Rulebook") -> "Disease":
    """Return the disease that `name` names; InputError with the nearest ones otherwise."""
    from yidi_cli.plan.answers import nearest_options, parse_option

    question = book.question("disease")
    known = {disease.id: disease for disease in book.diseases}
    try:
        return known[parse_option(name, question)]
    except (InputError, KeyError):
        near = [option.name for option in nearest_options(name, question) if option.id in known]
    if near:
        hint = f"是不是：{'、'.join(near)}？"
    else:
        hint = "不在单子里的，按 yidi diseases 其他 看；拿不准就问参保地。"
    raise InputError(f"没有“{safe(name)}”这个病种。{hint}")
