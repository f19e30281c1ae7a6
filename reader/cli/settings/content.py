"""Default of an omitted CONTENT: the setting ``content``, or the article itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec.structs import replace

from reader.cli.arguments import PROGRAM, UsageError, parse_folder
from reader.cli.spec import find_command

if TYPE_CHECKING:
    from pathlib import Path

    from reader.cli.arguments import ParsedArgs

__all__ = ["with_content"]


def with_content(request: ParsedArgs, config_file: Path) -> ParsedArgs:
    """Return a command with its CONTENT. Raises UsageError if an argument is missing, ConfigError.

    A first word that names a folder or file is CONTENT. Otherwise, if the setting ``content`` names a folder, the word
    belongs to the query.
    """
    command = find_command(request.command)
    if command is None or not any(argument.name == "content" for argument in command.arguments):
        return request
    first = request.content
    if first is not None and (not _may_be_omitted(first, request) or _exists(first)):
        return request
    if first is None:
        word = next(filter(None, (request.subject, *request.words)), "")
        if request.command == "show" and os.path.isfile(word):  # noqa: PTH113 - any word of the user
            return replace(request, content=word)
        if word and _exists(word):
            raise _missing(request, next(each.name for each in command.arguments if each.required))
    folder = _configured(config_file)
    if not folder and first is None:
        raise _missing(request, "content")
    return _filled(request, folder, first) if folder else request


def _filled(request: ParsedArgs, folder: str, first: str | None) -> ParsedArgs:
    if first is None:
        return replace(request, content=folder)
    if request.command == "import":
        return replace(request, content=folder, file=first)
    return replace(request, content=folder, words=(first, *request.words))


def _may_be_omitted(first: str, request: ParsedArgs) -> bool:
    """Return whether the first word may be something other than CONTENT."""
    command = find_command(request.command)
    takes_words = command is not None and any(argument.many for argument in command.arguments)
    return bool(first) and (takes_words or (request.command == "import" and not request.file))


def _exists(name: str) -> bool:
    return os.path.lexists(parse_folder(name))


def _missing(request: ParsedArgs, argument: str) -> UsageError:
    help_ = f"see {PROGRAM} {request.command} --help"
    return UsageError(f"the following arguments are required: {argument.upper()}; {help_}")


def _configured(config_file: Path) -> str:
    """Return the setting. Parse the file only if it has one, since parsing takes longer than most commands."""
    try:
        if b"content" not in config_file.read_bytes():
            return ""
    except OSError:
        return ""
    from reader.config.load import load_config  # noqa: PLC0415 - lazy import: 18 ms, few users have this setting

    return load_config(config_file).content
