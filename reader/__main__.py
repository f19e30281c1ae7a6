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
    except Exception as error:  # last resort: an unexpected error must not show a traceback
        if os.environ.get("NEWSREADER_DEBUG") == "1":
            raise
        from reader.cli.crash_report import write_crash_report  # noqa: PLC0415 - lazy import: needed after a crash only
        from reader.cli.system_limits import describe_shortage  # noqa: PLC0415 - lazy import: needed after a crash only

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
    from reader.cli.context import process_context  # noqa: PLC0415 - lazy import: Ctrl-C during the import must be handled
    from reader.cli.main import run  # noqa: PLC0415 - lazy import: Ctrl-C during the import must be handled

    return run(sys.argv[1:], process_context(sys.stdout, sys.stderr))


if __name__ == "__main__":
    sys.exit(main())
