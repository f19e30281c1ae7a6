"""Parse the command line into ParsedArgs. Never prints or exits.

Options have two dashes: a word with a single dash, such as ``-crypto``, belongs to the query. ``--`` ends the options.
"""

from __future__ import annotations

import argparse
import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from msgspec import Struct
from msgspec.structs import replace

from reader import __version__
from reader.cli.spec import COMMANDS, DEFAULT_COMMAND, Argument, Command, Option, PathKind, find_command
from reader.errors import FolderError, ReaderError
from reader.text import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = [
    "PROGRAM",
    "HelpRequested",
    "ParsedArgs",
    "UsageError",
    "build_parser",
    "completion_script",
    "parse_args",
    "parse_folder",
]

PROGRAM = "newsreader"
_LEAST_HELP_WIDTH, _HELP_WIDTH = 40, 96
# Prefix that hides a query word from argparse. Safe: the arguments of a process cannot contain NUL.
_POSITIONAL_MARKER = "\0"

_CLOSING = """\
commands:
{commands}

{details}

query syntax:
{queries}

{status}"""
_DETAILS = '"newsreader COMMAND --help" shows details.'
_STATUS = "exit status: 0 success, 1 no match or problems found, 2 error, 130 interrupted"


class UsageError(ReaderError):
    """Invalid command line."""


class HelpRequested(Exception):  # noqa: N818 - a request by the user, not an error
    """Raised for ``--help`` and ``--version``; ``str()`` is the text to print."""


class ParsedArgs(Struct, frozen=True):
    """Parsed command line. ``command`` is empty for the TUI.

    ``words`` are the query words; ``subject`` is the command's article, action or shell argument. Fields that the
    command does not use keep their defaults.
    """

    command: str = ""
    content: str | None = None
    words: tuple[str, ...] = ()
    subject: str = ""
    file: str = ""
    format: str = ""
    by: str = ""
    sort: str = ""
    limit: int | None = None
    mark: str = ""
    yes: bool = False
    all: bool = False
    rebuild: bool = False
    cached: bool = False
    fresh: bool = False
    only_front_matter: bool = False
    title: str = ""
    topics: str = ""
    folder: str = ""
    force: bool = False
    dry_run: bool = False
    quiet: bool = False
    since: str = ""
    output: str = ""
    host: str = ""
    port: int = 0
    url: str = ""
    read_only: bool = False

    @property
    def query(self) -> str:
        """The query words joined by spaces."""
        return " ".join(word for word in self.words if word)


_AS_GIVEN = frozenset(ParsedArgs.__struct_fields__) - {"command", "content", "words", "subject"}


def parse_folder(name: str) -> Path:
    """Return a folder argument as a path, with ``~`` expanded. Raises FolderError if it is empty."""
    if not name:
        raise FolderError("Folder name is empty")
    try:
        return Path(name).expanduser()
    except RuntimeError:  # there is no such user
        return Path(name)


def parse_args(words: Sequence[str]) -> ParsedArgs:
    """Parse the command-line words after the program name.

    Raises UsageError if they are invalid, HelpRequested for ``--help`` and ``--version``.
    """
    command = find_command(words[0]) if words else None
    if command is None:
        parser, rest = _tui_parser(), list(words)
    else:
        parser, rest = _Parser(f"{PROGRAM} {command.name}", command), list(words[1:])
    values = vars(parser.parse_intermixed_args(list(_mark_positionals(rest))))
    content = values.get("content")
    subject = values.get("article") or values.get("action") or values.get("shell") or values.get("address")
    return ParsedArgs(
        command="" if command is None else command.name,
        content=content if isinstance(content, str) else None,
        words=tuple(values.get("query") or values.get("feed") or ()),
        subject=subject or "",
        **{name: values[name] for name in _AS_GIVEN if values.get(name)},
    )


