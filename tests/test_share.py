"""The share code: what it holds, what is found when it was copied wrongly, and that it lasts."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.conftest import DATA, rulebook
from yidi_cli.base.errors import InputError
from yidi_cli.plan.answers import Answers, parse_answers
from yidi_cli.plan.share import read_code, share_code
from yidi_cli.rulebook.bundle import Bundle
from yidi_cli.rulebook.compile import compile_folder
from yidi_cli.rulebook.divisions import pack
from yidi_cli.rulebook.folder import read_examples
from yidi_cli.rulebook.model import UNKNOWN, Option, OptionGroup, Question
from yidi_cli.rulebook.numbers import BITS, highest
from yidi_cli.rulebook.raw import RawBundle
from yidi_cli.rulebook.rulebook import Rulebook

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BOOK = rulebook()
AGAIN = "对照原来的分享码，改好再试一次。"
MISCOPIED = f"分享码抄错了：有字符写错，或换了位置。{AGAIN}"
UPDATE = "先更新 yidi 再试；还不行，就不用分享码，重新回答一遍。"

# Codes that somebody may have kept. They are read like this for ever: if one of these fails, the
# program is wrong, not the table.
GOLDEN: dict[str, Answers] = {
    "1000-0000-0000-0004": {},
    "1BT4-2VWH-51JJ-480E": {
        "insured": "500235",
        "destination": "510100",
        "scheme": "resident",
        "type": "long-term-residence",
        "care": "inpatient",
        "stage": "before",
        "filing": "none",
        "situation": (),
    },
    "1KT4-2R00-09H4-4840-0211": {
        "insured": "500235",
        "destination": "unknown",
        "scheme": "resident",
        "type": "long-term",
        "care": "chronic",
        "disease": "diabetes",
        "stage": "before",
        "filing": "none",
        "situation": ("injury", "proxy"),
    },
    "1R00-0000-0000-0000-0010-000T": {"situation": ("moving-back",)},
}

# Every number that was ever given. A line may be added; none may be changed, nor taken out when an
# option is gone from the data (move it to GONE then, so that its number is not used again).
FROZEN = {
    "scheme": {"unknown": 1, "employee": 2, "resident": 3},
    "type": {
        "unknown": 1,
        "long-term": 2,
        "temporary": 3,
        "retired-resettled": 4,
        "long-term-residence": 5,
        "work-assignment": 6,
        "referral": 7,
        "emergency": 8,
        "other-temporary": 9,
    },
    "care": {"unknown": 1, "inpatient": 2, "outpatient": 3, "chronic": 4, "pharmacy": 5},
    "disease": {
        "unknown": 1,
        "none": 2,
        "hypertension": 3,
        "diabetes": 4,
        "cancer-chemo-radio": 5,
        "dialysis": 6,
        "transplant": 7,
        "copd": 8,
        "rheumatoid-arthritis": 9,
        "coronary": 10,
        "hepatitis": 11,
        "ankylosing-spondylitis": 12,
        "cancer-other-treatment": 13,
        "stroke-sequelae": 14,
        "parkinson": 15,
        "alzheimer": 16,
        "epilepsy": 17,
        "severe-mental-disorder": 18,
        "lupus": 19,
        "kidney-disease": 20,
        "cirrhosis": 21,
        "thyroid": 22,
        "asthma": 23,
        "cor-pulmonale": 24,
        "tuberculosis": 25,
        "heart-failure": 26,
        "rheumatic-heart-disease": 27,
        "heart-surgery": 28,
        "hemophilia": 29,
        "aplastic-anemia": 30,
        "thalassemia": 31,
        "myasthenia-gravis": 32,
        "multiple-sclerosis": 33,
        "psoriasis": 34,
        "inflammatory-bowel-disease": 35,
        "macular-degeneration": 36,
        "phenylketonuria": 37,
        "other": 38,
    },
    "stage": {"unknown": 1, "before": 2, "admitted": 3, "discharged": 4},
    "filing": {"unknown": 1, "none": 2, "active": 3, "expired": 4, "elsewhere": 5},
    "situation": {
        "injury": 1,
        "third-party": 2,
        "work-injury": 3,
        "maternity": 4,
        "newborn": 5,
        "student": 6,
        "proxy": 7,
        "no-proof": 8,
        "commitment": 9,
        "pending": 10,
        "settlement-failed": 11,
        "no-credential": 12,
        "unlinked-hospital": 13,
        "outside-drug": 14,
        "cross-year": 15,
        "expiring": 16,
        "coverage-paused": 17,
        "two-homes": 18,
        "third-place": 19,
        "return-home": 20,
        "moving-back": 21,
    },
}
GONE: dict[str, set[int]] = {}


def numbers(question: Question) -> dict[str, int]:
    parts: tuple[OptionGroup | Option, ...] = (*question.groups, *question.options)
    return {part.id: part.number for part in parts}


def refusal(code: str, book: Rulebook = BOOK) -> str:
    with pytest.raises(InputError) as caught:
        read_code(code, book)
    assert caught.value.code == 2
    return caught.value.message


def plain(code: str) -> list[int]:
    return [CROCKFORD.index(char) for char in code.replace("-", "")]


def written(values: list[int]) -> str:
    return "".join(CROCKFORD[value] for value in values)


def times(a: int, b: int) -> int:
    """Multiply in GF(32), the long way: as polynomials over GF(2), modulo x^5 + x^2 + 1."""
    product = 0
    for bit in range(5):
        product ^= (a << bit) if b >> bit & 1 else 0
    for bit in range(8, 4, -1):
        product ^= (0b100101 << bit - 5) if product >> bit & 1 else 0
    return product


def with_check(values: list[int]) -> str:
    """Return the code for what stands before the check character."""
    state = 1
    for value in values:
        state = times(state, 2) ^ value
    return written([*values, times(state, 2)])


# --- what it holds ----------------------------------------------------------------------------


@pytest.mark.parametrize("code", GOLDEN)
def test_a_code_is_read_for_ever(code: str, book: Rulebook) -> None:
    assert read_code(code, book) == GOLDEN[code]
    assert share_code(GOLDEN[code], book) == code


def test_a_number_never_changes(book: Rulebook) -> None:
    asked = [question for question in book.questions if question.kind != "place"]
    assert {question.id: numbers(question) for question in asked} == FROZEN
    for name, given_out in FROZEN.items():
        assert GONE.get(name, set()).isdisjoint(given_out.values())


def test_every_question_has_its_place_in_the_code(book: Rulebook) -> None:
    # The format itself: other widths are another version.
    assert BITS == {"scheme": 4, "type": 5, "care": 4, "stage": 4, "filing": 4, "disease": 7}
    assert highest("situation") == 40
    asked = {question.id for question in book.questions}
    assert asked == {"insured", "destination", *BITS, "situation"}
    for name, given_out in FROZEN.items():
        assert 0 < min(given_out.values()) <= max(given_out.values()) <= highest(name)


EXAMPLES, _ = read_examples(DATA)


def test_the_answers_of_every_case_come_back(book: Rulebook) -> None:
    codes = set()
    for example in EXAMPLES:
        answers = parse_answers(example.answers, book)
        code = share_code(answers, book)
        assert read_code(code, book) == answers, example.id
        assert list(read_code(code, book)) == list(answers)
        codes.add(code)
        if not answers.get("situation"):
            assert len(code) == 19, "16 characters and 3 hyphens"
        else:
            assert len(code) in (24, 29)
    assert len(EXAMPLES) >= 80
    assert len(codes) > len(EXAMPLES) * 0.8


def places(question: str) -> list[str]:
    """Return the codes of all places that can answer a question."""
    own = BOOK.places
    every = [place for place in own.every() if own.pool(place) is not None]
    return [p.code for p in every if question != "insured" or not own.outside(p)]


def choices(question: Question) -> st.SearchStrategy[str | tuple[str, ...] | None]:
    """Return a strategy for one answer, None for no answer."""
    if question.kind == "place":
        return st.none() | st.just(UNKNOWN) | st.sampled_from(places(question.id))
    ids = list(numbers(question))
    if question.kind == "many":
        kept = st.lists(st.booleans(), min_size=len(ids), max_size=len(ids))
        some = kept.map(lambda yes: tuple(i for i, k in zip(ids, yes, strict=True) if k))
        return st.none() | st.just(()) | some
    return st.none() | st.sampled_from(ids)


ANSWERS = st.fixed_dictionaries({q.id: choices(q) for q in BOOK.questions}).map(
    lambda answers: {name: value for name, value in answers.items() if value is not None}
)


@settings(max_examples=600, deadline=None)
@given(ANSWERS)
def test_any_answers_come_back(answers: dict[str, str | tuple[str, ...]]) -> None:
    code = share_code(answers, BOOK)
    assert read_code(code, BOOK) == answers
    shuffled = dict(reversed(answers.items()))
    if "situation" in answers:
        shuffled["situation"] = tuple(reversed(answers["situation"]))
    assert share_code(shuffled, BOOK) == code
    groups = code.split("-")
    assert {len(group) for group in groups} == {4}
    high = "moving-back" in answers.get("situation", ())
    assert len(groups) == 4 + bool(answers.get("situation")) + high
    assert set(code) <= {*CROCKFORD, "-"}


def test_each_answer_alone_comes_back(book: Rulebook) -> None:
    codes = {share_code({}, book)}
    count = 1
    for question in book.questions:
        values: list[str | tuple[str, ...]] = list(numbers(question))
        if question.kind == "many":
            values = [(), *((str(value),) for value in values)]
        elif question.kind == "place":
            values = [UNKNOWN, *places(question.id)]
        for value in values:
            code = share_code({question.id: value}, book)
            assert read_code(code, book) == {question.id: value}
            codes.add(code)
            count += 1
    assert len(codes) == count > 6000


def test_the_code_is_the_answers_and_nothing_else() -> None:
    """Read by hand, bit by bit: no day, no random part, no place for a name."""
    code = "1KT4-2R00-09H4-4840-0211"
    version, *payload, check = plain(code)
    assert version == 1
    assert written([version, *payload, check]) == with_check([version, *payload])
    bits = "".join(f"{value:05b}" for value in payload)
    fields = []
    for width in (2, 20, 20, 4, 5, 4, 4, 4, 7, 20):
        fields.append(int(bits[:width], 2))
        bits = bits[width:]
    assert bits == ""
    # Mask of 20 bits; 云阳县, not known; 居民, 长期, 慢特病, 还没看, 没备案, 糖尿病; numbers 7, 1.
    assert fields == [2, 500235, 1, 3, 2, 4, 2, 2, 4, 0b1000001]


@pytest.mark.parametrize("code", GOLDEN)
def test_different_codes_are_different_answers(code: str, book: Rulebook) -> None:
    """Nothing can be hidden: what may be changed in a code without being refused is an answer."""
    values = plain(code)[:-1]
    read = 0
    for place in range(len(values)):
        for value in range(32):
            changed = with_check([*values[:place], value, *values[place + 1 :]])
            try:
                answers = read_code(changed, book)
            except InputError:
                continue
            read += 1
            assert share_code(answers, book).replace("-", "") == changed
    assert read > len(values)


def test_the_wheel_writes_the_same_code(book: Rulebook) -> None:
    files = compile_folder(DATA)
    compiled = Rulebook(msgspec.json.decode(files["rulebook.json"], type=RawBundle))
    for code, answers in GOLDEN.items():
        assert share_code(answers, compiled) == code
        assert read_code(code, compiled) == answers


# --- what is found ----------------------------------------------------------------------------


def changes(code: str) -> Iterator[str]:
    """Yield `code` with each single character wrong."""
    text = code.replace("-", "")
    for place, right in enumerate(text):
        for char in CROCKFORD:
            if char != right:
                yield text[:place] + char + text[place + 1 :]


def swaps(code: str) -> Iterator[str]:
    """Yield `code` with each two different characters swapped, side by side or not."""
    text = code.replace("-", "")
    for i in range(len(text)):
        for j in range(i + 1, len(text)):
            if text[i] != text[j]:
                yield text[:i] + text[j] + text[i + 1 : j] + text[i] + text[j + 1 :]


CODES = [*GOLDEN, *(share_code(parse_answers(e.answers, BOOK), BOOK) for e in EXAMPLES[:4])]


@pytest.mark.parametrize("code", CODES)
def test_every_wrong_character_is_found(code: str) -> None:
    wrong = list(changes(code))
    assert len(wrong) == 31 * (len(code) - code.count("-"))
    assert {refusal(text) for text in wrong} == {MISCOPIED}


@pytest.mark.parametrize("code", CODES)
def test_every_swap_is_found(code: str) -> None:
    wrong = list(swaps(code))
    assert len(wrong) > 20
    assert {refusal(text) for text in wrong} == {MISCOPIED}


@pytest.mark.parametrize("length", [16, 20, 24])
def test_every_swap_in_every_code_of_a_length_is_found(length: int) -> None:
    """Swapping a and b adds a+b to both places, and the check is linear: so all sums are tried.

    What is found in one code is found in each of that length.
    """
    code = next(code for code in GOLDEN if len(code.replace("-", "")) == length)
    values = plain(code)
    tried = 0
    for i in range(length):
        for j in range(i + 1, length):
            for both in range(1, 32):
                wrong = list(values)
                wrong[i] ^= both
                wrong[j] ^= both
                assert refusal(written(wrong)) == MISCOPIED
                tried += 1
    assert tried == 31 * length * (length - 1) // 2


@pytest.mark.parametrize("code", CODES)
def test_a_missing_or_extra_character_is_found(code: str) -> None:
    text = code.replace("-", "")
    short = {text[:i] + text[i + 1 :] for i in range(len(text))}
    long = {text[:i] + char + text[i:] for i in range(len(text) + 1) for char in CROCKFORD}
    for wrong in short | long:
        what = f"分享码每组 4 个字符，抄来的一共 {len(wrong)} 个，多了或漏了。{AGAIN}"
        assert refusal(wrong) == what


@pytest.mark.parametrize("code", CODES)
def test_a_missing_or_doubled_group_is_found(code: str) -> None:
    groups = code.split("-")
    for i in range(len(groups)):
        for wrong in (groups[:i] + groups[i + 1 :], groups[: i + 1] + groups[i:]):
            assert refusal("-".join(wrong)).startswith("分享码")


def test_a_group_that_is_missing_is_named_where_the_check_is_right() -> None:
    values = plain("1KT4-2R00-09H4-4840-0211")[:-1]
    lost = f"分享码多了或少了一组。{AGAIN}"
    assert refusal(with_check(values[:15])) == lost
    assert refusal(with_check(values[:3])) == lost
    assert refusal(with_check([1, 0, 0])) == lost
    assert refusal(with_check([*values, 0, 0, 0, 1])) == lost
    # A group for situations with none in it: the same answers would have two codes.
    assert refusal(with_check([*values[:15], 0, 0, 0, 0])) == lost
    long = plain("1R00-0000-0000-0000-0010-000T")[:-1]
    assert refusal(with_check([*long[:15], 0, 0, 0, 0, 0, 0, 0, 1])) == lost
    # Nothing is reckoned with what is far too long.
    assert refusal(with_check([1] * 200_003)) == lost


# --- how it is typed --------------------------------------------------------------------------

CODE = "1BT4-2VWH-51JJ-480E"


@pytest.mark.parametrize(
    "typed",
    [
        CODE.lower(),
        CODE.replace("-", ""),
        CODE.replace("-", " "),
        CODE.replace("-", " - "),
        f"  {CODE}\n",
        CODE.replace("-", "—"),
        CODE.replace("-", "－"),
        CODE.replace("-", "–"),
        CODE.replace("-", "−"),
        CODE.replace("-", "_"),
        CODE.replace("-", "\u3000"),
        CODE.replace("-", "\u200b-"),
        "\ufeff" + CODE,
        "".join(chr(ord(char) + 0xFEE0) for char in CODE),
        CODE.replace("1", "I").replace("0", "O"),
        CODE.replace("1", "l").replace("0", "o"),
        CODE.replace("1", "i"),
        CODE.replace("1", "L"),
        "-".join(CODE),
    ],
)
def test_a_code_may_be_typed_in_any_way(typed: str, book: Rulebook) -> None:
    assert read_code(typed, book) == GOLDEN[CODE]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "分享码是空的。把整个分享码抄过来，再试一次。"),
        (" — ", "分享码是空的。把整个分享码抄过来，再试一次。"),
        (CODE[:-1] + "U", f"分享码只用数字和字母（没有 U），不会有“U”。{AGAIN}"),
        ("重庆到成都", f"分享码只用数字和字母（没有 U），不会有“重”。{AGAIN}"),
        (CODE + "。", f"分享码只用数字和字母（没有 U），不会有“。”。{AGAIN}"),
        (CODE + "\x1b[31m", f"分享码只用数字和字母（没有 U），不会有“?”。{AGAIN}"),
        ("ß", f"分享码只用数字和字母（没有 U），不会有“ß”。{AGAIN}"),
        (CODE[:-1], f"分享码每组 4 个字符，抄来的一共 15 个，多了或漏了。{AGAIN}"),
        ("0000-0000-0000-0000", MISCOPIED),
        ("0000", MISCOPIED),
        ("Z" * 10_000, MISCOPIED),
    ],
)
def test_what_cannot_be_read_says_why(typed: str, said: str) -> None:
    assert refusal(typed) == said


# --- other versions ---------------------------------------------------------------------------


def changed(book: Rulebook, name: str, **fields: object) -> Rulebook:
    """Return the rulebook with one question changed."""
    bundle = book._bundle
    assert isinstance(bundle, Bundle)
    questions = [replace(q, **fields) if q.id == name else q for q in bundle.questions]
    return Rulebook(replace(bundle, questions=tuple(questions)))


def with_option(book: Rulebook, name: str, number: int) -> Rulebook:
    """Return the rulebook with one more option, which stands first."""
    more = Option(id="new", label="新的", name="新选项", number=number)
    return changed(book, name, options=(more, *book.question(name).options))


@pytest.mark.parametrize("name", ["scheme", "type", "care", "stage", "filing", "situation"])
def test_a_new_option_changes_no_code_and_is_refused_by_an_old_version(
    name: str, book: Rulebook
) -> None:
    newer = with_option(book, name, highest(name))
    for code, answers in GOLDEN.items():
        assert share_code(answers, newer) == code
        assert read_code(code, newer) == answers
    answers = {**GOLDEN[CODE], name: ("new",) if name == "situation" else "new"}
    code = share_code(answers, newer)
    assert read_code(code, newer) == answers
    what = f"分享码里的“{book.question(name).name}”读不出来：这一版没有这个选项。"
    assert refusal(code, book) == what + UPDATE


def test_a_new_disease_changes_no_code_and_is_refused_by_an_old_version(book: Rulebook) -> None:
    bundle = book._bundle
    assert isinstance(bundle, Bundle)
    new = replace(bundle.diseases[0], id="new", name="新病种", number=highest("disease"))
    newer = Rulebook(replace(bundle, diseases=(new, *bundle.diseases)))
    code = share_code({"disease": "new"}, newer)
    assert read_code(code, newer) == {"disease": "new"}
    assert refusal(code, book) == f"分享码里的“慢特病病种”读不出来：这一版没有这个选项。{UPDATE}"
    old = "1KT4-2R00-09H4-4840-0211"
    assert read_code(old, newer) == GOLDEN[old]


def test_the_order_of_options_does_not_matter(book: Rulebook) -> None:
    turned = book
    for question in book.questions:
        turned = changed(turned, question.id, options=question.options[::-1])
    for code, answers in GOLDEN.items():
        read = read_code(code, turned)
        assert {**read, "situation": set(read.get("situation", ()))} == {
            **answers,
            "situation": set(answers.get("situation", ())),
        }
        assert share_code(answers, turned) == code


@pytest.mark.parametrize("name", ["type", "situation"])
@pytest.mark.parametrize("number", [0, -1, 99])
def test_an_option_without_a_number_is_not_shared(name: str, number: int, book: Rulebook) -> None:
    own = with_option(book, name, number)
    with pytest.raises(InputError) as caught:
        share_code({name: ("new",) if name == "situation" else "new"}, own)
    assert caught.value.message == (
        f"“{own.question(name).name}”里的“新选项”没有编号，放不进分享码。"
        "换一个回答，或把方案存成文件再发。"
    )


def test_a_group_without_a_number_is_not_shared(book: Rulebook) -> None:
    groups = tuple(replace(group, number=0) for group in book.question("type").groups)
    with pytest.raises(InputError, match="“备案类型”里的“异地长期居住类”没有编号"):
        share_code({"type": "long-term"}, changed(book, "type", groups=groups))


def test_a_question_that_the_format_does_not_hold_is_not_left_out(book: Rulebook) -> None:
    bundle = book._bundle
    assert isinstance(bundle, Bundle)
    extra = replace(book.question("stage"), id="new", name="新问题")
    newer = Rulebook(replace(bundle, questions=(*bundle.questions, extra)))
    with pytest.raises(InputError, match="“新问题”里的“尚未就医”没有编号"):
        share_code({"new": "before"}, newer)


def test_a_place_that_is_no_more_is_named(book: Rulebook) -> None:
    bundle = book._bundle
    assert isinstance(bundle, Bundle)
    left = [place for place in book.places.every() if place.code != "500235"]
    newer = Rulebook(replace(bundle, places=pack(left)))
    what = "分享码里的“参保地”读不出来：这一版没有代码是 500235 的地方。"
    assert refusal(CODE, newer) == what + UPDATE
    # Where other rows of the table went does not matter.
    assert read_code(share_code({"insured": "510781"}, book), newer) == {"insured": "510781"}


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("insured", "810000", "“参保地”读不出来：不能是香港特别行政区。"),
        ("insured", "530000", "“参保地”读不出来：不能是云南省。"),
        ("destination", "530000", "“就医地”读不出来：不能是云南省。"),
        ("destination", "000002", "“就医地”读不出来：这一版没有代码是 000002 的地方。"),
        ("destination", "1048575", "“就医地”读不出来：这一版没有代码是 1048575 的地方。"),
    ],
)
def test_a_place_that_cannot_be_the_answer(name: str, code: str, said: str, book: Rulebook) -> None:
    assert refusal(share_code({name: code}, book)) == f"分享码里的{said}{UPDATE}"


def test_a_newer_format_is_named_and_a_wrong_version_is_a_wrong_character() -> None:
    values = plain(CODE)[:-1]
    for version in (0, *range(2, 32)):
        newer = with_check([version, *values[1:]])
        assert refusal(newer) == "这个分享码是新版 yidi 写的，这一版读不了。先更新 yidi，再试一次。"
        assert refusal(CROCKFORD[version] + CODE[1:]) == MISCOPIED
