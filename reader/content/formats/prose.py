"""Titles and excerpts taken from the text of an article."""

from __future__ import annotations

import re
from html import unescape

from reader.content.formats.blocks import Block, BlockKind, blocks
from reader.content.formats.labels import is_known, split_line
from reader.text import sanitize_line, script_text

__all__ = ["credited_url", "excerpt", "find_title", "first_words", "is_same", "plain_text", "visible_text"]

_MAX_EXCERPT = 320  # characters
_MAX_WORDS = 80  # characters of a title made from the first words
_MAX_LINE = 2_000  # characters read of a heading
_MAX_LABEL, _MAX_VALUE = 42, 60  # characters of a line of metadata
_MAX_MARKED = 200  # characters of a value whose label is bold
_PROSE_LABELS = frozenset({"summary", "description", "excerpt", "abstract", "tldr", "tl;dr"})
_MOST_MARKS = 8  # characters of markup around a title
_SEARCHED = 6_000  # characters searched for the marker that ends the excerpt
_MORE = re.compile(
    r"(?P<code>^[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^[ \t]*(?P=fence)|\Z)|`[^`\n]+`)"
    r"|<!--+[ \t]*(?:more|truncate|excerpt|end[ _-]?excerpt|teaser[ _-]?end|read[ _-]?more)\b[^>]*-->"
    r"|\{\{?/\*[ \t]*(?:more|truncate)[ \t]*\*/\}?\}"
    r"|^[ \t]*\.\.[ \t]+(?:TEASER_END|more)\b[^\n]*$",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_TAG = re.compile(r"</?[A-Za-z][\w:-]*(?:\s[^<>]*)?/?>|<!--.*?(?:-->|\Z)", re.DOTALL)
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup"
    r"|time|tt|u|var|wbr)(?![\w-])",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"<(su[bp])>([^<>\n]{1,60})</\1>")
