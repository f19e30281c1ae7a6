"""The filter history: newest first, shared through a file that may be missing, broken or unreadable."""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.errors import QueryError
from reader.query import parse
from reader.storage.filter_history import FilterHistory
from reader.text import sanitize_line

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "filters.jsonl"


def test_filters_are_newest_first_without_duplicates(file: Path) -> None:
    history = FilterHistory(file)
    for text in ("one", "two", "three", "one"):
        history.add(text)
    assert history.past() == ("one", "three", "two")


def test_filters_are_visible_to_another_session(file: Path) -> None:
    FilterHistory(file).add('topic:"Facebook AI"')
    FilterHistory(file).add("データ")
    assert FilterHistory(file).past() == ("データ", 'topic:"Facebook AI"')


def test_concurrent_histories_share_their_filters(file: Path) -> None:
    one, other = FilterHistory(file), FilterHistory(file)
    one.add("mine")
    other.add("yours")
    assert one.past() == other.past() == ("yours", "mine")


def test_history_without_a_file_keeps_filters_in_memory() -> None:
    history = FilterHistory()
    history.add("one")
    history.add("two")
    assert history.past() == ("two", "one")


def test_at_most_two_hundred_filters_are_saved(file: Path) -> None:
    history = FilterHistory(file)
    for number in range(250):
        history.add(f"filter {number}")
    assert len(history.past()) == 200
    assert history.past()[0] == "filter 249"
    assert len(file.read_text(encoding="ascii").splitlines()) == 200


@pytest.mark.parametrize(
    ("text", "remark"),
    [("", "nothing"), ("   ", "blanks"), ("x" * 3000, "too long")],
)
def test_empty_or_overlong_filter_is_not_saved(file: Path, text: str, remark: str) -> None:
    history = FilterHistory(file)
    history.add("kept")
    history.add(text)
    assert history.past() == ("kept",), remark


@pytest.mark.parametrize(
    ("content", "found", "remark"),
    [
        (b"", (), "an empty file"),
        (b'"one"\n"two"', ("one", "two"), "no line break at the end"),
        (b'"one"\n{"a": 1}\n7\nnull\n"two"\n', ("one", "two"), "JSON other than strings"),
        (b'"one"\nhalf a li', ("one",), "half a line"),
        (b'\xff\xfe\x00\n"one"\n', ("one",), "bytes that are not UTF-8"),
        (b"[" * 100_000, (), "deep nesting"),
        (b'"\\u001b[31mred\\u202e"\n', ("[31mred",), "control characters"),
        (b'"\\ud800"\n', ("\ufffd",), "a lone surrogate"),
    ],
)
def test_broken_history_file_is_read_line_by_line(
    file: Path, content: bytes, found: tuple[str, ...], remark: str
) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    history = FilterHistory(file)
    assert history.past() == found, remark
    history.add("new")
    assert FilterHistory(file).past() == ("new", *found), remark


def test_folder_in_place_of_the_file_limits_history_to_the_session(file: Path) -> None:
    file.mkdir(parents=True)
    history = FilterHistory(file)
    history.add("one")
    history.add("two")
    assert history.past() == ("two", "one")
    assert FilterHistory(file).past() == ()
    assert [item.name for item in file.parent.iterdir()] == [file.name], "no temporary files are left"


def test_pipe_in_place_of_the_file_does_not_block(file: Path) -> None:
    file.parent.mkdir()
    os.mkfifo(file)
    assert FilterHistory(file).past() == ()


def test_unwritten_filter_is_saved_with_the_next_one(file: Path) -> None:
    file.parent.write_text("no folder", encoding="utf-8")
    history = FilterHistory(file)
    history.add("one")
    file.parent.unlink()
    history.add("two")
    assert [json.loads(line) for line in file.read_text(encoding="ascii").splitlines()] == ["two", "one"]


@given(content=st.binary(max_size=60) | st.text(st.characters(), max_size=20).map(lambda t: json.dumps(t).encode()))
def test_any_bytes_load_as_sanitized_filters(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.getbasetemp() / "filters.jsonl"
    file.write_bytes(content)
    for text in FilterHistory(file).past():
        assert sanitize_line(text) == text

        with contextlib.suppress(QueryError):
            parse(text)
    FilterHistory(file).add("new")
    assert FilterHistory(file).past()[0] == "new"
