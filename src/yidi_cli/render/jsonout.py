"""The JSON contract: `yidi.plan/1` for a plan, `yidi.query/1` for one-shot queries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from yidi_cli.plan.plan import Days, Disputed, Item, Outcome, Plan, PlanDate, cited
from yidi_cli.rulebook.model import UNKNOWN, Citation, Conditions, Source

if TYPE_CHECKING:
    from yidi_cli.plan.query import Answer, Query
    from yidi_cli.render.contract import DisputedObject, PlaceObject
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.divisions import Place
    from yidi_cli.rulebook.rulebook import Rulebook

PLAN_SCHEMA = "yidi.plan/1"
QUERY_SCHEMA = "yidi.query/1"
_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_REQUIRED: dict[str, bool | str] = {
    "yes": True,
    "no": False,
    "deemed": "deemed",
    "unknown": UNKNOWN,
}


def dump(value: Mapping[str, Any]) -> str:
    """Write JSON with two-space indents and a final newline; Chinese stays readable.

    What would steer a terminal is written as an escape, even where JSON would allow it as it is.
    """
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
    return text if text.isascii() else _STEERING.sub(lambda m: f"\\u{ord(m.group()):04x}", text)


def plan_json(plan: Plan, book: Rulebook, code: str = "") -> dict[str, Any]:
    """Return a plan as the `yidi.plan/1` object, with the share code of its answers if given."""
    return {
        "schema": PLAN_SCHEMA,
        "data_version": plan.data_version,
        "as_of": plan.as_of.isoformat(),
        **({"code": code} if code else {}),
        "case": case_json(plan, book),
        "scope": plan.scope,
        "filing": filing_json(plan),
        **outcome_json(plan),
    }


def outcome_json(plan: Outcome) -> dict[str, Any]:
    """Return what the plans of all matters end with: whom to call, what is said, days, sources."""
    return {
        "hotline": plan.hotline,
        "days": days_json(plan.days),
        "sections": sections_json(plan.sections),
        "dates": [date_json(day) for day in plan.dates],
        "sources": sources_json(plan.sources.values()),
    }


def sections_json(sections: Mapping[str, Iterable[Item]]) -> dict[str, list[dict[str, Any]]]:
    """Return sections with their items, both in the order of the page."""
    return {name: [item_json(item) for item in items] for name, items in sections.items()}


def filing_json(plan: Plan) -> dict[str, Any]:
    """Return the decision; `required` is true, false, "deemed" or "unknown"."""
    return {
        "required": _REQUIRED[plan.filing.required],
        "type": plan.filing.type,
        "route": plan.filing.route,
        "headline": plan.filing.headline,
    }


def days_json(days: Days) -> dict[str, str]:
    """Return the days that dates are counted from, as far as they are known."""
    named = ((name, getattr(days, name)) for name in days.__struct_fields__)
    return {name: day.isoformat() for name, day in named if day is not None}


def date_json(day: PlanDate) -> dict[str, Any]:
    """Return one day; how it was counted is part of its label."""
    return _clean(
        {
            "id": day.id,
            "label": f"{day.label}（{day.note}）" if day.note else day.label,
            "from": day.from_.isoformat(),
            "to": day.to.isoformat() if day.to else None,
            "rule": day.rule,
            "kind": day.kind,
            "after": day.after,
            "past": day.past,
        }
    )


def case_json(plan: Plan, book: Rulebook) -> dict[str, Any]:
    """Return the answers as ids."""
    case = plan.case
    groups = {option.id: option.group for option in book.question("type").options}
    known = case.type in groups and case.type != UNKNOWN
    by_group = case.type in {group.id for group in book.question("type").groups}
    return {
        "insured": place_json(case.insured, book),
        "destination": place_json(case.destination, book),
        "scheme": case.scheme,
        "type": case.type if known else UNKNOWN,
        "group": groups[case.type] if known else case.type if by_group else UNKNOWN,
        "care": case.care,
        "stage": case.stage,
        "filing": case.filing,
        "disease": case.disease,
        "situations": list(case.situations),
    }


def place_json(place: Place | None, book: Book) -> PlaceObject | None:
    """Return a place as its pooling region."""
    if place is None:
        return None
    pool = book.places.pool(place) or place
    return {
        "code": pool.code,
        "name": pool.name,
        "province": book.places.province(place).name,
    }


def item_json(item: Item) -> dict[str, Any]:
    """Return one item; empty fields are left out."""
    return _clean(
        {
            "id": item.id,
            "text": item.text,
            "detail": item.detail,
            "sources": [citation.id for citation in item.sources],
            "confidence": item.confidence,
            "disputed": [disputed_json(d) for d in item.disputed],
            "place": item.place,
            "owner": item.owner,
            "old": item.old,
            "purpose": item.purpose,
            "get": item.get,
            "form": item.form,
            "substitutes": list(item.substitutes),
            "kind": item.kind,
            "filing": item.filing,
            "known": item.known,
            "url": item.url,
            "steps": list(item.steps),
        }
    )


def disputed_json(disputed: Disputed) -> DisputedObject:
    """Return a reading that lost."""
    return {
        "id": disputed.id,
        "says": disputed.says,
        "why_not": disputed.why_not,
        "sources": [citation.id for citation in disputed.sources],
    }


def conditions_json(conditions: Conditions) -> dict[str, list[str]]:
    """Return conditions with dimensions and values in order."""
    return {name: sorted(values) for name, values in sorted(conditions.items())}


def cited_json(citations: Iterable[Citation], book: Book) -> dict[str, Any]:
    """Return the sources that are cited, each once, by id."""
    ids = dict.fromkeys(citation.id for citation in citations)
    return sources_json(book.source(source_id) for source_id in ids)


def sources_json(sources: Iterable[Source]) -> dict[str, Any]:
    """Return sources by id."""
    return {
        source.id: {
            "title": source.title,
            "issuer": source.issuer,
            # Empty where it is not known.
            "date": source.issued,
            "tier": source.tier,
            **_clean(
                {
                    "number": source.number,
                    "status": source.status,
                    "checked": source.checked.isoformat(),
                    "url": source.url,
                    "note": source.note,
                }
            ),
        }
        for source in sources
    }


def _clean(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value not in (None, "", [], False)}


def query_json(query: Query, answer: Answer, book: Rulebook) -> dict[str, Any]:
    """Return the answer to a query as `yidi.query/1`.

    Each part names its value of the dimension by which the query was split, or `common`.
    """
    first = answer.plans[0]
    return {
        **query_head(query.name, book),
        "as_of": query.as_of.isoformat(),
        "case": case_json(msgspec.structs.replace(first, case=query.case), book),
        "parts": query_parts(query, answer),
        "sources": sources_json(cited(answer.items(), book)),
    }


def query_parts(query: Query, answer: Answer) -> list[dict[str, Any]]:
    """Return an answer's parts, each with its value of the split dimension."""
    return [
        {
            query.split or "type": part.value or "common",
            "sections": sections_json(part.sections),
            "dates": [date_json(day) for day in part.dates],
        }
        for part in answer.parts
    ]


