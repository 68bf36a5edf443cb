"""`yidi data check`: every code is found where its fault was planted, and the real data have none.

`tests/faults/` holds a small bad file a code: its first line says where the file goes, the comments
below it what is to be said of it. What is no file of its own is planted by `PLANTED`.
"""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.conftest import DATA, ROOT, TODAY, Run
from tests.test_data_faults import Copy, copied
from yidi_cli.cli import data_check
from yidi_cli.plan.examples import check_examples
from yidi_cli.render.contract_check import DataCheckObject, DataCodeObject
from yidi_cli.rulebook import opening
from yidi_cli.rulebook.check_text import plain, registry
from yidi_cli.rulebook.check_upkeep import check_upkeep
from yidi_cli.rulebook.diagnostics import CODES, FORBIDDEN
from yidi_cli.rulebook.folder import read_cases, read_folder
from yidi_cli.rulebook.load import MAX_BYTES, Fault, parse_yaml, read_yaml
from yidi_cli.rulebook.parts import all_regions, all_sources, all_ways
from yidi_cli.rulebook.rulebook import Rulebook

FAULTS = Path(__file__).parent / "faults"
VERSION = re.findall(r"^version: (.*)$", (DATA / "meta.yaml").read_text("utf-8"), re.M)[0]
BAD = {path.stem: path for path in sorted(FAULTS.glob("*.yaml"))}
EXPECTED = re.compile(r"# (Y\d{3})(?: 第 (\d+) 行)?(「.*?」)?：(.*)")
NOT_READ = frozenset(
    {"Y001", "Y002", "Y003", "Y004", "Y005", "Y006", "Y007", "Y008", "Y009", "Y022", "Y024"}
    | {"Y029", "Y060"}
)
"""Codes of faults after which nothing is known of how the files fit together."""
WALKED = frozenset({"Y082"})
"""Codes of faults that only plans show."""

Told = tuple[str, str]
"""A code, and the fault as it is printed."""


def plant(copy: Copy, code: str) -> set[Told]:
    """Put the bad file of a code into a copy; return what is to be said of it."""
    first, *lines = BAD[code].read_text(encoding="utf-8").splitlines(keepends=True)
    how, _, name = first.removeprefix("# ").strip().partition(" ")
    before = copy.read(name).rstrip("\n") + "\n" if how == "after" else ""
    copy.write(name, before + first + "".join(lines))
    told: set[Told] = set()
    for line in lines:
        if found := EXPECTED.fullmatch(line.strip()):
            number = int(found[2] or 0) + before.count("\n")
            where = f"{name} 第 {number} 行" if found[2] else name
            told.add((found[1], f"{where}{found[3] or ''}：{found[4]}"))
    assert told, code
    return told


def entry_line(copy: Copy, name: str, entry: str) -> int:
    text = copy.read(name)
    return text[: text.index(f"- id: {entry}\n")].count("\n") + 1


def no_holidays(copy: Copy) -> str:
    (copy.root / "holidays.yaml").unlink()
    return "holidays.yaml：缺这个文件。补上它。"


def no_such_group(copy: Copy) -> str:
    copy.swap("questions.yaml", "group: long-term\n", "group: longterm\n")
    line = entry_line(copy, "questions.yaml", "type")
    what = "没有 longterm 这一组。先在 groups 里写上它。"
    return f"questions.yaml 第 {line} 行「type retired-resettled.group」：{what}"


def malformed_division(copy: Copy) -> str:
    line = copy.swap("divisions.csv", "310101,黄浦区,", "31010,黄浦区,")
    what = "「31010」不是 6 位数字。填国标区划代码。"
    return f"divisions.csv 第 {line} 行「code」：{what}"


def broken_pattern(copy: Copy) -> str:
    line = copy.swap("sentence.yaml", "weight: 3\n      says: [", "weight: 3\n      says: [(坏, ")
    what = "“(坏”里括号没有成对。写法见 sentence.yaml 开头的说明。"
    return f"sentence.yaml 第 {line + 1} 行「answers.scheme[0].says[0]」：{what}"


