"""Opening of files and folders in a content folder, and never outside it.

A path is opened one name at a time, each from the descriptor of its parent folder, so another process cannot redirect
it by replacing a folder with a link. A link is followed only if its target is in the content folder, and the target is
opened in the same way. The content folder itself can be a link.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import TypeVar

    _Result = TypeVar("_Result")

__all__ = ["OpenRoot", "OutsideError", "leads_outside"]

# O_PATH works without permission to read the folder. macOS lacks it.
_STEP = os.O_DIRECTORY | os.O_CLOEXEC | getattr(os, "O_PATH", os.O_RDONLY)
_LIST = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY | os.O_NOFOLLOW
_LINK_IN_PATH = frozenset({errno.ELOOP, errno.EMLINK, errno.ENOTDIR})
# Parent folders that stay open; few, because descriptors can be scarce.
_MOST_OPEN = 4
# Linux's limit for a path. Descriptors would reach any depth, at a cost that grows with the square of the depth.
_MOST_BYTES = 4_096
_NO_NAMES = frozenset({"", ".", ".."})


class OutsideError(OSError):
    """A link leads out of the content folder."""

    def __init__(self) -> None:
        super().__init__(errno.EXDEV, "link leaves the content folder")


class OpenRoot:
    """Open content folder. Paths are relative to it, with ``/``; the methods raise OSError and ValueError.

    The parents of the last folder used stay open, so it is fastest to visit one folder's entries in a row.
    """

    def __init__(self, root: Path | str) -> None:
        self._root = os.fspath(root)
        self._open = [os.open(root, _STEP)]
        self._at: list[str] = []  # path of the last of them

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all folders."""
        self._close_below(0)
        os.close(self._open.pop())

    @cached_property
    def base(self) -> str:
        """The real path of the content folder."""
        return os.path.realpath(self._root)

    def folder(self, path: str) -> int:
        """Return a descriptor of a folder, valid until the next call of any method, for use as ``dir_fd``."""
        return self._follow(self._folder, path)

    @contextmanager
    def entries(self, path: str) -> Iterator[Iterator[os.DirEntry[str]]]:
        """Provide the entries of a folder. Links in its path are not followed."""
        descriptor = os.open(".", _LIST, dir_fd=self._folder(path))
        try:
            with os.scandir(descriptor) as entries:
                yield entries
        finally:
            os.close(descriptor)

    def open(self, path: str, *, follow: bool = True) -> int:
        """Return a new descriptor of a file, for reading. Fails at a link unless ``follow``."""
        return self._follow(self._file, path) if follow else self._file(path)

    def stat(self, path: str) -> os.stat_result:
        """Return the status of a file or folder; of the target if it is a link."""
        return self._follow(self._status, path)

    def real_path(self, path: str) -> str:
        """Return a path without links. Raises OutsideError if it leads out of the content folder."""
        link, inside = f"{self.base}/{path}", self.base.rstrip(os.sep) + os.sep
        real = os.path.realpath(link)
        if not (real + os.sep).startswith(inside):
            raise OutsideError
        os.lstat(real)
        return real.removeprefix(inside) if real != self.base else ""

    def is_link_to_folder(self, path: str) -> bool:
        """Return whether the target of a link, wherever it is, is a folder."""
        return stat.S_ISDIR(os.stat(f"{self.base}/{path}").st_mode)  # noqa: PTH116 - the name may contain any byte

    def _follow(self, use: Callable[[str], _Result], path: str) -> _Result:
        try:
            return use(path)
        except OSError as error:
            if error.errno not in _LINK_IN_PATH or (real := self.real_path(path)) == path:
                raise
        return use(real)

    def _file(self, path: str) -> int:
        folder, name = _split(path)
        return os.open(name, _FILE, dir_fd=self._folder(folder))

    def _status(self, path: str) -> os.stat_result:
        folder, name = _split(path)
        status = os.stat(name or ".", dir_fd=self._folder(folder), follow_symlinks=False)
        if stat.S_ISLNK(status.st_mode):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        return status

    def _folder(self, path: str) -> int:
        names = path.split("/") if path else []
        if not _NO_NAMES.isdisjoint(names):
            raise OutsideError
        if len(os.fsencode(path)) + len(os.fsencode(self._root)) >= _MOST_BYTES:
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
        common = 0
        for name, other in zip(names, self._at, strict=False):
            if name != other:
                break
            common += 1
        if common < len(self._at):
            common = min(common, _MOST_OPEN - 1)
            self._close_below(common)
        for name in names[common:]:
            below = os.open(name, _STEP | os.O_NOFOLLOW, dir_fd=self._open[-1])
            if len(self._open) > _MOST_OPEN:
                os.close(self._open.pop())
            self._open.append(below)
            self._at.append(name)
        return self._open[-1]

    def _close_below(self, depth: int) -> None:
        while len(self._open) > depth + 1:
            os.close(self._open.pop())
        del self._at[depth:]


def _split(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    if name in {".", ".."}:
        raise OutsideError
    return folder, name


def leads_outside(root: Path, path: str) -> bool:
    """Return whether a path leads out of a content folder; False if there is no such path."""
    try:
        with OpenRoot(root) as opened:
            opened.real_path(path)
    except OutsideError:
        return True
    except (OSError, ValueError):
        pass
    return False
