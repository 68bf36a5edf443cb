"""The pages of the one-shot queries and of what stands behind the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from yidi_cli.plan.case import Case
from yidi_cli.plan.words import Words, statement_text
from yidi_cli.render.document import (
    SECTION_TITLES,
    TIER_NAMES,
    Block,
    Document,
    Entry,
    Notes,
    Sub,
    call_title,
    date_line,
    disputes_block,
    option_name,
    place_words,
    section_block,
    simple_document,
    source_line,
)
from yidi_cli.rulebook.model import UNKNOWN, Conditions, Rule, Source

if TYPE_CHECKING:
    from datetime import date

    from yidi_cli.plan.plan import Item
    from yidi_cli.plan.query import Answer, Query
    from yidi_cli.rulebook.bundle import Rulebook, Statement
    from yidi_cli.rulebook.divisions import Place

QUERY_TITLES = {
    "materials": ("要带的材料", "都要带的"),
    "timing": ("时间和有效期", "各类都一样的"),
    "settlement": ("怎么结算", "各类都一样的"),
}
"""Query → the page's title, and the heading of what all types share."""

CHANNEL_TITLES = ("能办备案", "在这里找「异地就医备案」（能不能办没核实）", "问谁")
CONFIDENCE = {"high": "高", "medium": "中", "low": "低，待核实"}
DERIVED_NAMES = {
    "scope": "范围",
    "exempt": "免备案",
    "exempt-basis": "免备案依据",
    "group": "大类",
    "route": "路线",
}
DERIVED_WORDS = {
    "same-region": "同一统筹区",
    "in-province": "省内跨市",
    "cross-province": "跨省",
    "outside-mainland": "港澳台及境外",
    "yes": "免",
    "no": "不免",
    "partial": "部分",
    "unknown": "不清楚",
    "none": "没有依据",
    "old": "2024-10 前的规定",
    "current": "2024-10 后的规定",
    "long-term": "异地长期居住类",
    "temporary": "临时外出就医类",
    "file-before-care": "先备案再就医",
    "file-before-discharge": "出院结算前补办",
    "change-filing": "变更或重办备案",
    "no-filing": "无需备案",
    "treated-as-filed": "视同已备案",
    "manual-reimbursement": "手工报销",
    "not-covered": "医保不付或另有渠道",
    "confirm-with-insured-place": "先问参保地",
}
"""The words for the values of the dimensions that nobody is asked."""


def query_document(query: Query, answer: Answer, book: Rulebook) -> Document:
    """Return the page of `materials`, `timing` or `settlement`."""
    notes = Notes(book)
    blocks: list[Block] = []
    several = len(answer.parts) > 1
    for part in answer.parts:
        name = option_name("type", part.type, book) if part.type else QUERY_TITLES[query.name][1]
        for section, items in part.sections.items():
            own = SECTION_TITLES[section][0]
            if section == "verify":
                own = call_title(answer.plans[0])
            if several:
                own = name if section == query.sections[0] else f"{name}：{own}"
            blocks.append(section_block(section, items, notes, title=own))
        if several and part.type and query.sections[0] not in part.sections:
            blocks.append(Block(name, (Entry("没有另外的要求。"),), "none"))
        if part.dates and query.name == "timing":
            title = f"日子（按 {query.start.isoformat()} 办算）"
            lines = tuple(Entry(date_line(day)) for day in part.dates)
            blocks.append(Block(f"{name}：{title}" if several else title, lines))
    others = disputes_block(answer.items(), notes)
    if others is not None:
        blocks.append(others)
    title = " · ".join(_query_words(query, book))
    return simple_document(title, _lead(query), blocks, notes, book, query.as_of)


def _query_words(query: Query, book: Rulebook) -> list[str]:
    case = query.case
    words = [QUERY_TITLES[query.name][0]]
    if case.insured is not None:
        words.append(f"参保地 {place_words(case.insured, book)}")
    if case.destination is not None:
        words.append(f"就医地 {place_words(case.destination, book)}")
    if case.type != UNKNOWN:
        words.append(option_name("type", case.type, book))
    if case.care != UNKNOWN:
        words.append(option_name("care", case.care, book))
    return words


def _lead(query: Query) -> str:
    """Say what the answer takes for granted."""
    if query.case.insured is None:
        return "按跨省就医的全国规定列。各地可能另有要求，加上 --from 参保地 再看一次。"
    if query.case.destination is None:
        return "按跨省就医列。省内就医各省自己定，加上 --to 就医地 再看一次。"
    return ""


