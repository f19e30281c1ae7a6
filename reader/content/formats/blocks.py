"""Splitting of Markdown and reStructuredText into blocks, just well enough to find titles and excerpts.

Distinguishes prose from headings, code, tables, images and site generators' tags. Not a Markdown parser: it splits only
the start of a text, and a block of any other kind counts as prose.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Block", "BlockKind", "blocks"]

_SEARCHED = 8_000  # characters at the start of a text
_MAX_BLOCK = 4_000  # characters; patterns over a block may take quadratic time
_FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})")
_COMMENT = re.compile(r"[ \t]*<!--")
_OBSIDIAN_COMMENT = re.compile(r"[ \t]*%%(?!.*%%)")
_ATX = re.compile(r"[ ]{0,3}(#{1,6})(?:[ \t]+(.*))?\Z")
_CLOSING_SIGNS = re.compile(r"(?:(?<=[ \t])|\A)#+[ \t]*\Z")
_UNDERLINE = re.compile(r"[ ]{0,3}(=+|-+)[ \t]*\Z")
_RST_UNDERLINE = re.compile(r"""([=\-~^"'*+#:.`_])\1{2,}[ \t]*\Z""")
_RULE = re.compile(r"[ ]{0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|={3,})\Z")
_LIST = re.compile(r"[ \t]*(?:[-*+•]|\d{1,9}[.)])(?:[ \t]+(?:\[[ xX]\][ \t]+)?|\Z)")
_QUOTE = re.compile(r"[ ]{0,3}>[ \t]?")
_CALLOUT = re.compile(r"\[![\w-]+\][+-]?.*")
# A quote that a web clipper or the author labeled as the excerpt.
_SUMMARY = re.compile(
    r"[ ]{0,3}>[ \t]*(?:\[!(?:summary|abstract|tldr)\]|#{1,6}[ \t]+(?:excerpt|summary|abstract|tl;?dr)\W*\Z)",
    re.IGNORECASE,
)
_TABLE = re.compile(r"[ \t]*\||[ \t]*\+[-=+]{3,}")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*\|[ \t|:-]*\Z")
_DEFINITION = re.compile(r"[ ]{0,3}:[ \t]+\S")
_COMPONENT = r"::[a-z][\w-]*(?:[\[{]|[ \t]*\Z)|::[ \t]*\Z"  # of Nuxt Content
_TAG_LINE = re.compile(
    rf"[ \t]*(?:\{{%|<%|\{{\{{|\{{/\*|\$\$|\\begin|:::|{_COMPONENT}|:[a-z][\w-]*[\[{{][^\n]*[\]}}][ \t]*\Z)"
    r"|[ \t]*(?:!!![ \t]|\?\?\?|\[\[?_?toc_?\]\]?[ \t]*\Z|\{[:.#][^}]*\}[ \t]*\Z"
    r"|\([\w.:-]+\)=[ \t]*\Z|\+{3}[ \t]*\Z|\[[^\]\n]+\]:[ \t]|\[/?[a-z_][\w-]*(?:[ \t]+[a-z_-]+=|\][ \t]*\Z))",
    re.IGNORECASE,
)
# Code, diagrams and comments between two tags of Liquid or Hugo.
_CODE_TAG = re.compile(
    r"[ \t]*(?P<open>\{%-?|\{\{[<%])[ \t]*"
    r"(?P<name>chart|code|codeblock|comment|graphviz|highlight|katex|math|mermaid|plantuml|prism|schema|uml)\b"
)
_BRACKET_CODE = re.compile(r"[ \t]*\[(?:prism|code|sourcecode)\b")
_TAG_ENDS = {"{%": "%}", "<%": "%>", "{{": "}}", "{/": "*/}", "$$": "$$", "\\b": "\\end"}
_MODULE = re.compile(
    r"import[ \t]+(?:[\w*{]+.*\bfrom\b|[\"'])|import[ \t]*\{[ \t\w,]*\Z"
    r"|export[ \t]+(?:const|default|let|function|async|\{)"
)
_DIRECTIVE = re.compile(r"\.\.(?:[ \t]|\Z)|__[ \t]|:[\w -]+:(?:[ \t]|\Z)")
_HTML = re.compile(r"[ ]{0,3}<(/?[A-Za-z][A-Za-z0-9-]*)(?=[\s/>]|\Z)|[ ]{0,3}<[!?][A-Za-z\[]")
_LIQUID = re.compile(r"(?<!\()\{%[^{}\n]*%\}")
_HTML_HEADING = re.compile(r"[ ]{0,3}<h([1-6])\b[^>]*>(.*?)</h\1>", re.IGNORECASE | re.DOTALL)
# Elements that stay whole, and tags of other elements, between which HTML is split.
_HTML_PART = re.compile(
    r"(?P<whole><(?P<name>blockquote|dl|figure|ol|pre|script|style|summary|svg|table|ul)\b.*?</(?P=name)\s*>)"
    r"|</(?:article|aside|center|details|div|footer|header|main|nav|section)\s*>"
    r"|<(?P<end>/?)(?:article|aside|center|dd|details|div|dt|footer|h[1-6]|header|hr|li|main|nav|p|section)(?![\w-])[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
_BOLD_LINE = re.compile(r"\s*<p\b[^<>]*>\s*<(b|strong)>[^<>]*[^<>.!?:。！？]</\1>\s*</p>\s*\Z", re.IGNORECASE)
_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}|<[^<>]*>")
_WORD = re.compile(r"\w")
_FIRST_ITEM = re.compile(r"<(?:li|dd)\b[^<>]*>(.*?)(?=</?(?:li|dd|ul|ol|dl|pre|table)\b|\Z)", re.IGNORECASE | re.DOTALL)
_IN_DETAILS = re.compile(r"<summary\b[^>]*>[^<]*</summary>|^>", re.MULTILINE)
_SILENT_HTML = frozenset(
    {"script", "style", "svg", "iframe", "template", "noscript", "video", "audio", "object", "table", "pre", "nav",
     "form", "figure", "head", "summary"}
)  # fmt: skip
# Asides: MDX components (Notion writes <aside>) or boxes between colons.
_REMARK = (
    r"admonition|alert|aside|attention|callout|caution|danger|error|expand|hint|important|info|message|notice|note|panel"
    r"|question|spoiler|success|tip|warning"
)
_REMARK_TAG = re.compile(rf"<aside\b|<(?=[A-Z])(?i:{_REMARK})\b")
_REMARK_BOX = re.compile(rf"[ \t]*(:{{2,}})[ \t]*\{{?(?:{_REMARK})\b", re.IGNORECASE)
_REMARK_CODE = re.compile(rf"[ \t]*(\{{%|\{{\{{[<%])-?[ ]*({_REMARK})\b[^{{}}]*[%>]\}}\}}?[ \t]*\Z", re.IGNORECASE)
_INTERRUPTS = re.compile(
    r"[ ]{0,3}(?:#{1,6}[ \t]|`{3}|~{3}|>|<!--|:::|\{%-?[ ]*end|\{\{[<%][ ]*/|\{[{%][^{}]*[%>]\}\}?[ \t]*\Z)"
    rf"|[ ]{{0,3}}(?:{_COMPONENT})"
)
_INDENTED = re.compile(r"(?: {4}|\t)")
# List items without text of their own, such as Readwise's note of when it added the highlights below.
_NO_ITEM = re.compile(
    r"\s*(?:[\W_]*\Z|#{1,6}(?:[ \t]|\Z)|`{3}|~{3}|%%[^%]*%%\Z|#*[ ]*(?:Highlights first synced|New highlights added)\b"
    r"|(?:\[\[[^\[\]]*\]\][ \t]*)+\Z|!\[[^\[\]]*\]\([^()]*\)[ \t]*\Z)"
)
_INNER_MARKS = re.compile(r"\A(?:[-*+][ \t]+)+")
_PROPERTY = re.compile(r"[ \t]*(?:[\w.?-]+:: |#\+\w)")


class BlockKind(StrEnum):
    """Kind of a block; OTHER is everything that cannot serve as title or excerpt."""

    HEADING = "heading"
    PROSE = "prose"
    LIST = "list"
    QUOTE = "quote"
    OTHER = "other"


class Block(Struct, frozen=True):
    """Block of a text without its markers; ``level`` is the heading level or 0, of a list that of its first item."""

    kind: BlockKind
    text: str = ""
    level: int = 0


_NOTHING = Block(BlockKind.OTHER)
_Found = tuple[Block, int]


def blocks(text: str, *, rst: bool = False) -> Iterator[Block]:
    """Yield the blocks at the start of a text; ``rst`` for reStructuredText instead of Markdown."""
    scanner = _Scanner(text[:_SEARCHED].split("\n"), rst=rst)
    at = 0
    while at < len(scanner.lines):
        if not scanner.lines[at].strip():
            at += 1
            continue
        block, at = scanner.block(at)
        yield block if len(block.text) <= _MAX_BLOCK else Block(block.kind, block.text[:_MAX_BLOCK], block.level)


class _Scanner:
    """Scanner over the lines of a text. Each method returns a block and the index of the line after it."""

    def __init__(self, lines: list[str], *, rst: bool) -> None:
        self.lines = lines
        self._rst = rst
        self._styles: list[str] = []  # underlines of reStructuredText headings, from the top level down

    def block(self, at: int) -> _Found:
        """Return the block that begins on a line that is not blank."""
        if self._rst and (found := self._rst_only(at)):
            return found
        line = self.lines[at]
        if line[0].isalpha() and not line.startswith(("import", "export")):
            return self._paragraph(at)
        for pattern, read in _READERS:
            if begin := pattern.match(line):
                return read(self, at, begin)
        return self._paragraph(at)

    def fence(self, at: int, begin: re.Match[str]) -> _Found:
        """Skip to the end of fenced code."""
        for number in range(at + 1, len(self.lines)):
            closing = self.lines[number].strip()
            if closing.startswith(begin[1]) and not closing.strip(begin[1][0]):
                return _NOTHING, number + 1
        return _NOTHING, len(self.lines)

    def comment(self, at: int, _begin: re.Match[str]) -> _Found:
        """Skip a comment."""
        return _NOTHING, self._until(at, "-->")

    def obsidian_comment(self, at: int, _begin: re.Match[str]) -> _Found:
        """Skip a comment over several lines. Without an end, it is a paragraph."""
        end = self._until(at, "%%")
        return (_NOTHING, end) if end > at + 1 else self._paragraph(at)

    def heading(self, at: int, begin: re.Match[str]) -> _Found:
        """Return a heading that starts with number signs."""
        text = _CLOSING_SIGNS.sub("", begin[2] or "").strip()
        return Block(BlockKind.HEADING, text, len(begin[1])), at + 1

    def line(self, at: int, _begin: re.Match[str]) -> _Found:
        """Skip a line."""
        return _NOTHING, at + 1

    def tag(self, at: int, begin: re.Match[str]) -> _Found:
        """Skip a site generator's tag, which may span several lines."""
        if box := _REMARK_BOX.match(self.lines[at]):
            return self._remark(at, box[1])
        if code := _REMARK_CODE.match(self.lines[at]):
            return self._remark(at, f"{code[1]} {'end' if code[1] == '{%' else '/'}{code[2]}")
        if code := _CODE_TAG.match(self.lines[at]):
            return _NOTHING, self._until(at, ("end" if code["open"][1] == "%" else "/") + code["name"])
        if self.lines[at].lstrip().startswith("{::comment"):
            return _NOTHING, self._until(at, "{:/")
        end = "[/" if _BRACKET_CODE.match(self.lines[at]) else _TAG_ENDS.get(begin[0].strip()[:2], "")
        return _NOTHING, self._until(at, end)

    def group(self, at: int, _begin: re.Match[str]) -> _Found:
        """Skip to the next blank line."""
        return _NOTHING, self._group(at)

    def html(self, at: int, begin: re.Match[str]) -> _Found:
        """Return an HTML element as a heading, list, quote or prose with tags; OTHER for elements without prose."""
        if not begin[1]:  # a processing instruction or declaration
            return _NOTHING, self._until(at, "?>" if "<?" in begin[0] else ">")
        if begin[1].lower() != "details":
            self._split_html(at)
        end = self._group(at)
        tag = begin[1].lower()
        if tag in _SILENT_HTML:
            return _NOTHING, max(end, self._until(at, f"</{tag}"))
        if _REMARK_TAG.match(self.lines[at].lstrip()):
            return self._remark(at, f"</{begin[1]}>")
        text = _LIQUID.sub(" ", "\n".join(self.lines[at:end]))
        if tag == "details":
            text = _IN_DETAILS.sub(" ", text)
        return _html_block(tag, text), end

    def _split_html(self, at: int) -> None:
        """Put each block-level element of a group of lines into a group of its own."""
        end = self._group(at)
        apart = _HTML_PART.sub(_set_apart, "\n".join(self.lines[at:end])).strip()
        if "\n\n" in apart:
            self.lines[at:end] = apart.split("\n")

    def _remark(self, at: int, end: str) -> _Found:
        """Return the content of a box as a quote, which becomes the excerpt only if there is no prose."""
        after = self._until(at, end)
        text = "\n".join(self.lines[at + 1 : after - 1])
        return Block(BlockKind.QUOTE, text), after

    def list(self, at: int, begin: re.Match[str]) -> _Found:
        """Return a list, with the text of its first item that is not a heading or code."""
        end = self._group(at)
        items = [[_INNER_MARKS.sub("", self.lines[at][begin.end() :], count=1)]]
        for line in self.lines[at + 1 : end]:
            if mark := _LIST.match(line):
                items.append([_INNER_MARKS.sub("", line[mark.end() :], count=1)])
            else:
                items[-1].append(line)
        item = next((item for item in items if not _NO_ITEM.match(item[0])), None)
        if item is None:
            return _NOTHING, end
        return Block(BlockKind.LIST, "\n".join(line for line in item if not _PROPERTY.match(line))), end

    def quote(self, at: int, _begin: re.Match[str]) -> _Found:
        """Return a quote, as prose if it is labeled as a summary."""
        end = self._group(at)
        is_summary = _SUMMARY.match(self.lines[at])
        text = "\n".join(
            _CALLOUT.sub("", _QUOTE.sub("", line, count=1)) for line in self.lines[at + bool(is_summary) : end]
        )
        return Block(BlockKind.PROSE if is_summary else BlockKind.QUOTE, text), end

    def _group(self, at: int) -> int:
        """Return the index of the next blank line."""
        while at < len(self.lines) and self.lines[at].strip():
            at += 1
        return at

    def _until(self, at: int, end: str) -> int:
        """Return the index of the line after the one that contains ``end``, or after this line if none does."""
        opening = 2
        for number in range(at, len(self.lines) if end else at):
            if end in self.lines[number][opening:]:
                return number + 1
            opening = 0
        return at + 1

    def _paragraph(self, at: int) -> _Found:
        for number in range(at + 1, len(self.lines)):
            line = self.lines[number]
            first = line.lstrip()[:1]
            if not first:
                is_term = number + 1 < len(self.lines) and _DEFINITION.match(self.lines[number + 1])
                return (_NOTHING, number + 1) if is_term else self._prose(at, number)
            if first.isalpha() and "|" not in line:
                continue
            if underline := _UNDERLINE.match(line):
                text = " ".join(self.lines[at:number]).strip()
                return Block(BlockKind.HEADING, text, 1 if underline[1][0] == "=" else 2), number + 1
            if number > at + 1 and "|" in self.lines[number - 1] and _TABLE_RULE.match(line):
                return self._prose(at, number - 1)
            if number == at + 1 and (_TABLE_RULE.match(line) or _DEFINITION.match(line)):
                return _NOTHING, self._group(at)
            if _INTERRUPTS.match(line) or _LIST.match(line):
                return self._prose(at, number)
        return self._prose(at, len(self.lines))

    def _prose(self, at: int, end: int) -> _Found:
        return Block(BlockKind.PROSE, "\n".join(self.lines[at:end])), end

    def _rst_only(self, at: int) -> _Found | None:
        """Return a block that exists only in reStructuredText: an underlined heading, a directive or a field."""
        line, below, after = (*self.lines[at : at + 3], "", "")[:3]
        overline = _RST_UNDERLINE.match(line)
        if overline and below.strip() and after.rstrip() == line.rstrip():
            return self._rst_heading(below, overline[1] * 2), at + 3
        underline = _RST_UNDERLINE.match(below)
        if underline and len(below.rstrip()) >= min(len(line.strip()), 4):
            return self._rst_heading(line, underline[1]), at + 2
        if not _DIRECTIVE.match(line):
            return None
        at += 1
        while at < len(self.lines) and (not self.lines[at].strip() or self.lines[at][0] in " \t"):
            at += 1
        return _NOTHING, at

    def _rst_heading(self, line: str, style: str) -> Block:
        if style not in self._styles:
            self._styles.append(style)
        return Block(BlockKind.HEADING, line.strip(), self._styles.index(style) + 1)


def _html_block(tag: str, text: str) -> Block:
    if heading := _HTML_HEADING.match(text):
        return Block(BlockKind.HEADING, heading[2], int(heading[1]))
    if "{{" in text and not _WORD.search(_TEMPLATE.sub("", text)):
        return _NOTHING
    if tag in {"ul", "ol", "dl"} and (item := _FIRST_ITEM.search(text)):
        return Block(BlockKind.LIST, item[1])
    is_quote = tag == "blockquote" or _BOLD_LINE.match(text)  # bold text alone serves as a heading
    return Block(BlockKind.QUOTE if is_quote else BlockKind.PROSE, text)


def _set_apart(found: re.Match[str]) -> str:
    if found["end"] is None:
        return f"\n\n{found[0]}\n\n"
    return f"{found[0]}\n\n" if found["end"] else f"\n\n{found[0]}"


# The first pattern that matches the first line of a block decides its kind. If none matches, it is a paragraph.
_READERS: tuple[tuple[re.Pattern[str], Callable[[_Scanner, int, re.Match[str]], _Found]], ...] = (
    (_FENCE, _Scanner.fence),
    (_COMMENT, _Scanner.comment),
    (_OBSIDIAN_COMMENT, _Scanner.obsidian_comment),
    (_ATX, _Scanner.heading),
    (_RULE, _Scanner.line),
    (_TAG_LINE, _Scanner.tag),
    (_MODULE, _Scanner.group),
    (_DEFINITION, _Scanner.group),
    (_TABLE, _Scanner.group),
    (_HTML, _Scanner.html),
    (_LIST, _Scanner.list),
    (_INDENTED, _Scanner.group),
    (_QUOTE, _Scanner.quote),
)
