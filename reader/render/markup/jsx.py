"""Rewriting of elements around Markdown, as in MDX, as the Markdown alone.

MDX parses Markdown inside elements, and does not take its indent for code. Elsewhere, only components (``<Card>``) and
custom elements (``<info-box>``) contain Markdown.
"""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from reader.render.markup.blocks import FenceTracker

__all__ = ["unwrap_elements"]

_HINT = re.compile(r"^[ \t]*</(?:[A-Z][\w.]*|[a-z]\w*(?:-[\w-]+)?)>[ \t]*$", re.MULTILINE)
_OPENING = re.compile(r"[ \t]*<([A-Za-z][\w.-]*)(?:[ \t][^<>]*(?:=>[^<>]*)*)?(?<!/)>[ \t]*\Z")
_CLOSING = re.compile(r"[ \t]*</([A-Za-z][\w.-]*)>[ \t]*\Z")
_HTML = re.compile(r"[ \t]*</?[a-z]")
_IN_MDX = frozenset({"div", "section", "article", "aside", "main", "center", "header", "footer", "span", "p"})


def unwrap_elements(path: str, text: str) -> str:
    """Return the Markdown of a file without elements around it and without their indents.

    Components keep their tags, because a tag can be a title or link. Takes time linear in the text.
    """
    if "</" not in text or _HINT.search(text) is None:
        return text
    lines = text.split("\n")
    return "\n".join(_Unwrapper(lines, _IN_MDX if path.lower().endswith(".mdx") else frozenset()).unwrap())


class _Element(Struct, frozen=True):
    """Open element: its indent once rewritten, and the number of characters to cut off before its content."""

    name: str
    indent: int
    cut: int
    is_cut_known: bool = False


class _Unwrapper:
    """Unwrapper of the lines of a text; ``names`` are the HTML elements that contain Markdown."""

    def __init__(self, lines: list[str], names: frozenset[str]) -> None:
        self._lines = lines
        self._names = names
        self._ends = {end[1]: at for at, line in enumerate(lines) if (end := _CLOSING.match(line))}
        self._open: list[_Element] = []
        self._code = FenceTracker()
        self._in_html = self._in_module = False

    def unwrap(self) -> list[str]:
        return [self._line(at, line) for at, line in enumerate(self._lines)]

    def _line(self, at: int, line: str) -> str:
        if not self._code.fence:
            self._in_module = bool(line.strip()) and (self._in_module or line.startswith("export "))
            if self._in_module:
                return line
            if (closing := _CLOSING.match(line)) and self._open and self._open[-1].name == closing[1]:
                self._open.pop()
                return self._outdented(line) if closing[1][0].isupper() else ""
        line = self._outdented(line)
        if not self._code.fence and "<" in line and self._opens(at, line):
            return line if self._open[-1].name[0].isupper() else ""
        if not self._code.is_code(line):
            self._in_html = bool(line.strip()) and (self._in_html or _HTML.match(line) is not None)
        return line

    def _opens(self, at: int, line: str) -> bool:
        """Return whether a line opens an element around Markdown."""
        opening = _OPENING.match(line)
        if opening is None or self._ends.get(opening[1], -1) <= at or not self._holds_markdown(opening[1]):
            return False
        self._open.append(_Element(opening[1], _indent(line), self._open[-1].cut if self._open else 0))
        return True

    def _holds_markdown(self, name: str) -> bool:
        return name[0].isupper() or (not self._in_html and ("-" in name or name in self._names))

    def _outdented(self, line: str) -> str:
        """Return a line of the innermost element with the indent that the element has."""
        if not self._open or not line.strip():
            return line
        element, own = self._open[-1], _indent(line)
        if not element.is_cut_known:
            element = replace(element, cut=max(element.cut, own - element.indent), is_cut_known=True)
            self._open[-1] = element
        return line[min(own, element.cut) :]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
