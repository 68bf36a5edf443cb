"""The flow of a matter's questions as a graph: which question comes behind which, and when.

It is found by walking all answers. Of what was answered only what a question's conditions look at
is kept, so that ways which go on alike are walked once.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator

from yidi_cli.base.value import Value
from yidi_cli.plan.answers import Answers
from yidi_cli.plan.decided import rows_of
from yidi_cli.plan.match import Facts, speaks
from yidi_cli.plan.matter import Matter, matter_of
from yidi_cli.rulebook.book import Book
from yidi_cli.rulebook.model import UNKNOWN, Conditions, Question
from yidi_cli.wizard.flow import CHECK, AnswerValue, fold, options_of

_Seen = dict[str, frozenset[str]]
"""Dimension → its value between two questions: an answer as it was given, a fact as it follows."""


class Way(Value, frozen=True):
    """What comes behind a question: another one, or `CHECK` where all are answered.

    `when` are conditions of which one holds. It is empty where nobody need ask: there is no other
    way, or what tells the ways apart is more than two answers.
    """

    to: str
    when: tuple[Conditions, ...]


class Node(Value, frozen=True):
    """A question and the ways behind it, in the order of the questions."""

    question: Question
    ways: tuple[Way, ...]


def flow_graph(book: Book) -> tuple[Node, ...]:
    """Return every question of a matter in order, with what comes behind it."""
    walked: dict[str, dict[str, list[_Seen]]] = {question.id: {} for question in book.questions}
    for at, to, seen in _Walk(book).ways():
        walked[at].setdefault(to, []).append(seen)
    order = [*walked, CHECK]
    nodes = []
    for question in book.questions:
        behind = walked[question.id]
        names = _by_nearness(question, book)
        ways = [Way(to, _told_apart(to, behind, names)) for to in sorted(behind, key=order.index)]
        nodes.append(Node(question, tuple(ways)))
    return tuple(nodes)


def completed(given: Answers, book: Book) -> tuple[dict[str, AnswerValue], tuple[Question, ...]]:
    """Return the answers that count once what is open is answered with `unknown`, and the questions
    that were open. Of a question that takes any number of answers none is given.
    """
    answers = dict(given)
    opened: list[Question] = []
    while (waiting := fold(answers, book).next) is not None:
        opened.append(waiting)
        answers[waiting.id] = () if waiting.kind == "many" else UNKNOWN
    return fold(answers, book).live, tuple(opened)


class _Walk:
    """Goes through all answers."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._matter: Matter = matter_of(book)
        self._questions = book.questions
        self._conditions = list(_conditions(book))
        self._names = {name for condition in self._conditions for name in condition}
        self._places = {question.id for question in book.questions if question.kind == "place"}
        self._codes = {
            name: frozenset().union(*(c.get(name, ()) for c in self._conditions))
            for name in self._places & self._names
        }
        pools = book.places.pools()
        self._pools = Counter(book.places.province(pool).code for pool in pools)
        self._kinds: dict[tuple[str, str], tuple[str, ...]] = {}

    def ways(self) -> Iterator[tuple[str, str, _Seen]]:
        """Yield a question, the one behind it, and what was known then, for every way."""
        done: set[object] = set()
        facts = self._matter.facts({})
        first = self._behind(-1, facts)
        waiting: list[tuple[int, dict[str, AnswerValue], Facts]]
        waiting = [(first, {}, facts)] if first is not None else []
        while waiting:
            at, answers, facts = waiting.pop()
            question = self._questions[at]
            for value in self._values(question, answers, facts):
                longer = {**answers, question.id: value}
                known = self._matter.facts(longer)
                behind = self._behind(at, known)
                to = self._questions[behind].id if behind is not None else CHECK
                yield question.id, to, self._seen(longer, known)
                key = (to, self._pending(longer), self._known(known))
                if behind is not None and key not in done:
                    done.add(key)
                    waiting.append((behind, longer, known))

    def _behind(self, at: int, facts: Facts) -> int | None:
        """Return the number of the next question that is asked, as `flow.fold` finds it."""
        for number, question in enumerate(self._questions[at + 1 :], at + 1):
            offered = question.kind == "place" or options_of(question, facts)
            if offered and speaks(question.when, question.unless, facts):
                return number
        return None

    def _values(self, question: Question, answers: Answers, facts: Facts) -> Iterable[AnswerValue]:
        """Return the answers to walk: every option, for places one of each kind and none."""
        if question.kind == "many":
            return [()]
        if question.kind == "one":
            return [option.id for option in options_of(question, facts)]
        return [*self._kinds_of(question.id, self._pending(answers)), UNKNOWN]

    def _kinds_of(self, name: str, other: str) -> tuple[str, ...]:
        """Return a place of each kind as the answer to a question, beside the other place."""
        if (name, other) not in self._kinds:
            places = self._book.places
            known = places.get(other) if other not in ("", UNKNOWN) else None
            others = {one: other for one in self._places if one != name and other}
            found: dict[object, str] = {}
            for place in self._matter.places(name, known):
                facts = self._matter.facts({**others, name: place.code})
                # Only from a province of several regions one can stay inside the province; and an
                # exemption may hang on answers still to come.
                several = not other and self._pools[places.province(place).code] > 1
                own = place.code if "exempt" in self._names else ""
                found.setdefault((several, own, self._known(facts)), place.code)
            self._kinds[name, other] = tuple(found.values())
        return self._kinds[name, other]

    def _pending(self, answers: Answers) -> str:
        """Return the place that waits for another: what the two are to each other shows later."""
        codes = [str(answers[name]) for name in answers if name in self._places]
        return codes[0] if len(codes) == 1 else ""

    def _known(self, facts: Facts) -> frozenset[tuple[str, frozenset[str]]]:
        """Return the facts that decide which questions are still to come."""
        named = ((name, facts[name]) for name in self._names - self._places)
        places = ((name, facts[name] & codes) for name, codes in self._codes.items())
        return frozenset((*named, *places))

    def _seen(self, answers: Answers, facts: Facts) -> _Seen:
        given = {n: frozenset({v}) for n, v in answers.items() if isinstance(v, str)}
        derived = self._names - {question.id for question in self._questions}
        return {**given, **{name: facts[name] for name in derived}}


