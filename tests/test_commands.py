"""Every command through the command line: flags, files, names, refusals, and where results go."""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import ROOT, TODAY, Ran, Run, Terminal
from yidi_cli import __version__
from yidi_cli.base.env import Environment
from yidi_cli.cli.app import COMMANDS, run
from yidi_cli.plan.answers import parse_option
from yidi_cli.plan.case import Case
from yidi_cli.plan.channels import contacts, items_of_place
from yidi_cli.plan.explain import explained
from yidi_cli.plan.words import Words
from yidi_cli.render.explain import explain_document
from yidi_cli.render.text import plain_text
from yidi_cli.render.wrap import width
from yidi_cli.rulebook.divisions import Place
from yidi_cli.rulebook.model import UNKNOWN
from yidi_cli.rulebook.rulebook import Rulebook

FULL = {
    "--from": "重庆",
    "--to": "成都",
    "--scheme": "employee",
    "--type": "long-term-residence",
    "--care": "inpatient",
    "--stage": "before",
    "--filing": "none",
}
ANSWERS = {
    "from": "重庆市云阳县",
    "to": "chengdu",
    "scheme": "职工",
    "type": "长期居住",
    "care": "住院",
    "stage": "还没看",
    "filing": "没有",
    "situation": ["代办", "no-proof"],
}
ENGLISH = re.compile(
    r"usage:|options?:|error|missing|no such|invalid|argument|commands|required|default|"
    r"show this|unexpected|aborted|traceback|exception",
    re.IGNORECASE,
)
BOX = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
NAMES = [command.name for command in COMMANDS]


@pytest.fixture(autouse=True)
def _one_rulebook(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the data once for all the commands here."""
    monkeypatch.setattr("yidi_cli.rulebook.opening.open_rulebook", lambda: book)


def flags(**changed: str | None) -> list[str]:
    """Return a complete command line, some flags changed, or left out (None)."""
    chosen = {**FULL, **{f"--{name.rstrip('_')}": value for name, value in changed.items()}}
    return [word for flag, value in chosen.items() if value is not None for word in (flag, value)]


def result(ran: Ran) -> dict[str, object]:
    assert (ran.code, ran.err) == (0, "")
    loaded = json.loads(ran.out)
    assert isinstance(loaded, dict)
    return loaded


def case_of(ran: Ran) -> dict[str, object]:
    case = result(ran)["case"]
    assert isinstance(case, dict)
    return case


def refused(ran: Ran, *said: str) -> None:
    """Check a refusal of the user's input: Chinese, short, with what would do instead."""
    assert ran.code == 2, ran
    assert ran.out == ""
    lines = ran.err.strip().split("\n")
    assert 1 <= len(lines) <= 2, ran.err
    assert not ENGLISH.search(ran.err), ran.err
    assert re.search(r"[。？](?:（--[a-z-]+）)?$", lines[0]), ran.err
    for words in said:
        assert words in ran.err, ran.err


def page_is_sound(text: str, columns: int = 80) -> None:
    assert not BOX.search(text)
    assert text.endswith("\n")
    assert all(width(line) <= columns for line in text.splitlines())


# --- all of them ---


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("name", ["", *NAMES, *(command.alias for command in COMMANDS)])
def test_help_is_chinese(yidi: Run, name: str, columns: int) -> None:
    ran = yidi(*filter(None, [name]), "--help", columns=columns)
    assert (ran.code, ran.err) == (0, "")
    assert not ENGLISH.search(ran.out), ran.out
    assert "用法：yidi" in ran.out
    assert "例：" in ran.out
    page_is_sound(ran.out, columns)


def test_an_alias_is_the_command(yidi: Run) -> None:
    for command in COMMANDS:
        assert yidi(command.alias, "--help").out == yidi(command.name, "--help").out
    assert yidi("渠道", "--city", "重庆").out == yidi("channels", "--city", "重庆").out
    assert yidi("向导", *flags()).out == yidi("guide", *flags()).out


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_version(yidi: Run, capsys: pytest.CaptureFixture[str], flag: str) -> None:
    ran = yidi(flag)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out + capsys.readouterr().out == f"yidi {__version__}\n"


def test_no_command_shows_them_all(yidi: Run) -> None:
    ran = yidi()
    assert ran.code == 0
    for command in COMMANDS:
        assert f"{command.name}（{command.alias}）" in ran.out


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["guid"], "guide"),
        (["材枓"], "材料"),
        (["bogus"], "bogus"),
        (["guide", "--form", "重庆"], "--from"),
        (["guide", "--from"], "--from 后面要有值"),
        (["guide", "多余"], "guide --help"),
        (["explain"], "编号"),
        (["channels"], "yidi channels --city 重庆"),
        (["guide", "--from", "重庆", "--from", "成都"], "--from 写了不止一次"),
    ],
)
def test_mistakes_on_the_command_line(yidi: Run, argv: list[str], said: str) -> None:
    refused(yidi(*argv), said)


