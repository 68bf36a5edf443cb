"""One sentence in: what is understood of it, how often rightly, and what never happens."""

from __future__ import annotations

import itertools
import json
import shutil
import time
from pathlib import Path

import pytest

from tests.conftest import DATA, Run
from tools.sentences import FOLDER, measure, table, total
from yidi_cli.base.errors import DataError
from yidi_cli.rulebook.compile import compile_folder
from yidi_cli.rulebook.opening import open_folder
from yidi_cli.rulebook.raw import RawBundle
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.wizard.sentence import Understood, understand
from yidi_cli.wizard.sentence_text import LONGEST

FIRST = "绵阳居民医保,爷爷去昆明旅游突然中风,现在急诊住着院,没备案"
ENOUGH, TOO_MANY = 0.95, 0.01


# --- the measure ------------------------------------------------------------------------------


def test_enough_is_found_and_hardly_anything_is_wrong(book: Rulebook) -> None:
    paths = sorted(FOLDER.glob("*.yaml"))
    counts = measure(paths, book)
    print("\n" + "\n".join(table(counts)))
    every = total(counts)
    assert every.right + every.missed >= 900
    assert every.recall >= ENOUGH
    assert every.wrong_share <= TOO_MANY
    for name, count in counts.items():
        # One sentence more or less of a rare answer is no tendency.
        assert count.recall >= ENOUGH or count.missed <= 2, (name, count.misses)
        assert count.wrong_share <= TOO_MANY or count.wrong <= 2, (name, count.misses)


def test_the_measure_sees_each_kind_of_error(book: Rulebook, tmp_path: Path) -> None:
    file = tmp_path / "few.yaml"
    file.write_text(
        '- text: "绵阳医保，没备案"\n'
        "  answers: {insured: 成都, care: inpatient}\n"
        "  either: [filing]\n"
        '- text: "绵阳医保，没备案"\n'
        "  answers: {insured: 绵阳}\n",
        encoding="utf-8",
    )
    counts = measure([file], book)
    found = {name: (count.right, count.missed, count.wrong) for name, count in counts.items()}
    assert found == {"insured": (1, 1, 1), "care": (0, 1, 0), "filing": (0, 0, 1)}


# --- places -----------------------------------------------------------------------------------


INSURED = ["绵阳医保", "医保是绵阳的", "参保地绵阳", "绵阳职工", "我在绵阳交的社保", "绵阳的新农合"]
CARE = [
    "在厦门住院",
    "人在厦门住院",
    "去厦门看病",
    "厦门打工",
    "已经转到厦门的医院",
    "在厦门思明区的医院看门诊",
]


@pytest.mark.parametrize(("first", "second"), list(itertools.product(INSURED, CARE)), ids="，".join)
def test_the_order_of_the_clauses_does_not_matter(first: str, second: str, book: Rulebook) -> None:
    one = understand(f"{first}，{second}", book)
    other = understand(f"{second}，{first}", book)
    assert one.answers == other.answers
    assert one.unsure == other.unsure
    assert one.answers["insured"] == "510700"
    assert one.answers["destination"] in ("350200", "350203")


@pytest.mark.parametrize(
    ("sentence", "insured", "destination"),
    [
        ("从遂宁转院到重庆", "510900", "500000"),
        ("儿子在深圳工作，我去带孙子，医保衡阳", "430400", "440300"),
        ("以前在深圳交社保，现在医保转到长沙了，在广州住院", "430100", "440100"),
        ("备案备到了苏州，人在上海住院，医保徐州", "320300", "310000"),
        ("四川绵阳医保，在广东省深圳市南山区住院", "510700", "440305"),
        ("医保云阳，在昆山打工", "500235", "320583"),
        ("绵阳 → 成都，住院", "510700", "510100"),
        ("医保在成都，去香港看病", "510100", "810000"),
        ("老家绵阳，居民医保，在厦门住院", "510700", "350200"),
        ("我们是绵阳的，新农合，在厦门住院", "510700", "350200"),
        ("他医保不在昆山，在绵阳，在厦门住院", "510700", "350200"),
        ("职工医保济宁，冬天在北海过，夏天回济宁", "370800", "450500"),
    ],
)
def test_places_have_their_roles(
    sentence: str, insured: str, destination: str, book: Rulebook
) -> None:
    found = understand(sentence, book).answers
    assert (found.get("insured"), found.get("destination")) == (insured, destination)


