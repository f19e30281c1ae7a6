"""What must become of each file of a hostile folder, and what did: values to be compared.

``Expected`` is a line of the manifest. Every case has a label (``H017``) that its file's name begins with and that its
title begins with in the list, whatever else either holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["MARK", "Expected", "Observed", "Outcome", "diff", "shown_path"]

# Stands in every sequence that content sends to a terminal, so that it can be told from those of the reader.
MARK = "4242"
_UNDECODABLE = re.compile("[\ud800-\udfff]")


class Outcome(StrEnum):
    """What becomes of a file."""

    LISTED = "listed, without a problem"
    FLAWED = "listed, with a problem"
    UNREADABLE = "listed as unreadable, with a problem"
    REFUSED = "not listed, with a problem"
    PLAIN = "not an article"
    SKIPPED = "not looked at"

    @property
    def is_listed(self) -> bool:
        return self in {Outcome.LISTED, Outcome.FLAWED, Outcome.UNREADABLE}


@dataclass(frozen=True, slots=True)
class Expected:
    """What must become of a file: where a problem is expected, its field and what its message says."""

    path: str
    fate: Outcome
    field: str = ""
    says: str = ""

    @property
    def label(self) -> str:
        return self.path.rpartition("/")[2][:4].upper()


@dataclass(frozen=True, slots=True)
class Observed:
    """What a way in showed: titles of what is listed, problems as (field, message), and what is no article."""

    titles: dict[str, str] = field(default_factory=dict)
    problems: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()


def shown_path(path: str) -> str:
    """Return a path as JSON has it."""
    return _UNDECODABLE.sub("\ufffd", path)


def diff(manifest: tuple[Expected, ...], seen: Observed) -> list[str]:
    """Say for every file that fared in another way than it must, what happened to it."""
    said = [complaint for case in manifest for complaint in _complaints(case, seen)]
    known = {shown_path(case.path) for case in manifest}
    return said + [f"{path!r} is not in the manifest" for path in {*seen.titles, *seen.problems} - known]


def _complaints(case: Expected, seen: Observed) -> list[str]:
    path = shown_path(case.path)
    title, problems = seen.titles.get(path), seen.problems.get(path, [])
    is_as_it_must = {
        Outcome.LISTED: title is not None and not problems,
        Outcome.FLAWED: title is not None and bool(problems),
        Outcome.UNREADABLE: title is not None and bool(problems),
        Outcome.REFUSED: title is None and bool(problems),
        Outcome.PLAIN: title is None and path in seen.plain,
        Outcome.SKIPPED: title is None and not problems and path not in seen.plain,
    }[case.fate]
    said = [] if is_as_it_must else [f"{path!r} must be {case.fate}; title {title!r}, problems {problems[:3]}"]
    if title is not None and not title.startswith(case.label):
        said.append(f"{path!r} has the title {title[:80]!r}")
    if case.says and not any(case.field == name and case.says in message for name, message in problems):
        said.append(f"{path!r}: no problem of {case.field!r} says {case.says!r}: {problems[:3]}")
    return said
