"""Rendering of HTML: content and structure stay, scripts and styles are dropped."""

from __future__ import annotations

import pytest
from drawing import draw
from hypothesis import given
from hypothesis import strategies as st

from reader.render.markup.html import html_tokens

SHAPES = [
    ("<p>a</p><p>b</p>", "a\n\nb", "paragraphs"),
    ("<p>a<p>b", "a\n\nb", "paragraphs whose ends are left out"),
    ("<h2>a <em>b</em></h2>c", "a b\n\nc", "a heading"),
    ("a<br>b<br/>c", "a\nb\nc", "line breaks"),
    ("<ul><li>a<li>b</ul>", " • a\n • b", "a list"),
    ("<ul><li><p>a</p></li><li><p>b</p></li></ul>", " • a\n • b", "paragraphs in a list"),
    ("<ol start=5><li>a</li><li>b</li></ol>", " 5. a\n 6. b", "a list that starts at five"),
    ("<ul><li>a<ol><li>b</li></ol></li></ul>", " • a\n    1. b", "a nested list"),
    ("<ul><li>a<pre>x\n  y</pre></li></ul>", " • a\n    x\n      y", "code in a list"),
    ("<dl><dt>a</dt><dd>b</dd></dl>", "a\n    b", "a definition"),
    ("<blockquote><p>a</p><p>b</p></blockquote>", "▌ a\n▌\n▌ b", "a quotation of two paragraphs"),
    ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>25</td></tr></table>", "a  b\n─────\n1  25", "a table"),
    ("<table><tr><td>1</td><td>25</td></tr></table>", "1  25", "a table of one row"),
    ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>", "1  2\n3  4", "without a header"),
    (
        "<table><caption>C</caption><thead><tr><th>a</th><td>b</td></tr></thead><tr><td>1</td><td>2</td></tr></table>",
        "C\n\na  b\n────\n1  2",
        "with a caption",
    ),
    (
        "<table><tr><th colspan=2>a</th></tr><tr><td rowspan=2>b</td><td>c</td></tr><tr><td>d</td></tr></table>",
        "a\n────\nb  c\n   d",
        "with cells over several columns and rows",
    ),
    (
        "<table><tr><td><p>a</p><p>b</p></td><td><ul><li>c<li>d</ul></td></tr><tr><td>1<td>2</table>",
        "a  • c\nb  • d\n1  2",
        "with blocks in its cells",
    ),
    ("<table><tr><td>a<table><tr><td>b</td></tr></table></td><td>c</td></tr></table>", "a\n\nb\n\nc", "for a layout"),
    ("10<sup>6</sup> H<sub>2</sub>O", "10⁶ H₂O", "raised and lowered digits"),
    ("x<sup>2y</sup> a<sub>max</sub> b<sup>2 c</sup>", "x^2y a_max b^(2 c)", "raised and lowered words"),
    ('<p>a</p>{{< x y="z" >}}<p>b</p>{{< /x >}}{% raw %}<p>{{ c }}</p>', "a\n\nb\n\n{{c}}", "template syntax"),
    ('<a href="{{< ref "b.md" >}}">b</a> {% youtube abc %}', "b[1] Youtube[2]", "links of templates"),
    ('{{< figure src="/m.png" alt="A map" >}}', "[A map]", "an image of a template"),
    ('1<sup><a href="#n">2</a></sup>', "1^2", "a raised link"),
    ("<q>a</q> <abbr title=World>W</abbr> <ruby>漢<rt>kan</rt></ruby>", "“a” W (World) 漢(kan)", "signs around"),
    ("<kbd>a</kbd><mark>b</mark><del>c</del><ins>d</ins><s>e</s><var>f</var>", "abcdef", "styles within a line"),
    ("<pre><code class=language-py>a\n  &lt;b&gt;</code></pre>", " a\n   <b>", "code"),
    ("<pre>a\n```\nb</pre>", " a\n ```\n b", "code with the sign that ends code in Markdown"),
    ("<code>a`b</code> <code>__c__</code>", "a`b __c__", "code within a line"),
    ("<p>__init__ *a* # b [x](y) `c` ~~d~~</p>", "__init__ *a* # b [x](y) `c` ~~d~~", "text that looks like Markdown"),
    ("<p># a</p><p>1. b</p><p>- c</p><p>> d</p>", "# a\n\n1. b\n\n- c\n\n> d", "paragraphs that look like blocks"),
    ("&amp;lt; &lt;b&gt; &amp;amp; &eacute; &copy", "&lt; <b> &amp; é ©", "entities, decoded once"),
    ('<a href="https://x.example/">a</a>', "a[1]", "a link"),
    ('<a href="https://x.example/"><h3>a</h3><p>b</p></a>', "a[1]\n\nb[1]", "a link around blocks"),
    ("<a name=x>a</a> <a href=javascript:x()>b</a>", "a b", "no links"),
    ('<img src="https://x.example/i.png" alt=a>', "[a][1]", "a picture"),
    ('<a href="https://x.example/"><img src="https://i.example/"></a>', "[image][1]", "a picture without words"),
    ("a<img src=https://x.example/s.gif width=1 height=1>b", "ab", "a tracking pixel"),
    ("<figure><img src=https://x.example/ alt=a><figcaption>b</figcaption></figure>", "[a][1]\n\nb", "a figure"),
    ('<iframe src="https://v.example/e" title=V></iframe>', "V[1]", "an embedded page"),
    ('<video><source src="https://v.example/a.mp4"></video>', "[video: v.example][1]", "a video"),
    ("<audio src=https://v.example/a.mp3></audio>", "[audio: v.example][1]", "a recording"),
    ("<details><summary>a</summary>b</details>", "a\n\nb", "a summary"),
    ("<ul><li><input type=checkbox checked>a<li><input type=checkbox>b</ul>", " • ☑ a\n • ☐ b", "boxes"),
    ("a<hr>b", f"a\n\n{'─' * 60}\nb", "a rule"),
    ("un<b>friendly</b> <b> c </b>d", "unfriendly c d", "emphasis"),
    ("<b>a<p>b</b>c", "a\n\nbc", "tags that cross"),
    ("<td>1</td><td>25</td>", "1  25", "cells without a table"),
    ("</tr>\n<tr><td>1</td><td>25</td></tr></tbody>", "1  25", "a row without a table"),
    ("<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>", " • a\n    • b\n • c", "a list between items"),
    ("<ol><li value=7>a</li><li>b</li></ol>", " 7. a\n 8. b", "an item with its number"),
    ("10<sup>\u22123</sup>", "10⁻³", "a raised minus sign"),
    ('<object data="https://v.example/a.pdf">b</object>', "[object: v.example][1]", "a document"),
    ("<script>alert(1)</script>a<style>b{}</style><svg><text>x</text></svg>", "a", "scripts, styles and drawings"),
    ("<p>&nbsp;</p><p>a</p><div><br></div>", "a", "empty blocks"),
    ("a\n\n   b", "a b", "white space"),
    ("<marquee onclick=x()>a</marquee>", "a", "any other element"),
    ("</a></p>b", "b", "ends without a beginning"),
    ("<!-- a --><?php b ?>d", "d", "comments and instructions"),
    ("a < b", "a < b", "a sign that begins nothing"),
    ("", "", "nothing"),
]


