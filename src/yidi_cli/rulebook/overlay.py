"""An organisation's own data laid over ours: read, merged by id and place, checked as a whole.

An overlay is a folder of the same shape as `data/` that holds some of its files: `sources.yaml`,
`conflicts.yaml`, `elder.yaml`, `rules/*.yaml`, `regions/*.yaml`, and `overlay.yaml` that says whose
it is. An entry replaces the one with its id, and at one place the one on its topic; an entry
`{id: …, withdrawn: true}` removes it. An overlay with a fault is not used at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from yidi_cli.base.errors import safe_path
from yidi_cli.base.value import Value
from yidi_cli.rulebook.check import check
from yidi_cli.rulebook.family import LocalFamily
from yidi_cli.rulebook.folder import Folder, by_section
from yidi_cli.rulebook.load import Fault, Path_, Tree
from yidi_cli.rulebook.model import Conflict, ElderStep, Part, Rule, Source
from yidi_cli.rulebook.parts import (
    all_conflicts,
    all_exemptions,
    all_rules,
    all_sources,
    all_ways,
)
from yidi_cli.rulebook.region import Region
from yidi_cli.rulebook.rulebook import Rulebook

if TYPE_CHECKING:
    from yidi_cli.rulebook.bundle import Bundle
    from yidi_cli.rulebook.parts import Named

ABOUT = "overlay.yaml"
FILES = (ABOUT, "sources.yaml", "conflicts.yaml", "elder.yaml")
FOLDERS = ("rules", "regions", "cases")
MAX_FILES = 200
MAX_TOTAL = 2_000_000
"""How many files and folders an overlay may have, and how many bytes in all; what is hidden, such
as a repository's own folder, does not count."""
MAX_FAULTS = 1000
"""With so many faults no further file is read: an overlay with one is not used anyway."""
OURS = "自带的数据"
P = TypeVar("P", bound=Part)


class About(Part, frozen=True):
    """Whose an overlay is: the name that stands behind each of its lines."""

    name: str
    version: str = ""
    note: str = ""


class Laid(Value, frozen=True):
    """What an overlay holds: its parts, and the ids it withdraws."""

    about: About
    sources: tuple[Source, ...]
    conflicts: tuple[Conflict, ...]
    elder: tuple[ElderStep, ...]
    rules: tuple[Rule, ...]
    regions: tuple[Region, ...]
    withdrawn: frozenset[str]


@dataclass
class OverlayFolder(Folder):
    """Reads an overlay: only files inside it, entries that are withdrawn set apart."""

    withdrawn: dict[str, tuple[str, int]] = field(default_factory=dict)

    def where(self, entry_id: str) -> tuple[str, int]:
        """Return file and line of the entry with this id; one of ours has no line."""
        return self.origin.get(entry_id, (OURS, 0))

    def _tree(self, name: str) -> Tree:
        if len(self.faults) > MAX_FAULTS:
            return Tree(name, None, {})
        tree = super()._tree(name)
        pruned, withdrawn, faults = without_withdrawn(tree)
        self.withdrawn |= {name: (tree.file, line) for name, line in withdrawn.items()}
        self.faults += faults
        return pruned


def without_withdrawn(tree: Tree) -> tuple[Tree, dict[str, int], list[Fault]]:
    """Return a tree without the entries that are withdrawn, the lines of these by id, and what is
    wrong with them.

    The lines of what remains stay those of the file.
    """
    withdrawn: dict[str, int] = {}
    faults: list[Fault] = []
    lines: dict[Path_, int] = {}

    def copy(value: Any, old: Path_, new: Path_) -> Any:
        if old in tree.lines:
            lines[new] = tree.lines[old]
        if isinstance(value, dict):
            return {key: copy(part, (*old, key), (*new, key)) for key, part in value.items()}
        if not isinstance(value, list):
            return value
        kept: list[Any] = []
        for index, part in enumerate(value):
            if isinstance(part, dict) and "withdrawn" in part:
                withdraw(part, (*old, index))
            else:
                kept.append(copy(part, (*old, index), (*new, len(kept))))
        return kept

    def withdraw(entry: dict[str, Any], path: Path_) -> None:
        fine = entry.get("withdrawn") == "true" and isinstance(entry.get("id"), str)
        if fine and set(entry) <= {"id", "withdrawn"}:
            withdrawn[entry["id"]] = tree.line(path)
            return
        mend = "写成 {id: 编号, withdrawn: true}，不写别的"
        what = "撤回的写法不对"
        faults.append(Fault(tree.file, tree.line(path), "withdrawn", what, mend, code="Y094"))

    return Tree(tree.file, copy(tree.value, (), ()), lines), withdrawn, faults


