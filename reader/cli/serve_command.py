"""The ``serve`` command: the TUI in a web browser."""

from __future__ import annotations

import asyncio
import os
import secrets
import string
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reader.cli.arguments import PROGRAM, UsageError, parse_folder
from reader.cli.system_limits import require_open_files
from reader.cli.tui_command import require_folder
from reader.config.load import load_config
from reader.errors import ReaderError
from reader.query import parse
from reader.text import display_path
from reader.urls import is_safe
from reader.web.access import Access, is_loopback
from reader.web.terminal import reader_command

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from reader.cli.arguments import ParsedArgs
    from reader.cli.context import CliContext

__all__ = ["access_for", "serve_folder", "take_token"]

_TOKEN = "NEWSREADER_TOKEN"  # noqa: S105 - the name of a variable
_LEAST_CHARACTERS = 32
# In addition to the readers' own: a browser opens several for the files of a page.
_CONNECTIONS = 200
# Terminal, its second descriptor, pipe, process, and temporary ones during the start.
_FILES_OF_A_READER = 8
_FILES = 64
_IN_TOKENS = frozenset(string.ascii_letters + string.digits + "-_")


def serve_folder(request: ParsedArgs, context: CliContext) -> int:
    """Serve a folder until Ctrl-C. Raises ReaderError, and QueryError for a query that every reader would refuse."""
    require_folder(request, request.content or "")
    if not request.host.strip():
        raise UsageError("--host must be an address or a host name, such as 127.0.0.1")
    if find_spec("aiohttp") is None:
        raise ReaderError('newsreader serve needs aiohttp: pip install "newsreader[web]"')
    from reader.web.server import Limits, Site, serve  # noqa: PLC0415 - lazy import: 126 ms, needs aiohttp, an extra

    parse(request.query)
    config = load_config(context.places.config_file)
    folder = Path(os.path.abspath(parse_folder(request.content or "")))  # noqa: PTH100 - the path with its symlinks
    options = ("--only-front-matter",) if request.only_front_matter else ()
    arguments = (*options, "--", str(folder), *request.words)
    command = reader_command(arguments, read_only=request.read_only)
    readers = config.serve_readers
    limits = Limits(readers, config.serve_idle_minutes * 60, readers + _CONNECTIONS)
    require_open_files(limits.connections + readers * _FILES_OF_A_READER + _FILES)
    token = take_token(os.environ)

    def site(port: int) -> Site:
        return Site(display_path(folder.name) or PROGRAM, command, access_for(request, token, port), limits)

    def ready(site: Site, host: str) -> None:
        _announce(request, context, site.access, host)

    asyncio.run(serve(site, request.host, request.port, ready))
    return 0


def take_token(environ: MutableMapping[str, str]) -> str:
    """Return the secret from the environment, so that a URL stays valid, or a new one. Raises UsageError.

    Remove it from the environment, which readers inherit.
    """
    given = environ.pop(_TOKEN, "")
    if given and not (len(given) >= _LEAST_CHARACTERS and given.isascii() and set(given) <= _IN_TOKENS):
        raise UsageError(f"{_TOKEN} must have at least {_LEAST_CHARACTERS} letters, digits, - and _")
    return given or secrets.token_urlsafe(32)


def access_for(request: ParsedArgs, token: str, port: int) -> Access:
    """Return the access rules of a server that a command line starts. Raises UsageError."""
    names = {"localhost", "127.0.0.1", "::1", request.host}
    if not is_loopback(request.host):
        names |= {os.uname().nodename, f"{os.uname().nodename}.local"}
    return Access(token, port, frozenset(map(str.lower, names)), not is_loopback(request.host), _origin(request.url))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if url and (not is_safe(url) or parts.path not in {"", "/"} or parts.query or parts.fragment):
        raise UsageError("--url must be the URL of a host without a path, such as https://news.example.org")
    return f"{parts.scheme}://{parts.netloc}".lower() if url else ""


def _announce(request: ParsedArgs, context: CliContext, access: Access, host: str) -> None:
    address = access.origin or f"http://{f'[{host}]' if ':' in host else host}:{access.port}"
    context.out.line(f"{address}/?token={access.token}")
    context.out.flush()
    can = "read articles" if request.read_only else "read and mark articles"
    folder = display_path(request.content or "")
    context.err.line(f"Serving {folder}: anyone with this address can {can}. Press Ctrl-C to stop")
    if not is_loopback(request.host):
        context.err.line(
            "Warning: the connection is not encrypted; others on the network can read along or take control"
        )
    context.err.flush()
