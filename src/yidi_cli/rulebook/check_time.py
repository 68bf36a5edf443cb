"""Checks of what is said of other days: the changes of the data, and what no longer holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from yidi_cli.rulebook.changes import FILE, is_release
from yidi_cli.rulebook.load import Fault
from yidi_cli.rulebook.parts import (
    all_conflicts,
    all_exemptions,
    all_regions,
    all_rows,
    all_rules,
    all_sources,
    all_ways,
)
from yidi_cli.rulebook.past import FILE as PAST
from yidi_cli.rulebook.past import Past, entries

if TYPE_CHECKING:
    from yidi_cli.rulebook.bundle import Bundle
    from yidi_cli.rulebook.folder import Folder
    from yidi_cli.rulebook.parts import Named


def check_time(bundle: Bundle, folder: Folder) -> Iterator[Fault]:
    """Yield what is wrong in the two files about other days, as far as the folder has them."""
    if FILE in folder.trees:
        yield from check_changes(bundle, folder)
    if PAST in folder.trees:
        yield from check_past(bundle, folder)


def check_past(bundle: Bundle, folder: Folder) -> Iterator[Fault]:
    """Yield what is wrong with what no longer holds, beyond what is wrong with any statement."""
    past = bundle.past or Past()

    def fault(entry_id: str, field: str, what: str, mend: str, code: str) -> Fault:
        file, line = folder.where(entry_id)
        return Fault(file, line, f"{entry_id} {field}", what, mend, code=code)

    for entry in entries(past):
        if entry.valid.to is None:
            what = "没写到哪天为止"
            yield fault(entry.id, "valid.to", what, "写上最后一天；现在还算数的，移回原处", "Y009")
    ids = {row.id for row in all_rows(bundle)}
    for rows in (past.decision, past.family.decision):
        for row in rows:
            if row.before not in ids:
                what = f"判定表里没有 {row.before} 这一行"
                yield fault(row.id, "before", what, "写上它要排在哪一行前面", "Y025")
    places = {part.code for part in all_regions(bundle)}
    for index, region in enumerate(past.regions):
        for part in (region, *region.cities):
            if part.code not in places:
                line = folder.trees[PAST].line(("regions", index))
                what = f"regions 里没有 {part.code}"
                yield Fault(PAST, line, "code", what, "先给它写一份现在的", code="Y025")


def known_ids(bundle: Bundle) -> frozenset[str]:
    """Return the ids of everything that a change may be about and that the data hold."""
    conflicts = list(all_conflicts(bundle))
    lists: tuple[Iterable[Named], ...] = (
        *(bundle.diseases, bundle.elder, bundle.questions, conflicts),
        *(conflict.readings for conflict in conflicts),
        *(all_rows(bundle), all_rules(bundle), all_ways(bundle), all_exemptions(bundle)),
        *(all_sources(bundle), entries(bundle.past or Past())),
    )
    return frozenset(bundle.regions) | {entry.id for each in lists for entry in each}


def check_changes(bundle: Bundle, folder: Folder) -> Iterator[Fault]:
    """Yield what is wrong with the changes: their ids, sources, days and order."""
    assert bundle.meta is not None, "the bundle was read without faults"
    ids = known_ids(bundle)
    sources = {source.id for source in all_sources(bundle)}
    tree = folder.trees[FILE]
    latest = bundle.meta.version
    for index, change in enumerate(bundle.changes):

        def fault(field: str, what: str, mend: str, code: str, at: int = index) -> Fault:
            name = (*bundle.changes[at].ids, f"[{at}]")[0]
            return Fault(FILE, tree.line((at, field)), f"{name} {field}", what, mend, code=code)

        for name in change.ids:
            gone = change.kind == "withdrawn"
            known = any(fnmatchcase(entry, name) for entry in ids)
            if gone and known:
                yield fault("ids", f"{name} 还在", "没有撤回的，改成 changed", "Y025")
            elif not gone and not known:
                yield fault("ids", f"没有 {name} 这一条", "改正编号，或写成 withdrawn", "Y025")
        if not change.ids:
            yield fault("ids", "没写改了哪几条", "写上编号，成批的用 * 代替", "Y009")
        for citation in change.sources:
            if citation.id not in sources:
                what = f"没有 {citation.id} 这个来源"
                yield fault("sources", what, "先在 sources.yaml 里登记它", "Y010")
        if not change.sources:
            yield fault("sources", "没有来源", "写上这次改动的依据", "Y011")
        if not change.what.endswith("。"):
            yield fault("what", "句末没有句号", "补上标点", "Y031")
        if change.version and not is_release(change.version):
            yield fault("version", f"版本 {change.version} 的写法不对", "写成 0.1.0", "Y065")
        if change.day.isoformat() > latest:
            mend = "改日期，或改 meta.yaml 里的版本"
            yield fault("date", "比数据的版本还晚", mend, "Y065")
        elif index and change.day > bundle.changes[index - 1].day:
            yield fault("date", "比上一条还新", "新的写在前面", "Y065")
