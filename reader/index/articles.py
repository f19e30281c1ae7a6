"""Reading of articles (by ID, path or URL) and problems from the index. Never writes to it."""

from __future__ import annotations

import json
import os
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from reader import urls
from reader.article import DATE_ONLY, Provider
from reader.index.model import SELECT_PROBLEMS, STATES, ArticleSummary, IndexProfile, IndexStats, read_problem
from reader.index.records import absolute_path
from reader.links import Candidate, Destination, Reference, choose, exact_paths, name_key, read_link
from reader.marks import MarkTarget, Traits
from reader.problems import NOTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reader.index.database import IndexConnection
    from reader.problems import Problem

__all__ = ["ArticleReader", "LinkFinder"]

_EPOCHS = (datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=DATE_ONLY))
_MARKS_OF_NOTES = ", ".join("?" * len(NOTES))

# The columns of a MarkTarget, in a query that joins article, entry and trait.
_TARGET = (
    "article.mark_key, entry.identity, (SELECT root FROM folder), article.path, "
    f"{', '.join(f'trait.{name}' for name in Traits.__struct_fields__)}"
)

_WEB_URL = "coalesce(entry.web_url, entry.original_url)"

# Each query reads the first or last entry of an SQLite index.
_EXTREMES = """
    SELECT (SELECT max(quality) FROM article) IS NOT NULL,
        (SELECT min(published) FROM article), (SELECT max(published) FROM article)
"""
# In the order of STATES.
_SAMPLE = """
    SELECT count(*), sum(unreadable), sum(draft), sum(secured), sum(updated - published >= 86400),
        sum(problem_count > 0)
    FROM (SELECT * FROM (SELECT * FROM article ORDER BY id LIMIT 500)
        UNION SELECT * FROM (SELECT * FROM article ORDER BY id DESC LIMIT 500))
"""
# A state is unusual if at most this share of the articles has it.
_FEW = 0.6
_DAY = 86400

_TARGET_COLUMNS = 4 + len(Traits.__struct_fields__)


# If more articles share a name, links to it are followed only by exact path.
_MOST_CANDIDATES = 200
_MOST_BACKLINKS = 2_000

_BY_NAME = f"""
    SELECT article.path, article.has_url FROM name JOIN article ON article.id = name.article_id
    WHERE name.key = ? LIMIT {_MOST_CANDIDATES}
"""
_BY_URL = """
    SELECT article.path FROM address JOIN article ON article.id = address.article_id
    WHERE address.url_key = ? ORDER BY article.published DESC, article.path LIMIT 1
"""
_LINKS_TO = f"""
    SELECT DISTINCT article.id, article.path, entry.original_url, {_WEB_URL}, link.target
    FROM name JOIN link ON link.key = name.key
    JOIN article ON article.id = link.article_id JOIN entry ON entry.id = link.article_id
    WHERE name.article_id = (SELECT id FROM article WHERE path = ?) LIMIT {_MOST_BACKLINKS}
"""


