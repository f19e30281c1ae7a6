"""The environment of every benchmark: the folder, a home for newsreader's own files, and running and watching programs.

Every measured program uses bytecode cached next to the folder, so that figures do not depend on whether Python can write
it elsewhere on this machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from reader.library import Library, open_library
from reader.storage.paths import AppPaths

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from corpus import Corpus

__all__ = ["HERE", "BenchContext", "Run", "cpu_seconds", "peak_memory"]

HERE = Path(__file__).parent
_MAIN = "import sys; from reader.__main__ import main; sys.exit(main())"
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """A completed program. ``cpu`` includes child processes; ``memory`` is the sum of the peaks of all processes, in MB."""

    output: str
    seconds: float
    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class BenchContext:
    """``prepared`` creates the index in ``home``; ``runs`` is the number of repetitions of a slow measurement."""

    corpus: Corpus
    home: Path
    runs: int

    @property
    def root(self) -> Path:
        return Path(self.corpus.root)

    @property
    def articles(self) -> int:
        return self.corpus.articles

    @property
    def is_large(self) -> bool:
        """Whether the targets for a million articles apply."""
        return self.articles > 100_000

    def env(self, home: Path | None = None) -> Mapping[str, str]:
        """Return the environment in which the reader keeps its files in one home."""
        home = self.home if home is None else home
        left_out = ("XDG_", "NEWSREADER_", "PYTHON")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        places = {f"XDG_{kind.upper()}_HOME": str(home / kind) for kind in ("cache", "state", "config")}
        compiled = self.home.parent / "compiled"
        return {**kept, **places, "PYTHONPATH": str(HERE.parent.parent), "PYTHONPYCACHEPREFIX": str(compiled)}

    def command(self, *words: str) -> list[str]:
        """Return the arguments that start the program as its installed command does."""
        return [sys.executable, "-c", _MAIN, *words]

    def script(self, name: str, *words: str) -> list[str]:
        """Return the arguments that start a program of this folder."""
        return [sys.executable, str(HERE / name), *words]

    def output(self, argv: Sequence[str], home: Path | None = None) -> str:
        """Run a program to its end and return what it wrote."""
        return self.run(argv, home).output

    def run(self, argv: Sequence[str], home: Path | None = None, *, watch_memory: bool = False) -> Run:
        """Run a program to its end; ``watch_memory`` samples its memory and that of its child processes."""
        began = time.perf_counter()
        process = subprocess.Popen(argv, env=self.env(home), stdout=subprocess.PIPE, text=True)
        peaks: dict[int, float] = {}
        ended = Event()
        watch = Thread(target=_watch, args=(process.pid, peaks, ended))
        if watch_memory:
            watch.start()
        output = process.stdout.read() if process.stdout else ""
        # Not process.wait: only the first wait for a process returns its CPU time.
        _pid, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        ended.set()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.stdout:
            process.stdout.close()
        if watch_memory:
            watch.join()
        if process.returncode:
            raise SystemExit(f"{' '.join(argv)} ended with status {process.returncode}")
        return Run(output, seconds, used.ru_utime + used.ru_stime, sum(peaks.values()))

    def empty_home(self) -> Path:
        """Return an empty home folder."""
        home = self.home.with_name(self.home.name + "-empty")
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        return home

    def forget_marks(self) -> None:
        """Delete all marks that an earlier measurement left."""
        shutil.rmtree(self.home / "state", ignore_errors=True)

    def prepared(self) -> Library:
        """Return the library of the folder, with an index that is up to date."""
        places = AppPaths(*(self.home / kind / "newsreader" for kind in ("cache", "state", "config")))
        library = open_library(self.root, places)
        for _progress in library.sync():
            pass
        return library

    def warm(self) -> None:
        """Read every file of the folder into the page cache, so that no benchmark measures the disk.

        Not of a large folder: the system may drop its files sooner than they are read again.
        """
        if not self.is_large:
            for file in self.root.glob("*/*.md"):
                file.read_bytes()


def _watch(pid: int, peaks: dict[int, float], ended: Event) -> None:
    while not ended.wait(_POLL_SECONDS):
        for process in _with_children(pid):
            peaks[process] = max(peaks.get(process, 0.0), peak_memory(process))


def _with_children(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in children.read_text(encoding="ascii").split():
                yield from _with_children(int(child))


def peak_memory(pid: int) -> float:
    """Return the peak memory of a process in MB, or 0 if it has ended."""
    with suppress(OSError), open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as lines:
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)
    return 0.0


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process, without its children."""
    return time.clock_gettime(~pid << 3 | 2)  # Linux's ID of the CPU clock of another process
