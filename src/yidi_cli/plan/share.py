"""The share code: all answers in a few characters that can be read out and typed again.

It holds answers, never results, and no identity. Format 1, characters of five bits each:

- the version of the format;
- how the situations stand (2 bits), the two places as division codes (20 bits each), and the
  numbers of the other answers (`rulebook/numbers.py`), 70 bits in all;
- the situations as a mask of 20 or 40 bits, bit 0 for number 1, only where there are any;
- a check character over all that stands before it.

Always whole groups of four: a lost character shows. Everywhere 0 is "not answered"; a place that
is not known is 1, which is no division code. Every version keeps the groups and the check.
"""

from __future__ import annotations

import unicodedata

from yidi_cli.base.errors import InputError, safe
from yidi_cli.plan.answers import Answers
from yidi_cli.rulebook.model import PLACES, UNKNOWN, Option, OptionGroup, Question
from yidi_cli.rulebook.numbers import BITS, SITUATIONS, highest
from yidi_cli.rulebook.rulebook import Rulebook

VERSION = 1
GROUP = 4
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_VALUES = {
    **{char: value for value, char in enumerate(_ALPHABET)},
    **{char.lower(): value for value, char in enumerate(_ALPHABET)},
    **dict.fromkeys("Oo", 0),
    **dict.fromkeys("IiLl", 1),
}
_DASHES = "_\N{MINUS SIGN}"  # besides those that Unicode calls dashes
_CHAR, _PLACE, _MASK = 5, 20, 20
_HEAD = {"situation": 2, **dict.fromkeys(PLACES, _PLACE), **BITS}
"""Question → bits, in the order of the code."""
_HEAD_CHARS = sum(_HEAD.values()) // _CHAR
_NOBODY_KNOWS = 1  # a place
_NONE, _SHORT, _LONG = 1, 2, 3  # situations: asked and none, a mask of 20 bits, of 40 bits
_AGAIN = "对照原来的分享码，改好再试一次。"


def share_code(answers: Answers, book: Rulebook) -> str:
    """Return the code for `answers` (ids), in groups of four: `1BT4-2VWH-51JJ-480E`.

    Raises InputError where an answer has no number and so cannot be in a code.
    """
    fields: dict[str, int] = {}
    mask = 0
    for name, value in answers.items():
        question = book.question(name)
        chosen = (value,) if isinstance(value, str) else value
        if name == "situation":
            for one in chosen:
                mask |= 1 << (_number(one, question) - 1)
            fields[name] = _LONG if mask >> _MASK else _SHORT if mask else _NONE
            continue
        (one,) = chosen
        if name in PLACES:
            fields[name] = _NOBODY_KNOWS if one == UNKNOWN else int(one)
        else:
            fields[name] = _number(one, question)
    number = 0
    for name, bits in _HEAD.items():
        number = number << bits | fields.get(name, 0)
    groups = _mask_groups(fields.get("situation", 0))
    number = number << _MASK * groups | mask
    chars = _HEAD_CHARS + GROUP * groups
    values = [VERSION, *(number >> _CHAR * i & 31 for i in reversed(range(chars)))]
    text = "".join(_ALPHABET[value] for value in (*values, _times_x(_state(values))))
    return "-".join(text[i : i + GROUP] for i in range(0, len(text), GROUP))


