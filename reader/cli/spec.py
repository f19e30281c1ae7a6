"""Every command, argument and option of the command line, as plain data.

The parser, the shell completion and docs/cli.md are all made from this table. What a command does is no business of
this module.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

__all__ = [
    "COMMANDS",
    "DEFAULT_COMMAND",
    "Argument",
    "Command",
    "CommandExample",
    "Option",
    "PathKind",
    "find_command",
]


class PathKind(StrEnum):
    """What of the file system a shell offers to complete an argument with."""

    NONE = ""
    FOLDER = "folder"
    FILE = "file"


class Argument(Struct, frozen=True):
    """A word that stands for itself. ``many`` takes all words that follow; ``needed`` wants at least one."""

    name: str
    summary: str
    many: bool = False
    needed: bool = True
    choices: tuple[str, ...] = ()
    files: PathKind = PathKind.NONE

    @property
    def shown(self) -> str:
        """The argument as usage lines write it."""
        words = ("|".join(self.choices) or self.name.upper()) + "…" * self.many
        return words if self.needed else f"[{words}]"


class Option(Struct, frozen=True):
    """A word with two dashes. With ``value`` it takes one, of ``choices`` where there are any; else it is a switch.

    ``group`` joins switches of which exactly one has to be given.
    """

    name: str
    summary: str
    value: str = ""
    choices: tuple[str, ...] = ()
    default: str = ""
    group: str = ""

    @property
    def shown(self) -> str:
        """The option as usage lines write it."""
        return f"--{self.name} {'|'.join(self.choices) or self.value}" if self.value else f"--{self.name}"


class CommandExample(Struct, frozen=True):
    """A line for the shell, and what it does."""

    line: str
    does: str


class Command(Struct, frozen=True):
    """A command; the one without a name opens the reader."""

    name: str
    summary: str
    details: str
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    examples: tuple[CommandExample, ...] = ()

    @property
    def usage(self) -> str:
        """The command as it is written, without the program's name before it."""
        options = [f"[{option.shown}]" for option in self.options if not option.group]
        groups: dict[str, list[str]] = {}
        for option in self.options:
            if option.group:
                groups.setdefault(option.group, []).append(option.shown)
        parts = [self.name, *(argument.shown for argument in self.arguments)]
        parts += ["|".join(members) for members in groups.values()]
        return " ".join(part for part in (*parts, *options) if part)


_CONTENT = Argument("content", "the folder of articles, or a single file", files=PathKind.FOLDER)
_ANY_QUERY = Argument(
    "query", "which articles, in the query language (docs/query.md); all without one", many=True, needed=False
)
_SOME_QUERY = Argument("query", "which articles, in the query language (docs/query.md)", many=True)
_CACHED = Option("cached", "answer from the index as it is, without a look at the folder for changes")
_LIMIT = Option("limit", "at most so many", value="N")

DEFAULT_COMMAND = Command(
    "",
    "open the reader",
    "Opens the reader on a folder of articles. Without CONTENT, the folder that the settings name, else this one. A "
    "query narrows the list from the start. A folder that is named like a command is given as ./list.",
    (
        Argument("content", _CONTENT.summary, needed=False, files=PathKind.FOLDER),
        _ANY_QUERY,
    ),
    (Option("fresh", "begin as at the first time, and not where you left off"),),
    examples=(
        CommandExample("newsreader ./content", "open a folder"),
        CommandExample("newsreader ./content is:unread sort:quality", "the best of what is unread first"),
    ),
)

