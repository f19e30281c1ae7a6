"""Rendering of an article to the lines of a page, with every field that has a value.

A pure function from article, folder context, width and colors to lines of segments and numbered links. A clickable
segment has ``link`` (a number), ``topic`` (a name) or ``open`` (``original`` or ``web``) in its style's meta.
"""

from __future__ import annotations

import io
from itertools import chain, repeat
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from rich.console import Console
from rich.padding import Padding
from rich.style import Style
from rich.text import Text

from reader import links, urls
from reader.content.formats import prose
from reader.problems import Level
from reader.render.format import describe_related, file_name, format_datetime, format_number, quality_bar, wrap_text
from reader.render.highlight import MAX_FILTERED, MAX_HITS, highlight_lines
from reader.render.links import PageLink, describe_link, page_links
from reader.render.markdown import MAX_MARKDOWN, draw_body, has_markup, parse_body, parse_excerpt, repeats
from reader.render.markup.blocks import unwrap_elements
from reader.render.markup.rst import rst_to_markdown
from reader.text import cell_width, display_path, reading_minutes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rich.console import RenderableType
    from rich.segment import Segment

    from reader.article import Article, Image, Link
    from reader.links import Destination
    from reader.problems import Problem
    from reader.render.highlight import Match
    from reader.render.markdown import ParsedBody
    from reader.render.style import RenderOptions

__all__ = [
    "MAX_IMAGES_SHOWN",
    "MAX_MENTIONS",
    "ArticleContext",
    "Backlink",
    "Page",
    "highlight_page",
    "link_targets",
    "parse_article",
    "render_page",
]

MAX_IMAGES_SHOWN = 20
MAX_MENTIONS = 50
# In characters: more than any page contains.
_BETWEEN = " · "
_MOST_SOUGHT = 100_000_000


class Backlink(Struct, frozen=True):
    """Article in the folder that links to this one, or lists it among its related articles."""

    path: str
    title: str
    source: str


class ArticleContext(Struct, frozen=True):
    """Information about an article from the rest of the folder.

    ``related_paths`` is parallel to ``article.related``: the path of the entry's file in the folder, or empty.
    ``destinations`` maps the targets in body and excerpt to where they lead. ``leads`` returns whether a target may
    lead somewhere, so that its link gets a number.
    """

    related_paths: tuple[str, ...] = ()
    mentions: tuple[Backlink, ...] = ()
    problems: tuple[Problem, ...] = ()
    destinations: Mapping[str, Destination] = MappingProxyType({})
    leads: Callable[[str], bool] = links.leads


class Page(Struct, frozen=True):
    """Rendered article: its lines, none wider than requested, and its links by number.

    ``texts`` lists the ranges of lines (start, exclusive end) that contain the article's text rather than metadata.
    ``hits`` are the matches of the filter or of the search in the article, from top to bottom.
    """

    lines: tuple[tuple[Segment, ...], ...]
    links: tuple[PageLink, ...]
    texts: tuple[tuple[int, int], ...] = ()
    hits: tuple[Match, ...] = ()


def parse_article(article: Article) -> ParsedBody:
    """Return the parsed body of an article, without a heading that repeats its title."""
    text = prose.visible_text(article.body)
    if len(text) <= MAX_MARKDOWN:
        text = unwrap_elements(article.path, rst_to_markdown(article.path, text))
    return parse_body(text, is_html=article.path.lower().endswith(".html")).without_heading(article.title)


def link_targets(article: Article, body: ParsedBody) -> tuple[str, ...]:
    """Return the targets of the links in the text of an article, as written."""
    return (*links.find_targets(article.excerpt), *body.targets)


def render_page(article: Article, around: ArticleContext, look: RenderOptions, body: ParsedBody | None = None) -> Page:
    """Return an article rendered as a page with the filter's matches highlighted; ``body`` is its parsed body."""
    sheet = _PageBuilder(article, around, look, body or parse_article(article))
    sheet.head()
    sheet.body()
    sheet.foot()
    return highlight_page(Page(tuple(sheet.lines), tuple(sheet.links), tuple(sheet.texts)), look)


