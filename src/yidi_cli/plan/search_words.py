"""What a person looks for: the words of a query, typed with or without spaces, 汉字 or pinyin."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from math import log
from typing import TYPE_CHECKING

from yidi_cli.plan.pinyin import Sounds
from yidi_cli.plan.search_entries import NATIONWIDE, Corpus
from yidi_cli.plan.search_terms import ALWAYS, ASKING, CANCER, CANCERS, FUNCTION, SYNONYMS

if TYPE_CHECKING:
    from yidi_cli.rulebook.divisions import Place

MAX_QUERY = 200
MAX_JOINED = 8  # words in Latin letters that are tried as one
MAX_PREFIX = 8  # characters of the longest name of a place that is looked for at a word's start
_LATIN = re.compile(r"[a-z]")
_OTHER = re.compile(r"[a-z]|\d+$")
_TOKEN = re.compile(r"[a-z][a-z0-9]*(?:[._/-]+[a-z0-9]+)*|[^\W_a-z]+")
NEVER = re.compile(r"(?!)")
SELDOM = 0.2  # of the most frequent spelling: what is rarer is hardly meant
COVERED = 0.75  # of a word's characters: then its parts say what it says
PLACE_WEIGHT = 0.4  # less than most words: what is asked comes before where
PARTIAL = 0.6  # how much a word's scattered parts count against the whole word
SAME = 0.75  # how much another word for the same counts
ECHO, LIKENESS = 0.9, 0.5  # how near a word's sound, or its characters, must be


class Word:
    """One thing looked for: its text, or what `pattern` finds in its stead.

    `places` are those it names; `meant` is what letters were taken for.
    """

    def __init__(
        self,
        text: str,
        corpus: Corpus,
        pattern: re.Pattern[str] | None = None,
        places: Sequence[Place] = (),
        meant: Sequence[str] = (),
    ) -> None:
        self.text = text
        self.places = tuple(places)
        self.meant = tuple(meant)
        self._pattern = pattern
        self._corpus = corpus
        if pattern is None and re.match(r"\d+\D?$", text):
            # 22 is not about 2022.
            self._pattern = re.compile(rf"(?<!\d){re.escape(text)}(?!\d)")
        if places:
            names = {text, *(place.short for place in places), *(place.name for place in places)}
            self._pattern = re.compile("|".join(map(re.escape, sorted(names))))
            if _LATIN.match(text):
                self.meant = tuple(dict.fromkeys(place.short for place in places))

    @cached_property
    def answers(self) -> frozenset[tuple[str, str]]:
        """The questions and answers that the word names: 车祸 → situation, third-party."""
        known = self._corpus.answers
        return frozenset().union(*(known.get(text, ()) for text in (self.text, *self.meant)))

    @cached_property
    def same(self) -> tuple[str, ...]:
        """Other words for the same."""
        labels = self._corpus.labels
        found = [part for key in sorted(self.answers) for part in labels.get(key, ())]
        found += SYNONYMS.get(self.text, ())
        found += CANCERS if CANCER.fullmatch(self.text) else ()
        return tuple(found)

    @cached_property
    def own(self) -> frozenset[str]:
        """The names of the regions that speak for the place; empty for a word that names none."""
        chains = map(self._corpus.book.chain, self.places)
        return frozenset(region.name for chain in chains for region in chain) - {NATIONWIDE}

    @cached_property
    def below(self) -> frozenset[str]:
        """The names of the regions inside the place."""
        book = self._corpus.book
        codes = {place.code for place in self.places}
        return frozenset(
            city.name
            for region in book.regions()
            for city in region.cities
            if not codes.isdisjoint(book.places.chain(book.places.get(city.code)))
        )

    @cached_property
    def weight(self) -> float:
        """How much the word tells: a rare one more than one that most entries hold."""
        if self.places:
            return PLACE_WEIGHT
        corpus = self._corpus
        if self._pattern is not None:
            count = sum(self._pattern.search(f.whole) is not None for f in corpus.fields)
        else:
            count = corpus.count(self.text)
        return max(self.grams.values()) if not count and self.grams else _rarity(count, corpus)

    @cached_property
    def grams(self) -> dict[str, float]:
        """The pairs of characters of the word that occur at all, with how much each tells."""
        if self._pattern is not None or len(self.text) < 3 or _LATIN.match(self.text):
            return {}
        pairs = [self.text[i : i + 2] for i in range(len(self.text) - 1)]
        counts = {pair: self._corpus.count(pair) for pair in pairs if pair not in FUNCTION}
        return {pair: _rarity(count, self._corpus) for pair, count in counts.items() if count}

    @cached_property
    def is_known(self) -> bool:
        """Tell whether anything holds the word, or a good part of it."""
        return bool(self.places or self.answers) or self.found_in(self._corpus.whole) > 0

    def found_in(self, field: str) -> float:
        """Return how far a field holds the word: 1 for whole, less for its scattered parts."""
        if self._pattern is not None:
            if self._pattern.search(field) is not None:
                return 1.0
        elif self.text in field:
            return 1.0
        if any(text in field for text in self.same):
            return SAME
        if not self.grams:
            return 0.0
        held = sum(weight for pair, weight in self.grams.items() if pair in field)
        return PARTIAL * held / sum(self.grams.values()) * self._covered(field) if held else 0.0

    def is_held_by(self, field: str) -> bool:
        """Tell whether a field holds the word, if in parts: 大病救助 in 大病保险、医疗救助."""
        if self.found_in(field) >= SAME:
            return True
        return bool(self.grams) and self._covered(field) >= COVERED

    def _covered(self, field: str) -> float:
        """Return the share of the word's characters that stand in the field beside another."""
        at = [i for i in range(len(self.text) - 1) if self.text[i : i + 2] in self.grams]
        covered = {j for i in at if self.text[i : i + 2] in field for j in (i, i + 1)}
        return len(covered) / len(self.text)


