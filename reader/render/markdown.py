"""Rendering of Markdown bodies, with numbers in place of link URLs.

The tokens are made safe before Rich renders them: links become numbers that only this program follows, HTML becomes
text, and a body cannot produce terminal hyperlinks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.token import Token
from msgspec import Struct
from msgspec.structs import replace
from rich.markdown import (
    CodeBlock,
    Heading,
    HorizontalRule,
    ListItem,
    Markdown,
    MarkdownElement,
    Paragraph,
    TableElement,
)
from rich.padding import Padding
from rich.rule import Rule
from rich.segment import Segment
from rich.style import Style
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from reader import links
from reader.render.code import code_theme
from reader.render.format import wrap_text
from reader.render.links import BodyLink, LinkNumberer
from reader.render.markup.html import html_tokens, inline_tokens
from reader.render.markup.inline import inline_html
from reader.render.markup.parser import MAX_NESTING, parse_inline, parse_markdown
from reader.render.markup.shortcodes import expand_in_html
from reader.text import fold, split_words

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.markdown import MarkdownContext

    from reader.render.style import Palette

__all__ = [
    "MAX_MARKDOWN",
    "MAX_NESTING",
    "MAX_SHOWN",
    "MAX_SHOWN_LINES",
    "MAX_TOKENS",
    "Body",
    "ParsedBody",
    "draw_body",
    "has_markup",
    "parse_body",
    "parse_excerpt",
    "repeats",
]

# A body that exceeds these limits is shown as plain text: rendering Markdown takes about 5 ms per KiB, and a few
# characters can expand to a table of thousands of cells.
MAX_MARKDOWN = 160_000  # characters
MAX_TOKENS = 50_000
# A text that exceeds these limits is truncated, because every line uses memory.
MAX_SHOWN = 500_000  # characters
MAX_SHOWN_LINES = 50_000
_BEGINNING = 3_000  # characters
_CONTAINERS = frozenset({"blockquote_open", "list_item_open"})
_INLINE_MARKUP = re.compile(r"[*_`\\]|\]\(|<https?:")


class Body(Struct, frozen=True):
    """Body that can be rendered at any width, with its links in order.

    ``left_out`` is the number of links beyond ``MAX_LINKS``, which have no numbers.
    """

    renderable: Markdown | Text | None
    links: tuple[BodyLink, ...]
    left_out: int = 0


class ParsedBody(Struct, frozen=True):
    """Body as tokens; ``unformatted`` is the reason why it is shown as plain text, if it is."""

    text: str
    tokens: tuple[Token, ...] = ()
    unformatted: str = ""

    @property
    def beginning(self) -> str:
        """The words at the start of the body, without markup."""
        parts: list[str] = []
        length = 0
        for token in self.tokens:
            if token.type == "inline" and length < _BEGINNING:
                parts.append(_visible_text(token))
                length += len(parts[-1])
        return " ".join(split_words(" ".join(parts)))

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets of its links and images, as written in the body."""
        children = (child for token in self.tokens for child in token.children or ())
        found = ((child.attrs.get("href") or child.attrs.get("src")) for child in children if child.attrs)
        return tuple(str(target) for target in found if target)

    def without_heading(self, title: str) -> ParsedBody:
        """Return the body without a first heading that repeats the title."""
        first = self.tokens[:3]
        if len(first) == 3 and first[0].type == "heading_open" and fold(_visible_text(first[1])) == fold(title):
            return replace(self, tokens=self.tokens[3:])
        return self


def parse_body(text: str, *, is_html: bool = False) -> ParsedBody:
    """Parse a Markdown (or HTML) body."""
    if not text.strip():
        return ParsedBody("")
    if len(text) > MAX_MARKDOWN:
        return ParsedBody(text, unformatted="long")
    tokens = html_tokens(expand_in_html(text)) if is_html else list(_without_html(parse_markdown(text)))
    if len(tokens) > MAX_TOKENS:
        return ParsedBody(text, unformatted="long")
    if not is_html and _exceeds_nesting(tokens):
        return ParsedBody(text, unformatted="deeply nested")
    return ParsedBody(text, tuple(tokens))


