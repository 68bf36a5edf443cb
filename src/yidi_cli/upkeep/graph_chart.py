"""The flow of questions and the decision of one case as Mermaid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from yidi_cli.plan.decided import rows_of
from yidi_cli.render.document import SECTION_TITLES
from yidi_cli.render.mermaid import Arrow, Box, Group, chart, node_id
from yidi_cli.upkeep.graph_page import (
    DONE,
    OUTCOMES,
    PLACE,
    UNTOLD,
    Asked,
    answer_lines,
    condition_lines,
    fact_lines,
    failed_words,
    route_word,
    way_words,
)
from yidi_cli.wizard.flow import CHECK

if TYPE_CHECKING:
    from yidi_cli.plan.decided import Decided, Row
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.model import Question
    from yidi_cli.upkeep.graph import Node

FITS = "符合"
LINE = 30
"""So many characters stand in a line of a box."""


def flow_chart(nodes: Sequence[Node], book: Book) -> str:
    """Return the questions, what comes behind which, and the table that decides, as Mermaid."""
    done = Box("done", (DONE,), "round")
    # A row names its route itself: an arrow from each to its route leaves nothing to be seen.
    table = tuple(_row(row, book, f"→ {route_word(row.route, book)}") for row in rows_of(book))
    parts: list[Box | Group] = [
        *(_question(node.question) for node in nodes),
        done,
        Group("table", "判定表：从上往下，第一行符合的算", table),
    ]
    arrows = list(_ways(nodes, book))
    arrows += (Arrow(one.id, after.id) for one, after in pairwise([done, *table]))
    return chart(parts, arrows)


def _question(question: Question) -> Box:
    names = [option.name for option in question.options]
    lines = (f"{question.name} {question.flag}", *(_filled(names) if names else (PLACE,)))
    return Box(node_id("q", question.id), lines, "choice")


def _filled(names: Sequence[str]) -> Iterator[str]:
    """Yield names, several in a line."""
    line = ""
    for name in names:
        longer = f"{line}、{name}" if line else name
        if line and len(longer) > LINE:
            yield line
            longer = name
        line = longer
    yield line


def _ways(nodes: Sequence[Node], book: Book) -> Iterator[Arrow]:
    for node in nodes:
        for way in node.ways:
            to = "done" if way.to == CHECK else node_id("q", way.to)
            label = way_words(way, book) or ("" if len(node.ways) == 1 else UNTOLD)
            yield Arrow(node_id("q", node.question.id), to, label)


def _row_id(row: Row) -> str:
    return node_id("row", row.id)


def _row(row: Row, book: Book, *more: str) -> Box:
    return Box(_row_id(row), (row.id, *condition_lines(row.when, row.unless, book), *more))


def case_chart(asked: Asked, book: Book) -> str:
    """Return how one case is decided, and the rules that speak, as Mermaid."""
    found = asked.decided
    answers = Box("answers", tuple(answer_lines(asked, book)), "choice")
    facts = Box("facts", tuple(fact_lines(found.facts, book)))
    tried = tuple(Box(_row_id(one.row), (one.row.id,)) for one in found.tried)
    row = _row(found.row, book)
    result = Box(node_id("to", found.row.route), (route_word(found.row.route, book),), "round")
    ids = [answers.id, facts.id, *(box.id for box in tried), row.id]
    labels = ["", "", *(failed_words(one, book) for one in found.tried)]
    arrows = [Arrow(*pair) for pair in zip(ids, ids[1:], labels, strict=False)]
    arrows.append(Arrow(row.id, result.id, FITS))
    parts: list[Box | Group] = [answers, facts, *tried, row, result]
    if found.exemption is not None:
        used = Box(node_id("exemption", found.exemption.id), (found.exemption.id,))
        parts.append(used)
        arrows.append(Arrow(used.id, row.id, "用到的免备案规定", dotted=True))
    for group in _rules(found):
        parts.append(group)
        arrows.append(Arrow(result.id, group.id))
    arrows += _replaced(found)
    others = tuple(Box(node_id("rule", one.rule), (one.rule,)) for one in found.others)
    if others:
        parts.append(Group("others", "条件符合却没出现的", others))
    return chart(parts, arrows)


def _rules(found: Decided) -> Iterator[Group]:
    sections: dict[str, list[Box]] = {}
    for rule in found.rules:
        box = Box(node_id("rule", rule.id), (rule.id,))
        sections.setdefault(rule.section, []).append(box)
    for section, boxes in sections.items():
        yield Group(node_id("section", section), SECTION_TITLES[section][0], tuple(boxes))


def _replaced(found: Decided) -> Iterator[Arrow]:
    for one in found.others:
        if one.by:
            label = OUTCOMES.get(one.outcome, one.outcome)
            yield Arrow(node_id("rule", one.rule), node_id("rule", one.by), label, dotted=True)
