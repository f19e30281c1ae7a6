"""The terminal: its modes during the program and after it, small sizes, and missing colors."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from play import Stage

SMALL = (80, 24)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one article."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: The only one\n---\nIts text.\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
def test_terminal_is_restored_after_quit(stage: Stage, folder: Path, key: str) -> None:
    play = stage.open(folder, size=SMALL)
    assert {"another screen", "mouse", "pasting in brackets", "no cursor", "raw"} <= play.modes
    play.quit(key)


def test_small_terminal_shows_a_message_and_accepts_keys(stage: Stage, folder: Path) -> None:
    play = stage.open(folder, size=(30, 8))
    assert "minimum 40×10" in play.words
    play.expect(lacks="The only one")
    play.quit()


def test_unreadable_folder_is_a_one_line_error(stage: Stage, folder: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    folder.chmod(0)
    play = stage.start(folder, size=SMALL)
    play.ends(2)
    folder.chmod(0o755)
    assert len([line for line in play.text.split("\n") if line.strip()]) == 1
    play.expect("Permission denied")


@pytest.mark.parametrize("name", ["nowhere", "folder/a.md/b"])
def test_invalid_folder_is_a_one_line_error(stage: Stage, folder: Path, name: str) -> None:
    play = stage.start(folder.parent / name, size=(600, 24))
    play.ends(2)
    assert len([line for line in play.text.split("\n") if line.strip()]) == 1
    assert b"\x1b[?1049h" not in play.session.sent, "the alternate screen is not opened"


def test_screen_without_colors_has_the_same_text(stage: Stage, folder: Path) -> None:
    """Only shades of gray remain."""
    texts, sent = [], []
    for more in ({}, {"NO_COLOR": "1"}):
        play = stage.open(folder, size=SMALL, env=more)
        play.expect("Its text.")
        texts.append(play.text)
        sent.append({cell.fg for line in play.session.cells.values() for cell in line.values()})
        play.quit()
    assert texts[0] == texts[1]
    greys = {color for color in sent[1] if len(color) == 6 and color[:2] == color[2:4] == color[4:]}
    assert sent[1] <= greys | {"default", "white", "black"}
    assert not sent[0] <= greys | {"default", "white", "black"}, "there are colors without NO_COLOR"
