"""Help and errors of the command line: all Chinese, at any width, and cheap."""

from __future__ import annotations

import errno
import io
import re
import subprocess
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import pytest
import typer

from yidi_cli.base.errors import DataError, InputError
from yidi_cli.cli import chinese
from yidi_cli.render.wrap import width as width_of

ENGLISH = re.compile(
    r"usage|options|error|try |missing|no such|invalid|argument|command|required|default|valid|"
    r"show this|got unexpected|aborted|traceback",
    re.IGNORECASE,
)


class Format(Enum):
    TABLE = "table"
    JSON = "json"
    MD = "md"


def show_version(value: bool) -> None:
    if value:
        typer.echo("yidi 0.0")
        raise typer.Exit


def demo() -> typer.Typer:
    app = typer.Typer(
        cls=chinese.group({"向导": "guide", "渠道": "channels", "共济": "family"}),
        add_completion=False,
        rich_markup_mode=None,
        help="异地就医备案与结算的终端助手。",
        epilog="yidi guide\nyidi channels 重庆  # 查重庆怎么办",
    )
    family = typer.Typer(cls=chinese.group({"绑定": "bind"}), help="家庭共济怎么用。")

    @app.callback()
    def root(
        version: Annotated[
            bool,
            typer.Option("--version", "-V", is_eager=True, callback=show_version, help="显示版本"),
        ] = False,
        data: Annotated[str | None, typer.Option("--data", metavar="目录", help="数据目录")] = None,
    ) -> None:
        pass

    @app.command(
        cls=chinese.ChineseCommand,
        epilog="yidi guide --from 重庆 --to 成都 --days 30 --format md\n"
        'yidi guide "爷爷在昆明住院，绵阳居民医保"  # 一句话说清楚',
    )
    def guide(
        sentence: Annotated[str, typer.Argument(metavar="一句话", help="一句话情况")] = "",
        origin: Annotated[
            str | None, typer.Option("--from", metavar="地方", help="参保地[x]，医保交在哪[/x]个市")
        ] = None,
        to: Annotated[str | None, typer.Option("--to", metavar="地方", help="就医地")] = None,
        days: Annotated[int, typer.Option("--days", "-d", min=1, max=90, help="住几天")] = 7,
        form: Annotated[
            Format, typer.Option("--format", help="结果写成哪种样子，给人看还是给程序看")
        ] = Format.TABLE,
        plain: Annotated[bool, typer.Option("--plain", help="逐行问答")] = False,
        situation: Annotated[list[str] | None, typer.Option(help="特殊情况")] = None,
    ) -> None:
        """一步步问，最后给出办法。

        不问姓名和证件号，也不联网。
        随时可以退出，下次接着来。
        """
        faults: dict[str, BaseException] = {
            "数据": DataError("data/rules/filing.yaml 第 3 行：少了来源。"),
            "输入": InputError("认不出「没有这里」。"),
            "中断": KeyboardInterrupt(),
            "放弃": typer.Abort(),
            "到头": EOFError(),
            "断管": BrokenPipeError(errno.EPIPE, "Broken pipe"),
            "磁盘": OSError(errno.ENOSPC, "No space left on device", "plan.txt"),
            "怪盘": OSError(errno.EIO, "Input/output error"),
            "出错": ValueError("坏了"),
            "退出": typer.Exit(3),
            "自述": typer.BadParameter("地方不能是空的。"),
        }
        if sentence in faults:
            raise faults[sentence]
        print(sentence, origin, to, days, form.value, plain, situation)

    @app.command(cls=chinese.ChineseCommand)
    def channels(
        city: Annotated[str, typer.Argument(metavar="城市", help="哪个城市")],
        file: Annotated[
            Path | None, typer.Option("-o", "--output", exists=True, help="写到文件")
        ] = None,
        on: Annotated[bool, typer.Option("--steps/--no-steps", help="逐步写")] = True,
        rate: Annotated[float | None, typer.Option(help="比例")] = None,
    ) -> None:
        """查一个城市在哪里办。"""
        print(city, file, on, rate)

    @app.command(cls=chinese.ChineseCommand, hidden=True)
    def secret() -> None:
        """不让看见。"""

    @family.command(cls=chinese.ChineseCommand)
    def bind() -> None:
        """绑定家人。"""
        print("bind")

    app.add_typer(family, name="family")
    return app


