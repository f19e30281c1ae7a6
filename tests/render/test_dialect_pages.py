"""One article of each dialect, rendered at 90 columns and compared with golden/; UPDATE_GOLDEN=1 rewrites the files.

The articles were written for this test. Each folder of pages/ has one, and the files that it links to.
"""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC
from pathlib import Path

import pytest

from reader.library import find_context, open_library
from reader.render.page import link_targets, parse_article, render_page
from reader.render.style import Palette, RenderOptions
from reader.storage.paths import AppPaths

_HERE = Path(__file__).parent
_COLUMNS = 90
ARTICLES = {
    "dendron": "garden.topic.pruning.md",
    "docusaurus-languages": "docs/bridges.md",
    "eleventy-18f": "posts/2015-03-17-open-forms.md",
    "eleventy-notes": "articles/2016/07/13/le-phare/index.md",
    "go-html": "doc/tide.html",
    "hashnode": "ckn1abcd0001xyz.md",
    "hugo-capital-keys": "post/two-desks.md",
    "hugo-languages": "en/docs/rate-limits.md",
    "jekyll-languages": "pl/news/_posts/2013-05-14-wydano-3-1.md",
    "jekyll-liquid": "_posts/2023-11-30-floats.md",
    "logseq": "pages/term___tide.md",
    "mkdocs-blog": "posts/search.md",
    "ms-learn": "mount-disk.md",
    "nikola": "upgrade.rst",
    "nodejs": "blog/release/v18.16.1.md",
    "obsidian-help": "en/Files/Canvas.md",
    "pelican": "2016-07-22-on-a-pier.markdown",
    "powerapps-home": "_newsletters/every-day-2021-09-06.html",
    "quarto-blog": "2021-08-08_credentials/index.qmd",
    "quartz-garden": "thoughts/a city.md",
    "web-clipper": "clippings/開発/灯台の記事.md",
    "zola-blog": "kv-store.md",
    "zola-docs": "documentation/shortcodes.md",
    "zola-rust-blog": "survey/index.md",
}


@pytest.mark.parametrize("dialect", ARTICLES)
def test_page_of_a_dialect_matches_its_golden_file(dialect: str, tmp_path: Path) -> None:
    library = open_library(_HERE / "pages" / dialect, AppPaths(tmp_path, tmp_path, tmp_path))
    list(library.sync())
    article = library.load(ARTICLES[dialect]).article
    assert article is not None
    body = parse_article(article)
    with closing(library.search()) as search:
        article, around = find_context(search, article, (), link_targets(article, body))
    page = render_page(article, around, RenderOptions(_COLUMNS, UTC, Palette()), body)
    drawn = "".join("".join(part.text for part in line).rstrip() + "\n" for line in page.lines)
    file = _HERE / "golden" / f"{dialect}.txt"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")
