"""Start-up time and memory of an installed wheel, as ratios to `python -c pass`.

Builds the wheel, installs it into a throw-away environment, and runs each command in turn with
the baseline, so that a slow moment of the machine hits both. Ratios are medians; the limits are
those of the project. `--check` ends with 1 where one is exceeded.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROUNDS = 31
WARM_UP = 3
QUERY = ["channels", "--city", "重庆"]
CASES: tuple[tuple[str, list[str], float], ...] = (
    ("yidi --version", ["--version"], 7.0),
    ("yidi --help", ["--help"], 7.5),
    ("channels, plain", [*QUERY, "--plain"], 7.5),
    ("channels, json", [*QUERY, "--format", "json"], 7.5),
    ("materials, piped", ["materials", "--type", "long-term"], 7.5),
    ("channels, table (rich)", [*QUERY, "--format", "table"], 11.0),
)
WIZARD_LIMIT = 17.0  # start to first question
KEY_LIMIT = 30.0  # ms, a key press to its redraw
PLAN_LIMIT = 1.0  # ms, a plan from a loaded rulebook
MEMORY_LIMIT = 28.0  # MiB, of a one-shot query
DATA_LIMIT = 1.15  # a query against the same app without data


def install(folder: Path) -> Path:
    """Build the wheel and install it with its dependencies; return the environment's Python."""
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*build, str(ROOT)], check=True, stdout=subprocess.DEVNULL)
    wheel = next(folder.glob("*.whl"))
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    subprocess.run([*pip, "--constraint", str(ROOT / "constraints.txt"), str(wheel)], check=True)
    return python


def run(command: Sequence[str], environment: dict[str, str]) -> float:
    """Run once; return the wall-clock seconds."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - begun


def ratio(command: list[str], base: list[str], environment: dict[str, str]) -> float:
    """Return the median of `command`'s time over `base`'s, run in alternation."""
    for _ in range(WARM_UP):
        run(command, environment)
        run(base, environment)
    pairs = [(run(command, environment), run(base, environment)) for _ in range(ROUNDS)]
    return statistics.median(a for a, _ in pairs) / statistics.median(b for _, b in pairs)


def memory(command: list[str], environment: dict[str, str]) -> float:
    """Return the peak resident memory of one run, in MiB."""
    code = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    scale = 1024 if sys.platform != "darwin" else 1024 * 1024
    return int(done.stdout) / scale


def without_data(python: Path, folder: Path) -> tuple[list[str], list[str]]:
    """Return the query on a copy of the package, and on one that knows little but 重庆."""
    found = "import yidi_cli, pathlib; print(pathlib.Path(yidi_cli.__file__).parent)"
    done = subprocess.run([python, "-c", found], check=True, capture_output=True, text=True)
    commands = []
    for name in ("full", "bare"):
        package = folder / name / "yidi_cli"
        shutil.copytree(done.stdout.strip(), package)
        if name == "bare":
            compiled = package / "_data" / "rulebook.json"
            data = json.loads(compiled.read_text())
            data["rules"] = {}
            data["decision"] = data["holidays"] = data["diseases"] = []
            rows = zip(*(column.split("\n") for column in data["places"]), strict=True)
            kept = [row for row in rows if row[0] == "500000"]
            data["places"] = ["\n".join(column) for column in zip(*kept, strict=True)]
            data["regions"] = {
                k: v for k, v in data["regions"].items() if k in ("000000", "500000")
            }
            compiled.write_text(json.dumps(data))
        start = f"import sys; sys.path.insert(0, {str(package.parent)!r}); import yidi_cli.__main__"
        commands.append([str(python), "-c", start, *QUERY, "--plain"])
    return commands[0], commands[1]


def wizard(yidi: str, base: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return the wizard's start as a ratio, and the median milliseconds from a key to its echo."""
    import pexpect  # type: ignore[import-untyped]

    starts, keys, bases = [], [], []
    for _ in range(11):
        bases.append(run(base, environment))
        begun = time.perf_counter()
        child = pexpect.spawn(yidi, ["guide"], env=environment, encoding="utf-8", timeout=20)
        child.delaybeforesend = None
        child.expect_exact("参保地")
        starts.append(time.perf_counter() - begun)
        time.sleep(0.3)  # until the prompt reads keys
        begun = time.perf_counter()
        child.send("q")
        child.expect_exact("q")
        keys.append((time.perf_counter() - begun) * 1000)
        child.close(force=True)
    return statistics.median(starts) / statistics.median(bases), statistics.median(keys)


