"""Assignment of mark records to the articles of the index.

When an article is written, it gets the record of its file's path. After a sync, ``reader.marks.matching`` compares
articles at new paths with records whose files are gone or in other folders.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import closing
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct
from msgspec.structs import asdict, replace

from reader import urls
from reader.errors import StorageError
from reader.marks import MarkStore, MarkTarget, Place, Settlement, Traits
from reader.marks.matching import FoundArticle, KnownPlace, Match, carry_over, match
from reader.marks.places import COLUMNS, place_of
from reader.marks.traits import identity_at

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = [
    "Comparison",
    "RecordName",
    "RecordNames",
    "absolute_path",
    "compare",
    "store",
    "write_marks",
]

_AT_ONCE = 500
_TRAITS = Traits.__struct_fields__


class RecordName(NamedTuple):
    """Name of a mark record, with the hash of the name."""

    mark_key: int
    identity: str


class RecordNames:
    """Records of articles by the paths of their files; ``root`` is the real path of the folder."""

    def __init__(self, connection: sqlite3.Connection, root: str) -> None:
        self._connection = connection
        self._root = root

    def of(self, paths: Sequence[str]) -> dict[str, RecordName]:
        """Return the record of each file. A file without one gets an unused name."""
        absolute = {path: absolute_path(self._root, path) for path in paths}
        names = {path: _new_name(place, 0) for path, place in absolute.items()}
        if self._connection.execute("SELECT 1 FROM marks.place LIMIT 1").fetchone() is None:
            return names
        known = _records_at(self._connection, absolute.values())
        taken = _placed_keys(self._connection, [name.mark_key for name in names.values()])
        return {
            path: known.get(place) or self._free_name(place, names[path], taken) for path, place in absolute.items()
        }

    def _free_name(self, place: str, name: RecordName, taken: set[int]) -> RecordName:
        # A record whose article has left this path keeps its name.
        number = 0
        while name.mark_key in taken:
            number += 1
            name = _new_name(place, number)
            taken |= _placed_keys(self._connection, [name.mark_key])
        return name

    def another(self, place: str) -> RecordName:
        """Return an unused record name for the file at an absolute path."""
        first = _new_name(place, 1)
        return self._free_name(place, first, _placed_keys(self._connection, [first.mark_key]))


def absolute_path(root: str, path: str) -> str:
    """Return the absolute path of a file, given its path in the folder."""
    return f"{root.rstrip('/')}/{path}"


def _new_name(place: str, number: int) -> RecordName:
    identity = identity_at(place, number)
    return RecordName(urls.digest(identity), identity)


def _records_at(connection: sqlite3.Connection, places: Iterable[str]) -> dict[str, RecordName]:
    sql = (
        "SELECT place.path, place.mark_key, CAST(mark.identity AS BLOB) FROM marks.place AS place "
        "JOIN marks.mark AS mark USING (mark_key) WHERE place.path IN ({})"
    )
    rows = _by_pieces(connection, sql, [os.fsencode(place) for place in places])
    return {os.fsdecode(path): RecordName(key, _text(identity)) for path, key, identity in rows}


def _placed_keys(connection: sqlite3.Connection, keys: Sequence[int]) -> set[int]:
    sql = "SELECT mark_key FROM marks.place WHERE path IS NOT NULL AND mark_key IN ({})"
    return {key for (key,) in _by_pieces(connection, sql, keys)}


def _by_pieces(connection: sqlite3.Connection, sql: str, params: Sequence[object]) -> Iterator[tuple[Any, ...]]:
    for at in range(0, len(params), _AT_ONCE):
        piece = params[at : at + _AT_ONCE]
        yield from connection.execute(sql.format(", ".join("?" * len(piece))), piece)


def _text(identity: bytes) -> str:
    return identity.decode("utf-8", "surrogatepass")


class Comparison(Struct, frozen=True):
    """Result of a comparison: what to store in the marks and in the index.

    ``records`` are the articles, by ID, that turned out to have another record; ``settled`` and ``seen`` are the last
    article and the last place compared.
    """

    settled: int
    seen: int
    settlement: Settlement = Settlement()
    records: Mapping[int, RecordName] = MappingProxyType({})


def compare(connection: sqlite3.Connection, root: str, reread: Iterable[int]) -> Comparison | None:
    """Compare articles and records that have not been compared yet; return None if there are none.

    ``reread`` are the IDs of articles whose files were already known and have changed.
    """
    settled, seen = connection.execute("SELECT settled, seen FROM folder").fetchone()
    last_article, last_place = connection.execute(
        "SELECT (SELECT coalesce(max(id), 0) FROM article), (SELECT coalesce(max(id), 0) FROM marks.place)"
    ).fetchone()
    if (last_article, last_place) == (settled, seen):
        return None
    if not last_place:
        return Comparison(last_article, last_place)
    if last_place < seen:
        seen = 0  # another marks file
    run = _Run(connection, root, settled, seen, set(reread))
    return Comparison(last_article, last_place, run.settlement(), run.records)


def write_marks(comparison: Comparison, marks: Path | None) -> Comparison:
    """Store the result of a comparison in the marks, and return what to store in the index."""
    if marks is not None and comparison.settlement != Settlement():
        try:
            with closing(MarkStore(marks)) as file:
                file.settle(comparison.settlement)
        except StorageError:
            # The index still shows the right marks; the next sync compares all places again.
            return replace(comparison, seen=0)
    return comparison


def store(connection: sqlite3.Connection, root: str, comparison: Comparison) -> None:
    """Write the result of a comparison to the index, in the caller's transaction."""
    records = comparison.records.items()
    connection.executemany(
        "UPDATE article SET mark_key = ? WHERE id = ?", ((name.mark_key, id_) for id_, name in records)
    )
    connection.executemany(
        "UPDATE entry SET identity = ? WHERE id = ?",
        ((name.identity.encode("utf-8", "surrogatepass"), id_) for id_, name in records),
    )
    connection.execute(
        "UPDATE folder SET root = ?, settled = ?, seen = ?", (os.fsencode(root), comparison.settled, comparison.seen)
    )


