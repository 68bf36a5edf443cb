"""How people say things: the words from which a sentence is understood, as data.

`data/sentence.yaml` holds them. A pattern is Chinese text with a few signs, none of which can
make matching slow: `(a|b)` one of these, `?` what stands before it may be missing, `…` up to
eight characters of the same clause, `~` up to three, `#` a number, `<name>` a word of that list,
`!` that what comes next does not stand here: 「住!院」. A capital stands for a place: `P` any, `I`
the insured one, `D` the destination, `F` where the filing points, `N` one without a part in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from yidi_cli.base.value import Value
from yidi_cli.rulebook.model import UNKNOWN, Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from yidi_cli.rulebook.load import Fault

DOUBT = "doubt"
"""The option of a cue that says something about a question, but not what."""

FIRST_PLACE, LAST_PLACE = "\ue000", "\uf8ff"
"""Each place in a text is one of these characters when patterns are matched."""

ROLES = {"I": "insured", "D": "destination", "F": "filed", "N": "none", "P": ""}
STOPS = ",;.!?:"
"""What ends a clause, after a text was folded."""

FILED_ELSEWHERE, CARE_AT_HOME = FACTS = ("filed-elsewhere", "care-at-home")
"""What a cue may need of the places: a filing for another than the care's, care where insured."""

_PLACE = f"{FIRST_PLACE}-{LAST_PLACE}"
_NUMBER = "(?:[0-9]{1,5}(?:[.][0-9])?|[一二三四五六七八九十两几半多好百千万]{1,4})"
_TOKEN = re.compile(r"<([a-z-]+)>|([()|?…~#!IDFNP])|([^<>()|?…~#!IDFNP])")
_SIGNS = re.compile(r"[<>()|?…~#!IDFNP]")
_GAPS = {"…": "{0,8}?", "~": "{0,3}?"}


NEVER_BESIDE_PLACES = "保参缴"
"""What never stands in a gap beside a place: the insurance is another matter than the care."""

NEVER_IN_ANSWERS = "不没未别"
"""What never stands in a gap of a cue that means an option: 「医生说不用转诊」 means none."""

_Needs = tuple[frozenset[str], ...]
"""What every text that a part matches contains: of each set, one literal."""


