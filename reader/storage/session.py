"""Saved TUI session, restored at the next start: one small file per content folder.

The theme depends on the user and the terminal, not on the folder, so it has a file of its own. Best effort: if a file
is missing, corrupt, of another version or not writable, only the saved state is lost, without an error.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from reader.storage.atomic import read_limited, write_private_file
from reader.text import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["Session", "SessionFiles"]

_VERSION = 1
# In bytes: far more than a session takes up.
_MOST_READ = 1_000_000
# In Unix time: the end of the year 9999, the last one that datetime supports.
_END_OF_TIME = 253_402_300_800


def _kept(default: object, check: Callable[[Any], bool]) -> Any:
    return field(default=default, metadata={"check": check})


def _is_line(value: object) -> bool:
    return isinstance(value, str) and sanitize_line(value) == value


def _is_path(value: object) -> bool:
    return isinstance(value, str) and "\0" not in value


def _is_switch(value: object) -> bool:
    return isinstance(value, bool)


def _is_whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


@dataclass(frozen=True, slots=True)
class Session:
    """State of the TUI when it was closed; an empty string or None means that the user has not chosen a value.

    ``query`` is the filter as typed and ``sort`` the sort order, as after ``sort:`` in a query. ``sort_first`` means
    that ``sort`` takes precedence over the order of a saved search. ``sidebar`` is the kind of entries in the sidebar;
    ``choice_field`` and ``choice_value`` are the selected entry. The shares, from 0 to 1, are the relative widths of
    the panes. ``floor`` is the minimum quality and ``pane`` the focused pane. ``article`` is the path of the article
    under the cursor, ``last_seen`` the Unix time when the TUI was closed. ``theme`` is empty unless the user picked one
    in the TUI.
    """

    query: str = _kept("", _is_line)
    sort: str = _kept("", _is_line)
    sort_first: bool = _kept(default=False, check=_is_switch)
    sidebar: str = _kept("", _is_line)
    choice_field: str = _kept("", _is_line)
    choice_value: str = _kept("", _is_line)
    with_sidebar: bool = _kept(default=True, check=_is_switch)
    sidebar_share: float | None = _kept(None, lambda value: value is None or _is_share(value))
    articles_share: float | None = _kept(None, lambda value: value is None or _is_share(value))
    floor: int = _kept(0, lambda value: _is_whole(value, 100))
    pane: str = _kept("", _is_line)
    article: str = _kept("", _is_path)
    last_seen: int | None = _kept(None, lambda value: value is None or _is_whole(value, _END_OF_TIME))
    theme: str = _kept("", _is_line)

    def afresh(self) -> Session:
        """Return a fresh session that keeps only ``last_seen``."""
        return Session(last_seen=self.last_seen)


class SessionFiles(Struct, frozen=True):
    """Files with the session of one content folder and with the theme."""

    session: Path
    theme: Path

    def load(self) -> Session:
        """Return the saved session, with defaults for missing or invalid values."""
        session = _session(_read(self.session))
        return replace(session, theme=_session(_read(self.theme)).theme)

    def save(self, session: Session) -> None:
        """Save the session, and the theme if it has changed."""
        values = {each.name: getattr(session, each.name) for each in fields(Session) if each.name != "theme"}
        _write(self.session, values)
        # With no theme, or the one already saved, do not touch the file: another process may have written it.
        if session.theme and session.theme != _session(_read(self.theme)).theme:
            _write(self.theme, {"theme": session.theme})


def _session(values: Mapping[str, object]) -> Session:
    fitting = {
        each.name: values[each.name]
        for each in fields(Session)
        if each.name in values and each.metadata["check"](values[each.name])
    }
    return Session(**fitting)  # type: ignore[arg-type] # each value has passed its check


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
