"""Editing of ``[searches]`` in the config file, which preserves the rest of the file, including comments.

The file is replaced atomically. An invalid file is not modified.
"""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from reader.config.load import iter_statements, parse_config, read_config_text
from reader.config.schema import SavedSearch
from reader.errors import ConfigError, describe_error
from reader.storage.atomic import write_private_file
from reader.text import display_path, sanitize_line

if TYPE_CHECKING:
    from pathlib import Path

    from tomlkit import TOMLDocument

__all__ = ["delete_search", "rename_search", "save_search"]

_TABLE = "searches"


def save_search(path: Path, name: str, query: str) -> None:
    """Save a query under a name, replacing any search of that name. Raises ConfigError on failure."""
    text = read_config_text(path)
    known = parse_config(path, text).searches
    wanted = SavedSearch(_named(name), sanitize_line(query))
    others = tuple(search for search in known if search.name != wanted.name)
    new_text = _added(text, wanted) if others == known else _changed(text, wanted)
    _write(path, new_text, (*others, wanted))


def rename_search(path: Path, name: str, new_name: str) -> None:
    """Rename a saved search, keeping its position. Raises ConfigError on failure."""
    new_name = _named(new_name)
    text = read_config_text(path)
    known = parse_config(path, text).searches
    _refuse_unknown(path, known, name)
    if new_name == name:
        return
    if any(search.name == new_name for search in known):
        raise ConfigError(f'Saved search "{new_name}" already exists')
    wanted = tuple(SavedSearch(new_name if search.name == name else search.name, search.query) for search in known)
    _write(path, _renamed(text, name, new_name), wanted)


def delete_search(path: Path, name: str) -> None:
    """Delete a saved search. Raises ConfigError on failure."""
    text = read_config_text(path)
    known = parse_config(path, text).searches
    _refuse_unknown(path, known, name)
    document = _document(text)
    del _table(document)[name]
    _write(path, document.as_string(), tuple(search for search in known if search.name != name))


def _named(name: str) -> str:
    name = sanitize_line(name)
    if not name:
        raise ConfigError("Name required")
    return name


def _refuse_unknown(path: Path, known: tuple[SavedSearch, ...], name: str) -> None:
    if all(search.name != name for search in known):
        raise ConfigError(f'No saved search "{sanitize_line(name)}" in {display_path(str(path))}')


def _changed(text: str, search: SavedSearch) -> str:
    document = _document(text)
    _table(document)[search.name] = search.query
    return document.as_string()


def _added(text: str, search: SavedSearch) -> str:
    """Insert a line after the last search; tomlkit would insert it after the comment of the next table."""
    under = [statement for statement in iter_statements(text) if statement.table[:1] == (_TABLE,)]
    if not under and _TABLE in tomllib.loads(text):
        return _changed(text, search)
    ending = "\r" if "\r\n" in text else ""
    line = f"{_quoted(search.name)} = {_quoted(search.query)}{ending}"
    lines = text.split("\n")
    if under:
        place = under[-1].end - 1
        return "\n".join([*lines[:place], line, *lines[place:], *([] if lines[place:] else [""])])
    gap = [ending] if text.strip() else []
    head = lines[:-1] if not lines[-1] else [*lines[:-1], lines[-1] + ending]
    return "\n".join([*head, *gap, f"[{_TABLE}]{ending}", line, ""])


def _renamed(text: str, name: str, new_name: str) -> str:
    """Replace only the name in the text, since tomlkit cannot rename a key in place."""
    for statement in iter_statements(text):
        # Below a [searches] header the key is just the name; elsewhere it is searches.name.
        before = "" if statement.table == (_TABLE,) else f"{_TABLE}."
        alone = {name: 0} if statement.table == (_TABLE,) else {_TABLE: {name: 0}}
        if statement.name and tomllib.loads(f"{statement.name}=0") == alone:
            lines = text.split("\n")
            line = lines[statement.first - 1]
            indent = line[: len(line) - len(line.lstrip())]
            after = line[len(statement.name.rstrip()) :]
            lines[statement.first - 1] = f"{indent}{before}{_quoted(new_name)}{after}"
            return "\n".join(lines)
    document = _document(text)
    table = _table(document)
    table[new_name] = table.pop(name)
    return document.as_string()


def _quoted(name: str) -> str:
    # Without control characters, a JSON string is a valid TOML string.
    return json.dumps(name, ensure_ascii=False)


def _document(text: str) -> TOMLDocument:
    import tomlkit  # noqa: PLC0415 - lazy import: 30 ms, and most sessions save no search

    return tomlkit.parse(text)


def _table(document: TOMLDocument) -> Any:
    return document[_TABLE]


def _write(path: Path, text: str, wanted: tuple[SavedSearch, ...]) -> None:
    """Replace the file with the new text after checking that the text parses to the wanted searches."""
    if set(parse_config(path, text).searches) != set(wanted):
        raise ConfigError(f"Cannot update [searches] in {display_path(str(path))}; edit it by hand")
    try:
        # Users often symlink the config file to a dotfiles repository; replace the target, not the link.
        real = path.resolve()
        write_private_file(real, text.encode())
    except OSError as error:
        raise ConfigError(f"Cannot write {display_path(str(path))}: {describe_error(error)}") from error
