"""Immutable records.

msgspec's Structs, since a dataclass costs about half a millisecond each at every start.
"""

from __future__ import annotations

import msgspec


class Value(msgspec.Struct, frozen=True, gc=False):
    """A record that is compared by its fields and never changed."""
