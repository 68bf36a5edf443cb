"""「先看要点」: the short page says nothing of its own and loses no step and no costly warning."""

from __future__ import annotations

import re
from statistics import median

import pytest
from msgspec.structs import replace

from tests.conftest import DATA, TODAY
from yidi_cli.plan.build import build_plan
from yidi_cli.plan.examples import case_of_example
from yidi_cli.plan.plan import Item, Plan
from yidi_cli.plan.watched import watched
from yidi_cli.render.document import Document
from yidi_cli.render.plan_page import BRIEF_END, BRIEF_QUESTIONS, call_title, plan_document
from yidi_cli.render.text import plain_text
from yidi_cli.render.wrap import MARK
from yidi_cli.rulebook.folder import read_examples
from yidi_cli.rulebook.rulebook import Rulebook

EXAMPLES, _ = read_examples(DATA)
SCREEN = 40


@pytest.fixture(scope="module")
def plans(book: Rulebook) -> list[Plan]:
    return [
        build_plan(case_of_example(example, book), book, example.as_of or TODAY)
        for example in EXAMPLES
    ]


@pytest.fixture(scope="module")
def pairs(plans: list[Plan], book: Rulebook) -> list[tuple[Document, Document]]:
    """The whole and the short page of every case."""
    return [(plan_document(p, book), plan_document(p, book, brief=True)) for p in plans]


def entries(page: Document) -> list[str]:
    """What a page states, without the numbers of its notes, which differ."""
    return [MARK.sub("", entry.text) for block in page.blocks for entry in block.entries]


def subs(page: Document) -> list[str]:
    return [sub.text for block in page.blocks for entry in block.entries for sub in entry.subs]


def of_block(page: Document, title: str) -> list[str]:
    return [MARK.sub("", e.text) for b in page.blocks if b.title == title for e in b.entries]


def test_the_short_page_says_nothing_of_its_own(pairs: list[tuple[Document, Document]]) -> None:
    for whole, brief in pairs:
        assert set(entries(brief)) <= set(entries(whole))
        assert set(subs(brief)) <= set(subs(whole))
        assert len(entries(brief)) < len(entries(whole))
        assert (brief.title, brief.date, brief.headline) == (
            whole.title,
            whole.date,
            whole.headline,
        )
        assert brief.footer[-1] == BRIEF_END


@pytest.mark.parametrize("title", ["还没定的", "现在就做", "要带的"])
def test_open_answers_steps_and_papers_are_all_there(
    pairs: list[tuple[Document, Document]], title: str
) -> None:
    found = 0
    for whole, brief in pairs:
        assert of_block(brief, title) == of_block(whole, title)
        found += len(of_block(brief, title))
    assert found > 20


def test_dates_and_substitutes_are_all_there(
    pairs: list[tuple[Document, Document]], plans: list[Plan]
) -> None:
    for plan, (_, brief) in zip(plans, pairs, strict=True):
        said = " ".join(entries(brief))
        for day in plan.dates:
            told = day.from_.isoformat() in said and day.label in said
            assert told is (day.kind == "due"), "the last days to act, and no others"
        instead = [text for item in plan.sections["materials"] for text in item.substitutes]
        assert [sub for sub in subs(brief) if sub.startswith("可以代替")] == [
            f"可以代替：{text}" for text in instead
        ]


def test_the_first_questions_stand_under_the_number_to_call(
    pairs: list[tuple[Document, Document]], plans: list[Plan]
) -> None:
    cut = 0
    for plan, (_, brief) in zip(plans, pairs, strict=True):
        asked = [item.text for item in plan.sections["verify"]]
        call = brief.blocks[-1]
        assert call.title.startswith(call_title(plan).removesuffix("）"))
        assert [MARK.sub("", entry.text) for entry in call.entries] == asked[:BRIEF_QUESTIONS]
        more = len(asked) > BRIEF_QUESTIONS
        assert (f"共 {len(asked)} 句" in call.title) is more
        cut += more
    assert cut > 20


def cited(text: str) -> list[int]:
    return [int(number) for mark in MARK.findall(text) for number in re.findall(r"\d+", mark)]


