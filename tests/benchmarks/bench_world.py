"""What every measure is given: the folder, a home for the reader's own files, and how it is started."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reader.library import Library, open_library
from reader.places import Places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corpus import Corpus

__all__ = ["HERE", "World", "peak_memory"]

HERE = Path(__file__).parent
_MAIN = "import sys; from reader.__main__ import main; sys.exit(main())"


@dataclass(frozen=True, slots=True)
class World:
    """``home`` holds an index that knows the folder once ``prepared``; ``runs`` is how often a slow measure is taken."""

    corpus: Corpus
    home: Path
    runs: int

    @property
    def root(self) -> Path:
        return Path(self.corpus.root)

    @property
    def articles(self) -> int:
        return self.corpus.articles

    def env(self, home: Path | None = None) -> Mapping[str, str]:
        """Return the environment in which the reader keeps its files in one home."""
        home = self.home if home is None else home
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "NEWSREADER_"))}
        places = {f"XDG_{kind.upper()}_HOME": str(home / kind) for kind in ("cache", "state", "config")}
        return {**kept, **places, "PYTHONPATH": str(HERE.parent.parent)}

    def command(self, *words: str) -> list[str]:
        """Return how the reader is started: as its installed command does."""
        return [sys.executable, "-c", _MAIN, *words]

    def script(self, name: str, *words: str) -> list[str]:
        """Return how one of the programs here is started."""
        return [sys.executable, str(HERE / name), *words]

    def output(self, argv: list[str], home: Path | None = None) -> str:
        """Run a program to its end and return what it wrote."""
        return subprocess.run(argv, env=self.env(home), check=True, stdout=subprocess.PIPE, text=True).stdout

    def empty_home(self) -> Path:
        """Return a home in which nothing is."""
        home = self.home.with_name(self.home.name + "-empty")
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        return home

    def forget_marks(self) -> None:
        """Have nothing read, starred or kept, whatever an earlier measure left."""
        shutil.rmtree(self.home / "state", ignore_errors=True)

    def prepared(self) -> Library:
        """Return the folder with an index that knows it."""
        places = Places(*(self.home / kind / "newsreader" for kind in ("cache", "state", "config")))
        library = open_library(self.root, places)
        for _progress in library.sync():
            pass
        return library


def peak_memory(pid: int) -> float:
    """Return the most memory a process has had at once, in MB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as lines:
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)
