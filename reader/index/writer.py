"""Building index records from articles, and writing them to the tables.

``build_record`` converts an article to the values of its rows; it is pure, so worker processes can run it.
``IndexWriter`` writes records to an open database within the caller's transaction. Does not read files or decide what
to write.
"""

from __future__ import annotations

import os
from array import array
from typing import TYPE_CHECKING, NamedTuple, cast

from msgspec import Struct
from msgspec.structs import astuple

from reader import links, urls
from reader.article import is_date_only
from reader.index.model import BETWEEN_ARGS, SELECT_PROBLEMS, read_problem
from reader.index.records import RecordNames
from reader.index.text import TEXT_INDEX, recent, wordless
from reader.index.text.wordless import WordlessFile, words_of
from reader.marks.traits import traits_of
from reader.problems import Level
from reader.text import fold, reading_minutes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from reader.article import Article
    from reader.content import LoadResult, ScannedFile
    from reader.marks import Traits
    from reader.problems import Problem

__all__ = ["ArticleRow", "IndexRecord", "IndexWriter", "build_record"]


class IndexRecord(Struct, frozen=True):
    """Data that the index stores for a file. ``article`` is None for a file that is not an article.

    ``words`` are for the full-text index; empty if they are read later.
    """

    found: ScannedFile
    article: ArticleRow | None
    problems: tuple[Problem, ...]
    words: tuple[str, ...] = ()


class ArticleRow(NamedTuple):
    """Data that the tables store for an article. A tuple, since a million of them pass between processes."""

    traits: tuple[int | None, ...]
    scalars: tuple[int | float | None, ...]
    provider: tuple[str, str]
    category: str
    type: str
    language: str
    topics: tuple[str, ...]
    authors: tuple[str, ...]
    series: tuple[str, ...]
    feeds: tuple[str, ...]
    entry: tuple[str | None, ...]
    addresses: tuple[int, ...]
    mentions: tuple[int, ...]
    names: tuple[int, ...]
    links: tuple[tuple[int, str], ...]

    @property
    def published(self) -> int | None:
        """The publication time, in seconds since 1970."""
        return cast("int | None", self.scalars[0])


def build_record(found: ScannedFile, loaded: LoadResult, *, words: bool = True) -> IndexRecord:
    """Build the index record of a loaded file, without the ``words`` if they are read later."""
    article = loaded.article
    if article is None:
        return IndexRecord(found, None, loaded.problems)
    columns = _columns(article, sum(found.level is not Level.NOTE for found in loaded.problems))
    return IndexRecord(found, columns, loaded.problems, _words(article) if words else ())


def _words(article: Article) -> tuple[str, ...]:
    provider = f"{article.provider.name}\n{article.provider.domain}"
    people = "\n".join((*article.authors, *article.translators))
    return words_of(article.body, article.title, article.excerpt, provider, "\n".join(article.topics), people)


def _columns(article: Article, problem_count: int) -> ArticleRow:
    provider = article.provider
    targets = links.find_targets(article.body)
    related = (url for entry in article.related for url in (entry.original_url, entry.web_url))
    traits = traits_of(article)
    return ArticleRow(
        traits=astuple(traits),
        scalars=_scalars(article, problem_count),
        provider=(provider.name, provider.domain),
        category=article.category,
        type=article.type,
        language=article.language,
        topics=article.topics,
        authors=article.authors,
        series=article.series,
        feeds=article.feeds,
        entry=(
            article.title,
            _title_key(article.title),
            article.excerpt,
            article.original_url,
            None if article.web_url == article.original_url else article.web_url,
            *map("\n".join, (article.topics, article.authors, article.translators, article.series, article.feeds)),
        ),
        addresses=_addresses(article, traits),
        mentions=_keys((*related, *filter(urls.is_safe, targets))),
        names=links.names_of(article),
        links=_links(article, (*targets, *(entry.path for entry in article.related if entry.path))),
    )


def _title_key(title: str) -> str | None:
    key = fold(title)
    # SQLite's lower() changes only ASCII letters.
    return None if title.isascii() and key == title.lower() else key


