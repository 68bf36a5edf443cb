"""The JSON Schema of each kind of YAML file under `data/`, for editors that complete and check.

The shapes come from the types that the files are read into; the dimensions of conditions and their
values from the data's own questions. Ids of sources are left open: a region adds its own.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from yidi_cli.rulebook import changes, family, holidays, model, past, region, wording
from yidi_cli.rulebook.check import family_vocabulary, vocabulary

if TYPE_CHECKING:
    from yidi_cli.rulebook.bundle import Bundle

DRAFT = "https://json-schema.org/draft/2020-12/schema"
SET_BY_LOADER = frozenset({"place", "owner", "layer", "ready"})
"""Fields that a file does not hold."""
_PLACE = {"type": "string", "pattern": rf"^(\d{{6}}|{model.UNKNOWN})$"}
Schema = dict[str, Any]


class Kind(NamedTuple):
    """A kind of file: which ones, what an entry is, whether the file is a list of them."""

    files: str
    type: type[msgspec.Struct]
    listed: bool = True
    family: bool = False


KINDS: dict[str, Kind] = {
    "rules": Kind("rules/*.yaml", model.Rule),
    "regions": Kind("regions/*.yaml", region.Region, listed=False),
    "family": Kind("family.yaml", family.Family, listed=False, family=True),
    "questions": Kind("questions.yaml", model.Question),
    "decision": Kind("decision.yaml", model.DecisionRow),
    "sources": Kind("sources.yaml", model.Source),
    "conflicts": Kind("conflicts.yaml", model.Conflict),
    "diseases": Kind("diseases.yaml", model.Disease),
    "holidays": Kind("holidays.yaml", holidays.HolidayYear),
    "elder": Kind("elder.yaml", model.ElderStep),
    "meta": Kind("meta.yaml", model.Meta, listed=False),
    "sentence": Kind("sentence.yaml", wording.Wording, listed=False),
    "cases": Kind("cases/*.yaml", model.Example),
    "family-cases": Kind("cases/family.yaml", family.FamilyExample, family=True),
    "changes": Kind("changes.yaml", changes.Change),
    "past": Kind("past.yaml", past.Past, listed=False),
}
"""Kind of file → what it holds; where two match a file, the later one is meant."""
FOLDER = "docs/schema/data"
"""Where the schemas are kept, from the project's root."""


def kind_of(file: str) -> str:
    """Return the kind of a file by its path under `data/`; KeyError where there is none."""
    from fnmatch import fnmatchcase

    found = [name for name, kind in KINDS.items() if fnmatchcase(file, kind.files)]
    if not found:
        raise KeyError(file)
    return found[-1]


def schema_file(name: str) -> str:
    """Return the path of a kind's schema from the project's root."""
    return f"{FOLDER}/{name}.schema.json"


def first_line(file: str) -> str:
    """Return the first line of a file by its path under `data/`: where its schema is."""
    up = "../" * (file.count("/") + 1)
    return f"# yaml-language-server: $schema={up}{schema_file(kind_of(file))}"


def data_schema(name: str, bundle: Bundle) -> Schema:
    """Return the JSON Schema of a kind of file; KeyError where there is no such kind."""
    kind = KINDS[name]
    (top,), parts = msgspec.json.schema_components([kind.type], ref_template="#/$defs/{name}")
    shapes = dict(_shaped(parts))
    if kind.family:
        shapes = {shape: _for_family(part) for shape, part in shapes.items()}
    elif {"LocalFamily", "PastFamily"} & shapes.keys():
        shapes = _split(shapes)
    shapes |= _conditions(bundle)
    _limit_answers(shapes, kind, bundle)
    body = {"type": "array", "items": top} if kind.listed else top
    return {
        "$schema": DRAFT,
        "$id": f"yidi.data.{name}",
        "title": f"data/{kind.files}",
        "description": f"A list of these: {_told(kind.type)}" if kind.listed else _told(kind.type),
        **body,
        "$defs": {shape: shapes[shape] for shape in sorted(_used(body, shapes))},
    }