def conditions_on_the_last_row(copy: Copy) -> str:
    text = copy.read("decision.yaml").rstrip("\n")
    last = re.findall(r"^- id: (\S+)$", text, re.M)[-1]
    copy.write("decision.yaml", text + "\n  when: {scope: [in-province]}\n")
    line = entry_line(copy, "decision.yaml", last)
    what = "判定表最后一行带了条件。最后一行不写 when 和 unless。"
    return f"decision.yaml 第 {line} 行「{last} when」：{what}"


def number_given_twice(copy: Copy) -> str:
    copy.swap("diseases.yaml", "number: 4\n", "number: 3\n")
    line = entry_line(copy, "diseases.yaml", "diabetes")
    what = "编号 3 已经给了 hypertension。换成没用过的编号。"
    return f"diseases.yaml 第 {line} 行「diabetes number」：{what}"


PLANTED: dict[str, Callable[[Copy], str]] = {
    "Y001": no_holidays,
    "Y028": no_such_group,
    "Y029": malformed_division,
    "Y035": broken_pattern,
    "Y049": conditions_on_the_last_row,
    "Y075": number_given_twice,
}


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("copy") / "data"


@pytest.fixture
def copy(room: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    return copied(room, monkeypatch)


@pytest.fixture
def static(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the walk through all answers, which has tests of its own."""
    monkeypatch.setattr(data_check, "_audited", lambda *_: ())


@pytest.fixture
def no_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yidi_cli.plan.examples.check_examples", lambda *_: ())


def flat(text: str) -> str:
    return re.sub(r"\s", "", text)


def told_of(faults: list[Fault]) -> set[Told]:
    assert len(set(faults)) == len(faults)
    return {(fault.code, str(fault)) for fault in faults}


@pytest.mark.parametrize("unread", [True, False])
def test_every_fault_has_its_code_file_line_and_message(copy: Copy, unread: bool) -> None:
    """All at once, and nothing else: each bad file is told of as it says, and no other is."""
    expected: set[Told] = set()
    for code in (set(BAD) - WALKED) & NOT_READ if unread else set(BAD) - WALKED - NOT_READ:
        expected |= plant(copy, code)
    for code, change in PLANTED.items():
        if (code in NOT_READ) is unread:
            expected.add((code, change(copy)))
    found = data_check.read(copy.root, TODAY)
    assert told_of(found.checked.faults) == expected
    assert found.checked.note == (data_check.NOT_READ if unread else data_check.NOT_WALKED)


def test_a_case_whose_plan_is_another(copy: Copy, book: Rulebook) -> None:
    expected = plant(copy, "Y082")
    filing, family, folder = read_cases(copy.root)
    assert folder.faults == []
    wrong = check_examples(book, filing, family, folder.where, TODAY)
    assert told_of(list(wrong)) == expected
    one = next(example for example in family if example.must)
    assert [*check_examples(book, (), (one,), folder.where, TODAY)] == []


def test_no_code_is_left_out() -> None:
    mine = {*BAD, *PLANTED}
    assert set(PLANTED).isdisjoint(BAD)
    elsewhere = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(__file__).parent.glob("test_*.py")
        if path != Path(__file__)
    )
    assert {code for code in CODES if code not in mine and f'"{code}"' not in elsewhere} == set()
    assert mine <= set(CODES)


def test_the_catalogue_says_of_every_code_what_to_do() -> None:
    titles = [code.title for code in CODES.values()]
    assert len(set(titles)) == len(titles)
    for name, code in CODES.items():
        assert re.fullmatch(r"Y0\d\d", name)
        assert code.severity in ("error", "warning")
        assert code.mend.endswith("。"), name
        assert code.means.endswith("。"), name
        assert code.example, name
    assert 0 < len(FORBIDDEN) <= 15


def test_every_fault_in_the_code_has_a_code_of_the_catalogue() -> None:
    used: set[str] = set()
    for path in (ROOT / "src").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Fault":
                given = {word.arg for word in node.keywords}
                assert "code" in given, f"{path.name}:{node.lineno}"
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                used |= set(re.findall(r"^Y0\d\d$", node.value))
    assert used == set(CODES)


# --- what is and what is no fault ---


def rule_with(text: str, more: str = "") -> str:
    return (
        "- id: zz.test\n  section: cautions\n  when: {scope: [cross-province]}\n"
        f"  text: {text}\n  sources: [{{id: nhsa-2022-22}}]\n  confidence: high\n{more}"
    )


def codes_of(copy: Copy, text: str, more: str = "") -> list[str]:
    copy.write("rules/zz-test.yaml", rule_with(text, more))
    found = data_check.read(copy.root, TODAY).checked.faults
    assert {fault.file for fault in found} <= {"rules/zz-test.yaml"}
    return sorted(fault.code for fault in found)


def test_numbers_and_addresses_of_the_data_are_none_of_nowhere() -> None:
    bundle, _ = read_folder(DATA)
    known = registry(all_regions(bundle), all_ways(bundle), all_sources(bundle))
    fine = (
        "打 12393、12345、12333 或 120 问。",
        "重庆参保的打 023-12393，广州的打 020-12345。",
        "涪陵的打 023-87806107（023 87806107）。",
        "医保局的网址是 ylbzj.cq.gov.cn，国家的是 https://www.nhsa.gov.cn。",
        "住院 180 天，费用 12345678 元，2026 年有 12000 人次。",
        "编号〔2024〕21 号，打 9 折的说法不对，打 3 次电话。",
    )
    for text in fine:
        assert list(plain(text, known)) == [], text
    wrong = {
        "打 0999-12393 问。": "Y071",
        "打 023-87806108 问。": "Y071",
        "打 ０２３－６６６６８８８８ 问。": "Y071",
        "电话 66668888。": "Y071",
        "加微信 13800138000 问。": "Y071",
        "打 400-123-4567 问。": "Y071",
        "拨 95588 问。": "Y071",
        "打客服 114 问。": "Y071",
        "去 https://www.nhsa.gov.cn/no/such/page 看。": "Y072",
        "去 yibao-banli.com 看。": "Y072",
        "去 HTTP://YLBZJ.CQ.GOV.CN.EXAMPLE.TOP/a 看。": "Y072",
    }
    for text, code in wrong.items():
        assert [found.code for found in plain(text, known)] == [code], text


def test_a_number_in_a_channel_may_be_named(copy: Copy) -> None:
    name = "regions/710000-台湾.yaml"
    copy.write(
        name,
        'code: "710000"\nname: 台湾省\nchannels:\n  - id: zz.phone\n    name: 窗口 023-66668888\n'
        "    kind: phone\n    filing: none\n    url: https://zz.gov.cn/a/\n"
        "    sources: [{id: nhsa-2022-22}]\n    confidence: low\n",
    )
    assert codes_of(copy, "打 023-66668888，或看 zz.gov.cn 和 https://zz.gov.cn/a。") == []
    assert codes_of(copy, "看 https://zz.gov.cn/b。") == ["Y072"]


@pytest.mark.parametrize("phrase", FORBIDDEN)
def test_a_forbidden_phrase_is_in_no_text(phrase: str, book: Rulebook) -> None:
    assert len(phrase) >= 2
    said = [rule.text for rule in book.rules] + [row.headline for row in book.decision]
    assert not any(phrase in text for text in said)


VALID = {
    "follow": ("{to: 2026-03-31}", "{from: 2026-04-01}", ""),
    "apart": ("{to: 2026-03-31}", "{from: 2026-04-02}", "Y063"),
    "together": ("{to: 2026-04-01}", "{from: 2026-04-01}", "Y062"),
    "always": ("{}", "{}", "Y062"),
    "one-always": ("{}", "{from: 2026-04-01}", "Y062"),
    "within": ("{from: 2026-01-01, to: 2027-01-01}", "{from: 2026-04-01}", "Y062"),
}


def test_how_rules_on_one_topic_follow(copy: Copy) -> None:
    rules = []
    for kind, days in VALID.items():
        for index, day in enumerate(days[:2]):
            rule = rule_with("这是一句话。", f"  topic: {kind}\n  valid: {day}\n")
            rules.append(rule.replace("zz.test", f"zz.{kind}.{index}"))
            # Under other conditions: only plans show whether both speak at once.
            rule = rule.replace("cross-province", f"{('in-province', 'same-region')[index]}")
            rules.append(rule.replace("zz.test", f"zz.{kind}.{index}.elsewhere"))
    copy.write("rules/zz-test.yaml", "".join(rules))
    found = {
        (fault.code, fault.field) for fault in data_check.read(copy.root, TODAY).checked.faults
    }
    assert found == {(code, f"zz.{kind}.1 valid") for kind, (*_, code) in VALID.items() if code}


def test_a_date_of_issue_may_be_a_year_a_month_or_a_span(copy: Copy) -> None:
    days = ("2022", "2022-12", "2022 至 2023-05")
    wrong = ("2022-13", "2022-02-30", "去年", "2023 至 2022")
    entry = BAD["Y012"].read_text(encoding="utf-8").partition("\n- ")[2]
    text = copy.read("sources.yaml")
    for index, day in enumerate((*days, *wrong)):
        text += "\n- " + entry.replace("zz-y012", f"zz-{index}").replace("2022-06-30", f'"{day}"')
    copy.write("sources.yaml", text)
    found = data_check.read(copy.root, TODAY).checked.faults
    assert {fault.what for fault in found if fault.code == "Y060"} == {
        f"没有 {day} 这一天" for day in wrong
    }


def test_a_source_is_due_after_a_year(copy: Copy) -> None:
    bundle, folder = read_folder(copy.root)
    last = min(source.checked for source in all_sources(bundle)) + timedelta(365)
    assert [*check_upkeep(bundle, folder.where, last)] == []
    due = [*check_upkeep(bundle, folder.where, last + timedelta(1))]
    assert {(fault.code, fault.severity) for fault in due} == {("Y013", "warning")}


def test_a_place_is_written_once(copy: Copy) -> None:
    copy.write("regions/990000-上海.yaml", 'code: "310000"\nname: 上海市\n')
    lines = copy.read("regions/310000-上海.yaml").splitlines()
    first = next(i for i, text in enumerate(lines, 1) if not text.startswith("#"))
    found = [str(fault) for fault in data_check.read(copy.root, TODAY).checked.faults]
    assert found == [
        "regions/990000-上海.yaml 第 1 行「code」：310000 重复，"
        f"regions/310000-上海.yaml 第 {first} 行已经有了。并成一个。"
    ]


def test_a_city_is_in_its_province(copy: Copy) -> None:
    copy.write(
        "regions/710000-台湾.yaml",
        'code: "710000"\nname: 台湾省\ncities:\n  - code: "513400"\n    name: 凉山州\n    cities:\n'
        '      - {code: "513401", name: 西昌市}\n',
    )
    found = sorted(str(fault) for fault in data_check.read(copy.root, TODAY).checked.faults)
    start = "regions/710000-台湾.yaml 第 4 行「region 513400"
    assert found == [
        f"{start} cities」：城市下面又写了 cities。都直接写在省的 cities 下面。",
        f"{start} code」：513400 不在台湾省里。移到它所在省的文件里。",
    ]


def test_questions_are_checked_like_rules(copy: Copy) -> None:
    copy.swap(
        "questions.yaml", "- id: resident\n      number: 3", "- id: employee\n      number: 3"
    )
    copy.swap("questions.yaml", "when: {group: [long-term]}}", "when: {gruop: [long-term]}}")
    copy.swap("family.yaml", "when: {want: [pay-bill, pay-premium]}", "when: {want: [pay]}")
    line = copy.swap("family.yaml", "- id: scheme\n", "- id: want\n")
    found = [str(fault) for fault in data_check.read(copy.root, TODAY).checked.faults]
    assert any("「scheme employee.id」：选项 employee 重复。" in text for text in found)
    assert any("「situation no-proof.when.gruop」：不认识的条件 gruop。" in text for text in found)
    asked = f"family.yaml 第 {line} 行「want "
    assert any(text.startswith(f"{asked}id」：问题 want 重复。") for text in found)
    assert any(text.startswith(f"{asked}when.want」：不认识的值 pay。") for text in found)


def test_what_a_folder_sets_no_file_may_set(copy: Copy) -> None:
    copy.write("rules/zz-test.yaml", rule_with("这是一句话。", '  place: "500000"\n  owner: 我\n'))
    found = sorted(str(fault) for fault in data_check.read(copy.root, TODAY).checked.faults)
    assert found == [
        "rules/zz-test.yaml 第 7 行「[0].place」：place 是读的时候定的。删掉它。",
        "rules/zz-test.yaml 第 8 行「[0].owner」：owner 是读的时候定的。删掉它。",
    ]


MISSING = (
    "meta.yaml",
    "questions.yaml",
    "family.yaml",
    "sentence.yaml",
    "divisions.csv",
    "elder.yaml",
)


@pytest.mark.parametrize("names", [*((name,) for name in MISSING), MISSING])
def test_without_a_file_the_rest_is_checked_as_far_as_it_goes(
    copy: Copy, names: tuple[str, ...]
) -> None:
    expected = plant(copy, "Y031")
    for name in names:
        (copy.root / name).unlink()
        expected.add(("Y001", f"{name}：缺这个文件。补上它。"))
    found = data_check.read(copy.root, TODAY).checked
    assert told_of(found.faults) == expected
    assert found.note == data_check.NOT_READ


@pytest.mark.parametrize("text", ["[" * 1_000_000, "- " * 900_000, "{a: " * 400_000])
def test_nesting_cannot_end_the_program(text: str) -> None:
    _, faults = parse_yaml(text, "a.yaml")
    assert [(fault.what, fault.code) for fault in faults] == [("嵌套超过 20 层", "Y006")]


@pytest.mark.parametrize("text", ["[" * 2_000, "- " * 2_000])
def test_nesting_cannot_end_the_program_without_libyaml(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert parse_yaml("- {a: b}", "a.yaml")[0].value == [{"a": "b"}]
    monkeypatch.delattr("yaml.CSafeLoader")
    assert parse_yaml("- {a: b}", "a.yaml")[0].value == [{"a": "b"}]
    _, faults = parse_yaml(text, "a.yaml")
    assert [(fault.what, fault.code) for fault in faults] == [("嵌套超过 20 层", "Y006")]


def test_no_large_file_and_no_pipe_is_read(tmp_path: Path) -> None:
    """A pipe would be waited for until somebody writes into it."""
    large, pipe = tmp_path / "large.yaml", tmp_path / "pipe.yaml"
    large.write_text("#" * (MAX_BYTES + 1))
    os.mkfifo(pipe)
    told = [str(fault) for path in (large, pipe) for fault in read_yaml(path, path.name)[1]]
    assert told == [
        "large.yaml：文件超过 2000 KB。拆成几个文件。",
        "pipe.yaml：不是普通文件。换成一个文本文件。",
    ]


# --- the command ---


def test_the_real_data_are_in_order(
    yidi: Run, static: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = yidi("data", "check", "--strict")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == ("检查数据 · 自带的数据\n\n没有发现问题。\n\n共 0 处错误、0 处提醒。\n")
    monkeypatch.setattr("yidi_cli.plan.examples.check_examples", lambda *_: ())
    found = json.loads(yidi("数据", "检查", str(DATA), "--format", "json").out)
    assert found == {
        "schema": "yidi.query/1",
        "query": "data-check",
        "data_version": VERSION,
        "diagnostics": [],
        "counts": {"error": 0, "warning": 0},
        "complete": True,
    }


def test_the_page_goes_file_by_file_and_errors_come_first(copy: Copy, yidi: Run) -> None:
    plant(copy, "Y034")
    plant(copy, "Y031")
    plant(copy, "Y013")
    copy.swap("sources.yaml", "url: https://www.nhsa.gov.cn/art/2022", "url: nhsa.gov.cn/art/2022")
    ran = yidi("data", "check", str(copy.root), columns=100)
    assert (ran.code, ran.err) == (1, "")
    heads = [line for line in ran.out.splitlines() if line.endswith(".yaml")]
    assert heads == ["rules/zz-y031.yaml", "rules/zz-y034.yaml", "sources.yaml"]
    told = re.findall(r"^  (Y\d{3}) (错误|提醒) (\S+) 第 \d+ 行「", ran.out, re.M)
    assert told == [
        ("Y031", "错误", "rules/zz-y031.yaml"),
        ("Y034", "错误", "rules/zz-y034.yaml"),
        ("Y073", "错误", "sources.yaml"),
        ("Y012", "提醒", "sources.yaml"),
        ("Y013", "提醒", "sources.yaml"),
    ]
    assert ran.out.endswith(
        "\n结果和例子还没查。改好上面的错误，再查一遍。\n共 3 处错误、2 处提醒。\n"
        "一个代号怎么改：yidi data check --code 加代号。\n"
    )
    narrow = yidi("data", "check", str(copy.root), columns=40).out
    assert flat(ran.out) == flat(narrow)


def test_warnings_fail_only_when_asked(copy: Copy, yidi: Run, static: None, no_cases: None) -> None:
    plant(copy, "Y026")
    ran = yidi("data", "check", str(copy.root))
    assert (ran.code, "共 0 处错误、1 处提醒。" in ran.out) == (0, True)
    strict = yidi("data", "check", str(copy.root), "--strict")
    assert (strict.code, strict.out) == (1, ran.out)


def test_nothing_is_cut(copy: Copy, yidi: Run) -> None:
    bad = rule_with("没有句号")
    copy.write("rules/zz-many.yaml", "".join(bad.replace("test", f"t{i}") for i in range(60)))
    ran = yidi("data", "check", str(copy.root), "--format", "json")
    found = json.loads(ran.out)
    assert (ran.code, found["counts"]["error"], len(found["diagnostics"])) == (1, 60, 60)


def test_a_file_takes_the_result(copy: Copy, yidi: Run, tmp_path: Path) -> None:
    plant(copy, "Y031")
    target = tmp_path / "查.json"
    ran = yidi("data", "check", str(copy.root), "-o", str(target))
    assert (ran.code, ran.out) == (1, "")
    told = json.loads(target.read_text(encoding="utf-8"))
    assert msgspec.convert(told, DataCheckObject) == told
    assert (told["data_version"], told["complete"]) == (VERSION, False)
    (found,) = told["diagnostics"]
    assert found == {
        "code": "Y031",
        "severity": "error",
        "file": "rules/zz-y031.yaml",
        "line": 3,
        "field": "zz.y031 text",
        "what": "句末没有句号或问号",
        "mend": "补上标点",
    }


@pytest.mark.parametrize("name", CODES)
def test_a_code_is_explained(name: str, yidi: Run) -> None:
    code = CODES[name]
    ran = yidi("data", "check", "--code", name.lower())
    assert ran.code == 0
    assert flat(ran.out).startswith(f"{name}·{data_check.NAMES[code.severity]}·")
    for part in (code.title, code.means, code.mend, code.example):
        assert flat(part) in flat(ran.out)
    told = json.loads(yidi("data", "check", "--code", name, "--format", "json").out)
    assert (told["code"], told["mend"]) == (name, code.mend)
    assert msgspec.convert(told, DataCodeObject) == told


def test_what_cannot_be_checked_is_said(yidi: Run, tmp_path: Path) -> None:
    ran = yidi("data", "check", "--code", "Y999")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("没有“Y999”这个代号。可以填：Y001、Y002、")
    ran = yidi("data", "check", str(tmp_path / "无"))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("这个文件夹。写上放数据的文件夹，例如 data。\n")
    ran = yidi("data", "check", str(tmp_path))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("里没有数据文件。数据是 .yaml 文件，例如 sources.yaml。\n")
    ran = yidi("data", "check", "--format", "ics", str(DATA / "rules"))
    assert ran.code != 0


def test_the_data_of_a_wheel_are_checked_as_far_as_they_go(
    yidi: Run, static: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(opening, "CHECKOUT", tmp_path)
    ran = yidi("data", "check")
    assert ran.code == 0
    assert flat(data_check.PACKED) in flat(ran.out)


DONE_WHEN = {
    "unknown source": "Y010",
    "no source": "Y011",
    "unknown field": "Y008",
    "duplicate id": "Y024",
    "duplicate key": "Y004",
    "unknown condition": "Y020",
    "impossible value": "Y021",
    "impossible date": "Y060",
    "broken YAML": "Y003",
    "missing file": "Y001",
    "malformed division code": "Y029",
    "a percentage without a document": "Y070",
}


@pytest.mark.parametrize("kind", DONE_WHEN)
def test_a_planted_fault_fails_and_names_the_file(copy: Copy, yidi: Run, kind: str) -> None:
    code = DONE_WHEN[kind]
    if code in PLANTED:
        told = PLANTED[code](copy)
    else:
        ((_, told),) = plant(copy, code)
    ran = yidi("data", "check", str(copy.root), columns=100)
    assert ran.code == 1
    assert f"{code}错误{flat(told)}" in flat(ran.out)
    assert "共1处错误、0处提醒。" in flat(ran.out)


def test_what_only_paths_show_fails_and_names_the_file(copy: Copy, yidi: Run) -> None:
    """A rule that nobody can reach, and channels deleted that leave plans without one."""
    name = "regions/000000-全国.yaml"
    text = copy.read(name)
    kept, head, channels = text.partition("\nchannels:\n")
    assert head
    assert re.search(r"^[a-z]", channels, re.M) is None, "the channels are the last of the file"
    copy.write(name, kept + "\n")
    never = rule_with("这是一句话。", "  unless: {scope: [cross-province]}\n")
    copy.write("rules/zz-test.yaml", never)
    plant(copy, "Y081")
    ran = yidi("data", "check", str(copy.root), "--format", "json")
    told = json.loads(ran.out)
    assert (ran.code, told["complete"]) == (1, True)
    found = {(fault["code"], fault["file"]) for fault in told["diagnostics"]}
    assert ("Y041", "rules/zz-test.yaml") in found
    assert ("Y051", name) in found
    # A case at fault does not keep the answers from being walked.
    assert ("Y081", "cases/zz-y081.yaml") in found


def test_an_overlay_is_checked_over_our_data(tmp_path: Path, yidi: Run, static: None) -> None:
    for name in ("rules", "cases"):
        (tmp_path / name).mkdir()
    overlay = Copy(tmp_path)
    overlay.write("rules/a.yaml", rule_with("这是一句话。"))
    unused = BAD["Y013"].read_text(encoding="utf-8").partition("\n- ")[2]
    overlay.write("sources.yaml", f"- {unused}")
    case = BAD["Y081"].read_text(encoding="utf-8").partition("\n- ")[2]
    overlay.write("cases/a.yaml", f"- {case.replace('cn.no.such', 'zz.test')}")

    def found() -> tuple[int, list[tuple[str, str]]]:
        ran = yidi("data", "check", str(tmp_path), "--format", "json")
        told = json.loads(ran.out)["diagnostics"]
        return ran.code, [(fault["code"], fault["file"]) for fault in told]

    warnings = [("Y012", "sources.yaml"), ("Y013", "sources.yaml")]
    # What is found in our own data is not told: none of it is theirs to mend.
    assert found() == (1, [("Y082", "cases/a.yaml"), *warnings])
    overlay.write("cases/a.yaml", f"- {case}")
    assert found() == (1, [("Y081", "cases/a.yaml"), *warnings])
    (tmp_path / "cases/a.yaml").unlink()
    assert found() == (0, warnings)
    overlay.write("rules/a.yaml", rule_with("这是一句话"))
    assert found() == (1, [("Y031", "rules/a.yaml")])
