"""Measures in a page of ``newsreader serve``: from a key pressed in Chromium to the change in the page."""

from __future__ import annotations

import shutil
import subprocess
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bench_reader import HOME, PAGE_DOWN, PAGE_UP, opened
from bench_report import Measurement, timed
from bench_screen import key_by_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench_env import BenchContext
    from playwright.sync_api import Page

__all__ = ["page_keys"]

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_WHAT = "a key in a browser, drawn"
# As a terminal sends them, and as the browser names them.
_KEYS = {"j": "j", "k": "k", "G": "G", PAGE_DOWN: "PageDown", PAGE_UP: "PageUp", HOME: "Home"}
_PATIENCE = 60_000  # milliseconds
_PAUSE = 0.1
# From the event of a key to the drawing that follows the first output after it.
_WATCH = """() => {
  const { terminal } = document.getElementById("screen");
  window.times = [];
  let pressed = 0, hasOutput = false;
  document.addEventListener("keydown", () => { pressed = performance.now(); hasOutput = false; }, true);
  terminal.onWriteParsed(() => { hasOutput = true; });
  terminal.onRender(() => {
    if (pressed && hasOutput) window.times.push((performance.now() - pressed) / 1000);
    if (hasOutput) pressed = 0;
  });
}"""


def page_keys(world: BenchContext) -> list[Measurement]:
    """Measure the keys that move the cursor in a page, beside the same in a terminal."""
    program = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if program is None or find_spec("playwright") is None:
        return [Measurement(_WHAT, 0.0, "ms", beside="not measured: needs Chromium and playwright (make browser)")]
    world.prepared()
    keys = ["j"] * 20 + [PAGE_DOWN] * 20 + ["G", HOME] * 5 + ["j", "k"] * 5 + [PAGE_DOWN, PAGE_UP] * 5
    with opened(world) as reader:
        terminal = key_by_key(reader, keys)
    return [*timed(_WHAT, _in_page(world, program, keys)), *timed("the same key in a terminal, painted", terminal)]


def _in_page(world: BenchContext, program: str, keys: Sequence[str]) -> list[float]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - make browser installs it

    world.forget_marks()
    argv = world.command("serve", str(world.root), "--port", "0")
    with subprocess.Popen(
        argv, env=world.env(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            address = server.stdout.readline().strip() if server.stdout else ""
            with (
                sync_playwright() as playwright,
                playwright.chromium.launch(executable_path=program, args=["--no-sandbox"]) as browser,
            ):
                page = browser.new_page(viewport={"width": 1360, "height": 800})
                page.goto(address)
                return _times(page, keys)
        finally:
            server.terminate()


def _times(page: Page, keys: Sequence[str]) -> list[float]:
    page.wait_for_function("() => document.title.startsWith('(')", timeout=_PATIENCE)
    time.sleep(1)
    page.evaluate(_WATCH)
    for key in keys:
        page.keyboard.press(_KEYS[key])
        time.sleep(_PAUSE)
    return [float(seconds) for seconds in page.evaluate("window.times")]
