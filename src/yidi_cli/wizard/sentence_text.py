"""A sentence made ready for patterns, and the matches of patterns in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence

from yidi_cli.base.value import Value
from yidi_cli.rulebook.wording import FIRST_PLACE, STOPS, Cue, Pattern, Wording

LONGEST = 400
"""What is longer is cut: it is no sentence any more."""

_PUNCTUATION = str.maketrans("。､｡…—~·|/\n\r\t\v\f", ".、.,,,,,,,,,,,")
_ARROW = re.compile(r"\s*(?:-+>|=+>|→|⇒|➡|»)\s*")
_DROPPED = frozenset("\"'“”‘’「」『』〔〕《》<>()[]{}【】`*_")
_JOINING = frozenset("在去到来从往回是的由转和跟")
_FIRST = ord(FIRST_PLACE)


class Char(Value, frozen=True):
    """A folded character, and where in the sentence it stands."""

    char: str
    start: int
    end: int


class Text:
    """A sentence as patterns see it: simplified, half-width, without spaces and quotes.

    `chars` say where each character comes from; a place is one character of the private area.
    """

    def __init__(self, source: str, chars: Sequence[Char]) -> None:
        self.source = source
        self.chars = tuple(chars)
        self.folded = "".join(char.char for char in chars)

    def words(self, start: int, end: int) -> str:
        """Return the person's own words for a span of the folded text."""
        if start >= end:
            return ""
        return self.source[self.chars[start].start : self.chars[end - 1].end]

    def with_places(self, spans: Sequence[tuple[int, int]]) -> Text:
        """Return the text in which each span, in order, is one character for a place."""
        chars: list[Char] = []
        done = 0
        for index, (start, end) in enumerate(spans):
            chars += self.chars[done:start]
            place = chr(_FIRST + index)
            chars.append(Char(place, self.chars[start].start, self.chars[end - 1].end))
            done = end
        return Text(self.source, [*chars, *self.chars[done:]])


def fold_text(source: str, wording: Wording) -> Text:
    """Return the first 400 characters of a sentence, ready to be searched."""
    source = source[:LONGEST]
    chars: list[Char] = []
    for index, char in enumerate(_arrows(source)):
        for part in unicodedata.normalize("NFKC", char).lower().translate(_PUNCTUATION):
            if part in _DROPPED:
                continue
            if part.isspace():
                part = " "
            elif not part.isprintable() or "\ue000" <= part <= "\uf8ff":
                part = ","
            chars.append(Char(wording.simplified.get(part, part), index, index + 1))
    return Text(source, _without_spaces(chars))


def _arrows(source: str) -> str:
    """Write every arrow as one 到, padded so that nothing moves."""
    return _ARROW.sub(lambda match: "到".ljust(len(match.group())), source)


def _without_spaces(chars: Sequence[Char]) -> list[Char]:
    """Leave out spaces inside a clause; others end one, as where no other signs are used."""
    kept: list[Char] = []
    length = 0  # of the piece in hand
    for index, char in enumerate(chars):
        if char.char != " ":
            kept.append(char)
            length += 1
            continue
        before = kept[-1].char if kept else ","
        after = next((c.char for c in chars[index + 1 :] if c.char != " "), ",")
        single = index + 2 >= len(chars) or chars[index + 2].char == " "
        joins = length < 2 or single or before in _JOINING or before.isascii() or after.isascii()
        if not joins and before not in STOPS:
            kept.append(Char(",", char.start, char.end))
        length = 0
    return kept


class Match(Value, frozen=True):
    """Where a cue speaks in a text."""

    start: int
    end: int
    cue: Cue

    @property
    def option(self) -> str:
        """The answer it speaks for, "" for none."""
        return self.cue.option

    @property
    def weight(self) -> int:
        """How much it counts."""
        return self.cue.weight

    def hides(self, other: Match) -> bool:
        """Tell whether `other` says nothing of its own: it stands inside this one."""
        if self.option == other.option or self.start > other.start or self.end < other.end:
            return False
        if self.cue.against and self.cue.against != other.option:
            return False
        longer = self.end - self.start > other.end - other.start
        return longer or not self.option


def matches(text: str, patterns: Iterable[tuple[Pattern, Cue]]) -> list[Match]:
    """Return what the patterns find in a folded text, hidden matches too."""
    return [
        Match(start, end, cue)
        for pattern, cue in patterns
        for start, end, _ in pattern.matches(text)
    ]


def visible(found: Iterable[Match]) -> list[Match]:
    """Leave out what stands inside a longer match of another answer, in the order of the text."""
    kept: list[Match] = []
    for match in sorted(found, key=lambda m: (m.start - m.end, m.option != "", m.start)):
        if match not in kept and not any(other.hides(match) for other in kept):
            kept.append(match)
    return sorted((m for m in kept if m.option), key=lambda m: (m.start, m.end, m.option))


def with_needs(
    found: Mapping[str, Sequence[Match]], spoken_of: Collection[str]
) -> dict[str, list[Match]]:
    """Drop the matches that need something else to be said as well, where it is not.

    `spoken_of` are the topics and facts that hold; a question counts where it has a match.
    """
    known = {*spoken_of, *(question for question, own in found.items() if own)}
    return {
        question: visible(m for m in own if known.issuperset(m.cue.needs))
        for question, own in found.items()
    }
