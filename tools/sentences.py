"""Measures how well sentences are understood: precision and recall per question, and each miss.

`python tools/sentences.py [FILE…]` reads `tests/sentences/*.yaml`, or the files given: lists of
`{text, answers, unsure, either}`. An answer is wrong where another was expected or none; where the
file says `either`, any answer or none will do.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yidi_cli.rulebook.load import read_yaml
from yidi_cli.rulebook.opening import open_rulebook
from yidi_cli.rulebook.places import Found
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.wizard.sentence import Understood, understand

FOLDER = Path(__file__).parent.parent / "tests" / "sentences"
SITUATION = "situation"


@dataclass
class Count:
    """One question's answers: expected and given, expected and missed, given and wrong."""

    right: int = 0
    missed: int = 0
    wrong: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """The part of the expected answers that was found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def wrong_share(self) -> float:
        """The part of the given answers that is wrong."""
        return self.wrong / (self.right + self.wrong) if self.right + self.wrong else 0.0


def read(path: Path) -> list[dict[str, Any]]:
    """Return the sentences of one file; ValueError where it cannot be read."""
    tree, faults = read_yaml(path, path.name)
    if faults or not isinstance(tree.value, list):
        raise ValueError(f"{path}: {faults}")
    return tree.value


def pool(name: str, book: Rulebook) -> str:
    """Return the code of the pooling region of the place with this name or code."""
    found = book.places.find(name)
    assert isinstance(found, Found), name
    return (book.places.pool(found.place) or found.place).code


def pairs(answers: dict[str, Any], book: Rulebook) -> Iterator[tuple[str, str]]:
    """Yield question and answer; one pair for each situation, and places by their region."""
    for name, value in answers.items():
        if name == SITUATION:
            yield from ((name, part) for part in value)
        elif name in ("insured", "destination"):
            yield name, pool(value, book)
        else:
            yield name, value


def compare(
    sentence: dict[str, Any], understood: Understood, book: Rulebook, counts: dict[str, Count]
) -> None:
    """Count one sentence."""
    expected = set(pairs(sentence.get("answers", {}), book))
    given = set(pairs(dict(understood.answers), book))
    free = set(sentence.get("either", ()))
    for name, value in sorted(expected | given):
        count = counts.setdefault(name, Count())
        if (name, value) in expected and (name, value) in given:
            count.right += 1
        elif (name, value) in expected:
            # Another answer instead is counted as wrong below.
            count.missed += 1
            unsure = understood.unsure.get(name)
            count.misses.append(f"missed {name}={value} (unsure {unsure}): {sentence['text']}")
        elif name not in free or any(name == other for other, _ in expected):
            count.wrong += 1
            said = understood.said.get(name, "")
            count.misses.append(f"WRONG {name}={value} ({said}): {sentence['text']}")


def measure(paths: Iterable[Path], book: Rulebook) -> dict[str, Count]:
    """Return the counts per question over all files."""
    counts: dict[str, Count] = {}
    for path in paths:
        for sentence in read(path):
            compare(sentence, understand(sentence["text"], book), book, counts)
    return counts


def total(counts: dict[str, Count]) -> Count:
    """Return the sum of all counts."""
    return Count(
        right=sum(count.right for count in counts.values()),
        missed=sum(count.missed for count in counts.values()),
        wrong=sum(count.wrong for count in counts.values()),
    )


def table(counts: dict[str, Count]) -> list[str]:
    """Return the table, a line for each question and one for all."""
    lines = [f"{'question':12} {'right':>6} {'missed':>6} {'wrong':>6} {'recall':>8} {'wrong':>8}"]
    for name, count in [*sorted(counts.items()), ("all", total(counts))]:
        lines.append(
            f"{name:12} {count.right:6} {count.missed:6} {count.wrong:6}"
            f" {count.recall:8.1%} {count.wrong_share:8.1%}"
        )
    return lines


def main() -> None:
    """Print the table and every miss."""
    paths = [Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.yaml"))
    counts = measure(paths, open_rulebook())
    for count in counts.values():
        for miss in count.misses:
            print(miss)
    print("\n".join(table(counts)))


if __name__ == "__main__":
    main()
