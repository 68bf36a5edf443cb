"""An organisation's own data laid over ours: what it changes, and what it may not."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import NoReturn

import pytest

from tests.conftest import TODAY, Run
from yidi_cli.plan.answers import case_of, parse_answers
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.plan import Plan
from yidi_cli.rulebook.load import MAX_PARTS
from yidi_cli.rulebook.overlay import MAX_FAULTS, MAX_FILES, lay_over
from yidi_cli.rulebook.rulebook import Rulebook

OWNER = "示例市医保局"
SOURCE = """\
- id: zz-notice
  title: 示例通知
  issuer: 示例市医疗保障局
  number: 示医保发〔2026〕1号
  issued: 2026-10-01
  checked: 2026-11-01
  status: in-force
  tier: local-official
"""
RULE = """\
- id: zz.materials.identity
  section: materials
  topic: identity
  text: 带这里说的那一样。
  sources: [{id: zz-notice}]
  confidence: high
"""
REGION = """\
code: "510000"
name: 四川省
cities:
  - code: "510700"
    name: 绵阳市
    hotline:
      number: "0816-12393"
      sources: [{id: my-notice}]
      confidence: high
    channels:
      - id: my.channel.window
        name: 绵阳的窗口
        kind: window
        filing: explicit
        topic: window
        sources: [{id: my-notice}]
        confidence: high
    rules:
      - id: my.timing.review
        section: timing
        topic: review
        text: 绵阳当天办好。
        sources: [{id: my-notice}]
        confidence: high
    family:
      rules:
        - id: my.family.usage.pays
          section: usage
          topic: pays
          text: 绵阳还能付这一样。
          sources: [{id: my-notice}]
          confidence: high
    sources:
      - id: my-notice
        title: 绵阳通知
        issuer: 绵阳市医疗保障局
        checked: 2026-11-01
        status: in-force
        tier: local-official
"""
ANSWERS = {
    "insured": "绵阳",
    "destination": "昆明",
    "scheme": "居民",
    "type": "长期居住",
    "care": "住院",
    "stage": "before",
    "filing": "none",
}


class Folder:
    """A folder that is laid over our data."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("overlay.yaml", f"name: {OWNER}\n")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def over(self, book: Rulebook) -> Rulebook:
        laid, faults = lay_over(book, self.root)
        assert [str(fault) for fault in faults] == []
        return laid

    def faults(self, book: Rulebook) -> list[str]:
        laid, faults = lay_over(book, self.root)
        assert laid is book
        assert faults
        return [str(fault) for fault in sorted(faults)]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "own")


def plan_of(book: Rulebook, **changed: str) -> Plan:
    return build_plan(case_of(parse_answers({**ANSWERS, **changed}, book), book), book, TODAY)


def ids(plan: Plan, section: str) -> list[str]:
    return [item.id for item in plan.sections.get(section, ())]


def test_an_empty_overlay_changes_nothing(folder: Folder, book: Rulebook) -> None:
    before, after = plan_of(book), plan_of(folder.over(book))
    assert before == after


def test_a_rule_replaces_ours_on_its_topic(folder: Folder, book: Rulebook) -> None:
    folder.write("sources.yaml", SOURCE)
    folder.write("rules/own.yaml", RULE)
    over = folder.over(book)
    assert "cn.materials.identity" in ids(plan_of(book), "materials")
    plan = plan_of(over)
    assert "zz.materials.identity" in ids(plan, "materials")
    assert "cn.materials.identity" not in ids(plan, "materials")
    replaced = {traced.rule: traced.by for traced in plan.trace if traced.outcome == "replaced"}
    assert replaced["cn.materials.identity"] == "zz.materials.identity"
    assert not [traced for traced in plan.trace if traced.outcome == "clash"]


def test_a_rule_replaces_ours_with_its_id(folder: Folder, book: Rulebook) -> None:
    folder.write("sources.yaml", SOURCE)
    folder.write("rules/own.yaml", RULE.replace("zz.materials.identity", "cn.materials.identity"))
    items = plan_of(folder.over(book)).sections["materials"]
    (item,) = (item for item in items if item.id == "cn.materials.identity")
    assert (item.text, item.owner) == ("带这里说的那一样。", OWNER)


def test_a_city_stays_above_a_nation_that_is_laid_over(folder: Folder, book: Rulebook) -> None:
    """The level counts before the layer: the insured place's own rule wins."""
    folder.write("regions/510000-四川.yaml", REGION)
    folder.write("sources.yaml", SOURCE)
    rule = RULE.replace("materials.identity", "timing.review").replace("materials", "timing")
    folder.write("rules/own.yaml", rule.replace("topic: identity", "topic: review"))
    shown = ids(plan_of(folder.over(book)), "timing")
    assert "my.timing.review" in shown
    assert "zz.timing.review" not in shown


