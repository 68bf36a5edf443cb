"""The page of two plans: what only the one says beside what only the other says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from yidi_cli.plan.plan import Item, cited
from yidi_cli.plan.words import Words
from yidi_cli.render.document import (
    SECTION_TITLES,
    SEPARATOR,
    Block,
    Document,
    Entry,
    Notes,
    section_block,
    simple_document,
)
from yidi_cli.render.jsonout import (
    case_json,
    date_json,
    filing_json,
    item_json,
    query_head,
    sources_json,
)
from yidi_cli.render.pages import DERIVED_WORDS
from yidi_cli.render.plan_page import DETAILS, case_words, date_entry
from yidi_cli.rulebook.model import UNKNOWN

if TYPE_CHECKING:
    from yidi_cli.plan.compare import Comparison
    from yidi_cli.plan.plan import Plan
    from yidi_cli.rulebook.rulebook import Rulebook

HONEST = ("unsure", "type-honest")
"""Section and topic of the rule that a type is chosen by the facts."""
HONEST_TITLE = "类型照实选"
SAME = "两份一样，没有差别。"
FILES = ("file-before-care", "file-before-discharge", "change-filing")
"""The routes that file."""
REQUIRED_WORDS = {
    "yes": "要备案",
    "no": "不用备案",
    "deemed": "视同已备案",
    "unknown": "要不要备案没定",
}


def compare_document(comparison: Comparison, book: Rulebook, ids: bool = False) -> Document:
    """Return the page of what differs between two plans, with `ids` if asked for.

    Facts only: which of the two is right, the person's real reason says, not this page.
    """
    notes = Notes(book, ids)
    a, b = comparison.a, comparison.b
    shared, names = _names(a, b, book)
    title = SEPARATOR.join(["比一比", *shared])
    if comparison.empty:
        return simple_document(title, SAME, (), notes, book, a.as_of)
    headline = "\n".join(
        f"{name}：{plan.filing.headline}" for name, plan in zip(names, (a, b), strict=True)
    )
    blocks = [
        *_honest(comparison, notes, book),
        *_filing(comparison, names),
        *_sections(comparison, names, notes),
        *_same(comparison),
    ]
    return simple_document(title, headline, blocks, notes, book, a.as_of)


def _names(a: Plan, b: Plan, book: Rulebook) -> tuple[list[str], tuple[str, str]]:
    """Return the words that both cases share, and what to call each: by the words it has alone."""
    of_a, of_b = case_words(a, book), case_words(b, book)
    own = [
        "、".join(word for word in mine if word not in others)
        for mine, others in ((of_a, of_b), (of_b, of_a))
    ]
    if not any(own):
        return of_a, ("「前一份」", "「后一份」")
    first, second = own[0] or f"没有{own[1]}", own[1] or f"没有{own[0]}"
    return [word for word in of_a if word in of_b], (f"「{first}」", f"「{second}」")


def _honest(comparison: Comparison, notes: Notes, book: Rulebook) -> list[Block]:
    """Say, where the types differ, that the type is what really is the case, with its source."""
    case = comparison.a.case
    if case.type == comparison.b.case.type:
        return []
    section, topic = HONEST
    words = Words(case, book)
    items = [
        Item(rule.id, words.fill(rule.text), rule.sources, rule.confidence)
        for rule in book.rules_in("unsure")
        if rule.topic == topic
    ]
    return [section_block(section, items, notes, title=HONEST_TITLE)] if items else []


def _filing(comparison: Comparison, names: tuple[str, str]) -> list[Block]:
    if not {"required", "route"} & set(comparison.filing):
        return []
    entries = []
    for name, plan in zip(names, (comparison.a, comparison.b), strict=True):
        required, route = plan.filing.required, DERIVED_WORDS[plan.filing.route]
        if required == UNKNOWN and plan.filing.route in FILES:
            route = f"要的话{route}"
        told = "，".join(dict.fromkeys((REQUIRED_WORDS[required], route)))
        entries.append(Entry(f"{name}：{told}。"))
    return [Block("备案", tuple(entries))]


def _sections(comparison: Comparison, names: tuple[str, str], notes: Notes) -> list[Block]:
    blocks: list[Block] = []
    for difference in comparison.sections:
        section = difference.section
        heading, bullet = SECTION_TITLES[section]
        sides: list[Block | None] = []
        pair = (difference.only_a, difference.only_b)
        for name, items, others in zip(names, pair, pair[::-1], strict=True):
            told = [_short(item, others) for item in items]
            block = section_block(section, told, notes, title=f"{heading}：只有{name}")
            # Steps out of their row have no number of their own.
            bullet_here = "dot" if bullet == "number" else bullet
            sides.append(replace(block, bullet=bullet_here) if items else None)
        blocks += _beside(*sides)
        if section == "timing":
            blocks += _beside(
                *(
                    Block(f"日子：只有{name}", tuple(date_entry(day, notes) for day in days))
                    if days
                    else None
                    for name, days in zip(names, comparison.dates, strict=True)
                )
            )
    return blocks


def _beside(left: Block | None, right: Block | None) -> list[Block]:
    """Put two blocks side by side; one alone has the whole width."""
    if left is not None and right is not None:
        return [replace(left, beside=right)]
    return [block for block in (left, right) if block is not None]


def _short(item: Item, others: Iterable[Item]) -> Item:
    """Return an item without what stands under it, unless it is that which differs."""
    if any(other.text == item.text for other in others):
        return item
    return replace(item, **dict.fromkeys(DETAILS, ""))


def _same(comparison: Comparison) -> list[Block]:
    """Name in a line what does not differ: whole sections, then how much of the others."""
    whole = [SECTION_TITLES[d.section][0] for d in comparison.sections if not d.differs]
    partly = [
        f"{SECTION_TITLES[d.section][0]} {d.equal} 条"
        for d in comparison.sections
        if d.differs and d.equal
    ]
    told = []
    if whole:
        told.append(f"整节一样：{'；'.join(whole)}。")
    if partly:
        told.append(f"其余各节里也一样：{'；'.join(partly)}。")
    return [Block("没有差别的", tuple(Entry(text) for text in told))] if told else []


def compare_json(comparison: Comparison, book: Rulebook) -> dict[str, Any]:
    """Return what differs as `yidi.query/1`: only in `a`, only in `b`, and how much is equal."""
    a, b = comparison.a, comparison.b
    only_a, only_b = comparison.dates
    shown = [item for d in comparison.sections for item in (*d.only_a, *d.only_b)]
    return {
        **query_head("diff", book),
        "as_of": a.as_of.isoformat(),
        **{
            name: {
                "case": case_json(plan, book),
                "scope": plan.scope,
                "filing": filing_json(plan),
            }
            for name, plan in (("a", a), ("b", b))
        },
        "filing": list(comparison.filing),
        "sections": {
            d.section: {
                "only_a": [item_json(item) for item in d.only_a],
                "only_b": [item_json(item) for item in d.only_b],
                "equal": d.equal,
            }
            for d in comparison.sections
        },
        "dates": {
            "only_a": [date_json(day) for day in only_a],
            "only_b": [date_json(day) for day in only_b],
        },
        "sources": sources_json(cited(shown, book)),
    }
