"""Conversion of HTML to the tokens that the Markdown parser also produces.

lexbor parses HTML as a browser would. Text becomes text tokens, so nothing in it is read as Markdown, and character
references are decoded once. Scripts, styles and forms are dropped; elements without a Markdown counterpart are reduced
to their content.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.token import Token
from selectolax.lexbor import LexborHTMLParser

from reader.render.markup.html_table import attribute, cells_of, children_of, grid_of, holds_data, is_in_head, rows_of
from reader.render.markup.inline import BLOCKS, Inline, media_label, text_token
from reader.text import script_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

__all__ = ["MAX_DEPTH", "html_tokens", "inline_tokens"]

MAX_DEPTH = 80
"""Levels of nested elements that keep their meaning; deeper ones are reduced to their text."""
_MAX_INDENTS = 12

# lexbor searches all open elements at each of these tags, so a page that nests thousands of them would take seconds.
_MAX_OPEN_BLOCKS = 1_000
_OPEN_BLOCK = re.compile(
    r"<(/?)(?:address|article|aside|blockquote|center|details|dialog|dir|div|dl|fieldset|figcaption|figure|footer|"
    r"header|hgroup|main|menu|nav|ol|section|summary|ul)(?=[\s/>])",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"<[/!?a-zA-Z][^>]*>")
_DROPPED = frozenset({
    "script", "style", "template", "noscript", "svg", "head", "title", "meta", "link", "base", "select",
    "option", "textarea", "canvas", "param", "rp", "datalist", "dialog", "map", "area"
})  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Part of a table whose other parts are in other blocks of Markdown.
_TABLE_PART = re.compile(r"\s*</?(?:caption|colgroup|t(?:body|d|foot|h|head|r))[\s>]", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang|highlight-source|brush:)[-: ]?([\w+#.-]+)")


def html_tokens(html: str) -> list[Token]:
    """Return the block tokens of an HTML fragment or page."""
    if _nests_too_deeply(html):
        return _paragraph([text_token(_SPACE.sub(" ", _ANY_TAG.sub(" ", html)))])
    root = LexborHTMLParser(f"<table>{html}" if _TABLE_PART.match(html) else html).body
    if root is None:
        return []
    writer = _BlockWriter()
    writer.flow(root, 0)
    writer.flush()
    return writer.tokens


def inline_tokens(html: str) -> list[Token]:
    """Return HTML as a line of inline tokens."""
    writer = _CellWriter()
    root = LexborHTMLParser(html).body
    if root is not None:
        writer.flow(root, 0)
    return writer.children()


def _nests_too_deeply(html: str) -> bool:
    depth = 0
    for found in _OPEN_BLOCK.finditer(html):
        depth = max(0, depth - 1) if found[1] else depth + 1
        if depth > _MAX_OPEN_BLOCKS:
            return True
    return False


def _paragraph(children: list[Token]) -> list[Token]:
    return [Token("paragraph_open", "p", 1), _inline(children), Token("paragraph_close", "p", -1)]


def _inline(children: list[Token]) -> Token:
    return Token("inline", "", 0, children=children, content="".join(child.content for child in children))


class _BlockWriter:
    """Writer of block tokens; inline content is collected until the next block begins."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self._line = Inline()
        self._indents = 0

    def flow(self, parent: LexborNode, depth: int) -> None:
        """Write the children of an element, both blocks and inline content."""
        for node in children_of(parent):
            tag = node.tag or ""
            if node.is_text_node:
                self._line.text(node.text_content or "")
            elif not node.is_element_node or tag in _DROPPED:
                continue
            elif depth >= MAX_DEPTH:
                self._line.text(" " + node.text(deep=True) + " ")
            elif tag in BLOCKS:
                self.flush()
                self._block(node, tag, depth + 1)
                self.flush()
            else:
                self._inline(node, tag, depth + 1)

    def flush(self, opener: str = "paragraph_open", tag: str = "p") -> None:
        """End the line of inline content; elements that are still open continue in the next line."""
        children = self._line.take()
        if children:
            closer = opener.replace("_open", "_close")
            self.tokens += [Token(opener, tag, 1), _inline(children), Token(closer, tag, -1)]

    def _block(self, node: LexborNode, tag: str, depth: int) -> None:
        match tag:
            case "ul" | "ol":
                self._list(node, tag, depth)
            case "li":
                self._wrapped("bullet_list", "ul", [[node]], depth)
            case "blockquote" | "dl" | "dd":
                self._within(tag, tag, [node], depth)
            case "pre":
                self._code(node)
            case "hr":
                self.tokens.append(Token("hr", "hr", 0))
            case "table":
                self._table(node, depth)
            case "dt" | "summary" | "figcaption":
                self._styled(node, tag, depth)
            case "iframe" | "video":
                self._media(node, tag)
            case _:
                self.flow(node, depth)
                if tag in _HEADINGS:
                    self._end_heading(node, tag)

    def _end_heading(self, node: LexborNode, tag: str) -> None:
        at = len(self.tokens)
        self.flush("heading_open", tag)
        if at < len(self.tokens):
            self.tokens[at].meta["id"] = node.attributes.get("id") or ""

    def _within(self, kind: str, tag: str, nodes: list[LexborNode], depth: int) -> None:
        if self._indents == _MAX_INDENTS and kind != "list_item":
            self._parts(nodes, depth)
            return
        self._indents += kind != "list_item"
        self.tokens.append(Token(f"{kind}_open", tag, 1))
        self._parts(nodes, depth)
        self.tokens.append(Token(f"{kind}_close", tag, -1))
        self._indents -= kind != "list_item"

    def _parts(self, nodes: list[LexborNode], depth: int) -> None:
        """Write the content of the first element, then the lists that follow it."""
        self.flow(nodes[0], depth)
        self.flush()
        for node in nodes[1:]:
            self._list(node, node.tag or "", depth)

    def _wrapped(self, kind: str, tag: str, items: Iterable[list[LexborNode]], depth: int, start: int = 1) -> None:
        if self._indents == _MAX_INDENTS:
            for item in items:
                self._parts(item, depth)
            return
        self._indents += 1
        attributes: dict[str, str | int | float] = {"start": start} if kind == "ordered_list" else {}
        self.tokens.append(Token(f"{kind}_open", tag, 1, attrs=attributes))
        for item in items:
            self._within("list_item", "li", item, depth)
        self.tokens.append(Token(f"{kind}_close", tag, -1))
        self._indents -= 1

    def _list(self, node: LexborNode, tag: str, depth: int) -> None:
        # Other elements than <li> are invalid here but occur: a list is part of the item above it, any other an item.
        items: list[list[LexborNode]] = []
        for child in children_of(node):
            if items and child.tag in {"ul", "ol"}:
                items[-1].append(child)
            elif child.is_element_node and child.tag not in _DROPPED:
                items.append([child])
        if not items:
            self.flow(node, depth)
        elif tag == "ul":
            self._wrapped("bullet_list", "ul", items, depth)
        else:
            start = attribute(node, "start") or attribute(items[0][0], "value")
            number = int(start) if re.fullmatch(r"\d{1,6}", start) else 1
            self._wrapped("ordered_list", "ol", items, depth, number)

    def _styled(self, node: LexborNode, tag: str, depth: int) -> None:
        self._line.open("strong" if tag in {"dt", "summary"} else "em")
        self.flow(node, depth)
        self.flush(*(("dt_open", "dt") if tag == "dt" else ()))
        self._line.close()

    def _code(self, node: LexborNode) -> None:
        code = node.css_first("code")
        names = " ".join(attribute(each, "class") for each in (node, code) if each is not None)
        language = _LANGUAGE.search(names)
        text = "".join(_verbatim(node)).strip("\n")
        if text.strip():
            self.tokens.append(Token("fence", "code", 0, content=text + "\n", info=language[1] if language else ""))

    def _media(self, node: LexborNode, tag: str) -> None:
        sources = (attribute(each, "src") or attribute(each, "data") for each in (node, *node.css("source")))
        source = next(filter(None, sources), "")
        if source:
            self._line.link(source, attribute(node, "title") or media_label(tag, source))
        else:
            self.flow(node, MAX_DEPTH - 1)

    def _inline(self, node: LexborNode, tag: str, depth: int) -> None:
        match tag:
            case "br":
                self._line.line_break()
            case "img":
                self._image(node)
            case "audio" | "embed" | "object":
                self._media(node, tag)
            case "input":
                if attribute(node, "type").lower() == "checkbox":
                    self._line.text("☑ " if "checked" in node.attributes else "☐ ")
            case "sup" | "sub" if all(child.is_text_node for child in children_of(node)):
                self._line.text(script_text(node.text(), tag))
            case _:
                self._inline_content(node, tag, depth)

    def _inline_content(self, node: LexborNode, tag: str, depth: int) -> None:
        before, after = _around(node, tag)
        self._line.text(before)
        self._line.open(tag, attribute(node, "href"))
        self.flow(node, depth)
        self._line.close()
        self._line.text(after)

    def _image(self, node: LexborNode) -> None:
        pixels = [attribute(node, side).removesuffix("px") for side in ("width", "height")]
        if "".join(pixels) and all(side in {"0", "1", "2", ""} for side in pixels):
            return  # a spacer or a tracking pixel
        source = attribute(node, "src") or attribute(node, "data-src")
        self._line.image(source, attribute(node, "alt") or attribute(node, "title"))

    def _table(self, node: LexborNode, depth: int) -> None:
        rows = list(rows_of(node))
        caption = next((child for child in children_of(node) if child.tag == "caption"), None)
        if caption is not None:
            self._styled(caption, "caption", depth)
        grid = grid_of(rows)
        if grid and holds_data(node, grid):
            self._data_table(rows, grid, depth)
        else:
            self._layout_table(rows, depth)

    def _layout_table(self, rows: list[LexborNode], depth: int) -> None:
        for row in rows:
            for cell in cells_of(row):
                self.flow(cell, depth)
                self.flush()

    def _data_table(self, rows: list[LexborNode], grid: list[list[LexborNode | None]], depth: int) -> None:
        columns = max(map(len, grid))
        has_header = all(cell.tag == "th" for cell in cells_of(rows[0])) or is_in_head(rows[0])
        self.tokens.append(Token("table_open", "table", 1))
        for place, cells in enumerate(grid):
            section, tag = ("thead", "th") if place == 0 and has_header else ("tbody", "td")
            if place == 0 or (place == 1 and has_header):
                self.tokens.append(Token(f"{section}_open", section, 1))
            self.tokens.append(Token("tr_open", "tr", 1))
            for cell in [*cells, *[None] * (columns - len(cells))]:
                self._cell(cell, tag, depth)
            self.tokens.append(Token("tr_close", "tr", -1))
            if place == len(grid) - 1 or (place == 0 and has_header):
                self.tokens.append(Token(f"{section}_close", section, -1))
        self.tokens.append(Token("table_close", "table", -1))

    def _cell(self, cell: LexborNode | None, tag: str, depth: int) -> None:
        writer = _CellWriter()
        if cell is not None:
            writer.flow(cell, depth)
        align = "" if cell is None else attribute(cell, "align") or attribute(cell, "style").replace(" ", "")
        side = next((side for side in ("right", "center") if side == align or f"text-align:{side}" in align), "left")
        self.tokens += [
            Token(f"{tag}_open", tag, 1, attrs={"style": f"text-align:{side}"}),
            _inline(writer.children()),
            Token(f"{tag}_close", tag, -1),
        ]


