"""Other people's tools on the same folder, where they are installed; what is not is said to be so."""

from __future__ import annotations

import shutil
import subprocess
import time
from typing import TYPE_CHECKING

from bench_figures import Figure, median
from bench_newsboat import newsboat
from corpus import typed_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench_world import World

__all__ = ["peers"]


def peers(world: World) -> list[Figure]:
    """Measure the tools at hand."""
    (word,) = typed_words(world.articles, 1)
    site = world.empty_home()
    (site / "hugo.toml").write_text(f'contentDir = "{world.root}"\n', encoding="utf-8")
    commands = {
        "rg": ("rg", "--files-with-matches", "--ignore-case", word, str(world.root)),
        "hugo": ("hugo", "list", "all", "--source", str(site)),
    }
    others = [_peer(name, argv, world.runs if name == "rg" else 1) for name, argv in commands.items()]
    return [*others, *newsboat(world)]


def _peer(name: str, argv: Sequence[str], runs: int) -> Figure:
    what = f"{name}: {'search of the files' if name == 'rg' else 'list all'}"
    if shutil.which(name) is None:
        return Figure(what, 0.0, "", beside="not installed")
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        done = subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        times.append(time.perf_counter() - began)
        if done.returncode not in {0, 1}:
            return Figure(what, 0.0, "s", beside=f"ended with status {done.returncode}")
    return Figure(what, median(times), "s")
