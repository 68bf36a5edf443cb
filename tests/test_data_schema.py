"""The JSON Schemas of the data's files: as the code makes them, met by every file, not vacuous."""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.conftest import DATA, ROOT, Run, rulebook
from tools.schema import data_files, with_first_line
from yidi_cli.rulebook import family, model
from yidi_cli.rulebook.check import family_vocabulary, vocabulary
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.rulebook.schema import DRAFT, FOLDER, KINDS, first_line, kind_of, schema_file

MADE = data_files(rulebook().whole())
SCHEMAS: dict[str, dict[str, Any]] = {name: json.loads(MADE[schema_file(name)]) for name in KINDS}
FILES = sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*.yaml"))
STALE = "not what the code makes: run `make schema`"


CORE = {
    "bool": (r"true|false", "tf"),
    "int": [r"[-+]?[0-9]+", r"-+0123456789"],
    "float": [r"[-+]?[0-9]+\.[0-9]+", r"-+0123456789"],
    "null": (r"null|~|", "n~"),
}
"""What is no text in YAML 1.2: tag → how it is written, and with what it begins."""


@cache
def editor() -> type[Any]:
    """Return a loader that reads as an editor does: a day is a text there, and so is `yes`."""
    import yaml

    class Editor(yaml.CSafeLoader):
        """Starts with no scalar that is not a text."""

    Editor.yaml_implicit_resolvers = {}
    for tag, (pattern, first) in CORE.items():
        tag = f"tag:yaml.org,2002:{tag}"
        Editor.add_implicit_resolver(tag, re.compile(rf"(?:{pattern})\Z"), list(first))
    return Editor


def read(file: str) -> Any:
    import yaml

    return yaml.load((DATA / file).read_text(encoding="utf-8"), Loader=editor())


def faults(kind: str, value: object) -> list[str]:
    validator = Draft202012Validator(SCHEMAS[kind])
    return [f"{e.json_path}: {e.message[:200]}" for e in validator.iter_errors(value)]


# --- the files ---


def test_the_schemas_are_what_the_code_makes() -> None:
    assert {path.name for path in (ROOT / FOLDER).iterdir()} == {Path(p).name for p in MADE}
    for path, text in MADE.items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, f"{path} is {STALE}"


def test_the_schemas_are_schemas() -> None:
    for name, schema in SCHEMAS.items():
        Draft202012Validator.check_schema(schema)
        assert (schema["$schema"], schema["$id"]) == (DRAFT, f"yidi.data.{name}")
        for part in schema["$defs"].values():
            assert part["additionalProperties"] is False, (name, part["title"])
            assert len(part["description"]) > 10, (name, part["title"])
            assert "\n" not in part["description"]


def test_every_file_is_of_one_kind_and_every_kind_has_a_file() -> None:
    assert {kind_of(file) for file in FILES} == set(KINDS)
    with pytest.raises(KeyError):
        kind_of("rules/other.txt")


@pytest.mark.parametrize("file", FILES)
def test_a_real_file_meets_its_schema(file: str) -> None:
    assert faults(kind_of(file), read(file))[:3] == []


def test_a_file_names_its_schema_in_the_first_line() -> None:
    for file in FILES:
        text = (DATA / file).read_text(encoding="utf-8")
        first = text.partition("\n")[0]
        assert first == first_line(file), f"{file}: {STALE}"
        named = first.partition("$schema=")[2]
        assert ((DATA / file).parent / named).resolve() == (ROOT / schema_file(kind_of(file)))
        assert with_first_line(file, text) == text
    text = with_first_line("meta.yaml", "version: 2026-01-01\n")
    assert text == f"{first_line('meta.yaml')}\nversion: 2026-01-01\n"


# --- what they say ---

RULE = {
    "id": "zz.test",
    "section": "cautions",
    "when": {"scope": ["cross-province"]},
    "text": "这是一句话。",
    "sources": [{"id": "nhsa-2022-22"}],
    "confidence": "high",
}
BAD: dict[str, tuple[str, dict[str, Any], str]] = {
    "an unknown field": ("rules", {"sektion": "x"}, "sektion"),
    "a section that is none": ("rules", {"section": "caution"}, "caution"),
    "a section of the other matter": ("rules", {"section": "ending"}, "ending"),
    "a dimension that is none": ("rules", {"when": {"scop": ["in-province"]}}, "scop"),
    "a dimension of the other matter": ("rules", {"when": {"relation": ["parent"]}}, "relation"),
    "a value that is none": ("rules", {"when": {"scope": ["abroad"]}}, "abroad"),
    "a value where a list belongs": ("rules", {"when": {"scope": "in-province"}}, "array"),
    "a code that is none": ("rules", {"unless": {"insured": ["5000"]}}, "5000"),
    "what the loader sets": ("rules", {"place": "500000"}, "place"),
    "a text where a list belongs": ("rules", {"sources": "nhsa-2022-22"}, "array"),
    "a day that is no text": ("rules", {"valid": {"from": 2026}}, "2026"),
    "a kind that is none": ("changes", {"kind": "new"}, "new"),
}
CHANGE = {"date": "2026-11-22", "kind": "added", "ids": ["x"], "what": "改了。", "sources": []}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_entry_is_refused(what: str) -> None:
    kind, change, named = BAD[what]
    good = RULE if kind == "rules" else CHANGE
    assert faults(kind, [good]) == []
    found = faults(kind, [{**good, **change}])
    assert found, what
    assert any(named in fault for fault in found), found


