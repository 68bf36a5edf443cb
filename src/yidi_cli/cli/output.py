"""Where a result goes: the terminal, a pipe, or a file that is never overwritten by accident."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yidi_cli.base.errors import InputError, safe_path
from yidi_cli.base.files import write_file

if TYPE_CHECKING:
    from yidi_cli.cli.options import Start
    from yidi_cli.render.document import Document

FILE_COLUMNS = 80


def emit(
    begun: Start,
    page: Callable[[], Document],
    data: Callable[[], Mapping[str, Any]],
    calendar: Callable[[], str] | None = None,
    large: bool = False,
) -> None:
    """Write a result in the format asked for to standard output, or to the file asked for.

    `page` makes the page, `data` the JSON object and `calendar` the calendar file; only the one
    that is needed is called. `large` asks for large type where there is type. Raises InputError
    for a calendar of a result that has no days.
    """
    if begun.style == "json":
        from yidi_cli.render.jsonout import dump

        text = dump(data())
    elif begun.style == "ics":
        if calendar is None:
            raise InputError("这里没有要记的日子，存不成日历。日历用 yidi guide 存：-o 日子.ics。")
        text = calendar()
    else:
        text = page_text(begun, page(), large)
    put(begun, text, exact=begun.style in ("json", "html", "ics"))


def put(begun: Start, text: str, exact: bool) -> None:
    """Write text to the file asked for, or to standard output.

    What a program reads (`exact`) goes into a pipe as UTF-8, whatever the terminal speaks.
    """
    if begun.file:
        write_file(Path(begun.file), text)
        begun.env.stderr.write(f"已保存到 {safe_path(begun.file)}。\n")
        return
    stream = begun.env.stdout
    raw = getattr(stream, "buffer", None)
    if exact and raw and not begun.env.output_is_terminal:
        stream.flush()
        raw.write(text.encode())
    else:
        stream.write(text)


def page_text(begun: Start, page: Document, large: bool = False) -> str:
    """Return a page in the format asked for; JSON and calendars are no pages."""
    env = begun.env
    if begun.style == "html":
        from yidi_cli.render.html import html_page

        return html_page(page, large)
    if begun.style == "md":
        from yidi_cli.render.markdown import markdown

        return markdown(page)
    if begun.style == "chat":
        from yidi_cli.render.text import chat_text

        return chat_text(page)
    if begun.style == "table" and not begun.file:
        from yidi_cli.render.terminal import styled

        return styled(page, env.columns, env.colour)
    from yidi_cli.render.text import plain_text

    return plain_text(page, FILE_COLUMNS if begun.file else env.columns)
