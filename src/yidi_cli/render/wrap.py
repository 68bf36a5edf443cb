"""Wrapping for text that mixes Chinese and Latin: right widths, right line breaks.

rich and textwrap crop or break Chinese badly: closing punctuation lands at a line's start. Here
no line starts with closing punctuation or ends with an opening one, Latin words stay whole where
they fit, and no character is ever lost.
"""

from __future__ import annotations

import re
import unicodedata

NOT_AT_START = frozenset("，。、；：？！）」』”’》〉】〕…—％%,.;:?!)]}·〗")
NOT_AT_END = frozenset("（「『“‘《〈【〔([{〖")
# A note mark like 〔1转、2〕 stays whole, and so does a Latin word.
_WORD = re.compile(r"〔[^〕]*〕|[!-~]+|\s+|.", re.S)


def width(text: str) -> int:
    """Return the columns that `text` takes in a terminal."""
    return sum(map(_WIDTHS.__getitem__, text))


class _Widths(dict[str, int]):
    """Columns by character; a look-up costs half of a cached call."""

    def __missing__(self, char: str) -> int:
        self[char] = columns = _width_of(char)
        return columns


_WIDTHS = _Widths()


def _width_of(char: str) -> int:
    if char < "\u0300":
        return 0 if char < " " or "\x7f" <= char < "\xa0" else 1
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    # Ambiguous (quotes, ……, ①) count two: Chinese fonts draw them so, and too wide an estimate
    # only wraps early while too narrow a one overflows.
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1


def tokens(text: str) -> list[str]:
    """Split into pieces that may be separated: words, runs of space, single characters."""
    return _WORD.findall(text)


def wrap(text: str, columns: int) -> list[str]:
    """Return `text` in lines of at most `columns` columns (at least 4).

    Joined again (with the spaces at the breaks), the lines hold every character of `text`. Only a
    single word or a run of punctuation that is itself too long is cut anywhere.
    """
    columns = max(columns, 4)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _wrap_paragraph(paragraph, columns)
    return lines


def _wrap_paragraph(text: str, columns: int) -> list[str]:
    if width(text) <= columns:
        return [text.strip()]
    lines: list[str] = []
    line = ""
    taken = 0
    for token in _cut(_glue(tokens(text)), columns):
        if not line and not token.strip():
            continue
        if not line or taken + width(token.rstrip()) <= columns:
            line += token
            taken += width(token)
            continue
        lines.append(line.rstrip())
        line = token.lstrip()
        taken = width(line)
    lines.append(line.rstrip())
    return lines


def _glue(parts: list[str]) -> list[str]:
    """Join what must not be separated: closing marks to what is before, opening to what follows."""
    glued: list[str] = []
    for part in parts:
        closes = part[0] in NOT_AT_START or part[0] == "〔"
        if glued and ((closes and not glued[-1].isspace()) or glued[-1][-1] in NOT_AT_END):
            glued[-1] += part
        else:
            glued.append(part)
    return glued


def _cut(parts: list[str], columns: int) -> list[str]:
    """Cut pieces that are wider than a line."""
    result: list[str] = []
    for part in parts:
        if len(part) * 2 <= columns or width(part) <= columns:
            result.append(part)
            continue
        piece = ""
        for char in part:
            if piece and width(piece) + _WIDTHS[char] > columns:
                result.append(piece)
                piece = ""
            piece += char
        result.append(piece)
    return result
