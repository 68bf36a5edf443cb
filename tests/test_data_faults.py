"""Each fault a maintainer can make in `data/` is named: file, line, field, what to do.

Every test plants its fault in a copy of the real folder and finds the line by itself.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import DATA, Run
from yidi_cli.base.errors import DataError
from yidi_cli.rulebook.divisions import read_divisions
from yidi_cli.rulebook.load import MAX_BYTES, Fault, Path_, Tree, parse_yaml, read_yaml
from yidi_cli.rulebook.opening import open_folder
from yidi_cli.rulebook.wording import Wording, check_wording

NEW = "rules/zz-test.yaml"
RULE = """\
- id: zz.test
  section: cautions
  when: {scope: [cross-province]}
  text: 这是一句话。
  sources: [{id: nhsa-2022-22}]
  confidence: high
"""
REGION = "regions/500000-重庆.yaml"
NO_DOCUMENT = (
    "第 1 行「zz.test text」：有比例，却没有带文号、写明哪一条的来源。"
    "写上文件的文号（number）和哪一条（at），或去掉数字。"
)


class Copy:
    """A copy of the data folder in which faults are planted."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def swap(self, name: str, old: str, new: str) -> int:
        """Replace the first `old`; return the line (from 1) where it stood."""
        text = self.read(name)
        assert old in text, f"{name} has no {old!r}"
        self.write(name, text.replace(old, new, 1))
        return text[: text.index(old)].count("\n") + 1

    def rule(self, old: str = "", new: str = "", more: str = "") -> None:
        """Add a file with one rule, changed."""
        assert old in RULE
        self.write(NEW, RULE.replace(old, new) + more)

    def message(self) -> str:
        with pytest.raises(DataError) as caught:
            open_folder(self.root)
        assert caught.value.code == 1
        return caught.value.message

    def fault(self) -> str:
        """Return the one fault there is."""
        first, *rest = self.message().split("\n")
        assert first == "数据有 1 处问题："
        assert len(rest) == 1, rest
        return rest[0]


PARSED: dict[tuple[str, bytes], tuple[Tree, list[Fault]]] = {}
"""What the files of the copies hold: most are the same in all of them, and parsing takes long."""


def read_once(path: Path, file: str) -> tuple[Tree, list[Fault]]:
    try:
        key = file, path.read_bytes()
    except OSError:
        return read_yaml(path, file)
    if key not in PARSED:
        PARSED[key] = read_yaml(path, file)
    return PARSED[key]


FINE: list[tuple[Wording, dict[str, frozenset[str]], frozenset[str]]] = []
"""What was checked of the words of sentences, which takes half of a check, and had no fault."""


def check_wording_once(
    wording: Wording,
    values: dict[str, frozenset[str]],
    codes: frozenset[str],
    fault: Callable[[Path_, str, str, str], Fault],
) -> list[Fault]:
    if (wording, values, codes) in FINE:
        return []
    found = list(check_wording(wording, values, codes, fault))
    if not found:
        FINE.append((wording, values, codes))
    return found


def restore(root: Path) -> None:
    """Make `root` the same as the data; files that are so already are left alone."""
    real = {path.relative_to(DATA): path for path in DATA.rglob("*") if path.is_file()}
    for path in [path for path in root.rglob("*") if not path.is_dir()]:
        if path.relative_to(root) not in real:
            path.unlink()
    for name, path in real.items():
        copy, then = root / name, path.stat()
        now = copy.stat() if copy.is_file() else None
        if now is None or (now.st_size, now.st_mtime_ns) != (then.st_size, then.st_mtime_ns):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)


