"""Rendering of Markdown bodies, with numbers in place of link URLs.

Rich renders tokens that are made safe first: links become numbers that only this program follows, HTML becomes text,
and a body cannot produce terminal hyperlinks.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct
from rich.markdown import Heading, Markdown
from rich.style import Style
from rich.text import Text
from rich.theme import Theme

from reader import urls
from reader.render.html import html_to_markdown
from reader.text import sanitize, sanitize_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console, ConsoleOptions, RenderResult

    from reader.render.style import Palette

__all__ = [
    "MAX_LINKS",
    "MAX_MARKDOWN",
    "MAX_NESTING",
    "MAX_SHOWN",
    "MAX_SHOWN_LINES",
    "MAX_TOKENS",
    "Body",
    "BodyLink",
    "has_markup",
    "parse_body",
    "parse_excerpt",
]

# Beyond these limits a body is shown as plain text: rendering Markdown takes about 5 ms per KiB, and a few characters
# can expand to a table of thousands of cells.
MAX_MARKDOWN = 160_000  # characters
MAX_TOKENS = 50_000
MAX_NESTING = 20
# Beyond these limits a text is truncated: every line uses memory, and such a long article is not read to the end.
MAX_SHOWN = 500_000  # characters
MAX_SHOWN_LINES = 50_000
MAX_LINKS = 400
_CONTAINERS = frozenset({"blockquote_open", "list_item_open"})
_INLINE_MARKUP = re.compile(r"[*_`\\]|\]\(|<https?:")


class BodyLink(Struct, frozen=True):
    """Link or image in a body; the text shows ``number`` after it."""

    number: int
    url: str
    text: str


class Body(Struct, frozen=True):
    """Body that can be rendered at any width, and its links in order.

    ``left_out`` is the number of links beyond ``MAX_LINKS``, which are not numbered.
    """

    renderable: Markdown | Text | None
    links: tuple[BodyLink, ...]
    left_out: int = 0


def parse_body(text: str, first_number: int, palette: Palette, *, is_html: bool = False) -> Body:
    """Parse a Markdown (or HTML) body and number its links from ``first_number``."""
    if is_html and len(text) <= MAX_MARKDOWN:
        text = sanitize(html_to_markdown(text))
    if not text.strip():
        return Body(None, ())
    if len(text) > MAX_MARKDOWN:
        return Body(_plain(text, "long"), ())
    parsed = _parser().parse(text)
    if len(parsed) > MAX_TOKENS:
        return Body(_plain(text, "long"), ())
    if _exceeds_nesting(parsed):
        return Body(_plain(text, "deeply nested"), ())
    numbering = _LinkNumberer(first_number)
    tokens = list(numbering.blocks(parsed))
    drawn = _NumberedMarkdown(tokens, [link.number for link in numbering.found], palette)
    return Body(drawn, tuple(numbering.found), len(numbering.left_out))


def _plain(text: str, why: str) -> Text:
    """Return a text unformatted, truncated to ``MAX_SHOWN`` and ``MAX_SHOWN_LINES``, with a note of the reason."""
    shown = "\n".join(text[:MAX_SHOWN].split("\n", MAX_SHOWN_LINES)[:MAX_SHOWN_LINES])
    if len(shown) < len(text):
        shown += f"\n\n… truncated ({len(text):,} characters in total)"
    return Text.assemble((f"Shown as plain text (too {why} to format).\n\n", "italic"), shown)


def has_markup(text: str) -> bool:
    """Return whether a line of text may contain inline Markdown."""
    return _INLINE_MARKUP.search(text) is not None


def parse_excerpt(text: str, first_number: int, palette: Palette) -> Body:
    """Parse a single paragraph of inline Markdown, without HTML, and number its links from ``first_number``."""
    numbering = _LinkNumberer(first_number)
    inline = _parser().disable(["html_inline"]).parseInline(text)
    tokens = [Token("paragraph_open", "p", 1), *numbering.blocks(inline), Token("paragraph_close", "p", -1)]
    numbers = [link.number for link in numbering.found]
    drawn = _NumberedMarkdown(tokens, numbers, palette, style="italic")
    return Body(drawn, tuple(numbering.found), len(numbering.left_out))


def _exceeds_nesting(tokens: Iterable[Token]) -> bool:
    """Return whether the nesting reaches the parser's limit, beyond which it silently drops content."""
    return any(token.type in _CONTAINERS and token.level >= MAX_NESTING - 1 for token in tokens)


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("strikethrough").enable("table")


