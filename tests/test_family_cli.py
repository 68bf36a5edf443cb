"""`yidi family` as a person meets it: topics, plans in every format, and the guided run."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import TODAY, Ran, Run, Terminal
from tests.test_commands import page_is_sound, refused
from tests.test_conversation import NONE, SCRIPT
from tests.test_formats import (
    ESCAPE,
    check_same,
    said_on_the_page,
    statements,
    text_of_html,
    text_of_markdown,
)
from tests.test_schema import Shapes
from tests.test_terminal import CLOSING
from tools.sentences import FOLDER, read
from yidi_cli.base.env import Environment
from yidi_cli.cli import afterwards, conversation
from yidi_cli.cli.app import run
from yidi_cli.cli.talk import command_of
from yidi_cli.cli.talks import FamilyTalk
from yidi_cli.plan.answers import Answers, parse_answers
from yidi_cli.plan.family import FamilyPlan, build_family, family_case
from yidi_cli.plan.search import search
from yidi_cli.plan.search_entries import Corpus
from yidi_cli.render.document import SECTION_TITLES
from yidi_cli.render.family_page import family_document
from yidi_cli.rulebook import opening
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.wizard.memory import Memory
from yidi_cli.wizard.prompts.api import BACK
from yidi_cli.wizard.prompts.scripted import ScriptedPrompter
from yidi_cli.wizard.sentence import understand
from yidi_cli.wizard.session import CHECK_ASK, HEARD_ASK, OTHER_ASK

# --- one topic at a time ------------------------------------------------------------------------

TOPICS: dict[str, tuple[str, ...]] = {
    "bind": ("next-steps", "channels", "materials", "timing", "verify"),
    "conditions": ("conditions", "alike"),
    "usage": ("usage", "cautions"),
    "cross-province": (
        *("next-steps", "channels", "materials", "conditions", "timing", "cautions", "verify"),
    ),
    "cancel": ("next-steps", "channels", "timing", "ending", "verify"),
}
"""Topic → its sections, where nothing but the account's owner is known."""
NAMES = {
    "bind": ("绑定", "关联", "怎么绑", "BIND"),
    "conditions": ("条件", "谁能用"),
    "usage": ("用途", "能付什么", "使用"),
    "cross-province": ("跨省", "医保钱包"),
    "cancel": ("解除", "取消", "解绑"),
}
ONE_PROVINCE, TWO_PROVINCES = "这是两个人在同一个省的办法", "这是两个人不在同一个省的办法"
PLACES = {
    "nowhere": (),
    "the owner's": ("--from", "重庆"),
    "the user's": ("--to", "贵阳"),
    "one city": ("--from", "重庆", "--to", "云阳"),
    "two provinces": ("--from", "青岛", "--to", "dalian"),
}


def told(ran: Ran) -> dict[str, Any]:
    assert (ran.code, ran.err) == (0, "")
    found: dict[str, Any] = json.loads(ran.out)
    return found


def lead_of(page: str) -> str:
    """The line under the title."""
    return page.split("\n\n")[1]


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_has_its_sections(yidi: Run, topic: str, places: str) -> None:
    argv = ("family", topic, *PLACES[places])
    found = told(yidi(*argv, "--format", "json"))
    sections = tuple(found["sections"])
    assert sections == TOPICS[topic]
    assert all(found["sections"].values())
    page = yidi(*argv).out
    page_is_sound(page)
    heads = [SECTION_TITLES[name][0] for name in sections if name != "verify"]
    assert [line for line in page.splitlines() if line in heads] == heads
    assert ("verify" in sections) == bool(re.search(r"^打\S* ?\S*12393 问", page, re.MULTILINE))


@pytest.mark.parametrize("topic", NAMES)
def test_a_topic_by_each_of_its_names(yidi: Run, topic: str) -> None:
    page = yidi("family", topic)
    assert page.code == 0
    for name in NAMES[topic]:
        assert yidi("family", name) == page
    assert yidi("共济", NAMES[topic][0]) == page


def test_a_topic_that_there_is_not(yidi: Run) -> None:
    for typed in ("绑", "transfer", "[bold]x"):
        ran = yidi("family", typed)
        refused(ran, typed, *TOPICS, *(names[0] for names in NAMES.values()), "不写就一步步问")


def test_the_lead_says_for_whom_it_is(yidi: Run) -> None:
    assert lead_of(yidi("family", "bind").out).startswith(ONE_PROVINCE)
    assert "yidi family cross-province" in lead_of(yidi("family", "bind").out)
    across = lead_of(yidi("family", "cross-province").out)
    assert across.startswith(TWO_PROVINCES)
    assert "yidi family bind" in across
    # One place leaves the other open.
    for argv in (("--from", "重庆"), ("--to", "贵阳"), ("--from", "不知道", "--to", "贵阳")):
        assert lead_of(yidi("family", "bind", *argv).out).startswith(ONE_PROVINCE)


@pytest.mark.parametrize("topic", ["bind", "cross-province"])
def test_both_places_say_which_way_it_is(yidi: Run, topic: str) -> None:
    """Whichever of the two topics was asked for."""
    same = yidi("family", topic, "--from", "重庆", "--to", "云阳").out
    one = yidi("family", topic, "--from", "南京", "--to", "苏州").out
    two = yidi("family", topic, "--from", "青岛", "--to", "大连").out
    for page in (same, one):
        assert re.search("同一个[省市]", lead_of(page))
        assert "1. 您先开通" not in page
    assert "江苏医保云" in one
    assert "渝快办" in same
    assert re.search("不[在是]同一个省", lead_of(two))
    assert "都要开通" in two
    assert "地方专区" not in two


@pytest.mark.parametrize("topic", ["bind", "cross-province"])
def test_an_owner_without_an_account(yidi: Run, topic: str) -> None:
    page = yidi("family", topic, "--scheme", "居民").out
    assert lead_of(page).startswith("居民医保没有个人账户")
    assert "地方专区" not in page
    cancel = yidi("family", "cancel", "--scheme", "居民").out
    assert "解除" in lead_of(cancel)


