"""The pages of the one-shot queries and of what stands behind the answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from yidi_cli.render.document import (
    SECTION_TITLES,
    TIER_NAMES,
    Block,
    Document,
    Entry,
    Notes,
    Sub,
    disputes_block,
    section_block,
    simple_document,
    source_line,
)
from yidi_cli.render.plan_page import (
    call_title,
    date_entry,
    dates_title,
    option_name,
    place_words,
)
from yidi_cli.rulebook.model import DERIVED, INSURED, PLACES, UNKNOWN, Source

if TYPE_CHECKING:
    from datetime import date

    from yidi_cli.plan.explain import Explained
    from yidi_cli.plan.plan import Item
    from yidi_cli.plan.query import Answer, Query
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.divisions import Place
    from yidi_cli.rulebook.rulebook import Rulebook

QUERY_TITLES = {
    "materials": ("要带的材料", "都要带的"),
    "timing": ("时间和有效期", "各类都一样的"),
    "settlement": ("怎么结算", "各类都一样的"),
    "reimburse": ("手工报销", "都要交的"),
    "status": ("查备案、查结算", "省内、跨省都一样的"),
    "cancel": ("改备案、取消备案", "省内、跨省都一样的"),
    "diseases": ("门诊慢特病", "省内、跨省都一样的"),
}
"""Query → the page's title, and the heading of what all values share."""

MAIN_SECTIONS = {"reimburse": "materials", "diseases": "", "status": "", "cancel": ""}
"""Query → the section that stands for a value, where it is not the first one; "" for none."""

OWN_TITLES = {("reimburse", "reimbursement"): "能不能报、去哪交"}
"""Query and section → the heading there, where the plan's own would repeat the page's title."""

CHANNEL_TITLES = ("能办备案", "在这里找「异地就医备案」（能不能办没核实）", "问谁")
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
    "direct.yes": "能",
    "direct.no": "不能",
    "direct.none": "没有病种",
    "visit.home": "回参保地看",
    "visit.none": "在就医地看",
    "link": "省内绑定",
    "wallet": "医保钱包",
    "link-or-wallet": "看两个人在不在同一个省",
    "not-close": "不是近亲属",
    "no-account": "没有个人账户",
    "insure-first": "先参保",
    "nothing-to-pay": "不用交",
    "show-code": "替家人出示医保码",
    "records": "查用了多少",
    "stop": "解除",
    "route.filing": "异地就医备案",
    "transfer": "医保关系转移",
    "tell-apart": "先分清是哪件事",
    "ask-first": "先打电话问",
}
"""Words for the values of the dimensions that nobody is asked; `dimension.value` comes first."""


def condition_word(dimension: str, value: str, book: Book) -> str:
    """Return the word for a value that a condition may name, a place's short name included."""
    if dimension in (*PLACES, *INSURED):
        return "没定" if value == UNKNOWN else book.places.get(value).short
    if dimension in DERIVED or dimension == "route":
        return DERIVED_WORDS.get(f"{dimension}.{value}") or DERIVED_WORDS.get(value, value)
    return option_name(dimension, value, book)


def query_document(query: Query, answer: Answer, book: Rulebook, ids: bool = False) -> Document:
    """Return the page of a query that shows sections of a plan."""
    notes = Notes(book, ids)
    blocks = part_blocks(query, answer, notes, book)
    title = " · ".join(_query_words(query, book))
    return simple_document(title, _lead(query), blocks, notes, book, query.as_of)


def part_blocks(query: Query, answer: Answer, notes: Notes, book: Rulebook) -> list[Block]:
    """Return the blocks of an answer: what is shared, then value by value, then the disputes."""
    blocks: list[Block] = []
    several = len(answer.parts) > 1
    main = MAIN_SECTIONS.get(query.name, query.sections[0])
    for part in answer.parts:
        name = _value_name(query, part.value, book)
        for section, items in part.sections.items():
            own = OWN_TITLES.get((query.name, section)) or SECTION_TITLES[section][0]
            if section == "verify":
                own = call_title(answer.plans[0])
            if several and section == main:
                own = name
            elif several and part.value:
                own = f"{name}：{own}"
            blocks.append(section_block(section, items, notes, title=own))
        if several and part.value and main and main not in part.sections:
            blocks.append(Block(name, (Entry("没有另外的要求。"),), "none"))
        if part.dates and query.name == "timing":
            title = dates_title(answer.plans[0].days, part.dates)
            lines = tuple(date_entry(day, notes) for day in part.dates)
            blocks.append(Block(f"{name}：{title}" if several else title, lines))
    others = disputes_block(answer.items(), notes)
    if others is not None:
        blocks.append(others)
    return blocks


def _value_name(query: Query, value: str, book: Rulebook) -> str:
    """Return the words for a part: its value's, or those of what all values share."""
    if not value:
        return QUERY_TITLES[query.name][1]
    if query.name == "reimburse":
        return f"{option_name('care', value, book)}另要的"
    if query.split == "scope":
        return DERIVED_WORDS[value]
    return option_name(query.split or "type", value, book)


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
    if query.name in ("reimburse", "status", "cancel"):
        if query.case.insured is None:
            return "按全国规定列。各地可能另有要求，加上 --from 参保地 再看一次。"
        return ""
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
    ids: bool = False,
    qr: bool = False,
) -> Document:
    """Return the page of an insured place's channels, the known ones first.

    With `qr` the address of each way to file is drawn too, to be scanned from the screen.
    """
    notes = Notes(book, ids)
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
    if qr:
        addresses = {item.url for item in ways if item.url}
        blocks = [_drawn(block, addresses) for block in blocks]
    name = book.places.short_name(book.places.pool(place) or place)
    lead = f"备案在参保地办。下面是医保交在{name}的人用的渠道；要去{name}看病的人，查自己参保地的。"
    title = f"备案渠道 · 参保地 {place_words(place, book)}"
    return simple_document(title, lead, blocks, notes, book, day)


def _drawn(block: Block, addresses: Collection[str]) -> Block:
    """Return a block with a QR code under each of these addresses."""
    entries = [
        replace(
            entry, subs=tuple(part for sub in entry.subs for part in _with_code(sub, addresses))
        )
        for entry in block.entries
    ]
    return replace(block, entries=tuple(entries))


def _with_code(sub: Sub, addresses: Collection[str]) -> tuple[Sub, ...]:
    if sub.kind == "url" and sub.text in addresses:
        return sub, Sub(sub.text, "qr")
    return (sub,)


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
    title: str, chosen: Iterable[Source], citing: Sequence[Explained], book: Rulebook
) -> Document:
    """Return the page of sources by tier, and of the statements that rest on one of them."""
    blocks = []
    sources = list(chosen)
    for tier, name in TIER_NAMES.items():
        entries = tuple(source_entry(source) for source in sources if source.tier == tier)
        if entries:
            blocks.append(Block(name, entries))
    if citing:
        lines = tuple(Entry(f"{found.place}：{found.text}（{found.id}）") for found in citing)
        blocks.append(Block("用在这些条目里", lines))
    return simple_document(title, "", blocks, Notes(book), book)


def source_entry(source: Source, at: str = "") -> Entry:
    """Return a source with its id, the day it was last checked, its note and address."""
    subs = [Sub(f"编号 {source.id}；核对日期 {source.checked.isoformat()}")]
    if source.note:
        subs.append(Sub(source.note))
    if source.url:
        subs.append(Sub(source.url, "url"))
    return Entry(source_line(source, (at,) if at else ()), tuple(subs))
