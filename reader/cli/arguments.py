"""The words of a command line to a Request, by argparse. Pure: nothing is printed and the program is never ended.

A word that begins with one dash, such as ``-crypto``, belongs to the query; options have two dashes. ``--`` ends them.
"""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import shtab
from msgspec import Struct
from msgspec.structs import replace

from reader import __version__
from reader.cli.spec import COMMANDS, DEFAULT_COMMAND, Argument, Command, Option, PathKind, find_command
from reader.errors import FolderError, ReaderError
from reader.text import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
_HELP_WIDTH = 96
# No argument of a program can hold this character, so it can stand in front of one and be taken off again.
_POSITIONAL_MARKER = "\0"

_CLOSING = """\
commands:
{commands}

"newsreader COMMAND --help" says more about each of them.

a query:
  climate policy              both words            topic:AI  topic:"Facebook AI"   whole names
  "machine learning"          a phrase              quality>=70  quality:60..80     numbers
  -crypto  (a OR b) c         not; either           since:7d  date:2021-09          dates
  is:unread  has:image        states                sort:quality  limit:50          order and number

exit status: 0 found or done, 1 nothing matched or problems found, 2 could not be done, 130 interrupted"""


class UsageError(ReaderError):
    """The command line cannot be understood."""


class HelpRequested(Exception):  # noqa: N818 - help was asked for and is not a fault
    """The command line asks for a text, such as the help, and for nothing else; ``str()`` is that text."""


class ParsedArgs(Struct, frozen=True):
    """What a command line asks for. ``command`` is empty where the reader is to be opened.

    ``words`` are those of the query; ``subject`` is the article, action or shell that the command takes; a field that
    the command has no use for keeps its default.
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

    @property
    def query(self) -> str:
        """The query as one text; a word that was quoted for the shell is part of it as it is."""
        return " ".join(word for word in self.words if word)


def parse_folder(name: str) -> Path:
    """Return the folder that a person named. Raises FolderError for an empty name, which is never meant."""
    if not name:
        raise FolderError("The name of the folder is empty.")
    return Path(name).expanduser() if name.startswith("~") else Path(name)


def parse_args(words: Sequence[str]) -> ParsedArgs:
    """Return what a command line, without the program's name, asks for.

    Raises UsageError where it cannot be understood, Said where it asks for the help or the version.
    """
    command = find_command(words[0]) if words else None
    if command is None:
        parser, rest = _reader_parser(), list(words)
    else:
        parser, rest = _Parser(f"{PROGRAM} {command.name}", command), list(words[1:])
    found = vars(parser.parse_intermixed_args(list(_marked(rest))))
    content = found.get("content")
    subject = found.get("article") or found.get("action") or found.get("shell")
    return ParsedArgs(
        command="" if command is None else command.name,
        content=content if isinstance(content, str) else None,
        words=tuple(found.get("query") or ()),
        subject=subject or "",
        file=found.get("file") or "",
        format=found.get("format") or "",
        by=found.get("by") or "",
        sort=found.get("sort") or "",
        limit=found.get("limit"),
        mark=found.get("mark") or "",
        yes=bool(found.get("yes")),
        all=bool(found.get("all")),
        rebuild=bool(found.get("rebuild")),
        cached=bool(found.get("cached")),
        fresh=bool(found.get("fresh")),
    )


def _marked(words: Sequence[str]) -> Iterator[str]:
    """Keep argparse from taking words of the query for options."""
    rest = iter(words)
    for word in rest:
        if word == "--":
            break
        is_word = word.startswith("-") and not word.startswith("--") and word != "-h"
        yield _POSITIONAL_MARKER + word if is_word else word
    for word in rest:
        yield _POSITIONAL_MARKER + word


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of ``newsreader`` with all its commands below it, as the shells' completion needs it."""
    parser = _Parser(PROGRAM, replace(DEFAULT_COMMAND, arguments=()))
    below = parser.add_subparsers(title="commands", parser_class=_Parser)
    for command in COMMANDS:
        below.add_parser(command.name, command=command, help=command.summary)
    return parser


