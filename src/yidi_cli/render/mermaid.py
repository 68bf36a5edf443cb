"""Flowcharts in Mermaid's language: boxes, arrows, groups, with every text made harmless."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from yidi_cli.base.value import Value
from yidi_cli.render.inert import inert

Shape = Literal["box", "round", "choice"]
_SHAPES: dict[Shape, tuple[str, str]] = {
    "box": ("[", "]"),
    "round": ("([", "])"),
    "choice": ("{{", "}}"),
}
_UNSAFE = re.compile(r"[^A-Za-z0-9]")
# What ends a quoted text, begins an entity, a tag or Mermaid's own Markdown.
_MARKS = re.compile(r"[\"#&<>`]")


class Box(Value, frozen=True):
    """A box with its text, line by line. `id` is unique in a chart and made by `node_id`."""

    id: str
    lines: tuple[str, ...]
    shape: Shape = "box"


class Arrow(Value, frozen=True):
    """An arrow between two boxes, by their ids; a `dotted` one is beside the way that is taken."""

    start: str
    end: str
    label: str = ""
    dotted: bool = False


class Group(Value, frozen=True):
    """Boxes in a frame with a title."""

    id: str
    title: str
    boxes: tuple[Box, ...]


def node_id(kind: str, name: str) -> str:
    """Return an id for a box: the same for the same name, and no two names share one."""
    safe = _UNSAFE.sub(lambda m: "_" if m.group() == "-" else f"_x{ord(m.group()):x}_", name)
    return f"{kind}_{safe}"


def chart(parts: Iterable[Box | Group], arrows: Iterable[Arrow]) -> str:
    """Return a flowchart from the top down; it ends with a newline."""
    lines = ["flowchart TD"]
    for part in parts:
        lines += _group(part) if isinstance(part, Group) else [f"    {_box(part)}"]
    lines += [f"    {_arrow(arrow)}" for arrow in arrows]
    return "\n".join(lines) + "\n"


def fenced(title: str, text: str) -> str:
    """Return a chart as Markdown, in the fence that is drawn where Mermaid is known."""
    return f"# {inert(title)}\n\n```mermaid\n{text}```\n"


def _group(group: Group) -> Iterator[str]:
    yield f"    subgraph {group.id}[{_quoted((group.title,))}]"
    for box in group.boxes:
        yield f"        {_box(box)}"
    yield "    end"


def _box(box: Box) -> str:
    left, right = _SHAPES[box.shape]
    return f"{box.id}{left}{_quoted(box.lines)}{right}"


def _arrow(arrow: Arrow) -> str:
    line = "-.->" if arrow.dotted else "-->"
    label = f"|{_quoted((arrow.label,))}|" if arrow.label else ""
    return f"{arrow.start} {line}{label} {arrow.end}"


def _quoted(lines: Sequence[str]) -> str:
    escaped = "<br/>".join(
        _MARKS.sub(lambda m: f"#{ord(m.group())};", inert(line).replace("\n", " "))
        for line in lines
        if line
    )
    return f'"{escaped}"'
