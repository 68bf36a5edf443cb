"""What the prompters that a person meets say alike, however they draw."""

from __future__ import annotations

from functools import cache

from yidi_cli.wizard.prompts.api import Why

WHY_KEYS = ("?", "？")
NOT_FOUND = "没有找到，换个写法再试。"
_NO_WHY = "这一题没有更多说明。"


def asked_once(why: Why | None) -> Why:
    """Give the text of `why`, which is called at most once, or say that there is none."""
    return cache(why) if why else lambda: _NO_WHY