def test_of_two_the_later_wins(folder: Folder, tmp_path: Path, book: Rulebook) -> None:
    folder.write("sources.yaml", SOURCE)
    folder.write("rules/own.yaml", RULE)
    second = Folder(tmp_path / "second")
    second.write("rules/own.yaml", RULE.replace("zz.materials", "zy.materials"))
    over = second.over(folder.over(book))
    assert over.overlays == (OWNER, OWNER)
    shown = ids(plan_of(over), "materials")
    assert "zy.materials.identity" in shown
    assert "zz.materials.identity" not in shown


def test_what_is_withdrawn_is_gone(folder: Folder, book: Rulebook) -> None:
    folder.write("rules/own.yaml", "- {id: cn.timing.check-again, withdrawn: true}\n")
    assert "cn.timing.check-again" in ids(plan_of(book), "timing")
    assert "cn.timing.check-again" not in ids(plan_of(folder.over(book)), "timing")


def test_a_city_of_ones_own(folder: Folder, book: Rulebook) -> None:
    folder.write("regions/510000-四川.yaml", REGION)
    over = folder.over(book)
    plan = plan_of(over)
    assert plan.hotline == "0816-12393"
    assert {"my.channel.window", "hotline-510700"} <= set(ids(plan, "channels"))
    assert ids(plan, "timing").count("my.timing.review") == 1
    # What we know of the province stays.
    assert over.region("510000").channels == book.region("510000").channels  # type: ignore[union-attr]
    elsewhere = plan_of(over, insured="成都")
    assert elsewhere == plan_of(book, insured="成都")


def test_the_command_shows_it_and_says_whose_it_is(folder: Folder, yidi: Run) -> None:
    folder.write("regions/510000-四川.yaml", REGION)
    flags = [word for name, value in ANSWERS.items() for word in (FLAGS[name], value)]
    command = ("guide", *flags, "--data", str(folder.root))
    for style in ("plain", "table", "chat", "md", "html"):
        out = re.sub("<[^>]*>", "", yidi(*command, "--format", style).out)
        assert re.sub(r"\s", "", f"绵阳当天办好。（{OWNER}）") in re.sub(r"\s", "", out), style
    told = json.loads(yidi(*command, "--format", "json").out)
    owned = {item["id"] for items in told["sections"].values() for item in items if "owner" in item}
    assert owned == {"my.timing.review", "my.channel.window", "hotline-510700"}
    family = yidi("family", "usage", "--from", "绵阳", "--data", str(folder.root)).out
    assert f"绵阳还能付这一样。（{OWNER}）" in family


FLAGS = {
    "insured": "--from",
    "destination": "--to",
    "scheme": "--scheme",
    "type": "--type",
    "care": "--care",
    "stage": "--stage",
    "filing": "--filing",
}


def test_the_option_comes_before_the_variable_before_the_settings(
    folder: Folder, tmp_path: Path, yidi: Run
) -> None:
    folder.write("regions/510000-四川.yaml", REGION)
    own = str(folder.root)
    other = Folder(tmp_path / "other")
    settings = tmp_path / "config" / "yidi"
    settings.mkdir(parents=True)
    (settings / "settings.toml").write_text(f"data_dirs = ['{own}']\n", encoding="utf-8")
    home = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    command = ("channels", "--city", "绵阳")

    def shown(*more: str, **variables: str) -> bool:
        ran = yidi(*command, *more, variables=variables)
        assert ran.code == 0, ran.err
        assert not ran.err
        return "绵阳的窗口" in ran.out

    assert shown(**home)
    assert not shown()
    assert shown(YIDI_DATA=own)
    assert not shown(YIDI_DATA=str(other.root), **home)
    assert shown(YIDI_DATA=os.pathsep.join([str(other.root), own]))
    assert not shown("--data", str(other.root), YIDI_DATA=own)
    assert not shown("--data", "none", YIDI_DATA=own, **home)
    assert shown("--data", str(other.root), "--data", own)


def test_settings_that_cannot_be_read(tmp_path: Path, yidi: Run) -> None:
    settings = tmp_path / "yidi" / "settings.toml"
    settings.parent.mkdir()
    for text in ("data_dirs = [", "data_dirs = 'x'", "data_dirs = [1]"):
        settings.write_text(text, encoding="utf-8")
        ran = yidi("types", variables={"XDG_CONFIG_HOME": str(tmp_path)})
        assert ran.code == 2
        assert "settings.toml" in ran.err


