"""Full-text search over everything the rulebook says. Pure: same entries and query, same hits.

What ranks first: the thing whose id was typed; then what is called just so; then what holds all
the words over some, short fields over long ones, whole words over their scattered parts, the
nation's statements over a place's own, unless that place was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from yidi_cli.base.value import Value
from yidi_cli.plan.search_entries import (
    MAX_VALUES,
    NATIONWIDE,
    SECTION_WORDS,
    Corpus,
    Entry,
    Fields,
    fold,
)
from yidi_cli.plan.search_terms import SYNONYMS
from yidi_cli.plan.search_words import Word, near, parse, phrases

if TYPE_CHECKING:
    from yidi_cli.rulebook.divisions import Place

EXCERPT = 64
OMITTED = "……"

# Where a word stands: in a name, in what is said, in what is said besides, in what it is about.
_IN_NAMES, _IN_TEXT, _IN_DETAIL, _IN_TOPICS = 1.0, 0.8, 0.5, 0.35
_BEGINS = 0.1  # on top, where a field begins so
_SHORT, _SHORT_BONUS = 30, 0.1  # characters; on top, for a short field, less for a long one
_ALL = 0.5  # a word's scattered parts over all fields together
_REGIONAL = 0.8  # of a place's own statement, where no place was asked for
_BELOW = 0.9  # how far a place inside the one asked for is about it
_MENTIONED = 0.8  # how far a statement that names a place is about it
_KINDS = {"conflict": 0.9, "type": 0.8, "reading": 0.8, "source": 0.7}  # what to do comes first
_SECTIONS = {"verify": 0.85, "at-hand": 0.85, "unsure": 0.9}  # before what to ask
_NAMED_SECTION = 1.0  # of a statement in a section that was typed by its name
_IN_SECTION = 0.6  # and on top of the whole: as much as a claim that says all just as typed
_NAMED_SITUATION = 0.85  # of a statement for a situation that was typed by any of its names
_NAMED_ANSWER = 0.5  # of a statement for any other answer that was
# Of what is true of fewer people than the query tells: in a situation, once all is paid, or not
# across provinces.
_SITUATION, _PAID, _NEARBY, _FAMILY = 0.55, 0.75, 0.8, 0.5
_PAID_ONLY = (("stage", {"discharged"}), ("route", {"manual-reimbursement"}))
_PAID_WORDS = ("出院", "自费", "报销")
_FAMILY_WORDS = (
    "共济",
    "亲情",
    "钱包",
    "账户",
    "个账",
    "额度",
    "绑",
    "关联",
    "近亲",
    "取现",
    "亮码",
)
_NEARBY_WORDS = ("省内", "同省", "本省", "统筹区", "本市")
_PHRASE = 0.3  # on top, for text that says a longer run just as it was typed
_LONG = 4  # characters of a query that is looked for as a whole
_TAIL = 0.25  # of the best score; what is below is noise
_CLAUSE = re.compile(r"[^。？！；，\n]*[。？！；，\n]?[”」）]*")


class Hit(Value, frozen=True):
    """An entry that was found. `excerpt` shortens what it says; `besides` is the sentence of its
    detail that holds what its text does not, or "". `similar` are the ids of those found that say
    the same, or that are on the same topic of the same section.
    """

    entry: Entry
    excerpt: str
    besides: str = ""
    similar: tuple[str, ...] = ()


class Sense(Value, frozen=True):
    """What a word in Latin letters was taken for."""

    typed: str
    meant: tuple[str, ...]


class Found(Value, frozen=True):
    """The answer to a search: the first hits, how many there are, and how the words were read.

    `loose` says that no hit holds all the words. `lacking` are words that nothing holds; `near`
    what may have been meant, where nothing at all was found.
    """

    words: tuple[str, ...]
    hits: tuple[Hit, ...]
    total: int
    loose: bool = False
    senses: tuple[Sense, ...] = ()
    lacking: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


class _Scored(Value, frozen=True):
    """An entry as it is ranked: by these fields in turn, less being better."""

    rank: int
    lacks: bool
    loss: float
    number: int
    fields: Fields


def search(
    query: str,
    corpus: Corpus,
    place: Place | None = None,
    kinds: Collection[str] = (),
    limit: int | None = None,
) -> Found:
    """Return what `query` finds, best first, at most `limit`; of `kinds` only, where given.

    With `place`, only what the nation says and what is said for that place or one above it.
    """
    words = parse(query, corpus)
    chain = corpus.book.chain(place) if place is not None else ()
    allowed = {NATIONWIDE, *(region.name for region in chain)}
    exact = _squeezed(query)
    runs = [*phrases(query), *(said for word in words for said in SYNONYMS.get(word.text, ()))]
    scored: list[_Scored] = []
    for number, fields in enumerate(corpus.fields):
        entry = fields.entry
        if (kinds and entry.kind not in kinds) or (chain and entry.place not in allowed):
            continue
        rank = _rank(exact, fields)
        if rank == _OTHER and not _within_reach(words, fields):
            continue
        lacks, score = _score(words, fields)
        score += _PHRASE * any(run in fields.text for run in runs)
        score += _IN_SECTION * any(_names_section(word, entry) for word in words)
        if not lacks and len(exact) >= _LONG:
            said = _squeezed(fields.text)
            score += _PHRASE * ((exact in said) + said.startswith(exact) + (said == exact))
        if score or rank < _OTHER:
            score *= _factor(words, entry, bool(chain))
            scored.append(_Scored(rank, lacks, -score, number, fields))
    scored.sort(key=lambda one: (one.rank, one.lacks, one.loss, one.number))
    least = min((one.loss for one in scored), default=0.0) * _TAIL
    kept = [one for one in scored if one.rank < _OTHER or one.loss <= least]
    leading = list(_together(one.fields for one in kept))
    return Found(
        tuple(word.text for word in words),
        tuple(_hit(first, words, others) for first, others in leading[:limit]),
        len(leading),
        bool(kept) and all(one.lacks and one.rank == _OTHER for one in kept),
        tuple(Sense(word.text, word.meant) for word in words if word.meant),
        tuple(word.text for word in words if not word.is_known),
        () if kept else tuple(near(query, corpus)),
    )


# --- how well an entry fits ---

_ID, _NAME, _OTHER = range(3)


def _squeezed(text: str) -> str:
    """Return only what tells one id or name from another: letters, digits and 汉字."""
    return re.sub(r"[\W_]+", "", fold(text))


def _rank(exact: str, fields: Fields) -> int:
    """Tell whether the whole query (squeezed) is an entry's id, or a name of it, or neither."""
    if not exact:
        return _OTHER
    if fields.entry.kind == "type" and exact != _squeezed(fields.names[0]):
        return _OTHER  # 急诊 and 转诊 are names of a type, but far more is said of them
    # A cheap look first: squeezing every name takes longer than all else.
    ends = (exact[0], exact[-1])
    entry_id = fields.entry.id
    if all(end in entry_id for end in ends) and _squeezed(entry_id) == exact:
        return _ID
    likely = (name for name in fields.names if all(end in name for end in ends))
    return _NAME if any(_squeezed(name) == exact for name in likely) else _OTHER