def call(*argv: str, width: int = 80, debug: bool = False) -> tuple[int, str, str]:
    """Exit code, help or other output of `run`, and what it wrote as errors."""
    out, err = io.StringIO(), io.StringIO()
    code = chinese.run(demo(), list(argv), out=out, err=err, width=width, debug=debug)
    return code, out.getvalue(), err.getvalue()


ROOT_40 = """\
异地就医备案与结算的终端助手。

例：
  yidi guide
  yidi channels 重庆
      查重庆怎么办

用法：yidi [选项] 命令 …

选项：
  -V, --version
      显示版本
  --data 目录
      数据目录
  -h, --help
      显示这页帮助

命令：
  guide（向导）
      一步步问，最后给出办法。
  channels（渠道）
      查一个城市在哪里办。
  family（共济）
      家庭共济怎么用。
"""
GUIDE_40 = """\
一步步问，最后给出办法。

例：
  yidi guide --from 重庆 --to 成都 \\
    --days 30 --format md
  yidi guide \\
    "爷爷在昆明住院，绵阳居民医保"
      一句话说清楚

用法：yidi guide [选项] [一句话]

参数：
  一句话
      一句话情况

选项：
  --from 地方
      参保地[x]，医保交在哪[/x]个市
  --to 地方
      就医地
  -d, --days 整数
      住几天（至少 1，至多 90；默认：7）
  --format 值
      结果写成哪种样子，给人看还是给程序
      看（可填：table、json、md；默认：
      table）
  --plain
      逐行问答
  --situation 文字
      特殊情况（可以有多个）
  -h, --help
      显示这页帮助

不问姓名和证件号，也不联网。随时可以退
出，下次接着来。
"""
GUIDE_100 = """\
一步步问，最后给出办法。

例：
  yidi guide --from 重庆 --to 成都 --days 30 --format md
  yidi guide "爷爷在昆明住院，绵阳居民医保"
      一句话说清楚

用法：yidi guide [选项] [一句话]

参数：
  一句话   一句话情况

选项：
  --from 地方        参保地[x]，医保交在哪[/x]个市
  --to 地方          就医地
  -d, --days 整数    住几天（至少 1，至多 90；默认：7）
  --format 值        结果写成哪种样子，给人看还是给程序看（可填：table、json、md；默认：table）
  --plain            逐行问答
  --situation 文字   特殊情况（可以有多个）
  -h, --help         显示这页帮助

不问姓名和证件号，也不联网。随时可以退出，下次接着来。
"""
CHANNELS_100 = """\
查一个城市在哪里办。

用法：yidi channels [选项] 城市

参数：
  城市   哪个城市（必填）

选项：
  -o, --output 路径      写到文件
  --steps / --no-steps   逐步写（默认：--steps）
  --rate 数字            比例
  -h, --help             显示这页帮助
"""


@pytest.mark.parametrize(
    ("argv", "width", "page"),
    [
        ([], 40, ROOT_40),
        (["--help"], 40, ROOT_40),
        (["-h"], 40, ROOT_40),
        (["guide", "--help"], 40, GUIDE_40),
        (["向导", "-h"], 40, GUIDE_40),
        (["guide", "--help"], 100, GUIDE_100),
        (["渠道", "--help"], 100, CHANNELS_100),
    ],
)
def test_help_is_this_text(argv: list[str], width: int, page: str) -> None:
    assert call(*argv, width=width) == (0, page, "")


@pytest.mark.parametrize("width", [40, 59, 60, 80, 100])
@pytest.mark.parametrize("argv", [[], ["guide", "-h"], ["channels", "-h"], ["family"]])
def test_help_fits_and_has_no_english(argv: list[str], width: int) -> None:
    _, page, _ = call(*argv, width=width)
    assert all(width_of(line) <= width for line in page.splitlines())
    told = re.sub(r"--?[a-z-]+", "", page)  # option names are the app's
    assert not ENGLISH.search(told)


