"""`yidi guide`: asks what is not given, then prints the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yidi_cli.base.env import Environment
from yidi_cli.base.errors import Exit, InputError, safe, safe_path
from yidi_cli.cli import options, output

if TYPE_CHECKING:
    from yidi_cli.plan.answers import Answers
    from yidi_cli.render.document import Document
    from yidi_cli.rulebook.bundle import Rulebook
    from yidi_cli.wizard.prompts.api import Prompter

AnswersFile = Annotated[
    str, typer.Option("--answers", metavar="文件", help="从 YAML 或 JSON 文件读答案")
]
NoInput = Annotated[bool, typer.Option("--no-input", help="缺答案就报错，不提问")]

MORE = "往上翻看全部；下次加 -o 清单.txt 可以存成文件。"


def guide(
    ctx: typer.Context,
    from_: options.From = "",
    to: options.To = "",
    scheme: options.Scheme = "",
    type_: options.TypeOption = "",
    care: options.Care = "",
    stage: options.Stage = "",
    filing: options.FilingOption = "",
    disease: options.Disease = "",
    situation: options.Situations = None,
    answers: AnswersFile = "",
    no_input: NoInput = False,
    ids: options.Ids = False,
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
    on: options.On = "",
    as_of: options.AsOf = "",
) -> None:
    """Ask what is not given, then print the plan."""
    from yidi_cli.plan.answers import case_of, parse_answers
    from yidi_cli.wizard.flow import missing

    begun = options.start(ctx, plain, format_, file, force)
    env, book = begun.env, begun.book
    day = options.parse_day(as_of, "--as-of", env.today)
    first = options.parse_day(on, "--on", day)
    typed: dict[str, str | Sequence[str]] = dict(_from_file(answers, book)) if answers else {}
    flags: dict[str, str | Sequence[str] | None] = {
        "insured": from_,
        "destination": to,
        "scheme": scheme,
        "type": type_,
        "care": care,
        "disease": disease,
        "stage": stage,
        "filing": filing,
        "situation": situation,
    }
    typed.update({name: value for name, value in flags.items() if value})
    given = parse_answers(typed, book)
    lacking = missing(given, book)
    asking = bool(lacking)
    if not asking:
        chosen = _given(given, book)
    elif no_input or not env.interactive:
        absent = " ".join(question.flag for question in lacking)
        why = "" if no_input else "这里不能提问，"
        raise InputError(f"{why}还缺答案，请补上：{absent}。各选项的值见 yidi guide --help。")
    else:
        kept = {"--format": format_, "-o": file, "--on": on, "--as-of": as_of}
        rest = [word for flag, value in kept.items() if value for word in (flag, value)]
        rest += [
            flag
            for flag, is_set in (("--plain", plain), ("--ids", ids), ("--force", force))
            if is_set
        ]
        chosen = _asked(given, book, _prompter(env, plain), env, rest)

    from yidi_cli.plan.build import build_plan

    plan = build_plan(case_of(chosen, book), book, day, first)

    def page() -> Document:
        from yidi_cli.render.document import plan_document

        return plan_document(plan, book, ids)

    def data() -> dict[str, Any]:
        from yidi_cli.render.jsonout import plan_json

        return plan_json(plan, book)

    output.emit(begun, page, data)
    if asking and begun.style == "table" and not file:
        # The page is longer than most screens: its bottom line has scrolled away by now.
        from yidi_cli.render.wrap import wrap

        lines = [*wrap(f"要点：{plan.filing.headline}", env.columns), *wrap(MORE, env.columns)]
        env.stderr.write("\n" + "\n".join(lines) + "\n")


def _given(given: Answers, book: Rulebook) -> Answers:
    """Return the answers that count, where all of them were given."""
    from yidi_cli.wizard.flow import fold

    live = fold(given, book).live
    # A situation that was named counts even where the wizard would not have offered it.
    return {**live, **{name: given[name] for name in ("situation",) if name in given}}


def _asked(
    given: Answers, book: Rulebook, prompter: Prompter, env: Environment, rest: Sequence[str]
) -> Answers:
    """Ask for what is missing; an interrupt prints the command that goes on from there."""
    from yidi_cli.wizard.session import Session

    session = Session(prompter, book, dict(given))
    try:
        return session.run()
    except (KeyboardInterrupt, EOFError):
        kept = "已中断，答过的没有丢。" if session.answers else "已中断。"
        command = resume_command(session.answers, book, rest)
        env.stderr.write(f"\n{kept}接着答：\n  {command}\n")
        raise typer.Exit(Exit.INTERRUPTED) from None


def resume_command(answers: Answers, book: Rulebook, rest: Sequence[str] = ()) -> str:
    """Return the command that starts again with these answers, and the other options `rest`."""
    import shlex

    words = ["yidi", "guide"]
    for question in book.questions:
        value = answers.get(question.id)
        if question.kind == "place" and isinstance(value, str):
            words += [question.flag, book.places.unique_name(book.places.get(value))]
        elif isinstance(value, tuple):
            words += [word for part in value for word in (question.flag, part)]
        elif value:
            words += [question.flag, value]
    # Chinese needs no quotes in a shell; shlex would put them around every name.
    return " ".join(
        word if word.replace("-", "").isalnum() else shlex.quote(word) for word in (*words, *rest)
    )


def _prompter(env: Environment, plain: bool) -> Prompter:
    if plain or env.simple:
        from yidi_cli.wizard.prompts.numbered import NumberedPrompter

        def read() -> str:
            line = env.stdin.readline()
            if not line:
                raise EOFError
            return line.rstrip("\r\n")

        return NumberedPrompter(read=read, out=env.stderr)
    from yidi_cli.wizard.prompts.interactive import InteractivePrompter

    return InteractivePrompter(out=env.stderr, colour=env.colour)


def _from_file(name: str, book: Rulebook) -> Mapping[str, str | Sequence[str]]:
    """Read answers by question id or flag (`insured` or `from`) from YAML or JSON."""
    from yidi_cli.rulebook.load import read_yaml

    tree, faults = read_yaml(Path(name), safe_path(name))
    if faults:
        raise InputError(f"答案文件读不了：{faults[0]}")
    if not isinstance(tree.value, dict):
        raise InputError(f"{safe_path(name)} 应当是“问题: 答案”的列表，例如 from: 重庆。")
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
    return values