def _without_html(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield tokens with block and inline HTML replaced by tokens that can be drawn."""
    for token in tokens:
        if token.type == "html_block":
            yield from html_tokens(token.content)
        else:
            if token.children:
                token.children = list(inline_html(token.children, inline_tokens))
            yield token


def draw_body(
    parsed: ParsedBody,
    first_number: int,
    palette: Palette,
    leads: Callable[[str], bool] = links.leads,
    images: Container[str] = (),
) -> Body:
    """Return the body with its links numbered from ``first_number``, if ``leads`` is true for their target.

    Relative image URLs are numbered only if they are in ``images``.
    """
    if parsed.unformatted:
        return Body(_plain(parsed.text, parsed.unformatted), ())
    if not parsed.tokens:
        return Body(None, ())
    numbering = LinkNumberer(first_number, leads, images)
    tokens = list(numbering.blocks(parsed.tokens))
    drawn = _NumberedMarkdown(tokens, [link.number for link in numbering.found], palette)
    return Body(drawn, tuple(numbering.found), len(numbering.left_out))


def repeats(excerpt: str, body: ParsedBody) -> bool:
    """Return whether a body repeats the excerpt near its beginning, ignoring markup."""
    words = " ".join(split_words("".join(map(_visible_text, _without_html(parse_inline(excerpt))))))
    return bool(words) and f" {words}" in f" {body.beginning}"


def _visible_text(token: Token) -> str:
    """Return the text of a line, without images, which excerpts do not have, and the numbers of footnotes."""
    return "".join(
        " " if child.type in {"softbreak", "hardbreak"} else child.content
        for child in token.children or ()
        if child.type != "image" and not child.meta.get("footnote")
    )


def _plain(text: str, why: str) -> Text:
    """Return a text unformatted, truncated to ``MAX_SHOWN`` and ``MAX_SHOWN_LINES``, with a note that says why."""
    shown = "\n".join(text[:MAX_SHOWN].split("\n", MAX_SHOWN_LINES)[:MAX_SHOWN_LINES])
    if len(shown) < len(text):
        shown += f"\n\n… truncated ({len(text):,} characters in total)"
    return Text.assemble((f"Shown as plain text (too {why} to format).\n\n", "italic"), shown)


def has_markup(text: str) -> bool:
    """Return whether a line of text can contain inline Markdown."""
    return _INLINE_MARKUP.search(text) is not None


def parse_excerpt(text: str, first_number: int, palette: Palette, leads: Callable[[str], bool] = links.leads) -> Body:
    """Parse a single paragraph of inline Markdown and number its links as ``draw_body`` does."""
    numbering = LinkNumberer(first_number, leads)
    inline = numbering.blocks(_without_html(parse_inline(text)))
    tokens = [Token("paragraph_open", "p", 1), *inline, Token("paragraph_close", "p", -1)]
    numbers = [link.number for link in numbering.found]
    drawn = _NumberedMarkdown(tokens, numbers, palette, style="italic")
    return Body(drawn, tuple(numbering.found), len(numbering.left_out))


def _exceeds_nesting(tokens: Iterable[Token]) -> bool:
    """Return whether the nesting reaches the parser's limit: beyond it, the parser silently drops content."""
    return any(token.type in _CONTAINERS and token.level >= MAX_NESTING - 1 for token in tokens)


class _LeftHeading(Heading):
    """Left-aligned heading. Rich centers level 1; its older versions center every level and put level 1 in a box."""

    id = ""

    @classmethod
    def create(cls, markdown: Markdown, token: Token) -> _LeftHeading:
        """Create the element for a token; links refer to it by the ``id`` in its metadata."""
        del markdown
        heading = cls(token.tag)
        heading.id = str(token.meta.get("id", ""))
        return heading

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = "left"
        self.text.stylize(Style(meta={"heading": self.text.plain, "level": int(self.tag[1:]), "id": self.id}))
        yield self.text


class _Paragraph(Paragraph):
    """Paragraph whose long paths and URLs are broken after slashes."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if max(map(len, self.text.plain.split()), default=0) > options.max_width:
            yield from wrap_text(self.text, options.max_width, console)
        else:
            yield from super().__rich_console__(console, options)


class _ListItem(ListItem):
    """List item. A numbered one is drawn as ``1.``, since numbers without a period belong to links."""

    def render_number(self, console: Console, options: ConsoleOptions, number: int, last_number: int) -> RenderResult:
        style = console.get_style("markdown.item.number", default="none")
        cells = len(str(last_number)) + 3
        lines = console.render_lines(
            self.elements, options.update(width=max(1, options.max_width - cells)), style=self.style
        )
        for row, line in enumerate(lines):
            yield Segment(f"{number}.".rjust(cells - 1) + " " if row == 0 else " " * cells, style)
            yield from line
            yield Segment("\n")


class _Rule(HorizontalRule):
    """Horizontal rule."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Rule(style=console.get_style("markdown.hr"))


class _Blocks(MarkdownElement):
    """Blocks stacked vertically."""

    def __init__(self) -> None:
        self.blocks: list[MarkdownElement] = []

    def on_child_close(self, context: MarkdownContext, child: MarkdownElement) -> bool:
        """Collect a block."""
        del context
        self.blocks.append(child)
        return False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self.blocks


class _Definition(_Blocks):
    """Definition of a term, indented below it."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for place, block in enumerate(self.blocks):
            yield Padding(block, (1 if place else 0, 0, 0, 4))


class _Quote(_Blocks):
    """Quotation or callout, with a bar on its left and empty lines between its blocks."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        style = console.get_style("markdown.block_quote")
        inner = options.update(width=max(1, options.max_width - 2))
        bar = Segment("▌ ", style)
        for place, block in enumerate(self.blocks):
            if place:
                yield from (bar, Segment("\n"))
            for line in console.render_lines(block, inner, style=style):
                yield from (bar, *line, Segment("\n"))


class _Table(TableElement):
    """Table that omits an empty header."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for table in super().__rich_console__(console, options):
            if isinstance(table, Table):
                table.show_header = any(str(column.header) for column in table.columns)
                table.show_edge = False
            yield table


class _Code(CodeBlock):
    """Code block without padding lines, which would only extend a background that it does not have."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for syntax in super().__rich_console__(console, options):
            if isinstance(syntax, Syntax):
                syntax.padding = (0, 1)
            yield syntax


class _NumberedMarkdown(Markdown):
    """Rich's Markdown renderable for parsed tokens, with clickable link numbers."""

    elements = {  # noqa: RUF012 - overrides an attribute of Rich's Markdown
        **Markdown.elements,
        "heading_open": _LeftHeading,
        "paragraph_open": _Paragraph,
        "hr": _Rule,
        "list_item_open": _ListItem,
        "blockquote_open": _Quote,
        "dl_open": _Blocks,
        "dt_open": _Paragraph,
        "dd_open": _Definition,
        "table_open": _Table,
        "fence": _Code,
        "code_block": _Code,
    }

    def __init__(self, tokens: list[Token], numbers: list[int], palette: Palette, style: str = "none") -> None:
        super().__init__("", hyperlinks=False, style=style)
        # Rich passes it to Syntax, which also accepts a theme.
        self.code_theme = code_theme(palette)  # type: ignore[assignment]  # a theme, not its name
        self.parsed = tokens
        # Rich applies a style to an inline element only if its tag is listed in ``inlines``.
        self.inlines = {*Markdown.inlines, *(f"link{number}" for number in numbers)}
        self._theme = _theme(numbers, palette)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        with console.use_theme(self._theme):
            drawn = iter(super().__rich_console__(console, options))
            # Rich puts a blank line above nested blocks, even at the beginning.
            if (first := next(drawn, None)) is not None and first != Segment.line():
                yield first
            yield from drawn


def _theme(numbers: list[int], palette: Palette) -> Theme:
    accent = Style.parse(palette.accent)
    styles: dict[str, str | Style] = {
        f"markdown.link{number}": accent + Style(meta={"link": number}) for number in numbers
    }
    # Levels must differ without color too.
    looks = (f"{palette.title} underline", palette.title, "bold", "bold italic", "italic", "italic")
    headings = {f"markdown.h{level}": look for level, look in enumerate(looks, start=1)}
    return Theme(
        {
            **styles,
            **headings,
            "markdown.code": palette.code,
            "markdown.block_quote": palette.muted,
            "markdown.item.bullet": palette.accent,
            "markdown.item.number": palette.muted,
            "markdown.hr": palette.muted,
            "markdown.table.border": palette.muted,
            "markdown.table.header": palette.title,
        }
    )
