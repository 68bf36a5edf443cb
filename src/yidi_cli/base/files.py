"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from yidi_cli.base.errors import OutputError, os_fault, safe_path


def write_file(path: Path, text: str, private: bool = False) -> None:
    """Write a file whole or not at all; raises OutputError where it cannot be written.

    Line ends stay as they are in `text`. A `private` file is readable by its owner alone; others
    follow the user's own mask.
    """
    import tempfile

    # A link stays a link: what it points to is written.
    path = path.resolve()
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".yidi-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
                stream.write(text)
            if not private:
                # mkstemp makes files for the owner only.
                mask = os.umask(0)
                os.umask(mask)
                Path(name).chmod(0o666 & ~mask)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(
            f"写不了 {safe_path(path)}（{os_fault(error)}）。换个位置再试。"
        ) from None