def test_group_without_a_command_shows_its_help() -> None:
    code, page, err = call("共济")
    assert (code, err) == (0, "")
    assert "用法：yidi family [选项] 命令 …" in page
    assert "  bind（绑定）   绑定家人。" in page


GUIDE_HELP = "看帮助：yidi guide --help"
MISTAKES = [
    (["giude"], "没有「giude」这个命令。是不是 guide（向导）？", "看帮助：yidi --help"),
    (["向到"], "没有「向到」这个命令。是不是 guide（向导）？", "看帮助：yidi --help"),
    (["xyz"], "没有「xyz」这个命令。", "看帮助：yidi --help"),
    (["secre"], "没有「secre」这个命令。", "看帮助：yidi --help"),
    (["--", "-x"], "没有「-x」这个命令。", "看帮助：yidi --help"),
    (["-x"], "没有选项 -x。", "看帮助：yidi --help"),
    (["--data", "here"], "还缺命令。", "看帮助：yidi --help"),
    (["family", "bnd"], "没有「bnd」这个命令。是不是 bind（绑定）？", "看帮助：yidi family --help"),
    (["guide", "--form", "x"], "没有选项 --form。是不是 --format 或 --from？", GUIDE_HELP),
    (["向导", "--dayz"], "没有选项 --dayz。是不是 --days？", GUIDE_HELP),
    (["guide", "-重"], "没有选项 -重。", GUIDE_HELP),
    (["guide", "--from"], "--from 后面要有值，像 --from 地方。", GUIDE_HELP),
    (["guide", "--from", "--to", "成都"], "--from 后面要有值，像 --from 地方。", GUIDE_HELP),
    (
        ["guide", "--format"],
        "--format 后面要有值，像 --format 值。可填：table、json、md。",
        GUIDE_HELP,
    ),
    (["guide", "--plain=3"], "--plain 后面不带值。", GUIDE_HELP),
    (["guide", "--to", "a", "--to", "b"], "--to 写了不止一次。只留一个。", GUIDE_HELP),
    (["guide", "-d", "3", "--days=4"], "--days 写了不止一次。只留一个。", GUIDE_HELP),
    (["guide", "--days", "重庆"], "--days 不能填「重庆」。要填整数，至少 1，至多 90。", GUIDE_HELP),
    (["guide", "-d", "-5"], "--days 不能填「-5」。要填整数，至少 1，至多 90。", GUIDE_HELP),
    (["guide", "-d", "91"], "--days 不能填「91」。要填整数，至少 1，至多 90。", GUIDE_HELP),
    (
        ["guide", "--format", "jsn"],
        "--format 不能填「jsn」。是不是 json？可填：table、json、md。",
        GUIDE_HELP,
    ),
    (
        ["guide", "--format", ""],
        "--format 不能填「」。可填：table、json、md。",
        GUIDE_HELP,
    ),
    (
        ["guide", "a", "b\x1b[0m", "c"],
        "多出来的内容：「b?[0m」「c」。选项用英文的 --；一句话里有空格，就用引号括起来。",
        GUIDE_HELP,
    ),
    (["guide", "自述"], "地方不能是空的。", GUIDE_HELP),
    (["渠道"], "还缺：城市。", "看帮助：yidi channels --help"),
    (
        ["channels", "x", "-o", "没有的目录/x"],
        "--output：「没有的目录/x」找不到，或者不能读写。",
        "看帮助：yidi channels --help",
    ),
    (
        ["channels", "x", "--rate", "a"],
        "--rate 不能填「a」。要填数字。",
        "看帮助：yidi channels --help",
    ),
]


@pytest.mark.parametrize(("argv", "said", "where"), MISTAKES)
def test_mistakes_are_told_in_chinese(argv: list[str], said: str, where: str) -> None:
    assert call(*argv) == (2, "", f"{said}\n{where}\n")
    assert not ENGLISH.search(re.sub(r"--[a-z]+|「.*?」", "", said + where))


