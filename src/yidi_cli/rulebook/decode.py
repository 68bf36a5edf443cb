"""From plain YAML values to typed parts, with faults a maintainer can act on."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

from yidi_cli.rulebook.load import Fault, Path_, Tree, dotted

T = TypeVar("T")

_MESSAGES: tuple[tuple[re.Pattern[str], str, str, str], ...] = tuple(
    (re.compile(pattern), what, mend, code)
    for pattern, what, mend, code in (
        (r"missing required field `(.+?)`", "缺字段 {0}", "补上 {0}", "Y009"),
        (r"contains unknown field `(.+?)`", "有不认识的字段 {0}", "改正拼写，或删掉它", "Y008"),
        (r"Invalid enum value '(.*?)'", "值 {0} 不在允许的范围里", "换成允许的值", "Y022"),
        (r"Invalid (?:RFC3339 encoded )?date", "日期写法不对", "写成 2026-01-31", "Y060"),
        (r"Expected `(.+?)`, got `(.+?)`", "应当是{0}，写成了{1}", "改成{0}", "Y007"),
    )
)
_UNKNOWN = re.compile(r"unknown field `(.+?)`")
_KINDS = {
    "str": "一个值",
    "array": "列表",
    "object": "一组键值",
    "int": "整数",
    "bool": " true 或 false",
    "null": "空",
    "date": "日期",
}
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")


def _chinese(message: str) -> tuple[str, str, str]:
    """Return what is wrong, how to mend it, and the code."""
    for pattern, what, mend, code in _MESSAGES:
        if match := pattern.search(message):
            words = [_KINDS.get(word, word) for word in match.groups()]
            return what.format(*words), mend.format(*words), code
    return message, "对照同类的条目改正", "Y007"


def _path(message: str) -> Path_:
    """Read the place that msgspec names: ``at `$.sources[0].id` ``."""
    where = message.rpartition("`$")[2].rstrip("`") if "`$" in message else ""
    path: list[str | int] = []
    for name, index in _STEP.findall(where):
        if name:
            path.append(name)
        elif index:
            path.append(int(index))
    return tuple(path)


def convert(tree: Tree, value: object, kind: type[T], base: Path_) -> tuple[T | None, list[Fault]]:
    """Convert the value found at `base` of `tree`; None and one fault where it does not fit."""
    try:
        return msgspec.convert(value, kind, strict=False), []
    except msgspec.ValidationError as error:
        message = str(error)
        path = base + _path(message)
        if unknown := _UNKNOWN.search(message):
            path = (*path, unknown[1])
        what, mend, code = _chinese(message)
        return None, [Fault(tree.file, tree.line(path), dotted(path), what, mend, code=code)]


def convert_list(tree: Tree, kind: type[T]) -> tuple[list[T], list[Fault]]:
    """Convert a file that is a list, entry by entry, so that each faulty entry is named."""
    if not isinstance(tree.value, list):
        if tree.value is None:
            return [], []
        return [], [Fault(tree.file, 1, "", "应当是一个列表", "每条以“- ”开头", code="Y007")]
    good: list[T] = []
    faults: list[Fault] = []
    for index, value in enumerate(tree.value):
        part, wrong = convert(tree, value, kind, (index,))
        faults += wrong
        if part is not None:
            good.append(part)
    return good, faults
