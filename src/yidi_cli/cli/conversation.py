"""The guided run: ask, show, and what a person may want to do next. Nothing given is lost."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import typer

from yidi_cli.base.env import Environment, spare_ssl
from yidi_cli.base.errors import Exit
from yidi_cli.cli import options
from yidi_cli.cli.afterwards import Afterwards
from yidi_cli.cli.result import Wanted
from yidi_cli.cli.talk import Talk, command_of
from yidi_cli.cli.talks import talk_of
from yidi_cli.plan.plan import Days
from yidi_cli.wizard.memory import Memory
from yidi_cli.wizard.prompts.api import Choice, Prompter
from yidi_cli.wizard.session import OtherMatter, Session
from yidi_cli.wizard.words import describe

if TYPE_CHECKING:
    from yidi_cli.plan.answers import Answers
    from yidi_cli.plan.plan import Outcome
    from yidi_cli.rulebook.book import Book

_GO_ON, _ANEW = "resume", "fresh"


class Conversation:
    """One guided run in a terminal, beginning with the answers that are given already."""

    def __init__(self, begun: options.Start, wanted: Wanted, given: Answers, talk: Talk) -> None:
        self._begun = begun
        self._talk = talk
        self._env: Environment = begun.env
        self._book: Book = talk.book
        self._wanted = wanted
        self._memory = Memory(begun.env.state_folder, talk.book.matter)
        self._prompter = _prompter(begun.env, "--plain" in wanted.options)
        self._saved = False
        self._session = self._new(given)

    def run(self, sentence: str = "", resume: bool = False, fresh: bool = False) -> None:
        """Ask for what is missing, show the plan, and offer what can be done with it.

        With `resume` the answers of a run that was broken off count beside those given; without it
        and without `fresh` the person is asked whether they do. An interrupt keeps the answers,
        prints the command that goes on from there, and ends with `Exit.INTERRUPTED`.
        """
        try:
            if resume or not fresh:
                self._take_up(ask=not resume)
            answers = self._session.run(sentence)
            while self._result(answers):
                answers = self._session.run(check=bool(self._session.answers))
        except OtherMatter as turned:
            other = self._talk.other(self._session.answers)
            known = dict(other.answers) if other is not None else {}
            # What is wanted there has not been said yet.
            known.pop("want", None)
            self._turn_to(turned.matter, known)
        except (KeyboardInterrupt, EOFError):
            self._interrupted()
            raise typer.Exit(Exit.INTERRUPTED) from None

    def _turn_to(self, matter: str, answers: Answers) -> None:
        """Go on with another matter, beginning with `answers`."""
        talk = talk_of(matter, self._begun.book)
        Conversation(self._begun, shared(self._wanted), answers, talk).run()

    def _new(self, answers: Answers) -> Session:
        return Session(
            self._prompter,
            self._book,
            self._wanted.as_of,
            dict(answers),
            keep=self._keep,
            remembered=self._memory.remembered(self._book),
        )

    def _keep(self, answers: Answers) -> None:
        # After each answer: a terminal that is closed gives no time to do it.
        self._saved = self._memory.save(answers, self._env.today)

    def _take_up(self, ask: bool) -> None:
        """Add the answers of a run that was broken off, after asking if `ask`."""
        progress = self._memory.load(self._book, self._env.today)
        if progress is None:
            if not ask:
                self._prompter.say("没有留下没答完的，从头问。")
            return
        names = [q for q in self._book.questions if q.id in progress.answers]
        told = "；".join(
            f"{q.name} {describe(q.id, progress.answers[q.id], self._book)}" for q in names
        )
        if ask:
            choices = [Choice(_GO_ON, "接着答"), Choice(_ANEW, "从头问")]
            title = f"{progress.saved.isoformat()} 没答完：{told}。接着答吗？"
            chosen = self._prompter.choose(title, choices, default=_GO_ON, back=False)
            if chosen == _ANEW:
                self._memory.clear()
                return
        if progress.dropped:
            lost = "、".join(self._book.question(name).name for name in progress.dropped)
            self._prompter.say(f"数据更新过，这几项再问一次：{lost}。")
        self._session.answers = {**progress.answers, **self._session.answers}
        self._saved = True

    def _interrupted(self) -> None:
        """Say how to go on: by what was kept, or where that cannot be, by a command with it all."""
        answers, rest = self._session.answers, self._wanted.options
        if answers and not self._saved:
            self._keep(answers)
        kept = self._saved or (
            # Left before the answers of an earlier run were taken up.
            not answers and self._memory.load(self._book, self._env.today) is not None
        )
        command = command_of(self._talk, answers, rest)
        if kept:
            command = shlex.join(["yidi", self._talk.command, "--resume", *rest])
        told = "，答过的没有丢。接着答" if answers or kept else "。再来"
        self._env.stderr.write(f"\n已退出{told}：\n  {command}\n")

    def _result(self, answers: Answers) -> bool:
        """Show the plan and do what is asked for; tell whether the conversation goes on."""
        plan = self._talk.plan(answers, self._wanted)
        brief = self._shown_brief(plan)
        self._talk.emit(self._begun, answers, plan, self._wanted, brief)
        self._env.stdout.flush()
        self._memory.clear()
        if not self._env.output_is_terminal or self._begun.file or not self._begun.is_page:
            return False
        afterwards = Afterwards(self._begun, self._wanted, self._memory, self._prompter, self._talk)
        try:
            again = afterwards.run(answers, plan, brief)
        except (KeyboardInterrupt, EOFError):
            # The result has been given: leaving now loses nothing.
            afterwards.leave(answers)
            return False
        self._wanted = afterwards.wanted
        if again == "other":
            other = self._talk.other(answers)
            assert other is not None, "chosen among the offers"
            self._turn_to(other.matter, other.answers)
            return False
        if again:
            # What is parked comes along: a change may make it count again.
            self._session = self._new({} if again == "anew" else self._session.answers)
        return bool(again)

    def _shown_brief(self, plan: Outcome) -> bool:
        """Tell whether to show the main points first: as asked, or where all is over a screen."""
        if self._wanted.length or self._begun.file or not self._env.output_is_terminal:
            return self._wanted.length == "brief"
        if not self._begun.is_page or self._wanted.reader:
            return False
        from yidi_cli.render.layout import layout

        page = self._talk.page(plan, self._wanted.ids)
        return len(layout(page, self._env.columns)) > self._env.rows


def shared(wanted: Wanted) -> Wanted:
    """Return what of `wanted` holds for another matter too: the day, the ids and the plain look."""
    words = iter(wanted.options)
    rest: list[str] = []
    for word in words:
        if word in ("--plain", "--ids"):
            rest.append(word)
        elif word == "--as-of":
            rest += [word, next(words)]
    return Wanted(wanted.as_of, Days(wanted.as_of), wanted.ids, options=tuple(rest))


def _prompter(env: Environment, plain: bool) -> Prompter:
    if plain or env.simple:
        from yidi_cli.wizard.prompts.numbered import NumberedPrompter

        def read() -> str:
            line = env.stdin.readline()
            if not line:
                raise EOFError
            return line.rstrip("\r\n")

        return NumberedPrompter(read=read, out=env.stderr)
    spare_ssl()
    from yidi_cli.wizard.prompts.interactive import InteractivePrompter

    return InteractivePrompter(out=env.stderr, colour=env.colour)
