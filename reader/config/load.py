"""Reader and validator of the config file and of the searches saved in the UI; errors name the file and line.

A missing file is treated as empty. Does not write the files: the config file is the user's, and ``saved_searches``
writes the other one.
"""

from __future__ import annotations

import contextlib
import re
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from reader.config.actions import ACTIONS
from reader.config.keymap import build_keymap, find_conflicts, normalize_key
from reader.config.schema import Config, KeyOverride, SavedSearch, SiteUrl, UrlType, settings
from reader.errors import ConfigError, describe_error
from reader.query.fields import closest_match
from reader.storage.atomic import read_limited
from reader.text import display_path, sanitize_line

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping
    from pathlib import Path

    from reader.config.keymap import KeyConflict

__all__ = [
    "Config",
    "TomlStatement",
    "build_keymap",
    "iter_statements",
    "load_config",
    "parse_config",
    "read_config_text",
    "searches_file",
]

# Larger than any hand-written file. Finding the line of an error takes time quadratic in the size.
_MOST_BYTES = 256 << 10
_MOST_LINES = 200
# tomllib takes time quadratic in the number of parts.
_LONG_KEY = re.compile(r"""(?:\.[ \t]*["'\w-]+[ \t]*){100}""")
_TABLES = ("keys", "searches", "sites")
_URL = UrlType()
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


def load_config(path: Path) -> Config:
    """Return the settings in a file, with the searches saved in the UI. Raises ConfigError for the first error."""
    config = parse_config(path, read_config_text(path))
    saved = searches_file(path)
    return replace(config, searches=_overlaid(config.searches, _Document.of(saved, read_config_text(saved))))


def searches_file(config: Path) -> Path:
    """Return the file of the searches saved in the UI, which is next to the config file."""
    return config.with_name("searches.toml")


def parse_config(path: Path, text: str) -> Config:
    """Return the settings in a TOML document. Raises ConfigError, which names ``path`` as the file."""
    document = _Document.of(path, text)
    values: dict[str, Any] = {}
    known = {setting.name: setting for setting in settings()}
    for name, value in document.values.items():
        if name in known:
            with document.blaming(name):
                values[name] = known[name].kind.read(value)
        elif name not in _TABLES:
            raise document.unknown("setting", (name,), (*known, *_TABLES))
    config = Config(**values, keys=_rebindings(document), searches=_searches(document), sites=_sites(document))
    for collision in find_conflicts(build_keymap(config)):
        raise _said(document, collision, config)
    return config


