"""The wheel, built once a session from a copy of the checkout, in an environment of its own."""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# What `pip` would fetch; the installed copies of the running environment are used instead.
NEEDED = ("typer", "questionary", "rich", "yaml", "msgspec", "pypinyin", "icalendar", "segno")
LEFT_OUT = (".*", "__pycache__", "dist", "build", "*.egg-info", "_data")


@dataclass(frozen=True)
class Installed:
    """A built sdist, the wheel built from it, and an environment that holds the wheel."""

    source: Path
    sdist: Path
    wheel: Path
    python: Path

    @property
    def command(self) -> Path:
        return self.python.parent / "yidi"

    def environment(self, **more: str) -> dict[str, str]:
        """What a person's shell would set, and nothing of the test run's own."""
        kept = {k: os.environ[k] for k in ("HOME", "TMPDIR", "SYSTEMROOT") if k in os.environ}
        path = os.pathsep.join([str(self.python.parent), os.environ.get("PATH", os.defpath)])
        return {**kept, "PATH": path, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", **more}

    def run(
        self, argv: Sequence[str | Path], cwd: Path, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a program with nothing to read."""
        return subprocess.run(
            [str(word) for word in argv],
            cwd=cwd,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )


def copy_checkout(target: Path) -> Path:
    """Copy what is or could be committed, so that a build leaves nothing in the checkout."""
    if not (ROOT / ".git").exists():  # an unpacked sdist
        shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(*LEFT_OUT))
        return target
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
    return target


def build(
    source: Path, target: Path, *options: str, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run `python -m build` without the network."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(target)]
    return subprocess.run(
        [*command, *options, str(source)],
        env={**os.environ, "PYTHONUTF8": "1", **more},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def last_lines(done: subprocess.CompletedProcess[str]) -> str:
    """Return the end of what a build said: a fault in the data stands there."""
    return "\n".join((done.stdout + done.stderr).splitlines()[-8:])


def folders_of_dependencies() -> list[Path]:
    """Return the folders that the dependencies are imported from."""
    found = [importlib.util.find_spec(name) for name in NEEDED]
    origins = [Path(spec.origin) for spec in found if spec is not None and spec.origin]
    assert len(origins) == len(NEEDED)
    return list(dict.fromkeys(origin.parent.parent for origin in origins))


@functools.cache
def install(folder: Path) -> Installed:
    """Build sdist and wheel under `folder`, and install the wheel: once for each folder."""
    source = copy_checkout(folder / "checkout")
    done = build(source, folder / "dist")
    if done.returncode:
        pytest.fail("the wheel cannot be built:\n" + last_lines(done), pytrace=False)
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    (wheel,) = (folder / "dist").glob("*.whl")
    venv.create(folder / "env", with_pip=False, symlinks=os.name != "nt")
    python = folder / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    subprocess.run(
        [*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
        check=True,
        timeout=120,
    )
    # Only now, so that pip sees no other yidi. A folder named in a .pth file is put behind the
    # environment's own, and its own .pth files (that of an editable install) are not read.
    where = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    own = subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip()
    lines = "".join(f"{path}\n" for path in folders_of_dependencies())
    (Path(own) / "dependencies.pth").write_text(lines, encoding="utf-8")
    return Installed(source, sdist, wheel, python)
