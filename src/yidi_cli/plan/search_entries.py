"""What can be found: every statement, disease, dispute and source, with the fields looked at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from yidi_cli.base.value import Value
from yidi_cli.plan.answers import NOTHING
from yidi_cli.plan.explain import KINDS as EXPLAINED_KINDS
from yidi_cli.plan.explain import Explained, explained
from yidi_cli.plan.pinyin import Sounds
from yidi_cli.plan.statements import every_statement
from yidi_cli.rulebook.model import (
    UNKNOWN,
    Citation,
    Conditions,
    Option,
    OptionGroup,
    Way,
)
from yidi_cli.rulebook.region import NATION

if TYPE_CHECKING:
    from yidi_cli.rulebook.rulebook import Rulebook

KINDS = {
    **EXPLAINED_KINDS,
    "conflict": "争议",
    "myth": "误传",
    "type": "备案类型",
    "source": "来源",
}
"""Kind → its name. A myth is a reading that people meet often and lose by; a type, or a group of
types, is what one files as.
"""

NATIONWIDE = "全国"

SECTION_WORDS: dict[str, str] = {
    "unsure": "不清楚 没定",
    "next-steps": "步骤 先做什么 怎么办理",
    "channels": "渠道 在哪办",
    "materials": "材料 证件 证明 要带什么",
    "timing": "时间 时效 多久 有效期",
    "settlement": "结算 当场报销",
    "reimbursement": "手工报销 零星报销 报销",
    "basis": "依据 为什么",
    "cautions": "注意",
    "at-hand": "打电话前 准备",
    "verify": "打电话问 问参保地 电话",
    "status": "查进度 查询",
    "status-record": "查进度 查询 备案记录",
    "status-hospital": "查医院 查询",
    "status-settlement": "查结算 查询",
    "cancel-whether": "取消 变更 修改",
    "cancel": "取消 变更 修改",
    "conditions": "家庭共济 条件 谁能用",
    "usage": "家庭共济 能付什么 用途",
    "records": "家庭共济 使用记录 查询",
    "ending": "家庭共济 解除 取消 解绑",
    "alike": "家庭共济 亲情账户 区别",
}
"""What people call a section of the plan, where its statements do not say it."""

FAMILY_WORDS = "家庭共济 共济 医保钱包 亲情账户 个人账户"
"""What people call the matter of family mutual aid."""

FAMILY_TOPICS = ("want", "relation")
TOPICS = (*FAMILY_TOPICS, "type", "group", "care", "stage", "filing", "situation", "disease")
MAX_VALUES = 2  # a condition with more values says little about what a statement is about
_PARTS = re.compile(r"等?[、，（）]|等")
_BETWEEN_FIELDS, _BETWEEN_ENTRIES = "\x1f", "\x1e"
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
# A space before or behind 汉字. It begins with the space itself: four times as fast.
_SPACE = re.compile(r" (?:(?=[^\x00-\x7f])|(?<=[^\x00-\x7f] ))")


def fold(text: str) -> str:
    """Return `text` as it is compared: letters' width and case folded, no space beside 汉字."""
    # Punctuation is never looked for, and folding its width too would take most of the time.
    text = (unicodedata.normalize("NFKC", text) if _WIDE.search(text) else text).casefold()
    return _SPACE.sub("", text) if " " in text else text


class Entry(Value, frozen=True):
    """One thing that can be found.

    `text` is what it says and `detail` what it says besides; of a reading that lost, `text` is
    the claim and `detail` what is true instead. `names` are what it is called, `topics` the words
    for what it is about, `section` and `topic` those of a rule; `confidence` is empty where none
    is given.
    """

    id: str
    kind: str
    place: str
    text: str
    sources: tuple[Citation, ...]
    detail: str = ""
    names: tuple[str, ...] = ()
    topics: str = ""
    section: str = ""
    topic: str = ""
    confidence: str = ""
    matter: str = "filing"
    when: Conditions = msgspec.field(default_factory=dict)


