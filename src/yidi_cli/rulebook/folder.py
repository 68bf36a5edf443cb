"""Reads a `data/` folder into a `Bundle`, naming everything that is wrong at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from yidi_cli.base.errors import DataError
from yidi_cli.rulebook import model
from yidi_cli.rulebook.bundle import Bundle
from yidi_cli.rulebook.changes import FILE as CHANGES
from yidi_cli.rulebook.changes import Change
from yidi_cli.rulebook.decode import convert, convert_list
from yidi_cli.rulebook.divisions import Place, pack, read_divisions
from yidi_cli.rulebook.family import Family, FamilyExample
from yidi_cli.rulebook.holidays import HolidayYear
from yidi_cli.rulebook.load import Fault, Path_, Tree, dotted, read_text, read_yaml
from yidi_cli.rulebook.past import FILE as PAST
from yidi_cli.rulebook.past import Past
from yidi_cli.rulebook.region import Region
from yidi_cli.rulebook.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")
MAX_SHOWN = 40
WORDING = "sentence.yaml"
FAMILY = "family.yaml"
_NOTED = ("channels", "exemptions", "rules", "conflicts", "sources", "decision")
"""Lists within a file whose entries have ids."""
_GIVEN = ("place", "owner", "layer")
"""Fields that are set when a folder is read, and that no file may set."""
_DIVISION = re.compile(r"\S+ 第 (\d+) 行(?: (\w+))?：(.*)")


def family_question(name: str) -> str:
    """Return what a question of family mutual aid is called where an entry's line is looked up."""
    return f"family question {name}"


