"""Run a command line: choose the command, print errors, and return the exit status."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, TextIO

from reader.cli.arguments import PROGRAM, HelpRequested, UsageError, parse_args, parse_folder
from reader.cli.context import process_context
from reader.cli.formats import caret_lines
from reader.cli.output import OutputError, lock_wait
from reader.cli.settings.content import with_content
from reader.cli.spec import COMMANDS
from reader.cli.system_limits import require_address_space, require_open_files
from reader.errors import CorruptIndexError, FolderError, QueryError, ReaderError, StorageError
from reader.text import display_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reader.cli.arguments import ParsedArgs
    from reader.cli.context import CliContext
    from reader.library import Library

__all__ = ["run"]

_EXIT_ERROR = 2
_EXIT_INTERRUPTED = 130
_FILES_FOR_COMMAND = 32
_FILES_FOR_TUI = 64
_MEBIBYTES_FOR_COMMAND = 64
_MEBIBYTES_FOR_TUI = 700
_EXIT_PIPE_CLOSED = 141  # as shells report SIGPIPE


def run_process(words: Sequence[str], stdout: TextIO, stderr: TextIO) -> int:
    """Run a command line on the streams, files, clock and browser of this process, and return the exit status."""
    return run(words, process_context(stdout, stderr))


def run(words: Sequence[str], context: CliContext) -> int:
    """Run a command line and return the exit status."""
    try:
        status = _dispatch(words, context)
        context.out.flush()
    except BrokenPipeError:
        context.out.discard()
        return _EXIT_PIPE_CLOSED
    except KeyboardInterrupt:
        return _EXIT_INTERRUPTED
    except ReaderError as error:
        if isinstance(error, OutputError):
            context.out.discard()
        _print_error(error, context)
        return _EXIT_ERROR
    return status


def _print_error(error: ReaderError, context: CliContext) -> None:
    try:
        context.err.line(f"{PROGRAM}: {error}")
        context.err.flush()
    except (BrokenPipeError, OutputError):
        context.err.discard()


def _dispatch(words: Sequence[str], context: CliContext) -> int:
    try:
        request = parse_args(words)
    except HelpRequested as text:
        context.out.line(str(text))
        return 0
    try:
        request = with_content(request, context.places.config_file)
        return _COMMANDS.get(request.command, _run_command)(request, context)
    except QueryError as error:
        context.err.line(f"{PROGRAM}: {error}")
        for line in caret_lines(request.query, error.start, error.end):
            context.err.line(f"  {line}")
        return _EXIT_ERROR


def _run_command(request: ParsedArgs, context: CliContext) -> int:
    """Run a command that needs the index; retry once if the index turns out to be corrupt."""
    from reader.cli.read_commands import open_folder  # noqa: PLC0415 - lazy import: startup time

    require_open_files(_FILES_FOR_COMMAND)
    require_address_space(_MEBIBYTES_FOR_COMMAND)
    library = open_folder(request, context)
    try:
        return _run_on_library(request, library, context)
    except CorruptIndexError as error:
        library.index.discard(lock_wait(context))
        if context.out.wrote:
            raise StorageError("The index was corrupt and has been deleted; run the command again") from error
    return _run_on_library(request, library, context)


def _run_on_library(request: ParsedArgs, library: Library, context: CliContext) -> int:
    from reader.cli import digest_commands, read_commands, write_commands  # noqa: PLC0415 - lazy import: startup time

    gc.enable()
    commands = {
        "list": read_commands.list_,
        "count": read_commands.count,
        "topics": read_commands.topics,
        "show": read_commands.show,
        "check": read_commands.check,
        "open": write_commands.open_articles,
        "mark": write_commands.mark_articles,
        "index": write_commands.update_index,
        "digest": digest_commands.digest,
        "notify": digest_commands.notify,
    }
    return commands[request.command](request, library, context)


def _run_tui(request: ParsedArgs, context: CliContext) -> int:
    content = request.content
    if content is not None:
        _require_folder(request, content)
    from reader.query import parse  # noqa: PLC0415 - lazy import: startup time

    parse(request.query)
    require_open_files(_FILES_FOR_TUI)
    require_address_space(_MEBIBYTES_FOR_TUI)
    if not (context.stdin.isatty() and context.out.is_terminal):
        raise UsageError(f'The TUI needs a terminal; use "{PROGRAM} list" in scripts')
    # Textual reads its maximum frame rate when it is imported. At its default of 60, the effect of a key can be painted
    # up to 17 ms late; nothing here repaints without a reason.
    os.environ.setdefault("TEXTUAL_FPS", "1000")
    from reader.config.load import load_config  # noqa: PLC0415 - lazy import: startup time
    from reader.content import ReadOptions  # noqa: PLC0415 - lazy import: startup time
    from reader.external.page import enter_page  # noqa: PLC0415 - lazy import: startup time
    from reader.library import open_library  # noqa: PLC0415 - lazy import: startup time
    from reader.storage.session import SessionFiles  # noqa: PLC0415 - lazy import: startup time
    from reader.tui.app import run_app  # noqa: PLC0415 - lazy import: startup time

    places = context.places
    config = load_config(places.config_file)
    folder = parse_folder(config.content or "." if content is None else content)
    only = request.only_front_matter or config.only_front_matter
    options = ReadOptions(only, config.base_url_of(folder))
    library = open_library(folder, places, lock_wait(context), options)
    files = SessionFiles(places.session_file(folder), places.theme_file, request.fresh)
    return run_app(library, config, request.query, places, files, enter_page(os.environ))


def _require_folder(request: ParsedArgs, content: str) -> None:
    if not os.path.lexists(parse_folder(content)):
        from reader.query.fields import closest_match  # noqa: PLC0415 - lazy import: startup time

        names = [] if "/" in content else [command.name for command in COMMANDS]
        meant = closest_match(content, names)
        suggestion = f'; did you mean "{meant}"?' if meant else f". {_hint(request)}"
        raise FolderError(f"No such folder: {display_path(content)}{suggestion}")


def _hint(request: ParsedArgs) -> str:
    query = " ".join(word for word in (request.content or "", request.query) if word)
    return f"To search the current folder, run: {PROGRAM} . {display_path(query)}"


def _run_completion(request: ParsedArgs, context: CliContext) -> int:
    from reader.cli.arguments import completion_script  # noqa: PLC0415 - lazy import: startup time

    context.out.line(completion_script(request.subject))
    return 0


def _run_man(_request: ParsedArgs, context: CliContext) -> int:
    from reader.cli.spec.man_page import man_page  # noqa: PLC0415 - lazy import: startup time

    context.out.line(man_page())
    return 0


def _run_config(_request: ParsedArgs, context: CliContext) -> int:
    from reader.cli.settings.command import print_config  # noqa: PLC0415 - lazy import: startup time

    return print_config(context)


def _run_marks(request: ParsedArgs, context: CliContext) -> int:
    from reader.cli import write_commands  # noqa: PLC0415 - lazy import: startup time

    if request.subject == "export":
        return write_commands.export_marks(context)
    return write_commands.import_marks(request, context)


def _run_serve(request: ParsedArgs, context: CliContext) -> int:
    from reader.cli.serve_command import serve_folder  # noqa: PLC0415 - lazy import: startup time

    _require_folder(request, request.content or "")
    gc.enable()
    return serve_folder(request, context)


def _run_feeds(request: ParsedArgs, context: CliContext) -> int:
    from reader.cli.feeds.commands import FEED_COMMANDS  # noqa: PLC0415 - lazy import: startup time

    gc.enable()
    return FEED_COMMANDS[request.command](request, context)


# The commands that run without an index; the others: _run_on_library.
_COMMANDS: dict[str, Callable[[ParsedArgs, CliContext], int]] = {
    "": _run_tui,
    "completion": _run_completion,
    "config": _run_config,
    "man": _run_man,
    "marks": _run_marks,
    "serve": _run_serve,
    **dict.fromkeys(("subscribe", "unsubscribe", "feeds", "fetch", "import", "export", "rules"), _run_feeds),
}
