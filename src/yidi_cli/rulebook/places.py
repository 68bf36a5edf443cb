"""Places: from what a person types to the administrative unit and its pooling region (统筹区).

`Places` finds a place by name, short or old name, pinyin, initials, code or a path of names. An
ambiguous name is a value that the caller must handle: nothing is guessed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import accumulate

from yidi_cli.base.value import Value
from yidi_cli.rulebook.divisions import Place, Table


class Found(Value, frozen=True):
    """The query means this place and no other."""

    place: Place


class Ambiguous(Value, frozen=True):
    """The query means one of these places: ask."""

    candidates: tuple[Place, ...]


class Unknown(Value, frozen=True):
    """No place is called that; these names are the nearest."""

    near: tuple[Place, ...]


# How a query came to mean a place, from best to worst.
_NAME, _SHORT, _ALIAS, _INITIALS = range(4)
_Hits = list[tuple[Place, int]]
_Index = dict[str, _Hits]

_UNITS = "省市县区旗州盟"
# The last word of a name written out in pinyin: chongqingshi, yunyang xian.
_SUFFIXES = dict(zip(("sheng", "shi", "xian", "qu", "qi", "zhou", "meng"), _UNITS, strict=True))
_SEPARATORS = str.maketrans(dict.fromkeys("/\\·・.-_,、>|'’`", " "))
MAX_NEAR = 5
_LONGEST = 40  # longer than any path of names; keeps pasted text from costing time

_MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})
_XINJIANG, _CORPS = "650000", "660000"
_OUTSIDE = frozenset({"710000", "810000", "820000"})


def _tokens(query: str) -> list[str]:
    """Fold width, case and tone marks, then split at separators: ü becomes v."""
    text = unicodedata.normalize("NFKC", query).lower()
    marks = unicodedata.normalize("NFD", text).replace("u\u0308", "v").replace("u:", "v")
    bare = "".join(c for c in marks if not unicodedata.combining(c)).replace("lyu", "lv")
    return bare.translate(_SEPARATORS).split()


def _pieces(tokens: list[str]) -> list[str]:
    """What a path of names may be cut between: characters of 汉字, else what was separated."""
    whole = "".join(tokens)
    return tokens if any(t.isascii() for t in tokens) else list(whole)


def _breaks(syllables: Iterable[str]) -> set[int]:
    return set(accumulate(map(len, syllables)))


def _joined(place: Place) -> str:
    return place.pinyin.replace(" ", "")


def _initials(place: Place) -> str:
    return "".join(s[0] for s in place.pinyin.split(" "))


def _names_of(place: Place) -> list[tuple[str, int]]:
    """Each 汉字 name and alias of a place, with how well it names the place."""
    names = [(place.name, _NAME)]
    if place.short != place.name:
        names.append((place.short, _SHORT))
    for alias in place.aliases:
        # A former full name (江北区) ranks with a present one, which may be elsewhere.
        full = len(alias) > 2 and alias[-1] in _UNITS
        names.append((alias, _NAME if full else _ALIAS))
    return names


def _plain_district(place: Place) -> bool:
    """A district that is not known by its short name far from home."""
    district = place.level == "county" and place.name.endswith("区")
    return district and place.short not in place.aliases


def _covers(outer: Place, codes: tuple[str, ...]) -> bool:
    # The insurance system keeps 兵团 apart, but people do write 新疆石河子.
    return outer.code in codes or (outer.code == _XINJIANG and _CORPS in codes)


class Places:
    """All places, and the ways to find one. Indices are built when first needed."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._by_name: _Index = {}
        self._by_sound: _Index = {}
        self._shared: frozenset[str] = frozenset()
        self._begun: dict[bool, list[tuple[Place, tuple[str, ...]]]] = {}
        self._last: tuple[str, list[Place]] = ("", [])

    def get(self, code: str) -> Place:
        """The place with this code; KeyError if there is none."""
        return self._table[code]

    def every(self) -> tuple[Place, ...]:
        """All places, in the order of the data."""
        return self._table.all

    def find(self, query: str) -> Found | Ambiguous | Unknown:
        """What the query means: a name, short name, alias, pinyin, initials, code or path."""
        tokens = _tokens(query)
        whole = "".join(tokens)
        if not whole or len(whole) > _LONGEST:
            return Unknown(())
        hits = self._match(tokens) or self._path(_pieces(tokens))
        ranked = self._rank(hits)
        if not ranked:
            # What begins so comes before what merely looks alike.
            return Unknown(self.search(query, MAX_NEAR) or self._near(whole))
        return Found(ranked[0]) if len(ranked) == 1 else Ambiguous(ranked)

    def named(self, name: str) -> tuple[Place, ...]:
        """The places that have this name, in full or short, in 汉字 or pinyin, best match only.

        Neither initials nor what merely looks alike counts, and no path of names.
        """
        tokens = _tokens(name)
        key = "".join(tokens)
        if not key or len(key) > _LONGEST:
            return ()
        return self._rank([hit for hit in self._match(tokens) if hit[1] != _INITIALS])

    def pool(self, place: Place) -> Place | None:
        """The pooling region (统筹区); None for a province that is not one itself."""
        if place.level == "province":
            whole = place.code in _MUNICIPALITIES or place.code == _CORPS or self.outside(place)
            return place if whole else None
        if place.level == "county":
            parent = self._table[place.parent]
            if parent.level == "prefecture" or parent.code in _MUNICIPALITIES:
                return parent
        return place

    def province(self, place: Place) -> Place:
        """The provincial unit a place belongs to; itself for a province or abroad."""
        while place.parent:
            place = self._table[place.parent]
        return place

    def chain(self, place: Place) -> tuple[str, ...]:
        """Codes from the place itself upward."""
        codes = [place.code]
        while place.parent:
            place = self._table[place.parent]
            codes.append(place.code)
        return tuple(codes)

    def outside(self, place: Place) -> bool:
        """Whether the place is outside the mainland: 港澳台 or abroad."""
        return place.level == "abroad" or self.province(place).code in _OUTSIDE

    def within(self, inner: Place, outer: Place) -> bool:
        """Whether a place is another one or lies inside it."""
        return _covers(outer, self.chain(inner))

    def above(self, place: Place) -> str:
        """The names of what a place lies in, from the province down: 江苏省南京市."""
        return "".join(self._table[code].name for code in reversed(self.chain(place)[1:]))

    def label(self, place: Place) -> str:
        """The name with what tells it apart: 「鼓楼区（江苏省南京市）」."""
        above = self.above(place)
        return f"{place.name}（{above}）" if above else place.name

    def short_name(self, place: Place) -> str:
        """The short name, or the full one where a province has the same: 吉林市, not 吉林."""
        if not self._shared:
            self._shared = self._table.shorts("province") & self._table.shorts("prefecture")
        return place.name if place.short in self._shared else place.short

    def unique_name(self, place: Place) -> str:
        """A name that `find` takes for this place: its own, its path, or else its code."""
        for name in (place.name, self.above(place) + place.name):
            if self.find(name) == Found(place):
                return name
        return place.code

    def all(self) -> tuple[Place, ...]:
        """All places, in the order of the data."""
        return tuple(self._table.all)

    def pools(self) -> tuple[Place, ...]:
        """All pooling regions, 港澳台 and abroad included, in the order of the data."""
        return tuple(p for p in self._table.all if self.pool(p) is p)

    def search(self, typed: str, limit: int = 9) -> tuple[Place, ...]:
        """Live matches for what has been typed so far, pools and provinces before counties."""
        tokens = _tokens(typed)
        whole = "".join(tokens)
        if not whole or len(whole) > _LONGEST:
            return ()
        if self._last[0] != whole:
            # Asked twice at each key: by the finder, for what is near, and for the list.
            self._last = (whole, self._starting(whole))
        found = self._last[1]
        found = found or list(self._rank(self._match(tokens)))
        pieces = _pieces(tokens)
        for cut in range(len(pieces) - 1, 0, -1):
            if found:
                break
            # A path half typed: 江苏苏 → what begins with 苏 below 江苏.
            heads = [p for p, _ in self._match(pieces[:cut]) or self._path(pieces[:cut])]
            below = [p for p in self._table.all if any(self._is_below(p, h) for h in heads)]
            found = self._starting("".join(pieces[cut:]), below)
        return tuple(found[:limit])

    def _starting(self, key: str, places: Iterable[Place] | None = None) -> list[Place]:
        """Places of which a name, or if Latin the pinyin, the initials or an alias begins so."""
        codes = None if places is None else {place.code for place in places}
        found: list[tuple[bool, bool, str, Place]] = []
        for place, texts in self._beginnings(key.isascii()):
            if any(text.startswith(key) for text in texts) and (
                codes is None or place.code in codes
            ):
                county = place.level == "county" and self.pool(place) is not place
                found.append((county, key not in texts, place.code, place))
        return [place for *_, place in sorted(found, key=lambda entry: entry[:3])]

    def _beginnings(self, latin: bool) -> list[tuple[Place, tuple[str, ...]]]:
        """What a place may begin with. Kept, for it is gone through at each key that is typed."""
        if latin not in self._begun:
            rows = []
            for place in self._table.all:
                texts: tuple[str, ...] = (place.name, place.short, *place.aliases)
                if latin:
                    pinyin = _joined(place)
                    texts += (pinyin, pinyin.replace("v", "u"), _initials(place), place.code)
                    texts = tuple(dict.fromkeys(text for text in texts if text.isascii()))
                rows.append((place, texts))
            self._begun[latin] = rows
        return self._begun[latin]

    def _named(self, key: str) -> _Hits:
        """Places with this 汉字 name. One look costs a tenth of what the index would."""
        return [
            (place, kind)
            for place in self._table.named(key)
            for name, kind in _names_of(place)
            if name == key
        ]

    def _index_names(self) -> None:
        """Build the index of 汉字 names, which pays off where many are looked up."""
        if not self._by_name:
            add = self._by_name.setdefault
            for place in self._table.all:
                for name, kind in _names_of(place):
                    add(name, []).append((place, kind))

    def _sounds(self) -> _Index:
        """Every joined pinyin, with v also as u, and every alias in Latin letters."""
        if not self._by_sound:
            add = self._by_sound.setdefault
            for place in self._table.all:
                pinyin = _joined(place)
                add(pinyin, []).append((place, _SHORT))
                if "v" in pinyin:
                    add(pinyin.replace("v", "u"), []).append((place, _SHORT))
                for alias in place.aliases:
                    if alias.isascii():
                        add(alias, []).append((place, _ALIAS))
        return self._by_sound

    def _match(self, tokens: list[str]) -> _Hits:
        """Places that the tokens, taken together, name: every one, not yet ranked."""
        key = "".join(tokens)
        if key in self._table:
            return [(self._table[key], _NAME)]
        if not key.isascii() or key.isdigit():
            return self._by_name.get(key, []) if self._by_name else self._named(key)
        index = self._sounds()
        hits = list(index.get(key, ()))
        for suffix, unit in _SUFFIXES.items():
            if key.endswith(suffix):
                stem = key.removesuffix(suffix)
                for base in {stem.removesuffix(part) for part in ("", "zizhi", "xin", "di")}:
                    hits += [(p, k) for p, k in index.get(base, ()) if p.name.endswith(unit)]
        # Spaces tell "jin an" (晋安) from "ji nan" (济南).
        breaks = _breaks(tokens)
        fitting = [
            (p, kind)
            for p, kind in hits
            if kind == _ALIAS
            or {b for b in breaks if b < len(_joined(p))} <= _breaks(p.pinyin.split(" "))
        ]
        if fitting or hits:
            return fitting or hits
        return [(p, _INITIALS) for p in self._table.all if _initials(p) == key]

    def _path(self, pieces: list[str]) -> _Hits:
        """Places named by a path, like 江苏苏州 or 河北省石家庄市长安区."""
        self._index_names()
        hits: _Hits = []
        for cut in range(1, len(pieces)):
            heads = [p for p, _ in self._match(pieces[:cut])]
            if not heads:
                continue
            tails = self._match(pieces[cut:]) or self._path(pieces[cut:])
            below = [(p, k) for p, k in tails if any(self._is_below(p, h) for h in heads)]
            # 北京市北京市 is what forms write for a municipality.
            hits += below or [(p, k) for p, k in tails if p in heads]
        return hits

    def _is_below(self, place: Place, head: Place) -> bool:
        return _covers(head, self.chain(place)[1:])

    def _rank(self, hits: _Hits) -> tuple[Place, ...]:
        """Leave out what a better match rules out; more than one left means ambiguous."""
        best: dict[str, int] = {}
        for place, kind in hits:
            best[place.code] = min(kind, best.get(place.code, kind))
        left = [(self._table[code], kind) for code, kind in best.items()]
        if any(kind == _NAME for _, kind in left):
            left = [(p, k) for p, k in left if k == _NAME]
        if any(p.level != "county" and k == _SHORT for p, k in left):
            # 西安 is the city, not a district of 牡丹江; 朝阳 may also be the one in 北京,
            # which therefore carries its short name as an alias.
            left = [(p, k) for p, k in left if k != _SHORT or not _plain_district(p)]
        if any(p.level != "county" and k == _INITIALS for p, k in left):
            left = [(p, k) for p, k in left if p.level != "county"]
        # 长沙县 says no more than 长沙市 when both are meant: they are one pool.
        codes = {p.code for p, _ in left}
        places = []
        for place, _ in left:
            pool = self.pool(place)
            if pool is None or pool is place or pool.code not in codes:
                places.append(place)
        return tuple(sorted(places, key=lambda p: (p.level == "county", p.code)))

    def _near(self, key: str) -> tuple[Place, ...]:
        """Up to five places with names like the key, nearest first."""
        if key.isdigit():
            codes = (key[:4] + "00", key[:2] + "0000")
            return tuple(self._table[c] for c in codes if c in self._table)
        from difflib import SequenceMatcher  # not needed when a place is found

        latin = key.isascii()
        sound = "" if latin else self._sound(key)

        # A cheap look first: comparing the query with every name properly takes too long.
        def shared(text: str) -> bool:
            ends = text[0] == key[0] or text[-1] == key[-1]
            return ends if latin else not set(text).isdisjoint(key)

        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(key)
        scored: list[tuple[float, bool, str, Place]] = []
        for place in self._table.all:
            score = 0.0
            if sound and sound == _joined(place):
                score = 1.0  # 苏洲: the right sound, the wrong character
            for text in (_joined(place),) if latin else (place.short, place.name):
                if shared(text):
                    matcher.set_seq1(text)
                    score = max(score, matcher.quick_ratio() >= 0.5 and matcher.ratio())
            if score >= 0.5:
                scored.append((-score, place.level == "county", place.code, place))
        return tuple(place for *_, place in sorted(scored, key=lambda entry: entry[:3])[:MAX_NEAR])

    def _sound(self, key: str) -> str:
        """The pinyin of the key as far as the places' own characters tell it, else empty."""
        readings: dict[str, str] = {}
        for place in self._table.all:
            readings.update(zip(place.short, place.pinyin.split(" "), strict=True))
        return "".join(readings[c] for c in key) if all(c in readings for c in key) else ""
