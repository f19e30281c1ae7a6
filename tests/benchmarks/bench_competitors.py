"""Other tools on the same folder, if they are installed."""

from __future__ import annotations

import shutil
import subprocess
import time
from typing import TYPE_CHECKING

from bench_newsboat import newsboat
from bench_report import Measurement, median
from corpus import typed_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench_env import BenchContext

__all__ = ["peers"]

# Hugo holds all articles in memory; a million of them take more than 24 GB.
_MAX_ARTICLES = 200_000


def peers(world: BenchContext) -> list[Measurement]:
    """Measure the installed tools; only the search if the folder is too large for the others."""
    (word,) = typed_words(world.articles, 1)
    site = world.empty_home()
    (site / "hugo.toml").write_text(f'contentDir = "{world.root}"\n', encoding="utf-8")
    commands = {
        "rg": ("rg", "--files-with-matches", "--ignore-case", word, str(world.root)),
        "hugo": ("hugo", "list", "all", "--source", str(site)),
    }
    if world.articles > _MAX_ARTICLES:
        del commands["hugo"]
    others = [_peer(name, argv, world.runs if name == "rg" else 1) for name, argv in commands.items()]
    return others if world.articles > _MAX_ARTICLES else [*others, *newsboat(world)]


def _peer(name: str, argv: Sequence[str], runs: int) -> Measurement:
    what = f"{name}: {'search of the files' if name == 'rg' else 'list all'}"
    if shutil.which(name) is None:
        return Measurement(what, 0.0, "", beside="not installed")
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        done = subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        times.append(time.perf_counter() - began)
        if done.returncode not in {0, 1}:
            return Measurement(what, 0.0, "", beside=f"ended with status {done.returncode}")
    return Measurement(what, median(times), "s")
