"""Regular expressions in queries, matched by RE2 in time linear in the text for every pattern.

Case and accents are ignored as they are for words: the text is folded, and so is the non-ASCII part of the pattern.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from reader.errors import QueryError
from reader.text import fold, sanitize_line

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["compile_pattern"]

# Maximum memory of a compiled pattern, in bytes; RE2 rejects a pattern that needs more.
_MEMORY = 4 * 1024 * 1024
# Maximum length of a pattern, and number of instructions of its program. Where the states of a program do not fit into
# the memory, RE2 takes time proportional to the instructions for each character: at this limit 12 ms for a title and
# excerpt in the worst case, at ten times the limit 1.2 s.
_MAX_LENGTH = 2_000
_MAX_PROGRAM = 2_000


class _CompiledRegex(Protocol):
    programsize: int

    def search(self, text: str) -> object: ...


def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """Return a function that tests whether the pattern occurs in a folded text.

    Raises QueryError, without a useful position, if RE2 rejects the pattern.
    """
    import re2  # noqa: PLC0415 - lazy import: 2 ms, slow to load, and few queries need it

    if len(pattern) > _MAX_LENGTH:
        raise QueryError(f"regular expression longer than {_MAX_LENGTH:,} characters", start=0, end=0)
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.max_mem = _MEMORY
    try:
        compiled: _CompiledRegex = re2.compile(_folded(pattern), options)
    except re2.error as error:
        raise QueryError(f"invalid regular expression: {_reason(error)}", start=0, end=0) from error
    if compiled.programsize > _MAX_PROGRAM:
        raise QueryError("regular expression too complex", start=0, end=0)
    return lambda text: compiled.search(text) is not None


def _folded(pattern: str) -> str:
    return re.sub(r"[^\x00-\x7f]+", lambda match: fold(match[0]), pattern)


def _reason(error: Exception) -> str:
    first = error.args[0] if error.args else ""
    return sanitize_line(first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first))
