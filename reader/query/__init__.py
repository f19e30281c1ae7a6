"""The query language: text to tree, tree to SQL. Knows the index only by its tables, and never opens it."""

from __future__ import annotations

from reader.query.dates import Clock, local_clock
from reader.query.sql import Context, Statement, compile_query
from reader.query.syntax import both, parse, parse_typed
from reader.query.tree import Query, SortKey

__all__ = [
    "Clock",
    "Context",
    "Query",
    "SortKey",
    "Statement",
    "both",
    "compile_query",
    "local_clock",
    "parse",
    "parse_typed",
]
