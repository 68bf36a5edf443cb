"""Search, conflicts and myths: what is found, in which order, and how it is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.conftest import DATA, Ran, Run
from yidi_cli.cli.app import COMMANDS
from yidi_cli.plan.conflicts import disputes, myths
from yidi_cli.plan.explain import explained
from yidi_cli.plan.search import EXCERPT, OMITTED, Found, excerpt, search
from yidi_cli.plan.search_entries import KINDS, Corpus, fold
from yidi_cli.plan.search_words import MAX_QUERY, parse
from yidi_cli.plan.statements import every_statement
from yidi_cli.render.finding import command
from yidi_cli.render.wrap import width
from yidi_cli.rulebook.divisions import Place
from yidi_cli.rulebook.family import Family
from yidi_cli.rulebook.folder import read_folder
from yidi_cli.rulebook.model import (
    ORDER,
    UNKNOWN,
    Channel,
    Citation,
    Conflict,
    Disease,
    Option,
    OptionGroup,
    Reading,
    Rule,
    Section,
    Source,
)
from yidi_cli.rulebook.region import NATION, Hotline, Region
from yidi_cli.rulebook.rulebook import Rulebook

DOC = (Citation(id="doc"),)
SAMPLE = 23  # a prime: every so many entries are looked for by their own words
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def rule(rule_id: str, text: str, section: Section = "timing", **more: Any) -> Rule:
    return Rule(id=rule_id, section=section, text=text, sources=DOC, confidence="high", **more)


def conflict(conflict_id: str, *readings: Reading, question: str = "要不要先问？") -> Conflict:
    return Conflict(
        id=conflict_id,
        question=question,
        shown="{insured}说了算。",
        why="文件这样写。",
        sources=DOC,
        readings=readings,
    )


def reading(reading_id: str, says: str, why_not: str, myth: bool = False) -> Reading:
    return Reading(id=reading_id, says=says, why_not=why_not, sources=DOC, myth=myth)


def region(code: str, name: str, *rules: Rule, **more: Any) -> Region:
    return Region(code=code, name=name, rules=rules, **more)


RULES = (
    rule("cn.detail", "先看这一条。", detail="院前急救也算。"),
    rule("cn.text", "院前急救不用等。"),
    rule("cn.topic", "这一条只看条件。", when={"situation": frozenset({"proxy"})}),
    rule("cn.scattered", "院内和院前，急着救治。"),
    rule("cn.long", "这一句很长，前面说了许多别的话，讲到底还是为了说明蓝色表格要自己带去交上。"),
    rule("cn.short", "带蓝色表格。"),
    rule("cn.one-word", "蓝色的单子。"),
    rule("cn.named", "看 cn.short 这一条。"),
    rule("cn.city", "各地的窗口不同。"),
    rule("cn.pressure", "血压高的，按时吃药。"),
    rule("cn.question", "院前急救算不算？", section="verify"),
    rule("cn.bed", "床位费另算。"),
    rule("cn.markup", "[red]红字[/red]原样写。"),
    rule("cn.both", "看下面。", detail="盖章的窗口在里间。"),
)
STAMP: dict[str, Any] = {"id": "cn.channel.stamp", "name": "盖章", "kind": "phone", "steps": ()}
CONFLICTS = (
    conflict(
        "who-says",
        reading("says-office", "办事处说了算。", "没有依据。"),
        reading("says-neighbour", "邻居说了算。", "邻居不是经办机构。", myth=True),
        question="谁说了算？",
    ),
    conflict("where", reading("at-home", "在家办才行。", "哪里都行。", myth=True)),
)


@pytest.fixture(scope="session")
def small() -> Corpus:
    """A rulebook of a few statements with the real questions and places."""
    bundle, _ = read_folder(DATA)
    source = Source(
        id="doc",
        title="蓝皮手册",
        issuer="编写组",
        tier="official",
        status="in-force",
        checked=date(2026, 1, 1),
        number="测发〔2021〕9号",
    )
    national = Channel(
        id="cn.channel.app",
        name="全国平台",
        kind="app",
        filing="explicit",
        sources=DOC,
        confidence="high",
        steps=("点“床位费”一栏。",),
    )
    suzhou = region("320500", "苏州市", rule("sz.window", "苏州的窗口在一楼。"))
    hotline = Hotline(number="0512-12393", sources=DOC, confidence="low")
    small_bundle = replace(
        bundle,
        sources=(source,),
        decision=(),
        diseases=(
            Disease(id="hyper", name="高血压", direct=True, sources=DOC, aliases=("血压高",)),
            Disease(id="other", name="其他慢特病", direct=False, sources=DOC),
        ),
        conflicts=CONFLICTS,
        family=Family((), (), (), ()),
        rules={part: tuple(r for r in RULES if r.section == part) for part in ORDER},
        regions={
            NATION: region(NATION, "全国", channels=(national, replace(national, **STAMP))),
            "320000": region(
                "320000",
                "江苏省",
                rule("js.window", "窗口在二楼。"),
                rule("js.bed", "床位费照算。"),
                hotline=hotline,
                cities=(suzhou,),
                conflicts=(conflict("js-where", reading("js-says", "江苏另办。", "不用。")),),
            ),
            "500000": region(
                "500000",
                "重庆市",
                rule("cq.window", "窗口在三楼，去江苏看病先来这里。"),
                rule("cq.floor", "窗口上午开。"),
            ),
        },
    )
    return Corpus(Rulebook(small_bundle))


@pytest.fixture(scope="session")
def corpus(book: Rulebook) -> Corpus:
    return Corpus(book)


def ids(found: Found) -> list[str]:
    return [hit.entry.id for hit in found.hits]


def place(corpus: Corpus, name: str) -> Place:
    (found,) = corpus.book.places.named(name)
    return found


# --- ranking ---


def test_the_id_comes_first(small: Corpus) -> None:
    for typed in ("cn.short", "CN.SHORT", "cn short"):
        assert ids(search(typed, small))[0] == "cn.short"
    assert "cn.named" in ids(search("cn.short", small))


@pytest.mark.parametrize("typed", ["高血压", "血压高", "hyper", " 高血压 "])
def test_a_disease_by_any_of_its_names_comes_before_what_is_said_of_it(
    small: Corpus, typed: str
) -> None:
    assert ids(search(typed, small))[0] == "hyper"
    assert "cn.pressure" in ids(search("血压高", small))


@pytest.mark.parametrize("typed", ["蓝皮手册", "测发〔2021〕9号", "测发 2021 9号"])
def test_a_source_by_its_title_or_number(small: Corpus, typed: str) -> None:
    assert ids(search(typed, small))[0] == "doc"


def test_what_is_said_comes_before_what_is_said_besides(small: Corpus) -> None:
    found = ids(search("院前急救", small))
    assert found.index("cn.text") < found.index("cn.detail")
    # And a statement before a question that says the same.
    assert found.index("cn.text") < found.index("cn.question")


def test_whole_words_come_before_their_scattered_parts(small: Corpus) -> None:
    found = ids(search("院前急救", small))
    assert "cn.scattered" not in found or found[-1] == "cn.scattered"
    assert ids(search("急救院前", small)), "the parts alone are found too"


def test_all_words_come_before_some_of_them(small: Corpus) -> None:
    found = ids(search("蓝色 表格", small))
    assert set(found[:2]) == {"cn.short", "cn.long"}
    assert found.index("cn.one-word") > 1
    # Even where one of them is what a thing is called.
    found = ids(search("窗口 盖章", small))
    assert found[:2] == ["cn.both", "cn.channel.stamp"]


def test_a_short_text_comes_before_a_long_one(small: Corpus) -> None:
    found = ids(search("蓝色表格", small))
    assert found.index("cn.short") < found.index("cn.long")


def test_what_a_statement_is_about_is_found_though_it_does_not_say_so(small: Corpus) -> None:
    assert "代办" not in RULES[2].text
    assert ids(search("代办", small)) == ["cn.topic"]


def test_the_steps_of_a_channel_are_found_and_shown(small: Corpus) -> None:
    (hit,) = [h for h in search("床位费", small).hits if h.entry.id == "cn.channel.app"]
    assert hit.besides == "点“床位费”一栏。"
    (plain,) = [h for h in search("床位费", small).hits if h.entry.id == "cn.bed"]
    assert plain.besides == ""


# --- places ---


def test_the_nation_comes_before_a_place_nobody_asked_for(small: Corpus) -> None:
    found = ids(search("床位费", small))
    assert found.index("cn.bed") < found.index("js.bed")
    assert ids(search("窗口", small))[0] == "cn.city"


@pytest.mark.parametrize(
    "typed", ["江苏 床位费", "江苏床位费", "床位费 江苏省", "jiangsu 床位费", "昆山 床位费"]
)
def test_a_place_that_is_named_comes_before_the_nation(small: Corpus, typed: str) -> None:
    found = ids(search(typed, small))
    assert found.index("js.bed") < found.index("cn.bed")


def test_another_place_is_left_out_unless_it_speaks_of_the_one_named(small: Corpus) -> None:
    found = ids(search("江苏 窗口", small))
    assert {"js.window", "sz.window", "cn.city"} <= set(found)
    assert "cq.window" in found
    assert "cq.floor" not in found


def test_from_keeps_to_the_nation_the_place_and_what_lies_above_it(small: Corpus) -> None:
    kunshan = search("窗口", small, place(small, "昆山"))
    assert set(ids(kunshan)) == {"sz.window", "js.window", "cn.city", "cn.both"}
    jiangsu = search("窗口", small, place(small, "江苏"))
    assert set(ids(jiangsu)) == {"js.window", "cn.city", "cn.both"}
    assert "cq.window" in ids(search("窗口", small))


def test_from_a_place_its_own_statements_count_as_much_as_the_nations(small: Corpus) -> None:
    assert ids(search("窗口在二楼", small, place(small, "苏州")))[0] == "js.window"


@pytest.mark.parametrize("typed", ["江苏电话", "江苏 电话", "江苏省医保热线", "0512-12393"])
def test_the_number_to_call(small: Corpus, typed: str) -> None:
    assert ids(search(typed, small))[0] == "hotline-320000"


# --- without spaces ---


def test_a_sentence_is_cut_where_its_words_are_known(small: Corpus) -> None:
    def words(typed: str) -> list[str]:
        return [word.text for word in parse(typed, small)]

    assert words("急诊没备案怎么办") == ["急诊", "没备案"]
    assert words("急诊抢救没备案") == ["急诊抢救", "没备案"]
    assert words("江苏急诊") == ["江苏", "急诊"]
    assert words("请问重庆的电话是多少") == ["重庆", "电话"]
    assert words("成都重庆") == ["成都", "重庆"]
    assert words("云阳急诊") == ["云阳", "急诊"]
    assert words("我在苏州急诊") == ["苏州", "急诊"]
    assert [bool(word.places) for word in parse("和平时一样，医保定点", small)] == [False, False]
    assert words("怎么办") == ["怎么办"]
    assert words("急诊，备案；急诊") == ["急诊", "备案"]
    assert words("备案APP") == ["备案", "app"]
    assert words("ＡＰＰ") == ["app"]


def test_a_sentence_that_nothing_says_finds_what_comes_near(small: Corpus) -> None:
    found = search("蓝色表格放错了地方吗", small)
    assert ids(found)[0] == "cn.short"
    assert found.loose
    assert not search("蓝色表格", small).loose


def test_parts_that_cover_a_word_say_what_it_says(small: Corpus) -> None:
    found = search("院前救治", small)
    assert ids(found)[0] == "cn.scattered"
    assert not found.loose


# --- pinyin ---


@pytest.mark.parametrize(
    "typed",
    ["lansebiaoge", "lan se biao ge", "LanSe biaoge", "lán sè biǎo gé", "lanse'biaoge"],
)
def test_pinyin_with_or_without_spaces_tones_and_capitals(small: Corpus, typed: str) -> None:
    found = search(typed, small)
    assert ids(found)[:2] == ["cn.short", "cn.long"]
    assert [sense.meant for sense in found.senses] == [("蓝色表格",)]


def test_pinyin_of_several_words(small: Corpus) -> None:
    found = search("chuangwei fei zhaosuan", small)
    assert ids(found)[0] == "js.bed"
    found = search("yuan qian ji jiu lan se", small)
    assert [sense.meant for sense in found.senses] == [("院前急救",), ("蓝色",)]
    run_on = search("yuanqianjijiulanse", small)
    assert [sense.meant for sense in run_on.senses] == [("院前急救",), ("蓝色",)]


def test_a_character_is_found_by_each_of_its_readings(corpus: Corpus) -> None:
    # 长 is zhang first, and 重 is zhong.
    assert "长期" in search("changqi", corpus).senses[0].meant
    for typed in ("chongqing", "chong qing"):
        assert search(typed, corpus).senses[0].meant == ("重庆",)
    # ü is typed v or u.
    for typed in ("lvyou", "luyou", "lüyou"):
        assert search(typed, corpus).senses[0].meant == ("旅游",)


def test_a_known_word_comes_before_what_only_sounds_so(corpus: Corpus) -> None:
    # 己填 (自己填) and 期填 (日期填) sound like 急诊, and 北安 is a city.
    assert search("jizhen", corpus).senses[0].meant == ("急诊",)
    assert search("beian", corpus).senses[0].meant == ("备案",)
    # 限 is also read wen, and 是 ti.
    assert search("wenti", corpus).senses[0].meant == ("问题",)
    assert "全国" in {hit.entry.place for hit in search("beian", corpus, limit=15).hits}


def test_initials(corpus: Corpus) -> None:
    assert "急诊" in search("jz", corpus).senses[0].meant
    assert ids(search("gxy", corpus))[0] == "hypertension"
    assert search("xqz", corpus).total == 0


def test_latin_letters_that_are_no_pinyin_are_looked_for_as_they_are(corpus: Corpus) -> None:
    found = search("app", corpus, limit=3)
    assert found.total > 10
    assert all("app" in fold(hit.entry.text) for hit in found.hits)
    assert search("xyzzy", corpus) == Found(("xyzzy",), (), 0, lacking=("xyzzy",))


def test_a_slip_gets_the_nearest_words(corpus: Corpus) -> None:
    assert "急诊" in search("急症", corpus).near
    assert "急诊" in search("jizehn", corpus).near
    assert search("急诊", corpus).near == ()


# --- on the real data ---


def test_everything_that_can_be_explained_can_be_found(book: Rulebook, corpus: Corpus) -> None:
    entries = {fields.entry.id: fields.entry for fields in corpus.fields}
    assert len(entries) == len(corpus.fields)
    statements = {said.statement.id for said in every_statement(book)}
    sources = {source.id for source in book.sources()}
    question = book.question("type")
    named: list[OptionGroup | Option] = [*question.groups]
    named += [option for option in question.options if option.id != UNKNOWN]
    types = {f"type-{part.id}" for part in named}
    assert len(types) == 8
    assert entries.keys() == {found.id for found in explained(book)} | sources | types
    assert statements <= entries.keys()
    assert {entry.kind for entry in entries.values()} <= KINDS.keys()
    for found in explained(book):
        entry = entries[found.id]
        assert (entry.text, entry.place, entry.sources) == (found.text, found.place, found.sources)
        assert found.detail in entry.detail


def sampled(corpus: Corpus) -> Iterator[Any]:
    """Yield every so many entries, and the first of each kind."""
    seen: set[str] = set()
    for number, fields in enumerate(corpus.fields):
        if number % SAMPLE == 0 or fields.entry.kind not in seen:
            seen.add(fields.entry.kind)
            yield fields.entry


def test_an_entry_is_found_by_its_id(corpus: Corpus) -> None:
    for entry in sampled(corpus):
        assert ids(search(entry.id, corpus, limit=1)) == [entry.id]


def test_an_entry_is_found_by_its_own_first_words(corpus: Corpus) -> None:
    for entry in sampled(corpus):
        begins = re.sub(r"[A-Za-z\d]+$", "", entry.text[:16])
        found = search(begins, corpus, limit=15)
        same = [f for f in corpus.fields if f.entry.text.startswith(begins)]
        shown = {one for hit in found.hits for one in (hit.entry.id, *hit.similar)}
        assert entry.id in shown or len(same) > 15, begins
        assert not found.loose


def test_the_same_search_gives_the_same(book: Rulebook, corpus: Corpus) -> None:
    for typed in ("急诊没备案怎么办", "重庆 电话", "jizhen"):
        assert search(typed, corpus) == search(typed, Corpus(book))


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("急诊", "emergency"),
        ("急诊没备案怎么办", "emergency"),
        ("jizhen", "emergency"),
        ("糖尿病", "diabetes"),
        ("tnb", "diabetes"),
        ("重庆 电话", "hotline-500000"),
        ("重庆电话多少", "hotline-500000"),
        ("江苏 急诊", "js.settlement.emergency"),
        ("取现", "cash"),
        ("医保发〔2022〕22号", "nhsa-2022-22"),
    ],
)
def test_what_people_type_finds_what_they_mean_at_the_top(
    corpus: Corpus, typed: str, wanted: str
) -> None:
    top = ids(search(typed, corpus, limit=3))
    assert any(wanted in found for found in top), top


def test_limit_and_kinds(corpus: Corpus) -> None:
    everything = search("急诊", corpus)
    assert everything.total == len(everything.hits) > 20
    first = search("急诊", corpus, limit=3)
    assert (first.total, first.hits) == (everything.total, everything.hits[:3])
    for kind in KINDS:
        found = search("急诊", corpus, kinds=(kind,))
        assert {hit.entry.kind for hit in found.hits} <= {kind}
    assert search("急诊", corpus, kinds=("myth",)).total > 0


# --- what families type ---


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("车祸", "third-party"),
        ("撞了", "third-party"),
        ("打架", "third-party"),
        ("医保卡丢了", "no-credential"),
        ("扫不出码", "no-credential"),
        ("异地生孩子", "maternity"),
        ("断缴", "coverage-paused"),
    ],
)
def test_a_familys_word_for_a_situation_finds_what_is_said_for_it(
    corpus: Corpus, typed: str, wanted: str
) -> None:
    found = search(typed, corpus, limit=5)
    assert found.hits
    assert not found.loose
    for hit in found.hits:
        assert wanted in hit.entry.when.get("situation", ()), hit.entry.id


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("带孙子", "type-long-term-residence"),
        ("出差", "type-other-temporary"),
        ("异地转诊人员", "type-referral"),
        ("临时外出就医类", "type-temporary"),
        ("格列卫", "cancer-other-treatment"),
        ("押金", "cn.settlement.own-share"),
        ("小孩", "cn.next-steps.newborn"),
        ("结算失败", "cn.next-steps.settlement-failed-reason"),
        ("急诊 没备案", "emergency-unfiled"),
        ("急诊没备案", "emergency-unfiled"),
    ],
)
def test_a_familys_words_find_the_answer_first(corpus: Corpus, typed: str, wanted: str) -> None:
    assert ids(search(typed, corpus, limit=1)) == [wanted]


@pytest.mark.parametrize("typed", ["肺癌", "乳腺癌", "脑瘤", "白血病", "淋巴瘤", "肺癌晚期"])
def test_a_cancer_finds_both_tumour_entries_and_no_other_disease(
    corpus: Corpus, typed: str
) -> None:
    found = search(typed, corpus)
    assert set(ids(found)[:2]) == {"cancer-chemo-radio", "cancer-other-treatment"}
    diseases = {hit.entry.id for hit in found.hits if hit.entry.kind == "disease"}
    assert diseases == {"cancer-chemo-radio", "cancer-other-treatment"}


def test_the_retired_come_before_students(corpus: Corpus) -> None:
    entries = [hit.entry for hit in search("退休 回老家", corpus).hits]
    retired = [i for i, one in enumerate(entries) if "退休" in one.text]
    students = [i for i, one in enumerate(entries) if "student" in one.when.get("situation", ())]
    assert retired
    assert max(retired[:3]) < min(students)


def test_names_of_answers_are_unambiguous(book: Rulebook) -> None:
    for question in book.questions:
        parts: list[OptionGroup | Option] = [*question.groups, *question.options]
        meant: dict[str, str] = {}
        for part in parts:
            for name in map(fold, (part.name, *part.aliases)):
                assert meant.setdefault(name, part.id) == part.id, name


# --- for whom a statement is true ---


def with_rules(small: Corpus, *rules: Rule) -> Corpus:
    parts = {part: tuple(r for r in rules if r.section == part) for part in ORDER}
    return Corpus(Rulebook(replace(small.book._bundle, rules=parts)))


def when(**conditions: str) -> dict[str, frozenset[str]]:
    return {name: frozenset(values.split()) for name, values in conditions.items()}


def test_what_is_true_for_fewer_comes_after_unless_they_are_named(small: Corpus) -> None:
    text = "红色本子带上。"
    some = with_rules(
        small,
        rule("cn.paid", f"先{text}", when=when(stage="discharged")),
        rule("cn.student", f"再{text}", when=when(situation="student")),
        rule("cn.near", f"还{text}", when=when(scope="in-province")),
        rule("cn.all", f"都{text}", when=when(scope="cross-province", stage="before admitted")),
    )
    assert ids(search("红色本子", some))[0] == "cn.all"
    assert ids(search("红色本子", some))[-1] == "cn.student"
    assert ids(search("红色本子 学生", some))[0] == "cn.student"
    assert ids(search("红色本子 自费", some))[0] == "cn.paid"


def test_hits_that_say_the_same_or_are_on_one_topic_are_shown_once(small: Corpus) -> None:
    some = with_rules(
        small,
        rule("cn.first", "红色本子带上。"),
        rule("cn.twin", "红色本子带上。", section="materials"),
        rule(
            "cn.long",
            "红色本子放在包里带上，出门前再看一眼有没有拿，拿了再走，到了医院先交给窗口的人看。",
            topic="book",
        ),
        rule("cn.short", "红色本子别忘带。", topic="book"),
        rule("cn.elsewhere", "红色本子另有用处。", section="materials", topic="book"),
    )
    found = search("红色本子", some)
    similar = {hit.entry.id: hit.similar for hit in found.hits}
    assert similar == {
        "cn.twin": ("cn.first",),
        "cn.short": ("cn.long",),
        "cn.elsewhere": (),
    }
    assert found.total == 3


def test_a_hit_says_for_whom_it_is_and_how_many_are_like_it(
    yidi: Run, small: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = with_rules(
        small,
        rule(
            "cn.many",
            "红色本子带上。",
            when=when(
                scope="same-region",
                stage="admitted",
                situation="proxy",
                care="inpatient unknown",
                route="no-filing",
            ),
            topic="book",
        ),
        rule("cn.more", "红色本子带上去。", when=when(scope="same-region"), topic="book"),
        rule("cn.two", "绿色本子。", when=when(stage="discharged admitted", scope="in-province")),
        rule("cn.there", "黄色本子。", when=when(destination="320000", filing="none unknown")),
        rule("cn.plain", "白色本子。", when=when(scope="cross-province", route="no-filing")),
        rule("cn.both", "黑色本子。", when=when(scope="cross-province in-province")),
    )
    monkeypatch.setattr("yidi_cli.rulebook.opening.open_rulebook", lambda: some.book)
    page = yidi("search", "红色", "本子带上").out
    assert "用在：同一统筹区" in page
    assert "另有 1 条相近的" in page
    assert "用在：同一统筹区 · 家人代办 · 已住院未结算\n" in yidi("search", "cn.many").out
    (hit,) = result(yidi("search", "cn.many", "--format", "json"))["hits"][:1]
    assert hit["when"]["situation"] == ["proxy"]
    two = yidi("search", "绿色本子").out
    assert "用在：省内跨市 · 已住院未结算、已出院或已自费结算\n" in two
    assert "用在：未备案 · 就医地 江苏\n" in yidi("search", "黄色本子").out
    for typed in ("白色本子", "黑色本子"):
        assert "用在" not in yidi("search", typed).out


def test_a_statement_for_one_case_does_not_read_as_general(yidi: Run) -> None:
    page = yidi("search", "直接去定点医院看").out
    assert "用在：同一统筹区\n" in page


# --- commands and sections by their names ---


def test_a_section_that_is_named_comes_first_and_its_command_above(yidi: Run) -> None:
    found = result(yidi("search", "取消备案", "--limit", "4", "--format", "json"))
    assert all(hit["id"].startswith("cn.cancel.") for hit in found["hits"])
    page = yidi("search", "取消备案").out
    assert page.index("yidi cancel（取消）") < page.index("找到的\n")


def test_a_type_is_found_with_the_command_for_all_types(yidi: Run) -> None:
    page = yidi("search", "出差").out
    assert "其他临时外出就医人员：旅游、探亲、出差" in page
    assert "备案类型 · 全国 · yidi types" in page
    (hit,) = result(yidi("search", "出差", "--kind", "type", "--limit", "1", "--format", "json"))[
        "hits"
    ]
    assert hit["sources"]


# --- noise ---


def test_near_words_share_more_than_a_character_or_sound_alike(corpus: Corpus) -> None:
    assert search("备按", corpus).near[0] == "备案"
    assert search("备岸", corpus).near[0] == "备案"
    assert search("肺鼠", corpus).near == ()
    assert search("肝鼠", corpus).near == ()


def test_letters_and_digits_are_found_whole(small: Corpus, corpus: Corpus) -> None:
    for typed in ("ettlemen", "hannels", "crd"):
        assert search(typed, corpus).total == 0, typed
    numbers = with_rules(small, rule("cn.a", "办 22 次。"), rule("cn.b", "那是 2022 年。"))
    assert ids(search("22", numbers)) == ["cn.a"]
    assert ids(search("202", numbers)) == []
    assert ids(search("2022", numbers)) == ["cn.b"]


def test_a_pair_that_says_nothing_finds_nothing(small: Corpus) -> None:
    some = with_rules(small, rule("cn.out", "读不出就换一台。"), rule("cn.not", "没有别的。"))
    for typed in ("说不出来的苦", "没有橘子", "橘子可以飞"):
        assert not {"cn.out", "cn.not"} & set(ids(search(typed, some))), typed


@pytest.mark.parametrize("typed", ["急急急急", "看看看", "aaaa", "1111"])
def test_one_character_over_and_over_is_nothing(corpus: Corpus, typed: str) -> None:
    found = search(typed, corpus)
    assert (found.total, found.near) == (0, ())


def test_what_letters_were_read_as_is_always_told(yidi: Run) -> None:
    assert "“jz”当作拼音，找的是：" in yidi("search", "jz").out
    argv = ("search", "tangniaobing", "--kind", "电话")
    page = squeezed(yidi(*argv).out)
    assert "没有找到“tangniaobing”。" in page
    assert "“tangniaobing”当作拼音，找的是：糖尿病。" in page


# --- excerpts ---


def test_an_excerpt_keeps_whole_clauses_around_the_match(small: Corpus) -> None:
    clauses = [f"第{n}句话说的是另外一件事情，" for n in "一二三四五六七八"]
    clauses[5] = "蓝色表格在这里。"
    long = "".join(clauses)
    words = parse("蓝色表格", small)
    cut = excerpt(long, words)
    assert "蓝色表格在这里。" in cut
    assert len(cut) <= EXCERPT + 2 * len(OMITTED)
    assert cut.startswith(OMITTED + "第")
    kept = cut.removeprefix(OMITTED).removesuffix(OMITTED)
    assert kept in long
    assert kept.endswith(("，", "。"))
    assert excerpt("短句。", words) == "短句。"
    assert len(excerpt("长" * 500, words)) <= EXCERPT + len(OMITTED)


# --- the commands ---


@pytest.fixture(autouse=True)
def _one_rulebook(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the data once for all the commands here."""
    monkeypatch.setattr("yidi_cli.rulebook.opening.open_rulebook", lambda: book)