def copied(root: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    """Return a copy of the data in `root`; what is the same in all copies is read only once."""
    restore(root)
    monkeypatch.setattr("yidi_cli.rulebook.folder.read_yaml", read_once)
    monkeypatch.setattr("yidi_cli.rulebook.folder.read_divisions", read_divisions_once)
    monkeypatch.setattr("yidi_cli.rulebook.check.check_wording", check_wording_once)
    return Copy(root)


read_divisions_once = cache(read_divisions)


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the copy is: one for all tests, since files take longer to make than to read."""
    return tmp_path_factory.mktemp("copy") / "data"


@pytest.fixture
def copy(room: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    return copied(room, monkeypatch)


def test_a_copy_without_faults_opens(copy: Copy) -> None:
    copy.rule()
    rules = {rule.id: rule for rule in open_folder(copy.root).rules}
    assert rules["zz.test"].text == "这是一句话。"


# Each row: what is changed in the one rule, and the whole message.
ONE_RULE = {
    "unknown field": (
        "  section:",
        "  sektion: x\n  section:",
        "第 2 行「[0].sektion」：有不认识的字段 sektion。改正拼写，或删掉它。",
    ),
    "missing field": (
        "  text: 这是一句话。\n",
        "",
        "第 1 行「[0]」：缺字段 text。补上 text。",
    ),
    "a list where text belongs": (
        "text: 这是一句话。",
        "text: [这是一句话。]",
        "第 4 行「[0].text」：应当是一个值，写成了列表。改成一个值。",
    ),
    "text where a list belongs": (
        "sources: [{id: nhsa-2022-22}]",
        "sources: nhsa-2022-22",
        "第 5 行「[0].sources」：应当是列表，写成了一个值。改成列表。",
    ),
    "text where keys belong": (
        "when: {scope: [cross-province]}",
        "when: cross-province",
        "第 3 行「[0].when」：应当是一组键值，写成了一个值。改成一组键值。",
    ),
    "no number": (
        "confidence: high",
        "confidence: high\n  order: 第一",
        "第 7 行「[0].order」：应当是整数，写成了一个值。改成整数。",
    ),
    "a value that is none": (
        "confidence: high",
        "confidence: sure",
        "第 6 行「[0].confidence」：值 sure 不在允许的范围里。换成允许的值。",
    ),
    "a section that is none": (
        "section: cautions",
        "section: caution",
        "第 2 行「[0].section」：值 caution 不在允许的范围里。换成允许的值。",
    ),
    "a day that is none": (
        "confidence: high",
        "confidence: high\n  valid: {from: 2026-02-30}",
        "第 7 行「[0].valid.from」：日期写法不对。写成 2026-01-31。",
    ),
    "a day written otherwise": (
        "confidence: high",
        "confidence: high\n  valid:\n    from: 2026-01-01\n    to: 2026/1/31",
        "第 9 行「[0].valid.to」：日期写法不对。写成 2026-01-31。",
    ),
    "a key twice": (
        "  text: 这是一句话。\n",
        "  text: 这是一句话。\n  text: 又一句。\n",
        "第 5 行「[0].text」：键 text 重复。删掉一个，或并成一个。",
    ),
    "an unknown source": (
        "{id: nhsa-2022-22}",
        "{id: nhsa-1999-1}",
        "第 1 行「zz.test sources」：没有 nhsa-1999-1 这个来源。先在 sources.yaml 里登记它。",
    ),
    "no source": (
        "[{id: nhsa-2022-22}]",
        "[]",
        "第 1 行「zz.test sources」：没有来源。写上 sources.yaml 里的来源。",
    ),
    "an unknown place": (
        "scope: [cross-province]",
        'insured: ["999999"]',
        "第 1 行「zz.test when.insured」：不认识的值 999999。换成 divisions.csv 里的代码。",
    ),
    "an empty value": (
        "{scope: [cross-province]}",
        "{scope: [cross-province, ]}\n  unless: {scheme: ['']}",
        "第 1 行「zz.test unless.scheme」：不认识的值 。可用的有：employee、resident、unknown。",
    ),
    "an unknown placeholder": (
        "这是一句话",
        "问{city}的人",
        "第 1 行「zz.test text」：不认识的占位 {city}。"
        "可用的有：insured、destination、scheme、type、care、disease、hotline。",
    ),
    "no full stop": (
        "这是一句话。",
        "这是一句话",
        "第 1 行「zz.test text」：句末没有句号或问号。补上标点。",
    ),
    "half-width punctuation": (
        "这是一句话。",
        "这是,一句话。",
        "第 1 行「zz.test text」：“是,”里是半角标点。换成全角。",
    ),
    "too long": (
        "这是一句话。",
        "长" * 100 + "。",
        "第 1 行「zz.test text」：超过 100 字。拆成两条，或移一半到 detail。",
    ),
    "a share without a document": (
        "这是一句话。\n  sources: [{id: nhsa-2022-22}]",
        "少报 10%。\n  sources: [{id: seed-000}]",
        NO_DOCUMENT,
    ),
    "points without a document": (
        "这是一句话。\n  sources: [{id: nhsa-2022-22}]",
        "少报 5 个百分点。\n  sources: [{id: seed-000}]",
        NO_DOCUMENT,
    ),
    "a document, but not where in it": (
        "这是一句话。",
        "只报七成。",
        NO_DOCUMENT,
    ),
    "both days and months": (
        "confidence: high",
        "confidence: high\n  dates: [{id: d, label: 到, kind: due, working-days: 2, months: 6}]",
        "第 1 行「zz.test dates」：日期只按一种数法算。working-days、months、days 只写一个。",
    ),
    "neither days nor months": (
        "confidence: high",
        "confidence: high\n  dates: [{id: d, label: 到, kind: expect}]",
        "第 1 行「zz.test dates」：日期只按一种数法算。working-days、months、days 只写一个。",
    ),
    "a span of nothing": (
        "confidence: high",
        "confidence: high\n  dates: [{id: d, label: 到, kind: due, months: 0}]",
        "第 1 行「zz.test dates」：数的是零个工作日或零个月。当天写 days: 0。",
    ),
    "a fault in what a paper is for": (
        "confidence: high",
        "confidence: high\n  purpose: 没完",
        "第 1 行「zz.test purpose」：句末没有句号或问号。补上标点。",
    ),
    "an unknown step of the large-type page": (
        "confidence: high",
        "confidence: high\n  elder: no-such-step",
        "第 1 行「zz.test elder」：没有 no-such-step 这一步。先在 elder.yaml 里写上它。",
    ),
    "a fault in detail": (
        "confidence: high",
        "confidence: high\n  detail: 没完",
        "第 1 行「zz.test detail」：句末没有句号或问号。补上标点。",
    ),
    "a reading that nobody wrote down": (
        "confidence: high",
        "confidence: high\n  disputed: [no-such-reading]",
        "第 1 行「zz.test disputed」：没有 no-such-reading 这个说法。"
        "先在 conflicts.yaml 里登记它。",
    ),
    "a fault in a substitute": (
        "confidence: high",
        "confidence: high\n  substitutes: ['问{who}']",
        "第 1 行「zz.test substitutes」：不认识的占位 {who}。"
        "可用的有：insured、destination、scheme、type、care、disease、hotline。",
    ),
}


@pytest.mark.parametrize("kind", ONE_RULE)
def test_a_fault_in_a_rule(copy: Copy, kind: str) -> None:
    old, new, message = ONE_RULE[kind]
    copy.rule(old, new)
    assert copy.fault() == f"{NEW} {message}"


def test_an_unknown_dimension_or_value_lists_the_known(copy: Copy) -> None:
    copy.rule("scope: [cross-province]", "weather: [rain], care: [sleep]")
    first, care, weather = copy.message().split("\n")
    assert first == "数据有 2 处问题："
    assert weather.startswith(f"{NEW} 第 1 行「zz.test when.weather」：不认识的条件 weather。")
    assert "scope" in weather
    assert "destination" in weather
    assert care == (
        f"{NEW} 第 1 行「zz.test when.care」：不认识的值 sleep。"
        "可用的有：chronic、inpatient、outpatient、pharmacy、unknown。"
    )


def test_the_line_is_that_of_the_entry(copy: Copy) -> None:
    copy.write(NEW, "# 说明\n\n" + RULE + "\n" + RULE.replace("zz.test", "zz.two")[:-1] + "er\n")
    assert copy.fault().startswith(f"{NEW} 第 15 行「[1].confidence」：值 higher ")


@pytest.mark.parametrize(("first", "second"), [(NEW, NEW), (NEW, "rules/zz-two.yaml")])
def test_an_id_twice(copy: Copy, first: str, second: str) -> None:
    if first == second:
        copy.write(first, RULE + RULE)
        line = 7
    else:
        copy.write(first, RULE)
        copy.write(second, RULE)
        line = 1
    assert copy.fault() == (
        f"{second} 第 {line} 行「id」：id zz.test 重复，{first} 第 1 行已经有了。换一个 id。"
    )


def test_an_id_of_a_region_twice(copy: Copy) -> None:
    found = re.search(r"^  - id: (\S+)$", copy.read(REGION), re.M)
    assert found is not None
    copy.rule("zz.test", found[1])
    # Rules are read first, so that the region's is the second.
    fault = copy.fault()
    assert fault.startswith(f"{REGION} 第 ")
    assert fault.endswith(f"「id」：id {found[1]} 重复，{NEW} 第 1 行已经有了。换一个 id。")


def test_a_source_twice(copy: Copy) -> None:
    text = copy.read("sources.yaml")
    entry = re.search(r"^- id: nhsa-2022-22\n(?:  .*\n)+", text, re.M)
    assert entry is not None
    copy.write("sources.yaml", text + "\n" + entry[0])
    assert "id nhsa-2022-22 重复，sources.yaml 第 " in copy.fault()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("- id: a\n text: [b\n", 2, "YAML 写法有误"),
        ("- id: a\n\tb: c\n", 2, "YAML 写法有误"),
        ("- id: 'a\n", 2, "YAML 写法有误"),
        ("a: 1\n---\nb: 2\n", 2, "YAML 写法有误"),
        ("- {id: a, ? [b]: c}\n", 1, "键不是一个词"),
        ("a: b\n", 1, "应当是一个列表"),
        ("- 只是一句话\n", 1, "应当是一组键值，写成了一个值"),
    ],
)
def test_broken_yaml(copy: Copy, text: str, line: int, said: str) -> None:
    copy.write(NEW, text)
    message = copy.message()
    assert f"{NEW} 第 {line} 行" in message
    assert said in message


def test_anchors_and_aliases(copy: Copy) -> None:
    copy.rule(
        "[cross-province]}\n",
        "&a [cross-province]}\n  unless: {scope: *a}\n",
    )
    message = copy.message()
    assert f"{NEW} 第 3 行「[0].unless.scope」：用了 YAML 的锚点或别名（& 和 *）。" in message
    assert "把内容直接写在这里。" in message


def test_a_merge_key_is_no_merge(copy: Copy) -> None:
    copy.rule("  confidence: high\n", "  <<: {confidence: high}\n")
    assert "<<" in copy.message()


def test_nesting_and_size_are_limited() -> None:
    _, faults = parse_yaml("[" * 30 + "]" * 30, "a.yaml")
    assert [fault.what for fault in faults] == ["嵌套超过 20 层"]
    _, faults = parse_yaml("#" * (MAX_BYTES + 1), "a.yaml")
    assert [fault.what for fault in faults] == ["文件超过 2000 KB"]


@pytest.mark.parametrize("text", ["", "# 只有注释\n", "\n\n"])
def test_an_empty_file(copy: Copy, text: str) -> None:
    copy.write(NEW, text)
    assert copy.fault() == f"{NEW}：文件是空的。写上内容，或删掉文件。"


REQUIRED = [
    *("meta.yaml", "sources.yaml", "questions.yaml", "decision.yaml", "diseases.yaml"),
    *("holidays.yaml", "divisions.csv"),
]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_file(copy: Copy, name: str) -> None:
    (copy.root / name).unlink()
    fault = copy.fault()
    assert fault.startswith(f"{name}：缺这个文件")
    assert fault.endswith("补上它。")


def test_no_nation(copy: Copy) -> None:
    (copy.root / "regions" / "000000-全国.yaml").unlink()
    lines = copy.message().split("\n")
    assert "regions：缺全国的渠道文件。补上 regions/000000-全国.yaml。" in lines


@pytest.mark.parametrize("name", [NEW, "sources.yaml", "divisions.csv", REGION])
def test_another_encoding(copy: Copy, name: str) -> None:
    (copy.root / name).unlink(missing_ok=True)
    (copy.root / name).write_bytes("- id: 重庆\n".encode("gbk"))
    fault = copy.fault()
    assert fault.startswith(f"{name}：")
    assert "不是 UTF-8 文本" in fault


def test_the_decision_table_must_end_without_conditions(copy: Copy) -> None:
    text = copy.read("decision.yaml").rstrip("\n")
    last = re.findall(r"^- id: (\S+)$", text, re.M)[-1]
    line = text[: text.index(f"- id: {last}")].count("\n") + 1
    copy.write("decision.yaml", text + "\n  when: {scope: [in-province]}\n")
    assert copy.fault() == (
        f"decision.yaml 第 {line} 行「{last} when」：判定表最后一行带了条件。"
        "最后一行不写 when 和 unless。"
    )


def test_faults_in_the_decision_table(copy: Copy) -> None:
    line = copy.swap("decision.yaml", "route: not-covered", "route: somewhere")
    assert copy.fault() == (
        f"decision.yaml 第 {line} 行「[0].route」：值 somewhere 不在允许的范围里。换成允许的值。"
    )


def test_the_large_type_page_needs_a_last_step(copy: Copy) -> None:
    copy.swap("elder.yaml", "- id: call\n", "- id: ring\n")
    assert "elder.yaml「call」：大字版缺 call 这一步。补上 id: call。" in copy.message()


def test_a_wrong_hotline(copy: Copy) -> None:
    copy.swap(REGION, '"023-12393"', '"023 12393"')
    line = re.search(r"^code:", copy.read(REGION), re.M)
    assert line is not None
    assert copy.fault() == (
        f"{REGION} 第 {copy.read(REGION)[: line.start()].count(chr(10)) + 1} 行"
        "「region 500000 hotline.number」：电话 023 12393 写法不对。"
        "写成 023-12393，不知道就留空。"
    )


def test_an_incomplete_url(copy: Copy) -> None:
    copy.swap(REGION, "https://ylbzj.cq.gov.cn/", "ylbzj.cq.gov.cn")
    assert copy.fault().endswith(
        "「region 500000 url」：网址 ylbzj.cq.gov.cn 不完整。以 https:// 开头写全，或删掉。"
    )


def test_an_incomplete_url_of_a_channel(copy: Copy) -> None:
    text = copy.read(REGION)
    found = re.search(r"^  - id: (\S+)\n(?:    .*\n)*?    url: (https://\S+)", text, re.M)
    assert found is not None
    copy.write(REGION, text.replace(found[2], "www.example.cn", 1))
    line = text[: found.start()].count("\n") + 1
    assert copy.fault().startswith(f"{REGION} 第 {line} 行「{found[1]} url」：网址 www.example.cn")


def test_a_region_that_is_no_place(copy: Copy) -> None:
    copy.write("regions/999999-无.yaml", '# 无\ncode: "999999"\nname: 无\n')
    assert copy.fault() == (
        "regions/999999-无.yaml 第 2 行「region 999999 code」：区划里没有 999999。"
        "改成 divisions.csv 里的代码。"
    )


def test_an_exemption_to_nowhere(copy: Copy) -> None:
    copy.write(
        "regions/659009-无.yaml",
        'code: "659009"\nname: 无\nexemptions:\n  - id: zz.exempt\n    to: ["510000", abroad]\n'
        "    value: yes\n    basis: old\n    text: 曾免备案。\n"
        "    sources: [{id: nhsa-2022-22}]\n    confidence: low\n",
    )
    lines = copy.message().split("\n")
    assert "regions/659009-无.yaml 第 4 行「zz.exempt to」：不认识的地方 abroad。" in " ".join(
        lines
    )


def test_a_fault_in_a_city(copy: Copy) -> None:
    (copy.root / "regions" / "110000-北京.yaml").unlink()
    copy.write(
        "regions/990000-无.yaml",
        'code: "110000"\nname: 无\ncities:\n  - code: "110101"\n    name: 东城区\n    rules:\n'
        + "".join(f"      {line}\n" for line in RULE.replace("high", "hi").splitlines()),
    )
    assert copy.fault().startswith(
        "regions/990000-无.yaml 第 12 行「cities[0].rules[0].confidence」：值 hi 不在"
    )


ROW = "310101,黄浦区,county,310000,黄浦,huang pu,"
ROWS = {
    "310101,黄浦区,county,310000,黄浦,huang pu": "有 6 列，应为 7 列",
    "31010,黄浦区,county,310000,黄浦,huang pu,": "「code」：「31010」不是 6 位数字",
    "310101,,county,310000,黄浦,huang pu,": "「name」：是空的",
    "310101,黄浦区,town,310000,黄浦,huang pu,": "「level」：「town」不认识",
    "310101,黄浦区,county,,黄浦,huang pu,": "「parent_code」：是空的",
    "310101,黄浦区,county,319999,黄浦,huang pu,": "「parent_code」：「319999」在表中没有",
    "310101,黄浦区,county,110101,黄浦,huang pu,": "「parent_code」：「110101」不是更高一级的地方",
    "310101,黄浦区,county,310000,黄浦,huangpu,": "「pinyin」：「huangpu」有 1 个音节",
    "310101,黄浦区,county,310000,黄浦,huang Pu,": "「pinyin」：「huang Pu」只能用小写字母",
    "310101,黄浦区,county,310000,黄浦,huang pu,a||b": "「aliases」：「a||b」里有空的别名",
    "110101,黄浦区,county,310000,黄浦,huang pu,": "「code」：「110101」与第 3 行重复",
}


@pytest.mark.parametrize("row", ROWS)
def test_a_malformed_division(copy: Copy, row: str) -> None:
    text = copy.read("divisions.csv")
    found = re.search(rf"^{ROW}.*$", text, re.M)
    assert found is not None
    line = text[: found.start()].count("\n") + 1
    copy.write("divisions.csv", text.replace(found[0], row, 1))
    message = copy.message()
    assert f"divisions.csv 第 {line} 行" in message
    assert ROWS[row] in message


def test_a_wrong_header(copy: Copy) -> None:
    copy.swap("divisions.csv", "parent_code", "parent")
    assert "divisions.csv 第 1 行：表头不对，应为 code,name,level,parent_code" in copy.message()


@pytest.mark.parametrize(
    ("name", "plant", "said"),
    [
        ("meta.yaml", ("tightened: 2024-10-01", "tightened: 去年"), "「tightened」：日期写法不对"),
        ("meta.yaml", ("{id: nhsa-2024-21}", "{id: nix}"), "没有 nix 这个来源"),
        ("sources.yaml", ("tier: relay", "tier: rumour"), ".tier」：值 rumour 不在允许的范围里"),
        ("sources.yaml", ("checked: 2026-11-22", "checked: 2026-11-31"), ".checked」：日期写法"),
        ("questions.yaml", ("kind: place", "kind: map"), "「[0].kind」：值 map 不在允许的范围里"),
        (
            "diseases.yaml",
            ("direct: true", "direct: maybe"),
            "「[0].direct」：应当是 true 或 false",
        ),
        ("holidays.yaml", ("to: 2023-01-02", "to: 2023-01-32"), "「[0].holidays[0].to」：日期写法"),
        ("holidays.yaml", ("- year: 2023", "- year: 二三"), "「[0].year」：应当是整数"),
    ],
)
def test_faults_in_the_other_files(
    copy: Copy, name: str, plant: tuple[str, str], said: str
) -> None:
    line = copy.swap(name, *plant)
    message = copy.message()
    assert said in message
    if name != "meta.yaml" or "日期" in said:
        assert f"{name} 第 {line} 行" in message


# Each row: file, what is changed, the entry that is at fault, and the message.
NUMBERS = {
    "an option's twice": (
        "questions.yaml",
        ("- id: resident\n      number: 3", "- id: resident\n      number: 2"),
        "scheme",
        "「scheme resident.number」：编号 2 已经给了 employee。换成没用过的编号。",
    ),
    "an option's and a group's": (
        "questions.yaml",
        ("- id: emergency\n      number: 8", "- id: emergency\n      number: 2"),
        "type",
        "「type emergency.number」：编号 2 已经给了 long-term。换成没用过的编号。",
    ),
    "an option's out of range": (
        "questions.yaml",
        ("- id: pharmacy\n      number: 5", "- id: pharmacy\n      number: 16"),
        "care",
        "「care pharmacy.number」：编号 16 不在 1 到 15 里。换成没用过的编号。",
    ),
    "an option's below zero": (
        "questions.yaml",
        ("- id: pharmacy\n      number: 5", "- id: pharmacy\n      number: -5"),
        "care",
        "「care pharmacy.number」：编号 -5 不在 1 到 15 里。换成没用过的编号。",
    ),
    "a situation's twice": (
        "questions.yaml",
        ("{id: third-party, number: 2,", "{id: third-party, number: 1,"),
        "situation",
        "「situation third-party.number」：编号 1 已经给了 injury。换成没用过的编号。",
    ),
    "a situation's out of range": (
        "questions.yaml",
        ("{id: third-party, number: 2,", "{id: third-party, number: 41,"),
        "situation",
        "「situation third-party.number」：编号 41 不在 1 到 40 里。换成没用过的编号。",
    ),
    "a disease's twice": (
        "diseases.yaml",
        ("number: 4\n", "number: 3\n"),
        "diabetes",
        "「diabetes number」：编号 3 已经给了 hypertension。换成没用过的编号。",
    ),
    "a disease's that is not for diseases": (
        "diseases.yaml",
        ("number: 4\n", "number: 2\n"),
        "diabetes",
        "「diabetes number」：编号 2 已经给了 none。换成没用过的编号。",
    ),
    "a disease's out of range": (
        "diseases.yaml",
        ("number: 4\n", "number: 128\n"),
        "diabetes",
        "「diabetes number」：编号 128 不在 1 到 127 里。换成没用过的编号。",
    ),
}


@pytest.mark.parametrize("kind", NUMBERS)
def test_a_fault_in_a_number(copy: Copy, kind: str) -> None:
    name, change, entry, message = NUMBERS[kind]
    copy.swap(name, *change)
    text = copy.read(name)
    line = text[: text.index(f"\n- id: {entry}\n") + 1].count("\n") + 1
    assert copy.fault() == f"{name} 第 {line} 行{message}"


def test_several_options_may_have_no_number(copy: Copy) -> None:
    copy.swap("questions.yaml", "- id: emergency\n      number: 8\n", "- id: emergency\n")
    copy.swap("questions.yaml", "- id: referral\n      number: 7\n", "- id: referral\n")
    options = open_folder(copy.root).question("type").options
    assert [option.id for option in options if not option.number] == ["referral", "emergency"]


def test_all_faults_are_named_at_once(copy: Copy) -> None:
    copy.rule("confidence: high", "confidence: sure")
    copy.write("rules/zz-empty.yaml", "")
    copy.write("rules/zz-broken.yaml", "- [\n")
    meta = copy.swap("meta.yaml", "tightened: 2024-10-01", "tightened: 去年")
    copy.swap("divisions.csv", "huang pu", "huangpu")
    first, *rest = copy.message().split("\n")
    assert first == "数据有 5 处问题："
    assert len(rest) == 5
    starts = [
        "divisions.csv",
        f"meta.yaml 第 {meta} 行",
        "rules/zz-broken.yaml 第 ",
        "rules/zz-empty.yaml：",
        f"{NEW} 第 6 行",
    ]
    for start, line in zip(starts, rest, strict=True):
        assert line.startswith(start)


def test_faults_of_one_entry_are_all_named(copy: Copy) -> None:
    copy.rule("这是一句话。\n  sources: [{id: nhsa-2022-22}]", "这是,{x}\n  sources: [{id: nix}]")
    message = copy.message()
    for said in ("没有 nix 这个来源", "占位 {x}", "句末没有", "半角标点"):
        assert said in message


def test_a_flood_of_faults_is_cut(copy: Copy) -> None:
    bad = RULE.replace("high", "sure")
    copy.write(NEW, "".join(bad.replace("zz.test", f"zz.{i}") for i in range(60)))
    lines = copy.message().split("\n")
    assert lines[0] == "数据有 60 处问题："
    assert lines[-1] == "……还有 20 处。"
    assert len(lines) == 42


SCALARS = {
    "010": "010",
    "no": "no",
    "yes": "yes",
    "on": "on",
    "9:00": "9:00",
    "2022-07-26": "2022-07-26",
    "1e3": "1e3",
    "0x1F": "0x1F",
    "1_000": "1_000",
    "~": "~",
    "null": "null",
    ".5": ".5",
    "true": "true",
    "": "",
    "'010'": "010",
    "!!int 7": "7",
    "12345678901234567890123": "12345678901234567890123",
}


@pytest.mark.parametrize("written", SCALARS)
def test_every_scalar_stays_text(written: str) -> None:
    tree, faults = parse_yaml(f"tel: {written}\nlist: [a, {written or 'b'}]\n", "a.yaml")
    assert faults == []
    assert tree.value["tel"] == SCALARS[written]
    assert tree.value["list"][1] == (SCALARS[written] or "b")
    assert tree.line(("tel",)) == 1
    assert tree.line(("list", 1)) == 2


def test_keys_stay_text() -> None:
    tree, faults = parse_yaml("010: a\nno: b\n1: c\n", "a.yaml")
    assert (list(tree.value), faults) == (["010", "no", "1"], [])


def test_a_phone_number_in_the_data_stays_text(copy: Copy) -> None:
    name = "regions/110000-北京.yaml"
    copy.write(name, copy.read(name).replace('"010-12393"', "010-12393"))
    copy.write(name, re.sub(r'^code: "110000"', "code: 110000", copy.read(name), flags=re.M))
    region = open_folder(copy.root).region("110000")
    assert region is not None
    assert region.hotline is not None
    assert region.hotline.number == "010-12393"


@pytest.mark.parametrize(
    "argv", [["types"], ["guide", "--from", "重庆"], ["channels", "--city", "x"]]
)
def test_the_command_line_shows_the_faults(
    copy: Copy, yidi: Run, monkeypatch: pytest.MonkeyPatch, argv: list[str]
) -> None:
    copy.rule("confidence: high", "confidence: sure")
    monkeypatch.setattr("yidi_cli.rulebook.opening.open_rulebook", lambda: open_folder(copy.root))
    ran = yidi(*argv)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "数据有 1 处问题：\n"
        f"{NEW} 第 6 行「[0].confidence」：值 sure 不在允许的范围里。换成允许的值。\n"
    )
    # Help needs no data.
    assert yidi(argv[0], "--help").code == 0
