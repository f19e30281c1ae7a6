"""YAML text -> a value: quickly where the text is of the common kind, otherwise by the yaml_strict.

The fast engine sees ordinary text only, and is told to refuse repeated keys; whatever it refuses, the referee judges.
Where it cannot be imported the referee judges everything.
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

# Text -> its value, and what was wrong with it; raises FrontMatterError.
YamlParser = Callable[[str], tuple[object, tuple[ParseIssue, ...]]]


@cache
def default_parser() -> YamlParser:
    """Return the best engine that can be had here."""
    return fast_parser() or yaml_strict.load_strict


@cache
def fast_parser() -> YamlParser | None:
    """Return the fast engine with the referee behind it, or None where it is not installed."""
    yaml_rs = _imported()
    if yaml_rs is None:
        return None
    loads = yaml_rs.loads
    policy = yaml_rs.DuplicateKeyPolicy.Error
    limits = yaml_rs.AliasLimits(max_total_replayed_events=1_000, max_replay_stack_depth=8)

    def parse(text: str) -> tuple[object, tuple[ParseIssue, ...]]:
        if is_plain_subset(text):
            try:
                # Without parse_datetime=False even quoted text would turn into dates.
                return loads(text, parse_datetime=False, duplicate_key_policy=policy, alias_limits=limits), ()
            except ValueError:
                pass
        return yaml_strict.load_strict(text)

    return parse


def _imported() -> ModuleType | None:
    """Import the fast engine on a thread that never ends.

    Once the thread that loaded it has ended, its next call crashes the process: its memory is managed from there.
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
        import yaml_rs  # noqa: PLC0415 - an accelerator: the reader must start without it
    except ImportError:
        return None
    return yaml_rs
