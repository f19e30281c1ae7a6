"""Rewriting of site generators' blocks that no Markdown parser knows, before parsing: lines in, lines out.

Content tabs of MkDocs, divs of Quarto and Pandoc, images and layout of Microsoft Learn, embeds of Hashnode and Logseq,
comments of Obsidian. Elements around Markdown: MDX parses Markdown inside HTML and does not take its indent for code;
elsewhere, only components (``<Card>``) and custom elements (``<info-box>``) contain Markdown.
"""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from reader.render.markup.text_tables import grid_table, is_grid

__all__ = ["FenceTracker", "rewrite_blocks", "unwrap_elements"]

_HINTS = re.compile(
    r"^\t- |^[ \t]*(?:={3}[!+]*[ \t]|:{3,})|\[!(?:div|INCLUDE|VIDEO|code)|%\[|align=\"|\]\(\[\[|\(\([0-9a-f-]{36}"
    r"|^[ \t]*\+[-=:]{3,}[-=:+]*\+|\]\([^\s()<>]+ [^()<>\"'\n]*\.\w{2,5}\)|<\w[^<>]*\smarkdown\b"
    r"|^[ \t>]*%%|<(?:[dou]l|table|[DOU]L|TABLE)\b",
    re.MULTILINE,
)
_BORDERS = 2  # at least, in a grid
_TAB = re.compile(r'([ \t]*)={3}[!+]*[ \t]+"([^"]*)"[ \t]*')
_DIV = re.compile(r"[ \t]*:{3,}[ \t]*(?:\{([^{}]*)\}|([.\w][\w-]*))?[ \t]*")
_CALLOUT = re.compile(r"\.callout-(\w+)")
_TITLE = re.compile(r'title="([^"]*)"')
_LEARN_IMAGE = re.compile(r"[ \t]*:::image\b([^\n]*?):::[ \t]*")
_LEARN_LAYOUT = re.compile(r"[ \t]*:::[ \t]*(?:row|column|zone|moniker|image-end|no-loc|code)\b[^\n]*")
_VALUE = re.compile(r'([\w-]+)="([^"]*)"')
# kramdown and MkDocs parse Markdown inside such an element.
_MARKDOWN_ELEMENT = re.compile(
    r"[ ]{0,3}<(\w+)\b[^<>]*\smarkdown(?:=[\"']?(?:1|block|span)[\"']?)?(?:\s[^<>]*)?>[ \t]*(.*)"
)
_CODE = re.compile(r"(`+[^`]+`+)")
_ITEM = re.compile(r"[ \t]|[-*+] |\d+[.)] ")
_FENCE = re.compile(r"[ \t>]*(?:[-*+] |\d+[.)] )?(`{3,}|~{3,})")
# Tables and lists of HTML, which a blank line would cut in pieces.
_HTML_EDGE = re.compile(r"<(/?)(?:[dou]l|table)\b", re.IGNORECASE)
_HTML_PART = re.compile(
    r"[ \t]*</?(?:caption|col(?:group)?|d[dlt]|li|[ou]l|t(?:able|body|d|foot|h|head|r))(?![\w-])", re.IGNORECASE
)
_COMMENT = re.compile(r"([ \t>]*)%%(?!.*%%)")
# Pattern within a line → replacement.
_IN_LINES = (
    (re.compile(r"^>?[ \t]*\[!(?:div|INCLUDE|code)[^\n]*$"), ""),
    (re.compile(r"\[!VIDEO[ \t]+(https?://[^\s\]]+)[^\]\n]*\]"), r"<\1>"),
    (re.compile(r"%\[(https?://[^\s\]]+)\]"), r"<\1>"),
    (re.compile(r'(!\[[^\[\]]*\]\([^\s()]+)[ \t]+align="\w+"\)'), r"\1)"),
    (re.compile(r"(?<!!)\[([^\[\]\n]+)\]\(\[\[([^\[\]\n|]+)\]\]\)"), r"[[\2|\1]]"),
    # kramdown allows spaces in paths.
    (re.compile(r"\]\(([^\s()<>\"']+(?: [^\s()<>\"']+)+\.\w{2,5})\)"), r"](<\1>)"),
    (re.compile(r"\(\([0-9a-f]{8}-[0-9a-f-]{27}\)\)"), "…"),
)
_ELEMENT_HINT = re.compile(r"^[ \t]*</(?:[A-Z][\w.]*|[a-z]\w*(?:-[\w-]+)?)>[ \t]*$", re.MULTILINE)
_OPENING = re.compile(r"[ \t]*<([A-Za-z][\w.-]*)(?:[ \t][^<>]*(?:=>[^<>]*)*)?(?<!/)>[ \t]*\Z")
_CLOSING = re.compile(r"[ \t]*</([A-Za-z][\w.-]*)>[ \t]*\Z")
_HTML_LINE = re.compile(r"[ \t]*</?[a-z]")
_IN_MDX = frozenset({"div", "section", "article", "aside", "main", "center", "header", "footer", "span", "p"})


class FenceTracker:
    """Tracker of fenced code, given the lines of a text in order. ``fence`` is the open fence; empty outside code."""

    def __init__(self) -> None:
        self.fence = ""

    def is_code(self, line: str) -> bool:
        """Return whether the next line is code or a fence around it."""
        found = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if not self.fence:
            self.fence = found[1] if found else ""
            return found is not None
        if found and found[1].startswith(self.fence) and not line[found.end() :].strip():
            self.fence = ""
        return True


