"""Encodings of feeds: declared in the document or only in the header, declared wrongly, or not declared."""

from __future__ import annotations

import pytest

from reader.feeds.reading import parse_feed
from reader.feeds.reading.encoding import decode_document

_RUSSIAN = "Привет, мир"
_FRENCH = "Élan d’été €"


def _document(title: str, declaration: str = "<?xml version='1.0'?>", language: str = "") -> str:
    said = f"<language>{language}</language>" if language else ""
    return f"{declaration}<rss><channel>{said}<item><title>{title}</title></item></channel></rss>"


def _title(raw: bytes, content_type: str = "") -> str:
    return parse_feed(raw, content_type).entries[0].title


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("utf-8", "utf-8", _RUSSIAN),
        ("UTF8", "utf-8", _RUSSIAN),
        ("utf_8", "utf-8", _RUSSIAN),
        ("windows-1251", "cp1251", _RUSSIAN),
        ("Windows1251", "cp1251", _RUSSIAN),
        ("win-1251", "cp1251", _RUSSIAN),
        ("cp-1251", "cp1251", _RUSSIAN),
        ("x-cp1251", "cp1251", _RUSSIAN),
        ("KOI8-R", "koi8-r", _RUSSIAN),
        ("iso-8859-5", "iso8859-5", _RUSSIAN),
        ("ISO8859_5", "iso8859-5", _RUSSIAN),
        ("iso-8859-1", "cp1252", _FRENCH),
        ("latin1", "cp1252", _FRENCH),
        ("us-ascii", "cp1252", _FRENCH),
        ("iso-8859-15", "iso8859-15", "Élan €"),
        ("x-sjis", "cp932", "日本語"),
        ("Shift_JIS", "cp932", "①日本語"),
        ("EUC-JP", "euc-jp", "日本語"),
        ("ISO-2022-JP", "iso-2022-jp", "日本語"),
        ("gb2312", "gb18030", "中文鎔"),
        ("big5", "big5", "中文"),
        ("ks_c_5601-1987", "cp949", "한국어"),
        ("x-mac-roman", "mac-roman", "Élan"),
    ],
)
@pytest.mark.parametrize("form", ["<?xml version='1.0' encoding='{}'?>", '\n \t<?xml version="1.0" encoding = "{}" ?>'])
def test_declared_encoding_is_used(label: str, codec: str, text: str, form: str) -> None:
    assert _title(_document(text, form.format(label)).encode(codec)) == text


@pytest.mark.parametrize(
    ("content_type", "codec", "text"),
    [
        ("text/xml; charset=windows-1251", "cp1251", _RUSSIAN),
        ('application/rss+xml;charset="koi8-r"', "koi8-r", _RUSSIAN),
        ("text/xml; Charset = ISO-8859-1", "cp1252", _FRENCH),
    ],
)
def test_encoding_only_in_the_header_is_used(content_type: str, codec: str, text: str) -> None:
    assert _title(_document(text).encode(codec), content_type) == text


@pytest.mark.parametrize(
    ("declared", "codec", "content_type"),
    [
        ("iso-8859-1", "utf-8", ""),
        ("us-ascii", "utf-8", ""),
        ("windows-1251", "utf-8", ""),
        ("utf-16", "utf-8", ""),
        ("nonsense-9", "utf-8", ""),
        ("utf-8", "cp1251", "text/xml; charset=windows-1251"),
        ("windows-1251", "cp1251", "text/xml; charset=utf-8"),
        ("utf-8", "utf-16", ""),
        ("iso-8859-1", "utf-16-le", ""),
        ("iso-8859-1", "utf-16-be", ""),
        ("windows-1251", "utf-8-sig", "text/xml; charset=iso-8859-1"),
        ("windows-1251", "cp1251", "text/xml; charset=iso-8859-1"),
    ],
)
def test_wrongly_declared_encoding_is_ignored(declared: str, codec: str, content_type: str) -> None:
    raw = _document(_RUSSIAN, f"<?xml version='1.0' encoding='{declared}'?>", "ru").encode(codec)
    assert _title(raw, content_type) == _RUSSIAN


@pytest.mark.parametrize(
    ("language", "codec", "text"),
    [("ru", "cp1251", _RUSSIAN), ("fr", "cp1252", _FRENCH), ("ja", "cp932", "日本語"), ("pl-PL", "cp1250", "Łódź")],
)
def test_invalid_utf8_is_decoded_by_language(language: str, codec: str, text: str) -> None:
    raw = _document(text, "<?xml version='1.0' encoding='UTF-8'?>", language).encode(codec)
    assert _title(raw) == text


def test_stray_bytes_in_utf8_are_decoded_as_windows_1252() -> None:
    raw = _document("größer Straße über X", "<?xml version='1.0' encoding='utf-8'?>").encode()
    assert _title(raw.replace(b"X", b"\x93X\x94")) == "größer Straße über “X”"


@pytest.mark.parametrize("raw", [b"", b"\xff", b"\xfe\xff\x00", b"\x81\x8d", bytes(range(256))])
def test_any_bytes_decode_to_text(raw: bytes) -> None:
    assert isinstance(decode_document(raw, "text/xml; charset=zip"), str)