@pytest.mark.parametrize(("html", "drawn", "remark"), SHAPES, ids=[remark for _, _, remark in SHAPES])
def test_html_is_rendered_with_its_structure(html: str, drawn: str, remark: str) -> None:
    assert draw(html, is_html=True)[0] == drawn, remark


@pytest.mark.parametrize(
    ("markdown", "drawn", "remark"),
    [
        ("10<sup>6</sup> and *H<sub>2</sub>O*", "10⁶ and H₂O", "raised and lowered digits"),
        ("<b>a *b* c</b> d", "a b c d", "Markdown within"),
        ("<kbd>Ctrl</kbd>+<kbd>C</kbd>", "Ctrl+C", "keys"),
        ("a <!-- b --> c", "a  c", "a comment"),
        ("</b>a<i>b", "ab", "tags without a partner"),
        ("<b><i>a</b>b", "ab", "tags that cross"),
        ('a <img src="https://x.example/i.png" alt="b"> c', "a [b][1] c", "a picture"),
        ("a<br/>b", "a\nb", "a line break"),
        ("a <q>b</q> <abbr title='C d'>c</abbr> <abbr>e</abbr>", "a “b” c (C d) e", "signs around"),
        ("a <video controls><source src='https://v.example/a.mp4'>b</video> c", "a [video: v.example][1] c", "a video"),
        ("a <audio src='https://v.example/a.mp3'></audio>", "a [audio: v.example][1]", "a recording"),
        ("a <svg><title>b</title></svg> c", "a  c", "a drawing"),
        ("a <table><tr><td>1</td><td>25</td></tr></table> b", "a\n1  25\nb", "a table within a line"),
        ("a <div>*b*</div><hr> <br>c", "a\nb\nc", "blocks within a line"),
        ("<TABLE>\n<TR><TD>1</TD><TD>25</TD></TR>\n</TABLE>", "1  25", "a table in capitals"),
        ("<table>\n\n<tr>\n<td>1</td>\n\n\n<td>25</td>\n\n</tr>\n\n</table>", "1  25", "a table with blank lines"),
        ("<ol>\n<li>a</li>\n\n<li>b</li>\n</ol>\n\nc", " 1. a\n 2. b\n\nc", "a list with blank lines"),
        ("```\n<ol>\n\n<li>a\n```", " <ol>\n\n <li>a", "such a list in code"),
        ("<table>\n<tr><td>\n\n*a*\n\n</td></tr>\n</table>", "a", "Markdown in a table"),
        ("<u>a</u> <span style='x'>b</span>", "a b", "elements without a style of their own"),
    ],
)
def test_inline_html_in_markdown_is_rendered(markdown: str, drawn: str, remark: str) -> None:
    assert draw(markdown)[0] == drawn, remark


@pytest.mark.parametrize(
    "html",
    [
        *(sign * 5_000 for sign in ("<div>", "<ul><li>", "<b>", "<table><tr><td>", "<blockquote>", "<a href=x>")),
        *(f"{sign * 40}" for sign in ("<ul><li>", "<blockquote>", "<dl><dd>", "<table><tr><td>x<td>")),
    ],
)
def test_deeply_nested_html_keeps_its_words(html: str) -> None:
    assert "Z" in draw(f"{html}Z", is_html=True)[0]


@given(st.text(st.sampled_from("<>/=\"'&;!-[]abpre script\n"), max_size=200))
def test_any_text_becomes_html_tokens(html: str) -> None:
    assert isinstance(html_tokens(html), list)
