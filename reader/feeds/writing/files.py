"""Atomic writing of files in the content folder, never over a file that a fetch did not write.

Names are relative to the content folder, with ``/``, and no link leads out of it. Raises OSError; a failure leaves no
partial file.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from hashlib import blake2b
from typing import TYPE_CHECKING

from reader.content.opening import OpenRoot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = [
    "create_file",
    "digest",
    "exists",
    "read_file",
    "remove_file",
    "remove_leftovers",
    "replace_file",
    "sync_folders",
]

_TEMPORARY = ".newsreader-"
_MAX_READ = 16 * 1024 * 1024
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def digest(content: bytes) -> bytes:
    """Return a hash of a file's content, to detect changes."""
    return blake2b(content, digest_size=16).digest()


def read_file(root: Path, path: str) -> bytes | None:
    """Return the content of a regular file; None if there is none."""
    folder, name = _split(path)
    try:
        with OpenRoot(root) as opened:
            descriptor = os.open(name, _READ, dir_fd=opened.folder(folder))
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(_MAX_READ)


def exists(root: Path, path: str) -> bool:
    """Return whether a file, folder or link of this name exists."""
    folder, name = _split(path)
    try:
        with OpenRoot(root) as opened:
            return _is_in(opened.folder(folder), name)
    except (FileNotFoundError, NotADirectoryError):
        return False


def create_file(root: Path, path: str, content: bytes) -> bool:
    """Write a new file; return False and change nothing if the name is taken."""
    with _folder(root, path) as (folder, name):
        if _is_in(folder, name):
            return False
        temporary = _write_temporary(folder, content)
        try:
            return _publish(folder, temporary, name)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=folder)


def _publish(folder: int, temporary: str, name: str) -> bool:
    try:
        os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if _is_in(folder, name):
            return False
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    return True


def replace_file(root: Path, path: str, content: bytes) -> None:
    """Replace a file and keep its permissions."""
    with _folder(root, path) as (folder, name):
        temporary = _write_temporary(folder, content)
        try:
            with contextlib.suppress(FileNotFoundError):
                mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
                if stat.S_ISREG(mode):
                    os.chmod(temporary, mode & 0o777, dir_fd=folder)
            os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:  # also if interrupted
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
            raise


def remove_file(root: Path, path: str) -> None:
    """Delete a file. Does nothing if there is none."""
    folder, name = _split(path)
    with contextlib.suppress(FileNotFoundError), OpenRoot(root) as opened:
        os.unlink(name, dir_fd=opened.folder(folder))


def _split(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    return folder, name


def _is_in(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


@contextlib.contextmanager
def _folder(root: Path, path: str) -> Iterator[tuple[int, str]]:
    """Provide a descriptor of a file's folder, created if necessary, and the file's name in it."""
    folder, name = _split(path)
    with OpenRoot(root) as opened:
        above = ""
        for part in folder.split("/") if folder else ():
            with contextlib.suppress(FileExistsError):
                os.mkdir(part, dir_fd=opened.folder(above))
            above = f"{above}/{part}" if above else part
        yield opened.folder(folder), name


def _write_temporary(folder: int, content: bytes) -> str:
    name = f"{_TEMPORARY}{secrets.token_hex(6)}.tmp"
    descriptor = os.open(name, _CREATE, 0o666, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:  # also if interrupted
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=folder)
        raise
    return name


def sync_folders(root: Path, folders: Iterable[str]) -> None:
    """Make the names of new files durable. Best effort, since some file systems cannot sync a folder."""
    for folder in folders:
        with contextlib.suppress(OSError), OpenRoot(root) as opened:
            descriptor = os.open(".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=opened.folder(folder))
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def remove_leftovers(root: Path, folder: str) -> None:
    """Delete temporary files that a killed process left in a folder. The caller holds the lock."""
    with contextlib.suppress(OSError), OpenRoot(root) as opened:
        with opened.entries(opened.real_path(folder)) as entries:
            names = [entry.name for entry in entries if entry.name.startswith(_TEMPORARY)]
        for name in names:
            if name.endswith(".tmp"):
                os.unlink(name, dir_fd=opened.folder(folder))
