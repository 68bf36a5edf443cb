"""Writes `docs/schema/`: the JSON Schemas of what `--format json` prints (`make schema`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import msgspec

from yidi_cli.render import contract, contract_family, contract_query
from yidi_cli.render.family_page import FAMILY_SCHEMA
from yidi_cli.render.jsonout import PLAN_SCHEMA, QUERY_SCHEMA

FOLDER = Path(__file__).parent.parent / "docs" / "schema"
MODULES = (contract_query, contract_family, contract)
DRAFT = "https://json-schema.org/draft/2020-12/schema"
READERS = (
    "Fields and ids may be added under this number, so ignore fields you do not know; a field that "
    "would mean something else gets a new number. All text for people is simplified Chinese, all "
    "days are ISO dates without a time zone."
)


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema of `yidi.plan/1`."""
    told = f"The plan of `yidi guide --format json`: the answer to one case. {READERS}"
    (top,), parts = _components(contract.PlanObject)
    return _head(PLAN_SCHEMA, "A plan of yidi", told) | top | {"$defs": parts}


def family_schema() -> dict[str, Any]:
    """Return the JSON Schema of `yidi.family/1`."""
    told = f"What `yidi family --format json` prints: the answer to one case. {READERS}"
    (top,), parts = _components(contract_family.FamilyObject)
    return (
        _head(FAMILY_SCHEMA, "A plan of yidi for family mutual aid", told) | top | {"$defs": parts}
    )


def query_schema() -> dict[str, Any]:
    """Return the JSON Schema of `yidi.query/1`: one shape for each value of `query`."""
    told = f"What a one-shot query of yidi prints with `--format json`; `query` names it. {READERS}"
    shapes, parts = _components(*get_args(contract_query.QueryObject))
    head = _head(QUERY_SCHEMA, "An answer of yidi to a one-shot query", told)
    return head | {"oneOf": list(shapes), "$defs": parts}


def files() -> dict[str, str]:
    """Return the name and the text of each file of the folder."""
    return {
        f"{schema['$id'].replace('/', '-')}.schema.json": _text(schema)
        for schema in (plan_schema(), family_schema(), query_schema())
    }


def _head(name: str, title: str, description: str) -> dict[str, Any]:
    return {"$schema": DRAFT, "$id": name, "title": title, "description": description}


def _components(*types: Any) -> tuple[tuple[dict[str, Any], ...], dict[str, Any]]:
    """Return references to the types, and all shapes by name, fields in the order of the code."""
    tops, parts = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    for name, part in parts.items():
        shape = next(vars(m)[name] for m in MODULES if name in vars(m))
        order = list(shape.__annotations__)
        part["properties"] = dict(
            sorted(part["properties"].items(), key=lambda field: order.index(field[0]))
        )
        part["required"] = sorted(part.get("required", []), key=order.index)
    return tops, dict(sorted(parts.items()))


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
