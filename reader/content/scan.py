"""Scan of a content folder for article files: paths, modification times and sizes.

Does not open files. If a folder cannot be listed completely, the scan reports a Problem and lists everything else. It
follows links only within the content folder, and only to targets that it has not found otherwise. A pipe, socket,
device or link out of the folder becomes a Problem. Hidden entries and folders of build tools are ignored.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import ExitStack
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.content.opening import OpenRoot, OutsideError
from reader.errors import FolderError, describe_error
from reader.problems import Code, Problem
from reader.text import display_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    _OfFile = Callable[[str, os.DirEntry[str]], "ScannedFile | None"]

__all__ = [
    "DEFAULT_OPTIONS",
    "SUFFIXES",
    "ContentRoot",
    "FileStamp",
    "ReadOptions",
    "ScannedFile",
    "exclude_unlisted",
    "get_stamp",
    "is_article_name",
    "is_ignored",
    "list_folders",
    "resolve_root",
    "scan",
]

SUFFIXES = frozenset({"md", "markdown", "mdown", "mkd", "mkdn", "mdwn", "mdx", "qmd", "rmd", "rst", "txt", "html"})
# The index uses times below the earliest as special values.
_EARLIEST, _LATEST = -(2**63) + 16, 2**63 - 1
# Folders of build tools, and the folders where site generators keep templates and data.
_SKIPPED = frozenset(
    {
        "node_modules",
        "bower_components",
        "__pycache__",
        "__MACOSX",
        "_layouts",
        "_includes",
        "_data",
        "_sass",
        "_site",
        "_static",
        "_templates",
        "_build",
    }
)
# Errors that mean a link is broken; after any other error its target may exist.
_BROKEN = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EACCES, errno.ENAMETOOLONG})
# Path of a problem with the content folder itself.
_ROOT = "."
_KINDS = ((stat.S_ISFIFO, "pipe"), (stat.S_ISSOCK, "socket"), (stat.S_ISCHR, "device"), (stat.S_ISBLK, "device"))


class FileStamp(Struct, frozen=True):
    """Status of a file. If any part differs, the file has changed.

    ``change`` combines the inode and the time of the last change of any kind (ctime), which no program can set back. It
    detects copies that preserve modification time and size (``cp -p``, ``rsync -t``).
    """

    mtime_ns: int
    size: int
    change: int = 0


class ScannedFile(Struct, frozen=True):
    """File whose name can be an article's; ``path`` as in Article, ``size`` in bytes, the rest as in FileStamp."""

    path: str
    mtime_ns: int
    size: int
    change: int = 0

    @property
    def stamp(self) -> FileStamp:
        """The stamp of the file."""
        return FileStamp(self.mtime_ns, self.size, self.change)


class ReadOptions(Struct, frozen=True):
    """Options for reading a folder. With ``only_front_matter``, a file without front matter is not an article.

    An empty ``base_url`` means the one in the site's own configuration.
    """

    only_front_matter: bool = False
    base_url: str = ""


DEFAULT_OPTIONS = ReadOptions()


class ContentRoot(Struct, frozen=True):
    """Content folder; ``only`` is the one file to read in it if the user named a file instead of a folder."""

    root: Path
    only: str = ""
    options: ReadOptions = DEFAULT_OPTIONS


def resolve_root(argument: Path, options: ReadOptions = DEFAULT_OPTIONS) -> ContentRoot:
    """Return the content folder for a folder or single file named by the user.

    Raises FolderError if the path does not exist, is of another type or cannot be read.
    """
    shown = display_path(str(argument))
    try:
        mode = argument.stat().st_mode
    except (OSError, ValueError) as error:
        raise FolderError(f"Cannot open {shown}: {describe_error(error)}") from error
    if stat.S_ISDIR(mode):
        if not os.access(argument, os.R_OK | os.X_OK):
            raise FolderError(f"Permission denied: {shown}")
        return ContentRoot(argument, options=options)
    if not stat.S_ISREG(mode):
        raise FolderError(f"Not a folder or regular file: {shown} ({_kind(mode)})")
    if not os.access(argument, os.R_OK):
        raise FolderError(f"Permission denied: {shown}")
    return ContentRoot(argument.parent, argument.name, options)


