"""Draw the screenshots in the README, or with a folder as argument all main states in it: ``make screenshot``."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from states import SIZES, visit
from tui_driver import ReaderEnv, opened

from reader.config.schema import Config
from reader.storage.paths import AppPaths

if TYPE_CHECKING:
    from collections.abc import Collection

ROOT = Path(__file__).resolve().parents[2]
THEMES = {"dark": "nord", "light": "solarized-light"}
README_SIZE = (120, 40)


async def draw(theme: str, size: tuple[int, int], only: Collection[str] = ()) -> dict[str, str]:
    """Return the main states of the TUI on the sample articles as SVG, by name."""
    pictures = {}
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        config = Config(theme=theme, mark_read_after=-1)
        world = ReaderEnv(AppPaths(base / "cache", base / "state", base / "config"), config=config)
        async with opened(ROOT / "sample_content", world, size=size) as reading:
            async for state in visit(reading):
                pictures[state.name] = reading.app.export_screenshot(title="newsreader sample_content")
                if pictures.keys() >= set(only) != set():
                    break
    return pictures


def main(folder: str = "") -> None:
    """Write the pictures."""
    for name, theme in THEMES.items():
        for size in SIZES if folder else (README_SIZE,):
            for state, picture in asyncio.run(draw(theme, size, () if folder else ("list",))).items():
                file = f"{state}-{size[0]}x{size[1]}-{name}.svg" if folder else f"screen-{name}.svg"
                (Path(folder) if folder else ROOT / "docs").joinpath(file).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
