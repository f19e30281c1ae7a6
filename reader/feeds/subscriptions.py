"""Subscriptions in the content folder's ``feeds.toml``. Users edit it too, so changes keep its comments and order."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from reader import urls
from reader.errors import ConfigError, ReaderError, describe_error
from reader.feeds.writing.files import create_file, read_file, replace_file
from reader.text import display_path, sanitize_line, truncate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = [
    "FILE_NAME",
    "Subscription",
    "Subscriptions",
    "add_subscription",
    "find_subscriptions",
    "load_subscriptions",
    "move_subscription",
    "parse_duration",
    "refusal",
    "remove_subscription",
]

FILE_NAME = "feeds.toml"
_SHOWN = 200  # cells of an invalid URL
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_WITH_USER = re.compile(r"https?://[^/?#]*@", re.IGNORECASE)
_DURATION = re.compile(r"(\d{1,5})\s*(m|min|h|d|w|y)", re.IGNORECASE)
_LONGEST = 100 * 365 * 86_400  # seconds: a time so far ahead is still a date
_UNITS = {"m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400, "y": 365 * 86_400}
_NEW = """\
# The feeds of this folder, for "newsreader fetch": see docs/feeds.md. Edits by hand are welcome.
"""


class Subscription(Struct, frozen=True):
    """Table ``[[feed]]``. ``keep`` and ``drop`` are queries, ``max_age`` and ``interval`` seconds (0 = no limit)."""

    url: str
    title: str = ""
    topics: tuple[str, ...] = ()
    folder: str = ""
    keep: str = ""
    drop: str = ""
    max_age: int = 0
    full_text: bool = False
    header: Mapping[str, str] = field(default_factory=dict)
    interval: int = 0
    enabled: bool = True


class Subscriptions(Struct, frozen=True):
    """Content of the file. ``newest_unread`` is the number of entries that stay unread when a feed is new."""

    feeds: tuple[Subscription, ...] = ()
    agent: str = ""
    allow_hosts: frozenset[str] = frozenset()
    newest_unread: int = 10
    keep: str = ""
    drop: str = ""
    max_age: int = 0


def parse_duration(text: str) -> int | None:
    """Return the seconds in ``90d``, ``30m``, ``12h``, ``2w`` or ``1y``; None if it is not a duration."""
    found = _DURATION.fullmatch(text.strip())
    return min(int(found[1]) * _UNITS[found[2].lower()], _LONGEST) if found else None


def refusal(url: str) -> str:
    """Return why a URL cannot be that of a feed; empty if it can."""
    if urls.is_safe(url):
        return ""
    if _WITH_USER.match(url):  # not shown: a password may follow
        return 'a user name is not allowed; set header = { Authorization = "Basic …" } in feeds.toml instead'
    return f'expected an http or https URL, got "{truncate(sanitize_line(url), _SHOWN)}"'


def load_subscriptions(root: Path) -> Subscriptions:
    """Return the subscriptions of a content folder; none without the file. Raises ConfigError."""
    return _parse(root, _read(root))


def _read(root: Path) -> str:
    shown = display_path(str(root / FILE_NAME))
    try:
        content = read_file(root, FILE_NAME)
        return "" if content is None else content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{shown}: not UTF-8") from error
    except OSError as error:
        raise ConfigError(f"Cannot read {shown}: {describe_error(error)}") from error


def _parse(root: Path, text: str) -> Subscriptions:
    shown = display_path(str(root / FILE_NAME))
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{shown}: {sanitize_line(str(error))}") from error
    except (RecursionError, ValueError) as error:
        raise ConfigError(f"{shown}: a number or nesting exceeds the limit") from error
    tables = values.get("feed", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigError(f"{shown}: feed: expected tables, [[feed]]")
    _require_keys(shown, values, Subscriptions, {"feed"})
    keep, max_age = _kept(shown, "", values)
    newest_unread = _get(shown, values, "newest_unread", int, 10)
    if newest_unread < 0:
        raise ConfigError(f"{shown}: newest_unread: expected 0 or more")
    return Subscriptions(
        feeds=tuple(_subscription(f"{shown}: feed {number}", table) for number, table in enumerate(tables, start=1)),
        agent=_get(shown, values, "agent", str, ""),
        allow_hosts=frozenset(_strings(shown, values, "allow_hosts")),
        newest_unread=newest_unread,
        keep=keep,
        drop=_get(shown, values, "drop", str, ""),
        max_age=max_age,
    )


def _subscription(place: str, table: dict[str, Any]) -> Subscription:
    url = _get(place, table, "url", str, "").strip()
    if reason := refusal(url):
        raise ConfigError(f"{place}: url: {reason}")
    place = f"{place} ({url})"
    _require_keys(place, table, Subscription, set())
    keep, max_age = _kept(place, "", table)
    interval = _get(place, table, "interval", str, "")
    seconds = parse_duration(interval) if interval else 0
    if seconds is None:
        raise ConfigError(f'{place}: interval: expected a duration such as "6h", got "{sanitize_line(interval)}"')
    header = _get(place, table, "header", dict, {})
    if not all(isinstance(value, str) and value.isprintable() for value in header.values()):
        raise ConfigError(f"{place}: header: expected strings")
    if invalid := [name for name in header if not _HEADER_NAME.fullmatch(name)]:
        raise ConfigError(f'{place}: header: invalid name "{sanitize_line(invalid[0])}"')
    return Subscription(
        url=url,
        title=sanitize_line(_get(place, table, "title", str, "")),
        topics=tuple(_strings(place, table, "topics")),
        folder=_get(place, table, "folder", str, ""),
        keep=keep,
        drop=_get(place, table, "drop", str, ""),
        max_age=max_age,
        full_text=_get(place, table, "full_text", bool, default=False),
        header=header,
        interval=seconds,
        enabled=_get(place, table, "enabled", bool, default=True),
    )


def _require_keys(place: str, table: dict[str, Any], kind: type[Struct], others: set[str]) -> None:
    """Raise ConfigError for a key that would be ignored."""
    known = {*kind.__struct_fields__, *others} - {"max_age", "feeds"}
    if unknown := [key for key in table if key not in known]:
        raise ConfigError(f'{place}: unknown key "{sanitize_line(unknown[0])}"')


def _get(place: str, table: dict[str, Any], key: str, kind: type, default: Any) -> Any:
    value = table.get(key, default)
    if type(value) is not kind:
        names = {str: "a string", int: "an integer", bool: "true or false", dict: "a table"}
        raise ConfigError(f"{place}: {key}: expected {names[kind]}")
    return value


def _strings(place: str, table: dict[str, Any], key: str) -> list[str]:
    value = table.get(key, [])
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(entry, str) for entry in values):
        raise ConfigError(f"{place}: {key}: expected a list of strings")
    return [line for line in map(sanitize_line, values) if line]


def _kept(place: str, query: str, table: dict[str, Any]) -> tuple[str, int]:
    """Return the query and the age in ``keep``, which is either of them or a list of both."""
    max_age = 0
    for value in _strings(place, table, "keep"):
        seconds = parse_duration(value)
        query, max_age = (query, seconds) if seconds is not None else (value, max_age)
    return query, max_age


def find_subscriptions(subscriptions: Subscriptions, names: tuple[str, ...]) -> tuple[Subscription, ...]:
    """Return the subscriptions with these URLs or titles, else parts of them; all without names. Raises ReaderError."""
    if not names:
        return subscriptions.feeds
    found: dict[str, Subscription] = {}
    for name in names:
        matches = _matches(subscriptions.feeds, name)
        if not matches:
            raise ReaderError(f'No such feed: "{sanitize_line(name)}"')
        found.update({feed.url: feed for feed in matches})
    return tuple(found.values())


def _matches(feeds: tuple[Subscription, ...], name: str) -> list[Subscription]:
    wanted = name.casefold()
    exact = [feed for feed in feeds if wanted in {feed.url.casefold(), feed.title.casefold()}]
    same = [feed for feed in feeds if urls.canonical(feed.url) == urls.canonical(name)]
    part = [feed for feed in feeds if wanted in feed.url.casefold() or wanted in feed.title.casefold()]
    return exact or same or part


def add_subscription(root: Path, feed: Subscription) -> None:
    """Add a table to the file, creating the file if necessary. Raises ConfigError."""

    def change(document: Any) -> None:
        import tomlkit  # noqa: PLC0415 - lazy import: 30 ms

        table = tomlkit.table()
        table.trivia.indent = "\n"  # an empty line above the table
        table.add("url", feed.url)
        if feed.title:
            table.add("title", feed.title)
        if feed.topics:
            table.add("topics", list(feed.topics))
        if feed.folder:
            table.add("folder", feed.folder)
        if not document.get("feed"):
            document.pop("feed", None)  # an empty list, to which no table can be added
            document.append("feed", tomlkit.aot())
        document["feed"].append(table)

    _edit(root, change, lambda feeds: (*feeds, feed))


def remove_subscription(root: Path, url: str) -> None:
    """Remove the table of a feed. Raises ConfigError."""

    def change(document: Any) -> None:
        tables = document["feed"]
        for number in [number for number, table in enumerate(tables) if table.get("url", "").strip() == url][::-1]:
            del tables[number]
        if not tables:
            del document["feed"]

    _edit(root, change, lambda feeds: tuple(feed for feed in feeds if feed.url != url))


def move_subscription(root: Path, url: str, moved_to: str) -> None:
    """Change the URL of a feed. Raises ConfigError."""

    def change(document: Any) -> None:
        for table in document["feed"]:
            if table.get("url", "").strip() == url:
                table["url"] = moved_to

    def moved(feeds: tuple[Subscription, ...]) -> tuple[Subscription, ...]:
        return tuple(replace(feed, url=moved_to) if feed.url == url else feed for feed in feeds)

    _edit(root, change, moved)


_Feeds = tuple[Subscription, ...]


def _edit(root: Path, change: Callable[[Any], None], expected: Callable[[_Feeds], _Feeds]) -> None:
    """Replace the file after checking that the new text has the intended change and no other."""
    import tomlkit  # noqa: PLC0415 - lazy import: 30 ms

    text = _read(root)
    before = _parse(root, text)
    document = tomlkit.parse(text or _NEW)
    change(document)
    new = document.as_string()
    shown = display_path(str(root / FILE_NAME))
    if _parse(root, new).feeds != expected(before.feeds):
        raise ConfigError(f"Cannot update {shown}; edit it by hand")
    try:
        if not (root / FILE_NAME).exists():
            create_file(root, FILE_NAME, new.encode())
        else:
            replace_file(root, FILE_NAME, new.encode())
    except OSError as error:
        raise ConfigError(f"Cannot write {shown}: {describe_error(error)}") from error
