"""Conversion of reStructuredText to Markdown: headings, links, code, images, notes, quotes, tables and footnotes.

Other text stays unchanged.
"""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING

from msgspec import Struct, field

from reader.render.markup import text_tables

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NOTES", "boxed", "is_rst_text", "rst_to_markdown", "write_role"]

_LINE = re.compile(r"""([=\-~^"'*+#:.`_])\1{2,}[ \t]*\Z""")
_DIRECTIVE = re.compile(r"([ \t]*)\.\.[ \t]+([\w:-]+)::[ \t]*(.*)\Z")
_TARGET = re.compile(r"[ \t]*\.\.[ \t]+_`?([^:`\n]+)`?:[ \t]+(\S+)[ \t]*\Z")
_COMMENT = re.compile(r"[ \t]*\.\.(?:[ \t]|\Z)")
_ANONYMOUS_TARGET = re.compile(r"[ \t]*(?:__|\.\.[ \t]+__:)[ \t]+(\S+)[ \t]*\Z")
_ANONYMOUS = re.compile(r"(?<!`)`([^`<>]+)`__(?!\w)")
_OPTION = re.compile(r"[ \t]+:([\w-]+):[ \t]*(.*)\Z")
_LITERAL = re.compile(r"(``.+?``)")
_LINK = re.compile(r"`([^`<]+)<([^`<>\s]+)>`__?")
_ROLE = re.compile(r":([\w:+-]{1,60}):`(?:([^`<]+)<([^`<>]*)>|([^`]+))`")
_SUBSTITUTION = re.compile(r"[ \t]*\.\.[ \t]+\|([^|\n]+)\|[ \t]+(image|replace|unicode)::[ \t]*(.*)\Z")
_SUBSTITUTED = re.compile(r"\|([^|\s](?:[^|\n]*[^|\s])?)\|_{0,2}")
_NOTE = re.compile(r"[ \t]*\.\.[ \t]+\[(\d+|[#*][\w.-]*|[A-Za-z][\w.-]*)\][ \t]+(.*)\Z")
_NOTE_REFERENCE = re.compile(r"[ ]?\[(\d+|[#*][\w.-]*|[A-Za-z][\w.-]*)\]_(?!\w)")
_ITEM = re.compile(r"(?:[-*+•]|\(?(?:\d{1,9}|#|[A-Za-z])[.)])[ \t]")
_LINE_BLOCK = re.compile(r"[ \t]*\|(?:[ ](.*))?\Z")
_NAMED = re.compile(r"`([^`<>]+)`__?(?!\w)|(?<![\w`/])([A-Za-z][\w.-]{0,60}[A-Za-z0-9])_(?![\w_])")
_MAX_TABLE = 300  # lines
_MAX_DEPTH = 5  # of nested directives
_SURE = re.compile(r"^\.\.[ \t]+[\w:-]+::|`__?(?!\w)", re.MULTILINE)
_CODE = frozenset(
    {"code-block", "code", "sourcecode", "highlight", "listing", "parsed-literal", "literalinclude", "math"}
)
_IMAGES = frozenset({"image", "figure", "thumbnail"})
NOTES = frozenset(
    {"note", "warning", "tip", "hint", "important", "caution", "danger", "error", "attention", "admonition", "seealso",
     "versionadded", "versionchanged", "deprecated", "topic", "sidebar", "update"}
)  # fmt: skip
# Directives whose argument is a title. In other directives, it is the beginning of the text.
_TITLED = frozenset(
    {"admonition", "dropdown", "topic", "sidebar", "margin", "exercise", "solution", "proof", "theorem"}
)
_TABLES = {"list-table": text_tables.list_table, "csv-table": text_tables.csv_table}
# Role → replacement for its text. The text of other roles becomes code.
_WRITTEN = {
    **dict.fromkeys(("doc", "download"), "[{}](<{}>)"),
    "math": "${}$",
    **{name: f"<{name}>{{}}</{name}>" for name in ("kbd", "sub", "sup")},
    **dict.fromkeys(("subscript",), "<sub>{}</sub>"),
    **dict.fromkeys(("superscript",), "<sup>{}</sup>"),
    **dict.fromkeys(("guilabel", "menuselection", "strong"), "**{}**"),
    "emphasis": "*{}*",
    **dict.fromkeys(("cite", "cite:p", "cite:ps", "footcite", "cite:alp"), "[{}]"),
    **dict.fromkeys(
        ("abbr", "any", "cite:t", "cite:ts", "del", "dfn", "eq", "index", "numref", "prf:ref", "ref", "term", "title",
         "u"), "{}"
    ),
}  # fmt: skip
_DROPPED = frozenset({"contents", "raw", "class", "meta", "highlight", "toctree", "default-role", "role", "include"})


def is_rst_text(text: str) -> bool:
    """Return whether a plain text is certainly reStructuredText."""
    return _SURE.search(text) is not None


