"""The pictures in README: self-contained, and of today's program (`make pictures`)."""

from __future__ import annotations

import re
import unicodedata
from xml.etree import ElementTree

import pyte
import pytest

from tests.conftest import ROOT, TODAY
from tools import pictures
from yidi_cli.plan.answers import case_of, parse_answers
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.plan import Plan
from yidi_cli.render.plan_page import plan_document
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.wizard.session import CHECK_ASK

SVG = "{http://www.w3.org/2000/svg}"
FOLDER = ROOT / "docs" / "pictures"  # where README looks
NAMES = ("wizard", "plan")
STALE = "the pictures are not of today's program: run `make pictures`"


def drawing(name: str) -> ElementTree.Element:
    return ElementTree.parse(FOLDER / f"{name}.svg").getroot()


def text_of(root: ElementTree.Element) -> str:
    return "".join(part.text or "" for part in root.iter(f"{SVG}text"))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_there_are_no_others() -> None:
    assert pictures.FOLDER == FOLDER
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_loads_nothing_and_runs_nothing(name: str) -> None:
    raw = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    root = drawing(name)
    assert root.tag == f"{SVG}svg"
    outside = raw.replace('xmlns="http://www.w3.org/2000/svg"', "")
    for word in ("http", "href", "script", "font-face", "url(", "@import", "<image", "onload"):
        assert word not in outside
    assert {part.tag.removeprefix(SVG) for part in root.iter()} == {
        *("svg", "title", "style", "rect", "text"),
    }
    title = root.find(f"{SVG}title")
    assert title is not None
    assert re.search("[\u4e00-\u9fff]{4}", title.text or "")


@pytest.mark.parametrize("name", NAMES)
def test_every_character_has_its_own_place_inside_the_picture(name: str) -> None:
    root = drawing(name)
    wide, high = float(root.get("width", 0)), float(root.get("height", 0))
    taken: dict[float, float] = {}
    for part in root.iter(f"{SVG}text"):
        places = [float(x) for x in part.get("x", "").split()]
        text = part.text or ""
        assert len(places) == len(text)
        assert not text.isspace()
        base = float(part.get("y", 0))
        assert 0 < base < high
        step = 2 * pictures.CELL if "w" in part.get("class", "").split() else pictures.CELL
        for x in places:
            # Columns line up, and nothing lies over what is left of it.
            assert x >= taken.get(base, 0) - 0.01
            taken[base] = x + step - (2 * pictures.CELL - pictures.WIDE) / 2
            assert x + step <= wide
        kinds = {unicodedata.east_asian_width(char) in "WF" for char in text}
        assert kinds == {"w" in part.get("class", "").split()}


def test_the_wizard_asks_what_it_asks_today(book: Rulebook) -> None:
    shown = squeezed(text_of(drawing("wizard")))
    for name in pictures.WIZARD_ANSWERS:
        assert squeezed(book.question(name).ask) in shown, STALE
    assert squeezed(CHECK_ASK) in shown, STALE
    for name, answer in pictures.WIZARD_ANSWERS.items():
        question = book.question(name)
        assert question.name in shown, STALE
        for option in question.options:
            if option.id == answer:
                assert squeezed(option.label) in shown, STALE
                assert squeezed(option.name) in shown, STALE
    assert shown.count("重庆市") == 2
    assert shown.count("成都市") == 2


def shown_plan(book: Rulebook) -> Plan:
    names = {question.flag.removeprefix("--"): question.id for question in book.questions}
    typed = {names[flag]: value for flag, value in pictures.PLAN_ANSWERS.items()}
    return build_plan(case_of(parse_answers(typed, book), book), book, TODAY)


def test_the_plan_says_what_it_says_today(book: Rulebook) -> None:
    shown = squeezed(text_of(drawing("plan")))
    page = plan_document(shown_plan(book), book, brief=True)
    assert squeezed(page.title) in shown, STALE
    assert squeezed(page.headline) in shown, STALE
    for block in page.blocks:
        assert squeezed(block.title) in shown, STALE
        for entry in block.entries:
            assert squeezed(entry.text) in shown, STALE
    assert shown.endswith(squeezed(page.footer[-1])), STALE


def test_a_screen_becomes_a_picture() -> None:
    screen = pyte.Screen(pictures.COLUMNS, 4)
    pyte.Stream(screen).feed("\x1b[1;38;5;31m看 <a>\x1b[0m &\r\n\r\n  “二”")
    root = ElementTree.fromstring(pictures.picture(screen, "题"))
    parts = [(p.text, p.get("x"), p.get("class"), p.get("style")) for p in root.iter(f"{SVG}text")]
    left, cell = pictures.PADDING, pictures.CELL

    def at(*columns: int, shift: float = 0) -> str:
        return " ".join(f"{left + column * cell + shift:.5g}" for column in columns)

    half = (2 * cell - pictures.WIDE) / 2
    assert parts == [
        ("看", at(0, shift=half), "w b", "fill: #0087af"),
        ("<a>", at(3, 4, 5), "b", "fill: #0087af"),
        ("&", at(7), None, None),
        ("“", at(2), None, None),
        ("二", at(3, shift=half), "w", None),
        ("”", at(5), None, None),
    ]
    assert float(root.get("height", 0)) == 2 * pictures.PADDING + 3 * pictures.LINE


def test_a_chosen_line_stands_out() -> None:
    screen = pyte.Screen(pictures.COLUMNS, 1)
    pyte.Stream(screen).feed("一 \x1b[7m二 \x1b[0m")
    root = ElementTree.fromstring(pictures.picture(screen, "题"))
    _, box, blank = root.iter(f"{SVG}rect")
    assert float(blank.get("width", 0)) == pytest.approx(pictures.CELL)
    assert box.get("fill") == pictures.FOREGROUND
    assert float(box.get("x", 0)) == pytest.approx(pictures.PADDING + 3 * pictures.CELL)
    assert float(box.get("width", 0)) == pytest.approx(2 * pictures.CELL)
    first, second = root.iter(f"{SVG}text")
    assert first.get("style") is None
    assert second.get("style") == f"fill: {pictures.BACKGROUND}"


def test_a_colour_of_the_theme_is_refused() -> None:
    screen = pyte.Screen(pictures.COLUMNS, 1)
    pyte.Stream(screen).feed("\x1b[33m黄")
    with pytest.raises(RuntimeError, match="theme"):
        pictures.picture(screen, "题")
