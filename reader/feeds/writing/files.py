"""Files in the content folder: written entirely or not at all, and never over a file that the fetch did not write.

Names are relative to the content folder, with ``/``. Raises OSError; a failure leaves no part of a file.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["OutsideError", "create_file", "digest", "read_file", "remove_leftovers", "replace_file", "sync_folders"]

_TEMPORARY = ".newsreader-"
_MAX_READ = 16 * 1024 * 1024


class OutsideError(OSError):
    """A folder to write to lies outside the content folder, because of a link."""


def digest(content: bytes) -> bytes:
    """Return a hash by which a change of a file is noticed."""
    return blake2b(content, digest_size=16).digest()


def read_file(root: Path, path: str) -> bytes | None:
    """Return the content of a regular file, None if there is none."""
    try:
        descriptor = os.open(root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(_MAX_READ)


def create_file(root: Path, path: str, content: bytes) -> bool:
    """Write a new file; return False, without a change, if there is one of this name."""
    folder = _folder(root, path)
    name = folder / path.rpartition("/")[2]
    if os.path.lexists(name):
        return False
    temporary = _write_temporary(folder, content)
    try:
        return _publish(temporary, name)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _publish(temporary: Path, name: Path) -> bool:
    try:
        os.link(temporary, name)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if os.path.lexists(name):
            return False
        temporary.replace(name)
    return True


def replace_file(root: Path, path: str, content: bytes) -> None:
    """Replace a file, keeping its permissions."""
    folder = _folder(root, path)
    name = folder / path.rpartition("/")[2]
    temporary = _write_temporary(folder, content)
    try:
        with contextlib.suppress(FileNotFoundError):
            temporary.chmod(name.stat().st_mode & 0o777)
        temporary.replace(name)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _folder(root: Path, path: str) -> Path:
    """Return the folder of a file, created if needed. Raises OutsideError if a link leads out of the root."""
    folder = root / path.rpartition("/")[0]
    folder.mkdir(parents=True, exist_ok=True)
    real, base = os.path.realpath(folder), os.path.realpath(root)
    if real != base and not real.startswith(base.rstrip(os.sep) + os.sep):
        raise OutsideError("folder is a link out of the content folder")
    return folder


def _write_temporary(folder: Path, content: bytes) -> Path:
    name = folder / f"{_TEMPORARY}{secrets.token_hex(6)}.tmp"
    descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            name.unlink()
        raise
    return name


def sync_folders(root: Path, folders: Iterable[str]) -> None:
    """Make the names of new files durable; best effort, since some file systems cannot sync a folder."""
    for folder in folders:
        with contextlib.suppress(OSError):
            descriptor = os.open(root / folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def remove_leftovers(root: Path, folder: str) -> None:
    """Delete the temporary files that a killed process left in a folder. The caller holds the lock."""
    with contextlib.suppress(OSError):
        for file in list((root / folder).glob(f"{_TEMPORARY}*.tmp")):
            file.unlink()
