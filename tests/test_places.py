"""Places: the checked data, and finding a place by whatever a person types."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yidi_cli.base.errors import DataError
from yidi_cli.rulebook.divisions import HEADER, Place, Table, pack, read_divisions
from yidi_cli.rulebook.places import Ambiguous, Found, Places, Unknown

CSV = Path(__file__).parent.parent / "data" / "divisions.csv"
ALL = read_divisions(CSV.read_text(encoding="utf-8"), "data/divisions.csv")
PLACES = Places(Table(pack(ALL)))


def meant(query: str) -> tuple[Place, ...]:
    """All places that the query may mean; none if it is unknown."""
    match PLACES.find(query):
        case Found(place):
            return (place,)
        case Ambiguous(candidates):
            return candidates
        case Unknown():
            return ()


def labels(query: str) -> list[str]:
    return [PLACES.label(place) for place in meant(query)]


def answers_for(place: Place, query: str) -> bool:
    """Whether the query leads to the place, or to one that outranks it by rule.

    A district gives way to a province or prefecture of that name, and a county to its own pool.
    """
    found = meant(query)
    if place in found or PLACES.pool(place) in found:
        return True
    district = place.level == "county" and place.name.endswith("区")
    return district and any(other.level != "county" for other in found)


# --- the data ---


def test_counts() -> None:
    levels = [place.level for place in ALL]
    assert {level: levels.count(level) for level in set(levels)} == {
        "province": 35,
        "prefecture": 333,
        "county": 2847,
        "abroad": 1,
    }
    assert [place.code for place in ALL] == sorted(place.code for place in ALL)


def test_corps_cities_belong_to_the_corps() -> None:
    cities = [place for place in ALL if place.parent == "660000"]
    assert [place.code for place in cities] == [f"6590{n:02}" for n in range(1, 14)]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("内蒙古自治区", "内蒙古"),
        ("广西壮族自治区", "广西"),
        ("香港特别行政区", "香港"),
        ("延边朝鲜族自治州", "延边"),
        ("黔东南苗族侗族自治州", "黔东南"),
        ("西双版纳傣族自治州", "西双版纳"),
        ("巴音郭楞蒙古自治州", "巴音郭楞"),
        ("克孜勒苏柯尔克孜自治州", "克孜勒苏"),
        ("阿拉善盟", "阿拉善"),
        ("大兴安岭地区", "大兴安岭"),
        ("保亭黎族苗族自治县", "保亭"),
        ("双江拉祜族佤族布朗族傣族自治县", "双江"),
        ("积石山保安族东乡族撒拉族自治县", "积石山"),
        ("东乡族自治县", "东乡"),
        ("鄂温克族自治旗", "鄂温克"),
        ("莫力达瓦达斡尔族自治旗", "莫力达瓦"),
        ("达尔罕茂明安联合旗", "达尔罕茂明安"),
        ("河南蒙古族自治县", "河南蒙古"),
        ("塔什库尔干塔吉克自治县", "塔什库尔干"),
        ("龙胜各族自治县", "龙胜"),
        ("大通回族土族自治县", "大通"),
        ("瀍河回族区", "瀍河"),
        ("神农架林区", "神农架"),
        ("六枝特区", "六枝"),
        ("浦东新区", "浦东"),
        ("单县", "单县"),
        ("和县", "和县"),
        ("芒市", "芒市"),
        ("津市市", "津市"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert [place.short for place in ALL if place.name == name] == [short]


def test_no_short_name_of_one_character() -> None:
    assert [place.name for place in ALL if len(place.short) < 2] == []


# Where a character has more than one reading, or is misread often.
READINGS = """
重庆 chong qing;长治 chang zhi;朝阳 chao yang;漯河 luo he;都匀 du yun;单县 shan xian;六安 lu an
六合 lu he;亳州 bo zhou;蚌埠 beng bu;蚌山 beng shan;丽水 li shui;台州 tai zhou;莘县 shen xian
闵行 min hang;番禺 pan yu;东阿 dong e;洪洞 hong tong;大埔 da bu;黄埔 huang pu;黄陂 huang pi
盱眙 xu yi;歙县 she xian;黟县 yi xian;枞阳 zong yang;涡阳 guo yang;砀山 dang shan;勐海 meng hai
筠连 jun lian;犍为 qian wei;郫都 pi du;华阴 hua yin;华州 hua zhou;尉犁 yu li;尉氏 wei shi
曲阜 qu fu;乐亭 lao ting;乐清 yue qing;乐山 le shan;乐陵 lao ling;井陉 jing xing;蔚县 yu xian
涿州 zhuo zhou;藁城 gao cheng;大城 dai cheng;任丘 ren qiu;繁峙 fan shi;临朐 lin qu;牟平 mu ping
中牟 zhong mu;牟定 mou ding;长子 zhang zi;长垣 chang yuan;长汀 chang ting;子长 zi chang
浚县 xun xian;泌阳 bi yang;睢县 sui xian;柘城 zhe cheng;鄄城 juan cheng;郯城 tan cheng
莒县 ju xian;无为 wu wei;綦江 qi jiang;涪陵 fu ling;会理 hui li;什邡 shi fang;阆中 lang zhong
珙县 gong xian;朝天 chao tian;大足 da zu;巴彦淖尔 ba yan nao er;陕西 shan xi;盂县 yu xian
隰县 xi xian;绛县 jiang xian;行唐 xing tang;铅山 yan shan;婺源 wu yuan;厦门 xia men;宿州 su zhou
宿迁 su qian;宿松 su song;曾都 zeng du;硚口 qiao kou;监利 jian li;耒阳 lei yang;郴州 chen zhou
攸县 you xian;澧县 li xian;秭归 zi gui;阿勒泰 a le tai;喀什 ka shi;若羌 ruo qiang
吐鲁番 tu lu fan;当雄 dang xiong;卡若 ka ruo;浪卡子 lang ka zi;个旧 ge jiu;蒙自 meng zi
瑞丽 rui li;漾濞 yang bi;六盘水 liu pan shui;六枝 liu zhi;台江 tai jiang;大兴 da xing
荥阳 xing yang;荥经 ying jing;覃塘 qin tang;龙圩 long xu;召陵 shao ling;宕昌 tan chang
珲春 hun chun;崆峒 kong tong;穆棱 mu ling;红寺堡 hong si bu;吴堡 wu bu;马尾 ma wei
柏乡 bai xiang;佛冈 fo gang;南乐 nan le;伽师 jia shi;莎车 sha che;柞水 zha shui;渑池 mian chi
句容 ju rong;宝坻 bao di;儋州 dan zhou;百色 bai se;吕梁 lv liang;绿春 lv chun;旅顺口 lv shun kou
略阳 lve yang;弥勒 mi le;库尔勒 ku er le;三都 san du;都江堰 du jiang yan
"""


@pytest.mark.parametrize("line", READINGS.strip().replace("\n", ";").split(";"))
def test_readings(line: str) -> None:
    short, pinyin = line.split(" ", 1)
    readings = {place.pinyin for place in ALL if place.short == short}
    assert readings == {pinyin}


def test_a_character_of_many_readings_is_read_as_the_place_does() -> None:
    """都 is always du, 长 is chang but in 长子, and so on."""
    exceptions = {"长子", "大城", "大埔"}
    usual = {"都": "du", "长": "chang", "台": "tai", "曲": "qu", "会": "hui", "勒": "le"}
    usual |= {
        "什": "shi",
        "柏": "bai",
        "佛": "fo",
        "厦": "xia",
        "呼": "hu",
        "大": "da",
        "兴": "xing",
    }
    for place in ALL:
        for char, syllable in zip(place.short, place.pinyin.split(" "), strict=True):
            if char in usual and place.short not in exceptions:
                assert syllable == usual[char], place.short


# --- finding ---


def test_every_place_is_found() -> None:
    for one in ALL:
        assert PLACES.find(one.code) == Found(one)
        assert one in meant(one.name), one.name
        assert answers_for(one, one.short), one.short
        assert answers_for(one, one.pinyin), one.pinyin
        assert answers_for(one, one.pinyin.replace(" ", "")), one.pinyin
        for alias in one.aliases:
            assert answers_for(one, alias), alias


def test_every_place_is_found_by_its_label_as_a_path() -> None:
    for one in ALL:
        path = "".join(PLACES.get(code).name for code in reversed(PLACES.chain(one)))
        assert PLACES.find(path) == Found(one), path


def test_every_pool_is_found_by_initials() -> None:
    for pool in PLACES.pools():
        initials = "".join(syllable[0] for syllable in pool.pinyin.split(" "))
        assert pool in meant(initials) or pool in PLACES.search(initials, 30), pool.name


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("重庆", "重庆市"),
        ("渝", "重庆市"),
        ("cq", "重庆市"),
        ("ＣＱ", "重庆市"),
        (" Chong Qing ", "重庆市"),
        ("chongqingshi", "重庆市"),
        ("chóngqìng", "重庆市"),
        ("zhongqing", "重庆市"),
        ("500000", "重庆市"),
        ("５０００００", "重庆市"),
        ("yunyang xian", "云阳县（重庆市）"),
        ("xi'an", "西安市（陕西省）"),
        ("西安", "西安市（陕西省）"),
        ("喀什", "喀什地区（新疆维吾尔自治区）"),
        ("长沙", "长沙市（湖南省）"),
        ("长沙县", "长沙县（湖南省长沙市）"),
        ("河南", "河南省"),
        ("河南县", "河南蒙古族自治县（青海省黄南藏族自治州）"),
        ("襄樊", "襄阳市（湖北省）"),
        ("思茅", "普洱市（云南省）"),
        ("中甸", "香格里拉市（云南省迪庆藏族自治州）"),
        ("版纳", "西双版纳傣族自治州（云南省）"),
        ("保亭县", "保亭黎族苗族自治县（海南省）"),
        ("达茂旗", "达尔罕茂明安联合旗（内蒙古自治区包头市）"),
        ("渝北区", "两江新区（重庆市）"),
        ("500112", "两江新区（重庆市）"),
        ("建设兵团", "新疆生产建设兵团"),
        ("第八师", "石河子市（新疆生产建设兵团）"),
        ("国外", "境外"),
        ("香港", "香港特别行政区"),
        ("shaanxi", "陕西省"),
        ("jilinshi", "吉林市（吉林省）"),
        ("yu an qu", "裕安区（安徽省六安市）"),
        ("ji nan", "济南市（山东省）"),
        ("lvliang", "吕梁市（山西省）"),
        ("lǚ liáng", "吕梁市（山西省）"),
        ("lyuliang", "吕梁市（山西省）"),
        ("lueyang", "略阳县（陕西省汉中市）"),
    ],
)
def test_found(query: str, label: str) -> None:
    assert isinstance(PLACES.find(query), Found)
    assert labels(query) == [label]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("朝阳区", ["朝阳区（北京市）", "朝阳区（吉林省长春市）"]),
        # 朝阳县 is of the same pool as 朝阳市.
        ("朝阳", ["朝阳市（辽宁省）", "朝阳区（北京市）"]),
        ("chaoyang", ["朝阳市（辽宁省）", "朝阳区（北京市）"]),
        ("兴安", ["兴安盟（内蒙古自治区）", "兴安县（广西壮族自治区桂林市）"]),
        ("吉林", ["吉林省", "吉林市（吉林省）"]),
        ("海南", ["海南省", "海南藏族自治州（青海省）"]),
        ("江北区", ["江北区（浙江省宁波市）", "两江新区（重庆市）"]),
        ("江北", ["江北区（浙江省宁波市）", "两江新区（重庆市）"]),
        ("巴州", ["巴音郭楞蒙古自治州（新疆维吾尔自治区）", "巴州区（四川省巴中市）"]),
        ("大通", ["大通区（安徽省淮南市）", "大通回族土族自治县（青海省西宁市）"]),
        ("suzhou", ["苏州市（江苏省）", "宿州市（安徽省）"]),
        ("fuzhou", ["福州市（福建省）", "抚州市（江西省）"]),
        ("taizhou", ["泰州市（江苏省）", "台州市（浙江省）"]),
        ("shanxi", ["山西省", "陕西省"]),
        ("luliang", ["吕梁市（山西省）", "陆良县（云南省曲靖市）"]),
        ("yuanqu", ["垣曲县（山西省运城市）", "裕安区（安徽省六安市）"]),
        ("jin an", ["金安区（安徽省六安市）", "晋安区（福建省福州市）"]),
        ("江苏鼓楼", ["鼓楼区（江苏省南京市）", "鼓楼区（江苏省徐州市）"]),
    ],
)
def test_ambiguous(query: str, expected: list[str]) -> None:
    assert isinstance(PLACES.find(query), Ambiguous)
    assert labels(query) == expected


def test_initials_mean_the_highest_level_only() -> None:
    assert {place.short for place in meant("cd")} == {"承德", "常德", "成都", "昌都"}
    assert {place.level for place in meant("sz")} == {"prefecture"}
    assert {place.level for place in meant("zmd")} == {"prefecture"}
    assert "昆山" in {place.short for place in PLACES.search("kunshan")}


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("重庆市万州区", "万州区（重庆市）"),
        ("重庆市/万州区", "万州区（重庆市）"),
        ("重庆·万州", "万州区（重庆市）"),
        ("重庆-万州", "万州区（重庆市）"),
        ("重庆 wanzhou", "万州区（重庆市）"),
        ("北京朝阳", "朝阳区（北京市）"),
        ("吉林朝阳", "朝阳区（吉林省长春市）"),
        ("江苏苏州", "苏州市（江苏省）"),
        ("江苏 苏州", "苏州市（江苏省）"),
        ("jiangsu suzhou", "苏州市（江苏省）"),
        ("jiang su su zhou", "苏州市（江苏省）"),
        ("苏州昆山", "昆山市（江苏省苏州市）"),
        ("江苏昆山", "昆山市（江苏省苏州市）"),
        ("河北省石家庄市长安区", "长安区（河北省石家庄市）"),
        ("吉林吉林市", "吉林市（吉林省）"),
        ("吉林吉林", "吉林市（吉林省）"),
        ("青海海南", "海南藏族自治州（青海省）"),
        ("牡丹江西安", "西安区（黑龙江省牡丹江市）"),
        ("重庆市江北区", "两江新区（重庆市）"),
        ("宁波江北", "江北区（浙江省宁波市）"),
        ("新疆石河子", "石河子市（新疆生产建设兵团）"),
        ("北京市北京市", "北京市"),
    ],
)
def test_paths(query: str, label: str) -> None:
    assert labels(query) == [label]


@pytest.mark.parametrize(
    ("query", "near"),
    [
        ("重轻", "重庆"),
        ("崇庆", "重庆"),
        ("chongqin", "重庆"),
        ("苏洲", "苏州"),
        ("云阳市", "云阳"),
        ("苏州工业园区", "苏州"),
        ("500199", "重庆"),
    ],
)
def test_unknown_names_the_nearest(query: str, near: str) -> None:
    result = PLACES.find(query)
    assert isinstance(result, Unknown)
    assert result.near[0].short == near
    assert len(result.near) <= 5


@pytest.mark.parametrize("query", ["", "   ", "/", "重" * 41])
def test_nothing_to_look_for(query: str) -> None:
    assert PLACES.find(query) == Unknown(())
    assert PLACES.search(query) == ()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("重庆", ["重庆市"]),
        ("重庆市", ["重庆市"]),
        ("chong qing", ["重庆市"]),
        ("渝", ["重庆市"]),
        ("鼓楼区", ["鼓楼区", "鼓楼区", "鼓楼区", "鼓楼区"]),
        ("taizhou", ["泰州市", "台州市"]),
        ("cq", []),  # initials
        ("重请", []),  # what only looks alike
        ("江苏苏州", []),  # a path
        ("重", []),
        ("", []),
        ("庆" * 3000, []),
    ],
)
def test_a_name_and_nothing_else(name: str, found: list[str]) -> None:
    assert [place.name for place in PLACES.named(name)] == found


def test_a_path_that_contradicts_itself_is_unknown() -> None:
    assert isinstance(PLACES.find("江苏杭州"), Unknown)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=12))
def test_any_text_gets_an_answer(query: str) -> None:
    result = PLACES.find(query)
    if isinstance(result, Ambiguous):
        assert len(set(result.candidates)) > 1
    assert len(PLACES.search(query)) <= 9


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ALL), st.sampled_from(["", " ", "\u3000"]), st.booleans())
def test_case_and_space_do_not_matter(place: Place, space: str, upper: bool) -> None:
    typed = place.pinyin.upper() if upper else place.pinyin
    assert PLACES.find(space + typed + space) == PLACES.find(place.pinyin)


# --- pools ---


def test_pool_of_every_place() -> None:
    municipalities = {"110000", "120000", "310000", "500000"}
    for place in ALL:
        pool = PLACES.pool(place)
        if place.level == "province":
            itself = {*municipalities, "660000", "710000", "810000", "820000"}
            assert pool == (place if place.code in itself else None), place.name
        elif place.level == "county" and place.parent in municipalities:
            assert pool == PLACES.get(place.parent), place.name
        elif place.level == "county" and not place.parent.endswith("0000"):
            assert pool == PLACES.get(place.parent), place.name
            assert pool is not None
            assert pool.level == "prefecture"
        else:
            assert pool == place, place.name
        assert pool is None or PLACES.pool(pool) == pool


@pytest.mark.parametrize(
    ("name", "pool"),
    [
        ("云阳县", "重庆市"),
        ("昆山市", "苏州市"),
        ("济源市", "济源市"),
        ("仙桃市", "仙桃市"),
        ("神农架林区", "神农架林区"),
        ("文昌市", "文昌市"),
        ("保亭黎族苗族自治县", "保亭黎族苗族自治县"),
        ("石河子市", "石河子市"),
        ("东莞市", "东莞市"),
        ("新疆生产建设兵团", "新疆生产建设兵团"),
        ("台湾省", "台湾省"),
        ("境外", "境外"),
        ("浙江省", None),
    ],
)
def test_pool(name: str, pool: str | None) -> None:
    (place,) = meant(name)
    found = PLACES.pool(place)
    assert (found.name if found else None) == pool


def test_pools_lists_each_pool_once() -> None:
    pools = PLACES.pools()
    # 333 prefectures, 4 municipalities, 20 counties of 豫鄂琼, 13 of 兵团 and itself, 港澳台, 境外
    assert len(pools) == len(set(pools)) == 333 + 4 + 20 + 13 + 1 + 3 + 1


def test_province_chain_outside() -> None:
    kunshan, shihezi, hongkong = meant("昆山") + meant("石河子") + meant("香港")
    assert PLACES.chain(kunshan) == ("320583", "320500", "320000")
    assert PLACES.province(kunshan).name == "江苏省"
    assert PLACES.chain(shihezi) == ("659001", "660000")
    assert PLACES.province(hongkong) == hongkong
    outside = {place.short for place in ALL if PLACES.outside(place)}
    assert outside == {"香港", "澳门", "台湾", "境外"}
    with pytest.raises(KeyError):
        PLACES.get("000000")


def test_labels_tell_every_place_apart() -> None:
    assert len({PLACES.label(place) for place in ALL}) == len(ALL)


# --- live search ---


def test_search_while_typing() -> None:
    assert PLACES.search("重")[0].short == "重庆"
    assert PLACES.search("cq")[0].short == "重庆"
    assert PLACES.search("chongq")[0].short == "重庆"
    assert PLACES.search("chong q")[0].short == "重庆"
    assert PLACES.search("chongqingshi")[0].short == "重庆"
    assert PLACES.search("襄樊")[0].short == "襄阳"
    assert [place.short for place in PLACES.search("江苏苏")] == ["苏州"]
    assert PLACES.search("重庆万")[0].short == "万州"
    assert PLACES.search("河北省石家庄市长")[0].name == "长安区"
    assert len(PLACES.search("c")) == 9
    assert len(PLACES.search("c", 3)) == 3


def test_search_puts_pools_before_counties() -> None:
    kinds = [place.level == "county" for place in PLACES.search("chao", 50)]
    assert kinds == sorted(kinds)
    assert not kinds[0]
    assert kinds[-1]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(PLACES.pools()), st.integers(min_value=1))
def test_search_finds_a_pool_by_any_beginning_of_its_pinyin(place: Place, length: int) -> None:
    typed = place.pinyin[: 1 + length % len(place.pinyin)]
    assert place in PLACES.search(typed, len(ALL))


# --- faults of the file ---

GOOD = (
    "500000,重庆市,province,,重庆,chong qing,渝|zhongqing",
    "500101,万州区,county,500000,万州,wan zhou,",
)


def fault(*rows: str, header: str = ",".join(HEADER)) -> str:
    with pytest.raises(DataError) as caught:
        read_divisions("\n".join((header, *rows)), "d.csv")
    return caught.value.message


def test_good_rows() -> None:
    header = "\ufeff" + ",".join(HEADER)
    city, district = read_divisions("\n".join((header, *GOOD)), "d.csv")
    expected = ("渝", "zhongqing")
    assert city == Place("500000", "重庆市", "province", "", "重庆", "chong qing", expected)
    assert district.aliases == ()


def test_fault_header() -> None:
    message = "d.csv 第 1 行：表头不对，应为 code,name,level,parent_code,short,pinyin,aliases"
    assert fault(*GOOD, header="code,name") == message
    with pytest.raises(DataError, match="表头不对"):
        read_divisions("", "d.csv")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "50010,万州区,county,500000,万州,wan zhou,",
            "d.csv 第 3 行 code：「50010」不是 6 位数字，请填国标区划代码",
        ),
        (
            "500101,,county,500000,万州,wan zhou,",
            "d.csv 第 3 行 name：是空的，请填全称",
        ),
        (
            "500101,万州区,town,500000,万州,wan zhou,",
            "d.csv 第 3 行 level：「town」不认识，"
            "请改成 province / prefecture / county / abroad 之一",
        ),
        (
            "500000,万州区,county,500000,万州,wan zhou,",
            "d.csv 第 3 行 code：「500000」与第 2 行重复，请删去一行或改正代码",
        ),
        (
            "500101,万州区,county,,万州,wan zhou,",
            "d.csv 第 3 行 parent_code：是空的，请填上级代码",
        ),
        (
            "500101,万州区,county,510000,万州,wan zhou,",
            "d.csv 第 3 行 parent_code：「510000」在表中没有，请补上这一行或改正代码",
        ),
        (
            "500101,万州区,county,500101,万州,wan zhou,",
            "d.csv 第 3 行 parent_code：「500101」不是更高一级的地方，请改成省或地级的代码",
        ),
        (
            "510000,四川省,province,500000,四川,si chuan,",
            "d.csv 第 3 行 parent_code：「500000」多余，省级和境外没有上级，请留空",
        ),
        (
            "500101,万州区,county,500000,,wan zhou,",
            "d.csv 第 3 行 short：是空的，请填简称",
        ),
        (
            "500101,万州区,county,500000,万州,wanzhou,",
            "d.csv 第 3 行 pinyin：「wanzhou」有 1 个音节，简称「万州」有 2 个字，"
            "请逐字注音，用一个空格隔开",
        ),
        (
            "500101,万州区,county,500000,万州,Wàn zhou,",
            "d.csv 第 3 行 pinyin：「Wàn zhou」只能用小写字母，ü 写作 v，不标声调",
        ),
        (
            "500101,万州区,county,500000,万州,wan zhou,万县||",
            "d.csv 第 3 行 aliases：「万县||」里有空的别名或多余的空格，请删去",
        ),
        (
            "500101,万州区,county",
            "d.csv 第 3 行：有 3 列，应为 7 列，请补齐或删去逗号",
        ),
    ],
)
def test_fault_of_a_row(row: str, message: str) -> None:
    assert message in fault(GOOD[0], row).split("\n")


def test_all_faults_are_told_at_once() -> None:
    message = fault("1,,county,,甲乙,jia yi,", "x")
    assert [line.split("：")[0] for line in message.split("\n")] == [
        "d.csv 第 2 行 code",
        "d.csv 第 2 行 name",
        "d.csv 第 2 行 parent_code",
        "d.csv 第 3 行",
    ]


def test_the_table_survives_packing() -> None:
    assert Table(pack(ALL)).all == tuple(ALL)
