"""Paths of newsreader's own files in the platform's cache, state and config folders.

Computes names only; does not open or create anything. None of the paths is in the content folder.
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
    """Folders for caches (safe to delete), state (must be preserved) and the user's config."""

    cache: Path
    state: Path
    config: Path

    def index_file(self, root: Path) -> Path:
        """Return the index file of a content folder or single file, named after that and a hash of its full path."""
        return self.cache / f"{_own_name(root)}.db"

    def session_file(self, root: Path) -> Path:
        """Return the file with the saved session of a content folder or single file."""
        return self.state / f"{_own_name(root)}.json"

    def places_file(self, root: Path) -> Path:
        """Return the database of the places where the user stopped reading in a content folder."""
        return self.state / f"{_own_name(root)}.places.db"

    def feeds_file(self, root: Path) -> Path:
        """Return the ledger of a content folder's feeds: validators, times and written articles."""
        return self.state / f"{_own_name(root)}.feeds.db"

    def reported_file(self, root: Path, command: str) -> Path:
        """Return the file that lists the articles already reported by a command for a content folder and query."""
        mark = hashlib.blake2b(command.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
        return self.state / f"{_own_name(root)}.{mark}.reported"

    @property
    def full_texts_folder(self) -> Path:
        """The folder of the full texts that the user asked for."""
        return self.cache / "full-texts"

    @property
    def theme_file(self) -> Path:
        """The file with the theme that the user picked in the TUI."""
        return self.state / "theme.json"

    @property
    def marks_file(self) -> Path:
        """The database of the user's marks: read, starred, read later."""
        return self.state / "marks.db"

    @property
    def filters_file(self) -> Path:
        """The file with the filter history."""
        return self.state / "filters.jsonl"

    @property
    def config_file(self) -> Path:
        """The user's config file."""
        return self.config / "config.toml"


def _own_name(root: Path) -> str:
    whole = root.resolve()
    mark = hashlib.blake2b(os.fsencode(whole), digest_size=6).hexdigest()
    readable = "".join(letter if letter.isalnum() else "-" for letter in whole.name)[:40]
    return f"{readable or 'root'}-{mark}"


def default_paths() -> AppPaths:
    """Return the current user's folders, from the XDG variables or the platform's defaults."""
    from platformdirs import PlatformDirs  # noqa: PLC0415 - lazy import: 10 ms, not needed if the caller passes paths

    folders = PlatformDirs(_NAME, appauthor=False)
    return AppPaths(folders.user_cache_path, folders.user_state_path, folders.user_config_path)
