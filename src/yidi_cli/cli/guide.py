"""`yidi guide`: asks what is not given, then prints the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yidi_cli.base.errors import InputError, safe, safe_path
from yidi_cli.cli import options
from yidi_cli.cli.result import ELDER, Wanted, answers_of, show

if TYPE_CHECKING:
    from yidi_cli.plan.answers import Answers
    from yidi_cli.rulebook.bundle import Rulebook

Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="一句话", help="用一句话说情况，看出来的先给您核对，其余再问"),
]

AnswersFile = Annotated[
    str, typer.Option("--answers", metavar="文件", help="从 YAML 或 JSON 文件读答案")
]
Reader = Annotated[
    str, typer.Option("--for", metavar="谁看", help="elder：给老人看的大字版，最多八步")
]
Code = Annotated[str, typer.Option("--code", metavar="分享码", help="用一份结果的分享码，不用再答")]
NoInput = Annotated[bool, typer.Option("--no-input", help="缺答案就报错，不提问")]
Resume = Annotated[bool, typer.Option("--resume", help="接着上次没答完的问")]
Fresh = Annotated[bool, typer.Option("--fresh", help="不管上次没答完的，从头问")]
Brief = Annotated[bool, typer.Option("--brief", help="只看要点")]
Full = Annotated[bool, typer.Option("--full", help="看全部，不先给要点")]


ELDER_WORDS = (ELDER, "老人", "长辈", "大字")


def guide(
    ctx: typer.Context,
    words: Words = None,
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
    code: Code = "",
    no_input: NoInput = False,
    resume: Resume = False,
    fresh: Fresh = False,
    brief: Brief = False,
    full: Full = False,
    reader: Reader = "",
    ids: options.Ids = False,
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
    on: options.On = None,
    as_of: options.AsOf = "",
) -> None:
    """Ask what is not given, then print the plan."""
    _only_one({"--resume": resume, "--fresh": fresh})
    _only_one({"--brief": brief, "--full": full})
    elder = _is_elder(reader)
    for name, is_set in {"--brief": brief, "--full": full}.items():
        _only_one({"--for": elder, name: is_set})
    sentence = " ".join(words or ()).strip()
    begun = options.start(ctx, plain, format_, file, force)

    from yidi_cli.plan.answers import parse_answers
    from yidi_cli.wizard.flow import missing

    env, book = begun.env, begun.book
    day = options.parse_day(as_of, "--as-of", env.today)
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
    typed: dict[str, str | Sequence[str]] = dict(_from_file(answers, book)) if answers else {}
    typed.update({name: value for name, value in flags.items() if value})
    given = {**answers_of(code, book), **parse_answers(typed, book)}
    if elder and not begun.is_page:
        raise InputError(f"--for elder 是给人看的大字版，不能存成 {begun.style}。去掉其中一个。")
    kept = {
        "--for": reader,
        "--format": format_,
        "-o": file,
        "--as-of": day.isoformat() if as_of else "",
    }
    switches = {"--plain": plain, "--ids": ids, "--force": force, "--brief": brief, "--full": full}
    days = options.parse_days(on, day)
    wanted = Wanted(
        as_of=day,
        days=days,
        ids=ids,
        length="brief" if brief else "full" if full else "",
        reader=ELDER if elder else "",
        options=(
            *(word for flag, value in kept.items() if value for word in (flag, value)),
            *(word for value in options.words_of_days(on, days) for word in ("--on", value)),
            *(flag for flag, is_set in switches.items() if is_set),
        ),
    )
    if not no_input and env.interactive and (sentence or resume or missing(given, book)):
        from yidi_cli.cli.conversation import Conversation

        fresh = fresh or bool(given) or bool(sentence)
        Conversation(begun, wanted, given).run(sentence, resume, fresh)
        return
    if resume:
        given = {**_kept(begun), **given}
    if sentence:
        given = {**_heard(sentence, begun, given), **given}
    lacking = missing(given, book)
    if lacking:
        absent = " ".join(question.flag for question in lacking)
        why = "" if no_input else "这里不能提问，"
        raise InputError(f"{why}还缺答案，请补上：{absent}。各选项的值见 yidi guide --help。")
    show(begun, _given(given, book), wanted, brief)


def _only_one(switches: Mapping[str, bool]) -> None:
    """Raise InputError where switches that contradict each other are set."""
    if all(switches.values()):
        raise InputError(f"{' 和 '.join(switches)} 只能写一个。")


def _is_elder(reader: str) -> bool:
    """Tell whether the large-type page is asked for; InputError for another reader."""
    if reader.strip().lower() in ("", *ELDER_WORDS):
        return bool(reader)
    raise InputError(f"--for 没有“{safe(reader)}”。可以填：elder（给老人看的大字版）。")


def _given(given: Answers, book: Rulebook) -> Answers:
    """Return the answers that count, where all of them were given."""
    from yidi_cli.wizard.flow import fold

    live = fold(given, book).live
    # A situation that was named counts even where the wizard would not have offered it.
    return {**live, **{name: given[name] for name in ("situation",) if name in given}}


def _kept(begun: options.Start) -> Answers:
    """Return the answers of a conversation that was broken off."""
    from yidi_cli.wizard.memory import Memory

    progress = Memory(begun.env.state_folder).load(begun.book, begun.env.today)
    return progress.answers if progress is not None else {}


def _heard(sentence: str, begun: options.Start, given: Answers) -> Answers:
    """Return what a sentence says beyond what is given; it is shown, for nobody confirms it."""
    from yidi_cli.wizard.sentence import understand
    from yidi_cli.wizard.words import describe

    book = begun.book
    heard = understand(sentence, book).answers
    answers = {name: value for name, value in heard.items() if name not in given}
    told = "；".join(
        f"{book.question(name).name} {describe(name, value, book)}"
        for name, value in answers.items()
    )
    begun.env.stderr.write(f"这句话看出：{told or '没有'}。不对就用选项改。\n")
    return answers


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