def read_code(code: str, book: Rulebook) -> dict[str, str | tuple[str, ...]]:
    """Return the answers in a code, as `share_code` took them, in the order of the questions.

    Case, spaces and dashes do not matter; O is read as 0, I and L as 1. Raises InputError where the
    code was not copied right, or where it holds what this version does not know.
    """
    values = _checked(code)
    if values[0] != VERSION:
        raise InputError("这个分享码是新版 yidi 写的，这一版读不了。先更新 yidi，再试一次。")
    head, tail = values[1 : _HEAD_CHARS + 1], values[_HEAD_CHARS + 1 : -1]
    number = _joined(head)
    fields: dict[str, int] = {}
    for name, bits in reversed(_HEAD.items()):
        number, fields[name] = divmod(number, 1 << bits)
    groups = _mask_groups(fields["situation"])
    # The same answers have one code only: a group that says nothing is too many.
    if len(values) != _HEAD_CHARS + GROUP * groups + 2 or (groups and not any(tail[:GROUP])):
        raise InputError(f"分享码多了或少了一组。{_AGAIN}")
    mask = _joined(tail)
    answers: dict[str, str | tuple[str, ...]] = {}
    for question in book.questions:
        if not (field := fields.get(question.id, 0)):
            continue
        if question.id == "situation":
            numbers = [bit + 1 for bit in range(SITUATIONS) if mask >> bit & 1]
            chosen = {_option(number, question) for number in numbers}
            answers[question.id] = tuple(o.id for o in question.options if o.id in chosen)
        elif question.id in PLACES:
            answers[question.id] = _place(field, question, book)
        else:
            answers[question.id] = _option(field, question)
    return answers


def _joined(values: list[int]) -> int:
    number = 0
    for value in values:
        number = number << _CHAR | value
    return number


def _mask_groups(situation: int) -> int:
    return max(situation - _NONE, 0)


def _parts(question: Question) -> tuple[Option | OptionGroup, ...]:
    return (*question.groups, *question.options)


def _number(answer: str, question: Question) -> int:
    """Return the number of an answer; InputError where it has none."""
    for part in _parts(question):
        if part.id == answer and 0 < part.number <= highest(question.id):
            return part.number
    name = next((part.name for part in _parts(question) if part.id == answer), answer)
    raise InputError(
        f"“{question.name}”里的“{safe(name)}”没有编号，放不进分享码。换一个回答，或把方案存成文件再发。"
    )


def _option(number: int, question: Question) -> str:
    """Return the answer with this number; InputError where there is none."""
    for part in _parts(question):
        if part.number == number:
            return part.id
    raise InputError(_unread(question, "这一版没有这个选项"))


def _place(number: int, question: Question, book: Rulebook) -> str:
    """Return a place as an answer; InputError where it can be none."""
    if number == _NOBODY_KNOWS:
        return UNKNOWN
    code = f"{number:06d}"
    try:
        place = book.places.get(code)
    except KeyError:
        raise InputError(_unread(question, f"这一版没有代码是 {code} 的地方")) from None
    abroad = question.id == "insured" and book.places.outside(place)
    if abroad or book.places.pool(place) is None:
        raise InputError(_unread(question, f"不能是{place.name}"))
    return code


def _unread(question: Question, why: str) -> str:
    again = "先更新 yidi 再试；还不行，就不用分享码，重新回答一遍。"
    return f"分享码里的“{question.name}”读不出来：{why}。{again}"


def _checked(code: str) -> list[int]:
    """Return the values of the characters, the check fulfilled; InputError if it is not."""
    values: list[int] = []
    for char in unicodedata.normalize("NFKC", code):
        if char in _VALUES:
            values.append(_VALUES[char])
        # Chats add spaces, and format characters that cannot be seen (Cf).
        elif not (char.isspace() or char in _DASHES or unicodedata.category(char) in ("Pd", "Cf")):
            kind = "分享码只用数字和字母（没有 U）"
            raise InputError(f"{kind}，不会有“{safe(char)}”。{_AGAIN}")
    if not values:
        raise InputError("分享码是空的。把整个分享码抄过来，再试一次。")
    if len(values) % GROUP:
        what = f"分享码每组 {GROUP} 个字符，抄来的一共 {len(values)} 个，多了或漏了"
        raise InputError(f"{what}。{_AGAIN}")
    if _state(values):
        raise InputError(f"分享码抄错了：有字符写错，或换了位置。{_AGAIN}")
    return values


def _state(values: list[int]) -> int:
    """Return the check over `values`, 0 for a whole code.

    A polynomial over GF(32) at x, whose powers differ for 31 characters: changing one character or
    swapping two adds a product of two elements that are not zero. It starts from 1, so that zeros
    in front count.
    """
    state = 1
    for value in values:
        state = _times_x(state) ^ value
    return state


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ 0b100101 if value > 31 else value  # x^5 = x^2 + 1
