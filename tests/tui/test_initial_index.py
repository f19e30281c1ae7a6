"""A folder that is read by other processes while the screen is already there."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from indexed_folder import request
from tui_driver import ReaderEnv, opened

from reader.index import sync

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_large_folder_is_read_by_other_processes_under_the_screen(tmp_path: Path, world: ReaderEnv) -> None:
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
