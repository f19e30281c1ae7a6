"""One target in the hands of the fuzzer: ``python tests/fuzz/fuzz.py TARGET [FUZZER'S OWN OPTIONS]``.

``run.py`` starts this, with a time bound and a report. A finding is whatever the target's check raises, a crash of the
process, or an input that costs more processor time than any may.
"""

from __future__ import annotations

import importlib
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import atheris

if TYPE_CHECKING:
    from collections.abc import Callable

# The parts whose branches lead the way: our own, and those written in Python that texts from a file go through first.
_WATCHED = ["reader", "frontmatter", "tomllib"]
# Of processor time, so that a busy machine finds nothing; watched code is several times slower than it is by itself.
_MOST_SECONDS = 3.0


class TooSlowError(Exception):
    """An input took longer than any of its size may."""


def main(arguments: list[str]) -> None:
    """Fuzz one target until the fuzzer says that it is enough."""
    target, *options = arguments
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
    with atheris.instrument_imports(include=_WATCHED):
        check: Callable[[bytes], None] = importlib.import_module(f"fuzz_{target}").checker()

    def timed(raw: bytes) -> None:
        start = time.thread_time()
        check(raw)
        taken = time.thread_time() - start
        if taken > _MOST_SECONDS:
            raise TooSlowError(f"{taken:.1f} s of processor time for {len(raw)} bytes")

    # To merge, the fuzzer starts itself anew through a shell, with this as the name of its program.
    atheris.Setup([shlex.join([sys.executable, __file__, target]), *options], timed)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
