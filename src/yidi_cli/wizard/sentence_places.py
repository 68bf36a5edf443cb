"""The places that a sentence names, and the part that each has in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from yidi_cli.base.value import Value
from yidi_cli.rulebook.divisions import Place
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.rulebook.wording import FIRST_PLACE, Patterns
from yidi_cli.wizard.sentence_text import Text

SURE, WEAK = 2, 1
_BEFORE = (*"在去到来回住从赴往是", "医保", "社保", "参保", "农合", "户口", "老家", "参保地")
"""What stands before the short name of a county, which may be an everyday word."""
_BEHIND = ("医保", "社保", "参保", "新农合", "农合", "居民", "职工", "人民医院", "县医院", "中医院")
_NO_PLACE = tuple("路街道桥巷村寨")
"""Behind a place's name, what makes it the name of something smaller."""
_NO_PLACE_WORDS = ("银行", "东路", "西路", "南路", "北路", "中路", "大道", "大街", "菜", "话", "号")
_INSURANCE, _UNCLEAR = "insurance", "insured-unclear"
"""Topics of the words: an insurance without a place; one that may be anywhere."""
_BETWEEN = ("", "的", "这边的", "那边的")


class Mention(Value, frozen=True):
    """A place named in the folded text; several `places` where the name may mean any of them."""

    start: int
    end: int
    places: tuple[Place, ...]


class Read(Value, frozen=True):
    """What is understood of one role: the places it may be, and the words that say so."""

    places: tuple[Place, ...]
    said: str
    sure: bool


