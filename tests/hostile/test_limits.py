"""Limits: a file at each limit loads; a file over it is a problem, and other files still load."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC
from typing import TYPE_CHECKING

import pytest
from indexed_folder import IndexFolder, article, request
from limits import FILE_LIMITS, PAGE_LIMITS, FileLimit, PageLimit
from sweep import sample

from reader.article import Article, Image
from reader.content import load_file
from reader.index.reading.extract import MAX_SECONDS
from reader.problems import Code, Problem
from reader.render.page import MAX_IMAGES_SHOWN, MAX_MENTIONS, ArticleContext, Backlink, Page, render_page
from reader.render.style import Palette, RenderOptions

if TYPE_CHECKING:
    from pathlib import Path

    from reader.content.yaml import YamlParser

TIMED_OUT = Problem("", 0, "", Code.TIMED_OUT, (str(MAX_SECONDS),))
TESTED_LIMITS = [bound for bound in FILE_LIMITS if bound.says not in TIMED_OUT.message]


@pytest.mark.parametrize("bound", TESTED_LIMITS, ids=lambda bound: bound.what)
def test_file_at_a_limit_loads(tmp_path: Path, engine: YamlParser, bound: FileLimit) -> None:
    (tmp_path / "a.md").write_bytes(bound.write(0))
    loaded = load_file(tmp_path, "a.md", engine)
    assert loaded.article is not None
    assert not loaded.article.unreadable, loaded.problems
    assert [problem for problem in loaded.problems if bound.says in problem.message] == []


@pytest.mark.parametrize("bound", TESTED_LIMITS, ids=lambda bound: bound.what)
def test_file_over_a_limit_is_a_problem(tmp_path: Path, engine: YamlParser, bound: FileLimit) -> None:
    (tmp_path / "a.md").write_bytes(bound.write(1))
    loaded = load_file(tmp_path, "a.md", engine)
    assert loaded.article is not None
    assert loaded.article.unreadable == bound.unreadable
    assert [problem.field for problem in loaded.problems if bound.says in problem.message] == [bound.field]


def test_files_next_to_one_over_a_limit_load(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    for number, bound in enumerate(TESTED_LIMITS):
        folder.write(f"{number:02}-before.md", article(f"Before {number:02}"))
        (folder.root / f"{number:02}-beyond.md").write_bytes(bound.write(1))
        folder.write(f"{number:02}-behind.md", article(f"Behind {number:02}"))

    folder.sync()

    with closing(folder.search()) as search:
        found = {entry.path: entry for entry in search.entries(search.ids(*request("")))}
        said = search.problems()
    assert len(found) == 3 * len(TESTED_LIMITS)
    for number, bound in enumerate(TESTED_LIMITS):
        assert found[f"{number:02}-before.md"].title == f"Before {number:02}"
        assert found[f"{number:02}-behind.md"].title == f"Behind {number:02}"
        assert found[f"{number:02}-beyond.md"].unreadable == bound.unreadable, bound.what
        assert _says(said, f"{number:02}-beyond.md", bound.says), bound.what


def _says(problems: list[Problem], path: str, words: str) -> bool:
    return any(problem.path == path and words in problem.message for problem in problems)


def _text(page: Page) -> str:
    return " ".join(" ".join("".join(segment.text for segment in line) for line in page.lines).split())


@pytest.mark.sweep
@pytest.mark.parametrize("bound", sample(PAGE_LIMITS, 2), ids=lambda bound: bound.what)
def test_page_with_a_body_over_a_limit_shows_a_note(bound: PageLimit) -> None:
    within, beyond = (
        _text(
            render_page(
                Article("a.md", "A", body=bound.write(more)), ArticleContext(), RenderOptions(80, UTC, Palette())
            )
        )
        for more in (0, 1)
    )
    assert bound.says not in within
    assert bound.says in beyond


def test_page_with_a_list_over_a_limit_shows_the_rest_as_a_number() -> None:
    images = tuple(Image(f"https://a.example/{number}") for number in range(MAX_IMAGES_SHOWN + 3))
    mentions = tuple(Backlink(f"{number}.md", f"M{number}", "") for number in range(MAX_MENTIONS + 4))
    page = render_page(
        Article("a.md", "A", images=images), ArticleContext(mentions=mentions), RenderOptions(80, UTC, Palette())
    )
    assert "… 3 more" in _text(page)
    assert "… 4 more" in _text(page)
