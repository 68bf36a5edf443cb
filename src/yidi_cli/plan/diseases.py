"""What the rules say about one chronic disease, or about all of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from yidi_cli.base.value import Value
from yidi_cli.plan.case import Case
from yidi_cli.plan.plan import Item
from yidi_cli.plan.query import Answer, Part, Query, ask
from yidi_cli.rulebook.model import UNKNOWN, Disease, Rule, Section

if TYPE_CHECKING:
    from yidi_cli.rulebook.divisions import Place
    from yidi_cli.rulebook.rulebook import Rulebook

SECTIONS: tuple[Section, ...] = ("next-steps", "settlement", "cautions", "verify")
_OWN = ("disease", "direct")


class Advice(Value, frozen=True):
    """What to do for a disease: it (None for all of them), and what is said by scope."""

    disease: Disease | None
    query: Query
    answer: Answer


def advice(disease: Disease | None, insured: Place | None, book: Rulebook, day: date) -> Advice:
    """Return what the rules say of outpatient care for `disease` alone, on `day`.

    Statements that hold for any kind of care are left out: they are not about the disease.
    """
    answer = disease.id if disease is not None else UNKNOWN
    case = Case(insured=insured, care="chronic", disease=answer)
    query = Query("diseases", SECTIONS, case, day, split="scope")
    about = {rule.id for rule in book.rules_about(SECTIONS, insured) if _is_about(rule)}
    found = ask(query, book)

    def kept(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(item for item in items if item.id in about)

    parts = []
    for part in found.parts:
        sections = {
            name: chosen for name, items in part.sections.items() if (chosen := kept(items))
        }
        parts.append(Part(part.value, sections))
    return Advice(disease, query, msgspec.structs.replace(found, parts=tuple(parts)))


def _is_about(rule: Rule) -> bool:
    return rule.when.get("care") == frozenset({"chronic"}) or any(
        name in rule.when for name in _OWN
    )
