"""Prerendered pages and prefetched rows: shown immediately, and never older than their file."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from factories import entry
from live_folder import write, write_many
from msgspec.structs import replace
from tui_driver import MEDIUM, WIDE, opened

from reader.article import Article
from reader.marks import MarkTarget
from reader.render.page import ArticleContext, Page
from reader.render.style import Palette, RenderOptions
from reader.tui.article import loader
from reader.tui.article.loader import LoadedArticle, RenderedArticle
from reader.tui.article.pane import ArticlePane
from reader.tui.article.state import _MOST_LINES, _MOST_PAGES, PageCache
from reader.tui.list import query_run
from reader.tui.list.pane import ArticleList
from reader.tui.sidebar.effects import CountSidebar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest
    from textual.strip import Strip
    from tui_driver import ReaderEnv

    from reader.index.model import ArticleSummary
    from reader.tui.list.query_run import ListResult
    from reader.tui.ports import Ports


async def test_next_article_is_prerendered_after_the_current_one_is_painted(
    folder: Path, world: ReaderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    render, paint = loader.render_article, ArticlePane.render_line

    def note_render(opened: LoadedArticle, look: RenderOptions, before: RenderedArticle | None) -> RenderedArticle:
        happened.append(f"render {opened.article.title}")
        return render(opened, look, before)

    def note_paint(pane: ArticlePane, y: int) -> Strip:
        strip = paint(pane, y)
        happened.append(f"paint {strip.text.strip()}")
        return strip

    monkeypatch.setattr(loader, "render_article", note_render)
    monkeypatch.setattr(ArticlePane, "render_line", note_paint)
    async with opened(folder, world) as reading:
        await reading.until(reading.is_following_drawn, "the second article is prerendered")
        await reading.press("j")
        await reading.until(reading.is_following_drawn, "the third article is prerendered")
        second, third = (reading.page().splitlines()[0].strip(), f"render {reading.entries()[2].title}")
        assert happened.index(f"paint {second}") < happened.index(third)


async def test_next_article_is_prerendered_in_both_directions(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await reading.until(reading.is_following_drawn, "the second article is prerendered")
        await reading.press("j")
        assert reading.opened == reading.current == "a-00004.md"
        await reading.press("G", "k")
        assert reading.current == "a-00001.md"
        assert reading.following == "a-00002.md", "above, like the last move"
        await reading.until(reading.is_following_drawn, "the article above is prerendered")


async def test_file_changed_after_prerendering_is_read_again(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await reading.until(reading.is_following_drawn, "the second article is prerendered")
        write(folder, "a-00004.md", day=4, text="Something else, and more of it.")
        await reading.press("j")
        assert "Something else" in reading.page()


async def test_prerendered_page_begins_at_its_top(folder: Path, world: ReaderEnv) -> None:
    for day in (4, 5):
        write(folder, f"a-{day:05}.md", day=day, text="Line.\n\n" * 200)
    async with opened(folder, world) as reading:
        await reading.until(reading.is_following_drawn, "the second article is prerendered")
        await reading.press("J", "J", "J")
        assert reading.page_top > 0
        await reading.press("j")
        assert reading.page_top == 0


async def test_large_article_is_not_prerendered(folder: Path, world: ReaderEnv) -> None:
    write(folder, "a-00002.md", day=2, text="Line.\n\n" * 9_500)
    async with opened(folder, world) as reading:
        await reading.press("j")
        await reading.until(reading.is_following_drawn, "the third article is prerendered")
        await reading.press("j")
        await reading.settled()
        assert reading.following == "a-00002.md"
        assert not reading.is_following_drawn()


async def test_matches_are_highlighted_on_a_prerendered_page(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await reading.press("j", "k")
        await reading.type("text")
        pieces = [piece for line in reading.page_segments() for piece in line]
        marked = [piece.text for piece in pieces if piece.style is not None and piece.style.underline]
        assert "Text" in marked


async def test_rows_after_the_first_ones_are_complete(
    tmp_path: Path, world: ReaderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_run, "_FIRST_ROWS", 7)
    monkeypatch.setattr(query_run, "_FEW_ROWS", 100)
    folder = tmp_path / "many"
    write_many(folder, "a", range(150))
    async with opened(folder, world, size=MEDIUM) as reading:
        await reading.type("text")
        assert reading.paths() == [f"a-{day:05}.md" for day in reversed(range(150))]
        assert "150 of 150" in reading.text()
        for key in ("pagedown", "pagedown", "G"):
            await reading.press(key)
            assert "(removed)" not in reading.text()
        assert reading.current == "a-00000.md"


async def test_rest_of_the_list_repaints_no_row(
    tmp_path: Path, world: ReaderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_run, "_FIRST_ROWS", 60)
    monkeypatch.setattr(query_run, "_FEW_ROWS", 100)
    painted: list[tuple[str, int]] = []
    paint = ArticleList.render_line

    def note(pane: ArticleList, y: int) -> Strip:
        painted.append((str(pane.border_title), y))
        return paint(pane, y)

    folder = tmp_path / "many"
    write_many(folder, "a", range(1_250))
    async with opened(folder, world, size=MEDIUM) as reading:
        await reading.press("/", "t", "e")
        monkeypatch.setattr(ArticleList, "render_line", note)
        await reading.press("x")
        first, whole = (
            {y for title, y in painted if title.startswith(count)} for count in ("… of 1,250", "1,250 of 1,250")
        )
        assert len(first) > 10
        assert not whole


async def test_few_rows_are_shown_at_once(tmp_path: Path, world: ReaderEnv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_run, "_FIRST_ROWS", 60)
    monkeypatch.setattr(query_run, "_FEW_ROWS", 100)
    shown: list[tuple[bool, int]] = []
    fetch = query_run.fetch_list

    def note(*arguments: Any) -> Iterator[ListResult]:
        for result in fetch(*arguments):
            shown.append((result.whole, len(result.rows)))
            yield result

    folder = tmp_path / "many"
    write_many(folder, "a", range(150))
    for day in range(80):
        write(folder, f"b-{day:05}.md", day=200 + day, title="A mill")
    async with opened(folder, world, size=MEDIUM) as reading:
        await reading.press("/", *"te", "escape", "/")
        monkeypatch.setattr("reader.tui.list.effects.fetch_list", note)
        await reading.press(*"mi")
        assert shown == [(False, 60), (True, 230), (True, 80)], "the first letter does not narrow the list"


async def test_counts_come_with_the_rows_once_the_filter_line_was_entered(
    shelf: Path, world: ReaderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[CountSidebar] = []
    count = CountSidebar.run

    def note(request: CountSidebar, ports: Ports) -> None:
        asked.append(request)
        count(request, ports)

    async with opened(shelf, world, size=WIDE) as reading:
        monkeypatch.setattr(CountSidebar, "run", note)
        await reading.press("/", *"road", "enter")
        at_once = reading.counts()
        assert not asked
        assert 0 < (at_once["All"] or 0) < 6
        await reading.press("s")
        assert asked, "other marks change the counts without a request for rows"
        assert reading.counts()["Starred"] == 1


def _entry(number: int) -> ArticleSummary:
    return replace(entry(MarkTarget(number, f"text:{number}")), id=number, path=f"{number}.md")


def _rendered(number: int, lines: int = 1) -> RenderedArticle:
    page = Page(lines=((),) * lines, links=())
    article = Article(f"{number}.md", f"Number {number}")
    return RenderedArticle(LoadedArticle(article, ArticleContext(), None), LOOK, page, page)


LOOK = RenderOptions(40, UTC, Palette())


def test_page_cache_keeps_the_latest_pages() -> None:
    cached = PageCache()
    for number in range(_MOST_PAGES + 2):
        cached = cached.put(_entry(number), _rendered(number))
    there = [number for number in range(_MOST_PAGES + 2) if cached.get(_entry(number), LOOK) is not None]
    assert there == list(range(2, _MOST_PAGES + 2))


def test_page_cache_distinguishes_articles_and_looks() -> None:
    cached = PageCache().put(_entry(1), _rendered(1))
    assert cached.get(_entry(1), LOOK) is not None
    assert cached.get(_entry(2), LOOK) is None
    assert cached.get(_entry(1), RenderOptions(41, UTC, Palette())) is None


def test_page_cache_omits_very_long_pages() -> None:
    cached = PageCache().put(_entry(1), _rendered(1, _MOST_LINES + 1))
    assert cached.get(_entry(1), LOOK) is None
