"""Closing a search during a query: the running query is canceled before its connection is closed."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from indexed_folder import IndexFolder, article, request
from msgspec.structs import replace

from reader.errors import OperationCancelled
from reader.index import search as search_module
from reader.index.live import LiveSearch
from reader.index.sql.compiler import compile_query
from reader.index.sql.parts import SqlFragment

if TYPE_CHECKING:
    from pathlib import Path

# Takes half a minute unless it is canceled.
ENDLESS = "(WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 100000000) SELECT max(n) FROM n) > 0"


@pytest.fixture
def search(tmp_path: Path) -> LiveSearch:
    folder = IndexFolder(tmp_path)
    folder.write("a.md", article("A"))
    folder.sync()
    return LiveSearch(folder.index)


def test_close_cancels_running_queries(search: LiveSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = replace(compile_query(*request("")), condition=SqlFragment(ENDLESS))
    monkeypatch.setattr(search_module, "compile_query", lambda *_: endless)
    asking, outcome = threading.Event(), []
    looks = iter(range(4))

    def ask() -> None:
        def cancelled() -> bool:
            # Called a few times before the query, and then only by the running query.
            if next(looks, None) is None:
                asking.set()
            return False

        with pytest.raises(OperationCancelled), search.snapshot():
            search.count(*request(""), cancelled=cancelled)
        outcome.append("given up")

    thread = threading.Thread(target=ask)
    thread.start()
    assert asking.wait(20)
    search.close()
    thread.join(20)
    assert outcome == ["given up"]


def test_query_after_close_is_canceled(search: LiveSearch) -> None:
    search.close()
    with pytest.raises(OperationCancelled):
        search.count(*request(""))


def test_closed_search_does_not_reopen_a_replaced_index(search: LiveSearch, tmp_path: Path) -> None:
    with closing(search):
        folder_index = tmp_path / "cache" / "index.db"
        copy = folder_index.with_name("copy")
        copy.write_bytes(folder_index.read_bytes())
        copy.replace(folder_index)
    assert search.follow()
    with pytest.raises(OperationCancelled):
        search.last_id()
