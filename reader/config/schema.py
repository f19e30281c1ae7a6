"""Table of all settings with their types, defaults and descriptions.

The fields of ``Config`` are the table; the validation of the config file and docs/config.md are derived from it. Does
not read files.
"""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from reader.query.fields import SORTS, closest_match
from reader.text import sanitize_line
from reader.urls import is_safe

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "COLUMNS",
    "THEMES",
    "Config",
    "FetchPlan",
    "KeyOverride",
    "SavedSearch",
    "Setting",
    "SiteUrl",
    "parse_fetch_plan",
    "settings",
]

COLUMNS = ("mark", "date", "quality", "title", "provider", "topics", "reading_time")
"""The columns that the article list can have."""
THEMES = (
    *("atom-one-dark", "atom-one-light", "catppuccin-frappe", "catppuccin-latte", "catppuccin-macchiato"),
    *("catppuccin-mocha", "dracula", "flexoki", "gruvbox", "monokai", "nord", "rose-pine", "rose-pine-dawn"),
    *("rose-pine-moon", "solarized-dark", "solarized-light", "textual-dark", "textual-light", "tokyo-night"),
    *("ansi-dark", "ansi-light"),
)
"""Textual's color themes, copied because a command cannot wait for its import. The last two use terminal colors."""
_EVERY = re.compile(r"every\s+(\d{1,5})\s*([mhd])", re.IGNORECASE)
_UNITS = {"m": 60, "h": 3600, "d": 86_400}
_WEEK = 7 * 86_400


class SettingType(Protocol):
    """Type of a setting: which values it accepts."""

    @property
    def says(self) -> str:
        """The name of the type in the documentation."""

    def read(self, value: object) -> object:
        """Return the validated value as the program uses it. Raises ValueError that says what it expects."""


class StringType(Struct, frozen=True):
    """Single-line string."""

    says: str = "string"

    def read(self, value: object) -> str:
        """Return the string unchanged. Raises ValueError if it is not a clean single line."""
        if not isinstance(value, str) or sanitize_line(value) != value:
            raise ValueError("expected a single-line string")
        return value


class UrlType(Struct, frozen=True):
    """URL of a site, without a trailing slash."""

    says: str = "URL"

    def read(self, value: object) -> str:
        """Return the URL without its trailing slash. Raises ValueError if it is not an http or https URL."""
        if not isinstance(value, str) or (value and not is_safe(value)):
            raise ValueError('expected an http or https URL, e.g. "https://example.org"')
        return value.rstrip("/")


class CommandType(Struct, frozen=True):
    """Command with arguments: a string, split as a shell would, or a list, used unchanged."""

    says: str = "string or list"

    def read(self, value: object) -> tuple[str, ...]:
        """Return the command and its arguments; empty for an empty value."""
        if isinstance(value, str):
            try:
                return tuple(shlex.split(value))
            except ValueError as error:
                raise ValueError("unbalanced quote or trailing backslash") from error
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            return tuple(value)
        raise ValueError('expected a command, e.g. "firefox --new-tab" or ["firefox", "--new-tab"]')


class NumberType(Struct, frozen=True):
    """Number from ``low`` to ``high``, inclusive; ``whole`` accepts only integers."""

    low: float
    high: float
    whole: bool = False

    @property
    def says(self) -> str:
        """The name of the type in the documentation."""
        return "integer" if self.whole else "number"

    def read(self, value: object) -> float:
        """Return the number unchanged. Raises ValueError if it is out of range or of the wrong type."""
        fitting = isinstance(value, int) or (isinstance(value, float) and not self.whole)
        if not isinstance(value, int | float) or isinstance(value, bool) or not fitting:
            raise ValueError(f"expected {'an integer' if self.says == 'integer' else f'a {self.says}'}")
        # Written this way round so that NaN is rejected.
        if not self.low <= value <= self.high:
            raise ValueError(f"must be between {self.low} and {self.high}")
        return value


class SwitchType(Struct, frozen=True):
    """Boolean."""

    says: str = "true or false"

    def read(self, value: object) -> bool:
        """Return the boolean unchanged. Raises ValueError for any other value."""
        if not isinstance(value, bool):
            raise ValueError("expected true or false")  # noqa: TRY004 - read() raises ValueError for any invalid value
        return value