def result(ran: Ran) -> dict[str, Any]:
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert isinstance(found, dict)
    assert found["schema"] == "yidi.query/1"
    assert not CONTROL.search(ran.out)
    return found


def page_is_sound(text: str, columns: int = 80) -> None:
    assert not CONTROL.search(text)
    assert text.endswith("\n")
    assert all(width(line) <= columns for line in text.splitlines())


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def cited_of(found: dict[str, Any], *parts: dict[str, Any]) -> None:
    """Check that the sources given are just those that the parts name."""
    assert set(found["sources"]) == {source for part in parts for source in part["sources"]}


COMMANDS_HERE = (
    ["search", "急诊", "备案"],
    ["search", "jizhen"],
    ["search", "重庆", "电话", "--from", "重庆", "--limit", "40"],
    ["search", "没有这样的东西吧xyzzy"],
    ["search", "材料"],
    ["conflicts"],
    ["conflicts", "effect"],
    ["conflicts", "next-april"],
    ["myths"],
    ["myths", "急诊"],
    ["myths", "xyzzy"],
)


@pytest.mark.parametrize("argv", COMMANDS_HERE, ids=" ".join)
@pytest.mark.parametrize("columns", [40, 100])
def test_pages_fit_and_the_table_says_what_the_plain_page_says(
    yidi: Run, argv: Sequence[str], columns: int
) -> None:
    plain = yidi(*argv, "--plain", columns=columns)
    assert (plain.code, plain.err) == (0, "")
    page_is_sound(plain.out, columns)
    drawn = yidi(*argv, "--format", "table", columns=columns)
    assert "\x1b[" in drawn.out
    lines = [line.rstrip() for line in ESCAPE.sub("", drawn.out).splitlines()]
    assert lines == plain.out.splitlines()


