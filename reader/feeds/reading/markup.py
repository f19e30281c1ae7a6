"""Text in feeds: titles and names without markup and entities, and absolute URLs.

Does not sanitize HTML; the conversion to Markdown does.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from reader import urls
from reader.text import sanitize, sanitize_line, truncate

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["absolute_url", "clean_text", "clean_title", "first_words", "join_base", "plain_text", "text_as_html"]

MAX_TITLE = 1_000  # characters
_MAX_MARKUP = 20_000  # characters of a text that becomes a single line
_TITLE_FROM_TEXT = 90  # cells
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Elements that count as markup in titles. Anything else in angle brackets is text, such as "List<String>".
_NAMES = (
    "a|abbr|acronym|address|applet|area|article|aside|audio|b|base|basefont|bdi|bdo|big|blink|blockquote|body|br|button|"
    "center|cite|code|dd|del|dfn|dir|div|dl|dt|em|embed|fieldset|font|footer|form|frame|frameset|h[1-6]|head|header|hr|"
    "html|i|iframe|img|input|ins|kbd|label|layer|li|link|map|mark|marquee|meta|noscript|object|ol|option|p|param|pre|q|"
    "s|samp|script|section|select|small|source|span|strike|strong|style|sub|sup|svg|table|tbody|td|textarea|th|thead|"
    "title|tr|tt|u|ul|var|video|wbr"
)
_TAG = re.compile(rf"<(/?)({_NAMES})((?:\s[^<>]*)?/?)>", re.IGNORECASE)
# A section within a section, or escaped.
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_EMPTY = frozenset({"br", "img", "wbr", "p", "li", "hr", "embed", "input", "link", "meta", "base", "param", "frame"})
_BLOCK = frozenset({"br", "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"})
_ANY_TAG = re.compile(r"<(?:!--.*?(?:-->|\Z)|/?[A-Za-z!?][^<>]*>)", re.DOTALL)
_INVISIBLE = re.compile(r"<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_INVISIBLE_CLOSED = re.compile(r"<(script|style|template)\b[^<>]*>.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_BREAKS = re.compile(
    r"</?(?:br|p|div|li|ul|ol|h[1-6]|tr|td|th|blockquote|pre|hr|table|figure|figcaption)\b[^<>]*>", re.IGNORECASE
)
_SPACES = re.compile(r"[\x00-\x20\x7f\u00a0]+")


def clean_text(text: str, *, decodings: int = 2, limit: int = MAX_TITLE) -> str:
    """Return a text as one line without markup, with entities decoded up to ``decodings`` times."""
    text = _INVISIBLE_CLOSED.sub(" ", text[:_MAX_MARKUP])
    for _ in range(decodings):
        text = _strip_tags(text)
        decoded = _decode(text)
        if decoded == text:
            break
        text = decoded
    return sanitize_line(_strip_tags(text))[:limit].rstrip()


def clean_title(text: str, content: str = "", url: str = "") -> str:
    """Return the title, or one made from the first words of the content, or from the URL."""
    return clean_text(text) or first_words(plain_text(content)) or _title_of_url(url)


def first_words(text: str) -> str:
    """Return the beginning of a text as a title, truncated between words."""
    line = sanitize_line(text.strip().partition("\n\n")[0])
    if len(line) <= _TITLE_FROM_TEXT:
        return line
    cut = truncate(line, _TITLE_FROM_TEXT).removesuffix("…")
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:–—-.") + "…"


def _title_of_url(url: str) -> str:
    path = urlsplit(url).path if urls.is_safe(url) else ""
    name = path.rstrip("/").rpartition("/")[2].rpartition(".")[0] or path.rstrip("/").rpartition("/")[2]
    words = sanitize_line(re.sub(r"[-_+]+|%20", " ", name))
    return words[:1].upper() + words[1:] if re.search(r"[^\W\d_]{2}", words) else ""


def _strip_tags(text: str) -> str:
    """Remove the tags of elements that are closed or need no closing; keep a "<b>" that is only mentioned."""
    if "<" not in text:
        return text
    text = _CDATA.sub(r"\1", text)
    tags = list(_TAG.finditer(text))
    closed = {tag[2].lower() for tag in tags if tag[1]}
    opened = {tag[2].lower() for tag in tags if not tag[1]}
    markup = (closed & opened) | {name for name in opened if name in _EMPTY and _has_markup(name, tags)}
    return _TAG.sub(lambda tag: _replacement(tag, markup), text)


def _has_markup(name: str, tags: Iterable[re.Match[str]]) -> bool:
    return name in {"br", "wbr"} or any(
        tag[3].strip(" /") or tag[3].endswith("/") for tag in tags if tag[2].lower() == name
    )


def _replacement(tag: re.Match[str], markup: set[str]) -> str:
    name = tag[2].lower()
    if name not in markup:
        return tag[0]
    return " " if name in _BLOCK else ""


def _decode(text: str) -> str:
    return _ENTITY.sub(lambda found: unescape(found[0]), text) if "&" in text else text


def plain_text(html: str, limit: int = _MAX_MARKUP) -> str:
    """Return the beginning of HTML as plain text, with a blank line before each block."""
    text = _INVISIBLE.sub(" ", html[:limit])
    text = _ANY_TAG.sub("", _BREAKS.sub("\n\n", text))
    return sanitize(unescape(text)).strip()


def text_as_html(text: str) -> str:
    """Return plain text as HTML: paragraphs at blank lines, line breaks elsewhere."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    paragraphs = re.split(r"\n[ \t]*\n\s*", escaped.replace("\r\n", "\n").replace("\r", "\n").strip())
    return "".join(f"<p>{paragraph.replace(chr(10), '<br>')}</p>" for paragraph in paragraphs if paragraph)


def absolute_url(value: str, base: str = "") -> str:
    """Return a URL that is safe to open, resolved against ``base``; empty if there is none."""
    value = _SPACES.sub(" ", value).strip()
    if not value or value.lower().startswith(("javascript:", "data:", "mailto:", "tag:", "urn:")):
        return ""
    if "&amp;" in value:
        value = value.replace("&amp;", "&")
    if "://" in value and urls.has_scheme(value) and " " in value:
        # White space inside an absolute URL comes from a line break in the document, unless it separates two URLs.
        value = value.split(" ")[0] if "://" in value.partition(" ")[2] else value.replace(" ", "%20")
    try:
        joined = join_base(base, value.replace(" ", "%20"))
    except ValueError:
        return ""
    if "\\" in joined:
        joined = joined.replace("\\", "%5C")
    return joined if urls.is_safe(joined) else ""


def join_base(base: str, value: str) -> str:
    """Return ``value`` resolved against ``base``; an invalid base is ignored."""
    value = _SPACES.sub("", value)
    try:
        return urljoin(base, value) if base else value
    except ValueError:
        return value
