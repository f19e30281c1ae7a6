"""Is a YAML text of the common kind? Judged from its characters alone, before any parser sees it.

Parsers written in C or Rust fall over when they are led too deep, so nothing reaches them that has not passed here or
been measured step by step. An answer may be no without need, never yes in error.
"""

from __future__ import annotations

import re

__all__ = ["MAX_DEPTH", "is_ordinary"]

MAX_DEPTH = 64

# A column can open two levels at most (a mapping, and a list that is indented no further), a bracket one.
_COLUMNS = 24
_BRACKETS = MAX_DEPTH - 2 * _COLUMNS
_BRACKET = re.compile(r"[\[\]{}]")
# A deep indentation or run of compact entries, a second document, a tab where spaces belong, brackets to begin with.
_ODD_LINE = re.compile(rf"\n(?:[ \t?:-]{{{_COLUMNS}}}|---|[\t\[{{])")
# A list or a mapping for a key.
_BRACKET_KEY = re.compile(r"[\]}]\s*:")
# Where a value or a key can begin: at the start of a line, behind a bracket, or apart from the word before it.
_BEGINS = r"(?:(?<=[\n\[{,:].)|(?<=[\s:?,\[{-]\s.))"
# Tags, aliases, anchors, explicit keys, and words that only look like numbers. Each pattern starts with its own sign or
# is tried only where that is in the text, which makes the search cheap; most texts do not have the sign at all.
_INDICATORS = (
    ("!", re.compile(rf"!{_BEGINS}")),
    ("*", re.compile(rf"\*{_BEGINS}")),
    ("&", re.compile(rf"&{_BEGINS}")),
    ("?", re.compile(rf"\?{_BEGINS}\s")),
    ("_", re.compile(r"(?<![^\s\[{,:])(?=[-+.0-9eE]*_)[-+.0-9_]+(?:[eE][-+0-9_]*)?(?![^\s\]},:])")),
)
# What the referee takes out or takes for a blank before it reads; the fast engine would keep it, in keys and numbers
# too. Most of it is looked for in bytes, which takes half the time.
_CONTROLS = bytes([*range(9), *range(11, 32), 127])
_CONTROLS_BEYOND_ASCII = re.compile("[\x80-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def is_ordinary(text: str) -> bool:
    """Tell whether a text is surely no deeper than ``MAX_DEPTH`` and free of everything that YAML parsers read in
    different ways or that lets a short text stand for a long one: anchors, tags, merge keys, explicit keys, controls.
    """
    text = f"\n{text}"
    return not (
        _ODD_LINE.search(text)
        or any(sign in text and indicator.search(text) for sign, indicator in _INDICATORS)
        or ("<" in text and "<<" in text)
        or text.startswith("\n%")
        or (("]" in text or "}" in text) and _BRACKET_KEY.search(text))
        or _has_controls(text)
        or (text.count("[") + text.count("{") > _BRACKETS and _nests_brackets(text))
    )


def _has_controls(text: str) -> bool:
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw.translate(None, _CONTROLS)) < len(raw):
        return True
    return not text.isascii() and _CONTROLS_BEYOND_ASCII.search(text) is not None


def _nests_brackets(text: str) -> bool:
    depth = 0
    for bracket in _BRACKET.findall(text):
        if bracket in "[{":
            depth += 1
            if depth > _BRACKETS:
                return True
        elif depth:
            depth -= 1
    return False