def read_overlay(root: Path, book: Rulebook) -> tuple[Laid, OverlayFolder]:
    """Read a folder as an overlay over `book`; what is wrong is in the folder's faults."""
    folder = OverlayFolder(root)
    folder.places = tuple(book.places.all())
    faults = list(_strange(root))
    folder.faults += faults
    if faults:
        return Laid(About(name=root.name), (), (), (), (), (), frozenset()), folder
    about = folder.one(ABOUT, About) if (root / ABOUT).exists() else None

    def entries(name: str, kind: type[P]) -> tuple[P, ...]:
        return folder.entries(name, kind) if (root / name).exists() else ()

    rules: list[Rule] = []
    for path in sorted((root / "rules").glob("*.yaml")):
        rules += folder.entries(f"rules/{path.name}", Rule)
    regions = [
        region
        for path in sorted((root / "regions").glob("*.yaml"))
        if (region := folder.region(f"regions/{path.name}")) is not None
    ]
    laid = Laid(
        about=about or About(name=root.resolve().name),
        sources=entries("sources.yaml", Source),
        conflicts=entries("conflicts.yaml", Conflict),
        elder=entries("elder.yaml", ElderStep),
        rules=tuple(rules),
        regions=tuple(regions),
        withdrawn=frozenset(folder.withdrawn),
    )
    return laid, folder


def _strange(root: Path) -> Iterable[Fault]:
    """Yield what makes a folder none that may be read: too much, or files of another kind."""
    if not root.is_dir():
        yield Fault(safe_path(root), 0, "", "没有这个文件夹", "检查路径", code="Y091")
        return
    try:
        found = list(islice(_visible(root), MAX_FILES + 1))
    except OSError:
        yield Fault(safe_path(root), 0, "", "文件夹打不开", "检查权限", code="Y091")
        return
    files = sorted(path for path in found if not path.is_dir())
    if len(found) > MAX_FILES or sum(map(_size, files)) > MAX_TOTAL:
        what = f"文件超过 {MAX_FILES} 个，或者一共超过 {MAX_TOTAL // 1_000_000} MB"
        yield Fault(safe_path(root), 0, "", what, "只放自己的规则、地方和来源", code="Y092")
        return
    for path in files:
        name = path.relative_to(root).as_posix()
        top, _, rest = name.partition("/")
        known = (not rest and top in FILES) or (top in FOLDERS and "/" not in rest)
        if path.suffix == ".yaml" and not known:
            mend = f"能放的有：{'、'.join(FILES)}，和 {'、'.join(FOLDERS)} 里的文件"
            yield Fault(name, 0, "", "叠加的数据里不能有这个文件", mend, code="Y093")


def _visible(root: Path) -> Iterator[Path]:
    """Yield files and folders at any depth as they are found, no link followed."""
    waiting = [root]
    while waiting:
        for path in waiting.pop().iterdir():
            if not path.name.startswith("."):
                yield path
                if path.is_dir() and not path.is_symlink():
                    waiting.append(path)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def lay_over(book: Rulebook, root: Path) -> tuple[Rulebook, list[Fault]]:
    """Return `book` with the overlay in `root` laid over it; `book` itself where it has faults.

    The faults are all that were found. Raises nothing.
    """
    over, folder = read_over(book, root)
    return over, folder.faults


def read_over(book: Rulebook, root: Path) -> tuple[Rulebook, OverlayFolder]:
    """Return what `lay_over` does, with the folder that was read: its faults, and where each of its
    entries stands.
    """
    laid, folder = read_overlay(root, book)
    if folder.faults:
        return book, folder
    base = book.whole()
    folder.faults += _nothing_to_withdraw(base, folder)
    merged = merge(base, laid, len(book.overlays) + 1)
    if not folder.faults:
        # The words of sentences are ours alone, and a wheel carries them made ready.
        bare = msgspec.structs.replace(merged, wording=None)
        folder.faults += (f for f in check(bare, folder) if not _only_ours(f))
    if folder.faults:
        return book, folder
    over = Rulebook(merged)
    over.overlays = (*book.overlays, laid.about.name)
    return over, folder


