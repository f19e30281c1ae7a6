"""Related articles named by path: found next to the file, or in a folder above it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from indexed_folder import IndexFolder, article

from reader.article import Article, Related
from reader.library import find_related

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "_learning/videos/one.md": article("One", originalUrl="https://one.example/", quality=80),
    "_learning/videos/two.html": article("Two"),
    "docs/setup/index.md": article("Setup"),
    "docs/blog/near.md": article("Near"),
}


def _folder(base: Path) -> IndexFolder:
    folder = IndexFolder(base)
    for name, text in FILES.items():
        folder.write(name, text)
    folder.sync()
    return folder


@pytest.mark.parametrize(
    ("path", "wanted", "found", "title"),
    [
        ("_learning/collections/c.md", "videos/one", "_learning/videos/one.md", "One"),
        ("_learning/collections/c.md", "videos/two.html", "_learning/videos/two.html", "Two"),
        ("_learning/collections/c.md", "/_learning/videos/one.md", "_learning/videos/one.md", "One"),
        ("docs/blog/a.md", "near", "docs/blog/near.md", "Near"),
        ("docs/blog/a.md", "./near.md", "docs/blog/near.md", "Near"),
        ("docs/blog/a.md", "../setup", "docs/setup/index.md", "Setup"),
        ("docs/blog/a.md", "setup/", "docs/setup/index.md", "Setup"),
        ("docs/blog/a.md", "missing", "", "As written"),
        ("docs/blog/a.md", "../../../etc/passwd", "", "As written"),
    ],
)
def test_related_path_resolves_to_an_article(tmp_path: Path, path: str, wanted: str, found: str, title: str) -> None:
    folder = _folder(tmp_path)
    with closing(folder.search()) as search:
        known = find_related(search, Article(path, "T", related=(Related("As written", path=wanted),)))
    assert known.paths == (found,)
    assert [item.title for item in known.article.related] == [title]


def test_related_entry_is_completed_from_the_index(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    with closing(folder.search()) as search:
        known = find_related(search, Article("_learning/c.md", "T", related=(Related("x", path="videos/one"),)))
    (item,) = known.article.related
    assert (item.url, item.quality) == ("https://one.example/", 80)
