"""Feeds of well-known sites whose pages name no feed or the wrong one. Pure functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["better_feed", "normalize_address", "site_feeds"]

_HANDLE = re.compile(r"@?([\w.-]+)@([\w-]+(?:\.[\w-]+)+)", re.ASCII)
_YOUTUBE = "https://www.youtube.com/feeds/videos.xml?"
_CHANNEL = re.compile(r"[?&]channel_id=UC([\w-]{10,40})")
_NOT_USERS = frozenset(
    {"about", "collections", "explore", "features", "login", "marketplace", "orgs", "search", "settings", "sponsors"}
    | {"topics", "trending"}
)


def normalize_address(text: str) -> str:
    """Return what the user pasted as an http or https URL; also reads ``example.com``, ``feed://…``, ``@user@host``."""
    text = text.strip().strip("<>\"'")
    text = re.sub(r"^(?:feed|rss|podcast|itpc):(?://)?(?=https?:)", "", text, flags=re.IGNORECASE)
    text = re.sub(r"^(?:feed|rss|podcast|itpc)://", "https://", text, flags=re.IGNORECASE)
    if handle := _HANDLE.fullmatch(text):
        return f"https://{handle[2]}/@{handle[1]}"
    if not re.match(r"[a-z][a-z0-9+.-]*://", text, re.IGNORECASE):
        text = f"https://{text.removeprefix('//')}"
    return text


def site_feeds(url: str) -> tuple[str, ...]:
    """Return the feeds of a page on a well-known site, most likely first; none for other pages."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().removeprefix("www.").removeprefix("m.")
    path = [part for part in parts.path.split("/") if part]
    for name, rule in _RULES.items():
        if host == name or host.endswith(f".{name}"):
            return tuple(rule(host, path, parse_qs(parts.query)))
    if len(path) == 1 and path[0].startswith("@") and not path[0].endswith(".rss"):
        return (f"{parts.scheme}://{parts.netloc}/{path[0]}.rss",)
    if len(path) == 2 and path[0] == "tags" and "mastodon" in host:
        return (f"{parts.scheme}://{parts.netloc}/tags/{path[1]}.rss",)
    return ()


def better_feed(url: str) -> str:
    """Return a better feed than the one that a page names: for a YouTube channel, the one without Shorts."""
    channel = _CHANNEL.search(url)
    if channel and "youtube.com/feeds/videos.xml" in url:
        return f"{_YOUTUBE}playlist_id=UULF{channel[1]}"
    return url


def _youtube(_host: str, path: list[str], query: dict[str, list[str]]) -> list[str]:
    if path[:1] == ["feeds"]:
        return []
    if playlist := query.get("list"):
        return [f"{_YOUTUBE}playlist_id={quote(playlist[0])}"]
    if path[:1] == ["channel"] and len(path) > 1 and path[1].startswith("UC"):
        # Uploads without Shorts and streams. A channel without such uploads has only the other list.
        return [f"{_YOUTUBE}playlist_id=UULF{path[1][2:]}", f"{_YOUTUBE}channel_id={path[1]}"]
    return []


def _reddit(_host: str, path: list[str], _query: dict[str, list[str]]) -> list[str]:
    if not path:
        return ["https://www.reddit.com/.rss"]
    if path[-1].endswith(".rss") or path[0] not in {"r", "u", "user"} or len(path) < 2:
        return []
    path = ["user" if path[0] == "u" else path[0], *path[1:]]
    return [f"https://www.reddit.com/{'/'.join(path)}/.rss"]


def _hacker_news(_host: str, path: list[str], query: dict[str, list[str]]) -> list[str]:
    page = path[0] if path else ""
    number = query.get("id", [""])[0]
    if page in {"", "news"}:
        return ["https://news.ycombinator.com/rss"]
    if page in {"newest", "ask", "show", "best", "active", "jobs"}:
        return [f"https://hnrss.org/{page}"]
    if page in {"user", "submitted", "threads"} and number:
        return [f"https://hnrss.org/{'threads' if page == 'threads' else 'submitted'}?id={quote(number)}"]
    return [f"https://hnrss.org/item?id={quote(number)}"] if page == "item" and number else []


def _github(_host: str, path: list[str], _query: dict[str, list[str]]) -> list[str]:
    if not path or path[0].lower() in _NOT_USERS or path[-1].endswith(".atom"):
        return []
    if len(path) == 1:
        return [f"https://github.com/{path[0]}.atom"]
    base = f"https://github.com/{path[0]}/{path[1].removesuffix('.git')}"
    page = path[2] if len(path) > 2 else "releases"
    if page == "commits" and len(path) > 3:
        return [f"{base}/commits/{'/'.join(path[3:])}.atom"]
    if page in {"commits", "tags", "discussions"}:
        return [f"{base}/{page}.atom"]
    # A project without releases may have tags.
    return [f"{base}/releases.atom", f"{base}/tags.atom", f"{base}/commits.atom"]


def _substack(host: str, path: list[str], _query: dict[str, list[str]]) -> list[str]:
    if host == "open.substack.com" and path[:1] == ["pub"] and len(path) > 1:
        return [f"https://{path[1]}.substack.com/feed"]
    return [] if host == "substack.com" or path == ["feed"] else [f"https://{host}/feed"]


def _medium(host: str, path: list[str], _query: dict[str, list[str]]) -> list[str]:
    if path[:1] == ["feed"]:
        return []
    if host != "medium.com":
        return [f"https://{host}/feed"]
    return [f"https://medium.com/feed/{path[0]}"] if path else []


def _bluesky(_host: str, path: list[str], _query: dict[str, list[str]]) -> list[str]:
    return [f"https://bsky.app/profile/{path[1]}/rss"] if path[:1] == ["profile"] and len(path) == 2 else []


_RULES: dict[str, Callable[[str, list[str], dict[str, list[str]]], list[str]]] = {
    "youtube.com": _youtube,
    "reddit.com": _reddit,
    "news.ycombinator.com": _hacker_news,
    "github.com": _github,
    "substack.com": _substack,
    "medium.com": _medium,
    "bsky.app": _bluesky,
}
