"""The hostile folder, built once for all tests that read it; no test writes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hostile_folder import HostileFolder, build, unlock

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileFolder]:
    path = tmp_path_factory.mktemp("hostile") / "folder"
    yield HostileFolder(path, build(path))
    unlock(path)
