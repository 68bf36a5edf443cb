"""Text made harmless: what stands in data or answers must not steer a terminal or hide itself."""

from __future__ import annotations

import unicodedata

_STEERING = frozenset(["Cc", "Cs", "Zl", "Zp"])
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def inert(text: str) -> str:
    """Return `text` without control characters and marks that change the writing direction.

    Line feeds stay; a tab becomes a space.
    """
    if text.isprintable():
        return text
    return "".join(char for char in text.replace("\t", " ") if char == "\n" or not _steers(char))


def _steers(char: str) -> bool:
    return char in _DIRECTION or unicodedata.category(char) in _STEERING