class Names:
    """The names by which places are found in running text; made once for a rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        wording = book.wording
        self._names: dict[str, tuple[Place, ...] | None] = {}
        self._alone: dict[str, tuple[Place, ...]] = {}
        self._loose: set[str] = set()
        firm: set[str] = set()
        for place in book.places.every():
            for name in {place.name, place.short, *place.aliases}:
                if len(name) < 2 or name.isascii() or (place.name == "境外" and name == "出国"):
                    continue
                self._names[name] = (*(self._names.get(name) or ()), place)
                plain = place.level == "county" and name != place.name and len(name) < 3
                if plain and not (place.name.endswith("市") and name == place.short):
                    self._loose.add(name)
                else:
                    firm.add(name)
        self._loose -= firm
        self._names.update(dict.fromkeys(wording.ordinary))
        for name, code in wording.hospitals.items():
            self._names[name] = (book.places.get(code),)
        self._longest: dict[str, int] = {}
        for name in self._names:
            self._longest[name[0]] = max(len(name), self._longest.get(name[0], 0))

    def mentions(self, text: Text) -> list[Mention]:
        """Return the places named in a text, in order, paths such as 四川绵阳 as one."""
        found: list[Mention] = []
        last = ""
        for start, end in self._spans(text.folded):
            name = text.folded[start:end]
            if found and text.folded[found[-1].end : start] in _BETWEEN:
                meant = self._below(found[-1], last, name)
                if meant:
                    found[-1] = Mention(found[-1].start, end, meant)
                    last = name
                    continue
            elif name in self._loose and not _stands_alone(text.folded, start, end):
                continue
            meant = self._meant(name)
            if meant:
                found.append(Mention(start, end, meant))
                last = name
        return found

    def _below(self, before: Mention, last: str, name: str) -> tuple[Place, ...]:
        """Return what `name` means behind another place: one inside it; empty for another matter.

        `last` is that other place's name.
        """
        hospitals = self._book.wording.hospitals
        below = [
            place
            for place in self._names[name] or ()
            if any(self._book.places.within(place, head) for head in before.places)
        ]
        if below:
            pools = {place.code for place in below if self._book.places.pool(place) is place}
            # 喀什 below 新疆 is 喀什地区: its 喀什市 would say no more.
            return tuple(p for p in below if p.code in pools or p.parent not in pools)
        if last in hospitals or name in hospitals:
            return self._with_hospital(before, self._names[name] or ())
        return ()

    def _with_hospital(self, before: Mention, city: tuple[Place, ...]) -> tuple[Place, ...]:
        """Return the place of 四川大学 + 华西医院: what lies inside the other; empty if neither."""
        for one in before.places:
            for other in city:
                if self._book.places.within(one, other):
                    return (one,)
                if self._book.places.within(other, one):
                    return (other,)
        # A branch elsewhere (复旦肿瘤 in 厦门): the named city counts.
        return before.places if before.places and before.places[0].level != "province" else ()

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        start = 0
        while start < len(text):
            most = min(self._longest.get(text[start], 0), len(text) - start)
            for length in range(most, 1, -1):
                name = text[start : start + length]
                if name not in self._names:
                    continue
                if self._names[name] is None:
                    start += length - 1
                    break
                rest = text[start + length :]
                if rest.startswith(_NO_PLACE_WORDS) or (
                    rest.startswith(_NO_PLACE) and not rest.startswith(("道路", "街上"))
                ):
                    start += length - 1
                    break
                # 万州区 is a name of its own; 昆山市 too: the longest name was tried first.
                yield start, start + length
                start += length - 1
                break
            start += 1

    def _meant(self, name: str) -> tuple[Place, ...]:
        """Return the places that a name alone may mean; the first ones to think of, if several."""
        if name not in self._alone:
            named = self._names[name] or ()
            self._alone[name] = named if len(named) == 1 else self._book.places.named(name)
        return self._alone[name]


def _stands_alone(text: str, start: int, end: int) -> bool:
    return text[:start].endswith(_BEFORE) or text.startswith(_BEHIND, end)


class _Group:
    """All mentions of one place, with the weight and the words of each role."""

    def __init__(self, places: tuple[Place, ...], words: str) -> None:
        self.places = places
        self.words = words
        self.roles: dict[str, tuple[int, str]] = {}

    def add(self, role: str, weight: int, words: str) -> None:
        """Note a role; its heaviest cue counts."""
        if weight > self.roles.get(role, (0, ""))[0]:
            self.roles[role] = (weight, words)

    def weight(self, role: str) -> int:
        """Return the weight of a role, 0 where nothing speaks for it."""
        return self.roles.get(role, (0, ""))[0]

    def said(self, role: str) -> str:
        """Return the words that speak for a role, or the name alone."""
        return self.roles.get(role, (0, self.words))[1]

    @property
    def free(self) -> bool:
        """Whether nothing says what part the place has."""
        return not self.roles


def _groups(
    text: Text, mentions: Sequence[Mention], patterns: Patterns, book: Rulebook
) -> list[_Group]:
    found: dict[int, list[tuple[int, int, int, str]]] = {}
    for pattern, cue in patterns.places:
        for start, end, named in pattern.matches(text.folded):
            for char, role in zip(named, pattern.roles, strict=True):
                if char:
                    entry = (start, end, cue.weight, role)
                    found.setdefault(ord(char) - ord(FIRST_PLACE), []).append(entry)
    groups: dict[tuple[str, ...], _Group] = {}
    for number, mention in enumerate(mentions):
        at = text.folded.index(chr(ord(FIRST_PLACE) + number))
        key = tuple(place.code for place in mention.places)
        words = text.words(at, at + 1)
        group = groups.setdefault(key, _Group(mention.places, words))
        own = found.get(number, [])
        for start, end, weight, role in own:
            inside = (
                o[3] != role
                and o[0] <= start
                and end <= o[1]
                and (o[1] - o[0] > end - start or not o[3])
                for o in own
            )
            if role and not any(inside):
                group.add(role, weight, text.words(start, end))
    return _merged(list(groups.values()), book)


def _merged(groups: list[_Group], book: Rulebook) -> list[_Group]:
    """Join a province, or a city, with the place inside it that is named elsewhere."""
    kept: list[_Group] = []
    for group in groups:
        inner = [
            other
            for other in groups
            if other is not group
            and len(other.places) == 1 == len(group.places)
            and book.places.within(other.places[0], group.places[0])
            and not _opposed(group, other)
        ]
        if len(inner) == 1:
            for role, (weight, words) in group.roles.items():
                inner[0].add(role, weight, words)
        else:
            kept.append(group)
    return kept


def _opposed(outer: _Group, inner: _Group) -> bool:
    """Tell whether the two have different parts: 重庆万州的医保, in 重庆主城 in hospital."""
    return bool(outer.roles) and not set(outer.roles) <= set(inner.roles)


class Roles(Value, frozen=True):
    """What part the places have: the two that are asked for, and where the filing points."""

    insured: Read | None
    destination: Read | None
    filed: Read | None


def roles(
    text: Text,
    mentions: Sequence[Mention],
    patterns: Patterns,
    topics: Collection[str],
    book: Rulebook,
) -> Roles:
    """Tell the insured place from the destination, by the words beside them, never by order.

    `topics` are those that the text speaks of.
    """
    groups = _groups(text, mentions, patterns, book)
    filed = _best(groups, "filed")
    groups = [g for g in groups if not g.weight("none") or _care(g) >= SURE]
    others = [g for g in groups if not g.weight("filed") or _care(g)]
    insured, destination = _best(others, "insured"), _best(others, "destination")
    if len(insured) == 1 and insured == destination:
        one = insured[0]
        if one.weight("insured") > SURE >= one.weight("destination"):
            # He works where he is insured: the care may be elsewhere.
            destination = []
        elif one.weight("destination") > SURE >= one.weight("insured"):
            insured = []
    if len(destination) > 1 and len(insured) == 1:
        # Two places to be in, one of them the insured one: the other is away.
        destination = [g for g in destination if g is not insured[0]]
    taken = [*insured, *destination]
    free = [g for g in others if g.free and g not in taken]
    open_ = False  # whether it stays open which is which
    if len(free) == 1 and not insured and len(destination) == 1:
        insured = free
    elif len(free) == 1 and not destination and len(insured) == 1 and _sure(insured, "insured"):
        destination = free
    elif not destination and filed:
        destination = filed
    elif free and not insured and not destination:
        insured = destination = free
        open_ = True
    # A weak word for one of the two is enough where the other is certain.
    helped = _sure(insured, "insured") and insured != destination
    known = _sure(insured, "insured") or (
        len(insured) == 1
        and insured != destination
        and len(destination) == 1
        and _sure_by_a_word(destination[0])
        and _insured_at_home(topics)
    )
    return Roles(
        _read(insured, "insured", not open_ and known, book),
        _read(
            destination,
            "destination",
            not open_ and (helped or _sure(destination, "destination")),
            book,
        ),
        _read(filed, "filed", True, book),
    )


def _sure(groups: Sequence[_Group], role: str) -> bool:
    """Tell whether one place has the role for certain: by a cue, or as the only one left."""
    if len(groups) != 1:
        return False
    weight = groups[0].weight(role)
    return weight >= SURE or not weight


def _sure_by_a_word(group: _Group) -> bool:
    return group.weight("destination") >= SURE


def _insured_at_home(topics: Collection[str]) -> bool:
    """Tell whether an insurance is spoken of, that may well be the one of the home town."""
    return _INSURANCE in topics and _UNCLEAR not in topics


def _care(group: _Group) -> int:
    return max(group.weight("insured"), group.weight("destination"))


def _best(groups: Sequence[_Group], role: str) -> list[_Group]:
    """Return the groups whose cue for a role weighs most."""
    most = max((group.weight(role) for group in groups), default=0)
    return [group for group in groups if most and group.weight(role) == most]


def _read(groups: Sequence[_Group], role: str, sure: bool, book: Rulebook) -> Read | None:
    if not groups:
        return None
    places = tuple(dict.fromkeys(place for group in groups for place in group.places))
    known = tuple(place for place in places if book.places.pool(place) is not None)
    said = "、".join(dict.fromkeys(group.said(role) for group in groups))
    if len(known) < len(places):
        # A province: it may be anywhere in it, and a city of the same name is no better guess.
        known = ()
    if role == "insured" and any(book.places.outside(place) for place in known):
        known, sure = (), False
    return Read(known, said, sure and len(places) == 1 == len(known))
