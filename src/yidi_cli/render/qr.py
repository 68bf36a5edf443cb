"""QR codes of official addresses, for a terminal, for paper and for a page."""

from __future__ import annotations

import re
from html import escape

SCREEN_QUIET = 2
"""Light modules around a code in a terminal; scanners make do with half of the prescribed four."""
PAGE_QUIET = 4
_HALVES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}


def qr_lines(address: str) -> list[str]:
    """Return the QR code of a web address in half blocks, two modules high and one wide each.

    The blocks are the dark modules: right as they are on paper and on a light background. A
    terminal prints them black on white, spaces included, since many scanners cannot read a code
    whose dark and light are swapped. All lines have the same length; up to 53 ASCII characters
    take 33 columns, up to 78 take 37, and a longer address more: whether that fits is for the
    caller to see. Raises ValueError for what is no http(s) address or too long for any code.
    """
    rows = _rows(address, SCREEN_QUIET)
    rows.append([0] * len(rows))  # the number of rows is odd
    return [
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]


def qr_svg(address: str) -> str:
    """Return the QR code of a web address as an <svg> element to stand in an HTML page.

    Black on white whatever the page's colours, as large as the page makes it, and named by its
    address for those who cannot see it. Raises ValueError as `qr_lines` does.
    """
    rows = _rows(address, PAGE_QUIET)
    size = len(rows)
    dark = "".join(
        f"M{run.start()} {y}h{len(run.group())}v1h-{len(run.group())}z"
        for y, row in enumerate(rows)
        for run in re.finditer("1+", "".join(map(str, row)))
    )
    return (
        f'<svg viewBox="0 0 {size} {size}" role="img" aria-label="二维码：{escape(address)}"'
        f' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path fill="#000" d="{dark}"/></svg>'
    )


def _rows(address: str, quiet: int) -> list[list[int]]:
    """Return the modules row by row, 1 for dark, with `quiet` light ones on each side."""
    if not re.match(r"https?://[^/]", address) or not address.isprintable() or " " in address:
        raise ValueError("not a web address")
    import segno

    # The lowest level makes the smallest code, and a screen or a fresh print has no scratches;
    # segno raises it where the code stays as small. Phones do not read Micro QR.
    code = segno.make(address, error="l", micro=False, encoding="utf-8", mode="byte")
    return [[int(module) for module in row] for row in code.matrix_iter(border=quiet)]