def test_somebody_who_is_no_close_relative(yidi: Run) -> None:
    page = yidi("family", "bind", "--from", "重庆", "--relation", "婆婆").out
    assert lead_of(page).startswith("公婆、岳父母不能用您的账户")


def test_a_local_statement_stands_for_the_nations(yidi: Run) -> None:
    nation = yidi("family", "bind").out
    local = yidi("family", "bind", "--from", "重庆").out
    assert "渝快办" in local
    assert "渝快办" not in nation
    assert "023-12393" in local
    # The user's place has no say in how the owner binds.
    assert "渝快办" not in yidi("family", "bind", "--from", "成都", "--to", "重庆").out


# --- one channel --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "argv", "found"),
    [
        ("重庆医保", ("bind", "--from", "重庆"), "cq.family.channel.alipay"),
        ("支付宝", ("--from", "重庆"), "cq.family.channel.alipay"),
        ("渝快", ("绑定", "--from", "云阳"), "cq.family.channel.yukuaiban"),
        ("窗口", ("bind", "--from", "重庆"), "cq.family.channel.window"),
        ("微信", ("cancel", "--from", "重庆"), "cq.family.channel.account"),
        ("公众号", ("bind",), "cn.family.channel.province"),
        ("钱包", ("cross-province",), "cn.family.channel.wallet"),
        ("医保钱包", ("cross-province", "--from", "重庆"), "cn.family.channel.wallet"),
        ("医保云", ("bind", "--from", "南京"), "js.family.channel.yibaoyun"),
        ("国家平台", ("bind", "--from", "南京"), "cn.family.channel.zone"),
        # An alias counts for more than a part of another's name.
        ("国家医保服务平台", ("cancel",), "cn.family.channel.zone-stop"),
    ],
)
def test_one_channel(yidi: Run, typed: str, argv: tuple[str, ...], found: str) -> None:
    ran = told(yidi("family", *argv, "--via", typed, "--format", "json"))
    assert list(ran["sections"]) == ["channels"]
    (channel,) = [item for item in ran["sections"]["channels"] if "known" in item]
    assert channel["id"] == found
    page = yidi("family", *argv, "--via", typed)
    assert page.code == 0
    page_is_sound(page.out)
    for step in channel.get("steps", ()):
        assert re.sub(r"\s", "", step) in re.sub(r"\s", "", page.out)


def test_a_channel_that_there_is_not(yidi: Run) -> None:
    nation = ("国家医保服务平台 APP「地方专区」", "本省医保的微信公众号或 APP")
    refused(yidi("family", "bind", "--via", "支付宝"), "支付宝", *nation, "--from", "--via")
    local = yidi("family", "bind", "--from", "重庆", "--via", "鹦鹉螺")
    refused(local, "鹦鹉螺", "渝快办", "重庆医保", "窗口", "--via")
    assert "写上 --from" not in local.err


@pytest.mark.parametrize("typed", ["渝快办（APP）", "重庆市医疗保障局（微信公众号）"])
def test_a_channel_as_it_is_listed(yidi: Run, typed: str) -> None:
    refusal = yidi("family", "bind", "--from", "重庆", "--via", "鹦鹉螺")
    assert typed in refusal.err
    assert yidi("family", "bind", "--from", "重庆", "--via", typed).code == 0


def test_a_channel_where_nothing_can_be_done_says_so(yidi: Run) -> None:
    ran = yidi("family", "bind", "--scheme", "居民", "--via", "钱包")
    assert ran.code == 0
    assert "居民医保没有个人账户" in ran.out


def test_a_channel_finds_its_topic(yidi: Run) -> None:
    ran = yidi("family", "--via", "医保钱包")
    assert ran.code == 0
    assert "跨省怎么办" in ran.out
    refused(yidi("family", "usage", "--via", "支付宝"), "--via 只和这些主题一起用")


def test_what_a_topic_does_not_take(yidi: Run) -> None:
    refused(yidi("family", "bind", "--want", "stop"), "--want")
    refused(yidi("family", "cancel", "--brief", "--resume"), "--brief、--resume")
    refused(yidi("family", "bind", "--format", "ics"), "yidi family 答完再存")


def test_places_that_are_given_make_the_lead(yidi: Run) -> None:
    ran = yidi("family", "bind", "--from", "南京", "--to", "苏州")
    assert "这两个地方在同一个省" in ran.out


def test_a_channel_that_is_not_clear(yidi: Run) -> None:
    ran = yidi("family", "bind", "--from", "重庆", "--via", "医保")
    refused(ran, "不止一条", "窗口", "重庆医保", "地方专区")
    assert "渝快办" not in ran.err
    refused(yidi("family", "cancel", "--via", "app"), "不止一条", "医保钱包", "地方专区")


# --- values that are not known ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flag", "typed", "said"),
    [
        ("--want", "pay", ["pay-bill（付家人看病的钱）", "pay-premium（给家人交居民医保）"]),
        ("--want", "鹦鹉螺", ["show-code（", "stop（解除共济）", "unknown（"]),
        ("--scheme", "居民医报", ["resident（居民医保）"]),
        ("--scheme", "公务员", ["employee（职工医保）", "resident（居民医保）"]),
        ("--relation", "爸爸妈", ["parent（父母）"]),
        ("--relation", "邻居", ["spouse（配偶）", "child-spouse（儿媳、女婿）"]),
        ("--member-scheme", "没参报", ["none（没参保）"]),
    ],
)
@pytest.mark.parametrize("topic", [(), ("bind",)])
def test_an_unknown_value_gets_the_nearest(
    yidi: Run, topic: tuple[str, ...], flag: str, typed: str, said: list[str]
) -> None:
    refused(yidi("family", *topic, flag, typed), flag, typed, *said)


