"""YAML text -> a value: quickly where the text is of the common kind, otherwise by the referee.

The fast engine sees only text whose cost and meaning are beyond doubt: no anchors, aliases, tags, merge keys, explicit
keys, directives or odd tabs, no repeated keys, and never deeper than ``referee.MAX_DEPTH``. Whatever it refuses, the
referee judges. Where it cannot be imported the referee judges everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from reader.content import referee
from reader.content.faults import Fault

__all__ = ["Engine", "fastest", "is_ordinary", "quick"]

# Text -> its value, and what was wrong with it; raises FrontMatterError.
Engine = Callable[[str], tuple[object, tuple[Fault, ...]]]

_RUN = 24  # columns; each can open two levels at most
_BRACKETS = referee.MAX_DEPTH - 2 * _RUN
_BRACKET = re.compile(r"[\[\]{}]")
# A deep indentation, a run of compact entries, a second document, a tab where spaces belong.
_ODD_LINE = re.compile(rf"\n(?:[ \t?:-]{{{_RUN}}}|---|\t)")
# Where a value or a key can begin. Each pattern starts with its own letter, so that a search for it costs little.
_INDICATORS = tuple(re.compile(rf"{re.escape(sign)}(?<=[\s\[{{,]{re.escape(sign)})") for sign in "!*&") + (
    re.compile(r"\?(?<=[\s\[{,]\?)\s"),
)


def is_ordinary(text: str) -> bool:
    """Tell whether a text is of the kind the fast engine may see: it is surely no deeper than the limit, and both
    engines read it alike.
    """
    text = f"\n{text}"
    return not (
        _ODD_LINE.search(text)
        or any(indicator.search(text) for indicator in _INDICATORS)
        or ("<" in text and "<<" in text)
        or text.startswith("\n%")
        or "\x00" in text
        or (text.count("[") + text.count("{") > _BRACKETS and _brackets_too_deep(text))
    )


def _brackets_too_deep(text: str) -> bool:
    depth = 0
    for bracket in _BRACKET.findall(text):
        if bracket in "[{":
            depth += 1
            if depth > _BRACKETS:
                return True
        elif depth:
            depth -= 1
    return False


@cache
def fastest() -> Engine:
    """Return the best engine that can be had here."""
    return quick() or referee.judge


@cache
def quick() -> Engine | None:
    """Return the fast engine with the referee behind it, or None where it is not installed."""
    try:
        import yaml_rs  # noqa: PLC0415 - an accelerator: the reader must start without it
    except ImportError:
        return None
    loads = yaml_rs.loads
    policy = yaml_rs.DuplicateKeyPolicy.Error
    limits = yaml_rs.AliasLimits(max_total_replayed_events=1_000, max_replay_stack_depth=8)

    def parse(text: str) -> tuple[object, tuple[Fault, ...]]:
        if is_ordinary(text):
            try:
                # Without parse_datetime=False even quoted text would turn into dates.
                return loads(text, parse_datetime=False, duplicate_key_policy=policy, alias_limits=limits), ()
            except ValueError:
                pass
        return referee.judge(text)

    return parse
