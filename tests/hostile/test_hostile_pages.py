"""Pages of bodies and excerpts that try to send escape sequences, or to make rendering take forever."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peak_memory import MEGABYTES
from sweep import TIMES, sample

from reader.article import Article
from reader.render.page import ArticleContext, Page, render_page
from reader.render.style import Palette, RenderOptions
from reader.text import sanitize

LOOK = RenderOptions(80, UTC, Palette())
# Control characters as Markdown and HTML references and in percent encoding.
SPELLED = (
    "x &#x202e;abc &#27;[2J &#x9b;2J &#8294;",
    "<https://bad.example/%1b]0;t%07>",
    "<https://bad.example/%E2%80%AEgpj%C2%9B2J%7F>",
    "<mailto:a%1b[2J@bad.example>",
    "[t](https://bad.example/%1b[2J '&#x202e;')",
    "![&#x202e;&#27;](https://bad.example/%1b)",
    "```&#27;[2J\nx\n```",
    "<b title='&#27;'>&#27;[2J&#x202e;</b>",
    "<p>&#27;]52;c;aGk=&#7; &#x9d;0;t&#x9c;</p>",
    "[t]: https://bad.example/%1b '&#x202e;'\n\n[t]",
    "# &#x202e; <https://bad.example/%9b>",
    "| &#x202e; | b |\n|---|---|\n| &#8237; | <https://bad.example/%07> |",
    "- [ ] &#x202e;\n\n> <https://bad.example/%1b>",
)


def _text(page: Page) -> str:
    return "\n".join("".join(segment.text for segment in line) for line in page.lines)


def _pages(text: str) -> list[Page]:
    """Render a text as the body of a Markdown file, as that of an HTML file, and as an excerpt."""
    articles = (Article("a.md", "t", body=text), Article("a.html", "t", body=text), Article("a.md", "t", excerpt=text))
    return [render_page(article, ArticleContext(), LOOK) for article in articles]


def _assert_harmless(page: Page) -> None:
    text = _text(page)
    assert sanitize(text) == text
    assert not [segment for line in page.lines for segment in line if segment.style and segment.style.link]


@pytest.mark.parametrize("written", SPELLED)
def test_encoded_control_characters_are_sanitized(written: str) -> None:
    for page in _pages(written):
        _assert_harmless(page)


PIECES = st.sampled_from(
    ["&#27;", "&#x202e;", "&#x9b;", "%1b", "%9b", "%C2%9B", "%E2%80%AE", "<https://a.example/", "<mailto:a@", ">", "](",
     "[", "![", ")", "`", "```", "\n", "\n\n", "|", "|-", "# ", "> ", "- ", "<b>", "<!--", "-->", "&", ";", "*", "_",
     "https://a.example/", "a", "\\", "~~", "'", '"', "<a href='", "<img alt='", "[link=", "[/]", "%00", "&Tab;"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14))
def test_any_body_renders_without_control_characters(pieces: list[str]) -> None:
    for page in _pages("".join(pieces)):
        _assert_harmless(page)


SIZE = 40_000 if TIMES == 1 else 150_000
# Each makes a naive parser start over at every character.
BUSY = {
    "comments": "<!--",
    "instructions": "<?x",
    "slashes": "<a/",
    "attributes": "<a b=",
    "quotes": '<a b="',
    "pictures": "![",
    "items": "- a\n",
    "empty lines": "\n",
    "paragraphs": "a\n\n",
}
COLUMNS = SIZE // 8
WIDE_TABLE = "|" + "a|" * COLUMNS + "\n|" + "-|" * COLUMNS + "\n"
# Name -> beginning of the body, the piece that is repeated after it, and the size.
BODIES = {
    **{name: ("", piece, SIZE) for name, piece in BUSY.items()},
    "a wide table": (WIDE_TABLE, "x\n", SIZE - len(WIDE_TABLE)),
    "millions of lines": ("", "a\n", 4_000_000),
    "a long line": ("", "word ", 4_000_000),
    "much broken HTML": ("", "<a/", 4_000_000),
}
# A process for each body, since a process never returns its peak memory; a fork saves the imports.
DRAW = """
import json, os, sys
from datetime import UTC
from reader.article import Article
from reader.render.page import ArticleContext, render_page
from reader.render.style import RenderOptions
from reader.render.style import Palette
for name, (head, piece, size) in json.load(sys.stdin).items():
    if os.fork() == 0:
        body = head + piece * (size // len(piece))
        page = render_page(Article(sys.argv[1], "t", body=body), ArticleContext(), RenderOptions(80, UTC, Palette()))
        print(json.dumps([name, len(page.lines), megabytes()]), flush=True)
        os._exit(0)
    assert os.wait()[1] == 0, name
"""


@pytest.mark.sweep
@pytest.mark.parametrize(("name", "first"), [("a.md", 0), ("a.html", 1)])
def test_large_body_renders_within_time_and_memory(name: str, first: int) -> None:
    bodies = {body: BODIES[body] for body in sample(list(BODIES), -(-len(BODIES) // 2), first)}
    argv = [sys.executable, "-c", MEGABYTES + DRAW, name]
    done = subprocess.run(argv, input=json.dumps(bodies), capture_output=True, text=True, timeout=300, check=True)
    drawn = [json.loads(line) for line in done.stdout.splitlines()]
    assert [body for body, _lines, _megabytes in drawn] == list(bodies)
    assert [row for row in drawn if row[1] > 110_000 or row[2] >= 300] == []


def test_body_too_long_to_show_is_truncated_with_a_note() -> None:
    for body in ("word " * 200_000, "a\n" * 300_000):
        page = render_page(Article("a.md", "t", body=body), ArticleContext(), LOOK)
        assert f"… truncated ({len(body):,} characters in total)" in " ".join(_text(page).split())


def test_valid_html_keeps_its_text_and_links() -> None:
    body = """<!DOCTYPE html><!-- away --><?php away ?><p title="a > b">One &lt;b&gt; and 1 < 2, a < b.</p>
    <script>if (a < b) { "away" }</script><p><a href='https://good.example/?a=1&amp;b=2'>Two</a></p> <- here"""
    page = render_page(Article("a.html", "t", body=body), ArticleContext(), LOOK)
    text = " ".join(_text(page).split())
    assert "One <b> and 1 < 2, a < b." in text
    assert "<- here" in text
    assert "away" not in text
    assert "https://good.example/?a=1&b=2" in [link.target for link in page.links]
