"""How a person left the screen, to be found again at the next start: one small file for each content folder.

The theme is the exception: it suits a person's eyes and terminal and not a folder, so it has a file of its own. All of
it is a convenience. A file that is missing, broken, of another version or cannot be written costs only the memory, and
never an error.
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
# In bytes: far more than a session takes.
_MOST_READ = 1_000_000
# In seconds since 1970: the year 9999 is over by then.
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
    """How the screen was left; an empty text, or None, is what nobody has chosen yet.

    ``query`` is what was typed, ``sort`` as after ``sort:`` in a query; ``sort_first`` says that it goes before the
    order that a saved search asks for. ``sidebar`` is the kind of thing the sidebar lists, ``choice_field`` and
    ``choice_value`` are the line chosen in it. The shares, between 0 and 1, say how the room is divided. ``article``
    is the path of the article under the cursor, ``last_seen`` when the screen was left, in seconds since 1970, and
    ``theme`` is empty unless it was chosen on the screen.
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
        """Return the session of somebody who wants to begin anew: only when they were here last is still known."""
        return Session(last_seen=self.last_seen)


class SessionFiles(Struct, frozen=True):
    """Where the session of one folder is kept, and where the theme is."""

    session: Path
    theme: Path

    def load(self) -> Session:
        """Return how the screen was left, as far as that is known."""
        session = _session(_read(self.session))
        return replace(session, theme=_session(_read(self.theme)).theme)

    def save(self, session: Session) -> None:
        """Remember how the screen is left."""
        values = {each.name: getattr(session, each.name) for each in fields(Session) if each.name != "theme"}
        _write(self.session, values)
        # Only a change: another reader may have another theme by now.
        if session.theme and session.theme != _session(_read(self.theme)).theme:
            _write(self.theme, {"theme": session.theme})


def _session(values: Mapping[str, object]) -> Session:
    fitting = {
        each.name: values[each.name]
        for each in fields(Session)
        if each.name in values and each.metadata["check"](values[each.name])
    }
    return Session(**fitting)  # type: ignore[arg-type] # the checks have just been made


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
