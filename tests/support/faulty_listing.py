"""A folder that opens but whose listing fails, as on a failing disk, a stale network mount or in /proc."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import pytest
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["FaultyListing"]


class FaultyListing(Struct, frozen=True):
    """The folder whose listing fails with ``error`` after ``after`` entries, sorted by name.

    With ``asking``, the listing is complete, but ``is_dir``, ``is_file`` and ``stat`` of its entries fail.
    """

    folder: Path
    error: int
    after: int = 0
    asking: bool = False

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Fail within the block."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "scandir", self._scandir(os.scandir))
            yield

    def _scandir(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(place: Any = ".") -> Any:
            if not os.path.samestat(os.stat(place), self.folder.stat()):  # noqa: PTH116 - a descriptor
                return real(place)
            with real(place) as entries:
                return _Listing(sorted(entries, key=lambda entry: entry.name), self)

        return call

    def fail(self) -> None:
        """Raise the error."""
        raise OSError(self.error, os.strerror(self.error))


class _Listing:
    def __init__(self, entries: list[os.DirEntry[str]], fault: FaultyListing) -> None:
        self._entries = iter(entries)
        self._left = fault.after
        self._fault = fault

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> object:
        if self._fault.asking:
            return _Entry(next(self._entries), self._fault)
        if not self._left:
            self._fault.fail()
        self._left -= 1
        return next(self._entries)

    def close(self) -> None:
        """Do nothing: the real listing is closed."""


class _Entry:
    def __init__(self, entry: os.DirEntry[str], fault: FaultyListing) -> None:
        self.name = entry.name
        self._fault = fault

    def is_dir(self, *, follow_symlinks: bool) -> bool:
        self._fault.fail()
        return follow_symlinks

    is_file = is_dir
    stat = is_dir

    def is_symlink(self) -> bool:
        return False