ENDS = [
    ("数据", 1, "data/rules/filing.yaml 第 3 行：少了来源。\n"),
    ("输入", 2, "认不出「没有这里」。\n"),
    ("中断", 130, "已中断。\n"),
    ("放弃", 130, "已中断。\n"),
    ("到头", 2, "输入到头了，还有问题没回答。用选项给出答案，或者在终端里运行。\n"),
    ("断管", 141, ""),
    ("磁盘", 1, "读写失败，磁盘满了：plan.txt。\n"),
    ("怪盘", 1, "读写失败，系统错误 5。\n"),
    ("出错", 1, "程序出错了：ValueError: 坏了。加环境变量 YIDI_DEBUG=1 再运行可看到细节\n"),
    ("退出", 3, ""),
]


@pytest.mark.parametrize(("word", "code", "said"), ENDS)
def test_every_error_has_its_code_and_words(word: str, code: int, said: str) -> None:
    assert call("guide", word) == (code, "", said)


def test_a_traceback_only_for_debugging_a_fault_of_the_program() -> None:
    _, _, err = call("guide", "出错", debug=True)
    assert err.startswith("Traceback")
    assert err.endswith(ENDS[8][2])
    assert call("guide", "输入", debug=True)[2] == ENDS[1][2]


@pytest.mark.parametrize(
    ("argv", "printed"),
    [
        (["guide"], " None None 7 table False None"),
        (["向导", "--from", "重庆", "-d3"], " 重庆 None 3 table False None"),
        (["guide", "--plain", "--plain"], " None None 7 table True None"),
        (["guide", "--situation", "a", "--situation", "b"], " None None 7 table False ['a', 'b']"),
        (["guide", "--from", "-x"], " -x None 7 table False None"),
        (["guide", "--", "-5"], "-5 None None 7 table False None"),
        (["共济", "绑定"], "bind"),
        (["--version"], "yidi 0.0"),
        (["-V"], "yidi 0.0"),
    ],
)
def test_what_is_right_runs(
    argv: list[str], printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*argv) == (0, "", "")
    assert capsys.readouterr().out == printed + "\n"


def test_a_command_left_in_english_is_refused() -> None:
    app = typer.Typer(cls=chinese.group())
    app.command("one")(show_version)
    app.command("two")(show_version)
    err = io.StringIO()
    assert chinese.run(app, [], out=io.StringIO(), err=err) == 1
    assert "one: give cls=ChineseCommand" in err.getvalue()


def shell(script: str) -> subprocess.CompletedProcess[str]:
    """Run a shell line in which $DEMO is the demo program."""
    body = (
        "import sys; from test_cli_chinese import chinese, demo; "
        "code = chinese.run(demo(), sys.argv[1:], out=sys.stdout, err=sys.stderr); "
        "slow = [m for m in ('rich', 'click', 'questionary') if m in sys.modules]; "
        "sys.exit(99 if slow else code)"
    )
    paths = [Path(chinese.__file__).parents[2], Path(__file__).parent]
    env = {
        "PYTHON": sys.executable,
        "BODY": body,
        "PYTHONPATH": ":".join(map(str, paths)),
        "PYTHONUTF8": "1",
        "PATH": "/usr/bin:/bin",
    }
    script = f'demo() {{ "$PYTHON" -c "$BODY" "$@"; }}\n{script}'
    return subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("argv", "code"), [("--help", 0), ("guide -h", 0), ("giude", 2), ("guide 出错", 1)]
)
def test_neither_help_nor_errors_load_rich(argv: str, code: int) -> None:
    assert shell(f"demo {argv}").returncode == code


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of a Unix shell")
def test_a_closed_pipe_is_quiet() -> None:
    ended = shell("demo --help | true; echo ${PIPESTATUS[0]}")
    assert (ended.stdout, ended.stderr) == ("141\n", "")
    ended = shell("demo giude 2>&1 >/dev/null | true; echo ${PIPESTATUS[0]}")
    assert (ended.stdout, ended.stderr) == ("2\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_a_full_disk_is_told_once() -> None:
    for argv in ("--help", "guide", "-V"):
        ended = shell(f"demo {argv} > /dev/full")
        assert (ended.returncode, ended.stderr) == (1, "读写失败，磁盘满了。\n")
