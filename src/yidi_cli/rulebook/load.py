"""Strict YAML: every scalar is the text that was written, and every fault has a line.

PyYAML on its own turns `tel: 010` into 8 and silently keeps the last of two equal keys; here
scalars stay strings, duplicate keys and anchors are faults, and depth and size are limited.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yidi_cli.base.value import Value
from yidi_cli.rulebook.diagnostics import Severity, severity_of

if TYPE_CHECKING:
    import yaml

MAX_BYTES = 2_000_000
MAX_PARTS = 50_000
"""So many lines, entries of lists and keys a file may have: each takes a kilobyte to read."""
MAX_DEPTH = 20
SHALLOW = 3000
"""With fewer brackets, and no line that is longer, a text cannot nest deep enough to do harm."""

TOO_DEEP, LESS_DEEP = f"嵌套超过 {MAX_DEPTH} 层", "减少嵌套"
TOO_LARGE = f"文件超过 {MAX_BYTES // 1000} KB"
TOO_MANY = f"文件里超过 {MAX_PARTS} 项"

Path_ = tuple[str | int, ...]


class Fault(Value, frozen=True, order=True):
    """One thing wrong in a data file: where, what, and how to mend it.

    `line` counts from 1, 0 where there is none; `code` is one of `diagnostics.CODES`.
    """

    file: str
    line: int
    field: str
    what: str
    mend: str
    code: str = ""

    @property
    def severity(self) -> Severity:
        """How grave it is, as the catalogue says of its code."""
        return severity_of(self.code)

    def __str__(self) -> str:
        where = f"{self.file} 第 {self.line} 行" if self.line else self.file
        field = f"「{self.field}」" if self.field else ""
        return f"{where}{field}：{self.what}。{self.mend}。"


class Tree(Value, frozen=True):
    """A parsed file: plain dicts, lists and strings, and the line each path starts on."""

    file: str
    value: Any
    lines: dict[Path_, int]

    def line(self, path: Path_) -> int:
        """Return the line of `path`, or of the nearest part above it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Builder:
    """Turns YAML nodes into plain values, noting lines and faults."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path_, int] = {}
        self.faults: list[Fault] = []
        self._seen: set[int] = set()

    def fault(self, node: yaml.Node, path: Path_, what: str, mend: str, code: str) -> None:
        line = node.start_mark.line + 1
        self.faults.append(Fault(self.file, line, dotted(path), what, mend, code=code))

    def build(self, node: yaml.Node, path: Path_) -> Any:
        import yaml

        self.lines[path] = node.start_mark.line + 1
        if id(node) in self._seen:
            self.fault(node, path, "用了 YAML 的锚点或别名（& 和 *）", "把内容直接写在这里", "Y005")
            return None
        self._seen.add(id(node))
        if len(path) > MAX_DEPTH:
            self.fault(node, path, TOO_DEEP, LESS_DEEP, "Y006")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, i)) for i, child in enumerate(node.value)]
        return node.value

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
        import yaml

        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.fault(key_node, path, "键不是一个词", "键只写一个词", "Y003")
                continue
            key = str(key_node.value)
            if key in result:
                what = f"键 {key} 重复"
                self.fault(key_node, (*path, key), what, "删掉一个，或并成一个", "Y004")
                continue
            result[key] = self.build(value_node, (*path, key))
            self.lines[(*path, key)] = key_node.start_mark.line + 1
        return result


def dotted(path: Path_) -> str:
    """Write a path as `rules[3].when.type`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def parse_yaml(text: str, file: str) -> tuple[Tree, list[Fault]]:
    """Parse one YAML document.

    `file` is the name to show in faults. Returns the tree (its value is None where nothing could
    be read) and all faults found; raises nothing.
    """
    import yaml

    if len(text.encode()) > MAX_BYTES:
        return _nothing(file, 0, TOO_LARGE, "拆成几个文件", "Y006")
    try:
        if line := _too_deep(text):
            return _nothing(file, line, TOO_DEEP, LESS_DEEP, "Y006")
        if sum(map(text.count, "\n,[{")) > MAX_PARTS:
            return _nothing(file, 0, TOO_MANY, "拆成几个文件", "Y006")
        node = yaml.compose(text, Loader=_loader())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        mend = "检查这一行和上一行的缩进、冒号和引号"
        return _nothing(file, line, "YAML 写法有误", mend, "Y003")
    except RecursionError:  # without libyaml
        return _nothing(file, 0, TOO_DEEP, LESS_DEEP, "Y006")
    except yaml.YAMLError:
        return _nothing(file, 0, "YAML 读不了", "去掉看不见的控制字符，检查嵌套", "Y003")
    if node is None:
        return _nothing(file, 0, "文件是空的", "写上内容，或删掉文件", "Y002")
    builder = _Builder(file)
    value = builder.build(node, ())
    return Tree(file, value, builder.lines), builder.faults


def _nothing(file: str, line: int, what: str, mend: str, code: str) -> tuple[Tree, list[Fault]]:
    return Tree(file, None, {}), [Fault(file, line, "", what, mend, code=code)]


def _loader() -> type[yaml.CSafeLoader | yaml.SafeLoader]:
    """Return the loader that is there: where PyYAML was built without libyaml, the slow one."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _too_deep(text: str) -> int:
    """Return the line on which a text nests too deep to be composed, 0 where it does not.

    PyYAML composes by recursion in C, which some 50,000 brackets end with the whole program.
    """
    import yaml

    longest = max(map(len, text.splitlines()), default=0)
    if max(longest, text.count("[") + text.count("{")) < SHALLOW:
        return 0
    depth = 0
    for event in yaml.parse(text, Loader=_loader()):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > SHALLOW:
            return event.start_mark.line + 1 if event.start_mark is not None else 1
    return 0


def read_text(path: Path, file: str) -> tuple[str | None, list[Fault]]:
    """Read a file's text; one that is missing, too large or no text becomes a fault."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return None, [Fault(file, 0, "", "不是普通文件", "换成一个文本文件", code="Y002")]
        if status.st_size > MAX_BYTES:
            return None, [Fault(file, 0, "", TOO_LARGE, "拆成几个文件", code="Y006")]
        return path.read_text(encoding="utf-8"), []
    except FileNotFoundError:
        return None, [Fault(file, 0, "", "缺这个文件", "补上它", code="Y001")]
    except (OSError, UnicodeDecodeError) as error:
        what = "不是 UTF-8 文本" if isinstance(error, UnicodeDecodeError) else "打不开"
        return None, [Fault(file, 0, "", what, "存成 UTF-8，并检查权限", code="Y002")]


def read_yaml(path: Path, file: str) -> tuple[Tree, list[Fault]]:
    """Read and parse one file; a file that cannot be read becomes a fault."""
    text, faults = read_text(path, file)
    return parse_yaml(text, file) if text is not None else (Tree(file, None, {}), faults)
