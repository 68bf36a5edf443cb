"""One set of answers for each distinct outcome, kept as share codes in `outcomes.txt`.

Together they show every row of the decision table and every rule that a plan can hold. What is to
hold of every outcome is tested on these. Where a rule or a row is new, run
`YIDI_UPDATE_OUTCOMES=1 python -m pytest tests/test_outcomes.py`.
"""

from __future__ import annotations

from pathlib import Path

from yidi_cli.plan.answers import Answers, case_of
from yidi_cli.plan.case import Case
from yidi_cli.plan.share import read_code
from yidi_cli.rulebook.model import PLACES, UNKNOWN
from yidi_cli.rulebook.rulebook import Rulebook

FILE = Path(__file__).parent / "outcomes.txt"


def read_outcomes(book: Rulebook) -> list[Case]:
    codes = FILE.read_text(encoding="utf-8").split()
    return [case_of(read_code(code, book), book) for code in codes]


def answers_of(case: Case) -> Answers:
    """Return the answers that lead to a case."""
    places = {name: getattr(case, name) for name in PLACES}
    named = ("scheme", "type", "care", "disease", "stage", "filing")
    return {
        **{name: place.code if place else UNKNOWN for name, place in places.items()},
        **{name: getattr(case, name) for name in named},
        **({"situation": case.situations} if case.situations else {}),
    }
