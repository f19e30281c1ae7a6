"""Targets that actions open or copy. Pure: the effects in ``tui.external`` do the work."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote

from msgspec import Struct

from reader.external.browser import explain_refusal
from reader.external.programs import markdown_link
from reader.links import names_file
from reader.text import fold, sanitize_line
from reader.urls import has_scheme

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reader.index.model import ArticleSummary
    from reader.render.links import PageLink
    from reader.render.page import Page

__all__ = [
    "Copied",
    "FolderArticle",
    "Heading",
    "Refusal",
    "Target",
    "WebPage",
    "clicked_action",
    "find_heading",
    "find_headings",
    "what_would_open",
]


_LINK_NUMBER = re.compile(r"\[\d+\]")
_NO_LETTERS = re.compile(r"[\W_]+")


class WebPage(Struct, frozen=True):
    """URL to open in the browser."""

    url: str


class FolderArticle(Struct, frozen=True):
    """Article in the folder to show in the article pane, at a heading if ``fragment`` names one.

    ``notice`` tells the user about the choice between several articles.
    """

    path: str
    fragment: str = ""
    notice: str = ""


class Copied(Struct, frozen=True):
    """Text to copy."""

    text: str


class Refusal(Struct, frozen=True):
    """Reason why nothing is opened or copied."""

    reason: str
    warning: bool = True


class Heading(Struct, frozen=True):
    """Heading with its line and its level from 1 to 6; 0 for a section of the page, such as the related articles."""

    row: int
    level: int
    text: str


Target: TypeAlias = WebPage | FolderArticle | Copied | Refusal


def what_would_open(
    entry: ArticleSummary | None, links: Sequence[PageLink], action: str, number: int | None = None
) -> Target:
    """Return the target of an action on an article; ``open.link`` needs the number of one of its ``links``."""
    if action == "open.link":
        return _link_target(links, number)
    if entry is None:
        return Refusal("No article selected")
    url = entry.web_url if action == "open.web" else entry.url
    if not url:
        return Refusal(f"This article has no {'web URL' if action == 'open.web' else 'URL'}")
    match action:
        case "copy.url":
            return Copied(url)
        case "copy.markdown":
            return Copied(markdown_link(entry.title, url))
    return _web_page(url)


def _link_target(links: Sequence[PageLink], number: int | None) -> Target:
    link = next((link for link in links if link.number == number), None)
    if link is None:
        return Refusal(f"No link {number}", warning=False)
    if link.path:
        notice = f'{link.others + 1} articles are called "{_name(link)}"; this is the nearest' if link.others else ""
        return FolderArticle(link.path, link.fragment, notice)
    if link.url or has_scheme(link.target):
        return _web_page(link.url or link.target)
    return Refusal(f'Not {"an article" if names_file(link.target) else "in this folder"}: "{_name(link)}"')


def _name(link: PageLink) -> str:
    return sanitize_line(unquote(link.target)).removeprefix("[[").removesuffix("]]")


def _web_page(url: str) -> Target:
    refusal = explain_refusal(url)
    return Refusal(refusal) if refusal else WebPage(url)


def find_heading(page: Page, fragment: str) -> int | None:
    """Return the line of the heading that a fragment names by its text or ID; None if there is none."""
    wanted = _letters(fragment.rpartition("#")[2])
    for row, line in enumerate(page.lines):
        for segment in line:
            meta = segment.style.meta if segment.style else {}
            names = (_LINK_NUMBER.sub("", str(meta.get("heading", ""))), str(meta.get("id", "")))
            if wanted and wanted in map(_letters, names):
                return row
    return None


def find_headings(page: Page) -> list[Heading]:
    """Return the headings of a page from top to bottom, including those of its sections (Related, Links)."""
    found: list[Heading] = []
    last: tuple[int, str] = (-2, "")
    for row, line in enumerate(page.lines):
        meta = next((segment.style.meta for segment in line if segment.style and segment.text.strip()), {})
        text = str(meta.get("heading") or meta.get("section") or "")
        # A long heading spans several lines.
        if text and last != (row - 1, text):
            found.append(Heading(row, int(str(meta.get("level", 0))), _LINK_NUMBER.sub("", text)))
        last = row, text
    return found


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", fold(text))


def clicked_action(meta: Mapping[str, object]) -> tuple[str, int | None] | None:
    """Return the action of a clickable segment and the number of its link; None if it opens nothing."""
    if "link" in meta:
        return "open.link", int(str(meta["link"]))
    if "open" in meta:
        return ("open.web" if meta["open"] == "web" else "open"), None
    return None
