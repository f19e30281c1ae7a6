"""The terminal itself: taken when the reader starts, given back as it was, and never asked for more than it has."""

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
    """A folder of one article."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: The only one\n---\nIts text.\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
def test_terminal_is_given_back_as_it_was_after_leaving(stage: Stage, folder: Path, key: str) -> None:
    play = stage.open(folder, size=SMALL)
    assert {"another screen", "mouse", "pasting in brackets", "no cursor", "raw"} <= play.modes
    play.quit(key)


def test_terminal_that_is_too_small_gets_one_sentence_and_still_obeys(stage: Stage, folder: Path) -> None:
    play = stage.open(folder, size=(30, 8))
    assert "minimum 40×10" in play.words
    play.expect(lacks="The only one")
    play.quit()


def test_folder_that_may_not_be_read_is_one_sentence(stage: Stage, folder: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    folder.chmod(0)
    play = stage.start(folder, size=SMALL)
    play.ends(2)
    folder.chmod(0o755)
    assert len([line for line in play.text.split("\n") if line.strip()]) == 1
    play.expect("Permission denied")


@pytest.mark.parametrize("name", ["nowhere", "folder/a.md/b"])
def test_what_cannot_be_opened_is_one_sentence(stage: Stage, folder: Path, name: str) -> None:
    play = stage.start(folder.parent / name, size=(600, 24))
    play.ends(2)
    assert len([line for line in play.text.split("\n") if line.strip()]) == 1
    assert b"\x1b[?1049h" not in play.session.sent, "no screen is opened for that"


def test_screen_without_colors_says_the_same(stage: Stage, folder: Path) -> None:
    """Greys are left: what is bright and what is dim."""
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
    assert not sent[0] <= greys | {"default", "white", "black"}, "the test would otherwise show nothing"
