"""The language of a search: words that ask, words that say nothing, words for the same."""

from __future__ import annotations

import re

# Asked with, but never what is asked for.
ASKING = re.compile(
    r"怎么办理?|怎么样?|如何|请问|是不是|能不能|可不可以|可以吗|行不行|要不要|需不需要|需要|有没有|"
    r"为什么|什么时候|什么|多少|现在|哪里|哪儿|哪些|"
    r"我[在要想]?|[吗呢呀啊的]"
)
# Pairs of characters that any text may hold: alone they say nothing of what is looked for.
_PAIRS = (
    "不出 不了 不到 不能 不是 不会 不要 没有 有没 怎么 么办 可以 能不 是不 什么 这个 那个 一个 "
    "自己 就是 还是 还要 要不 的时 时候 我的 他的 了吗 了的 了没 去了 来了 出来 起来"
)
FUNCTION = frozenset(_PAIRS.split())
ALWAYS = ("异地", "外地")  # left out beside other words: all here is about it
SYNONYMS: dict[str, tuple[str, ...]] = {
    "没备案": ("没来得及备案", "没有备案", "未备案", "视同已备案"),
    "押金": ("垫付", "先垫", "垫钱"),
    "小孩": ("新生儿", "孩子看病", "给孩子", "替孩子"),
    "回老家": ("外地安家", "户口也迁"),
    "断药": ("续方", "买药"),
    **dict.fromkeys(("格列卫", "伊马替尼", "易瑞沙", "吉非替尼", "泰瑞沙"), ("靶向药",)),
    **dict.fromkeys(("奥希替尼", "赫赛汀", "曲妥珠单抗"), ("靶向药",)),
}
"""What people type → what the entries say, where it is no answer to a question.

Names of answers stand in `data/questions.yaml`, those of diseases in `data/diseases.yaml`.
"""
CANCER = re.compile(r".{0,8}(?:癌|瘤)(?:症|晚期)?|白血病|何杰金病|霍奇金病")
CANCERS = ("恶性肿瘤", "癌症")
