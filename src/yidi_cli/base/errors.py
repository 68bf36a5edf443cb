"""Errors a user may see, and the exit code each one ends with.

Every error carries finished Chinese lines: what is wrong, where, and what to do next.
"""

from __future__ import annotations


class Exit:
    """Exit codes of every command. Plain numbers: an enum takes half a millisecond to make."""

    DONE = 0
    FAULT = 1  # the data or the program is at fault
    INPUT = 2  # what the user gave is at fault
    INTERRUPTED = 130


class YidiError(Exception):
    """An error with a message for the user. `code` is the exit code it ends with."""

    code: int = Exit.FAULT

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InputError(YidiError):
    """The user's input cannot be used; the message says what would do instead."""

    code = Exit.INPUT


class DataError(YidiError):
    """The bundled data are faulty; the message names file, line, field and how to mend it."""

    code = Exit.FAULT


class OutputError(YidiError):
    """The result could not be written."""

    code = Exit.FAULT
