"""Entry point of ``newsreader`` and ``python -m reader``.

Reports unexpected errors: a crash report for the bug tracker, one line for the user.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys

__all__ = ["main"]

_EXIT_ERROR = 2
_EXIT_INTERRUPTED = 130


def main() -> int:
    """Run the program with the process's arguments and return its exit status."""
    # Disable the cyclic GC during imports (about 10% of startup); the command or the TUI re-enables it.
    gc.disable()
    try:
        return _main()
    except KeyboardInterrupt:
        return _EXIT_INTERRUPTED
    except Exception as error:  # the last handler: any error becomes a crash report
        if os.environ.get("NEWSREADER_DEBUG") == "1":
            raise
        from reader.cli.crash_report import report_crash  # noqa: PLC0415 - lazy import: 22 ms, only after a crash

        status, message = report_crash(error)
        with contextlib.suppress(OSError, ValueError):  # stderr may be closed
            sys.stderr.write(f"newsreader: {message}\n")
            sys.stderr.flush()
        return status
    finally:
        gc.enable()


def _main() -> int:
    if sys.stdout is None or sys.stderr is None or sys.stdin is None:
        _replace_closed_streams()
    if not sys.stdout.writable():
        sys.stderr.write("newsreader: Cannot write output: standard output is closed\n")
        return _EXIT_ERROR
    from reader.cli.main import run_process  # noqa: PLC0415 - imported here so that main() handles Ctrl-C during the import

    return run_process(sys.argv[1:], sys.stdout, sys.stderr)


def _replace_closed_streams() -> None:
    """Open the null device in place of streams that the shell closed, so that no other file gets their descriptors."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    sys.stdin = sys.stdin or os.fdopen(0)
    sys.stdout = sys.stdout or os.fdopen(1)  # not writable: _main() reports that the output would be lost
    sys.stderr = sys.stderr or os.fdopen(2, "w")


if __name__ == "__main__":
    sys.exit(main())
