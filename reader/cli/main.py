"""A command line, from its words to an exit status. Chooses the command, and turns every error into a sentence."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

from reader.cli.arguments import PROGRAM, HelpRequested, UsageError, parse_args, parse_folder
from reader.cli.formats import caret_lines
from reader.cli.output import OutputError
from reader.errors import CorruptIndexError, FolderError, QueryError, ReaderError, StorageError
from reader.text import display_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reader.cli.arguments import ParsedArgs
    from reader.cli.context import CliContext
    from reader.library import Library

__all__ = ["run"]

_FAILED = 2
_INTERRUPTED = 130
# What a shell says of a program that a closed pipe has ended.
_PIPE_CLOSED = 141


def run(words: Sequence[str], world: CliContext) -> int:
    """Do what a command line asks for and return the exit status."""
    try:
        status = _carry_out(words, world)
        world.out.flush()
    except BrokenPipeError:
        world.out.abandon()
        return _PIPE_CLOSED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except ReaderError as error:
        if isinstance(error, OutputError):
            world.out.abandon()
        _tell(error, world)
        return _FAILED
    return status


def _tell(error: ReaderError, world: CliContext) -> None:
    try:
        world.err.line(f"{PROGRAM}: {error}")
        world.err.flush()
    except (BrokenPipeError, OutputError):
        # The exit status is all that is left to tell.
        world.err.abandon()


def _carry_out(words: Sequence[str], world: CliContext) -> int:
    try:
        request = parse_args(words)
    except HelpRequested as text:
        world.out.line(str(text))
        return 0
    try:
        return _answer(request, world)
    except QueryError as error:
        world.err.line(f"{PROGRAM}: {error}")
        for line in caret_lines(request.query, error.start, error.end):
            world.err.line(f"  {line}")
        return _FAILED


def _answer(request: ParsedArgs, world: CliContext) -> int:
    match request.command:
        case "":
            return _read(request, world)
        case "completion":
            return _completion(request, world)
        case "config":
            from reader.cli.config_command import print_config  # noqa: PLC0415 - each command imports what it needs itself

            return print_config(world)
        case "marks":
            from reader.cli import write_commands  # noqa: PLC0415 - the same

            return (
                write_commands.export_marks(world)
                if request.subject == "export"
                else write_commands.import_marks(request, world)
            )
    return _answer_from_folder(request, world)


def _answer_from_folder(request: ParsedArgs, world: CliContext) -> int:
    from reader.library import open_library  # noqa: PLC0415 - the same

    library = open_library(parse_folder(request.content or ""), world.places)
    try:
        return _command(request, library, world)
    except CorruptIndexError as error:
        library.index.discard()
        if world.out.wrote:
            raise StorageError("The index was damaged and has been thrown away. Please do this again.") from error
    return _command(request, library, world)


def _command(request: ParsedArgs, library: Library, world: CliContext) -> int:
    from reader.cli import read_commands, write_commands  # noqa: PLC0415 - lazy import: startup time

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
    }
    return commands[request.command](request, library, world)


def _read(request: ParsedArgs, world: CliContext) -> int:
    """Open the reader on a terminal."""
    content = request.content
    if content is not None and not os.path.lexists(parse_folder(content)):
        raise FolderError(f"There is no folder named {display_path(content)}. {_hint(request)}")
    if not (world.stdin.isatty() and world.out.is_terminal):
        raise UsageError(f"The reader needs a terminal; in a pipe or a script use {PROGRAM} list.")
    # How often a second the screen may be painted, read when Textual is imported. At its 60, what a key leads to waits
    # for up to 17 ms after the key itself was painted; nothing here paints without a reason.
    os.environ.setdefault("TEXTUAL_FPS", "1000")
    from reader.config.load import load_config  # noqa: PLC0415 - the same
    from reader.library import open_library  # noqa: PLC0415 - the same
    from reader.storage.session import SessionFiles  # noqa: PLC0415 - the same
    from reader.tui.app import run_app as open_reader  # noqa: PLC0415 - only the reader itself needs the screen

    places = world.places
    config = load_config(places.config_file)
    folder = parse_folder(config.content or "." if content is None else content)
    library = open_library(folder, places)
    files = SessionFiles(places.session_file(folder), places.theme_file)
    return open_reader(library, config, request.query, places, files, fresh=request.fresh)


def _hint(request: ParsedArgs) -> str:
    query = " ".join(word for word in (request.content or "", request.query) if word)
    return f"To look for that in this folder: {PROGRAM} . {display_path(query)}"


def _completion(request: ParsedArgs, world: CliContext) -> int:
    from reader.cli.arguments import completion_script  # noqa: PLC0415 - the same

    world.out.line(completion_script(request.subject))
    return 0
