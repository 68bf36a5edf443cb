"""The pages and the JSON for those who keep the data: what there is, what to check again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from yidi_cli.plan.explain import KINDS
from yidi_cli.plan.stats import Coverage, SectionCount, Stats, Usage, age
from yidi_cli.render.document import (
    SECTION_TITLES,
    STATUS_NAMES,
    TIER_NAMES,
    Block,
    Document,
    Entry,
    Sub,
    source_line,
)
from yidi_cli.render.jsonout import query_head
from yidi_cli.render.plan_page import option_name

if TYPE_CHECKING:
    from yidi_cli.plan.stats import Lack, OptionCount
    from yidi_cli.render.contract_upkeep import PathsObject
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.rulebook import Rulebook

MATTERS = {"filing": "异地就医备案", "family": "家庭共济"}
"""Matter → its name."""
LACKS: dict[Lack, str] = {
    "channel": "能办备案的当地渠道",
    "hotline": "带区号的电话",
    "bureau": "医保局网站",
    "exemption": "省内免不免备案",
    "rules": "当地规则",
    "family": "家庭共济",
}
"""What may be missing of a province → its name."""
FIRST = 6
"""So many provinces are named as the first to work on, and so many sources as the first to read."""
FEW = 5
"""So many ids stand under a source or a kind of statement; all of them are in the JSON."""
LEAD = "少的、旧的、没有依据的在前，先做前面的。"


def stats_document(
    stats: Stats,
    cases: int | None,
    paths: Sequence[PathsObject],
    today: date,
    book: Rulebook,
) -> Document:
    """Return the page of the numbers of the data: what to work on first, then what there is.

    `cases` is how many cases are checked against the rules, None where they are not at hand.
    """
    blocks = [
        Block("先做这些", tuple(_work(stats, today)), "number"),
        Block(f"规则 · 共 {stats.kinds.get('rule', 0)} 条", tuple(_rules(stats)), "dot"),
        Block("其余条目", tuple(_others(stats, cases)), "dot"),
        Block(f"来源 · 共 {len(stats.usages)} 个", tuple(_sources(stats)), "dot"),
        Block("各省（缺得多的在前）", tuple(map(_province, stats.provinces)), "dot"),
        Block("主题（有当地规则的）", tuple(_topics(stats)), "dot"),
        Block("每种回答有几条专门的话（少的在前）", tuple(_options(stats.options, book)), "dot"),
    ]
    if paths:
        blocks.insert(1, Block("走遍所有回答", tuple(map(_paths, paths)), "dot"))
    return _document("数据统计", LEAD, blocks, today, book)


def _document(
    title: str, headline: str, blocks: Iterable[Block], today: date, book: Book
) -> Document:
    return Document(
        title=title,
        date=today.isoformat(),
        headline=headline,
        blocks=tuple(block for block in blocks if block.entries),
        footer=(f"数据版本 {book.meta.version}。",),
    )


def _work(stats: Stats, today: date) -> Iterator[Entry]:
    lacking = [one for one in stats.provinces if one.lacks]
    if lacking:
        subs = [Sub(f"{one.name}：缺{_lacks(one)}。") for one in lacking[:FIRST]]
        text = f"补各省的内容。{len(lacking)} 个省还有缺的"
        more = len(lacking) > FIRST
        told = f"{text}，先补这 {FIRST} 个，其余在下面“各省”里。" if more else f"{text}。"
        yield Entry(told, tuple(subs))
    if stats.oldest:
        day, count = stats.oldest[0]
        text = (
            f"重新核对来源。最早的一次核对在 {day.isoformat()}，离今天 {(today - day).days} 天，"
            f"有 {count} 个来源。"
        )
        used = [usage for usage in stats.usages if usage.source.checked == day][:FIRST]
        named = "、".join(f"{usage.source.id}（{len(usage.ids)}）" for usage in used)
        again = Sub("列出很久没核对的：yidi data stale --days 180")
        yield Entry(text, (Sub(f"用得最多的：{named}。"), again))
    weak: dict[str, list[str]] = {}
    for one in stats.weak:
        weak.setdefault(one.kind, []).append(one.id)
    if weak:
        text = f"给 {len(stats.weak)} 条找官方依据：它们只靠网上说法或整理者推定。"
        yield Entry(text, tuple(_weak(kind, ids) for kind, ids in weak.items()))


def _weak(kind: str, ids: Sequence[str]) -> Sub:
    return Sub(f"{KINDS[kind]} {len(ids)} 条：{_few(ids)}。")


def _few(ids: Sequence[str]) -> str:
    return "、".join(ids[:FEW]) + (" 等" if len(ids) > FEW else "")


def _lacks(one: Coverage) -> str:
    return "、".join(LACKS[lack] for lack in one.lacks)


def _rules(stats: Stats) -> Iterator[Entry]:
    for matter, name in MATTERS.items():
        counts = [one for one in stats.rules if one.matter == matter]
        whole = SectionCount(
            matter,
            "",
            sum(one.nation for one in counts),
            sum(one.province for one in counts),
            sum(one.city for one in counts),
        )
        order = sorted(counts, key=lambda one: list(SECTION_TITLES).index(one.section))
        subs = [Sub(f"{SECTION_TITLES[one.section][0]} {_levels(one)}") for one in order]
        yield Entry(f"{name} {_levels(whole)}", tuple(subs))


def _levels(one: SectionCount) -> str:
    local = [f"省级 {one.province}" if one.province else "", f"市级 {one.city}" if one.city else ""]
    told = "，".join(part for part in (f"全国 {one.nation}", *local) if part)
    return f"{one.total} 条（{told}）"


def _others(stats: Stats, cases: int | None) -> Iterator[Entry]:
    named = (kind for kind in stats.kinds if kind not in ("rule", "conflict", "reading"))
    yield Entry("、".join(f"{KINDS[kind]} {stats.kinds[kind]}" for kind in named) + "。")
    yield Entry(
        f"有争议的问题 {stats.conflicts} 个，没采用的说法 {stats.readings} 种，"
        f"其中常听到的误传 {stats.myths} 种。"
    )
    if cases is not None:
        yield Entry(f"拿来核对规则的例子 {cases} 个。")


def _sources(stats: Stats) -> Iterator[Entry]:
    tiers = "、".join(f"{name} {stats.tiers.get(tier, 0)}" for tier, name in TIER_NAMES.items())
    yield Entry(f"层级：{tiers}。")
    yield Entry(f"状态：{'、'.join(f'{STATUS_NAMES[s]} {n}' for s, n in stats.statuses.items())}。")
    days = "、".join(f"{day.isoformat()} {count} 个" for day, count in stats.oldest[:FEW])
    yield Entry(f"核对日期（早的在前）：{days}。")
    unused = [usage.source.id for usage in stats.usages if not usage.ids]
    if unused:
        yield Entry(f"没有条目用到的 {len(unused)} 个：{'、'.join(unused)}。")


def _province(one: Coverage) -> Entry:
    counts = {
        "渠道": one.channels,
        "电话": one.hotlines,
        "免备案规定": one.exemptions,
        "规则": one.rules,
        "家庭共济": one.family,
        "来源": one.sources,
    }
    told = "、".join(f"{name} {count}" for name, count in counts.items() if count)
    newest = f"，最新的是 {one.newest}" if one.newest else ""
    cities = f"，写到了 {one.cities} 个市" if one.cities else ""
    lacks = (Sub(f"缺：{_lacks(one)}。"),) if one.lacks else ()
    return Entry(f"{one.name}（{one.code}）：{told}{newest}{cities}。", lacks)


def _topics(stats: Stats) -> Iterator[Entry]:
    local = [one for one in stats.topics if one.places]
    yield Entry(f"{len(stats.topics)} 个主题里，{len(local)} 个有地方自己的规则。")
    for one in local[:FIRST]:
        title = SECTION_TITLES[one.section][0]
        yield Entry(f"{title} {one.topic}：{len(one.places)} 个地方（{_few(one.places)}）。")


def _options(counts: Iterable[OptionCount], book: Rulebook) -> Iterator[Entry]:
    questions: dict[tuple[str, str], list[OptionCount]] = {}
    for one in counts:
        # Of the diseases hardly any has statements of its own: they are told apart by a list.
        if one.question != "disease":
            questions.setdefault((one.matter, one.question), []).append(one)
    for (matter, question), options in questions.items():
        about: Book = book.family if matter == "family" else book
        order = sorted(options, key=lambda one: one.count)
        named = (f"{option_name(question, one.option, about)} {one.count}" for one in order)
        yield Entry(f"{about.question(question).name}：{'、'.join(named)}。")


def _paths(one: PathsObject) -> Entry:
    return Entry(
        f"{MATTERS[one['matter']]}：{_round(one['paths'])}种回答，{one['outcomes']} 种结论"
        f"（判定表 {one['rows']} 行里用到的）。"
    )


def _round(count: int) -> str:
    """Write a number as it is read: nobody needs the last digits of millions."""
    if count < 100_000:
        return f"{count} "
    return f"约 {count / 1e8:.1f} 亿" if count >= 10**8 else f"约 {count // 10_000} 万"


def stats_json(
    stats: Stats, cases: int | None, paths: Sequence[PathsObject], today: date, book: Rulebook
) -> dict[str, Any]:
    """Return the numbers of the data as `yidi.query/1`; see `stats_document`."""
    return {
        **query_head("data-stats", book),
        "today": today.isoformat(),
        "statements": stats.kinds,
        "rules": [_fields(one) for one in stats.rules],
        "sources": {
            "total": len(stats.usages),
            "tiers": stats.tiers,
            "statuses": stats.statuses,
            "checked": [{"day": day.isoformat(), "count": count} for day, count in stats.oldest],
            "unused": [usage.source.id for usage in stats.usages if not usage.ids],
        },
        "provinces": [_fields(one) for one in stats.provinces],
        "topics": [_fields(one) for one in stats.topics],
        "options": [_fields(one) for one in stats.options],
        "weak": [_fields(one) for one in stats.weak],
        "conflicts": stats.conflicts,
        "readings": stats.readings,
        "myths": stats.myths,
        **({"cases": cases} if cases is not None else {}),
        **({"paths": list(paths)} if paths else {}),
    }


def _fields(value: Any) -> dict[str, Any]:
    """Return the fields of a plain record."""
    named = ((name, getattr(value, name)) for name in value.__struct_fields__)
    return {name: list(part) if isinstance(part, tuple) else part for name, part in named}


def stale_document(
    found: Sequence[Usage], every: Sequence[Usage], days: int, today: date, book: Rulebook
) -> Document:
    """Return the page of the sources to read again: `found` of `every`."""
    entries = tuple(_stale(usage, today) for usage in found)
    title = f"要重新核对的来源 · 超过 {days} 天"
    if found:
        lead = f"{len(every)} 个来源里，{len(found)} 个超过 {days} 天没核对。用得多的在前。"
    else:
        lead = _none_stale(every, days, today)
    return _document(title, lead, [Block("从上往下核对", entries, "number")], today, book)


def _none_stale(every: Sequence[Usage], days: int, today: date) -> str:
    if not every:
        return "没有来源。"
    first = min(usage.source.checked for usage in every)
    due = first + timedelta(days + 1)
    return (
        f"没有。最早的一次核对在 {first.isoformat()}，离今天 {(today - first).days} 天，"
        f"{due.isoformat()} 起才超过 {days} 天。"
    )


def _stale(usage: Usage, today: date) -> Entry:
    source = usage.source
    facts = (
        f"编号 {source.id}",
        f"{source.checked.isoformat()} 核对，已 {age(source, today)} 天",
        *((f"登记在{usage.place}",) if usage.place != "全国" else ()),
    )
    used = f"用在 {len(usage.ids)} 条里：{_few(usage.ids)}" if usage.ids else "没有条目用到"
    subs = [Sub("；".join(facts)), Sub(f"{used}。")]
    if source.url:
        subs.append(Sub(source.url, "url"))
    return Entry(source_line(source), tuple(subs))


def stale_json(
    found: Sequence[Usage], every: Sequence[Usage], days: int, today: date, book: Rulebook
) -> dict[str, Any]:
    """Return the sources to read again as `yidi.query/1`; see `stale_document`."""
    return {
        **query_head("data-stale", book),
        "today": today.isoformat(),
        "days": days,
        "total": len(every),
        "stale": [_stale_json(usage, today) for usage in found],
    }


def _stale_json(usage: Usage, today: date) -> dict[str, Any]:
    source = usage.source
    return {
        "id": source.id,
        "title": source.title,
        "issuer": source.issuer,
        "tier": source.tier,
        "status": source.status,
        "checked": source.checked.isoformat(),
        "age": age(source, today),
        "place": usage.place,
        **({"url": source.url} if source.url else {}),
        "cited_by": list(usage.ids),
    }
