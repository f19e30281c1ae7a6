"""The terminal itself: taken when the reader starts, given back as it was, and never asked for more than it has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from pty_session import PtySession, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[..., PtySession]

# What is switched on at the start has to be switched off at the end: the other screen, the mouse, bracketed paste.
SWITCHES = ("1049", "1000", "1003", "1006", "2004")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the reader over one article (or over what is named) in a terminal of a size; all are closed at the end."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: The only one\n---\nIts text.\n", encoding="utf-8")
    env = environment(tmp_path / "home", tmp_path / "programs")
    started: list[PtySession] = []

    def begin(size: tuple[int, int] = (80, 24), name: str = "folder", **more: str) -> PtySession:
        started.append(PtySession([str(tmp_path / name)], {**env, **more}, size, tmp_path))
        return started[-1]

    yield begin
    for reader in started:
        reader.close()


@pytest.mark.parametrize(("key", "remark"), [("q", "the key of the table"), ("ctrl+c", "the key of the terminal")])
def test_whatever_was_switched_on_is_switched_off(start: Start, key: str, remark: str) -> None:
    reader = start()
    assert reader.wait(lambda: "The only one" in reader.text), reader.text
    begun = reader._raw
    on = [switch for switch in SWITCHES if f"\x1b[?{switch}h".encode() in begun]
    assert "1049" in on, "the reader has a screen of its own"
    reader.press(key)
    assert reader.wait(lambda: reader.ended), remark
    assert reader.status == 0
    ended = reader._raw
    assert [switch for switch in on if f"\x1b[?{switch}l".encode() not in ended] == []
    assert ended.rfind(b"\x1b[?25h") > ended.rfind(b"\x1b[?25l"), "the cursor is there again"


def test_a_terminal_that_is_too_small_gets_one_sentence_and_still_obeys(start: Start) -> None:
    reader = start((30, 8))
    assert reader.wait(lambda: "minimum 40×10" in " ".join(reader.text.split())), reader.text
    assert "The only one" not in reader.text
    reader.press("q")
    assert reader.wait(lambda: reader.ended)
    assert reader.status == 0


def test_a_folder_that_may_not_be_read_is_one_sentence(start: Start, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (tmp_path / "folder").chmod(0)
    reader = start()
    assert reader.wait(lambda: reader.ended)
    (tmp_path / "folder").chmod(0o755)
    assert reader.status == 2
    assert len([line for line in reader.text.split("\n") if line.strip()]) == 1
    assert "Permission denied" in reader.text


@pytest.mark.parametrize(("name", "remark"), [("nowhere", "nothing there"), ("folder/a.md/b", "below a file")])
def test_what_cannot_be_opened_is_one_sentence(start: Start, name: str, remark: str) -> None:
    reader = start((600, 24), name)
    assert reader.wait(lambda: reader.ended), remark
    assert reader.status == 2
    assert len([line for line in reader.text.split("\n") if line.strip()]) == 1
    assert b"\x1b[?1049h" not in reader._raw, "no screen is opened for that"


def test_without_colours_the_screen_says_the_same(start: Start) -> None:
    """Greys are left: what is bright and what is dim."""
    texts, sent = [], []
    for more in ({}, {"NO_COLOR": "1"}):
        reader = start(**more)
        assert reader.wait(lambda reader=reader: "? help" in reader.text and "Its text." in reader.text), reader.text  # type: ignore[misc]  # a lambda's default
        texts.append(reader.text)
        sent.append({cell.fg for line in reader.cells.values() for cell in line.values()})
        reader.press("q")
        assert reader.wait(lambda reader=reader: reader.ended)  # type: ignore[misc]  # a lambda's default
    assert texts[0] == texts[1]
    greys = {colour for colour in sent[1] if len(colour) == 6 and colour[:2] == colour[2:4] == colour[4:]}
    assert sent[1] <= greys | {"default", "white", "black"}
    assert not sent[0] <= greys | {"default", "white", "black"}, "the test would otherwise show nothing"
