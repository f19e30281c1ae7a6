"""The marks store: setting, undo, export and import lose nothing."""

from __future__ import annotations

import contextlib
import json
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mark_factories import ONE, THREE, TWO, article, read_keys, state
from sweep import amount

from reader import urls
from reader.marks import MarkChange, MarkKind, MarkState, MarkStore, MarkTarget, UndoStack
from reader.marks.second_copy import copy_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "marks.db"


@pytest.fixture
def marks(path: Path) -> Iterator[MarkStore]:
    with contextlib.closing(MarkStore(path)) as opened:
        yield opened


# Setting and taking back


def test_mark_with_its_time_is_visible_to_other_connections(marks: MarkStore, path: Path) -> None:
    change = marks.set(MarkKind.READ, [ONE, TWO], on=True, now=100)
    assert change == MarkChange(MarkKind.READ, (ONE, TWO), (None, None), 100)
    assert change.on
    with contextlib.closing(MarkStore(path)) as other:
        assert other.states([TWO.mark_key, THREE.mark_key]) == (MarkState(read_at=100), MarkState())


def test_mark_kinds_are_independent(marks: MarkStore) -> None:
    for now, kind in enumerate(MarkKind):
        marks.set(kind, [ONE], on=True, now=now)
    marks.set(MarkKind.STARRED, [ONE], on=False, now=9)
    assert state(marks, ONE) == MarkState(read_at=0, starred_at=None, later_at=2)


def test_change_holds_only_targets_that_changed(marks: MarkStore) -> None:
    marks.set(MarkKind.READ, [ONE], on=True, now=100)
    change = marks.set(MarkKind.READ, [ONE, TWO, TWO], on=True, now=200)
    assert change.targets == (TWO,), "ONE was already read and keeps its time; TWO was given twice"
    marks.revert(change, now=300)
    assert (state(marks, ONE), state(marks, TWO)) == (MarkState(read_at=100), MarkState())


def test_reverted_unmark_restores_the_old_time(marks: MarkStore) -> None:
    marks.set(MarkKind.STARRED, [ONE], on=True, now=100)
    change = marks.set(MarkKind.STARRED, [ONE, TWO], on=False, now=200)
    assert (len(change), change.on) == (1, False)
    marks.revert(change, now=300)
    assert state(marks, ONE) == MarkState(starred_at=100)
    marks.apply(change, now=400)
    assert state(marks, ONE) == MarkState()


def test_hundred_thousand_marks_are_one_change(marks: MarkStore) -> None:
    many = [MarkTarget(number * 92_821, f"file:{number}.md") for number in range(100_000)]
    change = marks.set(MarkKind.READ, many, on=True, now=1)
    assert len(change) == len(many)
    marks.revert(change, now=2)
    assert set(marks.states([target.mark_key for target in many[::1000]])) == {MarkState()}


def test_non_utf8_file_name_survives_export_and_import(marks: MarkStore, tmp_path: Path) -> None:
    identity = "file:caf\udce9.md"
    odd = MarkTarget(urls.key(identity), identity)
    marks.set(MarkKind.LATER, [odd], on=True, now=5)
    with contextlib.closing(MarkStore(tmp_path / "other.db")) as other:
        other.import_lines(marks.export_lines())
        assert state(other, odd) == MarkState(later_at=5)
        assert list(other.export_lines()) == list(marks.export_lines())


def test_marks_of_concurrent_threads_are_all_saved(marks: MarkStore) -> None:
    def work(number: int) -> None:
        for step in range(20):
            marks.set(MarkKind.READ, [MarkTarget(number * 100 + step, f"file:{number}-{step}")], on=True, now=1)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_keys(marks.path)) == 80


# Undo


def test_undo_stack_drops_undone_changes_on_a_new_change() -> None:
    first, second, third = (MarkChange(MarkKind.READ, (target,), (None,), 1) for target in (ONE, TWO, THREE))
    empty = UndoStack()
    assert (empty.undo(), empty.redo()) == ((empty, None), (empty, None))
    both = empty.after(first).after(second)
    one, undone = both.undo()
    none, undone_next = one.undo()
    assert (undone, undone_next, none.undo()[1]) == (second, first, None)
    again, redone = none.redo()
    assert (again, redone) == (one, first)
    assert again.after(third).redo()[1] is None
    assert again.after(third).undo()[1] is third


def test_undo_stack_ignores_an_empty_change() -> None:
    history = UndoStack().after(MarkChange(MarkKind.READ, (), (), 1))
    assert history == UndoStack()


POOL = tuple(article(number) for number in range(5))
ACTIONS = st.one_of(
    st.tuples(
        st.just("set"),
        st.sampled_from(MarkKind),
        st.lists(st.sampled_from(POOL), max_size=4),
        st.booleans(),
    ),
    st.just("undo"),
    st.just("redo"),
)
Model = dict[tuple[MarkKind, int], int]


class MarksModel:
    """A model of the undo history: every state of the marks, as a plain dictionary."""

    def __init__(self) -> None:
        self.now: Model = {}
        self._before: list[Model] = []
        self._after: list[Model] = []

    def set(self, kind: MarkKind, targets: Sequence[MarkTarget], *, on: bool, now: int) -> None:
        later = dict(self.now)
        for target in targets:
            if on:
                later.setdefault((kind, target.mark_key), now)
            else:
                later.pop((kind, target.mark_key), None)
        if later != self.now:
            self._before.append(self.now)
            self._after.clear()
            self.now = later

    def undo(self) -> None:
        if self._before:
            self._after.append(self.now)
            self.now = self._before.pop()

    def redo(self) -> None:
        if self._after:
            self._before.append(self.now)
            self.now = self._after.pop()