def _only_ours(fault: Fault) -> bool:
    """Tell whether a fault is that one of our sentences names a number that theirs replaced."""
    return fault.file == OURS and fault.code.startswith("Y07")


def _nothing_to_withdraw(base: Bundle, folder: OverlayFolder) -> list[Fault]:
    parts: tuple[Iterable[Named], ...] = (
        *(all_sources(base), all_conflicts(base), base.elder),
        *(all_rules(base), all_ways(base), all_exemptions(base)),
    )
    known = {part.id for each in parts for part in each}
    return [
        Fault(file, line, name, f"要撤回的 {name} 不存在", "核对编号，或删掉这一条", code="Y095")
        for name, (file, line) in folder.withdrawn.items()
        if name not in known
    ]


def merge(base: Bundle, laid: Laid, layer: int) -> Bundle:
    """Return `base` with an overlay's parts in it, marked with its name and `layer`."""
    gone, owner = laid.withdrawn, laid.about.name
    rules = [rule for found in base.rules.values() for rule in found]
    regions = {code: _without(region, gone) for code, region in base.regions.items()}
    for region in laid.regions:
        regions[region.code] = _region(regions.get(region.code), region, owner, layer)
    family = base.family
    if family is not None:
        family = msgspec.structs.replace(
            family, rules=_kept(family.rules, gone), channels=_kept(family.channels, gone)
        )
    return msgspec.structs.replace(
        base,
        sources=_over(_kept(base.sources, gone), laid.sources),
        conflicts=_over(_kept(base.conflicts, gone), laid.conflicts),
        elder=_over(_kept(base.elder, gone), laid.elder),
        rules=by_section(_over(_kept(rules, gone), _owned(laid.rules, owner, layer))),
        regions=regions,
        family=family,
    )


def _kept(parts: Iterable[Any], gone: frozenset[str]) -> tuple[Any, ...]:
    return tuple(part for part in parts if part.id not in gone)


def _over(ours: Sequence[Any], theirs: Sequence[Any]) -> tuple[Any, ...]:
    """Return both, theirs instead of ours where the id is the same."""
    ids = {part.id for part in theirs}
    return (*theirs, *(part for part in ours if part.id not in ids))


def _owned(rules: Iterable[Rule], owner: str, layer: int) -> tuple[Rule, ...]:
    return tuple(msgspec.structs.replace(rule, owner=owner, layer=layer) for rule in rules)


def _marked(parts: Iterable[Any], owner: str) -> tuple[Any, ...]:
    return tuple(msgspec.structs.replace(part, owner=owner) for part in parts)


def _without(region: Region, gone: frozenset[str]) -> Region:
    return msgspec.structs.replace(
        region,
        rules=_kept(region.rules, gone),
        channels=_kept(region.channels, gone),
        exemptions=_kept(region.exemptions, gone),
        conflicts=_kept(region.conflicts, gone),
        sources=_kept(region.sources, gone),
        family=LocalFamily(_kept(region.family.channels, gone), _kept(region.family.rules, gone)),
        cities=tuple(_without(city, gone) for city in region.cities),
    )


def _region(ours: Region | None, theirs: Region, owner: str, layer: int) -> Region:
    """Return a region with an overlay's in it: what both have by id, place or topic is theirs."""
    ours = ours or Region(code=theirs.code, name=theirs.name)
    cities = {city.code: city for city in ours.cities}
    for city in theirs.cities:
        cities[city.code] = _region(cities.get(city.code), city, owner, layer)
    hotline, bureau = theirs.hotline, theirs.bureau
    return msgspec.structs.replace(
        ours,
        hotline=_marked([hotline], owner)[0] if hotline is not None else ours.hotline,
        bureau=_marked([bureau], owner)[0] if bureau is not None else ours.bureau,
        channels=_over(ours.channels, _marked(theirs.channels, owner)),
        exemptions=_over(ours.exemptions, _marked(theirs.exemptions, owner)),
        rules=_over(ours.rules, _owned(theirs.rules, owner, layer)),
        conflicts=_over(ours.conflicts, theirs.conflicts),
        sources=_over(ours.sources, theirs.sources),
        family=LocalFamily(
            _over(ours.family.channels, _marked(theirs.family.channels, owner)),
            _over(ours.family.rules, _owned(theirs.family.rules, owner, layer)),
        ),
        cities=tuple(cities.values()),
    )