def test_its_notes_are_those_that_its_lines_cite(
    pairs: list[tuple[Document, Document]], plans: list[Plan]
) -> None:
    for plan, (_, brief) in zip(plans, pairs, strict=True):
        marks = [
            number for block in brief.blocks for e in block.entries for number in cited(e.text)
        ]
        told = " ".join(note.text for note in brief.notes)
        numbers = [int(found) for found in re.findall(r"〔(\d{1,2})〕", told)]
        assert set(marks) == set(numbers)
        assert len(numbers) == len(set(numbers))
        names = {source.number or source.title for source in plan.sources.values()}
        assert all(
            any(told.partition(f"〔{number}〕")[2].startswith(name) for name in names)
            for number in numbers
        )


# --- what must not be lost ----------------------------------------------------------------------


def lost(plan: Plan, book: Rulebook, *sections: str) -> list[Item]:
    kept = watched(plan, book)
    items = [item for name in sections for item in plan.sections.get(name, ())]
    return [item for item in items if item not in kept]


PUNISHED = re.compile("受罚|骗保|罚骗取|停联网结算")
UNPAID = re.compile(
    "不一定能报|别默认能报|不能再拿|不能向医保|先自己付一部分|自己先付一部分|可能少报"
)


def test_warnings_that_cost_money_are_kept(plans: list[Plan], book: Rulebook) -> None:
    kept = 0
    for plan in plans:
        missed = lost(plan, book, "settlement", "reimbursement", "cautions")
        assert [i.text for i in missed if PUNISHED.search(i.text) or UNPAID.search(i.text)] == []
        kept += sum(bool(PUNISHED.search(i.text)) for i in watched(plan, book))
    assert kept > 20


def test_where_nothing_is_settled_the_deadline_and_the_claim_are_kept(
    plans: list[Plan], book: Rulebook
) -> None:
    claims = [p for p in plans if p.filing.route in ("manual-reimbursement", "not-covered")]
    assert len(claims) > 20
    for plan in claims:
        assert lost(plan, book, "reimbursement") == []
        assert plan.sections["timing"][0] in watched(plan, book)


def test_an_emergency_keeps_what_may_be_paid_less(plans: list[Plan], book: Rulebook) -> None:
    cases = [p for p in plans if p.case.type == "emergency" and p.scope == "cross-province"]
    shares = 0
    for plan in cases:
        shares += any(
            "少报" in item.text or "按市内比例" in item.text for item in watched(plan, book)
        )
        keep = plan.sections.get("reimbursement", ())
        assert not keep or keep[0] in watched(plan, book)
    assert shares >= len(cases) - 4  # the others are work injuries and the like
    assert len(cases) > 10


def test_most_short_pages_fit_a_screen(pairs: list[tuple[Document, Document]]) -> None:
    lengths = [plain_text(brief, 80).count("\n") for _, brief in pairs]
    assert median(lengths) <= SCREEN
    assert sum(length <= SCREEN for length in lengths) > len(lengths) / 2
    wholes = [plain_text(whole, 80).count("\n") for whole, _ in pairs]
    assert all(short < long * 2 / 3 for short, long in zip(lengths, wholes, strict=True))


def test_ids_can_be_shown(plans: list[Plan], book: Rulebook) -> None:
    page = plan_document(plans[0], book, ids=True, brief=True)
    steps = [item.id for item in plans[0].sections["next-steps"]]
    assert set(steps) <= set(subs(page))


def test_as_text(plans: list[Plan], book: Rulebook) -> None:
    text = plain_text(plan_document(plans[0], book, brief=True), 80)
    assert text.endswith(f"{BRIEF_END}\n")
    assert text.count("\n\n") == 2  # round the bottom line, and nowhere else


def test_a_place_that_is_not_known_is_named_so(plans: list[Plan], book: Rulebook) -> None:
    plan = replace(plans[0], case=replace(plans[0].case, destination=None))
    assert plan_document(plan, book).title.startswith("安顺 → 就医地没定 · ")
