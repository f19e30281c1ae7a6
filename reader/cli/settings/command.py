"""The ``config`` command: file locations and the current settings in config file syntax."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

from reader.cli.arguments import parse_folder
from reader.cli.formats import path_line
from reader.config.load import iter_statements, load_config, read_config_text, searches_file
from reader.config.remembered import picked
from reader.config.schema import settings
from reader.storage.session import Session, SessionFiles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from reader.cli.context import CliContext
    from reader.config.load import Config
    from reader.storage.paths import AppPaths

__all__ = ["config_lines", "print_config"]


def print_config(context: CliContext) -> int:
    """Print file locations and the current settings; the locations even if the config file is invalid."""
    places = context.places
    for line in _location_lines(places):
        context.out.line(line)
    text = read_config_text(places.config_file)
    config = load_config(places.config_file)
    session = Session()
    with contextlib.suppress(OSError):  # the current directory may have been deleted
        file = places.session_file(parse_folder(config.content or "."))
        context.out.line(f"# session:  {_location(file)}")
        session = SessionFiles(file, places.theme_file).load()
    for line in config_lines(config, picked(session, config), _setting_lines(text)):
        context.out.line(line)
    return 0


def _location_lines(places: AppPaths) -> Iterator[str]:
    yield f"# config:   {_location(places.config_file)}"
    yield f"# searches: {_location(searches_file(places.config_file))}"
    yield f"# marks:    {_location(places.marks_file)}"
    yield f"# index:    {_location(places.cache)} (one file per folder; safe to delete)"


def _location(path: Path) -> str:
    return path_line(str(path)) + ("" if os.path.exists(path) else " (not created yet)")  # noqa: PTH110 - Path.exists can raise PermissionError


def _setting_lines(text: str) -> dict[str, int]:
    return {statement.names[0]: statement.line for statement in iter_statements(text) if len(statement.names) == 1}


def config_lines(config: Config, picked: Mapping[str, str], lines: Mapping[str, int]) -> Iterator[str]:
    """Yield the settings as lines of a config file, each with its origin.

    ``picked`` holds the values picked in the UI, ``lines`` the line numbers of settings in the config file.
    """
    values = asdict(config)
    for setting in settings():
        name, value = setting.name, values[setting.name]
        origin = f"config.toml:{lines[name]}" if name in lines else "default"
        if name in picked:
            origin = f"picked in the UI; {origin}: {_toml(value)}"
            value = picked[name].split(",") if isinstance(value, tuple) else picked[name]
        yield f"{name} = {_toml(value)}  # {origin}"
    for table, pairs in (
        ("keys", [(rebinding.id, rebinding.keys) for rebinding in config.keys]),
        ("searches", [(search.name, search.query) for search in config.searches]),
        ("sites", [(site.folder, site.url) for site in config.sites]),
    ):
        if pairs:
            yield ""
            yield f"[{table}]"
            yield from (f"{_toml(name)} = {_toml(value)}" for name, value in pairs)


def _toml(value: object) -> str:
    # For strings, numbers and lists of strings, JSON is valid TOML.
    return json.dumps(value, ensure_ascii=False)
