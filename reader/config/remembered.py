"""Values picked in the UI versus the config file: the later of the two wins.

A session holds the config's values from when it was saved. A setting that differs now has been edited since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from reader.config.schema import Config
    from reader.storage.session import Session

__all__ = ["REMEMBERED", "configured", "in_force", "picked"]

REMEMBERED = ("theme", "sort", "sidebar", "layout", "columns")
"""Settings that can also be changed in the UI. They have the same names in the session."""


def configured(config: Config) -> dict[str, str]:
    """Return the config's values of these settings, as a session saves them."""
    values = {name: getattr(config, name) for name in REMEMBERED}
    texts = {name: value if isinstance(value, str) else ",".join(value) for name, value in values.items()}
    return {name: text.replace(" ", "") for name, text in texts.items()}


def in_force(session: Session, config: Config) -> Session:
    """Return the session without values whose setting was edited after the session was saved."""
    edited = {name for name, value in configured(config).items() if session.configured.get(name, value) != value}
    changes = dict.fromkeys(edited, "")
    # The order of a saved search takes precedence over the config's.
    return replace(session, **changes, sort_first=session.sort_first and "sort" not in edited)


def picked(session: Session, config: Config) -> dict[str, str]:
    """Return the settings for which a value picked in the UI wins, with that value."""
    now = in_force(session, config)
    values = {name: getattr(now, name) for name in REMEMBERED}
    return {name: value for name, value in values.items() if value and value != configured(config)[name]}