@pytest.mark.parametrize(
    ("sentence", "role", "guesses"),
    [
        ("四川医保，在成都住院", "insured", ()),
        ("赤峰医保，在朝阳区的医院住院", "destination", ("110105", "220104")),
        ("遵义", "insured", ("520300",)),
        ("绵阳和成都", "destination", ("510100", "510700")),
        ("老家绵阳，在成都住院", "insured", ("510700",)),
        ("老家绵阳，单位交的医保，在厦门住院", "insured", ("510700",)),
        ("老家绵阳，医保不知道在哪，在厦门住院", "insured", ("510700",)),
        ("老家绵阳，在厦门打工，职工医保，想住院", "insured", ("510700",)),
        ("老家绵阳，居民医保", "insured", ("510700",)),
    ],
)
def test_a_doubtful_place_is_not_assumed(
    sentence: str, role: str, guesses: tuple[str, ...], book: Rulebook
) -> None:
    found = understand(sentence, book)
    assert role not in found.answers
    assert sorted(found.unsure[role]) == sorted(guesses)
    assert found.said[role]


@pytest.mark.parametrize(
    "sentence",
    [
        "合作医疗没备案",
        "公安局说要备案",
        "住在和平路",
        "在南京路的药店买药",
        "医保定点医院有哪些",
        "平安医保",
        "在东方医院住院",
        "大同小异",
    ],
)
def test_a_word_that_holds_a_place_is_none(sentence: str, book: Rulebook) -> None:
    found = understand(sentence, book)
    assert not {"insured", "destination"} & {*found.answers, *found.unsure}


# --- negation, and what is no answer ------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("没备案", "filing", "none"),
        ("备案没办", "filing", "none"),
        ("忘了备案", "filing", "none"),
        ("不知道要备案", "filing", "none"),
        ("备案办好了", "filing", "active"),
        ("备过案了", "filing", "active"),
        ("备案过期了", "filing", "expired"),
        ("备案备错城市了", "filing", "elsewhere"),
        ("不知道备没备案", "filing", "unknown"),
        ("要不要备案", "filing", None),
        ("怎么备案", "filing", None),
        ("想办备案", "filing", None),
        ("备案怎么办，还没办", "filing", "none"),
        ("不是急诊", "type", None),
        ("没走急诊", "type", None),
        ("走的急诊", "type", "emergency"),
        ("开了转诊单", "type", "referral"),
        ("没开转诊", "type", "other-temporary"),
        ("要不要转诊", "type", None),
        ("没住院", "care", None),
        ("没住院，看的门诊", "care", "outpatient"),
        ("在透析", "care", "chronic"),
        ("没到透析", "care", None),
        ("还没出院", "stage", "admitted"),
        ("已经出院了", "stage", "discharged"),
        ("下周去住院", "stage", "before"),
        ("职工还是居民不知道", "scheme", "unknown"),
        ("职工还是居民", "scheme", None),
        ("农村的", "scheme", None),
        ("新农合", "scheme", "resident"),
        ("灵活就业", "scheme", "employee"),
    ],
)
def test_a_negation_or_a_question_is_not_its_opposite(
    sentence: str, question: str, answer: str | None, book: Rulebook
) -> None:
    assert understand(sentence, book).answers.get(question) == answer


@pytest.mark.parametrize(
    ("sentence", "situations"),
    [
        ("不是工伤，是自己摔的", ("injury",)),
        ("没有第三方责任，骨折", ("injury",)),
        ("被车撞了，骨折", ("third-party",)),
        ("工地上摔断了腿，算工伤", ("work-injury",)),
        ("帮我妈办备案", ("proxy",)),
        ("我妈在住院", None),
        ("社保卡丢了", ("no-credential",)),
        ("没断过社保", None),
        ("生孩子", ("maternity",)),
    ],
)
def test_situations_are_only_those_that_are_said(
    sentence: str, situations: tuple[str, ...] | None, book: Rulebook
) -> None:
    assert understand(sentence, book).answers.get("situation") == situations


