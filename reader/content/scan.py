"""What is in a content folder: paths, times and sizes, and the things there that cannot be read as files.

Opens no file. Follows links only inside the folder, and each only to what is not there anyway; a pipe, socket, device,
link to elsewhere or unreadable folder becomes a Problem. Hidden things and the folders of build tools are left alone.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.article import Problem
from reader.errors import FolderError, describe_error
from reader.text import display_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    _OfFile = Callable[[str, os.DirEntry[str]], Iterable["ScannedFile | Problem"]]

__all__ = [
    "SUFFIXES",
    "ContentRoot",
    "FileStamp",
    "ScannedFile",
    "get_stamp",
    "is_article_name",
    "is_ignored",
    "list_folders",
    "resolve_root",
    "scan",
]

SUFFIXES = frozenset({"md", "markdown", "mdx", "txt", "html"})
_SKIPPED = frozenset({"node_modules", "bower_components", "__pycache__", "__MACOSX"})
_KINDS = ((stat.S_ISFIFO, "pipe"), (stat.S_ISSOCK, "socket"), (stat.S_ISCHR, "device"), (stat.S_ISBLK, "device"))


class FileStamp(Struct, frozen=True):
    """What tells that a file changed: time of its last change in nanoseconds, size in bytes."""

    mtime_ns: int
    size: int


class ScannedFile(Struct, frozen=True):
    """A file whose name is that of an article; ``path`` as in Article, ``size`` in bytes."""

    path: str
    mtime_ns: int
    size: int


class ContentRoot(Struct, frozen=True):
    """A content folder; ``only`` is the one file to read in it, where a person named a file."""

    root: Path
    only: str = ""


def resolve_root(argument: Path) -> ContentRoot:
    """Return the folder that a person named, or that of the file they named.

    Raises FolderError where there is no such thing or it cannot be read.
    """
    shown = display_path(str(argument))
    try:
        mode = argument.stat().st_mode
    except (OSError, ValueError) as error:
        raise FolderError(f"Cannot open {shown}: {describe_error(error)}") from error
    if stat.S_ISDIR(mode):
        if not os.access(argument, os.R_OK | os.X_OK):
            raise FolderError(f"Permission denied: {shown}")
        return ContentRoot(argument)
    if not stat.S_ISREG(mode):
        raise FolderError(f"Not a folder or regular file: {shown} ({_kind(mode)})")
    if not os.access(argument, os.R_OK):
        raise FolderError(f"Permission denied: {shown}")
    return ContentRoot(argument.parent, argument.name)


def is_article_name(name: str) -> bool:
    """Tell whether a file name is one an article may have."""
    stem, _, suffix = name.rpartition(".")
    return suffix.lower() in SUFFIXES and stem != "" and name[0] != "."


def is_ignored(name: str) -> bool:
    """Tell whether nothing of this name is ever looked at."""
    return name[:1] == "." or name in _SKIPPED


def scan(root: Path, only: str = "") -> Iterator[ScannedFile | Problem]:
    """Yield every file of a folder that may be an article, in no particular order, and what is in the way.

    With ``only``, that file alone. Raises FolderError where the folder itself cannot be read.
    """
    if only:
        yield from _one(root, only)
        return
    yield from _Walk(_base(root), _file).everything()


def get_stamp(root: Path, path: str) -> FileStamp | None:
    """Return the stamp of a file, by its path in a folder; None where it cannot be looked at."""
    try:
        status = os.stat(f"{os.fspath(root)}/{path}")  # noqa: PTH116 - the name may hold any byte
    except (OSError, ValueError):
        return None
    return FileStamp(status.st_mtime_ns, status.st_size)


def list_folders(root: Path) -> set[str]:
    """Return the real path of every folder that ``scan`` looks into. Raises FolderError as it does."""
    walk = _Walk(_base(root), lambda _path, _entry: ())
    for _problem in walk.everything():
        pass
    return walk.visited


def _base(root: Path) -> str:
    try:
        base = os.path.realpath(root)
        os.scandir(base).close()
    except (OSError, ValueError) as error:
        raise FolderError(f"Cannot read {display_path(str(root))}: {describe_error(error)}") from error
    return base


def _one(root: Path, name: str) -> Iterator[ScannedFile | Problem]:
    try:
        status = os.stat(os.path.join(root, name))  # noqa: PTH116, PTH118 - the name may hold any byte
    except OSError as error:
        yield Problem(name, 0, "", f"cannot read file: {describe_error(error)}")
    else:
        yield ScannedFile(name, status.st_mtime_ns, status.st_size)


def _kind(mode: int) -> str:
    return next((name for matches, name in _KINDS if matches(mode)), "special file")


class _Walk:
    """One walk through a folder whose real path is ``base``; ``file`` says what to make of a file."""

    def __init__(self, base: str, file: _OfFile) -> None:
        self._base = base
        self._file = file
        self._inside = base.rstrip(os.sep) + os.sep
        self.visited: set[str] = set()
        self._links: list[tuple[str, str]] = []  # (path in the folder, name), looked at when the rest is known

    def everything(self) -> Iterator[ScannedFile | Problem]:
        """Yield the whole folder: first what is really there, then what only links lead to."""
        yield from self._tree("", self._base)
        followed: set[str] = set()
        while self._links:
            batch, self._links = sorted(self._links), []
            for path, name in batch:
                yield from self._link(path, name, followed)

    def _tree(self, prefix: str, real: str) -> Iterator[ScannedFile | Problem]:
        folders = [(prefix, real)]
        while folders:
            prefix, real = folders.pop()
            if real in self.visited:
                continue
            self.visited.add(real)
            try:
                entries = os.scandir(real)
            except OSError as error:
                yield Problem(prefix.rstrip("/"), 0, "", f"cannot read folder: {describe_error(error)}")
                continue
            with entries:
                yield from self._folder(prefix, entries, folders)

    def _folder(
        self, prefix: str, entries: Iterator[os.DirEntry[str]], folders: list[tuple[str, str]]
    ) -> Iterator[ScannedFile | Problem]:
        for entry in entries:
            name = entry.name
            if is_ignored(name):
                continue
            path = prefix + name
            if not is_article_name(name):
                if entry.is_dir(follow_symlinks=False):
                    folders.append((f"{path}/", entry.path))
                elif entry.is_symlink():
                    self._links.append((path, name))
            elif entry.is_file(follow_symlinks=False):
                yield from self._file(path, entry)
            elif entry.is_dir(follow_symlinks=False):
                folders.append((f"{path}/", entry.path))
            elif entry.is_symlink():
                self._links.append((path, name))
            else:
                yield from _special(path, entry)

    def _link(self, path: str, name: str, followed: set[str]) -> Iterator[ScannedFile | Problem]:
        link = self._inside + path
        try:
            real = os.path.realpath(link, strict=True)
            status = os.stat(real)  # noqa: PTH116 - the name may hold any byte
        except OSError as error:
            if is_article_name(name):
                yield Problem(path, 0, "", f"broken link: {describe_error(error)}")
            return
        is_folder = stat.S_ISDIR(status.st_mode)
        if not is_folder and not is_article_name(name):
            return
        if not (real + os.sep).startswith(self._inside):
            yield Problem(path, 0, "", "link leaves the content folder; ignored")
        elif is_folder and (link + os.sep).startswith(real + os.sep):
            yield Problem(path, 0, "", "link loop; ignored")
        elif is_folder:
            yield from self._tree(f"{path}/", real)
        elif not stat.S_ISREG(status.st_mode):
            yield Problem(path, 0, "", f"not a regular file ({_kind(status.st_mode)})")
        elif real not in followed and not self._is_found(real):
            followed.add(real)
            yield ScannedFile(path, status.st_mtime_ns, status.st_size)

    def _is_found(self, real: str) -> bool:
        folder, _, name = real.rpartition(os.sep)
        return folder in self.visited and is_article_name(name)


def _file(path: str, entry: os.DirEntry[str]) -> Iterator[ScannedFile | Problem]:
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:  # it went while we looked, so it is not there
        return
    except OSError as error:
        yield Problem(path, 0, "", f"cannot read file: {describe_error(error)}")
        return
    yield ScannedFile(path, status.st_mtime_ns, status.st_size)


def _special(path: str, entry: os.DirEntry[str]) -> Iterator[ScannedFile | Problem]:
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except OSError as error:
        yield Problem(path, 0, "", f"cannot read file: {describe_error(error)}")
        return
    yield Problem(path, 0, "", f"not a regular file ({_kind(mode)})")