# --- what is wrong is told, and none of it is used ---

BROKEN = {
    "broken YAML": ("rules/own.yaml", "- id: [", "YAML 写法有误"),
    "an unknown source": ("rules/own.yaml", RULE, "没有 zz-notice 这个来源"),
    "an unknown field": ("sources.yaml", SOURCE + "  colour: red\n", "不认识的字段 colour"),
    "a file of another kind": ("questions.yaml", "[]", "不能有这个文件"),
    "a script": ("rules/deep/own.yaml", "[]", "不能有这个文件"),
    "nothing to withdraw": ("rules/own.yaml", "- {id: cn.nothing, withdrawn: true}\n", "不存在"),
    "half withdrawn": (
        "rules/own.yaml",
        "- {id: cn.timing.check-again, withdrawn: true, text: 也改。}\n",
        "撤回的写法不对",
    ),
    "a tag": ("sources.yaml", "- !!python/object/apply:os.system [ls]\n", "sources.yaml"),
    "an alias": ("rules/own.yaml", "- &a {id: x}\n- *a\n", "锚点或别名"),
    "no such place": ("regions/999999-无.yaml", 'code: "999999"\nname: 无\n', "区划里没有 999999"),
}


CODES = {
    "a file of another kind": "Y093",
    "a script": "Y093",
    "nothing to withdraw": "Y095",
    "half withdrawn": "Y094",
}


@pytest.mark.parametrize("kind", CODES)
def test_a_fault_of_an_overlay_has_its_code(kind: str, folder: Folder, book: Rulebook) -> None:
    name, text, _ = BROKEN[kind]
    folder.write(name, text)
    assert {fault.code for fault in lay_over(book, folder.root)[1]} == {CODES[kind]}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_fault_is_told_with_its_file(kind: str, folder: Folder, book: Rulebook) -> None:
    name, text, said = BROKEN[kind]
    folder.write(name, text)
    lines = folder.faults(book)
    assert any(said in line and line.startswith(name) for line in lines), lines


def test_all_of_a_broken_overlay_is_left_out(folder: Folder, yidi: Run) -> None:
    folder.write("regions/510000-四川.yaml", REGION)
    folder.write("rules/own.yaml", RULE)
    ran = yidi("channels", "--city", "绵阳", "--data", str(folder.root))
    assert ran.code == 0
    assert "绵阳的窗口" not in ran.out
    assert "这次没有用它" in ran.err
    assert "没有 zz-notice 这个来源" in ran.err
    assert "yidi data check" in ran.err


def test_a_folder_that_is_not_there(tmp_path: Path, yidi: Run) -> None:
    ran = yidi("types", "--data", str(tmp_path / "none-such"))
    assert ran.code == 0
    assert "没有这个文件夹" in ran.err


def test_nothing_outside_the_folder_is_read(folder: Folder, tmp_path: Path, book: Rulebook) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text(SOURCE, encoding="utf-8")
    (folder.root / "sources.yaml").symlink_to(secret)
    (line,) = folder.faults(book)
    assert "指到了文件夹外面" in line
    assert lay_over(book, folder.root)[1][0].code == "Y090"


def test_no_case_outside_the_folder_is_read(folder: Folder, tmp_path: Path, yidi: Run) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("- {id: hidden, title: a secret}\n", encoding="utf-8")
    folder.write("rules/own.yaml", "[]")
    (folder.root / "cases").mkdir()
    (folder.root / "cases" / "own.yaml").symlink_to(secret)
    ran = yidi("data", "check", str(folder.root))
    assert ran.code == 1
    assert "Y090 错误 cases/own.yaml" in ran.out
    assert "hidden" not in ran.out


def test_a_flood_is_refused_before_it_is_read(folder: Folder, book: Rulebook) -> None:
    for number in range(MAX_FILES):
        folder.write(f"rules/{number}.yaml", "[]")
    (line,) = folder.faults(book)
    assert f"超过 {MAX_FILES} 个" in line
    assert lay_over(book, folder.root)[1][0].code == "Y092"
    assert lay_over(book, folder.root / "none-such")[1][0].code == "Y091"


def test_what_is_hidden_is_no_part_of_it(folder: Folder, book: Rulebook) -> None:
    """An organisation keeps its folder in a repository."""
    for number in range(MAX_FILES):
        folder.write(f".git/objects/{number}", "")
    folder.write(".github/workflows/check.yaml", "on: push")
    assert lay_over(book, folder.root)[1] == []


def test_few_bytes_that_would_fill_the_memory_are_refused(folder: Folder, book: Rulebook) -> None:
    folder.write("rules/own.yaml", "- []\n" * MAX_PARTS)
    (line,) = folder.faults(book)
    assert f"超过 {MAX_PARTS} 项" in line


