"""Build hook: checks the YAML under `data/` and puts it into the wheel as one JSON file.

An editable install reads the YAML itself, so nothing is compiled for it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TARGET = "yidi_cli/_data/rulebook.json"


class CompileData(BuildHookInterface[Any]):
    """Compiles the rulebook for a wheel; a fault in the data ends the build with its message."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the compiled file to a standard wheel."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        try:
            from yidi_cli.rulebook.compile import compile_folder

            compiled = compile_folder(root / "data")
        finally:
            sys.path.remove(str(root / "src"))
        with tempfile.NamedTemporaryFile(suffix=".json", delete=False) as stream:
            stream.write(compiled)
        self._compiled = Path(stream.name)
        build_data["force_include"][stream.name] = TARGET

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary file."""
        compiled: Path | None = getattr(self, "_compiled", None)
        if compiled is not None:
            compiled.unlink(missing_ok=True)