def _rarity(count: int, corpus: Corpus) -> float:
    """Return a weight from nearly 0 (in every entry) to 1 (in one, or in none)."""
    total = len(corpus.fields)
    return log(1 + total / max(count, 1)) / log(1 + total)


def tokens(query: str) -> list[str]:
    """Return the query's words as they were typed, folded: 汉字 and Latin letters apart."""
    # Cut twice: one character may become eighteen.
    text = unicodedata.normalize("NFKC", query[:MAX_QUERY])[:MAX_QUERY]
    text = text.casefold().replace("u:", "v")
    marked = unicodedata.normalize("NFD", text).replace("u\u0308", "v")
    return _TOKEN.findall("".join(c for c in marked if not unicodedata.combining(c)))


def phrases(query: str) -> tuple[str, ...]:
    """Return the longer runs of 汉字 as they were typed: an entry that says just so fits best."""
    return tuple(token for token in tokens(query) if len(token) > 2 and not _OTHER.match(token))


def parse(query: str, corpus: Corpus) -> tuple[Word, ...]:
    """Return the things that `query` looks for, each once, in order."""
    found: list[Word] = []
    latin: list[str] = []
    for token in [*tokens(query), ""]:
        if _LATIN.match(token):
            latin.append(token)
            continue
        found += _latin(latin, corpus)
        latin = []
        if token:
            found += _han(token, corpus)
    words = {word.text: word for word in found}
    telling = [word for text, word in words.items() if text not in ALWAYS]
    return tuple(telling or words.values())


# --- 汉字 ---


def _han(token: str, corpus: Corpus) -> Iterator[Word]:
    named = corpus.book.places.named(token)
    if named:
        yield Word(token, corpus, places=named)
        return
    if len(token) > 2 and len(set(token)) == 1:
        yield Word(token, corpus, NEVER)
        return
    pieces: list[str] = []
    parts = list(_by_place(token, corpus))
    for part, places in parts:
        if places:
            yield Word(part, corpus, places=places)
        else:
            pieces += [p for asked in ASKING.split(part) for p in _by_vocabulary(asked, corpus)]
    told = [piece for piece in pieces if piece not in FUNCTION]
    kept = [piece for piece in told if len(piece) > 1] or [piece for piece in told if piece]
    if not kept and not any(places for _, places in parts):
        kept = [token]
    for piece in kept:
        yield Word(piece, corpus)


def _by_place(token: str, corpus: Corpus) -> Iterator[tuple[str, tuple[Place, ...]]]:
    """Cut `token` at the names of places: 重庆电话 → 重庆, 电话."""
    if not token:
        return
    places = corpus.book.places
    for length in range(min(len(token) - 1, MAX_PREFIX), 1, -1):
        named = places.named(token[:length])
        # 和平时 is not about one of three districts.
        if len(named) == 1 or any(place.level != "county" for place in named):
            yield token[:length], named
            yield from _by_place(token[length:], corpus)
            return
    names = {
        name: place
        for place in _large_places(corpus)
        for name in (place.name, place.short)
        if len(name) > 1
    }
    # 医保定点 is not about 保定.
    bare = token.replace("医保", "  ")
    longest = sorted((name for name in names if name in bare), key=len, reverse=True)
    if not longest:
        yield token, ()
        return
    name = longest[0]
    at = bare.index(name)
    yield from _by_place(token[:at], corpus) if at > 1 else ()
    yield name, (names[name],)
    yield from _by_place(token[at + len(name) :], corpus)


def _by_vocabulary(text: str, corpus: Corpus) -> Iterator[str]:
    """Cut `text` at the words for answers, diseases and sections: 急诊没备案 → 急诊, 没备案."""
    at = begun = 0
    while at < len(text):
        words = [word for word in corpus.vocabulary if text.startswith(word, at)]
        if words:
            yield text[begun:at]
            yield max(words, key=len)
            begun = at = at + max(map(len, words))
        else:
            at += 1
    yield text[begun:]


def _large_places(corpus: Corpus) -> Iterator[Place]:
    """Yield the provinces and the pooling regions."""
    places = corpus.book.places
    pools = places.pools()
    yield from pools
    yield from {p.code: p for p in map(places.province, pools)}.values()