def test_a_search_page_shows_each_hit_with_the_command_for_the_whole(yidi: Run) -> None:
    found = result(yidi("search", "急诊", "--format", "json"))
    page = squeezed(yidi("search", "急诊", "--plain").out)
    assert len(found["hits"]) == 15
    assert found["total"] > 15
    assert f"找到{found['total']}条，先列最相关的15条。看全部：加--limit{found['total']}。" in page
    for hit in found["hits"]:
        assert squeezed(hit["excerpt"]) in page
        assert squeezed(f"{hit['place']} · {hit['command']}") in page
    everything = yidi("search", "急诊", "--limit", str(found["total"]), "--format", "json")
    assert len(result(everything)["hits"]) == found["total"]


def test_a_wrong_claim_never_stands_without_what_is_right(yidi: Run) -> None:
    found = result(yidi("search", "急诊", "--limit", "200", "--format", "json"))
    page = squeezed(yidi("search", "急诊", "--limit", "200", "--plain").out)
    wrong = [hit for hit in found["hits"] if hit["kind"] in ("reading", "myth")]
    assert {hit["kind"] for hit in wrong} == {"reading", "myth"}
    for hit in wrong:
        claim, answer = ("误传：", "实情：") if hit["kind"] == "myth" else ("另有说法：", "→")
        assert squeezed(f"{claim}{hit['excerpt']}{answer}{hit['detail']}") in page


