"""Which ways to file and to ask a plan names, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from yidi_cli.plan.case import CROSS_PROVINCE
from yidi_cli.plan.match import Facts, speaks
from yidi_cli.plan.plan import Item
from yidi_cli.rulebook.model import Channel, Required, Way
from yidi_cli.rulebook.region import NATION, Region

if TYPE_CHECKING:
    from yidi_cli.plan.case import Case
    from yidi_cli.plan.words import CommonWords, Insured, Words
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.rulebook import Rulebook

KINDS = {
    "app": "APP",
    "mini-program": "小程序",
    "account": "微信公众号",
    "web": "网页",
    "portal": "政务服务网",
    "window": "窗口",
    "phone": "电话",
}
"""The words for a channel's kind."""

LOOK = "在这里找「异地就医备案」。没有这一项，就换上面的渠道。"
_ORDER = {"explicit": 0, "look": 1, "none": 2}
_LAST_KINDS = ("window", "phone")


def for_case(
    case: Case, required: Required, facts: Facts, book: Rulebook, words: Words
) -> list[Item]:
    """Return the channels of a plan: where filing is done, as far as it may be needed, then the
    number to call and the bureau's site.
    """
    named = (_item(channel, words) for channel in to_file(case, required, facts, book))
    return [*named, *contacts(case, book, words)]


def to_file(case: Case, required: Required, facts: Facts, book: Rulebook) -> list[Channel]:
    """Return the channels where a case is filed; none where that is surely not needed."""
    if required not in ("yes", "unknown"):
        return []
    return [channel for channel in of_place(case, facts, book) if channel.filing != "none"]


def of_place(case: Case, facts: Facts | None, book: Rulebook) -> list[Channel]:
    """Return the channels of the insured place and all above it; without facts, all of them.

    Those where filing is known to be done come first; within these the national ones, which work
    everywhere, then the local ones, then counters and phones.
    """
    found: dict[str, Channel] = {}
    ranks: dict[str, tuple[int, bool, bool]] = {}
    for region in book.chain(case.insured):
        for channel in region.channels:
            if facts is not None and not speaks(channel.when, channel.unless, facts):
                continue
            topic = channel.topic or channel.name
            if topic not in found:
                found[topic] = channel
                last = channel.kind in _LAST_KINDS
                ranks[topic] = (_ORDER[channel.filing], last, region.code != NATION)
    return [found[topic] for topic in sorted(found, key=lambda topic: ranks[topic])]


def _item(channel: Channel, words: Words, remark: bool = False) -> Item:
    where = words.fill(channel.where)
    if channel.filing == "look":
        where = where or LOOK
    if remark and channel.when.get("scope") == frozenset({CROSS_PROVINCE}):
        where = f"只办跨省。{where}"
    return Item(
        id=channel.id,
        text=title(channel),
        detail=where,
        sources=channel.sources,
        confidence=channel.confidence,
        kind=channel.kind,
        owner=channel.owner,
        filing=channel.filing,
        url=channel.url,
        steps=tuple(words.fill(step) for step in channel.steps),
    )


def title(channel: Way) -> str:
    """Name a channel with its kind: 渝快办（APP）; counters and phones name themselves."""
    if channel.kind in _LAST_KINDS or KINDS[channel.kind] in channel.name:
        return channel.name
    return f"{channel.name}（{KINDS[channel.kind]}）"


def items_of_place(case: Case, book: Rulebook, words: Words) -> list[Item]:
    """Return every channel of the insured place, with a remark where one serves some cases only."""
    return [_item(channel, words, remark=True) for channel in of_place(case, None, book)]


def hotline_id(region: Region) -> str:
    """Return the id of a region's number to call."""
    return f"hotline-{region.code}"


def bureau_id(region: Region) -> str:
    """Return the id of a region's bureau site."""
    return f"bureau-{region.code}"


def contacts(case: Insured, book: Book, words: CommonWords) -> Iterator[Item]:
    """Yield the hotline, and the bureau's site where it is known."""
    region = words.hotline_region
    if region is not None and (hotline := region.hotline) is not None:
        local = hotline.number != words.NATIONAL
        place = words["insured"]
        outside = "" if local else f"（在外地拨，前面加{place}的区号）"
        yield Item(
            id=hotline_id(region),
            text=f"打电话：{hotline.number}{outside}。",
            detail=hotline.note,
            sources=hotline.sources,
            confidence=hotline.confidence,
            owner=hotline.owner,
            kind="phone",
            filing="none",
        )
    for region in book.chain(case.insured):
        if region.bureau is not None:
            yield Item(
                id=bureau_id(region),
                text=f"{region.name}医疗保障局网站",
                sources=region.bureau.sources,
                confidence=region.bureau.confidence,
                owner=region.bureau.owner,
                kind="web",
                filing="none",
                url=region.bureau.url,
            )
            return
