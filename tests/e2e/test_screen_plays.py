"""What a user of other readers tries first, in a real terminal: filter, sidebar, reading, marks, help, command line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from live_folder import write

if TYPE_CHECKING:
    from pathlib import Path

    from play import Play, Stage

STORIES = 30
SIZE = (120, 30)
LONG = "\n\n".join(
    (
        "The harbour opens at dawn, see [the tide tables](https://tides.example/).",
        *(f"## Part {part}\n\n" + f"Ships pass the light of part {part} and go on. " * 40 for part in range(1, 6)),
    )
)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Thirty stories of three topics, the newest a long article with related ones."""
    for number in range(2, STORIES + 1):
        topic = "Climate" if number < 7 else "Cities" if number < 10 else "Ports"
        more = f"topics: [{topic}]\nauthors: [Ann Lee]\n"
        write(tmp_path / "content", f"{number:02}.md", day=9_000 - number, title=f"Story {number:02}", more=more)
    more = 'topics: [Climate]\nimage: https://pictures.example/1.png\nrelated: [{title: Afar, url: "https://far.example/"}]\n'
    write(tmp_path / "content", "01.md", day=9_000, title="Story 01", text=LONG, more=more)
    return tmp_path / "content"


def settings(home: Path, text: str) -> None:
    (home / "config" / "newsreader").mkdir(parents=True, exist_ok=True)
    (home / "config" / "newsreader" / "config.toml").write_text(text, encoding="utf-8")


