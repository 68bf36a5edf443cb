"""Compiles a checked `data/` folder into the JSON that the wheel carries."""

from __future__ import annotations

from pathlib import Path

import msgspec

from yidi_cli.rulebook.check import check
from yidi_cli.rulebook.folder import raise_faults, read_folder
from yidi_cli.rulebook.raw import RULEBOOK, WORDING
from yidi_cli.rulebook.timeline import settled
from yidi_cli.rulebook.wording import made_ready


def compile_folder(root: Path) -> dict[str, bytes]:
    """Return the folder's rulebook as JSON files by name; raises DataError with every fault."""
    bundle, folder = read_folder(root)
    raise_faults(folder.faults or check(bundle, folder))
    assert bundle.wording is not None, "the bundle was read without faults"
    parts = {
        RULEBOOK: msgspec.structs.replace(bundle, wording=None, settled=settled(bundle)),
        WORDING: made_ready(bundle.wording),
    }
    # Sorted, so that the same data give the same bytes.
    return {n: msgspec.json.encode(part, order="deterministic") for n, part in parts.items()}
