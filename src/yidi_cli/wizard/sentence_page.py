"""What was understood of a sentence, as a page and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yidi_cli.base.errors import safe, safe_path
from yidi_cli.wizard.flow import missing
from yidi_cli.wizard.sentence_text import LONGEST

if TYPE_CHECKING:
    from yidi_cli.render.document import Document
    from yidi_cli.rulebook.model import Question
    from yidi_cli.rulebook.rulebook import Rulebook
    from yidi_cli.wizard.sentence import Understood

MAX_GUESSES = 5
OTHER_MATTER = "像是问家庭共济：用自己的医保账户付家人的钱"
KINDLY = "按你写的话看出这些。不对的，接着答的时候改。"
NOTHING = "没看出能用的。写上医保在哪、去哪看病、为什么去，例如：绵阳医保，在厦门住院，没备案。"


def understood_json(understood: Understood, book: Rulebook) -> dict[str, Any]:
    """Return what was understood as `yidi.query/1`: answers, and the questions still open."""
    from yidi_cli.render.jsonout import place_json, query_head

    answers: dict[str, Any] = {}
    for question in book.questions:
        value = understood.answers.get(question.id)
        if isinstance(value, tuple):
            answers["situations"] = list(value)
        elif value is not None and question.kind == "place":
            answers[question.id] = place_json(book.places.get(value), book)
        elif value is not None:
            answers[question.id] = value
    return {
        **query_head("understand", book),
        **({"matter": understood.matter} if understood.matter else {}),
        "answers": answers,
        "unsure": [q.id for q in book.questions if q.id in understood.unsure],
        "missing": [q.id for q in _missing(understood, book)],
    }


def understood_document(text: str, understood: Understood, book: Rulebook) -> Document:
    """Return the page: each answer with the words it rests on, what is doubtful, what is open."""
    from yidi_cli.render.document import Block, Document, Entry
    from yidi_cli.wizard.words import describe

    known = [
        Entry(f"{q.name}：{describe(q.id, understood.answers[q.id], book)}{_said(q, understood)}")
        for q in book.questions
        if q.id in understood.answers
    ]
    doubtful = [
        Entry(f"{q.name}：{_guesses(q, understood.unsure[q.id], book)}{_said(q, understood)}")
        for q in book.questions
        if q.id in understood.unsure
    ]
    open_ = [Entry(f"{question.name}：{question.ask}") for question in _missing(understood, book)]
    blocks = [
        Block(title, tuple(entries))
        for title, entries in (
            ("看出来的", known),
            ("拿不准的，会再问", doubtful),
            ("还没说到的", open_),
        )
        if entries
    ]
    ways = [Entry(f"yidi guide {_quoted(text)}")]
    if understood.matter:
        ways.insert(0, Entry(f"yidi {understood.matter}（{OTHER_MATTER}）"))
    blocks.append(Block("接着办", tuple(ways), "none"))
    return Document(
        title="一句话情况",
        date="",
        headline=KINDLY if known or doubtful else NOTHING,
        blocks=tuple(blocks),
    )


def _missing(understood: Understood, book: Rulebook) -> list[Question]:
    told = {*understood.answers, *understood.unsure}
    return [q for q in missing(understood.answers, book) if q.id not in told]


def _said(question: Question, understood: Understood) -> str:
    said = safe(understood.said.get(question.id, ""))
    return f"（“{said}”）" if said else ""


def _guesses(question: Question, values: tuple[str, ...], book: Rulebook) -> str:
    """Name what it may be, at most five."""
    if not values:
        return "说得不够清楚"
    more = " 等" if len(values) > MAX_GUESSES else ""
    from yidi_cli.wizard.words import describe

    named = "，或 ".join(describe(question.id, value, book) for value in values[:MAX_GUESSES])
    return f"可能是{named}{more}" if question.kind != "many" else f"可能有{named}{more}"


def _quoted(text: str) -> str:
    """Write a sentence as one word of a shell's command line, on one line."""
    line = safe_path(" ".join(text[:LONGEST].split()))
    if any(char in line for char in '"$`\\!'):
        import shlex

        return shlex.quote(line)
    return f'"{line}"'