@pytest.mark.parametrize(
    "argv",
    [
        ["guide", *flags()],
        ["materials", "--type", "long-term"],
        ["timing", "--type", "referral"],
        ["settlement", "--from", "重庆", "--to", "成都"],
        ["channels", "--city", "绵阳"],
        ["types"],
        ["sources"],
        ["sources", "nhsa-2022-22"],
        ["explain", "cn.materials.identity"],
        ["search", "急诊", "备案"],
        ["search", "jizhen"],
        ["search", "没有这样的东西xyzzy"],
        ["conflicts"],
        ["conflicts", "effect"],
        ["myths"],
    ],
)
def test_formats(yidi: Run, argv: list[str]) -> None:
    plain = yidi(*argv, "--format", "plain")
    assert (plain.code, plain.err) == (0, "")
    page_is_sound(plain.out)
    assert plain == yidi(*argv, "--plain") == yidi(*argv) == yidi(*argv, "--format", " PLAIN ")
    # A person at a terminal gets the page with its look; a simple terminal gets plain lines.
    table = yidi(*argv, "--format", "table")
    assert "\x1b[" in table.out
    assert yidi(*argv, terminal=True) == table
    for variables in ({"TERM": "dumb"}, {"YIDI_PLAIN": "1"}, {"ACCESSIBLE": "1"}):
        assert yidi(*argv, terminal=True, variables=variables) == plain
    grey = yidi(*argv, terminal=True, variables={"NO_COLOR": "1"}).out
    assert "38;5;31m" in table.out
    assert "38;5;31m" not in grey
    narrow = yidi(*argv, columns=40).out
    page_is_sound(narrow, 40)
    found = result(yidi(*argv, "--format", "json"))
    name = "plan/1" if argv[0] == "guide" else "query/1"
    assert found["schema"] == f"yidi.{name}"
    refused(yidi(*argv, "--format", "xml"), "xml", "table、plain、chat、md、html、ics、json")


# --- guide ---


def test_guide_flags(yidi: Run) -> None:
    ran = yidi(
        "guide",
        *flags(care="chronic", stage="admitted", filing="expired", scheme="resident"),
        *("--disease", "hypertension", "--situation", "proxy", "--situation", "two-homes"),
        *("--format", "json"),
    )
    assert case_of(ran) == {
        "insured": {"code": "500000", "name": "重庆市", "province": "重庆市"},
        "destination": {"code": "510100", "name": "成都市", "province": "四川省"},
        "scheme": "resident",
        "type": "long-term-residence",
        "group": "long-term",
        "care": "chronic",
        "stage": "admitted",
        "filing": "expired",
        "disease": "hypertension",
        "situations": ["proxy", "two-homes"],
    }


def test_guide_takes_every_option_by_every_name(yidi: Run, book: Rulebook) -> None:
    for question in book.questions:
        for option in question.options:
            names = (option.id, option.name, option.label, *option.aliases)
            assert {parse_option(name, question) for name in names} == {option.id}
            assert parse_option(f" {option.id.upper()} ", question) == option.id
            if question.kind == "one":
                changed = {"disease": "none", question.flag.removeprefix("--"): names[-1]}
                care = {"care": "chronic"} if question.id == "disease" else {}
                ran = yidi("guide", *flags(**changed, **care), "--format", "json")
                assert case_of(ran)[question.id] == option.id


def test_several_situations_in_one_flag(yidi: Run) -> None:
    one = yidi("guide", *flags(), "--situation", "代办、拿不出居住等证明")
    two = yidi("guide", *flags(), "--situation", "no-proof", "--situation", "proxy")
    assert one.code == 0
    assert one.out == two.out


def test_a_group_is_an_answer(yidi: Run) -> None:
    for typed in ("long-term", "长期"):
        case = case_of(yidi("guide", *flags(type=typed), "--format", "json"))
        assert (case["type"], case["group"]) == (UNKNOWN, "long-term")


@pytest.mark.parametrize(("to", "scope"), [("万州", "same-region"), ("台湾", "outside-mainland")])
def test_two_flags_are_enough_where_nothing_else_matters(yidi: Run, to: str, scope: str) -> None:
    ran = yidi("guide", "--from", "重庆", "--to", to, "--no-input", "--format", "json")
    assert result(ran)["scope"] == scope


ALL = "--from --to --scheme --type --care --stage --filing"


@pytest.mark.parametrize("how", ["--no-input", "no terminal"])
@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ([], ALL),
        (["--from", "重庆"], ALL.removeprefix("--from ")),
        (["--to", "重庆"], ALL.replace("--to ", "")),
        (["--from", "重庆", "--to", "成都"], "--scheme --type --care --stage --filing"),
        (flags(scheme=None, filing=None), "--scheme --filing"),
        (flags(care="chronic"), "--disease"),
        (flags(care="chronic", type=None), "--type --disease"),
        (
            ["--filing", "none", "--care", "慢特病"],
            "--from --to --scheme --type --disease --stage",
        ),
    ],
)
def test_what_is_missing_is_named_in_order(
    yidi: Run, how: str, given: list[str], lacking: str
) -> None:
    options = [how] if how.startswith("--") else []
    ran = yidi("guide", *given, *options)
    refused(ran)
    assert re.findall(r"--[a-z-]+", ran.err.partition("各选项")[0]) == lacking.split()
    assert ("这里不能提问" in ran.err) == (not options)


def test_no_input_holds_at_a_terminal_too(yidi: Run) -> None:
    refused(yidi("guide", "--no-input", terminal=True), ALL)


