"""From what a person typed to ids: places and options, with the nearest valid choices on error."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from yidi_cli.base.errors import LONGEST, InputError, safe
from yidi_cli.plan.case import Case
from yidi_cli.rulebook.divisions import Place
from yidi_cli.rulebook.model import INSURED, PLACES, UNKNOWN, Option, Question
from yidi_cli.rulebook.places import Ambiguous, Found

if TYPE_CHECKING:
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.rulebook import Rulebook

Answers = Mapping[str, str | tuple[str, ...]]
"""Question id → what was answered: option ids, a division code or `unknown`, or several ids."""

MAX_CITIES = 8
NEAREST = 3
NOTHING = ("none", "无", "没有")
NOT_KNOWN = (UNKNOWN, "不确定", "不知道", "不清楚", "说不准", "没定", "还没定")
"""What is typed for a place that is not known: these words alone, nothing near them."""


def named_place(typed: str, book: Book, flag: str) -> Place:
    """Return the place that `typed` names; `flag` is where it was typed.

    Raises InputError with the candidates or the nearest names.
    """
    places = book.places
    found = places.find(typed)
    if isinstance(found, Found):
        return found.place
    if isinstance(found, Ambiguous):
        named = "、".join(places.label(place) for place in found.candidates)
        again = f"把省或市写在前面，再试一次。（{flag}）"
        raise InputError(f"“{safe(typed)}”不止一个：{named}。{again}")
    hint = "、".join(places.label(place) for place in found.near)
    how = "写市或区县的名字、拼音或首字母，例如 重庆、chongqing、cq。"
    tail = f"是不是：{hint}？" if hint else how
    raise InputError(f"没有找到地名“{safe(typed)}”。{tail}（{flag}）")


def insured_place(typed: str, book: Book, flag: str) -> Place:
    """Return the place that `typed` names, a province too; InputError where nobody is insured."""
    place = named_place(typed, book, flag)
    if book.places.outside(place):
        care = "要去那里看病，用 --to 写。" if book.matter == "filing" else ""
        raise InputError(f"参保地要填内地的市或区县，不是“{place.short}”。{care}（{flag}）")
    return place


def parse_place(typed: str, question: Question, book: Book) -> Place:
    """Return the place that answers a question: one with a pooling region.

    Raises InputError with the candidates, the nearest names, or a province's cities.
    """
    places = book.places
    find = insured_place if question.id in INSURED else named_place
    place = find(typed, book, question.flag)
    if places.pool(place) is None:
        cities = [p.short for p in places.pools() if p.parent == place.code][:MAX_CITIES]
        kind = "自治区" if place.name.endswith("自治区") else "省"
        raise InputError(
            f"{place.name}是{kind}，医保按市管。{question.name}要写到市，例如：{'、'.join(cities)}。"
            f"（{question.flag}）"
        )
    return place


def is_not_known(typed: str) -> bool:
    """Tell whether what was typed for a place says that it is not known."""
    return _fold(typed) in NOT_KNOWN


def parse_option(typed: str, question: Question) -> str:
    """Return the id of the option (or group) that `typed` names by id, name, label or alias.

    Raises InputError with the nearest choices.
    """
    wanted = _fold(typed)
    names: dict[str, str] = {}
    for option in question.options:
        for name in (option.id, option.name, option.label, *option.aliases):
            names.setdefault(_fold(name), option.id)
    for group in question.groups:
        for name in (group.id, group.name, *group.aliases):
            names.setdefault(_fold(name), group.id)
    if wanted in names:
        return names[wanted]
    near = nearest_options(typed, question)
    hint = "、".join(f"{option.id}（{option.name}）" for option in near or question.options)
    lead = "是不是" if near else "可以填"
    raise InputError(f"{question.flag} 没有“{safe(typed)}”这个值。{lead}：{hint}。")


def nearest_options(typed: str, question: Question) -> list[Option]:
    """Return up to three options that `typed` may mean: by their related words, else by spelling.

    What shares a single character only is not near.
    """
    import difflib

    wanted = _fold(typed)[:LONGEST]
    pointed = [o for o in question.options if any(word in wanted for word in o.related)]
    if pointed:
        return pointed[:NEAREST]
    names = {
        _fold(name): option
        for option in question.options
        for name in (option.id, option.name, *option.aliases)
    }
    close = difflib.get_close_matches(wanted, names, n=NEAREST, cutoff=0.5)
    close = [name for name in close if len(set(name) & set(wanted)) > 1]
    close += [name for name in names if len(wanted) > 1 and (wanted in name or name in wanted)]
    return list({names[name].id: names[name] for name in close}.values())[:NEAREST]


def _fold(text: str) -> str:
    # A command copied out of a sentence brings the full stop along.
    return unicodedata.normalize("NFKC", text).strip(" \t\n。").casefold().replace("_", "-")


def parse_answers(
    given: Mapping[str, str | Sequence[str]], book: Book
) -> dict[str, str | tuple[str, ...]]:
    """Turn typed answers by question id into ids; raises InputError on the first that fails.

    A place that is not known becomes `unknown`.
    """
    answers: dict[str, str | tuple[str, ...]] = {}
    for question in book.questions:
        if question.id not in given:
            continue
        typed = given[question.id]
        if question.kind == "many":
            parts = [typed] if isinstance(typed, str) else typed
            names = [name for part in parts for name in _split(part)]
            ids = [parse_option(name, question) for name in names if _fold(name) not in NOTHING]
            chosen = set(ids)
            order = [option.id for option in question.options]
            answers[question.id] = tuple(o for o in order if o in chosen)
        elif not isinstance(typed, str):
            raise InputError(f"{question.flag} 只能填一个值。")
        elif question.kind == "place":
            known = not is_not_known(typed)
            answers[question.id] = parse_place(typed, question, book).code if known else UNKNOWN
        else:
            answers[question.id] = parse_option(typed, question)
    return answers


def _split(text: str) -> list[str]:
    for mark in "，、;；":
        text = text.replace(mark, ",")
    return [part for part in (p.strip() for p in text.split(",")) if part]


def case_of(answers: Answers, book: Rulebook) -> Case:
    """Return the case that `answers` (ids) describe; what is not answered stays unknown.

    A place answered with `unknown` is open in the case; one that is not answered is only absent.
    """

    def one(name: str, default: str) -> str:
        value = answers.get(name, default)
        return value if isinstance(value, str) else default

    def place(name: str) -> Place | None:
        code = answers.get(name)
        return book.places.get(code) if isinstance(code, str) and code != UNKNOWN else None

    chosen = answers.get("situation", ())
    return Case(
        insured=place("insured"),
        destination=place("destination"),
        scheme=one("scheme", UNKNOWN),
        type=one("type", UNKNOWN),
        care=one("care", UNKNOWN),
        disease=one("disease", "none"),
        stage=one("stage", "before"),
        filing=one("filing", "none"),
        situations=chosen if isinstance(chosen, tuple) else (chosen,),
        open_places=tuple(name for name in PLACES if answers.get(name) == UNKNOWN),
    )