def _scalars(article: Article, problem_count: int) -> tuple[int | float | None, ...]:
    return (
        _seconds(article.published_at),
        _seconds(article.updated_at),
        _is_date_only(article.published_at),
        _is_date_only(article.updated_at),
        article.quality,
        article.heat,
        int(article.draft),
        int(article.secured),
        int(article.unreadable),
        int(bool(article.url)),
        len(article.body),
        reading_minutes(article.body),
        len(article.topics),
        len(article.related),
        len(article.images),
        problem_count,
    )


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _is_date_only(moment: datetime | None) -> int:
    return int(moment is not None and is_date_only(moment))


def _addresses(article: Article, traits: Traits) -> tuple[int, ...]:
    if traits.page is None:
        return ()
    web = article.web_url
    return (traits.page,) if web in {"", article.url} else tuple(dict.fromkeys((traits.page, urls.key(web))))


def _keys(addresses: Iterable[str]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(urls.key(url) for url in dict.fromkeys(addresses) if url))


def _links(article: Article, targets: Iterable[str]) -> tuple[tuple[int, str], ...]:
    """Return the links that may lead to other files in the folder, each with the key of its name."""
    host = urls.host(article.url)
    # Fast path for most links: a page on another site does not name a file.
    near = (target for target in targets if not target.startswith("http") or (host and host in target.lower()))
    read = ((target, links.read_link(target, article.path, article.url)) for target in near)
    keys = ((links.name_key(reference.name), target) for target, reference in read if reference.name)
    return tuple((key, target) for key, target in dict.fromkeys(keys) if key is not None)