def test_answering_at_a_terminal(yidi: Run) -> None:
    lines = "重庆\n成都\n1\n2\n1\n1\n1\n\n\n"
    ran = yidi("guide", "--plain", "--full", terminal=True, stdin=lines)
    assert ran.code == 0
    assert ran.out == yidi("guide", *flags(), "--plain").out
    assert "\x1b" not in ran.err
    # What a flag answered is not asked.
    rest = ("--plain", "--full")
    asked = yidi("guide", *flags(filing=None), *rest, terminal=True, stdin="1\n\n\n")
    assert asked.out == ran.out
    assert "参保地在哪里" not in asked.err


def test_an_end_of_input_tells_how_to_go_on(yidi: Run) -> None:
    ran = yidi("guide", "--plain", "--full", terminal=True, stdin="重庆\n成都\n1\n")
    assert (ran.code, ran.out) == (130, "")
    again = shlex.split(ran.err.rstrip().splitlines()[-1])
    answered = ["yidi", "guide", "--from", "重庆市", "--to", "成都市", "--scheme", "employee"]
    assert again[: len(answered)] == answered
    # The line can be pasted: only what was not answered is asked.
    lines = "2\n1\n1\n1\n\n\n"
    ended = yidi(*again[1:], terminal=True, stdin=lines, variables={"YIDI_PLAIN": "1"})
    assert ended.out == yidi("guide", *flags(), "--plain").out


def test_the_line_to_go_on_with_names_the_same_place(yidi: Run) -> None:
    for typed, code in (("南京鼓楼区", "320106"), ("北京朝阳区", "110105")):
        ran = yidi("guide", "--from", typed, "--plain", terminal=True)
        again = shlex.split(ran.err.rstrip().splitlines()[-1])
        wanted = yidi("guide", "--from", code, "--no-input").err
        assert yidi(*again[1:], "--no-input").err == wanted


def write(path: Path, answers: object) -> str:
    text = json.dumps(answers, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return str(path)


def as_yaml(answers: dict[str, object]) -> str:
    lines = []
    for key, value in answers.items():
        many = f"[{', '.join(value)}]" if isinstance(value, list) else value
        lines.append(f"{key}: {many}\n")
    return "".join(lines)


def test_answers_from_a_file(yidi: Run, tmp_path: Path) -> None:
    by_flags = yidi("guide", *flags(), "--situation", "proxy", "--situation", "no-proof")
    assert by_flags.code == 0
    from_json = write(tmp_path / "a.json", ANSWERS)
    page = yidi("guide", "--answers", from_json, "--no-input")
    assert page.code == 0
    # 云阳县 is shown, as it was given; apart from title and code the pages are the same.
    pages = [ran.out.partition("\n\n")[2].partition("再看这一份")[0] for ran in (page, by_flags)]
    assert pages[0] == pages[1] != ""
    yaml = tmp_path / "我的情况.yaml"
    yaml.write_text(as_yaml(dict(ANSWERS)), encoding="utf-8")
    assert yidi("guide", "--answers", str(yaml)) == page
    ids = {"insured": "500235", "destination": "成都", "situations": ["proxy", "no-proof"]}
    named = {**{k: v for k, v in ANSWERS.items() if k not in ("from", "to", "situation")}, **ids}
    assert yidi("guide", "--answers", write(tmp_path / "ids.json", named)) == page


def test_a_file_may_name_a_group_and_codes_stay_text(yidi: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        "from: 500000\nto: 510100\nscheme: 310\ntype: 临时外出就医类\ncare: 门诊\n"
        "stage: before\nfiling: none\n",
        encoding="utf-8",
    )
    case = case_of(yidi("guide", "--answers", str(path), "--format", "json"))
    assert (case["scheme"], case["group"], case["type"]) == ("employee", "temporary", UNKNOWN)
    assert case["care"] == "outpatient"


def test_a_flag_wins_over_the_file(yidi: Run, tmp_path: Path) -> None:
    name = write(tmp_path / "a.json", ANSWERS)
    ran = yidi(
        *("guide", "--answers", name, "--to", "昆明", "--scheme", "resident"),
        *("--situation", "newborn", "--format", "json"),
    )
    case = case_of(ran)
    assert case["destination"] == {"code": "530100", "name": "昆明市", "province": "云南省"}
    assert (case["scheme"], case["care"]) == ("resident", "inpatient")
    assert case["situations"] == ["newborn"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from: 重庆\nform: 成都\n", ["第 2 行", "form", "from"]),
        ("- 重庆\n", ["问题: 答案"]),
        ("重庆\n", ["问题: 答案"]),
        ("from: {a: b}\n", ["第 1 行", "from"]),
        ("from: 重庆\nsituation: [a, [b]]\n", ["第 2 行", "situation"]),
        ("from: [重庆, 成都]\n", ["--from 只能填一个值"]),
        ("from: 重庆\nfrom: 成都\n", ["第 2 行", "from", "重复"]),
        ("from: [重庆\n", ["YAML"]),
        ("from: &a 重庆\nto: *a\n", ["第 1 行", "锚点"]),
        ("", ["空的"]),
        ("# 只有注释\n", ["空的"]),
        ("from: 重庆\nto: 没这地方吧\n", ["没这地方吧", "--to"]),
        ("from: 重庆\nto: 成都\ncare: 睡觉\n", ["睡觉", "inpatient（住院）"]),
        ("from: \n", ["--from"]),
        ('from: "\\e[31m重庆"\n', ["--from"]),
    ],
)
def test_a_faulty_file_is_explained(yidi: Run, tmp_path: Path, text: str, said: list[str]) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    refused(yidi("guide", "--answers", str(path), "--no-input"), *said)


