"""Safe parsing and repair of XML: expands no entities of a document type and loads nothing."""

from __future__ import annotations

import re
from html.entities import html5
from typing import Any

from reader.feeds.reading.encoding import decode_document

__all__ = ["parse_text", "parse_xml", "plain_document"]

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DECLARATION = re.compile(r"<\?xml\b[^>]*>", re.IGNORECASE)
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_BARE = re.compile(r"&(?!#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
_BARE_LESS = re.compile(r"<(?![A-Za-z_:/!?])")
_BAD_NUMBER = re.compile(r"&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));", re.IGNORECASE)
_KNOWN_TO_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_CDATA, _CDATA_ENDS = "<![CDATA[", "]]>"
_DOCTYPE = re.compile(r"<!doctype\b", re.IGNORECASE)
_ELEMENT = re.compile(r"<[A-Za-z_]")


def parse_xml(raw: bytes, content_type: str = "") -> Any:
    """Return the root element of a document, repaired if necessary; None if there is none."""
    return parse_text(decode_document(raw, content_type))[0]


def plain_document(text: str) -> str:
    """Return a document without XML declaration, document type and characters that XML forbids."""
    return _BAD_NUMBER.sub(_legal_number, _without_doctype(_ILLEGAL.sub("", _without_declaration(text))))


def parse_text(text: str) -> tuple[Any, bool]:
    """Return the root element or None, and whether the document is well-formed apart from its entities."""
    text = plain_document(text)
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
    return root if root is not None and isinstance(root.tag, str) else None


def _without_declaration(text: str) -> str:
    """Return a document from its first tag on, without the XML declaration."""
    start = text.find("<")
    if start < 0:
        return ""
    found = _DECLARATION.match(text, start)
    return text[found.end() if found else start :].lstrip()


def _without_doctype(text: str) -> str:
    """Return a document without its document type, which could declare entities."""
    start = _doctype_at(text)
    if start < 0:
        return text
    root = _ELEMENT.search(text, _declared_until(text, start + 1))
    subset = text.find("[", start + 1)
    end = text.find(">", start + 1)
    if 0 <= subset < end:
        end = max(text.find("]>", subset), _subset_end(text, subset))
    if end < 0 or (root and end > root.start()):
        end = root.start() - 1 if root else len(text)
    return text[:start] + text[end + 1 :]


def _doctype_at(text: str) -> int:
    """Return the offset of the document type, or -1 if there is none before the first element."""
    place = text.find("<")
    while place >= 0:
        if text.startswith("<!--", place):
            place = text.find("-->", place)
        elif text.startswith("<?", place):
            place = text.find("?>", place)
        elif _DOCTYPE.match(text, place):
            return place
        else:
            return -1
        place = text.find("<", place) if place >= 0 else -1
    return -1


def _declared_until(text: str, start: int) -> int:
    """Return the end of the internal subset, if one follows: elements inside its entities must not be found."""
    bracket, end = text.find("[", start), text.find(">", start)
    return max(start, _subset_end(text, bracket)) if 0 <= bracket < end else start


def _subset_end(text: str, start: int) -> int:
    """Return the end of the internal subset that begins at ``start``; -1 if it does not end."""
    found = re.compile(r"\]\s*>").search(text, start)
    return found.end() - 1 if found else -1


def _repaired(text: str) -> str:
    """Return a document with only XML's own entities and with bare ampersands escaped, except in CDATA sections."""
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
    text = _BARE_LESS.sub("&lt;", text)
    text = _BARE.sub("&amp;", text.replace("&#X", "&#x"))
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
