"""A thin layer over Typer: help and parse errors in simplified Chinese, without rich.

The only module that touches `typer._click`, the copy of Click that Typer carries. A command's
`epilog` holds its examples, one a line, each explained after `  # ` if need be; they lead the help.
"""

from __future__ import annotations

import inspect
import os
import re
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Any, ClassVar, NoReturn, TextIO

import typer
from typer._click import Command, Context, HelpFormatter
from typer._click.core import augment_usage_errors
from typer._click.exceptions import BadOptionUsage, MissingParameter, NoSuchOption, UsageError
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from yidi_cli.base.errors import Exit, YidiError, os_fault, safe
from yidi_cli.render.wrap import width as width_of
from yidi_cli.render.wrap import wrap

_PIPE_CLOSED = 141  # 128 + SIGPIPE: what a shell reports for `yes` in `yes | head`
_TYPES = {"str": "文字", "int": "整数", "float": "数字", "boolean": "是或否", "path": "路径",
          "file": "文件", "directory": "文件夹", "datetime": "年-月-日"}  # fmt: skip
_Param = TyperOption | TyperArgument


def _table(rows: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Labels and descriptions, side by side where they fit, else one under the other."""
    cap = width * 2 // 5 if width >= 60 else 0  # a narrow screen has no room for two columns
    column = max((5 + w for label, _ in rows if (w := width_of(label)) <= cap), default=6)
    lines: list[str] = []
    for label, text in rows:
        told = wrap(text, width - column) if text else []
        if told and width_of(label) <= min(cap, column - 5):
            lines.append("  " + label + " " * (column - 2 - width_of(label)) + told.pop(0))
        else:
            lines += ["  " + part for part in wrap(label, width - 2)]
        lines += [" " * column + part for part in told]
    return lines


def _example(line: str, width: int) -> list[str]:
    """One example; a long one breaks at a space with a backslash, so it can still be pasted."""
    code, _, note = (part.strip() for part in line.partition("  # "))
    lines = ["  "]
    for word in re.findall(r'(?:"[^"]*"|\S)+', code):
        if lines[-1].strip() and width_of(f"{lines[-1]}{word} \\") > width:
            lines[-1] += "\\"
            lines.append("    ")
        lines[-1] += word + " "
    notes = wrap(note, width - 6) if note else []
    return [part.rstrip() for part in lines] + ["      " + part for part in notes]


def _metavar(param: _Param) -> str:
    """What stands for the value of `param`: the app's word, or one for its type."""
    own = param.metavar or (param.name if isinstance(param, TyperArgument) else None)
    word = own or _TYPES.get(param.type.name.removesuffix(" range"), "值")
    return word if param.nargs == 1 else word + "…"


def _label(param: _Param) -> str:
    """The left column of a help row: option names with their value, or an argument's name."""
    if isinstance(param, TyperArgument):
        return _metavar(param)
    names = ", ".join(sorted(param.opts, key=len))
    if _flag(param):
        return " / ".join([names, *param.secondary_opts])
    return f"{names} {_metavar(param)}"


def _flag(param: TyperOption) -> bool:
    return param.is_flag or param.count


def _plain(value: Any) -> str:
    """A choice or a default as the user writes it."""
    many = value if isinstance(value, (list, tuple)) else [value]
    return "、".join(str(item.value if isinstance(item, Enum) else item) for item in many)


def _fill(param: _Param) -> str:
    """What a choice accepts, or nothing for any other type."""
    choices = getattr(param.type, "choices", ())
    return f"可填：{_plain(choices)}。" if choices else ""


def _range(param: _Param) -> str:
    """The range a number must be in, in words, or nothing."""
    ends = {"至少": getattr(param.type, "min", None), "至多": getattr(param.type, "max", None)}
    return "，".join(f"{word} {end}" for word, end in ends.items() if end is not None)


def _told(param: _Param, ctx: Context) -> str:
    """The right column of a help row: the help, then what the declaration adds to it."""
    value: Any = param.get_default(ctx, call=False) if param.show_default else None
    if value is not None and isinstance(param, TyperOption) and _flag(param):
        value = (param.opts if value else param.secondary_opts)[:1] if param.secondary_opts else ""
    default = "自动" if callable(value) else "" if value is None else _plain(value)
    default = param.show_default if isinstance(param.show_default, str) else default
    extra = [
        "必填" if param.required else "",
        _fill(param).rstrip("。"),
        _range(param),
        f"默认：{default}" if default else "",
        "可以有多个" if param.multiple or param.nargs == -1 else "",
    ]
    told = "；".join(filter(None, extra))
    return (param.help or "") + (f"（{told}）" if told else "")


def _path(ctx: Context) -> str:
    """The command as typed, by its own name where an alias was used: `yidi family bind`."""
    return f"{_path(ctx.parent)} {ctx.command.name}" if ctx.parent else ctx.info_name or ""


def _options(ctx: Context) -> dict[str, TyperOption]:
    """The command's options by every name they have."""
    params = [param for param in ctx.command.get_params(ctx) if isinstance(param, TyperOption)]
    return {name: param for param in params for name in (*param.opts, *param.secondary_opts)}


def _show_help(ctx: Context) -> NoReturn:
    """Print the help of `ctx` where `run` was told to, and end well."""
    typer.echo(ctx.get_help(), file=getattr(ctx.find_root().command, "out", None))
    ctx.exit()


class _Chinese(Command):
    """What a command and a group share."""

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """As Typer's, in Chinese; its names come out of a set, so they are put in order."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这页帮助"
            option.opts.sort(key=len)
            option.callback = lambda ctx, _, value: _show_help(ctx) if value else None
        return option

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """As Typer's; what it accepts in silence, or refuses without detail, fails in Chinese."""
        if not args and self.no_args_is_help:
            _show_help(ctx)
        options, words = _options(ctx), iter(list(args))  # a copy: the parser eats the list
        for word in words:
            if word == "--" or not (word[:1] == "-" or ctx.allow_interspersed_args):
                break
            valued = word in options and not _flag(options[word])
            if valued and next(words, "").partition("=")[0] in options:
                raise BadOptionUsage(word, "", ctx)  # Click would take `--to` for a place
        with augment_usage_errors(ctx):  # the parser leaves the context out of some
            order = self.make_parser(ctx).parse_args(list(args))[2]
        for option in options.values():
            if order.count(option) > 1 and not (_flag(option) or option.multiple):
                ctx.fail(f"{max(option.opts, key=len)} 写了不止一次。只留一个。")
        allowed, ctx.allow_extra_args = ctx.allow_extra_args, True
        rest = super().parse_args(ctx, args)
        if rest and not allowed:
            shown = "".join(f"「{safe(word)}」" for word in rest)
            ctx.fail(f"多出来的内容：{shown}。选项用英文的 --；一句话里有空格，就用引号括起来。")
        return rest

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Summary, examples, usage, arguments, options, commands, and then the rest."""
        width = ctx.terminal_width or formatter.width
        summary, _, body = inspect.cleandoc(self.help or "").partition("\f")[0].partition("\n")
        params = [p for p in self.get_params(ctx) if isinstance(p, _Param) and not p.hidden]
        arguments = [param for param in params if isinstance(param, TyperArgument)]
        usage = [f"用法：{_path(ctx)} [选项]"]
        usage += [_metavar(a) if a.required else f"[{_metavar(a)}]" for a in arguments]
        usage += ["命令 …"] if _commands(self) else []
        blocks = [wrap(summary, width)] if summary else []
        if lines := inspect.cleandoc(self.epilog or "").splitlines():
            blocks.append(["例：", *(part for line in lines for part in _example(line, width))])
        blocks.append(wrap(" ".join(usage), width))
        for title, rows in (
            ("参数：", [(_label(param), _told(param, ctx)) for param in arguments]),
            ("选项：", [(_label(p), _told(p, ctx)) for p in params if p not in arguments]),
            ("命令：", list(_commands(self).values())),
        ):
            blocks += [[title, *_table(rows, width)]] if rows else []
        if body := body.strip():
            # A docstring breaks its lines anywhere; between Chinese characters that is no space.
            body = re.sub(r"(?<=[^\x00-\x7f\n])\n(?=[^\x00-\x7f\n])", "", body)
            blocks.append([part for line in body.splitlines() for part in wrap(line, width)])
        formatter.write("\n\n".join("\n".join(block) for block in blocks) + "\n")


class ChineseCommand(_Chinese, TyperCommand):
    """A command whose help and errors are Chinese; its `epilog` is its examples.

    `shared` makes the options that it takes besides those of its function; see `command`.
    """

    shared: ClassVar[Sequence[Mapping[str, Any]]] = ()

    def __init__(self, *args: Any, **attrs: Any) -> None:
        super().__init__(*args, **attrs)
        self.params += [TyperOption(**option) for option in self.shared]


class ChineseGroup(_Chinese, TyperGroup):
    """The same for a group. `aliases` maps a Chinese name to a command's; see `group`."""

    aliases: ClassVar[Mapping[str, str]] = {}

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self.no_args_is_help = not self.invoke_without_command
        for name, command in self.commands.items():
            if not isinstance(command, _Chinese):
                raise TypeError(f"{name}: give cls=ChineseCommand, or a sub-app cls=group(…)")

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """The command of that name or alias."""
        return self.commands.get(self.aliases.get(cmd_name, cmd_name))

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        """The command that `args` start with, under its own name; fails in Chinese if none."""
        if command := self.get_command(ctx, args[0]):
            return command.name, command, args[1:]
        shown = {name: label for name, (label, _) in _commands(self).items()}
        shown |= {alias: shown[name] for alias, name in self.aliases.items() if name in shown}
        ctx.fail(f"没有「{safe(args[0])}」这个命令。{_near(args[0], shown)}")


def command(shared: Sequence[Mapping[str, Any]]) -> type[ChineseCommand]:
    """The `cls` of a command that also takes these options (the arguments of a `TyperOption`); a
    `callback` gets their values, the command's function does not.
    """
    return type("SharingCommand", (ChineseCommand,), {"shared": tuple(shared)})


def group(aliases: Mapping[str, str] | None = None) -> type[ChineseGroup]:
    """The `cls` of a Typer app whose commands have these Chinese names (alias → name)."""
    return type("AliasedGroup", (ChineseGroup,), {"aliases": dict(aliases or {})})


def _commands(command: Command) -> dict[str, tuple[str, str]]:
    """Label and summary of each visible subcommand, in the order they were defined."""
    aliases, found = getattr(command, "aliases", {}), {}
    for name, child in getattr(command, "commands", {}).items():
        also = "、".join(alias for alias, target in aliases.items() if target == name)
        text = child.short_help or inspect.cleandoc(child.help or "").partition("\n")[0]
        if not child.hidden:
            found[name] = (f"{name}（{also}）" if also else name, text)
    return found


def _near(word: str, names: Mapping[str, str]) -> str:
    """Which of `names` (what may be typed → how to show it) the user may have meant."""
    from difflib import get_close_matches

    bare = {name.lstrip("-"): name for name in names}
    cutoff = 0.6 if word.isascii() else 0.5  # one character of two is 0.5
    found = get_close_matches(word.lstrip("-").lower(), list(bare), n=3, cutoff=cutoff)
    return f"是不是 {' 或 '.join(dict.fromkeys(names[bare[n]] for n in found))}？" if found else ""


def _own_words(message: str) -> bool:
    """Whether the app wrote `message`: Chinese outside the quoted value of the user."""
    return not re.sub(r"'.*?'|\".*?\"", "", message).isascii()


def _bad_value(param: _Param, message: str) -> str:
    """What to say of a value that does not fit: the app's own words, or ours by the type."""
    name = max(param.opts, key=len) if isinstance(param, TyperOption) else _metavar(param)
    if _own_words(message):
        return f"{name}：{message}"
    found = re.match(r"(?:[A-Z]\w* )?(?:'(.*?)'|\"(.*?)\"|([\d.-]+))[: ]", message)
    value = safe(next(filter(None, found.groups()), "")) if found else ""
    kind = _TYPES.get(param.type.name.removesuffix(" range"), "")
    if kind in ("路径", "文件", "文件夹"):
        return f"{name}：「{value}」找不到，或者不能读写。"
    given = f"{name} 不能填「{value}」。"
    if choices := list(map(_plain, getattr(param.type, "choices", ()))):
        return f"{given}{_near(value, dict(zip(choices, choices, strict=True)))}{_fill(param)}"
    return given + (f"要填{'，'.join(filter(None, [kind, _range(param)]))}。" if kind else "")


def _usage(error: UsageError) -> str:
    """One Chinese line for a mistake on the command line."""
    ctx, param = error.ctx, getattr(error, "param", None)
    if isinstance(error, NoSuchOption) and ctx:
        names = {name: name for name, option in _options(ctx).items() if not option.hidden}
        return f"没有选项 {safe(error.option_name)}。{_near(error.option_name, names)}"
    if isinstance(error, BadOptionUsage) and ctx:
        option = _options(ctx).get(error.option_name)
        if option is None or _flag(option):
            return f"{safe(error.option_name)} 后面不带值。"
        return f"{error.option_name} 后面要有值，像 {_label(option)}。{_fill(option)}"
    if isinstance(error, MissingParameter) and isinstance(param, _Param):
        return f"还缺：{_label(param)}。{_fill(param)}"
    if isinstance(error, typer.BadParameter) and isinstance(param, _Param):
        return _bad_value(param, error.message)
    if _own_words(error.message):
        return error.message
    return "还缺命令。" if ctx and _commands(ctx.command) else "填的内容不对，或者个数不对。"


def _explain(error: BaseException) -> tuple[int, str]:
    """The exit code an error ends with, and what to say of it."""
    if isinstance(error, YidiError):
        return int(error.code), error.message
    if isinstance(error, UsageError):
        where = f"\n看帮助：{_path(error.ctx)} --help" if error.ctx else ""
        return Exit.INPUT, _usage(error) + where
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        return Exit.INTERRUPTED, "已中断。"
    if isinstance(error, BrokenPipeError):
        return _PIPE_CLOSED, ""
    if isinstance(error, EOFError):
        return Exit.INPUT, "输入到头了，还有问题没回答。用选项给出答案，或者在终端里运行。"
    if isinstance(error, OSError):
        why = os_fault(error)
        which = f"：{safe(str(error.filename))}" if error.filename is not None else ""
        return Exit.FAULT, f"读写失败，{why}{which}。"
    what = f"{type(error).__name__}: {error}"
    return Exit.FAULT, f"程序出错了：{what}。加环境变量 YIDI_DEBUG=1 再运行可看到细节"


def _write(stream: TextIO, text: str = "") -> None:
    """Write and flush if that can still be done: nobody is left to be told if it cannot."""
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError):
        # What is left in the buffer goes nowhere, or Python complains once more as it exits.
        with suppress(OSError, ValueError), Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())


def run(
    app: typer.Typer,
    argv: Sequence[str],
    *,
    out: TextIO,
    err: TextIO,
    width: int = 80,
    debug: bool = False,
    prog: str = "yidi",
    obj: object = None,
) -> int:
    """Run `app` on `argv` (without the program's name) and return the exit code.

    `obj` is what commands find as their context's `obj`.

    Help goes to `out`, every error to `err` as Chinese lines; a traceback only if `debug`. What a
    command returns is ignored: it ends with another code by `typer.Exit(code)` or a `YidiError`.
    """
    try:
        command: Any = get_command(app)
        command.out = out
        settings = {"terminal_width": width, "help_option_names": ["-h", "--help"], "obj": obj}
        code = Exit.DONE
        try:
            # Not `command.main`: it turns an end of input into Abort, and prints for it.
            with command.make_context(prog, list(argv), **settings) as ctx:
                command.invoke(ctx)
        except typer.Exit as ended:
            code = ended.exit_code
        out.flush()
        return code
    except (Exception, KeyboardInterrupt) as error:
        code, said = _explain(error)
        if debug and code == Exit.FAULT and not isinstance(error, YidiError):
            _write(err, traceback.format_exc())
    _write(out)
    _write(err, said and said + "\n")
    return code
