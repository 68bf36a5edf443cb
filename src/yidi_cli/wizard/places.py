"""The place picker's matches: what is typed, against all places and their pooling regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidi_cli.base.errors import safe
from yidi_cli.rulebook.model import INSURED
from yidi_cli.rulebook.places import Ambiguous, Found
from yidi_cli.wizard.prompts.api import Choice, Matches

if TYPE_CHECKING:
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.divisions import Place

AT_MOST = 9
HOW = "写市或区县的名字、拼音或首字母，例如 重庆、昆山、cq。"


def matches(typed: str, question_id: str, book: Book) -> Matches:
    """Return the places that `typed` may mean as an answer to a question about a place.

    Only a name that means one place is sure. A province is no answer: its cities are offered.
    """
    places = book.places
    found = places.find(typed)
    begin = [p for p in places.search(typed, 2 * AT_MOST) if places.pool(p) is not None]
    meant: tuple[Place, ...]
    if isinstance(found, Found):
        meant, note = (found.place,), ""
    elif isinstance(found, Ambiguous):
        meant, note = found.candidates, f"“{safe(typed)}”不止一个。"
    else:
        near = () if begin else tuple(p for p in found.near if places.pool(p) is not None)
        meant, note = near, "" if begin else _unknown(typed, bool(near))
    wide = [place for place in meant if places.pool(place) is None]
    fit = [place for place in meant if place not in wide]
    for province in wide:
        fit += [p for p in places.pools() if p.parent == province.code and p not in fit]
        note = f"{province.name}要写到市，接着输入市名。"
    fit += [place for place in begin if place not in fit]
    if question_id in INSURED:
        inside = [place for place in fit if not places.outside(place)]
        if fit and not inside:
            care = "要去那里看病，下一题再填。" if book.matter == "filing" else ""
            note = f"参保地要填内地的市或区县。{care}"
        fit = inside
    sure = isinstance(found, Found) and not wide and fit[:1] == [found.place]
    return Matches(tuple(choice(place, book) for place in fit[:AT_MOST]), sure, note)


def choice(place: Place, book: Book) -> Choice:
    """Return a place as a line of a list: where it lies, and whose pooling region it belongs to."""
    places = book.places
    pool = places.pool(place)
    belongs = f"医保归{pool.name}" if pool is not None and pool != place else ""
    return Choice(
        place.code, place.name, "，".join(part for part in (places.above(place), belongs) if part)
    )


def _unknown(typed: str, near: bool) -> str:
    if not typed.strip():
        return ""
    return f"没有找到“{safe(typed)}”。{'是不是这几个？' if near else HOW}"
