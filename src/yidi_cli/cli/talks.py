"""The commands that guide, as the guided run needs them: `yidi guide` and `yidi family`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from yidi_cli.cli import output, result
from yidi_cli.cli.result import Wanted
from yidi_cli.cli.talk import Kept, Other, Talk, command_of
from yidi_cli.rulebook.model import UNKNOWN

if TYPE_CHECKING:
    from yidi_cli.cli.options import Start
    from yidi_cli.plan.answers import Answers
    from yidi_cli.plan.family import FamilyPlan
    from yidi_cli.plan.plan import Plan
    from yidi_cli.render.document import Document
    from yidi_cli.rulebook.rulebook import Rulebook


class FilingTalk:
    """`yidi guide`."""

    command = "guide"
    ways: Mapping[str, Kept] = {
        "print": Kept("打印出来（网页，A4 纸）", ".html"),
        "elder": Kept("给老人看的大字版（网页，一张纸）", "-大字.html", elder=True),
        "chat": Kept("发给家人（文字）", ".txt"),
        "calendar": Kept("放进手机日历（到日子提醒）", ".ics"),
    }

    def __init__(self, book: Rulebook) -> None:
        """Take the book."""
        self.book = book

    def plan(self, answers: Answers, wanted: Wanted) -> Plan:
        """Return the plan for complete answers."""
        return result.plan_of(answers, wanted, self.book)

    def emit(self, begun: Start, answers: Answers, plan: Plan, wanted: Wanted, brief: bool) -> None:
        """Write a plan that is built from `answers` to where the result goes."""
        result.emit(begun, answers, plan, wanted, brief)

    def page(self, plan: Plan, ids: bool) -> Document:
        """Return the whole page of a plan."""
        from yidi_cli.render.plan_page import plan_document

        return plan_document(plan, self.book, ids)

    def file_name(self, plan: Plan) -> str:
        """Return a name for a file that holds the plan, without an ending."""
        named = [p for p in (plan.case.insured, plan.case.destination) if p is not None]
        return "-".join(["异地就医", *(self.book.places.short_name(place) for place in named)])

    def code(self, answers: Answers) -> str:
        """Return the share code of answers, "" where there is none."""
        return result.code_of(answers, self.book)

    def comparison(self, plan: Plan, changed: Plan) -> Document:
        """Return what differs between two plans."""
        from yidi_cli.plan.compare import compare
        from yidi_cli.render.compare import compare_document

        return compare_document(compare(plan, changed), self.book)

    def other(self, answers: Answers) -> Other:
        """Return mutual aid: the patient is the one for whom somebody else's account pays."""
        insured = answers.get("insured", UNKNOWN)
        begin = {"want": "pay-bill", **({"member": insured} if insured != UNKNOWN else {})}
        return Other("家里人想用自己的医保账户帮着付（家庭共济）", "family", begin)


class FamilyTalk:
    """`yidi family`."""

    command = "family"
    comparison = None
    ways: Mapping[str, Kept] = {
        "print": Kept("打印出来（网页，A4 纸）", ".html"),
        "chat": Kept("发给家人（文字）", ".txt"),
        "calendar": Kept("放进手机日历（到日子提醒）", ".ics"),
    }

    def __init__(self, book: Rulebook) -> None:
        """Take the rulebook."""
        self.book = book.family

    def plan(self, answers: Answers, wanted: Wanted) -> FamilyPlan:
        """Return the plan for complete answers."""
        from yidi_cli.plan.family import build_family, family_case

        return build_family(family_case(answers, self.book), self.book, wanted.as_of)

    def emit(
        self, begun: Start, answers: Answers, plan: FamilyPlan, wanted: Wanted, brief: bool
    ) -> None:
        """Write a plan that is built from `answers` to where the result goes."""
        book = self.book

        def page() -> Document:
            from yidi_cli.render.family_page import family_document

            again = "" if brief else command_of(self, answers)
            return family_document(plan, book, wanted.ids, brief, again)

        def data() -> dict[str, Any]:
            from yidi_cli.render.family_page import family_json

            return family_json(plan, book)

        def calendar() -> str:
            from yidi_cli.cli.result import told_key
            from yidi_cli.render.calendar import calendar_file
            from yidi_cli.render.family_page import NAME

            return calendar_file(plan, book, told_key(answers), NAME)

        output.emit(begun, page, data, calendar)

    def page(self, plan: FamilyPlan, ids: bool) -> Document:
        """Return the whole page of a plan."""
        from yidi_cli.render.family_page import family_document

        return family_document(plan, self.book, ids)

    def file_name(self, plan: FamilyPlan) -> str:
        """Return a name for a file that holds the plan, without an ending."""
        named = [p for p in (plan.case.insured, plan.case.member) if p is not None]
        return "-".join(["家庭共济", *(self.book.places.short_name(place) for place in named)])

    def code(self, answers: Answers) -> str:
        """Return "": the command itself is short and says nothing of who one is."""
        return ""

    def other(self, answers: Answers) -> Other:
        """Return filing: the one whose bill is paid may be cared for elsewhere."""
        member = answers.get("member", UNKNOWN)
        begin = {"insured": member} if member != UNKNOWN else {}
        asked = answers.get("want") == "filing"
        return Other("家人要去外地看病，看要不要备案", "filing", begin, first=asked)


def talk_of(matter: str, book: Rulebook) -> Talk:
    """Return the command that guides through a matter."""
    return FamilyTalk(book) if matter == "family" else FilingTalk(book)
