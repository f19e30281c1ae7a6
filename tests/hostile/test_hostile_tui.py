"""The hostile folder in the TUI in a terminal: every article is listed, and no file injects an escape sequence."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hostile_folder import build_urls
from hostile_output import find_injected_escapes
from hostile_texts import NASTY_URLS, UNSAFE_URLS
from pty_session import PtySession, environment, program
from sweep import TIMES, amount, sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hostile_folder import HostileFolder

SIZE = (160, 50)
PATIENCE = 120.0
MAX_KILOBYTES = 300 * 1024


class Recorder(PtySession):
    """A program in a terminal, with all of its output recorded."""

    def __init__(self, arguments: Sequence[str], env: dict[str, str], cwd: Path) -> None:
        super().__init__(arguments, env, SIZE, cwd)
        self._before = b""

    def press(self, *keys: str) -> None:
        self._before += self._raw
        super().press(*keys)

    @property
    def output(self) -> bytes:
        return self._before + self._raw

    def waits_for(self, words: str) -> None:
        assert self.wait(lambda: words in " ".join(self.text.split()), PATIENCE), f"{words}:\n{self.text}"

    def draws(self, *keys: str) -> None:
        """Press keys, and wait until the reader has painted what there is to paint for them."""
        self.press(*keys)
        assert self.idle(PATIENCE), self.story

    @property
    def most_kilobytes(self) -> int:
        """The most memory the program ever had; 0 where the system does not say."""
        status = Path(f"/proc/{self._process.pid}/status")
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8")) if status.exists() else None
        return int(found[1]) if found else 0


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    programs = tmp_path / "programs"
    for name in ("fake-browser", "fake-editor"):
        program(programs, name, f"printf '%s\\n' \"$@\" >> '{tmp_path}/{name}.log'")
    return environment(tmp_path / "home", programs, BROWSER="fake-browser", EDITOR="fake-editor")


def log(tmp_path: Path, name: str) -> list[str]:
    path = tmp_path / f"{name}.log"
    return path.read_text(encoding="utf-8", errors="surrogateescape").split("\n")[:-1] if path.exists() else []


@pytest.fixture
def screen(hostile: HostileFolder, variables: dict[str, str], tmp_path: Path) -> Iterator[Recorder]:
    reader = Recorder([str(hostile.path)], variables, tmp_path)
    reader.waits_for(f"{len(hostile.listed)} · newest first")
    yield reader
    reader.close()


def _walk(reader: Recorder, key: str, times: int) -> str:
    seen = reader.text
    for _ in range(times):
        reader.draws(key)
        seen += reader.text
    return seen


def _assert_harmless(reader: Recorder) -> None:
    """Quit, then check the entire output: before the end, its last escape sequence may be incomplete."""
    assert reader.most_kilobytes < MAX_KILOBYTES
    # In another pane, the first q returns to the list and the second one quits.
    reader.press("q", "q")
    assert reader.wait(lambda: reader.ended), reader.text
    assert reader.status == 0
    assert find_injected_escapes(reader.output) == []
    assert b"Traceback" not in reader.output


@pytest.mark.sweep
def test_every_hostile_article_is_listed_and_can_be_opened(hostile: HostileFolder, screen: Recorder) -> None:
    seen = ""
    # A sweep opens every article, a sample every fourth.
    step = 1 if TIMES > 1 else 4
    for _ in range(-(-len(hostile.listed) // step)):
        seen += screen.text
        screen.draws(*"j" * step)
    assert [case.path for case in hostile.listed if case.label not in seen] == []
    screen.draws("g g")
    for _ in range(40 // step):
        screen.draws("J", "J", "5", "j")
    _assert_harmless(screen)


TYPED = ("topic:", "provider:", "author:", "category:", "type:", "lang:", "path:h8", "\\x1b", "[/]", "4242")


@pytest.mark.sweep
def test_every_dialog_and_pane_shows_the_hostile_folder_safely(hostile: HostileFolder, screen: Recorder) -> None:
    screen.press("!")
    screen.waits_for("problems ")
    _walk(screen, "pagedown", min(15, amount(5)))
    for key in ("enter", "escape", "?", "pagedown", "escape", "ctrl+p", "escape", "S", "escape", "'", "escape"):
        screen.draws(key)
    for _ in range(4):
        screen.draws("h")
        _walk(screen, "pagedown", min(6, amount(2)))
        _walk(screen, "j", min(5, amount(2)))
        screen.draws("l", "T")
    screen.draws("escape")
    screen.draws("F")
    for typed in sample(TYPED, 4):
        screen.draws("/")
        screen.draws(*typed)
        for key in ("tab", "down", "down", "tab", "enter", "escape", "F"):
            screen.draws(key)
    screen.draws("F")
    screen.waits_for(f"{len(hostile.listed)} · newest first")
    _assert_harmless(screen)


def _is_current(reader: Recorder, label: str) -> bool:
    """Return whether the cursor is on an article, and the article pane shows it."""
    return any("▌" in line and label in line for line in reader.lines) and reader.text.count(f"{label} address") > 1


@pytest.mark.sweep
def test_keys_open_and_copy_only_safe_urls(variables: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    manifest = build_urls(folder)
    urls = (*UNSAFE_URLS, *NASTY_URLS)
    cases = sample(list(zip(range(1, len(manifest) + 1), manifest, urls, strict=True)), len(manifest))
    reader = Recorder([str(folder)], variables, tmp_path)
    try:
        reader.waits_for(f"{len(manifest)} · newest first")
        for row, case, _url in cases:
            # A relative link may have led to another article of the folder, so each one is named by its row.
            reader.draws("escape", *f"{row}G")
            # Links have numbers only once the page is rendered.
            assert reader.wait(lambda case=case: _is_current(reader, case.label)), case.label  # type: ignore[misc]  # a lambda's default
            for keys in ("o", "w", "123456789", "yY", "f1"):
                reader.draws(*keys)
        reader.press("q", "q", "q")
        assert reader.wait(lambda: reader.ended)
        assert reader.status == 0
        assert find_injected_escapes(reader.output, may_copy=True) == []
    finally:
        reader.close()
    opened = log(tmp_path, "fake-browser")
    assert set(opened) >= {url for _row, _case, url in cases if url in NASTY_URLS and url.isascii()}
    for url in opened:
        assert re.fullmatch(r"https?://[^\s\x00-\x20\x7f-\x9f\\@]+\S*", url, re.IGNORECASE), url
        # The first link is one of the text, which links the part of an unsafe URL that is a web URL.
        assert url not in UNSAFE_URLS
        assert "bad.example" not in url or re.match(r"https://bad\.example(/|$)", url)
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("name", ["-rf.md", "+!touch pwned.md", "--cmd=x.md", "$(touch pwned).md"])
def test_file_name_is_never_an_option_for_the_editor(variables: dict[str, str], tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / name).write_text("---\ntitle: The only one\n---\n", encoding="utf-8")
    reader = Recorder(["."], {**variables, "PWD": str(folder)}, folder)
    try:
        reader.waits_for("The only one")
        reader.press("e")
        assert reader.wait(lambda: bool(log(tmp_path, "fake-editor")))
    finally:
        reader.close()
    assert log(tmp_path, "fake-editor") == [os.path.join(os.path.realpath(folder), name)]  # noqa: PTH118 - as it is given
    assert not (folder / "pwned").exists()
