"""The installed program in a real terminal: from an article in the home schema to the browser, and every way
in which it cannot begin.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from pty_session import PtySession, environment, program

from reader.content import load_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOME = "harbours.txt"
WIDE, MEDIUM, NARROW = (160, 50), (100, 30), (60, 20)


class Opened:
    """A reader in a terminal, and the log of the browser it opens things with."""

    def __init__(self, reader: PtySession, log: Path) -> None:
        self.reader = reader
        self._log = log

    def urls(self, count: int) -> list[str]:
        """Wait until the browser was started so many times, and return what it was given."""
        self.reader.wait_outside(lambda: len(self._logged()) >= count)
        return self._logged()

    def _logged(self) -> list[str]:
        return self._log.read_text(encoding="utf-8").splitlines() if self._log.exists() else []


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    programs = tmp_path / "programs"
    program(programs, "fake-browser", f'printf "%s %s\\n" "$#" "$1" >> "{tmp_path / "opened.log"}"')
    return environment(tmp_path / "home", programs, BROWSER="fake-browser")


@pytest.fixture(params=[WIDE, MEDIUM, NARROW], ids=["160x50", "100x30", "60x20"])
def single(request: pytest.FixtureRequest, home: Path, variables: dict[str, str], tmp_path: Path) -> Iterator[Opened]:
    reader = PtySession([str(home)], variables, request.param, tmp_path)
    assert reader.wait(lambda: "These harbour" in reader.text), reader.text
    yield Opened(reader, tmp_path / "opened.log")
    reader.close()


def test_the_original_is_opened_exactly(single: Opened, home: Path) -> None:
    article = load_file(home, HOME).article
    assert article is not None

    single.reader.press("o")

    assert single.urls(1) == [f"1 {article.original_url}"]


def test_related_articles_are_opened_by_their_numbers(single: Opened, home: Path) -> None:
    article = load_file(home, HOME).article
    assert article is not None
    single.reader.press("enter")
    assert single.reader.wait(lambda: "harbour-insight" in single.reader.text), single.reader.text

    for count, number in enumerate(("1", "2", "3"), start=1):
        single.reader.press(number)
        assert len(single.urls(count)) == count

    assert single.urls(3) == [f"1 {entry.web_url}" for entry in article.related]


def test_leaving_ends_well_and_gives_the_terminal_back(single: Opened) -> None:
    single.reader.press("q")

    assert single.reader.wait(lambda: single.reader.ended)
    assert single.reader.status == 0


def test_every_field_of_the_article_is_on_the_screen(home: Path, variables: dict[str, str], tmp_path: Path) -> None:
    reader = PtySession([str(home)], variables, (200, 70), tmp_path)

    def seen() -> str:
        return " ".join(reader.text.replace("│", " ").replace("┃", " ").split())

    assert reader.wait(lambda: "Tiny Buoy Measurement Board" in seen()), reader.text
    shown = seen()
    reader.close()

    for words in (
        "Harbour Insight",
        "harbour-insight.example",
        "2 Oct 2021 13:30",
        "quality 35",
        "draft",
        "locked",
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
        assert words in shown, words


@pytest.mark.parametrize("size", [WIDE, MEDIUM, NARROW, (30, 8)], ids=["160x50", "100x30", "60x20", "30x8"])
def test_an_empty_folder_says_what_to_do(size: tuple[int, int], variables: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    reader = PtySession([str(folder)], variables, size, tmp_path)
    sentence = "too small" if size == (30, 8) else "No articles"

    found = reader.wait(lambda: sentence.lower() in reader.text.lower() or "at least" in reader.text, seconds=10)
    text = reader.text
    reader.press("q")
    left = reader.wait(lambda: reader.ended)
    status = reader.status
    reader.close()

    assert found, text
    assert "Traceback" not in text
    assert left
    assert status == 0


def test_a_single_file_is_opened_as_such(home: Path, variables: dict[str, str], tmp_path: Path) -> None:
    reader = PtySession([str(home / HOME)], variables, WIDE, tmp_path)

    found = reader.wait(lambda: "These harbour towns" in reader.text)
    reader.close()

    assert found


def test_without_colour_no_colour_is_sent(home: Path, variables: dict[str, str], tmp_path: Path) -> None:
    reader = PtySession([str(home)], {**variables, "NO_COLOR": "1"}, WIDE, tmp_path)
    found = reader.wait(lambda: "These harbour" in reader.text)
    colours = {
        colour
        for line in reader.cells.values()
        for cell in line.values()
        for colour in (cell.fg, cell.bg)
        if colour != "default"
    }
    reader.close()

    assert found
    assert all(_is_grey(colour) for colour in colours), colours


def _is_grey(colour: str) -> bool:
    return colour in {"black", "white"} or (len(colour) == 6 and colour[:2] == colour[2:4] == colour[4:])


def _run(variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "reader", *arguments]
    return subprocess.run(argv, env=variables, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def test_a_missing_folder_is_one_sentence(variables: dict[str, str], tmp_path: Path) -> None:
    reader = PtySession([str(tmp_path / "missing")], variables, WIDE, tmp_path)

    ended = reader.wait(lambda: reader.ended)
    text, status = reader.text, reader.status
    reader.close()

    assert ended
    assert "No such folder: " in text
    assert "Traceback" not in text
    assert status == 2


def test_without_a_terminal_it_says_so(home: Path, variables: dict[str, str]) -> None:
    result = _run(variables, str(home))

    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "terminal" in result.stderr


def test_the_screen_and_the_command_line_share_one_index(home: Path, variables: dict[str, str], tmp_path: Path) -> None:
    reader = PtySession([str(home)], variables, WIDE, tmp_path)
    assert reader.wait(lambda: "These harbour" in reader.text)
    reader.press("s")
    assert reader.wait(lambda: "★" in reader.text)
    result = _run(variables, "list", str(home), "is:starred", "--format", "json")
    reader.close()

    assert [entry["path"] for entry in json.loads(result.stdout)] == [HOME]
