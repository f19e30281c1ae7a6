"""Draw docs/screen.svg, the screenshot in the README: ``make screenshot``."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from tui_driver import ReaderEnv, opened

from reader.storage.paths import AppPaths

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "screen.svg"
SIZE = (150, 42)


async def draw() -> str:
    """Open the sample articles in the TUI, move to a representative one, and return the screen as SVG."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        world = ReaderEnv(AppPaths(base / "cache", base / "state", base / "config"))
        async with opened(ROOT / "sample_content", world, size=SIZE) as reading:
            await reading.press("j", "j", "j")
            return reading.pilot.app.export_screenshot(title="newsreader sample_content")


if __name__ == "__main__":
    PICTURE.write_text(asyncio.run(draw()), encoding="utf-8")
