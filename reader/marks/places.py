"""Table of places: where the marked articles were last seen.

A place is the absolute path of a file, the record of its article, and the traits that identify the article if the file
moves. Does not decide which article is which; see ``matching``.
"""

from __future__ import annotations

import os
from itertools import islice
from typing import TYPE_CHECKING, Any

from reader.marks.model import MarkTarget, Place, Traits

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

__all__ = [
    "CARRY_OVER",
    "COLUMNS",
    "TABLE",
    "add_claims",
    "add_imported",
    "add_places",
    "at_home",
    "first_places",
    "move_place",
    "place_of",
    "set_traits",
]

COLUMNS = ("id", "path", "mark_key", "claim", *Traits.__struct_fields__)

# A path need not be valid UTF-8, so it is stored as bytes. It is NULL for a record of version 1, which is known only by
# its name; claim is the record of version 1 whose marks an article took over. IDs are never reused: a place added later
# has a higher one.
TABLE = (
    """
    CREATE TABLE {schema}.place (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path BLOB UNIQUE,
        mark_key INTEGER NOT NULL,
        claim INTEGER,
        url INTEGER,
        page INTEGER,
        content INTEGER,
        text INTEGER,
        said INTEGER
    )
    """,
    "CREATE INDEX {schema}.place_by_record ON place (mark_key)",
)
CARRY_OVER = (
    "INSERT INTO {schema}.place (mark_key) SELECT mark_key FROM {schema}.mark "
    "WHERE mark_key NOT IN (SELECT mark_key FROM {schema}.place)"
)
"""SQL that adds a place without a path for every record without a place; for marks of version 1."""

_TRAITS = ", ".join(Traits.__struct_fields__)
_ADD = f"INSERT INTO place (path, mark_key, {_TRAITS}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO NOTHING"
_ADD_AGAIN = f"INSERT INTO place ({', '.join(COLUMNS[1:])}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_AT_ONCE = 500


def place_of(row: Sequence[Any]) -> Place:
    """Return the place of a row of ``COLUMNS``."""
    number, path, mark_key, claim, *traits = row
    return Place(number, "" if path is None else os.fsdecode(path), mark_key, claim, Traits(*traits))


def first_places(connection: sqlite3.Connection) -> dict[int, Place]:
    """Return the first place of every record, by its key; none if the file has no places yet."""
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'place'").fetchone() is None:
        return {}
    rows = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM place ORDER BY id DESC")
    return {place.mark_key: place for place in map(place_of, rows)}


def at_home(connection: sqlite3.Connection, targets: Iterable[MarkTarget]) -> Iterator[MarkTarget]:
    """Yield the targets with the current record of their path, which another process may have changed."""
    remaining = iter(targets)
    while piece := list(islice(remaining, _AT_ONCE)):
        paths = [os.fsencode(target.path) for target in piece if target.path]
        rows = connection.execute(
            "SELECT place.path, place.mark_key, CAST(mark.identity AS BLOB) FROM place JOIN mark USING (mark_key) "
            f"WHERE place.path IN ({', '.join('?' * len(paths))})",
            paths,
        )
        known = {os.fsdecode(path): (key, _text(name)) for path, key, name in rows}
        for target in piece:
            key, identity = known.get(target.path, (target.mark_key, target.identity))
            yield MarkTarget(key, identity, target.path, target.traits)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogatepass")


def add_places(connection: sqlite3.Connection, targets: Iterable[MarkTarget]) -> None:
    """Record where articles are. A path that already has a record keeps it."""
    connection.executemany(_ADD, (_row(target) for target in targets if target.path))


def move_place(connection: sqlite3.Connection, old: str, target: MarkTarget) -> None:
    """Record that an article is at another path. With an empty ``old``, it also stays at its old path."""
    connection.executemany("DELETE FROM place WHERE path = ?", [(os.fsencode(path),) for path in (old, target.path)])
    connection.execute(_ADD, _row(target))


def add_imported(connection: sqlite3.Connection, targets: Sequence[MarkTarget]) -> None:
    """Record where imported records were seen on another machine, unless they are known here.

    All count as added now: the next sync of each folder checks whether they belong to its articles.
    """
    for target in targets:
        key = (target.mark_key,)
        known = connection.execute(f"SELECT {', '.join(COLUMNS[1:])} FROM place WHERE mark_key = ?", key).fetchall()
        connection.execute("DELETE FROM place WHERE mark_key = ?", key)
        connection.executemany(_ADD_AGAIN, known)
        if not known:
            connection.execute(_ADD, _row(target))
        if not known and connection.execute("SELECT 1 FROM place WHERE mark_key = ?", key).fetchone() is None:
            # Another article is at its path.
            connection.execute(_ADD, (None, *_row(target)[1:]))


def add_claims(connection: sqlite3.Connection, claims: Iterable[tuple[int, str]]) -> None:
    """Save which record of version 1 the article at a path took its marks over from."""
    rows = ((key, os.fsencode(path)) for key, path in claims)
    connection.executemany("UPDATE place SET claim = ? WHERE path = ?", rows)


def set_traits(connection: sqlite3.Connection, changes: Iterable[tuple[str, Traits]]) -> None:
    """Replace the traits of the articles at these paths."""
    columns = ", ".join(f"{name} = ?" for name in Traits.__struct_fields__)
    connection.executemany(
        f"UPDATE place SET {columns} WHERE path = ?",
        ((*_values(traits), os.fsencode(path)) for path, traits in changes),
    )


def _row(target: MarkTarget) -> tuple[object, ...]:
    return (os.fsencode(target.path) or None, target.mark_key, *_values(target.traits))


def _values(traits: Traits) -> tuple[int | None, ...]:
    return (traits.url, traits.page, traits.content, traits.text, traits.said)
