"""What the panes say where there is no article to show, and what to do next."""

from __future__ import annotations

__all__ = ["EMPTY_FOLDER", "NO_MATCH", "nothing_words"]

EMPTY_FOLDER = """There are no articles in this folder.

An article is a text file (.md, .markdown, .mdx, .txt or .html) that begins with front matter:

    ---
    title: "A title"
    date: 2026-01-31
    ---
    The text.

Files that appear here are read with R. q leaves."""
NO_MATCH = """No article matches.

Esc or F shows all again, / changes the filter, - lowers the quality floor."""


def nothing_words(*, reading: bool, everything: bool) -> str:
    """Return the sentence for an empty list: the folder is being read, is empty, or holds nothing that matches."""
    if reading:
        return "Reading the folder …"
    return EMPTY_FOLDER if everything else NO_MATCH
