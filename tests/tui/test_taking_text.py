"""Export of article text: copied by key or mouse, saved to a file, piped to a command."""

from __future__ import annotations

import io
import sys
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tui_driver import MEDIUM, WIDE, opened

from reader.external.programs import parse_command
from reader.tui.external import PipeArticle, SaveArticle

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    text = (
        "---\ntitle: A/B test\ndate: 2026-02-02\n---\nFirst words.\n\nSecond *words* and [a link](https://a.example).\n"
    )
    (folder / "a.md").write_text(text, encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


async def test_text_of_the_article_is_copied(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world, size=MEDIUM) as reading:
        await reading.press("ctrl+y")
        assert reading.app.clipboard.startswith("A/B test\n")
        assert "Second *words*" in reading.app.clipboard
        assert reading.said == f"Copied {len(reading.app.clipboard):,} characters"


async def test_article_is_saved_to_a_new_file(folder: Path, world: ReaderEnv, tmp_path: Path) -> None:
    async with opened(folder, world, size=MEDIUM) as reading:
        await reading.press("ctrl+s")
        assert "Save as: ~/A-B-test.txt" in reading.lines()[-1]
        await reading.press("enter")
        file = tmp_path / "home" / "A-B-test.txt"
        assert reading.said == f"Saved {file}"
        assert file.read_text(encoding="utf-8").startswith("A/B test\n")
        await reading.press("ctrl+s", "enter")
        assert reading.said == "Cannot save ~/A-B-test.txt: File exists"
        await reading.press("ctrl+s", "escape")
        assert not reading.has_dialog()


@pytest.mark.parametrize("name", ["new.md", "../texts/new.md", "link/new.md", "a.md"])
async def test_article_is_not_saved_into_the_content_folder(folder: Path, world: ReaderEnv, name: str) -> None:
    (folder.parent / "link").symlink_to(folder)
    path = folder.parent / name if name.startswith("link") else folder / name
    before = contents(folder)
    async with opened(folder, world, size=MEDIUM) as reading:
        await reading.press("ctrl+s", *str(path), "enter")
        assert "it is in the content folder" in " ".join([reading.said, *reading.notifications()])
    assert contents(folder) == before


@pytest.mark.parametrize("name", ["/nowhere/at/all.txt", "~nobodyofthisname/x.txt", "a\0b"])
async def test_file_that_cannot_be_saved_is_an_error(folder: Path, world: ReaderEnv, name: str) -> None:
    async with opened(folder, world, size=MEDIUM) as reading:
        [entry] = reading.entries()
        reading.run(SaveArticle(entry, name))
        await reading.settled()
        assert "Cannot save" in " ".join([reading.said, *reading.notifications()])


async def test_text_selected_with_the_mouse_is_copied(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world, size=WIDE) as reading:
        y = next(at for at, line in enumerate(reading.lines()) if "First words." in line)
        x = reading.lines()[y].index("First words.")
        await reading.drag((x + 6, y), (x + 10, y))
        assert reading.app.clipboard == "words"
        assert reading.said == "Copied 5 characters"
        await reading.drag((x, y), (x + 5, y + 2))
        assert reading.app.clipboard == "First words.\n\nSecond"
        await reading.click("article", 5, 1)
        assert reading.app.clipboard == "First words.\n\nSecond", "a click selects nothing"


async def test_end_of_a_selection_on_a_link_opens_nothing(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world, size=WIDE) as reading:
        y = next(at for at, line in enumerate(reading.lines()) if "Second words" in line)
        x = reading.lines()[y].index("a link")
        await reading.drag((x - 4, y), (x + 3, y))
        assert reading.runner.started == []
        assert reading.app.clipboard == "and a li"


def test_pipe_command_is_split_or_passed_to_a_shell() -> None:
    assert parse_command("wc -l 'a b'") == ("wc", "-l", "a b")
    assert parse_command("wc -l | sort > x", "/bin/sh") == ("/bin/sh", "-c", "wc -l | sort > x")


@pytest.mark.parametrize(("pipe_shell", "expected"), [(True, "A/B TEST\n"), (False, "")])
async def test_pipe_uses_a_shell_only_if_configured(
    folder: Path, world: ReaderEnv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, pipe_shell: bool, expected: str
) -> None:
    out = tmp_path / "out"
    out.write_text("")
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    config = replace(world.config, pipe_shell=pipe_shell)
    async with opened(folder, replace(world, config=config), size=MEDIUM) as reading:
        ports = reading.ports(suspend=nullcontext)
        PipeArticle(reading.entries()[0], f"head -n 1 | tr a-z A-Z > {out}").run(ports)
    assert out.read_text() == expected
