"""What the commands that guide take alike: answers from a file, from an earlier run, or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yidi_cli.base.errors import InputError, safe, safe_path
from yidi_cli.cli import options

if TYPE_CHECKING:
    from yidi_cli.cli.saved import Saved
    from yidi_cli.plan.answers import Answers
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.model import Question

AnswersFile = Annotated[
    str,
    typer.Option(
        "--answers", metavar="文件", help="从 YAML 或 JSON 文件读答案；存下的 JSON 结果也行"
    ),
]
NoInput = Annotated[bool, typer.Option("--no-input", help="缺答案就报错，不提问")]
Resume = Annotated[bool, typer.Option("--resume", help="接着上次没答完的问")]
Fresh = Annotated[bool, typer.Option("--fresh", help="不管上次没答完的，从头问")]
Brief = Annotated[bool, typer.Option("--brief", help="只看要点")]
Full = Annotated[bool, typer.Option("--full", help="看全部，不先给要点")]


def told_again(
    values: Mapping[str, str], switches: Mapping[str, bool], days: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return the words of the command line that say how a result is wanted, for a command that goes
    on: options with their values, the values of `--on`, switches.
    """
    return (
        *(word for flag, value in values.items() if value for word in (flag, value)),
        *(word for value in days for word in ("--on", value)),
        *(flag for flag, is_set in switches.items() if is_set),
    )


def only_one(switches: Mapping[str, bool]) -> None:
    """Raise InputError where switches that contradict each other are set."""
    if all(switches.values()):
        raise InputError(f"{' 和 '.join(switches)} 只能写一个。")


def refuse_missing(lacking: Sequence[Question], no_input: bool, command: str) -> None:
    """Raise InputError that names the flags of questions without an answer, if there are any."""
    if lacking:
        absent = " ".join(question.flag for question in lacking)
        why = "" if no_input else "这里不能提问，"
        raise InputError(f"{why}还缺答案，请补上：{absent}。各选项的值见 yidi {command} --help。")


def kept_answers(begun: options.Start, book: Book) -> Answers:
    """Return the answers of a conversation on the book's matter that was broken off."""
    from yidi_cli.wizard.memory import Memory

    progress = Memory(begun.env.state_folder, book.matter).load(book, begun.env.today)
    return progress.answers if progress is not None else {}


def read_answers(name: str, book: Book) -> tuple[Mapping[str, str | Sequence[str]], Saved | None]:
    """Read answers by question id or flag (`insured` or `from`) from YAML or JSON.

    A result that was saved as JSON is read as the answers it was made from, and returned as well.
    No answers for no file. Raises InputError for a file that cannot be used.
    """
    if not name:
        return {}, None
    from yidi_cli.rulebook.load import read_yaml

    tree, faults = read_yaml(Path(name), safe_path(name))
    if faults:
        raise InputError(f"答案文件读不了：{faults[0]}")
    if not isinstance(tree.value, dict):
        raise InputError(f"{safe_path(name)} 应当是“问题: 答案”的列表，例如 from: 重庆。")
    from yidi_cli.cli import saved

    if saved.is_result(tree.value):
        result = saved.read_result(tree.value, name, book)
        return result.answers, result
    names = {q.id: q.id for q in book.questions}
    names |= {q.flag.removeprefix("--"): q.id for q in book.questions}
    names |= {"situations": "situation"}
    values: dict[str, Any] = {}
    for key, value in tree.value.items():
        where = f"{safe_path(name)} 第 {tree.line((key,))} 行"
        if key not in names:
            known = "、".join(sorted(names))
            raise InputError(f"{where}：不认识的问题 {safe(key)}。可以写：{known}。")
        if not isinstance(value, str | list) or (
            isinstance(value, list) and not all(isinstance(part, str) for part in value)
        ):
            raise InputError(f"{where}：{key} 要写一个值，或一列值。")
        values[names[key]] = value
    return values, None
