"""The commands: parse, call, hand to render. No policy, no layout."""

from __future__ import annotations


def main() -> None:
    """Run `yidi` and end the process with its exit code."""
    import gc
    import sys

    # A query is over in a tenth of a second, and a tenth of that went into collecting what the
    # process gives back anyway: while modules load, and once more as it ends.
    gc.disable()

    from yidi_cli.base import env
    from yidi_cli.cli.app import run

    code = run(sys.argv[1:], env.real())
    gc.freeze()
    sys.exit(code)