_NOT_SHOWN = re.compile(r"\{:[^{}\n]*\}|\{/\*.*?\*/\}")  # kramdown's attributes, MDX's comments
_INLINE_CODE = r"(?<!`)(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`)"
# Code and shortcodes stay as they are; a MyST role is reduced to its text.
_CODE_OR_TAG = re.compile(
    r"(?<!\()\{\{[%<][ \t]*(?:rel)?ref[ \t]+(?P<page>[^{}\n]+?)/?[ \t]*[%>]\}\}"
    rf"|(?P<kept>{_INLINE_CODE}|\{{\{{[^{{}}\n]*\}}\}})"
    r"|\{[a-zA-Z][\w:+.-]*\}(?P<marks>`+)(?P<role>[^`\n]+?)(?:\s*<[^`<>\n]*>)?(?P=marks)(?!`)"
    r"|(?<!\()\{%-?[ \t]*(?:link(?:_to)?|post_(?:link|url)|rel(?:ref|url)|ref|url)[ \t]+(?P<target>[^{}\n]+?)-?%\}"
    rf"|<%.*?%>|(?<!\()\{{%[^{{}}\n]*%\}}|(?:{_TAG.pattern})",
    re.DOTALL,
)
_ARGUMENT = re.compile(r"\"([^\"]+)\"|'([^']+)'|(\S+)")
_CODE_OR_NOT_SHOWN = re.compile(rf"(?P<kept>{_INLINE_CODE})|{_NOT_SHOWN.pattern}")
_CODE_OR_COMMENT = re.compile(rf"(?P<kept>{_INLINE_CODE})|%%[^%\n]*%%")  # Obsidian's comments
_TARGET = r"\((?:\{[{%][^{}\n]{1,200}[%}]\}|[^()\s]|\([^()\s]*\))*+(?:[ \t]+[\"'(][^\n\"]*[\"')])?[ \t]*\)"
_IMAGE = re.compile(rf"!\[([^\[\]]*)\](?:{_TARGET}|\[[^\[\]]*\])(?:\{{[^{{}}\n]*\}})?|!\[\[[^\[\]]*\]\]")
_LINK = re.compile(rf"\[([^\[\]]*)\](?:{_TARGET}|\[[^\[\]]*\])")
_EMPTY_LINK = re.compile(rf"\[[ ]*\]{_TARGET}")
# The end of a link around an image between blank lines.
_LINK_END = re.compile(rf"\A(?:\]{_TARGET}\s*\[?\s*)+")
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]]*)\]\]")
_RST_URL = re.compile(r"`([^`<]+)<([^`<>\s]+)>`__?")
_RST_NAME = re.compile(r"`([^`<]+)`__?(?!\w)")
_RST_LINK = re.compile(r"(?::[\w:+-]+:)?`([^`<\n]+?)(?:\s*<[^`>\n]*>)?`(?:__?)")
_PAGE_TITLE = re.compile(r"<title\b[^>]*>([^<]*)</title>", re.IGNORECASE)
_REFERENCE = re.compile(r"(?<!!)\[([^\[\]]+)\]\[[^\[\]]*\]")
_RST_ROLE = re.compile(r":[a-zA-Z][\w:+-]{0,40}:`([^`<\n]+?)(?:\s*<[^`>\n]*>)?`")
_SHORTCUT = re.compile(r"(?<![!\[\]\\])\[([^\[\]^]+)\](?![\[(\]])")
_DEFINITION = re.compile(r"^[ ]{0,3}\[([^\[\]\n]{1,200})\]:[ \t]*\S", re.MULTILINE)
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]+\]|\^\[[^\[\]]*\]")
_STRONG = re.compile(r"(\*\*\*|\*\*|__|~~|==)(?=\S)([^\n]+?)(?<=\S)\1")
_EMPHASIS = re.compile(
    r"(?<![\w*])\*(?=[^\s*])([^*\n]+)(?<=[^\s*])\*(?![\w*])|(?<![\w_])_(?=[^\s_])([^\n]+?)(?<=[^\s_])_(?![\w_])"
)
_CODE = re.compile(r"(`+)([^\n]+?)\1")
_ATTRIBUTES = re.compile(r"[ \t]*\{[ \t]*[:#.][^{}]*\}[ \t]*\Z")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_BLOCK_NOTES = re.compile(
    r"^[ \t]*(?:- )?#\+(?:BEGIN|END)_\w+[ \t]*(?:\n|\Z)|"
    r"\n[ \t]*(?:id|collapsed|created-at|updated-at|done|now|later|doing|todo|heading|background-color|ls-type|"
    r"(?:hl|card|query|template|logseq)[.-][\w.-]+):: [^\n]*",
    re.IGNORECASE | re.MULTILINE,
)
_SENTENCE_END = re.compile(r"[.!?][\"')\]]*(?=\s)|[。！？]")
_WORD = re.compile(r"\w")
_BOLD = re.compile(r"(\*\*|__)[^*_\n]{1,60}(?<![.!?。！？])\1\Z")
_LABEL = re.compile(r"(?:[^\s:：\u2e80-\uffff]+(?: [^\s:：\u2e80-\uffff]+)?|[\u2e80-\uffff]{1,6})[:：]\Z")
_STAMP = re.compile(
    r"[\W_]*(?:last )?(?:updated|modified|edited|revised|reviewed|published|posted|created)\b[^\d.]*"
    r"(?:\d[\d./-]+|\d\d?(?:st|nd|rd|th)?,? (?:[A-Za-z]+,? )?\d{4})[\W_]*\Z",
    re.IGNORECASE,
)
_LONGEST_STAMP = 60  # characters
_SPEAKER = re.compile(r"(\*\*|__)[^*_\n]{1,60}(?::\1|\1:)")
# URLs of an article rather than of a site or its blog.
_ARTICLE_PATH = re.compile(r"://[^/]+/.*(?:[-_\d]|/\d+/)[^/]*/?\Z")
_TOO_SHORT = 2  # characters of a paragraph that is just a number or symbol
# A note on where an article was first published.
_CREDIT = re.compile(
    r"[\W_]*(?:This (?:article|blog|post|story|piece|essay) (?:was |is )?)?"
    r"(?:(?:originally|first) (?:published|posted|appeared) (?:at|on|in)"
    r"|(?:clipped|archived|cross-?posted|reposted|translated) from|via:|本文(?:翻译自|译自|转载自|转自))"
    r"[\W_]*(?:\[[^\[\]]*\]\(|<)?(?P<url>https?://[^\s<>()]+)",
    re.IGNORECASE,
)
_CREDIT_HINTS = ("riginally p", "ed from", "irst p", "irst appeared", "\nvia:", "译自", "转载自", "转自")
_NEAR = 600  # characters from the start or end
# Sections in exports of read-later services.
_SECTIONS = frozenset({"article text", "excerpt", "full content", "full document", "highlights", "raw content"})


def find_title(text: str, *, any_level: bool = False, rst: bool = False) -> str:
    """Return the heading that is the title of a text; empty if there is none.

    The title is a level-1 heading before all prose, or the only level-1 heading; with ``any_level``, also any other
    heading before all prose. An HTML page without such a heading uses its ``title`` element.
    """
    tops: list[str] = []
    first = True
    for block in blocks(text, rst=rst):
        if block.kind is BlockKind.HEADING and (title := plain_text(block.text)):
            if first and (any_level or block.level == 1):
                return title
            if block.level == 1 and title.lower().rstrip(" :") not in _SECTIONS:
                tops.append(title)
        first = first and not _readable(block, *BlockKind)
    return tops[0] if len(tops) == 1 else _page_title(text)


