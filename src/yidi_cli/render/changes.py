"""Pages and JSON about the data themselves: what changed in them, how their files are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from yidi_cli.render.document import Block, Document, Entry, Notes, Sub, simple_document
from yidi_cli.render.jsonout import cited_json, query_head
from yidi_cli.rulebook.schema import KINDS as KINDS_OF_FILES
from yidi_cli.rulebook.schema import schema_file

if TYPE_CHECKING:
    from yidi_cli.render.contract_data import ChangeObject, DataFileObject
    from yidi_cli.rulebook.changes import Change, ChangeKind
    from yidi_cli.rulebook.rulebook import Rulebook

KINDS: dict[ChangeKind, str] = {"added": "新增", "changed": "改了", "withdrawn": "撤回"}
"""What a change is called."""
MOST_IDS = 6
"""So many ids the page names; all of them are in the JSON."""


def changes_document(found: Sequence[Change], since: str, book: Rulebook) -> Document:
    """Return the page: the changes day by day, the newest first. `since` is "" for all of them."""
    notes = Notes(book)
    days: dict[str, list[Entry]] = {}
    for change in found:
        release = f"（{change.version}）" if change.version else "（未发布）"
        heading = f"{change.day.isoformat()}{release}"
        text = f"{KINDS[change.kind]}：{change.what}{notes.mark(change.sources)}"
        named = "、".join(change.ids[:MOST_IDS])
        more = f" 等 {len(change.ids)} 个" if len(change.ids) > MOST_IDS else ""
        days.setdefault(heading, []).append(Entry(text, (Sub(f"编号 {named}{more}"),)))
    blocks = tuple(Block(heading, tuple(entries)) for heading, entries in days.items())
    from_ = f"从 {since} 起" if since else "全部"
    lead = f"{from_}有 {len(found)} 处变化。看一条现在怎么写、依据什么：yidi explain 编号。"
    if not found:
        lead = f"{from_}没有变化。"
    return simple_document(f"数据的变化 · 现在是 {book.meta.version} 版", lead, blocks, notes, book)


def changes_json(found: Sequence[Change], since: str, book: Rulebook) -> dict[str, Any]:
    """Return the changes as `yidi.query/1`, the newest first."""
    return {
        **query_head("data-changes", book),
        "since": since,
        "changes": [_change_json(change) for change in found],
        "sources": cited_json((c for change in found for c in change.sources), book),
    }


def _change_json(change: Change) -> ChangeObject:
    return {
        "date": change.day.isoformat(),
        "version": change.version,
        "kind": change.kind,
        "ids": list(change.ids),
        "what": change.what,
        "sources": [citation.id for citation in change.sources],
    }


def schema_document(book: Rulebook) -> Document:
    """Return the page of the kinds of data files that have a JSON Schema."""
    entries = tuple(
        Entry(f"{name}：data/{kind.files}", (Sub(schema_file(name)),))
        for name, kind in KINDS_OF_FILES.items()
    )
    lead = (
        "每种文件一份 JSON Schema，编辑器按文件的第一行去找它，边写边补全、边检查。"
        "看一份：yidi data schema rules。"
    )
    return simple_document(
        f"数据文件的格式 · 共 {len(entries)} 种", lead, [Block("种类", entries)], Notes(book), book
    )


def schema_json(book: Rulebook) -> dict[str, Any]:
    """Return the kinds of data files as `yidi.query/1`."""
    return {
        **query_head("data-schema", book),
        "kinds": [_kind_json(name) for name in KINDS_OF_FILES],
    }


def _kind_json(name: str) -> DataFileObject:
    return {"kind": name, "files": KINDS_OF_FILES[name].files, "schema": schema_file(name)}
