"""The fuzz target for files: invariants of the article, page, row and output lines that any bytes give.

The fuzzer and the tests of the stored corpus share the check of ``checker``. Any exception is a finding.
"""

from __future__ import annotations

import json
import sqlite3
import weakref
from datetime import UTC
from typing import TYPE_CHECKING

from fuzz_terminal import assert_can_be_opened, assert_terminal_safe
from msgspec import Struct

from reader.article import Article, Image, Related
from reader.cli.formats import article_lines, problem_lines, show_line
from reader.cli.output import OutputStyle
from reader.content import ScannedFile, yaml_strict
from reader.content import yaml as yaml_parser
from reader.content.load import LoadResult, parse_file
from reader.index.schema import SCHEMA
from reader.index.search import Search
from reader.index.writer import IndexWriter, build_record
from reader.marks.reading import attach
from reader.problems import Code
from reader.query import parse
from reader.query.highlight import highlight_terms, match_spans
from reader.render.page import ArticleContext, Backlink, render_page
from reader.render.style import Palette, RenderOptions
from reader.text import cell_width, sanitize_line
from reader.tui.article.targets import Refusal, WebPage, what_would_open

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reader.index.model import ArticleSummary
    from reader.render.page import Page

# A usual name; and a hostile one: not UTF-8, with control characters, and without words.
_MARKDOWN = "news/2021-10-02-a.md"
_HTML = "\x1b[2J\udcff\u202e/-\n.html"
_CELLS = 60
_FORMATS = ("table", "tsv", "urls", "json", "jsonl")
_STYLES = (OutputStyle(width=60, color=False, unicode=True), OutputStyle(width=20, color=False, unicode=False))
# Problems of text that the strict parser cannot read completely.
_REJECTED = frozenset(
    {Code.SYNTAX, Code.READ_AS_TEXT, Code.NOT_FRONT_MATTER, Code.UNCLOSED, Code.TOO_DEEP, Code.TOO_LONG,
     Code.ALIASES_EXPAND, Code.NOT_A_MAPPING}
)  # fmt: skip
_MARKED = highlight_terms(parse('title* OR "a b" OR データ'))


def checker() -> Callable[[bytes], None]:
    """Return a function that raises for bytes that break an invariant."""
    memory_index = _MemoryIndex()

    def check(raw: bytes) -> None:
        # Drawing takes most of the time, so each file is drawn once.
        path = _HTML if b"<" in raw else _MARKDOWN
        loaded = _read_alike(path, raw)
        _check_problems(loaded)
        if loaded.article is not None:
            _check_article(loaded.article)
            _check_page(_page(loaded.article, loaded, _CELLS), _CELLS)
            _check_lines(memory_index.entry(path, loaded), loaded.article, loaded)

    return check


def _read_alike(path: str, raw: bytes) -> LoadResult:
    """Return the result of the default engine, and check that the strict one agrees if it can read the file."""
    loaded = parse_file(path, raw)
    judged = parse_file(path, raw, yaml_strict.load_strict)
    assert (loaded.article is None) == (judged.article is None)
    # The fast engine may be the more lenient one.
    rejected = any(found.code in _REJECTED for found in judged.problems)
    if yaml_parser.fast_parser() is not None and judged.article is not None and not rejected:
        assert loaded == judged
    return loaded


def _check_problems(loaded: LoadResult) -> None:
    for problem in loaded.problems:
        assert problem.line >= 0
        assert_terminal_safe((problem.field, problem.message))


def _check_article(article: Article) -> None:
    assert article.title
    assert_terminal_safe(_texts(article, without=("path", "body")))
    assert_terminal_safe((article.body,), allowed="\n\t")
    assert_can_be_opened(_urls(article))
    scores = (article.quality, article.heat, *(score for one in article.related for score in (one.quality, one.heat)))
    assert all(score is None or 0 <= score < float("inf") for score in scores)


def _texts(value: object, without: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            if name not in without:
                yield from _texts(getattr(value, name))


def _urls(of: Article | Related | Image) -> Iterator[str]:
    if isinstance(of, Image):
        yield of.url
        return
    yield from (of.original_url, of.web_url, of.url)
    for image in of.images:
        yield from _urls(image)
    for related in of.related if isinstance(of, Article) else ():
        yield from _urls(related)


def _page(article: Article, loaded: LoadResult, cells: int) -> Page:
    mention = Backlink(article.path, article.title, article.provider.name)
    around = ArticleContext(("near.md",), (mention,), loaded.problems)
    return render_page(article, around, RenderOptions(cells, UTC, Palette(), lambda text: match_spans(_MARKED, text)))


def _check_page(page: Page, cells: int) -> None:
    for line in page.lines:
        text = "".join(segment.text for segment in line)
        assert_terminal_safe((text,))
        assert cell_width(text) <= cells, text
        assert all(segment.control is None for segment in line)
        assert all(segment.style is None or segment.style.link is None for segment in line)
    assert [link.number for link in page.links] == list(range(1, len(page.links) + 1))
    targets = [what_would_open(None, page.links, "open.link", link.number) for link in page.links]
    assert_can_be_opened(target.url for target in targets if isinstance(target, WebPage))
    assert_terminal_safe(target.reason for target in targets if isinstance(target, Refusal))
    assert_terminal_safe(link.title for link in page.links)


class _MemoryIndex:
    """An index in memory that drops each article after use."""

    def __init__(self) -> None:
        # Any thread may garbage-collect it.
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._connection.close)
        self._connection.executescript(SCHEMA)
        attach(self._connection, None)
        self._search = Search(self._connection)

    def entry(self, path: str, loaded: LoadResult) -> ArticleSummary:
        """Return the row that lists show of an article."""
        self._connection.execute("BEGIN")
        try:
            IndexWriter(self._connection, "/content").put([build_record(ScannedFile(path, 1, 1), loaded)], 1)
            entry = self._search.find_by_path(path)
        finally:
            self._connection.execute("ROLLBACK")
        assert entry is not None
        return entry


_KEPT = (
    *("title", "excerpt", "published_at", "original_url", "web_url", "quality", "heat", "topics", "authors"),
    *("provider", "draft", "secured", "unreadable", "url"),
)


def _check_lines(entry: ArticleSummary, article: Article, loaded: LoadResult) -> None:
    """Check that the row equals the article, and that every output line of the command line is one line and safe."""
    assert [getattr(entry, name) for name in _KEPT] == [getattr(article, name) for name in _KEPT]
    for style in _STYLES:
        shown = show_line(entry, article, loaded.problems, style)
        assert_terminal_safe((shown,))
        assert json.loads(shown)["body"] == article.body
        for format_ in _FORMATS:
            lines = article_lines([entry], format_, style, UTC)
            assert_terminal_safe(map(_on_terminal, lines), allowed="\t" if format_ == "tsv" else "")
    assert_terminal_safe(map(_on_terminal, problem_lines(loaded.problems)))
    assert all(line == sanitize_line(line) for line in (*article.topics, *article.authors, article.title))


def _on_terminal(line: str) -> str:
    """Return what a terminal gets, without undecodable bytes of a path."""
    return line.encode("utf-8", "replace").decode()
