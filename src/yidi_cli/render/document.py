"""The page before it has a look: headings, entries, notes. The only place that decides what is
said in which order; every format renders this one document and so carries the same sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from yidi_cli.base.value import Value
from yidi_cli.plan.plan import Item
from yidi_cli.rulebook.model import Citation, Source, Tier

if TYPE_CHECKING:
    from datetime import date

    from yidi_cli.rulebook.book import Book

Bullet = Literal["number", "dot", "box", "quote", "none"]
SubKind = Literal["detail", "instead", "step", "url", "id", "qr"]


class Sub(Value, frozen=True):
    """A line under an entry; `lead` is a step's number. A `qr` is an address, to be drawn."""

    text: str
    kind: SubKind = "detail"
    lead: str = ""


class Entry(Value, frozen=True):
    """One statement as it is read, note mark included."""

    text: str
    subs: tuple[Sub, ...] = ()


class Block(Value, frozen=True):
    """A heading and what stands under it.

    `beside` is a block that stands to the right where there is room, and below where there is none.
    """

    title: str
    entries: tuple[Entry, ...]
    bullet: Bullet = "dot"
    beside: Block | None = None


class Document(Value, frozen=True):
    """A page: what it is about, the bottom line, the blocks, the sources.

    `tight` asks for no empty lines between the blocks: the page is to fit one screen.
    """

    title: str
    date: str
    headline: str
    blocks: tuple[Block, ...]
    notes: tuple[Entry, ...] = ()
    footer: tuple[str, ...] = ()
    tight: bool = False


SECTION_TITLES: dict[str, tuple[str, Bullet]] = {
    "unsure": ("还没定的", "dot"),
    "next-steps": ("现在就做", "number"),
    "channels": ("在哪办、问谁", "dot"),
    "materials": ("要带的", "box"),
    "timing": ("时间", "dot"),
    "settlement": ("怎么结算", "dot"),
    "reimbursement": ("手工报销", "dot"),
    "basis": ("为什么这样办", "dot"),
    "cautions": ("注意", "dot"),
    "at-hand": ("打电话前放在手边", "box"),
    "verify": ("打电话问", "quote"),
    "status": ("在哪查备案", "dot"),
    "status-record": ("查到了怎么看", "dot"),
    "status-hospital": ("查医院、查资格", "dot"),
    "status-settlement": ("查结算", "dot"),
    "cancel-whether": ("要不要改、要不要取消", "dot"),
    "cancel": ("怎么改、怎么取消", "number"),
    "conditions": ("谁能用、要什么条件", "dot"),
    "usage": ("能付什么、不能付什么", "dot"),
    "records": ("怎么查用了多少", "dot"),
    "ending": ("怎么解除、什么时候自己断", "dot"),
    "alike": ("别弄混", "dot"),
}
"""Section → its heading and bullet."""

TIER_MARKS: dict[Tier, str] = {
    "official": "",
    "local-official": "",
    "relay": "转",
    "article": "网",
    "general": "推",
}
TIER_NAMES: dict[Tier, str] = {
    "official": "官方原文",
    "local-official": "地方官方",
    "relay": "转述",
    "article": "网络文章",
    "general": "整理者推定",
}
STATUS_NAMES = {
    "in-force": "现行",
    "superseded": "已被取代",
    "unverified": "没核实",
    "withdrawn": "已撤回",
}
LEGEND = (
    ("转", "转＝转述，没读到原文"),
    ("网", "网＝网上说法"),
    ("推", "推＝整理者推定"),
    ("旧", "旧＝2024-10 前的地方规定，可能已调整"),
)
SEPARATOR = " · "
"""Between the parts of a title."""
EXPLAIN = "每句下面是编号：yidi explain 编号，看它的依据、条件和另外的说法。"
OTHERS = "另有说法（这里没采用）"
DISCLAIMER = "只讲怎么办手续，不作医疗判断，不保证报销多少。以参保地经办机构的答复为准。"


_SEPARATORS = re.compile("[、；]")


