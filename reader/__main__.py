"""``newsreader`` and ``python -m reader``: the program's own streams, clocks and places, and what to do when it breaks.

The last resort for an error that nobody expected: it goes into a report, and the person gets one sentence.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from reader.cli.context import CliContext
    from reader.query import Clock

__all__ = ["main"]

_FAILED = 2
# What sysexits.h calls an internal error of the program.
_BROKEN = 70
_INTERRUPTED = 130


def main() -> int:
    """Run the program with the words it was started with and return its exit status."""
    # What is imported stays: to look for garbage among it again and again is a tenth of the start. Whoever goes on from
    # there turns it on.
    gc.disable()
    try:
        return _main()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # whatever it is: this is the last resort that the module is for
        if os.environ.get("NEWSREADER_DEBUG") == "1":
            raise
        # Imported here: a start that goes well needs none of it.
        from reader.cli.crash_report import write_crash_report  # noqa: PLC0415 - as said above

        with contextlib.suppress(OSError, ValueError):  # there may be nobody left to tell
            sys.stderr.write(f"newsreader: {write_crash_report(error)}\n")
            sys.stderr.flush()
        return _BROKEN
    finally:
        gc.enable()


def _main() -> int:
    if sys.stdout is None or sys.stderr is None:
        # The shell closed them; there is nobody to tell.
        return _FAILED
    from reader.cli.main import run  # noqa: PLC0415 - an interrupt while this is imported must find us ready

    return run(sys.argv[1:], _world(sys.stdout, sys.stderr))


def _world(stdout: TextIO, stderr: TextIO) -> CliContext:
    import time  # noqa: PLC0415 - the same

    from reader.cli.context import CliContext  # noqa: PLC0415 - the same
    from reader.cli.output import OutputStream, detect_style  # noqa: PLC0415 - the same
    from reader.storage.paths import default_paths  # noqa: PLC0415 - the same

    out = OutputStream(stdout)
    stdin = sys.stdin if sys.stdin is not None else open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - for life
    return CliContext(
        stdin=stdin,
        out=out,
        err=OutputStream(stderr),
        style=detect_style(out, os.environ),
        places=default_paths(),
        clock=_clock,
        seconds=time.monotonic,
        open_url=_open_url,
    )


def _clock() -> Clock:
    from reader.query import local_clock  # noqa: PLC0415 - the same

    return local_clock()


def _open_url(url: str, browser: tuple[str, ...]) -> None:
    from reader.external import browser as browsers  # noqa: PLC0415 - the same

    browsers.open_in_browser(browsers.find_browser(os.environ, browser), url)


if __name__ == "__main__":
    sys.exit(main())
