"""The hostile folder, built once for all who read it; nobody writes into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hostile_folder import build, unlock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hostile_manifest import Expected


@dataclass(frozen=True, slots=True)
class HostileFolder:
    """A folder and what must become of each of its files."""

    path: Path
    manifest: tuple[Expected, ...]

    @property
    def listed(self) -> tuple[Expected, ...]:
        return tuple(case for case in self.manifest if case.fate.is_listed)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileFolder]:
    path = tmp_path_factory.mktemp("hostile") / "folder"
    yield HostileFolder(path, build(path))
    unlock(path)
