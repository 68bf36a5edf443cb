"""All parts of the data as JSON text still to be decoded: what a wheel carries."""

import msgspec

from yidi_cli.rulebook.model import Part

RULEBOOK, WORDING = "rulebook.json", "wording.json"
"""The compiled files: all parts, and the wording."""


class RawBundle(Part, frozen=True):
    """The parts of a `Bundle` as JSON text, each decoded when it is asked for.

    The wording has a file of its own: it is a third of all, and hardly any command needs it.
    """

    meta: msgspec.Raw
    sources: msgspec.Raw
    questions: msgspec.Raw
    decision: msgspec.Raw
    diseases: msgspec.Raw
    conflicts: msgspec.Raw
    rules: dict[str, msgspec.Raw]
    regions: dict[str, msgspec.Raw]
    places: msgspec.Raw
    holidays: msgspec.Raw
    family: msgspec.Raw
    elder: msgspec.Raw = msgspec.Raw(b"[]")
    changes: msgspec.Raw = msgspec.Raw(b"[]")
    past: msgspec.Raw = msgspec.Raw(b"null")
    settled: msgspec.Raw = msgspec.Raw(b"null")