_INSERT_ARTICLE = """
    INSERT INTO article (
        id, path, mtime_ns, size, change, mark_key, added, provider_id, category_id, type_id, language_id,
        published, updated, published_date_only, updated_date_only, quality, heat, draft, secured, unreadable, has_url,
        body_size, minutes, topic_count, related_count, image_count, problem_count
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_INSERTS = {
    "article": _INSERT_ARTICLE,
    "entry": (
        "INSERT INTO entry (id, identity, title, title_key, excerpt, original_url, web_url, topics, authors, "
        "translators, series, feeds, mentions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ),
    "trait": "INSERT INTO trait VALUES (?, ?, ?, ?, ?, ?)",
    "article_label": "INSERT OR IGNORE INTO article_label VALUES (?, ?)",
    "address": "INSERT OR IGNORE INTO address VALUES (?, ?)",
    "mention": "INSERT OR IGNORE INTO mention VALUES (?, ?)",
    "name": "INSERT OR IGNORE INTO name VALUES (?, ?)",
    "link": "INSERT OR IGNORE INTO link VALUES (?, ?, ?)",
    "plain": "INSERT OR REPLACE INTO plain VALUES (?, ?, ?, ?)",
    "problem": "INSERT INTO problem VALUES (?, ?, ?, ?, ?)",
}


def _problem_row(found: Problem) -> tuple[bytes, int, str, str, str]:
    return os.fsencode(found.path), found.line, found.field, found.code, BETWEEN_ARGS.join(found.args)


_COUNT_CHANGE = "UPDATE folder SET changes = changes + 1"
# Rows of the full-text index, which is not one of the tables here.
_WORDS, _RECENT_WORDS = "words", "recent words"
_OF_A_PATH = ("article", "plain", "problem")
_OF_NO_FILE = (
    "NOT EXISTS (SELECT 1 FROM article WHERE article.path = problem.path) "
    "AND NOT EXISTS (SELECT 1 FROM plain WHERE plain.path = problem.path)"
)


def _word_row(record: IndexRecord) -> tuple[int | str, ...]:
    """Return the words of an article that is in the index. A record that has an article is for an unreadable file."""
    file = cast("WordlessFile", record.found)
    return (file.id, *(record.words if record.article is None else file.words("")))


class _NewRow(NamedTuple):
    id: int
    added: int
    mark_key: int
    identity: str


class IndexWriter:
    """Writer of records to an index. The caller begins and ends transactions.

    ``root`` is the real path of the content folder; ``reread`` are the IDs of articles whose files were known before.
    With ``defers_words``, articles are written without words, for ``put_words`` to add them.
    """

    def __init__(self, connection: sqlite3.Connection, root: str, *, defers_words: bool = False) -> None:
        self._connection = connection
        self._records = RecordNames(connection, root)
        self.reread = array("q")
        self._labels: dict[tuple[str, str], int] = {}
        self._providers: dict[tuple[str, str], int] = {}
        self._newest = recent.cutoff(connection)
        self.defers_words = defers_words
        self._has_deferred = wordless.first(connection) is not None

    def put(self, records: Sequence[IndexRecord], now: int) -> None:
        """Write records, replacing what the index has of the same files; ``now`` is in seconds since 1970."""
        added = self.remove(self._known([item.found.path for item in records]))
        rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in (*_INSERTS, _WORDS, _RECENT_WORDS)}
        next_id = self._next_id()
        if self.defers_words and not self._has_deferred:
            wordless.defer(self._connection, next_id)
            self._has_deferred = True
        names = self._records.of([item.found.path for item in records if item.article is not None])
        for item in records:
            path = os.fsencode(item.found.path)
            if item.article is None:
                rows["plain"].append((path, *astuple(item.found.stamp)))
            else:
                self._collect(rows, _NewRow(next_id, added.get(path, now), *names[item.found.path]), item)
                if path in added:
                    self.reread.append(next_id)
                next_id += 1
            rows["problem"].extend(map(_problem_row, item.problems))
        for table, statement in _INSERTS.items():
            if rows[table]:
                self._connection.executemany(statement, rows[table])
        TEXT_INDEX.put(self._connection, rows[_WORDS], recent=False)
        TEXT_INDEX.put(self._connection, rows[_RECENT_WORDS], recent=True)
        self._connection.execute(_COUNT_CHANGE)

    def put_words(self, records: Sequence[IndexRecord]) -> None:
        """Write the words of articles whose words were deferred, a portion of ``wordless.files``."""
        newest = [item for item in records if self._is_newest(cast("WordlessFile", item.found).published)]
        rows = sorted(map(_word_row, records))
        TEXT_INDEX.put(self._connection, rows, recent=False)
        TEXT_INDEX.put(self._connection, sorted(map(_word_row, newest)), recent=True)
        wordless.defer(self._connection, cast("int", rows[-1][0]) + 1)

    def _is_newest(self, published: int | None) -> bool:
        return self._newest is not None and published is not None and published >= self._newest

    def _known(self, paths: list[str]) -> list[str]:
        """Return the paths for which the index has rows to remove."""
        wanted = {os.fsencode(path): path for path in paths}
        marks = ", ".join("?" * len(wanted))
        tables = " UNION ".join(f"SELECT path FROM {table} WHERE path IN ({marks})" for table in _OF_A_PATH)
        found = self._connection.execute(tables, [*wanted] * len(_OF_A_PATH)).fetchall()
        return [wanted[path] for (path,) in found]

    def remove(self, paths: Iterable[str]) -> dict[bytes, int]:
        """Remove files from the index; return when each article among them was first added, by path."""
        added: dict[bytes, int] = {}
        run = self._connection.execute
        for path in map(os.fsencode, paths):
            row = run("SELECT id, added FROM article WHERE path = ?", (path,)).fetchone()
            if row is None:
                run("DELETE FROM plain WHERE path = ?", (path,))
            else:
                added[path] = row[1]
                self._remove_mentions(row[0])
                for table, column in _OWNED_BY_ARTICLE:
                    run(f"DELETE FROM {table} WHERE {column} = ?", (row[0],))
            run("DELETE FROM problem WHERE path = ?", (path,))
        run(_COUNT_CHANGE)
        return added

    def _remove_mentions(self, article_id: int) -> None:
        # An index of mentions by article would be as large as the table, and take as long to write.
        row = self._connection.execute("SELECT mentions FROM entry WHERE id = ?", (article_id,)).fetchone()
        keys = array("q", b"" if row is None else row[0])
        found = ((url_key, article_id) for url_key in keys)
        self._connection.executemany("DELETE FROM mention WHERE url_key = ? AND article_id = ?", found)

    def replace_newest(self, since: int | None, records: Iterable[IndexRecord]) -> None:
        """Make the articles published at ``since`` or later the newest ones; ``records`` are their records.

        With None, there are no newest articles.
        """
        run = self._connection.execute
        TEXT_INDEX.clear_recent(self._connection)
        run("DELETE FROM newest")
        self._newest = since
        if since is None:
            return
        run("INSERT INTO newest VALUES (?)", (since,))
        TEXT_INDEX.put(self._connection, map(_word_row, records), recent=True)

    def folder_problems(self) -> list[Problem]:
        """Return the problems that belong to no indexed file (an unreadable folder, a device), sorted."""
        rows = self._connection.execute(f"{SELECT_PROBLEMS} WHERE {_OF_NO_FILE}")
        return sorted(map(read_problem, rows))

    def replace_folder_problems(self, problems: Iterable[Problem]) -> None:
        """Replace the problems that belong to no indexed file."""
        self._connection.execute(f"DELETE FROM problem WHERE {_OF_NO_FILE}")
        self._connection.executemany(_INSERTS["problem"], map(_problem_row, problems))

    def _next_id(self) -> int:
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'article'").fetchone()
        return 1 if row is None else int(row[0]) + 1

    def _collect(self, rows: dict[str, list[tuple[object, ...]]], row: _NewRow, item: IndexRecord) -> None:
        columns = cast("ArticleRow", item.article)
        article_id, found = row.id, item.found
        names = (
            self._provider(columns.provider),
            *tuple(self._label(kind, getattr(columns, kind)) for kind in ("category", "type", "language")),
        )
        stamp = (os.fsencode(found.path), *astuple(found.stamp))
        rows["article"].append((article_id, *stamp, row.mark_key, row.added, *names, *columns.scalars))
        rows["trait"].append((article_id, *columns.traits))
        identity, mentions = row.identity.encode("utf-8", "surrogatepass"), array("q", columns.mentions).tobytes()
        rows["entry"].append((article_id, identity, *columns.entry, mentions))
        if not self.defers_words:
            words = (article_id, *item.words)
            rows[_WORDS].append(words)
            if self._is_newest(columns.published):
                rows[_RECENT_WORDS].append(words)
        labels = {"topic": columns.topics, "author": columns.authors, "series": columns.series, "feed": columns.feeds}
        for kind, values in labels.items():
            rows["article_label"].extend((self._label(kind, value), article_id) for value in values)
        rows["address"].extend((url_key, article_id) for url_key in columns.addresses)
        rows["mention"].extend((url_key, article_id) for url_key in columns.mentions)
        rows["name"].extend((key, article_id) for key in columns.names)
        rows["link"].extend((key, article_id, target) for key, target in columns.links)

    def _label(self, kind: str, name: str) -> int | None:
        known = self._labels.get((kind, name))
        if known is None and (key := fold(name)):
            known = self._id_of("label", ("kind", "key", "name"), (kind, key, name))
            self._labels[kind, name] = known
        return known

    def _provider(self, provider: tuple[str, str]) -> int | None:
        if provider == ("", ""):
            return None
        known = self._providers.get(provider)
        if known is None:
            known = self._id_of("provider", ("name", "domain", "name_key"), (*provider, fold(provider[0])))
            self._providers[provider] = known
        return known

    def _id_of(self, table: str, columns: tuple[str, ...], values: tuple[str, ...]) -> int:
        marks = ", ".join("?" * len(columns))
        self._connection.execute(f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})", values)
        where = " AND ".join(f"{column} = ?" for column in columns)
        return int(self._connection.execute(f"SELECT id FROM {table} WHERE {where}", values).fetchone()[0])


_OWNED_BY_ARTICLE = (
    ("article", "id"),
    ("entry", "id"),
    ("trait", "id"),
    ("article_label", "article_id"),
    ("address", "article_id"),
    ("name", "article_id"),
    ("link", "article_id"),
)
