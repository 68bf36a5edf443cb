"""The conversation: asks what the flow says, shows the answers for a check, returns them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from yidi_cli.plan.answers import Answers
from yidi_cli.render.wrap import width
from yidi_cli.rulebook.book import Book
from yidi_cli.rulebook.model import UNKNOWN, Question
from yidi_cli.wizard import places
from yidi_cli.wizard.flow import (
    CHECK,
    Answered,
    AnswerValue,
    Edit,
    Folded,
    Move,
    State,
    before,
    begin,
    earlier,
    facts_of,
    fold,
    options_of,
    parked,
    position,
    step,
)
from yidi_cli.wizard.prompts.api import Back, Choice, Matches, Prompter, Why
from yidi_cli.wizard.script import Script, script_of
from yidi_cli.wizard.words import describe

if TYPE_CHECKING:
    from yidi_cli.wizard.sentence import Understood

CHECK_ASK = "请核对。没问题就回车看结果，要改哪一项就选哪一项。"
HEARD_ASK = "这句话说的是这些吗？不对的，选出来改。"
_OK = "ok"
_ANEW = "anew"
_SENTENCE = "sentence"
_OTHER = "other"
_SHORTEST_SENTENCE = 6
_SHORTEST_WORD = 2  # that may name another matter
OTHER_ASK = "这句话像是问家庭共济：用自己的医保账户付家人的钱。转过去吗？"
_OTHER_LINE = "问的是家庭共济（用自己的医保账户付家人的钱），转到那边"
_UNSURE_PLACE = "说不准，先不填"


class OtherMatter(Exception):
    """The person wants to be asked about another matter; `matter` names it."""

    def __init__(self, matter: str) -> None:
        """Take its name."""
        super().__init__(matter)
        self.matter = matter


@dataclass
class Session:
    """One run of the wizard. `answers` hold what is known so far, also after an interrupt.

    `keep` is called with them after each answer. `remembered` is the code of an insured place that
    the person allowed to be offered again.
    """

    prompter: Prompter
    book: Book
    today: date
    answers: dict[str, AnswerValue] = field(default_factory=dict)
    keep: Callable[[Answers], None] = lambda _: None
    remembered: str = ""
    script: Script = field(init=False)
    _guesses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _said: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.script = script_of(self.book)

    def run(self, sentence: str = "", check: bool = False) -> Answers:
        """Ask until the person confirms the answers; returns those that count.

        It begins with what `sentence` says, if there is one; with `check`, at the list of the
        answers. Raises KeyboardInterrupt or EOFError when the person ends it, OtherMatter when
        they turn to another matter.
        """
        if not check:
            self.prompter.say(self.script.intro)
        if sentence:
            heard = self.script.hear(sentence)
            if heard.matter:
                self._offer_other(heard.matter)
            self._confirm(heard)
        state = begin(self.answers, self.book)
        while True:
            if state.at == CHECK:
                folded = fold(state.answers, self.book)
                chosen = self._check(folded)
                if chosen == _OK:
                    return folded.live
                state = self._step(state, Move.BACK if isinstance(chosen, Back) else Edit(chosen))
                continue
            answer = self._ask(self.book.question(state.at))
            if answer is None:
                state = begin(self.answers, self.book)
                continue
            state = self._step(state, answer)

    def _offer_other(self, matter: str) -> None:
        choices = [Choice(_OTHER, "转到家庭共济"), Choice(_OK, "不是，接着问去外地看病的事")]
        if self.prompter.choose(OTHER_ASK, choices, default=_OTHER, back=False) == _OTHER:
            raise OtherMatter(matter)

    def _step(self, state: State, move: Answered | Edit | Move) -> State:
        moved = step(state, move, self.book)
        self.answers = moved.answers
        if not isinstance(move, Edit) and move is not Move.BACK:
            self._said.pop(state.at, None)
            self.keep(self.answers)
            self._remark(state.at)
        return moved

    def _ask(self, question: Question) -> Answered | Move | None:
        """Ask one question; None where the person wrote a sentence instead, which then counts."""
        back = before(self.answers, question.id, self.book) is not None
        why = partial(self._why, question)
        if question.kind == "place":
            return self._ask_place(question, back, why)
        facts = facts_of(earlier(self.answers, question, self.book), self.book)
        choices = [Choice(o.id, o.label, o.hint) for o in options_of(question, facts)]
        held = self.answers.get(question.id)
        value: AnswerValue | Back
        if question.kind == "many":
            ticked = held if isinstance(held, tuple) else self._guess(question)
            value = self.prompter.choose_many(
                self._title(question), choices, why=why, default=ticked, back=back
            )
        else:
            guess = held if isinstance(held, str) else next(iter(self._guess(question)), "")
            value = self.prompter.choose(
                self._title(question), choices, why=why, default=guess, back=back
            )
        return Move.BACK if isinstance(value, Back) else Answered(value)

    def _guess(self, question: Question) -> tuple[str, ...]:
        return self._guesses.get(question.id, ())

    def _ask_place(self, question: Question, back: bool, why: Why) -> Answered | Move | None:
        fixed: list[Choice] = []
        held = self.answers.get(question.id)
        codes = [held] if isinstance(held, str) and held != UNKNOWN else []
        default = held if isinstance(held, str) else ""
        codes += [code for code in self._guess(question) if code not in codes]
        if question.id == "insured" and self.remembered and not codes:
            codes, default = [self.remembered], self.remembered
        for code in codes:
            known = places.choice(self.book.places.get(code), self.book)
            fixed.append(Choice(known.value, known.label, known.hint))
        fixed.append(Choice(UNKNOWN, _UNSURE_PLACE))
        first = bool(self.script.say_it) and not back and not self.answers
        heard: list[Understood] = []

        def find(typed: str) -> Matches:
            found = places.matches(typed, question.id, self.book)
            short = len(typed.strip()) < _SHORTEST_SENTENCE
            shortest = _SHORTEST_SENTENCE if typed.isascii() else _SHORTEST_WORD
            if found.sure or not first or len(typed.strip()) < shortest:
                return found
            understood = self.script.hear(typed)
            lines = [Choice(_OTHER, _OTHER_LINE)] if understood.matter else []
            if understood.answers and not short:
                count = len(understood.answers)
                lines.append(Choice(_SENTENCE, f"按这句话往下问（看出 {count} 项）"))
            if not lines:
                return found
            heard[:] = [understood]
            sure = len(lines) == 1 and not found.choices
            return Matches((*lines, *found.choices[: places.AT_MOST - len(lines)]), sure)

        if first:
            self.prompter.say(self.script.say_it)
        value = self.prompter.search(
            self._title(question), find, why=why, fixed=fixed, default=default, back=back
        )
        if isinstance(value, Back):
            return Move.BACK
        if value == _OTHER:
            raise OtherMatter(heard[0].matter)
        if value == _SENTENCE:
            self._confirm(heard[0])
            return None
        return Move.SKIP if value == UNKNOWN else Answered(value)

    def _title(self, question: Question) -> str:
        number, count = position(self.answers, question, self.book)
        return f"{question.ask}（{number}/{count}）"

    def _why(self, question: Question) -> str:
        # Loaded here: it is only needed where somebody asks.
        from yidi_cli.wizard.why import why_line

        return f"{question.help}\n{why_line(self.answers, question, self.book, self.today)}"

    def _remark(self, question: str) -> None:
        """Say what there is to say behind the answer to a question."""
        if line := self.script.remark(question, self.answers, self.today):
            self.prompter.say(line)

    def _confirm(self, heard: Understood) -> None:
        """Show what a sentence says; the person confirms it, or changes it, before it counts."""
        known = dict(self.answers)
        told = {name: v for name, v in heard.answers.items() if not isinstance(v, tuple)}
        # What a sentence names does not rule out more of the kind: ticked, but still asked.
        ticked = {name: v for name, v in heard.answers.items() if isinstance(v, tuple)}
        self.answers = {**told, **known}
        self._guesses = {**heard.unsure, **ticked, **self._guesses}
        self._said = dict(heard.said)
        new = [name for name in told if name not in known]
        if not new and not ticked:
            self.prompter.say("这句话里没看出能用的，一题一题问。")
            return
        self.keep(self.answers)
        while new and fold(self.answers, self.book).next is not None:
            # With nothing left to ask, the check shows the same list.
            rows = [
                self._row(q, self.answers[q.id], new) for q in self.book.questions if q.id in new
            ]
            chosen = self.prompter.choose(
                HEARD_ASK,
                [*rows, Choice(_OK, "都对，接着问"), Choice(_ANEW, "都不对，从头问")],
                default=_OK,
                back=False,
            )
            if chosen == _OK:
                self._remark("type")
                return
            if chosen == _ANEW:
                self.answers, self._said, self._guesses = known, {}, {}
                self.keep(self.answers)
                return
            answer = self._ask(self.book.question(str(chosen)))
            if answer is not None and answer is not Move.BACK:
                self._step(State(self.answers, str(chosen)), answer)

    def _row(self, question: Question, value: AnswerValue, names: list[str]) -> Choice:
        """Return an answer as a line of a list, the names of the questions in one column."""
        room = max(width(self.book.question(name).name) for name in names) + 2
        lead = question.name + " " * (room - width(question.name))
        words = self._said.get(question.id, "")
        hint = f"“{words}”" if words else ""
        return Choice(question.id, f"{lead}{describe(question.id, value, self.book)}", hint)

    def _check(self, folded: Folded) -> str | Back:
        names = list(folded.live)
        rows = [self._row(self.book.question(n), folded.live[n], names) for n in names]
        waiting = parked(self.answers, self.book)
        if waiting:
            told = "；".join(describe(name, value, self.book) for name, value in waiting.items())
            self.prompter.say(f"现在用不上，先留着：{told}。")
        return self.prompter.choose(
            CHECK_ASK, [*rows, Choice(_OK, "没问题，看结果")], default=_OK, back=True
        )
