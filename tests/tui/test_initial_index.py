"""A first sync in worker processes while the screen is already shown."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from indexed_folder import request
from tui_driver import ReaderEnv, opened

from reader.index import sync

if TYPE_CHECKING:
    from pathlib import Path


async def test_large_folder_is_read_by_worker_processes_under_the_tui(tmp_path: Path, world: ReaderEnv) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    count = sync.PARALLEL_THRESHOLD + 200
    for number in range(count):
        (folder / f"article-{number}.md").write_text(f"---\ntitle: Article {number}\n---\n", encoding="utf-8")

    async with opened(folder, world) as reading:
        assert len(reading.row_ids) == count
        with closing(reading.library.search()) as search:
            assert search.totals().wordless == 0, "words follow the rows"
            assert search.count(*request("article")) == count