def test_a_disease_counts_only_for_the_outpatient_scheme(book: Rulebook) -> None:
    assert understand("冠心病住院了", book).answers == {"care": "inpatient", "stage": "admitted"}
    assert understand("冠心病门诊慢特病", book).answers["disease"] == "coronary"
    found = understand("高血压和糖尿病都办了慢特病", book)
    assert set(found.unsure["disease"]) == {"hypertension", "diabetes"}


# --- the person's own words -----------------------------------------------------------------------


def test_each_answer_names_the_words_it_rests_on(book: Rulebook) -> None:
    found = understand(FIRST, book)
    assert {**found.answers} == {
        "insured": "510700",
        "destination": "530100",
        "scheme": "resident",
        "type": "emergency",
        "care": "inpatient",
        "stage": "admitted",
        "filing": "none",
    }
    assert set(found.said) == set(found.answers)
    for words in found.said.values():
        assert all(part in FIRST for part in words.split("、"))
    assert found.said["filing"] == "没备案"


@pytest.mark.parametrize(
    "variant",
    [
        FIRST.replace(",", "，"),
        FIRST.replace(",", " "),
        FIRST.replace(",", "\n"),
        FIRST.replace("没备案", "沒備案").replace("急诊", "急診").replace("医保", "醫保"),
        f"“{FIRST}”",
        f"  {FIRST}。。。",
    ],
)
def test_the_way_it_is_written_does_not_matter(variant: str, book: Rulebook) -> None:
    assert understand(variant, book).answers == understand(FIRST, book).answers


# --- hostile input ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "成都医保北京" * 2000,
        "在" * 10_000,
        "没备" * 5000,
        "住院没住院" * 2000,
        "\x00\x1b[31m绵阳医保\x07",
        "\ue000\ue001\uf8ff在\ue000住院",
        "﷽" * 500,
        "(((((((((((((?…#IDFNP<ins>",
        "😀绵阳医保😀",
        "\ud800医保",
    ],
    ids=repr,
)
def test_hostile_input_is_read_quickly_and_safely(text: str, book: Rulebook) -> None:
    understand(FIRST, book)
    begun = time.perf_counter()
    found = understand(text, book)
    assert time.perf_counter() - begun < 1  # a few milliseconds; the machine may be busy
    assert isinstance(found, Understood)
    for role in ("insured", "destination"):
        if role in found.answers:
            assert book.places.get(str(found.answers[role]))


def test_what_is_too_long_is_cut(book: Rulebook) -> None:
    assert understand("好" * LONGEST + "绵阳医保", book).answers == {}


def test_the_page_shows_no_control_characters(yidi: Run) -> None:
    ran = yidi("understand", "绵阳医\x1b[31m保\x07，没\x00备案", "--plain")
    assert ran.code == 0
    assert not [char for char in ran.out if not char.isprintable() and char != "\n"]


# --- the command ------------------------------------------------------------------------------


def test_the_json_contract(yidi: Run, book: Rulebook) -> None:
    found = json.loads(yidi("understand", FIRST, "--format", "json").out)
    assert list(found) == ["schema", "query", "data_version", "answers", "unsure", "missing"]
    assert (found["schema"], found["query"]) == ("yidi.query/1", "understand")
    assert found["answers"]["insured"] == {
        "code": "510700",
        "name": "绵阳市",
        "province": "四川省",
    }
    assert found["answers"]["type"] == "emergency"
    assert (found["unsure"], found["missing"]) == ([], [])

    found = json.loads(yidi("理解", "老家绵阳，摔了，在成都住院", "--format", "json").out)
    assert found["answers"]["situations"] == ["injury"]
    assert "insured" not in found["answers"]
    assert found["unsure"] == ["insured"]
    assert found["missing"] == ["scheme", "type", "filing"]
    asked = [question.id for question in book.questions]
    assert [name for name in asked if name in found["missing"]] == found["missing"]


