"""Schedule of feeds: never fetch more often than the server, the feed's rhythm and politeness allow. Pure functions."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["after_error", "after_success", "freshness", "least_interval", "retry_after"]

_HOUR, _DAY = 3600, 86_400
_LONGEST = 7 * _DAY
_MAX_RETRY_AFTER = 30 * _DAY
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_RHYTHM_OF = 10  # articles
_ASKED_WITHIN_A_GAP = 4


def after_success(now: int, url: str, *, dates: Sequence[int], server: int, wanted: int, conditional: bool) -> int:
    """Return when to fetch a feed again after a success, as Unix time.

    ``dates`` are those of its newest articles. ``server`` and ``wanted`` are the intervals in seconds that the server
    asked for and that the user set (0 = none). Without validators each visit costs a full response, so there is one a
    day.
    """
    interval = max(least_interval(conditional=conditional), wanted or _rhythm(now, dates), min(server, _LONGEST))
    return now + _jittered(min(interval, max(_LONGEST, wanted)), url, now)


def least_interval(*, conditional: bool) -> int:
    """Return the minimum number of seconds between two requests."""
    return _HOUR if conditional else _DAY


def _rhythm(now: int, dates: Sequence[int]) -> int:
    """Return a fraction of the usual gap between the newest articles, at most a day."""
    newest = sorted({min(date, now) for date in dates}, reverse=True)[:_RHYTHM_OF]
    if len(newest) < 3:
        return _HOUR
    gaps = [later - earlier for later, earlier in zip([now, *newest], newest, strict=False)]
    return min(_DAY, int(median(gaps)) // _ASKED_WITHIN_A_GAP)


def after_error(now: int, url: str, errors: int) -> int:
    """Return when to fetch a feed again after ``errors`` failures in a row; the wait doubles each time."""
    return now + _jittered(min(_HOUR * 2 ** min(errors - 1, 10), _LONGEST), url, now)


def _jittered(seconds: int, url: str, now: int) -> int:
    """Return an interval increased by up to a tenth, so that a folder's feeds do not all become due at once."""
    share = int.from_bytes(blake2b(f"{url} {now // _HOUR}".encode(), digest_size=2).digest(), "big") / 65_536
    return seconds + int(seconds * share / 10)


def retry_after(headers: Mapping[str, str], now: int) -> int:
    """Return the Unix time until which a server asks to wait; 0 if it does not say."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return now + min(int(value[:12]), _MAX_RETRY_AFTER)
    until = _http_date(value)
    return min(until, now + _MAX_RETRY_AFTER) if until > now else 0


def freshness(headers: Mapping[str, str], now: int) -> int:
    """Return the number of seconds for which a server calls its response fresh."""
    control = headers.get("cache-control", "")
    if found := _MAX_AGE.search(control):
        return int(found[1])
    if "no-cache" in control.lower() or "no-store" in control.lower():
        return 0
    return max(0, _http_date(headers.get("expires", "")) - (_http_date(headers.get("date", "")) or now))


def _http_date(value: str) -> int:
    try:
        found = parsedate_to_datetime(value)
        # Without a zone, as in the oldest form of the header, it is in UTC.
        return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError, IndexError, TypeError):
        return 0
