"""Checks across the parts of the rulebook: references, conditions, wording.

Each check yields faults that name file, line, field, what is wrong and how to mend it. What only
shows when plans are built is checked in `upkeep/audit`, what merely wants attention in
`check_upkeep`.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from yidi_cli.rulebook import family, model
from yidi_cli.rulebook.check_parts import Checker
from yidi_cli.rulebook.check_time import check_time
from yidi_cli.rulebook.check_validity import check_validity
from yidi_cli.rulebook.load import Fault, Path_, dotted
from yidi_cli.rulebook.numbers import DISEASE, highest
from yidi_cli.rulebook.parts import all_conflicts, all_regions
from yidi_cli.rulebook.region import NATION, Region
from yidi_cli.rulebook.timeline import all_days
from yidi_cli.rulebook.wording import check_wording

if TYPE_CHECKING:
    from yidi_cli.rulebook.bundle import Bundle
    from yidi_cli.rulebook.folder import Folder

WAYS_TO = ("in-province", "same-region")
ALONE = frozenset({
    "Y011", "Y022", "Y024", "Y028", "Y030", "Y031", "Y032", "Y033", "Y034", "Y035", "Y049", "Y061",
    "Y064", "Y073", "Y074", "Y075",
})  # fmt: skip
"""Codes of faults that are to be trusted where other files could not be read."""
_HOTLINE = re.compile(r"(?:0\d{2,3}-)?12393")


def vocabulary(bundle: Bundle) -> dict[str, frozenset[str]]:
    """Return every dimension a rule may name and its values; places are left out."""
    values = {name: frozenset(allowed) for name, allowed in model.DERIVED.items()}
    for question in bundle.questions:
        if question.kind != "place":
            values[question.id] = frozenset(option.id for option in question.options)
    values["disease"] = frozenset({d.id for d in bundle.diseases} | {"none", model.UNKNOWN})
    return values


def family_vocabulary(bundle: Bundle) -> dict[str, frozenset[str]]:
    """Return the same for family mutual aid."""
    values = {name: frozenset(allowed) for name, allowed in family.DERIVED.items()}
    # Open where a place is not known.
    values["scope"] |= {model.UNKNOWN}
    for question in bundle.family.questions if bundle.family is not None else ():
        if question.kind != "place":
            values[question.id] = frozenset(option.id for option in question.options)
    return values


class _Filing(Checker):
    """Checks what is said of filing, and what all matters share."""

    def __init__(self, bundle: Bundle, folder: Folder) -> None:
        super().__init__(bundle, folder, vocabulary(bundle))
        self.readings_seen: Counter[str] = Counter()
        self.levels = {place.code: place for place in folder.places}

    def run(self) -> Iterator[Fault]:
        """Yield everything that is wrong."""
        bundle = self.bundle
        for step in (model.CALL, model.PAPERS):
            if step not in self.elder:
                what, mend = f"大字版缺 {step} 这一步", f"补上 id: {step}"
                yield Fault("elder.yaml", 0, step, what, mend, code="Y025")
        if NATION not in bundle.regions:
            mend = f"补上 regions/{NATION}-全国.yaml"
            yield Fault("regions", 0, "", "缺全国的渠道文件", mend, code="Y001")
        yield from self.rows(bundle.decision, "decision.yaml")
        yield from self.questions(bundle.questions)
        for rule in itertools.chain(*bundle.rules.values()):
            yield from self.rule(rule)
        for step_ in bundle.elder:
            yield from self.sentence(step_.id, "text", step_.text)
        for disease in bundle.diseases:
            yield from self.cited(disease.id, disease.sources)
            yield from self.plain(disease.id, "note", disease.note)
        for source in self.sources.values():
            yield from self.url(source.id, source.url)
        for conflict in all_conflicts(bundle):
            yield from self.conflict(conflict)
        for region in bundle.regions.values():
            yield from self.place(region)
            for part in (region, *region.cities):
                yield from self.region(part)
        yield from self.sentence_words()
        for question in bundle.questions:
            yield from self.numbers(question)
        if bundle.meta is not None:
            yield from self.cited("meta.yaml", (bundle.meta.tightened_by,))

    def sentence_words(self) -> Iterator[Fault]:
        """Check the words from which a sentence is understood."""
        if self.bundle.wording is None:
            return
        tree = self.folder.trees["sentence.yaml"]

        def fault(path: Path_, what: str, mend: str, code: str) -> Fault:
            return Fault(tree.file, tree.line(path), dotted(path), what, mend, code=code)

        asked = {q.id for q in self.bundle.questions if q.kind != "place"}
        values = {name: self.values[name] for name in asked}
        yield from check_wording(self.bundle.wording, values, self.codes, fault)

    def numbers(self, question: model.Question) -> Iterator[Fault]:
        """Check the numbers that stand for the answers in a share code."""
        own = question.id == "disease"  # an entry each, in a file of their own
        parts: tuple[model.Disease | model.Option | model.OptionGroup, ...]
        parts = self.bundle.diseases if own else (*question.groups, *question.options)
        taken = {number: name for name, number in DISEASE.items()} if own else {}
        for part in parts:
            entry, field = (part.id, "number") if own else (question.id, f"{part.id}.number")
            what = ""
            if not 0 <= part.number <= (most := highest(question.id)):
                what = f"编号 {part.number} 不在 1 到 {most} 里"
            elif part.number and taken.setdefault(part.number, part.id) != part.id:
                what = f"编号 {part.number} 已经给了 {taken[part.number]}"
            if what:
                yield self.fault(entry, field, what, "换成没用过的编号", "Y075")

    def conflict(self, conflict: model.Conflict) -> Iterator[Fault]:
        """Check a question on which sources disagree."""
        yield from self.cited(conflict.id, conflict.sources)
        for name in ("question", "shown", "why"):
            yield from self.wording(conflict.id, name, getattr(conflict, name), conflict.sources)
        if not conflict.readings:
            mend = "补上，或删掉这一条"
            yield self.fault(conflict.id, "readings", "没有别的说法", mend, "Y009")
        for reading in conflict.readings:
            yield from self.cited(conflict.id, reading.sources)
            yield from self.sentence(conflict.id, f"{reading.id}.says", reading.says, quoted=True)
            yield from self.sentence(conflict.id, f"{reading.id}.why-not", reading.why_not)
            self.readings_seen[reading.id] += 1
            if self.readings_seen[reading.id] == 2:
                what = f"说法的编号 {reading.id} 重复"
                yield self.fault(conflict.id, "readings", what, "换一个编号", "Y024")

    def place(self, region: Region) -> Iterator[Fault]:
        """Check that a file is a province's, and that its cities lie in it: else nobody is told."""
        name, place = f"region {region.code}", self.levels.get(region.code)
        if place is not None and place.level != "province":
            what, mend = f"{place.name}不是省", "写到它所在省的文件里，放在 cities 下面"
            yield self.fault(name, "code", what, mend, "Y027")
        for city in region.cities:
            name, above = f"region {city.code}", self.levels.get(city.code)
            while above is not None and above.code != region.code:
                above = self.levels.get(above.parent)
            if above is None and city.code in self.levels:
                what = f"{city.code} 不在{region.name}里"
                yield self.fault(name, "code", what, "移到它所在省的文件里", "Y027")
            if city.cities:
                what, mend = "城市下面又写了 cities", "都直接写在省的 cities 下面"
                yield self.fault(name, "cities", what, mend, "Y027")

    def region(self, region: Region) -> Iterator[Fault]:
        """Check what is known of a place, but what is known of family mutual aid."""
        name = f"region {region.code}"
        if region.code != NATION and region.code not in self.codes:
            what, mend = f"区划里没有 {region.code}", "改成 divisions.csv 里的代码"
            yield self.fault(name, "code", what, mend, "Y023")
        for rule in region.rules:
            yield from self.rule(rule)
        for channel in region.channels:
            yield from self.way(channel)
        for exemption in region.exemptions:
            yield from self.statement(exemption.id, exemption.sources, exemption.when, {})
            for field in ("text", "detail", "then"):
                if (text := getattr(exemption, field)) or field == "text":
                    yield from self.wording(exemption.id, field, text, exemption.sources)
            for code in exemption.to:
                if code not in WAYS_TO and code not in self.codes:
                    what, mend = f"不认识的地方 {code}", "写区划代码或 in-province"
                    yield self.fault(exemption.id, "to", what, mend, "Y023")
        if region.hotline is not None:
            yield from self.cited(name, region.hotline.sources)
            yield from self.plain(name, "hotline.note", region.hotline.note)
            if region.hotline.number and not _HOTLINE.fullmatch(region.hotline.number):
                what = f"电话 {region.hotline.number} 写法不对"
                mend = "写成 023-12393，不知道就留空"
                yield self.fault(name, "hotline.number", what, mend, "Y074")
        if region.bureau is not None:
            yield from self.cited(name, region.bureau.sources)
            yield from self.url(name, region.bureau.url)


