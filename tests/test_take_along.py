"""Taking a result along, as one types it: files by their ending, codes, QR codes, comparisons."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Ran, Run
from yidi_cli.cli.options import ENDINGS, FORMATS

CASE = (
    "guide", "--no-input", "--from", "重庆", "--to", "成都", "--scheme", "employee",
    "--type", "long-term-residence", "--care", "inpatient", "--stage", "before", "--filing", "none",
)  # fmt: skip
BEGINS = {
    "txt": "重庆 → 成都",
    "TXT": "重庆 → 成都",
    "清单": "重庆 → 成都",
    "md": "# 重庆 → 成都",
    "markdown": "# 重庆 → 成都",
    "html": "<!doctype html>",
    "htm": "<!doctype html>",
    "ics": "BEGIN:VCALENDAR\r\n",
    "json": "{\n",
}


def refused(ran: Ran, *words: str) -> None:
    assert (ran.code, ran.out) == (2, "")
    assert all(word in ran.err for word in words), ran.err


@pytest.mark.parametrize("ending", BEGINS)
def test_the_ending_of_a_file_says_its_format(ending: str, yidi: Run, tmp_path: Path) -> None:
    file = tmp_path / f"清单.{ending}"
    ran = yidi(*CASE, "-o", str(file))
    assert (ran.code, ran.out) == (0, "")
    kept = file.read_bytes().decode()
    assert kept.startswith(BEGINS[ending])
    assert kept.endswith("\n")
    wanted = ENDINGS.get(file.suffix.lower(), "chat")
    assert yidi(*CASE, "--format", wanted).out == kept


def test_every_format_can_be_asked_for(yidi: Run) -> None:
    pages = {name: yidi(*CASE, "--format", name) for name in FORMATS}
    assert all(ran.code == 0 for ran in pages.values())
    assert len({ran.out for ran in pages.values()}) == len(FORMATS)


def test_text_in_a_file_is_not_wrapped(yidi: Run, tmp_path: Path) -> None:
    yidi(*CASE, "-o", str(tmp_path / "a.txt"))
    lines = (tmp_path / "a.txt").read_text(encoding="utf-8").splitlines()
    step = next(line for line in lines if line.startswith("1. 打开国家医保服务平台 APP"))
    assert step.endswith("〕")
    assert "【现在就做】" in lines


@pytest.mark.parametrize("name", ["清单.pdf", "清单.DOCX", "a.png"])
def test_a_file_that_nothing_could_open_is_not_written(
    name: str, yidi: Run, tmp_path: Path
) -> None:
    refused(yidi(*CASE, "-o", str(tmp_path / name)), "存不成", ".html")
    assert not list(tmp_path.iterdir())
    # Who says so gets it.
    assert yidi(*CASE, "--format", "md", "-o", str(tmp_path / name)).code == 0


def test_the_days_alone_are_a_calendar_too(yidi: Run) -> None:
    case = ("timing", "--from", "重庆", "--to", "成都", "--stage", "before", "--format", "ics")
    ran = yidi(*case, "--type", "转诊", "--on", "出发=2026-12-04")
    assert ran.code == 0
    assert ran.out.startswith("BEGIN:VCALENDAR")
    assert "DTSTART;VALUE=DATE:20261201" in ran.out
    refused(yidi(*case), "--type")


@pytest.mark.parametrize("query", [["materials"], ["channels", "--city", "重庆"], ["types"]])
def test_a_query_can_be_taken_along_but_has_no_calendar(query: list[str], yidi: Run) -> None:
    for name in ("md", "html", "chat"):
        assert yidi(*query, "--format", name).code == 0
    refused(yidi(*query, "--format", "ics"), "没有要记的日子", "yidi guide")


def test_days_that_cannot_be(yidi: Run) -> None:
    admitted = ("--stage", "admitted")
    ran = yidi(*CASE[:-4], *admitted, *CASE[-2:], "--on", "入院=11-28", "--on", "出院=11-25")
    refused(ran, "出院", "入院")


def test_only_what_is_over_today_is_past(yidi: Run) -> None:
    days = ("--on", "2026-12-20", "--on", "出发=2026-12-22")
    page = yidi(*CASE, *days, "--format", "chat").out
    assert "2026-12-17（周四） 网上最晚这天交" in page
    assert "比打算办的那天早" in page
    assert "已经过了" not in page
    assert "已过" not in yidi(*CASE, *days, "--format", "ics").out
    elder = yidi(*CASE, "--on", "出发=明天", "--for", "elder", "--format", "chat").out
    assert "已经过了，马上办" in elder


# --- large type -------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", ["elder", "老人", "Elder"])
def test_the_large_type_page(reader: str, yidi: Run) -> None:
    page = yidi(*CASE, "--for", reader, "--format", "plain").out
    steps = [int(n) for n in re.findall(r"^ ?(\d+)\. ", page, re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1))
    assert 3 <= len(steps) <= 8
    assert "023-12393" in page
    html = yidi(*CASE, "--for", reader, "--format", "html").out
    assert html != yidi(*CASE, "--format", "html").out


def test_the_large_type_page_is_a_page(yidi: Run) -> None:
    refused(yidi(*CASE, "--for", "elder", "--format", "json"), "--for elder", "json")
    refused(yidi(*CASE, "--for", "elder", "--format", "ics"), "ics")
    refused(yidi(*CASE, "--for", "孩子"), "孩子", "elder")
    refused(yidi(*CASE, "--for", "elder", "--brief"), "--for", "--brief")


# --- share codes ------------------------------------------------------------------------------


def code_of(yidi: Run) -> str:
    found = json.loads(yidi(*CASE, "--format", "json").out)["code"]
    assert isinstance(found, str)
    return found


def test_a_code_gives_the_same_plan(yidi: Run) -> None:
    code = code_of(yidi)
    whole = yidi(*CASE)
    assert f"yidi guide --code {code}" in whole.out
    assert yidi("guide", "--no-input", "--code", code) == whole
    assert yidi("guide", "--no-input", "--code", code.lower().replace("-", " ")) == whole


def test_an_option_counts_for_more_than_the_code(yidi: Run) -> None:
    ran = yidi("guide", "--no-input", "--code", code_of(yidi), "--to", "昆明")
    assert ran.out.startswith("重庆 → 昆明")


def test_a_code_that_was_copied_wrong(yidi: Run) -> None:
    code = code_of(yidi)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    refused(yidi("guide", "--no-input", "--code", wrong), "分享码")


# --- comparing --------------------------------------------------------------------------------

PLACES = ("--from", "重庆", "--to", "成都")
TYPES = ("--type", "long-term-residence", "--type", "other-temporary")


def test_what_is_written_twice_is_compared(yidi: Run) -> None:
    ran = yidi("diff", *PLACES, *TYPES)
    assert ran.code == 0
    assert ran.out.startswith("比一比 · 重庆 → 成都")
    assert "要带的：只有「异地长期居住人员」" in ran.out
    assert "要带的：只有「其他临时外出就医人员」" in ran.out
    assert "不按哪类报得多选" in ran.out
    assert yidi("对比", *PLACES, *TYPES) == ran


def test_side_by_side_where_there_is_room(yidi: Run) -> None:
    wide = yidi("diff", *PLACES, *TYPES, "--format", "table", columns=100).out
    narrow = yidi("diff", *PLACES, *TYPES, "--format", "table", columns=60).out
    heading = r"要带的：只有「异地长期居住人员」.*要带的：只有「其他临时外出就医人员」"
    assert re.search(heading, wide)
    assert not re.search(heading, narrow)
    plain = yidi("diff", *PLACES, *TYPES, "--plain", columns=100).out
    assert not re.search(heading, plain), "what is read out is one after the other"


def test_any_answer_can_be_compared(yidi: Run) -> None:
    rest = ("--type", "emergency", "--care", "inpatient", "--filing", "none")
    ran = yidi("diff", *PLACES, *rest, "--stage", "admitted", "--stage", "discharged")
    assert "「已住院未结算」" in ran.out
    assert "「已出院或已自费结算」" in ran.out
    ran = yidi("diff", "--from", "绵阳", "--to", "昆明", "--to", "成都", *rest)
    assert "「绵阳 → 昆明」" in ran.out
    ran = yidi("diff", *PLACES, *rest, "--situation", "none", "--situation", "injury,代办")
    assert "外伤" in ran.out


def test_two_codes_are_compared(yidi: Run) -> None:
    other = (*CASE[:-1], "active")
    codes = [json.loads(yidi(*one, "--format", "json").out)["code"] for one in (CASE, other)]
    ran = yidi("diff", "--code", codes[0], "--code", codes[1])
    assert "「未备案」" in ran.out
    assert "「有效」" in ran.out or "「备案有效」" in ran.out
    same = yidi("diff", "--code", codes[0], "--filing", "none", "--filing", "active")
    assert same == ran


def test_a_comparison_as_json(yidi: Run) -> None:
    found = json.loads(yidi("diff", *PLACES, *TYPES, "--format", "json").out)
    assert (found["schema"], found["query"]) == ("yidi.query/1", "diff")
    assert found["a"]["case"]["type"] == "long-term-residence"
    assert found["b"]["case"]["type"] == "other-temporary"
    only = found["sections"]["materials"]
    assert "cn.materials.residence-proof" in {item["id"] for item in only["only_a"]}
    assert "cn.materials.residence-proof" not in {item["id"] for item in only["only_b"]}
    assert only["equal"] > 0
    cited = {
        source
        for section in found["sections"].values()
        for item in (*section["only_a"], *section["only_b"])
        for source in item["sources"]
    }
    assert cited <= set(found["sources"])


def test_a_comparison_needs_two_of_something(yidi: Run) -> None:
    refused(yidi("diff", *PLACES), "写两次", "--type")
    refused(yidi("diff", *TYPES, "--type", "referral"), "--type", "3 次")
    refused(yidi("diff", *PLACES, "--type", "转诊", "--type", "没有这类"), "没有这类")


# --- QR codes ---------------------------------------------------------------------------------


def test_the_address_of_a_channel_is_drawn(yidi: Run) -> None:
    plain = yidi("channels", "--city", "重庆").out
    drawn = yidi("channels", "--city", "重庆", "--qr")
    assert drawn.code == 0
    assert "▀" not in plain
    assert "█▀▀▀▀▀█" in drawn.out
    kept = [line for line in drawn.out.splitlines() if not set(line) & set("▀▄█")]
    told = [line for line in kept if line.strip()]
    assert told == [line for line in plain.splitlines() if line.strip()]
    page = yidi("channels", "--city", "重庆", "--qr", "--format", "html").out
    tops = [line for line in drawn.out.splitlines() if line.count("█▀▀▀▀▀█") == 2]
    assert page.count("<svg") == len(tops) > 1