def test_with_a_thousand_faults_the_rest_is_not_read(folder: Folder, book: Rulebook) -> None:
    for name in ("a", "b"):
        folder.write(f"rules/{name}.yaml", "- []\n" * (MAX_FAULTS + 1))
    assert len(folder.faults(book)) == MAX_FAULTS + 1


def test_a_folder_that_cannot_be_opened(
    folder: Folder, book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> NoReturn:
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "iterdir", refuse)
    over, (fault,) = lay_over(book, folder.root)
    assert fault.code == "Y091"
    assert over is book


def test_lines_are_those_of_the_file(folder: Folder, book: Rulebook) -> None:
    """Also behind an entry that is withdrawn."""
    text = "- {id: cn.timing.check-again, withdrawn: true}\n" + RULE.replace("text:", "test:")
    folder.write("rules/own.yaml", text)
    lines = folder.faults(book)
    assert any("第 5 行" in line and "不认识的字段 test" in line for line in lines), lines


# --- the file to start with ---


@pytest.mark.parametrize(
    ("place", "file"), [("绵阳", "510000-四川.yaml"), ("重庆", "500000-重庆.yaml")]
)
def test_a_new_region_is_filled_in_without_touching_python(
    place: str, file: str, tmp_path: Path, yidi: Run, book: Rulebook
) -> None:
    root = tmp_path / "own"
    ran = yidi("data", "new-region", place, "--in", str(root), "--owner", OWNER)
    assert ran.code == 0, ran.err
    written = root / "regions" / file
    # As it is written, it loads and says nothing.
    assert lay_over(book, root)[1] == []
    text = written.read_text(encoding="utf-8")
    filled = re.sub(r"^(\s*)# ", r"\1", text, flags=re.MULTILINE)
    filled = filled.replace("区号-12393", "0999-12393").replace("https://", "https://example.org/")
    written.write_text(filled, encoding="utf-8")
    assert [str(fault) for fault in lay_over(book, root)[1]] == []
    shown = yidi("channels", "--city", place, "--data", str(root)).out
    assert f"医保经办窗口（{OWNER}）" in shown
    told = yidi("materials", "--type", "long-term-residence", "--from", place, "--data", str(root))
    assert f"（{OWNER}）" in told.out
    again = yidi("data", "new-region", place, "--in", str(root))
    assert again.code == 2
    assert "没有动它" in again.err
    assert written.read_text(encoding="utf-8") == filled


def test_a_second_city_of_a_province_goes_into_its_file(
    tmp_path: Path, yidi: Run, book: Rulebook
) -> None:
    root = tmp_path / "own"
    command = ("--in", str(root))
    yidi("data", "new-region", "绵阳", *command)
    file = root / "regions" / "510000-四川.yaml"
    before = file.read_text(encoding="utf-8")
    ran = yidi("data", "new-region", "成都", *command)
    assert ran.code == 0
    assert "缩进照旧" in ran.err
    assert file.read_text(encoding="utf-8") == before
    # What is printed is put behind what is there, with a channel that is filled in.
    file.write_text(before + re.sub(r"^( +)# ", r"\1", ran.out, flags=re.MULTILINE), "utf-8")
    filled = file.read_text(encoding="utf-8").replace("区号-12393", "028-12393")
    file.write_text(filled.replace("https://", "https://example.org/"), encoding="utf-8")
    over, faults = lay_over(book, root)
    assert [str(fault) for fault in faults] == []
    ways = {way.id: part.name for part in over.parts() for way in part.channels}
    assert ways["chengdu.channel.window"] == "成都市"
    for there in ("成都", "绵阳", "四川"):
        again = yidi("data", "new-region", there, *command)
        assert (again.code, "没有动它" in again.err) == (2, True), there


@pytest.mark.parametrize("name", ['甲: "乙" # 丙', "'[{", "\\", "1.0"])
def test_an_owner_may_be_called_anything(
    name: str, tmp_path: Path, yidi: Run, book: Rulebook
) -> None:
    ran = yidi("data", "new-region", "绵阳", "--in", str(tmp_path / "own"), "--owner", name)
    assert ran.code == 0, ran.err
    over, faults = lay_over(book, tmp_path / "own")
    assert (over.overlays, faults) == ((name,), [])


def test_a_new_region_needs_a_folder_and_a_place(tmp_path: Path, yidi: Run) -> None:
    assert yidi("data", "new-region", "绵阳").code == 2
    assert yidi("data", "new-region", "没这地方", "--in", str(tmp_path)).code == 2
    assert not list(tmp_path.iterdir())