def channels_json(place: Place, items: Sequence[Item], book: Rulebook) -> dict[str, Any]:
    """Return an insured place's channels as `yidi.query/1`."""
    return {
        **query_head("channels", book),
        "insured": place_json(place, book),
        "items": [item_json(item) for item in items],
        "sources": sources_json(cited(items, book)),
    }


def types_json(parts: Mapping[str, Sequence[Item]], book: Rulebook) -> dict[str, Any]:
    """Return the six types as `yidi.query/1`."""
    options = [o for o in book.question("type").options if o.id != UNKNOWN]
    return {
        **query_head("types", book),
        "types": [
            {
                "id": option.id,
                "name": option.name,
                "group": option.group,
                "label": option.label,
                "items": [item_json(item) for item in parts[option.id]],
            }
            for option in options
        ],
        "sources": sources_json(cited([i for items in parts.values() for i in items], book)),
    }


def sources_query_json(
    sources: Iterable[Source], citing: Sequence[str], book: Rulebook
) -> dict[str, Any]:
    """Return sources, and the ids of the statements that rest on the one asked for."""
    return {
        **query_head("sources", book),
        "sources": sources_json(sources),
        "cited_by": list(citing),
    }


def query_head(name: str, book: Book) -> dict[str, Any]:
    """Return the fields that every `yidi.query/1` object begins with."""
    return {"schema": QUERY_SCHEMA, "query": name, "data_version": book.meta.version}