@pytest.mark.parametrize("text", ["from: [重庆\n", "from: 重庆\n  to: 成都\n", "from: 重\x00庆\n"])
def test_a_file_that_is_no_yaml_is_explained_in_chinese(
    yidi: Run, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    ran = yidi("guide", "--answers", str(path))
    assert ran.code == 2
    assert not re.search(r"[a-zA-Z]{3,}", ran.err.replace(str(path), "").replace("YAML", ""))


def test_no_braces_where_a_statement_is_explained(yidi: Run, book: Rulebook) -> None:
    rule = next(rule for rule in book.rules if "{insured}" in rule.text)
    assert "{" not in yidi("explain", rule.id).out
    assert "{" not in yidi("sources", rule.sources[0].id).out


def test_a_situation_that_was_named_counts(yidi: Run) -> None:
    # The wizard would not offer it here, but a person who names it has a reason.
    ran = yidi("guide", *flags(filing="none"), "--situation", "commitment", "--format", "json")
    assert case_of(ran)["situations"] == ["commitment"]


def test_an_existing_file_is_refused_before_anything_is_asked(yidi: Run, tmp_path: Path) -> None:
    path = tmp_path / "清单.txt"
    path.write_text("旧的", encoding="utf-8")
    lines = "重庆\n成都\n1\n2\n1\n1\n1\n\n\n"
    ran = yidi("guide", "--plain", "-o", str(path), terminal=True, stdin=lines)
    assert (ran.code, path.read_text(encoding="utf-8")) == (2, "旧的")
    assert "参保地在哪里" not in ran.err


def test_a_file_that_cannot_be_read(yidi: Run, tmp_path: Path) -> None:
    missing = tmp_path / "没有.yaml"
    refused(yidi("guide", "--answers", str(missing)), "没有.yaml", "缺这个文件")
    refused(yidi("guide", "--answers", str(tmp_path)), "不是普通文件")
    path = tmp_path / "gbk.yaml"
    path.write_bytes("from: 重庆\n".encode("gbk"))
    refused(yidi("guide", "--answers", str(path)), "UTF-8")


# --- files ---


def test_output_goes_to_a_file(yidi: Run, tmp_path: Path) -> None:
    path = tmp_path / "清单.txt"
    ran = yidi("guide", *flags(), "-o", str(path), columns=30)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"已保存到 {path}。\n"
    # The file is read elsewhere: the terminal's width is no measure for it.
    assert path.read_text(encoding="utf-8") == yidi("guide", *flags(), "--format", "chat").out
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_json_file(yidi: Run, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    assert yidi("guide", *flags(), "--format", "json", "-o", str(path)).code == 0
    assert path.read_text(encoding="utf-8") == yidi("guide", *flags(), "--format", "json").out


def test_an_existing_file_is_kept(yidi: Run, tmp_path: Path) -> None:
    path = tmp_path / "清单.txt"
    path.write_text("旧的", encoding="utf-8")
    for argv in (["guide", *flags()], ["channels", "--city", "重庆"], ["materials"]):
        refused(yidi(*argv, "-o", str(path)), str(path), "--force")
        assert path.read_text(encoding="utf-8") == "旧的"
    assert yidi("guide", *flags(), "-o", str(path), "--force").code == 0
    assert path.read_text(encoding="utf-8") == yidi("guide", *flags(), "--format", "chat").out
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_failed_write_leaves_the_old_file(
    yidi: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: list[str]
) -> None:
    path = tmp_path / "清单.txt"
    if force:
        path.write_text("旧的", encoding="utf-8")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "满")))
    ran = yidi("guide", *flags(), "-o", str(path), *force)
    assert (ran.code, ran.out) == (1, "")
    assert str(path) in ran.err
    left = [p.read_text(encoding="utf-8") for p in tmp_path.iterdir()]
    assert left == (["旧的"] if force else [])


def test_a_folder_that_is_not_there(yidi: Run, tmp_path: Path) -> None:
    ran = yidi("guide", *flags(), "-o", str(tmp_path / "无" / "清单.txt"))
    assert (ran.code, ran.out) == (2, "")
    assert "换个位置" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(yidi: Run, tmp_path: Path) -> None:
    folder = tmp_path / "只读"
    folder.mkdir(mode=0o555)
    ran = yidi("guide", *flags(), "-o", str(folder / "清单.txt"))
    assert (ran.code, ran.out) == (1, "")
    assert "换个位置" in ran.err


# --- days ---


@pytest.mark.parametrize(
    "typed",
    ["2026-12-30", "20261230", "2026/12/30", "2026.12.30", "2026年12月30日", " 2026-12-30 "],
)
def test_a_day_may_be_written_in_several_ways(yidi: Run, typed: str) -> None:
    wanted = result(yidi("guide", *flags(), "--on", "2026-12-30", "--format", "json"))
    assert result(yidi("guide", *flags(), "--on", typed, "--format", "json")) == wanted
    assert wanted["as_of"] == TODAY.isoformat()
    days = wanted["dates"]
    assert isinstance(days, list)
    assert days
    assert all(day["from"] > "2026-12-30" for day in days)
    page = yidi("timing", "--type", "referral", "--on", typed)
    assert (page.code, page.err) == (0, "")
    assert "2026-12-30" in page.out