class Fields(Value, frozen=True):
    """An entry's texts as they are compared; `whole` is all of them."""

    entry: Entry
    names: tuple[str, ...]
    text: str
    detail: str
    topics: str
    whole: str


class Corpus:
    """All entries, and what is counted over them."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        found = list(entries(book))
        # Folded in one go: that takes a third of what it takes one by one.
        self.whole = fold(_BETWEEN_ENTRIES.join(map(_joined, found)))
        wholes = self.whole.split(_BETWEEN_ENTRIES)
        self.fields = [_fields(e, whole) for e, whole in zip(found, wholes, strict=True)]

    @cached_property
    def sounds(self) -> Sounds:
        """The pinyin of every character in the entries and of what their subjects are called."""
        return Sounds([self.whole, *self.vocabulary])

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """The words for answers, diseases and sections: what a person may be looking for."""
        named = [question.name for question in self.book.questions]
        named += [name for names in _answers(self.book).values() for name in names]
        said = [word for words in SECTION_WORDS.values() for word in words.split()]
        words = dict.fromkeys(fold(word) for word in (*named, *said))
        return tuple(word for word in words if len(word) > 1)

    @cached_property
    def answers(self) -> dict[str, frozenset[tuple[str, str]]]:
        """What an answer is called → the questions and answers that are called so."""
        found: dict[str, frozenset[tuple[str, str]]] = {}
        for key, names in _answers(self.book).items():
            for name in map(fold, (*names, *self.labels.get(key, ()))):
                found[name] = found.get(name, frozenset()) | {key}
        return found

    @cached_property
    def labels(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Question and answer → its name and the parts of its label: 交通事故, 有别人的责任."""
        return {
            (question.id, option.id): tuple(
                part
                for part in (option.name.removesuffix("人员"), *_PARTS.split(fold(option.label)))
                if len(part) > 2
            )
            for question in self.book.questions
            if question.id in ("situation", "type", "filing")
            for option in question.options
            if option.id != UNKNOWN
        }

    def count(self, text: str) -> int:
        """Return how many entries hold `text`."""
        return sum(text in fields.whole for fields in self.fields) if text in self.whole else 0


def _answers(book: Rulebook) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return question and answer → what the answer is called."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    family = [q for q in book.family.questions if q.id in FAMILY_TOPICS]
    for question in (*book.questions, *family):
        parts: tuple[OptionGroup | Option, ...] = (*question.groups, *question.options)
        for part in parts:
            names = tuple(name for name in (part.name, *part.aliases) if name not in NOTHING)
            found[question.id, part.id] = names if part.id != UNKNOWN else ()
    return found


def _joined(entry: Entry) -> str:
    fields = (*entry.names, entry.text, entry.detail, entry.topics, entry.id)
    return _BETWEEN_FIELDS.join(fields)


def _fields(entry: Entry, whole: str) -> Fields:
    *names, text, detail, topics, entry_id = whole.split(_BETWEEN_FIELDS)
    return Fields(entry, tuple(names), text, detail, f"{topics}\n{entry_id}", whole)


def entries(book: Rulebook) -> Iterator[Entry]:
    """Yield everything that can be found, the nation's first within each kind."""
    more = _Details(book)
    for found in explained(book):
        yield _entry(found, more)
    yield from _types(book)
    own = {source.id: part.name for part in book.parts() for source in part.sources}
    for source in book.sources():
        yield Entry(
            source.id,
            "source",
            own.get(source.id, NATIONWIDE),
            f"{source.title}（{source.number}）" if source.number else source.title,
            (Citation(id=source.id),),
            "\n".join(filter(None, (source.issuer, source.note, source.url))),
            (source.id, source.title, *filter(None, [source.number])),
        )


