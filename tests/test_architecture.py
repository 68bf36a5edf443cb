"""The shape of the code, read from its syntax trees: who imports whom, who touches the world."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from yidi_cli.cli.app import COMMANDS

SRC = Path(__file__).parent.parent / "src"
PACKAGE = "yidi_cli"
# From the top down; a room imports itself and those after it.
ROOMS = ("cli", "upkeep", "wizard", "render", "plan", "rulebook", "base")
MAX_LINES = 400

# Third-party package → where it may be imported: what is slow stays out of the common way.
CONFINED = {
    "typer": ("cli/",),
    "questionary": ("wizard/prompts/",),
    "prompt_toolkit": ("wizard/prompts/",),
    "rich": ("render/terminal.py",),
    "yaml": ("rulebook/load.py",),
    "msgspec": ("",),
    "pypinyin": ("plan/pinyin.py",),
    "icalendar": ("render/calendar.py",),
    "segno": ("render/qr.py",),
}
# The program works offline and starts nothing else.
FORBIDDEN = frozenset({
    "socket", "ssl", "http", "urllib", "ftplib", "smtplib", "webbrowser", "subprocess", "logging",
    "multiprocessing", "asyncio", "pickle", "locale", "getpass",
})  # fmt: skip
# What only `base` reads; `date.today` also stands for `datetime.date.today`.
WORLD = frozenset({
    "os.environ", "os.environb", "os.getenv", "os.get_terminal_size", "os.isatty", "os.getlogin",
    "os.getcwd", "sys.argv", "sys.stdin", "sys.stdout", "sys.stderr", "sys.platform",
    "date.today", "datetime.now", "datetime.today", "datetime.utcnow",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.monotonic",
    "shutil.get_terminal_size", "Path.home", "Path.cwd",
})  # fmt: skip
# Deliberate: (module, what it reads) → the reason.
WORLD_ALLOWED = {
    ("cli/__init__.py", "sys.argv"): "the entry point: hands the words to `run`, which takes them",
}
# Modules that know each other, each group with its reason. At import time nothing is in a circle:
# every circle is closed by an import in a function, or for the types alone.
CIRCLES: dict[frozenset[str], str] = {}


@dataclass(frozen=True)
class Import:
    """One import: `when` is module, function or types (under `if TYPE_CHECKING`)."""

    target: str
    when: str
    line: int


FILES = {path.relative_to(SRC / PACKAGE).as_posix(): path for path in SRC.rglob("*.py")}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}


def dotted(file: str) -> str:
    """`plan/build.py` → `yidi_cli.plan.build`."""
    parts = [PACKAGE, *file.removesuffix(".py").split("/")]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {dotted(name): name for name in FILES}


def imports(tree: ast.AST, when: str = "module") -> Iterator[Import]:
    """Yield the imports anywhere in `tree`, relative ones as they are written (`.x`)."""
    for node in ast.iter_child_nodes(tree):
        inner = when
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            inner = "function" if when == "module" else when
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            inner = "types"
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, when, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            for alias in node.names:
                name = f"{base}.{alias.name}"
                # `from package import module` imports the module.
                yield Import(name if name in MODULES else base, when, node.lineno)
        else:
            yield from imports(node, inner)


def inner_imports(file: str) -> Iterator[tuple[str, Import]]:
    """Yield the files of this package that `file` imports."""
    for found in imports(TREES[file]):
        if found.target in MODULES:
            yield MODULES[found.target], found


def room(file: str) -> str:
    """Return the folder a module is in, "" for the two modules beside the folders."""
    return file.partition("/")[0] if "/" in file else ""


def reads(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield what of `WORLD` is read, by attribute or imported by name, and `input`."""
    names = {  # `import datetime as d` or `from datetime import date as d`: d → its own name
        alias.asname: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            last = owner.attr if isinstance(owner, ast.Attribute) else None
            last = owner.id if isinstance(owner, ast.Name) else last
            what = f"{names.get(last or '', last)}.{node.attr}"
        elif isinstance(node, ast.ImportFrom):
            found = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ((what, node.lineno) for what in found if what in WORLD)
            continue
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "input":
            yield "input()", node.lineno
            continue
        else:
            continue
        if what in WORLD:
            yield what, node.lineno


def strongly_connected(edges: dict[str, set[str]]) -> set[frozenset[str]]:
    """Return the groups of nodes that reach each other."""

    def reach(start: str) -> set[str]:
        found: set[str] = set()
        waiting = [start]
        while waiting:
            for target in edges.get(waiting.pop(), set()) - found:
                found.add(target)
                waiting.append(target)
        return found

    reached = {node: reach(node) for node in edges}
    groups = {
        frozenset({a, *(b for b in reached[a] if a in reached.get(b, set()))})
        for a in edges
        if a in reached[a]
    }
    return groups


# --- the direction ----------------------------------------------------------------------------


def test_every_room_is_known() -> None:
    assert {room(file) for file in FILES} == {"", *ROOMS}
    assert {file for file in FILES if not room(file)} == {"__init__.py", "__main__.py"}
    assert len(FILES) > 30


def test_imports_point_down() -> None:
    wrong = []
    for file in FILES:
        for target, found in inner_imports(file):
            if target == "__init__.py":  # the version, which imports nothing
                continue
            above = ROOMS.index(room(file)) if room(file) else -1
            if not room(target) or ROOMS.index(room(target)) < above:
                wrong.append(f"{file}:{found.line} imports {target} ({found.when})")
    assert not wrong


def test_imports_are_absolute() -> None:
    wrong = [
        f"{file}:{found.line}"
        for file, tree in TREES.items()
        for found in imports(tree)
        if found.target.startswith(".")
    ]
    assert not wrong


def test_at_import_time_nothing_is_in_a_circle() -> None:
    edges = {
        file: {target for target, found in inner_imports(file) if found.when == "module"}
        for file in FILES
    }
    assert sum(map(len, edges.values())) > 50
    assert strongly_connected(edges) == set()


def test_the_circles_through_functions_and_types_are_the_known_ones() -> None:
    edges = {file: {target for target, _ in inner_imports(file)} for file in FILES}
    assert strongly_connected(edges) == set(CIRCLES)


# --- the dependencies -------------------------------------------------------------------------


def test_each_dependency_stays_in_its_room() -> None:
    wrong = [
        f"{file}:{found.line} imports {found.target}"
        for file, tree in TREES.items()
        for found in imports(tree)
        if (top := found.target.partition(".")[0]) in CONFINED
        and not file.startswith(CONFINED[top])
    ]
    assert not wrong


def test_each_dependency_is_used_where_it_may_be() -> None:
    """Else the table above says nothing any more."""
    used = {found.target.partition(".")[0] for tree in TREES.values() for found in imports(tree)}
    assert set(CONFINED) <= used


def test_only_the_known_dependencies_and_the_standard_library_are_imported() -> None:
    known = {*sys.stdlib_module_names, *CONFINED, PACKAGE} - FORBIDDEN
    wrong = [
        f"{file}:{found.line} imports {found.target}"
        for file, tree in TREES.items()
        for found in imports(tree)
        if found.target.partition(".")[0] not in known
    ]
    assert not wrong


def test_the_commands_do_not_need_msgspec_to_be_listed() -> None:
    """Nor what needs it: help and version read no data."""

    def needs(file: str) -> set[str]:
        """All packages that importing `file` imports."""
        found: set[str] = set()
        waiting, seen = [file], {file}
        while waiting:
            for one in imports(TREES[waiting.pop()]):
                if one.when != "module":
                    continue
                found.add(one.target.partition(".")[0])
                target = MODULES.get(one.target)
                if target is not None and target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return found

    # All modules with commands; what they load only once they run is not listed with them.
    commands = ["cli/app.py", *(f"cli/{name}.py" for name in {c.module for c in COMMANDS})]
    heavy = {"msgspec", "yaml", "rich", "questionary", "prompt_toolkit", "pypinyin"}
    assert {file: needs(file) & heavy for file in commands if needs(file) & heavy} == {}
    assert "msgspec" in needs("plan/build.py")


# --- the world --------------------------------------------------------------------------------


def test_only_base_reads_the_clock_the_environment_and_the_streams() -> None:
    found = {
        (file, what): line
        for file, tree in TREES.items()
        if room(file) != "base"
        for what, line in reads(tree)
    }
    assert set(found) == set(WORLD_ALLOWED), found
    assert {what for what, _ in reads(TREES["base/env.py"])} >= {"os.environ", "date.today"}


def test_nothing_prints() -> None:
    wrong = [
        f"{file}:{node.lineno}"
        for file, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in ("print", "breakpoint", "pprint")
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("import os\nos.environ['X']", "os.environ"),
        ("from os import environ", "os.environ"),
        ("import sys as s\ns.stdout.write('')", "sys.stdout"),
        ("import datetime\ndatetime.date.today()", "date.today"),
        ("from datetime import date as d\nd.today()", "date.today"),
        ("def f():\n    from datetime import datetime\n    datetime.now()", "datetime.now"),
        ("input('?')", "input()"),
    ],
)
def test_a_read_of_the_world_is_seen(code: str, what: str) -> None:
    assert [found for found, _ in reads(ast.parse(code))] == [what]


