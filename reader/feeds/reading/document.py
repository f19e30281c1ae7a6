"""From the bytes of a document to a ``Feed``: decoding, safe XML, and which of the readers gets it.

No entity of a document type is expanded and nothing is loaded. A document that is no well-formed XML is repaired and
read leniently; feedparser is the judge of what then remains, and the reading with more entries wins.
"""

from __future__ import annotations

import re
from html.entities import html5
from typing import TYPE_CHECKING, Any

from reader.errors import ReaderError
from reader.feeds.reading.encoding import decode_document

if TYPE_CHECKING:
    from reader.feeds.reading.values import Feed

__all__ = ["NotAFeedError", "parse_feed"]

_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DECLARATION = re.compile(r"<\?xml\b[^>]*>", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]+:)?(rss|rdf|feed|channel)(?=[\s>/])", re.IGNORECASE)
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_BARE = re.compile(r"&(?!#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
_BAD_NUMBER = re.compile(r"&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));", re.IGNORECASE)
_KNOWN_TO_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_CDATA, _CDATA_ENDS = "<![CDATA[", "]]>"


class NotAFeedError(ReaderError):
    """The document is not a feed."""


def parse_feed(raw: bytes, content_type: str = "", url: str = "") -> Feed:
    """Return the feed in a document that was loaded from ``url``. Raises NotAFeedError."""
    text = decode_document(raw, content_type)
    start = text.lstrip("\ufeff \t\r\n\0")
    if start.startswith(("{", "[")):
        from reader.feeds.reading.json_feed import read_json  # noqa: PLC0415 - lazy import: few feeds are JSON

        feed = read_json(start, url)
        if feed is None:
            raise NotAFeedError("Not a feed: JSON without items")
        return feed
    root, whole = _tree(text)
    from reader.feeds.reading.xml_feed import read_xml  # noqa: PLC0415 - lazy import: needs lxml

    feed = read_xml(root, url) if root is not None else None
    if whole and feed is not None and feed.entries:
        return feed
    return _judged(feed, text, url)


def _judged(feed: Feed | None, text: str, url: str) -> Feed:
    """Return the better of the lenient reading and feedparser's."""
    if not _ROOT.search(text) and "<item" not in text:
        raise NotAFeedError("Not a feed: a web page" if _is_page(text) else "Not a feed")
    from reader.feeds.reading.judge import read_leniently  # noqa: PLC0415 - lazy import: 100 ms, for broken feeds only

    second = read_leniently(_without_doctype(_without_declaration(text)), url)
    if second is not None and (feed is None or len(second.entries) > len(feed.entries)):
        feed = second
    if feed is None or not (feed.entries or feed.title or feed.site_url or _ROOT.search(text)):
        raise NotAFeedError("Not a feed")
    return feed


def _is_page(text: str) -> bool:
    return re.search(r"<(?:!doctype\s+html|html)\b", text[:4_000], re.IGNORECASE) is not None


def _tree(text: str) -> tuple[Any, bool]:
    """Return the root element, or None, and whether the document was well-formed but for its entities."""
    text = _without_doctype(_ILLEGAL.sub("", _without_declaration(text)))
    root = _parse(text, recover=False)
    if root is not None:
        return root, True
    repaired = _repaired(text)
    root = _parse(repaired, recover=False)
    if root is not None:
        return root, True
    return _parse(repaired, recover=True), False


def _parse(text: str, *, recover: bool) -> Any:
    from lxml import etree  # noqa: PLC0415 - lazy import: 30 ms

    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None or not isinstance(root.tag, str):
        return None
    return root if etree.QName(root).localname.lower() in _ROOTS else None


def _without_declaration(text: str) -> str:
    """Return a document from its first element on, without the XML declaration."""
    start = text.find("<")
    if start < 0:
        return ""
    found = _DECLARATION.match(text, start)
    return text[found.end() if found else start :].lstrip()


def _without_doctype(text: str) -> str:
    """Return a document without its document type, in which entities could be declared."""
    start = re.search(r"<!doctype\b", text[:20_000], re.IGNORECASE)
    if start is None:
        return text
    root = _ROOT.search(text, start.end())
    subset = text.find("[", start.end())
    end = text.find(">", start.end())
    if 0 <= subset < end:
        end = max(text.find("]>", subset), re_end(text, subset))
    if end < 0 or (root and end > root.start()):
        end = root.start() - 1 if root else len(text)
    return text[: start.start()] + text[end + 1 :]


def re_end(text: str, start: int) -> int:
    """Return where an internal subset that begins at ``start`` ends, -1 if it does not."""
    found = re.compile(r"\]\s*>").search(text, start)
    return found.end() - 1 if found else -1


def _repaired(text: str) -> str:
    """Return a document whose entities XML knows and whose bare ampersands are escaped, but for CDATA sections."""
    parts: list[str] = []
    place = 0
    while (start := text.find(_CDATA, place)) >= 0:
        end = text.find(_CDATA_ENDS, start)
        if end < 0:
            break
        parts += [_repair_markup(text[place:start]), text[start : end + len(_CDATA_ENDS)]]
        place = end + len(_CDATA_ENDS)
    return "".join([*parts, _repair_markup(text[place:])])


def _repair_markup(text: str) -> str:
    text = _BARE.sub("&amp;", text)
    text = _NAMED.sub(_as_number, text)
    return _BAD_NUMBER.sub(_legal_number, text)


def _as_number(found: re.Match[str]) -> str:
    if found[1] in _KNOWN_TO_XML:
        return found[0]
    characters = html5.get(f"{found[1]};") or html5.get(f"{found[1].lower()};")
    if characters is None:
        return f"&amp;{found[1]};"
    return "".join(f"&#{ord(character)};" for character in characters)


def _legal_number(found: re.Match[str]) -> str:
    number = int(found[1], 16) if found[1] else int(found[2])
    legal = number in {9, 10, 13} or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
    return found[0] if legal else ""
