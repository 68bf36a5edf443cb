"""What is kept between two runs: private, by ids, never in the way."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import TODAY
from yidi_cli.base.env import Environment
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.wizard.memory import KEPT_DAYS, SCHEMA, Memory, restore

ANSWERS: dict[str, str | tuple[str, ...]] = {
    "insured": "500000",
    "destination": "unknown",
    "scheme": "employee",
    "type": "unknown",
    "situation": ("proxy", "injury"),
}


def write(folder: Path, tree: object) -> None:
    (folder / "progress.json").write_text(json.dumps(tree), encoding="utf-8")


def kept(**changes: Any) -> dict[str, Any]:
    return {"schema": SCHEMA, "saved": TODAY.isoformat(), "answers": ANSWERS, **changes}


def test_answers_come_back_as_they_were(tmp_path: Path, book: Rulebook) -> None:
    memory = Memory(tmp_path / "state" / "yidi")
    assert memory.load(book, TODAY) is None
    assert memory.save(ANSWERS, TODAY)
    progress = memory.load(book, TODAY)
    assert progress is not None
    assert (progress.answers, progress.saved, progress.dropped) == (ANSWERS, TODAY, ())
    memory.clear()
    assert memory.load(book, TODAY) is None
    memory.clear()


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    folder = tmp_path / "yidi"
    memory = Memory(folder)
    memory.save(ANSWERS, TODAY)
    memory.remember("500000")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = sorted(folder.iterdir())
    assert [path.name for path in files] == ["insured.json", "progress.json"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_they_expire(tmp_path: Path, book: Rulebook) -> None:
    memory = Memory(tmp_path)
    memory.save(ANSWERS, TODAY)
    assert memory.load(book, TODAY + timedelta(days=KEPT_DAYS)) is not None
    assert memory.load(book, TODAY + timedelta(days=KEPT_DAYS + 1)) is None
    assert not (tmp_path / "progress.json").exists()


def test_what_a_new_version_does_not_know_is_asked_again(tmp_path: Path, book: Rulebook) -> None:
    answers = {
        "insured": "999999",
        "destination": "510000",  # a province is no answer
        "scheme": "职工",  # an alias: the id of an option that was renamed stays one
        "type": "gone",
        "situation": ["proxy", "gone"],
        "a-question-that-is-gone": "x",
    }
    write(tmp_path, kept(answers=answers))
    progress = Memory(tmp_path).load(book, TODAY)
    assert progress is not None
    assert progress.answers == {"scheme": "employee", "situation": ("proxy",)}
    assert progress.dropped == ("insured", "destination", "type", "situation")


@pytest.mark.parametrize(
    "tree",
    [
        [],
        "x",
        {},
        kept(schema="yidi.progress/9"),
        kept(saved="yesterday"),
        kept(saved=5),
        kept(saved="2031-01-01"),
        kept(answers=[]),
        kept(answers={"insured": 5, "situation": "proxy", "type": ["referral"]}),
    ],
)
def test_a_file_that_is_not_ours_is_as_if_it_were_not_there(
    tmp_path: Path, book: Rulebook, tree: object
) -> None:
    write(tmp_path, tree)
    progress = Memory(tmp_path).load(book, TODAY)
    assert progress is None or progress.answers == {"situation": ()}


def test_broken_bytes_are_as_if_they_were_not_there(tmp_path: Path, book: Rulebook) -> None:
    for content in (b"", b"\xff\xfe{", b'{"schema": "' + b"x" * 200_000 + b'"}'):
        (tmp_path / "progress.json").write_bytes(content)
        assert Memory(tmp_path).load(book, TODAY) is None


def test_without_a_place_to_keep_them_nothing_fails(tmp_path: Path, book: Rulebook) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    for memory in (Memory(None), Memory(blocked / "yidi")):
        assert not memory.save(ANSWERS, TODAY)
        assert not memory.remember("500000")
        assert memory.load(book, TODAY) is None
        assert memory.remembered(book) == ""
        memory.clear()
        memory.forget()


def test_the_insured_place_is_kept_only_where_it_was_allowed(
    tmp_path: Path, book: Rulebook
) -> None:
    memory = Memory(tmp_path)
    memory.save(ANSWERS, TODAY)
    assert memory.remembered(book) == ""
    memory.remember("500235")
    assert memory.remembered(book) == "500235"
    memory.clear()
    assert memory.remembered(book) == "500235"
    memory.forget()
    assert memory.remembered(book) == ""
    memory.remember("810000")
    assert memory.remembered(book) == "", "nobody is insured outside the mainland"


def test_every_answer_there_is_can_be_kept(book: Rulebook) -> None:
    for question in book.questions:
        for option in question.options:
            value: object = [option.id] if question.kind == "many" else option.id
            answers, dropped = restore({question.id: value}, book)
            wanted = (option.id,) if question.kind == "many" else option.id
            assert (answers, dropped) == ({question.id: wanted}, ())


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"XDG_STATE_HOME": "/s", "HOME": "/h"}, "/s/yidi"),
        ({"XDG_STATE_HOME": "relative", "HOME": "/h"}, "/h/.local/state/yidi"),
        ({"HOME": "/h"}, "/h/.local/state/yidi"),
        ({"LOCALAPPDATA": "/l", "USERPROFILE": "/u"}, "/l/yidi"),
        ({}, None),
    ],
)
def test_where_it_is_kept(variables: dict[str, str], expected: str | None) -> None:
    import io

    stream = io.StringIO()
    env = Environment(stream, stream, stream, variables, 80, TODAY)
    assert env.state_folder == (Path(expected) if expected else None)
