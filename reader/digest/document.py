"""Digest as a Markdown or HTML document with a table of contents and sources."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from reader import urls
from reader.content.formats.prose import visible_text
from reader.digest.bodies import BodyWriter
from reader.render.markup.rst import rst_to_markdown
from reader.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reader.article import Article

__all__ = ["digest_html", "digest_markdown", "source_html"]

_HEADING = re.compile(r"^(#{1,6})(?=\s)", re.MULTILINE)
_FIRST_HEADING = re.compile(r"\s*#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n|\Z)")
_STYLE = "body{max-width:42em;margin:auto;padding:1em;font-family:sans-serif;line-height:1.5}img{max-width:100%}"


def digest_markdown(articles: Sequence[Article], title: str) -> str:
    """Return the articles as one Markdown document."""
    lines = [f"# {title}", ""]
    lines += [f"{number}. [{_plain(article.title)}](#{_anchor(number)})" for number, article in enumerate(articles, 1)]
    for number, article in enumerate(articles, 1):
        lines += ["", f'<a id="{_anchor(number)}"></a>', "", f"## {_plain(article.title)}", "", _source(article), ""]
        lines.append(_markdown_body(article) or article.excerpt)
    return "\n".join(lines)


def _markdown_body(article: Article) -> str:
    """Return the body without a heading that repeats the title, and with its headings below the article's heading."""
    text = rst_to_markdown(article.path, visible_text(article.body))
    first = _FIRST_HEADING.match(text)
    if first is not None and fold(first[1]) == fold(article.title):
        text = text[first.end() :]
    return _HEADING.sub(_below, text.strip())


def _below(heading: re.Match[str]) -> str:
    return "#" * min(6, len(heading[1]) + 2)


def _anchor(number: int) -> str:
    return f"article-{number}"


def _plain(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", text)


def _source(article: Article) -> str:
    parts = [_plain(part) for part in _said(article)]
    return " · ".join([*parts, *([f"<{article.url}>"] if article.url else [])])


def _said(article: Article) -> Iterator[str]:
    if article.provider:
        yield article.provider.name or article.provider.domain
    if article.published_at is not None:
        yield f"{article.published_at:%Y-%m-%d}"
    if article.authors:
        yield ", ".join(article.authors)


def digest_html(articles: Sequence[Article], title: str, language: str = "") -> str:
    """Return the articles as one HTML file without scripts, for mail or a browser."""
    entries = "".join(
        f'<li><a href="#{_anchor(number)}">{escape(article.title)}</a></li>'
        for number, article in enumerate(articles, 1)
    )
    bodies = BodyWriter(articles, [f"#{_anchor(number)}" for number in range(1, len(articles) + 1)], level=2)
    texts = "".join(
        f'<article id="{_anchor(number)}"><h2>{escape(article.title)}</h2>'
        f"{source_html(article)}{bodies.xhtml(article)}</article>"
        for number, article in enumerate(articles, 1)
    )
    said = f' lang="{escape(language)}"' if language else ""
    return (
        f'<!DOCTYPE html>\n<html{said}><head><meta charset="utf-8"/><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{escape(title)}</h1><nav><ol>{entries}</ol></nav>\n{texts}</body></html>"
    )


def source_html(article: Article) -> str:
    """Return the source of an article as a paragraph."""
    parts = [escape(part) for part in _said(article)]
    if article.url and urls.is_safe(article.url):
        address = escape(article.url)
        parts.append(f'<a href="{address}">{address}</a>')
    return f"<p>{' · '.join(parts)}</p>\n" if parts else ""