class ArticleReader:
    """Reader of an index's rows through one connection. ``links`` looks up where links lead."""

    def __init__(self, connection: IndexConnection) -> None:
        self._connection = connection
        self.links = LinkFinder(connection)

    def close(self) -> None:
        """Cancel running queries and close the connection."""
        self._connection.close()

    def entries(self, ids: Sequence[int]) -> list[ArticleSummary]:
        """Return the articles with these IDs, in this order; IDs that no longer exist are omitted."""
        marks = ", ".join("?" * len(ids))
        with self._connection.asking():
            rows = self._connection.execute(f"{_ENTRY} WHERE article.id IN ({marks})", tuple(ids)).fetchall()
            by_id = {row[_TARGET_COLUMNS]: row for row in rows}
            return [_entry(by_id[article_id]) for article_id in ids if article_id in by_id]

    def first_unread(self, ids: Sequence[int]) -> int | None:
        """Return the position (from 0) of the first unread article in ``ids``; None if there is none."""
        sql = """
            SELECT wanted.key FROM json_each(?) AS wanted JOIN article ON article.id = wanted.value
            LEFT JOIN marks.mark AS mark ON mark.mark_key = article.mark_key
            WHERE mark.read_at IS NULL ORDER BY wanted.key LIMIT 1
        """
        with self._connection.asking():
            row = self._connection.execute(sql, (json.dumps(list(ids)),)).fetchone()
        return None if row is None else int(row[0])

    def targets(self, ids: Iterable[int]) -> list[MarkTarget]:
        """Return the keys under which the marks of these articles are stored, in no particular order."""
        wanted = json.dumps(list(ids))
        sql = f"""
            SELECT {_TARGET} FROM json_each(?) AS wanted JOIN article ON article.id = wanted.value
            JOIN entry ON entry.id = article.id JOIN trait ON trait.id = article.id
        """
        with self._connection.asking():
            return [_target(row) for row in self._connection.execute(sql, (wanted,))]

    def find_by_path(self, path: str) -> ArticleSummary | None:
        """Return the article at a path in the folder, or None."""
        with self._connection.asking():
            row = self._connection.execute(f"{_ENTRY} WHERE article.path = ?", (os.fsencode(path),)).fetchone()
            return None if row is None else _entry(row)

    def find_by_urls(self, urls: Iterable[str]) -> ArticleSummary | None:
        """Return the newest article with any of these URLs; None if there is none."""
        found = self._linked("address", urls)
        return found[0] if found else None

    def backlinks(self, urls: Iterable[str], path: str = "") -> list[ArticleSummary]:
        """Return the articles that link to any of these URLs or to the article at ``path``, newest first."""
        return self._linked("mention", urls, self.links.sources(path) if path else ())

    def problems(self) -> list[Problem]:
        """Return every problem, notes included, sorted by path and line."""
        with self._connection.asking():
            return sorted(map(read_problem, self._connection.execute(SELECT_PROBLEMS)))

    def problems_of(self, path: str) -> list[Problem]:
        """Return the problems of one file, sorted by line."""
        sql = f"{SELECT_PROBLEMS} WHERE path = ?"
        with self._connection.asking():
            return sorted(map(read_problem, self._connection.execute(sql, (os.fsencode(path),))))

    def other_files(self) -> list[str]:
        """Return the files without front matter, sorted by path."""
        with self._connection.asking():
            return [os.fsdecode(row[0]) for row in self._connection.execute("SELECT path FROM plain ORDER BY path")]

    def totals(self) -> IndexStats:
        """Return the totals of the index."""
        with self._connection.asking():
            row = self._connection.execute(
                "SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM plain), "
                f"(SELECT count(*) FROM problem WHERE code NOT IN ({_MARKS_OF_NOTES})), "
                "(SELECT count(*) FROM article WHERE id >= (SELECT first FROM wordless))",
                NOTES,
            ).fetchone()
        return IndexStats(*row)

    def profile(self) -> IndexProfile:
        """Return what the articles have in common. States are sampled from the first and last articles only."""
        with self._connection.asking():
            has_quality, oldest, newest = self._connection.execute(_EXTREMES).fetchone()
            number, *states = self._connection.execute(_SAMPLE).fetchone()
        years = None if oldest is None else (_year(oldest - _DAY), _year(newest + _DAY))
        few = (name for name, count in zip(STATES, states, strict=True) if (count or 0) <= _FEW * number)
        return IndexProfile(bool(has_quality), years, tuple(few))

    def last_id(self) -> int:
        """Return the highest article ID, or 0 if there are no articles."""
        with self._connection.asking():
            return int(self._connection.execute("SELECT coalesce(max(id), 0) FROM article").fetchone()[0])

    def added_since(self, after: int, since: int) -> dict[int, str]:
        """Return the articles above an ID that were added to the index at ``since`` (seconds since 1970) or later.

        The result maps IDs to paths. A changed article also has a new ID, but keeps the time it was added.
        """
        sql = "SELECT id, path FROM article WHERE id > ? AND added >= ?"
        with self._connection.asking():
            return {row[0]: os.fsdecode(row[1]) for row in self._connection.execute(sql, (after, since))}

    def with_paths(self, paths: Iterable[str]) -> dict[int, str]:
        """Return the articles at these paths, as a mapping from IDs to paths."""
        found: dict[int, str] = {}
        with self._connection.asking():
            for path in paths:
                row = self._connection.execute("SELECT id FROM article WHERE path = ?", (os.fsencode(path),)).fetchone()
                if row is not None:
                    found[row[0]] = path
        return found

    def _linked(self, table: str, addresses: Iterable[str], ids: Sequence[int] = ()) -> list[ArticleSummary]:
        keys = tuple({urls.key(url) for url in addresses if url})
        if not keys and not ids:
            return []
        marks = ", ".join("?" * len(keys))
        sql = (
            f"{_ENTRY} WHERE article.id IN (SELECT article_id FROM {table} WHERE url_key IN ({marks}) "
            "UNION SELECT value FROM json_each(?)) ORDER BY article.published DESC, article.path"
        )
        with self._connection.asking():
            return [_entry(row) for row in self._connection.execute(sql, (*keys, json.dumps(ids)))]


_ENTRY = f"""
    SELECT {_TARGET}, article.id, article.path, entry.title, entry.excerpt,
        article.published, article.published_date_only, article.updated, article.updated_date_only,
        entry.original_url, {_WEB_URL}, article.quality, article.heat,
        entry.topics, category.name, type.name, language.name, entry.authors, entry.series, entry.feeds,
        provider.name, provider.domain, article.draft, article.secured, article.unreadable,
        article.related_count, article.image_count, article.problem_count, article.minutes,
        mark.read_at, mark.starred_at, mark.later_at
    FROM article
    JOIN entry ON entry.id = article.id
    JOIN trait ON trait.id = article.id
    LEFT JOIN label AS category ON category.id = article.category_id
    LEFT JOIN label AS type ON type.id = article.type_id
    LEFT JOIN label AS language ON language.id = article.language_id
    LEFT JOIN provider ON provider.id = article.provider_id
    LEFT JOIN marks.mark AS mark ON mark.mark_key = article.mark_key
"""


