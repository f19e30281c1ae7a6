"""Tables of the marks database, and the steps that create them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from reader.marks import places
from reader.marks.second_copy import GENERATION

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

__all__ = ["APPLICATION_ID", "CREATE_TABLES", "MIGRATIONS", "TABLES", "is_ours"]

APPLICATION_ID = 0x6E65776D

# One row per article that was ever marked. A mark is set if its time is not NULL. The three ``changed`` times record
# when a mark was last set or removed. Merging needs them, so a row stays even after all its marks are removed. An
# identity can contain a file name, which need not be valid UTF-8, so it is written and read as bytes.
_COLUMNS = (
    "mark_key",
    "identity",
    "read_at",
    "starred_at",
    "later_at",
    "read_changed",
    "starred_changed",
    "later_changed",
)
_CREATE_MARK = """
CREATE TABLE IF NOT EXISTS {schema}.mark (
    mark_key INTEGER PRIMARY KEY,
    identity TEXT NOT NULL,
    read_at INTEGER,
    starred_at INTEGER,
    later_at INTEGER,
    read_changed INTEGER,
    starred_changed INTEGER,
    later_changed INTEGER
)
"""
# Tables that have a second copy. The first column is the row ID.
TABLES = MappingProxyType({"mark": _COLUMNS, "place": places.COLUMNS})
CREATE_TABLES = (_CREATE_MARK, *places.TABLE)

# Steps from each version to the next. A file's version is the number of steps applied to it. Never edit a released
# step: add a new step for every change to the tables.
MIGRATIONS: tuple[str, ...] = tuple(
    step.format(schema="main") for step in (*CREATE_TABLES, places.CARRY_OVER, GENERATION)
)


def is_ours(connection: sqlite3.Connection, schema: str, tables: Iterable[str] = TABLES) -> bool:
    """Return whether a file holds our marks. Another version is readable if the tables have the same columns."""
    for table in tables:
        columns = TABLES[table]
        connection.execute(f"SELECT {', '.join(columns)} FROM {schema}.{table} LIMIT 0")
    application = connection.execute(f"PRAGMA {schema}.application_id").fetchone()[0]
    return bool(application == APPLICATION_ID)
