"""HTML made into Markdown: what it says stays, what it wants the page to do goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.render.html import html_to_markdown


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
        ("<![if !IE]>a<![endif]>", "a", "conditions of a browser of old"),
        ("<![Cannica>a", "a", "a declaration that nobody knows"),
        ("a<![CDATA[ <b> ]]>c", "ac", "what is marked as data"),
        ("<!-- <b>a</b> --> --><!-->b", "-->b", "where a comment ends"),
        ("a<!-- b <i>c</i>", "ac*", "a comment that never ends is a declaration that ends"),
        ("a <b c", "a &lt;b c", "a tag that never ends"),
        ("<p>a <b <i c='>' d", "a &lt;b &lt;i c='>' d", "nor is anything behind it one"),
        ("<P\nCLASS = x>a</P >b", "a\n\nb", "capitals and blanks"),
        ("<a href=https://x.example/>a</a>", "[a](<https://x.example/>)", "a slash that belongs to a value"),
        ("<a title=it's href='/b'>a</a>", "[a](</b>)", "a quote within a value"),
        ('<a x="\'>" href=b href=c>a</a>', "[a](<b>)", "a sign within quotes, and a repeated name"),
        ("<a href='?a=1&copy=2&amp;b=&#51;'>a</a>", "[a](<?a=1&copy=2&b=3>)", "entities in an address"),
        ("<iframe src='x'/>a<script src=\"x\" />b", "ab", "what closes itself"),
        ("<script>if (a</b>/c) '<!--'</SCRIPT >d", "d", "signs in a script"),
        ("a<script>b", "a", "a script that never ends"),
        ("&nbsp &#x41 &#65b &copyright", "A Ab ©right", "entities without an end"),
        (f"&#{'9' * 5000};a", f"�{'9' * 4993};a", "a number without end"),
        ("", "", "nothing"),
    ],
)
def test_what_html_says_stays(html: str, markdown: str, remark: str) -> None:
    assert html_to_markdown(html) == markdown, remark


ENDLESS = ["<a ", "<a b='", '<a b="', "<!--", "<![CDATA[", "<?", "<a/", "</a b", "<br", "<a b='c' ", "<", "</"]


@pytest.mark.parametrize("sign", ENDLESS)
def test_a_page_of_what_never_ends_is_read_as_fast_as_any_other(sign: str) -> None:
    """By Python's own parser it would take minutes."""
    html = sign * 100_000
    assert html_to_markdown(html).replace("&lt;", "<").replace("\n", "") == " ".join(html.split())


@given(st.text(st.sampled_from("<>/=\"'&;!-[]abpre script\n"), max_size=200))
def test_any_text_is_read_to_its_end(html: str) -> None:
    assert isinstance(html_to_markdown(html), str)
