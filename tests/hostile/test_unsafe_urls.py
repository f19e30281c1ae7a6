"""Every key and click that opens or copies, on every kind of address, in every field: what comes out is a clean web
address.

``e`` and ``|`` leave the screen, so they are pressed in a terminal.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

import pytest
from hostile_texts import NASTY_URLS, UNSAFE_URLS
from pty_session import PtySession, environment, program
from rich.cells import cell_len
from textual.geometry import Offset
from tui_driver import ReaderEnv, opened

from reader.storage.paths import AppPaths
from reader.text import sanitize
from reader.urls import is_safe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tui_driver import TuiDriver

# So long that as many as stand in any place still fit into front matter, and as long as fits alone.
LONG, LONGEST = "https://bad.example/" + "x" * 60_000, "https://bad.example/" + "x" * 100_000
ALONE = {"original", "web", "url"}
GOOD = "https://good.example/here"
BODIES = {"Markdown", "HTML"}
_SIGN = r"[^\s\x00-\x20\x7f-\x9f\\\u202a-\u202e\u2066-\u2069]"
_CLEAN = re.compile(rf"https?://(?:(?![@/?#]){_SIGN})+(?:[/?#]{_SIGN}*)?", re.IGNORECASE)

# A place in an article -> its fields and its body with an address in that place; elsewhere the addresses are good.
PLACES: dict[str, Callable[[str], tuple[dict[str, object], str]]] = {
    "original": lambda url: ({"originalUrl": url, "webUrl": GOOD}, ""),
    "web": lambda url: ({"originalUrl": GOOD, "webUrl": url}, ""),
    "url": lambda url: ({"url": url}, ""),
    "link": lambda url: ({"link": url, "permalink": url, "canonical": url}, ""),
    "related": lambda url: (
        {
            "originalUrl": GOOD,
            "related": [
                {"title": "R", "originalUrl": url},
                {"title": "S", "webUrl": url},
                {"title": "T", "url": url},
                url,
            ],
        },
        "",
    ),
    "images": lambda url: ({"originalUrl": GOOD, "images": [{"url": url, "alt": "I"}, url], "cover": url}, ""),
    "provider": lambda url: ({"originalUrl": GOOD, "provider": {"name": url, "domain": url}, "site": url}, ""),
    "Markdown": lambda url: (
        {"originalUrl": GOOD, "excerpt": f"[e]({url}) <{url}>"},
        f"[a]({url}) <{url}> ![b]({url}) [c](<{url}> 't') {url}\n\n[d]: <{url}>\n\n[d]\n",
    ),
    "HTML": lambda url: (
        {"originalUrl": GOOD},
        f'<p><a href="{url}">a</a> <a href=\'{url}\'>b</a> <img src="{url}" alt="c"></p>\n',
    ),
}  # fmt: skip


def _write(folder: Path, name: str, fields: dict[str, object], body: str) -> None:
    folder.mkdir(exist_ok=True)
    # Signs that steer are spelled in it, or they would be gone before anybody takes them for part of an address.
    text = f"---\n{json.dumps({'title': name, **fields})}\n---\n{body}"
    (folder / name).write_text(text, encoding="utf-8", newline="")


# Where an address is the only one there is.
NO_GOOD = {"url", "link"}


async def _press_all(reading: TuiDriver) -> list[str]:
    """Press every key there is for opening on the open article, and return all that was copied."""
    copied = []
    for key in ("y", "Y"):
        reading.app._clipboard = ""
        await reading.press(key)
        copied.append(reading.app.clipboard)
    numbers = reading.main.reading.link_numbers
    await reading.press("o", "w")
    for number in (*numbers, max(numbers, default=0) + 1):
        await reading.press(*str(number), "enter")
    if numbers:
        await reading.press("f", *str(numbers[-1]), "enter")
    await reading.press("escape", "O")
    return copied


async def _click_all(reading: TuiDriver) -> None:
    """Click on everything on the page of the open article that can be clicked, wherever its line is."""
    pane = reading.main.article
    clicked = set()
    for row, line in enumerate(pane._lines):
        column = 0
        for piece in line:
            meta = {} if piece.style is None else piece.style.meta
            if {"link", "open"} & meta.keys() and (what := str(sorted(meta.items()))) not in clicked:
                clicked.add(what)
                pane.scroll_to(y=row, animate=False, force=True, immediate=True)
                await reading.settled()
                place = Offset(column, row - pane.scroll_offset.y) + pane.content_offset
                await reading.click(pane, *place)
            column += cell_len(piece.text)


def _complaints(reading: TuiDriver, copied: list[str], *, allowed: bool) -> list[str]:
    bad = [str(argv) for argv in reading.runner.started if len(argv) != 2 or not _is_clean(argv[1], allowed=allowed)]
    for text in filter(None, copied):
        url = text.rpartition("](<")[2].removesuffix(">)") if text.startswith("[") else text
        if not _is_clean(url, allowed=allowed) or sanitize(text) != text:
            bad.append(f"copied {text!r}")
    return bad


def _is_clean(url: str, *, allowed: bool) -> bool:
    return _CLEAN.fullmatch(url) is not None and is_safe(url) and (allowed or url == GOOD)


@pytest.mark.parametrize("place", PLACES)
async def test_no_key_opens_what_is_no_web_address(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "folder"
    urls = (*UNSAFE_URLS, LONG, *([LONGEST] if place in ALONE else []))
    for number, url in enumerate(urls):
        fields, body = PLACES[place](url)
        _write(folder, f"{number:02}{'.html' if place == 'HTML' else '.md'}", fields, body)
    async with opened(folder, _world(tmp_path)) as reading:
        names = reading.paths()
        assert len(names) == len(urls)
        for name in names:
            reading.runner.started.clear()
            await reading.go_to(name)
            await _click_all(reading)
            copied = await _press_all(reading)
            # A body is cleaned before its links are looked for: what is left of one may be an address.
            assert _complaints(reading, copied, allowed=place in BODIES) == [], name
            assert reading.app.return_code is None
            if place not in NO_GOOD:
                assert [argv[-1] for argv in reading.runner.started].count(GOOD) >= 2, "o and O open what is good"


@pytest.mark.parametrize("place", [place for place in PLACES if place != "provider"])
async def test_an_address_that_only_looks_bad_is_opened_as_one_argument(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "folder"
    urls = {}
    for number, url in enumerate(NASTY_URLS):
        fields, body = PLACES[place](url)
        name = f"{number:02}{'.html' if place == 'HTML' else '.md'}"
        _write(folder, name, fields, body)
        urls[name] = url
    async with opened(folder, _world(tmp_path)) as reading:
        for name in reading.paths():
            reading.runner.started.clear()
            await reading.go_to(name)
            await _click_all(reading)
            clicked = {argv[1] for argv in reading.runner.started}
            copied = await _press_all(reading)
            assert _complaints(reading, copied, allowed=True) == [], name
            if place not in BODIES:  # where some of its signs mean something
                assert urls[name] in [argv[1] for argv in reading.runner.started], name
                assert urls[name] in clicked, name


def _world(base: Path) -> ReaderEnv:
    programs = base / "programs"
    program(programs, "fake-browser", "true")
    places = AppPaths(base / "cache", base / "state", base / "config")
    return ReaderEnv(places, {"BROWSER": "fake-browser", "PATH": str(programs)})


ATTACKS = (
    "\x1b]0;4242\x07", "$(touch pwned)", "`touch pwned`", "; touch pwned", "-rf", "\u202e4242", "\x9b4242H",
)  # fmt: skip


def test_the_editor_gets_a_path_and_a_command_clean_text(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    for number, attack in enumerate(ATTACKS):
        fields: dict[str, object] = {"originalUrl": f"https://good.example/{attack}", "author": attack}
        _write(folder, f"T{number} {attack}.md", fields, f"Body {attack}\n")
    program(tmp_path / "programs", "editor", f"printf '%s\\0' \"$@\" >> '{tmp_path}/editor.log'")
    program(tmp_path / "programs", "taker", f"cat >> '{tmp_path}/taker.log'")
    env = environment(tmp_path / "home", tmp_path / "programs", EDITOR="editor")
    reader = PtySession([str(folder)], env, (140, 40), tmp_path)
    try:
        for number in range(len(ATTACKS)):
            _edit_and_pipe(reader, tmp_path, number)
        reader.press("q")
        assert reader.wait(lambda: reader.ended), reader.text
    finally:
        reader.close()
    edited = _log(tmp_path, "editor").split(b"\0")[:-1]
    assert sorted(edited) == sorted(os.fsencode(path) for path in folder.iterdir())
    taken = _log(tmp_path, "taker").decode()
    assert taken.count("Body ") == len(ATTACKS)
    assert sanitize(taken) == taken
    assert not list(tmp_path.rglob("pwned"))


def _edit_and_pipe(reader: PtySession, base: Path, number: int) -> None:
    """Hand the article of a number, on which the cursor stands, to the editor and to a command."""

    def is_on_screen() -> bool:
        return any("▌" in line and f"T{number} " in line for line in reader.lines) and "another screen" in reader.modes

    assert reader.wait(is_on_screen), reader.text
    reader.press("e")
    assert reader.wait(lambda: _log(base, "editor").count(b"\0") == number + 1), reader.text
    assert reader.wait(is_on_screen), reader.text
    reader.press("|")
    if number == 0:
        assert reader.wait(lambda: "command and arguments" in reader.text), reader.text
        reader.press(*"taker")
    # What was typed the last time is still there.
    assert reader.wait(lambda: "taker" in reader.text), reader.text
    reader.press("enter")
    assert reader.wait(lambda: _log(base, "taker").count(b"Body ") == number + 1), reader.text
    assert reader.wait(lambda: "Press Enter to continue" in reader.text), reader.text
    reader.press("enter")
    assert reader.wait(is_on_screen), reader.text
    reader.press("j")


def _log(base: Path, name: str) -> bytes:
    path = base / f"{name}.log"
    return path.read_bytes() if path.exists() else b""
