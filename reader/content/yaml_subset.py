"""Cheap textual check that YAML is safe for the fast parser (shallow, no tags, anchors or aliases).

Parsers written in C or Rust crash on deep nesting, so a text reaches them only if it has passed this check or its depth
was counted event by event. May return false negatives, never false positives.
"""

from __future__ import annotations

import re

from reader.text import is_plain

__all__ = ["MAX_DEPTH", "is_plain_subset"]

MAX_DEPTH = 64

# A column opens at most two levels (a mapping, and a list at the same indentation), a bracket one.
_COLUMNS = 24
_BRACKETS = MAX_DEPTH - 2 * _COLUMNS
_BRACKET = re.compile(r"[\[\]{}]")
# Deep indentation or runs of compact entries, a second document, tab indentation, a bracket at the start of a line.
_ODD_LINE = re.compile(rf"\n(?:[ \t?:-]{{{_COLUMNS}}}|---|[\t\[{{])")
# A list or mapping used as a key.
_BRACKET_KEY = re.compile(r"[\]}]\s*:")
# Where a key or value can begin: at the start of a line, after a bracket, or separated from the preceding word.
_BEGINS = r"(?:(?<=[\n\[{,:].)|(?<=[\s:?,\[{-]\s.))"
# Tags, aliases, anchors and explicit keys. Each pattern starts with its indicator character, so searching is cheap;
# most texts do not contain the character at all.
_INDICATORS = (
    ("!", re.compile(rf"!{_BEGINS}")),
    ("*", re.compile(rf"\*{_BEGINS}")),
    ("&", re.compile(rf"&{_BEGINS}")),
    ("?", re.compile(rf"\?{_BEGINS}\s")),
)
# Words with underscores that look like numbers.
_FIGURES = re.compile(r"[-+.0-9_eE]*")
_LIKE_A_NUMBER = re.compile(r"[-+.0-9_]+(?:[eE][-+0-9_]*)?")
# Characters that yaml_strict removes, or replaces with spaces or line breaks, before parsing. The fast parser would
# leave them in the text, even in keys and numbers.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def is_plain_subset(text: str) -> bool:
    """Return whether a text is certainly safe for the fast parser.

    True guarantees that it is nested no deeper than ``MAX_DEPTH`` and contains nothing that YAML parsers interpret
    differently or that makes a short text expand to a long one: anchors, aliases, tags, merge keys, explicit keys,
    control characters.
    """
    text = f"\n{text}"
    return not (
        _ODD_LINE.search(text)
        or any(sign in text and indicator.search(text) for sign, indicator in _INDICATORS)
        or ("<" in text and "<<" in text)
        or text.startswith("\n%")
        or (("]" in text or "}" in text) and _BRACKET_KEY.search(text))
        or ("_" in text and _has_likenesses(text))
        or _has_controls(text)
        or (text.count("[") + text.count("{") > _BRACKETS and _nests_brackets(text))
    )


def _has_controls(text: str) -> bool:
    return not is_plain(text) and _CONTROLS.search(text) is not None


def _has_likenesses(text: str) -> bool:
    at = text.find("_")
    while at >= 0:
        start = at
        while text[start - 1] in "-+.0123456789_eE":  # is_plain_subset prepends a newline, so start never goes below 0
            start -= 1
        end = _FIGURES.match(text, at).end()  # type: ignore[union-attr] # always matches, possibly the empty string
        if _LIKE_A_NUMBER.fullmatch(text, start, end) and _stands_alone(text, start, end):
            return True
        at = text.find("_", end)
    return False


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, behind = text[start - 1], text[end : end + 1]
    return (before.isspace() or before in "[{,:") and (not behind or behind.isspace() or behind in "]},:")


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
