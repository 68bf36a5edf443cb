"""What is built, what is in it, and that it runs where there is no checkout."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from tests.wheel import ROOT, Installed, build, folders_of_dependencies, install
from yidi_cli import __version__
from yidi_cli.base.errors import DataError
from yidi_cli.rulebook.opening import open_rulebook

COMPILED = "yidi_cli/_data/rulebook.json"
WORDING = "yidi_cli/_data/wording.json"
GUIDE = ["guide", "--no-input", "--from", "重庆", "--to", "成都", "--scheme", "employee"]
GUIDE += ["--type", "long-term-residence", "--care", "inpatient", "--stage", "before"]
GUIDE += ["--filing", "none"]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.getbasetemp() / "install")


def compiled(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(COMPILED)


def members(sdist: Path) -> set[str]:
    with tarfile.open(sdist) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


# --- what is in it ----------------------------------------------------------------------------


def test_the_wheel_holds_the_package_its_compiled_data_and_the_licence(
    installed: Installed,
) -> None:
    with zipfile.ZipFile(installed.wheel) as archive:
        names = set(archive.namelist())
    modules = {
        path.relative_to(installed.source / "src").as_posix()
        for path in (installed.source / "src").rglob("*.*")
        if path.suffix in (".py", ".css")
    }
    info = f"yidi-{__version__}.dist-info"
    metadata = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
    assert modules, "the copy holds no module"
    assert names == modules | {COMPILED, WORDING} | {f"{info}/{name}" for name in metadata}


def test_the_wheel_says_what_it_needs(installed: Installed) -> None:
    info = f"yidi-{__version__}.dist-info"
    with zipfile.ZipFile(installed.wheel) as archive:
        metadata = Parser().parsestr(archive.read(f"{info}/METADATA").decode())
        commands = archive.read(f"{info}/entry_points.txt").decode()
    needed = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    names = {re.split(r"[^\w-]", line)[0].lower() for line in needed}
    assert names == {
        *("typer", "questionary", "rich", "pyyaml", "msgspec"),
        *("pypinyin", "icalendar", "segno"),
    }
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert "yidi = yidi_cli.cli:main" in commands


def test_the_sdist_holds_all_that_a_build_and_a_test_run_need(installed: Installed) -> None:
    names = members(installed.sdist)
    for folder in ("src", "data", "tests", "tools"):
        copied = {
            path.relative_to(installed.source).as_posix()
            for path in (installed.source / folder).rglob("*")
            if path.is_file()
        }
        assert copied, folder
        assert copied <= names
    assert {"pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "constraints.txt"} <= names
    assert not [name for name in names if name.endswith((".pyc", "rulebook.json", "wording.json"))]


def test_neither_names_a_folder_of_this_machine(installed: Installed) -> None:
    homes = [str(ROOT).encode(), str(Path.home()).encode() + b"/", str(installed.source).encode()]
    homes = [home for home in homes if len(home) > 2]
    with zipfile.ZipFile(installed.wheel) as archive:
        wheel = [archive.read(name) for name in archive.namelist()]
    with tarfile.open(installed.sdist) as packed:
        files = [packed.extractfile(member) for member in packed.getmembers()]
        sdist = [file.read() for file in files if file is not None]
    for content in [*wheel, *sdist]:
        assert not [home for home in homes if home in content]


# --- how it is built --------------------------------------------------------------------------


def test_a_second_build_gives_the_same_data_byte_for_byte(
    installed: Installed, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    # From the tree, not from the sdist, and with other hashes: neither may show.
    done = build(installed.source, tmp_path, "--wheel", PYTHONHASHSEED="7", TMPDIR=str(scratch))
    assert done.returncode == 0, done.stdout + done.stderr
    (again,) = tmp_path.glob("*.whl")
    assert compiled(again) == compiled(installed.wheel)
    assert not list(scratch.glob("*.json")), "the build left its temporary file behind"


def test_a_fault_in_the_data_ends_the_build_with_its_message(
    installed: Installed, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    shutil.copytree(installed.source, source)
    rules = source / "data" / "rules" / "materials.yaml"
    lines = rules.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if line.strip().startswith("section:"))
    lines[at] = lines[at].replace("section:", "sektion:")
    rules.write_text("\n".join(lines) + "\n", encoding="utf-8")

    done = build(source, tmp_path / "dist", "--wheel")
    said = done.stdout + done.stderr
    assert done.returncode != 0
    named = re.search(r"^.*rules/materials\.yaml 第 (\d+) 行.*sektion.*$", said, re.MULTILINE)
    assert named is not None, said[-2000:]
    assert at <= int(named[1]) <= at + 1  # the entry's first line, or the field's own
    assert not list((tmp_path / "dist").glob("*.whl"))


# --- that it runs -----------------------------------------------------------------------------


def test_the_installed_package_is_the_one_that_runs(installed: Installed, tmp_path: Path) -> None:
    where = "import yidi_cli, typer; print(yidi_cli.__file__); print(typer.__file__)"
    done = installed.run([installed.python, "-c", where], tmp_path)
    yidi, typer = (Path(line) for line in done.stdout.splitlines())
    assert yidi.is_relative_to(installed.python.parent.parent)
    assert any(typer.is_relative_to(folder) for folder in folders_of_dependencies())
    assert installed.command.is_file()


@pytest.mark.parametrize("start", ["yidi", "python -m yidi_cli"])
def test_the_version(installed: Installed, tmp_path: Path, start: str) -> None:
    done = installed.run([*start.split(), "--version"], tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"yidi {__version__}\n", "")


def test_guide_in_json(installed: Installed, tmp_path: Path) -> None:
    done = installed.run(["yidi", *GUIDE, "--format", "json"], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    plan = json.loads(done.stdout)
    assert plan["schema"] == "yidi.plan/1"
    assert plan["case"]["insured"]["code"] == "500000"
    assert plan["case"]["destination"]["code"] == "510100"
    assert plan["sections"]["materials"]
    assert plan["sources"]


@pytest.mark.parametrize(
    "argv",
    [
        ["materials", "--type", "long-term"],
        ["channels", "--city", "重庆"],
        ["timing", "--type", "转诊", "--on", "2026-11-22", "--as-of", "2026-11-22"],
        ["settlement", "--from", "绵阳", "--to", "昆明", "--care", "慢特病"],
        ["types"],
        ["sources"],
        ["explain", "cn.materials.identity"],
        ["search", "急诊", "备案"],
        ["search", "jizhen", "--from", "重庆"],
        ["conflicts"],
        ["myths"],
        ["diff", "--from", "重庆", "--to", "成都", "--type", "转诊", "--type", "急诊"],
        ["channels", "--city", "重庆", "--qr", "--format", "html"],
        [*GUIDE, "--for", "elder", "--format", "html"],
        [*GUIDE, "--format", "ics"],
        [*GUIDE, "--as-of", "2023-06-01", "--ids"],
        ["family", "bind", "--from", "重庆"],
        ["understand", "绵阳医保，在昆明急诊住院，没备案"],
        ["data", "stale", "--days", "0"],
        ["data", "changes"],
        ["data", "schema", "rules"],
        ["data", "graph", "--from", "重庆", "--to", "成都", "--type", "转诊"],
    ],
    ids=lambda argv: argv[0],
)
def test_the_wheel_says_what_the_checkout_says(
    installed: Installed, tmp_path: Path, argv: list[str]
) -> None:
    """Compiled JSON, decoded part by part, gives the pages that the YAML gives."""
    assert len(same(argv, installed, tmp_path).splitlines()) > 5


def same(argv: list[str], installed: Installed, folder: Path) -> str:
    """Run a command of the wheel and of the checkout; return what both print."""
    done = installed.run(["yidi", *argv], folder)
    copy = installed.run(
        [sys.executable, "-m", "yidi_cli", *argv],
        folder,
        PYTHONPATH=str(installed.source / "src"),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, copy.stdout, copy.stderr)
    assert "叠加的数据" not in done.stderr, done.stderr
    return done.stdout


def test_an_organisation_lays_its_data_over_the_wheel(installed: Installed, tmp_path: Path) -> None:
    """Nobody who keeps such a folder has a checkout."""
    command = ["data", "new-region", "绵阳", "--in", "own", "--owner", "示例局"]
    begun = installed.run(["yidi", *command], tmp_path)
    assert begun.returncode == 0, begun.stderr
    (file,) = (tmp_path / "own" / "regions").iterdir()
    text = re.sub(r"^( *)# ", r"\1", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = text.replace("区号-12393", "0816-12393").replace("https://", "https://example.org/")
    file.write_text(text, encoding="utf-8")
    over = ["--data", "own"]
    assert "（示例局）" in same(["channels", "--city", "绵阳", *over], installed, tmp_path)
    assert "绵阳" in same(["understand", "绵阳医保去昆明住院", *over], installed, tmp_path)
    assert "没有发现问题" in same(["data", "check", "own"], installed, tmp_path)


def test_python_m_does_the_same_as_the_command(installed: Installed, tmp_path: Path) -> None:
    argv = ["channels", "--city", "重庆", "--plain"]
    command = installed.run(["yidi", *argv], tmp_path)
    module = installed.run(["python", "-m", "yidi_cli", *argv], tmp_path)
    assert command.stdout == module.stdout
    assert "重庆" in command.stdout


# --- where the data come from -----------------------------------------------------------------


def test_a_checkout_reads_its_yaml_and_not_a_stale_compiled_file(
    installed: Installed, tmp_path: Path
) -> None:
    package = tmp_path / "src" / "yidi_cli"
    shutil.copytree(installed.source / "src" / "yidi_cli", package)
    shutil.copytree(installed.source / "data", tmp_path / "data")
    stale = package / "_data" / "rulebook.json"
    stale.parent.mkdir()
    stale.write_bytes(compiled(installed.wheel))
    meta = tmp_path / "data" / "meta.yaml"
    text, count = re.subn(
        r"(?m)^version:.*$", "version: 2031-01-31", meta.read_text(encoding="utf-8")
    )
    assert count == 1
    meta.write_text(text, encoding="utf-8")

    # Without pyproject.toml this is no checkout: the compiled file counts.
    assert "2031" not in str(open_rulebook(stale, tmp_path).meta.version)
    shutil.copyfile(installed.source / "pyproject.toml", tmp_path / "pyproject.toml")
    assert "2031" in str(open_rulebook(stale, tmp_path).meta.version)

    # The same from the outside.
    done = installed.run(
        [sys.executable, "-m", "yidi_cli", *GUIDE, "--format", "json"],
        tmp_path,
        PYTHONPATH=str(tmp_path / "src"),
    )
    assert done.returncode == 0, done.stderr
    assert "2031" in json.loads(done.stdout)["data_version"]


@pytest.mark.parametrize(
    "content",
    [None, b"", b"{", b"[]", b"{}", b"\xff\xfe"],
    ids=["missing", "empty", "cut", "list", "bare", "bytes"],
)
def test_a_broken_compiled_file_is_one_chinese_line(
    installed: Installed, tmp_path: Path, content: bytes | None
) -> None:
    copied = tmp_path / "lib" / "site"
    shutil.copytree(installed.source / "src" / "yidi_cli", copied / "yidi_cli")
    broken = copied / COMPILED
    if content is not None:
        broken.parent.mkdir()
        broken.write_bytes(content)
    with pytest.raises(DataError):
        open_rulebook(broken, tmp_path)
    done = installed.run(
        [sys.executable, "-m", "yidi_cli", "channels", "--city", "重庆"],
        tmp_path,
        PYTHONPATH=str(copied),
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"[^\n]*重新安装 yidi。\n", done.stderr)


def test_a_compiled_file_that_is_cut_inside_is_one_chinese_line(
    installed: Installed, tmp_path: Path
) -> None:
    """The parts are decoded later than the file: a part that does not fit must not be a crash."""
    copied = tmp_path / "lib" / "site"
    shutil.copytree(installed.source / "src" / "yidi_cli", copied / "yidi_cli")
    data = json.loads(compiled(installed.wheel))
    data["sources"] = [{"id": "nhsa-2022-22"}]
    (copied / COMPILED).parent.mkdir()
    (copied / COMPILED).write_text(json.dumps(data), encoding="utf-8")
    done = installed.run(
        [sys.executable, "-m", "yidi_cli", "channels", "--city", "重庆"],
        tmp_path,
        PYTHONPATH=str(copied),
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"[^\n]*重新安装 yidi。\n", done.stderr)


@pytest.mark.parametrize("content", [None, b"{", b"{}"], ids=["missing", "cut", "bare"])
def test_broken_compiled_words_are_one_chinese_line(
    installed: Installed, tmp_path: Path, content: bytes | None
) -> None:
    """Only who writes a sentence meets it: all else needs no words."""
    copied = tmp_path / "lib" / "site"
    shutil.copytree(installed.source / "src" / "yidi_cli", copied / "yidi_cli")
    (copied / COMPILED).parent.mkdir()
    (copied / COMPILED).write_bytes(compiled(installed.wheel))
    if content is not None:
        (copied / WORDING).write_bytes(content)
    run = [sys.executable, "-m", "yidi_cli"]
    done = installed.run([*run, "understand", "绵阳医保"], tmp_path, PYTHONPATH=str(copied))
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"[^\n]*重新安装 yidi。\n", done.stderr)
    assert installed.run([*run, "types"], tmp_path, PYTHONPATH=str(copied)).returncode == 0


def test_the_help_needs_no_data(installed: Installed, tmp_path: Path) -> None:
    shutil.copytree(installed.source / "src" / "yidi_cli", tmp_path / "yidi_cli")
    for argv in (["--version"], ["--help"], ["guide", "--help"]):
        done = installed.run(
            [sys.executable, "-m", "yidi_cli", *argv], tmp_path, PYTHONPATH=str(tmp_path)
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_the_build_leaves_nothing_in_the_checkout(installed: Installed) -> None:
    assert installed.wheel.is_file()
    assert not (ROOT / "src" / "yidi_cli" / "_data").exists()
    if (ROOT / ".git").exists():
        ignored = subprocess.run(
            ["git", "status", "--porcelain", "--ignored", "-z", "dist", "build"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        assert ignored.stdout == b""