def test_the_page(yidi: Run) -> None:
    sentence = "我爷爷在朝阳区的医院住院，医保是赤峰的"
    out = yidi("understand", sentence, "--plain").out
    assert "参保地：赤峰市（内蒙古自治区）（“医保是赤峰”）" in out
    assert "就医地：可能是朝阳区（北京市）" in out
    assert "险种：" in out
    assert f'yidi guide "{sentence}"' in out
    assert yidi("understand", sentence, terminal=True).code == 0


def test_a_sentence_in_several_words_is_one(yidi: Run) -> None:
    out = yidi("understand", "绵阳医保，", "在厦门住院", "--plain").out
    assert "厦门市" in out


def test_without_a_sentence(yidi: Run) -> None:
    ran = yidi("understand")
    assert (ran.code, ran.out) == (2, "")
    assert "写上一句话" in ran.err


def test_an_empty_sentence_says_what_to_write(yidi: Run) -> None:
    assert "没看出能用的" in yidi("understand", "你好", "--plain").out


def test_it_can_be_saved(yidi: Run, tmp_path: Path) -> None:
    file = tmp_path / "一句话.json"
    assert yidi("understand", FIRST, "-o", str(file)).code == 0
    assert json.loads(file.read_text("utf-8"))["answers"]["filing"] == "none"


# --- the data ---------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("- option: emergency", "- option: emergancy", "没有 emergancy 这个选项"),
        ("- against: emergency", "- against: emergancy", "没有 emergancy 这个选项"),
        ("\n  scheme:\n", "\n  skheme:\n", "没有 skheme 这个问题"),
        ("needs: [disease]", "needs: [diseaze]", "不认识 diseaze"),
        ("华西医院: '510100'", "华西医院: '510199'", "区划里没有 510199"),
        ("third-party: [injury]", "third-party: [injuri]", "没有 injuri 这个选项"),
        ("says: [居民]", "says: [居民, '(甲|乙']", "“(甲|乙”里括号没有成对"),
        ("says: [居民]", "says: [居民, '甲)']", "“甲)”里括号没有成对"),
        ("says: [居民]", "says: [居民, '?甲']", "“?甲”里 ? 或 ! 写错了地方"),
        ("says: [居民]", "says: [居民, '<nolist>甲']", "没有这个词表"),
        ("says: [居民]", "says: [居民, '甲?']", "什么都能配上"),
        ("says: [居民]", "says: [居民, '甲<乙']", "< > 没有成对"),
        ("says: [居民]", "says: [居民, '(|甲)']", "空的一段"),
        ("\nsimplified: {", "\nsimplified: {\n  甲乙: 丙,", "不是一个字对一个字"),
        ("\nwords:\n", "\nwords:\n  again: [<again>甲]\n", ""),
        ("\nplaces:\n", "\nready: {}\nunknown: {}\nplaces:\n", "有不认识的字段 unknown"),
    ],
)
def test_a_fault_in_the_words_names_file_and_line(
    old: str, new: str, says: str, folder: Path
) -> None:
    file = folder / "sentence.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    if not says:  # a list that nothing uses is no fault
        open_folder(folder)
        return
    with pytest.raises(DataError) as caught:
        open_folder(folder)
    first, *rest = caught.value.message.split("\n")
    assert first == "数据有 1 处问题："
    assert len(rest) == 1
    assert rest[0].startswith("sentence.yaml 第 ")
    assert says in rest[0]


def test_a_list_that_names_itself_is_a_fault(folder: Path) -> None:
    file = folder / "sentence.yaml"
    text = file.read_text("utf-8").replace("\nwords:\n", "\nwords:\n  again: [<again>甲]\n", 1)
    text = text.replace("says: [居民]", "says: [居民, <again>乙]", 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="用到了自己"):
        open_folder(folder)


def test_the_compiled_words_understand_the_same(book: Rulebook) -> None:
    import msgspec

    files = compile_folder(DATA)
    raw = msgspec.json.decode(files["rulebook.json"], type=RawBundle)
    compiled = Rulebook(raw, lambda: files["wording.json"])
    assert compiled.wording.ready
    for sentence in (FIRST, "在透析，医保成都，备案过期了", "被车撞了，在厦门住院，医保绵阳"):
        assert understand(sentence, compiled) == understand(sentence, book)
