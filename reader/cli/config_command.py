"""What ``newsreader config`` tells: where the files are, and the settings in force, as a settings file would say it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

from reader.cli.formats import path_line
from reader.config.load import load_config
from reader.config.schema import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reader.cli.context import CliContext
    from reader.config.load import Config
    from reader.storage.paths import AppPaths

__all__ = ["config_lines", "print_config"]


def print_config(world: CliContext) -> int:
    """Print places and settings; where the settings are wrong, at least the places."""
    for line in _places(world.places):
        world.out.line(line)
    config = load_config(world.places.config_file)
    for line in config_lines(config):
        world.out.line(line)
    return 0


def _places(places: AppPaths) -> Iterator[str]:
    yield f"# settings: {_shown(places.config_file)}"
    yield f"# marks:    {_shown(places.marks_file)}"
    yield f"# index:    {_shown(places.cache)} (one file for each folder of articles; may be deleted)"


def _shown(path: Path) -> str:
    return path_line(str(path)) + ("" if os.path.exists(path) else " (not there yet)")  # noqa: PTH110 - this one never raises


def config_lines(config: Config) -> Iterator[str]:
    """Yield the settings as the lines of a settings file."""
    values = asdict(config)
    for setting in settings():
        yield f"{setting.name} = {_toml(values[setting.name])}"
    for table, pairs in (
        ("keys", [(rebinding.id, rebinding.keys) for rebinding in config.keys]),
        ("searches", [(search.name, search.query) for search in config.searches]),
    ):
        if pairs:
            yield ""
            yield f"[{table}]"
            yield from (f"{_toml(name)} = {_toml(value)}" for name, value in pairs)


def _toml(value: object) -> str:
    # Of texts, numbers and lists of texts TOML writes the same as JSON.
    return json.dumps(value, ensure_ascii=False)
