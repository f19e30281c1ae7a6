"""Fuzz one target: ``python tests/fuzz/fuzz.py TARGET [OPTIONS OF THE FUZZER]``.

``run.py`` starts this with a time limit, and reports. A finding is an exception of the target's check, a crash of the
process, or an input that exceeds the limit of CPU time.
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

# Packages whose branches guide the fuzzer: ours, and the Python libraries that parse text from files first.
_WATCHED = ["reader", "frontmatter", "tomllib"]
# CPU time, which does not depend on the load of the machine; instrumented code is several times slower.
_MAX_SECONDS = 3.0


class TooSlowError(Exception):
    """An input took longer than the limit for its size."""


def main(arguments: list[str]) -> None:
    """Fuzz one target until the fuzzer stops."""
    target, *options = arguments
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
    with atheris.instrument_imports(include=_WATCHED):
        check: Callable[[bytes], None] = importlib.import_module(f"fuzz_{target}").checker()

    def timed(raw: bytes) -> None:
        start = time.thread_time()
        check(raw)
        taken = time.thread_time() - start
        if taken > _MAX_SECONDS:
            raise TooSlowError(f"{taken:.1f} s of processor time for {len(raw)} bytes")

    # To merge, the fuzzer restarts itself through a shell, with this as the name of its program.
    atheris.Setup([shlex.join([sys.executable, __file__, target]), *options], timed)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
