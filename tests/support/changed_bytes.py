"""Corruption of valid files, like that of a failing disk, another program or a careless edit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

__all__ = ["change_pages", "change_text"]

_PAGE = 4096
_TOKENS = (
    b"",
    b"\0",
    b'"',
    b"'",
    b"\\",
    b"\n",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b'"\\ud800"',
    b'"\\u0000"',
    b'"\\u001b[2J"',
    b"null",
    b"true",
    b"[]",
    b"{}",
    b"-1",
    b"1e999",
    b"-0.0",
    b"nan",
    b"inf",
    b"9" * 5000,
    str(2**63).encode(),
    str(-(2**63) - 1).encode(),
    b"9999-12-31T23:59:59-01:00",
    b"0001-01-01T00:00:00+23:59",
    b"[" * 5000,
    b'{"a":' * 5000,
    b"'''",
    b'"""',
    b"../../etc/passwd",
    "\u202eevil".encode(),
)
_VALUES = re.compile(rb'"[^"\n]*"|[-\w.:]+|[\[\]{}=,]')


def change_text(content: bytes, chance: random.Random) -> bytes:
    """Return a text file with one to four changes to bytes, values, or the text between values."""
    for _ in range(chance.randrange(1, 5)):
        values = list(_VALUES.finditer(content))
        at = chance.randrange(len(content) + 1)
        end = min(len(content), at + chance.choice([1, 1, 8, 200]))
        if values and chance.random() < 0.6:
            at, end = chance.choice(values).span()
        what = chance.choice([b"", content[at:end] * 2, chance.randbytes(end - at), *[chance.choice(_TOKENS)] * 6])
        content = content[:at] + what + content[end:]
    return content


def change_pages(content: bytes, chance: random.Random) -> bytes:
    """Return a database with changed bytes or pages, truncated, extended, or replaced by random bytes."""
    changed = bytearray(content)
    at = chance.randrange(len(changed))
    page, other = (number - number % _PAGE for number in (at, chance.randrange(len(changed))))
    kind = chance.choice(["one", "many", "page", "head", "short", "long", "random", "swapped"])
    if kind == "one":
        changed[at] ^= chance.randrange(1, 256)
    elif kind == "many":
        for _ in range(200):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    elif kind == "page":
        changed[page : page + _PAGE] = chance.randbytes(_PAGE)
    elif kind == "head":
        changed[chance.randrange(100)] = chance.randrange(256)
    elif kind == "short":
        del changed[at:]
    elif kind == "long":
        changed += chance.randbytes(chance.randrange(1, 2 * _PAGE))
    elif kind == "random":
        return chance.randbytes(chance.randrange(1, 5 * _PAGE))
    else:
        changed[page : page + _PAGE] = content[other : other + _PAGE]
        changed[other : other + _PAGE] = content[page : page + _PAGE]
    return bytes(changed)
