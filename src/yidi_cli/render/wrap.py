"""Wrapping for text that mixes Chinese and Latin: right widths, right line breaks.

rich and textwrap crop or break Chinese badly: closing punctuation lands at a line's start. Here
no line starts with closing punctuation or ends with an opening one; Latin words, numbers with
their unit and the names of menus stay whole where they fit; no paragraph ends with a line of one
or two characters; and no character is ever lost.
"""

from __future__ import annotations

import re
import unicodedata

NOT_AT_START = frozenset("，。、；：？！）」』”’》〉】〕…—％%,.;:?!)]}·〗")
NOT_AT_END = frozenset("（「『“‘《〈【〔([{〖")
MARK = re.compile(r"〔\d{1,2}\D?(?:、\d{1,2}\D?)*〕")
"""A statement's note mark, such as 〔1转、2〕; the year of a document number is none.

A class that names Chinese characters takes longer to compile than all the rest."""

# A note mark stays whole, and so do a Latin word, a number with its unit (2 个工作日), what is to
# be tapped or said by name (「异地备案」), and a document number (医保发〔2022〕22号).
_UNITS = "个工作日|个百分点|个月|小时|号线|[个年月日天种条次元岁项样]"
_WORD = re.compile(
    rf"\w{{2,6}}〔\d{{4}}〕\d+ ?号|〔[^〕]*〕|「[^「」\s]*」|\d+ (?:{_UNITS})|[!-~]+|\s+|.", re.S
)
_LISTED = re.compile(r"[、：；]〔\d+〕$")  # the number of a source in a list, before its name
_CHARACTER = re.compile(r"\w")
ENDS = frozenset("，。；：？！、")
CLAUSE = 6
TAIL = 4
"""A last line of fewer characters, marks and punctuation apart, takes some from the line before."""


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


def wrap(text: str, columns: int, hang: int = 0) -> list[str]:
    """Return `text` in lines of at most `columns` columns (at least 4).

    Every line of a paragraph but its first has `hang` columns less, for the caller's indent.
    Joined again (with the spaces at the breaks), the lines hold every character of `text`. Only a
    single word or a run of punctuation that is itself too long is cut anywhere.
    """
    columns = max(columns, 4)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _wrap_paragraph(paragraph, columns, max(columns - hang, 4))
    return lines


def _wrap_paragraph(text: str, first: int, columns: int) -> list[str]:
    if width(text) <= first:
        return [text.strip()]
    lines: list[list[str]] = [[]]
    taken = 0
    room = first
    for token in _cut(_glue(_apart(tokens(text), columns)), min(first, columns)):
        line = lines[-1]
        if not line and not token.strip():
            continue
        if line and taken + width(token.rstrip()) > room:
            line = []
            lines.append(line)
            taken, room = 0, columns
            token = token.lstrip()
            if not token:
                continue
        line.append(token)
        taken += width(token)
    _fill_tail(lines, columns)
    return ["".join(line).strip() for line in lines if line]


def _fill_tail(lines: list[list[str]], columns: int) -> None:
    """Move words down to a last line that is too short to be noticed, in place.

    Where a clause begins a few words further up, the line is broken there.
    """
    if not lines[-1]:
        lines.pop()
    if len(lines) < 2 or _characters(lines[-1]) >= TAIL:
        return
    before, last = lines[-2:]
    words = [*before, *last]
    best = len(before)
    filled = False
    for end in range(len(before) - 1, 0, -1):
        left, right = "".join(words[:end]).rstrip(), "".join(words[end:]).strip()
        if width(left) * 3 < columns or width(right) > columns or (filled and best - end > CLAUSE):
            break
        if not filled:
            best, filled = end, _characters(words[end:]) >= TAIL
        if filled and left[-1] in ENDS:
            best = end
            break
    before[:], last[:] = words[:best], words[best:]


def _characters(parts: list[str]) -> int:
    """Count what is to be read in a line: letters and digits, outside of note marks."""
    return len(_CHARACTER.findall(MARK.sub("", "".join(parts))))


def _apart(parts: list[str], columns: int) -> list[str]:
    """Take names in corner brackets apart that would leave more than half a line empty."""
    result: list[str] = []
    for part in parts:
        if part[0] == "「" and len(part) > 1 and width(part) * 2 > columns:
            result += ["「", *tokens(part[1:])]
        else:
            result.append(part)
    return result


def _glue(parts: list[str]) -> list[str]:
    """Join what must not be separated: closing marks to what is before, opening to what follows."""
    glued: list[str] = []
    for part in parts:
        closes = part[0] in NOT_AT_START or (part[0] == "〔" and not _lists(glued))
        if glued and ((closes and not glued[-1].isspace()) or _opens(glued[-1])):
            glued[-1] += part
        else:
            glued.append(part)
    return glued


def _lists(glued: list[str]) -> bool:
    """Tell whether a mark that follows is that of the next source in a list."""
    return bool(glued) and glued[-1][-1] in "、：；"


def _opens(part: str) -> bool:
    """Tell whether what follows `part` must stand beside it."""
    return part[-1] in NOT_AT_END or _LISTED.search(part) is not None


def _cut(parts: list[str], columns: int) -> list[str]:
    """Cut pieces that are wider than a line."""
    result: list[str] = []
    for part in parts:
        while len(part) * 2 > columns and width(part) > columns:
            end = _cut_at(part, columns)
            result.append(part[:end])
            part = part[end:]
        result.append(part)
    return result


def _cut_at(part: str, columns: int) -> int:
    """Return where to cut a piece that is too wide: an address behind a slash, if one is near."""
    fits, taken = 1, width(part[0])
    while taken + width(part[fits]) <= columns:
        taken += width(part[fits])
        fits += 1
    ends = range(fits, fits // 2, -1)
    slash = next((end for end in ends if part[end - 1] == "/" and part[end] != "/"), None)
    if slash is not None and part[slash] not in NOT_AT_START:
        return slash
    allowed = (e for e in ends if part[e] not in NOT_AT_START and part[e - 1] not in NOT_AT_END)
    return next(allowed, fits)
