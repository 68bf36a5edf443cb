"""Errors a user may see, and the exit code each one ends with.

Every error carries finished Chinese lines: what is wrong, where, and what to do next.
"""

from __future__ import annotations

import errno


class Exit:
    """Exit codes of every command. Plain numbers: an enum takes half a millisecond to make."""

    DONE = 0
    FAULT = 1  # the data or the program is at fault
    INPUT = 2  # what the user gave is at fault
    INTERRUPTED = 130


LONGEST = 40
_OS_FAULTS = {
    errno.ENOSPC: "磁盘满了",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹",
    errno.ENOENT: "找不到文件或文件夹",
    errno.ENOTDIR: "上一级不是文件夹",
    errno.EROFS: "这里不能写",
}


def safe(text: str) -> str:
    """Return what a user typed, fit to be shown: short, and without control characters."""
    return safe_path(text[:LONGEST]) + "…" * (len(text) > LONGEST)


def safe_path(path: object) -> str:
    """Return the name of a file, whole, without control characters."""
    return "".join(char if char.isprintable() else "?" for char in str(path))


def os_fault(error: OSError) -> str:
    """Say in Chinese why the system refused."""
    return _OS_FAULTS.get(error.errno or 0, f"系统错误 {error.errno or '未知'}")


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
