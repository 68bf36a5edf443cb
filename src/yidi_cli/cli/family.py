"""`yidi family`: family mutual aid, guided or one topic at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from yidi_cli.base.errors import InputError, safe
from yidi_cli.cli import options, output
from yidi_cli.cli.given import (
    AnswersFile,
    Brief,
    Fresh,
    Full,
    NoInput,
    Resume,
    kept_answers,
    only_one,
    read_answers,
    refuse_missing,
    told_again,
)
from yidi_cli.cli.result import Wanted

if TYPE_CHECKING:
    from yidi_cli.plan.answers import Answers
    from yidi_cli.plan.family import FamilyCase
    from yidi_cli.render.document import Document
    from yidi_cli.rulebook.family import FamilyChannel
    from yidi_cli.rulebook.family_book import FamilyBook
    from yidi_cli.rulebook.model import Section

Topic = Annotated[
    str,
    typer.Argument(
        metavar="[主题]",
        help="bind 绑定，conditions 条件，usage 用途，cross-province 跨省，cancel 解除",
    ),
]
Want = Annotated[
    str,
    typer.Option(
        "--want",
        metavar="想做什么",
        help="pay-bill 付看病钱，pay-premium 交居民医保，show-code 亮码，records 查，stop 解除",
    ),
]
From = Annotated[str, typer.Option("--from", metavar="地方", help="账户主人的参保地：市或区县")]
To = Annotated[str, typer.Option("--to", metavar="地方", help="用钱的家人的参保地：市或区县")]
Scheme = Annotated[
    str, typer.Option("--scheme", metavar="险种", help="账户主人的：employee 职工，resident 居民")
]
Relation = Annotated[
    str,
    typer.Option("--relation", metavar="关系", help="家人是账户主人的谁，如 父母、配偶、儿媳"),
]
MemberScheme = Annotated[
    str,
    typer.Option(
        "--member-scheme", metavar="险种", help="家人的：employee 职工，resident 居民，none 没参保"
    ),
]
Via = Annotated[str, typer.Option("--via", metavar="渠道", help="只看一条渠道的步骤，如 支付宝")]

OPEN = "unknown"


class Query(NamedTuple):
    """What a topic shows: for whom it is taken, the line under its title, the sections.

    `scope` is that where no places say another one; `names` are what else the topic is called.
    """

    want: str
    scope: str
    lead: str
    sections: tuple[Section, ...]
    names: tuple[str, ...]


TOPICS: dict[str, Query] = {
    "bind": Query(
        "pay-bill",
        "in-province",
        "这是两个人在同一个省的办法。不在同一个省：yidi family cross-province。",
        ("next-steps", "channels", "materials", "timing", "verify"),
        ("绑定", "关联", "怎么绑"),
    ),
    "conditions": Query("pay-bill", OPEN, "", ("conditions", "alike"), ("条件", "谁能用")),
    "usage": Query("pay-bill", OPEN, "", ("usage", "cautions"), ("用途", "能付什么", "使用")),
    "cross-province": Query(
        "pay-bill",
        "cross-province",
        "这是两个人不在同一个省的办法。在同一个省：yidi family bind。",
        ("next-steps", "channels", "materials", "conditions", "timing", "cautions", "verify"),
        ("跨省", "医保钱包"),
    ),
    "cancel": Query(
        "stop",
        OPEN,
        "",
        ("next-steps", "channels", "timing", "ending", "verify"),
        ("解除", "取消", "解绑"),
    ),
}
"""Topic → what it shows."""
WITH_CHANNELS = ("bind", "cross-province", "cancel")
"""The topics that tell where a thing is done."""
SCOPE_LEADS = {
    "same-region": "这两个地方医保归同一个市管，用省内的办法，不用「医保钱包」。",
    "in-province": "这两个地方在同一个省，用省内的办法，不用「医保钱包」。",
    "cross-province": "这两个地方不在同一个省，用「医保钱包」，不是省内绑定。",
}
"""How the two places stand to each other, where that is not what the topic is about."""


def family(
    ctx: typer.Context,
    topic: Topic = "",
    want: Want = "",
    from_: From = "",
    to: To = "",
    scheme: Scheme = "",
    relation: Relation = "",
    member_scheme: MemberScheme = "",
    via: Via = "",
    answers: AnswersFile = "",
    no_input: NoInput = False,
    resume: Resume = False,
    fresh: Fresh = False,
    brief: Brief = False,
    full: Full = False,
    ids: options.Ids = False,
    plain: options.Plain = False,
    format_: options.DatedFormat = "",
    file: options.DatedOutput = "",
    force: options.Force = False,
    as_of: options.AsOf = "",
) -> None:
    """Ask what is not given and print the plan, or print one topic."""
    only_one({"--resume": resume, "--fresh": fresh})
    only_one({"--brief": brief, "--full": full})
    begun = options.start(ctx, plain, format_, file, force)

    from yidi_cli.cli.talks import FamilyTalk
    from yidi_cli.plan.answers import parse_answers
    from yidi_cli.plan.plan import Days
    from yidi_cli.wizard.flow import fold, missing

    day = begun.turn_to(as_of)
    env, talk = begun.env, FamilyTalk(begun.book)
    book = talk.book
    flags = {
        "want": want,
        "insured": from_,
        "scheme": scheme,
        "relation": relation,
        "member-scheme": member_scheme,
        "member": to,
    }
    written, saved = read_answers(answers, book)
    typed = {**written, **{name: value for name, value in flags.items() if value}}
    given = parse_answers(typed, book)
    kept = {
        "--format": format_,
        "-o": file,
        "--as-of": day.isoformat() if as_of else "",
    }
    switches = {"--plain": plain, "--ids": ids, "--force": force, "--brief": brief, "--full": full}
    wanted = Wanted(
        as_of=day,
        days=Days(day),
        ids=ids,
        length="brief" if brief else "full" if full else "",
        options=told_again(kept, switches),
    )
    if topic or via.strip():
        unused = {"--want": want, "--brief": brief, "--full": full}
        unused |= {"--resume": resume, "--fresh": fresh}
        if strange := [flag for flag, is_set in unused.items() if is_set]:
            raise InputError(f"{'、'.join(strange)} 不和主题一起用。去掉它，或者去掉主题和 --via。")
        _tell(begun, book, _topic(topic), given, via.strip(), wanted)
        return
    if not no_input and env.interactive and (resume or missing(given, book)):
        from yidi_cli.cli.conversation import Conversation

        Conversation(begun, wanted, given, talk).run("", resume, fresh or bool(given))
        return
    if resume:
        given = {**kept_answers(begun, book), **given}
    refuse_missing(missing(given, book), no_input, talk.command)
    live = fold(given, book).live
    plan = talk.plan(live, wanted)
    if saved is not None:
        from yidi_cli.cli.saved import tell_changes

        tell_changes(begun, saved, plan, live)
    talk.emit(begun, live, plan, wanted, brief)


def _topic(typed: str) -> str:
    """Return the topic that is named, "" where none is; InputError where there is no such topic."""
    wanted = typed.strip().lower()
    if not wanted:
        return ""
    for name, query in TOPICS.items():
        if wanted in (name, *query.names):
            return name
    known = "、".join(f"{name} {query.names[0]}" for name, query in TOPICS.items())
    raise InputError(f"family 没有“{safe(typed)}”这个主题。可以写：{known}；不写就一步步问。")


def _tell(
    begun: options.Start,
    book: FamilyBook,
    topic: str,
    given: Answers,
    via: str,
    wanted: Wanted,
) -> None:
    """Write the sections of one topic, for what is given."""
    from yidi_cli.plan.family import build_family

    channel = None
    if via:
        topic, channel = _by_channel(via, topic, given, book)
    query = TOPICS[topic]
    case = _case(query, given, book)
    sections = ("channels",) if channel else query.sections
    plan = build_family(case, book, wanted.as_of, sections, channel)
    lead = query.lead
    if plan.verdict.possible == "no" or topic == "cancel":
        lead = plan.headline
    elif lead and case.insured is not None and case.member is not None:
        lead = SCOPE_LEADS[plan.scope]

    def page() -> Document:
        from yidi_cli.render.family_page import topic_document

        return topic_document(topic, plan, lead, book, wanted.ids)

    def data() -> dict[str, Any]:
        from yidi_cli.render.family_page import topic_json

        return topic_json(topic, plan, book)

    def calendar() -> str:
        raise InputError("一个主题里没有要记的日子。日历用 yidi family 答完再存：-o 日子.ics。")

    output.emit(begun, page, data, calendar)


def _case(query: Query, given: Answers, book: FamilyBook) -> FamilyCase:
    """Return the case that a topic is told for: what is given, and what the topic takes."""
    import msgspec

    from yidi_cli.plan.family import family_case

    case = family_case({"want": query.want, "scheme": "employee", **given}, book)
    return msgspec.structs.replace(case, scope=query.scope)


def _by_channel(
    typed: str, topic: str, given: Answers, book: FamilyBook
) -> tuple[str, FamilyChannel | None]:
    """Return the channel that is named, and the topic it serves: the one given, or the first.

    There is no channel where what is wanted cannot be done. Raises InputError with the names of
    those there are where none or several are meant.
    """
    from yidi_cli.plan.channels import title
    from yidi_cli.plan.family import family_channels, family_facts, family_route

    if topic and topic not in WITH_CHANNELS:
        named = "、".join(WITH_CHANNELS)
        raise InputError(f"--via 只和这些主题一起用：{named}。")
    wanted = typed.casefold()
    known: dict[str, str] = {}
    for name in [topic] if topic else WITH_CHANNELS:
        facts = family_facts(case := _case(TOPICS[name], given, book), book)
        ways = family_channels(case, family_route(facts, book), book)
        if not ways:
            return name, None
        names = {
            way.id: [n.casefold() for n in (way.name, title(way), *way.aliases)] for way in ways
        }
        exact = [way for way in ways if wanted in (*names[way.id], way.id)]
        found = exact or [way for way in ways if any(wanted in n for n in names[way.id])]
        if len(found) == 1:
            return name, found[0]
        if found:
            raise InputError(f"“{safe(typed)}”不止一条：{'、'.join(map(title, found))}。（--via）")
        known |= {title(way): "" for way in ways}
    place = "" if given.get("insured", OPEN) != OPEN else "写上 --from，还能看当地的渠道。"
    raise InputError(f"没有“{safe(typed)}”这条渠道。可以写：{'、'.join(known)}。{place}（--via）")