def is_article_name(name: str) -> bool:
    """Return whether a file name can belong to an article: not hidden, with a known suffix."""
    stem, _, suffix = name.rpartition(".")
    return suffix.lower() in SUFFIXES and stem != "" and name[0] != "."


def is_ignored(name: str) -> bool:
    """Return whether files and folders of this name are ignored: hidden ones, and folders of tools and templates."""
    return name[:1] == "." or name in _SKIPPED


def scan(root: Path, only: str = "") -> Iterator[ScannedFile | Problem]:
    """Yield, in no particular order, every file in a folder that may be an article, and the problems found.

    With ``only``, yield just that file. Raises FolderError if the folder itself cannot be read.
    """
    if only:
        yield from _one(root, only)
        return
    with _open(root) as opened:
        yield from _Walk(opened, _file).everything()


def exclude_unlisted(paths: Iterable[str], problems: Iterable[Problem]) -> tuple[str, ...]:
    """Return the paths that are not in folders which a scan could not list completely: those files may still exist."""
    unlisted = {found.path for found in problems if found.code == Code.CANNOT_READ_FOLDER}
    if not unlisted or _ROOT in unlisted:
        return () if unlisted else tuple(paths)
    within = tuple(f"{folder}/" for folder in unlisted)
    return tuple(path for path in paths if not path.startswith(within))


def get_stamp(root: Path, path: str) -> FileStamp | None:
    """Return the stamp of the file at ``path`` in a folder; None if there is none or stat fails."""
    try:
        with OpenRoot(root) as opened:
            return FileStamp(*_stamp(opened.stat(path)))
    except (OSError, ValueError):
        return None


def _stamp(status: os.stat_result) -> tuple[int, int, int]:
    # A file system can report any time and an unsigned 64-bit inode. SQLite stores signed 64-bit integers.
    mtime_ns, change = status.st_mtime_ns, status.st_ctime_ns ^ status.st_ino
    if not (_EARLIEST <= mtime_ns <= _LATEST and _EARLIEST <= change <= _LATEST):
        return min(max(mtime_ns, _EARLIEST), _LATEST), status.st_size, change % 2**64 - 2**63
    return mtime_ns, status.st_size, change


def list_folders(root: Path) -> set[str]:
    """Return the real paths of all folders that ``scan`` reads. Raises FolderError if the root cannot be read."""
    with _open(root) as opened:
        walk = _Walk(opened, lambda _path, _entry: None)
        for _problem in walk.everything():
            pass
        return {os.path.join(opened.base, folder) if folder else opened.base for folder in walk.visited}  # noqa: PTH118 - the names may contain any byte


def _open(root: Path) -> OpenRoot:
    try:
        with ExitStack() as on_error:
            opened = on_error.enter_context(OpenRoot(root))
            with opened.entries(""):
                on_error.pop_all()
                return opened
    except (OSError, ValueError) as error:
        raise FolderError(f"Cannot read {display_path(str(root))}: {describe_error(error)}") from error


def _one(root: Path, name: str) -> Iterator[ScannedFile | Problem]:
    try:
        status = os.stat(os.path.join(root, name))  # noqa: PTH116, PTH118 - the name may contain any byte
    except OSError as error:
        yield Problem(name, 0, "", Code.CANNOT_READ_FILE, (describe_error(error),))
    else:
        yield ScannedFile(name, *_stamp(status))


def _kind(mode: int) -> str:
    return next((name for matches, name in _KINDS if matches(mode)), "special file")