def _page_title(text: str) -> str:
    """Return the text of an HTML page's ``title`` element."""
    found = _PAGE_TITLE.search(text, 0, _SEARCHED) if text.lstrip().startswith("<") else None
    return sanitize_line(unescape(found[1])) if found else ""


def first_words(text: str, *, rst: bool = False) -> str:
    """Return the first sentence of a text that begins with prose, truncated after a word; empty for any other text."""
    for block in blocks(text, rst=rst):
        line = _readable(block, *BlockKind)
        if line and (line[0].isalnum() or not _has_only_links(line)):
            return _cut(plain_text(line)) if block.kind is BlockKind.PROSE and not _SPEAKER.match(line) else ""
    return ""


def _cut(line: str) -> str:
    end = _SENTENCE_END.search(line)
    sentence = line[: end.end()] if end else line
    if len(sentence) <= _MAX_WORDS:
        return sentence.rstrip(".。") or sentence
    head = sentence[:_MAX_WORDS]
    return (head.rpartition(" ")[0] or head).rstrip(" ,;:") + "…"


def excerpt(text: str, *, rst: bool = False, limit: int = _MAX_EXCERPT, title: str = "") -> str:
    """Return the first paragraph of prose that is not the title, as one line of at most ``limit`` characters.

    If the author marked the end of the excerpt with a comment such as ``<!-- more -->``, return the prose before it. If
    there is no paragraph, return the first list item or quote; if there are only links, the first of them. What is
    below a heading "Status", as in records of decisions, also comes last.
    """
    if marker := _find_marker(text):
        before = text[: marker.start()]
        found = [line for block in blocks(before, rst=rst) if (line := _readable(block, BlockKind.PROSE))]
        if found:
            return _limited(_without_references(" ".join(found), text), limit)
    other = links = heading = ""
    for block in blocks(text, rst=rst):
        if block.kind is BlockKind.HEADING:
            heading = block.text.strip().lower()
        if (other and block.kind is not BlockKind.PROSE) or _is_metadata(block.text):
            continue
        line = _readable(block, BlockKind.PROSE, BlockKind.LIST, BlockKind.QUOTE)
        if not line or (len(line) <= len(title) + _MOST_MARKS and is_same(line, title)):
            continue
        if heading == "status" or _is_aside(line):
            links = links or line
        elif block.kind is BlockKind.PROSE and len(line) > _TOO_SHORT:
            return _limited(_without_references(line, text), limit)
        else:
            other = other or line
    return _limited(_without_references(other or links, text), limit)


def credited_url(text: str) -> str:
    """Return the URL in a note such as ``Originally published at …`` near the start or end of a text, or nothing."""
    end = text.rfind("\n\n[")
    if end < 0 or not _DEFINITION.match(text, end + 2):
        end = len(text)
    for part in (text[:_NEAR], text[max(0, end - _NEAR) : end]):
        for paragraph in part.split("\n\n") if any(hint in part for hint in _CREDIT_HINTS) else ():
            url = credit["url"].rstrip(".,") if (credit := _CREDIT.match(paragraph)) else ""
            if _ARTICLE_PATH.search(url):
                return url
    return ""


def is_same(line: str, title: str) -> bool:
    """Return whether a line equals a title, ignoring case and markup."""
    return bool(title) and plain_text(line).casefold() == title.casefold()


def _is_aside(line: str) -> bool:
    """Return whether a paragraph is about the page rather than part of its content, or serves as a heading."""
    if not line[0].isalnum() and (_has_only_links(line) or _BOLD.match(line)):
        return True
    if (line[-1] in ":：" and _LABEL.match(line)) or (len(line) < _LONGEST_STAMP and _STAMP.match(line)):
        return True
    return "://" in line and _CREDIT.match(line) is not None


def _has_only_links(line: str) -> bool:
    """Return whether there are no words outside links, as in the menus that web clippers save with a page."""
    return not _WORD.search(_WIKI_LINK.sub("", _LINK.sub("", line)))


def _is_metadata(text: str) -> bool:
    """Return whether a paragraph has only lines such as ``Status: Done``, which remain in the text of an export."""
    lines = text.split("\n") if ":" in text[:_MAX_LABEL] else []
    found = [line for line in map(split_line, lines) if line is not None and len(line.value) <= _MAX_MARKED]
    if not lines or len(found) != len(lines):
        return False
    known = [line for line in found if is_known(line.label)]
    if len(found) > 1 and all(line.marked for line in found):
        return 2 * len(known) >= len(found) and all(line.label.lower() not in _PROSE_LABELS for line in known)
    return len(known) == len(found) and all(len(line.value) <= _MAX_VALUE for line in found)


