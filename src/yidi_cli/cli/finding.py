"""What is looked up by words: search, conflicts, myths."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yidi_cli.base.errors import InputError, safe
from yidi_cli.cli import options, output

if TYPE_CHECKING:
    from yidi_cli.render.document import Document

Words = Annotated[
    list[str] | None, typer.Argument(metavar="词", help="要找的词，汉字、拼音、编号都行")
]
From = Annotated[str, typer.Option("--from", metavar="地方", help="参保地：只看全国的和这个地方的")]
Kind = Annotated[
    str,
    typer.Option("--kind", metavar="种类", help="只看一种，如 rule 规则、disease 病种、myth 误传"),
]
Limit = Annotated[int, typer.Option("--limit", metavar="条数", min=1, help="最多列几条")]
ConflictId = Annotated[str, typer.Argument(metavar="编号", help="问题或说法的编号；不写就列出全部")]
About = Annotated[
    list[str] | None, typer.Argument(metavar="词", help="只看和这些词有关的；不写就列出全部")
]


def search(
    ctx: typer.Context,
    words: Words = None,
    from_: From = "",
    kind: Kind = "",
    limit: Limit = 15,
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
) -> None:
    """Find statements, diseases, disputes and sources by words."""
    typed = _typed(words)
    if not typed:
        raise InputError("写上要找的词，例如：yidi search 急诊 备案。")
    begun = options.start(ctx, plain, format_, file, force)
    book = begun.book

    from yidi_cli.plan.answers import insured_place
    from yidi_cli.plan.search import search as find
    from yidi_cli.plan.search_entries import Corpus

    place = insured_place(from_, book, "--from") if from_ else None
    kinds = _kinds(kind)
    found = find(typed, Corpus(book), place, kinds, limit)
    if not found.words and not found.total:
        raise InputError(
            f"“{safe(typed)}”里没有可以找的词。写汉字、拼音或编号，例如：yidi search 急诊。"
        )

    def page() -> "Document":
        from yidi_cli.plan.search_entries import KINDS
        from yidi_cli.render.finding import search_document

        held_to = [f"参保地 {book.places.label(place)}"] if place is not None else []
        held_to += [KINDS[name] for name in kinds]
        return search_document(typed, found, held_to, _commands(found.words), book)

    def data() -> dict[str, Any]:
        from yidi_cli.render.finding import search_json

        return search_json(found, place, book)

    output.emit(begun, page, data)


def conflicts(
    ctx: typer.Context,
    conflict_id: ConflictId = "",
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
) -> None:
    """Print the questions on which sources disagree, or one of them in full."""
    from yidi_cli.cli.reference import no_such

    begun = options.start(ctx, plain, format_, file, force)
    book = begun.book

    from yidi_cli.plan.conflicts import dispute, disputes

    one = dispute(conflict_id, book) if conflict_id else None
    found = list(disputes(book)) if one is None else [one]
    if conflict_id and one is None:
        readings = [reading.id for d in found for reading in d.readings]
        known = dict.fromkeys([*(d.conflict.id for d in found), *readings])
        hint = "用 yidi conflicts 看全部，或 yidi search 急诊 --kind conflict 按词找。"
        raise InputError(no_such("争议或说法", conflict_id, known, hint))

    def page() -> "Document":
        from yidi_cli.render.finding import conflict_document, conflicts_document

        return conflicts_document(found, book) if one is None else conflict_document(one, book)

    def data() -> dict[str, Any]:
        from yidi_cli.render.finding import conflicts_json

        return conflicts_json(found, book)

    output.emit(begun, page, data)


def myths(
    ctx: typer.Context,
    words: About = None,
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
) -> None:
    """Print what people often hear and lose by, each with what is true."""
    begun = options.start(ctx, plain, format_, file, force)
    book = begun.book
    typed = _typed(words)

    from yidi_cli.plan.conflicts import myths as every

    only, loose = None, False
    if typed:
        from yidi_cli.plan.search import search as find
        from yidi_cli.plan.search_entries import Corpus

        answer = find(typed, Corpus(book), kinds=("myth",))
        only, loose = {hit.entry.id for hit in answer.hits}, answer.loose
    found = list(every(book, only))

    def page() -> "Document":
        from yidi_cli.render.finding import myths_document

        return myths_document(found, typed, loose, book)

    def data() -> dict[str, Any]:
        from yidi_cli.render.finding import myths_json

        return myths_json(found, book)

    output.emit(begun, page, data)


def _typed(words: Sequence[str] | None) -> str:
    return " ".join(" ".join(words or ()).split())


def _kinds(typed: str) -> tuple[str, ...]:
    """Return the kinds that `typed` names by id or name; all (none named) where it is empty."""
    from yidi_cli.plan.search_entries import KINDS

    if not typed:
        return ()
    wanted = typed.strip().lower()
    found = tuple(kind for kind, name in KINDS.items() if wanted in (kind, name))
    if not found:
        known = "、".join(f"{kind}（{name}）" for kind, name in KINDS.items())
        raise InputError(f"--kind 没有“{safe(typed)}”这一种。可以填：{known}。")
    return found


def _commands(words: Sequence[str]) -> list[str]:
    """Return the commands that are named as one of the words: 材料 → yidi materials."""
    from yidi_cli.cli.app import COMMANDS

    named = [c for c in COMMANDS if {c.name, c.alias}.intersection(words)]
    return [f"yidi {c.name}（{c.alias}）：{c.help.splitlines()[0]}" for c in named]