PICKER = """
import sys
from yidi_cli.rulebook.opening import open_rulebook
from yidi_cli.wizard.places import matches
from yidi_cli.wizard.prompts.interactive import InteractivePrompter
book = open_rulebook()
prompter = InteractivePrompter(out=sys.stderr, colour=True)
prompter.search("where", lambda typed: matches(typed, "destination", book))
"""
TYPED = (("k", "开封"), ("my", "绵阳"), ("guangz", "广州"), ("苏", "苏州"))


def search(python: Path, environment: dict[str, str]) -> float:
    """Return the median milliseconds from typing in the place picker to its matches."""
    import pexpect

    child = pexpect.spawn(str(python), ["-c", PICKER], env=environment, encoding="utf-8")
    child.delaybeforesend = None
    child.expect_exact("where")
    keys = []
    for typed, place in TYPED * 6:
        time.sleep(0.2)  # until the prompt reads keys
        begun = time.perf_counter()
        child.send(typed)
        child.expect_exact(place)
        keys.append((time.perf_counter() - begun) * 1000)
        child.send("\x15")
    child.close(force=True)
    return statistics.median(keys[len(TYPED) :])


PLANS = """
import time
from datetime import date
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.case import Case
from yidi_cli.rulebook.opening import open_rulebook
book = open_rulebook()
find = book.places.get
case = Case(find("500000"), find("510100"), "employee", "long-term-residence", "inpatient")
build_plan(case, book, date(2026, 11, 22))
begun = time.perf_counter()
for _ in range(300):
    build_plan(case, book, date(2026, 11, 22))
print((time.perf_counter() - begun) / 300 * 1000)
"""


def main() -> int:
    """Print the table; return 1 where `--check` was given and a limit is exceeded."""
    assert resource.RUSAGE_CHILDREN  # not on Windows
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONUTF8"] = "1"
    failed = False
    with tempfile.TemporaryDirectory() as name:
        python = install(Path(name))
        base = [str(python), "-c", "pass"]
        yidi = str(python.parent / "yidi")
        print(f"{'':<30}{'ratio':>8}{'limit':>8}")
        for label, argv, limit in CASES:
            measured = ratio([yidi, *argv], base, environment)
            failed |= measured > limit
            print(f"{label:<30}{measured:>8.1f}{limit:>8.1f}{'  over' if measured > limit else ''}")
        query = [yidi, *QUERY, "--plain"]
        data = ratio(*without_data(python, Path(name)), environment)
        failed |= data > DATA_LIMIT
        print(f"{'channels over almost no data':<30}{data:>8.2f}{DATA_LIMIT:>8.2f}")
        start, key = wizard(yidi, base, environment)
        done = subprocess.run([python, "-c", PLANS], check=True, capture_output=True, text=True)
        for label, measured, limit in (
            ("wizard to first question", start, WIZARD_LIMIT),
            ("key to redraw, ms", key, KEY_LIMIT),
            ("key to matches, ms", search(python, environment), KEY_LIMIT),
            ("a plan, ms", float(done.stdout), PLAN_LIMIT),
        ):
            failed |= measured > limit
            print(f"{label:<30}{measured:>8.1f}{limit:>8.1f}{'  over' if measured > limit else ''}")
        peak = memory(query, environment)
        failed |= peak > MEMORY_LIMIT
        print(f"{'peak memory, MiB':<30}{peak:>8.1f}{MEMORY_LIMIT:>8.1f}")
    return int(failed and "--check" in sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
