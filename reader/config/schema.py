"""The one table of settings: what a person may set, of which kind it is, and how it is said.

The fields of ``Config`` are the table; the check of a settings file and docs/config.md are made from it. Nothing here
reads a file.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from reader.query.fields import SORTS, closest_match
from reader.text import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Config", "KeyOverride", "SavedSearch", "Setting", "settings"]


class SettingType(Protocol):
    """What values a setting takes."""

    @property
    def says(self) -> str:
        """What the documentation calls such a value."""

    def read(self, value: object) -> object:
        """Return the value as the program uses it. Raises ValueError that says what it must be."""


class StringType(Struct, frozen=True):
    """A text on one line."""

    says: str = "text"

    def read(self, value: object) -> str:
        """Return the text."""
        if not isinstance(value, str) or sanitize_line(value) != value:
            raise ValueError('it must be a text on one line, such as "this"')
        return value


class CommandType(Struct, frozen=True):
    """A program with its arguments: a text split as a shell would, or a list that is taken as it is."""

    says: str = "text or list"

    def read(self, value: object) -> tuple[str, ...]:
        """Return the program and its arguments; nothing for an empty one."""
        if isinstance(value, str):
            try:
                return tuple(shlex.split(value))
            except ValueError as error:
                raise ValueError("it has an open quotation mark or ends in a backslash") from error
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            return tuple(value)
        raise ValueError('it must be a command, such as "firefox --new-tab" or ["firefox", "--new-tab"]')


class NumberType(Struct, frozen=True):
    """A number between two bounds, these included; a ``whole`` one takes no fraction."""

    low: float
    high: float
    whole: bool = False

    @property
    def says(self) -> str:
        """What the documentation calls it."""
        return "whole number" if self.whole else "number"

    def read(self, value: object) -> float:
        """Return the number."""
        fitting = isinstance(value, int) or (isinstance(value, float) and not self.whole)
        if not isinstance(value, int | float) or isinstance(value, bool) or not fitting:
            raise ValueError(f"it must be a {self.says}")
        # Not the other way round: nothing compares to NaN.
        if not self.low <= value <= self.high:
            raise ValueError(f"it must be between {self.low} and {self.high}")
        return value


class ChoiceType(Struct, frozen=True):
    """One of a few words."""

    among: tuple[str, ...]
    says: str = "one of these"

    def read(self, value: object) -> str:
        """Return the word."""
        if isinstance(value, str) and value in self.among:
            return value
        meant = closest_match(value, self.among) if isinstance(value, str) else ""
        raise ValueError(f"it must be one of {', '.join(self.among)}" + (f"; did you mean {meant}?" if meant else ""))


class SortType(Struct, frozen=True):
    """What may follow ``sort:`` in a query."""

    says: str = "sort keys"

    def read(self, value: object) -> str:
        """Return the keys as they were written."""
        known = [sort.name for sort in SORTS]
        if not isinstance(value, str):
            raise ValueError('it must be a text such as "quality,-date"')  # noqa: TRY004 - one error for all
        for name in (part.strip().removeprefix("-") for part in value.split(",")):
            if name not in known:
                meant = closest_match(name, known)
                hint = f"; did you mean {meant}?" if meant else f": use {', '.join(known)}"
                raise ValueError(f"{sanitize_line(name) or 'nothing'} is no sort key{hint}")
        return value


class Setting(Struct, frozen=True):
    """One thing that can be set. ``example`` is a value as TOML."""

    name: str
    kind: SettingType
    default: object
    description: str
    example: str


class SavedSearch(Struct, frozen=True):
    """A query with a name."""

    name: str
    query: str


class KeyOverride(Struct, frozen=True):
    """The keys a person wants for one action, none to take its keys away."""

    id: str
    keys: tuple[str, ...]


def _set(default: object, kind: SettingType, description: str, *, example: str) -> Any:
    return field(default=default, metadata={"kind": kind, "description": description, "example": example})


@dataclass(frozen=True, slots=True)
class Config:
    """What is in force: the settings, the person's keys and the saved searches in their order."""

    content: str = _set(
        "",
        StringType(),
        "The folder to read when none is named on the command line; `~` is the home folder. "
        "Empty is the folder the program is started in.",
        example='"~/articles"',
    )
    browser: tuple[str, ...] = _set(
        (),
        CommandType(),
        "What opens a URL. `%s` stands for the URL; without it the URL comes last. "
        "Empty is `$BROWSER`, else the system's browser.",
        example='"firefox --new-tab %s"',
    )
    editor: tuple[str, ...] = _set(
        (),
        CommandType(),
        "What edits a file; the file comes last. Empty is `$VISUAL`, else `$EDITOR`.",
        example='["code", "--wait"]',
    )
    theme: str = _set(
        "nord",
        StringType(),
        "The colours at the first start; a theme chosen on the screen is remembered.",
        example='"gruvbox"',
    )
    sort: str = _set(
        "date", SortType(), "The order at the first start, as after `sort:` in a query.", example='"quality"'
    )
    sidebar: str = _set(
        "topic",
        ChoiceType(("topic", "provider", "category", "author", "year")),
        "What the sidebar lists at the first start.",
        example='"provider"',
    )
    mark_read_after: float = _set(
        2.0,
        NumberType(-1, 3600),
        "After how many seconds on the screen an article counts as read: 0 is at once, -1 is never by itself.",
        example="0.5",
    )
    measure: int = _set(
        90, NumberType(20, 400, whole=True), "How wide the article's text may get, in columns.", example="72"
    )
    quality_step: int = _set(
        10, NumberType(1, 100, whole=True), "By how much one key press raises or lowers the quality floor.", example="5"
    )
    keymap: str = _set(
        "default",
        ChoiceType(("default", "newsboat")),
        "The keys to begin with, before those below `[keys]` replace some of them.",
        example='"newsboat"',
    )
    keys: tuple[KeyOverride, ...] = ()
    searches: tuple[SavedSearch, ...] = ()


def settings() -> tuple[Setting, ...]:
    """Return the table, in the order the documentation has it."""
    return tuple(_setting(each.name, each.default, each.metadata) for each in fields(Config) if each.metadata)


def _setting(name: str, default: object, metadata: Mapping[str, Any]) -> Setting:
    return Setting(name, metadata["kind"], default, metadata["description"], metadata["example"])
