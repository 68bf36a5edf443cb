"""Build hook: checks the YAML under `data/` and puts it into the wheel as two JSON files.

An editable install reads the YAML itself, so nothing is compiled for it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TARGET = "yidi_cli/_data"


class CompileData(BuildHookInterface[Any]):
    """Compiles the rulebook for a wheel; a fault in the data ends the build with its message."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the compiled files to a standard wheel."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        try:
            from yidi_cli.rulebook.compile import compile_folder

            compiled = compile_folder(root / "data")
        finally:
            sys.path.remove(str(root / "src"))
        self._folder = tempfile.TemporaryDirectory()
        for name, content in compiled.items():
            file = Path(self._folder.name) / name
            file.write_bytes(content)
            build_data["force_include"][str(file)] = f"{TARGET}/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary files."""
        folder: tempfile.TemporaryDirectory[str] | None = getattr(self, "_folder", None)
        if folder is not None:
            folder.cleanup()
