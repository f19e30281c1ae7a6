"""A reader's own places, a browser that is only looked for, and golden screens."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from screens import World

from reader.places import Places

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "cache", tmp_path / "state", tmp_path / "config")


@pytest.fixture
def world(places: Places, tmp_path: Path) -> World:
    """Places of its own, and a browser on the path that nobody ever starts."""
    programs = tmp_path / "programs"
    programs.mkdir()
    browser = programs / "fake-browser"
    browser.write_text("#!/bin/sh\n", encoding="utf-8")
    browser.chmod(0o755)
    return World(places, {"BROWSER": "fake-browser", "PATH": str(programs)})


@pytest.fixture
def sample() -> Path:
    return Path(__file__).resolve().parent.parent.parent / "sample_content"


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare a screen with the one that is kept, or keep it where UPDATE_GOLDEN=1."""

    def compare(name: str, screen: str) -> None:
        file = GOLDEN / f"{name}.txt"
        if os.environ.get("UPDATE_GOLDEN") == "1":
            file.parent.mkdir(exist_ok=True)
            file.write_text(screen, encoding="utf-8")
        assert screen == file.read_text(encoding="utf-8")

    return compare
