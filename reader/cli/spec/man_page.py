"""Generator of the manual page from the table of commands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reader import __version__
from reader.cli.spec import COMMANDS, DEFAULT_COMMAND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reader.cli.spec import Command

__all__ = ["man_page"]

_PROGRAM = "newsreader"
_SPECIAL = str.maketrans({"\\": "\\e", "-": "\\-"})
_TAIL = """\
.SH EXIT STATUS
0 success, 1 no match or problems found, 2 error, 130 interrupted.
.SH ENVIRONMENT
.TP
.B BROWSER, VISUAL, EDITOR, PAGER
programs that open URLs, edit files and page output
.TP
.B NO_COLOR
turn colors off
.SH FILES
.TP
.I ~/.config/newsreader/config.toml
settings, keys and saved searches; \\(lqnewsreader config\\(rq prints all locations
.SH SEE ALSO
.BR newsboat (1),
.BR less (1)"""


def man_page() -> str:
    """Return the manual page in the format of man(7)."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield f'.TH NEWSREADER 1 "" "{_PROGRAM} {__version__}" "User Commands"'
    yield f".SH NAME\n{_PROGRAM} \\- a fast terminal reader for folders of articles"
    yield f".SH SYNOPSIS\n.B {_PROGRAM}\n{_text(DEFAULT_COMMAND.usage)}\n.br\n.B {_PROGRAM}\n.I COMMAND\n\\&..."
    yield f".SH DESCRIPTION\n{_text(DEFAULT_COMMAND.description)}"
    yield from _details(DEFAULT_COMMAND)
    yield ".SH COMMANDS"
    for command in COMMANDS:
        yield f".SS {_text(command.usage)}\n{_text(command.description)}"
        yield from _details(command)
    yield _TAIL


def _details(command: Command) -> Iterator[str]:
    for argument in command.arguments:
        yield f".TP\n.I {argument.name.upper()}\n{_text(argument.summary)}"
    for option in command.options:
        choices = f": {', '.join(option.choices)}" if option.choices else ""
        usage = " ".join(filter(None, (f"--{option.name}", option.value)))
        yield f".TP\n.B {_text(usage)}\n{_text(option.summary + choices)}"
    for example in command.examples:
        yield f".PP\n{_text(example.description)}:\n.PP\n.RS\n.nf\n{_text(example.line)}\n.fi\n.RE"


def _text(text: str) -> str:
    """Return a text with everything escaped that would be a macro."""
    return re.sub(r"(?m)^([.'])", r"\\&\1", text.translate(_SPECIAL))