def _within_reach(words: Sequence[Word], fields: Fields) -> bool:
    """Tell whether an entry is of a place asked for, of the nation, or names that place."""
    if not words:
        return False
    named = [word for word in words if word.places]
    place = fields.entry.place
    if not named or place == NATIONWIDE:
        return True
    return any(place in word.own | word.below or word.found_in(fields.whole) for word in named)


def _factor(words: Sequence[Word], entry: Entry, chosen: bool) -> float:
    """Return by how much an entry counts less for its kind, and for whom and where it is about."""
    factor = _KINDS.get(entry.kind, 1.0) * _SECTIONS.get(entry.section, 1.0)
    known = chosen or entry.place == NATIONWIDE
    known = known or any(entry.place in word.own | word.below for word in words)
    factor *= 1 if known else _REGIONAL
    when = entry.when
    named = frozenset(key for word in words for key in word.answers)
    situations = when.get("situation")
    if situations and not any(("situation", one) in named for one in situations):
        factor *= _SITUATION
    paid = any(when.get(name, frozenset()) == only for name, only in _PAID_ONLY)
    if paid and not _says(words, _PAID_WORDS):
        factor *= _PAID
    near = "cross-province" not in when.get("scope", ("cross-province",))
    near = near or (entry.kind == "exemption" and not known)
    if near and not _says(words, _NEARBY_WORDS):
        factor *= _NEARBY
    if entry.matter == "family" and not _says(words, _FAMILY_WORDS):
        factor *= _FAMILY
    return factor


def _says(words: Sequence[Word], any_of: Sequence[str]) -> bool:
    typed = [text for word in words for text in (word.text, *word.meant)]
    return any(part in text for part in any_of for text in typed)


def _score(words: Sequence[Word], fields: Fields) -> tuple[bool, float]:
    """Return whether any word is lacking, and how well the entry fits on the whole."""
    fits = [_fit(word, fields) for word in words]
    weight = sum(word.weight for word in words)
    lacks = any(
        not fit or (fields.entry.place not in word.own | word.below and _lacks(word, fields))
        for word, fit in zip(words, fits, strict=True)
    )
    total = sum(word.weight * fit for word, fit in zip(words, fits, strict=True))
    return lacks, total / weight if weight else 0.0


