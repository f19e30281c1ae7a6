from __future__ import annotations

import re
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from browser_tab import BrowserTab

if TYPE_CHECKING:
    from collections.abc import Callable

    from browser_tab import Server
    from playwright.sync_api import Browser, BrowserContext

    Serving = Callable[..., Server]

MOST_SECONDS_TO_END = 5
TOKEN = "t" * 40


def test_tab_shows_the_same_as_a_terminal(serving: Serving, context: BrowserContext, originals: str) -> None:
    server = serving()
    tab = BrowserTab(context, server.address)
    tab.shows("Article 30")
    tab.shows("The body of number 30")
    assert tab.page.url == f"http://127.0.0.1:{server.port}/", "the token is not kept"
    tab.titled("(30) articles")

    tab.press("j")  # no click before it
    tab.shows("The body of number 29")
    with context.expect_page() as opening:
        tab.press("o")
    assert opening.value.url == f"{originals}/29?a=1&b=%20"
    assert opening.value.evaluate("window.opener") is None
    opening.value.close()
    tab.shows(f"Opened {originals}/29")
    tab.press("y")
    tab.shows(f"Copied {originals}/29")
    assert tab.page.evaluate("navigator.clipboard.readText()") == f"{originals}/29?a=1&b=%20"
    tab.press("r")
    tab.titled("(29) articles")
    tab.press("e")
    tab.shows("Not available in the browser")

    tab.press("Control+p")
    tab.shows("Search for commands")
    tab.press("Escape")
    tab.shows_no("Search for commands")
    tab.press("Tab")
    tab.shows("Space page")
    tab.press("Shift+Tab")
    tab.shows("Enter read")
    tab.press("/", *"hills", "Enter")
    tab.shows("28 of 30")
    tab.press("Enter")
    tab.shows("The body of number 28")
    tab.press("Escape", "Escape")
    tab.shows_no("28 of 30")
    tab.press("/")
    tab.page.evaluate("navigator.clipboard.writeText('topic:harbors')")
    tab.press("Control+v", "Enter")
    tab.shows("2 of 30")
    tab.press("Escape")
    tab.shows("Article 27")

    place = tab.cell("Article 27")
    tab.page.mouse.click(*place)
    tab.shows("The body of number 27")
    for _turn in range(5):
        tab.page.mouse.wheel(0, 100)
    tab.shows_no("Article 30")
    tab.page.set_viewport_size({"width": 390, "height": 780})
    tab.page.wait_for_function("() => document.getElementById('screen').terminal.cols < 50")
    tab.page.wait_for_function(
        "() => document.getElementById('screen').terminal.buffer.active.getLine(0) !== undefined"
    )
    assert tab.complaints == []


def test_closing_a_tab_ends_its_reader_alone(serving: Serving, context: BrowserContext) -> None:
    server = serving()
    tabs = [BrowserTab(context, server.address) for _ in range(2)]
    for tab in tabs:
        tab.shows("Article 30")
    assert len(server.readers) == 2
    tabs[0].page.close()
    _wait_for_readers(server, 1, tabs[1])
    tabs[1].press("j")
    tabs[1].shows("The body of number 29")


def _wait_for_readers(server: Server, count: int, tab: BrowserTab) -> None:
    end = time.monotonic() + MOST_SECONDS_TO_END
    while len(server.readers) != count and time.monotonic() < end:
        tab.page.wait_for_timeout(50)
    assert len(server.readers) == count


def test_lost_connection_resumes_at_the_same_article(serving: Serving, context: BrowserContext) -> None:
    server = serving(token=TOKEN)
    tab = BrowserTab(context, server.address)
    tab.shows("Article 30")
    tab.press("j", "j", "j")
    tab.shows("The body of number 27")
    before = server.readers
    server.stop()
    tab.told("Connection lost")
    server.start("--port", server.port)
    tab.shows("The body of number 27")
    assert server.readers.isdisjoint(before)
    tab.page.reload()
    tab.shows("The body of number 27")


def test_killed_server_ends_its_programs_and_a_wrong_token_is_reported(
    serving: Serving, context: BrowserContext
) -> None:
    server = serving()
    tab = BrowserTab(context, server.address)
    tab.shows("Article 30")
    (reader,) = server.readers
    server.kill()
    server.start("--port", server.port)
    tab.told("The server was started again: open the address that it printed")
    assert reader not in server.readers
    tab.page.goto(server.address)
    tab.shows("Article 30")


def test_key_restarts_a_program_that_ended(serving: Serving, context: BrowserContext) -> None:
    tab = BrowserTab(context, serving().address)
    tab.shows("Article 30")
    tab.press("q")
    tab.told("The reader is closed")
    tab.press("j")
    tab.shows("Article 30")


def test_ten_visitors_at_once_share_marks(serving: Serving, context: BrowserContext) -> None:
    server = serving()
    tabs = [BrowserTab(context, server.address) for _ in range(10)]
    for tab in tabs:
        tab.shows("Article 30")
    assert len(server.readers) == 10
    tabs[0].press("s")
    tabs[0].shows("Starred")
    tabs[9].press("/", *"is:starred", "Enter")
    tabs[9].shows("1 of 30")
    eleventh = BrowserTab(context, server.address)
    eleventh.told("All 10 readers are in use")
    tabs[0].page.close()
    _wait_for_readers(server, 9, eleventh)
    eleventh.press("j")
    eleventh.shows("Article 30")


def test_mark_from_a_terminal_shows_in_the_page(serving: Serving, context: BrowserContext) -> None:
    server = serving()
    tab = BrowserTab(context, server.address)
    tab.shows("Article 30")
    tab.titled("(30) articles")
    server.mark("topic:harbors", "--read")
    tab.titled("(28) articles")


def test_mark_of_a_read_only_visitor_shows_a_message(serving: Serving, context: BrowserContext) -> None:
    tab = BrowserTab(context, serving("--read-only").address)
    tab.shows("Article 30")
    tab.press("s")
    tab.shows("Read-only: marks cannot be changed here")


def test_phone_reads_by_taps_swipes_and_buttons(serving: Serving, browser: Browser) -> None:
    with ExitStack() as stack:
        context = browser.new_context(viewport={"width": 330, "height": 640}, has_touch=True, is_mobile=True)
        stack.callback(context.close)
        tab = BrowserTab(context, serving().address)
        tab.shows("Article 30")
        assert 40 <= max(map(len, tab.lines())) <= 60, "a small screen has small letters"
        tab.page.locator("#screen").tap(position=_within(tab, "Article 27"))
        tab.shows("The body of number 27")
        tab.page.get_by_label("Back").tap()
        tab.shows("Article 30")
        tab.page.get_by_label("Down").tap()
        tab.page.get_by_label("Star").tap()
        tab.shows("Starred")
        tab.page.get_by_label("Open").tap()
        tab.shows("The body of number 26")
        assert tab.page.evaluate("document.activeElement.inputMode") == "none", "no keyboard over the article"
        tab.page.get_by_label("Keyboard").tap()
        assert tab.page.evaluate("document.activeElement.inputMode") == "text"
        assert tab.complaints == []


def _within(tab: BrowserTab, text: str) -> dict[str, float]:
    x, y = tab.cell(text)
    return {"x": x, "y": y}


def test_page_is_served_under_its_policy(serving: Serving, context: BrowserContext) -> None:
    page = context.new_page()
    answer = page.goto(serving().address)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert re.search(r"default-src 'none'; script-src 'self'; ", policy)
    assert page.evaluate("document.cookie") == "", "scripts cannot read the token"
