"""How many paths something is wrong on, and one of them as a command to try."""

from __future__ import annotations

from collections.abc import Sequence

from yidi_cli.plan.answers import Answers
from yidi_cli.rulebook.model import UNKNOWN
from yidi_cli.upkeep.ground import Chosen, Ground
from yidi_cli.upkeep.pairs import Pair
from yidi_cli.upkeep.subject import Subject


class Tally:
    """Counts paths; keeps the one with the fewest situations, and one that the questions lead to
    where there is any."""

    def __init__(self, subject: Subject) -> None:
        """Start with none."""
        self.count = 0
        self.answers: dict[str, str | tuple[str, ...]] = {}
        self._subject = subject
        self._rank: tuple[bool, int, bool] | None = None

    def __bool__(self) -> bool:
        return self.count > 0

    def add(self, ground: Ground, pairs: Sequence[Pair], chosen: Chosen, where: int) -> None:
        """Count the answers `where`, given for each of `pairs` with these situations."""
        self.count += where.bit_count() * len(pairs)
        asked = where & ground.flow.live
        if self._rank is not None and (not asked, len(chosen)) > self._rank[:2]:
            return
        for pair in pairs:
            known = len(pair.answers) == len(self._subject.sides) and all(
                value != UNKNOWN for value in pair.answers.values()
            )
            rank = (not asked, len(chosen), not known)
            if self._rank is None or rank < self._rank:
                self._rank = rank
                self.answers = _answers(ground, pair, chosen, asked or where)

    @property
    def command(self) -> str:
        """The command that shows the path."""
        return command_of(self._subject, self.answers)


def _answers(
    ground: Ground, pair: Pair, chosen: Chosen, where: int
) -> dict[str, str | tuple[str, ...]]:
    """Return the first of the answers `where`, without what nobody is asked on that path."""
    bit = where & -where
    idle = ~ground.flow.live
    needed = {name for name, there in ground.flow.asked.items() if bit & (there | idle)}
    given = {**pair.answers, **ground.space.answers(bit)}
    found: dict[str, str | tuple[str, ...]] = {n: v for n, v in given.items() if n in needed}
    return {**found, "situation": tuple(sorted(chosen))} if chosen else found


def command_of(subject: Subject, answers: Answers) -> str:
    """Return the command that starts with these answers."""
    words = ["yidi", subject.command]
    for question in subject.questions:
        value = answers.get(question.id, ())
        for part in (value,) if isinstance(value, str) else value:
            known = question.kind == "place" and part != UNKNOWN
            places = subject.book.places
            name = places.unique_name(places.get(part)) if known else part
            words += [question.flag, name]
    if subject.as_of:
        words += ["--as-of", subject.as_of]
    return " ".join(words)
