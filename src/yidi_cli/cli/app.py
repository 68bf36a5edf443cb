"""The command line: names, Chinese names, help and examples of all commands."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from yidi_cli import __version__
from yidi_cli.base.env import Environment
from yidi_cli.cli import chinese, overlays


class Command:
    """A command: its function is `name` in `yidi_cli.cli.<module>`."""

    def __init__(self, name: str, alias: str, module: str, help: str, examples: str) -> None:
        self.name = name
        self.alias = alias
        self.module = module
        self.help = help
        self.examples = examples


COMMANDS = (
    Command(
        "guide",
        "向导",
        "guide",
        "一步步问清情况，给出该办什么、去哪办、带什么、怎么结算。\n\n"
        "用选项答过的不再问。全答了就不问，直接出结果。",
        "yidi guide\n"
        "yidi guide 绵阳居民医保 在昆明急诊住院 没备案  # 从一句话开始\n"
        "yidi guide --from 重庆 --to 成都 --type 长期居住  # 给出的不再问\n"
        "yidi guide --answers 我的情况.yaml --no-input -o 清单.txt",
    ),
    Command(
        "understand",
        "理解",
        "understand",
        "看懂一句话：参保地、就医地、类型、备案……看出了什么，还缺什么。",
        "yidi understand 绵阳医保，在厦门住院，没备案\n"
        "yidi understand 人在厦门住院，医保是绵阳的 --format json",
    ),
    Command(
        "materials",
        "材料",
        "queries",
        "各类备案要带哪些材料。给一个大类，就先列共同的，再分类列。",
        "yidi materials --type long-term\nyidi materials --type 转诊 --from 重庆",
    ),
    Command(
        "channels",
        "渠道",
        "queries",
        "参保地的备案渠道：APP、小程序、窗口、电话。",
        "yidi channels --city 重庆\nyidi channels --city 绵阳 --steps",
    ),
    Command(
        "timing",
        "时效",
        "queries",
        "多久办好、何时生效、管多久、能不能改。",
        "yidi timing --type long-term-residence --from 重庆\n"
        "yidi timing --type 其他临时外出 --on 2026-12-30",
    ),
    Command(
        "settlement",
        "结算",
        "queries",
        "费用怎么结：看谁的目录、谁的规定，没结成怎么办。",
        "yidi settlement --from 重庆 --to 成都 --care inpatient\n"
        "yidi settlement --from 绵阳 --to 昆明 --care 慢特病",
    ),
    Command(
        "reimburse",
        "报销",
        "queries",
        "已经自费了怎么报：先做什么、要哪些纸、在哪交、问什么。",
        "yidi reimburse --from 重庆\nyidi reimburse --from 绵阳 --to 昆明 --care 住院 --type 急诊",
    ),
    Command(
        "status",
        "查询",
        "queries",
        "怎么查备案办没办好、医院开没开通、结算记录在哪看。",
        "yidi status\nyidi status --from 重庆",
    ),
    Command(
        "cancel",
        "取消",
        "queries",
        "怎么改备案、取消备案，哪些时候不用取消。",
        "yidi cancel --from 重庆\nyidi cancel --from 南京 --type long-term",
    ),
    Command(
        "family",
        "共济",
        "family",
        "家庭共济、医保钱包：用自己的医保账户付家人的钱。不写主题就一步步问。",
        "yidi family\n"
        "yidi family bind --from 重庆\n"
        "yidi family cross-province --from 青岛 --to 大连\n"
        "yidi family bind --from 重庆 --via 支付宝  # 只看一条渠道的步骤\n"
        "yidi family --want pay-bill --from 重庆 --to 贵阳 --scheme employee \\\n"
        "    --relation 父母 --member-scheme resident",
    ),
    Command(
        "diseases",
        "病种",
        "diseases",
        "门诊慢特病：哪些能跨省直接结算，看病前先办什么。",
        "yidi diseases\nyidi diseases 糖尿病 --from 重庆",
    ),
    Command(
        "diff",
        "对比",
        "diff",
        "两种情况差在哪：备案、材料、时间、结算。比哪一项，就把它写两次。",
        "yidi diff --from 重庆 --to 成都 --type 长期居住 --type 其他临时外出\n"
        "yidi diff --from 绵阳 --to 昆明 --type 急诊 --stage admitted --stage discharged",
    ),
    Command("types", "类型", "reference", "六种备案类型各指什么人。", "yidi types"),
    Command(
        "sources",
        "来源",
        "reference",
        "每句话的依据：文件、层级、日期、状态。",
        "yidi sources\nyidi sources nhsa-2022-22",
    ),
    Command(
        "explain",
        "解释",
        "reference",
        "一句话从哪来、什么时候出现、有多可靠。",
        "yidi explain cn.materials.identity",
    ),
    Command(
        "search",
        "搜索",
        "finding",
        "按词找：规则、渠道、病种、争议、误传、来源。汉字、拼音都行，几个词之间空一格。",
        "yidi search 急诊 备案\n"
        "yidi search 没备案怎么办 --from 重庆  # 只看全国的和重庆的\n"
        "yidi search jizhen --kind myth",
    ),
    Command(
        "conflicts",
        "争议",
        "finding",
        "各处说法不一的问题：我们采用哪种、为什么，没采用的错在哪。",
        "yidi conflicts\nyidi conflicts where-to-file",
    ),
    Command(
        "myths",
        "误传",
        "finding",
        "常听到、照着做会误事的说法，和实情。",
        "yidi myths\nyidi myths 急诊",
    ),
)
DATA = (
    Command(
        "check",
        "检查",
        "data_check",
        "查一个 data 文件夹：写法、来源、条件、措辞，再走遍所有回答，看每份结果全不全。",
        "yidi data check  # 查自带的数据\n"
        "yidi data check 我的数据 --strict  # 提醒也算错\n"
        "yidi data check --code Y031  # 这个代号是什么意思，怎么改",
    ),
    Command(
        "stats",
        "统计",
        "data_stats",
        "数据有多少、各级来源有多少、哪里还缺。",
        "yidi data stats\nyidi data stats --format json",
    ),
    Command(
        "stale",
        "过期",
        "data_stats",
        "哪些来源很久没核对了，用得多的在前。",
        "yidi data stale --days 180",
    ),
    Command(
        "graph",
        "图",
        "data_graph",
        "问题怎么一个接一个；一种情况是怎么判定的。",
        "yidi data graph\n"
        "yidi data graph --format mermaid -o 流程.md\n"
        "yidi data graph --from 重庆 --to 成都 --type 急诊 --stage admitted",
    ),
    Command(
        "schema",
        "格式",
        "data_schema",
        "每种数据文件的 JSON Schema，给编辑器用。",
        "yidi data schema\nyidi data schema rules",
    ),
    Command(
        "changes",
        "变化",
        "data_changes",
        "从哪天或哪一版起，数据改了什么、依据什么。",
        "yidi data changes --since 2026-11-01",
    ),
    Command(
        "new-region",
        "新建",
        "data_overlay",
        "给一个市写一份带说明的空文件，照着填。",
        "yidi data new-region 绵阳 --in 我的数据",
    ),
)
"""The commands behind `yidi data`, for those who keep the rules."""
DATA_NAMES = ("data", "数据")
SUMMARY = "异地就医备案助手：医保在一个市、看病在另一个市，该办什么、去哪办、带什么、怎么结算。"


def _take_overlays(ctx: typer.Context, _: object, value: Sequence[str]) -> None:
    ctx.meta[overlays.GIVEN] = tuple(value)


OVERLAYS = {
    "param_decls": ["--data"],
    "metavar": "文件夹",
    "multiple": True,
    "expose_value": False,
    "callback": _take_overlays,
    "help": "叠加自己的数据，后写的优先；写 none 就不叠加",
}
"""The option that every command takes."""


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"yidi {__version__}")
        raise typer.Exit()


def _top(
    version: Annotated[
        bool, typer.Option("--version", "-V", is_eager=True, callback=_version, help="显示版本")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def _named() -> None:
    """Stand for a command that is only listed."""


def build(argv: Sequence[str]) -> typer.Typer:
    """Return the app for one command line.

    It has the command that is called alone, or, where none is, all of them by name: reading the
    options of all commands costs a tenth of a query's time.
    """
    app = typer.Typer(
        cls=chinese.group(
            {command.alias: command.name for command in COMMANDS} | {DATA_NAMES[1]: DATA_NAMES[0]}
        ),
        add_completion=False,
        rich_markup_mode=None,
        epilog="yidi guide  # 一步步问，约 1 分钟\n"
        "yidi materials --type long-term\n"
        "yidi channels --city 重庆",
        help=f"{SUMMARY}\n\n"
        "离线运行，不问姓名和证件号。每句话都有来源；没把握的，写成要问参保地的问题。",
    )
    app.callback()(_top)
    called = argv[0] if argv else ""
    if called in DATA_NAMES:
        app.add_typer(_data(argv[1:]), name=DATA_NAMES[0])
        return app
    _register(app, COMMANDS, called)
    if called not in {name for command in COMMANDS for name in (command.name, command.alias)}:
        app.add_typer(_data(()), name=DATA_NAMES[0])
    return app


def _register(app: typer.Typer, commands: Sequence[Command], called: str) -> None:
    """Add the command that is called, or all of them by name where it is none of these."""
    wanted = [command for command in commands if called in (command.name, command.alias)]
    for command in wanted or commands:
        function: Callable[..., None] = _named
        if wanted:
            module = importlib.import_module(f"yidi_cli.cli.{command.module}")
            function = getattr(module, command.name.replace("-", "_"))
        cls = chinese.command([OVERLAYS])
        register = app.command(command.name, cls=cls, help=command.help, epilog=command.examples)
        register(function)


def _data(argv: Sequence[str]) -> typer.Typer:
    """Return the app of `yidi data` for the words behind it."""
    data = typer.Typer(
        cls=chinese.group({command.alias: command.name for command in DATA}),
        add_completion=False,
        rich_markup_mode=None,
        help="维护数据的人用：检查、统计、画图、叠加自己的数据。",
        epilog="yidi data check  # 查自带的数据\nyidi data stats",
    )
    _register(data, DATA, argv[0] if argv else "")
    return data


def run(argv: Sequence[str], env: Environment) -> int:
    """Run the command line in `env` and return the exit code."""
    return chinese.run(
        build(argv),
        argv,
        out=env.stdout,
        err=env.stderr,
        width=env.columns,
        debug=env.debug,
        obj=env,
    )
