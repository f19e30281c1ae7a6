"""Several articles as one document in Markdown or HTML, with a table of contents and sources."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from reader import urls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reader.article import Article

__all__ = ["article_html", "digest_html", "digest_markdown"]

_HEADING = re.compile(r"^(#{1,6})(?=\s)", re.MULTILINE)
_STYLE = "body{max-width:42em;margin:auto;padding:1em;font-family:sans-serif;line-height:1.5}img{max-width:100%}"


def digest_markdown(articles: Sequence[Article], title: str) -> str:
    """Return the articles as one Markdown document."""
    lines = [f"# {title}", ""]
    lines += [f"{number}. [{_plain(article.title)}](#{_anchor(number)})" for number, article in enumerate(articles, 1)]
    for number, article in enumerate(articles, 1):
        lines += ["", f'<a id="{_anchor(number)}"></a>', "", f"## {_plain(article.title)}", "", _source(article), ""]
        # Headings of the text are below the heading of its article.
        lines.append(_HEADING.sub(_below, article.body.strip()) or article.excerpt)
    return "\n".join(lines)


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
    """Return the articles as one HTML file without scripts, to be sent as mail or opened in a browser."""
    entries = "".join(
        f'<li><a href="#{_anchor(number)}">{escape(article.title)}</a></li>'
        for number, article in enumerate(articles, 1)
    )
    texts = "".join(
        f'<article id="{_anchor(number)}"><h2>{escape(article.title)}</h2>{article_html(article)}</article>'
        for number, article in enumerate(articles, 1)
    )
    said = f' lang="{escape(language)}"' if language else ""
    return (
        f'<!DOCTYPE html>\n<html{said}><head><meta charset="utf-8"/><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{escape(title)}</h1><nav><ol>{entries}</ol></nav>\n{texts}</body></html>"
    )


def article_html(article: Article) -> str:
    """Return source and text of an article as XHTML; raw HTML in the text is shown as it is written."""
    parts = [escape(part) for part in _said(article)]
    if article.url and urls.is_safe(article.url):
        address = escape(article.url)
        parts.append(f'<a href="{address}">{address}</a>')
    markdown = MarkdownIt("commonmark", {"html": False, "xhtmlOut": True}).enable(["table", "strikethrough"])
    return f"<p>{' · '.join(parts)}</p>\n{markdown.render(article.body.strip() or article.excerpt)}"