@pytest.mark.parametrize("flag", ["--from", "--to"])
@pytest.mark.parametrize("head", [("bind",), ("--want", "records")])
def test_places_that_cannot_be(yidi: Run, head: tuple[str, ...], flag: str) -> None:
    whose = {"--from": "您的参保地", "--to": "家人的参保地"}[flag]

    def refuse(typed: str, *said: str) -> None:
        refused(yidi("family", *head, flag, typed), typed, *said, f"（{flag}）")

    refuse("四川", "四川省是省", f"{whose}要写到市", "成都")
    for abroad in ("香港", "台湾", "澳门"):
        refuse(abroad, "内地的市或区县")
    refuse("重亲", "没有找到地名", "重庆市")
    refuse("鼓楼区", "不止一个", "江苏省南京市", "福建省福州市")
    refuse("朝阳区", "不止一个", "北京市", "吉林省长春市")


def test_a_municipality_is_a_place(yidi: Run) -> None:
    case = told(yidi("family", "bind", "--from", "北京", "--to", "沪", "--format", "json"))["case"]
    assert (case["insured"]["code"], case["member"]["code"]) == ("110000", "310000")


# --- the plan by flags --------------------------------------------------------------------------

BILL = ("--want", "pay-bill", "--scheme", "职工")
PEOPLE: dict[str, tuple[str, ...]] = {
    "重庆 → 重庆": (
        *(*BILL, "--from", "重庆", "--relation", "妈妈"),
        *("--member-scheme", "居民", "--to", "重庆"),
    ),
    "重庆 → 贵阳": (
        *(*BILL, "--from", "重庆", "--relation", "父母"),
        *("--member-scheme", "居民", "--to", "贵阳"),
    ),
    "青岛 → 大连": (
        *("--want", "交居民医保", "--scheme", "职工", "--from", "青岛", "--relation", "女儿"),
        *("--member-scheme", "居民", "--to", "大连"),
    ),
    "佛山 → 南宁": (
        *(*BILL, "--from", "佛山", "--relation", "外婆"),
        *("--member-scheme", "职工", "--to", "南宁"),
    ),
    "a daughter-in-law's account": (*BILL, "--from", "重庆", "--relation", "婆婆"),
    "for a daughter-in-law": (*BILL, "--from", "重庆", "--relation", "儿媳"),
    "a resident's account": ("--want", "pay-bill", "--scheme", "居民"),
    "a premium in one province": (
        *("--want", "pay-premium", "--scheme", "职工", "--from", "南京", "--relation", "儿子"),
        *("--member-scheme", "居民", "--to", "苏州"),
    ),
    "nothing known": (
        *("--want", "pay-bill", "--scheme", "不清楚", "--from", "不知道", "--relation", "说不准"),
        *("--member-scheme", "不清楚", "--to", "不知道"),
    ),
    "show a code": ("--want", "show-code"),
    "records": ("--want", "records", "--from", "重庆", "--to", "贵阳"),
    "stop": ("--want", "stop", "--from", "重庆", "--to", "云阳"),
    "filing": ("--want", "filing"),
    "transfer": ("--want", "transfer"),
    "not decided": ("--want", "说不准"),
}
DECIDED: dict[str, tuple[str, Any, str]] = {
    "重庆 → 重庆": ("link", True, "在本省的医保渠道绑定家人"),
    "重庆 → 贵阳": ("wallet", True, "两边开没开通「医保钱包」"),
    "青岛 → 大连": ("wallet", True, "再给他交居民医保"),
    "佛山 → 南宁": ("wallet", True, "两边开没开通「医保钱包」"),
    "a daughter-in-law's account": ("not-close", False, "改用您爱人的账户"),
    "for a daughter-in-law": ("not-close", False, "改用您孩子的账户"),
    "a resident's account": ("no-account", False, "居民医保没有个人账户"),
    "a premium in one province": ("link", True, "绑定家人"),
    "nothing known": ("link-or-wallet", "unknown", "先看清您参加的是不是职工医保"),
    "show a code": ("show-code", True, "亲情账户"),
    "records": ("records", True, "「医保钱包」里查"),
    "stop": ("stop", True, "从当初绑定的地方进去取消"),
    "filing": ("filing", True, "yidi guide"),
    "transfer": ("transfer", True, "医保关系转移"),
    "not decided": ("tell-apart", "unknown", "先分清要办的是哪一件"),
}
PLANS = pytest.mark.parametrize("who", PEOPLE)


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return Shapes()


def answers_of(argv: tuple[str, ...], book: Rulebook) -> Answers:
    names = {question.flag: question.id for question in book.family.questions}
    typed = dict(zip(argv[::2], argv[1::2], strict=True))
    return parse_answers({names[flag]: value for flag, value in typed.items()}, book.family)


def plan_for(who: str, book: Rulebook) -> FamilyPlan:
    case = family_case(answers_of(PEOPLE[who], book), book.family)
    return build_family(case, book.family, TODAY)


@PLANS
def test_every_format_says_the_same(yidi: Run, book: Rulebook, who: str) -> None:
    argv = ("family", *PEOPLE[who])
    again = command_of(FamilyTalk(book), answers_of(PEOPLE[who], book))
    plan = plan_for(who, book)
    page = family_document(plan, book.family, again=again)

    def printed(style: str, columns: int = 80) -> str:
        ran = yidi(*argv, "--format", style, columns=columns, terminal=style == "table")
        assert (ran.code, ran.err) == (0, "")
        return ran.out

    pages = {name: printed(name) for name in ("plain", "chat", "md", "html")}
    wide, narrow = printed("table", 100), printed("table", 40)
    assert not ESCAPE.search(pages["plain"] + pages["chat"] + pages["md"])
    assert ESCAPE.search(wide), "a terminal has colour"
    for text, columns in ((wide, 100), (narrow, 40), (pages["plain"], 80)):
        plain = ESCAPE.sub("", text)
        page_is_sound(plain, columns)
        assert not [line for line in plain.splitlines() if line.lstrip().startswith(tuple(CLOSING))]
    check_same(
        page,
        {
            "table": ESCAPE.sub("", wide),
            "table, narrow": ESCAPE.sub("", narrow),
            "plain": pages["plain"],
            "chat": pages["chat"],
            "md": text_of_markdown(pages["md"]),
            "html": text_of_html(pages["html"]),
        },
    )
    found = json.loads(printed("json"))
    steps = {step for i in found["sections"]["channels"] for step in i.get("steps", ())}
    assert steps | set(filter(None, statements(found))) == set(
        filter(None, said_on_the_page(page, plan.dates))
    )


