"""Where newsreader keeps its files: cache, state and settings, each in the folder the system has for it.

Only names are made here; nothing is opened or created. The content folder is never one of these places.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["AppPaths", "default_paths"]

_NAME = "newsreader"


class AppPaths(Struct, frozen=True):
    """The three folders: what may be deleted, what must be kept, and what the person wrote."""

    cache: Path
    state: Path
    config: Path

    def index_file(self, root: Path) -> Path:
        """Return the index of one content folder (or single file): named after it, told apart by its whole path."""
        return self.cache / f"{_own_name(root)}.db"

    def session_file(self, root: Path) -> Path:
        """Return where it is kept how the screen was left, for one content folder or single file."""
        return self.state / f"{_own_name(root)}.json"

    @property
    def theme_file(self) -> Path:
        """The theme that was chosen on the screen."""
        return self.state / "theme.json"

    @property
    def marks_file(self) -> Path:
        """What the person did: read, starred, later."""
        return self.state / "marks.db"

    @property
    def filters_file(self) -> Path:
        """The filters that were used before."""
        return self.state / "filters.jsonl"

    @property
    def config_file(self) -> Path:
        """The person's settings."""
        return self.config / "config.toml"


def _own_name(root: Path) -> str:
    whole = root.resolve()
    mark = hashlib.blake2b(os.fsencode(whole), digest_size=6).hexdigest()
    readable = "".join(letter if letter.isalnum() else "-" for letter in whole.name)[:40]
    return f"{readable or 'root'}-{mark}"


def default_paths() -> AppPaths:
    """Return the folders of this user, as the XDG variables (or the system's customs) name them."""
    # Imported here: only a start that uses the user's own folders needs to ask the platform.
    from platformdirs import PlatformDirs  # noqa: PLC0415 - costs 10 ms

    folders = PlatformDirs(_NAME, appauthor=False)
    return AppPaths(folders.user_cache_path, folders.user_state_path, folders.user_config_path)