class ChoiceType(Struct, frozen=True):
    """One of a fixed set of words."""

    choices: tuple[str, ...]
    says: str = "one of"

    def read(self, value: object) -> str:
        """Return the word unchanged. Raises ValueError, suggesting the closest word, if it is not in the set."""
        if isinstance(value, str) and value in self.choices:
            return value
        meant = closest_match(value, self.choices) if isinstance(value, str) else ""
        raise ValueError(f"expected one of {', '.join(self.choices)}" + (f"; did you mean {meant}?" if meant else ""))


class ColumnsType(Struct, frozen=True):
    """Columns of the list, including ``title``."""

    says: str = "list of columns"

    def read(self, value: object) -> tuple[str, ...]:
        """Return the columns in order. Raises ValueError for an unknown or repeated one, or without a title."""
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise ValueError('expected a list of columns, e.g. ["date", "title"]')
        for name in value:
            ChoiceType(COLUMNS).read(name)
        if len(set(value)) < len(value):
            raise ValueError("repeated column")
        if value and "title" not in value:
            raise ValueError('"title" is missing')
        return tuple(value)


class FetchPlan(Struct, frozen=True):
    """When to fetch feeds automatically: on start, and ``every`` so many seconds (0 = never)."""

    on_start: bool = False
    every: int = 0


def parse_fetch_plan(text: str) -> FetchPlan:
    """Return the plan in the setting ``fetch``. Raises ValueError that says what is expected."""
    if text in {"never", "on start"}:
        return FetchPlan(on_start=text == "on start")
    found = _EVERY.fullmatch(text)
    if found is None:
        raise ValueError('expected "never", "on start" or a period such as "every 30m" or "every 2h"')
    seconds = int(found[1]) * _UNITS[found[2].lower()]
    if not 60 <= seconds <= _WEEK:
        raise ValueError("must be between 1m and 7d")
    return FetchPlan(on_start=True, every=seconds)


class FetchType(Struct, frozen=True):
    """When to fetch: never, on start, or regularly."""

    says: str = "`never` `on start` `every 30m`"

    def read(self, value: object) -> str:
        """Return the value unchanged. Raises ValueError unless ``parse_fetch_plan`` understands it."""
        parse_fetch_plan(value if isinstance(value, str) else "")
        return str(value)


class SortType(Struct, frozen=True):
    """Sort keys, as after ``sort:`` in a query."""

    says: str = "sort keys"

    def read(self, value: object) -> str:
        """Return the keys as written. Raises ValueError for an unknown or empty key."""
        known = [sort.name for sort in SORTS]
        if not isinstance(value, str):
            raise ValueError('expected sort keys, e.g. "quality,-date"')  # noqa: TRY004 - read() raises ValueError for any invalid value
        for name in (part.strip().removeprefix("-") for part in value.split(",")):
            if name not in known:
                meant = closest_match(name, known)
                hint = f"; did you mean {meant}?" if meant else f"; expected {', '.join(known)}"
                raise ValueError(f'unknown sort key "{sanitize_line(name)}"{hint}' if name else "empty sort key")
        return value


class Setting(Struct, frozen=True):
    """Setting in the table. ``example`` is a value in TOML syntax."""

    name: str
    kind: SettingType
    default: object
    description: str
    example: str


class SavedSearch(Struct, frozen=True):
    """Named query."""

    name: str
    query: str


class SiteUrl(Struct, frozen=True):
    """Base URL of the site that a folder belongs to; ``~`` in ``folder`` is not expanded yet."""

    folder: str
    url: str


class KeyOverride(Struct, frozen=True):
    """User's or preset's keys for an action; an empty tuple unbinds it."""

    id: str
    keys: tuple[str, ...]


def _set(default: object, kind: SettingType, description: str, *, example: str) -> Any:
    return field(default=default, metadata={"kind": kind, "description": description, "example": example})


