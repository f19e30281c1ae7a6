"""Shared fixtures and settings: articles of several publishers, both YAML engines, Hypothesis profiles."""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import signal
from typing import TYPE_CHECKING

import bytecode  # noqa: F401 - must be imported before everything that is worth keeping
import pytest
from corpora import CORPORA, Corpora
from hypothesis import settings
from sweep import amount

import reader
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

# Every other test writes an index and marks, and waits for the disk to confirm them. Docker's /dev/shm is small.
_MEMORY = "/dev/shm"  # noqa: S108 - pytest makes a folder in it that only this user can enter
if os.access(_MEMORY, os.W_OK):
    _room = os.statvfs(_MEMORY)
    if _room.f_bavail * _room.f_frsize > 4 << 30 and not _room.f_flag & os.ST_NOEXEC:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", _MEMORY)

# The frame rate of the program (reader/cli/tui_command.py). Textual reads it when it is imported.
os.environ.setdefault("TEXTUAL_FPS", "1000")

# A shell that starts the tests in the background may ignore these signals, and child processes would inherit that.
for _number, _usual in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGQUIT, signal.SIG_DFL),
    (signal.SIGHUP, signal.SIG_DFL),
):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _usual)


def pytest_collection_finish() -> None:
    """Import all of the reader, and exclude tests and modules, a million long-lived objects, from garbage collection.

    Hypothesis tries the constants of imported modules: with modules imported later, inputs would depend on test order.
    """
    for module in pkgutil.walk_packages(reader.__path__, "reader."):
        importlib.import_module(module.name)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Shorten the IDs of tests whose parameters are long."""
    if isinstance(val, str | bytes) and len(val) > 100:
        return f"long-{argname}"
    return f"huge-{argname}" if isinstance(val, int) and val.bit_length() > 1000 else None


@pytest.fixture(scope="session", params=CORPORA, ids=lambda corpora: "own" if corpora.own else "real")
def corpora(request: pytest.FixtureRequest) -> Corpora:
    """The articles in the repository, then real ones if ``NEWSREADER_CORPORA`` names their folder."""
    found: Corpora = request.param
    return found


@pytest.fixture
def home() -> Path:
    """The folder with an article in the home schema."""
    return CORPORA[0].folder("home")


@pytest.fixture(params=["fast", "strict"])
def engine(request: pytest.FixtureRequest) -> YamlParser:
    """The fast YAML engine with the strict one as its fallback, then the strict one alone."""
    if request.param == "strict":
        return yaml_strict.load_strict
    quick = yaml_parser.fast_parser()
    if quick is None:
        pytest.skip("the fast YAML engine is not installed")
    return quick


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Terminals that run the installed program; all are closed after the test."""
    from play import Stage  # noqa: PLC0415 - few tests need a terminal

    stage = Stage(tmp_path)
    yield stage
    stage.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the last screens, the keys and the events to the report of a failed play."""
    report = yield
    stage = getattr(item, "funcargs", {}).get("stage")
    if report.failed and stage is not None and hasattr(stage, "story"):
        report.sections.append(("plays", stage.story))
    return report
