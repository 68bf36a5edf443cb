"""What stands behind the answers: types, sources, and the reason for one statement."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yidi_cli.base.errors import LONGEST, InputError, safe
from yidi_cli.cli import options, output

if TYPE_CHECKING:
    from yidi_cli.render.document import Document

RuleId = Annotated[str, typer.Argument(metavar="编号", help="条目编号，JSON 里的 id")]
SourceId = Annotated[str, typer.Argument(metavar="编号", help="来源编号；不写就列出全部")]


def types(
    ctx: typer.Context,
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
) -> None:
    """Print the six types and whom each is for."""
    begun = options.start(ctx, plain, format_, file, force)
    book = begun.book

    from yidi_cli.plan.case import Case, possible
    from yidi_cli.plan.query import Query, ask

    today = begun.env.today
    answer = ask(Query("types", ("basis",), Case(), today), book)
    # The deciding row's reason says nothing about the type: only rules do.
    parts = {
        part.value: [item for item in part.sections.get("basis", ()) if item.id.startswith("cn.")]
        for part in answer.parts
    }
    groups = {group.id: possible("type", group.id, book) for group in book.question("type").groups}

    def page() -> "Document":
        from yidi_cli.render.pages import types_document

        return types_document(parts, groups, book)

    def data() -> dict[str, Any]:
        from yidi_cli.render.jsonout import types_json

        return types_json(parts, book)

    output.emit(begun, page, data)


def sources(
    ctx: typer.Context,
    source_id: SourceId = "",
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
) -> None:
    """Print all sources, or one with the statements that rest on it."""
    begun = options.start(ctx, plain, format_, file, force)
    book = begun.book
    known = {source.id: source for source in book.sources()}
    if source_id and source_id not in known:
        raise InputError(no_such("来源", source_id, known, "用 yidi sources 看全部来源。"))
    chosen = [known[source_id]] if source_id else list(known.values())
    from yidi_cli.plan.explain import explained

    wanted = explained(book) if source_id else ()
    citing = [found for found in wanted if source_id in {c.id for c in found.sources}]
    title = f"来源 · {source_id}" if source_id else f"来源 · 共 {len(chosen)} 个"

    def page() -> "Document":
        from yidi_cli.render.pages import sources_document

        return sources_document(title, chosen, citing, book)

    def data() -> dict[str, Any]:
        from yidi_cli.render.jsonout import sources_query_json

        return sources_query_json(chosen, [found.id for found in citing], book)

    output.emit(begun, page, data)


def explain(
    ctx: typer.Context,
    rule_id: RuleId,
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
) -> None:
    """Print where one statement comes from, when it shows, and how far to trust it."""
    begun = options.start(ctx, plain, format_, file, force)
    book = begun.book
    from yidi_cli.plan.explain import explained

    known = {found.id: found for found in explained(book)}
    if rule_id not in known:
        # A page of a past day names what no longer holds.
        book = book.of_all_days()
        known = {found.id: found for found in explained(book)}
    if rule_id not in known:
        hint = "编号：加 --ids 的页面里，或 --format json 里的 id；也可以 yidi search 找。"
        raise InputError(no_such("条目", rule_id, known, hint))
    found = known[rule_id]

    def page() -> "Document":
        from yidi_cli.render.explain import explain_document

        return explain_document(found, book)

    def data() -> dict[str, Any]:
        from yidi_cli.render.explain import explain_json

        return explain_json(found, book)

    output.emit(begun, page, data)


def no_such(kind: str, typed: str, known: Mapping[str, object], hint: str) -> str:
    """Say that no `kind` has the id that was typed, with the nearest known ones or the hint."""
    import difflib

    near = difflib.get_close_matches(typed[:LONGEST], known, n=3, cutoff=0.55)
    near += [name for name in known if typed.lower() in name and name not in near][: 3 - len(near)]
    tail = f"是不是：{'、'.join(near)}？" if near else hint
    return f"没有编号是“{safe(typed)}”的{kind}。{tail}"
