"""The filter line as a value, without a widget: a key gives a new state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from reader.tui.filter.completion import Candidate
from reader.tui.filter.line import KEYS, LineSources, LineState

if TYPE_CHECKING:
    from reader.query.completion import Completion

HISTORY = ("is:unread", "topic:roads")


def propose(_text: str, _cursor: int, completion: Completion) -> tuple[Candidate, ...] | None:
    if completion.prefix == "late":
        return None
    return tuple(Candidate(name) for name in ("roads", "rivers") if name.startswith(completion.prefix))


SOURCES = LineSources(propose, lambda: HISTORY)


def typed(text: str) -> LineState:
    return LineState().begun().placed(text, len(text)).looked(SOURCES, again=True)


def test_tab_while_candidates_are_looked_up_waits() -> None:
    line = typed("topic:late").press("tab", SOURCES)
    assert (line.waiting_tab, line.closed) == (1, None)
    found = LineSources(lambda *_: (Candidate("later"), Candidate("latest")), SOURCES.history)
    assert line.answered(found).text.strip() == "topic:later"


def test_escape_reverts_candidate_then_closes_line() -> None:
    line = typed("topic:r").press("tab", SOURCES)
    assert line.text.strip() == "topic:roads"
    line = line.press("escape", SOURCES)
    assert (line.text, line.closed, line.offered) == ("topic:r", None, None)
    line = line.press("escape", SOURCES)
    assert (line.text, line.closed) == ("", False)


def test_enter_moves_cursor_to_error() -> None:
    line = typed("(a").press("enter", SOURCES)
    assert line.closed is None


@given(st.lists(st.sampled_from(sorted(KEYS)), max_size=20), st.sampled_from(["", "topic:r", "topic:late", "a ("]))
def test_keys_keep_cursor_in_text_and_escape_restores(keys: list[str], text: str) -> None:
    line = typed(text)
    for key in keys:
        line = line.press(key, SOURCES)
        assert 0 <= line.cursor <= len(line.text)
        if line.closed is not None:
            break
    for _ in range(2):
        if line.closed is None:
            line = line.press("escape", SOURCES)
    assert line.closed or line.text == line.original
