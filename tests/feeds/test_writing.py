"""Article files: front matter that every parser reads back, HTML as Markdown, file names, atomic writes."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
import yaml
import yaml_rs
from hypothesis import example, given
from hypothesis import strategies as st

from reader.content.load import parse_file
from reader.content.opening import OutsideError
from reader.feeds.reading import Enclosure, Entry, Picture
from reader.feeds.writing.article import Origin, article_text, yaml_string
from reader.feeds.writing.files import create_file, read_file, remove_leftovers, replace_file
from reader.feeds.writing.markdown import html_to_markdown
from reader.feeds.writing.names import article_names, folder_path, slug

if TYPE_CHECKING:
    from pathlib import Path

_SEEN = datetime(2021, 10, 2, 13, 30, tzinfo=UTC)


@given(st.text())
@example("\ud800 \udbff \udc00 \udfff")
def test_yaml_string_is_read_back_by_every_parser(text: str) -> None:
    written = f"a: {yaml_string(text)}\n"
    expected = "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)

    assert yaml.safe_load(written) == {"a": expected}
    assert yaml_rs.loads(written) == {"a": expected}
    written.encode()


_text = st.text(max_size=60) | st.sampled_from(
    ["no", "on", "~", "1e3", "0x1F", "2021-10-02", "- x", "a: b", "# c", "&amp;", "!!x"]
)


@given(_text, _text, st.lists(_text, max_size=3), st.lists(_text, max_size=3))
def test_article_file_survives_a_round_trip(title: str, summary: str, topics: list[str], authors: list[str]) -> None:
    plain = Entry(title=title, summary=summary, topics=tuple(topics), authors=tuple(authors), published_at=_SEEN)
    text = article_text(plain, Origin(("News",)), _SEEN)
    article = parse_file("a.md", text.encode()).article

    assert article is not None
    assert not article.unreadable
    # Writing the parsed article again gives the same article: nothing was lost or changed.
    again = Entry(
        title=article.title, summary=article.excerpt, topics=article.topics, authors=article.authors, published_at=_SEEN
    )
    reread = parse_file("a.md", article_text(again, Origin(("News",)), _SEEN).encode()).article
    assert reread == article


def test_entry_file_has_every_field() -> None:
    entry = Entry(
        title='Say "no": a test',
        url="https://o.example/1",
        web_url="https://n.example/1",
        guid="tag:1",
        published_at=_SEEN,
        updated_at=datetime(2021, 10, 3, tzinfo=UTC),
        summary="Short.",
        html='<p>See <a href="/x">this</a>.</p>',
        base="https://o.example/1",
        authors=("Ada",),
        topics=("AI",),
        language="no",
        images=(Picture("https://o.example/a.png", 640, 480),),
        enclosures=(Enclosure("https://o.example/a.mp3", "audio/mpeg", 9),),
    )

    text = article_text(entry, Origin(("News", "Planet"), topics=("Daily",)), _SEEN)

    head, _, body = text.removeprefix("---\n").partition("---\n")
    assert yaml.safe_load(head) == {
        "title": 'Say "no": a test',
        "excerpt": "Short.",
        "publishedDateTime": _SEEN,
        "updatedDateTime": datetime(2021, 10, 3, tzinfo=UTC),
        "originalUrl": "https://o.example/1",
        "webUrl": "https://n.example/1",
        "type": "audio",
        "language": "no",
        "provider": {"name": "News", "domain": "o.example"},
        "topics": ["Daily", "AI"],
        "authors": ["Ada"],
        "images": [{"url": "https://o.example/a.png", "width": 640, "height": 480}],
        "enclosures": [{"url": "https://o.example/a.mp3", "type": "audio/mpeg", "length": 9}],
        "feed": ["News", "Planet"],
        "guid": "tag:1",
    }
    assert body == "\nSee [this](https://o.example/x).\n"


def test_entry_without_date_gets_the_time_of_the_first_fetch() -> None:
    text = article_text(Entry(title="One"), Origin(("News",)), _SEEN)
    assert "publishedDateTime: 2021-10-02T13:30:00Z\ndateSource: " in text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One</p><p>Two <b>three</b></p>", "One\n\nTwo **three**"),
        ("<script>alert(1)</script><p onclick='x()'>Text</p><style>p{}</style>", "Text"),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ('<a href="/x?a=1&amp;b=2">x</a>', "[x](https://n.example/x?a=1&b=2)"),
        ('<img src="a.png" alt="A"><img src="p.gif" width="1" height="1">', "![A](https://n.example/d/a.png)"),
        ('<img src="data:image/gif;base64,x" data-src="/a.png" alt="A">', "![A](https://n.example/a.png)"),
        ('<iframe src="https://v.example/1"></iframe>', "<https://v.example/1>"),
        ("a * b and *c*, _d_, snake_case", "a * b and \\*c\\*, \\_d\\_, snake_case"),
        ("&lt;script&gt;x&lt;/script&gt;", "\\<script>x\\</script>"),
        (r"C:\dir", r"C:\dir"),
        ('<a href="/x">a [b] c]</a>', r"[a [b] c\]](https://n.example/x)"),
        ("1 &lt; 2 &amp; AT&amp;T", "1 < 2 & AT&T"),
        ("&amp;amp; and &amp;lt;", "\\&amp; and \\&lt;"),
        ("<pre><code>a*b &lt;x&gt; `c`</code></pre>", "```\na*b <x> `c`\n```"),
        ("<p>see [1](x) and [2]</p>", "see \\[1](x) and [2]"),
        ("<p>https://n.example/a_b_c?d=*e*</p>", "https://n.example/a_b_c?d=*e*"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<p>1. not a list</p>", "1\\. not a list"),
        ("<p># not a heading</p>", "\\# not a heading"),
        ("<p>---</p>", "\\---"),
        (
            "<p>Text<br>---<br>===<br># a<br>- b<br>1. c<br>&gt; d</p>",
            "Text  \n\\---  \n\\===  \n\\# a  \n\\- b  \n1\\. c  \n\\> d",
        ),
        ("<p>---<br>Text</p>", "\\---  \nText"),
        ("<p>a <b>- b</b> - c</p>", "a **- b** - c"),
        ("<p><b>1. One</b></p>", "**1\\. One**"),
        (
            '<img src="/a.png" alt="two\nlines\n\nand &quot;more&quot;">',
            '![two lines and "more"](https://n.example/a.png)',
        ),
        ("<table><tr><th>a</th></tr><tr><td>1</td></tr></table>", "| a |\n| --- |\n| 1 |"),
        ("Plain text only", "Plain text only"),
        ("", ""),
        ("\x1b[31mred\x07", "[31mred"),
    ],
)
def test_html_becomes_markdown(html: str, expected: str) -> None:
    assert html_to_markdown(html, "https://n.example/d/page") == expected


def test_deeply_nested_html_becomes_its_text() -> None:
    assert html_to_markdown("<div>" * 100_000 + "Text") == "Text"


@given(st.text(alphabet="<>/abp\"'= &;!-[]()*_`#\n", max_size=200))
def test_any_html_becomes_markdown_without_null_bytes(html: str) -> None:
    assert "\0" not in html_to_markdown(html, "https://n.example/")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Top AI Cities: Here's Why", "top-ai-cities-heres-why"),
        ("Café — Öl & Straße", "cafe-ol-strasse"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\con\0aux?", "c-con-aux"),
        ("Привет, Мир", "привет-мир"),
        ("日本語の題名", "日本語の題名"),
        ("…", ""),
        ("🎉🎉", ""),
        ("word " * 100, "-".join(["word"] * 16)),
        ("x" * 500, "x" * 80),
        ("é" * 500, "e" * 80),
        ("я" * 500, "я" * 40),
    ],
)
def test_slug_is_safe_and_limited(title: str, expected: str) -> None:
    assert slug(title) == expected


@given(st.text())
def test_any_title_gives_a_safe_name(title: str) -> None:
    name = next(article_names(_SEEN, title, "tag:1"))

    assert len(name.encode()) <= 100
    assert name.startswith("2021-10-02-")
    assert not set(name) & set('<>:"/\\|?*\0\n ')
    assert name == name.lower() or not name.isascii()


def test_duplicate_article_name_gets_a_number() -> None:
    names = list(islice(article_names(_SEEN, "One", "x"), 3))
    assert names == ["2021-10-02-one.md", "2021-10-02-one-2.md", "2021-10-02-one-3.md"]


@pytest.mark.parametrize(
    ("folder", "title", "url", "expected"),
    [
        ("", "The News", "https://n.example/f", "the-news"),
        ("Tech/Blogs", "The News", "https://n.example/f", "Tech/Blogs/the-news"),
        ("../../etc", "News", "https://n.example/f", "etc/news"),
        ("/abs/", "News", "https://n.example/f", "abs/news"),
        ("a:b", "News", "https://n.example/f", "a-b/news"),
        (".hidden", "News", "https://n.example/f", "hidden/news"),
        ("\u202egnp", "News", "https://n.example/f", "gnp/news"),
        ("feeds.toml", "News", "https://n.example/f", "feeds.toml-feed/news"),
        ("CON", "nul", "https://n.example/f", "CON-feed/nul-feed"),
        ("node_modules", "", "https://www.n.example/f", "node_modules-feed/n-example"),
        ("", "", "nothing", "4fe21c9ea9"),
    ],
)
def test_folder_of_a_feed_stays_in_the_content_folder(folder: str, title: str, url: str, expected: str) -> None:
    found = folder_path(folder, title, url)
    assert found == expected or (expected == "4fe21c9ea9" and len(found) == 10)


def test_create_file_never_overwrites(tmp_path: Path) -> None:
    assert create_file(tmp_path, "a/b/one.md", b"one")
    assert not create_file(tmp_path, "a/b/one.md", b"two")
    assert read_file(tmp_path, "a/b/one.md") == b"one"
    assert [file.name for file in (tmp_path / "a" / "b").iterdir()] == ["one.md"]


def test_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    create_file(tmp_path, "one.md", b"one")
    (tmp_path / "one.md").chmod(0o640)

    replace_file(tmp_path, "one.md", b"two")

    assert read_file(tmp_path, "one.md") == b"two"
    assert (tmp_path / "one.md").stat().st_mode & 0o777 == 0o640


def test_symlink_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "feed").symlink_to(outside)

    with pytest.raises(OutsideError):
        create_file(root, "feed/one.md", b"one")

    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("call", ["fsync", "link", "open"])
def test_failed_write_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def fail(*_arguments: Any, **_options: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, fail)
    if call == "link":  # falls back to renaming
        assert create_file(tmp_path, "one.md", b"one")
        return
    with pytest.raises(OSError, match="No space left"):
        create_file(tmp_path, "one.md", b"one")
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_a_killed_process_are_removed(tmp_path: Path) -> None:
    (tmp_path / ".newsreader-abc.tmp").write_bytes(b"half")
    (tmp_path / "one.md").write_bytes(b"one")

    remove_leftovers(tmp_path, "")

    assert [file.name for file in tmp_path.iterdir()] == ["one.md"]
