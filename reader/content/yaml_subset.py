"""Is a YAML text of the common kind? Judged from its characters alone, before any parser sees it.

Parsers written in C or Rust fall over when they are led too deep, so nothing reaches them that has not passed here or
been measured step by step. An answer may be no without need, never yes in error.
"""

from __future__ import annotations

import re

__all__ = ["MAX_DEPTH", "is_plain_subset"]

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
# Tags, aliases, anchors and explicit keys. Each pattern starts with its own sign, which makes the search for it cheap;
# most texts do not have the sign at all.
_INDICATORS = (
    ("!", re.compile(rf"!{_BEGINS}")),
    ("*", re.compile(rf"\*{_BEGINS}")),
    ("&", re.compile(rf"&{_BEGINS}")),
    ("?", re.compile(rf"\?{_BEGINS}\s")),
)
# Words that only look like numbers, for the underlines in them.
_FIGURES = re.compile(r"[-+.0-9_eE]*")
_LIKE_A_NUMBER = re.compile(r"[-+.0-9_]+(?:[eE][-+0-9_]*)?")
# What the referee takes out or takes for a blank before it reads. The fast engine would keep it, in keys and numbers
# too.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def is_plain_subset(text: str) -> bool:
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
        or ("_" in text and _has_likenesses(text))
        or _has_controls(text)
        or (text.count("[") + text.count("{") > _BRACKETS and _nests_brackets(text))
    )


def _has_controls(text: str) -> bool:
    # No control is printable, and nearly every text is, but for its lines.
    return not text.replace("\n", "").isprintable() and _CONTROLS.search(text) is not None


def _has_likenesses(text: str) -> bool:
    at = text.find("_")
    while at >= 0:
        start = at
        while text[start - 1] in "-+.0123456789_eE":  # the text begins with something else
            start -= 1
        end = _FIGURES.match(text, at).end()  # type: ignore[union-attr] # it matches nothing as well
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
