"""YAML parsing: the fast parser for the plain subset, ``yaml_strict`` for everything else.

The fast parser gets only text that ``is_plain_subset`` accepts, and is configured to reject duplicate keys. Text that
it rejects goes to ``yaml_strict``, and so does all text if it is not installed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from reader.content import yaml_strict
from reader.content.diagnostics import ParseIssue
from reader.content.yaml_subset import is_plain_subset

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["YamlParser", "default_parser", "fast_parser"]

# Takes a text; returns its value and the problems found. Raises FrontMatterError.
YamlParser = Callable[[str], tuple[object, tuple[ParseIssue, ...]]]


@cache
def default_parser() -> YamlParser:
    """Return the fast parser if it is installed, else the strict one."""
    return fast_parser() or yaml_strict.load_strict


@cache
def fast_parser() -> YamlParser | None:
    """Return the fast parser with ``yaml_strict`` as its fallback, or None if it is not installed."""
    yaml_rs = _imported()
    if yaml_rs is None:
        return None
    loads = yaml_rs.loads
    policy = yaml_rs.DuplicateKeyPolicy.Error
    limits = yaml_rs.AliasLimits(max_total_replayed_events=1_000, max_replay_stack_depth=8)

    def parse(text: str) -> tuple[object, tuple[ParseIssue, ...]]:
        if is_plain_subset(text):
            try:
                # Without parse_datetime=False, even quoted strings would be converted to dates.
                return loads(text, parse_datetime=False, duplicate_key_policy=policy, alias_limits=limits), ()
            except ValueError:
                pass
        return yaml_strict.load_strict(text)

    return parse


def _imported() -> ModuleType | None:
    """Import the fast parser on a thread that never ends.

    The parser's memory management is tied to the thread that imported it: after that thread has ended, the next call
    crashes the process.
    """
    if threading.current_thread() is threading.main_thread():
        return _import()
    found: list[ModuleType | None] = []
    there = threading.Event()

    def stay() -> None:
        found.append(_import())
        there.set()
        threading.Event().wait()

    threading.Thread(target=stay, name="yaml", daemon=True).start()
    there.wait()
    return found[0]


def _import() -> ModuleType | None:
    try:
        import yaml_rs  # noqa: PLC0415 - optional accelerator: may not be installed
    except ImportError:
        return None
    return yaml_rs
