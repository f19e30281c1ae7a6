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
from reader.render.markup.inline import STYLES, Inline, closing_tokens, media_label, opening_tokens, text_token
from reader.text import script_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

__all__ = ["MAX_DEPTH", "html_tokens", "inline_html"]

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
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_ANY_TAG = re.compile(r"<[/!?a-zA-Z][^>]*>")
_DROPPED = frozenset({
    "script", "style", "template", "noscript", "svg", "head", "title", "meta", "link", "base", "select",
    "option", "textarea", "canvas", "object", "param", "rp", "datalist", "dialog", "map", "area"
})  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "html", "iframe", "legend", "li", "main", "menu", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "video"
})  # fmt: skip
_SPACE = re.compile(r"[ \t\n\r\f]+")
_LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang|highlight-source|brush:)[-: ]?([\w+#.-]+)")


def html_tokens(html: str) -> list[Token]:
    """Return the block tokens of an HTML fragment or page."""
    if _nests_too_deeply(html):
        return _paragraph([text_token(_SPACE.sub(" ", _ANY_TAG.sub(" ", html)))])
    root = LexborHTMLParser(html).body
    if root is None:
        return []
    writer = _BlockWriter()
    writer.flow(root, 0)
    writer.flush()
    return writer.tokens


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


def inline_html(children: Iterable[Token]) -> Iterator[Token]:
    """Yield the inline tokens of a line of Markdown, converting its HTML tags and dropping unmatched ones."""
    # Open elements with their styles.
    opened: list[tuple[str, str]] = []
    for token in children:
        if token.type == "html_inline":
            yield from _convert_tag(token.content, opened)
            continue
        script = next((tag for tag, _ in reversed(opened) if tag in {"sup", "sub"}), "")
        is_raised = script and token.type == "text" and token.content.strip()
        yield text_token(script_text(token.content, script)) if is_raised else token
    for _, style in reversed(opened):
        yield from closing_tokens(style)


def _convert_tag(html: str, opened: list[tuple[str, str]]) -> Iterator[Token]:
    found = _TAG.match(html)
    if found is None:
        return  # a comment
    tag = found[2].lower()
    if not found[1]:
        yield from _open_tag(html, tag, opened)
    elif any(tag == name for name, _ in opened):
        name = ""
        while name != tag:
            name, style = opened.pop()
            yield from closing_tokens(style)


def _open_tag(html: str, tag: str, opened: list[tuple[str, str]]) -> Iterator[Token]:
    if tag in STYLES or tag in {"sup", "sub"}:
        opened.append((tag, STYLES.get(tag, "")))
        yield from opening_tokens(STYLES.get(tag, ""))
    elif tag == "br":
        yield Token("hardbreak", "br", 0)
    elif tag in {"a", "img", "input", "iframe", "video", "audio", "embed"}:
        body = LexborHTMLParser(html).body
        node = None if body is None else body.child
        if body is None or node is None:
            return
        if tag == "a":
            target = attribute(node, "href")
            opened.append(("a", "a" if target else ""))
            yield from opening_tokens("a" if target else "", target)
        else:
            writer = _CellWriter()
            writer.flow(body, 0)
            yield from writer.children()


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
            elif tag in _BLOCKS:
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
                self._wrapped("bullet_list", "ul", [node], depth)
            case "blockquote" | "dl" | "dd":
                self._within(tag, tag, node, depth)
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

    def _within(self, kind: str, tag: str, node: LexborNode, depth: int) -> None:
        if self._indents == _MAX_INDENTS and kind != "list_item":
            self.flow(node, depth)
            return
        self._indents += kind != "list_item"
        self.tokens.append(Token(f"{kind}_open", tag, 1))
        self.flow(node, depth)
        self.flush()
        self.tokens.append(Token(f"{kind}_close", tag, -1))
        self._indents -= kind != "list_item"

    def _wrapped(self, kind: str, tag: str, items: Iterable[LexborNode], depth: int, start: int = 1) -> None:
        if self._indents == _MAX_INDENTS:
            for item in items:
                self.flow(item, depth)
                self.flush()
            return
        self._indents += 1
        attributes: dict[str, str | int | float] = {"start": start} if kind == "ordered_list" else {}
        self.tokens.append(Token(f"{kind}_open", tag, 1, attrs=attributes))
        for item in items:
            self._within("list_item", "li", item, depth)
        self.tokens.append(Token(f"{kind}_close", tag, -1))
        self._indents -= 1

    def _list(self, node: LexborNode, tag: str, depth: int) -> None:
        # Other elements than <li>, such as a nested list, are invalid here but occur: draw them as items.
        items = [child for child in children_of(node) if child.is_element_node and child.tag not in _DROPPED]
        if not items:
            self.flow(node, depth)
        elif tag == "ul":
            self._wrapped("bullet_list", "ul", items, depth)
        else:
            start = attribute(node, "start")
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
        source = next(filter(None, (attribute(each, "src") for each in (node, *node.css("source")))), "")
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
            case "audio" | "embed":
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

    def _wrapped(self, kind: str, tag: str, items: Iterable[LexborNode], depth: int, start: int = 1) -> None:
        del tag
        for place, item in enumerate(items, start):
            self._line.text("• " if kind == "bullet_list" else f"{place}. ")
            self.flow(item, depth)
            self.flush()

    def _within(self, kind: str, tag: str, node: LexborNode, depth: int) -> None:
        del kind, tag
        self.flow(node, depth)
        self.flush()

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
