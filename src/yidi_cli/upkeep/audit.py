"""The checks over all paths, for filing and for family mutual aid.

Every combination of answers in every kind of pair of places is looked at, with up to three special
situations. What is wrong is told once a kind, with one path and the number of paths.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from yidi_cli.render.document import SECTION_TITLES
from yidi_cli.rulebook.load import Fault
from yidi_cli.rulebook.region import NATION
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.rulebook.timeline import changes
from yidi_cli.upkeep import checks, options
from yidi_cli.upkeep.checks import Paths, Two
from yidi_cli.upkeep.places import every_place
from yidi_cli.upkeep.subject import CONTACT, Subject, Where, subjects
from yidi_cli.upkeep.tally import Tally

SHOWN = 3
"""So many other entries are named in one fault."""


def audit_book(book: Rulebook, where: Where, today: date) -> Iterator[Fault]:
    """Yield what is wrong with a book that only shows when all paths are walked.

    `where` tells file and line of an entry by its id (a region's is `region` and its code). What is
    in force on `today` is looked at, and what will be on each later day on which that changes. The
    book must have passed the checks of its parts.
    """
    told: set[tuple[str, str, str]] = set()
    for day in (today, *sorted(day for day in changes(book.whole()) if day > today)):
        found: list[Fault] = []
        for subject in subjects(book.on(day), day):
            subject.as_of = day.isoformat() if day > today else ""
            found += audit_subject(subject, where)
        # How many answers meet a fault may change from day to day; it is the same one even so.
        keyed = [((fault.code, fault.file, fault.field), fault) for fault in found]
        for key, fault in keyed:
            if key not in told:
                from_ = f"{day.isoformat()} 起，" if day > today else ""
                yield replace(fault, what=f"{from_}{fault.what}")
        told.update(key for key, _ in keyed)


def audit_subject(subject: Subject, where: Where) -> Iterator[Fault]:
    """Yield what is wrong with one matter of a book; see `audit_book`."""
    strange = [question.id for question in subject.questions if not subject.knows(question)]
    for name in strange:
        what, mend = "程序不认识这个问题，答了也没有用", "删掉它；要新增问题，先改程序"
        yield Fault(*where(subject.entry_of(name)), name, what, mend, code="Y045")
    if not strange:
        yield from _Audit(subject, where).run()


class _Audit:
    """Words what the checks of one matter find."""

    def __init__(self, subject: Subject, where: Where) -> None:
        self.subject = subject
        self.where = where
        self.paths = Paths(subject)

    def run(self) -> Iterator[Fault]:
        yield from self.table()
        yield from self.unmet()
        yield from self.options()
        yield from self.plans()
        yield from self.contradictions()

    def fault(self, code: str, entry: str, field: str, what: str, mend: str) -> Fault:
        file, line = self.where(entry)
        return Fault(file, line, f"{entry} {field}".strip(), what, mend, code=code)

    def table(self) -> Iterator[Fault]:
        for row, instead in checks.unfired(self.paths):
            what = "没有一种回答用得上判定表的这一行"
            if instead:
                first = [name for name, _ in instead.most_common(SHOWN)]
                what = f"判定表的这一行永远轮不到，前面的 {'、'.join(first)} 先定了"
            yield self.fault("Y040", row, "", what, "改条件，挪到那几行前面，或删掉它")
        tally = checks.undecided(self.paths)
        if tally:
            what = f"{_many(tally)}没有一行管到，落到最后这一行，{_example(tally)}"
            yield self.fault("Y048", self.subject.last_resort, "", what, "在前面补一行")

    def unmet(self) -> Iterator[Fault]:
        for rule, replaced in checks.unreached(self.paths):
            what = "没有一种回答会看到这一条"
            if replaced:
                what += "，更近的地方总有同一个 topic 的规则代替它"
            yield self.fault("Y041", rule.id, "", what, "改 when 和 unless，或删掉它")
        for way in checks.unnamed_ways(self.paths):
            what, mend = "没有一种回答会看到这个渠道", "改 when 和 unless，或删掉它"
            yield self.fault("Y043", way.id, "", what, mend)
        for name in checks.unused_exemptions(self.paths):
            what = "这一条永远轮不到：没有这样的两地，或前面的先定了"
            yield self.fault("Y044", name, "", what, "改 to 和 when，挪到前面，或删掉它")

    def options(self) -> Iterator[Fault]:
        for question in options.unasked(self.paths):
            what = "这个问题谁也问不到"
            yield self.question("Y045", question.id, "", what, "改 when 和 unless，或删掉它")
        for question, option in options.unoffered(self.paths):
            what = f"选项 {option.id} 谁也看不到"
            yield self.question("Y046", question.id, option.id, what, "改它的 when，或删掉它")
        for question, option, same in options.indifferent(self.paths):
            how = f"和选 {same} 的结果全一样" if same else "和不选的结果全一样"
            what, mend = f"选 {option.id}，{how}", "写上分得出它的规则，或删掉它"
            yield self.question("Y047", question.id, option.id, what, mend)

    def question(self, code: str, question: str, option: str, what: str, mend: str) -> Fault:
        field = f"{question} {option}".strip()
        file, line = self.where(self.subject.entry_of(question))
        return Fault(file, line, field, what, mend, code=code)

    def plans(self) -> Iterator[Fault]:
        holes = set()
        for section, route, tally in checks.lacking(self.paths):
            holes.add(section)
            named = f"{_many(tally)}（route 是 {route}）的结果没有{_named(section)}"
            mend = f"补一条 section: {section} 的规则，条件照顾到这些回答"
            what = f"{named}，{_example(tally)}"
            yield Fault(self.home(section), 0, section, what, mend, code="Y050")
        for route, provinces, tally in checks.without_channel(self.paths):
            what = f"{_many(tally)}（route 是 {route}）的结果没有能办的渠道，{_example(tally)}"
            mend = "给参保地补一条渠道，或放宽已有渠道的条件"
            yield Fault(self.channels(provinces), 0, "channels", what, mend, code="Y051")
        for lack, command, count in every_place(self.subject):
            if lack == CONTACT:
                what = f"{count} 个参保地没有可打的电话，也没有网站，例如 {command}"
                mend = "补上 hotline 或 bureau"
                yield Fault(self.nation(), 0, "hotline", what, mend, code="Y052")
            elif lack not in holes:
                what = f"{count} 个参保地的结果没有{_named(lack)}，例如 {command}"
                mend = f"补一条 section: {lack} 的规则"
                yield Fault(self.home(lack), 0, lack, what, mend, code="Y050")

    def contradictions(self) -> Iterator[Fault]:
        for two, tally in checks.clashes(self.paths):
            topic = two[1].topic
            what = f"和{self.beside(two)}争同一个 topic {topic}：{_many(tally)}两条都该出现，"
            mend = "改其中一条的条件或 topic，或删掉一条"
            yield self.fault("Y042", two[1].id, "", what + _example(tally), mend)
        for two, tally in checks.opposites(self.paths):
            what = f"和{self.beside(two)}说的相反：{_many(tally)}两条都会看到，{_example(tally)}"
            mend = "改条件，让两条不同时出现；或写明哪种情况下才这样"
            yield self.fault("Y053", two[1].id, "text", what, mend)
        for two, tally in checks.repeats(self.paths):
            what = f"和{self.beside(two)}说的差不多：{_many(tally)}两条都会看到，{_example(tally)}"
            yield self.fault("Y054", two[1].id, "text", what, "并成一条，或改条件")

    def beside(self, two: Two) -> str:
        file, line = self.where(two[0].id)
        at = f"（{file} 第 {line} 行）" if line else ""
        return f" {two[0].id}{at}"

    def home(self, section: str) -> str:
        """Return the file where a national rule of a section stands."""
        return f"rules/{section}.yaml" if self.subject.command == "guide" else self.subject.file

    def channels(self, provinces: set[str]) -> str:
        """Return the file where a channel would stand that is lacking in these provinces."""
        if len(provinces) != 1 or "" in provinces:
            return self.nation()
        return self.where(f"region {min(provinces)}")[0] or self.nation()

    def nation(self) -> str:
        """Return the file with the channels of all the country."""
        if self.subject.national.ways:
            return self.subject.file
        return self.where(f"region {NATION}")[0] or f"regions/{NATION}-全国.yaml"


def _many(tally: Tally) -> str:
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        if tally.count >= size:
            count = tally.count / size
            return f"有约 {round(count, 1 if count < 10 else None):g} {unit}种回答"
    return f"有 {tally.count} 种回答"


def _example(tally: Tally) -> str:
    return f"例如 {tally.command}"


def _named(section: str) -> str:
    return f"「{SECTION_TITLES[section][0]}」"
