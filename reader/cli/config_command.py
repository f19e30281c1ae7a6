"""The ``config`` command: file locations and current settings, in the syntax of the config file."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

from reader.cli.formats import path_line
from reader.config.load import load_config, searches_file
from reader.config.schema import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reader.cli.context import CliContext
    from reader.config.load import Config
    from reader.storage.paths import AppPaths

__all__ = ["config_lines", "print_config"]


def print_config(context: CliContext) -> int:
    """Print file locations and settings; the locations even if the config file is invalid."""
    for line in _location_lines(context.places):
        context.out.line(line)
    config = load_config(context.places.config_file)
    for line in config_lines(config):
        context.out.line(line)
    return 0


def _location_lines(places: AppPaths) -> Iterator[str]:
    yield f"# config:   {_location(places.config_file)}"
    yield f"# searches: {_location(searches_file(places.config_file))}"
    yield f"# marks:    {_location(places.marks_file)}"
    yield f"# index:    {_location(places.cache)} (one file per folder; safe to delete)"


def _location(path: Path) -> str:
    return path_line(str(path)) + ("" if os.path.exists(path) else " (not created yet)")  # noqa: PTH110 - Path.exists can raise PermissionError


def config_lines(config: Config) -> Iterator[str]:
    """Yield the settings as lines of a config file."""
    values = asdict(config)
    for setting in settings():
        yield f"{setting.name} = {_toml(values[setting.name])}"
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