def _lacks(word: Word, fields: Fields) -> bool:
    return not (word.is_held_by(fields.whole) or _answered(word, fields.entry))


def _fit(word: Word, fields: Fields) -> float:
    """Return how well an entry fits one word: by its place, or by the best field that holds it."""
    if fields.entry.place in word.own:
        return 1.0
    if fields.entry.place in word.below:
        return _BELOW
    answer = _answered(word, fields.entry)
    share = word.found_in(fields.whole)
    if not share:
        return answer
    found = [_ALL * share, answer]
    found += [_held(word, name, _IN_NAMES) for name in fields.names]
    found.append(_held(word, fields.text, _IN_TEXT))
    found.append(_held(word, fields.detail, _IN_DETAIL))
    found.append(_held(word, fields.topics, _IN_TOPICS))
    return min(_MENTIONED, max(found)) if word.places else max(found)


def _names_section(word: Word, entry: Entry) -> bool:
    if not entry.section or entry.section in _SECTIONS:
        return False
    names = SECTION_WORDS[entry.section].split()
    return any(text in names for text in (word.text, *word.meant))


def _answered(word: Word, entry: Entry) -> float:
    """Return how well a word fits by naming the section or a condition of an entry."""
    if _names_section(word, entry):
        return _NAMED_SECTION
    met = {name for name, value in word.answers if value in entry.when.get(name, ())}
    met = {name for name in met if len(entry.when[name]) <= MAX_VALUES}
    if "situation" in met:
        return _NAMED_SITUATION
    return _NAMED_ANSWER if met else 0.0


def _held(word: Word, field: str, weight: float) -> float:
    share = word.found_in(field)
    if not share:
        return 0.0
    short = _SHORT_BONUS * min(1.0, _SHORT / len(field))
    return share * (weight + short) + _BEGINS * field.startswith(word.text)


# --- what is shown of it ---


def _together(found: Iterable[Fields]) -> Iterator[tuple[Fields, tuple[str, ...]]]:
    """Yield the best of those that say the same or are on one topic, with the ids of the rest."""
    groups: list[tuple[Fields, list[str]]] = []
    at: dict[tuple[str, ...], list[str]] = {}
    for fields in found:
        entry = fields.entry
        keys: list[tuple[str, ...]] = [(entry.place, fields.text)]
        if entry.topic:
            keys.append((entry.place, entry.matter, entry.section, entry.topic))
        others = next((at[key] for key in keys if key in at), None)
        if others is None:
            others = []
            groups.append((fields, others))
        else:
            others.append(entry.id)
        for key in keys:
            at.setdefault(key, others)
    return ((first, tuple(others)) for first, others in groups)


def _hit(fields: Fields, words: Sequence[Word], similar: tuple[str, ...]) -> Hit:
    entry = fields.entry
    besides = ""
    if entry.kind not in ("reading", "myth"):
        # Of a claim that is wrong the whole is shown, and what is true instead.
        in_text = max((word.found_in(fields.text) for word in words), default=1.0)
        lines = [part for line in entry.detail.split("\n") for part in _sentences(line)]
        best = max(lines, key=lambda line: _weighed(line, words), default="")
        if best and _weighed(best, words) > in_text * sum(word.weight for word in words):
            besides = excerpt(best, words)
    return Hit(entry, excerpt(entry.text, words), besides, similar)


def _weighed(text: str, words: Sequence[Word]) -> float:
    folded = fold(text)
    return sum(word.weight * word.found_in(folded) for word in words)


def _sentences(text: str) -> list[str]:
    return re.findall(r"[^。？！]+[。？！]?[”」）]*", text)


def excerpt(text: str, words: Sequence[Word], length: int = EXCERPT) -> str:
    """Return `text`, or of a longer one the clauses around the best match, cuts marked with ……."""
    text = text.strip()
    if len(text) <= length:
        return text
    clauses = [clause for clause in _CLAUSE.findall(text) if clause]
    best = max(range(len(clauses)), key=lambda i: _weighed(clauses[i], words))
    first = last = best
    size = len(clauses[best])
    while size <= length:
        # What follows explains more than what went before.
        if last + 1 < len(clauses) and size + len(clauses[last + 1]) <= length:
            last += 1
            size += len(clauses[last])
        elif first and size + len(clauses[first - 1]) <= length:
            first -= 1
            size += len(clauses[first])
        else:
            break
    kept = "".join(clauses[first : last + 1]).strip()
    kept = kept if len(kept) <= length else kept[: length - 1]
    head = OMITTED if first else ""
    tail = OMITTED if last + 1 < len(clauses) or len(kept) < size else ""
    return f"{head}{kept}{tail}"