def _entry(row: tuple[Any, ...]) -> ArticleSummary:
    (
        article_id, path, title, excerpt, published, published_date_only, updated,
        updated_date_only, original_url, web_url, quality, heat, topics, category, type_, language, authors, series,
        feeds, provider, domain, draft, secured, unreadable, related, images, problems, minutes, read, starred, later,
    ) = row[_TARGET_COLUMNS:]  # fmt: skip
    return ArticleSummary(
        id=article_id,
        target=_target(row),
        path=os.fsdecode(path),
        title=title,
        excerpt=excerpt,
        published_at=_moment(published, published_date_only),
        updated_at=_moment(updated, updated_date_only),
        original_url=original_url,
        web_url=web_url,
        quality=quality,
        heat=heat,
        topics=_split(topics),
        category=category or "",
        type=type_ or "",
        language=language or "",
        authors=_split(authors),
        series=_split(series),
        feeds=_split(feeds),
        provider=Provider(provider or "", domain or ""),
        draft=bool(draft),
        secured=bool(secured),
        unreadable=bool(unreadable),
        related_count=related,
        image_count=images,
        problem_count=problems,
        minutes=minutes,
        read=read is not None,
        starred=starred is not None,
        later=later is not None,
    )


def _moment(seconds: int | None, date_only: int) -> datetime | None:
    # Not fromtimestamp(): it rejects years that the platform's C library does not support.
    return None if seconds is None else _EPOCHS[date_only] + timedelta(seconds=seconds)


def _year(seconds: int) -> int:
    try:
        return (_EPOCHS[0] + timedelta(seconds=seconds)).year
    except OverflowError:
        return MINYEAR if seconds < 0 else MAXYEAR


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def _target(row: Sequence[Any]) -> MarkTarget:
    """Return the MarkTarget of a row that begins with the columns of _TARGET."""
    mark_key, identity, root, path, *traits = row[:_TARGET_COLUMNS]
    place = absolute_path(os.fsdecode(root), os.fsdecode(path)) if root else ""
    return MarkTarget(mark_key, identity.decode("utf-8", "surrogatepass"), place, Traits(*traits))


class LinkFinder:
    """Lookup of the destinations of links, through one connection."""

    def __init__(self, connection: IndexConnection) -> None:
        self._connection = connection

    def find(self, path: str, url: str, targets: Iterable[str]) -> dict[str, Destination]:
        """Return where the links of an article lead; ``path`` and ``url`` are the article's own."""
        references = {target: read_link(target, path, url) for target in targets}
        with self._connection.asking():
            return {target: self._find(reference) for target, reference in references.items()}

    def sources(self, path: str) -> list[int]:
        """Return the IDs of the articles with a link that leads to the article at ``path``."""
        found: dict[int, None] = {}
        with self._connection.asking():
            rows = self._connection.execute(_LINKS_TO, (os.fsencode(path),)).fetchall()
            for article_id, raw, original_url, web_url, target in rows:
                source = os.fsdecode(raw)
                if article_id not in found and source != path:
                    reference = read_link(target, source, original_url or web_url)
                    if self._find(reference).path == path:
                        found[article_id] = None
        return list(found)

    def _find(self, reference: Reference) -> Destination:
        path, others = self._article(reference)
        return Destination(path, reference.url, reference.fragment, others)

    def _article(self, reference: Reference) -> tuple[str, int]:
        if reference.is_here:
            return reference.path, 0
        if reference.url:
            row = self._connection.execute(_BY_URL, (urls.key(reference.url),)).fetchone()
            # The article's own URL, such as the page that it describes, must open in the browser.
            if row is not None and (os.fsdecode(row[0]) != reference.path or reference.fragment):
                return os.fsdecode(row[0]), 0
            if row is not None:
                return "", 0
        if named := self._named(reference.full_name):
            return choose(replace(reference, places=(), folders=(), is_address=False), named)
        return choose(reference, self._candidates(reference))

    def _candidates(self, reference: Reference) -> list[Candidate]:
        found = self._named(reference.name)
        if reference.name and len(found) < _MOST_CANDIDATES:
            return found
        paths = [os.fsencode(path) for path in exact_paths(reference)]
        sql = f"SELECT path, has_url FROM article WHERE path IN ({', '.join('?' * len(paths))})"
        return [Candidate(os.fsdecode(path), bool(has)) for path, has in self._connection.execute(sql, paths)]

    def _named(self, name: str) -> list[Candidate]:
        rows = self._connection.execute(_BY_NAME, (name_key(name),)) if name else ()
        return [Candidate(os.fsdecode(path), bool(has)) for path, has in rows]
