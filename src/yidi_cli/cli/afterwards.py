"""What a person may want to do with a result: keep it, fill in days, compare, change an answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from yidi_cli.base.errors import InputError, OutputError
from yidi_cli.cli import options, output
from yidi_cli.cli.result import ELDER, Wanted
from yidi_cli.cli.talk import Kept, Talk, command_of
from yidi_cli.rulebook.model import UNKNOWN, Anchor
from yidi_cli.wizard.prompts.api import Back, Choice, Prompter
from yidi_cli.wizard.words import describe

if TYPE_CHECKING:
    from yidi_cli.plan.answers import Answers
    from yidi_cli.plan.plan import Outcome
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.model import Option
    from yidi_cli.wizard.memory import Memory

NEXT_ASK = "接下来做什么？"
Again = Literal["edit", "anew", "other", ""]
"""What is asked next: one answer again, all of them, another matter, or nothing."""

DAYS_ASKED: dict[Anchor, str] = {
    "travel": "哪天出发？",
    "admission": "哪天入院的？",
    "discharge": "哪天出院？",
}
"""Questions for the days that some date would be counted from."""


class Afterwards:
    """The offers after one result; `wanted` has the days that were filled in meanwhile."""

    def __init__(
        self,
        begun: options.Start,
        wanted: Wanted,
        memory: Memory,
        prompter: Prompter,
        talk: Talk,
    ) -> None:
        self.wanted = wanted
        self._begun = begun
        self._talk = talk
        self._book: Book = talk.book
        self._memory = memory
        self._prompter = prompter

    def run(self, answers: Answers, plan: Outcome, brief: bool) -> Again:
        """Offer what can be done with a result until it is left; tell what is asked again.

        `brief` says that only the main points were shown.
        """
        while True:
            chosen = self._prompter.choose(
                NEXT_ASK,
                self._offers(answers, plan, brief),
                default=self._default(answers, brief),
                back=False,
            )
            if chosen == "edit":
                return "edit"
            if chosen == "anew":
                return "anew"
            if chosen == "other":
                return "other"
            if chosen == "full":
                brief = False
                self._talk.emit(self._begun, answers, plan, self.wanted, brief)
            elif chosen == "days":
                plan = self._fill_days(answers, plan)
                self._talk.emit(self._begun, answers, plan, self.wanted, brief)
            elif chosen == "save":
                self._save(answers, plan)
            elif chosen == "compare":
                self._compare(answers, plan)
            elif chosen == "remember":
                done = self._memory.remember(str(answers["insured"]))
                self._prompter.say("记住了，只存在这台电脑上。" if done else "这里存不了。")
            elif chosen == "forget":
                self._memory.forget()
                self._prompter.say("不再记了。")
            else:
                self.leave(answers)
                return ""
            self._begun.env.stdout.flush()

    def _default(self, answers: Answers, brief: bool) -> str:
        other = self._talk.other(answers)
        if other is not None and other.first:
            return "other"
        return "full" if brief else "leave"

    def leave(self, answers: Answers) -> None:
        """Say how to see this result again, and how to pass it on without saying who one is."""
        command = command_of(self._talk, answers, self.wanted.options)
        told = f"\n下次不用再答，直接看这一份：\n  {command}\n"
        if code := self._talk.code(answers):
            told += "要别人也能看，把分享码给他（里面没有姓名和证件号）：\n"
            told += f"  yidi guide --code {code}\n"
        self._begun.env.stderr.write(told)

    def _offers(self, answers: Answers, plan: Outcome, brief: bool) -> list[Choice]:
        offers = [Choice("full", "看全部")] if brief else []
        # Inside one region nothing was asked about the care, and little hangs on its days.
        here = plan.scope == "same-region"
        if asked := [] if here else [DAYS_ASKED[name] for name in plan.uncounted]:
            offers.append(Choice("days", f"填日子，算出最晚哪天办（{'、'.join(asked)}）"))
        offers += [
            Choice("save", f"带走：打印、发给家人{'、放进日历' if plan.dates else ''}"),
            Choice("edit", "改一项答案"),
        ]
        if self._talk.comparison is not None and self._comparable(answers):
            offers.append(Choice("compare", "换一种情况比一比"))
        if (other := self._talk.other(answers)) is not None:
            offers.insert(0 if other.first else len(offers), Choice("other", other.label))
        offers.append(Choice("anew", "从头再问一次"))
        insured = answers.get("insured", UNKNOWN)
        if self._memory.remembered(self._book) == insured:
            offers.append(Choice("forget", "不再记住参保地"))
        elif insured != UNKNOWN and self._begun.env.state_folder is not None:
            name = describe("insured", insured, self._book)
            offers.append(Choice("remember", f"下次先填好参保地 {name}"))
        return [*offers, Choice("leave", "离开")]

    def _fill_days(self, answers: Answers, plan: Outcome) -> Outcome:
        """Ask for the days that are not known; an empty line leaves one open."""
        today = self._begun.env.today

        def fault(typed: str) -> str:
            try:
                options.parse_day(typed, "", today)
            except InputError as error:
                return error.message
            return ""

        words: list[str] = []
        days = self.wanted.days
        for name in plan.uncounted:
            ask = f"{DAYS_ASKED[name]}（如 12-05、明天；不知道就直接回车）"
            typed = self._prompter.text(ask, check=fault)
            if isinstance(typed, Back):
                break
            if typed.strip():
                day = options.parse_day(typed, "", today)
                days = msgspec.structs.replace(days, **{name: day})
                words += ["--on", f"{name}={day.isoformat()}"]
        self.wanted = self.wanted._replace(days=days, options=(*self.wanted.options, *words))
        filled: Outcome = self._talk.plan(answers, self.wanted)
        return filled

    def _save(self, answers: Answers, plan: Outcome) -> None:
        """Write all of the plan to a file, as `-o` would."""
        ways = [
            Choice(name, way.label)
            for name, way in self._talk.ways.items()
            if name != "calendar" or plan.dates
        ]
        chosen = self._prompter.choose("怎么带走？", ways, default="print", back=True)
        if isinstance(chosen, Back):
            return
        way = self._talk.ways[chosen]

        def fault(typed: str) -> str:
            try:
                options.check_target(_target(typed, way), force=False)
            except InputError as error:
                return error.message
            return ""

        default = f"{self._talk.file_name(plan)}{way.ending}"
        name = self._prompter.text("存成哪个文件？", default=default, check=fault)
        if isinstance(name, Back):
            return
        file = str(_target(name, way).absolute())
        style = options.parse_format("", False, self._begun.env, file)
        begun = options.Start(self._begun.env, self._begun.book, style, file)
        wanted = self.wanted._replace(reader=ELDER if way.elder else "")
        try:
            self._talk.emit(begun, answers, plan, wanted, brief=False)
        except (InputError, OutputError) as error:
            self._prompter.say(error.message)

    def _comparable(self, answers: Answers) -> dict[str, list[Option]]:
        """Return the questions that were answered, each with the other options it has."""
        found: dict[str, list[Option]] = {}
        for question in self._book.questions:
            if question.kind == "one" and question.id in answers and question.id != "disease":
                others = [
                    option
                    for option in question.options
                    if option.id not in (UNKNOWN, answers[question.id])
                ]
                found[question.id] = others
        return {name: others for name, others in found.items() if others}

    def _compare(self, answers: Answers, plan: Outcome) -> None:
        """Show what another answer to one question would change."""
        others = self._comparable(answers)
        names = [
            Choice(name, f"{self._book.question(name).name}（您答的是{told}）")
            for name in ("type", *(name for name in others if name != "type"))
            if name in others
            for told in [describe(name, answers[name], self._book)]
        ]
        name = self._prompter.choose("比哪一项？", names, default=names[0].value, back=True)
        if isinstance(name, Back):
            return
        choices = [
            Choice(option.id, option.name, option.label if option.label != option.name else "")
            for option in others[name]
        ]
        other = self._prompter.choose("和哪一种比？", choices, back=True)
        if isinstance(other, Back):
            return
        changed = self._talk.plan({**answers, name: other}, self.wanted)
        comparison = self._talk.comparison
        assert comparison is not None, "offered where plans are compared"
        page = comparison(plan, changed)
        self._begun.env.stdout.write(output.page_text(self._begun, page))


def _target(typed: str, way: Kept) -> Path:
    """Return the file that is meant: with the ending of the chosen way where it has another."""
    path = Path(typed)
    ending = Path(f"a{way.ending}").suffix
    same = options.ENDINGS.get(path.suffix.lower()) == options.ENDINGS.get(ending)
    if not path.name or (same and path.suffix.lower() not in options.NOT_TEXT):
        return path
    return path.with_name(path.name + ending)