def _mark_positionals(words: Sequence[str]) -> Iterator[str]:
    """Yield the words, with query words that look like options marked as positional."""
    rest = iter(words)
    for word in rest:
        if word == "--":
            break
        is_word = word.startswith("-") and not word.startswith("--") and word != "-h"
        yield _POSITIONAL_MARKER + word if is_word else word
    for word in rest:
        yield _POSITIONAL_MARKER + word


def _help_width() -> int:
    """Return the width of the help: the terminal's, up to a readable maximum."""
    return max(_LEAST_HELP_WIDTH, min(_HELP_WIDTH, shutil.get_terminal_size((_HELP_WIDTH, 24)).columns))


def _listed(name: str, text: str, cells: int) -> str:
    """Return a name and its text in two columns, or in two lines if the terminal is narrow."""
    width = _help_width()
    if cells > width // 2 and len(text) > width - cells - 4:
        return f"  {name}\n{textwrap.fill(text, width, initial_indent=' ' * 6, subsequent_indent=' ' * 6)}"
    return textwrap.fill(text, width, initial_indent=f"  {name:{cells}}  ", subsequent_indent=" " * (cells + 4))


def build_parser() -> argparse.ArgumentParser:
    """Return a parser with all commands as subparsers, for the completion script."""
    parser = _Parser(PROGRAM, replace(DEFAULT_COMMAND, arguments=()))
    subparsers = parser.add_subparsers(title="commands", parser_class=_Parser)
    for command in COMMANDS:
        subparsers.add_parser(command.name, command=command, help=command.summary)
    return parser


def _tui_parser() -> argparse.ArgumentParser:
    from reader.query.cheat_sheet import text_rows  # noqa: PLC0415 - lazy import: 5 ms, not for the help of a command

    parser = _Parser(PROGRAM, DEFAULT_COMMAND)
    width = max(len(command.name) for command in COMMANDS)
    listed = "\n".join(_listed(command.name, command.summary, width) for command in COMMANDS)
    parser.usage = f"{parser.usage}\n       {PROGRAM} COMMAND …"
    queries = "\n".join(_listed(queries, finds, 28) for queries, finds in text_rows())
    closing = _CLOSING.format(
        commands=listed,
        queries=queries,
        status=textwrap.fill(_STATUS, _help_width()),
        details=textwrap.fill(_DETAILS, _help_width()),
    )
    parser.epilog = f"{_examples(DEFAULT_COMMAND)}\n\n{closing}"
    return parser


class _Parser(argparse.ArgumentParser):
    """Parser for one command of the table."""

    def __init__(self, prog: str, command: Command) -> None:
        usage = command.usage.removeprefix(command.name).strip()
        super().__init__(
            prog=prog,
            usage=textwrap.fill(
                f"{prog} {usage}", _help_width() - len("usage: "), subsequent_indent="    ", break_on_hyphens=False
            ),
            description=textwrap.fill(command.description, _help_width()),
            epilog=_examples(command),
            formatter_class=_formatter,
            add_help=False,
            allow_abbrev=False,
        )
        # Since Python 3.14 argparse colors the help by default, even in a pipe.
        self.color = False
        for argument in command.arguments:
            _add_argument(self, argument)
        for option in command.options:
            _add_option(self, option)
        groups = dict.fromkeys(option.group for option in command.options if option.group)
        for group in groups:
            _add_group(self, group, [option for option in command.options if option.group == group])
        if not command.name:
            self.add_argument(
                "--version", action=_PrintAction, text=f"{PROGRAM} {__version__}", help="show version and exit"
            )
        self.add_argument("-h", "--help", action=_PrintAction, help="show this help and exit")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is not None and value not in action.choices:
            raise argparse.ArgumentError(action, f'expected {", ".join(action.choices)}, got "{value}"')

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{sanitize_line(message)}; see {self.prog} --help")


class _PrintAction(argparse.Action):
    """Action that raises HelpRequested with a text (default: the help)."""

    def __init__(self, option_strings: Sequence[str], dest: str, text: str = "", **options: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help=options.get("help"), default=argparse.SUPPRESS)
        self.text = text

    def __call__(self, parser: argparse.ArgumentParser, *_arguments: object) -> None:
        raise HelpRequested(self.text or parser.format_help().rstrip("\n"))