@PLANS
def test_the_json_is_as_published(yidi: Run, book: Rulebook, who: str, shapes: Shapes) -> None:
    found = told(yidi("family", *PEOPLE[who], "--format", "json"))
    assert found["schema"] == "yidi.family/1"
    assert shapes.fault(found) == ""
    route, possible, says = DECIDED[who]
    verdict = found["verdict"]
    assert (verdict["route"], verdict["possible"]) == (route, possible)
    assert says in verdict["headline"]
    cited = {one for items in found["sections"].values() for i in items for one in i["sources"]}
    readings = [
        reading
        for items in found["sections"].values()
        for item in items
        for reading in item.get("disputed", ())
    ]
    cited |= {one for reading in readings for one in reading["sources"]}
    assert cited <= set(found["sources"])


@PLANS
@pytest.mark.parametrize("columns", [100, 40])
def test_the_main_points_fit(yidi: Run, book: Rulebook, who: str, columns: int) -> None:
    ran = yidi("family", *PEOPLE[who], "--brief", columns=columns)
    page_is_sound(ran.out, columns)
    whole = yidi("family", *PEOPLE[who], columns=columns).out
    assert len(ran.out) < len(whole)
    assert "--full" in ran.out
    assert yidi("family", *PEOPLE[who], "--full", columns=columns).out == whole
    squeezed = re.sub(r"\s", "", ran.out)
    assert re.sub(r"\s", "", DECIDED[who][2]) in squeezed
    for item in plan_for(who, book).sections["next-steps"]:
        assert re.sub(r"\s", "", item.text) in squeezed, "what to do is never cut"


def test_a_calendar_of_the_days(yidi: Run, tmp_path: Path) -> None:
    argv = ("family", *PEOPLE["重庆 → 贵阳"])
    one = yidi(*argv, "--format", "ics")
    assert one.code == 0
    assert one.out.startswith("BEGIN:VCALENDAR\r\n")
    assert "X-WR-CALNAME:家庭共济\r\n" in one.out
    assert one.out.count("BEGIN:VEVENT") == 1
    assert "SUMMARY:家庭共济：" in one.out
    later = yidi(*argv, "--format", "ics", "--as-of", "2026-12-01").out
    other = yidi("family", *PEOPLE["重庆 → 重庆"], "--format", "ics").out
    uid = re.compile(r"^UID:(.*)\r$", re.MULTILINE)
    assert uid.findall(one.out) == uid.findall(later) != uid.findall(other)
    refused(yidi("family", "--want", "show-code", "--format", "ics"), "没有要记的日子")


# --- missing answers, files, days, ids ----------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "lacking"),
    [
        ((), "--want"),
        (("--want", "pay-bill"), "--scheme --from --relation --member-scheme --to"),
        (("--want", "records"), "--from --to"),
        (BILL, "--from --relation --member-scheme --to"),
        ((*BILL, "--relation", "儿媳"), "--from"),
        ((*BILL, "--from", "重庆", "--relation", "妈妈"), "--member-scheme --to"),
        ((*PEOPLE["重庆 → 贵阳"][:-4], "--member-scheme", "居民"), "--to"),
    ],
)
def test_what_is_missing_is_named(yidi: Run, argv: tuple[str, ...], lacking: str) -> None:
    for ran in (yidi("family", *argv, "--no-input"), yidi("family", *argv)):
        refused(ran, f"请补上：{lacking}。", "yidi family --help")
    in_terminal = yidi("family", *argv, "--no-input", terminal=True)
    assert f"请补上：{lacking}。" in in_terminal.err


def test_a_premium_of_an_employee_needs_no_place(yidi: Run) -> None:
    argv = ("--want", "pay-premium", "--scheme", "职工", "--from", "重庆", "--relation", "妈妈")
    ran = yidi("family", *argv, "--member-scheme", "职工", "--no-input")
    assert "没有居民医保费要交" in ran.out


def test_answers_from_a_file(yidi: Run, tmp_path: Path) -> None:
    page = yidi("family", *PEOPLE["佛山 → 南宁"])
    by_flag = {"want": "看病", "scheme": "职工", "from": "佛山", "relation": "外婆"}
    by_flag |= {"member-scheme": "职工", "to": "南宁"}
    by_id = {"insured": by_flag.pop("from"), "member": by_flag.pop("to"), **by_flag}
    by_flag |= {"from": "佛山", "to": "南宁"}
    for number, answers in enumerate((by_flag, by_id)):
        file = tmp_path / f"{number}.yaml"
        lines = [f"{key}: {value}" for key, value in answers.items()]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        assert yidi("family", "--answers", str(file), "--no-input") == page
    # A flag counts for more; a topic takes the answers too.
    changed = yidi("family", "--answers", str(file), "--to", "广州", "--format", "json")
    assert told(changed)["verdict"]["route"] == "link"
    topic = yidi("family", "bind", "--answers", str(file)).out
    assert "佛山" in topic
    assert "南宁" in topic
    assert "1. 您先开通" in topic


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("want: pay-bill\ncare: 住院\n", ["第 2 行", "care", "member-scheme", "relation"]),
        ("# 我家\nwant: [pay-bill, stop]\n", ["只能填一个"]),
        ("want: 鹦鹉螺\n", ["--want", "鹦鹉螺"]),
        ("want: records\nto: 四川\n", ["四川省是省", "--to"]),
    ],
)
def test_a_faulty_file_is_explained(yidi: Run, tmp_path: Path, text: str, said: list[str]) -> None:
    file = tmp_path / "家.yaml"
    file.write_text(text, encoding="utf-8")
    refused(yidi("family", "--answers", str(file), "--no-input"), *said)


