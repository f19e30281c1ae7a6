"""The query language: text to syntax tree and back. Does not access the index or produce SQL."""

from __future__ import annotations

from reader.query.ast import Query, QueryContext, SortKey
from reader.query.dates import Clock, local_clock
from reader.query.parser import combine, parse, parse_incremental

__all__ = [
    "Clock",
    "Query",
    "QueryContext",
    "SortKey",
    "combine",
    "local_clock",
    "parse",
    "parse_incremental",
]
