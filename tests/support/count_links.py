"""Count the destinations of the links in articles, for each folder; list every link on request.

``python tests/support/count_links.py [--list] FOLDER…`` indexes each folder in a temporary folder. The destination of a
link is an article of the folder (here), a web page (browser), an article that does not exist (missing), another file,
or a URL with a scheme other than http and https (refused).
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reader.external.browser import explain_refusal
from reader.library import find_context, open_library
from reader.links import names_file
from reader.query import Clock, QueryContext, parse
from reader.render.page import link_targets, parse_article
from reader.storage.paths import AppPaths
from reader.urls import has_scheme

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reader.index.search import Search
    from reader.library import Library
    from reader.links import Destination

__all__ = ["KINDS", "count_links", "links_in"]

KINDS = ("here", "browser", "missing", "file", "refused")


def links_in(folder: Path, state: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield kind, path of the article, target and destination of each link of each article of a folder."""
    library = open_library(folder, AppPaths(state, state, state))
    for _ in library.sync():
        pass
    with closing(library.search()) as search:
        entries = search.entries(search.ids(parse(""), QueryContext(Clock(datetime(2026, 1, 1, tzinfo=UTC), UTC))))
        for entry in entries:
            yield from _of_article(library, search, entry.path)


def _of_article(library: Library, search: Search, path: str) -> Iterator[tuple[str, str, str, str]]:
    article = library.load(path).article
    if article is not None:
        targets = link_targets(article, parse_article(article))
        _, around = find_context(search, article, (), targets)
        for target, leads in around.destinations.items():
            yield _kind(target, leads), path, target, leads.path or leads.url


def _kind(target: str, leads: Destination) -> str:
    if leads.path:
        return "here"
    if leads.url or has_scheme(target):
        return "refused" if explain_refusal(leads.url or target) else "browser"
    return "file" if names_file(target) else "missing"


def count_links(links: Iterable[tuple[str, str, str, str]]) -> Counter[str]:
    """Return the number of links of each kind."""
    return Counter(kind for kind, _, _, _ in links)


def main(arguments: list[str]) -> None:
    """Print a line for each folder, and before it, with ``--list``, a line for each link."""
    names = [argument for argument in arguments if argument != "--list"]
    width = max(map(len, names), default=0)
    print(" " * width, *(f"{kind:>8}" for kind in KINDS))
    for name in names:
        with tempfile.TemporaryDirectory() as state:
            found = list(links_in(Path(name), Path(state)))
        if "--list" in arguments:
            for line in found:
                print("\t".join(line))
        counts = count_links(found)
        print(f"{name:{width}}", *(f"{counts[kind]:>8}" for kind in KINDS), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