class _CellWriter(_BlockWriter):
    """Writer of a table cell: every block becomes a line of inline content."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[list[Token]] = []

    def children(self) -> list[Token]:
        self.flush()
        joined: list[Token] = []
        for line in self._lines:
            joined += [Token("hardbreak", "br", 0), *line] if joined else line
        return joined

    def flush(self, opener: str = "paragraph_open", tag: str = "p") -> None:
        del opener, tag
        if children := self._line.take():
            self._lines.append(children)

    def _wrapped(self, kind: str, tag: str, items: Iterable[list[LexborNode]], depth: int, start: int = 1) -> None:
        del tag
        for place, item in enumerate(items, start):
            self._line.text("• " if kind == "bullet_list" else f"{place}. ")
            self._parts(item, depth)

    def _within(self, kind: str, tag: str, nodes: list[LexborNode], depth: int) -> None:
        del kind, tag
        self._parts(nodes, depth)

    def _code(self, node: LexborNode) -> None:
        for line in "".join(_verbatim(node)).strip("\n").split("\n"):
            self._line.verbatim(line)
            self.flush()

    def _table(self, node: LexborNode, depth: int) -> None:
        self._layout_table(list(rows_of(node)), depth)


def _around(node: LexborNode, tag: str) -> tuple[str, str]:
    """Return the text that a browser or screen reader would add before and after an element."""
    match tag:
        case "q":
            return "“", "”"
        case "rt":
            return "(", ")"
        case "sup":
            return "^", ""
        case "sub":
            return "_", ""
        case "abbr" if title := attribute(node, "title"):
            return "", f" ({title})"
        case _:
            return "", ""


def _verbatim(node: LexborNode) -> Iterator[str]:
    for child in node.traverse(include_text=True):
        if child.is_text_node:
            yield child.text_content or ""
        elif child.tag == "br":
            yield "\n"
