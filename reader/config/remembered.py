"""What the user picked in the UI, against the config file: the later of the two is in force.

A session has the values of the config from when it was saved; a setting that differs now has been edited since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from reader.config.schema import Config
    from reader.storage.session import Session

__all__ = ["REMEMBERED", "configured", "in_force", "picked"]

REMEMBERED = ("theme", "sort", "sidebar", "layout", "columns")
"""The settings that can also be changed in the UI, under the same name in the session."""


def configured(config: Config) -> dict[str, str]:
    """Return the values of these settings in the config, as a session saves them."""
    values = {name: getattr(config, name) for name in REMEMBERED}
    texts = {name: value if isinstance(value, str) else ",".join(value) for name, value in values.items()}
    return {name: text.replace(" ", "") for name, text in texts.items()}


def in_force(session: Session, config: Config) -> Session:
    """Return the session without the values whose setting has been edited since the session was saved."""
    edited = {name for name, value in configured(config).items() if session.configured.get(name, value) != value}
    changes = dict.fromkeys(edited, "")
    # The order of a saved search comes before that of the config.
    return replace(session, **changes, sort_first=session.sort_first and "sort" not in edited)


def picked(session: Session, config: Config) -> dict[str, str]:
    """Return the settings for which a value picked in the UI is in force, with that value."""
    now = in_force(session, config)
    values = {name: getattr(now, name) for name in REMEMBERED}
    return {name: value for name, value in values.items() if value and value != configured(config)[name]}
