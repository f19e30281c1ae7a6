"""Digests as documents: texts are drawn as on the screen, links lead somewhere, and every page is well formed."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest

from reader.article import Article
from reader.digest import FORMATS

_NOW = datetime(2026, 1, 2, tzinfo=UTC)


def body_of(article: Article, *others: Article) -> str:
    """Return the body of the first article in an HTML digest."""
    html = FORMATS["html"]([article, *others], "Digest", "en", _NOW).decode()
    ET.fromstring(html.partition("\n")[2])  # noqa: S314 - our own document
    return html.partition("</h2>")[2].partition("</article>")[0].strip()


@pytest.mark.parametrize(
    ("path", "body", "html"),
    [
        ("a.md", "# Story\n\nText.", "<p>Text.</p>"),
        ("a.md", "## Part\n\nText.", "<h4>Part</h4>\n<p>Text.</p>"),
        ("a.md", "A <b>bold</b> word, x<sup>2</sup>", "<p>A <strong>bold</strong> word, x²</p>"),
        ("a.md", "<script>alert(1)</script>\n\nText.", "<p>Text.</p>"),
        ("a.html", "<p>One<br>two</p><ul><li>three</li></ul>", "<p>One<br />\ntwo</p><ul><li><p>three</p></li></ul>"),
        ("a.rst", "Part\n====\n\n*Text*.", "<h3>Part</h3>\n<p><em>Text</em>.</p>"),
        ("a.md", "{{< youtube abc >}}", '<p><a href="https://www.youtube.com/watch?v=abc">Youtube</a></p>'),
        ("a.md", "[out](https://o.example/?a=1&b=2)", '<p><a href="https://o.example/?a=1&amp;b=2">out</a></p>'),
        ("a.md", "[b](b.md), [[b]], [c](c.md)", '<p><a href="#article-2">b</a>, <a href="#article-2">b</a>, c</p>'),
        ("a.md", "[script](javascript:alert(1)) [top](#top)", "<p>[script](javascript:alert(1)) top</p>"),
        ("a.md", "![alt](https://o.example/i.png)", '<p><img src="https://o.example/i.png" alt="alt" /></p>'),
        ("a.md", "![](images/i.png)", "<p>i.png</p>"),
        ("a.md", "Term\n: Words", "<dl><dt><strong>Term</strong></dt><dd>Words</dd></dl>"),
        ("a.md", "> [!NOTE]\n> Text.", "<blockquote><p><strong>Note</strong></p><p>Text.</p></blockquote>"),
    ],
)
def test_body_is_drawn_as_on_the_screen(path: str, body: str, html: str) -> None:
    other = Article("b.md", "Other", body="Text.")
    assert body_of(Article(path, "Story", body=body), other).replace("\n", "") == html.replace("\n", "")


def test_table_keeps_its_alignment() -> None:
    table = body_of(Article("a.md", "Story", body="| a |\n|--:|\n| 1 |"))
    assert '<th style="text-align:right">a</th>' in table
    assert '<td style="text-align:right">1</td>' in table


def test_relative_links_and_images_are_resolved_against_the_url_of_the_article() -> None:
    article = Article("a.md", "Story", original_url="https://s.example/blog/a/", body="[x](../x/) ![](i.png)")
    assert body_of(article).partition("\n")[2] == (
        '<p><a href="https://s.example/blog/x/">x</a> <img src="https://s.example/blog/a/i.png" alt="" /></p>'
    )


def test_task_is_an_item_with_a_sign() -> None:
    assert "☑ done</li>" in body_of(Article("a.md", "Story", body="- [x] done"))


def test_article_without_a_body_shows_its_excerpt() -> None:
    assert body_of(Article("a.md", "Story", excerpt="In *short* & <b>bold</b>.")) == (
        "<p>In <em>short</em> &amp; <strong>bold</strong>.</p>"
    )


@pytest.mark.parametrize("body", ["> " * 200 + "deep", "x" * 200_000])
def test_body_over_a_limit_is_plain_text(body: str) -> None:
    assert body_of(Article("a.md", "Story", body=body)).startswith('<pre style="white-space:pre-wrap">')


def test_markdown_digest_does_not_repeat_the_title() -> None:
    article = Article("a.md", "Story", body="# Story\n\n## Part\n\nText.")
    assert FORMATS["md"]([article], "Digest", "en", _NOW).decode().endswith("## Story\n\n\n\n#### Part\n\nText.")


def test_epub_pages_link_to_each_other_and_to_images() -> None:
    image = "![alt](https://o.example/i.png)"
    articles = [
        Article("a.md", "One", body=f"[two](b.md) {image} [{image}](https://o.example/)"),
        Article("b.md", "Two", body="Text."),
    ]
    with zipfile.ZipFile(BytesIO(FORMATS["epub"](articles, "Digest", "en", _NOW))) as book:
        page = book.read("article-1.xhtml").decode()
    assert '<a href="article-2.xhtml">two</a> <a href="https://o.example/i.png">alt</a>' in page
    assert '<a href="https://o.example/">alt</a>' in page, "XHTML allows no link in a link"