def test_search_in_json(yidi: Run) -> None:
    argv = ("search", "重庆", "jizhen", "xyzzy", "--from", "云阳", "--format", "json")
    found = result(yidi(*argv))
    assert found["query"] == "search"
    assert found["insured"] == {"code": "500000", "name": "重庆市", "province": "重庆市"}
    assert found["words"] == ["重庆", "jizhen", "xyzzy"]
    assert found["pinyin"] == {"jizhen": ["急诊"]}
    assert found["lacking"] == ["xyzzy"]
    assert found["loose"] is True
    assert {hit["place"] for hit in found["hits"]} <= {"全国", "重庆市"}
    for hit in found["hits"]:
        assert {"id", "kind", "place", "text", "excerpt", "sources", "command"} <= set(hit)
        assert all(hit.values())
    cited_of(found, *found["hits"])
    assert yidi(*argv).out == yidi(*argv, columns=30, terminal=True).out


def test_every_command_that_a_hit_names_shows_that_hit(yidi: Run, corpus: Corpus) -> None:
    kinds: dict[str, Any] = {}
    for typed in ("急诊", "重庆", "糖尿病", "备案", "医保发"):
        for hit in search(typed, corpus).hits:
            kinds.setdefault(hit.entry.kind, hit)
    assert kinds.keys() == KINDS.keys()
    names = {listed.name for listed in COMMANDS}
    for hit in kinds.values():
        _, name, *entry_id = command(hit).split()
        assert name in names
        ran = yidi(name, *entry_id)
        assert (ran.code, ran.err) == (0, ""), command(hit)
        assert squeezed(re.split("[？：。]", hit.entry.text)[0]) in squeezed(ran.out)


