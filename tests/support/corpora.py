"""Folders of test articles: those in tests/corpora, and real ones if ``NEWSREADER_CORPORA`` names their folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CORPORA", "Corpora"]

_OWN = Path(__file__).resolve().parent.parent / "corpora" / "articles"
_ELSEWHERE = os.environ.get("NEWSREADER_CORPORA")
# Folders with other names in the real corpora.
_NAMES = {"home": "seed", "gov": "digitalgov"}


@dataclass(frozen=True)
class Corpora:
    """A folder with one subfolder of articles per publisher."""

    root: Path
    own: bool = True

    def folder(self, name: str) -> Path:
        """Return the folder of a publisher: ``home``, ``gov``, ``jekyll`` or ``dialects/NAME``."""
        return self.root / (name if self.own else _NAMES.get(name, name))

    @property
    def feeds(self) -> Path:
        """The folder of feeds."""
        return self.root.with_name("feeds") if self.own else self.root / "feeds"

    @property
    def home(self) -> str:
        """The name of the only article in the folder ``home``."""
        (file,) = self.folder("home").iterdir()
        return file.name


CORPORA = (Corpora(_OWN), *([Corpora(Path(_ELSEWHERE), own=False)] if _ELSEWHERE else []))
