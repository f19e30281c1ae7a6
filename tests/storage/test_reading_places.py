"""Reading places: limited to the latest, shared by processes, and never an error."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reader.storage import reading_places
from reader.storage.reading_places import ReadingPlaces

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "folder.places.db"


def test_place_survives_a_restart_until_it_is_removed(file: Path) -> None:
    places = ReadingPlaces(file)
    places.put("a.md", b"1", 1)
    places.put("odd \udcff.md", b"2", 1)
    places.close()
    places = ReadingPlaces(file)
    assert (places.get("a.md"), places.get("odd \udcff.md"), places.get("b.md")) == (b"1", b"2", None)
    places.put("a.md", None, 2)
    assert ReadingPlaces(file).get("a.md") is None
    assert file.stat().st_mode & 0o777 == 0o600


def test_reading_alone_creates_no_file(file: Path) -> None:
    assert ReadingPlaces(file).get("a.md") is None
    assert not file.parent.exists()


def test_places_are_shared_by_two_stores(file: Path) -> None:
    one, other = ReadingPlaces(file), ReadingPlaces(file)
    one.put("a.md", b"1", 1)
    assert other.get("a.md") == b"1"
    other.put("a.md", b"2", 2)
    assert one.get("a.md") == b"2"


def test_oldest_places_are_dropped_over_the_limit(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_places, "MAX_PLACES", 10)
    places = ReadingPlaces(file)
    for number in range(200):
        places.put(f"{number}.md", b"x", number)
    places.close()
    places = ReadingPlaces(file)
    places.put("last.md", b"x", 200)
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("SELECT count(*) FROM place").fetchone() == (10,)
    assert (places.get("199.md"), places.get("100.md")) == (b"x", None)


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough for a header " * 30, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_corrupt_file_is_replaced(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    places = ReadingPlaces(file)
    assert places.get("a.md") is None
    places.put("a.md", b"1", 1)
    places.close()
    assert ReadingPlaces(file).get("a.md") == b"1"


def test_file_of_a_newer_version_is_not_written(file: Path) -> None:
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA user_version = 99")
    before = file.read_bytes()
    places = ReadingPlaces(file)
    places.put("a.md", b"1", 1)
    assert (places.get("a.md"), file.read_bytes()) == (b"1", before), "until the program ends"


def test_locked_file_causes_no_error(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_places, "_BUSY_SECONDS", 0.01)
    ReadingPlaces(file).put("a.md", b"1", 1)
    places = ReadingPlaces(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        places.put("a.md", b"2", 1)
        assert places.get("a.md") == b"2"
        db.execute("ROLLBACK")
    places.put("a.md", b"3", 1)
    assert ReadingPlaces(file).get("a.md") == b"3"


@pytest.mark.parametrize("obstacle", ["folder", "file"])
def test_place_that_cannot_be_saved_is_kept_in_memory(tmp_path: Path, obstacle: str) -> None:
    file = tmp_path / "state" / "x.places.db"
    if obstacle == "folder":
        file.mkdir(parents=True)
    else:
        file.parent.write_text("no folder")
    places = ReadingPlaces(file)
    places.put("a.md", b"1", 1)
    assert places.get("a.md") == b"1"
    places.put("a.md", None, 1)
    assert places.get("a.md") is None
    for number in range(1_000):
        places.put(f"{number}.md", b"x", 1)
    assert (places.get("999.md"), places.get("0.md")) == (b"x", None)
    places.close()