def _types(book: Rulebook) -> Iterator[Entry]:
    """Yield the types of filing and their groups, on the sources of the rules that tell them."""
    question = book.question("type")
    told: dict[str, dict[str, Citation]] = {}
    for rule in book.rules_in("basis"):
        for value in rule.when.get("type", ()):
            told.setdefault(value, {}).update((source.id, source) for source in rule.sources)
    for option in question.options:
        if option.id != UNKNOWN:
            text = f"{option.name}：{option.label}。"
            cited = tuple(told.get(option.id, {}).values())
            yield _type(option, text, cited)
    for group in question.groups:
        within = [option for option in question.options if option.group == group.id]
        text = f"{group.name}：{'、'.join(option.name for option in within)}。"
        every = {k: v for option in within for k, v in told.get(option.id, {}).items()}
        yield _type(group, text, tuple(every.values()))


def _type(part: Option | OptionGroup, text: str, cited: tuple[Citation, ...]) -> Entry:
    names = (part.name, *part.aliases)
    return Entry(f"type-{part.id}", "type", NATIONWIDE, text, cited, names=names)


class _Details:
    """What the entries are called and about, beyond what explains them."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.channels = {
            said.statement.id: said.statement
            for said in every_statement(book)
            if isinstance(said.statement, Way)
        }
        self.names: dict[str, tuple[str, ...]] = {
            disease.id: (disease.id, disease.name, *disease.aliases) for disease in book.diseases
        }
        self.myths: set[str] = set()
        self.questions: dict[str, str] = {}
        for conflict in book.conflicts():
            self.names[conflict.id] = (conflict.question,)
            self.questions[conflict.id] = conflict.question
            self.myths.update(reading.id for reading in conflict.readings if reading.myth)
        self.answers = {key: "\n".join(names) for key, names in _answers(book).items()}
        self.shorts = {part.name: self._short(part.code) for part in book.parts()}

    def _short(self, code: str) -> str:
        return NATIONWIDE if code == NATION else self.book.places.get(code).short

    def about(self, conditions: Conditions) -> str:
        """Return the words for what a statement with these conditions is about."""
        return "\n".join(
            self.answers.get(("type" if name == "group" else name, value), "")
            for name in TOPICS
            if name in conditions and len(conditions[name]) <= MAX_VALUES
            for value in sorted(conditions[name])
        )

    def called(self, place: str, words: str) -> tuple[str, ...]:
        """Return each of `words` behind the short and the full name of a place: 重庆医保电话."""
        names = dict.fromkeys((self.shorts[place], place))
        return tuple(f"{name}{word}" for name in names for word in words.split())


def _entry(found: Explained, more: _Details) -> Entry:
    kind, detail, section = found.kind, [found.detail], ""
    topics = [more.about(found.when), FAMILY_WORDS if found.matter == "family" else ""]
    names: tuple[str, ...] = ()
    if kind in ("disease", "conflict"):
        names = more.names[found.id]
    elif kind == "channel":
        channel = more.channels[found.id]
        names = (found.text,)
        detail += [*channel.steps, channel.url]
    elif kind == "hotline":
        number = found.text.removeprefix("打电话：").removesuffix("。")
        names = (*more.called(found.place, "电话 医保电话 热线 医保热线"), number)
    elif kind == "bureau":
        names = more.called(found.place, "医保局 医保局网站 医疗保障局 医疗保障局网站")
    elif kind == "exemption":
        topics.append("免备案")
    elif kind == "reading":
        kind = "myth" if found.id in more.myths else kind
        topics.append(more.questions[found.part])
    topic = ""
    if found.rule is not None:
        section, topic = found.rule.section, found.rule.topic
        detail += found.rule.substitutes
        topics += SECTION_WORDS[found.rule.section].split()
    return Entry(
        found.id,
        kind,
        found.place,
        found.text,
        found.sources,
        "\n".join(filter(None, detail)),
        names,
        "\n".join(filter(None, topics)),
        section,
        topic,
        found.confidence,
        found.matter,
        found.when,
    )
