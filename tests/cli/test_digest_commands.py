"""digest and notify: articles as one document, a line about new articles, and the saved time of the last run."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from cli_runner import CliRunner

if TYPE_CHECKING:
    from pathlib import Path

_ONE = """---
title: One & <only>
date: 2021-10-02
url: https://n.example/1
provider: News
author: Ada
---

# Top

Text <b>.</b>
"""
_TWO = "---\ntitle: Two\ndate: 2021-10-01\n---\n\n![i](https://n.example/i.png)\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "content"
    root.mkdir()
    (root / "one.md").write_text(_ONE, encoding="utf-8")
    (root / "two.md").write_text(
        "---\ntitle: Two\ndate: 2021-10-01\n---\n\n![i](https://n.example/i.png)\n", encoding="utf-8"
    )
    return root


@pytest.fixture
def cli(tmp_path: Path) -> CliRunner:
    return CliRunner(tmp_path / "home")


def test_markdown_digest_has_contents_sources_and_bodies(cli: CliRunner, folder: Path) -> None:
    text = cli.run("digest", folder).out
    assert text.startswith("# Articles, 2021-10-02\n\n1. [One & \\<only\\>](#article-1)\n2. [Two](#article-2)\n")
    assert "## One & \\<only\\>\n\nNews · 2021-10-02 · Ada · <https://n.example/1>\n\n### Top\n\nText <b>.</b>" in text


def test_html_digest_is_well_formed(cli: CliRunner, folder: Path) -> None:
    text = cli.run("digest", folder, "--format", "html").out
    root = ET.fromstring(text.partition("\n")[2])  # noqa: S314 - our own document
    assert [link.get("href") for link in root.iter("a")] == ["#article-1", "#article-2", "https://n.example/1"]
    assert "<p>Text <strong>.</strong></p>" in text


def test_epub_digest_has_a_page_for_each_article(cli: CliRunner, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.epub"
    assert cli.run("digest", folder, "--format", "epub", "--output", file).status == 0
    with zipfile.ZipFile(file) as book:
        assert book.namelist()[:3] == ["mimetype", "META-INF/container.xml", "content.opf"]
        assert "article-2.xhtml" in book.read("content.opf").decode()
        pages = [book.read(name).decode() for name in book.namelist() if name.endswith(".xhtml")]
    assert any("One &amp; &lt;only&gt;" in page for page in pages)
    assert not any("<img" in page for page in pages)
    for page in pages:
        ET.fromstring(page)  # noqa: S314 - our own document


def test_digest_since_last_contains_only_new_articles(cli: CliRunner, folder: Path) -> None:
    first = cli.run("digest", folder, "--since", "last")
    second = cli.run("digest", folder, "--since", "last")
    (folder / "three.md").write_text("---\ntitle: Three\n---\n", encoding="utf-8")
    third = cli.run("digest", folder, "--since", "last")

    assert (first.status, second.status, second.out, third.status) == (0, 1, "", 0)
    assert "## Three" in third.out
    assert "## Two" not in third.out


def test_digest_is_written_to_a_file(cli: CliRunner, folder: Path, tmp_path: Path) -> None:
    assert cli.run("digest", folder, "Two", "--output", tmp_path / "x.md").out == ""
    assert "## Two" in (tmp_path / "x.md").read_text(encoding="utf-8")
    assert cli.run("digest", folder, "--output", tmp_path / "none" / "x.md").status == 2


@pytest.mark.parametrize(("words", "status"), [(["nothing"], 1), (["--format", "epub"], 2)])
def test_digest_without_articles_or_file_sets_the_status(
    cli: CliRunner, folder: Path, words: list[str], status: int
) -> None:
    result = cli.run("digest", folder, *words)
    assert (result.status, result.out) == (status, "")


def test_notify_reports_each_article_once(cli: CliRunner, folder: Path) -> None:
    first = cli.run("notify", folder)
    again = cli.run("notify", folder)
    (folder / "three.md").write_text("---\ntitle: Three\n---\n", encoding="utf-8")
    third = cli.run("notify", folder)

    assert (first.out, first.status) == ("2 new articles: One & <only> · Two\n", 0)
    assert (again.out, again.status) == ("", 1)
    assert third.out == "1 new article: Three\n"
    assert cli.run("notify", folder, "Two").out == "1 new article: Two\n"
