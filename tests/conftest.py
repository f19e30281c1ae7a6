"""What all tests share: the folder of real articles, and how long properties are tried."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=20_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The real articles that stand beside the repository; never a part of it."""
    folder = Path(__file__).resolve().parent.parent.parent / "shared" / "corpora"
    if not folder.is_dir():
        pytest.skip("the real articles are not here: ../shared/corpora is missing")
    return folder