def _told(kind: type) -> str:
    return " ".join(inspect.cleandoc(kind.__doc__ or "").split())


def _shaped(parts: Mapping[str, Schema]) -> Iterator[tuple[str, Schema]]:
    """Yield the shapes, descriptions on one line, without what the loader sets."""
    for name, part in parts.items():
        fields = {k: v for k, v in part["properties"].items() if k not in SET_BY_LOADER}
        for field in ("when", "unless"):
            if field in fields:
                fields[field] = {"$ref": "#/$defs/Conditions"}
        if name == "Rule":
            fields["section"] = {"enum": list(model.ORDER)}
            fields["for"] = {"enum": list(model.PLACES), "default": "insured"}
        told = " ".join(part.get("description", "").split())
        yield name, {**part, "description": told, "properties": fields}


_FAMILY_OWN = ("LocalFamily", "PastFamily")


def _for_family(part: Schema) -> Schema:
    """Return a shape of filing as family mutual aid has it."""
    fields = dict(part["properties"])
    for field in ("when", "unless"):
        if field in fields:
            fields[field] = {"$ref": "#/$defs/FamilyConditions"}
    if part["title"] == "Rule":
        fields["section"] = {"enum": list(family.SECTIONS)}
        fields["for"] = {"enum": list(family.PLACES), "default": "insured"}
    return {**part, "properties": fields}


def _split(shapes: Mapping[str, Schema]) -> dict[str, Schema]:
    """Return the shapes of a file that holds both matters: rules of mutual aid apart."""
    split = {**shapes, "FamilyRule": {**_for_family(shapes["Rule"]), "title": "FamilyRule"}}
    for name in (*_FAMILY_OWN, "FamilyChannel", "PastFamilyRow"):
        if name in shapes:
            part = _for_family(shapes[name])
            if "rules" in part["properties"]:
                rules = {**part["properties"]["rules"], "items": {"$ref": "#/$defs/FamilyRule"}}
                part["properties"]["rules"] = rules
            split[name] = part
    return split


def _conditions(bundle: Bundle) -> dict[str, Schema]:
    """Return the shapes of conditions: each dimension with its values."""
    told = "Dimension to values: it holds where every dimension has one of its values."
    names = {q.id: q.name for q in bundle.questions}
    family_names = {q.id: q.name for q in bundle.family.questions} if bundle.family else {}
    found: dict[str, Schema] = {}
    for shape, values, places, known in (
        ("Conditions", vocabulary(bundle), model.PLACES, names),
        ("FamilyConditions", family_vocabulary(bundle), family.PLACES, family_names),
    ):
        dimensions = {name: {"enum": sorted(allowed)} for name, allowed in values.items()}
        found[shape] = {
            "title": shape,
            "description": told,
            "type": "object",
            "properties": {
                name: {
                    **({"description": known[name]} if name in known else {}),
                    "type": "array",
                    "items": items,
                    "uniqueItems": True,
                }
                for name, items in (dimensions | dict.fromkeys(places, _PLACE)).items()
            },
            "additionalProperties": False,
        }
    return found


def _limit_answers(shapes: Mapping[str, Schema], kind: Kind, bundle: Bundle) -> None:
    """Let the answers of a case name the questions of its matter alone."""
    for shape in ("Example", "FamilyExample"):
        if shape in shapes:
            asked = bundle.family.questions if kind.family and bundle.family else bundle.questions
            answers = shapes[shape]["properties"]["answers"]
            answers["propertyNames"] = {"enum": [question.id for question in asked]}


def _used(body: Schema, shapes: Mapping[str, Schema]) -> set[str]:
    """Return the names of the shapes that a schema refers to, directly or by others."""
    used: set[str] = set()
    waiting = list(_references(body))
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += _references(shapes[name])
    return used


def _references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield str(part["$ref"]).rpartition("/")[2]
        values: Iterable[object] = part.values()
    else:
        values = part if isinstance(part, list) else ()
    for value in values:
        yield from _references(value)