def highlight_page(page: Page, look: RenderOptions) -> Page:
    """Return the page with the filter's matches highlighted. The page must not contain highlights yet."""
    style = Style.parse(look.palette.found)
    lines = list(page.lines)
    texts, room = ([(0, len(lines))], _MOST_SOUGHT) if look.sought else (page.texts, MAX_FILTERED)
    hits: list[Match] = []
    for start, end in texts:
        lines[start:end], found = highlight_lines(lines[start:end], look.sought or look.found, style, room)
        hits += (tuple((start + row, first, last) for row, first, last in match) for match in found)
    return replace(page, lines=tuple(lines), hits=tuple(hits[:MAX_HITS]))


def _reading_time(article: Article) -> str:
    minutes = reading_minutes(article.body)
    return f"{minutes:,} min" if minutes else ""


class _PageBuilder:
    """Builder of a page, from top to bottom."""

    def __init__(self, article: Article, around: ArticleContext, look: RenderOptions, body: ParsedBody) -> None:
        self.article = article
        self.around = around
        self.look = look
        self.lines: list[tuple[Segment, ...]] = []
        self.texts: list[tuple[int, int]] = []
        self.links: list[PageLink] = []
        self._body = body
        self._body_links = self._links_left_out = 0
        self._console = Console(
            file=io.StringIO(), width=look.width, force_terminal=True, color_system="truecolor", legacy_windows=False,
            markup=False, emoji=False, highlight=False, _environ={},
        )  # fmt: skip

    def head(self) -> None:
        article, palette = self.article, self.look.palette
        self._put_text(Text(article.title, palette.title))
        self._put(self._byline())
        for notice in self._notices():
            self._put(Text(notice, palette.warning))
        if article.excerpt and not repeats(article.excerpt, self._body):
            self._gap()
            self._put_text(self._excerpt(article.excerpt))

    def body(self) -> None:
        images = {target for target, leads in self.around.destinations.items() if leads.url}
        body = draw_body(self._body, len(self.links) + 1, self.look.palette, self.around.leads, images)
        self.links += page_links(body.links, self.around.destinations)
        if body.renderable is not None:
            self._gap()
            self._put_text(body.renderable)
        self._body_links += len(body.links)
        self._links_left_out += body.left_out

    def foot(self) -> None:
        self._facts()
        self._related()
        self._list_links()
        self._mentions()
        self._problems()

    def _excerpt(self, excerpt: str) -> RenderableType:
        if not has_markup(excerpt):
            return Text(excerpt, "italic")
        drawn = parse_excerpt(excerpt, len(self.links) + 1, self.look.palette, self.around.leads)
        self._body_links = len(drawn.links)
        self._links_left_out = drawn.left_out
        self.links += page_links(drawn.links, self.around.destinations)
        return drawn.renderable or Text("")

    def _byline(self) -> Text:
        article, palette = self.article, self.look.palette
        provider = article.provider
        parts = [Text(provider.name or provider.domain, palette.accent)]
        if provider.name and provider.domain and provider.domain != provider.name:
            parts.append(Text(provider.domain, palette.muted))
        parts.append(Text(", ".join(article.authors)))
        if article.translators:
            parts.append(Text(f"translated by {', '.join(article.translators)}"))
        parts.append(Text(format_datetime(article.published_at, self.look.zone)))
        if article.updated_at is not None and article.updated_at != article.published_at:
            parts.append(Text(f"updated {format_datetime(article.updated_at, self.look.zone)}"))
        if article.quality is not None:
            text = f"quality {format_number(article.quality)} {quality_bar(article.quality)}"
            parts.append(Text(text, palette.quality(article.quality)))
        if article.heat is not None:
            parts.append(Text(f"heat {format_number(article.heat)}"))
        words = (
            article.type,
            article.category,
            article.language,
            ", ".join(article.levels),
            article.length or _reading_time(article),
            article.price,
        )
        parts += [Text(word, palette.muted) for word in words]
        return _joined((part for part in parts if part.plain), self.look.width, palette.muted)

    def _notices(self) -> list[str]:
        notices = []
        if self.article.draft:
            notices.append("✎ Draft")
        if self.article.secured:
            notices.append("⚿ Encrypted: the full text cannot be shown")
        if self.article.unreadable:
            notices.append(f"! Unreadable: {self._why_unreadable()}")
        return notices

    def _why_unreadable(self) -> str:
        problem = next(iter(self.around.problems), None)
        if problem is None:
            return "front matter was removed"
        # A problem without a line concerns the entire file.
        return "front matter could not be parsed" if problem.line else problem.message

    def _facts(self) -> None:
        article = self.article
        rows: list[tuple[str, Text]] = []
        if article.topics:
            topics = [Text(name, self._accent(topic=name)) for name in article.topics]
            rows.append(("Topics", Text(" · ").join(topics)))
        if article.series:
            rows.append(("Series", Text(" · ".join(article.series))))
        if any(name != article.provider.name for name in article.feeds):
            rows.append(("Feed", Text(" · ".join(article.feeds))))
        if article.original_url:
            rows.append(("Original", Text(article.original_url, self._accent(open="original"))))
        if article.web_url and article.web_url != article.original_url:
            rows.append(("Web", Text(article.web_url, self._accent(open="web"))))
        rows += map(self._link, article.links)
        if article.aliases:
            rows.append(("Aliases", Text(" · ".join(article.aliases), self.look.palette.muted)))
        rows += map(self._image, article.images[:MAX_IMAGES_SHOWN])
        if len(article.images) > MAX_IMAGES_SHOWN:
            rows.append(("", Text(f"… {len(article.images) - MAX_IMAGES_SHOWN} more", self.look.palette.muted)))
        rows += [("Image", Text(path, self.look.palette.muted)) for path in article.image_paths[:MAX_IMAGES_SHOWN]]
        rows.append(("File", Text(display_path(article.path), self.look.palette.muted)))
        self._gap()
        for label, value in rows:
            self._put_labelled(label, value)

    def _link(self, link: Link) -> tuple[str, Text]:
        added = self._add_link(link.title or link.type or "link", link.url)
        text = Text(link.title or link.url, self._accent(link=added.number))
        for word in (link.type, link.url if link.title else ""):
            if word:
                text.append(f" · {word}", self.look.palette.muted)
        return f"Link {added.number}", text

    def _image(self, image: Image) -> tuple[str, Text]:
        size = f"{image.width}×{image.height}" if image.width and image.height else ""
        link = self._add_link(image.alt or "image", image.url)
        host, name = urls.host(image.url), file_name(image.url)
        text = Text(image.alt or name or host, self._accent(link=link.number))
        for word in (size, "cached" if image.is_cached else "", host if image.alt or name else ""):
            if word:
                text.append(f" · {word}", self.look.palette.muted)
        return f"Image {link.number}", text

    def _related(self) -> None:
        article, palette = self.article, self.look.palette
        if not article.related:
            return
        self._heading("Related")
        for related, path in zip(article.related, chain(self.around.related_paths, repeat("")), strict=False):
            if related is not article.related[0]:
                self.lines.append(())
            link = self._add_link(related.title, related.url, path)
            self._put_numbered(link.number, self._titled(link, related.title), Text())
            if details := describe_related(related, self.look.zone):
                parts = (Text(part, palette.muted) for part in details)
                self._put(Padding(_joined(parts, self.look.width - 3, palette.muted), (0, 0, 0, 3)))
            if related.excerpt:
                self._put(Padding(Text(related.excerpt, palette.muted), (0, 0, 0, 3)))

    def _titled(self, link: PageLink, title: str) -> Text:
        text = Text(title or link.target, Style(meta={"link": link.number}))
        if link.path:
            text.append(" ◆", self._accent(link=link.number))
        return text

    def _list_links(self) -> None:
        # Links in excerpt and body get the first numbers.
        found = self.links[: self._body_links]
        if not found:
            return
        self._heading("Links")
        for link in found:
            title = self._titled(link, link.title)
            title.overflow = "ellipsis"
            self._put_numbered(link.number, title, Text(describe_link(link, self.article.path)))
        self._and_more(self._links_left_out)

    def _mentions(self) -> None:
        mentions = self.around.mentions
        if not mentions:
            return
        self._heading("Referenced by")
        for mention in mentions[:MAX_MENTIONS]:
            link = self._add_link(mention.title, path=mention.path)
            self._put_numbered(link.number, self._titled(link, mention.title), Text(mention.source))
        self._and_more(len(mentions) - MAX_MENTIONS)

    def _and_more(self, count: int) -> None:
        if count > 0:
            self._put(Text(f"   … {count} more", self.look.palette.muted))

    def _problems(self) -> None:
        if not self.around.problems:
            return
        self._heading("Problems")
        for problem in self.around.problems:
            place = f"line {problem.line}: " if problem.line else ""
            field = f"{problem.field}: " if problem.field else ""
            style = self.look.palette.muted if problem.level is Level.NOTE else self.look.palette.warning
            self._put(Text(f"! {place}{field}{problem.message}", style))

    def _add_link(self, title: str, target: str = "", path: str = "") -> PageLink:
        link = PageLink(len(self.links) + 1, title, target, path)
        self.links.append(link)
        return link

    def _accent(self, **meta: object) -> Style:
        return Style.parse(self.look.palette.accent) + Style(meta=meta)

    def _heading(self, text: str) -> None:
        self._gap()
        self._put(Text(text, Style.parse(self.look.palette.title) + Style(meta={"section": text})))

    def _put_labelled(self, label: str, value: Text) -> None:
        first = Text(f"{label:<9} ", self.look.palette.muted)
        self._put_hanging(first, value)

    def _put_numbered(self, place: int, title: Text, details: Text) -> None:
        start = len(self.lines)
        self._put_hanging(Text(f"{place:>2} ", self._accent(link=place)), title)
        self.texts.append((start, len(self.lines)))
        if details.plain:
            details.stylize(self.look.palette.muted)
            details.no_wrap, details.overflow = True, "ellipsis"
            self._put(Padding(details, (0, 0, 0, 3)))

    def _put_hanging(self, first: Text, value: Text) -> None:
        """Add a label and a text whose continuation lines are indented to the width of the label."""
        indent = cell_width(first.plain)
        room = max(1, self.look.width - indent)
        for row, line in enumerate(wrap_text(value, room, self._console)):
            start = first if row == 0 else Text(" " * indent)
            self._put(Text.assemble(start, line))

    def _put_text(self, renderable: RenderableType) -> None:
        """Add text of the article and record its lines in ``texts``."""
        start = len(self.lines)
        self._put(renderable)
        self.texts.append((start, len(self.lines)))

    def _put(self, renderable: RenderableType) -> None:
        self.lines += map(tuple, self._console.render_lines(renderable, pad=False))

    def _gap(self) -> None:
        if self.lines and any(segment.text.strip() for segment in self.lines[-1]):
            self.lines.append(())


def _joined(parts: Iterable[Text], cells: int, style: str) -> Text:
    """Join parts so that lines break only between parts, unless a part is longer than a line."""
    text, used = Text(), 0
    for part in parts:
        if used and used + len(_BETWEEN) + part.cell_len > cells:
            text.append("\n")
            used = 0
        elif used:
            text.append(_BETWEEN, style)
            used += len(_BETWEEN)
        text.append_text(part)
        used += part.cell_len
    return text
