"""What a site adds to its articles is in the index, and in an article loaded again for display."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from cli_runner import CliRunner
from indexed_folder import IndexFolder, article, request

from reader.content import load_file
from reader.content.site import open_site

if TYPE_CHECKING:
    from pathlib import Path


def test_language_of_the_path_is_searchable(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    for place in ("en/a.md", "de/a.md", "pt-br/a.md", "index.ja.md"):
        folder.write(place, article(place))
    folder.write("stated.md", article("stated", lang="en-US"))
    folder.write("named.md", article("named", language="English"))
    folder.write("plain.md", article("plain"))
    folder.sync()
    assert sorted(folder.titles("lang:en")) == ["en/a.md", "named", "stated"]
    assert folder.titles("lang:de") == ["de/a.md"]
    assert folder.titles("lang:pt") == ["pt-br/a.md"]
    assert folder.titles("lang:ja") == ["index.ja.md"]
    assert folder.titles("-lang:en,de,pt,ja") == ["plain"]


def test_site_path_is_resolved_against_the_base_url(tmp_path: Path) -> None:
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


def test_day_and_month_order_comes_from_the_folder(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    folder.write("a.md", article("A", date="03/04/2021"))
    folder.write("b.md", article("B", date="25/12/2020"))
    folder.sync()
    assert folder.titles("on:2021-04-03") == ["A"]
    assert folder.titles("has:problem") == []


def test_files_are_read_again_if_the_site_changes(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    folder.write("en/a.md", article("A", url="/a/"))
    folder.sync()
    assert folder.titles("lang:en OR url:example") == []
    folder.write("de/b.md", article("B"))
    assert folder.sync().to_read == 2
    assert folder.titles("lang:en") == ["A"]
    folder.write("_config.yml", "url: https://www.example.org")
    assert folder.sync().to_read == 2
    assert folder.titles("url:https://www.example.org/a") == ["A"]
    assert folder.sync().to_read == 0
    folder.write("_config.yml", "url: https://other.example")
    folder.sync()
    assert folder.titles("url:https://other.example/a") == ["A"]


def test_base_url_setting_applies_to_the_folder(tmp_path: Path) -> None:
    command = CliRunner(tmp_path / "home")
    config = command.places.config_file
    config.parent.mkdir(parents=True)
    config.write_text(f'[sites]\n"{tmp_path}/content" = "https://www.example.org/"\n', encoding="utf-8")
    folder = IndexFolder(tmp_path)
    folder.write("a.md", article("A", permalink="/x/"))
    listed = command.run("list", folder.root, "--format", "json").json
    assert [entry["url"] for entry in listed] == ["https://www.example.org/x/"]
    shown = command.run("show", folder.root, "a.md", "--format", "json").json
    assert shown["url"] == "https://www.example.org/x/"
    config.write_text('base_url = "https://all.example"\n', encoding="utf-8")
    listed = command.run("list", folder.root, "--format", "json").json
    assert [entry["url"] for entry in listed] == ["https://all.example/x/"]