class _Run:
    """One comparison of articles (those above the ID ``settled`` are new) and places (new above ``seen``)."""

    def __init__(self, connection: sqlite3.Connection, root: str, settled: int, seen: int, reread: set[int]) -> None:
        self._connection = connection
        self._root = root
        self._settled = settled
        self._seen = seen
        self._reread = reread
        self._names = RecordNames(connection, root)
        self.records: dict[int, RecordName] = {}
        self._moves: list[tuple[str, MarkTarget]] = []
        self._merges: list[tuple[int, MarkTarget]] = []
        self._claims: list[tuple[int, str]] = []

    def settlement(self) -> Settlement:
        places = self._places()
        articles = self._articles(places)
        by_path = {article.path: article for article in articles}
        at_home = {place.path for place in places if place.path in by_path}
        self._adopt(places, by_path)
        self._match([place for place in places if place.path not in at_home], articles)
        self._carry_over(places, articles, {place.path: place for place in places})
        self._split()
        traits = self._telling_traits([place for place in places if place.path in at_home], articles, by_path)
        return Settlement(tuple(self._moves), tuple(self._merges), tuple(self._claims), traits)

    # --- Selection of what to compare

    def _places(self) -> list[Place]:
        """Return new places, places of new articles, and places that share a trait with a new article."""
        run = self._connection.execute
        columns = ", ".join(f"place.{column}" for column in COLUMNS)
        found = {row[0]: row for row in run(f"SELECT {columns} FROM marks.place AS place WHERE id > ?", (self._seen,))}
        if self._seen:
            self._fill("fresh", (f"SELECT {name} AS value FROM trait WHERE id > {self._settled:d}" for name in _TRAITS))
            shared = " OR ".join(f"{name} IN (SELECT value FROM temp.fresh)" for name in ("mark_key", *_TRAITS))
            found |= {row[0]: row for row in run(f"SELECT {columns} FROM marks.place AS place WHERE {shared}")}
            paths = [
                os.fsencode(absolute_path(self._root, os.fsdecode(path)))
                for (path,) in run("SELECT path FROM article WHERE id > ?", (self._settled,))
            ]
            at_paths = f"SELECT {columns} FROM marks.place AS place WHERE path IN ({{}})"
            found |= {row[0]: row for row in _by_pieces(self._connection, at_paths, paths)}
        return [place_of(row) for row in found.values()]

    def _articles(self, places: Sequence[Place]) -> list[FoundArticle]:
        """Return the articles at these places, and all articles that share a trait with a place or its article."""
        at_places = self._select("article.path IN ({})", [os.fsencode(path) for path in self._inside(places)])
        values = {place.mark_key for place in places if not place.path}
        values |= {value for place in places for value in _values(place.traits)}
        values |= {value for article in at_places for value in _values(article.traits)}
        self._fill("wanted", ())
        self._connection.executemany("INSERT OR IGNORE INTO temp.wanted VALUES (?)", ((value,) for value in values))
        shared = " OR ".join(f"trait.{name} IN (SELECT value FROM temp.wanted)" for name in _TRAITS)
        found = {article.id: article for article in chain(at_places, self._select(shared))}
        placed = set(_records_at(self._connection, (article.path for article in found.values())))
        return [
            FoundArticle(each.id, each.path, each.mark_key, each.path in placed, each.is_new, each.traits)
            for each in found.values()
        ]

    def _inside(self, places: Iterable[Place]) -> Iterator[str]:
        folder = absolute_path(self._root, "")
        return (place.path.removeprefix(folder) for place in places if place.path.startswith(folder))

    def _select(self, where: str, params: Sequence[object] | None = None) -> list[FoundArticle]:
        sql = (
            f"SELECT article.id, article.path, article.mark_key, {', '.join(f'trait.{name}' for name in _TRAITS)} "
            f"FROM trait JOIN article ON article.id = trait.id WHERE {where}"
        )
        rows = self._connection.execute(sql) if params is None else _by_pieces(self._connection, sql, params)
        return [self._article(row) for row in rows]

    def _article(self, row: tuple[Any, ...]) -> FoundArticle:
        article_id, path, mark_key, *traits = row
        is_new = article_id > self._settled and article_id not in self._reread
        place = absolute_path(self._root, os.fsdecode(path))
        return FoundArticle(article_id, place, mark_key, is_placed=False, is_new=is_new, traits=Traits(*traits))

    def _fill(self, table: str, selects: Iterable[str]) -> None:
        run = self._connection.execute
        run(f"CREATE TEMP TABLE IF NOT EXISTS {table} (value INTEGER PRIMARY KEY)")
        run(f"DELETE FROM temp.{table}")
        for select in selects:
            run(f"INSERT OR IGNORE INTO temp.{table} SELECT value FROM ({select}) WHERE value IS NOT NULL")

    # --- Conclusions

    def _adopt(self, places: Iterable[Place], by_path: dict[str, FoundArticle]) -> None:
        """Give articles the records that another process assigned to their paths."""
        strayed = [place.path for place in places if _is_strayed(place, by_path.get(place.path))]
        for path, name in _records_at(self._connection, strayed).items():
            self.records[by_path[path].id] = name

    def _match(self, away: list[Place], articles: list[FoundArticle]) -> None:
        at_home = {
            key
            for (key,) in _by_pieces(
                self._connection, "SELECT mark_key FROM article WHERE mark_key IN ({})", [p.mark_key for p in away]
            )
        }
        known = [item for place in away if place.mark_key not in at_home if (item := self._known(place))]
        found = match(known, articles, os.path.isdir, self._article_at)
        found += self._behind_links(known, {pair.known.place.mark_key for pair in found})
        names = self._names_of([pair.known.place.mark_key for pair in found])
        for item, article in found:
            place = item.place
            name = names.get(place.mark_key)
            if name is None:
                continue
            if article.is_placed:
                own = self._own_name(article)
                self._merges.append((place.mark_key, MarkTarget(*own, article.path, article.traits)))
            else:
                self.records[article.id] = name
                left = "" if item.exists else place.path
                self._moves.append((left, MarkTarget(*name, article.path, article.traits)))

    def _behind_links(self, known: Iterable[KnownPlace], matched: set[int]) -> Iterator[Match]:
        """Yield articles that their old path still leads to: a folder was moved and a link put in its place."""
        for item in known:
            if item.exists and item.place.mark_key not in matched:
                real = os.path.realpath(item.place.path)
                article = self._article_at(real) if real != item.place.path else None
                if article is not None:
                    yield Match(item, article)

    def _known(self, place: Place) -> KnownPlace | None:
        if not place.path and place.traits == Traits():
            return None  # of version 1
        is_there = bool(place.path) and os.path.lexists(place.path)
        inside = place.path.removeprefix(folder := absolute_path(self._root, ""))
        if inside != place.path and is_there and os.path.realpath(place.path) == f"{os.path.realpath(folder)}/{inside}":
            return None  # a file in the folder that is not an article, or not in this index
        return KnownPlace(place, is_there, is_new=place.id > self._seen and inside == place.path)

    def _article_at(self, path: str) -> FoundArticle | None:
        for inside in self._inside([Place(0, path, 0)]):
            for article in self._select("article.path IN ({})", [os.fsencode(inside)]):
                if article.path not in _records_at(self._connection, [article.path]):
                    return article
        return None

    def _names_of(self, keys: Sequence[int]) -> dict[int, RecordName]:
        sql = "SELECT mark_key, CAST(identity AS BLOB) FROM marks.mark WHERE mark_key IN ({})"
        return {key: RecordName(key, _text(raw)) for key, raw in _by_pieces(self._connection, sql, keys)}

    def _own_name(self, article: FoundArticle) -> RecordName:
        sql = "SELECT article.mark_key, entry.identity FROM article JOIN entry USING (id) WHERE id = ?"
        key, identity = self._connection.execute(sql, (article.id,)).fetchone()
        return self.records.get(article.id) or RecordName(key, _text(identity))

    def _carry_over(self, places: Sequence[Place], articles: Sequence[FoundArticle], by_path: dict[str, Place]) -> None:
        legacy = [place for place in places if not place.path and place.traits == Traits()]
        if not legacy:
            return
        folder = absolute_path(self._root, "")
        claims = {
            claim
            for claim, path in self._connection.execute(
                "SELECT claim, path FROM marks.place WHERE claim IS NOT NULL AND path IS NOT NULL"
            )
            if os.fsdecode(path).startswith(folder)
        }
        again = {place.mark_key for place in legacy if self._seen and place.id > self._seen} & claims
        found = carry_over(legacy, articles, lambda key: key in claims and key not in again)
        for key, article in chain(found, self._once_unreadable(legacy)):
            place = by_path.get(article.path)
            if key not in again or (place is not None and place.claim == key):
                self._merges.append((key, MarkTarget(*self._own_name(article), article.path, article.traits)))
                self._claims.append((key, article.path))

    def _once_unreadable(self, legacy: Iterable[Place]) -> Iterator[tuple[int, FoundArticle]]:
        """Yield the articles of records named after a path in the folder: their files were unreadable at that time."""
        for key, name in self._names_of([place.mark_key for place in legacy]).items():
            path = name.identity.removeprefix("file:")
            if path != name.identity and not path.startswith("/"):
                article = self._article_at(absolute_path(self._root, path))
                if article is not None:
                    yield key, article

    def _split(self) -> None:
        """Give articles that share a record separate ones: a folder above two others has both copies of an article."""
        shared = "SELECT mark_key FROM article GROUP BY mark_key HAVING count(*) > 1"
        for (key,) in self._connection.execute(shared).fetchall():
            _, *others = sorted(
                self._select("article.mark_key = ?".replace("?", f"{key:d}")), key=lambda article: article.id
            )
            for article in others:
                name = self._names.another(article.path)
                self.records[article.id] = name
                target = MarkTarget(*name, article.path, article.traits)
                self._moves.append(("", target))
                self._merges.append((key, target))

    def _telling_traits(
        self, places: Iterable[Place], articles: Sequence[FoundArticle], by_path: dict[str, FoundArticle]
    ) -> tuple[tuple[str, Traits], ...]:
        """Return the traits to store for places in the folder: those that no other article in the folder has."""
        counts = {name: Counter(getattr(article.traits, name) for article in articles) for name in _TRAITS}
        changed: list[tuple[str, Traits]] = []
        for place in places:
            own, stored = asdict(by_path[place.path].traits), asdict(place.traits)
            # A trait shared in a larger folder, or with a deleted file, stays shared until the article changes.
            shared = {name for name, value in stored.items() if value is None} if _is_unchanged(stored, own) else set()
            unique = {name: value for name, value in own.items() if counts[name][value] == 1 and name not in shared}
            if Traits(**unique) != place.traits:
                changed.append((place.path, Traits(**unique)))
        return tuple(changed)


def _is_unchanged(stored: Mapping[str, int | None], own: Mapping[str, int | None]) -> bool:
    return any(stored.values()) and all(value is None or value == own[name] for name, value in stored.items())


def _is_strayed(place: Place, article: FoundArticle | None) -> bool:
    return article is not None and article.mark_key != place.mark_key


def _values(traits: Traits) -> Iterator[int]:
    return (value for value in (traits.url, traits.page, traits.content, traits.text, traits.said) if value is not None)
