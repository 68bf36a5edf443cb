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
    else:
        text = page_text(begun, page())
    if begun.file:
        write_file(Path(begun.file), text)
        begun.env.stderr.write(f"已保存到 {safe_path(begun.file)}。\n")
    else:
        begun.env.stdout.write(text)


def page_text(begun: Start, page: Document) -> str:
    """Return a page as it goes to the file or to standard output, styled for a terminal alone."""
    env = begun.env
    if begun.style == "table" and not begun.file:
        from yidi_cli.render.terminal import styled

        return styled(page, env.columns, env.colour)
    from yidi_cli.render.text import plain_text

    return plain_text(page, FILE_COLUMNS if begun.file else env.columns)