@pytest.mark.parametrize("lacking", ["id", "section", "text", "sources", "confidence"])
def test_what_is_lacking_is_told(lacking: str) -> None:
    short = {name: value for name, value in RULE.items() if name != lacking}
    assert faults("rules", [short]) == [f"$[0]: '{lacking}' is a required property"]
    assert faults("rules", {"rules": [RULE]}) != []


def test_each_matter_has_its_own_conditions_in_a_region() -> None:
    file = "regions/500000-重庆.yaml"
    real = read(file)

    def with_rule(rule: dict[str, Any], matter: str) -> Any:
        changed = copy.deepcopy(real)
        (changed["family"] if matter == "family" else changed)["rules"].append(rule)
        return changed

    shared = {**RULE, "when": {"scope": ["in-province"]}}
    own = {**RULE, "section": "ending", "for": "member", "when": {"relation": ["parent"]}}
    assert faults("regions", with_rule(shared, "filing")) == []
    assert faults("regions", with_rule(shared, "family")) == []
    assert faults("regions", with_rule(own, "family")) == []
    assert faults("regions", with_rule(own, "filing")) != []
    other = {**RULE, "when": {"situation": ["proxy"]}}
    assert faults("regions", with_rule(other, "filing")) == []
    assert faults("regions", with_rule(other, "family")) != []


def test_conditions_are_completed_from_the_questions(book: Rulebook) -> None:
    bundle = book.whole()
    for shape, values, places in (
        ("Conditions", vocabulary(bundle), model.PLACES),
        ("FamilyConditions", family_vocabulary(bundle), family.PLACES),
    ):
        said = SCHEMAS["regions"]["$defs"][shape]["properties"]
        assert set(said) == {*values, *places}
        for name, allowed in values.items():
            assert set(said[name]["items"]["enum"]) == allowed
    said = SCHEMAS["rules"]["$defs"]["Conditions"]["properties"]
    assert said["scheme"]["description"] == book.question("scheme").name


def test_a_case_answers_the_questions_of_its_matter() -> None:
    case = read("cases/unknown.yaml")[0]
    assert faults("cases", [case]) == []
    assert faults("cases", [{**case, "answers": {"relation": "父母"}}]) != []
    shared = read("cases/family.yaml")[0]
    assert faults("family-cases", [shared]) == []
    assert faults("family-cases", [{**shared, "answers": {"disease": "糖尿病"}}]) != []


# --- the command ---


def test_the_command_lists_the_kinds(yidi: Run) -> None:
    page = yidi("data", "schema")
    assert page.code == 0
    for name, kind in KINDS.items():
        assert f"{name}：data/{kind.files}" in page.out
    found = json.loads(yidi("数据", "格式", "--format", "json").out)
    assert (found["schema"], found["query"]) == ("yidi.query/1", "data-schema")
    assert [part["kind"] for part in found["kinds"]] == list(KINDS)
    assert {part["schema"] for part in found["kinds"]} == set(MADE)


def test_the_command_prints_a_schema(yidi: Run, tmp_path: Path) -> None:
    for name in KINDS:
        ran = yidi("data", "schema", name)
        assert (ran.code, json.loads(ran.out)) == (0, SCHEMAS[name])
    target = tmp_path / "rules.json"
    ran = yidi("data", "schema", "rules", "-o", str(target))
    assert (ran.code, ran.out, json.loads(target.read_text("utf-8"))) == (0, "", SCHEMAS["rules"])
    assert yidi("data", "schema", "rules", "-o", str(target)).code == 2


def test_a_kind_that_is_none(yidi: Run) -> None:
    ran = yidi("data", "schema", "rule")
    assert ran.code == 2
    assert "没有编号是“rule”的数据文件" in ran.err
    assert "rules" in ran.err