@dataclass(frozen=True, slots=True)
class Config:
    """Current settings: values, key overrides, and saved searches in the order of the file."""

    content: str = _set(
        "",
        StringType(),
        "Folder to open if none is given on the command line (`~` is expanded). Default: current directory.",
        example='"~/articles"',
    )
    browser: tuple[str, ...] = _set(
        (),
        CommandType(),
        "Command for opening URLs; `%s` is replaced by the URL, otherwise it is appended. "
        "Default: `$BROWSER`, then the system browser.",
        example='"firefox --new-tab %s"',
    )
    editor: tuple[str, ...] = _set(
        (),
        CommandType(),
        "Command for editing files; the path is appended. Default: `$VISUAL`, then `$EDITOR`.",
        example='["code", "--wait"]',
    )
    theme: str = _set(
        "nord",
        ChoiceType(THEMES),
        "Color theme; one picked in the UI takes precedence until this setting changes. `ansi-dark` and `ansi-light` "
        "use the colors of the terminal.",
        example='"gruvbox"',
    )
    sort: str = _set("date", SortType(), "Initial sort order, as after `sort:`.", example='"quality"')
    sidebar: str = _set(
        "topic",
        ChoiceType(("topic", "provider", "category", "author", "year", "feed")),
        "What the sidebar lists initially.",
        example='"provider"',
    )
    layout: str = _set(
        "auto",
        ChoiceType(("auto", "beside", "above", "list")),
        "Initial position of the list: beside the article, above it, or alone until an article is opened. "
        "`auto` decides by the size of the terminal.",
        example='"above"',
    )
    hints: bool = _set(
        default=True, kind=SwitchType(), description="Show key hints in the bottom line.", example="false"
    )
    columns: tuple[str, ...] = _set(
        (),
        ColumnsType(),
        f"Columns of the list, in order: {', '.join(f'`{name}`' for name in COLUMNS)}. Columns that do not fit are "
        "omitted. Default: mark, date, quality and title, and the provider where long titles fit.",
        example='["mark", "title", "reading_time", "date"]',
    )
    mark_read_after: float = _set(
        2.0,
        NumberType(-1, 3600),
        "Seconds an article must be visible to be marked read, once you have moved; 0 = immediately, -1 = never.",
        example="0.5",
    )
    text_width: int = _set(
        90, NumberType(20, 400, whole=True), "Maximum width of article text in columns.", example="72"
    )
    pipe_shell: bool = _set(
        default=False,
        kind=SwitchType(),
        description="Run the command typed after `|` in your shell (`$SHELL`), so that it can be a pipeline. The "
        "article is its input and never part of the command.",
        example="true",
    )
    quality_step: int = _set(
        10, NumberType(1, 100, whole=True), "Step by which `+` and `-` change the minimum quality.", example="5"
    )
    only_front_matter: bool = _set(
        default=False,
        kind=SwitchType(),
        description="Ignore files without front matter. Default: Markdown and other text without it are articles, too.",
        example="true",
    )
    base_url: str = _set(
        "",
        UrlType(),
        "Base URL of the site, which completes `url`, `permalink`, `path` and `slug` in front matter; `[sites]` "
        "sets it for single folders. Default: from the configuration of the site generator.",
        example='"https://example.org"',
    )
    serve_readers: int = _set(
        10,
        NumberType(1, 1000, whole=True),
        "Maximum number of readers that [`newsreader serve`](browser.md) runs at once.",
        example="3",
    )
    serve_idle_minutes: float = _set(
        60,
        NumberType(1, 100_000),
        "Minutes without a key after which `newsreader serve` ends a reader; any key in its page opens it again.",
        example="15",
    )
    fetch: str = _set(
        "never",
        FetchType(),
        "When to fetch [feeds](feeds.md) automatically; `every 30m` (or `2h`, `1d`) also fetches on start.",
        example='"every 30m"',
    )
    keymap: str = _set(
        "default",
        ChoiceType(("default", "newsboat")),
        "Base key bindings; `[keys]` overrides them.",
        example='"newsboat"',
    )
    keys: tuple[KeyOverride, ...] = ()
    searches: tuple[SavedSearch, ...] = ()
    sites: tuple[SiteUrl, ...] = ()

    def base_url_of(self, folder: Path) -> str:
        """Return the base URL set for a folder or the nearest one above it, else for all folders; may be empty."""
        real = os.path.realpath(folder)
        found = {os.path.realpath(os.path.expanduser(site.folder)): site.url for site in self.sites}  # noqa: PTH111 - a string is compared
        above = (place for place in found if f"{real}/".startswith(f"{place.rstrip('/')}/"))
        nearest = max(above, key=len, default="")
        return found[nearest] if nearest else self.base_url


def settings() -> tuple[Setting, ...]:
    """Return all settings in documentation order."""
    return tuple(_setting(each.name, each.default, each.metadata) for each in fields(Config) if each.metadata)


def _setting(name: str, default: object, metadata: Mapping[str, Any]) -> Setting:
    return Setting(name, metadata["kind"], default, metadata["description"], metadata["example"])
