"""What changed in the data: the log is true to the data, is told, and marks a saved result."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.conftest import DATA, Run
from tests.test_data_faults import Copy, copied
from yidi_cli.cli.saved import MOST
from yidi_cli.plan.since import since
from yidi_cli.rulebook.changes import Change, after, is_release, since_day, since_release
from yidi_cli.rulebook.check_time import known_ids
from yidi_cli.rulebook.compile import compile_folder
from yidi_cli.rulebook.model import Citation
from yidi_cli.rulebook.opening import open_rulebook
from yidi_cli.rulebook.rulebook import Rulebook


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "data"


@pytest.fixture
def copy(room: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    return copied(room, monkeypatch)


def flat(text: str) -> str:
    return "".join(text.split())


def change(day: str, version: str = "", *ids: str) -> Change:
    cited = (Citation(id="nhsa-2022-22"),)
    at = date.fromisoformat(day)
    return Change(
        day=at, kind="changed", ids=ids or ("a",), what="改了。", sources=cited, version=version
    )


LOG = (
    change("2027-03-01"),
    change("2027-02-01", "0.10.0"),
    change("2027-01-01", "0.9.0"),
    change("2026-12-01", "0.9.0", "cn.timing.*"),
    change("2026-11-22", "0.1.0"),
)


# --- the log ---


def test_the_log_speaks_of_what_the_data_hold(book: Rulebook) -> None:
    ids = known_ids(book.whole())
    assert len(book.changes) >= 15
    for one in book.changes:
        for name in one.ids:
            found = [entry for entry in ids if one.names(entry)]
            assert bool(found) is (one.kind != "withdrawn"), name
        assert one.what.endswith("。")
        assert len(one.what) <= 60, one.what
        assert one.sources
    days = [one.day for one in book.changes]
    assert days == sorted(days, reverse=True)
    assert days[0].isoformat() <= book.meta.version
    # What both sides of the data consist of was once added.
    added = [one for one in book.changes if one.kind == "added"]
    for entry in ("before-none", "cn.materials.identity", "cq.channel.window", "family-link-bill"):
        assert entry in ids
    assert any(one.names("cn.materials.identity") for one in added)


def test_since_a_day_and_since_a_release() -> None:
    assert since_day(LOG, date(2027, 1, 1)) == LOG[:3]
    assert since_day(LOG, date(2027, 1, 2)) == LOG[:2]
    assert since_release(LOG, "0.1.0") == LOG
    assert since_release(LOG, "0.9.0") == LOG[:4]
    assert since_release(LOG, "0.10.0") == LOG[:2], "0.10 is newer than 0.9"
    with pytest.raises(KeyError):
        since_release(LOG, "0.2.0")
    assert list(after(LOG, "2026-12-01")) == list(LOG[:3])
    assert [is_release(text) for text in ("0.1", "0.1.0", "2026-11-22", "1", "0.1.x")] == [
        *(True, True, False, False, False)
    ]
    assert LOG[3].names("cn.timing.review")
    assert not LOG[3].names("cn.materials.form")


def test_a_wheel_decodes_the_log_only_when_it_is_asked_for(tmp_path: Path) -> None:
    for name, content in compile_folder(DATA).items():
        (tmp_path / name).write_bytes(content)
    opened = open_rulebook(tmp_path / "rulebook.json", checkout=tmp_path)
    assert isinstance(opened._bundle.changes, msgspec.Raw)
    assert isinstance(opened._bundle.past, msgspec.Raw)
    assert opened.settled > date(2026, 1, 1)
    assert "changes" not in vars(opened)
    assert len(opened.changes) >= 15
    assert opened.changes == opened.whole().changes


ENTRY = """\
- date: 2026-11-22
  kind: changed
  ids: ["cn.materials.*"]
  what: 这是一句话。
  sources: [{id: nhsa-2022-22}]
