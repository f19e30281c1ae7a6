"""Marks as JSON Lines for export and import: one line per mark that was ever set or removed.

    {"identity": "https://example.com/a", "mark": "read", "since": null, "changed": "2021-10-02T13:30:00Z"}

``since`` is the time the mark was set, or null if it was removed. ``path`` and ``traits`` (hashes) can follow, so that
another machine can find the article. Pure: converts values to text and back.
"""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import asdict

from reader.marks.model import MarkKind, Traits

__all__ = ["ImportResult", "InvalidLine", "MarkRecord", "from_line", "to_line"]

_BITS = 2**64 - 1
_HASH = re.compile(r"[0-9a-f]{16}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST, _LATEST = (
    (moment - _EPOCH) // timedelta(seconds=1)
    for moment in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
)


class MarkRecord(Struct, frozen=True):
    """One mark of one article; times are in seconds since 1970 UTC."""

    identity: str
    kind: MarkKind
    since: int | None
    changed: int
    path: str = ""
    traits: Traits = Traits()


class InvalidLine(Struct, frozen=True):
    """A line that was not imported; ``number`` counts from 1."""

    number: int
    message: str


class ImportResult(Struct, frozen=True):
    """Result of an import: ``taken`` marks were newer than the stored ones, ``known`` ones were not."""

    taken: int = 0
    known: int = 0
    bad: tuple[InvalidLine, ...] = ()


def to_line(line: MarkRecord) -> str:
    """Return the mark as a line of ASCII JSON, without a newline."""
    fields: dict[str, object] = {
        "identity": line.identity,
        "mark": line.kind.value,
        "since": None if line.since is None else _written(line.since),
        "changed": _written(line.changed),
    }
    if line.path:
        fields["path"] = line.path
    traits = {name: f"{value & _BITS:016x}" for name, value in asdict(line.traits).items() if value is not None}
    if traits:
        fields["traits"] = traits
    return json.dumps(fields)


def from_line(text: str) -> MarkRecord:
    """Parse a line written by ``to_line``. Raises ValueError with a message for the user."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("invalid JSON") from error
    if not isinstance(fields, dict):
        raise ValueError('expected an object, e.g. {"identity": …, "mark": …}')  # noqa: TRY004 - one error type
    identity = fields.get("identity")
    if not isinstance(identity, str) or not identity.strip():
        raise ValueError("identity: expected a string")
    kinds = [kind for kind in MarkKind if kind.value == fields.get("mark")]
    if not kinds:
        raise ValueError(f"mark: expected one of {', '.join(MarkKind)}")
    since = fields.get("since")
    path = fields.get("path", "")
    if not isinstance(path, str) or "\0" in path or not _is_file_name(path):
        raise ValueError("path: expected the path of a file")
    return MarkRecord(
        identity,
        kinds[0],
        None if since is None else _seconds("since", since),
        _changed(fields),
        path,
        _traits(fields.get("traits", {})),
    )


def _is_file_name(path: str) -> bool:
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return True


def _traits(value: object) -> Traits:
    if not isinstance(value, dict) or not all(
        isinstance(each, str) and _HASH.fullmatch(each) for each in value.values()
    ):
        raise ValueError('traits: expected hashes, e.g. {"url": "0123456789abcdef"}')
    numbers = {name: int(value[name], 16) for name in Traits.__struct_fields__ if name in value}
    return Traits(**{name: number - (number >> 63 << 64) for name, number in numbers.items()})


def _changed(fields: dict[str, object]) -> int:
    if "changed" not in fields:
        raise ValueError("changed: missing")
    return _seconds("changed", fields["changed"])


def _seconds(name: str, value: object) -> int:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return _within((moment - _EPOCH) // timedelta(seconds=1))
    except (ValueError, OverflowError):
        pass
    raise ValueError(f"{name}: expected a time, e.g. 2021-10-02T13:30:00Z")


def _within(seconds: int) -> int:
    """Return the nearest time that can be written: an offset can exceed the years that datetime supports."""
    return min(max(seconds, _EARLIEST), _LATEST)


def _written(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=_within(seconds))).isoformat().replace("+00:00", "Z")