def test_days_are_working_days(yidi: Run) -> None:
    # A Tuesday; one working day is left before a week off.
    ran = yidi("timing", "--type", "referral", "--on", "2026-09-29")
    assert "2026-10-08（周四）" in ran.out
    assert "2 个工作日" in ran.out


def test_as_of_picks_the_rules(yidi: Run) -> None:
    ran = yidi("guide", *flags(), "--as-of", "2030-01-02", "--format", "json")
    assert result(ran)["as_of"] == "2030-01-02"
    for name in ("materials", "timing", "settlement"):
        found = result(yidi(name, "--as-of", "2030-01-02", "--format", "json"))
        assert found["as_of"] == "2030-01-02"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("明天", "2026-11-23"),
        ("后天", "2026-11-24"),
        ("今天", "2026-11-22"),
        ("12-30", "2026-12-30"),
        ("1月5日", "2027-01-05"),
        ("9/1", "2026-09-01"),
        ("2026年12月1日", "2026-12-01"),
    ],
)
def test_a_day_as_people_say_it(yidi: Run, typed: str, day: str) -> None:
    """Without a year it is the nearest such day: TODAY is 2026-11-22."""
    found = result(yidi("guide", *flags(), "--on", typed, "--format", "json"))
    assert found["days"] == {"filing": day}


@pytest.mark.parametrize("flag", ["--on", "--as-of"])
@pytest.mark.parametrize(
    "typed",
    [
        "2026-02-30",
        "2026-13-01",
        "前天",
        "2-30",
        "2026-1",
        "0",
        "2026-12-30-1",
        "\x1b[31m",
        "x" * 9,
    ],
)
def test_a_day_that_is_none(yidi: Run, flag: str, typed: str) -> None:
    refused(yidi("guide", *flags(), flag, typed), flag, "2026-11-22")
    if flag == "--on":
        refused(yidi("timing", flag, typed), flag)


# --- materials, timing, settlement ---


def headings(page: str) -> list[str]:
    """Return the lines that stand alone between an empty line and what is listed under them."""
    lines = page.splitlines()
    return [
        line
        for before, line, after in zip(lines, lines[1:], lines[2:], strict=False)
        if not before and line and not line.startswith(" ") and after.startswith(" ")
    ]


def type_names(book: Rulebook, *groups: str) -> list[str]:
    options = book.question("type").options
    return [option.name for option in options if option.group in groups]


@pytest.mark.parametrize(
    ("typed", "groups"),
    [("long-term", ["long-term"]), ("临时", ["temporary"]), ("", ["long-term", "temporary"])],
)
def test_materials_of_several_types(
    yidi: Run, book: Rulebook, typed: str, groups: list[str]
) -> None:
    given = ["--type", typed] if typed else []
    page = yidi("materials", *given).out
    wanted = type_names(book, *groups)
    named = [line for line in headings(page) if line in wanted]
    assert named == wanted
    parts = result(yidi("materials", *given, "--format", "json"))["parts"]
    assert isinstance(parts, list)
    ids = [option.id for option in book.question("type").options if option.group in groups]
    assert [part["type"] for part in parts] == ["common", *ids]
    common, *rest = [{i["text"] for i in p["sections"].get("materials", [])} for p in parts]
    assert all(common.isdisjoint(own) for own in rest)
    if common:
        # What all need is said once, first, and is all that a single type adds nothing to.
        assert headings(page)[0] == "都要带的"
    for type_id, own in zip(ids, rest, strict=True):
        alone = result(yidi("materials", "--type", type_id, "--format", "json"))["parts"]
        assert isinstance(alone, list)
        assert [part["type"] for part in alone] == [type_id]
        assert {i["text"] for i in alone[0]["sections"]["materials"]} == common | own


def test_materials_of_one_type(yidi: Run, book: Rulebook) -> None:
    page = yidi("materials", "--type", "转诊")
    assert page == yidi("materials", "--type", "referral")
    assert page.code == 0
    assert "异地转诊人员" in page.out.splitlines()[0]
    assert headings(page.out)[0] == "要带的"
    assert not set(type_names(book, "long-term", "temporary")) & set(headings(page.out))


def test_materials_of_a_place(yidi: Run) -> None:
    page = yidi("materials", "--type", "long-term", "--from", "重庆")
    assert page.code == 0
    assert "参保地 重庆" in page.out.splitlines()[0]
    found = result(yidi("materials", "--from", "重庆", "--to", "成都", "--format", "json"))
    case = found["case"]
    assert isinstance(case, dict)
    assert (case["insured"]["code"], case["destination"]["code"]) == ("500000", "510100")
    without = result(yidi("materials", "--format", "json"))["case"]
    assert isinstance(without, dict)
    assert without["insured"] is None


