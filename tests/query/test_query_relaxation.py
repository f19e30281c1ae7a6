"""Queries that ignore marks, and pinned rows: no row disappears only because its marks changed."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from query_fixture import Item, QueryFixture, context
from query_strategies import expressions, folders
from sweep import amount

from reader.index.sql.compiler import compile_query
from reader.query import Query
from reader.query.relaxation import ignoring_marks

if TYPE_CHECKING:
    from reader.query.ast import Expr

_QUERIES_A_FOLDER = 12
_MARKS = st.lists(st.frozensets(st.sampled_from(["read", "starred", "later"])), min_size=1, max_size=12)


def _remarked(items: list[Item], marks: list[frozenset[str]]) -> list[Item]:
    return [replace(item, marks=marks[number % len(marks)]) for number, item in enumerate(items)]


def _pinned(folder: QueryFixture, query: Query, paths: set[str]) -> set[str]:
    """Return the matches if rows are pinned by their IDs."""
    ids = {os.fsdecode(path): row for row, path in folder.connection.execute("SELECT id, path FROM article")}
    statement = compile_query(query, context(), [ids[path] for path in paths])
    where = statement.where()
    rows = folder.connection.execute(f"SELECT path FROM article WHERE {where.sql}", where.params)
    return {os.fsdecode(row[0]) for row in rows}


@settings(max_examples=amount(6))
@given(folders(), st.lists(expressions(), min_size=_QUERIES_A_FOLDER, max_size=_QUERIES_A_FOLDER), _MARKS)
def test_pinned_row_stays_whatever_its_marks_become(
    items: list[Item], asked: list[Expr], marks: list[frozenset[str]]
) -> None:
    with closing(QueryFixture(items)) as before, closing(QueryFixture(_remarked(items, marks))) as after:
        for query in map(Query, asked):
            wide = ignoring_marks(query)
            shown, now = set(before.found(query, context())), set(after.found(query, context()))
            everything = set(before.found(wide, context()))
            assert shown | now <= everything, str(query)
            assert everything == set(after.found(wide, context())), "a query that ignores marks depends on no mark"
            assert _pinned(after, query, shown) == now | shown, str(query)
            # Only marks are ignored for pinned rows: a row that fails another term stays hidden.
            assert _pinned(after, query, {item.article.path for item in items}) == everything | now, str(query)