def read_config_text(path: Path) -> str:
    """Return the text of a config file, empty if it does not exist. Raises ConfigError if it cannot be read."""
    try:
        # Opening a named pipe would block until another process opens its other end.
        if path.exists() and not path.is_file():
            raise ConfigError(f"Not a regular file: {display_path(str(path))}")
        content = read_limited(path, _MOST_BYTES + 1)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigError(f"Cannot read {display_path(str(path))}: {describe_error(error)}") from error
    if len(content) > _MOST_BYTES:
        raise ConfigError(f"Cannot read {display_path(str(path))}: larger than {_MOST_BYTES >> 10:,} KiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _fault(path, line, "invalid UTF-8") from error


def _parsed(path: Path, text: str) -> dict[str, Any]:
    if found := _LONG_KEY.search(text):
        raise _fault(path, text.count("\n", 0, found.start()) + 1, "dotted key has too many parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        message = _AT_LINE.sub("", str(error)).replace("(at end of document)", "").strip()
        hint = " (duplicate key, or unquoted key with a dot)" if "overwrite" in message.lower() else ""
        raise _fault(path, line, f"invalid TOML: {message}{hint}") from error
    except RecursionError as error:
        raise _fault(path, 1, "nested too deeply") from error
    except ValueError as error:
        # Python limits the digits of an integer.
        raise _fault(path, 1, "number too long") from error


class _Document(Struct, frozen=True):
    path: Path
    text: str
    values: dict[str, Any]

    @classmethod
    def of(cls, path: Path, text: str) -> _Document:
        return cls(path, text, _parsed(path, text))

    def table(self, name: str) -> dict[str, Any]:
        found = self.values.get(name, {})
        if not isinstance(found, dict):
            raise self.fault((name,), f"{name} must be a table: [{name}]")
        return found

    def fault(self, names: tuple[str, ...], message: str) -> ConfigError:
        return _fault(self.path, _line_of(self.text, names), message)

    def unknown(self, what: str, names: tuple[str, ...], known: Iterable[str]) -> ConfigError:
        name = ".".join(names[-1:])
        meant = closest_match(name, known)
        hint = f'; did you mean "{meant}"?' if meant else ""
        return self.fault(names, f'unknown {what} "{sanitize_line(name)}"{hint}')

    @contextlib.contextmanager
    def blaming(self, *names: str) -> Iterator[None]:
        """Convert a ValueError about a value into a ConfigError with the value's line."""
        try:
            yield
        except ValueError as error:
            raise self.fault(names, f"{sanitize_line(names[-1])}: {error}") from error


def _rebindings(document: _Document) -> tuple[KeyOverride, ...]:
    known = [key.id for key in ACTIONS]
    found: list[KeyOverride] = []
    for name, value in _flat(document.table("keys")):
        if name not in known:
            raise document.unknown("action", ("keys", name), known)
        with document.blaming("keys", name):
            found.append(KeyOverride(name, tuple(map(normalize_key, _key_names(value)))))
    return tuple(found)


def _flat(table: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    # TOML parses an unquoted move.down as a nested table.
    for name, value in table.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{rest}", inner) for rest, inner in _flat(value))
        else:
            yield name, value


def _key_names(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return value
    raise ValueError('expected a key or list of keys, e.g. "x" or ["x", "ctrl+x"]')


def _searches(document: _Document, hidden: Container[str] = ()) -> tuple[SavedSearch, ...]:
    found: list[SavedSearch] = []
    for name, query in document.table("searches").items():
        if name in hidden:
            continue
        with document.blaming("searches", name):
            if not name or sanitize_line(name) != name:
                raise ValueError("search name must be a non-empty single line")
            if not isinstance(query, str):
                raise ValueError('expected a query, e.g. "is:unread quality>=70"')  # noqa: TRY004 - blaming() converts only ValueError
            found.append(SavedSearch(name, sanitize_line(query)))
    return tuple(found)


def _sites(document: _Document) -> tuple[SiteUrl, ...]:
    found: list[SiteUrl] = []
    for folder, url in document.table("sites").items():
        with document.blaming("sites", folder):
            if not folder:
                raise ValueError("expected the path of a folder")
            found.append(SiteUrl(folder, _URL.read(url)))
    return tuple(found)


def _overlaid(given: tuple[SavedSearch, ...], document: _Document) -> tuple[SavedSearch, ...]:
    """Return the searches of the config file with the changes made in the UI; false hides a search."""
    for name in document.values:
        if name != "searches":
            raise document.unknown("table", (name,), ("searches",))
    hidden = {name for name, query in document.table("searches").items() if query is False}
    queries = {search.name: search.query for search in given}
    queries |= {search.name: search.query for search in _searches(document, hidden)}
    return tuple(SavedSearch(name, query) for name, query in queries.items() if name not in hidden)


def _said(document: _Document, collision: KeyConflict, config: Config) -> ConfigError:
    """Return an error at the line where the user bound the key, or the later line if the user bound both."""
    mine = {rebinding.id: rebinding for rebinding in config.keys}
    key, id_, other, other_id = collision.key, collision.id, collision.other, collision.other_id
    both = [rebinding.id for rebinding in config.keys if rebinding.id in {id_, other_id}]
    if not both or both[-1] == id_:
        key, id_, other, other_id = other, other_id, key, id_
    if key == other:
        what = f"{key} is already bound to {id_}"
    else:
        what = f"{other} conflicts with {key} (same prefix), bound to {id_}"
    advice = "" if id_ in mine else f'; rebind it or unbind it with "{id_}" = []'
    return document.fault(("keys", other_id), f"{other_id}: {what}{advice}")


class TomlStatement(Struct, frozen=True):
    """TOML statement, ``name = value`` or a table header: its first line, from 1, and the full path of its value."""

    line: int
    names: tuple[str, ...]


def iter_statements(text: str) -> Iterator[TomlStatement]:
    """Yield the statements of a valid TOML document, including table headers.

    The TOML parser decides where a statement ends: at the first line where the lines so far are valid. The iteration
    stops at a statement longer than 200 lines.
    """
    lines = text.split("\n")
    table: tuple[str, ...] = ()
    first = 0
    while first < len(lines):
        ends = range(first + 1, min(len(lines), first + _MOST_LINES) + 1)
        end = next((end for end in ends if _loads(lines[first:end]) is not None), None)
        if end is None:
            return
        names = _names(_loads(lines[first:end]) or {})
        if lines[first].lstrip().startswith("["):
            table = names
            yield TomlStatement(first + 1, table)
        elif names:
            yield TomlStatement(first + 1, table + names)
        first = end


def _loads(lines: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads("\n".join(lines) + "\n")
    except ValueError:
        return None


def _names(value: object) -> tuple[str, ...]:
    names: list[str] = []
    while isinstance(value, dict) and len(value) == 1:
        name, value = next(iter(value.items()))
        names.append(name)
    return tuple(names)


def _line_of(text: str, names: tuple[str, ...]) -> int:
    """Return the line where a value is set, else the line of the table or list that contains it, else 1."""
    lines: dict[str, int] = {}
    for statement in iter_statements(text):
        for count in range(len(statement.names)):
            lines.setdefault(".".join(statement.names[: count + 1]), statement.line)
    found = (lines.get(".".join(names[:count])) for count in range(len(names), 0, -1))
    return next((line for line in found if line is not None), 1)


def _fault(path: Path, line: int, message: str) -> ConfigError:
    message = sanitize_line(message)
    return ConfigError(f"{display_path(str(path))}:{line}: {message}")
