"""Saving, renaming and deleting searches in ``searches.toml``. Never writes to the config file next to it.

The file is replaced atomically. An invalid file is not modified.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reader.config.load import load_config, parse_config, read_config_text, searches_file
from reader.errors import ConfigError, describe_error
from reader.storage.atomic import write_private_file
from reader.text import display_path, sanitize_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["delete_search", "rename_search", "save_search"]

_HEAD = """\
# Written by newsreader, which does not preserve comments here.
# false hides a search of config.toml that was renamed or deleted.
[searches]
"""


def save_search(config: Path, name: str, query: str) -> None:
    """Save a query under a name, replacing any search with that name. Raises ConfigError on failure."""
    _write(config, _known(config) | {_checked(name): sanitize_line(query)})


def rename_search(config: Path, name: str, new_name: str) -> None:
    """Rename a saved search; it keeps its position unless the config file has it. Raises ConfigError on failure."""
    new_name = _checked(new_name)
    known = _known(config)
    _refuse_unknown(config, known, name)
    if new_name == name:
        return
    if new_name in known:
        raise ConfigError(f'Saved search "{new_name}" already exists')
    _write(config, {new_name if each == name else each: query for each, query in known.items()})


def delete_search(config: Path, name: str) -> None:
    """Delete a saved search. Raises ConfigError on failure."""
    known = _known(config)
    _refuse_unknown(config, known, name)
    _write(config, {each: query for each, query in known.items() if each != name})


def _checked(name: str) -> str:
    name = sanitize_line(name)
    if not name:
        raise ConfigError("Name required")
    return name


def _known(config: Path) -> dict[str, str]:
    return {search.name: search.query for search in load_config(config).searches}


def _refuse_unknown(config: Path, known: Mapping[str, str], name: str) -> None:
    if name not in known:
        raise ConfigError(f'No saved search "{sanitize_line(name)}" in {display_path(str(searches_file(config)))}')


def _write(config: Path, wanted: Mapping[str, str]) -> None:
    """Write the differences between the wanted searches and those in the config file."""
    given = {search.name: search.query for search in parse_config(config, read_config_text(config)).searches}
    hidden = [f"{_quoted(name)} = false\n" for name in given if name not in wanted]
    saved = [f"{_quoted(name)} = {_quoted(query)}\n" for name, query in wanted.items() if given.get(name) != query]
    path = searches_file(config)
    try:
        # Users symlink files to a dotfiles repository; replace the target, not the link.
        write_private_file(path.resolve(), "".join((_HEAD, *hidden, *saved)).encode(), keep_mode=True)
    except OSError as error:
        raise ConfigError(f"Cannot write {display_path(str(path))}: {describe_error(error)}") from error


def _quoted(text: str) -> str:
    # Without control characters, a JSON string is a valid TOML string.
    return json.dumps(text, ensure_ascii=False)