"""
WRONG = {
    "an id that is none": (
        *('"cn.materials.*"', "cn.no-such-rule"),
        "「cn.no-such-rule ids」：没有 cn.no-such-rule 这一条。改正编号，或写成 withdrawn。",
    ),
    "withdrawn but there": (
        *("kind: changed", "kind: withdrawn"),
        "「cn.materials.* ids」：cn.materials.* 还在。没有撤回的，改成 changed。",
    ),
    "no id": ('["cn.materials.*"]', "[]", "ids」：没写改了哪几条。写上编号，成批的用 * 代替。"),
    "a source that is none": (
        *("nhsa-2022-22", "nhsa-1999-1"),
        "「cn.materials.* sources」：没有 nhsa-1999-1 这个来源。先在 sources.yaml 里登记它。",
    ),
    "no source": ("[{id: nhsa-2022-22}]", "[]", "sources」：没有来源。写上这次改动的依据。"),
    "no full stop": ("这是一句话。", "这是一句话", "what」：句末没有句号。补上标点。"),
    "a day after the data": (
        *("2026-11-22", "2030-01-01"),
        "date」：比数据的版本还晚。改日期，或改 meta.yaml 里的版本。",
    ),
    "newer than the one before": (
        *("2026-11-22", "2026-11-21"),
        "date」：比上一条还新。新的写在前面。",
    ),
    "a release that is none": (
        *("  kind", "  version: next\n  kind"),
        "version」：版本 next 的写法不对。写成 0.1.0。",
    ),
    "a kind that is none": ("changed", "new", "值 new 不在允许的范围里。换成允许的值。"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_the_log_is_told(copy: Copy, what: str) -> None:
    old, new, told = WRONG[what]
    entry = ENTRY.replace(old, new, 1)
    assert entry != ENTRY
    copy.write("changes.yaml", entry + ENTRY if what.startswith("newer") else entry)
    message = copy.fault()
    assert message.startswith("changes.yaml 第 "), message
    assert told in message


def test_a_copy_with_one_entry_is_fine(copy: Copy) -> None:
    copy.write("changes.yaml", ENTRY)
    from yidi_cli.rulebook.opening import open_folder

    assert [one.what for one in open_folder(copy.root).changes] == ["这是一句话。"]


# --- the command ---


def test_the_page_tells_the_changes(yidi: Run, book: Rulebook) -> None:
    ran = yidi("data", "changes", columns=200)
    assert ran.code == 0
    for one in book.changes:
        assert flat(one.what) in flat(ran.out)
    assert f"全部有 {len(book.changes)} 处变化" in ran.out
    latest = book.changes[0].day.isoformat()
    again = yidi("数据", "变化", "--since", latest, columns=200)
    same_day = [one for one in book.changes if one.day.isoformat() == latest]
    assert f"从 {latest} 起有 {len(same_day)} 处变化" in again.out
    none = yidi("data", "changes", "--since", "2030-01-01")
    assert (none.code, "从 2030-01-01 起没有变化。" in none.out) == (0, True)


def test_the_json_tells_all_of_them(yidi: Run, book: Rulebook) -> None:
    found = json.loads(yidi("data", "changes", "--format", "json").out)
    assert (found["schema"], found["query"], found["since"]) == (
        *("yidi.query/1", "data-changes"),
        "",
    )
    assert [one["what"] for one in found["changes"]] == [one.what for one in book.changes]
    assert found["changes"][0]["ids"] == list(book.changes[0].ids)
    assert set(found["sources"]) >= set(found["changes"][0]["sources"])


@pytest.mark.parametrize("typed", ["0.7.0", "昨日", "2026-13-01"])
def test_a_since_that_is_none(yidi: Run, typed: str) -> None:
    ran = yidi("data", "changes", "--since", typed)
    assert (ran.code, ran.out) == (2, "")
    assert "--since" in ran.err


# --- a saved result ---

ANSWERS = ("--from", "云阳", "--to", "成都", "--scheme", "职工", "--type", "长期居住")
CHRONIC = (*ANSWERS, "--care", "慢特病", "--disease", "冠心病", "--stage", "before")
CASE = (*CHRONIC, "--filing", "none")
SHARED = ("--want", "pay-bill", "--scheme", "职工", "--relation", "妈妈", "--member-scheme", "居民")
UNSURE = (
    *("--scheme", "不清楚", "--type", "temporary", "--care", "住院", "--stage", "admitted"),
    *("--filing", "unknown", "--situation", "injury,proxy"),
)
MEDICINE = ("--care", "购药", "--stage", "unknown", "--filing", "none")
NOWHERE = ("--from", "不知道", "--to", "不知道")
FAMILY = (*SHARED, "--from", "重庆", "--to", "贵阳")


def saved(yidi: Run, path: Path, *argv: str, **changed: Any) -> Path:
    found = json.loads(yidi(*argv, "--format", "json").out)
    path.write_text(json.dumps({**found, **changed}, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_saved_result_gives_its_answers(yidi: Run, tmp_path: Path) -> None:
    for argv in (
        ("guide", *CASE),
        ("guide", *ANSWERS[:4], *UNSURE),
        ("guide", *NOWHERE, "--scheme", "职工", "--type", "不知道", *MEDICINE),
        ("guide", "--from", "重庆", "--to", "云阳"),
        ("guide", "--from", "绵阳", "--to", "香港"),
        ("family", *FAMILY),
        ("family", "--want", "transfer"),
        ("family", *SHARED, "--from", "不知道", "--to", "不知道"),
    ):
        path = saved(yidi, tmp_path / "a.json", *argv)
        ran = yidi(argv[0], "--answers", str(path), "--format", "json")
        assert ran.code == 0, (argv, ran.err)
        assert json.loads(ran.out) == json.loads(path.read_text("utf-8")), argv
        assert ran.err.startswith("和 2026-11-22 存的那份（数据 2026-11-22 版）说的一样"), ran.err
        assert ran.err.count("\n") == 1


def test_what_has_changed_since_is_told_first(yidi: Run, tmp_path: Path) -> None:
    path = saved(yidi, tmp_path / "a.json", "guide", *CASE, "--as-of", "2024-08-31")
    ran = yidi("guide", "--answers", str(path))
    lines = ran.err.splitlines()
    assert len(lines) == MOST
    assert lines[0] == "和 2024-08-31 存的那份（数据 2026-11-22 版）比："
    assert lines[1].startswith("结论变了，原来是：这个病不在能跨省直接结的 5 种里")
    assert any(line.startswith("新增：") for line in lines)
    assert any(line.startswith("没有了：") for line in lines)
    assert lines[-1].startswith("……还有 ")
    assert lines[-1].endswith("yidi data changes --since 2026-11-22")
    assert all(len(line) < 110 for line in lines)
    assert "结论变了" not in ran.out


def test_each_kind_of_change_is_told(yidi: Run, tmp_path: Path) -> None:
    path = saved(yidi, tmp_path / "a.json", "guide", *CASE, data_version="2026-10-01")
    found = json.loads(path.read_text("utf-8"))
    materials = found["sections"]["materials"]
    gone, reworded = materials[0], materials[1]
    new = found["sections"]["timing"].pop(0)
    materials[0] = {**gone, "id": "cn.materials.zz-old", "text": "从前要的一张纸。"}
    reworded["text"], now = "从前的写法。", reworded["text"]
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    lines = yidi("guide", "--answers", str(path)).err.splitlines()
    assert lines[0] == "和 2026-11-22 存的那份（数据 2026-10-01 版）比："
    assert lines[1].startswith("改了：" + now[:20])
    assert lines[1].endswith("（原来：从前的写法。）")
    told = [line.partition("：")[2] for line in lines if line.startswith("新增：")]
    assert {text[:15] for text in told} == {new["text"][:15], gone["text"][:15]}
    assert "没有了：从前要的一张纸。" in lines
    assert any(line.startswith("数据 2026-11-22 改过：") for line in lines)
    assert "结论变了" not in "".join(lines)
    assert len(lines) <= MOST


def test_other_answers_are_not_compared(yidi: Run, tmp_path: Path) -> None:
    path = saved(yidi, tmp_path / "a.json", "guide", *CASE)
    ran = yidi("guide", "--answers", str(path), "--to", "昆明")
    assert ran.err == "答案和存的那份不一样，没有比较。\n"
    assert "昆明" in ran.out.splitlines()[0]


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "another matter": ({"schema": "yidi.family/1"}, "要这样用：yidi family --answers 文件"),
    "no plan": ({"schema": "yidi.query/1"}, "schema 要是 yidi.plan/1、yidi.family/1"),
    "no schema we know": ({"schema": ["x"]}, "不是能接着用的结果"),
    "no case": ({"case": None}, "不完整"),
    "no sections": ({"sections": []}, "不完整"),
    "no decision": ({"filing": "x"}, "不完整"),
    "a value that is none": ({"case": {"scheme": "gold"}}, "--scheme 没有“gold”这个值"),
    "a place that is none": ({"case": {"insured": {"code": "@@"}}}, "没有找到地名“@@”"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_result_that_cannot_be_used(yidi: Run, tmp_path: Path, what: str) -> None:
    change, told = BROKEN[what]
    path = saved(yidi, tmp_path / "a.json", "guide", *CASE, **change)
    ran = yidi("guide", "--answers", str(path), "--no-input")
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_a_hostile_result_does_no_harm(yidi: Run, tmp_path: Path) -> None:
    path = saved(yidi, tmp_path / "a.json", "guide", *CASE, code="!!", as_of="\x1b[31m" * 9)
    found = json.loads(path.read_text("utf-8"))
    found["sections"]["materials"] = [{"id": "x", "text": "\x1b]0;x\x07" * 50}, 7, {"text": "y"}]
    found["sections"]["timing"] = "none"
    path.write_text(json.dumps(found), encoding="utf-8")
    ran = yidi("guide", "--answers", str(path))
    assert ran.code == 0
    assert "\x1b" not in ran.err
    assert len(ran.err.splitlines()) == MOST


def test_what_two_plans_say_is_compared_by_id() -> None:
    found = since({"a": "1", "b": "2", "c": "3"}, {"b": "2", "c": "4", "d": "5"})
    assert (found.new, found.gone, found.reworded) == ({"d": "5"}, {"a": "1"}, {"c": ("3", "4")})
    assert not found.empty
    assert since({"a": "1"}, {"a": "1"}).empty