def test_every_kind_of_import_is_seen() -> None:
    code = (
        "from yidi_cli.plan import build\n"
        "if TYPE_CHECKING:\n    from yidi_cli.cli.options import Start\n"
        "def f():\n    import yidi_cli.wizard.flow as flow\n"
        "class A:\n    def g(self):\n        from . import x\n"
    )
    assert [(found.target, found.when) for found in imports(ast.parse(code))] == [
        ("yidi_cli.plan.build", "module"),
        ("yidi_cli.cli.options", "types"),
        ("yidi_cli.wizard.flow", "function"),
        (".", "function"),
    ]
    circle = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}
    assert strongly_connected(circle) == {frozenset("abc")}


# --- the size and the words -------------------------------------------------------------------


def test_no_module_is_too_long_to_read() -> None:
    lengths = {file: len(path.read_text("utf-8").splitlines()) for file, path in FILES.items()}
    assert not {file: lines for file, lines in lengths.items() if lines > MAX_LINES}


def public(tree: ast.AST) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the public classes, functions and methods; not what is inside a function."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if node.name.startswith("_"):
            continue
        yield node
        if isinstance(node, ast.ClassDef):
            yield from public(node)


def test_everything_public_says_what_it_is() -> None:
    found = {file: list(public(tree)) for file, tree in TREES.items()}
    assert sum(map(len, found.values())) > 100
    silent = [file for file, tree in TREES.items() if not ast.get_docstring(tree)]
    silent += [
        f"{file}:{node.lineno} {node.name}"
        for file, nodes in found.items()
        for node in nodes
        if not ast.get_docstring(node)
    ]
    assert not silent
