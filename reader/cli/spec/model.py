"""Types of the command table: commands with their arguments, options and examples."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

__all__ = ["Argument", "Command", "CommandExample", "Option", "PathKind"]


class PathKind(StrEnum):
    """Kind of path that shells complete for an argument."""

    NONE = ""
    FOLDER = "folder"
    FILE = "file"


class Argument(Struct, frozen=True):
    """Positional argument. ``many`` takes all remaining words; ``required`` takes at least one."""

    name: str
    summary: str
    many: bool = False
    required: bool = True
    choices: tuple[str, ...] = ()
    path_kind: PathKind = PathKind.NONE

    @property
    def usage(self) -> str:
        """The argument in a usage line."""
        words = ("|".join(self.choices) or self.name.upper()) + "…" * self.many
        return words if self.required else f"[{words}]"


class Option(Struct, frozen=True):
    """Option with two dashes; a switch unless ``value`` names its argument.

    Exactly one switch of each ``group`` must be given.
    """

    name: str
    summary: str
    value: str = ""
    choices: tuple[str, ...] = ()
    default: str = ""
    group: str = ""

    @property
    def usage(self) -> str:
        """The option in a usage line."""
        return f"--{self.name} {'|'.join(self.choices) or self.value}" if self.value else f"--{self.name}"


class CommandExample(Struct, frozen=True):
    """Shell command line with a description."""

    line: str
    description: str


class Command(Struct, frozen=True):
    """Command. The one without a name opens the TUI."""

    name: str
    summary: str
    description: str
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    examples: tuple[CommandExample, ...] = ()

    @property
    def usage(self) -> str:
        """The usage line, without the program name."""
        options = [f"[{option.usage}]" for option in self.options if not option.group]
        groups: dict[str, list[str]] = {}
        for option in self.options:
            if option.group:
                groups.setdefault(option.group, []).append(option.usage)
        parts = [self.name, *(argument.usage for argument in self.arguments)]
        parts += ["|".join(members) for members in groups.values()]
        return " ".join(part for part in (*parts, *options) if part)
