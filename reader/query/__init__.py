"""The query language: text to tree, tree to SQL. Knows the index only by its tables, and never opens it."""

from __future__ import annotations

from reader.query.ast import Context, Query, SortKey
from reader.query.dates import Clock, local_clock
from reader.query.parser import both, parse, parse_typed

__all__ = [
    "Clock",
    "Context",
    "Query",
    "SortKey",
    "both",
    "local_clock",
    "parse",
    "parse_typed",
]
