"""Rewriting of Nuxt Content's components and remark's directives, which are between colons, as MDX components.

A component is a block between ``::name{to="/a"}`` and ``::``, which can begin with properties in YAML, or a part of a
line such as ``:name[text]{to="/a"}``. Notes become quotes. Code stays unchanged.
"""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING

from reader.render.markup.blocks import FenceTracker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["mdc_to_markdown"]

_HINTS = re.compile(r"^[ \t]*::[a-z][\w-]*(?:[\[{]|[ \t]*$)|(?:^|[\s(*_>]):[a-z][\w-]*[\[{]", re.MULTILINE)
_OPEN = re.compile(r"[ \t]*(:{2,})([a-z][\w-]*)(?:\[([^\[\]]*)\])?(?:\{(.*)\})?[ \t]*\Z")
_CLOSE = re.compile(r"[ \t]*(:{2,})[ \t]*\Z")
_INLINE = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`))"
    r"|(?<![^\s(*_>]):(?P<name>[a-z][\w-]*)"
    r"(?:\[(?P<label>[^\[\]\n]{0,300})\](?:\{(?P<more>[^{}]{0,400})\})?|\{(?P<values>[^{}]{0,400})\})"
    r"|(?<![^\s(*_>]):br(?![\w:-])[ \t]*"
)
_NAMED = re.compile(r"""(?<![\w:-])([a-zA-Z][\w-]*)=(?:"([^"]*)"|'([^']*)'|([^\s"']+))""")
_ID = re.compile(r"#([\w-]+)")
_PROPERTY = re.compile(r"[ \t]*([\w-]+):[ \t]+(\S.*?)[ \t]*\Z")
_SLOT = re.compile(r"[ \t]*#[a-z][\w-]*[ \t]*\Z")
_NOT_IN_VALUES = re.compile(r"[<>{}\"]")
_NOTES = frozenset(
    {
        "alert",
        "aside",
        "callout",
        "caution",
        "danger",
        "error",
        "important",
        "info",
        "note",
        "success",
        "tip",
        "warning",
    }
)
_UNNAMED = frozenset({"alert", "aside", "callout"})
_ELEMENTS = frozenset({"audio", "iframe", "img", "source", "video"})
_EMBEDS = frozenset({"codepen", "gist", "vimeo", "youtube"})
_TARGETS = ("to", "href", "url", "link")
_MAX_DEPTH = 8


def mdc_to_markdown(text: str) -> str:
    """Return Markdown with components rewritten as MDX. Takes time linear in the text."""
    if ("::" not in text and "{" not in text and "[" not in text) or _HINTS.search(text) is None:
        return text
    lines = text.split("\n")
    return "\n".join(_Converter(lines).convert(0, len(lines), 0))


class _Converter:
    """Converter of the lines of a text. ``_ends`` maps the first line of each component to its last."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._ends: dict[int, int] = {}
        self._code: set[int] = set()
        self._pair()

    def convert(self, at: int, end: int, depth: int) -> list[str]:
        """Return some of the lines, converted."""
        out: list[str] = []
        plain: list[str] = []
        while at < end:
            last = self._ends.get(at, -1)
            if at in self._code or last >= 0:
                out += _inline(plain)
                plain = []
                out += [self._lines[at]] if last < 0 else self._component(at, last, depth)
                at = max(at, last)
            elif not (depth and _SLOT.match(self._lines[at])):
                plain.append(self._lines[at])
            at += 1
        return out + _inline(plain)

    def _pair(self) -> None:
        """Find the lines of code, and the components outside code."""
        opened: dict[int, list[int]] = {}
        for number, line in self._lines_outside_code():
            if opening := _OPEN.match(line):
                opened.setdefault(len(opening[1]), []).append(number)
            elif (closing := _CLOSE.match(line)) and (some := opened.get(len(closing[1]))):
                self._ends[some.pop()] = number
        # Without an end, two colons are a remark directive if more than a name follows.
        for start in opened.get(2, ()):
            if self._lines[start].rstrip().endswith(("}", "]")):
                self._ends[start] = start

    def _lines_outside_code(self) -> Iterator[tuple[int, str]]:
        """Yield the lines with two colons and their numbers, and record which lines are code."""
        fences = FenceTracker()
        for number, line in enumerate(self._lines):
            if fences.is_code(line):
                self._code.add(number)
            elif "::" in line:
                yield number, line

    def _component(self, at: int, end: int, depth: int) -> list[str]:
        opening = _OPEN.match(self._lines[at])
        # The parser handles containers with three colons.
        if opening is None or depth >= _MAX_DEPTH or (not depth and opening[1] != "::"):
            return self._lines[at : end + 1]
        name, label, given = opening[2], opening[3] or "", opening[4] or ""
        values = _values(given)
        start = self._properties(at + 1, end, values)
        content = dedent("\n".join(self.convert(start, end, depth + 1))).strip("\n").split("\n")
        if name in _NOTES:
            return ["", *_note(name, label, values, content), ""]
        if name in _ELEMENTS or name in _EMBEDS or values.keys() & {"src", "repo"}:
            after = [f"</{name}>"] if name in _ELEMENTS else []
            return ["", _written(name, label, given, values), *content, *after, ""]
        title = label or values.get("title") or values.get("label") or ""
        if not title:
            return ["", *_with_link(content, values), ""]
        target = _target(values)
        return ["", f"[{title}](<{target}>)" if target else f"**{title}**", "", *content, ""]

    def _properties(self, at: int, end: int, values: dict[str, str]) -> int:
        """Read the properties at the beginning of a component, and return the number of the line after them."""
        if at >= end or self._lines[at].strip() != "---":
            return at
        last = next((number for number in range(at + 1, end) if self._lines[number].strip() == "---"), -1)
        for line in self._lines[at + 1 : max(last, 0)]:
            if found := _PROPERTY.match(line):
                values.setdefault(found[1].lower(), _NOT_IN_VALUES.sub("", found[2].strip("'\"")))
        return max(at, last + 1)


def _note(name: str, label: str, values: dict[str, str], content: list[str]) -> list[str]:
    """Return a note as a quote below its title."""
    kind = values.get("type") or ("" if name in _UNNAMED else name)
    title = label or values.get("title") or kind.replace("-", " ").capitalize()
    head = [f"**{title}**", ""] if title else []
    return [f"> {line}" for line in (*head, *_with_link(content, values))]


def _with_link(content: list[str], values: dict[str, str]) -> list[str]:
    """Return content with a link to its component's target: around the content, or below it."""
    target = _target(values)
    if not target:
        return content
    words = content[0] if len(content) == 1 else ""
    if words and not any(sign in words for sign in "[]<>"):
        return [f"[{words}](<{target}>)"]
    return [*content, "", f"[{target}](<{target}>)"]


def _inline(lines: Iterable[str]) -> list[str]:
    text = "\n".join(lines)
    return _INLINE.sub(_component_in_line, text).split("\n") if text else []


def _component_in_line(found: re.Match[str]) -> str:
    if found["code"]:
        return found["code"]
    if found["name"] is None:
        return "<br>"
    given = found["values"] or found["more"] or ""
    return _written(found["name"], found["label"] or "", given, _values(given))


def _written(name: str, label: str, given: str, values: dict[str, str]) -> str:
    """Return a component without content as an HTML element, a shortcode, a link, or an MDX component."""
    if repository := values.get("repo"):
        return f"[{label or repository}](<https://github.com/{repository}>)"
    if name in _EMBEDS:
        place = values.get("id") or values.get("videoid") or (found[1] if (found := _ID.search(given)) else "")
        return f'{{{{< {name} id="{place}" title="{label}" >}}}}' if place else label
    if target := _target(values):
        return f"[{label or values.get('label') or values.get('title') or target}](<{target}>)"
    if label:
        return label
    if name not in _ELEMENTS:
        name = "".join(part.capitalize() for part in name.split("-"))
    known = " ".join(f'{key}="{value}"' for key, value in values.items())
    return f"<{name} {known}>" if name in _ELEMENTS else f"<{name} {known} />"


def _target(values: dict[str, str]) -> str:
    return next(filter(None, map(values.get, _TARGETS)), "")


def _values(text: str) -> dict[str, str]:
    return {key.lower(): _NOT_IN_VALUES.sub("", next(filter(None, said), "")) for key, *said in _NAMED.findall(text)}
