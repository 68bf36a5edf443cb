"""The table of administrative divisions: `divisions.csv` for people, columns in the wheel."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Literal, get_args

import msgspec

from yidi_cli.base.errors import DataError

Level = Literal["province", "prefecture", "county", "abroad"]

HEADER = ("code", "name", "level", "parent_code", "short", "pinyin", "aliases")
_LEVELS: dict[str, Level] = {level: level for level in get_args(Level)}
_BETWEEN = "\n"


class Place(msgspec.Struct, frozen=True, gc=False):
    """One administrative unit. `parent` is a code, empty for a province; `pinyin` reads `short`."""

    code: str
    name: str
    level: Level
    parent: str
    short: str
    pinyin: str
    aliases: tuple[str, ...]


def pack(places: Sequence[Place]) -> tuple[str, ...]:
    """Return the table as one string a column, which loads in half the time of its rows."""
    rows = [
        (p.code, p.name, p.level, p.parent, p.short, p.pinyin, "|".join(p.aliases)) for p in places
    ]
    return tuple(_BETWEEN.join(column) for column in zip(*rows, strict=True))


class Table:
    """The places as columns; a `Place` is made when it is asked for.

    A query needs a handful of the 3,200 places, and making them all takes longer than all else
    it does with them.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        """Take what `pack` wrote."""
        split = [column.split(_BETWEEN) for column in columns]
        self._codes, self._names, self._levels, self._parents = split[:4]
        self._shorts, self._pinyin, self._aliases = split[4:]
        self._rows = {code: row for row, code in enumerate(self._codes)}
        self._made: dict[int, Place] = {}

    def __contains__(self, code: object) -> bool:
        return code in self._rows

    def __getitem__(self, code: str) -> Place:
        """Return the place with this code; KeyError if there is none."""
        return self._place(self._rows[code])

    @cached_property
    def all(self) -> tuple[Place, ...]:
        """All places in the order of the file."""
        return tuple(self._place(row) for row in range(len(self._codes)))

    def named(self, name: str) -> list[Place]:
        """Return the places that have this name, short name or alias."""
        rows = {row for row, text in enumerate(self._names) if text == name}
        rows |= {row for row, text in enumerate(self._shorts) if text == name}
        rows |= {row for row, text in enumerate(self._aliases) if text and name in text.split("|")}
        return [self._place(row) for row in sorted(rows)]

    def shorts(self, level: Level) -> frozenset[str]:
        """Return the short names of one level."""
        pairs = zip(self._levels, self._shorts, strict=True)
        return frozenset(short for name, short in pairs if name == level)

    def _place(self, row: int) -> Place:
        if row not in self._made:
            aliases = self._aliases[row]
            self._made[row] = Place(
                self._codes[row],
                self._names[row],
                _LEVELS[self._levels[row]],
                self._parents[row],
                self._shorts[row],
                self._pinyin[row],
                tuple(aliases.split("|")) if aliases else (),
            )
        return self._made[row]


def read_divisions(text: str, file: str) -> list[Place]:
    """Read the text of `divisions.csv`; `file` is how messages name it.

    Raises DataError with one line for each fault: file, line, field, what is wrong, how to mend it.
    """
    import csv  # only a checkout or the build reads CSV; an installed copy reads compiled JSON

    rows = csv.reader(text.removeprefix("\ufeff").splitlines())
    if tuple(next(rows, ())) != HEADER:
        raise DataError(f"{file} 第 1 行：表头不对，应为 {','.join(HEADER)}")
    places: list[Place] = []
    faults: list[str] = []
    lines: dict[str, int] = {}
    for row in rows:
        line = rows.line_num
        if len(row) != len(HEADER):
            what = f"有 {len(row)} 列，应为 {len(HEADER)} 列，请补齐或删去逗号"
            faults.append(f"{file} 第 {line} 行：{what}")
            continue
        code, name, level, parent, short, pinyin, aliases = row
        bad = _row_faults(row)
        if code in lines:
            bad.append(("code", f"「{code}」与第 {lines[code]} 行重复，请删去一行或改正代码"))
        lines.setdefault(code, line)
        faults += [f"{file} 第 {line} 行 {field}：{what}" for field, what in bad]
        if not bad:
            names = tuple(aliases.split("|")) if aliases else ()
            places.append(Place(code, name, _LEVELS[level], parent, short, pinyin, names))
    levels = {place.code: place.level for place in places}
    for place in places:
        where = f"{file} 第 {lines[place.code]} 行 parent_code：「{place.parent}」"
        if place.parent and place.parent not in lines:
            faults.append(f"{where}在表中没有，请补上这一行或改正代码")
        elif levels.get(place.parent) in ("abroad", "county", place.level):
            faults.append(f"{where}不是更高一级的地方，请改成省或地级的代码")
    if faults:
        raise DataError("\n".join(faults))
    return places


def _row_faults(row: Sequence[str]) -> list[tuple[str, str]]:
    """What is wrong in one row by itself: pairs of field and Chinese explanation."""
    code, name, level, parent, short, pinyin, aliases = row
    bad: list[tuple[str, str]] = []
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        bad.append(("code", f"「{code}」不是 6 位数字，请填国标区划代码"))
    if not name:
        bad.append(("name", "是空的，请填全称"))
    if level not in _LEVELS:
        bad.append(("level", f"「{level}」不认识，请改成 {' / '.join(_LEVELS)} 之一"))
    elif level in ("prefecture", "county") and not parent:
        bad.append(("parent_code", "是空的，请填上级代码"))
    elif level in ("province", "abroad") and parent:
        bad.append(("parent_code", f"「{parent}」多余，省级和境外没有上级，请留空"))
    if not short:
        bad.append(("short", "是空的，请填简称"))
    syllables = pinyin.split(" ")
    if len(syllables) != len(short):
        counts = f"「{pinyin}」有 {len(syllables)} 个音节，简称「{short}」有 {len(short)} 个字"
        bad.append(("pinyin", f"{counts}，请逐字注音，用一个空格隔开"))
    elif not all(s.isascii() and s.isalpha() and s.islower() for s in syllables):
        bad.append(("pinyin", f"「{pinyin}」只能用小写字母，ü 写作 v，不标声调"))
    if aliases and not all(part and part == part.strip() for part in aliases.split("|")):
        bad.append(("aliases", f"「{aliases}」里有空的别名或多余的空格，请删去"))
    return bad
