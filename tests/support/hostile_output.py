"""Detection of escape sequences in output that do not come from the program itself."""

from __future__ import annotations

import re

from hostile_manifest import MARK

__all__ = ["find_escapes", "find_injected_escapes"]

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069].{0,20}", re.DOTALL)
# What newsreader and Textual send: cursor moves, colors and modes, with numbers only; the mouse pointer; and terminal
# queries.
_OWN = re.compile(rb"\x1b\[[<=>?]?[0-9;:]*\$?[A-Za-z]|\x1b[78=>]|\x1b\([0B]|\x1bP=[12]s\x1b\\|\x1b\]22;[a-z-]+\x07")
_COPY = re.compile(rb"\x1b\]52;c;[A-Za-z0-9+/=]*\x07")
_MARKED = re.compile(rb"\x1b[^A-Za-z\\\x07\x1b]*" + MARK.encode())


def find_escapes(output: bytes) -> list[str]:
    """Return every control character of an output that should have none except line ends and tabs.

    Undecodable bytes of file names are not characters: a pipe gets them unchanged.
    """
    text = output.decode("utf-8", "surrogateescape")
    return [ascii(found[0]) for found in _CONTROL.finditer(text)]


def find_injected_escapes(output: bytes, *, may_copy: bool = False) -> list[str]:
    """Return the control sequences of a TUI's output, without those of newsreader itself."""
    marked = [ascii(found[0]) for found in _MARKED.finditer(output)]
    rest = _OWN.sub(b"", _COPY.sub(b"", output) if may_copy else output)
    text = rest.decode("utf-8", "replace").replace("\r", "")
    return marked + [ascii(found[0]) for found in _CONTROL.finditer(text)]
