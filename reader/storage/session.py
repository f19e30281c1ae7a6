"""Saved TUI session, restored at the next start: one small file per content folder.

The theme depends on the user and the terminal, not on the folder, so it has its own file. Best effort: if a file is
missing, corrupt, from another version or not writable, only the saved state is lost, without an error.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct, ValidationError, convert
from msgspec.structs import asdict, fields, replace

from reader.storage.atomic import read_limited, write_private_file
from reader.text import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Session", "SessionFiles"]

_VERSION = 1
# In bytes: far more than a session needs.
_MOST_READ = 1_000_000

_Line = Annotated[str, "one line without control characters"]
_Path = Annotated[str, "any name of a file"]
_Share = Annotated[float, Meta(ge=0, le=1)]
_Percent = Annotated[int, Meta(ge=0, le=100)]
# Up to a day before the end of the year 9999, the last time that datetime supports in every time zone.
_Time = Annotated[int, Meta(ge=0, le=253_402_214_400)]


class Session(Struct, frozen=True):
    """State of the TUI when it was closed; an empty string or None means that the user has not chosen a value.

    ``query`` is the filter as typed and ``sort`` the sort order, as after ``sort:`` in a query. ``sort_first`` means
    that ``sort`` takes precedence over the order of a saved search. ``sidebar`` is the kind of entries in the
    sidebar; ``choice_field`` and ``choice_value`` are the selected entry, ``choice_any_of`` and ``choice_none_of``
    the values that were added and excluded. The shares, from 0 to 1, are the relative sizes of the panes, ``layout``
    is how they are arranged, and ``columns`` those of the list. ``min_quality`` is the minimum quality and ``pane`` the
    focused pane; ``zen`` if only the article was shown. ``article`` is the path of the article under the cursor,
    ``last_seen`` the Unix time when the TUI was closed. ``theme`` is the theme that the user picked in the TUI: in any
    session when it is loaded, in this one when it is saved. ``configured`` is what the config file said of these when
    they were saved, by setting.
    """

    query: _Line = ""
    sort: _Line = ""
    sort_first: bool = False
    sidebar: _Line = ""
    choice_field: _Line = ""
    choice_value: _Line = ""
    choice_any_of: tuple[_Line, ...] = ()
    choice_none_of: tuple[_Line, ...] = ()
    with_sidebar: bool = True
    sidebar_share: _Share | None = None
    articles_share: _Share | None = None
    rows_share: _Share | None = None
    layout: _Line = ""
    columns: _Line = ""
    min_quality: _Percent = 0
    pane: _Line = ""
    zen: bool = False
    article: _Path = ""
    last_seen: _Time | None = None
    theme: _Line = ""
    configured: dict[str, str] = {}

    def cleared(self) -> Session:
        """Return a fresh session that keeps only ``last_seen``."""
        return Session(last_seen=self.last_seen)


class SessionFiles(Struct, frozen=True):
    """Files with the session of one content folder and with the theme; ``fresh`` ignores the saved session."""

    session: Path
    theme: Path
    fresh: bool = False

    def load(self) -> Session:
        """Return the saved session, with defaults for missing or invalid values."""
        session, picked = _session(_read(self.session)), _session(_read(self.theme))
        configured = {name: value for name, value in session.configured.items() if name != "theme"}
        session = replace(session, theme=picked.theme, configured={**configured, **picked.configured})
        return session.cleared() if self.fresh else session

    def save(self, session: Session) -> None:
        """Save the session, and the theme if there is one; else keep what another instance may have saved."""
        values = asdict(session)
        theme = values.pop("theme")
        _write(self.session, values)
        if theme:
            configured = {name: value for name, value in session.configured.items() if name == "theme"}
            _write(self.theme, {"theme": theme, "configured": configured})


def _session(values: Mapping[str, object]) -> Session:
    """Return the session with every valid value. An invalid value does not affect the others."""
    valid = {}
    for field in fields(Session):
        try:
            value = convert(values[field.name], field.type)
        except (KeyError, ValidationError):
            continue
        lines = value if isinstance(value, tuple) else (value,)
        if all(not isinstance(line, str) or _is_clean(line, is_path=field.type == _Path) for line in lines):
            valid[field.name] = value
    return Session(**valid)


def _is_clean(text: str, *, is_path: bool) -> bool:
    if not is_path:
        return sanitize_line(text) == text
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def _read(path: Path) -> Mapping[str, object]:
    try:
        content = json.loads(read_limited(path, _MOST_READ))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) and content.get("version") == _VERSION else {}


def _write(path: Path, values: Mapping[str, object]) -> None:
    content = json.dumps({"version": _VERSION, **values}, indent=1) + "\n"
    try:
        write_private_file(path, content.encode("ascii"))
    except OSError:
        return
