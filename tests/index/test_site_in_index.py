"""What the site around a folder adds to its articles is in the index, and in an article read again for the screen."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from indexed_folder import IndexFolder, article, request

from reader.content import load_file
from reader.content.site import open_site

if TYPE_CHECKING:
    from pathlib import Path


def test_copies_in_several_languages_are_found_by_their_language(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    for place in ("en/a.md", "de/a.md", "pt-br/a.md", "index.ja.md"):
        folder.write(place, article(place))
    folder.write("stated.md", article("stated", lang="en-US"))
    folder.write("named.md", article("named", language="English"))
    folder.write("plain.md", article("plain"))
    folder.sync()
    assert sorted(folder.titles("lang:en")) == ["en/a.md", "named", "stated"]
    assert sorted(folder.titles("lang:English")) == sorted(folder.titles("lang:en"))
    assert folder.titles("lang:français") == []
    assert folder.titles("lang:Deutsch") == ["de/a.md"]
    assert folder.titles("lang:de") == ["de/a.md"]
    assert folder.titles("lang:pt") == ["pt-br/a.md"]
    assert folder.titles("lang:ja") == ["index.ja.md"]
    assert folder.titles("-lang:en,de,pt,ja") == ["plain"]


def test_a_path_on_the_site_is_opened_at_its_base_url(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    folder.write("hugo.toml", 'baseURL = "https://www.example.org/"')
    folder.write("content/posts/a.md", article("A", slug="first"))
    folder.write("content/b.md", article("B", url="/x/", originalUrl="https://other.example/b"))
    folder.sync()
    with closing(folder.search()) as search:
        found = {entry.title: (entry.web_url, entry.url) for entry in search.entries(search.ids(*request("")))}
    assert found == {
        "A": ("https://www.example.org/posts/first/", "https://www.example.org/posts/first/"),
        "B": ("https://www.example.org/x/", "https://other.example/b"),
    }
    assert folder.titles("url:example.org/posts") == ["A"]
    loaded = load_file(folder.root, "content/posts/a.md", site=open_site(folder.root)).article
    assert loaded is not None
    assert loaded.url == found["A"][1]


def test_the_order_of_day_and_month_is_that_of_the_folder(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    folder.write("a.md", article("A", date="03/04/2021"))
    folder.write("b.md", article("B", date="25/12/2020"))
    folder.sync()
    assert folder.titles("on:2021-04-03") == ["A"]
    assert folder.titles("has:problem") == []
