"""Fixtures: temporary paths, a fake browser, sample folders and golden screens."""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest
from live_folder import write_many
from tui_driver import ReaderEnv

from reader.content import ScannedFile, load_file, scan
from reader.storage.paths import AppPaths

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reader.article import Article

SAMPLE = Path(__file__).resolve().parent.parent.parent / "sample_content"
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def places(tmp_path: Path) -> AppPaths:
    return AppPaths(tmp_path / "cache", tmp_path / "state", tmp_path / "config")


@pytest.fixture
def world(places: AppPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReaderEnv:
    """A reader environment with its own paths, and a browser on PATH that is never started."""
    # The test ends the wait for a second digit; a slow machine must not.
    monkeypatch.setattr("reader.tui.input.key_sequence.LINK_SECONDS", 3600.0)
    # On a slow machine, the last word of a filter would become a prefix.
    monkeypatch.setattr("reader.tui.list.effects._MOST_SECONDS_TO_FINISH", 3600.0)
    programs = tmp_path / "programs"
    programs.mkdir()
    browser = programs / "fake-browser"
    browser.write_text("#!/bin/sh\n", encoding="utf-8")
    browser.chmod(0o755)
    return ReaderEnv(places, {"BROWSER": "fake-browser", "PATH": str(programs)})


@pytest.fixture
def sample() -> Path:
    return SAMPLE


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare a screen with its golden file, or write the file if UPDATE_GOLDEN=1."""

    def compare(name: str, screen: str) -> None:
        file = GOLDEN / f"{name}.txt"
        if os.environ.get("UPDATE_GOLDEN") == "1":
            file.parent.mkdir(exist_ok=True)
            file.write_text(screen, encoding="utf-8")
        assert screen == file.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def sample_articles() -> list[Article]:
    """The articles of the sample folder, loaded without an index."""
    loaded = [load_file(SAMPLE, item.path) for item in scan(SAMPLE) if isinstance(item, ScannedFile)]
    return [item.article for item in loaded if item.article is not None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six articles, one per day: ``a-00005.md`` is the newest."""
    folder = tmp_path / "content"
    write_many(folder, "a", range(6))
    return folder


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Six articles that link to each other.

    ``hub`` names ``first`` and ``second`` of the folder among its related articles, and one outside; its body has a
    link and a harmful one.
    """
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name, text in SHELF.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


SHELF: Mapping[str, str] = MappingProxyType(
    {
        "hub.md": """---
title: The hub
excerpt: Where roads meet.
date: 2026-11-20
originalUrl: https://hub.example/original
webUrl: https://hub.example/web
quality: 90
topics: [Roads, Maps]
provider: {name: Hub News, domain: hub.example}
related:
  - {title: The first road, originalUrl: "https://first.example/", quality: 40}
  - {title: A road abroad, webUrl: "https://abroad.example/road", quality: 70}
  - {title: The second road, originalUrl: "https://second.example/"}
---
A body with [a map](https://maps.example/map) and [a trap](javascript:alert(1)).
""",
        "first.md": """---
title: The first road
date: 2026-11-10
originalUrl: https://first.example/
quality: 40
topics: [Roads]
---
Stones.
""",
        "second.md": """---
title: The second road
date: 2026-11-05
originalUrl: https://second.example/
quality: 60
topics: [Roads, Stones]
---
Gravel.
""",
        "mute.md": """---
title: No address
date: 2026-11-03
quality: 20
---
Nothing to open.
""",
        "draft.md": """---
title: A sketch
date: 2026-11-02
quality: 10
published: false
originalUrl: https://sketch.example/
topics: [Maps]
---
Half done.
""",
        "undated.md": """---
title: Some day
originalUrl: https://someday.example/
---
No date, no quality.
""",
    }
)
