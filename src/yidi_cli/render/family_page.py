"""The page and the JSON of family mutual aid: the whole, its main points, or one topic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from yidi_cli.plan.family import FamilyCase, FamilyPlan
from yidi_cli.plan.plan import Item, cited
from yidi_cli.render.document import (
    SEPARATOR,
    Block,
    Document,
    Entry,
    Notes,
    disputes_block,
    section_block,
    simple_document,
)
from yidi_cli.render.jsonout import (
    outcome_json,
    place_json,
    query_head,
    sections_json,
    sources_json,
)
from yidi_cli.render.plan_page import (
    all_blocks,
    brief_blocks,
    call_title,
    option_name,
    page_of,
    place_words,
)
from yidi_cli.rulebook.model import UNKNOWN

if TYPE_CHECKING:
    from yidi_cli.rulebook.divisions import Place
    from yidi_cli.rulebook.family_book import FamilyBook

FAMILY_SCHEMA = "yidi.family/1"
NAME = "家庭共济"
WATCHED = ("usage", "cautions")
"""Sections that cost money where they are missed."""
TOPICS = {
    "bind": "怎么绑定",
    "conditions": "谁能用、要什么条件",
    "usage": "能付什么、不能付什么",
    "cross-province": "跨省怎么办",
    "cancel": "怎么解除",
}
"""One-shot topic → the page's title."""
SCOPES = {"same-region": "同一个市", "in-province": "同一个省", "cross-province": "不同的省"}


def family_document(
    plan: FamilyPlan,
    book: FamilyBook,
    ids: bool = False,
    brief: bool = False,
    again: str = "",
) -> Document:
    """Return the page of a plan, with `ids` under each statement if asked for.

    With `brief` only what is to be done, what costs money where it is missed, and the first
    questions. `again` is the command that shows the same page.
    """
    notes = Notes(book, ids)
    if brief:
        watched = {name: plan.sections.get(name, ()) for name in WATCHED}
        blocks = brief_blocks(plan, watched, notes)
    else:
        blocks = all_blocks(plan, notes, steps=True)
    return page_of(plan, family_words(plan, book), blocks, notes, brief, again)


def family_words(plan: FamilyPlan, book: FamilyBook) -> list[str]:
    """Say the case in words: 家庭共济, 付看病钱, 重庆 → 贵阳, 给父母 …"""
    case = plan.case
    words = [NAME, option_name("want", case.want, book)]
    places = {"insured": case.insured, "member": case.member}
    if any(places.values()) or case.open_places:
        named = [
            place_words(place, book) if place else option_name(name, UNKNOWN, book)
            for name, place in places.items()
            if place or name in case.open_places
        ]
        words.append(" → ".join(named))
    if case.relation != UNKNOWN:
        words.append(f"给{option_name('relation', case.relation, book)}")
    answers = {"scheme": case.scheme, "member-scheme": case.member_scheme}
    words += [
        f"{book.question(name).name}：{option_name(name, answer, book)}"
        for name, answer in answers.items()
        if answer != UNKNOWN
    ]
    return words


def topic_document(
    topic: str, plan: FamilyPlan, lead: str, book: FamilyBook, ids: bool = False
) -> Document:
    """Return the page of a one-shot topic; `lead` is the line under its title."""
    notes = Notes(book, ids)
    blocks: list[Block] = []
    for section, items in plan.sections.items():
        title = call_title(plan) if section == "verify" else ""
        steps = section == "channels"
        blocks.append(section_block(section, items, notes, steps, title=title))
    if others := disputes_block(_items(plan), notes):
        blocks.append(others)
    if not blocks:
        blocks.append(Block("", (Entry("没有查到。"),), "none"))
    words = [NAME, TOPICS[topic]]
    if plan.case.insured is not None:
        words.append(f"参保地 {place_words(plan.case.insured, book)}")
    if plan.case.member is not None:
        words.append(f"家人参保地 {place_words(plan.case.member, book)}")
    return simple_document(SEPARATOR.join(words), lead, blocks, notes, book, plan.as_of)


def _items(plan: FamilyPlan) -> Sequence[Item]:
    return [item for items in plan.sections.values() for item in items]


def family_json(plan: FamilyPlan, book: FamilyBook) -> dict[str, Any]:
    """Return a plan as the `yidi.family/1` object."""
    return {
        "schema": FAMILY_SCHEMA,
        "data_version": plan.data_version,
        "as_of": plan.as_of.isoformat(),
        "case": _case_json(plan.case, book),
        "scope": plan.scope,
        "verdict": {
            "possible": {"yes": True, "no": False}.get(plan.verdict.possible, UNKNOWN),
            "route": plan.verdict.route,
            "headline": plan.headline,
        },
        **outcome_json(plan),
    }


def topic_json(topic: str, plan: FamilyPlan, book: FamilyBook) -> dict[str, Any]:
    """Return a one-shot topic as `yidi.query/1`."""
    return {
        **query_head("family", book),
        "topic": topic,
        "as_of": plan.as_of.isoformat(),
        "case": _case_json(plan.case, book),
        "scope": plan.scope,
        "hotline": plan.hotline,
        "sections": sections_json(plan.sections),
        "sources": sources_json(cited(_items(plan), book)),
    }


def _case_json(case: FamilyCase, book: FamilyBook) -> dict[str, Any]:
    def place(given: Place | None) -> Any:
        return place_json(given, book) if given is not None else None

    return {
        "want": case.want,
        "insured": place(case.insured),
        "scheme": case.scheme,
        "relation": case.relation,
        "member_scheme": case.member_scheme,
        "member": place(case.member),
    }
