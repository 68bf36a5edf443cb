"""Where a result goes: the terminal, a pipe, or a file that is never overwritten by accident."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yidi_cli.base.errors import safe_path
from yidi_cli.base.files import write_file

if TYPE_CHECKING:
    from yidi_cli.cli.options import Start
    from yidi_cli.render.document import Document

FILE_COLUMNS = 80


def emit(begun: Start, page: Callable[[], Document], data: Callable[[], Mapping[str, Any]]) -> None:
    """Write a result in the format asked for to standard output, or to the file asked for.

    `page` makes the page and `data` the JSON object; only the one that is needed is called.
    """
    if begun.style == "json":
        from yidi_cli.render.jsonout import dump

        text = dump(data())
    elif begun.file:
        text = _plain(page(), FILE_COLUMNS)
    else:
        write_page(begun, page())
        return
    if begun.file:
        write_file(Path(begun.file), text)
        begun.env.stderr.write(f"已保存到 {safe_path(begun.file)}。\n")
    else:
        begun.env.stdout.write(text)


def write_page(begun: Start, page: Document) -> None:
    """Write a page to standard output, with styles where the result is a page for a terminal."""
    env = begun.env
    if begun.style == "table":
        from yidi_cli.render.terminal import styled

        env.stdout.write(styled(page, env.columns, env.colour))
    else:
        env.stdout.write(_plain(page, env.columns))


def _plain(page: Document, columns: int) -> str:
    from yidi_cli.render.text import plain_text

    return plain_text(page, columns)
