"""Parser for articles' Markdown: CommonMark with the additions of GitHub, Obsidian and site generators.

Returns markdown-it tokens of the few types that ``render.markdown`` can draw: callouts become block quotes, footnotes a
numbered list, definitions ``dd`` blocks, task boxes symbols. Mathematics stays as written.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from rich.emoji import Emoji

from reader import urls
from reader.links import names_file, split_wiki_link
from reader.render.markup.autolink import autolink_plugin
from reader.render.markup.blocks import rewrite_blocks
from reader.render.markup.inline import text_token
from reader.render.markup.mdc import mdc_to_markdown
from reader.render.markup.myst import myst_to_markdown
from reader.render.markup.shortcodes import expand_shortcodes
from reader.text import script_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markdown_it.rules_inline import StateInline

__all__ = ["MAX_NESTING", "parse_inline", "parse_markdown"]

MAX_NESTING = 20

_CALLOUT = re.compile(r"\[!([\w-]+)(?:\|[^\]]*)?\][+-]?[ \t]*")
_CONTAINER = re.compile(r"\s*\{?([A-Za-z][\w-]*)\}?[ \t]*(?:\[([^\]]*)\]|(.*))")
_SITE_ICON = re.compile(r":(?:material|fontawesome|octicons|simple|fa|bi|mdi)-[a-z0-9-]+:(?:\{[^}\n]*\})?[ ]?")
_WIKI = re.compile(r"(!?)\[\[([^\[\]|\n][^\[\]\n]*)\]\](?!\()")
_BRACKET_MATH = re.compile(r"\\\((?:[^\\\n]|\\(?!\)).){0,500}\\\)|\\\[(?:[^\\\n]|\\(?!\]).){0,500}\\\]")
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|br|cite|code|del|em|i|ins|kbd|mark|p|q|s|small|span|strong|sub|sup|u)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ANCHOR = re.compile(r"<a\s[^<>]*?\b(?:id|name)=[\"']?([^\s\"'<>]+)", re.IGNORECASE)
_SIZE = re.compile(r"\d+(?:x\d+)?")
_BLOCK_ID = re.compile(r"[ ]\^[A-Za-z0-9-]{3,}\Z")
_CODE_LANGUAGE = re.compile(r"(?::::|#!)[\w+-]+\n")
_FIRST_WIDE = "\u0900"  # first letter of the Indic scripts, which East Asian scripts follow
_PAUSES = frozenset(":.!?")
_NEAR = 20  # delimiters
_HIGHLIGHT = re.compile(r"==(?=\S)([^=\n]+)(?<=\S)==")
_COMMENT = re.compile(r"%%[^\n%]*%%")
# Blocks → the blocks drawn in their place.
_RENAMED = {
    "admonition": ("blockquote", "blockquote"),
    "admonition_title": ("paragraph", "p"),
    "container_callout": ("blockquote", "blockquote"),
    "footnote_block": ("ordered_list", "ol"),
    "footnote": ("list_item", "li"),
}
_TITLE_AND_TEXT = 6  # tokens: a quote and two paragraphs, up to the second line
_TITLES = frozenset({"admonition_title_open", "dt_open"})
_MATH_BLOCKS = frozenset({"math_block", "math_block_label", "amsmath"})
_NOTHING = Token("", "", 0)
_BOXES = {True: "☑ ", False: "☐ "}


def parse_markdown(text: str) -> list[Token]:
    """Return the block tokens of a Markdown body."""
    tokens = list(_drawable(_parser().parse(_rewritten(text))))
    for at in range(len(tokens) - _TITLE_AND_TEXT, -1, -1):
        if tokens[at].type == "blockquote_open" and _repeats_title(tokens[at + 1 : at + _TITLE_AND_TEXT]):
            del tokens[at + 1 : at + 4]
    return tokens


def _repeats_title(tokens: list[Token]) -> bool:
    """Return whether a callout is titled after its kind and its text begins with ``**Note:**``."""
    kinds = [token.type for token in tokens]
    if kinds != ["paragraph_open", "inline", "paragraph_close", "paragraph_open", "inline"]:
        return False
    title, words = (list(filter(_is_shown, tokens[place].children or ()))[:3] for place in (1, 4))
    return [token.type for token in title] == [token.type for token in words] == [
        "strong_open",
        "text",
        "strong_close",
    ] and title[1].content.lower() == words[1].content.rstrip(": .").lower()


def _is_shown(token: Token) -> bool:
    return token.type != "text" or bool(token.content)


def _rewritten(text: str) -> str:
    return expand_shortcodes(rewrite_blocks(mdc_to_markdown(myst_to_markdown(text))))


def parse_inline(text: str) -> list[Token]:
    """Return the inline tokens of a paragraph. Of its HTML, only tags for styles and links count."""
    parser = _html_inline_parser() if _INLINE_TAG.search(text) else _inline_parser()
    return list(_drawable(parser.parseInline(_rewritten(text))))


@cache
def _parser() -> MarkdownIt:
    options = {"maxNesting": MAX_NESTING, "tasklists": True}
    parser = MarkdownIt("commonmark", options).enable(["strikethrough", "table"])
    parser.use(footnote_plugin).use(deflist_plugin).use(autolink_plugin).use(admon_plugin).use(amsmath_plugin)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, allow_blank_lines=False)
    parser.use(container_plugin, "callout", validate=lambda params, _mark: _CONTAINER.match(params) is not None)
    parser.inline.ruler.before("escape", "bracket_math", _verbatim_math)
    parser.inline.ruler.before("link", "wiki_link", _wiki_link)
    parser.inline.ruler.before("emphasis", "close_emphasis", _close_emphasis)
    return parser


@cache
def _inline_parser() -> MarkdownIt:
    return _html_inline_parser.__wrapped__().disable("html_inline")


@cache
def _html_inline_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("strikethrough")
    parser.inline.ruler.before("link", "wiki_link", _wiki_link)
    parser.inline.ruler.before("emphasis", "close_emphasis", _close_emphasis)
    return parser


def _verbatim_math(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the signature of a rule
    r"""Keep ``\(…\)`` and ``\[…\]`` as written; Markdown would drop the backslashes."""
    found = _BRACKET_MATH.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "\\" else None
    if found is None:
        return False
    if not silent:
        state.push("text", "", 0).content = found[0]
    state.pos = found.end()
    return True


def _wiki_link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the signature of a rule
    """Read ``[[Page]]``, ``[[Page#Heading|label]]`` and ``![[embedded]]``."""
    found = _WIKI.match(state.src, state.pos, state.posMax) if state.src[state.pos] in "![" else None
    if found is None:
        return False
    reference = state.env.get("references", {}).get(normalizeReference(found[2]))
    if reference and urls.has_scheme(reference["href"]):
        return False  # a reference link; the references that Foam writes for wiki links name files
    if not silent:
        target, label = split_wiki_link(found[2])
        if found[1] and names_file(target):
            state.push("image", "img", 0).attrs = {"src": target}
            is_named = "|" in found[2] and not _SIZE.fullmatch(label)
            state.tokens[-1].content = label if is_named else _file_name(target)
            state.pos = found.end()
            return True
        opener = state.push("link_open", "a", 1)
        opener.attrs = {"href": f"[[{target}]]"}
        state.push("text", "", 0).content = label
        state.push("link_close", "a", -1)
    state.pos = found.end()
    return True


def _close_emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the signature of a rule
    """Read asterisks between a punctuation mark and a letter, such as one of a script without spaces between words.

    CommonMark does not end the emphasis in ``**…。**…`` and ``**Note:**…``.
    """
    if state.src[state.pos] != "*" or silent:
        return False
    scanned = state.scanDelims(state.pos, True)  # noqa: FBT003 - the library has no name for it
    end = state.pos + scanned.length
    before, after = state.src[state.pos - 1 : state.pos], state.src[end : end + 1]
    can_open = scanned.can_open or (before >= _FIRST_WIDE and not after.isspace() and after != "")
    can_close = scanned.can_close or (after >= _FIRST_WIDE and not before.isspace() and before != "")
    can_close = can_close or (scanned.length == len("**") and before in _PAUSES and _is_bold(state))
    if (can_open, can_close) == (scanned.can_open, scanned.can_close):
        return False
    for _ in range(scanned.length):
        state.push("text", "", 0).content = "*"
        place = len(state.tokens) - 1
        state.delimiters.append(Delimiter(ord("*"), scanned.length, place, -1, can_open, can_close))
    state.pos = end
    return True


def _is_bold(state: StateInline) -> bool:
    """Return whether asterisks not far before begin bold text, and cannot end one."""
    marks = state.delimiters[-_NEAR:]
    return any(mark.marker == ord("*") and mark.length == len("**") and mark.open > mark.close for mark in marks)


def _file_name(target: str) -> str:
    return target.partition("#")[0].rpartition("/")[2]


def _drawable(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield tokens with the additions to CommonMark replaced by tokens that can be drawn."""
    before = _NOTHING
    box = ""
    for token in tokens:
        if token.type == "inline":
            if before.type == "heading_open":
                before.meta["id"] = _heading_id(token)
            token.children = list(_inline(token.children or (), box))
            box = ""
            yield from _line(token, before)
        elif token.type in _MATH_BLOCKS:
            yield Token("fence", "code", 0, content=_math_block(token))
        elif token.type != "footnote_anchor":
            if token.type == "code_block":
                token.content = (
                    _CODE_LANGUAGE.sub("", token.content, count=1)
                    if token.content[:2] in {"::", "#!"}
                    else token.content
                )
            if token.type == "list_item_open" and "checked" in token.meta:
                box = _BOXES[bool(token.meta["checked"])]
            if token.type == "paragraph_open" and before.type == "blockquote_open":
                token.meta["callout"] = True
            yield from _renamed(token)
        before = token


def _heading_id(heading: Token) -> str:
    """Return the ID that an anchor inside a heading gives to the heading."""
    anchors = (_ANCHOR.match(child.content) for child in heading.children or () if child.type == "html_inline")
    return next((anchor[1] for anchor in anchors if anchor), "")


def _line(token: Token, before: Token) -> Iterator[Token]:
    """Yield the inline tokens of a line after the opening token ``before``."""
    if before.type in _TITLES:
        yield _strong(token.children or [])
    elif before.meta.get("callout"):
        yield from _titled_quote(token)
    else:
        yield token


def _renamed(token: Token) -> Iterator[Token]:
    kind, _, end = token.type.rpartition("_")
    if kind not in _RENAMED:
        yield token
        return
    name, tag = _RENAMED[kind]
    yield Token(f"{name}_{end}", tag, token.nesting, level=token.level)
    if token.type == "container_callout_open":
        yield from _title(_container_title(token.info))


def _math_block(token: Token) -> str:
    content = token.content.strip("\n")
    return content + "\n" if token.type == "amsmath" else f"$$\n{content}\n$$\n"


def _inline(children: Iterable[Token], prefix: str) -> Iterator[Token]:
    if prefix:
        yield text_token(prefix)
    for token in children:
        if token.type in {"math_inline", "math_inline_double"}:
            sign = "$$" if token.type.endswith("double") else "$"
            yield text_token(f"{sign}{token.content}{sign}")
        elif token.type == "footnote_ref":
            yield Token("text", "", 0, content=script_text(str(token.meta["id"] + 1), "sup"), meta={"footnote": True})
        elif token.type != "footnote_anchor":
            if token.type == "text" and token.content:
                token.content = _plain_text(token.content)
            elif token.type == "image" and token.children:
                token.content = "".join(map(_text_of, token.children))
            yield token


def _text_of(token: Token) -> str:
    """Return the text of an inline token in the description of an image."""
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    if token.type == "math_inline":
        return f"${token.content}$"
    return "" if token.type == "html_inline" else token.content


def _plain_text(text: str) -> str:
    if ":" in text:
        text = Emoji.replace(_SITE_ICON.sub("", text))
    if "==" in text:
        text = _HIGHLIGHT.sub(r"\1", text)
    if " ^" in text:
        text = _BLOCK_ID.sub("", text)
    return _COMMENT.sub("", text) if "%%" in text else text


def _titled_quote(token: Token) -> Iterator[Token]:
    """Yield the first line of a block quote. For a callout (``[!NOTE] Title``), the title becomes a separate line."""
    children = token.children or []
    first = children[0] if children else None
    found = _CALLOUT.match(token.content) if first is not None and first.type == "text" else None
    if found is None or first is None or not first.content.startswith("[!"):
        yield token
        return
    first.content = first.content[found.end() :]
    end = next((place for place, child in enumerate(children) if child.type == "softbreak"), len(children))
    title, rest = children[:end], children[end + 1 :]
    if not any(child.content.strip() for child in title):
        title = [text_token(_words(found[1]))]
    yield _strong(title)
    if rest:
        yield Token("paragraph_close", "p", -1)
        yield Token("paragraph_open", "p", 1)
        yield Token("inline", "", 0, children=rest, content="".join(child.content for child in rest))


def _strong(children: list[Token]) -> Token:
    wrapped = [Token("strong_open", "strong", 1), *children, Token("strong_close", "strong", -1)]
    return Token("inline", "", 0, children=wrapped, content="".join(child.content for child in children))


def _title(text: str) -> Iterator[Token]:
    if text:
        yield Token("paragraph_open", "p", 1)
        yield _strong([text_token(text)])
        yield Token("paragraph_close", "p", -1)


def _container_title(info: str) -> str:
    found = _CONTAINER.match(info)
    return (found[2] or found[3] or "").strip() or _words(found[1]) if found else ""


def _words(name: str) -> str:
    text = name.replace("-", " ").replace("_", " ").lower()
    return text[:1].upper() + text[1:]
