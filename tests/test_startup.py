"""What an installed `yidi` loads: imports are nearly all that a one-shot query costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wheel import Installed, install

# Loaded when a person is to be asked, when a page is drawn for a terminal, when a user's YAML is
# read; or never.
HEAVY = (
    *("questionary", "prompt_toolkit", "rich", "yaml", "asyncio", "importlib.metadata"),
    *("icalendar", "segno", "typing_extensions"),
)
# Less slow, but nothing that a query needs. (difflib is not here: Typer itself loads it.)
NOT_NEEDED = ("csv", "tempfile", "pydantic", "pypinyin", "ssl", "urllib.request")
CITIES = ["--from", "重庆", "--to", "成都"]
GUIDE = ["guide", "--no-input", *CITIES, "--scheme", "employee", "--type", "long-term-residence"]
GUIDE += ["--care", "inpatient", "--stage", "before", "--filing", "none"]
# The command runs whole; then, whatever it ended with, the names of all modules go to a file.
PROBE = """
import sys
names, sys.argv[1:] = sys.argv[1], sys.argv[2:]
try:
    from yidi_cli.cli import main
    main()
finally:
    with open(names, "w") as file:
        file.write("\\n".join(sys.modules))
"""


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.getbasetemp() / "install")


def loaded(installed: Installed, folder: Path, argv: list[str], code: int = 0) -> set[str]:
    """Run `yidi` with these words; return the names of the modules that it loaded."""
    names = folder / "modules.txt"
    done = installed.run([installed.python, "-c", PROBE, names, *argv], folder)
    assert (done.returncode, done.stdout != "") == (code, code == 0), done.stderr
    found = set(names.read_text().splitlines())
    assert "yidi_cli.cli.app" in found
    return found


@pytest.mark.parametrize(
    "argv",
    [
        pytest.param(["materials", "--type", "long-term"], id="materials, piped"),
        pytest.param(["materials", "--type", "long-term", "--plain"], id="materials, plain"),
        pytest.param(["channels", "--city", "重庆", "--format", "json"], id="channels, json"),
        pytest.param(["channels", "--city", "重庆", "--plain"], id="channels, plain"),
        pytest.param(["timing", "--type", "转诊", *CITIES], id="timing, piped"),
        pytest.param(["settlement", *CITIES, "--care", "住院"], id="settlement, piped"),
        pytest.param(["types", "--format", "json"], id="types, json"),
        pytest.param(["sources", "--plain"], id="sources, plain"),
        pytest.param(["explain", "cn.materials.identity"], id="explain, piped"),
        pytest.param(["search", "急诊", "--from", "重庆"], id="search, piped"),
        pytest.param(["search", "急诊没备案怎么办", "--format", "json"], id="search, json"),
        pytest.param(["conflicts", "--plain"], id="conflicts, plain"),
        pytest.param(["myths", "急诊"], id="myths, piped"),
        pytest.param(["understand", "绵阳医保，在昆明住院"], id="understand, piped"),
        pytest.param(["understand", "医保绵阳", "--format", "json"], id="understand, json"),
        pytest.param([*GUIDE, "--plain"], id="guide, plain"),
        pytest.param([*GUIDE, "--format", "json"], id="guide, json"),
        pytest.param(GUIDE, id="guide, piped"),
    ],
)
def test_a_one_shot_query_loads_nothing_heavy(
    installed: Installed, tmp_path: Path, argv: list[str]
) -> None:
    found = loaded(installed, tmp_path, argv)
    assert not found.intersection(HEAVY)
    assert not found.intersection(NOT_NEEDED)
    # The other commands' options are not read, and neither is what is only for a build.
    assert not {"yidi_cli.rulebook.check", "yidi_cli.rulebook.folder"} & found
    assert not {name for name in found if name.startswith("yidi_cli.wizard.prompts.")}


@pytest.mark.parametrize(
    "argv",
    [["--version"], ["--help"], ["channels", "--help"], ["guide", "--help"]],
    ids=" ".join,
)
def test_help_and_version_load_no_data(
    installed: Installed, tmp_path: Path, argv: list[str]
) -> None:
    found = loaded(installed, tmp_path, argv)
    assert not found.intersection(HEAVY)
    assert not found.intersection(NOT_NEEDED)
    assert "msgspec" not in found
    assert not {name for name in found if name.startswith("yidi_cli.rulebook")}


@pytest.mark.parametrize("argv", [["channels", "--city", "重庆"], GUIDE], ids=lambda argv: argv[0])
def test_the_page_for_a_terminal_loads_rich_and_no_questions(
    installed: Installed, tmp_path: Path, argv: list[str]
) -> None:
    found = loaded(installed, tmp_path, [*argv, "--format", "table"])
    assert "rich.console" in found
    assert not found.intersection({"questionary", "prompt_toolkit", "yaml", "importlib.metadata"})


@pytest.mark.parametrize("typed", ["jizhen", "APP"])
def test_latin_letters_are_what_loads_pinyin_and_not_its_phrases(
    installed: Installed, tmp_path: Path, typed: str
) -> None:
    found = loaded(installed, tmp_path, ["search", typed])
    assert "pypinyin" in found
    # They take four times as long to load as the characters.
    assert "pypinyin.phrases_dict" not in found
    assert not found.intersection(HEAVY)


def test_a_mistake_of_the_user_loads_nothing_heavy(installed: Installed, tmp_path: Path) -> None:
    found = loaded(installed, tmp_path, ["channels", "--city", "重请"], code=2)
    assert not found.intersection(HEAVY)
    missing = loaded(installed, tmp_path, ["guide", "--no-input", "--from", "重庆"], code=2)
    assert not missing.intersection(HEAVY)


def test_an_answer_file_is_what_loads_yaml(installed: Installed, tmp_path: Path) -> None:
    """The probe sees what is there: here YAML is wanted."""
    answers = tmp_path / "answers.yaml"
    answers.write_text("from: 重庆\nto: 云阳\n", encoding="utf-8")
    found = loaded(installed, tmp_path, ["guide", "--no-input", "--answers", str(answers)])
    assert "yaml" in found
    assert not found.intersection({"rich", "questionary", "prompt_toolkit"})


def test_the_prompts_do_without_ssl(installed: Installed, tmp_path: Path) -> None:
    code = """
import sys
from yidi_cli.base.env import spare_ssl
spare_ssl()
import yidi_cli.wizard.prompts.interactive
assert "asyncio" in sys.modules
assert "ssl" not in sys.modules
import ssl
print(ssl.OPENSSL_VERSION)
"""
    done = installed.run([installed.python, "-c", code], tmp_path)
    assert done.returncode == 0, done.stderr
    # Whoever wants it later gets it.
    assert done.stdout
