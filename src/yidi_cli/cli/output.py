"""Where a result goes: the terminal, a pipe, or a file that is never overwritten by accident."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yidi_cli.base.errors import OutputError, os_fault, safe_path

if TYPE_CHECKING:
    from yidi_cli.cli.options import Start
    from yidi_cli.render.document import Document

FILE_COLUMNS = 80


def emit(begun: Start, page: Callable[[], Document], data: Callable[[], Mapping[str, Any]]) -> None:
    """Write a result in the format asked for to standard output, or to the file asked for.

    `page` makes the page and `data` the JSON object; only the one that is needed is called.
    """
    env = begun.env
    if begun.style == "table" and not begun.file:
        from yidi_cli.render.terminal import styled

        text = styled(page(), env.columns, env.colour)
    elif begun.style == "json":
        from yidi_cli.render.jsonout import dump

        text = dump(data())
    else:
        from yidi_cli.render.text import plain_text

        text = plain_text(page(), FILE_COLUMNS if begun.file else env.columns)
    if begun.file:
        write_file(Path(begun.file), text)
        env.stderr.write(f"已保存到 {safe_path(begun.file)}。\n")
    else:
        env.stdout.write(text)


def write_file(path: Path, text: str) -> None:
    """Write a file whole or not at all; raises OutputError where it cannot be written."""
    import tempfile

    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".yidi-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(text)
            # mkstemp makes files for the owner only; the saved page follows the user's own mask.
            mask = os.umask(0)
            os.umask(mask)
            Path(name).chmod(0o666 & ~mask)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(
            f"写不了 {safe_path(path)}（{os_fault(error)}）。换个位置再试。"
        ) from None
