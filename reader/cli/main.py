"""Run a command line: choose the command, print errors, and return the exit status."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, TextIO

from reader.cli.arguments import PROGRAM, HelpRequested, completion_script, parse_args
from reader.cli.context import process_context
from reader.cli.formats import caret_lines
from reader.cli.output import OutputError, lock_wait
from reader.cli.settings.content import with_content
from reader.cli.spec.man_page import man_page
from reader.cli.system_limits import require_address_space, require_open_files
from reader.errors import CorruptIndexError, QueryError, ReaderError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reader.cli.arguments import ParsedArgs
    from reader.cli.context import CliContext

__all__ = ["run"]

_EXIT_ERROR = 2
_EXIT_INTERRUPTED = 130
_FILES = 32
_MEBIBYTES = 64
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
        return _COMMANDS.get(request.command, _run_index_command)(request, context)
    except QueryError as error:
        context.err.line(f"{PROGRAM}: {error}")
        for line in caret_lines(request.query, error.start, error.end):
            context.err.line(f"  {line}")
        return _EXIT_ERROR


def _run_index_command(request: ParsedArgs, context: CliContext) -> int:
    """Run a command that needs the index; retry once if the index turns out to be corrupt."""
    from reader.cli import digest_commands, read_commands, write_commands  # noqa: PLC0415 - lazy import: 37 ms, not for help

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
    require_open_files(_FILES)
    require_address_space(_MEBIBYTES)
    library = read_commands.open_folder(request, context)
    run_command = commands[request.command]
    gc.enable()
    try:
        return run_command(request, library, context)
    except CorruptIndexError as error:
        library.index.discard(lock_wait(context))
        if context.out.wrote:
            raise StorageError("The index was corrupt and has been deleted; run the command again") from error
    return run_command(request, library, context)


def _run_tui(request: ParsedArgs, context: CliContext) -> int:
    from reader.cli.tui_command import open_tui  # noqa: PLC0415 - lazy import: 29 ms, only for the TUI

    return open_tui(request, context)


def _run_completion(request: ParsedArgs, context: CliContext) -> int:
    context.out.line(completion_script(request.subject))
    return 0


def _run_man(_request: ParsedArgs, context: CliContext) -> int:
    context.out.line(man_page())
    return 0


def _run_config(_request: ParsedArgs, context: CliContext) -> int:
    from reader.cli.settings.command import print_config  # noqa: PLC0415 - lazy import: 13 ms, only for `config`

    return print_config(context)


def _run_marks(request: ParsedArgs, context: CliContext) -> int:
    from reader.cli.write_commands import export_marks, import_marks  # noqa: PLC0415 - lazy import: 19 ms, only `marks` needs it

    return export_marks(context) if request.subject == "export" else import_marks(request, context)


def _run_serve(request: ParsedArgs, context: CliContext) -> int:
    from reader.cli.serve_command import serve_folder  # noqa: PLC0415 - lazy import: 51 ms, only `serve` needs asyncio

    gc.enable()
    return serve_folder(request, context)


def _run_feeds(request: ParsedArgs, context: CliContext) -> int:
    from reader.cli.feeds.commands import FEED_COMMANDS  # noqa: PLC0415 - lazy import: 58 ms, only feed commands need it

    gc.enable()
    return FEED_COMMANDS[request.command](request, context)


# Commands that need no index; _run_index_command runs the others.
_COMMANDS: dict[str, Callable[[ParsedArgs, CliContext], int]] = {
    "": _run_tui,
    "completion": _run_completion,
    "config": _run_config,
    "man": _run_man,
    "marks": _run_marks,
    "serve": _run_serve,
    **dict.fromkeys(("subscribe", "unsubscribe", "feeds", "fetch", "import", "export", "rules"), _run_feeds),
}
