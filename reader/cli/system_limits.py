"""System limits: checks that they leave enough for newsreader, and detection of errors they cause."""

from __future__ import annotations

import contextlib
import errno
import resource
from typing import TYPE_CHECKING

from reader.errors import ReaderError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["describe_shortage", "require_address_space", "require_open_files"]

_NO_FILES = frozenset({errno.EMFILE, errno.ENFILE})


def require_open_files(count: int) -> None:
    """Raise the limit of open files to at least ``count``. Raises ReaderError if that is not allowed.

    With a lower limit, articles would be missing because their files could not be opened.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY != soft < count:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
        except (OSError, ValueError) as error:
            raise ReaderError(f"Not enough open files: {count} needed, {soft} allowed (ulimit -n)") from error


def require_address_space(mebibytes: int) -> None:
    """Raise ReaderError if the process cannot use this much address space: Python aborts when a thread runs out."""
    soft = resource.getrlimit(resource.RLIMIT_AS)[0]
    if resource.RLIM_INFINITY != soft < mebibytes << 20:
        raise ReaderError(f"Not enough memory: {mebibytes} MiB needed, {soft >> 20} MiB allowed (ulimit -v)")


def describe_shortage(error: BaseException) -> str:
    """Return a message if an unexpected error was caused by a lack of memory, files or threads, else ""."""
    for each in _chain(error):
        if isinstance(each, MemoryError) or (isinstance(each, OSError) and each.errno == errno.ENOMEM):
            return "Out of memory"
        if isinstance(each, ImportError) and "failed to map segment" in str(each):
            return "Out of memory"
        if isinstance(each, OSError) and each.errno in _NO_FILES:
            return "Too many open files"
        if isinstance(each, RuntimeError) and "start new thread" in str(each):
            return "Cannot start a thread: out of memory or processes"
    return ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            with contextlib.suppress(AttributeError):
                waiting += each.exceptions  # type: ignore[attr-defined] # only of a group
            waiting += (each.__cause__, each.__context__)
