"""Exception hierarchy of newsreader.

    ReaderError                 base class; the message is meant for the user
    ├── FolderError             the content folder is missing, unreadable or not a folder
    ├── QueryError              a query is invalid; holds the position and what was expected
    ├── StorageError            a database file cannot be opened, rebuilt or written
    │   ├── CorruptIndexError   the index file is corrupt and must be deleted and rebuilt
    │   └── LockedError         another process has locked a database file
    ├── OpenUrlError            a URL cannot be opened: it is not safe, or no browser can be started
    ├── OperationCancelled      the operation was cancelled because its result is no longer needed
    └── ConfigError             the config file is invalid; the message names file and line

``str(error)`` of a ReaderError is safe to print: it contains no terminal control characters.
"""

from __future__ import annotations

from reader.text import sanitize_line

__all__ = [
    "ConfigError",
    "CorruptIndexError",
    "FolderError",
    "LockedError",
    "OpenUrlError",
    "OperationCancelled",
    "QueryError",
    "ReaderError",
    "StorageError",
    "describe_error",
]


class ReaderError(Exception):
    """Base class of all newsreader exceptions; ``str()`` is an error message for the user."""


class FolderError(ReaderError):
    """The content folder is missing, unreadable or not a folder."""


class StorageError(ReaderError):
    """A database file cannot be opened, rebuilt or written."""


class CorruptIndexError(StorageError):
    """The index file is corrupt and must be deleted and rebuilt from the content folder."""


class LockedError(StorageError):
    """Another process has locked a database file and does not release it."""


class OpenUrlError(ReaderError):
    """A URL cannot be opened: it is not safe, there is no browser, or the browser fails."""


class OperationCancelled(ReaderError):  # noqa: N818 - a request by the caller, not an error
    """The operation was cancelled because its result is no longer needed."""


class ConfigError(ReaderError):
    """The config file is invalid; the message names file and line."""


class QueryError(ReaderError):
    """A query is invalid.

    ``start`` and ``end`` are character offsets into the query that delimit the invalid part; they are equal if
    something is missing. ``expected`` is a short phrase that says what is valid there. ``nearest`` is the known field
    or value closest to an unknown one, else empty.
    """

    def __init__(self, message: str, *, start: int, end: int, expected: str = "", nearest: str = "") -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.expected = expected
        self.nearest = nearest


# Keyed by prefixes of SQLite's error names, because SQLite's own messages are written for developers.
_OF_SQLITE = (
    ("SQLITE_FULL", "the disk is full"),
    ("SQLITE_BUSY", "file is locked by another program"),
    ("SQLITE_LOCKED", "file is locked by another program"),
    ("SQLITE_READONLY", "file or folder is not writable"),
    ("SQLITE_CANTOPEN", "file or folder is not writable"),
    ("SQLITE_PERM", "file or folder is not writable"),
    ("SQLITE_CORRUPT", "file is corrupt"),
    ("SQLITE_NOTADB", "file is corrupt or not a database"),
    ("SQLITE_IOERR_NOMEM", "out of memory"),
    ("SQLITE_NOMEM", "out of memory"),
    ("SQLITE_IOERR", "disk I/O error"),
    ("SQLITE_PROTOCOL", "file locking is not supported here"),
)


def describe_error(error: Exception) -> str:
    """Return a short, sanitized reason for an error, without a trailing period."""
    name = getattr(error, "sqlite_errorname", "")
    for beginning, words in _OF_SQLITE:
        if name.startswith(beginning):
            return words
    if isinstance(error, ValueError) and "embedded null" in str(error):  # the wording differs between Python versions
        return "embedded null byte"
    return sanitize_line(getattr(error, "strerror", None) or str(error)).removesuffix(".") or type(error).__name__