def test_a_file_by_its_ending(yidi: Run, tmp_path: Path) -> None:
    argv = ("family", *PEOPLE["重庆 → 贵阳"])
    styles = {".html": "html", ".md": "md", ".json": "json", ".ics": "ics", ".txt": "chat"}
    for ending, style in styles.items():
        file = tmp_path / f"共济{ending}"
        ran = yidi(*argv, "-o", str(file))
        assert (ran.code, ran.out) == (0, "")
        assert "已保存到" in ran.err
        assert file.read_bytes().decode() == yidi(*argv, "--format", style).out, ending
    refused(yidi(*argv, "-o", str(file)), "共济.txt")
    topic = tmp_path / "绑定.md"
    assert yidi("family", "bind", "-o", str(topic)).code == 0
    assert topic.read_text(encoding="utf-8") == yidi("family", "bind", "--format", "md").out
    refused(yidi("family", "bind", "-o", str(tmp_path / "绑定.ics")), "日历")


def test_another_day(yidi: Run) -> None:
    for argv in (PEOPLE["重庆 → 贵阳"], ("bind",)):
        found = told(yidi("family", *argv, "--as-of", "2026-12-24", "--format", "json"))
        assert found["as_of"] == "2026-12-24"
        assert "2026-12-24" in yidi("family", *argv, "--as-of", "2026-12-24").out
        refused(yidi("family", *argv, "--as-of", "哪天"), "--as-of", "哪天")


def test_every_id_is_explained_and_found(yidi: Run, book: Rulebook) -> None:
    shown: dict[str, str] = {}
    for who in PEOPLE:
        ids = yidi("family", *PEOPLE[who], "--ids").out
        for section, items in plan_for(who, book).sections.items():
            for item in items:
                assert re.search(rf"^ +{re.escape(item.id)}$", ids, re.MULTILINE), item.id
                shown.setdefault(item.id, section)
    own = [name for name in shown if "family" in name]
    assert len(own) > 100
    for name in own:
        found = told(yidi("explain", name, "--format", "json"))
        assert (found["id"], found["text"] != "") == (name, True)
        assert found["sources"]
    # One of each section: a search takes a while.
    corpus = Corpus(book)
    for name in {shown[name]: name for name in own}.values():
        assert [hit.entry.id for hit in search(name, corpus, limit=1).hits] == [name]


def test_what_is_said_of_mutual_aid_is_found_from_all_sides(yidi: Run, book: Rulebook) -> None:
    own = {statement.id for _, statement in book.family.statements()}
    hits = told(yidi("search", "医保钱包 设额度", "--format", "json"))["hits"]
    assert {hit["id"] for hit in hits[:3]} & own
    assert "yidi explain" in hits[0]["command"]
    named = {
        one
        for conflict in told(yidi("conflicts", "--format", "json"))["conflicts"]
        for one in conflict["named_by"]
    }
    disputed = {s.id for _, s in book.family.statements() if getattr(s, "disputed", ())}
    assert disputed
    assert disputed <= named
    page = yidi("conflicts", "transfer-to-wallet").out
    assert "yidi explain cn.family.usage.quota" in page
    source = re.sub(r"\s", "", yidi("sources", "nhsa-account-2026-01").out)
    for name in ("cn.family.usage.quota", "family-wallet-bill", "cn.family.channel.wallet"):
        assert f"（{name}）" in source


# --- the guided run -----------------------------------------------------------------------------

ACROSS: list[Any] = ["pay-bill", "employee", "重庆", "parent", "resident", "贵阳"]
INSIDE: list[Any] = [*ACROSS[:-1], "云阳"]


class Talked:
    """One run of a command in a terminal, its prompts answered by a script."""

    def __init__(
        self, patch: pytest.MonkeyPatch, home: Path, argv: tuple[str, ...], script: list[Any]
    ) -> None:
        self.prompter = ScriptedPrompter(script)
        patch.setattr(conversation, "_prompter", lambda env, plain: self.prompter)
        self.out, self.err = Terminal(), Terminal()
        variables = {"HOME": str(home), "NO_COLOR": "1"}
        env = Environment(Terminal(), self.out, self.err, variables, 80, TODAY, 24)
        self.code = run(list(argv), env)
        assert env.state_folder is not None
        self.folder = env.state_folder

    def page(self) -> str:
        return ESCAPE.sub("", self.out.getvalue())

    def command(self) -> list[str]:
        (line,) = re.findall(r"^  (yidi (?!guide --code).*)$", self.err.getvalue(), re.MULTILINE)
        return shlex.split(line)[1:]

    def asks(self, kind: str = "") -> list[str]:
        """Everything that was asked, or said."""
        kinds = (kind,) if kind else ("choose", "choose_many", "search", "text")
        return [one.ask for one in self.prompter.transcript if one.kind in kinds]

    def questions(self) -> list[str]:
        """The questions, without the check and what follows it."""
        return [ask for ask in self.asks() if re.search(r"（\d+/\d+）$", ask)]

    def choices(self, ask: str) -> list[tuple[str, ...]]:
        return [one.choices for one in self.prompter.transcript if one.ask == ask]

    def kept(self, book: Rulebook, matter: str = "family") -> Answers | None:
        talked_of = book.family if matter == "family" else book
        progress = Memory(self.folder, matter).load(talked_of, TODAY)
        return progress.answers if progress is not None else None


