"""Conversion of reStructuredText to Markdown: headings, links, code, images and notes; other text stays as it is."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NOTES", "boxed", "is_rst_text", "rst_to_markdown"]

_LINE = re.compile(r"""([=\-~^"'*+#:.`_])\1{2,}[ \t]*\Z""")
_DIRECTIVE = re.compile(r"([ \t]*)\.\.[ \t]+([\w:-]+)::[ \t]*(.*)\Z")
_TARGET = re.compile(r"[ \t]*\.\.[ \t]+_`?([^:`\n]+)`?:[ \t]+(\S+)[ \t]*\Z")
_COMMENT = re.compile(r"[ \t]*\.\.(?:[ \t]|\Z)")
_ANONYMOUS_TARGET = re.compile(r"[ \t]*(?:__|\.\.[ \t]+__:)[ \t]+(\S+)[ \t]*\Z")
_ANONYMOUS = re.compile(r"(?<!`)`([^`<>]+)`__(?!\w)")
_OPTION = re.compile(r"[ \t]+:([\w-]+):[ \t]*(.*)\Z")
_LITERAL = re.compile(r"(``.+?``)")
_LINK = re.compile(r"`([^`<]+)<([^`<>\s]+)>`__?")
_ROLE = re.compile(r":[\w:+-]{1,60}:`([^`<]+)(?:<[^`<>]*>)?`")
_DOCUMENT = re.compile(r":doc:`(?:([^`<]+)<)?([^`<>]+)>?`")
_NAMED = re.compile(r"`([^`<>]+)`__?(?!\w)|(?<![\w`/])([A-Za-z][\w.-]{0,60}[A-Za-z0-9])_(?![\w_])")
_MAX_DEPTH = 5  # of directives in directives
_SURE = re.compile(r"^\.\.[ \t]+[\w:-]+::|`__?(?!\w)", re.MULTILINE)
_CODE = frozenset(
    {"code-block", "code", "sourcecode", "highlight", "listing", "parsed-literal", "literalinclude", "math"}
)
_IMAGES = frozenset({"image", "figure", "thumbnail"})
NOTES = frozenset(
    {"note", "warning", "tip", "hint", "important", "caution", "danger", "error", "attention", "admonition", "seealso",
     "versionadded", "versionchanged", "deprecated", "topic", "sidebar", "update"}
)  # fmt: skip
# Those whose argument is a title; that of the others is the beginning of the text.
_TITLED = frozenset(
    {"admonition", "dropdown", "topic", "sidebar", "margin", "exercise", "solution", "proof", "theorem"}
)
_DROPPED = frozenset({"contents", "raw", "class", "meta", "highlight", "toctree", "default-role", "role", "include"})


def is_rst_text(text: str) -> bool:
    """Return whether a plain text is reStructuredText beyond doubt."""
    return _SURE.search(text) is not None


def rst_to_markdown(path: str, text: str) -> str:
    """Return the text of a file with its markup in Markdown; one that is not reStructuredText is returned unchanged."""
    suffix = path.rpartition(".")[2].lower()
    if not (suffix == "rst" or (suffix == "txt" and is_rst_text(text))):
        return text
    lines = _LINK.sub(_on_one_line, text).split("\n")
    lines = _with_anonymous_targets(lines)
    targets = {found[1].strip().lower(): found[2] for line in lines if (found := _TARGET.match(line))}
    return "\n".join(_Converter(lines, targets).convert())


def boxed(name: str, argument: str, content: list[str]) -> list[str]:
    """Return the lines of a note as a quote below its title, which is that of its kind unless it has its own."""
    has_title = argument and name in _TITLED
    said = [argument, ""] if argument and not has_title else []
    return [f"> {each}" for each in (f"**{argument if has_title else name.capitalize()}**", "", *said, *content)]


def _with_anonymous_targets(lines: list[str]) -> list[str]:
    """Return the lines with the targets of ```text`__`` written into the links, in their order."""
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
    def __init__(self, lines: list[str], targets: dict[str, str], depth: int = 0) -> None:
        self._lines = lines
        self._targets = targets
        self._depth = depth
        self._styles: list[str] = []
        self._at = 0
        self._out: list[str] = []

    def convert(self) -> list[str]:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not (self._heading(line) or self._directive(line) or self._comment(line)):
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
        options, content = self._content(len(found[1]))
        name, argument = found[2].lower(), found[3].strip()
        if name in _CODE:
            self._code(content, argument)
        elif name in _IMAGES:
            self._out += ["", f"![{options.get('alt', '')}](<{argument}>)", *self._converted(content), ""]
        elif name in NOTES:
            self._out += ["", *boxed(name, argument, self._converted(content)), ""]
        elif name not in _DROPPED:
            self._out += ["", *self._converted(content), ""]
        return True

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
        return _Converter(content, self._targets, self._depth + 1).convert()

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
        if "`" not in text and "_" not in text:
            return text
        text = _LINK.sub(lambda link: f"[{link[1].strip()}](<{link[2]}>)", text)
        text = _DOCUMENT.sub(lambda link: f"[{(link[1] or link[2]).strip()}](<{link[2].strip()}>)", text)
        text = _ROLE.sub(lambda role: f"`{role[1].strip()}`", text)
        named: Callable[[re.Match[str]], str] = self._named
        return _NAMED.sub(named, text)

    def _named(self, found: re.Match[str]) -> str:
        name = found[1] or found[2]
        url = self._targets.get(" ".join(name.lower().split()))
        return f"[{name}](<{url}>)" if url else name if found[1] else found[0]
