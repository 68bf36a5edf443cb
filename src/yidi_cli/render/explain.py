"""The page and the JSON of one statement: conditions, sources with dates, readings that lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yidi_cli.plan.explain import KINDS, Explained
from yidi_cli.render.document import (
    SECTION_TITLES,
    Block,
    Document,
    Entry,
    Notes,
    simple_document,
)
from yidi_cli.render.jsonout import cited_json, conditions_json, disputed_json, query_head
from yidi_cli.render.pages import condition_word, source_entry
from yidi_cli.rulebook.model import Conditions, Validity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yidi_cli.render.contract import ValidityObject
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.rulebook import Rulebook

CONFIDENCE = {"high": "高", "medium": "中", "low": "低，待核实"}
DERIVED_NAMES = {
    "scope": "范围",
    "exempt": "免备案",
    "exempt-basis": "免备案依据",
    "direct": "病种能不能跨省直接结",
    "group": "大类",
    "route": "路线",
    "visit": "在哪里看",
}


def explain_document(found: Explained, book: Rulebook) -> Document:
    """Return the page of one statement: content, conditions, how far to trust it."""
    content = [Entry(found.text)]
    if found.detail:
        lead = "→ " if found.kind == "reading" else ""
        content.append(Entry(f"{lead}{found.detail}"))
    about: Book = book.family if found.matter == "family" else book
    conditions = [
        *_conditions(found.when, "", about),
        *_conditions(found.unless, "不含 ", about),
    ]
    blocks = [Block("内容", tuple(content), "none")]
    if found.kind in ("rule", "row", "channel", "exemption"):
        blocks.append(_lines("什么时候出现", conditions or ["没有条件，都会出现。"]))
    blocks.append(_lines("还有", _facts(found)))
    if found.disputed:
        told = (Entry(f"{d.says}→ {d.why_not}（{d.id}）") for d in found.disputed)
        blocks.append(Block("另有说法", tuple(told)))
    cited = tuple(source_entry(book.source(source.id), source.at) for source in found.sources)
    blocks.append(Block("来源", cited))
    title = f"{KINDS[found.kind]} · {found.id}"
    return simple_document(title, "", blocks, Notes(book), book)


def _lines(title: str, lines: Iterable[str]) -> Block:
    return Block(title, tuple(Entry(line) for line in lines))


def _facts(found: Explained) -> list[str]:
    facts = [f"说的是：{found.place}"]
    if found.confidence:
        facts.append(f"把握：{CONFIDENCE[found.confidence]}")
    if (rule := found.rule) is not None:
        facts.append(f"段落：{SECTION_TITLES[rule.section][0]}；主题：{rule.topic or rule.id}")
    if found.valid.from_ or found.valid.to:
        since = found.valid.from_.isoformat() if found.valid.from_ else "以前"
        until = found.valid.to.isoformat() if found.valid.to else "以后"
        facts.append(f"有效期：{since} 至 {until}")
    if found.part:
        facts.append(f"属于：yidi conflicts {found.part}")
    return facts


def _conditions(conditions: Conditions, lead: str, book: Book) -> list[str]:
    lines = []
    for dimension, values in sorted(conditions.items()):
        named = DERIVED_NAMES.get(dimension) or book.question(dimension).name
        words = "、".join(condition_word(dimension, value, book) for value in sorted(values))
        lines.append(f"{lead}{named}：{words}")
    return lines


def explain_json(found: Explained, book: Rulebook) -> dict[str, Any]:
    """Return one statement with its conditions as `yidi.query/1`."""
    valid = _valid_json(found.valid)
    return {
        **query_head("explain", book),
        "id": found.id,
        "kind": found.kind,
        "place": found.place,
        "text": found.text,
        "detail": found.detail,
        "when": conditions_json(found.when),
        "unless": conditions_json(found.unless),
        "confidence": found.confidence,
        **({"valid": valid} if valid else {}),
        "disputed": [disputed_json(d) for d in found.disputed],
        "sources": cited_json(found.sources, book),
    }


def _valid_json(valid: Validity) -> ValidityObject:
    days: ValidityObject = {}
    if valid.from_ is not None:
        days["from"] = valid.from_.isoformat()
    if valid.to is not None:
        days["to"] = valid.to.isoformat()
    return days
