"""Checks of the parts that all matters have: statements, conditions, questions, decision rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from yidi_cli.rulebook import check_text, family, model
from yidi_cli.rulebook.check_text import URL, Wrong
from yidi_cli.rulebook.load import Fault
from yidi_cli.rulebook.parts import all_conflicts, all_regions, all_sources, all_ways

if TYPE_CHECKING:
    from yidi_cli.rulebook.bundle import Bundle
    from yidi_cli.rulebook.folder import Folder

Values = Mapping[str, frozenset[str]]


class Checker:
    """Checks the statements of one matter; the constants say which dimensions and words it has."""

    PLACES: tuple[str, ...] = model.PLACES
    PLACEHOLDERS: tuple[str, ...] = model.PLACEHOLDERS
    SECTIONS: tuple[str, ...] = model.ORDER
    SIDES: tuple[str, ...] = model.PLACES

    def __init__(self, bundle: Bundle, folder: Folder, values: Values) -> None:
        """Take what was read, and every dimension with its values."""
        self.bundle = bundle
        self.folder = folder
        self.values = values
        self.codes = frozenset(place.code for place in folder.places)
        # Who is asked for a place may not know it, and a rule may speak to that.
        self.places = self.codes | {model.UNKNOWN}
        self.sources = {source.id: source for source in all_sources(bundle)}
        self.readings = {reading.id for c in all_conflicts(bundle) for reading in c.readings}
        self.elder = {step.id for step in bundle.elder}
        self.known = check_text.registry(
            all_regions(bundle), all_ways(bundle), self.sources.values()
        )

    def fault(self, entry_id: str, field: str, what: str, mend: str, code: str) -> Fault:
        """Return a fault of the entry with this id."""
        file, line = self.folder.where(entry_id)
        return Fault(file, line, f"{entry_id} {field}".strip(), what, mend, code=code)

    def told(self, entry_id: str, field: str, wrong: Iterable[Wrong]) -> Iterator[Fault]:
        """Yield what is wrong with a text of the entry with this id."""
        for code, what, mend in wrong:
            yield self.fault(entry_id, field, what, mend, code)

    # --- decision rows, rules, channels ---

    def rows(
        self, rows: Sequence[model.DecisionRow | family.FamilyRow], file: str
    ) -> Iterator[Fault]:
        """Check a decision table, named `file` where it is empty."""
        if not rows or rows[-1].when or rows[-1].unless:
            last = rows[-1].id if rows else file
            what, mend = "判定表最后一行带了条件", "最后一行不写 when 和 unless"
            yield self.fault(last, "when", what, mend, "Y049")
        for row in rows:
            yield from self.statement(row.id, row.sources, row.when, row.unless)
            yield from self.wording(row.id, "headline", row.headline, row.sources)
            yield from self.wording(row.id, "because", row.because, row.sources)

    def rule(self, rule: model.Rule) -> Iterator[Fault]:
        """Check one rule."""
        yield from self.statement(rule.id, rule.sources, rule.when, rule.unless)
        for field, value, allowed in (
            ("section", rule.section, self.SECTIONS),
            ("for", rule.for_, self.SIDES),
        ):
            if value not in allowed:
                mend = f"可用的有：{'、'.join(allowed)}"
                yield self.fault(rule.id, field, f"这里不能用 {value}", mend, "Y022")
        for field in ("text", "detail", "purpose", "get", "form"):
            text = getattr(rule, field)
            if text or field == "text":
                yield from self.wording(rule.id, field, text, rule.sources)
        for text in rule.substitutes:
            yield from self.phrase(rule.id, "substitutes", text, rule.sources)
        for spec in rule.dates:
            yield from self.phrase(rule.id, "dates", spec.label, rule.sources)
            yield from self.day(rule.id, spec)
        if rule.elder and rule.elder not in self.elder:
            mend = "先在 elder.yaml 里写上它"
            yield self.fault(rule.id, "elder", f"没有 {rule.elder} 这一步", mend, "Y025")
        for reading_id in rule.disputed:
            if reading_id not in self.readings:
                what, mend = f"没有 {reading_id} 这个说法", "先在 conflicts.yaml 里登记它"
                yield self.fault(rule.id, "disputed", what, mend, "Y025")

    def day(self, entry_id: str, spec: model.DateSpec) -> Iterator[Fault]:
        """Check how far a day is counted."""
        spans = (spec.working_days, spec.months, spec.days)
        if sum(span is not None for span in spans) != 1:
            what, mend = "日期只按一种数法算", "working-days、months、days 只写一个"
            yield self.fault(entry_id, "dates", what, mend, "Y064")
        elif 0 in (spec.working_days, spec.months):
            what, mend = "数的是零个工作日或零个月", "当天写 days: 0"
            yield self.fault(entry_id, "dates", what, mend, "Y064")

    def way(self, way: model.Way) -> Iterator[Fault]:
        """Check one channel."""
        yield from self.statement(way.id, way.sources, way.when, way.unless)
        yield from self.url(way.id, way.url)
        for field, text in (("name", way.name), *(("where", t) for t in (way.where, *way.steps))):
            yield from self.phrase(way.id, field, text, way.sources)

    def statement(
        self,
        entry_id: str,
        sources: Iterable[model.Citation],
        when: model.Conditions,
        unless: model.Conditions,
    ) -> Iterator[Fault]:
        """Check the sources and the conditions of a statement."""
        yield from self.cited(entry_id, sources)
        yield from self.conditions(entry_id, "", when, unless)

    # --- conditions, sources ---

    def conditions(
        self, entry_id: str, of: str, when: model.Conditions, unless: model.Conditions
    ) -> Iterator[Fault]:
        """Check the conditions of an entry, or of the part `of` it."""
        for field, conditions in (("when", when), ("unless", unless)):
            for dimension, values in conditions.items():
                where = f"{of}.{field}.{dimension}" if of else f"{field}.{dimension}"
                yield from self.condition(entry_id, where, dimension, values)

    def condition(
        self, entry_id: str, field: str, dimension: str, values: frozenset[str]
    ) -> Iterator[Fault]:
        """Check one dimension and the values it is to have."""
        place = dimension in self.PLACES
        allowed = self.places if place else self.values.get(dimension)
        if allowed is None:
            mend = f"可用的有：{'、'.join([*self.values, *self.PLACES])}"
            yield self.fault(entry_id, field, f"不认识的条件 {dimension}", mend, "Y020")
            return
        for value in sorted(values - allowed):
            mend = "换成 divisions.csv 里的代码"
            if not place:
                mend = f"可用的有：{'、'.join(sorted(allowed))}"
            code = "Y023" if place else "Y021"
            yield self.fault(entry_id, field, f"不认识的值 {value}", mend, code)

    def cited(self, entry_id: str, sources: Iterable[model.Citation]) -> Iterator[Fault]:
        """Check that there are sources, and that they are known."""
        sources = tuple(sources)
        if not sources:
            yield self.fault(entry_id, "sources", "没有来源", "写上 sources.yaml 里的来源", "Y011")
        for citation in sources:
            if citation.id not in self.sources:
                what = f"没有 {citation.id} 这个来源"
                yield self.fault(entry_id, "sources", what, "先在 sources.yaml 里登记它", "Y010")

    # --- texts ---

    def wording(
        self, entry_id: str, field: str, text: str, sources: Iterable[model.Citation]
    ) -> Iterator[Fault]:
        """Check a sentence that rests on sources."""
        yield from self.sentence(entry_id, field, text)
        yield from self.share(entry_id, field, text, sources)

    def sentence(
        self, entry_id: str, field: str, text: str, quoted: bool = False
    ) -> Iterator[Fault]:
        """Check a sentence; one that is `quoted` is in the words of others."""
        yield from self.told(entry_id, field, check_text.placeholders(text, self.PLACEHOLDERS))
        yield from self.told(entry_id, field, check_text.sentence(text))
        yield from self.plain(entry_id, field, text, quoted)

    def phrase(
        self, entry_id: str, field: str, text: str, sources: Iterable[model.Citation]
    ) -> Iterator[Fault]:
        """Check a text that is no whole sentence."""
        yield from self.told(entry_id, field, check_text.placeholders(text, self.PLACEHOLDERS))
        yield from self.share(entry_id, field, text, sources)
        yield from self.plain(entry_id, field, text)

    def plain(self, entry_id: str, field: str, text: str, quoted: bool = False) -> Iterator[Fault]:
        """Check the words, the numbers and the addresses of any text."""
        yield from self.told(entry_id, field, check_text.plain(text, self.known))
        if not quoted:
            yield from self.told(entry_id, field, check_text.phrases(text))

    def share(
        self, entry_id: str, field: str, text: str, sources: Iterable[model.Citation]
    ) -> Iterator[Fault]:
        """Check that a share rests on a document."""
        cited = (self.sources.get(citation.id) for citation in sources if citation.at)
        yield from self.told(entry_id, field, check_text.share(text, cited))

    def url(self, entry_id: str, url: str) -> Iterator[Fault]:
        """Check that an address can be opened as it is."""
        if url and not URL.fullmatch(url):
            what, mend = f"网址 {url} 不完整", "以 https:// 开头写全，或删掉"
            yield self.fault(entry_id, "url", what, mend, "Y073")

    # --- questions ---

    def question_line(self, index: int, question: model.Question) -> tuple[str, int]:
        """Return file and line of a question."""
        return self.folder.where(question.id)

    def questions(self, questions: Sequence[model.Question]) -> Iterator[Fault]:
        """Check the questions of the matter."""
        for index, question in enumerate(questions):
            file, line = self.question_line(index, question)
            for fault in self.question(question):
                yield Fault(file, line, fault.field, fault.what, fault.mend, code=fault.code)
            if question.id in {before.id for before in questions[:index]}:
                field, what = f"{question.id} id", f"问题 {question.id} 重复"
                yield Fault(file, line, field, what, "换一个编号", code="Y024")

    def question(self, question: model.Question) -> Iterator[Fault]:
        """Check one question and its options."""
        yield from self.conditions(question.id, "", question.when, question.unless)
        for field, text in (("ask", question.ask), ("help", question.help)):
            yield from self.plain(question.id, field, text)
        groups = {group.id for group in question.groups}
        parts: tuple[model.Option | model.OptionGroup, ...]
        parts = (*question.groups, *question.options)
        for name, count in Counter(part.id for part in parts).items():
            if count > 1:
                what = f"选项 {name} 重复"
                yield self.fault(question.id, f"{name}.id", what, "换一个编号", "Y024")
        for option in question.options:
            yield from self.conditions(question.id, option.id, option.when, option.unless)
            for field, text in (("label", option.label), ("hint", option.hint)):
                yield from self.plain(question.id, f"{option.id}.{field}", text)
            if option.group and option.group not in groups:
                what, mend = f"没有 {option.group} 这一组", "先在 groups 里写上它"
                yield self.fault(question.id, f"{option.id}.group", what, mend, "Y028")
