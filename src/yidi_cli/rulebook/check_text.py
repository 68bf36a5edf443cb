"""Checks of one text by itself: length, punctuation, words, telephone numbers, addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from yidi_cli.base.value import Value
from yidi_cli.rulebook.diagnostics import FORBIDDEN

if TYPE_CHECKING:
    from yidi_cli.rulebook.model import Source, Way
    from yidi_cli.rulebook.region import Region

MAX_TEXT = 100
URL = re.compile(r"https?://[^\s]+")
SHORT = ("110", "119", "120", "122", "12333", "12345", "12366", "12393")
"""Numbers that are the same in all the country."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SHARE = re.compile(
    r"\d\s*(?:%|％|个百分点)|百分之|[一二两三四五六七八九]折|[一二两三四五六七八九\d]成(?!功)"
)
_HALF_WIDTH = re.compile(r"[一-鿿][,;:!?()]|[,;:!?()][一-鿿]")
_SENTENCE_END = ("。", "？", "！", "”", "」", "）")
_AMOUNT = r"(?![\d.]|\s*[元万亿人个家种条项天户例次年月日号岁分%])"
_PHONE = re.compile(
    r"(?<![\d.])(?:0\d{2,3}[-—– ]{0,2}\d{3,8}|[48]00[- ]?\d{3,4}[- ]?\d{3,4}|1[3-9]\d{9}|1[02]\d{3}"
    rf"|9[56]\d{{3,4}}|\d{{7,8}}){_AMOUNT}"
)
_CALL = re.compile(
    rf"(?:打|拨|电话|热线)[^\d。；，、：,;:{{}}“”()]{{0,8}}(\d{{3,8}})(?![-—–]\d){_AMOUNT}"
)
_AREA_SHORT = re.compile(rf"(0\d{{2,3}})(?:{'|'.join(SHORT)})")
_ADDRESS = re.compile(
    r"(?:https?://|(?<![\w.@/-])(?=(?:[a-z0-9-]+\.)+"
    r"(?:cn|com|net|org|gov|edu|info|top|cc|xyz|vip|site|shop|hk|tw|mo)(?![\w-])))"
    r"[^\s，。；、：？！（）〔〕“”「」《》一-鿿]+",
    re.IGNORECASE,
)
_HOST = re.compile(r"[^/:?#]*")


class Wrong(NamedTuple):
    """What is wrong with a text: the code, what it is, how to mend it."""

    code: str
    what: str
    mend: str


class Registry(Value, frozen=True):
    """The numbers and addresses that a text may name.

    `areas` are the area codes of the hotlines, `addresses` whole addresses and hosts.
    """

    phones: frozenset[str]
    areas: frozenset[str]
    addresses: frozenset[str]


def registry(regions: Iterable[Region], ways: Iterable[Way], sources: Iterable[Source]) -> Registry:
    """Return the numbers and addresses of hotlines, bureaus, channels and sources."""
    phones: set[str] = set()
    areas: set[str] = set()
    urls = {source.url for source in sources}
    for region in regions:
        if region.hotline is not None:
            phones.add(_digits(region.hotline.number))
            areas.add(region.hotline.number.partition("-")[0])
        if region.bureau is not None:
            urls.add(region.bureau.url)
    for way in ways:
        urls.add(way.url)
        for text in (way.name, way.where, *way.steps):
            phones |= set(map(_digits, _phones(text)))
    bare = {_bare(url) for url in urls if url}
    hosts = {found.group() for url in bare if (found := _HOST.match(url))}
    return Registry(frozenset(phones), frozenset(areas), frozenset(bare | hosts))


def _bare(url: str) -> str:
    return re.sub(r"^https?://", "", url, flags=re.IGNORECASE).rstrip("/").lower()


def _phones(text: str) -> Iterator[str]:
    """Yield what looks like a telephone number."""
    # Full-width digits and dashes are dialled as well.
    text = unicodedata.normalize("NFKC", text)
    yield from (match.group() for match in _PHONE.finditer(text))
    yield from (match[1] for match in _CALL.finditer(text))


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def plain(text: str, known: Registry) -> Iterator[Wrong]:
    """Yield what is wrong with any text of ours: numbers and addresses of nowhere."""
    for phone in dict.fromkeys(_phones(text)):
        number = _digits(phone)
        area = _AREA_SHORT.fullmatch(number)
        fine = number in SHORT or number in known.phones
        if not fine and not (area and area[1] in known.areas):
            mend = "把它写成带来源的渠道，或改用热线"
            yield Wrong("Y071", f"电话 {phone} 不是热线，也不在渠道里", mend)
    for match in _ADDRESS.finditer(text):
        address = match.group().rstrip(".,;:!?)")
        if _bare(address) not in known.addresses:
            what = f"网址 {address} 不在渠道、医保局网站和来源里"
            yield Wrong("Y072", what, "把它写成带来源的渠道，或去掉它")


def phrases(text: str) -> Iterator[Wrong]:
    """Yield the words that nothing of ours is said with."""
    for phrase in FORBIDDEN:
        if phrase in text:
            yield Wrong("Y034", f"用了“{phrase}”", "换成平常说话的词")


def sentence(text: str) -> Iterator[Wrong]:
    """Yield what is wrong with a sentence that is read by itself."""
    if len(text) > MAX_TEXT:
        yield Wrong("Y030", f"超过 {MAX_TEXT} 字", "拆成两条，或移一半到 detail")
    if not text.endswith(_SENTENCE_END):
        yield Wrong("Y031", "句末没有句号或问号", "补上标点")
    if match := _HALF_WIDTH.search(URL.sub("", text)):
        yield Wrong("Y032", f"“{match.group()}”里是半角标点", "换成全角")


def placeholders(text: str, known: tuple[str, ...]) -> Iterator[Wrong]:
    """Yield the names in braces that are not among the known ones."""
    for name in _PLACEHOLDER.findall(text):
        if name not in known:
            yield Wrong("Y033", f"不认识的占位 {{{name}}}", f"可用的有：{'、'.join(known)}")


def share(text: str, cited: Iterable[Source | None]) -> Iterator[Wrong]:
    """Yield a share that none of the sources gives with a document number.

    `cited` are those that a statement cites with the article.
    """
    if _SHARE.search(text) and not any(source is not None and source.number for source in cited):
        mend = "写上文件的文号（number）和哪一条（at），或去掉数字"
        yield Wrong("Y070", "有比例，却没有带文号、写明哪一条的来源", mend)
