"""The page and the JSON of the chronic diseases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yidi_cli.plan.plan import cited
from yidi_cli.plan.words import disease_text
from yidi_cli.render.document import (
    Block,
    Document,
    Entry,
    Notes,
    Sub,
    simple_document,
)
from yidi_cli.render.jsonout import cited_json, place_json, query_head, query_parts, sources_json
from yidi_cli.render.pages import part_blocks

if TYPE_CHECKING:
    from yidi_cli.plan.diseases import Advice
    from yidi_cli.rulebook.model import Disease
    from yidi_cli.rulebook.rulebook import Rulebook

OTHER = "other"
"""The id that stands for every disease that is not listed."""


def diseases_document(advice: Advice, book: Rulebook) -> Document:
    """Return the page of one disease, or of all of them with what holds for each."""
    notes = Notes(book)
    disease = advice.disease
    title = "门诊慢特病" if disease is None else f"门诊慢特病 · {disease.name}"
    if advice.query.case.insured is not None:
        title += f" · 参保地 {book.places.short_name(advice.query.case.insured)}"
    blocks = _listed(book, notes) if disease is None else [_told(disease, notes, book)]
    blocks += part_blocks(advice.query, advice.answer, notes, book)
    lead = "看某一种：yidi diseases 病名。" if disease is None else ""
    return simple_document(title, lead, blocks, notes, book, advice.query.as_of)


def _listed(book: Rulebook, notes: Notes) -> list[Block]:
    blocks = []
    settling = sum(disease.direct for disease in book.diseases)
    rest = f"不在这 {settling} 种里的（多半先自费，再按参保地规定报）"
    for direct, heading in ((True, "能跨省直接结算的"), (False, rest)):
        chosen = [d for d in book.diseases if d.direct is direct and d.id != OTHER]
        # All rest on the same document: one mark in the heading's first entry is enough.
        names = "、".join(disease.name for disease in chosen)
        marks = notes.mark({c.id: c for d in chosen for c in d.sources}.values())
        blocks.append(
            Block(f"{heading}（{len(chosen)} 种）", (Entry(f"{names}。{marks}"),), "none")
        )
    return blocks


def _told(disease: Disease, notes: Notes, book: Rulebook) -> Block:
    subs = [Sub(disease.note)] if disease.note else []
    if disease.aliases:
        subs.append(Sub(f"也叫：{'、'.join(disease.aliases)}"))
    entry = Entry(f"{disease_text(disease, book)}{notes.mark(disease.sources)}", tuple(subs))
    return Block("这个病种", (entry,), "none")


def diseases_json(advice: Advice, book: Rulebook) -> dict[str, Any]:
    """Return the diseases, or one of them, with what the rules say, as `yidi.query/1`."""
    chosen = book.diseases if advice.disease is None else (advice.disease,)
    own = cited_json((c for disease in chosen for c in disease.sources), book)
    shown = sources_json(cited(advice.answer.items(), book))
    return {
        **query_head("diseases", book),
        "insured": place_json(advice.query.case.insured, book),
        "diseases": [
            {
                "id": disease.id,
                "name": disease.name,
                "direct": disease.direct,
                "aliases": list(disease.aliases),
                "note": disease.note,
                "sources": [citation.id for citation in disease.sources],
            }
            for disease in chosen
        ],
        "parts": query_parts(advice.query, advice.answer),
        "sources": own | shown,
    }