COMMANDS: tuple[Command, ...] = (
    Command(
        "list",
        "list articles",
        "Lists the articles that a query finds, newest first unless it says otherwise.",
        (_CONTENT, _ANY_QUERY),
        (
            Option(
                "format",
                "how to write them",
                value="FORMAT",
                choices=("table", "json", "jsonl", "tsv", "paths", "urls"),
                default="table",
            ),
            _LIMIT,
            Option("sort", "the order, as after sort: in a query, and in place of it", value="KEYS"),
            _CACHED,
        ),
        (
            CommandExample("newsreader list ./content climate policy", "both words"),
            CommandExample(
                "newsreader list ./content topic:AI -crypto 'quality>=70' --limit 20", "a short list of good ones"
            ),
            CommandExample(
                "newsreader list ./content since:7d --sort quality --format json", "the week as JSON, best first"
            ),
        ),
    ),
    Command(
        "count",
        "count articles",
        "Prints the number of articles that a query finds.",
        (_CONTENT, _ANY_QUERY),
        (_CACHED,),
        (CommandExample("newsreader count ./content is:unread", "how many are unread"),),
    ),
    Command(
        "topics",
        "count articles by topic, provider, category, author or year",
        "Counts the articles that a query finds by one of their fields, the largest number first.",
        (_CONTENT, _ANY_QUERY),
        (
            Option(
                "by",
                "what to count by",
                value="FIELD",
                choices=("topic", "provider", "category", "author", "year"),
                default="topic",
            ),
            Option(
                "format",
                "how to write them",
                value="FORMAT",
                choices=("table", "json", "jsonl", "tsv"),
                default="table",
            ),
            _LIMIT,
            _CACHED,
        ),
        (CommandExample("newsreader topics ./content since:30d --by provider", "who published how much this month"),),
    ),
    Command(
        "show",
        "print one article",
        "Prints one article with all its fields.",
        (_CONTENT, Argument("article", "its path in the folder, or its URL")),
        (
            Option("format", "how to write it", value="FORMAT", choices=("text", "json"), default="text"),
            _CACHED,
        ),
        (CommandExample("newsreader show ./content 2021/cities.md", "by its path"),),
    ),
    Command(
        "open",
        "open articles in the browser",
        "Opens the URL of every article that a query finds in the browser: at most 10, unless --yes is given.",
        (_CONTENT, _SOME_QUERY),
        (Option("yes", "open them all, however many there are"), _CACHED),
        (CommandExample("newsreader open ./content is:starred limit:3", "the three newest starred ones"),),
    ),
    Command(
        "mark",
        "mark articles read, starred or for later",
        "Sets a mark on every article that a query finds, or takes it away. The files are not touched.",
        (_CONTENT, _SOME_QUERY),
        (
            Option("read", "mark them read", group="mark"),
            Option("unread", "mark them unread", group="mark"),
            Option("star", "star them", group="mark"),
            Option("unstar", "take their stars away", group="mark"),
            Option("later", "keep them for later", group="mark"),
            Option("not-later", "no longer keep them for later", group="mark"),
            _CACHED,
        ),
        (CommandExample("newsreader mark ./content before:2021 --read", "everything before 2021"),),
    ),
    Command(
        "marks",
        "carry marks from one computer to another",
        "Writes all marks as lines of JSON, or takes such lines in. What was marked last counts, so the same lines can "
        "be taken in any number of times.",
        (
            Argument("action", "which way", choices=("export", "import")),
            Argument("file", "the lines to import; standard input without it", needed=False, files=PathKind.FILE),
        ),
        examples=(
            CommandExample("newsreader marks export > marks.jsonl", "keep a copy"),
            CommandExample(
                "ssh desk newsreader marks export | newsreader marks import", "fetch those of another computer"
            ),
        ),
    ),
    Command(
        "check",
        "list what is wrong in the files",
        "Lists every problem as path:line: field: message, where line 0 stands for the file as a whole. The exit "
        "status is 1 where there are any.",
        (_CONTENT,),
        (
            Option("all", "list the files that have no front matter, too; they are no problem"),
            Option("format", "how to write them", value="FORMAT", choices=("text", "json"), default="text"),
            _CACHED,
        ),
        (CommandExample("newsreader check ./content", "what is wrong"),),
    ),
    Command(
        "index",
        "read the folder into the index",
        "Brings the index up to date, with a progress bar on a terminal. Other commands and the reader do so by "
        "themselves; this is for doing it ahead of them.",
        (_CONTENT,),
        (Option("rebuild", "read every file again, changed or not"),),
        (CommandExample("newsreader index ./content --rebuild", "start afresh; marks stay"),),
    ),
    Command(
        "config",
        "say where the files are, and the settings in force",
        "Prints where index, marks and settings are kept, and every setting with its value.",
    ),
    Command(
        "completion",
        "print a shell's completion script",
        "Prints a script that lets a shell complete commands, options and folders.",
        (Argument("shell", "for which shell", choices=("bash", "zsh", "fish")),),
        examples=(
            CommandExample(
                "newsreader completion bash > ~/.local/share/bash-completion/completions/newsreader", "for bash"
            ),
            CommandExample("newsreader completion zsh > ~/.zfunc/_newsreader", "for zsh, with ~/.zfunc in its fpath"),
            CommandExample("newsreader completion fish > ~/.config/fish/completions/newsreader.fish", "for fish"),
        ),
    ),
)


def find_command(name: str) -> Command | None:
    """Return the command of that name."""
    return next((command for command in COMMANDS if command.name == name), None)
