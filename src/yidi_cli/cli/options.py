"""The options that several commands share, and what every command needs to start."""

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from yidi_cli.base.env import Environment, spare_typing_extensions
from yidi_cli.base.errors import InputError, safe, safe_path
from yidi_cli.cli import overlays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yidi_cli.plan.plan import Days
    from yidi_cli.rulebook.rulebook import Rulebook

From = Annotated[
    str, typer.Option("--from", metavar="地方", help="参保地：市或区县，汉字、拼音、首字母都行")
]
To = Annotated[str, typer.Option("--to", metavar="地方", help="就医地：市或区县")]
Scheme = Annotated[
    str,
    typer.Option("--scheme", metavar="险种", help="employee 职工，resident 居民，unknown 不清楚"),
]
TypeOption = Annotated[
    str,
    typer.Option(
        "--type",
        metavar="类型",
        help="备案类型，如 long-term、referral、转诊；全部见 yidi types",
    ),
]
Care = Annotated[
    str,
    typer.Option(
        "--care",
        metavar="方式",
        help="inpatient 住院，outpatient 普通门诊，chronic 门诊慢特病，pharmacy 购药",
    ),
]
Stage = Annotated[
    str,
    typer.Option(
        "--stage",
        metavar="阶段",
        help="before 还没看，admitted 没结算，discharged 已出院或已自费，unknown 说不准",
    ),
]
FilingOption = Annotated[
    str,
    typer.Option(
        "--filing",
        metavar="备案",
        help="none 没有，active 有效，expired 过期，elsewhere 备到别处，unknown 不清楚",
    ),
]
Disease = Annotated[
    str, typer.Option("--disease", metavar="病种", help="门诊慢特病的病种，没有写 none")
]
Situations = Annotated[
    list[str] | None,
    typer.Option("--situation", metavar="情况", help="特殊情况，可写多个，如 injury、代办"),
]
Plain = Annotated[bool, typer.Option("--plain", help="纯文字：不画框、不变色，适合读屏软件")]
FormatOption = Annotated[
    str, typer.Option("--format", metavar="格式", help="table、plain、chat、md、html 或 json")
]
Output = Annotated[
    str,
    typer.Option(
        "-o", "--output", metavar="文件", help="存成文件，格式看结尾：.txt .html .md .json"
    ),
]
# Of commands whose result has days.
DatedFormat = Annotated[
    str,
    typer.Option("--format", metavar="格式", help="table、plain、chat、md、html、ics 或 json"),
]
DatedOutput = Annotated[
    str,
    typer.Option(
        "-o", "--output", metavar="文件", help="存成文件，格式看结尾：.txt .html .md .ics .json"
    ),
]
Ids = Annotated[bool, typer.Option("--ids", help="每句下面写出编号，可用 yidi explain 查依据")]
Force = Annotated[bool, typer.Option("--force", help="文件已存在时覆盖")]
AsOf = Annotated[
    str, typer.Option("--as-of", metavar="日期", help="按哪一天有效的规则，如 2026-11-22")
]
On = Annotated[
    list[str] | None,
    typer.Option(
        "--on",
        metavar="日期",
        help="哪天办，不写就是今天。也可写 出发=、入院=、出院= 加日期，各写一次",
    ),
]


Format = Literal["table", "plain", "chat", "md", "html", "ics", "json"]
YEARS = range(2000, 2101)
FORMATS: tuple[Format, ...] = Format.__args__  # type: ignore[attr-defined]
ENDINGS: dict[str, Format] = {
    ".json": "json",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".ics": "ics",
}
"""Ending of a file → its format; any other file holds text."""
NOT_TEXT = frozenset({".pdf", ".doc", ".docx", ".xls", ".xlsx", ".rtf", ".png", ".jpg", ".jpeg"})
"""Endings of files that no program could open if text stood in them."""


class Start:
    """What a command starts from: the world, the rulebook, and where the result goes."""

    def __init__(self, env: Environment, book: "Rulebook", style: Format, file: str) -> None:
        self.env = env
        self.book = book
        self.style = style
        self.file = file

    @property
    def is_page(self) -> bool:
        """Tell whether the result is a page, and not an object or a calendar for a program."""
        return self.style not in ("json", "ics")

    def turn_to(self, typed: str) -> date:
        """Return the day of `--as-of`, today without one, and take the rules of that day.

        Raises InputError for a day that cannot be read, or before the first that is known.
        """
        day = parse_day(typed, "--as-of", self.env.today)
        if not typed.strip():
            return day
        from yidi_cli.rulebook.past import FIRST_DAY

        if day < FIRST_DAY:
            first = FIRST_DAY.isoformat()
            why = "现在的跨省规定从那天起执行，更早的没有收录"
            raise InputError(f"--as-of 最早写 {first}：{why}。")
        if day < self.book.settled:
            told = "没查到从哪天起的，照现在知道的写；拿不准，打电话问"
            self.env.stderr.write(f"按 {day.isoformat()} 的规定说。{told}。\n")
        self.book = self.book.on(day)
        return day


def parse_format(typed: str, plain: bool, env: Environment, file: str) -> Format:
    """Return the format to use: as asked, as the file's ending says, else the page for a terminal
    and plain text elsewhere. Raises InputError for a format or an ending that there is not.
    """
    if typed:
        for name in FORMATS:
            if typed.strip().lower() == name:
                return name
        raise InputError(f"--format 没有“{safe(typed)}”。可以填：{'、'.join(FORMATS)}。")
    if file:
        # Text in a file is read in a window, or sent on: nobody knows how wide.
        ending = Path(file).suffix.lower()
        if ending in NOT_TEXT:
            raise InputError(f"存不成 {ending}。存成 .html，用浏览器打开，再打印或另存为 PDF。")
        return ENDINGS.get(ending, "chat")
    if plain or env.simple or not env.output_is_terminal:
        return "plain"
    return "table"


