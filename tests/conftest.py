"""What all tests share: articles of several publishers, both YAML engines, and how long properties are tried."""

from __future__ import annotations

import gc
import os
import signal
from typing import TYPE_CHECKING

import bytecode  # noqa: F401 - must be imported before everything that is worth keeping
import pytest
from corpora import CORPORA, Corpora
from hypothesis import settings
from sweep import amount

from reader.content import yaml as yaml_parser
from reader.content import yaml_strict

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from play import Stage

    from reader.content.yaml import YamlParser

settings.register_profile("ci", max_examples=amount(50), deadline=None, derandomize=True)
settings.register_profile("quick", max_examples=20, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=20_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# Whoever starts the tests in the background may ignore these, and what the tests start would ignore them too.
for _number, _usual in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGQUIT, signal.SIG_DFL),
    (signal.SIGHUP, signal.SIG_DFL),
):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _usual)


def pytest_collection_finish() -> None:
    """Leave tests and modules, a million objects that stay to the end, out of every garbage collection."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Keep the names of tests short where a case of a table is not."""
    if isinstance(val, str | bytes) and len(val) > 100:
        return f"long-{argname}"
    return f"huge-{argname}" if isinstance(val, int) and val.bit_length() > 1000 else None


@pytest.fixture(scope="session", params=CORPORA, ids=lambda corpora: "own" if corpora.own else "real")
def corpora(request: pytest.FixtureRequest) -> Corpora:
    """Our own articles, then the real ones if ``NEWSREADER_CORPORA`` names their folder."""
    found: Corpora = request.param
    return found


@pytest.fixture
def home() -> Path:
    """The folder with our own article in the home schema."""
    return CORPORA[0].folder("home")


@pytest.fixture(params=["quick", "referee"])
def engine(request: pytest.FixtureRequest) -> YamlParser:
    """The fast YAML engine with the referee behind it, then the referee alone: one table of cases serves both."""
    if request.param == "referee":
        return yaml_strict.load_strict
    quick = yaml_parser.fast_parser()
    if quick is None:
        pytest.skip("the fast YAML engine is not installed")
    return quick


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Terminals in which a test plays with the installed program; all are closed at the end."""
    from play import Stage  # noqa: PLC0415 - few tests need a terminal

    stage = Stage(tmp_path)
    yield stage
    stage.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the last screens, the keys and the events to a play that failed."""
    report = yield
    stage = getattr(item, "funcargs", {}).get("stage")
    if report.failed and stage is not None and hasattr(stage, "story"):
        report.sections.append(("plays", stage.story))
    return report