@dataclass
class Folder:
    """What was read: where each entry stands, the places, the parsed files that are one entry, and
    the faults."""

    root: Path
    faults: list[Fault] = field(default_factory=list)
    origin: dict[str, tuple[str, int]] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    trees: dict[str, Tree] = field(default_factory=dict)

    def where(self, entry_id: str) -> tuple[str, int]:
        """Return file and line of the entry with this id."""
        return self.origin.get(entry_id, ("", 0))

    def _tree(self, name: str) -> Tree:
        path = self.root / name
        if not path.resolve().is_relative_to(self.root.resolve()):
            fault = Fault(
                name, 0, "", "指到了文件夹外面", "把文件本身放进来，不用链接", code="Y090"
            )
            self.faults.append(fault)
            return Tree(name, None, {})
        tree, faults = read_yaml(path, name)
        self.faults += faults
        return tree

    def _note(self, tree: Tree, entry_id: str, line: int) -> None:
        if entry_id in self.origin:
            file, first = self.origin[entry_id]
            what = f"id {entry_id} 重复，{file} 第 {first} 行已经有了"
            self.faults.append(Fault(tree.file, line, "id", what, "换一个 id", code="Y024"))
        else:
            self.origin[entry_id] = (tree.file, line)

    def _note_entry(self, tree: Tree, entry: object, path: Path_) -> None:
        """Note an entry's id, and what its file may not say of it."""
        if not isinstance(entry, dict):
            return
        for name in _GIVEN:
            if name in entry:
                field, what = dotted((*path, name)), f"{name} 是读的时候定的"
                line = tree.line((*path, name))
                self.faults.append(Fault(tree.file, line, field, what, "删掉它", code="Y008"))
        if isinstance(entry.get("id"), str):
            self._note(tree, entry["id"], tree.line(path))

    def entries(self, name: str, kind: type[T]) -> tuple[T, ...]:
        """Read a file that is a list of entries; the ids of those that have one are noted."""
        tree = self.trees[name] = self._tree(name)
        good, faults = convert_list(tree, kind)
        self.faults += faults
        if isinstance(tree.value, list):
            for index, value in enumerate(tree.value):
                self._note_entry(tree, value, (index,))
        return tuple(good)

    def one(self, name: str, kind: type[T]) -> T | None:
        """Read a file that is one entry."""
        tree = self.trees[name] = self._tree(name)
        if tree.value is None:
            return None
        part, faults = convert(tree, tree.value, kind, ())
        self.faults += faults
        return part

    def region(self, name: str) -> Region | None:
        """Read one region's file; every id in it is noted, and its rules learn their place."""
        tree = self._tree(name)
        if tree.value is None:
            return None
        self._note_region(tree, tree.value, ())
        region, faults = convert(tree, tree.value, Region, ())
        self.faults += faults
        return _placed(region) if region is not None else None

    def _note_region(self, tree: Tree, value: object, path: Path_) -> None:
        if not isinstance(value, dict):
            return
        name, line = f"region {value.get('code')}", tree.line(path)
        file, first = self.origin.setdefault(name, (tree.file, line))
        if (file, first) != (tree.file, line):
            what = f"{value.get('code')} 重复，{file} 第 {first} 行已经有了"
            self.faults.append(Fault(tree.file, line, "code", what, "并成一个", code="Y024"))
        self._note_lists(tree, value, path)
        self._note_lists(tree, value.get("family"), (*path, "family"))
        cities = value.get("cities")
        for index, city in enumerate(cities if isinstance(cities, list) else ()):
            self._note_region(tree, city, (*path, "cities", index))

    def family(self, name: str) -> Family | None:
        """Read the file of family mutual aid; every id in it is noted, the questions' apart from
        those of filing, which are called the same."""
        part = self.one(name, Family)
        tree = self.trees[name]
        self._note_lists(tree, tree.value, ())
        for index, question in enumerate(part.questions if part is not None else ()):
            line = tree.line(("questions", index))
            self.origin.setdefault(family_question(question.id), (tree.file, line))
        return part

    def past(self, name: str) -> Past | None:
        """Read the file of what no longer holds; ids are noted, and rules learn their place."""
        part = self.one(name, Past)
        tree = self.trees[name]
        self._note_lists(tree, tree.value, ())
        if isinstance(tree.value, dict):
            self._note_lists(tree, tree.value.get("family"), ("family",))
            regions = tree.value.get("regions")
            for index, region in enumerate(regions if isinstance(regions, list) else ()):
                self._note_lists(tree, region, ("regions", index))
                if isinstance(region, dict):
                    self._note_lists(tree, region.get("family"), ("regions", index, "family"))
        if part is None:
            return None
        return msgspec.structs.replace(part, regions=tuple(map(_placed, part.regions)))

    def _note_lists(self, tree: Tree, value: object, path: Path_) -> None:
        for part in _NOTED:
            entries = value.get(part) if isinstance(value, dict) else None
            for index, entry in enumerate(entries if isinstance(entries, list) else ()):
                self._note_entry(tree, entry, (*path, part, index))

    def read_places(self) -> None:
        """Read the table of places."""
        name = "divisions.csv"
        text, faults = read_text(self.root / name, name)
        self.faults += faults
        if text is None:
            return
        try:
            self.places = tuple(read_divisions(text, name))
        except DataError as error:
            self.faults += (_division_fault(name, line) for line in error.message.split("\n"))


def _division_fault(file: str, message: str) -> Fault:
    """Return a line that `read_divisions` wrote as a fault: 「… 第 3 行 code：…，请…」."""
    found = _DIVISION.fullmatch(message)
    line, field, told = found.groups() if found else ("0", "", message)
    what, _, mend = told.rpartition("，请")
    mend = mend or "照表头改好"
    return Fault(file, int(line), field or "", what or told, mend, code="Y029")


def _placed(region: Region) -> Region:
    def placed(rules: Iterable[model.Rule]) -> tuple[model.Rule, ...]:
        return tuple(msgspec.structs.replace(rule, place=region.code) for rule in rules)

    return msgspec.structs.replace(
        region,
        rules=placed(region.rules),
        family=msgspec.structs.replace(region.family, rules=placed(region.family.rules)),
        cities=tuple(_placed(city) for city in region.cities),
    )


