"""`yidi data graph`: the flow of the questions, and how one case is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yidi_cli.base.errors import InputError, safe
from yidi_cli.cli import options, output

if TYPE_CHECKING:
    from datetime import date

    from yidi_cli.render.document import Document
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.rulebook import Rulebook
    from yidi_cli.upkeep.graph_page import Asked

Matter = Annotated[
    str, typer.Option("--matter", metavar="事项", help="filing 异地就医备案，family 家庭共济")
]
FormatOption = Annotated[
    str,
    typer.Option("--format", metavar="格式", help="table、plain、chat、md、html、json 或 mermaid"),
]
Output = Annotated[
    str,
    typer.Option(
        "-o", "--output", metavar="文件", help="存成文件，格式看结尾：.txt .html .md .json .mmd"
    ),
]
From = Annotated[str, typer.Option("--from", metavar="地方", help="一种情况：参保地")]
To = Annotated[str, typer.Option("--to", metavar="地方", help="就医地；家庭共济里是家人的参保地")]
Want = Annotated[str, typer.Option("--want", metavar="想做什么", help="家庭共济：想办的事")]
Relation = Annotated[str, typer.Option("--relation", metavar="关系", help="家庭共济：家人是谁")]
MemberScheme = Annotated[
    str, typer.Option("--member-scheme", metavar="险种", help="家庭共济：家人的医保")
]

MERMAID = "mermaid"
ENDING = ".mmd"
MATTERS = {
    "filing": ("filing", "备案", "异地就医", "异地就医备案"),
    "family": ("family", "共济", "家庭共济"),
}
"""Matter → the words that name it."""


def graph(
    ctx: typer.Context,
    matter: Matter = "",
    from_: From = "",
    to: To = "",
    scheme: options.Scheme = "",
    type_: options.TypeOption = "",
    care: options.Care = "",
    stage: options.Stage = "",
    filing: options.FilingOption = "",
    disease: options.Disease = "",
    situation: options.Situations = None,
    want: Want = "",
    relation: Relation = "",
    member_scheme: MemberScheme = "",
    plain: options.Plain = False,
    format_: FormatOption = "",
    file: Output = "",
    force: options.Force = False,
    as_of: options.AsOf = "",
) -> None:
    """Print the flow of the questions; with answers, how that case is decided."""
    drawn = _is_mermaid(format_, file)
    begun = options.start(ctx, plain, "" if drawn else format_, file, force)
    day = begun.turn_to(as_of)
    book = _book(matter, begun.book)
    places = ("insured", "destination" if book.matter == "filing" else "member")
    flags: dict[str, str | Sequence[str] | None] = {
        **dict(zip(places, (from_, to), strict=True)),
        "scheme": scheme,
        "type": type_,
        "care": care,
        "disease": disease,
        "stage": stage,
        "filing": filing,
        "situation": situation,
        "want": want,
        "relation": relation,
        "member-scheme": member_scheme,
    }
    typed = {name: value for name, value in flags.items() if value}

    from yidi_cli.upkeep.graph import flow_graph

    case = _case(typed, book, day) if typed else None

    def page() -> Document:
        from yidi_cli.upkeep.graph_page import case_document, flow_document

        if case is not None:
            return case_document(case, book, day)
        return flow_document(flow_graph(book), book, day)

    def data() -> dict[str, Any]:
        from yidi_cli.upkeep.graph_page import graph_json

        return graph_json(flow_graph(book), case, book, day)

    if not drawn:
        output.emit(begun, page, data)
        return
    from yidi_cli.upkeep.graph_chart import case_chart, flow_chart

    chart = flow_chart(flow_graph(book), book) if case is None else case_chart(case, book)
    _write(begun, chart)


def _is_mermaid(format_: str, file: str) -> bool:
    """Tell whether a chart is asked for; InputError for a format that there is not."""
    if not format_:
        return Path(file).suffix.lower() == ENDING
    wanted = format_.strip().lower()
    known = (*(name for name in options.FORMATS if name != "ics"), MERMAID)
    if wanted not in known:
        raise InputError(f"--format 没有“{safe(format_)}”。可以填：{'、'.join(known)}。")
    return wanted == MERMAID


def _book(typed: str, book: Rulebook) -> Book:
    """Return the book of the matter that is named; InputError where there is none."""
    wanted = typed.strip().lower() or "filing"
    for name, names in MATTERS.items():
        if wanted in names:
            return book.family if name == "family" else book
    known = "、".join(f"{name}（{names[1]}）" for name, names in MATTERS.items())
    raise InputError(f"--matter 没有“{safe(typed)}”。可以填：{known}。")


def _case(typed: Mapping[str, str | Sequence[str]], book: Book, day: date) -> Asked:
    """Return the case of what was typed; what was not is taken as not known.

    Raises InputError for an option of the other matter, or an answer that there is not.
    """
    from yidi_cli.plan.answers import parse_answers
    from yidi_cli.plan.decided import decided
    from yidi_cli.upkeep.graph import completed
    from yidi_cli.upkeep.graph_page import Asked

    known = {question.id for question in book.questions}
    strange = [f"--{name}" for name in typed if name not in known]
    if strange:
        other = "filing" if book.matter == "family" else "family"
        raise InputError(f"{'、'.join(strange)} 要和 --matter {other} 一起用。")
    given = parse_answers(typed, book)
    live, assumed = completed(given, book)
    # A situation that was named counts even where the wizard would not have offered it.
    answers = {**live, **{name: given[name] for name in ("situation",) if name in given}}
    return Asked(answers, assumed, decided(answers, book, day))


def _write(begun: options.Start, chart: str) -> None:
    """Write a chart: a Markdown file gets it in a fence, all else as it is."""
    if begun.file and begun.style == "md":
        from yidi_cli.render.mermaid import fenced

        chart = fenced("问题和判定", chart)
    output.put(begun, chart, exact=True)
