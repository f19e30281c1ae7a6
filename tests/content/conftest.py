"""Both ways YAML can be read, so that one table of cases is tried on each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reader.content import referee, yaml_engine

if TYPE_CHECKING:
    from reader.content.yaml_engine import Engine


@pytest.fixture(params=["quick", "referee"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """The fast engine with the referee behind it, then the referee alone."""
    if request.param == "referee":
        return referee.judge
    quick = yaml_engine.quick()
    if quick is None:
        pytest.skip("the fast YAML engine is not installed")
    return quick
