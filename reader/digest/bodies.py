"""Texts of articles as XHTML, from the same tokens as the page in the TUI.

None of a text's own HTML is passed through: known elements become tokens, the rest becomes text.
"""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from reader import urls
from reader.links import Candidate, choose, name_key, names_of, read_link
from reader.render.markdown import parse_body
from reader.render.markup.inline import closing_tokens, opening_tokens, text_token
from reader.render.page import parse_article

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it.token import Token

    from reader.article import Article
    from reader.links import Reference

__all__ = ["BodyWriter"]

_RAW = frozenset({"html_block", "html_inline"})


class BodyWriter:
    """Writer of the bodies of a document. ``places`` maps each article to its link target in the document.

    ``level`` is the level of the heading above a body; headings in the body are below it. Without ``images``, an image
    becomes a link.
    """

    def __init__(self, articles: Sequence[Article], places: Sequence[str], *, level: int, images: bool = True) -> None:
        self._places = {article.path: place for article, place in zip(articles, places, strict=True)}
        self._by_url = {
            urls.key(url): place
            for article, place in zip(articles, places, strict=True)
            for url in (article.original_url, article.web_url)
            if url
        }
        self._by_name: dict[int | None, list[Candidate]] = {}
        for article in articles:
            for name in names_of(article):
                self._by_name.setdefault(name, []).append(Candidate(article.path, bool(article.url)))
        self._level = level
        self._images = images

    def xhtml(self, article: Article) -> str:
        """Return the text of an article, or its excerpt if it has no text."""
        body = parse_article(article)
        if body.unformatted:
            return f'<pre style="white-space:pre-wrap">{escape(body.text)}</pre>\n'
        markdown = _markdown()
        tokens = [self._token(token, article) for token in body.tokens or parse_body(article.excerpt).tokens]
        return str(markdown.renderer.render(tokens, markdown.options, {}))

    def _token(self, token: Token, article: Article) -> Token:
        if token.type in {"heading_open", "heading_close"}:
            return token.copy(tag=f"h{min(6, int(token.tag[1:]) + self._level)}", attrs={})
        if token.meta or "class" in token.attrs:
            # A task item: its box is already a symbol in the text.
            return token.copy(meta={}, attrs={})
        if token.type in _RAW:
            return token.copy(type="inline", children=[text_token(token.content)])
        if token.children:
            return token.copy(children=list(self._line(token.children, article)))
        return token

    def _line(self, children: Iterable[Token], article: Article) -> Iterator[Token]:
        """Yield the tokens of a line, without links that lead nowhere outside the folder."""
        kept: list[bool] = []
        for token in children:
            if token.type == "link_open":
                # XHTML does not allow a link in a link.
                target = "" if any(kept) else self._target(str(token.attrs.get("href") or ""), article)
                kept.append(bool(target))
                if target:
                    yield token.copy(attrs={"href": target})
            elif token.type == "link_close":
                if kept and kept.pop():
                    yield token
            elif token.type == "image":
                yield from self._image(token, article, in_link=any(kept))
            else:
                yield text_token(token.content) if token.type in _RAW else token

    def _target(self, target: str, article: Article) -> str:
        """Return the target of a link: an article in the document, else a URL, else an empty string."""
        reference = read_link(target, article.path, article.url)
        return self._place(reference) or _web_address(reference.url, target)

    def _place(self, reference: Reference) -> str:
        """Return the target in the document of the article that a link refers to; empty if it is not included."""
        if reference.url and (place := self._by_url.get(urls.key(reference.url))):
            return place
        named = self._by_name.get(name_key(reference.name), ()) if reference.name else ()
        return self._places.get(choose(reference, named)[0], "")

    def _image(self, token: Token, article: Article, *, in_link: bool) -> Iterator[Token]:
        """Yield an image, or its name if it has no URL."""
        source = str(token.attrs.get("src") or "")
        address = _web_address(read_link(source, article.path, article.url).url, source)
        name = text_token(token.content or source.rpartition("/")[2] or "image")
        if address and self._images:
            yield token.copy(attrs={"src": address, "alt": ""}, children=[text_token(token.content)])
        elif address and not in_link:
            yield from (*opening_tokens("a", address), name, *closing_tokens("a"))
        else:
            yield name


def _web_address(resolved: str, target: str) -> str:
    return next((url for url in (resolved, target) if urls.is_safe(url)), "")


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "xhtmlOut": True})