class Pattern(Part, frozen=True):
    """A pattern made ready: its regular expression ("" for one that is plain text), the roles of
    its groups, and `needs`, by which most texts are ruled out without it."""

    needs: tuple[frozenset[str], ...]
    regex: str = ""
    roles: tuple[str, ...] = ()

    def matches(self, text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Yield start, end and groups of what the pattern finds in a text."""
        if not all(any(literal in text for literal in literals) for literals in self.needs):
            return
        if self.regex:
            for match in _compiled(self.regex).finditer(text):
                yield match.start(), match.end(), match.groups("")
            return
        (literal,) = self.needs[0]
        start = text.find(literal)
        while start >= 0:
            yield start, start + len(literal), ()
            start = text.find(literal, start + 1)


class Cue(Part, frozen=True):
    """What people say when they mean `option`; the heaviest cue of a question decides.

    Of a weight of 1 nothing is taken for certain. Without an option, the cue says nothing, and
    hides what stands inside it: 「不是急诊」 hides 「急诊」; with `against`, only what means that
    option. What is said `there` counts only of the place of care: 「在北京工作」 is no reason to
    be in 成都. `needs` names questions and topics of
    which something must be said as well, or one of `FACTS` that must hold.
    """

    says: tuple[str, ...]
    option: str = ""
    weight: int = 2
    needs: tuple[str, ...] = ()
    against: str = ""
    there: bool = False


class PlaceCue(Part, frozen=True):
    """What people say around a place when it has the part that the pattern's capital names."""

    says: tuple[str, ...]
    weight: int = 2


class Wording(Part, frozen=True):
    """All of `data/sentence.yaml`.

    `simplified` maps traditional characters; `words` are the lists that patterns name; `ordinary`
    are words that hold the name of a place and mean none; `hospitals` maps a hospital's name to
    the division code of its city; `outranks` names what a situation rules out. `ready` is for the
    wheel alone: the patterns, parsed.
    """

    words: dict[str, tuple[str, ...]]
    ordinary: tuple[str, ...]
    hospitals: dict[str, str]
    places: tuple[PlaceCue, ...]
    answers: dict[str, tuple[Cue, ...]]
    simplified: dict[str, str] = msgspec.field(default_factory=dict)
    topics: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    outranks: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    ready: dict[str, Pattern] = msgspec.field(default_factory=dict)


@lru_cache(maxsize=4096)
def _compiled(regex: str) -> re.Pattern[str]:
    return re.compile(regex)


class Patterns(Value, frozen=True):
    """All patterns, ready, each with what it says."""

    places: list[tuple[Pattern, PlaceCue]]
    answers: dict[str, list[tuple[Pattern, Cue]]]
    topics: list[tuple[Pattern, str]]


class Notation:
    """Reads patterns with the lists of words that they may name."""

    def __init__(self, words: Mapping[str, tuple[str, ...]], barred: str = "") -> None:
        """Take the lists; what is in `barred` never stands in a gap."""
        self._words = words
        self._gap = f"[^{STOPS}{barred}{_PLACE}]"
        self._read: dict[str, tuple[str, _Needs]] = {}
        self._tokens: list[tuple[str, str]] = []
        self._roles: list[str] = []

    def parse(self, pattern: str) -> Pattern:
        """Make a pattern ready; ValueError, with the reason in Chinese, where it cannot be."""
        if pattern and not _SIGNS.search(pattern):
            return Pattern(needs=(frozenset({pattern}),))
        self._roles = []
        regex, needs = self._whole(pattern)
        return Pattern(needs=needs, regex=regex, roles=tuple(self._roles))

    def _whole(self, pattern: str) -> tuple[str, _Needs]:
        held, self._tokens = self._tokens, _tokens(pattern)
        regex, needs = self._alternatives()
        if self._tokens:
            raise ValueError("里括号没有成对")
        self._tokens = held
        return regex, needs

    def _alternatives(self) -> tuple[str, _Needs]:
        """Read up to a closing bracket or the end: 甲|乙. The longest is tried first."""
        places = len(self._roles)
        read = [self._sequence()]
        while self._tokens and self._tokens[-1] == ("|", ""):
            self._tokens.pop()
            read.append(self._sequence())
        if len(read) == 1:
            return read[0]
        if len(self._roles) == places:  # else the groups would change places
            read.sort(key=lambda part: -len(part[0]))
        regexes = "|".join(regex for regex, _ in read)
        return f"(?:{regexes})", _either([needs for _, needs in read])

    def _sequence(self) -> tuple[str, _Needs]:
        parts: list[str] = []
        needs: list[frozenset[str]] = []
        while self._tokens and self._tokens[-1][0] not in ("|", ")"):
            regex, own = self._part()
            if self._tokens and self._tokens[-1][0] == "?":
                self._tokens.pop()
                regex, own = f"(?:{regex})?", ()
            parts.append(regex)
            needs += own
        if not parts:
            raise ValueError("里有空的一段")
        return "".join(parts), tuple(needs)

    def _part(self) -> tuple[str, _Needs]:
        sign, text = self._tokens.pop()
        if sign == "text":
            return re.escape(text), (frozenset({text}),)
        if sign == "list":
            return self._list(text)
        if sign == "(":
            regex, needs = self._alternatives()
            if not self._tokens or self._tokens.pop()[0] != ")":
                raise ValueError("里括号没有成对")
            return f"(?:{regex})", needs
        if sign in ROLES:
            self._roles.append(ROLES[sign])
            return f"([{_PLACE}])", ()
        if sign == "#":
            return _NUMBER, ()
        if sign == "!" and self._tokens:
            return f"(?!{self._part()[0]})", ()
        if sign in _GAPS:
            return self._gap + _GAPS[sign], ()
        raise ValueError("里 ? 或 ! 写错了地方")

    def _list(self, name: str) -> tuple[str, _Needs]:
        if name not in self._read:
            if name not in self._words:
                raise ValueError(f"里的 <{name}> 没有这个词表")
            if any(f"<{name}>" in word for word in self._words[name]):
                raise ValueError(f"里的 <{name}> 用到了自己")
            words = sorted(self._words[name], key=lambda word: -len(word))
            read = [self._whole(word) for word in words]
            regex = "|".join(regex for regex, _ in read)
            self._read[name] = f"(?:{regex})", _either([needs for _, needs in read])
        return self._read[name]


def _either(needs: list[_Needs]) -> _Needs:
    """Return what alternatives have in common: one literal of each, if each has one."""
    if not all(needs):
        return ()
    return (frozenset().union(*(max(own, key=_weight) for own in needs)),)


def _weight(literals: frozenset[str]) -> int:
    return min(len(literal) for literal in literals)


def _tokens(pattern: str) -> list[tuple[str, str]]:
    """Split a pattern into its parts, last first: text up to a sign, lists, signs."""
    if not pattern or _TOKEN.sub("", pattern):
        raise ValueError("是空的，或者 < > 没有成对")
    tokens: list[tuple[str, str]] = []
    found = _TOKEN.findall(pattern)
    for index, (name, sign, char) in enumerate(found):
        if char:
            # What a ? follows stands alone: it is the one character that may be missing.
            alone = index + 1 < len(found) and found[index + 1][1] == "?"
            if tokens and tokens[-1][0] == "text" and not alone:
                tokens[-1] = ("text", tokens[-1][1] + char)
            else:
                tokens.append(("text", char))
        else:
            tokens.append(("list", name) if name else (sign, ""))
    return tokens[::-1]


class _Reader:
    """Parses each pattern once, with what its gaps must not hold."""

    def __init__(self, wording: Wording) -> None:
        self._words = wording.words
        self._notations: dict[str, Notation] = {}
        self.made = dict(wording.ready)

    def read(self, pattern: str, barred: str) -> Pattern:
        key = f"{barred} {pattern}"
        if key not in self.made:
            notation = self._notations.setdefault(barred, Notation(self._words, barred))
            self.made[key] = notation.parse(pattern)
        return self.made[key]

    def all(self, wording: Wording) -> Patterns:
        return Patterns(
            places=[
                (self.read(p, NEVER_BESIDE_PLACES), cue) for cue in wording.places for p in cue.says
            ],
            answers={
                question: [
                    (self.read(p, NEVER_IN_ANSWERS if cue.option else ""), cue)
                    for cue in cues
                    for p in cue.says
                ]
                for question, cues in wording.answers.items()
            },
            topics=[
                (self.read(p, ""), topic) for topic, says in wording.topics.items() for p in says
            ],
        )


def patterns_of(wording: Wording) -> Patterns:
    """Return the patterns of all cues and topics, ready: as the wheel carries them, or parsed.

    ValueError where one cannot be parsed.
    """
    return _Reader(wording).all(wording)


def made_ready(wording: Wording) -> Wording:
    """Return the wording with its patterns parsed, which takes longer than all else they cost."""
    reader = _Reader(wording)
    reader.all(wording)
    signed = {key: made for key, made in reader.made.items() if made.regex}
    return msgspec.structs.replace(wording, ready=signed)


def check_wording(
    wording: Wording,
    values: Mapping[str, frozenset[str]],
    codes: frozenset[str],
    fault: Callable[[tuple[str | int, ...], str, str, str], Fault],
) -> Iterator[Fault]:
    """Yield what is wrong: unknown questions, options, codes and lists, patterns that do not work.

    `values` are the options of each question; `fault` makes a fault from a path in the
    file, what is wrong, how to mend it and the code.
    """
    if wording.ready:
        yield fault(("ready",), "ready 是打包时算的", "删掉它", "Y008")
    notation = Notation(wording.words)
    for index, place_cue in enumerate(wording.places):
        yield from _patterns(notation, place_cue.says, ("places", index), fault)
    for question, cues in wording.answers.items():
        if question not in values:
            mend = f"可用的有：{'、'.join(sorted(values))}"
            yield fault(("answers", question), f"没有 {question} 这个问题", mend, "Y025")
            continue
        known = values[question] | {"", DOUBT, UNKNOWN}
        for index, cue in enumerate(cues):
            path = ("answers", question, index)
            if cue.option not in known:
                mend = f"可用的有：{'、'.join(sorted(values[question]))}"
                yield fault((*path, "option"), f"没有 {cue.option} 这个选项", mend, "Y021")
            if cue.against not in known:
                mend = f"可用的有：{'、'.join(sorted(values[question]))}"
                yield fault((*path, "against"), f"没有 {cue.against} 这个选项", mend, "Y021")
            for name in sorted(set(cue.needs) - {*values, *wording.topics, *FACTS}):
                mend = "写问题、topics 里的词，或改正拼写"
                yield fault((*path, "needs"), f"不认识 {name}", mend, "Y025")
            yield from _patterns(notation, cue.says, path, fault)
    for name, says in wording.topics.items():
        yield from _patterns(notation, says, ("topics", name), fault)
    for name, code in wording.hospitals.items():
        if code not in codes:
            yield fault(
                ("hospitals", name), f"区划里没有 {code}", "改成 divisions.csv 里的代码", "Y023"
            )
    for name, others in wording.outranks.items():
        for other in {name, *others} - values.get("situation", frozenset()):
            yield fault(("outranks", name), f"没有 {other} 这个选项", "改正拼写，或删掉它", "Y021")
    for char, simple in wording.simplified.items():
        if len(char) != 1 or len(simple) != 1:
            yield fault(
                ("simplified", char), "不是一个字对一个字", "一行写一个繁体字和它的简体字", "Y035"
            )


def _patterns(
    notation: Notation,
    says: tuple[str, ...],
    path: tuple[str | int, ...],
    fault: Callable[[tuple[str | int, ...], str, str, str], Fault],
) -> Iterator[Fault]:
    for index, pattern in enumerate(says):
        try:
            made = notation.parse(pattern)
            nothing = made.regex and _compiled(made.regex).fullmatch("")
        except (ValueError, re.error) as error:
            what = "写法有误" if isinstance(error, re.error) else str(error)
            mend = "写法见 sentence.yaml 开头的说明"
            yield fault((*path, "says", index), f"“{pattern}”{what}", mend, "Y035")
            continue
        if nothing:
            yield fault(
                (*path, "says", index), f"“{pattern}”什么都能配上", "写上一定要有的字", "Y035"
            )