def all_marks(marks: MarkStore) -> Model:
    found: Model = {}
    for target, known in zip(POOL, marks.states([target.mark_key for target in POOL]), strict=True):
        for kind, time in zip(MarkKind, (known.read_at, known.starred_at, known.later_at), strict=True):
            if time is not None:
                found[kind, target.mark_key] = time
    return found


@settings(max_examples=amount(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=st.lists(ACTIONS, max_size=12))
def test_any_sequence_of_set_undo_and_redo_matches_a_model(
    tmp_path: Path, actions: list[str | tuple[str, MarkKind, list[MarkTarget], bool]]
) -> None:
    file = tmp_path / "model.db"
    for each in (file, copy_file(file)):
        each.unlink(missing_ok=True)
    model, history = MarksModel(), UndoStack()
    with contextlib.closing(MarkStore(file)) as marks:
        for now, action in enumerate(actions):
            if isinstance(action, tuple):
                _, kind, targets, on = action
                history = history.after(marks.set(kind, targets, on=on, now=now))
                model.set(kind, targets, on=on, now=now)
            elif action == "undo":
                history, change = history.undo()
                if change is not None:
                    marks.revert(change, now=now)
                model.undo()
            else:
                history, change = history.redo()
                if change is not None:
                    marks.apply(change, now=now)
                model.redo()
            assert all_marks(marks) == model.now


# Export and import


def test_export_has_a_json_line_per_mark_ever_set(marks: MarkStore) -> None:
    marks.set(MarkKind.READ, [TWO, ONE], on=True, now=0)
    marks.set(MarkKind.READ, [TWO], on=False, now=61)
    marks.set(MarkKind.STARRED, [ONE], on=True, now=1_633_181_400)
    assert [json.loads(line) for line in marks.export_lines()] == [
        {
            "identity": ONE.identity,
            "mark": "read",
            "since": "1970-01-01T00:00:00Z",
            "changed": "1970-01-01T00:00:00Z",
        },
        {
            "identity": ONE.identity,
            "mark": "starred",
            "since": "2021-10-02T13:30:00Z",
            "changed": "2021-10-02T13:30:00Z",
        },
        {"identity": TWO.identity, "mark": "read", "since": None, "changed": "1970-01-01T00:01:01Z"},
    ]


def test_import_keeps_the_newest_change_of_each_mark(marks: MarkStore, tmp_path: Path) -> None:
    with contextlib.closing(MarkStore(tmp_path / "laptop.db")) as laptop:
        marks.set(MarkKind.STARRED, [ONE], on=True, now=100)
        marks.set(MarkKind.READ, [TWO], on=True, now=100)
        laptop.set(MarkKind.READ, [ONE], on=True, now=200)
        laptop.set(MarkKind.READ, [TWO], on=True, now=50)
        laptop.revert(laptop.set(MarkKind.LATER, [THREE], on=True, now=60), now=70)
        result = marks.import_lines(laptop.export_lines())
        assert (result.taken, result.known, result.bad) == (2, 1, ())
        assert state(marks, ONE) == MarkState(read_at=200, starred_at=100), "a newer read mark does not remove the star"
        assert state(marks, TWO) == MarkState(read_at=100)
        laptop.import_lines(marks.export_lines())
        assert list(laptop.export_lines()) == list(marks.export_lines())


def test_import_of_an_old_export_keeps_a_newer_removal(marks: MarkStore) -> None:
    change = marks.set(MarkKind.READ, [ONE], on=True, now=100)
    exported = list(marks.export_lines())
    marks.revert(change, now=200)
    assert marks.import_lines(exported).taken == 0
    assert state(marks, ONE) == MarkState()


def test_repeated_import_changes_nothing(marks: MarkStore, tmp_path: Path) -> None:
    marks.set(MarkKind.READ, POOL, on=True, now=100)
    with contextlib.closing(MarkStore(tmp_path / "other.db")) as other:
        assert other.import_lines(marks.export_lines()).taken == len(POOL)
        assert other.import_lines(marks.export_lines()).taken == 0


GOOD = '{"identity": "https://example.com/1", "mark": "read", "since": null, "changed": "2021-10-02T13:30:00Z"}'
BAD_LINES = [
    ("hello", "invalid JSON", "not JSON"),
    ("[" * 100_000, "invalid JSON", "nested too deeply for the parser"),
    ("[]", "object", "JSON, but not an object"),
    (GOOD.replace('"https://example.com/1"', "7"), "identity", "a number"),
    (GOOD.replace("https://example.com/1", " "), "identity", "nothing"),
    (GOOD.replace('"read"', '"liked"'), "read, starred, later", "an unknown mark"),
    (GOOD.replace('"read"', '["read"]'), "read, starred, later", "a list"),
    (GOOD.replace("null", '"yesterday"'), "since", "no time"),
    (GOOD.replace("null", "true"), "since", "no text"),
    (GOOD.replace("null", '"2021-10-02T13:30:00"'), "since", "no time zone"),
    (GOOD.replace("changed", "altered"), "changed", "a field that is missing"),
    (GOOD.replace("2021-10-02T13:30:00Z", "0001-01-01T00:00:00+99:99"), "changed", "an impossible zone"),
]


@pytest.mark.parametrize(("line", "expected", "remark"), BAD_LINES, ids=[case[2] for case in BAD_LINES])
def test_import_reports_a_bad_line_and_takes_the_rest(marks: MarkStore, line: str, expected: str, remark: str) -> None:
    result = marks.import_lines([GOOD, "", line, GOOD.replace("/1", "/2")])
    assert result.taken == 2, remark
    assert [bad.number for bad in result.bad] == [3]
    assert expected in result.bad[0].message