def _formatter(prog: str) -> argparse.HelpFormatter:
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=28, width=_help_width())


def _examples(command: Command) -> str:
    indent = " " * 6
    lines = [
        f"  {example.line}\n"
        + textwrap.fill(example.description, _help_width(), initial_indent=indent, subsequent_indent=indent)
        for example in command.examples
    ]
    return "\n".join(["examples:", *lines]) if lines else ""


def _plain(word: str) -> str:
    return word.removeprefix(_POSITIONAL_MARKER)


def _limit(word: str) -> int:
    if not (word.isascii() and word.isdigit() and 0 < int(word) < 2**31):
        raise argparse.ArgumentTypeError("must be a positive integer")
    return int(word)


def _port(word: str) -> int:
    if not (word.isascii() and word.isdigit() and int(word) < 2**16):
        raise argparse.ArgumentTypeError("must be a port from 0 to 65535")
    return int(word)


_TYPES: dict[str, Callable[[str], object]] = {"limit": _limit, "port": _port}


def _add_argument(parser: argparse.ArgumentParser, argument: Argument) -> None:
    nargs = {(True, True): "+", (True, False): "*", (False, False): "?", (False, True): None}
    action = parser.add_argument(
        argument.name,
        type=_plain,
        nargs=nargs[argument.many, argument.required],
        # argparse requires a positional argument that has no default.
        default=None if argument.required else (),
        choices=argument.choices or None,
        metavar=argument.name.upper(),
        help=_with_choices(argument.summary, argument.choices),
    )
    if argument.path_kind:
        completed: Any = action  # shtab reads an attribute that argparse does not declare
        completed.complete = _COMPLETERS[argument.path_kind]


# The format of shtab.FILE and shtab.DIRECTORY, copied because importing shtab slows down every command.
_COMPLETERS = {
    PathKind.FILE: {"bash": "_shtab_compgen_files", "zsh": "_files", "tcsh": "f", "fish": "(__fish_complete_path)"},
    PathKind.FOLDER: {
        "bash": "_shtab_compgen_dirs",
        "zsh": "_files -/",
        "tcsh": "d",
        "fish": "(__fish_complete_directories)",
    },
}


def _add_option(parser: argparse.ArgumentParser, option: Option) -> None:
    if option.group:
        return
    if not option.value:
        parser.add_argument(f"--{option.name}", action="store_true", help=option.summary)
        return
    parser.add_argument(
        f"--{option.name}",
        type=_TYPES.get(option.name, _plain),
        choices=option.choices or None,
        default=option.default or None,
        metavar=option.value,
        help=_with_choices(option.summary, option.choices, option.default),
    )


def _add_group(parser: argparse.ArgumentParser, group: str, options: Sequence[Option]) -> None:
    switches = parser.add_mutually_exclusive_group(required=True)
    for option in options:
        switches.add_argument(
            f"--{option.name}", dest=group, action="store_const", const=option.name, help=option.summary
        )


def _with_choices(summary: str, choices: Sequence[str], default: str = "") -> str:
    if not choices:
        return summary
    suffix = f" (default: {default})" if default else ""
    return f"{summary}: {', '.join(choices)}{suffix}"


_BASH_COMPLETE = f"complete -o default -o filenames -F _shtab_{PROGRAM} {PROGRAM}"


def completion_script(shell: str) -> str:
    """Return the completion script for bash, zsh or fish."""
    import shtab  # noqa: PLC0415 - lazy import: 19 ms, only for `completion`

    text = str(shtab.complete(build_parser(), shell=shell)).rstrip("\n")
    # The first word can be a folder instead of a command, but shtab completes only commands: fall back to file names.
    return f"{text}\n{_BASH_COMPLETE}" if shell == "bash" else text
