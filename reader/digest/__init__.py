"""Digests: several articles as one document in Markdown, HTML or EPUB. Does not open article files."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from reader.digest.document import digest_html, digest_markdown
from reader.digest.epub import digest_epub

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from reader.article import Article

    _Format = Callable[[Sequence[Article], str, str, datetime], bytes]

__all__ = ["FORMATS"]

FORMATS: Mapping[str, _Format] = MappingProxyType(
    {
        "md": lambda articles, title, _language, _now: digest_markdown(articles, title).encode("utf-8", "replace"),
        "html": lambda articles, title, language, _now: digest_html(articles, title, language).encode(
            "utf-8", "replace"
        ),
        "epub": digest_epub,
    }
)
"""Format → function that returns a document's bytes, given the articles, a title, their language and the time."""
