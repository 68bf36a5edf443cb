"""The conversation: asks what the flow says, shows the answers for a check, returns them."""

from __future__ import annotations

from dataclasses import dataclass, field

from yidi_cli.base.errors import InputError, safe
from yidi_cli.plan.answers import Answers, parse_place
from yidi_cli.render.document import option_name
from yidi_cli.rulebook.bundle import Rulebook
from yidi_cli.rulebook.divisions import Place
from yidi_cli.rulebook.model import Question
from yidi_cli.rulebook.places import Ambiguous
from yidi_cli.rulebook.places import Unknown as NotFound
from yidi_cli.wizard.flow import before, facts_of, fold, options_of
from yidi_cli.wizard.prompts.api import BACK, Back, Choice, Prompter

INTRO = "异地就医备案向导。约 1 分钟，不问姓名和证件号，不联网。"
CHECK = "请核对。没问题就看结果，要改哪一项就选哪一项。"
_OK = "ok"
_NONE = "都不是，重新输入"


@dataclass
class Session:
    """One run of the wizard. `answers` hold what is known so far, also after an interrupt."""

    prompter: Prompter
    book: Rulebook
    answers: dict[str, str | tuple[str, ...]] = field(default_factory=dict)

    def run(self) -> Answers:
        """Ask until the person confirms the answers; returns those that count.

        Raises KeyboardInterrupt or EOFError when the person ends it.
        """
        self.prompter.say(INTRO)
        current = fold(self.answers, self.book).next
        while True:
            if current is None:
                folded = fold(self.answers, self.book)
                chosen = self._check(folded.live)
                if chosen == _OK:
                    return folded.live
                current = (
                    before(self.answers, None, self.book)
                    if isinstance(chosen, Back)
                    else self.book.question(chosen)
                )
                continue
            value = self._ask(current)
            if isinstance(value, Back):
                current = before(self.answers, current, self.book) or current
                continue
            self.answers[current.id] = value
            # Only what has no answer yet is asked next: a step back does not ask it all again.
            current = fold(self.answers, self.book).next

    def _ask(self, question: Question) -> str | tuple[str, ...] | Back:
        first = before(self.answers, question, self.book) is None
        if question.kind == "place":
            return self._ask_place(question, can_go_back=not first)
        facts = facts_of(self._earlier(question), self.book)
        choices = [Choice(o.id, o.label, o.hint) for o in options_of(question, facts)]
        held = self.answers.get(question.id, ())
        if question.kind == "many":
            default = held if isinstance(held, tuple) else (held,)
            return self.prompter.choose_many(
                question.ask, choices, help=question.help, default=default, back=not first
            )
        return self.prompter.choose(
            question.ask,
            choices,
            help=question.help,
            default=held if isinstance(held, str) else "",
            back=not first,
        )

    def _earlier(self, question: Question) -> Answers:
        """Return the answers to the questions before `question`."""
        live = fold(self.answers, self.book).live
        order = [q.id for q in self.book.questions]
        return {k: v for k, v in live.items() if order.index(k) < order.index(question.id)}

    def _ask_place(self, question: Question, can_go_back: bool) -> str | Back:
        held = self.answers.get(question.id)
        default = self.describe(question.id, held) if isinstance(held, str) else ""
        while True:
            typed = self.prompter.text(
                question.ask,
                help=question.help,
                default=default,
                check=_not_empty,
                back=can_go_back,
            )
            if isinstance(typed, Back):
                return BACK
            if isinstance(held, str) and typed == default:
                return held
            place = self._resolve(typed, question)
            if place is not None:
                return place.code

    def _resolve(self, typed: str, question: Question) -> Place | None:
        """Return the place meant by `typed`, asking where it is not clear; None to type again."""
        found = self.book.places.find(typed)
        if isinstance(found, Ambiguous):
            ask, near = f"“{safe(typed)}”不止一个，是哪一个？", found.candidates
        elif isinstance(found, NotFound) and found.near:
            ask, near = f"没有找到“{safe(typed)}”，是不是这几个？", found.near
        else:
            return self._checked(typed, question)
        choices = [Choice(place.code, self.book.places.label(place)) for place in near]
        picked = self.prompter.choose(ask, [*choices, Choice("", _NONE)], back=True)
        if isinstance(picked, Back) or not picked:
            return None
        return self._checked(picked, question)

    def _checked(self, typed: str, question: Question) -> Place | None:
        try:
            return parse_place(typed, question, self.book)
        except InputError as error:
            self.prompter.say(error.message.replace(f"（{question.flag}）", ""))
            return None

    def _check(self, live: Answers) -> str | Back:
        rows = [
            Choice(name, f"改「{self.book.question(name).name}」：{self.describe(name, value)}")
            for name, value in live.items()
        ]
        return self.prompter.choose(
            CHECK, [Choice(_OK, "没问题，看结果"), *rows], default=_OK, back=True
        )

    def describe(self, name: str, value: str | tuple[str, ...]) -> str:
        """Say an answer in words."""
        if isinstance(value, tuple):
            return "、".join(option_name(name, part, self.book) for part in value) or "没有"
        if self.book.question(name).kind == "place":
            return self.book.places.label(self.book.places.get(value))
        return option_name(name, value, self.book)


def _not_empty(typed: str) -> str:
    return "" if typed.strip() else "写市或区县的名字，例如 重庆、昆山、cq。"
