"""Checks across the parts of the rulebook: references, conditions, wording.

Each check yields faults that name file, line, field, what is wrong and how to mend it. What only
shows when plans are built (completeness, two live rules on one topic) is in the tests.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from yidi_cli.rulebook import family, model
from yidi_cli.rulebook.load import Fault, Path_, dotted
from yidi_cli.rulebook.numbers import DISEASE, highest
from yidi_cli.rulebook.region import NATION, Region
from yidi_cli.rulebook.wording import check_wording

if TYPE_CHECKING:
    from yidi_cli.rulebook.bundle import Bundle
    from yidi_cli.rulebook.folder import Folder

MAX_TEXT = 100
WAYS_TO = ("in-province", "same-region")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SHARE = re.compile(r"\d\s*(?:%|％|个百分点)|百分之|[一二三四五六七八九]折")
_HALF_WIDTH = re.compile(r"[一-鿿][,;:!?()]|[,;:!?()][一-鿿]")
_SENTENCE_END = ("。", "？", "！", "”", "」", "）")
_HOTLINE = re.compile(r"(?:0\d{2,3}-)?12393")
_URL = re.compile(r"https?://[^\s]+")


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


class _Checker:
    """Checks the statements of one matter; the constants say which dimensions and words it has."""

    PLACES: tuple[str, ...] = model.PLACES
    PLACEHOLDERS: tuple[str, ...] = model.PLACEHOLDERS
    SECTIONS: tuple[str, ...] = model.ORDER
    SIDES: tuple[str, ...] = model.PLACES

    def __init__(self, bundle: Bundle, folder: Folder) -> None:
        self.bundle = bundle
        self.folder = folder
        self.values = self.vocabulary()
        self.codes = frozenset(place.code for place in folder.places)
        # Who is asked for a place may not know it, and a rule may speak to that.
        self.places = self.codes | {model.UNKNOWN}
        self.sources = {source.id: source for source in bundle.sources}
        for region in _all_regions(bundle):
            self.sources.update({source.id: source for source in region.sources})
        conflicts = list(_all_conflicts(bundle))
        self.readings = {reading.id for conflict in conflicts for reading in conflict.readings}
        self.readings_seen: Counter[str] = Counter()
        self.elder = {step.id for step in bundle.elder}

    def vocabulary(self) -> dict[str, frozenset[str]]:
        return vocabulary(self.bundle)

    def fault(self, entry_id: str, field: str, what: str, mend: str) -> Fault:
        file, line = self.folder.where(entry_id)
        return Fault(file, line, f"{entry_id} {field}".strip(), what, mend)

    def run(self) -> Iterator[Fault]:
        yield from self.whole()
        for rule in itertools.chain(*self.bundle.rules.values()):
            yield from self.rule(rule)
        for row in self.bundle.decision:
            yield from self.statement(row.id, row.sources, row.when, row.unless)
            yield from self.wording(row.id, "headline", row.headline, row.sources)
            yield from self.wording(row.id, "because", row.because, row.sources)
        for step in self.bundle.elder:
            yield from self.sentence(step.id, "text", step.text)
        for disease in self.bundle.diseases:
            yield from self.cited(disease.id, disease.sources)
        for conflict in _all_conflicts(self.bundle):
            yield from self.conflict(conflict)
        for region in _all_regions(self.bundle):
            yield from self.region(region)
        yield from self.sentence_words()
        for question in self.bundle.questions:
            yield from self.numbers(question)
        yield from self.cited("meta.yaml", (self.bundle.meta.tightened_by,))  # type: ignore[union-attr]

    def sentence_words(self) -> Iterator[Fault]:
        tree = self.folder.trees["sentence.yaml"]

        def fault(path: Path_, what: str, mend: str) -> Fault:
            return Fault(tree.file, tree.line(path), dotted(path), what, mend)

        asked = {q.id for q in self.bundle.questions if q.kind != "place"}
        values = {name: self.values[name] for name in asked}
        assert self.bundle.wording is not None, "the bundle was read without faults"
        yield from check_wording(self.bundle.wording, values, self.codes, fault)

    def numbers(self, question: model.Question) -> Iterator[Fault]:
        own = question.id == "disease"  # an entry each, in a file of their own
        parts: tuple[model.Disease | model.Option | model.OptionGroup, ...]
        parts = self.bundle.diseases if own else (*question.groups, *question.options)
        taken = {number: name for name, number in DISEASE.items()} if own else {}
        for part in parts:
            entry, field = (part.id, "number") if own else (question.id, f"{part.id}.number")
            if not 0 <= part.number <= (most := highest(question.id)):
                what = f"编号 {part.number} 不在 1 到 {most} 里"
                yield self.fault(entry, field, what, "换成没用过的编号")
            elif part.number and taken.setdefault(part.number, part.id) != part.id:
                what = f"编号 {part.number} 已经给了 {taken[part.number]}"
                yield self.fault(entry, field, what, "换成没用过的编号")

    def whole(self) -> Iterator[Fault]:
        yield from self.last_row(self.bundle.decision, "decision.yaml")
        for step in (model.CALL, model.PAPERS):
            if step not in self.elder:
                what = f"大字版缺 {step} 这一步"
                yield Fault("elder.yaml", 0, step, what, f"补上 id: {step}")
        if NATION not in self.bundle.regions:
            yield Fault("regions", 0, "", "缺全国的渠道文件", f"补上 regions/{NATION}-全国.yaml")

    def last_row(
        self, rows: Sequence[model.DecisionRow | family.FamilyRow], file: str
    ) -> Iterator[Fault]:
        if not rows or rows[-1].when or rows[-1].unless:
            last = rows[-1].id if rows else file
            yield self.fault(last, "when", "判定表最后一行带了条件", "最后一行不写 when 和 unless")

    def rule(self, rule: model.Rule) -> Iterator[Fault]:
        yield from self.statement(rule.id, rule.sources, rule.when, rule.unless)
        for field, value, allowed in (
            ("section", rule.section, self.SECTIONS),
            ("for", rule.for_, self.SIDES),
        ):
            if value not in allowed:
                known = "、".join(allowed)
                what = f"这里不能用 {value}"
                yield self.fault(rule.id, field, what, f"可用的有：{known}")
        yield from self.wording(rule.id, "text", rule.text, rule.sources)
        if rule.detail:
            yield from self.wording(rule.id, "detail", rule.detail, rule.sources)
        for substitute in rule.substitutes:
            yield from self.placeholders(rule.id, "substitutes", substitute)
        for field in ("purpose", "get", "form"):
            if text := getattr(rule, field):
                yield from self.wording(rule.id, field, text, rule.sources)
        if rule.elder and rule.elder not in self.elder:
            mend = "先在 elder.yaml 里写上它"
            yield self.fault(rule.id, "elder", f"没有 {rule.elder} 这一步", mend)
        for reading_id in rule.disputed:
            if reading_id not in self.readings:
                mend = "先在 conflicts.yaml 里登记它"
                yield self.fault(rule.id, "disputed", f"没有 {reading_id} 这个说法", mend)
        for spec in rule.dates:
            spans = (spec.working_days, spec.months, spec.days)
            if sum(span is not None for span in spans) != 1:
                what = "日期只按一种数法算"
                mend = "working-days、months、days 只写一个"
                yield self.fault(rule.id, "dates", what, mend)
            elif 0 in (spec.working_days, spec.months):
                mend = "当天写 days: 0"
                yield self.fault(rule.id, "dates", "数的是零个工作日或零个月", mend)

    def conflict(self, conflict: model.Conflict) -> Iterator[Fault]:
        yield from self.cited(conflict.id, conflict.sources)
        for name in ("question", "shown", "why"):
            yield from self.wording(conflict.id, name, getattr(conflict, name), conflict.sources)
        if not conflict.readings:
            yield self.fault(conflict.id, "readings", "没有别的说法", "补上，或删掉这一条")
        for reading in conflict.readings:
            yield from self.cited(conflict.id, reading.sources)
            for name, text in (("says", reading.says), ("why-not", reading.why_not)):
                yield from self.sentence(conflict.id, f"{reading.id}.{name}", text)
            self.readings_seen[reading.id] += 1
            if self.readings_seen[reading.id] == 2:
                what = f"说法的编号 {reading.id} 重复"
                yield self.fault(conflict.id, "readings", what, "换一个编号")

    def region(self, region: Region) -> Iterator[Fault]:
        name = f"region {region.code}"
        if region.code != NATION and region.code not in self.codes:
            yield self.fault(
                name, "code", f"区划里没有 {region.code}", "改成 divisions.csv 里的代码"
            )
        for rule in region.rules:
            yield from self.rule(rule)
        for channel in region.channels:
            yield from self.way(channel)
        for exemption in region.exemptions:
            yield from self.statement(exemption.id, exemption.sources, exemption.when, {})
            yield from self.wording(exemption.id, "text", exemption.text, exemption.sources)
            for code in exemption.to:
                if code not in WAYS_TO and code not in self.codes:
                    yield self.fault(
                        exemption.id, "to", f"不认识的地方 {code}", "写区划代码或 in-province"
                    )
        if region.hotline is not None:
            yield from self.cited(name, region.hotline.sources)
            if region.hotline.number and not _HOTLINE.fullmatch(region.hotline.number):
                what = f"电话 {region.hotline.number} 不是“区号-12393”"
                yield self.fault(name, "hotline.number", what, "写成 023-12393，不知道就留空")
        if region.bureau is not None:
            yield from self.cited(name, region.bureau.sources)
            yield from self.url(name, region.bureau.url)

    def way(self, way: model.Way) -> Iterator[Fault]:
        yield from self.statement(way.id, way.sources, way.when, way.unless)
        yield from self.url(way.id, way.url)
        for text in (way.where, *way.steps):
            yield from self.placeholders(way.id, "where", text)

    def statement(
        self,
        entry_id: str,
        sources: Iterable[model.Citation],
        when: model.Conditions,
        unless: model.Conditions,
    ) -> Iterator[Fault]:
        yield from self.cited(entry_id, sources)
        for field, conditions in (("when", when), ("unless", unless)):
            for dimension, values in conditions.items():
                yield from self.condition(entry_id, f"{field}.{dimension}", dimension, values)

    def condition(
        self, entry_id: str, field: str, dimension: str, values: frozenset[str]
    ) -> Iterator[Fault]:
        allowed = self.places if dimension in self.PLACES else self.values.get(dimension)
        if allowed is None:
            known = "、".join([*self.values, *self.PLACES])
            yield self.fault(entry_id, field, f"不认识的条件 {dimension}", f"可用的有：{known}")
            return
        for value in sorted(values):
            if value not in allowed:
                known = f"可用的有：{'、'.join(sorted(allowed))}"
                mend = "换成 divisions.csv 里的代码" if dimension in self.PLACES else known
                yield self.fault(entry_id, field, f"不认识的值 {value}", mend)

    def cited(self, entry_id: str, sources: Iterable[model.Citation]) -> Iterator[Fault]:
        sources = tuple(sources)
        if not sources:
            yield self.fault(entry_id, "sources", "没有来源", "写上 sources.yaml 里的来源")
        for citation in sources:
            if citation.id not in self.sources:
                what = f"没有 {citation.id} 这个来源"
                yield self.fault(entry_id, "sources", what, "先在 sources.yaml 里登记它")

    def wording(
        self, entry_id: str, field: str, text: str, sources: tuple[model.Citation, ...]
    ) -> Iterator[Fault]:
        yield from self.sentence(entry_id, field, text)
        if _SHARE.search(text):
            cited = (self.sources.get(citation.id) for citation in sources)
            if not any(source is not None and source.number for source in cited):
                what = "有比例，却没有带文号的来源"
                yield self.fault(entry_id, field, what, "补文号，或去掉数字")

    def sentence(self, entry_id: str, field: str, text: str) -> Iterator[Fault]:
        yield from self.placeholders(entry_id, field, text)
        if len(text) > MAX_TEXT:
            yield self.fault(entry_id, field, f"超过 {MAX_TEXT} 字", "拆成两条，或移一半到 detail")
        if not text.endswith(_SENTENCE_END):
            yield self.fault(entry_id, field, "句末没有句号或问号", "补上标点")
        if match := _HALF_WIDTH.search(_URL.sub("", text)):
            yield self.fault(entry_id, field, f"“{match.group()}”里是半角标点", "换成全角")

    def placeholders(self, entry_id: str, field: str, text: str) -> Iterator[Fault]:
        for name in _PLACEHOLDER.findall(text):
            if name not in self.PLACEHOLDERS:
                known = "、".join(self.PLACEHOLDERS)
                yield self.fault(entry_id, field, f"不认识的占位 {{{name}}}", f"可用的有：{known}")

    def url(self, entry_id: str, url: str) -> Iterator[Fault]:
        if url and not _URL.fullmatch(url):
            yield self.fault(entry_id, "url", f"网址 {url} 不完整", "以 https:// 开头写全，或删掉")


class _FamilyChecker(_Checker):
    """Checks what is said of family mutual aid."""

    PLACES = family.PLACES
    PLACEHOLDERS = family.PLACEHOLDERS
    SECTIONS = family.SECTIONS
    SIDES = family.PLACES

    def vocabulary(self) -> dict[str, frozenset[str]]:
        return family_vocabulary(self.bundle)

    def run(self) -> Iterator[Fault]:
        national = self.bundle.family
        assert national is not None, "the bundle was read without faults"
        yield from self.last_row(national.decision, "family.yaml")
        for row in national.decision:
            yield from self.statement(row.id, row.sources, row.when, row.unless)
            yield from self.wording(row.id, "headline", row.headline, row.sources)
            yield from self.wording(row.id, "because", row.because, row.sources)
        parts: list[family.Family | family.LocalFamily] = [national]
        parts += [region.family for region in _all_regions(self.bundle)]
        for part in parts:
            for rule in part.rules:
                yield from self.rule(rule)
            for channel in part.channels:
                yield from self.way(channel)


def _all_regions(bundle: Bundle) -> Iterator[Region]:
    for region in bundle.regions.values():
        yield region
        yield from region.cities


def _all_conflicts(bundle: Bundle) -> Iterator[model.Conflict]:
    yield from bundle.conflicts
    for region in _all_regions(bundle):
        yield from region.conflicts


def check(bundle: Bundle, folder: Folder) -> list[Fault]:
    """Return every fault found across the parts; the bundle must have been read without faults."""
    return [*_Checker(bundle, folder).run(), *_FamilyChecker(bundle, folder).run()]
