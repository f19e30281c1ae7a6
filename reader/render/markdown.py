"""A Markdown body to lines, its links numbered instead of written out.

Rich draws; what it is given has been made harmless first: links become numbers that only this program follows, HTML
becomes text, and nothing in a body can write a terminal hyperlink.
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

# Beyond these a body is shown as the text it is: drawing Markdown costs about 5 ms for each KiB, and a few letters can
# stand for a table of thousands of cells.
MAX_MARKDOWN = 160_000  # characters
MAX_TOKENS = 50_000
MAX_NESTING = 20
# Beyond these a text is cut: nobody reads on, and every line takes its room.
MAX_SHOWN = 500_000  # characters
MAX_SHOWN_LINES = 50_000
MAX_LINKS = 400
_CONTAINERS = frozenset({"blockquote_open", "list_item_open"})
_INLINE_MARKUP = re.compile(r"[*_`\\]|\]\(|<https?:")


class BodyLink(Struct, frozen=True):
    """A link or picture in a body; ``number`` is what the text shows behind it."""

    number: int
    url: str
    text: str


class Body(Struct, frozen=True):
    """A body ready to be drawn at any width, and its links in order; ``left_out`` is how many have no number."""

    renderable: Markdown | Text | None
    links: tuple[BodyLink, ...]
    left_out: int = 0


def parse_body(text: str, first_number: int, palette: Palette, *, is_html: bool = False) -> Body:
    """Read a Markdown (or HTML) body; its links are numbered from ``first_number``."""
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
    """Return a text as it is, up to what can be shown."""
    shown = "\n".join(text[:MAX_SHOWN].split("\n", MAX_SHOWN_LINES)[:MAX_SHOWN_LINES])
    if len(shown) < len(text):
        shown += f"\n\n… truncated ({len(text):,} characters in total)"
    return Text.assemble((f"Shown as plain text (too {why} to format).\n\n", "italic"), shown)


def has_markup(text: str) -> bool:
    """Say whether a line of text may hold Markdown."""
    return _INLINE_MARKUP.search(text) is not None


def parse_excerpt(text: str, first_number: int, palette: Palette) -> Body:
    """Read a single paragraph, in which only emphasis, code and links count as Markdown."""
    numbering = _LinkNumberer(first_number)
    inline = _parser().disable(["html_inline"]).parseInline(text)
    tokens = [Token("paragraph_open", "p", 1), *numbering.blocks(inline), Token("paragraph_close", "p", -1)]
    numbers = [link.number for link in numbering.found]
    drawn = _NumberedMarkdown(tokens, numbers, palette, style="italic")
    return Body(drawn, tuple(numbering.found), len(numbering.left_out))


def _exceeds_nesting(tokens: Iterable[Token]) -> bool:
    """Say whether the parser left out what was nested deeper than it goes: it does so without a word."""
    return any(token.type in _CONTAINERS and token.level >= MAX_NESTING - 1 for token in tokens)


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("strikethrough").enable("table")


class _LinkNumberer:
    """Rewrites a parsed body: each link to a number, each piece of HTML to text."""

    def __init__(self, first_number: int) -> None:
        self._next = first_number
        self._by_url: dict[str, int] = {}
        self.found: list[BodyLink] = []
        self.left_out: set[str] = set()

    @cached_property
    def _parser_of_html(self) -> MarkdownIt:
        # To make one takes a millisecond, and a body may be made of nothing but small pieces of HTML.
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
                # Signs spelled by number, by name or in percent are themselves only now.
                yield token.copy(content=sanitize(token.content)) if token.content else token

    def _image(self, token: Token) -> Iterator[Token]:
        caption = sanitize_line(token.content) or "image"
        yield _text(f"[{caption}]")
        number = self._number(str(token.attrs.get("src", "")), caption)
        if number is not None:
            yield from _numbered(number)

    def _number(self, url: str, text: str) -> int | None:
        """Return the number of a link, the same for the same URL; None where it is not one to open."""
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
    """A heading at the left, where the eye already is; Rich's own are centred in boxes."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = "left"
        yield self.text


class _NumberedMarkdown(Markdown):
    """Rich's Markdown over tokens that are parsed already."""

    elements = {**Markdown.elements, "heading_open": _LeftHeading}  # noqa: RUF012 - as its base declares it

    def __init__(self, tokens: list[Token], numbers: list[int], palette: Palette, style: str = "none") -> None:
        super().__init__("", hyperlinks=False, code_theme="ansi_dark", style=style)
        self.parsed = tokens
        # Rich draws an inline element whose tag it is told of in the style named after it.
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