def check_target(path: Path, force: bool) -> None:
    """Raise InputError where `path` is a folder, or a file that must not be replaced."""
    if path.is_dir():
        raise InputError(f"{safe_path(path)} 是文件夹。-o 后面写文件名，例如 清单.txt。")
    if path.exists() and not path.is_file():
        raise InputError(f"{safe_path(path)} 不是普通文件，不能存到那里。换个名字。")
    if path.exists() and not force:
        raise InputError(f"{safe_path(path)} 已经有了，没有覆盖。换个名字，或加 --force。")
    if not path.parent.is_dir():
        raise InputError(f"没有 {safe_path(path.parent)} 这个文件夹。先建好，或换个位置。")


def start(
    ctx: typer.Context, plain: bool, format_: str, file: str = "", force: bool = False
) -> Start:
    """Open the rulebook for a command. Raises InputError where the format is not known."""
    spare_typing_extensions()
    from yidi_cli.rulebook.opening import open_rulebook

    env = ctx.find_object(Environment)
    assert env is not None, "the app is run by yidi_cli.cli.app.run"
    if file:
        # Before anything is asked: answers must not be lost to a file that cannot be written.
        check_target(Path(file), force)
    style = parse_format(format_, plain, env, file)
    book = overlays.laid_over(open_rulebook(), ctx, env)
    return Start(env, book, style, file)


_ANCHORS = {
    "filing": ("filing", "办理", "办", "备案"),
    "travel": ("travel", "出发", "去", "动身"),
    "admission": ("admission", "入院", "住院"),
    "discharge": ("discharge", "出院"),
}
"""Day → the words that name it before the = of `--on`; the first are those of `Days`."""


def parse_days(typed: "Sequence[str] | None", default: date) -> "Days":
    """Return the days that `--on` names: `2026-12-01` that of filing, `出院=2026-12-01` another.

    The day of filing is `default` where it is not named. Raises InputError for a name or a date
    that cannot be read, or a day that is named twice.
    """
    from yidi_cli.plan.plan import Days

    names = {word: name for name, words in _ANCHORS.items() for word in words}
    found: dict[str, date] = {}
    for word in typed or ():
        before, equals, after = word.replace("＝", "=").partition("=")
        name = names.get(before.strip().lower()) if equals else "filing"
        if name is None:
            known = "、".join(f"{words[1]}=日期" for words in _ANCHORS.values())
            raise InputError(f"--on 里的“{safe(word)}”看不懂。可以写：日期，或 {known}。")
        if name in found:
            raise InputError(f"--on 里“{_ANCHORS[name][1]}”的日期写了两次，留一个。")
        day = (after if equals else word).strip()
        if not day:
            raise InputError(
                f"--on 里“{_ANCHORS[name][1]}”后面没有日期。写成 {word.strip()}2026-12-01。"
            )
        found[name] = parse_day(day, "--on", default)
    days = Days(**{"filing": default, **found})
    if days.admission and days.discharge and days.discharge < days.admission:
        raise InputError("--on 里出院的日子比入院早。看看写反了没有。")
    return days


def words_of_days(typed: "Sequence[str] | None", days: "Days") -> list[str]:
    """Return the values of `--on` again, each as a date that is the same tomorrow."""
    if not typed:
        return []
    named = ((name, getattr(days, name)) for name in days.__struct_fields__)
    return [f"{name}={day.isoformat()}" for name, day in named if day is not None]


def parse_day(typed: str, flag: str, default: date) -> date:
    """Return the day that `typed` names, or for an empty text the default.

    Taken are 2026-11-22, 20261122, 2026/11/22, 2026年11月22日; 11-22 for the nearest such day to
    the default; and 今天, 明天, 后天, 昨天 from the default. `flag` is where it was typed. Raises
    InputError for anything else.
    """
    if not typed.strip():
        return default
    if typed.strip() in _NEAR:
        return default + timedelta(_NEAR[typed.strip()])
    text = typed.strip().replace("/", "-").replace(".", "-").replace("年", "-").replace("月", "-")
    text = text.removesuffix("日").removesuffix("号")
    parts = text.split("-")
    if len(parts) == 1 and len(text) == 8:
        parts = [text[:4], text[4:6], text[6:]]
    try:
        if not all(part.strip().isdecimal() for part in parts):
            raise ValueError
        numbers = [int(part) for part in parts]
        found = _nearest(numbers[0], numbers[1], default) if len(numbers) == 2 else date(*numbers)
    except (ValueError, TypeError):
        what = f"{flag} 的日期“{safe(typed)}”看不懂。写成 2026-11-22 这样。"
        raise InputError(what.lstrip().removeprefix("的")) from None
    if found.year not in YEARS:
        what = f"{flag} 的日期要在 {YEARS[0]} 年到 {YEARS[-1]} 年之间。"
        raise InputError(what.lstrip().removeprefix("的"))
    return found


_NEAR = {"昨天": -1, "今天": 0, "明天": 1, "后天": 2}


def _nearest(month: int, day: int, to: date) -> date:
    """Return the day of that month that is nearest to `to`; ValueError where there is none."""
    found = []
    for year in (to.year - 1, to.year, to.year + 1):
        try:
            found.append(date(year, month, day))
        except ValueError:  # 29 February
            continue
    return min(found, key=lambda each: abs(each - to))
