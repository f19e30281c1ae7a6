"""URLs: which are safe to open, when two are the same, and how one gets into a browser.

Owns the one list of console browsers and the one way a browser is started: as a list of arguments, never through a
shell. Nothing that ``is_safe`` refuses is ever handed to a browser.
"""

from __future__ import annotations

import os
import re
import sys
from hashlib import blake2b
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from reader.errors import LinkError
from reader.reasons import reason
from reader.text import clean_line, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reader.article import Article

__all__ = [
    "MAX_URL",
    "Browser",
    "Processes",
    "Runner",
    "canonical",
    "digest",
    "find_browser",
    "has_scheme",
    "host",
    "identity",
    "is_safe",
    "key",
    "launch",
]

MAX_URL = 8 * 1024  # characters

# White space, controls, bidi controls, surrogates, and the backslash that browsers take for a slash.
_NEVER = re.compile(r"[\s\x00-\x20\x7f-\xa0\\\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# A user name before the host is refused: it can look like the host, as in "https://bank.example@evil.example/".
_ORIGIN = re.compile(r"https?://(\w[^/?#@:\[\]]*|\[[0-9a-f:.]+\])(?::([0-9]{0,5}))?(?=[/?#]|\Z)", re.IGNORECASE)
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*:", re.IGNORECASE | re.ASCII)
_TRACKING = re.compile(
    r"(?:utm_[^=]*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|ocid)(?:=.*)?",
    re.IGNORECASE | re.DOTALL,
)
_CONSOLE = frozenset({"w3m", "lynx", "links", "links2", "elinks", "www-browser", "browsh", "carbonyl", "chawan", "cha"})
_GRAPHICAL = (("xdg-open",), ("gio", "open"), ("wslview",), ("x-www-browser",), ("firefox",), ("chromium",))


def is_safe(url: str) -> bool:
    """Tell whether a URL may be opened: absolute, http or https, with a host, and nothing that misleads."""
    return _origin(url) is not None


def _origin(url: str) -> re.Match[str] | None:
    """Return a safe URL's match from scheme to port; None where it is not safe."""
    if len(url) > MAX_URL:
        return None
    if url.isascii() and url.isprintable():  # nearly every URL, told in no time
        return None if " " in url or "\\" in url else _ORIGIN.match(url)
    return None if _NEVER.search(url) else _ORIGIN.match(url)


def has_scheme(url: str) -> bool:
    """Tell whether an address names its own scheme, so is none within a site."""
    return _SCHEME.match(url) is not None


def host(url: str) -> str:
    """Return a URL's host in small letters without ``www.``; empty where it is no safe URL."""
    origin = _origin(url)
    return _bare_host(origin[1]) if origin else ""


def canonical(url: str) -> str:
    """Return one spelling for all URLs that lead to the same page; what is no safe URL stays as it is.

    Scheme, ``www.``, usual port, fragment, tracking parameters and a slash at the end do not count.
    """
    origin = _origin(url)
    if origin is None:
        return url
    address = "https://" + _bare_host(origin[1])
    port = int(origin[2] or 443)
    if port not in {80, 443}:
        address += f":{port}"
    path, _, query = url[origin.end() :].partition("#")[0].partition("?")
    address += path.rstrip("/")
    if query:
        kept = "&".join(part for part in query.split("&") if part and not _TRACKING.fullmatch(part))
        address += f"?{kept}" if kept else ""
    return address


def _bare_host(name: str) -> str:
    name = name.lower().rstrip(".") or name
    while name.startswith("www.") and name[4:5].isalnum() and "." in name[5:]:
        name = name[4:]
    return name


def key(address: str) -> int:
    """Return a signed 64-bit number that is the same for all URLs to one page, and for one ``identity``."""
    return digest(canonical(address))


def digest(canonical_address: str) -> int:
    """Return the ``key`` of what is canonical already."""
    text = canonical_address.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big", signed=True)


def identity(article: Article) -> str:
    """Return what an article is known by wherever its file moves: its canonical URL.

    Without one, what it says of itself: where, when and under which title it was published; without a date, how it
    begins. Of a file that cannot be read there is only its path.
    """
    if article.url:
        return canonical(article.url)
    if article.unreadable:
        return f"file:{article.path}"
    provider, published = article.provider, article.published_at
    moment = "" if published is None else published.isoformat()
    beginning = article.excerpt if published is None else ""
    said = (provider.domain or provider.name, article.title, beginning)
    # No line that was cleaned holds a tab.
    return "\t".join((f"text:{moment}", *map(fold, said))).rstrip("\t")


class Browser(Struct, frozen=True):
    """How to start a browser; ``console`` where it needs the terminal for itself."""

    argv: tuple[str, ...]
    console: bool = False


class Runner(Protocol):
    """Starts programs."""

    def start(self, argv: Sequence[str]) -> None:
        """Start a program and leave it alone; raises OSError where it cannot be started."""

    def run(self, argv: Sequence[str]) -> int:
        """Run a program in this terminal until it ends, and return its exit status."""


class Processes:
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


def launch(browser: Browser | None, url: str, runner: Runner | None = None) -> None:
    """Open a URL; a console browser keeps the terminal until it ends, so leave the screen first.

    Raises LinkError where the URL is not safe, there is no browser, or it does not start.
    """
    shown = clean_line(url[:200])
    if not is_safe(url):
        raise LinkError(
            f"This is not an address that can be opened: {shown}" if shown else "There is no address to open."
        )
    if browser is None:
        raise LinkError(f"There is no browser to open {shown} with; set $BROWSER.")
    argv = _arguments(browser.argv, url)
    name = clean_line(argv[0])
    runner = runner or Processes()
    try:
        status = _run(runner, argv, console=browser.console)
    except (OSError, ValueError) as error:
        raise LinkError(f"The browser {name} cannot be started: {reason(error)}.") from error
    if status:
        raise LinkError(f"The browser {name} ended with status {status}.")


def _run(runner: Runner, argv: Sequence[str], *, console: bool) -> int:
    if console:
        return runner.run(argv)
    runner.start(argv)
    return 0


def _arguments(command: Sequence[str], url: str) -> tuple[str, ...]:
    argv = tuple(part.replace("%s", url) for part in command)
    return argv if argv != tuple(command) else (*argv, url)