@pytest.mark.parametrize("name", ["materials", "timing", "settlement"])
def test_a_query_takes_all_its_options(yidi: Run, name: str) -> None:
    options = {
        "--from": "重庆",
        "--to": "成都",
        "--type": "referral",
        "--stage": "admitted",
        "--filing": "expired",
        "--situation": "proxy",
    }
    if name != "timing":
        options["--care"] = "慢特病"
    if name == "settlement":
        options |= {"--scheme": "居民", "--disease": "糖尿病"}
    argv = [word for pair in options.items() for word in pair]
    found = result(yidi(name, *argv, "--format", "json"))
    assert found["query"] == name
    case = found["case"]
    assert isinstance(case, dict)
    wanted = {"type": "referral", "stage": "admitted", "filing": "expired"}
    assert {key: case[key] for key in wanted} == wanted
    assert case["situations"] == ["proxy"]
    if name == "settlement":
        assert (case["scheme"], case["disease"]) == ("resident", "diabetes")


def test_a_disease_not_named_is_open(yidi: Run) -> None:
    found = result(yidi("settlement", "--care", "chronic", "--format", "json"))
    case = found["case"]
    assert isinstance(case, dict)
    assert case["disease"] == UNKNOWN


@pytest.mark.parametrize("care", ["inpatient", "outpatient", "chronic", "pharmacy"])
def test_settlement(yidi: Run, care: str) -> None:
    ran = yidi("settlement", "--from", "绵阳", "--to", "昆明", "--care", care)
    assert (ran.code, ran.err) == (0, "")
    page_is_sound(ran.out)
    assert "怎么结算" in headings(ran.out)


def test_a_destination_abroad_says_enough(yidi: Run) -> None:
    abroad = yidi("materials", "--to", "台湾", "--type", "referral", "--format", "json")
    known = yidi(
        "materials", "--from", "重庆", "--to", "台湾", "--type", "referral", "--format", "json"
    )

    def ids(ran: Ran) -> list[str]:
        parts = result(ran)["parts"]
        assert isinstance(parts, list)
        return [item["id"] for items in parts[0]["sections"].values() for item in items]

    assert ids(abroad) == ids(known)


def test_a_day_given_is_counted_from_for_several_types(yidi: Run) -> None:
    assert "2026-12-30" in yidi("timing", "--type", "long-term", "--on", "2026-12-30").out


def test_the_days_are_in_the_json_too(yidi: Run) -> None:
    argv = ["timing", "--type", "referral", "--on", "2026-09-29"]
    assert "2026-10-08" in yidi(*argv).out
    assert "2026-10-08" in yidi(*argv, "--format", "json").out


# --- channels ---


def inside(book: Rulebook, *levels: str) -> list[Place]:
    """Return the places of these levels that a person can be insured in."""
    places = [book.places.get(code) for code in codes()]
    return [p for p in places if p.level in levels and not book.places.outside(p)]


def codes() -> list[str]:
    lines = (ROOT / "data" / "divisions.csv").read_text(encoding="utf-8").splitlines()
    return [line.partition(",")[0] for line in lines[1:]]


@pytest.mark.parametrize("level", ["province", "prefecture", "county"])
def test_every_place_has_a_channel(book: Rulebook, level: str) -> None:
    places = inside(book, level)
    assert len(places) > {"province": 30, "prefecture": 300, "county": 2500}[level]
    bare, without_number = [], []
    for place in places:
        assert book.places.find(place.code).place == place  # type: ignore[union-attr]
        case = Case(insured=place)
        words = Words(case, book)
        ways = items_of_place(case, book, words)
        if not any(way.filing == "explicit" and way.sources for way in ways):
            bare.append(place.name)
        asked = list(contacts(case, book, words))
        if not (asked and re.search(r"12393", asked[0].text)):
            without_number.append(place.name)
        assert not any("{" in item.text + item.detail for item in (*ways, *asked))
    assert (bare, without_number) == ([], [])


def test_channels_through_the_command_line(yidi: Run, book: Rulebook) -> None:
    places = inside(book, "province", "prefecture", "county")
    for place in [*inside(book, "province"), *places[:: len(places) // 20]]:
        for typed in (place.code, book.places.label(place).partition("（")[0]):
            ran = yidi("channels", "--city", typed, "--format", "json")
            if ran.code == 2 and typed != place.code:
                assert "不止一个" in ran.err  # 朝阳区 and the like
                continue
            found = result(ran)
            items, sources = found["items"], found["sources"]
            assert isinstance(items, list)
            assert isinstance(sources, dict)
            assert any(item["filing"] == "explicit" for item in items), place.name
            cited = {source for item in items for source in item["sources"]}
            assert cited == set(sources)


def test_steps_only_where_asked_for(yidi: Run) -> None:
    short = yidi("channels", "--city", "绵阳").out
    long = yidi("channels", "--city", "绵阳", "--steps").out
    steps = re.findall(r"^ +1\. ", long, re.M)
    assert steps
    assert not re.findall(r"^ +1\. ", short, re.M)
    assert len(long) > len(short)
    page_is_sound(long)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("台湾", "内地"),
        ("香港", "内地"),
        ("澳门", "内地"),
        ("境外", "内地"),
        ("朝阳", "北京市"),
        ("鼓楼区", "江苏省南京市"),
        ("苏洲", "苏州市"),
        ("chongqin", "重庆"),
        ("没这地方吧", "没这地方吧"),
        (" ", "拼音"),
    ],
)
def test_a_place_that_will_not_do(yidi: Run, typed: str, said: str) -> None:
    refused(yidi("channels", "--city", typed), said, "--city")
    refused(yidi("guide", *flags(from_=typed)), said, "--from")