def test_a_word_that_names_a_command_brings_that_command(yidi: Run) -> None:
    assert "yidi materials（材料）" in yidi("search", "材料").out
    assert "yidi materials（材料）" not in yidi("search", "急诊").out


def test_nothing_found_is_told_and_is_no_failure(yidi: Run) -> None:
    ran = yidi("search", "jizehn")
    assert (ran.code, ran.err) == (0, "")
    assert "没有找到“jizehn”。" in ran.out
    assert "急诊" in ran.out
    assert "yidi guide" in ran.out
    assert "--kind" not in ran.out
    found = result(yidi("search", "jizehn", "--format", "json"))
    assert (found["total"], found["hits"], found["sources"]) == (0, [], {})
    assert "急诊" in found["near"]
    held = yidi("search", "糖尿病", "--kind", "电话", "--from", "重庆")
    assert (held.code, held.err) == (0, "")
    assert "没有找到“糖尿病”。" in held.out
    assert "去掉 --from 和 --kind" in held.out
    assert "电话" in held.out.splitlines()[0]
    assert "重庆" in held.out.splitlines()[0]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["search"], "写上要找的词，例如：yidi search 急诊"),
        (["search", "", " "], "写上要找的词"),
        (["search", "。。。"], "没有可以找的词"),
        (["search", "🙂"], "没有可以找的词"),
        (["search", "急诊", "--kind", "x"], "disease（病种）"),
        (["search", "急诊", "--limit", "0"], "至少 1"),
        (["search", "急诊", "--limit", "多"], "要填整数"),
        (["search", "急诊", "--from", "没这地方吧"], "--from"),
        (["search", "急诊", "--from", "台湾"], "内地"),
        (["search", "急诊", "--from", "朝阳"], "不止一个"),
        (["conflicts", "next-aprill"], "next-april"),
        (["conflicts", "efect"], "effect"),
        (["conflicts", "急诊"], "yidi search"),
        (["conflicts", "a", "b"], "多出来的内容"),
    ],
)
def test_what_cannot_be_looked_up(yidi: Run, argv: list[str], said: str) -> None:
    ran = yidi(*argv)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not CONTROL.search(ran.err)


