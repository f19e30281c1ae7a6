"""Digest as EPUB 3: a page per article and a table of contents. Loads nothing from elsewhere."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from html import escape
from typing import TYPE_CHECKING

from reader.digest.bodies import BodyWriter
from reader.digest.document import source_html

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from reader.article import Article

__all__ = ["digest_epub"]

_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""
_PACKAGE = """<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">urn:uuid:{identifier}</dc:identifier>
<dc:title>{title}</dc:title><dc:language>{language}</dc:language>
<meta property="dcterms:modified">{now:%Y-%m-%dT%H:%M:%SZ}</meta></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>{items}</manifest>
<spine><itemref idref="nav"/>{spine}</spine></package>
"""
_PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" xml:lang="{language}">
<head><meta charset="utf-8"/><title>{title}</title></head><body>{body}</body></html>
"""
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def digest_epub(articles: Sequence[Article], title: str, language: str, now: datetime) -> bytes:
    """Return the articles as the bytes of an EPUB file."""
    language = language if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", language) else "en"
    names = [f"article-{number}.xhtml" for number in range(1, len(articles) + 1)]
    links = "".join(
        f'<li><a href="{name}">{escape(article.title)}</a></li>' for name, article in zip(names, articles, strict=True)
    )
    nav = f'<h1>{escape(title)}</h1><nav epub:type="toc"><ol>{links}</ol></nav>'
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, "\n".join([title, *(article.path for article in articles)]))
    package = _PACKAGE.format(
        identifier=identifier,
        title=escape(title),
        language=language,
        now=now,
        items="".join(f'<item id="{name[:-6]}" href="{name}" media-type="application/xhtml+xml"/>' for name in names),
        spine="".join(f'<itemref idref="{name[:-6]}"/>' for name in names),
    )
    # Images would be remote resources, which an EPUB must not contain.
    bodies = BodyWriter(articles, names, level=1, images=False)
    pages = {
        name: _page(article, bodies.xhtml(article), language) for name, article in zip(names, articles, strict=True)
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        # The first entry is stored, so that programs recognize the file by its first bytes.
        book.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        book.writestr("META-INF/container.xml", _CONTAINER)
        book.writestr("content.opf", _CONTROLS.sub("", package))
        book.writestr("nav.xhtml", _CONTROLS.sub("", _PAGE.format(language=language, title=escape(title), body=nav)))
        for name, page in pages.items():
            book.writestr(name, page)
    return file.getvalue()


def _page(article: Article, body: str, language: str) -> str:
    body = f"<h1>{escape(article.title)}</h1>\n{source_html(article)}{body}"
    return _CONTROLS.sub("", _PAGE.format(language=language, title=escape(article.title), body=body))
