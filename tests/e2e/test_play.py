"""Reading in a terminal: list, article, filter and marks, as a user sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from live_folder import write

if TYPE_CHECKING:
    from pathlib import Path

    from play import Play, Stage

STORIES = 40


@pytest.fixture
def play(stage: Stage, tmp_path: Path) -> Play:
    for number in range(1, STORIES + 1):
        write(tmp_path / "content", f"{number:02}.md", day=9_000 - number, title=f"Story {number:02}")
    return stage.open(tmp_path / "content", "--fresh", size=(120, 30))


def test_cursor_moved_by_count_opens_its_article(play: Play) -> None:
    play.list.expect(title=f"{STORIES} · newest first", cursor="Story 01", focused=True)
    play.press("5 j")
    play.list.expect(cursor="Story 06")
    play.article.expect("Story 06", lacks="Story 01")
    play.act("article.enter")
    play.article.expect(focused=True)
    play.press("escape")
    play.list.expect(focused=True)
    play.quit()


def test_filter_shows_only_matches_until_cleared(play: Play) -> None:
    play.type("title:07")
    play.list.expect("Story 07", lacks="Story 08", title="1 of 40", cursor="Story 07")
    play.act("filter.clear")
    play.list.expect("Story 08", cursor="Story 01")


def test_star_is_shown_in_the_list_until_undone(play: Play) -> None:
    play.act("mark.star")
    play.list.expect(cursor="★")
    play.act("undo")
    play.list.expect(lacks="★")


def test_new_file_is_announced_and_cursor_stays(play: Play, tmp_path: Path) -> None:
    play.press("5 j")
    write(tmp_path / "content", "new.md", day=9_999, title="New one")
    play.awaits(lambda: "▲ 1 new" in play.status.text and "41" in play.list.title, "the new article")
    play.list.expect(cursor="Story 06", title="41")
