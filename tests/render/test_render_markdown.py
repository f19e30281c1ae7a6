"""Rendering of a body: links become numbers, HTML becomes text, and only a safe URL gets a number."""

from __future__ import annotations

import io

import pytest
from drawing import draw
from fuzz_terminal import assert_terminal_safe
from rich.console import Console

from reader.render.links import BodyLink
from reader.render.markdown import draw_body, parse_body, parse_excerpt
from reader.render.style import Palette


@pytest.mark.parametrize(
    ("body", "shown", "urls", "remark"),
    [
        ("[a](https://a.example/)", "a[1]", ["https://a.example/"], "a link"),
        ("[a](https://a.example) [b](http://b.example)", "a[1] b[2]", ["https://a.example", "http://b.example"], "two"),
        ("[a](https://a.example/) [b](https://a.example/)", "a[1] b[1]", ["https://a.example/"], "one URL, one number"),
        ("[a][x]\n\n[x]: https://a.example/", "a[1]", ["https://a.example/"], "a reference"),
        ("<https://a.example/b>", "https://a.example/b[1]", ["https://a.example/b"], "an address in angle brackets"),
        ("![map](https://a.example/m.png)", "[map][1]", ["https://a.example/m.png"], "a picture is its caption"),
        ("![](https://a.example/m.png)", "[image][1]", ["https://a.example/m.png"], "a picture without one"),
        ("[![m](https://i.example)](http://l.example)", "[m][2][1]", ["http://l.example", "https://i.example"], "both"),
        ("# [a](https://a.example/)", "a[1]", ["https://a.example/"], "in a heading"),
        ("- [a](https://a.example/)", "• a[1]", ["https://a.example/"], "in a list"),
        ("**[a *b*](https://a.example/)**", "a b[1]", ["https://a.example/"], "with emphasis in and around it"),
        ("[![](https://a.example/i.png)](/x)", "[image][1]", ["/x"], "an icon that is linked"),
        ("![](img/a%20b.png?x=1) ![c](img/d.png)", "[a b.png] [c]", [], "pictures of the folder"),
        ("`[a](https://a.example/)`", "[a](https://a.example/)", [], "not in code"),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))", [], "a scheme that does things"),
        ("[a](file:///etc/passwd)", "[a](file:///etc/passwd)", [], "a file"),
        ("[a](/here) [b](#there) [c](mailto:x@y.example)", "a[1] b[2] c", ["/here", "#there"], "in folder and page"),
        ("[a](https://a.example\\@b.example)", "a", [], "an address that misleads"),
        ('<a href="https://a.example/">a</a> b', "a[1] b", ["https://a.example/"], "a link of HTML within a line"),
        ("see https://a.example/b.", "see https://a.example/b[1].", ["https://a.example/b"], "a bare address"),
        ("(https://a.example/b)", "(https://a.example/b[1])", ["https://a.example/b"], "a bare address in parentheses"),
        ("https://a.example/b_(c)", "https://a.example/b_(c)[1]", ["https://a.example/b_(c)"], "its own parentheses"),
        ("www.a.example", "www.a.example[1]", ["http://www.a.example"], "a bare host"),
        ("`https://a.example/`", "https://a.example/", [], "an address in code"),
        ('<p><a href="https://a.example/">a</a></p>', "a[1]", ["https://a.example/"], "a block of HTML is read"),
        ("<script>alert(1)</script>", "", [], "a script is nothing"),
        ("a<br>b", "a\nb", [], "a line break"),
        ("a ~~b~~", "a b", [], "strikethrough"),
        ("", "", [], "nothing"),
        (" \n\t\n", "", [], "only blanks"),
    ],
)  # fmt: skip
def test_links_become_numbers(body: str, shown: str, urls: list[str], remark: str) -> None:
    text, links = draw(body)
    assert text.strip() == shown, remark
    assert [link.target for link in links] == urls, remark
    assert [link.number for link in links] == list(range(1, len(urls) + 1))


def test_link_numbers_begin_at_the_given_number() -> None:
    text, links = draw("[a](https://a.example/)", first=7)
    assert text == "a[7]"
    assert links == (BodyLink(7, "https://a.example/", "a"),)


def test_textual_markup_is_rendered_as_text() -> None:
    text, _ = draw("[/] [@click=app.quit]x[/] [bold]y [link=file:///x]z :none:")
    assert text == "[/] [@click=app.quit]x[/] [bold]y [link=file:///x]z :none:"


