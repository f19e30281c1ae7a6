"""Cache of the full texts that the user asked for, by URL. Markdown files, safe to delete."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.errors import StorageError, describe_error
from reader.storage.atomic import read_limited, write_private_file
from reader.text import display_path

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FullTexts"]

_MAX_BYTES = 4 * 1024 * 1024


class FullTexts(Struct, frozen=True):
    """Texts in a folder, which is created with the first one."""

    folder: Path

    def get(self, url: str) -> str:
        """Return the text of the article at a URL; empty if there is none."""
        try:
            return read_limited(self._file(url), _MAX_BYTES).decode("utf-8", "replace") if url else ""
        except OSError:
            return ""

    def put(self, url: str, text: str) -> None:
        """Save the text of the article at a URL. Raises StorageError."""
        try:
            write_private_file(self._file(url), text.encode("utf-8", "replace")[:_MAX_BYTES])
        except OSError as error:
            raise StorageError(f"Cannot write {display_path(str(self.folder))}: {describe_error(error)}") from error

    def _file(self, url: str) -> Path:
        return self.folder / f"{hashlib.blake2b(url.encode('utf-8', 'replace'), digest_size=16).hexdigest()}.md"