def _conditions(book: Book) -> Iterator[Conditions]:
    """Yield all conditions that decide whether a question is asked, and thus what they rest on."""
    asking = [
        condition
        for question in book.questions
        for condition in (
            *(question.when, question.unless),
            *(option.when for option in question.options),
            *(option.unless for option in question.options),
        )
    ]
    yield from asking
    if any("route" in condition for condition in asking):
        for row in rows_of(book):
            yield from (row.when, row.unless)


def _by_nearness(question: Question, book: Book) -> list[str]:
    """Return the dimensions that may tell ways apart, what is best understood first: the answer
    itself, how the places stand to each other, and earlier answers, the latest first.
    """
    asked = [one.id for one in book.questions]
    before = asked[: asked.index(question.id)]
    derived = {name for condition in _conditions(book) for name in condition} - {*asked, "route"}
    return [question.id, *sorted(derived), *reversed(before)]


def _told_apart(
    to: str, behind: dict[str, list[_Seen]], names: list[str]
) -> tuple[Conditions, ...]:
    """Return the conditions, on one dimension or two, with which this way is taken and no other."""
    if len(behind) == 1:
        return ()
    pairs = [(names[0], name) for name in names[1:]]
    every = [seen for all_seen in behind.values() for seen in all_seen]
    for chosen in itertools.chain(((name,) for name in names), pairs):
        if not all(name in seen for seen in every for name in chosen):
            continue  # a question that is not asked on all the ways
        here, others = (_values_of(chosen, behind, of) for of in ({to}, behind.keys() - {to}))
        if here.isdisjoint(others):
            return _merged(chosen, here, here | others)
    return ()


def _values_of(
    names: tuple[str, ...], behind: dict[str, list[_Seen]], ways: set[str]
) -> set[tuple[frozenset[str], ...]]:
    return {tuple(seen[name] for name in names) for way in ways for seen in behind[way]}


def _merged(
    names: tuple[str, ...],
    taken: set[tuple[frozenset[str], ...]],
    all_: set[tuple[frozenset[str], ...]],
) -> tuple[Conditions, ...]:
    """Return conditions for the values taken; the second dimension only where it matters."""
    grouped: dict[frozenset[frozenset[str]], set[frozenset[str]]] = {}
    for first in {values[0] for values in taken}:
        rest = {values[1:] for values in taken if values[0] == first}
        every = {values[1:] for values in all_ if values[0] == first}
        second = frozenset(value for (value,) in rest) if rest != every else frozenset()
        grouped.setdefault(second, set()).add(first)
    found: list[Conditions] = []
    for second, firsts in grouped.items():
        conditions = {names[0]: frozenset().union(*firsts)}
        if second:
            conditions[names[1]] = frozenset().union(*second)
        found.append(conditions)
    return tuple(sorted(found, key=lambda one: (len(one), sorted(map(sorted, one.values())))))
