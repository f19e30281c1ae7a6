"""Browser launcher: finds a browser and starts it, never through a shell and only for URLs that are safe to open."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from reader.errors import OpenUrlError, describe_error
from reader.text import sanitize_line
from reader.urls import is_safe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


__all__ = ["Browser", "ProcessRunner", "SubprocessRunner", "explain_refusal", "find_browser", "open_in_browser"]

_CONSOLE = frozenset({"w3m", "lynx", "links", "links2", "elinks", "www-browser", "browsh", "carbonyl", "chawan", "cha"})
_GRAPHICAL = (("xdg-open",), ("gio", "open"), ("wslview",), ("x-www-browser",), ("firefox",), ("chromium",))


class Browser(Struct, frozen=True):
    """Command that starts a browser; ``console`` if the browser runs in the terminal."""

    argv: tuple[str, ...]
    console: bool = False


class ProcessRunner(Protocol):
    """Interface for starting programs, replaceable in tests."""

    def start(self, argv: Sequence[str]) -> None:
        """Start a program without waiting for it. Raises OSError if it cannot be started."""

    def run(self, argv: Sequence[str]) -> int:
        """Run a program in this terminal until it ends, and return its exit status."""


class SubprocessRunner:
    """ProcessRunner that starts real programs."""

    def start(self, argv: Sequence[str]) -> None:
        """Start a program in a new session, detached from the terminal."""
        import subprocess  # noqa: PLC0415 - lazy import: 5 ms, most commands start no program
        import threading  # noqa: PLC0415 - lazy import: 1 ms, most commands start no program

        null = subprocess.DEVNULL
        process = subprocess.Popen(argv, stdin=null, stdout=null, stderr=null, start_new_session=True)  # noqa: S603 - a list, no shell
        # Without a wait(), the process would remain a zombie after it exits.
        threading.Thread(target=process.wait, name="browser", daemon=True).start()

    def run(self, argv: Sequence[str]) -> int:
        """Run a program in this terminal until it ends, and return its exit status."""
        import subprocess  # noqa: PLC0415 - lazy import: 4 ms, most commands start no program

        return subprocess.run(argv, check=False).returncode  # noqa: S603 - a list, no shell


def find_browser(env: Mapping[str, str], command: Sequence[str] = (), platform: str = sys.platform) -> Browser | None:
    """Return the configured browser, the first available one in ``$BROWSER``, or the system's; None if none is found.

    Except on macOS, the system's browser needs a display: a console browser is used only if the user configured it.
    """
    import shutil  # noqa: PLC0415 - lazy import: 2 ms, most commands start no program

    if command:
        return _browser(tuple(command))
    for choice in env.get("BROWSER", "").split(os.pathsep):
        argv = _split(choice)
        if argv and shutil.which(argv[0], path=env.get("PATH")):
            return _browser(argv)
    if platform == "darwin":
        return Browser(("open",))
    if env.get("DISPLAY") or env.get("WAYLAND_DISPLAY") or env.get("WSL_DISTRO_NAME"):
        for argv in _GRAPHICAL:
            if shutil.which(argv[0], path=env.get("PATH")):
                return Browser(argv)
    return None


def _split(choice: str) -> tuple[str, ...]:
    try:
        argv = shlex.split(choice)
    except ValueError:  # unbalanced quote
        return ()
    # Some users set "firefox &" to run it in the background, which happens here anyway.
    return tuple(argv[:-1] if argv and argv[-1] == "&" else argv)


def _browser(argv: tuple[str, ...]) -> Browser:
    return Browser(argv, os.path.basename(argv[0]) in _CONSOLE)  # noqa: PTH119 - a command name, not a path in the content folder


def explain_refusal(url: str) -> str:
    """Return why a URL is not opened, or an empty string if it is safe."""
    if is_safe(url):
        return ""
    return f"Not an http(s) URL: {shown}" if (shown := _shown(url)) else "No URL to open"


def _shown(url: str) -> str:
    return sanitize_line(url[:200])


def open_in_browser(browser: Browser | None, url: str, runner: ProcessRunner | None = None) -> None:
    """Open a URL in a browser. A console browser uses the terminal until it exits, so suspend the TUI first.

    Raises OpenUrlError if the URL is not safe, there is no browser, it cannot be started, or it exits with an error.
    """
    if refusal := explain_refusal(url):
        raise OpenUrlError(refusal)
    if browser is None:
        raise OpenUrlError(f"No browser found for {_shown(url)}; set $BROWSER")
    argv = _arguments(browser.argv, url)
    name = sanitize_line(argv[0])
    runner = runner or SubprocessRunner()
    try:
        status = _run(runner, argv, console=browser.console)
    except (OSError, ValueError) as error:
        raise OpenUrlError(f"Cannot start browser {name}: {describe_error(error)}") from error
    if status:
        raise OpenUrlError(f"Browser {name} exited with status {status}")


def _run(runner: ProcessRunner, argv: Sequence[str], *, console: bool) -> int:
    if console:
        return runner.run(argv)
    runner.start(argv)
    return 0


def _arguments(command: Sequence[str], url: str) -> tuple[str, ...]:
    argv = tuple(part.replace("%s", url) for part in command)
    return argv if argv != tuple(command) else (*argv, url)
