"""HTML made into Markdown: what it says stays, what it wants the page to do goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.render.html import markdown_from_html


@pytest.mark.parametrize(
    ("html", "markdown", "remark"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb", "paragraphs"),
        ("<h2>a</h2>b", "## a\n\nb", "a heading"),
        ("a<br>b", "a\\\nb", "a line break"),
        ("<ul><li>a<li>b</ul>", "- a\n- b", "a list, its ends left out"),
        ("<em>a</em> <strong>b</strong> <code>c</code>", "*a* **b** `c`", "emphasis"),
        ("<a href='https://x.example/'>a</a>", "[a](<https://x.example/>)", "a link"),
        ("<a>a</a>", "[a](<>)", "a link to nowhere"),
        ("<a href='a>b\nc'>d</a>", "[d](<abc>)", "a target that would end early"),
        ("<img src=https://x.example/ alt='[m]'>", "![(m)](<https://x.example/>)", "a picture"),
        ("<img>", "![](<>)", "a picture of nothing"),
        ("<pre>a\n  <b>b</b></pre>", "```\na\n  b\n```", "verbatim"),
        ("<blockquote>a</blockquote>", "> a", "a quotation"),
        ("<script>alert(1)</script>a<style>b{}</style>", "a", "scripts and styles"),
        ("<svg><text>x</text></svg>a", "a", "drawings"),
        ("a &lt;b&gt; &amp; &eacute;", "a &lt;b> & é", "entities, which are no tags again"),
        ("a\n\n   b", "a b", "white space"),
        ("<marquee onclick=x()>a</marquee>", "a", "anything else is its text"),
        ("</a></pre></b>a", "**a", "ends without a beginning"),
        ("<!-- a --><?php b ?><!DOCTYPE c>d", "d", "comments and instructions"),
        ("a < b", "a < b", "a sign that begins nothing"),
        ("", "", "nothing"),
    ],
)
def test_what_html_says_stays(html: str, markdown: str, remark: str) -> None:
    assert markdown_from_html(html) == markdown, remark


@given(st.text(st.sampled_from("<>/=\"'&;!-abpre script\n"), max_size=200))
def test_any_text_is_read_to_its_end(html: str) -> None:
    assert isinstance(markdown_from_html(html), str)
