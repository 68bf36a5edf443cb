"""Strict YAML: every scalar is the text that was written, and every fault has a line.

PyYAML on its own turns `tel: 010` into 8 and silently keeps the last of two equal keys; here
scalars stay strings, duplicate keys and anchors are faults, and depth and size are limited.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from yidi_cli.base.value import Value

if TYPE_CHECKING:
    import yaml

MAX_BYTES = 2_000_000
MAX_DEPTH = 20

Path_ = tuple[str | int, ...]


class Fault(Value, frozen=True, order=True):
    """One thing wrong in a data file: where, what, and how to mend it. `line` counts from 1."""

    file: str
    line: int
    field: str
    what: str
    mend: str

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

    def fault(self, node: yaml.Node, path: Path_, what: str, mend: str) -> None:
        self.faults.append(Fault(self.file, node.start_mark.line + 1, dotted(path), what, mend))

    def build(self, node: yaml.Node, path: Path_) -> Any:
        import yaml

        self.lines[path] = node.start_mark.line + 1
        if id(node) in self._seen:
            self.fault(node, path, "用了 YAML 的锚点或别名（& 和 *）", "把内容直接写在这里")
            return None
        self._seen.add(id(node))
        if len(path) > MAX_DEPTH:
            self.fault(node, path, f"嵌套超过 {MAX_DEPTH} 层", "减少嵌套")
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
                self.fault(key_node, path, "键不是一个词", "键只写一个词")
                continue
            key = str(key_node.value)
            if key in result:
                what = f"键 {key} 重复"
                self.fault(key_node, (*path, key), what, "删掉一个，或并成一个")
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
        fault = Fault(file, 0, "", f"文件超过 {MAX_BYTES // 1000} KB", "拆成几个文件")
        return Tree(file, None, {}), [fault]
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        fault = Fault(file, line, "", "YAML 写法有误", "检查这一行和上一行的缩进、冒号和引号")
        return Tree(file, None, {}), [fault]
    except (yaml.YAMLError, RecursionError):
        fault = Fault(file, 0, "", "YAML 读不了", "去掉看不见的控制字符，检查嵌套")
        return Tree(file, None, {}), [fault]
    if node is None:
        return Tree(file, None, {}), [Fault(file, 0, "", "文件是空的", "写上内容，或删掉文件")]
    builder = _Builder(file)
    value = builder.build(node, ())
    return Tree(file, value, builder.lines), builder.faults


def read_yaml(path: Path, file: str) -> tuple[Tree, list[Fault]]:
    """Read and parse one file; a file that cannot be read becomes a fault."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Tree(file, None, {}), [Fault(file, 0, "", "缺这个文件", "补上它")]
    except (OSError, UnicodeDecodeError) as error:
        what = "不是 UTF-8 文本" if isinstance(error, UnicodeDecodeError) else "打不开"
        return Tree(file, None, {}), [Fault(file, 0, "", what, "存成 UTF-8，并检查权限")]
    return parse_yaml(text, file)
