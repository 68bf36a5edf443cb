"""The pages and the JSON of what is looked up by words: search, conflicts, myths."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from yidi_cli.base.errors import safe
from yidi_cli.plan.search_entries import KINDS
from yidi_cli.render.document import (
    SECTION_TITLES,
    Block,
    Document,
    Entry,
    Notes,
    Sub,
    simple_document,
)
from yidi_cli.render.jsonout import cited_json, conditions_json, place_json, query_head
from yidi_cli.render.pages import condition_word
from yidi_cli.rulebook.model import PLACES, UNKNOWN

if TYPE_CHECKING:
    from yidi_cli.plan.conflicts import Dispute
    from yidi_cli.plan.search import Found, Hit
    from yidi_cli.render.contract_query import ReadingObject
    from yidi_cli.rulebook.divisions import Place
    from yidi_cli.rulebook.model import Citation, Conditions, Reading
    from yidi_cli.rulebook.rulebook import Rulebook

COMMANDS = {
    "disease": "diseases",
    "conflict": "conflicts",
    "reading": "conflicts",
    "myth": "conflicts",
    "source": "sources",
}
"""Kind → the command that shows the whole; all others are explained."""

USED_IN = ("scope", "situation", "type", "group", "disease", "stage", "filing", "care", *PLACES)
"""The conditions that a hit is shown with, the first ones first."""
FACTS, MANY = 3, 2  # conditions of a hit, and values of a condition

WRONG = ("reading", "myth")
MYTH = ("误传：", "实情：")
READING = ("另有说法：", "→ ")


def command(hit: Hit) -> str:
    """Return the command line that shows the whole of what was found."""
    if hit.entry.kind == "type":
        return "yidi types"
    return f"yidi {COMMANDS.get(hit.entry.kind, 'explain')} {hit.entry.id}"


# --- search ---


def search_document(
    typed: str,
    found: Found,
    held_to: Sequence[str],
    commands: Sequence[str],
    book: Rulebook,
) -> Document:
    """Return the page of a search for `typed`; `held_to` names the place and kind it is held to.

    `commands` are those that answer what was looked for better than single statements.
    """
    title = " · ".join(("搜索", safe(typed), *held_to))
    blocks = []
    if commands:
        blocks.append(Block("有专门的命令", tuple(Entry(line) for line in commands)))
    if found.hits:
        heading = "沾边的" if found.loose else "找到的"
        blocks.append(Block(heading, tuple(_hit_entry(hit, book) for hit in found.hits)))
    else:
        blocks.append(_advice(found, bool(held_to)))
    return simple_document(title, _summary(typed, found), blocks, Notes(book), book)


def _summary(typed: str, found: Found) -> str:
    senses = [
        f"“{safe(sense.typed)}”当作拼音，找的是：{'、'.join(sense.meant[:5])}。"
        for sense in found.senses
    ]
    if not found.total:
        return "\n".join([f"没有找到“{safe(typed)}”。", *senses])
    shown = len(found.hits)
    lead = "没有一条全对上，沾边的有" if found.loose else "找到"
    more = f"，先列最相关的 {shown} 条。看全部：加 --limit {found.total}"
    lines = [f"{lead} {found.total} 条{more if shown < found.total else ''}。"]
    lines += senses
    if found.lacking:
        words = "、".join(f"“{safe(word)}”" for word in found.lacking)
        lines.append(f"没有一条提到{words}，下面按其余的词找。")
    return "\n".join(lines)


def _hit_entry(hit: Hit, book: Rulebook) -> Entry:
    entry = hit.entry
    kind = SECTION_TITLES[entry.section][0] if entry.section else KINDS[entry.kind]
    kind = f"家庭共济：{kind}" if entry.matter == "family" else kind
    similar = f" · 另有 {len(hit.similar)} 条相近的" if hit.similar else ""
    where = Sub(f"{kind} · {entry.place} · {command(hit)}{similar}")
    if entry.kind in WRONG:
        # Never a claim that is wrong without what is right.
        claim, answer = MYTH if entry.kind == "myth" else READING
        return Entry(f"{claim}{hit.excerpt}", (Sub(f"{answer}{entry.detail}"), where))
    unsure = "（待核实）" if entry.confidence == "low" else ""
    facts = _used_in(entry.when, book)
    used = f"用在：{' · '.join(facts)}" if facts else ""
    subs = tuple(Sub(line) for line in (hit.besides, used) if line)
    return Entry(f"{hit.excerpt}{unsure}", (*subs, where))


def _used_in(when: Conditions, book: Rulebook) -> list[str]:
    """Return what a statement takes for granted beyond care in another province, at most 3 facts.

    What only says that something is not so, or is not known, is left out.
    """
    facts = []
    for dimension in USED_IN:
        values = _in_order(dimension, when.get(dimension, frozenset()), book)
        if dimension == "scope" and "cross-province" in values:
            continue
        if len(values) > 1:
            values = [value for value in values if value != UNKNOWN]
        if not values:
            continue
        words = [_word(dimension, value, book) for value in values[:MANY]]
        if len(values) <= MANY:
            facts.append("、".join(words))
        elif dimension in ("situation", "disease"):
            facts.append(f"{'、'.join(words)}等")
    return facts[:FACTS]


def _in_order(dimension: str, values: frozenset[str], book: Rulebook) -> list[str]:
    asked = () if dimension in ("scope", "group") else book.question(dimension).options
    order = [option.id for option in asked]
    return sorted(values, key=lambda v: (order.index(v) if v in order else len(order), v))


def _word(dimension: str, value: str, book: Rulebook) -> str:
    word = condition_word(dimension, value, book)
    return f"{book.question(dimension).name} {word}" if dimension in PLACES else word


def _advice(found: Found, is_held: bool) -> Block:
    near = "、".join(found.near)
    lines = [f"是不是想找：{near}？"] if near else []
    if is_held:
        lines.append("去掉 --from 和 --kind，在全部内容里找")
    lines += [
        "换一个短些的词，或只写一个词：yidi search 急诊",
        "不知道该找什么，一步步问：yidi guide",
        "查参保地的渠道和电话：yidi channels --city 重庆",
    ]
    return Block("可以试试", tuple(Entry(line) for line in lines))


def search_json(found: Found, place: Place | None, book: Rulebook) -> dict[str, Any]:
    """Return what a search found as `yidi.query/1`; `hits` is empty where nothing was."""
    cited = [citation for hit in found.hits for citation in hit.entry.sources]
    return {
        **query_head("search", book),
        "words": list(found.words),
        "insured": place_json(place, book),
        "pinyin": {sense.typed: list(sense.meant) for sense in found.senses},
        "lacking": list(found.lacking),
        "near": list(found.near),
        "total": found.total,
        "loose": found.loose,
        "hits": [_hit_json(hit) for hit in found.hits],
        "sources": cited_json(cited, book),
    }


def _hit_json(hit: Hit) -> dict[str, Any]:
    entry = hit.entry
    fields = {
        "id": entry.id,
        "kind": entry.kind,
        "section": entry.section,
        "place": entry.place,
        "text": entry.text,
        "detail": entry.detail,
        "excerpt": hit.excerpt,
        "besides": hit.besides,
        "similar": list(hit.similar),
        "when": conditions_json(entry.when),
        "sources": [citation.id for citation in entry.sources],
        "confidence": entry.confidence,
        "command": command(hit),
    }
    return {name: value for name, value in fields.items() if value}


# --- conflicts and myths ---


def conflicts_document(found: Sequence[Dispute], book: Rulebook) -> Document:
    """Return the page of all conflicts: what we show, why, and what else is said."""
    notes = Notes(book)
    blocks = [
        Block(f"{one.conflict.question}（{one.conflict.id}）", tuple(_dispute_entries(one, notes)))
        for one in found
    ]
    lead = (
        "各处说法不一的问题：先写我们采用的，再写没采用的和原因。\n"
        "看哪一条用到了它：yidi conflicts 编号（问题后面括号里的）。"
    )
    return simple_document(f"争议 · 共 {len(blocks)} 个问题", lead, blocks, notes, book)


def conflict_document(found: Dispute, book: Rulebook) -> Document:
    """Return the page of one conflict, or of one reading of it, and the rules that name it."""
    notes = Notes(book)
    conflict = found.conflict
    whole = len(found.readings) == len(conflict.readings)
    shown, *others = _dispute_entries(found, notes, ids=True)
    blocks = [Block("我们采用的", (shown,)), Block("没采用的", tuple(others))]
    naming = tuple(
        Entry(f"{rule.text}", (Sub(f"{place} · yidi explain {rule.id}"),))
        for place, rule in found.named_by
    )
    blocks.append(Block("提到它的条目", naming or (Entry("没有条目直接提到它。"),)))
    if not whole:
        rest = len(conflict.readings) - len(found.readings)
        line = f"还有 {rest} 种：yidi conflicts {conflict.id}"
        blocks.append(Block("同一个问题的别的说法", (Entry(line),)))
    name = conflict.id if whole else found.readings[0].id
    title = f"争议 · {name} · {found.place}"
    return simple_document(title, conflict.question, blocks, notes, book)


def _dispute_entries(found: Dispute, notes: Notes, ids: bool = False) -> Iterable[Entry]:
    conflict = found.conflict
    why = Sub(f"为什么：{conflict.why}")
    yield Entry(f"{conflict.shown}{notes.mark(conflict.sources)}", (why,))
    for reading in found.readings:
        yield _reading_entry(reading, notes, (Sub(f"编号 {reading.id}"),) if ids else ())


def _reading_entry(reading: Reading, notes: Notes, more: tuple[Sub, ...] = ()) -> Entry:
    claim, answer = MYTH if reading.myth else READING
    text = f"{claim}{reading.says}{notes.mark(reading.sources)}"
    return Entry(text, (Sub(f"{answer}{reading.why_not}"), *more))


def myths_document(found: Sequence[Dispute], typed: str, loose: bool, book: Rulebook) -> Document:
    """Return the page of the myths, all of them or those about what was typed.

    `loose` says that none of them holds all of it.
    """
    notes = Notes(book)
    entries = tuple(_myth_entry(one, notes) for one in found)
    title = f"误传 · {safe(typed)}" if typed else f"误传 · 共 {len(entries)} 条"
    if entries:
        lead = "常听到、照着做会误事的说法，和实情。看依据和别的说法：yidi conflicts 编号。"
        heading = f"{'沾边的' if loose else '有关的'} {len(entries)} 条" if typed else "说法和实情"
        blocks = [Block(heading, entries, "number")]
    else:
        lead = f"收录的误传里没有和“{safe(typed)}”有关的。" if typed else "还没有收录误传。"
        lines = ("看全部误传：yidi myths", "在全部内容里找：yidi search 急诊")
        blocks = [Block("可以试试", tuple(Entry(line) for line in lines))]
    return simple_document(title, lead, blocks, notes, book)


def _myth_entry(found: Dispute, notes: Notes) -> Entry:
    reading = found.readings[0]
    claim, answer = MYTH
    text = f"{claim}{reading.says}{notes.mark(reading.sources)}"
    told = Sub(f"{answer}{reading.why_not}{notes.mark(found.conflict.sources)}")
    return Entry(text, (told, Sub(f"编号 {reading.id}")))


def conflicts_json(found: Sequence[Dispute], book: Rulebook) -> dict[str, Any]:
    """Return conflicts with their readings, and the ids of the rules that name them."""
    return {
        **query_head("conflicts", book),
        "conflicts": [
            {
                "id": one.conflict.id,
                "place": one.place,
                "question": one.conflict.question,
                "text": one.conflict.shown,
                "why": one.conflict.why,
                "sources": [citation.id for citation in one.conflict.sources],
                "readings": [_reading_json(reading) for reading in one.readings],
                "named_by": [rule.id for _, rule in one.named_by],
            }
            for one in found
        ],
        "sources": cited_json(_citations(found), book),
    }


def myths_json(found: Sequence[Dispute], book: Rulebook) -> dict[str, Any]:
    """Return the myths, each with the conflict it belongs to and what that shows."""
    return {
        **query_head("myths", book),
        "myths": [
            {
                **_reading_json(one.readings[0]),
                "place": one.place,
                "conflict": one.conflict.id,
                "shown": one.conflict.shown,
                "shown_sources": [citation.id for citation in one.conflict.sources],
            }
            for one in found
        ],
        "sources": cited_json(_citations(found), book),
    }


def _reading_json(reading: Reading) -> ReadingObject:
    return {
        "id": reading.id,
        "says": reading.says,
        "why_not": reading.why_not,
        "myth": reading.myth,
        "sources": [citation.id for citation in reading.sources],
    }


def _citations(found: Iterable[Dispute]) -> Iterable[Citation]:
    for one in found:
        yield from one.conflict.sources
        for reading in one.readings:
            yield from reading.sources
