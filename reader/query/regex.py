"""Regular expressions of queries: RE2's, which takes time in proportion to the text whatever the pattern.

Case and accents count as little as they do for words: the text is folded, and so is what is not ASCII in the pattern.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from reader.errors import QueryError
from reader.text import fold, sanitize_line

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["compile_pattern"]

# Bytes that a compiled pattern may take; RE2 refuses what needs more.
_MEMORY = 4 * 1024 * 1024


class _CompiledRegex(Protocol):
    def search(self, text: str) -> object: ...


def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """Return a test for folded texts: does the pattern occur in them?

    Raises QueryError, without a useful place, where RE2 does not understand the pattern.
    """
    import re2  # noqa: PLC0415 - few queries hold a pattern, and loading it takes time

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.max_mem = _MEMORY
    try:
        compiled: _CompiledRegex = re2.compile(_folded(pattern), options)
    except re2.error as error:
        raise QueryError(f"invalid regular expression: {_reason(error)}", start=0, end=0) from error
    return lambda text: compiled.search(text) is not None


def _folded(pattern: str) -> str:
    return re.sub(r"[^\x00-\x7f]+", lambda match: fold(match[0]), pattern)


def _reason(error: Exception) -> str:
    first = error.args[0] if error.args else ""
    return sanitize_line(first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first))