def test_a_province_is_too_wide_to_be_insured_in(yidi: Run) -> None:
    refused(yidi("guide", *flags(from_="四川")), "四川省", "成都", "--from")
    refused(yidi("guide", *flags(to="云南")), "昆明", "--to")
    assert yidi("channels", "--city", "四川").code == 0


# --- types, sources, explain ---


def test_types(yidi: Run, book: Rulebook) -> None:
    page = yidi("types").out
    options = [o for o in book.question("type").options if o.id != UNKNOWN]
    for option in options:
        assert f"{option.name}（{option.id}）" in page
    found = result(yidi("types", "--format", "json"))["types"]
    assert isinstance(found, list)
    assert [(t["id"], t["group"]) for t in found] == [(o.id, o.group) for o in options]
    assert all(t["items"] for t in found)


def test_sources(yidi: Run, book: Rulebook) -> None:
    everything = result(yidi("sources", "--format", "json"))
    ids = [source.id for source in book.sources()]
    assert everything["cited_by"] == []
    assert list(everything["sources"]) == ids  # type: ignore[call-overload]
    page = yidi("sources").out
    assert f"共 {len(ids)} 个" in page
    assert all(f"编号 {source_id}；" in page for source_id in ids)


def test_each_source_shows_what_rests_on_it(yidi: Run, book: Rulebook) -> None:
    statements = list(explained(book))
    for source in list(book.sources())[::6]:
        found = result(yidi("sources", source.id, "--format", "json"))
        assert list(found["sources"]) == [source.id]  # type: ignore[call-overload]
        resting = [s.id for s in statements if source.id in {c.id for c in s.sources}]
        assert found["cited_by"] == resting
        assert yidi("sources", source.id).code == 0


def test_every_statement_can_be_explained(book: Rulebook) -> None:
    seen: set[str] = set()
    for found in explained(book):
        assert found.id not in seen
        seen.add(found.id)
        text = plain_text(explain_document(found, book), 80)
        page_is_sound(text)
        assert found.id in text
        assert found.sources
        for citation in found.sources:
            checked = book.source(citation.id).checked.isoformat()
            assert f"编号 {citation.id}；核对日期 {checked}" in text
            assert citation.at in "".join(text.split())
        for disputed in found.disputed:
            assert f"（{disputed.id}）" in text.replace("\n", "").replace(" ", "")
    assert len(seen) > 300


def test_whatever_a_page_says_can_be_explained(yidi: Run, book: Rulebook) -> None:
    known = {found.id for found in explained(book)}
    case = ("--from", "重庆", "--to", "成都", "--scheme", "职工", "--situation", "代办")
    rest = ("--type", "长期居住", "--care", "住院", "--stage", "before", "--filing", "none")
    pages = [
        yidi("guide", *case, *rest, "--ids", "--plain").out,
        yidi("channels", "--city", "南京", "--ids", "--plain").out,
        yidi("reimburse", "--from", "南京", "--ids", "--plain").out,
        yidi("timing", "--from", "苏州", "--type", "转诊", "--ids", "--plain").out,
    ]
    for page in pages:
        lines = [line.strip() for line in page.splitlines()]
        named = [line for line in lines if line in known]
        marked = [line for line in lines if line.startswith(("·", "□", "问 "))]
        assert len(named) >= len(marked)
        assert "yidi explain 编号" in page
    assert "yidi explain 编号" not in yidi("types", "--plain").out