def rst_to_markdown(path: str, text: str) -> str:
    """Return a file's reStructuredText as Markdown. Other text is returned unchanged."""
    suffix = path.rpartition(".")[2].lower()
    if not (suffix == "rst" or (suffix == "txt" and is_rst_text(text))):
        return text
    lines = _LINK.sub(_on_one_line, text).split("\n")
    lines = _with_anonymous_targets(lines)
    return "\n".join(_Converter(lines, _names(lines)).convert())


def boxed(name: str, argument: str, content: list[str]) -> list[str]:
    """Return the lines of a note as a quote below its title, or below the name of its kind if it has no title."""
    has_title = argument and name in _TITLED
    said = [argument, ""] if argument and not has_title else []
    return [f"> {each}" for each in (f"**{argument if has_title else name.capitalize()}**", "", *said, *content)]


def write_role(name: str, text: str, target: str) -> str:
    """Return the Markdown for the text of a role."""
    if written := _WRITTEN.get(name):
        return written.format(text, target)
    return f"`{text.rpartition('.')[2] if text.startswith('~') else text}`"


class _Names(Struct, frozen=True):
    """Definitions of names in a text: URLs of links, and Markdown for substitutions. ``notes`` are footnotes."""

    targets: dict[str, str]
    substitutions: dict[str, str] = field(default_factory=dict)
    notes: frozenset[str] = frozenset()


def _names(lines: list[str]) -> _Names:
    targets: dict[str, str] = {}
    substitutions: dict[str, str] = {}
    notes: set[str] = set()
    for number, line in enumerate(lines):
        if target := _TARGET.match(line):
            targets[target[1].strip().lower()] = target[2]
        elif note := _NOTE.match(line):
            notes.add(note[1])
        elif found := _SUBSTITUTION.match(line):
            options = (_OPTION.match(each) for each in lines[number + 1 : number + 8])
            alt = next((option[2] for option in options if option and option[1] == "alt"), "")
            substitutions[found[1].lower()] = f"![{alt}](<{found[3].strip()}>)" if found[2] == "image" else found[3]
    return _Names(targets, substitutions, frozenset(notes))


def _with_anonymous_targets(lines: list[str]) -> list[str]:
    """Return the lines with the anonymous targets of ```text`__`` written into the links, in order."""
    urls = [found[1] for line in lines if (found := _ANONYMOUS_TARGET.match(line))]
    if not urls:
        return lines
    left = iter(urls)

    def named(link: re.Match[str]) -> str:
        url = next(left, "")
        return f"`{link[1]} <{url}>`__" if url else link[1]

    return [_ANONYMOUS.sub(named, line) for line in lines if not _ANONYMOUS_TARGET.match(line)]


def _on_one_line(link: re.Match[str]) -> str:
    return link[0] if "\n\n" in link[0] else link[0].replace("\n", " ")