Talk = Callable[..., Talked]


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, book: Rulebook) -> Talk:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(opening, "open_rulebook", lambda: book)

    def call(*argv: str, script: list[Any]) -> Talked:
        return Talked(monkeypatch, tmp_path, argv, script)

    return call


SHORTEST: dict[str, tuple[list[Any], str]] = {
    "across provinces": (ACROSS, "两边开没开通「医保钱包」"),
    "inside a province": (INSIDE, "绑定家人"),
    "a premium": (["pay-premium", *ACROSS[1:]], "再给他交居民医保"),
    "a premium of an employee": (["pay-premium", *ACROSS[1:4], "employee"], "没有居民医保费要交"),
    "not insured": ([*ACROSS[:4], "none"], "家人还没参保"),
    "no close relative": ([*ACROSS[:3], "spouse-parent"], "不能用您的账户"),
    "no account": (["pay-bill", "resident"], "居民医保没有个人账户"),
    "show-code": (["show-code"], "亲情账户"),
    "records": (["records", "青岛", "大连"], "「医保钱包」里查"),
    "stop": (["stop", "南京", "苏州"], "进去取消"),
    "filing": (["filing"], "yidi guide"),
    "transfer": (["transfer"], "医保关系转移"),
    "unknown": (["unknown"], "先分清要办的是哪一件"),
    "nothing known": (
        ["pay-bill", "unknown", "unknown", "unknown", "unknown", "unknown"],
        "先看清您参加的是不是职工医保",
    ),
}


@pytest.mark.parametrize("path", SHORTEST)
def test_few_questions_lead_to_the_plan(talk: Talk, path: str) -> None:
    script, says = SHORTEST[path]
    ran = talk("family", script=[*script, "ok", "leave"])
    assert ran.code == 0
    assert len(ran.questions()) == len(script) <= 7
    assert ran.asks()[len(script)] == CHECK_ASK
    assert says in re.sub(r"\n +|\n", "", ran.page())
    # The command that is printed shows the same page, with nothing asked.
    again = talk(*ran.command(), "--brief" if "--full" in ran.page() else "--full", script=[])
    assert again.page() == ran.page()
    assert again.prompter.transcript == []


def test_the_count_of_the_questions_comes_true(talk: Talk) -> None:
    """From the second on, the number that is told is that of the last one."""
    ran = talk("family", script=[*ACROSS, "ok", "leave"])
    told = [re.findall(r"（(\d+)/(\d+)）$", ask)[0] for ask in ran.questions()]
    assert [int(number) for number, _ in told] == list(range(1, 7))
    assert {int(count) for _, count in told[1:]} == {6}


def test_every_question_says_why(talk: Talk, book: Rulebook) -> None:
    ran = talk("family", script=[*ACROSS, "ok", "leave"])
    asked = [one for one in ran.prompter.transcript if one.ask in ran.questions()]
    for one, question in zip(asked, book.family.questions, strict=True):
        assert one.why is not None
        helped, effect = one.why().splitlines()
        assert helped == question.help
        assert effect.startswith("会影响：")


def test_back_to_the_first_question_and_forward(talk: Talk) -> None:
    straight = talk("family", script=[*ACROSS, "ok", "leave"])
    back = [BACK] * len(ACROSS)
    # What was typed is the default of a place; Enter keeps it.
    forward = [*ACROSS[:2], "", *ACROSS[3:5], ""]
    ran = talk("family", script=[*ACROSS, *back, forward[0], "ok", "leave"])
    assert ran.page() == straight.page()
    ran = talk("family", script=[*ACROSS, *back, "records", "ok", "leave"])
    assert "查用了多少" in ran.page()
    # One step back, and the same answer: where one was.
    ran = talk("family", script=[*ACROSS[:5], *back[:3], "", "贵阳", "ok", "leave"])
    assert ran.page() == straight.page()


def test_a_change_at_the_check_asks_only_what_hangs_on_it(talk: Talk) -> None:
    def asked(*moves: Any, start: list[Any] = ACROSS) -> tuple[list[str], Talked]:
        ran = talk("family", script=[*start, *moves, "ok", "leave"])
        assert ran.code == 0
        return [ask[:-5] for ask in ran.questions()][len(start) :], ran

    place, relation = "用钱的家人，医保交在哪个市？", "用钱的家人，是您（出钱的人）的什么人？"
    changed, ran = asked("member", "云阳")
    assert changed == [place]
    assert "绑定家人" in ran.page()
    changed, ran = asked("relation", "spouse-parent")
    assert changed == [relation]
    assert "不能用您的账户" in ran.page()
    said = [line for line in ran.asks("say") if line.startswith("现在用不上，先留着")]
    assert said == ["现在用不上，先留着：居民医保；贵阳市（贵州省）。"]
    # What is parked comes back, without being asked.
    changed, ran = asked("relation", "spouse-parent", "relation", "parent")
    assert changed == [relation, relation]
    assert ran.page() == asked()[1].page()
    # From a short path to a long one: what is new is asked.
    changed, ran = asked("want", *ACROSS, start=["show-code"])
    assert len(changed) == 6
    assert ran.page() == asked()[1].page()
    changed, _ = asked("scheme", "employee", "重庆", "child-spouse", start=["pay-bill", "resident"])
    assert len(changed) == 3


@pytest.mark.parametrize("at", range(1, 7))
def test_an_interrupt_keeps_the_answers_apart(talk: Talk, book: Rulebook, at: int) -> None:
    filing = talk("guide", script=[*SCRIPT[:3], KeyboardInterrupt])
    before = filing.kept(book, "filing")
    assert before is not None
    leave = EOFError if at == 4 else KeyboardInterrupt
    ran = talk("family", "--as-of", "2026-11-01", script=[*ACROSS[:at], leave])
    assert ran.code == 130
    assert ran.command() == ["family", "--resume", "--as-of", "2026-11-01"]
    assert (ran.folder / "progress-family.json").is_file()
    kept = ran.kept(book)
    assert kept is not None
    assert len(kept) == at
    assert ran.kept(book, "filing") == before
    again = talk(*ran.command(), "--full", script=[*ACROSS[at:], "ok", "leave"])
    assert again.code == 0
    assert len(again.questions()) == len(ACROSS) - at
    whole = talk("family", "--as-of", "2026-11-01", "--full", script=[*ACROSS, "ok", "leave"])
    assert again.page() == whole.page()
    assert again.kept(book) is None, "nothing is kept once the result stands there"
    assert again.kept(book, "filing") == before