def by_section(rules: Iterable[model.Rule]) -> dict[model.Section, tuple[model.Rule, ...]]:
    """Return national rules by section, so that a query need not decode those of others."""
    grouped: dict[model.Section, list[model.Rule]] = {}
    for rule in rules:
        grouped.setdefault(rule.section, []).append(rule)
    return {section: tuple(found) for section, found in grouped.items()}


def read_folder(root: Path) -> tuple[Bundle, Folder]:
    """Read all of `root`; what cannot be read is left out and is in the folder's `faults`."""
    folder = Folder(root)
    meta = folder.one("meta.yaml", model.Meta)
    rules: list[model.Rule] = []
    for part in ("rules", "regions"):
        if not any((root / part).glob("*.yaml")):
            what = "缺这个文件夹，或里面没有文件"
            folder.faults.append(Fault(part, 0, "", what, "补上它", code="Y001"))
    for path in sorted((root / "rules").glob("*.yaml")):
        rules += folder.entries(f"rules/{path.name}", model.Rule)
    regions: dict[str, Region] = {}
    for path in sorted((root / "regions").glob("*.yaml")):
        region = folder.region(f"regions/{path.name}")
        if region is not None:
            regions[region.code] = region
    folder.read_places()
    bundle = Bundle(
        meta=meta,
        sources=folder.entries("sources.yaml", model.Source),
        questions=folder.entries("questions.yaml", model.Question),
        decision=folder.entries("decision.yaml", model.DecisionRow),
        diseases=folder.entries("diseases.yaml", model.Disease),
        conflicts=folder.entries("conflicts.yaml", model.Conflict),
        rules=by_section(rules),
        regions=regions,
        places=pack(folder.places),
        holidays=folder.entries("holidays.yaml", HolidayYear),
        family=folder.family(FAMILY),
        elder=folder.entries("elder.yaml", model.ElderStep),
        changes=folder.entries(CHANGES, Change),
        past=folder.past(PAST),
        wording=folder.one(WORDING, Wording),
    )
    return bundle, folder


def _examples(folder: Folder) -> tuple[model.Example, ...]:
    names = sorted(path.name for path in (folder.root / "cases").glob("*.yaml"))
    read = (folder.entries(f"cases/{n}", model.Example) for n in names if n != FAMILY)
    return tuple(example for examples in read for example in examples)


def read_examples(root: Path) -> tuple[tuple[model.Example, ...], list[Fault]]:
    """Read the cases of filing under `root`; they are checked against the rules, never shipped."""
    folder = Folder(root)
    return _examples(folder), folder.faults


def read_family_examples(root: Path) -> tuple[tuple[FamilyExample, ...], list[Fault]]:
    """Read the cases of family mutual aid under `root`."""
    folder = Folder(root)
    return folder.entries(f"cases/{FAMILY}", FamilyExample), folder.faults


def read_cases(
    root: Path, whole: bool = True
) -> tuple[tuple[model.Example, ...], tuple[FamilyExample, ...], Folder]:
    """Read the cases of both matters, and what knows their lines and what is wrong in them.

    A folder that is not `whole` may have none.
    """
    folder = Folder(root)
    family: tuple[FamilyExample, ...] = ()
    if whole or (root / "cases" / FAMILY).exists():
        family = folder.entries(f"cases/{FAMILY}", FamilyExample)
    return _examples(folder), family, folder


def raise_faults(faults: Sequence[Fault]) -> None:
    """Raise `DataError` with all errors, one a line, if there are any; warnings stop nothing."""
    lines = [str(fault) for fault in sorted(faults) if fault.severity == "error"]
    if not lines:
        return
    first = f"数据有 {len(lines)} 处问题："
    if len(lines) > MAX_SHOWN:
        lines = [*lines[:MAX_SHOWN], f"……还有 {len(lines) - MAX_SHOWN} 处。"]
    raise DataError("\n".join([first, *lines]))
