"""Which folders are laid over our data: by the option, the environment, or the settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from yidi_cli.base.errors import InputError, safe_path

if TYPE_CHECKING:
    import typer

    from yidi_cli.base.env import Environment
    from yidi_cli.rulebook.rulebook import Rulebook

GIVEN = "yidi.data"
"""Where a command's context keeps what `--data` named."""
NONE = "none"
VARIABLE = "YIDI_DATA"
SETTING = "data_dirs"
MAX_TOLD = 3


def folders(ctx: typer.Context, env: Environment) -> list[Path]:
    """Return the folders to lay over our data, the last of which wins.

    `--data` says it, else `YIDI_DATA` (several with the system's path separator), else `data_dirs`
    in the settings; `none` alone says that there is none. Raises InputError where the settings
    cannot be read.
    """
    given = [name for name in ctx.meta.get(GIVEN, ()) if name]
    if not given:
        given = [name for name in env.paths(VARIABLE) if name]
    if not given:
        given = _settings(env)
    return [] if given == [NONE] else [Path(name).expanduser() for name in given]


def _settings(env: Environment) -> list[str]:
    file = env.settings_file
    if file is None or not file.is_file():
        return []
    # Hardly anybody has such a file.
    import tomllib

    try:
        told: Any = tomllib.loads(file.read_text(encoding="utf-8")).get(SETTING, [])
    except (OSError, ValueError):
        raise InputError(f"设置文件读不了：{safe_path(file)}。改好它，或者删掉它。") from None
    if not isinstance(told, list) or not all(isinstance(name, str) for name in told):
        raise InputError(f'{safe_path(file)} 里的 {SETTING} 要写成 ["文件夹", "文件夹"]。')
    return told


def laid_over(book: Rulebook, ctx: typer.Context, env: Environment) -> Rulebook:
    """Return `book` with the folders laid over it; one that has a fault is told and left out."""
    for folder in folders(ctx, env):
        from yidi_cli.rulebook.overlay import lay_over

        book, faults = lay_over(book, folder)
        if faults:
            name = safe_path(folder)
            lines = [f"叠加的数据 {name} 有 {len(faults)} 处问题，这次没有用它："]
            lines += [f"  {fault}" for fault in sorted(faults)[:MAX_TOLD]]
            lines.append(f"看全部：yidi data check {name}")
            env.stderr.write("\n".join(lines) + "\n")
    return book
