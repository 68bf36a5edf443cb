"""`yidi data stats` and `yidi data stale`: what the data hold, and what is to be checked again."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from yidi_cli.cli import options, output

if TYPE_CHECKING:
    from datetime import date

    from yidi_cli.render.contract_upkeep import PathsObject
    from yidi_cli.render.document import Document
    from yidi_cli.rulebook.rulebook import Rulebook

Days = Annotated[
    int, typer.Option("--days", metavar="天数", min=0, max=36500, help="超过多少天没核对的")
]
Paths = Annotated[bool, typer.Option("--paths", help="再数有多少种回答、多少种结论，要多等几秒")]
DEFAULT_DAYS = 180


def stats(
    ctx: typer.Context,
    paths: Paths = False,
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
) -> None:
    """Print the numbers of the data, what to work on first."""
    begun = options.start(ctx, plain, format_, file, force)
    book, today = begun.book, begun.env.today

    from yidi_cli.plan.stats import stats as count

    found, cases = count(book), _cases()
    ways = _paths(book, today) if paths else []

    def page() -> "Document":
        from yidi_cli.render.upkeep import stats_document

        return stats_document(found, cases, ways, today, book)

    def data() -> dict[str, Any]:
        from yidi_cli.render.upkeep import stats_json

        return stats_json(found, cases, ways, today, book)

    output.emit(begun, page, data)


def stale(
    ctx: typer.Context,
    days: Days = DEFAULT_DAYS,
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
) -> None:
    """Print the sources that were last checked too long ago, the most used first."""
    begun = options.start(ctx, plain, format_, file, force)
    book, today = begun.book, begun.env.today

    from yidi_cli.plan.stats import stale as older
    from yidi_cli.plan.stats import usages

    every = usages(book)
    found = older(every, today, days)

    def page() -> "Document":
        from yidi_cli.render.upkeep import stale_document

        return stale_document(found, every, days, today, book)

    def data() -> dict[str, Any]:
        from yidi_cli.render.upkeep import stale_json

        return stale_json(found, every, days, today, book)

    output.emit(begun, page, data)


def _paths(book: "Rulebook", today: "date") -> "list[PathsObject]":
    from yidi_cli.upkeep.paths import count_paths

    return [
        {"matter": one.matter, "paths": one.paths, "outcomes": one.outcomes, "rows": one.rows}
        for one in count_paths(book, today)
    ]


def _cases() -> int | None:
    """Return how many cases the data are checked with; None where only a wheel is installed."""
    from yidi_cli.rulebook.opening import CHECKOUT

    if not (CHECKOUT / "data" / "cases").is_dir():
        return None
    from yidi_cli.rulebook.folder import read_cases

    filing, family, _ = read_cases(CHECKOUT / "data")
    return len(filing) + len(family)
