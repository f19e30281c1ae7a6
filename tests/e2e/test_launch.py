"""The installed program in a real terminal: from an article in the home schema to the browser, and failed starts."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from pty_session import environment

from reader.content import load_file

if TYPE_CHECKING:
    from pathlib import Path

    from play import Play, Stage

HOME = "harbours.txt"
WIDE, MEDIUM, NARROW = (160, 50), (100, 30), (60, 20)


def open_home(stage: Stage, home: Path, size: tuple[int, int] = WIDE, **env: str) -> Play:
    """Open the article in the home schema, with a browser that logs its arguments."""
    stage.program("fake-browser", f'printf "%s %s\\n" "$#" "$1" >> "{stage.base / "opened.log"}"')
    play = stage.open(home, size=size, env={"BROWSER": "fake-browser", **env})
    play.expect("These harbour")
    return play


def opened(stage: Stage) -> list[str]:
    log = stage.base / "opened.log"
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


@pytest.mark.parametrize("size", [WIDE, MEDIUM, NARROW], ids=["160x50", "100x30", "60x20"])
def test_original_and_related_urls_are_opened_in_the_browser(stage: Stage, home: Path, size: tuple[int, int]) -> None:
    article = load_file(home, HOME).article
    assert article is not None
    play = open_home(stage, home, size)
    play.act("open")
    urls = [f"1 {article.original_url}"]
    play.awaits(lambda: opened(stage) == urls, "the browser")
    play.act("article.enter")
    play.expect("harbour-insight")
    # The links of the page above have the first numbers.
    for number, entry in enumerate(article.related, 1 + len(article.links) + len(article.images)):
        play.press(str(number))
        urls.append(f"1 {entry.web_url}")
        play.awaits(lambda: opened(stage) == urls, f"link {number}")
    assert len(urls) == 4
    play.act("back")
    play.quit()


def test_screen_shows_every_field_of_the_article(stage: Stage, home: Path) -> None:
    play = open_home(stage, home, (100, 70))
    play.act("zen")
    for words in (
        "Harbour Insight",
        "harbour-insight.example",
        "2 Oct 2021 13:30",
        "quality 35",
        "Draft",
        "Encrypted",
        "As sailors say, a tide table has become wealth today",
        "Tide Tables · Sea",
        "900×500",
        "Tides and Timber: Let the Repairs Begin",
        "pierWeek · 30 Sep 2021 19:42 · quality 67",
        "Event Round up: North Sea Tide and Gauge Forum",
        "seaUK · 28 Sep 2021 11:57 · quality 37",
        "Buoyworks Brings Tide Measurement to Everyone",
        "Associated Coast · 29 Sep 2021 12:22 · quality 26",
        "Tiny Buoy Measurement Board",
    ):
        assert words in play.words, words


# The golden screens have the other sizes.
@pytest.mark.parametrize("size", [WIDE, (30, 8)], ids=["160x50", "30x8"])
def test_empty_folder_shows_a_hint(stage: Stage, tmp_path: Path, size: tuple[int, int]) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    play = stage.open(folder, size=size)
    play.expect("too small" if size == (30, 8) else "No articles", lacks="Traceback")
    play.quit()


def test_single_file_can_be_opened(stage: Stage, home: Path) -> None:
    stage.open(home / HOME, size=WIDE).expect("These harbour towns")


def test_no_color_variable_disables_colors(stage: Stage, home: Path) -> None:
    play = open_home(stage, home, NO_COLOR="1")
    cells = [cell for line in play.session.cells.values() for cell in line.values()]
    colors = {color for cell in cells for color in (cell.fg, cell.bg) if color != "default"}
    assert all(_is_grey(color) for color in colors), colors


def _is_grey(color: str) -> bool:
    return color in {"black", "white"} or (len(color) == 6 and color[:2] == color[2:4] == color[4:])


def _run(stage: Stage, *arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "reader", *arguments]
    env = environment(stage.base, stage.programs)
    return subprocess.run(argv, env=env, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def test_missing_folder_is_an_error(stage: Stage, tmp_path: Path) -> None:
    play = stage.start(tmp_path / "missing", size=WIDE)
    play.ends(2)
    play.expect("No such folder: ")


def test_start_without_a_terminal_is_an_error(stage: Stage, home: Path) -> None:
    result = _run(stage, str(home))
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert "terminal" in result.stderr


def test_tui_and_command_line_share_the_marks(stage: Stage, home: Path) -> None:
    play = open_home(stage, home)
    play.act("mark.star")
    play.list.expect("★")
    result = _run(stage, "list", str(home), "is:starred", "--format", "json")
    assert [entry["path"] for entry in json.loads(result.stdout)] == [HOME]