def rewrite_blocks(text: str) -> str:
    """Return Markdown with these blocks rewritten as standard Markdown. Code stays unchanged."""
    if _HINTS.search(text) is None:
        return text
    return "\n".join(_Rewriter(text.split("\n")).rewrite())


def _rewritten(text: str) -> str:
    for pattern, written in _IN_LINES:
        text = pattern.sub(written, text)
    return text


class _Rewriter:
    """Rewriter of the lines of a text. ``_divs`` holds for each open div whether it is a callout."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._divs: list[bool] = []
        self._tab = -1  # indent of the open tab
        self._code = FenceTracker()
        self._outline = False
        self._grid: list[str] = []
        self._comment_end = -1  # index of the line that ends a comment
        self._quote = ""  # text before the comment
        self._gap_end = 0  # index of the line after blank lines in one of them
        self._html = 0  # tables and lists of HTML that are open

    def rewrite(self) -> list[str]:
        out: list[str] = []
        before = ""
        for number, raw_line in enumerate(self._lines):
            line = self._out_of_comment(number, raw_line)
            if line is None or self._is_gap_in_html(number, line):
                continue
            is_row = bool(self._grid) and line.lstrip()[:1] in {"+", "|"}
            if (is_row or ("+-" in line and is_grid(line))) and not self._code.fence:
                self._grid.append(line.strip())
                continue
            if self._grid:
                out += self._table()
            out += self._line(self._out_of_tab(self._out_of_block(line, before)))
            before = line
        return out + self._table()

    def _is_gap_in_html(self, number: int, line: str) -> bool:
        """Return whether a blank line is between two tags of a table or list."""
        if "<" in line and not self._code.fence:
            self._html = max(0, self._html + sum(-1 if edge[1] else 1 for edge in _HTML_EDGE.finditer(line)))
        if number < self._gap_end:
            return True
        if not self._html or line.strip() or self._code.fence or not self._lines[number - 1].rstrip().endswith(">"):
            return False
        later = range(number + 1, len(self._lines))
        below = next((each for each in later if self._lines[each].strip()), 0)
        self._gap_end = below if _HTML_PART.match(self._lines[below]) else 0
        return number < self._gap_end

    def _table(self) -> list[str]:
        """Return the grid above as a table. A border alone stays a line."""
        grid, self._grid = self._grid, []
        return ["", *grid_table(grid), ""] if len(grid) > _BORDERS else grid

    def _out_of_comment(self, number: int, line: str) -> str | None:
        """Return a line without its part of a multi-line comment; None if all of it is comment."""
        if number < self._comment_end:
            return None
        if number == self._comment_end:
            return self._quote + line.partition("%%")[2].lstrip()
        if "%%" in line and not self._code.fence and (begin := _COMMENT.match(line)):
            later = range(number + 1, len(self._lines))
            self._comment_end = next((end for end in later if "%%" in self._lines[end]), -1)
            self._quote = begin[1]
            return None if self._comment_end > 0 else line
        return line

    def _out_of_block(self, line: str, before: str) -> str:
        """Return a line without the tab that indents an outline below a heading or a text that is not a list item."""
        if not line.startswith("\t"):
            self._outline = self._outline and not line.strip()
        elif line.startswith("\t- ") and before.strip() and not _ITEM.match(before):
            self._outline = True
        return line[1:] if self._outline and not self._code.fence and line.startswith("\t") else line

    def _out_of_tab(self, line: str) -> str:
        if self._tab < 0 or not line.strip():
            return line
        if line[: self._tab + 4].strip():
            self._tab = -1
            return line
        return line[: self._tab] + line[self._tab + 4 :]

    def _line(self, line: str) -> list[str]:
        if self._code.is_code(line):
            return [line]
        if tab := _TAB.fullmatch(line):
            self._tab = len(tab[1])
            return ["", f"{tab[1]}**{tab[2]}**", ""]
        if line.lstrip().startswith(":::"):
            return self._colons(line)
        if "markdown" in line and (element := _MARKDOWN_ELEMENT.fullmatch(line)):
            return ["", (element[2] or "").removesuffix(f"</{element[1]}>").strip(), ""]
        return ["".join(part if number % 2 else _rewritten(part) for number, part in enumerate(_CODE.split(line)))]

    def _colons(self, line: str) -> list[str]:
        if image := _LEARN_IMAGE.fullmatch(line):
            named = dict(_VALUE.findall(image[1]))
            return ["", f"![{named.get('alt-text', '')}](<{named.get('source', '')}>)", ""]
        if _LEARN_LAYOUT.fullmatch(line):
            return [""]
        div = _DIV.fullmatch(line)
        return self._div(line, div[1]) if div else [line]

    def _div(self, line: str, attributes: str | None) -> list[str]:
        if attributes is not None:
            callout = _CALLOUT.search(attributes)
            self._divs.append(callout is not None)
            title = _TITLE.search(attributes)
            return ["", f"::: {callout[1]} {title[1] if title else ''}".rstrip() if callout else "", ""]
        if line.strip(" \t:"):  # the name of a container
            self._divs.append(True)
            return [line]
        return [line] if not self._divs or self._divs.pop() else [""]


def unwrap_elements(path: str, text: str) -> str:
    """Return the Markdown of a file without elements around it and without their indents.

    Components keep their tags, because a tag can be a title or link. Takes time linear in the text.
    """
    if "</" not in text or _ELEMENT_HINT.search(text) is None:
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
            self._in_html = bool(line.strip()) and (self._in_html or _HTML_LINE.match(line) is not None)
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
