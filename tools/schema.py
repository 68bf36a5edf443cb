"""Writes `docs/schema/`: the JSON Schemas of what `--format json` prints and of the data's files.

`make schema` runs it. It also writes the first line of each file under `data/`, which names the
schema of its kind.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import msgspec

from yidi_cli.render import (
    contract,
    contract_check,
    contract_data,
    contract_family,
    contract_query,
    contract_upkeep,
)
from yidi_cli.render.family_page import FAMILY_SCHEMA
from yidi_cli.render.jsonout import PLAN_SCHEMA, QUERY_SCHEMA
from yidi_cli.rulebook.bundle import Bundle
from yidi_cli.rulebook.opening import open_folder
from yidi_cli.rulebook.schema import KINDS, data_schema, first_line, schema_file

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data"
FOLDER = ROOT / "docs" / "schema"
MODULES = (
    contract_query,
    contract_family,
    contract_data,
    contract_check,
    contract_upkeep,
    contract,
)
QUERIES = (
    *get_args(contract_query.QueryObject),
    *(contract_check.DataCheckObject, contract_check.DataCodeObject),
    *get_args(contract_upkeep.UpkeepObject),
    *get_args(contract_data.DataObject),
)
"""One shape for each value of `query`."""
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
    shapes, parts = _components(*QUERIES)
    head = _head(QUERY_SCHEMA, "An answer of yidi to a one-shot query", told)
    return head | {"oneOf": list(shapes), "$defs": parts}


def files() -> dict[str, str]:
    """Return the name and the text of each file of the folder."""
    return {
        f"{schema['$id'].replace('/', '-')}.schema.json": _text(schema)
        for schema in (plan_schema(), family_schema(), query_schema())
    }


def data_files(bundle: Bundle) -> dict[str, str]:
    """Return the path and the text of the schema of each kind of file of the data."""
    return {schema_file(name): _text(data_schema(name, bundle)) for name in KINDS}


def with_first_line(file: str, text: str) -> str:
    """Return the text of a file under `data/` with the line that names its schema."""
    first, _, rest = text.partition("\n")
    kept = rest if first.startswith("# yaml-language-server:") else text
    return f"{first_line(file)}\n{kept}"


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
    for name, text in data_files(open_folder(DATA).whole()).items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(text, encoding="utf-8")
    for path in sorted(DATA.rglob("*.yaml")):
        old = path.read_text(encoding="utf-8")
        new = with_first_line(path.relative_to(DATA).as_posix(), old)
        if new != old:
            path.write_text(new, encoding="utf-8")
