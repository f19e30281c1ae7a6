"""Expected and observed outcomes of the files in the hostile folder.

``Expected`` is a line of the manifest. Every case has a label (``H017``), with which its file name and its title in the
list begin.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["MARK", "Expected", "Observed", "Outcome", "diff", "shown_path"]

# Part of every escape sequence in the content, to distinguish them from those of newsreader.
MARK = "4242"
_UNDECODABLE = re.compile("[\ud800-\udfff]")


class Outcome(StrEnum):
    """The outcome of a file."""

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
    """The expected outcome of a file, with field and message of its problem, if any."""

    path: str
    fate: Outcome
    field: str = ""
    says: str = ""

    @property
    def label(self) -> str:
        return self.path.rpartition("/")[2][:4].upper()


@dataclass(frozen=True, slots=True)
class Observed:
    """Observed outcomes: titles of listed articles, problems as (field, message), and files that are not articles."""

    titles: dict[str, str] = field(default_factory=dict)
    problems: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()


def shown_path(path: str) -> str:
    """Return a path as JSON output shows it."""
    return _UNDECODABLE.sub("\ufffd", path)


def diff(manifest: tuple[Expected, ...], seen: Observed) -> list[str]:
    """Return a line for every file whose outcome is not the expected one."""
    differences = [complaint for case in manifest for complaint in _case_differences(case, seen)]
    known = {shown_path(case.path) for case in manifest}
    return differences + [f"{path!r} is not in the manifest" for path in {*seen.titles, *seen.problems} - known]


def _case_differences(case: Expected, seen: Observed) -> list[str]:
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
    differences = [] if is_as_it_must else [f"{path!r} must be {case.fate}; title {title!r}, problems {problems[:3]}"]
    if title is not None and not title.startswith(case.label):
        differences.append(f"{path!r} has the title {title[:80]!r}")
    if case.says and not any(case.field == name and case.says in message for name, message in problems):
        differences.append(f"{path!r}: no problem of {case.field!r} says {case.says!r}: {problems[:3]}")
    return differences