class Notes:
    """Numbers sources in the order in which they are cited.

    With `ids` each statement also shows the id that `yidi explain` takes.
    """

    def __init__(self, book: Book, ids: bool = False) -> None:
        self.ids = ids
        self._book = book
        self._numbers: dict[str, int] = {}
        self._places: dict[str, list[str]] = {}
        self._letters: set[str] = set()

    def mark(self, citations: Iterable[Citation], old: bool = False) -> str:
        """Return the mark for a statement's sources, such as 〔1转、3旧〕."""
        parts: list[str] = []
        for citation in citations:
            number = self._numbers.setdefault(citation.id, len(self._numbers) + 1)
            places = self._places.setdefault(citation.id, [])
            places += [at for at in _SEPARATORS.split(citation.at) if at and at not in places]
            letter = "旧" if old else TIER_MARKS[self._book.source(citation.id).tier]
            self._letters.add(letter)
            parts.append(f"{number}{letter}")
        return f"〔{'、'.join(dict.fromkeys(parts))}〕" if parts else ""

    def short(self, numbered: bool = True) -> tuple[Entry, ...]:
        """Return the sources by name alone, in one paragraph: 转述：〔1〕…、〔2〕…

        They need no numbers where no statement carries a mark.
        """
        groups: dict[str, list[str]] = {}
        for source_id, number in self._numbers.items():
            source = self._book.source(source_id)
            name = source.number or source.title
            named = f"〔{number}〕{name}" if numbered else name
            groups.setdefault(_standing(source), []).append(named)
        told = [f"{standing}：{'、'.join(names)}" for standing, names in groups.items()]
        return (Entry("；".join(told) + "。"),) if told else ()

    def entries(self) -> tuple[Entry, ...]:
        """Return the numbered sources."""
        return tuple(
            Entry(
                f"〔{number}〕{source_line(self._book.source(source_id), self._places[source_id])}"
            )
            for source_id, number in self._numbers.items()
        )

    def legend(self, letters: str = "转网推旧") -> str:
        """Return what the letters in the marks mean, as far as they were used."""
        used = [text for letter, text in LEGEND if letter in self._letters & set(letters)]
        return "；".join(used) + "。" if used else ""


def source_line(source: Source, places: Sequence[str] = ()) -> str:
    """Describe a source in one line: title, number, articles, and in brackets how to take it."""
    name = f"{source.title}（{source.number}）" if source.number else source.title
    at = f" {'、'.join(places)}" if places else ""
    # A document number already tells whose it is.
    issuer = "" if source.number else source.issuer
    return f"{name}{at}（{_standing(source, issuer, source.issued)}）"


def _standing(source: Source, issuer: str = "", issued: str = "") -> str:
    """Say whose a source is, how near it is to the original, how old, and whether it holds."""
    status = STATUS_NAMES[source.status] if source.status != "in-force" else ""
    facts = (issuer, TIER_NAMES[source.tier], issued, status)
    return "，".join(dict.fromkeys(fact for fact in facts if fact))


def entry(item: Item, notes: Notes, steps: bool = False) -> Entry:
    """Turn an item into an entry: text with its mark, then detail, address, substitutes, steps."""
    unsure = "（待核实）" if item.confidence == "low" else ""
    subs: list[Sub] = []
    if item.detail:
        subs.append(Sub(item.detail))
    if item.url:
        subs.append(Sub(item.url, "url"))
    told = (("用处", item.purpose), ("哪里办", item.get), ("交法", item.form))
    subs += [Sub(f"{name}：{text}") for name, text in told if text]
    subs += [Sub(f"可以代替：{text}", "instead") for text in item.substitutes]
    if steps:
        subs += [Sub(text, "step", f"{i}. ") for i, text in enumerate(item.steps, 1)]
    if notes.ids:
        subs.append(Sub(item.id, "id"))
    owner = f"（{item.owner}）" if item.owner else ""
    return Entry(f"{item.text}{unsure}{owner}{notes.mark(item.sources, item.old)}", tuple(subs))


def disputes_block(items: Iterable[Item], notes: Notes) -> Block | None:
    """Return the readings that lost, each with the reason; None where there are none.

    They stand together behind what to do: a step is easier to follow without them.
    """
    entries: dict[str, Entry] = {}
    for item in items:
        for dispute in item.disputed:
            subs = [Sub(f"→ {dispute.why_not}{notes.mark(dispute.sources)}")]
            if notes.ids:
                subs.append(Sub(dispute.id, "id"))
            entries.setdefault(dispute.id, Entry(dispute.says, tuple(subs)))
    return Block(OTHERS, tuple(entries.values())) if entries else None


def section_block(
    section: str, items: Iterable[Item], notes: Notes, steps: bool = False, title: str = ""
) -> Block:
    """Return the block of one section."""
    name, bullet = SECTION_TITLES[section]
    return Block(title or name, tuple(entry(item, notes, steps) for item in items), bullet)


def footer(notes: Notes, data_version: str) -> tuple[str, ...]:
    """Return the last lines of a page: what the marks mean, and how far it may be trusted."""
    lines = (
        notes.legend(),
        EXPLAIN if notes.ids else "",
        f"资料核对到 {data_version}。{DISCLAIMER}",
    )
    return tuple(line for line in lines if line)


def simple_document(
    title: str,
    headline: str,
    blocks: Sequence[Block],
    notes: Notes,
    book: Book,
    day: date | None = None,
) -> Document:
    """Return the page of a one-shot query."""
    return Document(
        title=title,
        date=day.isoformat() if day else "",
        headline=headline,
        blocks=tuple(blocks),
        notes=notes.entries(),
        footer=footer(notes, book.meta.version),
    )
