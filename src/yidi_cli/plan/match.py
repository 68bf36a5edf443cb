"""Conditions against what is known of a case.

A dimension's value may still be open: it is then the set of values that are possible. A condition
holds only if it holds for each of them, so that a plan for an unknown answer says what is common.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from yidi_cli.rulebook.model import MANY, UNKNOWN, Conditions

Facts = Mapping[str, frozenset[str]]
"""Dimension → possible values; for the dimensions of `MANY`, all values that hold at once."""


def is_open(possible: frozenset[str]) -> bool:
    """Tell whether more than one value is possible."""
    return len(possible) > 1


def holds(when: Conditions, facts: Facts) -> bool:
    """Tell whether every dimension of `when` is met.

    An open dimension is met when all its possible values are listed, or `unknown` is.
    """
    for dimension, allowed in when.items():
        possible = facts[dimension]
        if dimension in MANY:
            if possible.isdisjoint(allowed):
                return False
        elif not possible <= allowed and not (UNKNOWN in allowed and is_open(possible)):
            return False
    return True


def blocked(unless: Conditions, facts: Facts) -> bool:
    """Tell whether any dimension of `unless` is met.

    An open dimension is met when all its possible values are listed, or `unknown` is: what holds
    for all but one value is still said to a person whose answer is open.
    """
    return any(holds({dimension: listed}, facts) for dimension, listed in unless.items())


def speaks(when: Conditions, unless: Conditions, facts: Facts) -> bool:
    """Tell whether a statement with these conditions is shown."""
    return (not when or holds(when, facts)) and not (unless and blocked(unless, facts))


def may_hold(when: Conditions, unless: Conditions, facts: Facts) -> bool:
    """Tell whether the conditions are met for at least one of the values still possible."""
    for dimension, allowed in when.items():
        if facts[dimension].isdisjoint(allowed):
            return False
    return all(
        dimension in MANY or not facts[dimension] <= listed for dimension, listed in unless.items()
    )


def kinds(options: Collection[str], lists: Collection[frozenset[str]]) -> list[str]:
    """Return one of `options` for each way to stand in `lists`, and `unknown` last if it is one."""
    classes: dict[tuple[bool, ...], str] = {}
    for option in options:
        if option != UNKNOWN:
            classes.setdefault(tuple(option in listed for listed in lists), option)
    return [*classes.values(), *([UNKNOWN] if UNKNOWN in options else [])]


def named_in(conditions: Iterator[Conditions], dimension: str) -> list[frozenset[str]]:
    """Return the lists of values that conditions name for a dimension."""
    return [condition[dimension] for condition in conditions if dimension in condition]