def _without_references(line: str, text: str) -> str:
    """Return a line without the brackets of links whose targets are defined elsewhere in the text."""
    if "[" not in line or "]:" not in text or not _SHORTCUT.search(line):
        return line
    defined = {" ".join(label.lower().split()) for label in _DEFINITION.findall(text)}
    return _SHORTCUT.sub(lambda found: found[1] if " ".join(found[1].lower().split()) in defined else found[0], line)


def visible_text(text: str) -> str:
    """Return a text without notes for programs: the end-of-excerpt marker and Logseq's block properties."""
    marker = _find_marker(text)
    if marker:
        text = text[: marker.start()] + text[marker.end() :]
    return _BLOCK_NOTES.sub("", text) if ":: " in text or "#+" in text else text


def _find_marker(text: str) -> re.Match[str] | None:
    start = text[:_SEARCHED]
    may_have_one = "<!--" in start or "{/*" in start or "\n.. TEASER" in start or "\n.. more" in start
    found = _MORE.finditer(start) if may_have_one else ()
    return next((marker for marker in found if not marker["code"]), None)


def _readable(block: Block, *kinds: BlockKind) -> str:
    """Return the text of a block as one line; empty if it has no words or is not of one of the kinds."""
    if block.kind not in kinds or not block.text:
        return ""
    line = block.text
    if "`_" in line:
        line = _RST_NAME.sub(r"\1", _RST_URL.sub(lambda link: f"[{link[1].strip()}]({link[2]})", line))
    if "](" in line or "![" in line:
        line = _without_images(line)
    if "[^" in line or "^[" in line:
        line = _FOOTNOTE.sub("", line)
    if "][" in line:
        line = _REFERENCE.sub(r"\1", line)
    if ":`" in line:
        line = _RST_ROLE.sub(r"\1", line)
    if "<su" in line or "{:" in line or "{/*" in line:
        line = _SCRIPT.sub(lambda found: script_text(found[2], found[1]), line)
        line = _CODE_OR_NOT_SHOWN.sub(lambda found: found["kept"] or "", line)
    if "<" in line or "}`" in line or "%}" in line:
        line = _CODE_OR_TAG.sub(_without_tag, line)
    if "%%" in line:
        line = _CODE_OR_COMMENT.sub(lambda found: found["kept"] or " ", line)
    line = sanitize_line(unescape(line) if "&" in line else line)
    return line if _WORD.search(_LINK.sub(r"\1", line) if line[:1] == "[" else line) else ""


def _without_images(line: str) -> str:
    """Return a line without images and without links that have no text, such as links around an image."""
    if line[:2] == "](":
        line = _LINK_END.sub("", line, count=1)
    if "![" in line:
        line = _IMAGE.sub(" ", line)
    return _EMPTY_LINK.sub("", line) if "[](" in line or "[ ](" in line else line


def _without_tag(found: re.Match[str]) -> str:
    role = found["role"]
    if target := found["page"] or found["target"]:
        words = _ARGUMENT.search(target)
        return words[1] or words[2] or words[3] if words else " "
    if _INLINE_TAG.match(found[0]):
        return ""
    return found["kept"] or (role and (role.rpartition(".")[2] if role[0] == "~" else role)) or " "


def _limited(line: str, limit: int) -> str:
    """Return a line truncated to ``limit`` characters, but never inside a link, emphasis or code."""
    if len(line) <= limit:
        return line
    end = limit - 1
    head = line[:end]
    if "](" in line:
        across = next((link for link in _LINK.finditer(line) if link.start() < end < link.end()), None)
        head = line[: across.start()] + across[1][: end - across.start()] if across else head
    for sign in ("`", "**"):
        if head.count(sign) % 2:
            head = "".join(head.rpartition(sign)[::2])
    return head.rstrip() + "…"


def plain_text(line: str) -> str:
    """Return a line of Markdown or reStructuredText without its markup."""
    line = _ATTRIBUTES.sub("", line[:_MAX_LINE])
    if not line.replace(" ", "").isalnum():
        if "}`" in line:
            line = _CODE_OR_TAG.sub(_without_tag, line)
        line = _WIKI_LINK.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub(r"\1", line)))
        line = _TAG.sub("", _RST_LINK.sub(r"\1", line))
        line = _EMPHASIS.sub(lambda found: found[1] or found[2], _STRONG.sub(r"\2", line))
        line = _ESCAPE.sub(r"\1", unescape(_CODE.sub(r"\2", line)))
    # Decoding a character reference can produce a control character.
    return sanitize_line(line)