# --- Latin letters ---


def _latin(typed: Sequence[str], corpus: Corpus) -> Iterator[Word]:
    """Yield the words that Latin letters stand for: as they are, as pinyin, or as initials.

    Words are taken together as far as what they spell is found: `ji zhen bei an` → 急诊, 备案.
    """
    at = 0
    while at < len(typed):
        for end in range(min(len(typed), at + MAX_JOINED), at, -1):
            word = _spelled(typed[at:end], corpus)
            if word is not None:
                yield word
                at = end
                break
        else:
            parts = list(_syllables(typed[at], corpus))
            yield from parts or [_initials(typed[at], corpus)]
            at += 1


def _spelled(typed: Sequence[str], corpus: Corpus) -> Word | None:
    """Return the word that `typed`, taken as one, stands for; None where nothing holds it."""
    text = " ".join(typed)
    meant, is_term = _meant(typed, corpus)
    sources = [re.escape(word) for word in meant]
    if len(typed) == 1:
        literal = rf"(?<![a-z0-9]){re.escape(text)}(?![a-z0-9])"
        if re.search(literal, corpus.whole):
            sources.append(literal)
    # beian is 备案 rather than the city of 北安.
    places = () if is_term else corpus.book.places.named(text)
    if not sources and not places:
        return None
    pattern = re.compile("|".join(sources)) if sources else None
    return Word(text, corpus, pattern, places, meant)


def _meant(typed: Sequence[str], corpus: Corpus) -> tuple[list[str], bool]:
    """Return the 汉字 in the entries that `typed` spells, and whether they are a known term.

    Where some are, those that come about where two words meet are left out: 急诊, not 期填; so
    are rare readings where a common one will do: 问题, not 限是.
    """
    pattern = corpus.sounds.pattern(typed)
    found = pattern.findall(corpus.whole) if pattern is not None else []
    counts = Counter(found).most_common()
    terms = [text for text, _ in counts if text in corpus.vocabulary]
    letters = "".join(typed)
    plain = [(text, count) for text, count in counts if corpus.sounds.spelled(text) == letters]
    likely = plain or counts
    often = [text for text, count in likely if count >= likely[0][1] * SELDOM]
    return terms or often, bool(terms)


def _syllables(token: str, corpus: Corpus) -> Iterator[Word]:
    """Yield the longest parts of a run of pinyin that are found: jizhenmeibeian → 急诊, 没备案."""
    for way in corpus.sounds.spellings(token)[:1]:
        at = 0
        while at < len(way):
            for end in range(len(way), at + 1, -1):
                word = _spelled(way[at:end], corpus)
                if word is not None:
                    yield word
                    at = end
                    break
            else:
                at += 1


def _initials(token: str, corpus: Corpus) -> Word:
    """Return the word that stands for the vocabulary with these initials; jz → 急诊."""
    vocabulary = corpus.vocabulary if len(token) > 1 else ()
    found = [word for word in vocabulary if corpus.sounds.has_initials(token, word)]
    held = [word for word in found if word in corpus.whole]
    # Where they stand for nothing, they are found where a word begins so: not hsa in nhsa.
    begins = rf"(?<![a-z0-9]){re.escape(token)}"
    sources = [re.escape(word) for word in held] or [begins if len(token) > 2 else NEVER.pattern]
    return Word(token, corpus, re.compile("|".join(sources)), meant=held)


def near(query: str, corpus: Corpus, limit: int = 5) -> list[str]:
    """Return the words of the vocabulary that are most like what was typed and not found."""
    found: list[str] = []
    for token in tokens(query):
        if token in corpus.whole:
            continue
        if _LATIN.match(token):
            spelled = {corpus.sounds.spelled(word): word for word in corpus.vocabulary}
            found += [spelled[name] for name in _close(token, spelled)]
        elif len(set(token)) > 1:
            found += _alike(token[:40], corpus.vocabulary)[:limit]
    return list(dict.fromkeys(found))[:limit]


def _alike(token: str, vocabulary: Sequence[str]) -> list[str]:
    """Return the words that sound like `token` or share two characters with it, best first."""
    from difflib import SequenceMatcher

    sounds = Sounds([token, *vocabulary])
    typed = sounds.spelled(token)
    looks, heard = SequenceMatcher(b=token), SequenceMatcher(b=typed)
    scored = []
    for number, word in enumerate(vocabulary):
        common = len(set(word) & set(token))
        if not common:
            continue
        looks.set_seq1(word)
        heard.set_seq1(sounds.spelled(word))
        likeness, echo = looks.ratio(), heard.ratio()
        is_echo = len(word) == len(token) and echo >= ECHO
        if is_echo or (common > 1 and likeness >= LIKENESS):
            scored.append((-echo if is_echo else -likeness, number, word))
    return [word for _, _, word in sorted(scored)]


def _close(token: str, names: Iterable[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(token[:40], [name for name in names if name], n=5, cutoff=0.7)
