"""What is not wrong yet and wants attention: what nobody uses, and what nobody looked at lately."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

from yidi_cli.rulebook.diagnostics import REVIEW_DAYS
from yidi_cli.rulebook.load import Fault
from yidi_cli.rulebook.model import CALL, PAPERS, Citation
from yidi_cli.rulebook.parts import all_conflicts, all_rules, all_sources

if TYPE_CHECKING:
    from yidi_cli.rulebook.bundle import Bundle

Where = Callable[[str], tuple[str, int]]
_UNCITED = ("places", "wording", "holidays", "questions")
"""Parts of the bundle in which nothing is cited."""


def check_upkeep(bundle: Bundle, where: Where, today: date) -> Iterator[Fault]:
    """Yield the warnings; `where` returns file and line of an entry."""

    def fault(entry_id: str, field: str, what: str, mend: str, code: str) -> Fault:
        file, line = where(entry_id)
        return Fault(file, line, f"{entry_id} {field}".strip(), what, mend, code=code)

    cited = set(_cited(bundle))
    last = today - timedelta(REVIEW_DAYS)
    for source in all_sources(bundle):
        if source.id not in cited:
            mend = "删掉它，或在用到它的条目里引用"
            yield fault(source.id, "", f"没有一句话引用 {source.id}", mend, "Y012")
        if source.checked < last:
            what = f"{source.checked} 核对的，到今天超过 {REVIEW_DAYS} 天"
            yield fault(source.id, "checked", what, "重新核对，再改 checked", "Y013")
    rules = list(all_rules(bundle))
    disputed = {name for rule in rules for name in rule.disputed}
    for conflict in all_conflicts(bundle):
        # One is enough: from there `yidi conflicts` leads on to the others.
        if conflict.readings and disputed.isdisjoint(r.id for r in conflict.readings):
            what, mend = "没有规则提到其中任何一种说法", "在规则里写 disputed，或删掉这一条"
            yield fault(conflict.id, "readings", what, mend, "Y026")
    steps = {rule.elder for rule in rules} | {CALL, PAPERS}
    for step in bundle.elder:
        if step.id not in steps:
            what, mend = f"没有规则属于 {step.id} 这一步", "在规则里写 elder，或删掉它"
            yield fault(step.id, "", what, mend, "Y026")


def _cited(bundle: Bundle) -> Iterator[str]:
    """Yield the ids of all sources cited, however deep a citation stands."""
    waiting: list[object] = [
        getattr(bundle, name) for name in bundle.__struct_fields__ if name not in _UNCITED
    ]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Citation):
            yield part.id
        elif isinstance(part, msgspec.Struct):
            waiting += (getattr(part, name) for name in part.__struct_fields__)
        elif isinstance(part, dict):
            waiting += part.values()
        elif isinstance(part, tuple):
            waiting += part
