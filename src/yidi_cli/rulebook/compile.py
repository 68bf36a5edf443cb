"""Compiles a checked `data/` folder into the JSON that the wheel carries."""

from __future__ import annotations

from pathlib import Path

import msgspec

from yidi_cli.rulebook.check import check
from yidi_cli.rulebook.folder import raise_faults, read_folder
from yidi_cli.rulebook.wording import made_ready


def compile_folder(root: Path) -> bytes:
    """Return the folder's rulebook as JSON; raises DataError with every fault found."""
    bundle, folder = read_folder(root)
    raise_faults(folder.faults or check(bundle, folder))
    if bundle.wording is not None:
        bundle = msgspec.structs.replace(bundle, wording=made_ready(bundle.wording))
    # Sorted, so that the same data give the same bytes.
    return msgspec.json.encode(bundle, order="deterministic")
