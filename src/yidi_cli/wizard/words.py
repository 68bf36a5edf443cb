"""Answers in words, as the person reads them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidi_cli.render.plan_page import option_name
from yidi_cli.rulebook.model import UNKNOWN

if TYPE_CHECKING:
    from yidi_cli.rulebook.book import Book


def describe(name: str, value: str | tuple[str, ...], book: Book) -> str:
    """Say an answer to the question `name` in words; of several parts, all."""
    if isinstance(value, tuple):
        return "、".join(option_name(name, part, book) for part in value) or "没有"
    if book.question(name).kind == "place":
        if value == UNKNOWN:
            return "没定"
        return book.places.label(book.places.get(value))
    return option_name(name, value, book)
