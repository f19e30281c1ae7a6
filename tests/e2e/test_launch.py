"""The installed program in a real terminal: from the one real article of the home schema to the browser, and every way
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

SEED = "000_745b48df8e056631.txt"
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
def seed(request: pytest.FixtureRequest, corpora: Path, variables: dict[str, str], tmp_path: Path) -> Iterator[Opened]:
    reader = PtySession([str(corpora / "seed")], variables, request.param, tmp_path)
    assert reader.wait(lambda: "These top AI" in reader.text), reader.text
    yield Opened(reader, tmp_path / "opened.log")
    reader.close()


def test_the_original_is_opened_exactly(seed: Opened, corpora: Path) -> None:
    article = load_file(corpora / "seed", SEED).article
    assert article is not None

    seed.reader.press("o")

    assert seed.urls(1) == [f"1 {article.original_url}"]


def test_related_articles_are_opened_by_their_numbers(seed: Opened, corpora: Path) -> None:
    article = load_file(corpora / "seed", SEED).article
    assert article is not None
    seed.reader.press("enter")
    assert seed.reader.wait(lambda: "analyticsinsight" in seed.reader.text), seed.reader.text

    for count, number in enumerate(("1", "2", "3"), start=1):
        seed.reader.press(number)
        assert len(seed.urls(count)) == count

    assert seed.urls(3) == [f"1 {entry.web_url}" for entry in article.related]


def test_leaving_ends_well_and_gives_the_terminal_back(seed: Opened) -> None:
    seed.reader.press("q")

    assert seed.reader.wait(lambda: seed.reader.ended)
    assert seed.reader.status == 0


def test_every_field_of_the_seed_is_on_the_screen(corpora: Path, variables: dict[str, str], tmp_path: Path) -> None:
    reader = PtySession([str(corpora / "seed")], variables, (200, 70), tmp_path)

    def seen() -> str:
        return " ".join(reader.text.replace("│", " ").replace("┃", " ").split())

    assert reader.wait(lambda: "Tiny Machine Learning Development Board" in seen()), reader.text
    shown = seen()
    reader.close()

    for words in (
        "Analytics Insight",
        "analyticsinsight.net",
        "2 Oct 2021 13:30",
        "quality 35",
        "draft",
        "locked",
        "As we say, data has become wealth today",
        "Facebook AI · AI",
        "900×500",
        "AI and Software Development: Let the Revolution Begin",
        "eWeek · 30 Sep 2021 19:42 · quality 67",
        "Event Round up: Sino-UK AI Innovation and Development Forum",
        "techUK · 28 Sep 2021 11:57 · quality 37",
        "Syntiant Brings Artificial Intelligence Development",
        "Associated Press · 29 Sep 2021 12:22 · quality 26",
        "Tiny Machine Learning Development Board",
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


def test_a_single_file_is_opened_as_such(corpora: Path, variables: dict[str, str], tmp_path: Path) -> None:
    reader = PtySession([str(corpora / "seed" / SEED)], variables, WIDE, tmp_path)

    found = reader.wait(lambda: "These top AI cities" in reader.text)
    reader.close()

    assert found


def test_without_colour_no_colour_is_sent(corpora: Path, variables: dict[str, str], tmp_path: Path) -> None:
    reader = PtySession([str(corpora / "seed")], {**variables, "NO_COLOR": "1"}, WIDE, tmp_path)
    found = reader.wait(lambda: "These top AI" in reader.text)
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


def test_without_a_terminal_it_says_so(corpora: Path, variables: dict[str, str]) -> None:
    result = _run(variables, str(corpora / "seed"))

    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "terminal" in result.stderr


def test_the_screen_and_the_command_line_share_one_index(
    corpora: Path, variables: dict[str, str], tmp_path: Path
) -> None:
    reader = PtySession([str(corpora / "seed")], variables, WIDE, tmp_path)
    assert reader.wait(lambda: "These top AI" in reader.text)
    reader.press("s")
    assert reader.wait(lambda: "★" in reader.text)
    result = _run(variables, "list", str(corpora / "seed"), "is:starred", "--format", "json")
    reader.close()

    assert [entry["path"] for entry in json.loads(result.stdout)] == [SEED]
