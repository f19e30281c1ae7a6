"""The saved session: it survives a round trip, and no file content breaks the start."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields, replace

from reader.storage.paths import AppPaths
from reader.storage.session import Session, SessionFiles
from reader.text import sanitize_line

if TYPE_CHECKING:
    from pathlib import Path

LEFT = Session(
    query='is:unread "machine learning"',
    sort="quality,-date",
    sort_first=True,
    sidebar="provider",
    choice_field="topic",
    choice_value="Künstliche Intelligenz [/]",
    with_sidebar=False,
    sidebar_share=0.2,
    articles_share=0.5,
    rows_share=0.6,
    layout="above",
    columns="title,date",
    min_quality=70,
    pane="article",
    zen=True,
    article="2026/café \udcff.md",
    last_seen=1_790_000_000,
    theme="gruvbox",
    configured={"sort": "title", "theme": "nord"},
    choice_any_of=("a", "b"),
    choice_none_of=("c",),
)


@pytest.fixture
def files(tmp_path: Path) -> SessionFiles:
    return SessionFiles(tmp_path / "state" / "news-1234.json", tmp_path / "state" / "theme.json")


def test_session_file_is_next_to_the_marks_and_named_like_the_index(tmp_path: Path) -> None:
    places = AppPaths(tmp_path / "cache", tmp_path / "state", tmp_path / "config")
    for root in (tmp_path / "news", tmp_path / "news" / "one.md"):
        file = places.session_file(root)
        assert (file.parent, file.stem) == (places.marks_file.parent, places.index_file(root).stem)
    assert places.theme_file.parent == places.marks_file.parent


def test_missing_session_file_is_a_default_session(files: SessionFiles) -> None:
    assert files.load() == Session()


def test_session_with_every_field_survives_a_round_trip(files: SessionFiles) -> None:
    default = Session()
    assert all(getattr(LEFT, each.name) != getattr(default, each.name) for each in fields(Session)), (
        "LEFT sets every field"
    )
    files.save(LEFT)
    assert files.load() == LEFT


_LINES = st.text(max_size=20).map(sanitize_line)
_SHARES = st.none() | st.floats(0, 1)
_VALUES = st.lists(_LINES, max_size=3).map(tuple)


@given(
    session=st.builds(
        Session,
        query=_LINES,
        sort=_LINES,
        sort_first=st.booleans(),
        sidebar=_LINES,
        choice_field=_LINES,
        choice_value=_LINES,
        choice_any_of=_VALUES,
        choice_none_of=_VALUES,
        with_sidebar=st.booleans(),
        sidebar_share=_SHARES,
        articles_share=_SHARES,
        rows_share=_SHARES,
        layout=_LINES,
        columns=_LINES,
        min_quality=st.integers(0, 100),
        pane=_LINES,
        zen=st.booleans(),
        article=st.binary(max_size=20).map(lambda name: os.fsdecode(name.replace(b"\0", b""))),
        last_seen=st.none() | st.integers(0, 2**37),
        theme=st.just(""),
    )
)
def test_any_session_survives_a_round_trip(session: Session, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp()
    files = SessionFiles(folder / "any.json", folder / "no-theme.json")
    files.save(session)
    assert files.load() == session


def test_folders_have_separate_sessions_and_share_the_theme(files: SessionFiles, tmp_path: Path) -> None:
    other = SessionFiles(tmp_path / "state" / "other-5678.json", files.theme)
    files.save(LEFT)
    assert other.load() == Session(theme="gruvbox", configured={"theme": "nord"})
    other.save(Session(query="climate", theme="nord"))
    assert other.load() == Session(query="climate", theme="nord")
    assert files.load() == replace(LEFT, theme="nord", configured={"sort": "title"})


def test_session_without_a_theme_keeps_the_saved_theme(files: SessionFiles) -> None:
    files.save(LEFT)
    files.save(replace(LEFT, theme="", min_quality=10))
    assert files.load() == replace(LEFT, min_quality=10)


def test_session_without_a_theme_keeps_that_of_another_instance(files: SessionFiles) -> None:
    files.save(LEFT)
    older = files.load()
    files.save(replace(LEFT, theme="nord"))
    files.save(replace(older, theme=""))
    assert files.load().theme == "nord"


def test_cleared_session_keeps_only_the_last_visit() -> None:
    assert LEFT.cleared() == Session(last_seen=LEFT.last_seen)


FOREIGN = [
    (b"", "an empty file"),
    (b'{"version": 1, "query": "clim', "a truncated file"),
    (b"\xff\xfe\x00", "bytes that are no text"),
    (b"[" * 100_000, "nested too deeply"),
    (b'["version", 1]', "another shape"),
    (b'"version"', "a text"),
    (b'{"query": "climate"}', "no version"),
    (b'{"version": 2, "query": "climate"}', "a version to come"),
    (b'{"version": 1, "last_seen": ' + b"9" * 10_000 + b"}", "a number without end"),
    (b"SQLite format 3\0", "a database"),
    (b" " * 2_000_000, "too large"),
]


@pytest.mark.parametrize(("content", "remark"), FOREIGN, ids=[case[1] for case in FOREIGN])
def test_foreign_session_file_is_ignored_and_replaced(files: SessionFiles, content: bytes, remark: str) -> None:
    for file in (files.session, files.theme):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    assert files.load() == Session(), remark
    files.save(LEFT)
    assert files.load() == LEFT


INVALID = [
    ("query", 7, "a number for a string"),
    ("query", "a\nb", "two lines"),
    ("query", "\x1b[31m", "an escape"),
    ("choice_value", None, "null for a string"),
    ("article", "a\0b", "a null byte in a path"),
    ("article", "\ud800", "a surrogate that no path can contain"),
    ("article", "a\udc7f.md", "a surrogate that is not an escaped byte"),
    ("article", ["a.md"], "a list for a path"),
    ("query", "\udcff", "a byte that is not UTF-8"),
    ("query", {}, "a table for a text"),
    ("min_quality", 10**400, "a number without end"),
    ("last_seen", float("inf"), "no end of time"),
    ("last_seen", -1, "before there were computers"),
    ("min_quality", -1, "below nothing"),
    ("min_quality", 101, "above everything"),
    ("min_quality", True, "a switch for a number"),
    ("min_quality", 7.5, "a fraction"),
    ("with_sidebar", 0, "a number for a switch"),
    ("sidebar_share", 1.5, "more than all there is"),
    ("articles_share", float("nan"), "no number"),
    ("last_seen", 10**15, "in the far future"),
    ("last_seen", "yesterday", "a string for a time"),
]


@pytest.mark.parametrize(("name", "value", "remark"), INVALID, ids=[case[2] for case in INVALID])
def test_invalid_session_value_is_replaced_by_its_default(
    files: SessionFiles, name: str, value: object, remark: str
) -> None:
    files.save(LEFT)
    saved = json.loads(files.session.read_bytes())
    assert name in saved
    files.session.write_text(json.dumps(saved | {name: value}), encoding="ascii")
    assert files.load() == replace(LEFT, **{name: getattr(Session(), name)}), remark


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(values=st.dictionaries(st.sampled_from([each.name for each in fields(Session)]), _JSON))
def test_any_json_values_load_as_a_session_that_can_be_saved(
    values: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp()
    files = SessionFiles(folder / "values.json", folder / "values-theme.json")
    for file in (files.session, files.theme):
        file.write_text(json.dumps({"version": 1} | values), encoding="ascii")
    loaded = files.load()
    os.fsencode(loaded.article)
    files.save(loaded)
    assert files.load() == loaded


@given(content=st.binary(max_size=80))
def test_any_bytes_load_as_a_session(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.getbasetemp() / "bytes.json"
    for prefix in (b"", b'{"version": 1, "article": '):
        file.write_bytes(prefix + content)
        assert isinstance(SessionFiles(file, file).load(), Session)


def test_unknown_session_fields_are_ignored(files: SessionFiles) -> None:
    files.save(LEFT)
    saved = json.loads(files.session.read_bytes())
    files.session.write_text(json.dumps(saved | {"mood": "calm", "theme": "dracula"}), encoding="ascii")
    assert files.load() == LEFT


def test_pipe_in_place_of_the_session_file_does_not_block(files: SessionFiles) -> None:
    files.session.parent.mkdir()
    os.mkfifo(files.session)
    assert files.load() == Session()


def test_session_that_cannot_be_written_is_dropped_silently(files: SessionFiles, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be", encoding="utf-8")
    files.save(LEFT)
    assert files.load() == Session()


def test_folder_in_place_of_the_session_file_stays(files: SessionFiles) -> None:
    files.session.mkdir(parents=True)
    files.save(LEFT)
    assert files.load() == Session(theme="gruvbox", configured={"theme": "nord"})
    assert [item.name for item in files.session.parent.iterdir() if item.name.startswith(".")] == []


def test_session_file_and_folder_are_private(files: SessionFiles) -> None:
    files.save(LEFT)
    assert files.session.stat().st_mode & 0o077 == 0
    assert files.session.parent.stat().st_mode & 0o077 == 0
