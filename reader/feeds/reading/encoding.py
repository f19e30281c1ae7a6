"""Decoding of feed documents, whose encoding can be declared wrongly, oddly, twice or not at all."""

from __future__ import annotations

import codecs
import re

from reader.text import split_bom

__all__ = ["decode_document"]

# First bytes of "<?", "<r" and the like, without a BOM.
_WIDE = (
    (re.compile(rb"\s*<\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0<"), "utf-32-be"),
    (re.compile(rb"(?:\s\0)*<\0"), "utf-16-le"),
    (re.compile(rb"(?:\0\s)*\0<"), "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?\bencoding\s*=\s*["']?\s*([A-Za-z0-9_.: -]{1,40})""", re.IGNORECASE)
_IN_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_.: -]{1,40})""", re.IGNORECASE)
_LANGUAGE = re.compile(rb"""(?:<(?:dc:)?language>\s*|xml:lang=["'])([A-Za-z]{2})""")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_STRAY = re.compile("[\udc80-\udcff]")
_STRAYS = re.compile("[\udc80-\udcff]+")
_HEAD = 4_000  # bytes
# Labels that Python does not know, or that in practice mean a superset of the encoding they name.
_LABELS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb-2312": "gb18030",
    "euc-cn": "gb18030",
    "big5": "big5hkscs",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "euc-kr": "cp949",
    "ks-c-5601-1987": "cp949",
    "ksc5601": "cp949",
    "macintosh": "mac-roman",
    "unicode": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "utf": "utf-8",
    "utf8mb4": "utf-8",
}
# Encodings that use only ASCII bytes, so that their text is also valid UTF-8.
_SEVEN_BIT = ("iso2022", "hz", "utf_7")
_USUAL = {
    "cp1250": ("cs", "hu", "pl", "ro", "sk", "sl", "hr"),
    "cp1251": ("ru", "uk", "bg", "be", "sr", "mk"),
    "cp1253": ("el",),
    "cp1254": ("tr",),
    "cp1255": ("he", "iw"),
    "cp1256": ("ar", "fa", "ur"),
    "cp1257": ("et", "lt", "lv"),
    "cp949": ("ko",),
    "gb18030": ("zh",),
    "cp932": ("ja",),
}


def decode_document(raw: bytes, content_type: str = "") -> str:
    """Return the text of a document; never fails.

    A BOM wins, then UTF-8 with at most a few stray bytes, then the encoding of the header or the XML declaration,
    whichever fits. Otherwise the bytes are read as Windows-1252.
    """
    marked, rest = split_bom(raw)
    if marked:
        return rest.decode(marked, "replace")
    for pattern, encoding in _WIDE:
        if pattern.match(raw):
            return raw.decode(encoding, "replace")
    labels = _labels(raw, content_type)
    if not any(label.startswith(_SEVEN_BIT) for label in labels[:1]):
        text = raw.decode("utf-8", "surrogateescape")
        strays = len(_STRAY.findall(text))
        if not strays or strays < len(_BEYOND_ASCII.findall(text)) - strays:
            return _STRAYS.sub(_as_windows, text)
    for label in labels:
        try:
            return raw.decode(label)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode(labels[0], "replace") if labels[0] != "cp1252" else _windows(raw)


def _labels(raw: bytes, content_type: str) -> list[str]:
    header = _IN_HEADER.search(content_type)
    declared = _DECLARED.search(raw[:_HEAD].lstrip())
    found = [header[1] if header else "", declared[1].decode("ascii") if declared else ""]
    language = _LANGUAGE.search(raw[:_HEAD])
    usual = language[1].decode("ascii").lower() if language else ""
    hints = [encoding for encoding, languages in _USUAL.items() if usual in languages]
    names = [codec for codec in map(_codec, found) if codec]
    # Servers label text as Latin-1 by default; the language of the text is the better guess.
    names.sort(key=lambda name: name == "cp1252" and bool(hints))
    return list(dict.fromkeys([*(name for name in names if name != "cp1252"), *hints, *names, "cp1252"]))


def _codec(label: str) -> str:
    """Return Python's name for the codec of a label; empty if it is unknown."""
    name = label.strip().lower().replace("_", "-").replace(" ", "-").removeprefix("x-").removeprefix("charset=")
    name = re.sub(r"^(?:windows|win|cp|ibm|microsoft-cp)-?(\d{3,4})$", r"cp\1", name)
    name = re.sub(r"^iso-?8859-?(\d{1,2})(?:-[ie])?$", r"iso8859-\1", name)
    name = re.sub(r"^utf-?(8|16|32)(?:-?(le|be))?$", lambda found: f"utf-{found[1]}", name)
    if name in {"utf-16", "utf-32"}:
        return ""  # the document would have begun with NULs
    name = _LABELS.get(name, name)
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    # Codecs such as "rot13" and "zip" convert text to text or bytes to bytes.
    return codec.name if codec.name in {"utf-8", "utf-7"} or _is_text_encoding(codec) else ""


def _is_text_encoding(codec: codecs.CodecInfo) -> bool:
    return bool(getattr(codec, "_is_text_encoding", True)) and codec.name not in {"idna", "punycode", "unicode-escape"}


def _as_windows(found: re.Match[str]) -> str:
    return _windows(found[0].encode("utf-8", "surrogateescape"))


def _windows(raw: bytes) -> str:
    # Five bytes are undefined in Windows-1252; WHATWG reads them as Latin-1.
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in raw)
