"""The commands: parse, call, hand to render. No policy, no layout."""

from __future__ import annotations


def main() -> None:
    """Run `yidi` and end the process with its exit code."""
    import gc
    import sys

    # Nothing here makes cycles worth collecting; a query is over in a tenth of a second, and
    # collecting while modules load is a twentieth of it.
    gc.disable()

    from yidi_cli.base import env
    from yidi_cli.cli.app import run

    sys.exit(run(sys.argv[1:], env.real()))
