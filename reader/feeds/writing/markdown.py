"""Conversion of feeds' HTML to Markdown: sanitized, with absolute URLs, and with Markdown syntax in text escaped."""

from __future__ import annotations

import re

from reader.feeds.reading.markup import absolute_url, plain_text, text_as_html
from reader.text import sanitize

__all__ = ["html_to_markdown"]

_MAX_HTML = 1_500_000  # characters
_MAX_DEPTH = 200  # elements; sanitizing takes time quadratic in the depth
_TAGS = frozenset(
    [
        "a",
        "abbr",
        "article",
        "aside",
        "b",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "main",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
    ]
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "td": {"colspan"},
    "th": {"colspan"},
    "code": {"class"},
    "ol": {"start"},
}
_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_ATTRIBUTE = re.compile(r"""([A-Za-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
# Elements whose end tag can be missing: they do not nest.
_UNNESTED = frozenset(
    {"p", "li", "br", "img", "hr", "td", "tr", "th", "dt", "dd", "input", "meta", "link", "source", "wbr"}
)
_EMBEDS = frozenset({"iframe", "video", "audio", "embed", "source"})
_VERBATIM = frozenset({"pre", "code"})
_ADDRESS = re.compile(r"(https?://[^\s<>&]+)")
# Stands in for a backslash until the converter, which escapes backslashes, has finished.
_BACKSLASH = "\ue0f1"
_ESCAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\*(?=\S)|(?<=\S)\*"), f"{_BACKSLASH}*"),
    (re.compile(r"(?<!\w)_(?=\S)|(?<=\S)_(?!\w)"), f"{_BACKSLASH}_"),
    (re.compile(r"`"), f"{_BACKSLASH}`"),
    (re.compile(r"\[(?=[^\]]*\][(\[:])"), f"{_BACKSLASH}["),
    (re.compile(r"~~"), f"{_BACKSLASH}~~"),
    (re.compile(r"&lt;(?=[A-Za-z/!?])"), f"{_BACKSLASH}&lt;"),
    (re.compile(r"&amp;(?=#?\w+;)"), f"{_BACKSLASH}&amp;"),
)
# Text at the start of a line that Markdown would read as a heading, rule, quote or list.
_LINE_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\A(\s*)(?=-{2,}|={2,}|_{3,})"), rf"\1{_BACKSLASH}"),
    (re.compile(r"\A(\s*)(?=#{1,6}\s|[-+]\s|&gt;)"), rf"\1{_BACKSLASH}"),
    (re.compile(r"\A(\s*\d{1,9})(?=[.)]\s)"), rf"\1{_BACKSLASH}"),
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
    ]
)
_BLANK_LINES = re.compile(r"\n{3,}")


def html_to_markdown(html: str, base: str = "") -> str:
    """Return the content of an HTML fragment as Markdown, without scripts; ``base`` makes its links absolute."""
    html = html[:_MAX_HTML].replace(_BACKSLASH, "")
    if not html.strip():
        return ""
    if _depth(html) > _MAX_DEPTH:
        html = text_as_html(plain_text(html, _MAX_HTML))
    import html_to_markdown as converter  # noqa: PLC0415 - lazy import: 40 ms
    import nh3  # noqa: PLC0415 - lazy import: 0.9 ms, not needed unless a feed has changed

    html = _TAG.sub(lambda tag: _prepared(tag, base), html)
    clean = nh3.clean(
        html, tags=set(_TAGS), attributes=_ATTRIBUTES, link_rel=None, url_schemes={"http", "https", "mailto"}
    )
    options = converter.ConversionOptions(
        extract_metadata=False,
        bullets="-",
        expand_abbreviations=False,
        highlight_style="none",
        include_blockquote_citations=False,
    )
    try:
        text = str(converter.convert(_escaped(clean), options).content).replace(_BACKSLASH, "\\")
    except (converter.ConversionError, ValueError, RuntimeError):
        text = plain_text(html, _MAX_HTML)
    lines = (line if line.endswith("  ") else line.rstrip() for line in sanitize(text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def _depth(html: str) -> int:
    """Return the nesting depth of the elements, assuming that every element that can be open is open."""
    deepest = depth = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() not in _UNNESTED and not tag[3].endswith("/"):
            depth = max(0, depth - 1) if tag[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest


def _prepared(tag: re.Match[str], base: str) -> str:
    """Return a tag with absolute URLs. Embedded media become links; tracking pixels are removed."""
    name = tag[2].lower()
    if tag[1] or (name not in {"a", "img"} and name not in _EMBEDS):
        return tag[0]
    found = {part[1].lower(): part[2] or part[3] or part[4] or "" for part in _ATTRIBUTE.finditer(tag[3])}
    if name == "img":
        return _image(found, base)
    if name == "a":
        target = found.get("href", "")
        if target.lower().startswith("mailto:"):
            return tag[0]
        return _with("a", href=absolute_url(target, base), title=found.get("title", ""))
    target = absolute_url(found.get("src", ""), base)
    return f"<p>{_with('a', href=target)}{target.replace('&', '&amp;')}</a></p>" if target else ""


def _image(found: dict[str, str], base: str) -> str:
    sources = (found.get(key, "") for key in ("data-src", "data-original", "data-lazy-src", "src"))
    source = next(filter(None, (absolute_url(value, base) for value in sources)), "")
    is_pixel = all(found.get(side, "").removesuffix("px") in {"0", "1"} for side in ("width", "height"))
    if not source or is_pixel:
        return ""
    return _with("img", src=source, alt=found.get("alt", ""), title=found.get("title", ""))


def _with(name: str, **attributes: str) -> str:
    written = (f' {key}="{_quoted(value, key)}"' for key, value in attributes.items() if value)
    return f"<{name}{''.join(written)}>"


def _quoted(value: str, key: str) -> str:
    if key in {"href", "src"}:
        return value.replace("&", "&amp;").replace('"', "%22").replace("<", "%3C").replace(">", "%3E")
    # A line break would end the paragraph that the image is in.
    return " ".join(value.split()).replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def _escaped(html: str) -> str:
    """Escape Markdown syntax in the text of sanitized HTML."""
    parts: list[str] = []
    place = verbatim = 0
    starts_line = True
    for tag in _TAG.finditer(html):
        text = html[place : tag.start()]
        parts += [_text(text, verbatim, starts_line=starts_line), tag[0]]
        place = tag.end()
        starts_line = tag[2] not in _INLINE or (starts_line and not text.strip())
        if tag[2] in _VERBATIM:
            verbatim = max(0, verbatim + (-1 if tag[1] else 1))
    return "".join([*parts, _text(html[place:], verbatim, starts_line=starts_line)])


def _text(text: str, verbatim: int, *, starts_line: bool) -> str:
    if verbatim or not text:
        return text
    parts = _ADDRESS.split(text)
    escaped = "".join(part if number % 2 else _escape(part) for number, part in enumerate(parts))
    for pattern, replacement in _LINE_MARKS if starts_line else ():
        escaped = pattern.sub(replacement, escaped)
    return escaped


def _escape(text: str) -> str:
    for pattern, replacement in _ESCAPES:
        text = pattern.sub(replacement, text)
    return text
