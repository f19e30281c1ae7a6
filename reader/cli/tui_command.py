"""The command without a name: open the TUI on a folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reader.cli.arguments import PROGRAM, UsageError, parse_folder
from reader.cli.output import lock_wait
from reader.cli.spec import COMMANDS
from reader.cli.system_limits import require_address_space, require_open_files
from reader.config.load import load_config
from reader.content import ReadOptions
from reader.errors import FolderError
from reader.external.page import enter_page
from reader.library import open_library
from reader.query import parse
from reader.query.fields import closest_match
from reader.storage.session import SessionFiles
from reader.text import display_path

if TYPE_CHECKING:
    from reader.cli.arguments import ParsedArgs
    from reader.cli.context import CliContext

__all__ = ["open_tui", "require_folder"]

_FILES = 64
_MEBIBYTES = 700


def open_tui(request: ParsedArgs, context: CliContext) -> int:
    """Open the TUI until the user quits, and return the exit status."""
    content = request.content
    if content is not None:
        require_folder(request, content)
    parse(request.query)
    require_open_files(_FILES)
    require_address_space(_MEBIBYTES)
    if not (context.stdin.isatty() and context.out.is_terminal):
        raise UsageError(f'The TUI needs a terminal; use "{PROGRAM} list" in scripts')
    # At the default of 60, a key's effect can be painted up to 17 ms late. Nothing here repaints without a reason.
    os.environ.setdefault("TEXTUAL_FPS", "1000")
    from reader.tui.app import run_app  # noqa: PLC0415 - Textual reads its maximum frame rate when it is imported

    places = context.places
    config = load_config(places.config_file)
    folder = parse_folder(config.content or "." if content is None else content)
    only = request.only_front_matter or config.only_front_matter
    options = ReadOptions(only, config.base_url_of(folder))
    library = open_library(folder, places, lock_wait(context), options)
    files = SessionFiles(places.session_file(folder), places.theme_file, request.fresh)
    return run_app(library, config, request.query, places, files, enter_page(os.environ))


def require_folder(request: ParsedArgs, content: str) -> None:
    """Raise FolderError if ``content`` does not exist, and suggest the command that was probably meant."""
    if not os.path.lexists(parse_folder(content)):
        names = [] if "/" in content or request.command else [command.name for command in COMMANDS]
        meant = closest_match(content, names)
        suggestion = f'; did you mean "{meant}"?' if meant else f". {_hint(request)}"
        raise FolderError(f"No such folder: {display_path(content)}{suggestion}")


def _hint(request: ParsedArgs) -> str:
    words = (PROGRAM, request.command, ".", request.content or "", request.query)
    return f"To search the current folder, run: {display_path(' '.join(word for word in words if word))}"