class _Family(Checker):
    """Checks what is said of family mutual aid."""

    PLACES = family.PLACES
    PLACEHOLDERS = family.PLACEHOLDERS
    SECTIONS = family.SECTIONS
    SIDES = family.PLACES

    def run(self) -> Iterator[Fault]:
        """Yield everything that is wrong."""
        parts: list[family.Family | family.LocalFamily]
        parts = [region.family for region in all_regions(self.bundle)]
        if (national := self.bundle.family) is not None:
            yield from self.rows(national.decision, "family.yaml")
            yield from self.questions(national.questions)
            parts.insert(0, national)
        for part in parts:
            for rule in part.rules:
                yield from self.rule(rule)
            for channel in part.channels:
                yield from self.way(channel)

    def question_line(self, index: int, question: model.Question) -> tuple[str, int]:
        """Return file and line of a question: those of filing have the same ids."""
        tree = self.folder.trees.get("family.yaml")
        line = tree.line(("questions", index)) if tree is not None else 0
        return "family.yaml", line


def check(bundle: Bundle, folder: Folder) -> list[Fault]:
    """Return every fault found across the parts, all of them errors.

    The bundle must have been read without faults.
    """
    return [*_parts(bundle, folder), *check_time(bundle, folder)]


def check_alone(bundle: Bundle, folder: Folder) -> list[Fault]:
    """Return the faults that are there whatever else the folder holds.

    For a bundle that was not read whole: what refers to a part that is lacking is not told.
    """
    return [fault for fault in _parts(bundle, folder) if fault.code in ALONE]


def _parts(bundle: Bundle, folder: Folder) -> Iterator[Fault]:
    # What held before is written and checked like what holds.
    bundle = all_days(bundle)
    yield from _Filing(bundle, folder).run()
    yield from _Family(bundle, folder, family_vocabulary(bundle)).run()
    yield from check_validity(bundle, folder.where)