def channels_document(
    place: Place,
    ways: Sequence[Item],
    contacts: Sequence[Item],
    steps: bool,
    book: Rulebook,
    day: date,
) -> Document:
    """Return the page of an insured place's channels, the known ones first."""
    notes = Notes(book)
    groups = (
        [item for item in ways if item.filing == "explicit"],
        [item for item in ways if item.filing != "explicit"],
        contacts,
    )
    blocks = [
        section_block("channels", items, notes, steps, title)
        for title, items in zip(CHANNEL_TITLES, groups, strict=True)
        if items
    ]
    name = book.places.short_name(book.places.pool(place) or place)
    lead = f"备案在参保地办。下面是医保交在{name}的人用的渠道；要去{name}看病的人，查自己参保地的。"
    title = f"备案渠道 · 参保地 {place_words(place, book)}"
    return simple_document(title, lead, blocks, notes, book, day)


def types_document(
    parts: Mapping[str, Sequence[Item]], types: Mapping[str, Sequence[str]], book: Rulebook
) -> Document:
    """Return the page of the six types: `parts` type → what it is, `types` group → its types."""
    notes = Notes(book)
    options = {option.id: option for option in book.question("type").options}
    blocks = []
    for group in book.question("type").groups:
        entries = []
        for type_id in types[group.id]:
            told = tuple(
                Sub(f"{item.text}{notes.mark(item.sources, item.old)}") for item in parts[type_id]
            )
            option = options[type_id]
            entries.append(Entry(f"{option.name}（{type_id}）：{option.label}。", told))
        blocks.append(Block(f"{group.name}（{group.id}）", tuple(entries)))
    lead = "按真实情况选。选哪一类会影响材料、有效期和会不会少报。"
    return simple_document("备案类型", lead, blocks, notes, book)


def sources_document(
    title: str, chosen: Iterable[Source], citing: Sequence[tuple[str, Statement]], book: Rulebook
) -> Document:
    """Return the page of sources by tier, and of the statements that rest on one of them."""
    blocks = []
    sources = list(chosen)
    for tier, name in TIER_NAMES.items():
        entries = tuple(_source_entry(source) for source in sources if source.tier == tier)
        if entries:
            blocks.append(Block(name, entries))
    if citing:
        lines = tuple(
            Entry(f"{place}：{statement_text(statement, book)}（{statement.id}）")
            for place, statement in citing
        )
        blocks.append(Block("用在这些条目里", lines))
    return simple_document(title, "", blocks, Notes(book), book)


def _source_entry(source: Source) -> Entry:
    subs = [Sub(f"编号 {source.id}；核对日期 {source.checked.isoformat()}")]
    if source.note:
        subs.append(Sub(source.note))
    if source.url:
        subs.append(Sub(source.url, "url"))
    return Entry(source_line(source), tuple(subs))


def explain_document(place: str, statement: Statement, book: Rulebook) -> Document:
    """Return the page of one statement: content, conditions, how far to trust it."""
    notes = Notes(book)
    entries = [Entry(statement_text(statement, book) + notes.mark(statement.sources))]
    detail = getattr(statement, "detail", "")
    if detail:
        entries.append(Entry(Words(Case(), book).fill(detail)))
    conditions = [
        *_conditions(statement.when, "", book),
        *_conditions(getattr(statement, "unless", {}), "不含 ", book),
    ]
    facts = [f"说的是：{place}", f"把握：{CONFIDENCE[statement.confidence]}"]
    if isinstance(statement, Rule):
        facts += _rule_facts(statement)
    blocks = [
        Block("内容", tuple(entries), "none"),
        _lines("什么时候出现", conditions or ["没有条件，都会出现。"]),
        _lines("还有", facts),
    ]
    return simple_document(f"条目 · {statement.id}", "", blocks, notes, book)


def _lines(title: str, lines: Iterable[str]) -> Block:
    return Block(title, tuple(Entry(line) for line in lines))


def _rule_facts(rule: Rule) -> list[str]:
    facts = [f"段落：{SECTION_TITLES[rule.section][0]}；主题：{rule.topic or rule.id}"]
    if rule.valid.from_ or rule.valid.to:
        since = rule.valid.from_.isoformat() if rule.valid.from_ else "以前"
        until = rule.valid.to.isoformat() if rule.valid.to else "以后"
        facts.append(f"有效期：{since} 至 {until}")
    facts += [f"另有说法：{d.says}{d.why_not}" for d in rule.disputed]
    return facts


def _conditions(conditions: Conditions, lead: str, book: Rulebook) -> list[str]:
    lines = []
    for dimension, values in sorted(conditions.items()):
        if dimension in DERIVED_NAMES:
            named = DERIVED_NAMES[dimension]
            words = [DERIVED_WORDS.get(value, value) for value in sorted(values)]
        elif dimension in ("insured", "destination"):
            named = book.question(dimension).name
            words = [book.places.get(code).short for code in sorted(values)]
        else:
            named = book.question(dimension).name
            words = [option_name(dimension, value, book) for value in sorted(values)]
        lines.append(f"{lead}{named}：{'、'.join(words)}")
    return lines
