"""What a plan says otherwise than one that was saved before. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from yidi_cli.base.value import Value
from yidi_cli.plan.plan import Outcome

Texts = Mapping[str, str]
"""Statement's id → what it says."""


class Since(Value, frozen=True):
    """What is new, what is gone, and what reads otherwise (with how it read), by id."""

    new: dict[str, str]
    gone: dict[str, str]
    reworded: dict[str, tuple[str, str]]

    @property
    def empty(self) -> bool:
        """Tell whether both say the same."""
        return not (self.new or self.gone or self.reworded)


def texts_of(plan: Outcome) -> dict[str, str]:
    """Return what a plan says, by id."""
    return {item.id: item.text for items in plan.sections.values() for item in items}


def since(saved: Texts, now: Texts) -> Since:
    """Return how `now` differs from what was saved."""
    return Since(
        new={name: text for name, text in now.items() if name not in saved},
        gone={name: text for name, text in saved.items() if name not in now},
        reworded={
            name: (saved[name], text)
            for name, text in now.items()
            if name in saved and saved[name] != text
        },
    )
