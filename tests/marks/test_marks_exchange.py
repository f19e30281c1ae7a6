"""What an import accepts can be exported and imported again."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sweep import amount

from reader.marks import MarkKind, MarkStore
from reader.marks.jsonl import MarkRecord, from_line, to_line
from reader.marks.model import Traits

_TIMES = st.one_of(
    st.none(),
    st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
    st.sampled_from(
        [
            "0001-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59-23:59",
            "9999-12-31T23:59:59.999999Z",
            "0001-01-01T00:00:00Z",
            "1969-12-31T23:59:59.5Z",
            "2021-W01-1T00Z",
            "20210102T030405Z",
            "2021-10-02T13:30:00+00:00:30",
            "2021-10-02",
        ]
    ),
    st.text(max_size=5),
    st.integers(),
)
_ANY_TEXT = st.text(st.characters(), max_size=30) | st.sampled_from(
    [
        "http://[::1",
        "https://example.com:99999/",
        "file:\udcff",
        "\ud800",
        "\0",
        "a\0b",
        "x" * 5_000,
        " a ",
        "%%%",
        "//",
    ]
)
_HASHES = st.text("0123456789abcdef", min_size=15, max_size=17) | st.text(max_size=3)
_RECORDS = st.fixed_dictionaries(
    {"identity": _ANY_TEXT, "mark": st.sampled_from([*MarkKind, "seen"]), "changed": _TIMES},
    optional={
        "since": _TIMES,
        "path": _ANY_TEXT,
        "traits": st.dictionaries(st.sampled_from(["url", "page", "content", "text", "said", "new"]), _HASHES),
        "more": st.none() | st.floats() | st.integers(),
    },
)
_LINES = _RECORDS.map(json.dumps) | st.text(st.characters(), max_size=30)


def exported(marks: MarkStore) -> list[str]:
    return list(marks.export_lines())


@settings(max_examples=amount(20), deadline=None)
@given(lines=st.lists(_LINES, max_size=6))
def test_imported_lines_survive_export_and_import(lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, second = (MarkStore(Path(folder) / name) for name in ("a.db", "b.db"))
        with contextlib.closing(first), contextlib.closing(second):
            result = first.import_lines(lines)
            once = exported(first)
            again = second.import_lines(once)
            assert again.bad == ()
            assert again.taken == len(once)
            assert exported(second) == once
            assert len(result.bad) + result.taken + result.known == sum(bool(line.strip()) for line in lines)
            assert first.import_lines(once).taken == 0


@pytest.mark.parametrize("name", ["since", "changed"])
@pytest.mark.parametrize(
    ("time", "nearest"),
    [
        ("0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59Z"),
    ],
)
def test_import_of_a_time_outside_the_calendar_is_clamped(tmp_path: Path, name: str, time: str, nearest: str) -> None:
    record = {"identity": "a", "mark": "read", "since": None, "changed": "2021-10-02T13:30:00Z"} | {name: time}
    with contextlib.closing(MarkStore(tmp_path / "marks.db")) as marks:
        assert marks.import_lines([json.dumps(record)]).taken == 1
        assert [json.loads(line) for line in exported(marks)] == [record | {name: nearest}]


@given(
    st.builds(Traits, *[st.none() | st.integers(-(2**63), 2**63 - 1)] * 5),
    st.integers(-62_135_596_800, 253_402_300_799),
)
def test_any_record_survives_its_line(traits: Traits, changed: int) -> None:
    record = MarkRecord("https://a.example/b", MarkKind.STARRED, None, changed, "/a/b.md", traits)

    assert from_line(to_line(record)) == record
