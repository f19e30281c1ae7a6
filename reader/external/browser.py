"""Start the browser: as a list of arguments, never through a shell, and only for URLs that ``urls.is_safe`` accepts."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from reader.errors import OpenUrlError, describe_error
from reader.text import sanitize_line
from reader.urls import is_safe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


__all__ = ["Browser", "ProcessRunner", "SubprocessRunner", "find_browser", "open_in_browser"]

_CONSOLE = frozenset({"w3m", "lynx", "links", "links2", "elinks", "www-browser", "browsh", "carbonyl", "chawan", "cha"})
_GRAPHICAL = (("xdg-open",), ("gio", "open"), ("wslview",), ("x-www-browser",), ("firefox",), ("chromium",))


class Browser(Struct, frozen=True):
    """How to start a browser; ``console`` where it needs the terminal for itself."""

    argv: tuple[str, ...]
    console: bool = False


class ProcessRunner(Protocol):
    """Starts programs."""

    def start(self, argv: Sequence[str]) -> None:
        """Start a program and leave it alone; raises OSError where it cannot be started."""

    def run(self, argv: Sequence[str]) -> int:
        """Run a program in this terminal until it ends, and return its exit status."""


class SubprocessRunner:
    """Starts real programs."""

    def start(self, argv: Sequence[str]) -> None:
        """Start a program in a session of its own, away from our terminal."""
        # Imported where a program is started: the command line speaks of links and hardly ever starts one.
        import subprocess  # noqa: PLC0415 - as above
        import threading  # noqa: PLC0415 - as above

        null = subprocess.DEVNULL
        process = subprocess.Popen(argv, stdin=null, stdout=null, stderr=null, start_new_session=True)  # noqa: S603 - a list, no shell
        # Somebody has to wait for it, or it stays as a zombie when it ends.
        threading.Thread(target=process.wait, name="browser", daemon=True).start()

    def run(self, argv: Sequence[str]) -> int:
        """Run a program in this terminal until it ends, and return its exit status."""
        import subprocess  # noqa: PLC0415 - as above

        return subprocess.run(argv, check=False).returncode  # noqa: S603 - a list, no shell


def find_browser(env: Mapping[str, str], command: Sequence[str] = (), platform: str = sys.platform) -> Browser | None:
    """Return the browser to use: the configured command, one of ``$BROWSER``, or the system's; None without any.

    Without a display only the first two count: a console browser must have been asked for.
    """
    import shutil  # noqa: PLC0415 - as above

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
    import shlex  # noqa: PLC0415 - as above

    try:
        argv = shlex.split(choice)
    except ValueError:  # an open quote
        return ()
    # "firefox &" is how some write that it shall run in the background, which it does here anyway.
    return tuple(argv[:-1] if argv and argv[-1] == "&" else argv)


def _browser(argv: tuple[str, ...]) -> Browser:
    return Browser(argv, os.path.basename(argv[0]) in _CONSOLE)  # noqa: PTH119 - a command, not a file we know of


def open_in_browser(browser: Browser | None, url: str, runner: ProcessRunner | None = None) -> None:
    """Open a URL; a console browser keeps the terminal until it ends, so leave the screen first.

    Raises LinkError where the URL is not safe, there is no browser, or it does not start.
    """
    shown = sanitize_line(url[:200])
    if not is_safe(url):
        raise OpenUrlError(f"Not an http(s) URL: {shown}" if shown else "No URL to open")
    if browser is None:
        raise OpenUrlError(f"No browser found for {shown}; set $BROWSER")
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