class _Converter:
    def __init__(self, lines: list[str], names: _Names, depth: int = 0) -> None:
        self._lines = lines
        self._names = names
        self._depth = depth
        self._styles: list[str] = []
        self._at = 0
        self._out: list[str] = []
        self._is_list = False

    def convert(self) -> list[str]:
        readers = (self._table, self._heading, self._directive, self._note, self._comment, self._indented_text)
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not any(read(line) for read in readers):
                self._at += 1
                self._text(line)
        return self._out

    def _heading(self, line: str) -> bool:
        below, after = (*self._lines[self._at + 1 : self._at + 3], "", "")[:2]
        over = _LINE.match(line)
        if over and below.strip() and after.rstrip() == line.rstrip():
            self._put_heading(below, over[1] * 2, 3)
            return True
        under = _LINE.match(below)
        if line.strip() and not over and under and len(below.rstrip()) >= min(len(line.rstrip()), 4):
            self._put_heading(line, under[1], 2)
            return True
        return False

    def _put_heading(self, title: str, style: str, lines: int) -> None:
        if style not in self._styles:
            self._styles.append(style)
        level = min(6, self._styles.index(style) + 1)
        self._out += ["", f"{'#' * level} {self._inline(title.strip())}", ""]
        self._at += lines

    def _directive(self, line: str) -> bool:
        found = _DIRECTIVE.match(line)
        if found is None:
            return False
        self._at += 1
        goes_on = self._at < len(self._lines) and self._lines[self._at].strip() != ""
        options, content = self._content(len(found[1]))
        name, argument = found[2].lower(), found[3].strip()
        if name in _CODE:
            self._code(content, argument)
        elif name in _IMAGES:
            self._out += ["", f"![{options.get('alt', '')}](<{argument}>)", *self._converted(content), ""]
        elif name in NOTES:
            if argument and name not in _TITLED:  # the first line of the content
                argument, content = "", [argument, *([] if goes_on and not options else [""]), *content]
            self._out += ["", *boxed(name, argument, self._converted(content)), ""]
        elif name in _TABLES:
            self._out += ["", *([f"**{argument}**", ""] if argument else []), *_TABLES[name](content, options), ""]
        elif name not in _DROPPED:
            self._out += ["", *self._converted(content), ""]
        return True

    def _table(self, line: str) -> bool:
        """Write a table: a grid, or columns below a border."""
        end = self._at
        if text_tables.is_grid(line):
            while end < len(self._lines) and self._lines[end].lstrip()[:1] in {"+", "|"}:
                end += 1
            self._out += ["", *map(self._inline, text_tables.grid_table(self._lines[self._at : end])), ""]
        elif text_tables.is_simple_border(line):
            ahead = self._lines[end : end + _MAX_TABLE]
            borders = [at for at, each in enumerate(ahead) if text_tables.is_simple_border(each)]
            below = (end + at for at in borders[1:] if not "".join(ahead[at + 1 : at + 2]).strip())
            end = next(below, end - 1) + 1
            self._out += ["", *map(self._inline, text_tables.simple_table(self._lines[self._at : end])), ""]
        is_table = end > self._at
        self._at = end
        return is_table

    def _note(self, line: str) -> bool:
        """Write a footnote or a citation."""
        found = _NOTE.match(line)
        if found is None:
            return False
        self._at += 1
        text = [found[2], *self._indented(len(line) - len(line.lstrip()))]
        self._out += ["", f"[^{found[1]}]: {' '.join(self._inline(each.strip()) for each in text if each)}", ""]
        return True

    def _indented_text(self, line: str) -> bool:
        """Write indented text: as a definition below a term, unchanged in a list, otherwise as a quote."""
        if not line[:1].isspace() or not line.strip() or self._is_list or self._depth >= _MAX_DEPTH:
            self._is_list = bool(_ITEM.match(line)) or (self._is_list and (not line.strip() or line[:1].isspace()))
            return False
        content = self._converted(self._indented(0))
        if self._at_term():
            self._out += [f": {content[0]}", *(f"    {each}" if each else "" for each in content[1:]), ""]
        else:
            self._out += ["", *(f"> {each}" for each in content), ""]
        return True

    def _at_term(self) -> bool:
        """Return whether the line directly above is a paragraph of one line."""
        return bool(self._out) and self._out[-1].strip() != "" and "".join(self._out[-2:-1]).strip() == ""

    def _content(self, indent: int) -> tuple[dict[str, str], list[str]]:
        """Take the options and the indented content of a directive."""
        options: dict[str, str] = {}
        while self._at < len(self._lines) and (option := _OPTION.match(self._lines[self._at])):
            options[option[1]] = option[2].strip()
            self._at += 1
        return options, self._indented(indent)

    def _indented(self, indent: int) -> list[str]:
        start = self._at
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.strip() and len(line) - len(line.lstrip()) <= indent:
                break
            self._at += 1
        return dedent("\n".join(self._lines[start : self._at])).strip("\n").split("\n") if self._at > start else []

    def _converted(self, content: list[str]) -> list[str]:
        if not any(content) or self._depth >= _MAX_DEPTH:
            return content
        return _Converter(content, self._names, self._depth + 1).convert()

    def _code(self, content: list[str], argument: str) -> None:
        if content:
            self._out += ["", f"```{argument.split(' ', 1)[0]}", *content, "```", ""]
        elif argument:
            self._out += ["", f"``{argument}``", ""]

    def _comment(self, line: str) -> bool:
        if not _COMMENT.match(line):
            return False
        self._at += 1
        if not _TARGET.match(line):
            self._indented(len(line) - len(line.lstrip()))
        return True

    def _text(self, line: str) -> None:
        if block := _LINE_BLOCK.match(line):
            self._out.append(f"{self._inline(block[1] or '')}  ")
            return
        if not line.rstrip().endswith("::"):
            self._out.append(self._inline(line))
            return
        said = line.rstrip()[:-1] if line.strip() != "::" else ""
        self._out.append(self._inline(said.removesuffix(" :")))
        following = self._lines[self._at : self._at + 2]
        if following and not following[0].strip() and following[-1][:1].isspace() and following[-1].strip():
            self._code(self._indented(len(line) - len(line.lstrip())), "")

    def _inline(self, line: str) -> str:
        parts = _LITERAL.split(line)
        return "".join(part if number % 2 else self._links(part) for number, part in enumerate(parts))

    def _links(self, text: str) -> str:
        if "|" in text and self._names.substitutions:
            text = _SUBSTITUTED.sub(self._substituted, text)
        if "`" not in text and "_" not in text:
            return text
        if "]_" in text:
            text = _NOTE_REFERENCE.sub(self._note_reference, text)
        text = _LINK.sub(lambda link: f"[{link[1].strip()}](<{link[2]}>)", text)
        text = _ROLE.sub(_role, text)
        named: Callable[[re.Match[str]], str] = self._named
        return _NAMED.sub(named, text)

    def _substituted(self, found: re.Match[str]) -> str:
        return self._names.substitutions.get(found[1].lower(), found[0])

    def _note_reference(self, found: re.Match[str]) -> str:
        return f"[^{found[1]}]" if found[1] in self._names.notes else found[0]

    def _named(self, found: re.Match[str]) -> str:
        name = found[1] or found[2]
        url = self._names.targets.get(" ".join(name.lower().split()))
        return f"[{name}](<{url}>)" if url else name if found[1] else found[0]


def _role(found: re.Match[str]) -> str:
    text = (found[2] or found[4]).strip()
    return write_role(found[1], text, (found[3] or text).strip())
