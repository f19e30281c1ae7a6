"""Messages between page and server over the WebSocket. Pure.

The page sends JSON as text: a start, keys, sizes. The server sends terminal output as bytes, and requests to the page
as JSON.
"""

from __future__ import annotations

import json
from enum import IntEnum
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct

from reader.urls import is_safe

__all__ = ["MOST_BYTES", "Closing", "Keys", "Message", "Resize", "Start", "read_message", "read_request"]

MOST_BYTES = 64 * 1024
"""Maximum size of a message from a page."""

_Columns = Annotated[int, Meta(ge=1, le=1000)]
_Rows = Annotated[int, Meta(ge=1, le=500)]


class Closing(IntEnum):
    """Code with which the server closes a WebSocket. The page shows the reason sent with it."""

    ENDED = 4000
    FULL = 4001
    IDLE = 4002
    INVALID = 4003


class Start(Struct, frozen=True, tag="start", tag_field="type", forbid_unknown_fields=True):
    """A page opened; ``visit`` is the same when it returns."""

    visit: Annotated[str, Meta(pattern=r"^[0-9a-f-]{8,64}\Z")]
    columns: _Columns
    rows: _Rows


class Keys(Struct, frozen=True, tag="keys", tag_field="type", forbid_unknown_fields=True):
    """Terminal input for keys, mouse and pasted text."""

    data: Annotated[str, Meta(max_length=MOST_BYTES)]


class Resize(Struct, frozen=True, tag="resize", tag_field="type", forbid_unknown_fields=True):
    """The size of the page has changed."""

    columns: _Columns
    rows: _Rows


Message: TypeAlias = Start | Keys | Resize


def read_message(text: str) -> Message | None:
    """Return the message from a page; None if it is not valid."""
    try:
        return msgspec.json.decode(text.encode(), type=Start | Keys | Resize)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None


def read_request(line: bytes) -> str:
    """Return a reader's request to its page as JSON; empty if the page must not get it."""
    try:
        kind, value = json.loads(line)
    except (ValueError, TypeError):
        return ""
    if kind == "open" and not is_safe(str(value)):
        return ""
    return json.dumps([kind, value])