def click(play: Play, x: int, y: int, to: tuple[int, int] | None = None) -> None:
    """Press the mouse button at a cell, drag to another one if given, and release it."""
    cells = [(x, y), *([((x + to[0]) // 2, y), to] if to else []), to or (x, y)]
    kinds = ["<0{}M", *["<32{}M"] * (len(cells) - 2), "<0{}m"]
    for kind, (column, row) in zip(kinds, cells, strict=True):
        play.session.send(f"\x1b[{kind.format(f';{column + 1};{row + 1}')}".encode())


def cell(play: Play, text: str) -> tuple[int, int]:
    """Return the column and row of a text on the screen."""
    return next((line.index(text), row) for row, line in enumerate(play.session.lines) if text in line)


def letters(text: str) -> list[str]:
    """Return the keys that type a text."""
    return ["space" if letter == " " else letter for letter in text]


def test_filter_keeps_what_is_listed_and_q_leaves_step_by_step(stage: Stage, content: Path) -> None:
    play = stage.open(content, "--fresh", size=SIZE)
    play.press("/", *letters("topic:cli"))
    play.list.expect("Story 06", lacks="Story 07", title="6 of 30")
    play.press(*letters("mate ("))
    play.list.expect("Story 06", lacks="Story 07", title="6 of 30")
    play.press("ctrl+c")
    play.list.expect("Story 07", title="30")
    play.type("topic:climate sort:date")
    play.press("S", "t")
    play.status.expect("topic:climate sort:title")
    play.expect("6 of 30 · title A to Z")
    play.press("S", "d", "F")
    play.type("cit")
    play.status.expect("cit*", lacks="topic:")
    play.list.expect(title="3 of 30")
    play.press("/", "up", "up")
    play.status.expect("topic:climate sort:date")
    play.press("ctrl+c", "enter", "z")
    assert not play.list.title, "zen mode"
    play.press("q")
    play.article.expect("Story 07", focused=True)
    play.press("q")
    play.list.expect(title="3 of 30", focused=True)
    play.press("q")
    play.list.expect("Story 10", title="30", focused=True)
    play.quit()


def test_sidebar_narrows_the_list_in_several_ways(stage: Stage, content: Path) -> None:
    play = stage.open(content, "--fresh", size=SIZE)
    play.press("t")
    assert not play.sidebar.title
    play.press("T")
    play.sidebar.expect("Climate", title="Topics")
    play.press("r")
    assert re.search(r"Climate +5/6", play.sidebar.text)
    assert re.search(r"Ports +21\b", play.sidebar.text)
    play.press("i")
    play.status.expect("/ is:unread ")
    play.list.expect(lacks="Story 01", title="29 of 30")
    play.press("i", "h", "6 j")
    play.list.expect(title="6 of 30 · Climate")
    play.press("j", "space")
    play.sidebar.expect("+")
    play.list.expect(title="3 of 30 · Cities")
    play.press("k", "space")
    play.list.expect(title="9 of 30 · Cities + Climate")
    play.press("E")
    play.list.expect(title="3 of 30 · Cities −Climate")
    play.press("T")
    play.sidebar.expect(title="Providers")
    play.press("T", "T")
    play.expect("┏━ Authors")
    play.quit("Q")


def test_article_is_read_with_search_headings_and_zen(stage: Stage, content: Path, tmp_path: Path) -> None:
    play = stage.open(content, "--fresh", size=SIZE)
    play.article.expect("tables[1]")
    assert {line[39:40] for line in play.article.lines} <= {"", " "}, "a gutter before the scroll bar"
    play.press("enter", "/", *letters("light"))
    play.status.expect("1/200")
    play.press("enter", "n")
    play.status.expect("2/200")
    play.press("escape", "] ]", "] ]")
    assert "Part 2" in play.article.lines[0]
    play.press("[ [")
    assert "Part 1" in play.article.lines[0]
    play.press("c", "j", "j", "enter")
    assert "Part 3" in play.article.lines[0]
    play.press("ctrl+s", "enter")
    assert "tide tables" in (tmp_path / "Story-01.txt").read_text(encoding="utf-8")
    play.press("z", "3 J")
    text = [line for line in play.text.split("\n")[:-1] if line.strip(" ▁▂▃▄▅▆▇█")]
    assert {len(line) - len(line.lstrip()) for line in text} == {15}, "centered"
    play.press("G")
    assert re.findall(r"(?:Image|^) +(\d) ", play.text.partition("Topics")[2], re.MULTILINE) == ["2", "3", "1"]
    play.press("5 ctrl+b")
    page = play.text.split("\n")[:-1]
    play.quit("Q")
    play = stage.open(content, size=SIZE)
    assert play.text.split("\n")[:-1] == page, "in zen mode, where the user stopped"


def test_marks_are_set_in_ranges_and_undone(stage: Stage, content: Path, tmp_path: Path) -> None:
    settings(tmp_path, "mark_read_after = 0\npipe_shell = true\n")
    play = stage.open(content, "--fresh", size=SIZE)
    play.list.expect(cursor="● ")
    play.press("j")
    assert "●" not in play.list.cursor, "seen, after a key"
    play.press("u")
    play.list.expect(cursor="● ")
    play.press("5 s")
    assert play.list.text.count("★") == 5
    play.press("1 0 G", "V", "2 j", "L")
    assert play.list.text.count("◷") == 3
    play.press("G", "n")
    play.list.expect(cursor="Story 01")
    play.status.expect("Continued at the top")
    play.session.press("|", *letters("head -1 | tr a-z A-Z > loud.txt"), "enter")
    play.awaits(lambda: "Press Enter to continue" in play.text, "the pipeline ends")
    play.session.answer("enter")
    assert (tmp_path / "loud.txt").read_text(encoding="utf-8") == "STORY 01\n"
    play.be_idle()
    play.quit()


def test_help_and_palette_are_searched_and_keys_are_clicked(stage: Stage, content: Path) -> None:
    play = stage.open(content, "--fresh", size=SIZE)
    click(play, *cell(play, "S sort"))
    play.until_shown("Sort by")
    play.press("ctrl+c")
    play.expect(lacks="Sort by")
    play.press("s", "u", "?", "/", *letters("redo"))
    play.expect("redo", lacks="toggle read")
    play.press("enter", "enter")
    play.list.expect(cursor="★")
    play.press(":", "7", "enter")
    play.list.expect(cursor="Story 07")
    play.press(":", *letters("theme: dr"), "enter")
    play.until_shown("Story 10")
    row = next(at for at, line in enumerate(play.session.lines) if "Story 10" in line)
    click(play, 30, row)
    play.until(lambda: "Story 10" in play.article.text, "a click selects")
    start = cell(play, "Ann Lee")
    click(play, *start, to=(start[0] + 6, start[1]))
    play.until(lambda: play.session.copied == "Ann Lee", "selected text is copied")
    play.quit("ctrl+c")


def test_command_line_on_a_terminal(stage: Stage, content: Path) -> None:
    stage.program("less", "cat; echo paged")
    play = stage.start("show", content / "01.md", size=SIZE)
    play.ends()
    play.expect("paged")
    assert b"\x1b[1m" in play.session.sent
    play = stage.start("lsit", content, size=SIZE)
    play.ends(2)
    play.expect('did you mean "list"?')
    play = stage.start("count", "--help", size=(60, 40))
    play.ends()
    play.expect(f"{'':23}like the setting")
    play = stage.start("man", size=(80, 40))
    play.ends()
    assert b".SH COMMANDS" in play.session.sent
    play = stage.start("completion", "fish", size=SIZE)
    play.ends()
    assert b"complete -c newsreader" in play.session.sent


def test_settings_hide_hints_and_themes_are_previewed(stage: Stage, content: Path, tmp_path: Path) -> None:
    settings(tmp_path, 'hints = false\ntheme = "nord"\n\n[searches]\nharbours = "topic:ports"\n')
    play = stage.open(content, "--fresh", size=SIZE)
    play.status.expect(lacks="? help")
    play.press(":", *letters("harbours"), "enter")
    play.list.expect(title="21 of 30")
    play.press(":", *letters("color theme"), "enter")
    play.expect("Color theme")
    painted = len(play.session.sent)
    play.press("j")
    assert b"2;25;23;36" in play.session.sent[painted:], "the background of rose-pine"
    painted = len(play.session.sent)
    play.press("escape")
    assert b"2;46;52;64" in play.session.sent[painted:], "the background of nord again"
    play.quit("Q")