def test_before_the_first_answer_there_is_nothing_to_keep(talk: Talk, book: Rulebook) -> None:
    ran = talk("family", "--plain", script=[KeyboardInterrupt])
    assert (ran.code, ran.command()) == (130, ["family", "--plain"])
    assert ran.kept(book) is None


def test_the_next_run_asks_whether_to_go_on(talk: Talk, book: Rulebook) -> None:
    talk("family", script=[*ACROSS[:4], KeyboardInterrupt])
    ran = talk("family", script=["resume", *ACROSS[4:], "ok", "leave"])
    assert ran.code == 0
    asked = ran.asks()[0]
    assert all(words in asked for words in ("付家人看病的钱", "重庆市", "父母", "接着答吗"))
    talk("family", script=[*ACROSS[:4], KeyboardInterrupt])
    guide = talk("guide", script=[KeyboardInterrupt])
    assert "接着答吗" not in guide.asks()[0], "the other matter has answers of its own"
    fresh = talk("family", "--fresh", script=["stop", "绵阳", KeyboardInterrupt])
    assert fresh.kept(book) == {"want": "stop", "insured": "510700"}
    anew = talk("family", script=["fresh", "records", KeyboardInterrupt])
    assert anew.kept(book) == {"want": "records"}
    nothing = talk("guide", "--resume", script=[KeyboardInterrupt])
    assert "没有留下没答完的，从头问。" in nothing.asks("say")


def test_what_is_given_now_counts_for_more_than_what_was_kept(talk: Talk, book: Rulebook) -> None:
    talk("family", script=[*ACROSS[:4], KeyboardInterrupt])
    ran = talk("family", "--resume", "--relation", "孩子", script=["resident", KeyboardInterrupt])
    kept = ran.kept(book)
    assert kept is not None
    assert (kept["relation"], kept["insured"]) == ("child", "500000")
    # Without a terminal too.
    flags = ("--no-input", "--to", "贵阳", "--format", "json")
    last = talk("family", "--resume", *flags, script=[])
    assert json.loads(last.page())["case"]["relation"] == "child"


def test_the_ways_to_take_the_result_along(talk: Talk, tmp_path: Path) -> None:
    ways = [word for name in FamilyTalk.ways for word in ("save", name, "")]
    ran = talk("family", script=[*ACROSS, "ok", *ways, "leave"])
    assert ran.code == 0
    base = "家庭共济-重庆-贵阳"
    kept = {path.name: path.read_bytes().decode() for path in tmp_path.glob(f"{base}*")}
    assert set(kept) == {f"{base}{way.ending}" for way in FamilyTalk.ways.values()}
    assert kept[f"{base}.html"].startswith("<!doctype html>")
    assert kept[f"{base}.ics"].startswith("BEGIN:VCALENDAR")
    for ending in (".html", ".txt", ".ics"):
        talk(*ran.command(), "-o", f"b{ending}", script=[])
        assert (tmp_path / f"b{ending}").read_bytes().decode() == kept[f"{base}{ending}"]


def test_without_days_there_is_no_calendar(talk: Talk) -> None:
    ran = talk("family", script=["show-code", "ok", "save", "chat", "", "leave"])
    (ways,) = ran.choices("怎么带走？")
    assert len(ways) == len(FamilyTalk.ways) - 1
    assert not [way for way in ways if "日历" in way]
    offers = ran.choices(afterwards.NEXT_ASK)[-1]
    assert "带走：打印、发给家人" in offers
    assert not [offer for offer in offers if "比一比" in offer], "there is nothing to compare"


def test_what_follows_the_result(talk: Talk) -> None:
    first = talk("family", "--full", script=[*ACROSS, "ok", "leave"]).page()
    inside = talk("family", "--full", script=[*INSIDE, "ok", "leave"]).page()
    changed = ["edit", "member", "云阳", "ok"]
    assert talk("family", "--full", script=[*ACROSS, "ok", *changed, "leave"]).page() == (
        first + inside
    )
    ran = talk("family", "--full", script=[*ACROSS, "ok", "anew", *INSIDE, "ok", "leave"])
    assert ran.page() == first + inside
    assert len(ran.questions()) == 12
    whole = talk("family", "--brief", script=[*ACROSS, "ok", "full", "leave"])
    assert whole.page().endswith(first)


@pytest.mark.parametrize("leave", [KeyboardInterrupt, EOFError])
def test_leaving_after_the_result_is_no_interrupt(talk: Talk, leave: type[BaseException]) -> None:
    ran = talk("family", script=[*ACROSS, "ok", leave])
    assert ran.code == 0
    assert ran.command()[:3] == ["family", "--want", "pay-bill"]


def test_the_insured_place_is_remembered_for_both_matters(talk: Talk) -> None:
    talk("family", script=[*ACROSS, "ok", "remember", "leave"])
    ran = talk("family", script=[*ACROSS[:2], "", *ACROSS[3:], "ok", "forget", "leave"])
    assert "重庆 → 贵阳" in ran.page()
    places = [one for one in ran.prompter.transcript if one.kind == "search"]
    assert places[0].choices[0] == "重庆市"
    assert "重庆市" not in places[1].choices, "it is not the user's"
    last = talk("family", script=[*ACROSS[:2], KeyboardInterrupt])
    assert "重庆市" not in last.prompter.transcript[-1].choices


