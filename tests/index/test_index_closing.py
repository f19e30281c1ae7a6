"""Leaving in the middle of a question: the thread that asks is made to give up before its connection is closed."""

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

# Takes half a minute where nobody ends it.
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
            # Looked at before the query, too; from then on only a running query asks.
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


def test_what_is_asked_after_the_end_is_given_up(search: LiveSearch) -> None:
    search.close()
    with pytest.raises(OperationCancelled):
        search.count(*request(""))


def test_other_files_are_not_held_open_after_the_end(search: LiveSearch, tmp_path: Path) -> None:
    with closing(search):
        folder_index = tmp_path / "cache" / "index.db"
        copy = folder_index.with_name("copy")
        copy.write_bytes(folder_index.read_bytes())
        copy.replace(folder_index)
    assert search.follow()
    with pytest.raises(OperationCancelled):
        search.last_id()
