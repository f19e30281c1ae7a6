"""Entry point of ``newsreader`` and ``python -m reader``.

Builds the context from the process's streams, clock and paths, and reports unexpected errors: a crash report for the
bug tracker, one line for the user.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from reader.cli.context import CliContext
    from reader.query import Clock

__all__ = ["main"]

_EXIT_ERROR = 2
_EXIT_INTERNAL_ERROR = 70  # EX_SOFTWARE of sysexits.h
_EXIT_INTERRUPTED = 130


def main() -> int:
    """Run the program with the process's arguments and return its exit status."""
    # Disable the cyclic GC during imports (about 10% of startup); the command or the TUI re-enables it.
    gc.disable()
    try:
        return _main()
    except KeyboardInterrupt:
        return _EXIT_INTERRUPTED
    except Exception as error:  # last resort: report any error
        if os.environ.get("NEWSREADER_DEBUG") == "1":
            raise
        from reader.cli.crash_report import write_crash_report  # noqa: PLC0415 - lazy import: startup time
        from reader.cli.system_limits import describe_shortage  # noqa: PLC0415 - lazy import: startup time

        shortage = describe_shortage(error)
        with contextlib.suppress(OSError, ValueError):  # stderr may be closed
            sys.stderr.write(f"newsreader: {shortage or write_crash_report(error)}\n")
            sys.stderr.flush()
        return _EXIT_ERROR if shortage else _EXIT_INTERNAL_ERROR
    finally:
        gc.enable()


def _main() -> int:
    if sys.stdout is None or sys.stderr is None:
        # Closed by the shell: no stream to report to.
        return _EXIT_ERROR
    from reader.cli.main import run  # noqa: PLC0415 - lazy import: Ctrl-C during the import must be handled

    return run(sys.argv[1:], _build_context(sys.stdout, sys.stderr))


def _build_context(stdout: TextIO, stderr: TextIO) -> CliContext:
    from reader.cli.context import CliContext  # noqa: PLC0415 - lazy import: Ctrl-C during the import must be handled
    from reader.cli.output import OutputStream, detect_style  # noqa: PLC0415 - lazy import: Ctrl-C during the import must be handled
    from reader.storage.paths import default_paths  # noqa: PLC0415 - lazy import: Ctrl-C during the import must be handled

    out = OutputStream(stdout)
    stdin = sys.stdin if sys.stdin is not None else open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - stays open until exit
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
    from reader.query import local_clock  # noqa: PLC0415 - lazy import: startup time

    return local_clock()


def _open_url(url: str, browser: tuple[str, ...]) -> None:
    from reader.external import browser as browsers  # noqa: PLC0415 - lazy import: startup time

    browsers.open_in_browser(browsers.find_browser(os.environ, browser), url)


if __name__ == "__main__":
    sys.exit(main())