def test_from_filing_to_mutual_aid(talk: Talk, book: Rulebook) -> None:
    """The patient of the one is the user of the other."""
    there = ["employee", "贵阳", "child", "resident", "ok", "leave"]
    ran = talk(
        *("guide", "--plain", "--ids", "--full", "--as-of", "2026-11-20"),
        script=[*SCRIPT, *NONE, "ok", "other", *there],
    )
    assert ran.code == 0
    assert "贵阳 → 重庆" in ran.page()
    assert len([ask for ask in ran.questions() if "出钱的人" in ask or "用钱的家人" in ask]) == 4
    wanted = ["family", "--want", "pay-bill", "--scheme", "employee", "--from", "贵阳市"]
    assert ran.command()[:7] == wanted
    assert ran.command()[-4:] == ["--as-of", "2026-11-20", "--plain", "--ids"]
    # Left on the way, it is that matter's answers that are kept.
    left = talk("guide", script=[*SCRIPT, *NONE, "ok", "other", "employee", KeyboardInterrupt])
    assert (left.code, left.command()) == (130, ["family", "--resume"])
    assert left.kept(book) == {"want": "pay-bill", "member": "500000", "scheme": "employee"}
    assert left.kept(book, "filing") is None


def test_from_mutual_aid_to_filing(talk: Talk, book: Rulebook) -> None:
    ran = talk("family", script=[*ACROSS, "ok", "other", *SCRIPT[1:], *NONE, "ok", "leave"])
    assert ran.code == 0
    assert "贵阳 → 成都" in ran.page()
    assert ran.command()[:5] == ["guide", "--from", "贵阳市", "--to", "成都市"]
    # With no place of the user's, all is asked.
    short = talk("family", script=["filing", "ok", "other", KeyboardInterrupt])
    assert short.code == 130
    assert short.asks()[-1].startswith("参保地在哪里")
    assert short.command() == ["guide"]


# --- a sentence about it ------------------------------------------------------------------------

PAY_FOR_MUM = "我想用我的医保给妈妈付住院费"
ABOUT_IT = (
    PAY_FOR_MUM,
    "我的医保卡能给老婆用吗",
    "能不能用我个人账户的钱给孩子交医保",
    "用老公的医保卡给婆婆买药",
    "怎么绑定家人",
    "不想共济了",
    "我医保卡里的钱想给爸妈用",
    "帮老人出示医保码",
    "爸爸能刷我的医保卡吗",
    "医保钱包怎么开通",
)
TURN = "问的是家庭共济（用自己的医保账户付家人的钱），转到那边"


@pytest.mark.parametrize("said", ABOUT_IT)
def test_a_sentence_about_it_is_understood(yidi: Run, said: str) -> None:
    found = told(yidi("understand", said, "--format", "json"))
    assert found["matter"] == "family"
    page = yidi("understand", said).out
    assert page.index("yidi family") < page.index("yidi guide")


def test_no_sentence_about_filing_is_taken_for_it(book: Rulebook) -> None:
    files = sorted(FOLDER.glob("*.yaml"))
    sentences = [sentence["text"] for file in files for sentence in read(file)]
    assert len(sentences) > 600
    assert [said for said in sentences if understand(said, book).matter] == []


def test_a_sentence_about_filing_offers_nothing_else(talk: Talk, yidi: Run) -> None:
    said = "绵阳居民医保，爷爷去昆明旅游突然中风，急诊住着院，没备案"
    assert "matter" not in told(yidi("understand", said, "--format", "json"))
    assert "yidi family" not in yidi("understand", said).out
    ran = talk("guide", said, script=["ok", (), "ok", "leave"])
    assert OTHER_ASK not in ran.asks()


def test_a_sentence_given_as_words(talk: Talk, book: Rulebook) -> None:
    ran = talk("guide", *PAY_FOR_MUM.partition("给"), script=["other", *ACROSS, "ok", "leave"])
    assert ran.asks()[0] == OTHER_ASK
    assert "重庆 → 贵阳" in ran.page()
    assert ran.command()[0] == "family"
    # «Not so»: what it says of filing counts, and the rest is asked.
    other = talk("guide", PAY_FOR_MUM, script=["ok", "ok", *SCRIPT[:4], "none", (), "ok", "leave"])
    assert other.asks()[:2] == [OTHER_ASK, HEARD_ASK]
    assert "重庆 → 成都" in other.page()
    assert other.command()[0] == "guide"


def test_a_sentence_typed_at_the_first_question(talk: Talk) -> None:
    ran = talk("guide", script=[PAY_FOR_MUM, "other", *ACROSS, "ok", "leave"])
    (lines,) = [one.choices for one in ran.prompter.transcript if one.kind == "matches"]
    assert lines[0] == TURN
    assert len(lines) == 2
    assert "重庆 → 贵阳" in ran.page()
    other = talk("guide", script=[PAY_FOR_MUM, "sentence", "ok", "重庆", KeyboardInterrupt])
    assert other.asks()[-1].startswith("要去哪里看病")
    # A word is enough; later questions take places only.
    short = talk("guide", "--fresh", script=["共济", "other", "show-code", "ok", "leave"])
    assert short.command() == ["family", "--want", "show-code"]
    later = talk("guide", "--fresh", script=["重庆", PAY_FOR_MUM, "成都", KeyboardInterrupt])
    assert later.command() == ["guide", "--resume"]


def test_a_sentence_without_a_terminal(yidi: Run) -> None:
    ran = yidi("guide", PAY_FOR_MUM)
    assert (ran.code, ran.out) == (2, "")
    assert "yidi family" in ran.err
    assert "--from" in ran.err


def test_no_place_is_taken_for_it(book: Rulebook) -> None:
    names = [place.name for place in book.places.pools()][::4]
    assert len(names) > 80
    assert [name for name in names if understand(name, book).matter] == []
