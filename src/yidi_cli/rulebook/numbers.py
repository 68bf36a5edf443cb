"""How far the numbers go that stand for answers in a share code.

Codes that people keep are read by these widths: nothing here changes but with a new version of the
code's format (`plan/share.py`).
"""

from __future__ import annotations

BITS = {"scheme": 4, "type": 5, "care": 4, "stage": 4, "filing": 4, "disease": 7}
"""Question with one answer → bits of its number, in the order of the code."""
SITUATIONS = 40
"""The highest number of a situation."""
DISEASE = {"unknown": 1, "none": 2}
"""The numbers of the two answers on the disease that `data/diseases.yaml` does not hold."""


def highest(question_id: str) -> int:
    """Return the highest number in a question, 0 where there is no room for one."""
    if question_id == "situation":
        return SITUATIONS
    return (1 << BITS.get(question_id, 0)) - 1