def test_explain(yidi: Run, book: Rulebook) -> None:
    statements = list(explained(book))
    for statement in statements[:: len(statements) // 20]:
        ran = yidi("explain", statement.id)
        assert (ran.code, ran.err) == (0, "")
        assert f"说的是：{statement.place}" in ran.out
        found = result(yidi("explain", statement.id, "--format", "json"))
        assert (found["id"], found["place"]) == (statement.id, statement.place)
        assert set(found["sources"]) == {c.id for c in statement.sources}  # type: ignore[call-overload]
        assert found["when"] == {k: sorted(v) for k, v in statement.when.items()}


@pytest.mark.parametrize(
    ("argv", "near"),
    [
        (["explain", "cn.materials.identiti"], "cn.materials.identity"),
        (["explain", "CN.MATERIALS.IDENTITY"], "cn.materials."),
        (["sources", "nhsa-2022-2"], "nhsa-2022-22"),
        (["sources", "NHSA"], "nhsa-"),
        (["sources", "完全没有"], "yidi sources"),
    ],
)
def test_an_unknown_id_gets_the_nearest(yidi: Run, argv: list[str], near: str) -> None:
    refused(yidi(*argv), argv[1], near)


def test_an_unknown_statement_is_not_looked_for_among_the_sources(yidi: Run) -> None:
    assert "yidi sources" not in yidi("explain", "完全没有").err


# --- options and hostile text ---


@pytest.mark.parametrize(
    ("flag", "typed", "said"),
    [
        ("--scheme", "公费", "employee（职工医保）"),
        ("--type", "long-trem", "long-term-residence"),
        ("--type", "转珍", "referral（异地转诊人员）"),
        ("--care", "", None),
        ("--care", "inpatent", "inpatient（住院）"),
        ("--stage", "later", "before（尚未就医）"),
        ("--filing", "activ", "active（备案有效）"),
        ("--disease", "高血丫", "hypertension（高血压）"),
        ("--situation", "proxi", "proxy（家人代办）"),
    ],
)
def test_an_unknown_option_gets_the_nearest(
    yidi: Run, flag: str, typed: str, said: str | None
) -> None:
    changed = {flag.removeprefix("--"): typed}
    ran = yidi("guide", *flags(**changed), "--no-input")
    if said is None:  # an empty value is no answer
        refused(ran, "还缺答案", flag)
    else:
        refused(ran, typed, said, flag)


HOSTILE = [
    "[red]重庆[/red]",
    "[/x]",
    "[link=http://x]y",
    "{insured}",
    "{0.__class__}",
    "%s%n",
    "$(id)",
    "--",
    "长" * 3000,
    "a" * 3000,
    "\u202e庆重",
    "🙂",
]
CONTROL = ["\x1b[31m重庆", "\x1b]0;x\x07", "\x9b31m", "重\x00庆", "\x7f"]


def argv_with(hostile: str) -> Sequence[list[str]]:
    return (
        ["guide", *flags(from_=None), f"--from={hostile}"],
        ["guide", *flags(to=None), f"--to={hostile}"],
        ["guide", *flags(type=None), f"--type={hostile}"],
        ["guide", *flags(), f"--situation={hostile}"],
        ["guide", *flags(), f"--on={hostile}"],
        ["guide", *flags(), f"--format={hostile}"],
        ["materials", f"--type={hostile}"],
        ["channels", f"--city={hostile}"],
        ["sources", "--", hostile],
        ["explain", "--", hostile],
    )


@pytest.mark.parametrize("hostile", [*HOSTILE, *CONTROL], ids=ascii)
def test_hostile_text_is_only_text(yidi: Run, hostile: str) -> None:
    for argv in argv_with(hostile):
        ran = yidi(*argv)
        assert (ran.code, ran.out) == (2, ""), (argv, ran)
        assert "Traceback" not in ran.err
        assert "程序出错了" not in ran.err
        if hostile.startswith("[") and "--situation" not in argv[-1]:
            assert hostile in ran.err  # shown as typed, not as markup


@pytest.mark.parametrize("hostile", CONTROL, ids=ascii)
def test_no_control_character_reaches_the_terminal(yidi: Run, hostile: str) -> None:
    for argv in argv_with(hostile):
        assert not BOX.search(yidi(*argv).err), argv


def test_markup_in_the_name_of_a_file(yidi: Run, tmp_path: Path) -> None:
    path = tmp_path / "[red]清单[-].txt"
    ran = yidi("guide", *flags(), "-o", str(path))
    assert ran.code == 0
    assert str(path) in ran.err
    assert path.is_file()


def test_a_control_character_in_the_name_of_a_file(yidi: Run, tmp_path: Path) -> None:
    again = yidi("guide", *flags(), "-o", str(tmp_path / "\x1b[31m.txt"))
    assert (again.code, "\x1b" in again.err) == (0, False)


def test_hostile_answers_from_a_file(yidi: Run, tmp_path: Path) -> None:
    for number, hostile in enumerate(HOSTILE):
        path = write(tmp_path / f"{number}.json", {"from": hostile, "to": "成都"})
        ran = yidi("guide", "--answers", path, "--no-input")
        assert (ran.code, ran.out) == (2, ""), hostile
        assert not BOX.search(ran.err), hostile
        # An unknown question is echoed too.
        path = write(tmp_path / f"{number}-key.json", {hostile: "成都"})
        ran = yidi("guide", "--answers", path, "--no-input")
        assert (ran.code, ran.out) == (2, ""), hostile
        assert not BOX.search(ran.err), hostile


def test_a_very_long_word_is_not_echoed_whole(yidi: Run) -> None:
    for argv in argv_with("长" * 3000):
        assert len(yidi(*argv).err) < 1000, argv[0]


@pytest.mark.parametrize("flag", ["--on", "--as-of"])
@pytest.mark.parametrize(
    "day",
    [
        "0001-01-01",
        "9999-12-31",
    ],
)
def test_the_ends_of_the_calendar(yidi: Run, flag: str, day: str) -> None:
    ran = yidi("guide", *flags(), flag, day)
    assert ran.code in (0, 2)
    assert "程序出错了" not in ran.err


# --- the program's own faults ---


def test_a_fault_of_the_program_is_told(yidi: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Rulebook:
        raise RuntimeError("坏了")

    monkeypatch.setattr("yidi_cli.rulebook.opening.open_rulebook", broken)
    ran = yidi("types")
    assert (ran.code, ran.out) == (1, "")
    assert "程序出错了" in ran.err
    assert "Traceback" not in ran.err
    assert "Traceback" in yidi("types", variables={"YIDI_DEBUG": "1"}).err


def test_nothing_is_written_without_need() -> None:
    """The commands write to the streams they are given, and the result alone to standard output."""
    out, err = Terminal(), Terminal()
    env = Environment(Terminal(""), out, err, {"YIDI_PLAIN": "1"}, 80, TODAY)
    assert run(["channels", "--city", "重庆"], env) == 0
    assert err.getvalue() == ""
    assert out.getvalue().startswith("备案渠道")


@pytest.mark.parametrize("nothing", ["none", "无", "没有"])
def test_no_situation_can_be_said(yidi: Run, nothing: str) -> None:
    ran = yidi("guide", *flags(), "--situation", nothing, "--format", "json")
    assert case_of(ran)["situations"] == []
