"""Opens the rulebook of this installation, compiled or from YAML."""

from __future__ import annotations

from pathlib import Path

import msgspec

from yidi_cli.base.errors import DataError
from yidi_cli.rulebook.book import BROKEN
from yidi_cli.rulebook.raw import RULEBOOK, WORDING, RawBundle
from yidi_cli.rulebook.rulebook import Rulebook

PACKAGE = Path(__file__).resolve().parent.parent
COMPILED = PACKAGE / "_data" / RULEBOOK
CHECKOUT = PACKAGE.parent.parent


def open_rulebook(compiled: Path = COMPILED, checkout: Path = CHECKOUT) -> Rulebook:
    """Open the data of this installation.

    Raises DataError where there are none, or where the checkout's YAML has faults.
    """
    if (checkout / "pyproject.toml").is_file() and (checkout / "data").is_dir():
        return open_folder(checkout / "data")
    try:
        bundle = msgspec.json.decode(_read(compiled), type=RawBundle)
    except msgspec.MsgspecError:
        raise DataError(BROKEN) from None
    return Rulebook(bundle, lambda: _read(compiled.with_name(WORDING)))


def _read(compiled: Path) -> bytes:
    try:
        return compiled.read_bytes()
    except OSError:
        raise DataError("找不到自带的数据。请重新安装 yidi。") from None


def open_folder(root: Path) -> Rulebook:
    """Open a `data/` folder; raises DataError with every fault found in it."""
    # Only a checkout reads YAML; a wheel loads none of this.
    from yidi_cli.rulebook.check import check
    from yidi_cli.rulebook.folder import raise_faults, read_folder

    bundle, folder = read_folder(root)
    raise_faults(folder.faults or check(bundle, folder))
    return Rulebook(bundle)
