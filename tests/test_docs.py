"""The maintainers' guide: its commands run, its files load, its tables and links are right."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from tests.conftest import ROOT
from tools.docs import GUIDE, renewed
from yidi_cli.base.env import Environment
from yidi_cli.cli.app import run
from yidi_cli.rulebook import (
    changes,
    family,
    holidays,
    model,
    opening,
    overlay,
    past,
    region,
    wording,
)
from yidi_cli.rulebook.model import Section
from yidi_cli.rulebook.overlay import FILES, FOLDERS
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.rulebook.schema import SET_BY_LOADER

DOCUMENTS = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"(?:`([^`\n]+\.yaml)`：\n\n)?```(\w+)\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(#[^)]*)?\)")
MODULES = (model, family, region, past, changes, holidays, wording, overlay)
STRUCTS = [
    struct
    for module in MODULES
    for struct in vars(module).values()
    if isinstance(struct, type)
    and issubclass(struct, model.Part)
    and struct.__module__ == module.__name__
    # Made when the data are compiled.
    and struct is not wording.Pattern
]


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield, in order, a command to run (kind "run") or a file to write (its name)."""
    for name, language, content in FENCE.findall(text):
        if language == "console":
            for line in content.splitlines():
                if line.startswith("$ yidi "):
                    yield "run", line.removeprefix("$ ")
        elif name:
            yield name, content


def follow(steps: Iterable[tuple[str, str]], book: Rulebook, folder: Path) -> None:
    """Do what a document says, in `folder`: every command ends well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(opening, "open_rulebook", lambda: book)
        for kind, content in steps:
            if kind != "run":
                path = folder / kind
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
                continue
            out, err = io.StringIO(), io.StringIO()
            day = date.fromisoformat(book.meta.version)
            env = Environment(io.StringIO(), out, err, {}, 80, day)
            code = run(shlex.split(content.partition("  #")[0])[1:], env)
            assert code == 0, (content, err.getvalue(), out.getvalue()[-500:])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_all_commands_run_in_their_order(document: Path, book: Rulebook, tmp_path: Path) -> None:
    """A person who follows the document, in an empty folder."""
    follow(pieces(document.read_text(encoding="utf-8")), book, tmp_path)


def test_a_city_that_follows_the_guide(
    book: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two rules, a channel and a case, without touching Python: they show, with their owner; and a
    fault in them is found.
    """
    guide = (ROOT / "docs" / "add-a-city.md").read_text(encoding="utf-8")
    follow((piece for piece in pieces(guide) if "data check" not in piece[1]), book, tmp_path)

    def shown(*argv: str) -> tuple[int, str]:
        out = io.StringIO()
        day = date.fromisoformat(book.meta.version)
        code = run(argv, Environment(io.StringIO(), out, out, {}, 80, day))
        return code, re.sub(r"\s", "", out.getvalue())

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(opening, "open_rulebook", lambda: book)
    own = ("--data", "我的数据")
    code, page = shown("channels", "--city", "呼伦贝尔", *own)
    assert (code, "呼伦贝尔医保经办窗口（示例市医保局）" in page) == (0, True)
    case = ("--from", "呼伦贝尔", "--to", "北京", "--scheme", "职工", "--type", "长期居住")
    rest = ("--care", "住院", "--stage", "before", "--filing", "none", "--no-input")
    code, plan = shown("guide", *case, *rest, *own)
    assert "窗口交齐材料，当场办好。（示例市医保局）" in plan
    assert "没有居住证，社区开的证明行不行？（示例市医保局）" in plan
    written = tmp_path / "我的数据" / "cases" / "呼伦贝尔.yaml"
    broken = written.read_text(encoding="utf-8").replace("hlbe.timing.review", "cn.nothing")
    written.write_text(broken, encoding="utf-8")
    code, found = shown("data", "check", "我的数据")
    assert (code, "cases/呼伦贝尔.yaml" in found) == (1, True)


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / "README.md"], ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target, _ in LINK.findall(document.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), target


def test_the_table_of_codes_is_today_s() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert renewed(text) == text, "run .venv/bin/python tools/docs.py"


def test_every_field_is_in_the_guide() -> None:
    told = set(re.findall(r"`([\w-]+)`", GUIDE.read_text(encoding="utf-8")))
    assert len(STRUCTS) > 30
    for struct in STRUCTS:
        for field in msgspec.structs.fields(struct):
            if field.name not in SET_BY_LOADER:
                assert field.encode_name in told, (struct.__name__, field.encode_name)


def test_every_section_and_file_is_in_the_guide() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    for section in get_args(Section):
        assert f"`{section}`" in text, section
    for name in (*FILES, *(f"{folder}/" for folder in FOLDERS)):
        assert f"`{name}`" in text, name
    for path in (ROOT / "data").iterdir():
        name = path.name if path.is_file() else f"{path.name}/"
        assert f"`{name}" in text, name
