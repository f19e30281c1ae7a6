"""Why the system, or SQLite, refused something: a few clean words that a sentence can end with.

The one place where their errors are put into words. Knows no file and no sentence.
"""

from __future__ import annotations

from reader.text import clean_line

__all__ = ["reason"]

# By the beginnings of the names that SQLite has for its errors; its own words speak to programmers.
_OF_SQLITE = (
    ("SQLITE_FULL", "the disk is full"),
    ("SQLITE_BUSY", "another program is busy with the file"),
    ("SQLITE_LOCKED", "another program is busy with the file"),
    ("SQLITE_READONLY", "the file or its folder cannot be written"),
    ("SQLITE_CANTOPEN", "the file or its folder cannot be written"),
    ("SQLITE_PERM", "the file or its folder cannot be written"),
    ("SQLITE_CORRUPT", "the file is damaged"),
    ("SQLITE_NOTADB", "the file is damaged, or belongs to another program"),
    ("SQLITE_IOERR_NOMEM", "there is not enough memory"),
    ("SQLITE_NOMEM", "there is not enough memory"),
    ("SQLITE_IOERR", "the disk could not be read or written"),
    ("SQLITE_PROTOCOL", "the file cannot be locked on this disk"),
)


def reason(error: Exception) -> str:
    """Return in a few clean words, without a full stop, why something was refused."""
    name = getattr(error, "sqlite_errorname", "")
    for beginning, words in _OF_SQLITE:
        if name.startswith(beginning):
            return words
    if isinstance(error, ValueError) and "embedded null" in str(error):  # Pythons put it differently
        return "embedded null byte"
    return clean_line(getattr(error, "strerror", None) or str(error)).removesuffix(".") or type(error).__name__
