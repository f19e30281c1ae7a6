"""Every key and click that opens or copies, on every kind of URL, in every field: the result is a clean web URL.

A pure function returns what each would open, without a screen; other tests show on a screen that each key and click
does exactly that. ``e`` and ``|`` suspend the TUI, so they are pressed in a terminal.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import closing
from datetime import UTC
from typing import TYPE_CHECKING

import pytest
from hostile_texts import NASTY_URLS, UNSAFE_URLS
from pty_session import program
from rich.cells import cell_len
from tui_driver import NOW, FakeRunner, ReaderEnv, opened

from reader.article import Article
from reader.errors import OpenUrlError
from reader.external.browser import Browser, open_in_browser
from reader.library import open_library
from reader.query import Clock, Query, QueryContext
from reader.render.links import PageLink
from reader.render.page import ArticleContext, render_page
from reader.render.style import Palette, RenderOptions
from reader.storage.paths import AppPaths
from reader.text import sanitize
from reader.tui.article.loader import read_article, render_article
from reader.tui.article.targets import Copied, Refusal, Target, WebPage, clicked_action, what_would_open
from reader.urls import is_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from play import Play, Stage

    from reader.index.model import ArticleSummary
    from reader.render.page import Page

# The longest URL that fits into front matter several times, and the longest that fits once.
LONG, LONGEST = "https://bad.example/" + "x" * 60_000, "https://bad.example/" + "x" * 100_000
ALONE = {"original", "web", "url"}
GOOD = "https://good.example/here"
BODIES = {"Markdown", "HTML"}
_SIGN = r"[^\s\x00-\x20\x7f-\x9f\\\u202a-\u202e\u2066-\u2069]"
_CLEAN = re.compile(rf"https?://(?:(?![@/?#]){_SIGN})+(?:[/?#]{_SIGN}*)?", re.IGNORECASE)

# A place in an article -> fields and body with a URL in that place; the other URLs are good.
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
    # JSON escapes the control characters, or they would be removed before the URL is parsed.
    text = f"---\n{json.dumps({'title': name, **fields})}\n---\n{body}"
    (folder / name).write_text(text, encoding="utf-8", newline="")


# Places whose URL is the only one of the article.
NO_GOOD = {"url", "link"}


ACTIONS = ("open", "open.web", "open.next", "copy.url", "copy.markdown")
LOOK = RenderOptions(80, UTC, Palette())


def _articles(folder: Path, base: Path) -> Iterator[tuple[ArticleSummary, Page]]:
    """Yield every article of a folder with its page."""
    library = open_library(folder, AppPaths(base / "cache", base / "state", base / "config"))
    list(library.sync())
    context = QueryContext(Clock(NOW, UTC))
    with closing(library.marks), closing(library.search()) as search:
        for entry in search.entries(search.ids(Query(), context)):
            yield entry, render_article(read_article(search, library, entry, LOOK), LOOK, None).page


def _targets_of_keys(entry: ArticleSummary, page: Page) -> list[Target]:
    """Return what each key would open or copy, including a link number that does not exist."""
    numbers = [link.number for link in page.links]
    missing = what_would_open(entry, page.links, "open.link", max(numbers, default=0) + 1)
    assert isinstance(missing, Refusal)
    return [
        *(what_would_open(entry, page.links, action) for action in ACTIONS),
        *(what_would_open(entry, page.links, "open.link", number) for number in numbers),
    ]


def _clicks(page: Page) -> list[tuple[str, int | None]]:
    """Return the distinct actions of clicks on a page."""
    metas = [piece.style.meta for line in page.lines for piece in line if piece.style is not None]
    return list(dict.fromkeys(clicked for meta in metas if (clicked := clicked_action(meta)) is not None))


def _started(targets: list[Target]) -> list[list[str]]:
    """Return the commands that would start a browser."""
    runner = FakeRunner()
    for target in targets:
        if isinstance(target, WebPage):
            open_in_browser(Browser(("fake-browser",)), target.url, runner)
    return runner.started


def _unsafe(started: list[list[str]], copied: list[str], *, allowed: bool) -> list[str]:
    bad = [str(argv) for argv in started if len(argv) != 2 or not _is_clean(argv[1], allowed=allowed)]
    for text in copied:
        url = text.rpartition("](<")[2].removesuffix(">)") if text.startswith("[") else text
        if not _is_clean(url, allowed=allowed) or sanitize(text) != text:
            bad.append(f"copied {text!r}")
    return bad


def _copied(targets: list[Target]) -> list[str]:
    return [target.text for target in targets if isinstance(target, Copied)]


def _is_clean(url: str, *, allowed: bool) -> bool:
    return _CLEAN.fullmatch(url) is not None and is_safe(url) and (allowed or url == GOOD)


@pytest.mark.parametrize("place", PLACES)
def test_no_key_or_click_would_open_an_unsafe_url(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "folder"
    urls = (*UNSAFE_URLS, LONG, *([LONGEST] if place in ALONE else []))
    for number, url in enumerate(urls):
        fields, body = PLACES[place](url)
        _write(folder, f"{number:02}{'.html' if place == 'HTML' else '.md'}", fields, body)
    seen = 0
    for entry, page in _articles(folder, tmp_path):
        seen += 1
        pressed = _targets_of_keys(entry, page)
        clicked = [what_would_open(entry, page.links, *click) for click in _clicks(page)]
        started = _started([*pressed, *clicked])
        # A body is sanitized before its links are found, so the rest of one may be a URL. The path of an image is
        # resolved against the URL of its article.
        assert _unsafe(started, _copied(pressed), allowed=place in {*BODIES, "images"}) == [], entry.path
        if place not in NO_GOOD:
            assert [target for target in pressed if target == WebPage(GOOD)][1:], "o and O open the good URL"
    assert seen == len(urls)


@pytest.mark.parametrize("place", [place for place in PLACES if place != "provider"])
def test_safe_but_odd_url_would_be_opened_as_one_argument(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "folder"
    urls = {}
    for number, url in enumerate(NASTY_URLS):
        fields, body = PLACES[place](url)
        name = f"{number:02}{'.html' if place == 'HTML' else '.md'}"
        _write(folder, name, fields, body)
        urls[name] = url
    for entry, page in _articles(folder, tmp_path):
        pressed = _targets_of_keys(entry, page)
        clicked = [what_would_open(entry, page.links, *click) for click in _clicks(page)]
        assert _unsafe(_started([*pressed, *clicked]), _copied(pressed), allowed=True) == [], entry.path
        if place not in BODIES:  # where some of its characters are markup
            assert WebPage(urls[entry.path]) in pressed, entry.path
            assert WebPage(urls[entry.path]) in clicked, entry.path
    assert len(urls) == len(NASTY_URLS)


@pytest.mark.parametrize("url", [*UNSAFE_URLS, LONG, LONGEST])
def test_unsafe_link_is_refused_when_opened(url: str) -> None:
    """Independent of rendering, since the link keeps the URL of the article."""
    target = what_would_open(None, (PageLink(1, "bad", url),), "open.link", 1)
    assert isinstance(target, Refusal)
    assert sanitize(target.reason) == target.reason
    runner = FakeRunner()
    with pytest.raises(OpenUrlError):
        open_in_browser(Browser(("fake-browser",)), url, runner)
    assert runner.started == []


@pytest.mark.parametrize("is_html", [False, True])
def test_body_link_is_checked_when_opened(*, is_html: bool) -> None:
    """Every link gets a number, since it may lead to a file in the folder."""
    place = PLACES["HTML" if is_html else "Markdown"]
    kept = set()
    for url in (*UNSAFE_URLS, "../other.md"):
        article = Article("a.html" if is_html else "a.md", "A", body=place(url)[1])
        page = render_page(article, ArticleContext(leads=lambda _target: True), LOOK)
        text = "\n".join("".join(segment.text for segment in line) for line in page.lines)
        assert sanitize(text) == text, url
        targets = [what_would_open(None, page.links, "open.link", link.number) for link in page.links]
        assert _unsafe(_started(targets), [], allowed=True) == [], url
        unsafe = [target for link, target in zip(page.links, targets, strict=True) if not is_safe(link.target)]
        assert all(isinstance(target, Refusal) and sanitize(target.reason) == target.reason for target in unsafe), url
        kept |= {link.target for link in page.links}
    assert {"../other.md", "//bad.example/x", "bad.example"} <= kept


BAD, NASTY = "javascript:alert(1)", "https://good.example/$(touch${IFS}pwned)"
FIELDS: dict[str, object] = {
    "originalUrl": NASTY, "webUrl": BAD, "images": [BAD, NASTY], "related": [{"title": "R", "url": BAD}, NASTY],
    "provider": {"name": BAD, "domain": BAD}, "excerpt": f"[e]({BAD}) <{BAD}>",
}  # fmt: skip
KEYS: dict[tuple[str, ...], tuple[str, int | None]] = {
    ("o",): ("open", None),
    ("w",): ("open.web", None),
    ("O",): ("open.next", None),
    ("y",): ("copy.url", None),
    ("Y",): ("copy.markdown", None),
    ("1", "enter"): ("open.link", 1),
    ("2", "enter"): ("open.link", 2),
    ("9", "enter"): ("open.link", 9),
    ("f", "2", "enter"): ("open.link", 2),
}


async def test_key_opens_or_copies_only_its_target(tmp_path: Path) -> None:
    _write(tmp_path / "folder", "a.md", FIELDS, f"[a]({BAD}) <{BAD}> ![b]({NASTY})\n")
    async with opened(tmp_path / "folder", _env(tmp_path)) as reading:
        for keys, (action, number) in KEYS.items():
            target = reading.would_open(action, number)
            reading.runner.started.clear()
            reading.app._clipboard = ""
            await reading.press(*keys)
            assert reading.runner.started == ([["fake-browser", target.url]] if isinstance(target, WebPage) else [])
            assert reading.app.clipboard == (target.text if isinstance(target, Copied) else "")
            if isinstance(target, Refusal):
                assert reading.said == target.reason
            assert reading.app.return_code is None


async def test_click_opens_only_its_target(tmp_path: Path) -> None:
    _write(tmp_path / "folder", "a.md", FIELDS, f"[a]({BAD}) <{BAD}> ![b]({NASTY})\n")
    async with opened(tmp_path / "folder", _env(tmp_path)) as reading:
        seen = set()
        for row, line in enumerate(reading.page_segments()):
            column = 0
            for piece in line:
                clicked = None if piece.style is None else clicked_action(piece.style.meta)
                if piece.text.strip():
                    await reading.scroll("article", row)
                    reading.runner.started.clear()
                    await reading.click("article", *reading.page_place(row, column))
                    target = None if clicked is None else reading.would_open(*clicked)
                    expected = [["fake-browser", target.url]] if isinstance(target, WebPage) else []
                    assert reading.runner.started == expected, piece
                    seen.add(clicked)
                column += cell_len(piece.text)
        assert {None, ("open", None), ("open.link", 2)} <= seen


def _env(base: Path) -> ReaderEnv:
    programs = base / "programs"
    program(programs, "fake-browser", "true")
    places = AppPaths(base / "cache", base / "state", base / "config")
    return ReaderEnv(places, {"BROWSER": "fake-browser", "PATH": str(programs)})


ATTACKS = (
    "\x1b]0;4242\x07", "$(touch pwned)", "`touch pwned`", "; touch pwned", "-rf", "\u202e4242", "\x9b4242H",
)  # fmt: skip


def test_editor_gets_a_path_and_command_gets_sanitized_text(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    for number, attack in enumerate(ATTACKS):
        fields: dict[str, object] = {"originalUrl": f"https://good.example/{attack}", "author": attack}
        _write(folder, f"T{number} {attack}.md", fields, f"Body {attack}\n")
    stage.program("editor", f"printf '%s\\0' \"$@\" >> '{tmp_path}/editor.log'")
    stage.program("taker", f"cat >> '{tmp_path}/taker.log'")
    play = stage.open(folder, size=(140, 40), env={"EDITOR": "editor"})
    for number in range(len(ATTACKS)):
        _edit_and_pipe(play, tmp_path, number)
    play.quit()
    edited = _log(tmp_path, "editor").split(b"\0")[:-1]
    assert sorted(edited) == sorted(os.fsencode(path) for path in folder.iterdir())
    taken = _log(tmp_path, "taker").decode()
    assert taken.count("Body ") == len(ATTACKS)
    assert sanitize(taken) == taken
    assert not list(tmp_path.rglob("pwned"))


def _edit_and_pipe(play: Play, base: Path, number: int) -> None:
    """Send the current article, which has this number, to the editor and to a command."""
    play.list.expect(cursor=f"T{number} ")
    play.act("edit")
    assert _log(base, "editor").count(b"\0") == number + 1
    play.list.expect(cursor=f"T{number} ")
    play.act("pipe")
    if number == 0:
        play.expect("command and arguments")
        play.press(*"taker")
    # What was typed the last time is still there.
    play.expect("taker")
    play.session.press("enter")
    play.until_shown("Press Enter to continue")
    assert _log(base, "taker").count(b"Body ") == number + 1
    play.session.answer("enter")
    play.be_idle()
    play.list.expect(cursor=f"T{number} ")
    play.press("j")


def _log(base: Path, name: str) -> bytes:
    path = base / f"{name}.log"
    return path.read_bytes() if path.exists() else b""