def _reader_parser() -> argparse.ArgumentParser:
    parser = _Parser(PROGRAM, DEFAULT_COMMAND)
    width = max(len(command.name) for command in COMMANDS)
    listed = "\n".join(f"  {command.name:{width}}  {command.summary}" for command in COMMANDS)
    parser.usage = f"{PROGRAM} {DEFAULT_COMMAND.usage}\n       {PROGRAM} COMMAND …"
    parser.epilog = f"{_examples(DEFAULT_COMMAND)}\n\n{_CLOSING.format(commands=listed)}"
    return parser


class _Parser(argparse.ArgumentParser):
    """A parser made from a command of the table."""

    def __init__(self, prog: str, command: Command) -> None:
        usage = command.usage.removeprefix(command.name).strip()
        super().__init__(
            prog=prog,
            usage=textwrap.fill(f"{prog} {usage}", _HELP_WIDTH, subsequent_indent="    ", break_on_hyphens=False),
            description=textwrap.fill(command.details, _HELP_WIDTH),
            epilog=_examples(command),
            formatter_class=_formatter,
            add_help=False,
            allow_abbrev=False,
        )
        # Newer versions of argparse would colour the help by themselves, wherever it goes.
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
                "--version", action=_PrintAction, text=f"{PROGRAM} {__version__}", help="print the version"
            )
        self.add_argument("-h", "--help", action=_PrintAction, help="print this help")

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{sanitize_line(message)}; see {self.prog} --help.")


class _PrintAction(argparse.Action):
    """Stops the reading of arguments with a text, the help where there is no other."""

    def __init__(self, option_strings: Sequence[str], dest: str, text: str = "", **options: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help=options.get("help"), default=argparse.SUPPRESS)
        self.text = text

    def __call__(self, parser: argparse.ArgumentParser, *_arguments: object) -> None:
        raise HelpRequested(self.text or parser.format_help().rstrip("\n"))


def _formatter(prog: str) -> argparse.HelpFormatter:
    return argparse.RawTextHelpFormatter(prog, max_help_position=28, width=_HELP_WIDTH)


def _examples(command: Command) -> str:
    lines = [f"  {example.line}\n      {example.does}" for example in command.examples]
    return "\n".join(["examples:", *lines]) if lines else ""


def _plain(word: str) -> str:
    return word.removeprefix(_POSITIONAL_MARKER)


def _limit(word: str) -> int:
    if not (word.isascii() and word.isdigit() and 0 < int(word) < 2**31):
        raise argparse.ArgumentTypeError("needs a whole number from 1")
    return int(word)


def _add_argument(parser: argparse.ArgumentParser, argument: Argument) -> None:
    nargs = {(True, True): "+", (True, False): "*", (False, False): "?", (False, True): None}
    action = parser.add_argument(
        argument.name,
        type=_plain,
        nargs=nargs[argument.many, argument.needed],
        # With a default, argparse does not ask for what may be left out.
        default=None if argument.needed else (),
        choices=argument.choices or None,
        metavar=argument.name.upper(),
        help=_with_choices(argument.summary, argument.choices),
    )
    if argument.files:
        # What shtab, the library that writes the completion scripts, looks for.
        action.complete = _FILES[argument.files]  # type: ignore[attr-defined] # argparse allows any attribute


# As shtab.FILE and shtab.DIRECTORY; asking shtab would import it for every command.
_FILES = {
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
        type=_limit if option.name == "limit" else _plain,
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
    usual = f"; {default} without it" if default else ""
    return f"{summary}: {', '.join(choices)}{usual}"


_LOOK_FURTHER = f"complete -o default -o filenames -F _shtab_{PROGRAM} {PROGRAM}"


def completion_script(shell: str) -> str:
    """Return the script for bash, zsh or fish."""
    text = str(shtab.complete(build_parser(), shell=shell)).rstrip("\n")
    # A folder can stand where the commands do, and shtab offers only those: bash shall look further by itself.
    return f"{text}\n{_LOOK_FURTHER}" if shell == "bash" else text
