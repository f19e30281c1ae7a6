"""Bare URLs in Markdown: ``https://…`` and ``www.…`` without angle brackets.

Follows GitHub (https://github.github.com/gfm/#autolinks-extension-): closing punctuation and unbalanced parentheses are
not part of a URL. In addition, Chinese and Japanese punctuation ends a URL, and letters of scripts without spaces can
precede one. mdit-py-plugins' ``gfm_autolink`` takes quadratic time on a text full of colons.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

__all__ = ["autolink_plugin"]

_SCHEME = re.compile(r"(?<![A-Za-z0-9/@._-])https?\Z", re.IGNORECASE)
_LONGEST_SCHEME = 6  # a character before "https"
_ADDRESS = re.compile(r"[^\s<>\"`“”„«»‘’、。，；：？！（）「」『』【】《》〈〉…]{1,4000}")
_HOST = re.compile(r"(?:\w[\w-]*\.)+\w{2,}|\[[0-9a-fA-F:.]+\]|localhost\b|\w[\w-]*:\d")
_PUNCTUATION = "?!.,:*_~'\"[]"
_ENTITY = re.compile(r"&[A-Za-z0-9]{1,31};\Z")


def autolink_plugin(parser: MarkdownIt) -> None:
    """Turn bare URLs into links."""
    parser.inline.add_terminator_char("w")
    parser.inline.ruler.before("escape", "autolink_scheme", _scheme_rule)
    parser.inline.ruler.before("escape", "autolink_www", _www_rule)


def _scheme_rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the signature of a rule
    if not state.src.startswith("://", state.pos) or state.linkLevel or silent:
        return False
    scheme = _SCHEME.search(state.pending[-_LONGEST_SCHEME:])
    found = _ADDRESS.match(state.src, state.pos + 3, state.posMax)
    if scheme is None or found is None or _HOST.match(found[0]) is None:
        return False
    address = f"{scheme[0]}://{_trimmed(found[0])}"
    state.pending = state.pending[: -len(scheme[0])]
    _push(state, address, address)
    state.pos += len(address) - len(scheme[0])
    return True


def _www_rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the signature of a rule
    if not state.src.startswith("www.", state.pos) or state.linkLevel or silent:
        return False
    before = state.src[state.pos - 1 : state.pos]
    found = _ADDRESS.match(state.src, state.pos, state.posMax)
    if (before.isascii() and (before.isalnum() or before in set("/@._-"))) or found is None:
        return False
    address = _trimmed(found[0])
    if not _HOST.match(address, 4):
        return False
    _push(state, f"http://{address}", address)
    state.pos += len(address)
    return True


def _push(state: StateInline, target: str, text: str) -> None:
    opener = state.push("link_open", "a", 1)
    opener.attrs, opener.info = {"href": target}, "auto"
    state.push("text", "", 0).content = text
    state.push("link_close", "a", -1)


def _trimmed(address: str) -> str:
    """Return a URL without the punctuation of the sentence around it."""
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while end:
        sign = address[end - 1]
        if sign in _PUNCTUATION:
            end -= 1
        elif sign == ")" and surplus > 0:
            surplus -= 1
            end -= 1
        elif sign == ";" and (entity := _ENTITY.search(address, max(0, end - 33), end)):
            end = entity.start()
        else:
            break
    return address[:end]
