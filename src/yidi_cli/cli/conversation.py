"""The guided run: ask, show, and what a person may want to do next. Nothing given is lost."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import typer

from yidi_cli.base.env import Environment
from yidi_cli.base.errors import Exit
from yidi_cli.cli import options
from yidi_cli.cli.afterwards import Afterwards, guide_command
from yidi_cli.cli.result import Wanted, emit, plan_of
from yidi_cli.wizard.memory import Memory
from yidi_cli.wizard.prompts.api import Choice, Prompter
from yidi_cli.wizard.session import Session
from yidi_cli.wizard.words import describe

if TYPE_CHECKING:
    from yidi_cli.plan.answers import Answers
    from yidi_cli.plan.plan import Plan
    from yidi_cli.rulebook.bundle import Rulebook

_GO_ON, _ANEW = "resume", "fresh"


class Conversation:
    """One guided run in a terminal, beginning with the answers that are given already."""

    def __init__(self, begun: options.Start, wanted: Wanted, given: Answers) -> None:
        self._begun = begun
        self._env: Environment = begun.env
        self._book: Rulebook = begun.book
        self._wanted = wanted
        self._memory = Memory(begun.env.state_folder)
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
        except (KeyboardInterrupt, EOFError):
            self._interrupted()
            raise typer.Exit(Exit.INTERRUPTED) from None

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
        command = guide_command(answers, self._book, rest)
        if kept:
            command = shlex.join(["yidi", "guide", "--resume", *rest])
        told = "，答过的没有丢。接着答" if answers or kept else "。再来"
        self._env.stderr.write(f"\n已退出{told}：\n  {command}\n")

    def _result(self, answers: Answers) -> bool:
        """Show the plan and do what is asked for; tell whether the conversation goes on."""
        plan = plan_of(answers, self._wanted, self._book)
        brief = self._shown_brief(plan)
        emit(self._begun, answers, plan, self._wanted, brief)
        self._env.stdout.flush()
        self._memory.clear()
        if not self._env.output_is_terminal or self._begun.file or not self._begun.is_page:
            return False
        afterwards = Afterwards(self._begun, self._wanted, self._memory, self._prompter)
        try:
            again = afterwards.run(answers, plan, brief)
        except (KeyboardInterrupt, EOFError):
            # The result has been given: leaving now loses nothing.
            afterwards.leave(answers)
            return False
        self._wanted = afterwards.wanted
        if again:
            # What is parked comes along: a change may make it count again.
            self._session = self._new({} if again == "anew" else self._session.answers)
        return bool(again)

    def _shown_brief(self, plan: Plan) -> bool:
        """Tell whether to show the main points first: as asked, or where all is over a screen."""
        if self._wanted.length or self._begun.file or not self._env.output_is_terminal:
            return self._wanted.length == "brief"
        if not self._begun.is_page or self._wanted.reader:
            return False
        from yidi_cli.render.layout import layout
        from yidi_cli.render.plan_page import plan_document

        page = plan_document(plan, self._book, self._wanted.ids)
        return len(layout(page, self._env.columns)) > self._env.rows


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
