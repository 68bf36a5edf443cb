"""Pinyin without tones: which 汉字 a word in Latin letters may stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from yidi_cli.base.env import prefer_small_pypinyin

HAN = re.compile(r"[〇㐀-鿿]")
MAX_LETTERS = 60
MAX_SPELLINGS = 24
_LONGEST_SYLLABLE = 6  # zhuang, chuang, shuang


class Sounds:
    """The readings of the characters of some texts; a character may have several.

    Only those characters count: what they cannot spell is not there to be found.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        """Read the distinct characters of `texts` once each."""
        # Loaded only where somebody typed Latin letters: it takes as long as the whole search.
        prefer_small_pypinyin()
        from pypinyin import Style, pinyin

        chars = sorted(set(HAN.findall("".join(texts))))
        readings = pinyin(chars, style=Style.NORMAL, heteronym=True) if chars else []
        self._readings = dict(zip(chars, readings, strict=True))
        self._chars: dict[str, str] = {}
        for char, syllables in self._readings.items():
            for syllable in syllables:
                for spelled in {syllable, syllable.replace("v", "u")}:
                    self._chars[spelled] = self._chars.get(spelled, "") + char

    def spellings(self, letters: str) -> list[tuple[str, ...]]:
        """Return the ways to read `letters` as syllables, those of the fewest first.

        At most 24; none where the letters are no pinyin, or too many.
        """
        if not letters or len(letters) > MAX_LETTERS:
            return []
        # ends[i]: the ways to read the first i letters.
        ends: list[list[tuple[str, ...]]] = [[()]]
        for end in range(1, len(letters) + 1):
            ways = [
                (*before, letters[begin:end])
                for begin in range(max(0, end - _LONGEST_SYLLABLE), end)
                if letters[begin:end] in self._chars
                for before in ends[begin]
            ]
            ends.append(sorted(ways, key=len)[:MAX_SPELLINGS])
        return ends[-1]

    def pattern(self, words: Sequence[str]) -> re.Pattern[str] | None:
        """Return what finds the 汉字 that `words` spell; a space is a syllable's end.

        None where they are no pinyin, or a single syllable, which nearly every text holds.
        """
        spelled: list[tuple[str, ...]] = [()]
        for word in words:
            ways = self.spellings(word)
            spelled = [(*before, *way) for before in spelled for way in ways][:MAX_SPELLINGS]
        return self.compiled(way for way in spelled if len(way) > 1)

    def compiled(self, ways: Iterable[Sequence[str]]) -> re.Pattern[str] | None:
        """Return what finds any of these sequences of syllables; None where there are none."""
        sources = ["".join(f"[{self._chars[part]}]" for part in way) for way in ways]
        return re.compile("|".join(sources)) if sources else None

    def spelled(self, text: str) -> str:
        """Return the first reading of each character of `text` that is known, joined."""
        return "".join(self._readings[char][0] for char in text if char in self._readings)

    def has_initials(self, letters: str, text: str) -> bool:
        """Tell whether `letters` are the initials of `text`, character by character."""
        return len(letters) == len(text) and all(
            any(syllable.startswith(letter) for syllable in self._readings.get(char, ()))
            for letter, char in zip(letters, text, strict=True)
        )