class _Walk:
    """Single traversal of a folder; ``file`` maps each file to its result, if it has one.

    ``visited`` are the real paths, in the content folder, of the folders listed so far.
    """

    def __init__(self, opened: OpenRoot, file: _OfFile) -> None:
        self._opened = opened
        self._file = file
        self.visited: set[str] = set()
        self._links: list[tuple[str, str]] = []  # (path in the folder, name), followed after all real entries

    def everything(self) -> Iterator[ScannedFile | Problem]:
        """Yield the results for the entire folder: first the real entries, then those reachable only by links."""
        yield from self._tree("", "")
        followed: set[str] = set()
        while self._links:
            batch, self._links = sorted(self._links), []
            for path, name in batch:
                yield from self._link(path, name, followed)

    def _tree(self, path: str, real: str) -> Iterator[ScannedFile | Problem]:
        folders = [(path, real)]
        while folders:
            path, real = folders.pop()
            if real in self.visited:
                continue
            self.visited.add(real)
            try:
                with self._opened.entries(real) as entries:
                    yield from self._folder(path, real, entries, folders)
            except FileNotFoundError:  # deleted during the scan
                continue
            except OSError as error:
                yield Problem(path or _ROOT, 0, "", Code.CANNOT_READ_FOLDER, (describe_error(error),))

    def _folder(
        self, path: str, real: str, entries: Iterator[os.DirEntry[str]], folders: list[tuple[str, str]]
    ) -> Iterator[ScannedFile | Problem]:
        prefix, real = path and f"{path}/", real and f"{real}/"
        for entry in entries:
            name = entry.name
            if is_ignored(name):
                continue
            path = prefix + name
            try:
                if is_article_name(name) and entry.is_file(follow_symlinks=False):
                    found = self._file(path, entry)
                    if found is not None:
                        yield found
                elif entry.is_dir(follow_symlinks=False):
                    folders.append((path, real + name))
                elif entry.is_symlink():
                    self._links.append((path, name))
                elif is_article_name(name):
                    yield _special(path, entry)
            except FileNotFoundError:  # deleted during the scan
                continue
            except OSError as error:
                yield _unknown(path, name, error)

    def _link(self, path: str, name: str, followed: set[str]) -> Iterator[ScannedFile | Problem]:
        is_folder = False
        try:
            is_folder = self._opened.is_link_to_folder(path)
            real = self._opened.real_path(path)
            status = self._opened.stat(real)
        except OutsideError:
            if is_folder or is_article_name(name):
                yield Problem(path, 0, "", Code.LINK_LEAVES_FOLDER)
        except OSError as error:
            if error.errno not in _BROKEN:
                yield _unknown(path, name, error)
            elif is_article_name(name):
                yield Problem(path, 0, "", Code.BROKEN_LINK, (describe_error(error),))
        else:
            yield from self._target(path, name, real, status, followed)

    def _target(
        self, path: str, name: str, real: str, status: os.stat_result, followed: set[str]
    ) -> Iterator[ScannedFile | Problem]:
        if stat.S_ISDIR(status.st_mode):
            if not real or f"{path}/".startswith(f"{real}/"):
                yield Problem(path, 0, "", Code.LINK_LOOP)
            else:
                yield from self._tree(path, real)
        elif not is_article_name(name):
            return
        elif not stat.S_ISREG(status.st_mode):
            yield Problem(path, 0, "", Code.SPECIAL_FILE, (_kind(status.st_mode),))
        elif real not in followed and not self._is_found(real):
            followed.add(real)
            yield ScannedFile(path, *_stamp(status))

    def _is_found(self, real: str) -> bool:
        folder, _, name = real.rpartition("/")
        return folder in self.visited and is_article_name(name)


def _file(path: str, entry: os.DirEntry[str]) -> ScannedFile:
    return ScannedFile(path, *_stamp(entry.stat(follow_symlinks=False)))


def _special(path: str, entry: os.DirEntry[str]) -> Problem:
    return Problem(path, 0, "", Code.SPECIAL_FILE, (_kind(entry.stat(follow_symlinks=False).st_mode),))


def _unknown(path: str, name: str, error: OSError) -> ScannedFile | Problem:
    """Return the result for an entry whose status cannot be read. Reading the file later shows what is wrong."""
    if is_article_name(name):
        return ScannedFile(path, 0, 0)
    return Problem(path, 0, "", Code.CANNOT_READ_FOLDER, (describe_error(error),))
