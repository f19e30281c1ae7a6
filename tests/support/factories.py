"""Handmade rows of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.article import Provider
from reader.index.model import ArticleSummary

if TYPE_CHECKING:
    from reader.marks import MarkTarget


def entry(target: MarkTarget, *, read: bool = False, starred: bool = False, later: bool = False) -> ArticleSummary:
    """Return the row of an article with only an identity and marks."""
    return ArticleSummary(
        id=1,
        target=target,
        path="a.md",
        title="A title",
        excerpt="",
        published_at=None,
        original_url="",
        web_url="",
        quality=None,
        heat=None,
        topics=(),
        category="",
        type="",
        language="",
        authors=(),
        provider=Provider(),
        draft=False,
        secured=False,
        unreadable=False,
        related_count=0,
        image_count=0,
        problem_count=0,
        read=read,
        starred=starred,
        later=later,
    )
