"""The one tree of exceptions that newsreader raises on purpose.

    ReaderError                 the message is one clear sentence for the person
    ├── FolderError             the content folder is missing, unreadable or not a folder
    ├── QueryError              a query cannot be understood; carries where and what was expected
    ├── StoreError              a database file cannot be opened, rebuilt or written
    │   └── DamageError         the index file is broken: to be thrown away and made anew
    ├── LinkError               an address cannot be opened: it is not safe, or no browser takes it
    ├── Cancelled               work was given up because nobody waits for it any more
    └── ConfigError             a settings file is wrong; names file and line

Whoever catches ReaderError may print ``str(error)`` as it is: it holds nothing that could steer a terminal.
"""

from __future__ import annotations

from reader.text import sanitize_line

__all__ = [
    "ConfigError",
    "CorruptIndexError",
    "FolderError",
    "OpenUrlError",
    "OperationCancelled",
    "QueryError",
    "ReaderError",
    "StorageError",
    "describe_error",
]


class ReaderError(Exception):
    """Base of everything below; ``str()`` is a sentence for a person."""


class FolderError(ReaderError):
    """The content folder is missing, unreadable or not a folder."""


class StorageError(ReaderError):
    """A database file cannot be opened, rebuilt or written."""


class CorruptIndexError(StorageError):
    """The index file is broken: to be thrown away and made anew from the folder."""


class OpenUrlError(ReaderError):
    """An address cannot be opened: it is not safe, there is no browser, or the browser does not start."""


class OperationCancelled(ReaderError):  # noqa: N818 - it reports a wish, not a fault
    """The work was given up because nobody waits for it any more."""


class ConfigError(ReaderError):
    """A settings file is wrong; the sentence names the file and the line."""


class QueryError(ReaderError):
    """A query cannot be understood.

    ``start`` and ``end`` are offsets in characters into the query text and mark the part at fault (``start == end``
    where something is missing); ``expected`` says what would have been right, as a short phrase; ``nearest`` is the
    known field or value that comes closest to an unknown one, else empty.
    """

    def __init__(self, message: str, *, start: int, end: int, expected: str = "", nearest: str = "") -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.expected = expected
        self.nearest = nearest


# By the beginnings of the names that SQLite has for its errors; its own words speak to programmers.
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
    """Return in a few clean words, without a full stop, why something was refused."""
    name = getattr(error, "sqlite_errorname", "")
    for beginning, words in _OF_SQLITE:
        if name.startswith(beginning):
            return words
    if isinstance(error, ValueError) and "embedded null" in str(error):  # Pythons put it differently
        return "embedded null byte"
    return sanitize_line(getattr(error, "strerror", None) or str(error)).removesuffix(".") or type(error).__name__
