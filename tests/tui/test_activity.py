"""The idle signal, which tests wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_driver import MEDIUM, opened

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv


async def test_app_is_not_idle_while_a_paint_is_delayed(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=MEDIUM) as reading:
        reading.app.delay_update(0.05)
        assert reading.app.activity.under_way == ["delayed paint"]
        await reading.press("?")
        assert reading.app.activity.under_way == []
        assert "Help" in reading.text()
