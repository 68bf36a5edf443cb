"""The guided run around the questions: taking up, leaving, and what follows the result."""

from __future__ import annotations

import io
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import TODAY, Terminal
from yidi_cli.base.env import Environment
from yidi_cli.cli import afterwards, conversation
from yidi_cli.cli.app import run
from yidi_cli.cli.talks import FilingTalk
from yidi_cli.rulebook import opening
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.wizard.memory import Memory
from yidi_cli.wizard.prompts.scripted import ScriptedPrompter

SCRIPT: list[Any] = [
    "重庆",
    "成都",
    "employee",
    "long-term-residence",
    "inpatient",
    "before",
    "none",
]
NONE: list[Any] = [()]


class Ran:
    """One run of `yidi guide …` in a terminal, its prompts answered by a script."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, home: Path, argv: list[str], script: list[Any]
    ) -> None:
        self.prompter = ScriptedPrompter(script)
        monkeypatch.setattr(conversation, "_prompter", lambda env, plain: self.prompter)
        self.out, self.err = Terminal(), Terminal()
        env = Environment(
            Terminal(), self.out, self.err, {"HOME": str(home), "NO_COLOR": "1"}, 80, TODAY, 24
        )
        self.code = run(["guide", *argv], env)
        self.memory = Memory(env.state_folder)

    def page(self) -> str:
        return re.sub(r"\x1b\[[\d;]*m", "", self.out.getvalue())

    def command(self) -> list[str]:
        (line,) = re.findall(r"^  (yidi guide (?!--code).*)$", self.err.getvalue(), re.MULTILINE)
        return shlex.split(line)[2:]

    def said(self) -> str:
        return "\n".join(a.ask for a in self.prompter.transcript if a.kind == "say")

    def offers(self) -> tuple[str, ...]:
        shown = [a for a in self.prompter.transcript if a.ask == afterwards.NEXT_ASK]
        return shown[-1].choices


@pytest.fixture
def guide(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, book: Rulebook) -> Any:
    monkeypatch.chdir(tmp_path)
    # Reading all YAML takes longer than a whole conversation.
    monkeypatch.setattr(opening, "open_rulebook", lambda: book)

    def call(*argv: str, script: list[Any]) -> Ran:
        return Ran(monkeypatch, tmp_path, list(argv), script)

    return call


def test_a_long_plan_shows_its_main_points_first(guide: Any) -> None:
    brief = guide(script=[*SCRIPT, *NONE, "ok", "leave"])
    assert brief.code == 0
    assert "--full" in brief.page()
    assert brief.offers()[0] == "看全部"
    both = guide(script=[*SCRIPT, *NONE, "ok", "full", "leave"])
    assert both.page().startswith(brief.page())
    assert "看全部" not in both.offers()
    full = guide("--full", script=[*SCRIPT, *NONE, "ok", "leave"])
    assert both.page() == brief.page() + full.page()


def test_a_short_plan_is_shown_whole(guide: Any) -> None:
    ran = guide("--brief", "--from", "重庆", script=["万州", "ok", "leave"])
    assert "--full" in ran.page()
    again = guide("--full", "--from", "重庆", script=["万州", "ok", "leave"])
    assert "--full" not in again.page()
    assert "备案类型" not in "".join(again.offers()), "there is no type to compare"


def test_nothing_is_kept_once_the_result_stands_there(guide: Any, book: Rulebook) -> None:
    ran = guide(script=[*SCRIPT, *NONE, "ok", "leave"])
    assert ran.memory.load(book, TODAY) is None
    # The command that is given instead shows the same result, with nothing asked.
    again = guide(*ran.command(), "--brief", script=[])
    assert again.page() == ran.page()
    assert again.prompter.transcript == []


@pytest.mark.parametrize("at", range(1, 9))
@pytest.mark.parametrize("leave", [KeyboardInterrupt, EOFError])
def test_an_interrupt_keeps_the_answers(
    guide: Any, book: Rulebook, at: int, leave: type[BaseException]
) -> None:
    script = [*SCRIPT, *NONE, "ok"]
    ran = guide("--as-of", "2026-11-01", script=[*script[:at], leave])
    assert ran.code == 130
    assert ran.command() == ["--resume", "--as-of", "2026-11-01"]
    assert len(ran.memory.load(book, TODAY).answers) == at
    again = guide(*ran.command(), "--full", script=[*script[at:], "leave"])
    assert again.code == 0
    whole = guide("--as-of", "2026-11-01", "--full", script=[*script, "leave"])
    assert again.page() == whole.page()


def test_before_the_first_answer_there_is_nothing_to_keep(guide: Any, book: Rulebook) -> None:
    ran = guide("--plain", script=[KeyboardInterrupt])
    assert (ran.code, ran.command()) == (130, ["--plain"])
    assert ran.memory.load(book, TODAY) is None


def test_where_nothing_can_be_kept_the_command_holds_the_answers(
    guide: Any, tmp_path: Path
) -> None:
    (tmp_path / ".local").write_text("", encoding="utf-8")
    ran = guide(script=[*SCRIPT[:3], KeyboardInterrupt])
    assert ran.command() == ["--from", "重庆市", "--to", "成都市", "--scheme", "employee"]
    again = guide(*ran.command(), script=[*SCRIPT[3:], *NONE, "ok", "leave"])
    assert again.code == 0


def test_the_next_run_asks_whether_to_go_on(guide: Any, book: Rulebook) -> None:
    guide(script=[*SCRIPT[:4], KeyboardInterrupt])
    ran = guide(script=["resume", *SCRIPT[4:], *NONE, "ok", "leave"])
    assert ran.code == 0
    asked = ran.prompter.transcript[0].ask
    assert "重庆市" in asked
    assert "异地长期居住人员" in asked
    guide(script=[*SCRIPT[:4], KeyboardInterrupt])
    anew = guide(script=["fresh", "绵阳", KeyboardInterrupt])
    assert anew.memory.load(book, TODAY).answers == {"insured": "510700"}


def test_leaving_that_question_keeps_the_earlier_answers(guide: Any, book: Rulebook) -> None:
    guide(script=[*SCRIPT[:4], KeyboardInterrupt])
    ran = guide(script=[KeyboardInterrupt])
    assert (ran.code, ran.command()) == (130, ["--resume"])
    assert len(ran.memory.load(book, TODAY).answers) == 4


def test_fresh_does_not_ask(guide: Any, book: Rulebook) -> None:
    guide(script=[*SCRIPT[:4], KeyboardInterrupt])
    ran = guide("--fresh", script=["绵阳", KeyboardInterrupt])
    assert ran.memory.load(book, TODAY).answers == {"insured": "510700"}


def test_what_is_given_now_counts_for_more_than_what_was_kept(guide: Any, book: Rulebook) -> None:
    guide(script=[*SCRIPT[:4], KeyboardInterrupt])
    ran = guide("--resume", "--type", "emergency", script=["outpatient", KeyboardInterrupt])
    answers = ran.memory.load(book, TODAY).answers
    assert answers["type"] == "emergency"
    assert answers["scheme"] == "employee"


def test_resume_with_nothing_kept_begins(guide: Any) -> None:
    ran = guide("--resume", script=[*SCRIPT, *NONE, "ok", "leave"])
    assert ran.code == 0
    assert "从头问" in ran.said()


def test_resume_and_fresh_contradict(guide: Any) -> None:
    for argv in (["--resume", "--fresh"], ["--brief", "--full"]):
        ran = guide(*argv, script=[])
        assert ran.code == 2
        assert "只能写一个" in ran.err.getvalue()


def test_an_answer_changed_after_the_result(guide: Any) -> None:
    ran = guide(
        "--full", script=[*SCRIPT, *NONE, "ok", "edit", "care", "outpatient", "ok", "leave"]
    )
    one = guide("--full", script=[*SCRIPT, *NONE, "ok", "leave"])
    changed = [*SCRIPT[:4], "outpatient", *SCRIPT[5:]]
    other = guide("--full", script=[*changed, *NONE, "ok", "leave"])
    assert ran.page() == one.page() + other.page()


def test_what_is_parked_comes_back_after_the_result(guide: Any) -> None:
    there = ["edit", "destination", "万州", "ok"]
    script = [*SCRIPT, *NONE, "ok", *there, "edit", "destination", "成都", "ok", "leave"]
    ran = guide("--full", script=script)
    one = guide("--full", script=[*SCRIPT, *NONE, "ok", "leave"])
    assert ran.page().startswith(one.page())
    assert ran.page().endswith(one.page())


def test_anew_after_the_result(guide: Any) -> None:
    script = [*SCRIPT, *NONE, "ok"]
    other = ["绵阳", "昆明", *SCRIPT[2:], *NONE, "ok", "leave"]
    ran = guide("--full", script=[*script, "anew", *other])
    assert ran.code == 0
    assert "绵阳 → 昆明" in ran.page()
    assert ran.command()[:2] == ["--from", "绵阳市"]


def test_the_result_is_kept_in_a_file(guide: Any, tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("old", encoding="utf-8")
    first_kept = ["save", "chat", "old.txt", ""]
    wrong = ["save", "chat", "no/such/folder.txt"]
    script = [*SCRIPT, *NONE, "ok", *first_kept, *wrong, "b.txt"]
    ran = guide(script=[*script, "leave"])
    assert ran.code == 0
    first = (tmp_path / "异地就医-重庆-成都.txt").read_text(encoding="utf-8")
    assert first == (tmp_path / "b.txt").read_text(encoding="utf-8")
    assert (tmp_path / "old.txt").read_text(encoding="utf-8") == "old"
    assert "--full" not in first, "the file holds all of it"
    whole = guide(*ran.command(), "--full", "-o", "c.txt", script=[])
    assert whole.code == 0
    assert (tmp_path / "c.txt").read_text(encoding="utf-8") == first


def test_every_way_to_take_the_result_along(guide: Any, tmp_path: Path) -> None:
    ways = [word for name in FilingTalk.ways for word in ("save", name, "")]
    ran = guide(script=[*SCRIPT, *NONE, "ok", *ways, "leave"])
    assert ran.code == 0
    base = "异地就医-重庆-成都"
    kept = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob(f"{base}*")}
    assert set(kept) == {f"{base}{way.ending}" for way in FilingTalk.ways.values()}
    assert kept[f"{base}.html"].startswith("<!doctype html>")
    assert "居住证" in kept[f"{base}-大字.html"]
    assert len(kept[f"{base}-大字.html"]) < len(kept[f"{base}.html"])
    assert kept[f"{base}.txt"].startswith("重庆 → 成都")
    assert kept[f"{base}.ics"].startswith("BEGIN:VCALENDAR")


def test_the_way_that_was_chosen_decides_not_the_name(guide: Any, tmp_path: Path) -> None:
    ways = ["save", "calendar", "提醒", "save", "elder", "给妈.ics", "save", "chat", "b.pdf"]
    assert guide(script=[*SCRIPT, *NONE, "ok", *ways, "leave"]).code == 0
    kept = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("[!.]*.*")}
    assert kept["提醒.ics"].startswith("BEGIN:VCALENDAR")
    assert kept["给妈.ics.html"].startswith("<!doctype html>")
    assert kept["b.pdf.txt"].startswith("重庆 → 成都")


def test_a_day_filled_in_after_the_result(guide: Any) -> None:
    start = [*SCRIPT, *NONE, "ok"]
    unknown = guide(script=[*start, "days", "", "leave"])
    assert "最晚这天交" not in unknown.page()
    ran = guide(script=[*start, "days", "没有这天", "12-4", "leave"])
    assert ran.code == 0
    # 2026-12-04 is a Friday; what takes two working days before it is handed in on the Tuesday.
    assert "2026-12-01（周二） 网上最晚这天交" in ran.page()
    assert ran.command()[-2:] == ["--on", "travel=2026-12-04"]
    assert not any("哪天出发" in offer for offer in ran.offers())


def test_another_type_is_compared(guide: Any) -> None:
    compared = ["compare", "type", "other-temporary"]
    ran = guide(script=[*SCRIPT, *NONE, "ok", *compared, "leave"])
    assert ran.code == 0
    assert "其他临时外出就医人员" in ran.page()
    (asked,) = [a for a in ran.prompter.transcript if a.ask.startswith("和哪一种")]
    assert len(asked.choices) == 5
    assert not any("说不准" in choice for choice in asked.choices)


def test_another_answer_is_compared(guide: Any) -> None:
    ran = guide(script=[*SCRIPT, *NONE, "ok", "compare", "stage", "discharged", "leave"])
    assert ran.code == 0
    assert "只有「已出院或已自费结算」" in ran.page()
    (asked,) = [a for a in ran.prompter.transcript if a.ask == "比哪一项？"]
    assert len(asked.choices) == 5


def test_the_code_shows_the_same_result(guide: Any, tmp_path: Path) -> None:
    ran = guide(script=[*SCRIPT, *NONE, "ok", "leave"])
    (code,) = re.findall(r"^  yidi guide --code (\S+)$", ran.err.getvalue(), re.MULTILINE)
    for name, words in {"a.txt": ran.command(), "b.txt": ["--code", code]}.items():
        assert guide(*words, "-o", name, script=[]).code == 0
    a, b = ((tmp_path / name).read_text(encoding="utf-8") for name in ("a.txt", "b.txt"))
    assert a == b
    assert code in a


def test_the_insured_place_is_remembered_if_allowed_and_forgotten(guide: Any) -> None:
    end = [*NONE, "ok"]
    ran = guide(script=[*SCRIPT, *end, "remember", "leave"])
    assert ran.code == 0
    again = guide(script=["", *SCRIPT[1:], *end, "forget", "leave"])
    assert again.code == 0
    assert "重庆 → 成都" in again.page()
    first = next(a for a in again.prompter.transcript if a.kind == "search")
    assert first.choices[0] == "重庆市"
    last = guide(script=[KeyboardInterrupt])
    assert "重庆市" not in last.prompter.transcript[-1].choices


@pytest.mark.parametrize("leave", [KeyboardInterrupt, EOFError])
def test_leaving_after_the_result_is_no_interrupt(guide: Any, leave: type[BaseException]) -> None:
    ran = guide(script=[*SCRIPT, *NONE, "ok", leave])
    assert ran.code == 0
    assert ran.command()[:2] == ["--from", "重庆市"]


def test_into_a_file_nothing_more_is_asked(guide: Any, tmp_path: Path) -> None:
    ran = guide("-o", "plan.txt", script=[*SCRIPT, *NONE, "ok"])
    assert ran.code == 0
    assert "--full" not in (tmp_path / "plan.txt").read_text(encoding="utf-8")


def test_a_sentence_beside_flags(guide: Any) -> None:
    sentence = "绵阳居民医保，爷爷在昆明突然中风，急诊住着院，没备案"
    ran = guide(sentence, "--scheme", "职工", "--full", script=["ok", (), "ok", "leave"])
    assert ran.code == 0
    assert "绵阳 → 昆明 · 职工医保" in ran.page().replace(" ", " ")


def test_a_sentence_without_a_terminal(tmp_path: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    env = Environment(io.StringIO(), out, err, {"HOME": str(tmp_path)}, 80, TODAY)
    said = "绵阳居民医保，爷爷在昆明突然中风，急诊住着院，没备案"
    assert run(["guide", said], env) == 0
    assert "绵阳 → 昆明" in out.getvalue()
    assert "这句话看出：" in err.getvalue()
    assert run(["guide", "绵阳居民医保，没备案"], env) == 2
    assert "--to" in err.getvalue()
    assert "--from" not in err.getvalue().split("请补上")[1]