HOSTILE = [
    "[red]急诊[/red]",
    "[/x]急诊",
    "{insured}",
    "%s%n",
    "$(id)",
    ".*",
    "(急诊",
    "急诊|备案)",
    "\\",
    "长" * 3000,
    "a" * 3000,
    "zhang" * 600,
    "shi " * 800,
    "xian" * 500,
    "\u202e庆重",
    "\x1b[31m重庆\x1b]0;x\x07",
    "\x9b31m急诊",
    "重\x00庆",
    "\ufdfa" * 300,
    "e\u0301" * 300,
]


@pytest.mark.parametrize("typed", HOSTILE, ids=lambda typed: ascii(typed[:20]))
@pytest.mark.parametrize("name", ["search", "myths"])
def test_hostile_text_is_only_text(yidi: Run, name: str, typed: str) -> None:
    for style in ("plain", "table", "json"):
        ran = yidi(name, "--format", style, "--", typed)
        assert ran.code == (0 if ran.out else 2), ran
        assert "程序出错了" not in ran.err
        assert not CONTROL.search(ESCAPE.sub("", ran.out) + ran.err)
        assert len(ran.err) < 1000
    if typed.startswith("["):
        assert typed in yidi(name, "--plain", "--", typed).out


def test_markup_in_the_data_is_only_text(
    yidi: Run, small: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yidi_cli.rulebook.opening.open_rulebook", lambda: small.book)
    ran = yidi("search", "红字", "--format", "table")
    assert "[red]红字[/red]原样写。" in ran.out


def test_only_the_beginning_of_a_long_text_is_looked_for(corpus: Corpus) -> None:
    assert search("长" * MAX_QUERY + "急诊", corpus).total == 0
    assert len(parse("急诊 " * 500, corpus)) == 1


# --- conflicts and myths ---


def test_conflicts_show_every_reading_with_what_is_shown_and_why(yidi: Run, book: Rulebook) -> None:
    found = result(yidi("conflicts", "--format", "json"))
    page = squeezed(yidi("conflicts", "--plain").out)
    everything = list(disputes(book))
    assert len(everything) == len(book.conflicts()) > 30
    assert [one["id"] for one in found["conflicts"]] == [c.id for c in book.conflicts()]
    for one, told in zip(everything, found["conflicts"], strict=True):
        assert (told["text"], told["place"]) == (one.conflict.shown, one.place)
        assert squeezed(f"{one.conflict.question}（{one.conflict.id}）") in page
        assert squeezed(one.conflict.shown + "〔") in page
        assert squeezed(f"为什么：{one.conflict.why}") in page
        assert [r["id"] for r in told["readings"]] == [r.id for r in one.conflict.readings]
        for lost in one.conflict.readings:
            claim, answer = ("误传：", "实情：") if lost.myth else ("另有说法：", "→")
            # The mark of its sources stands between.
            pattern = f"{claim}{lost.says}〔.*?〕{answer}{lost.why_not}"
            parts = (squeezed(part) for part in pattern.split("〔.*?〕"))
            assert re.search("〔[^〕]*〕".join(map(re.escape, parts)), page), lost.id
    cited_of(found, *found["conflicts"], *(r for c in found["conflicts"] for r in c["readings"]))


def naming(book: Rulebook, *readings: str) -> list[str]:
    return [
        said.statement.id
        for said in every_statement(book)
        if isinstance(said.statement, Rule) and set(readings) & set(said.statement.disputed)
    ]


def test_one_conflict_in_full_with_the_statements_that_name_it(yidi: Run, book: Rulebook) -> None:
    for wanted in book.conflicts()[::6]:
        (found,) = result(yidi("conflicts", wanted.id, "--format", "json"))["conflicts"]
        lost = [r.id for r in wanted.readings]
        assert found["named_by"] == naming(book, *lost)
        page = yidi("conflicts", wanted.id).out
        assert [r["id"] for r in found["readings"]] == lost
        for line in (
            *(f"编号 {r}" for r in lost),
            *(f"yidi explain {r}" for r in naming(book, *lost)),
        ):
            assert line in page
    assert any(naming(book, *(r.id for r in one.readings)) for one in book.conflicts()[::6])


def test_one_reading_alone_with_the_way_to_the_others(yidi: Run, book: Rulebook) -> None:
    wanted = next(c for c in book.conflicts() if len(c.readings) > 1)
    lost, other = wanted.readings[:2]
    found = result(yidi("conflicts", lost.id, "--format", "json"))
    (told,) = found["conflicts"]
    assert (told["id"], [r["id"] for r in told["readings"]]) == (wanted.id, [lost.id])
    assert told["named_by"] == naming(book, lost.id)
    page = yidi("conflicts", lost.id).out
    assert f"编号 {other.id}\n" not in page
    assert f"还有 {len(wanted.readings) - 1} 种：yidi conflicts {wanted.id}" in page
    assert "还有" not in yidi("conflicts", wanted.id).out.partition("来源")[0]


def test_a_conflict_that_nothing_names(
    yidi: Run, small: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yidi_cli.rulebook.opening.open_rulebook", lambda: small.book)
    page = yidi("conflicts", "who-says").out
    assert "没有条目直接提到它。" in page
    assert "参保地说了算。" in page  # the placeholder is filled
    assert "江苏省" in yidi("conflicts", "js-where").out.splitlines()[0]


def test_the_myths_are_just_the_readings_marked_so(yidi: Run, book: Rulebook) -> None:
    marked = [r for c in book.conflicts() for r in c.readings if r.myth]
    assert 10 < len(marked) < sum(len(c.readings) for c in book.conflicts())
    found = result(yidi("myths", "--format", "json"))
    assert [m["id"] for m in found["myths"]] == [r.id for r in marked]
    page = yidi("myths").out
    assert f"共 {len(marked)} 条" in page.splitlines()[0]
    assert len(re.findall(r"^ *\d+\. 误传：", page, re.M)) == len(marked)
    assert re.findall(r"^ *编号 (\S+)$", page, re.M) == [r.id for r in marked]
    for lost in marked:
        assert squeezed(f"误传：{lost.says}") in squeezed(page)
        assert squeezed(f"实情：{lost.why_not}") in squeezed(page)
    shown = [{"sources": m["shown_sources"]} for m in found["myths"]]
    cited_of(found, *found["myths"], *shown)


def test_myths_of_a_small_book(yidi: Run, small: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yidi_cli.rulebook.opening.open_rulebook", lambda: small.book)
    assert [m.readings[0].id for m in myths(small.book)] == ["says-neighbour", "at-home"]
    page = yidi("myths").out
    assert "办事处" not in page
    only = yidi("myths", "邻居").out
    assert "邻居说了算" in only
    assert "在家办" not in only
    assert "邻居说了算" in yidi("myths", "linju").out


def test_myths_about_something(yidi: Run) -> None:
    found = result(yidi("myths", "急诊", "--format", "json"))["myths"]
    assert found
    assert all("急诊" in m["says"] + m["why_not"] for m in found)
    nothing = yidi("myths", "xyzzy")
    assert (nothing.code, nothing.err) == (0, "")
    assert "没有和“xyzzy”有关的" in nothing.out
    assert result(yidi("myths", "xyzzy", "--format", "json"))["myths"] == []


def test_no_myths_at_all(yidi: Run, small: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = replace(small.book._bundle, conflicts=())
    monkeypatch.setattr("yidi_cli.rulebook.opening.open_rulebook", lambda: Rulebook(bare))
    ran = yidi("myths")
    assert (ran.code, ran.err) == (0, "")
    assert "还没有收录误传" in ran.out
    assert yidi("conflicts").code == 0


def test_the_chinese_names(yidi: Run, tmp_path: Path) -> None:
    for chinese, argv in (
        ("搜索", ["search", "急诊"]),
        ("争议", ["conflicts"]),
        ("误传", ["myths"]),
    ):
        assert yidi(chinese, *argv[1:]) == yidi(*argv)