@pytest.mark.parametrize("sign", ["x202e", "x2066", "x2028", "x85", "12", "13", "9", "10", "27", "xd800", "0"])
@pytest.mark.parametrize(
    "body",
    [
        *("a&#{};b", "# a&#{};b", "- a&#{};b", "*a&#{};b*", "[a&#{};b](https://x.example/)"),
        *("![a&#{};b](https://x.example/)", "|a&#{};b|\n|-|", "<p>a&amp;#{};b</p>", "<div>a&#{};b</div>"),
        *('[a](https://x.example/ "&#{};")', "```&#{};\na\n```"),
    ],
)
def test_numeric_references_produce_no_control_characters(body: str, sign: str) -> None:
    shown, links = draw(body.format(sign))
    assert "a" in shown
    assert_terminal_safe([*shown.split("\n"), *(link.text for link in links)])
    excerpt = parse_excerpt(body.format(sign), 1, Palette())
    assert_terminal_safe(link.text for link in excerpt.links)
    console = Console(file=io.StringIO(), width=60, _environ={})
    assert_terminal_safe("".join(part.text for part in row) for row in console.render_lines(excerpt.renderable or ""))


def test_link_numbers_are_clickable_without_terminal_hyperlinks() -> None:
    parsed = draw_body(parse_body("[a](https://a.example/) <https://b.example/>"), 1, Palette())
    assert parsed.renderable is not None
    console = Console(file=io.StringIO(), width=60, force_terminal=True, _environ={})
    segments = [segment for row in console.render_lines(parsed.renderable) for segment in row]
    styles = [segment.style for segment in segments if segment.style is not None]
    assert {style.meta["link"] for style in styles if "link" in style.meta} == {1, 2}
    assert all(style.link is None for style in styles)


def test_headings_are_left_aligned_and_code_keeps_its_lines() -> None:
    text, _ = draw("# One\n\n## Two\n\n```\na  b\n  c\n```\n")
    rows = [line.rstrip() for line in text.split("\n") if line.strip()]
    assert rows == ["One", "Two", " a  b", "   c"]


def test_table_is_rendered_in_columns() -> None:
    text, _ = draw("| a | b |\n|---|---|\n| c | d |\n")
    assert [line.split() for line in text.split("\n") if line.strip() and "─" not in line] == [["a", "b"], ["c", "d"]]


def test_body_too_long_for_markdown_is_plain_text() -> None:
    text, links = draw("*x* [a](https://a.example/)\n" * 8_000)
    assert text.startswith("Shown as plain text (too long to format)")
    assert "\n*x* [a](https://a.example/)\n" in text
    assert links == ()


def test_numbered_links_are_limited() -> None:
    _, links = draw(" ".join(f"[a](https://a.example/{number})" for number in range(500)), cells=10_000)
    assert len(links) == 400


def test_html_file_is_rendered_as_html() -> None:
    text, links = draw("<h1>T</h1><p>Some <b>words</b> &amp; <a href='https://a.example/'>more</a></p>", is_html=True)
    assert [line for line in text.split("\n") if line.strip()] == ["T", "Some words & more[1]"]
    assert [link.target for link in links] == ["https://a.example/"]


def test_excerpt_without_html_shows_angle_brackets() -> None:
    parsed = parse_excerpt("A list of <u8>", 1, Palette())
    console = Console(file=io.StringIO(), width=80, _environ={})
    assert parsed.renderable is not None
    assert "A list of <u8>" in "".join(part.text for row in console.render_lines(parsed.renderable) for part in row)


def test_link_label_over_two_lines_gets_a_space() -> None:
    assert draw("[one\ntwo](https://a.example/)")[1][0].text == "one two"


def test_excerpt_has_emphasis_and_links_but_no_blocks() -> None:
    parsed = parse_excerpt("# no *heading* [a](https://a.example/) <b>x</b>", 3, Palette())
    console = Console(file=io.StringIO(), width=80, _environ={})
    assert parsed.renderable is not None
    rows = console.render_lines(parsed.renderable, pad=False)
    assert ["".join(segment.text for segment in row).rstrip() for row in rows] == ["# no heading a[3] x"]


def test_excerpt_without_markup_is_unchanged_text() -> None:
    parsed = parse_excerpt("Just words, 2 * 3 and snake_case.", 1, Palette())
    console = Console(file=io.StringIO(), width=60, _environ={})
    lines = console.render_lines(parsed.renderable or "")
    assert "".join(part.text for part in lines[0]).rstrip() == "Just words, 2 * 3 and snake_case."
    assert len({part.style for part in lines[0] if part.text.strip()}) == 1
    assert list(parsed.links) == []