class _LinkNumberer:
    """Rewriter of a parsed body: adds a number to each link and converts HTML to text."""

    def __init__(self, first_number: int) -> None:
        self._next = first_number
        self._by_url: dict[str, int] = {}
        self.found: list[BodyLink] = []
        self.left_out: set[str] = set()

    @cached_property
    def _parser_of_html(self) -> MarkdownIt:
        # Creating a parser takes 1 ms, and a body may consist of many small pieces of HTML.
        return _parser().disable(["html_block", "html_inline"])

    def blocks(self, tokens: Iterable[Token]) -> Iterator[Token]:
        for token in tokens:
            if token.type == "html_block":
                yield from self.blocks(self._parser_of_html.parse(sanitize(html_to_markdown(token.content))))
            elif token.children:
                yield token.copy(children=list(self._inline(token.children)), level=0)
            else:
                yield token

    def _inline(self, children: list[Token]) -> Iterator[Token]:
        open_numbers: list[int | None] = []
        for position, token in enumerate(children):
            if token.type == "link_open":
                number = self._number(str(token.attrs.get("href", "")), _link_text(children[position + 1 :]))
                open_numbers.append(number)
                if number is not None:
                    yield Token("anchor_open", f"link{number}", 1)
            elif token.type == "link_close":
                number = open_numbers.pop() if open_numbers else None
                if number is not None:
                    yield Token("anchor_close", f"link{number}", -1)
                    yield from _numbered(number)
            elif token.type == "image":
                yield from self._image(token)
            elif token.type == "html_inline":
                if token.content.lower().startswith("<br"):
                    yield Token("hardbreak", "br", 0)
            else:
                # Sanitize only here: the parser has just decoded character references and percent escapes.
                yield token.copy(content=sanitize(token.content)) if token.content else token

    def _image(self, token: Token) -> Iterator[Token]:
        caption = sanitize_line(token.content) or "image"
        yield _text(f"[{caption}]")
        number = self._number(str(token.attrs.get("src", "")), caption)
        if number is not None:
            yield from _numbered(number)

    def _number(self, url: str, text: str) -> int | None:
        """Return the number of a URL, equal for equal URLs; None if it is unsafe or beyond ``MAX_LINKS``."""
        if url in self._by_url:
            return self._by_url[url]
        if not urls.is_safe(url):
            return None
        if len(self.found) >= MAX_LINKS:
            self.left_out.add(url)
            return None
        number = self._by_url[url] = self._next
        self._next += 1
        self.found.append(BodyLink(number, url, text or url))
        return number


def _link_text(following: list[Token]) -> str:
    parts = []
    for token in following:
        if token.type == "link_close":
            break
        parts.append(token.content)
    return sanitize_line("".join(parts))


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _numbered(number: int) -> Iterator[Token]:
    yield Token("anchor_open", f"link{number}", 1)
    yield _text(f"[{number}]")
    yield Token("anchor_close", f"link{number}", -1)


class _LeftHeading(Heading):
    """Left-aligned heading; Rich centers level 1, and older versions center all levels, level 1 in a box."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = "left"
        yield self.text


class _NumberedMarkdown(Markdown):
    """Rich's Markdown renderable for tokens that are already parsed, with clickable link numbers."""

    elements = {**Markdown.elements, "heading_open": _LeftHeading}  # noqa: RUF012 - overrides an attribute of Rich's Markdown

    def __init__(self, tokens: list[Token], numbers: list[int], palette: Palette, style: str = "none") -> None:
        super().__init__("", hyperlinks=False, code_theme="ansi_dark", style=style)
        self.parsed = tokens
        # Rich applies a style to an inline element only if its tag is listed in ``inlines``.
        self.inlines = {*Markdown.inlines, *(f"link{number}" for number in numbers)}
        self._theme = _theme(numbers, palette)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        with console.use_theme(self._theme):
            yield from super().__rich_console__(console, options)


def _theme(numbers: list[int], palette: Palette) -> Theme:
    accent = Style.parse(palette.accent)
    styles: dict[str, str | Style] = {
        f"markdown.link{number}": accent + Style(meta={"link": number}) for number in numbers
    }
    headings = {f"markdown.h{level}": palette.title for level in range(1, 7)}
    return Theme(
        {
            **styles,
            **headings,
            "markdown.code": palette.code,
            "markdown.block_quote": palette.muted,
            "markdown.item.bullet": palette.accent,
            "markdown.item.number": palette.accent,
            "markdown.hr": palette.muted,
            "markdown.table.border": palette.muted,
            "markdown.table.header": palette.title,
        }
    )
