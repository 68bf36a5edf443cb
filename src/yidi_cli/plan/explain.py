"""What stands behind one statement: its conditions, its sources, the readings that lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from yidi_cli.base.value import Value
from yidi_cli.plan.case import Case
from yidi_cli.plan.channels import bureau_id, hotline_id, title
from yidi_cli.plan.plan import Disputed
from yidi_cli.plan.statements import Said, every_statement
from yidi_cli.plan.words import Words, disease_text
from yidi_cli.rulebook.family import FamilyChannel, FamilyRow
from yidi_cli.rulebook.model import (
    Channel,
    Citation,
    Conditions,
    DecisionRow,
    Rule,
    Validity,
)
from yidi_cli.rulebook.region import Exemption

if TYPE_CHECKING:
    from yidi_cli.rulebook.model import Conflict
    from yidi_cli.rulebook.region import Region
    from yidi_cli.rulebook.rulebook import Rulebook

KINDS = {
    "rule": "规则",
    "row": "判定",
    "channel": "渠道",
    "exemption": "免备案规定",
    "hotline": "电话",
    "bureau": "医保局网站",
    "disease": "病种",
    "conflict": "有争议的问题",
    "reading": "另一种说法",
}
"""Kind → its name."""


class Explained(Value, frozen=True):
    """One statement whatever its kind, with words for no case in particular.

    `place` is the name of the place it speaks for; `confidence` is empty where none is given, and
    `part` the id of the conflict that a reading belongs to. `matter` is what a statement is about:
    its conditions are of that matter's questions. `valid` says from when until when it holds.
    """

    id: str
    kind: str
    place: str
    text: str
    sources: tuple[Citation, ...]
    detail: str = ""
    confidence: str = ""
    when: Conditions = msgspec.field(default_factory=dict)
    unless: Conditions = msgspec.field(default_factory=dict)
    disputed: tuple[Disputed, ...] = ()
    rule: Rule | None = None
    part: str = ""
    matter: str = "filing"
    valid: Validity = Validity()


def explained(book: Rulebook) -> Iterator[Explained]:
    """Yield everything that has an id and sources; sources themselves are left out."""
    words = Words(Case(), book)
    for said in every_statement(book):
        yield _statement(said)
    for disease in book.diseases:
        text = disease_text(disease, book)
        yield Explained(disease.id, "disease", "全国", text, disease.sources, disease.note)
    for part in book.parts():
        yield from _contacts(part)
    for place, conflict in book.conflicts_by_place():
        yield _conflict(place, conflict, words)
        for reading in conflict.readings:
            lost = words.disputed(reading)
            yield Explained(
                lost.id,
                "reading",
                place,
                lost.says,
                lost.sources,
                lost.why_not,
                part=conflict.id,
            )


def _statement(said: Said) -> Explained:
    statement, words, book = said.statement, said.words, said.book
    disputed: tuple[Disputed, ...] = ()
    unless: Conditions = {}
    detail, rule = "", None
    if isinstance(statement, Rule):
        kind, text, detail, unless = "rule", statement.text, statement.detail, statement.unless
        disputed = tuple(words.disputed(book.reading(name)) for name in statement.disputed)
        rule = statement
    elif isinstance(statement, DecisionRow | FamilyRow):
        kind, text, detail = "row", statement.headline, statement.because
        unless = statement.unless
    elif isinstance(statement, Channel | FamilyChannel):
        kind, text, detail = "channel", title(statement), statement.where
        unless = statement.unless
    else:
        assert isinstance(statement, Exemption)
        kind, text, detail = "exemption", statement.text, statement.detail
    return Explained(
        id=statement.id,
        kind=kind,
        place=said.place,
        text=words.fill(text),
        sources=statement.sources,
        detail=words.fill(detail),
        confidence=statement.confidence,
        when=statement.when,
        unless=unless,
        disputed=disputed,
        rule=rule,
        matter=book.matter,
        # A row of today's table has no days of its own.
        valid=getattr(statement, "valid", Validity()),
    )


def _contacts(region: Region) -> Iterator[Explained]:
    hotline, bureau = region.hotline, region.bureau
    if hotline is not None:
        number = hotline.number or "区号＋12393"
        yield Explained(
            hotline_id(region),
            "hotline",
            region.name,
            f"打电话：{number}。",
            hotline.sources,
            hotline.note,
            hotline.confidence,
        )
    if bureau is not None:
        text = f"{region.name}医疗保障局网站：{bureau.url}"
        yield Explained(
            bureau_id(region), "bureau", region.name, text, bureau.sources, "", bureau.confidence
        )


def _conflict(place: str, conflict: Conflict, words: Words) -> Explained:
    return Explained(
        id=conflict.id,
        kind="conflict",
        place=place,
        text=f"{words.fill(conflict.question)}{words.fill(conflict.shown)}",
        sources=conflict.sources,
        detail=words.fill(conflict.why),
        disputed=tuple(words.disputed(reading) for reading in conflict.readings),
    )
