"""`yidi guide`: asks what is not given, then prints the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from yidi_cli.base.errors import InputError, safe
from yidi_cli.cli import options
from yidi_cli.cli.given import (
    AnswersFile,
    Brief,
    Fresh,
    Full,
    NoInput,
    Resume,
    kept_answers,
    only_one,
    read_answers,
    refuse_missing,
    told_again,
)
from yidi_cli.cli.result import ELDER, Wanted, answers_of, emit, plan_of

if TYPE_CHECKING:
    from yidi_cli.plan.answers import Answers
    from yidi_cli.rulebook.rulebook import Rulebook

Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="一句话", help="用一句话说情况，看出来的先给您核对，其余再问"),
]
Reader = Annotated[
    str, typer.Option("--for", metavar="谁看", help="elder：给老人看的大字版，最多八步")
]
Code = Annotated[str, typer.Option("--code", metavar="分享码", help="用一份结果的分享码，不用再答")]


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
    format_: options.DatedFormat = "",
    file: options.DatedOutput = "",
    force: options.Force = False,
    on: options.On = None,
    as_of: options.AsOf = "",
) -> None:
    """Ask what is not given, then print the plan."""
    only_one({"--resume": resume, "--fresh": fresh})
    only_one({"--brief": brief, "--full": full})
    elder = _is_elder(reader)
    for name, is_set in {"--brief": brief, "--full": full}.items():
        only_one({"--for": elder, name: is_set})
    sentence = " ".join(words or ()).strip()
    begun = options.start(ctx, plain, format_, file, force)

    from yidi_cli.plan.answers import parse_answers
    from yidi_cli.wizard.flow import missing

    day = begun.turn_to(as_of)
    env, book = begun.env, begun.book
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
    written, saved = read_answers(answers, book)
    typed = {**written, **{name: value for name, value in flags.items() if value}}
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
        options=told_again(kept, switches, options.words_of_days(on, days)),
    )
    if not no_input and env.interactive and (sentence or resume or missing(given, book)):
        from yidi_cli.cli.conversation import Conversation

        fresh = fresh or bool(given) or bool(sentence)
        from yidi_cli.cli.talks import FilingTalk

        Conversation(begun, wanted, given, FilingTalk(book)).run(sentence, resume, fresh)
        return
    if resume:
        given = {**kept_answers(begun, book), **given}
    if sentence:
        given = {**_heard(sentence, begun, given), **given}
    refuse_missing(missing(given, book), no_input, "guide")
    counted = _given(given, book)
    plan = plan_of(counted, wanted, book)
    if saved is not None:
        from yidi_cli.cli.saved import tell_changes

        tell_changes(begun, saved, plan, counted)
    emit(begun, counted, plan, wanted, brief)


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


def _heard(sentence: str, begun: options.Start, given: Answers) -> Answers:
    """Return what a sentence says beyond what is given; it is shown, for nobody confirms it."""
    from yidi_cli.wizard.sentence import understand
    from yidi_cli.wizard.sentence_page import OTHER_MATTER
    from yidi_cli.wizard.words import describe

    book = begun.book
    heard = understand(sentence, book)
    answers = {name: value for name, value in heard.answers.items() if name not in given}
    told = "；".join(
        f"{book.question(name).name} {describe(name, value, book)}"
        for name, value in answers.items()
    )
    begun.env.stderr.write(f"这句话看出：{told or '没有'}。不对就用选项改。\n")
    if heard.matter:
        begun.env.stderr.write(f"这句话{OTHER_MATTER}。那就看 yidi {heard.matter}。\n")
    return answers
