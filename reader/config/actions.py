"""Table of all TUI actions with their default keys and descriptions.

Bindings, the help dialog, the command palette, the validation of ``[keys]`` and the generated key table in the docs
are all derived from it. Plain data: does not import Textual or implement the actions.

A key is written as Textual names it (``ctrl+d``, ``pagedown``, ``question_mark``) or as the literal character (``j``,
``G``, ``?``). Two keys separated by a space are a sequence (``g g``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ACTIONS", "Action", "Group", "first_keys", "format_key", "format_keys"]


class Group(StrEnum):
    """Heading under which the help lists an action."""

    MOVE = "Navigation"
    READ = "Reading"
    FIND = "Filter and sort"
    OPEN = "Open and copy"
    MARK = "Marks"
    FEEDS = "Feeds"
    SCREEN = "General"


class Action(Struct, frozen=True):
    """TUI action with its keys.

    ``id`` is the name that ``[keys]`` rebinds. ``palette`` tells whether the command palette lists the action; moving
    the cursor from the palette would be useless. ``counts`` tells whether a number typed before the key is a repeat
    count or distance. In the article pane, the action replaces the action ``instead_of`` and uses its keys, unless the
    user binds others.
    """

    id: str
    keys: tuple[str, ...]
    description: str
    group: Group
    palette: bool = True
    counts: bool = False
    instead_of: str = ""


ACTIONS: tuple[Action, ...] = (
    Action("move.down", ("j", "down"), "move down", Group.MOVE, palette=False, counts=True),
    Action("move.up", ("k", "up"), "move up", Group.MOVE, palette=False, counts=True),
    Action("move.top", ("g g", "home"), "go to top", Group.MOVE, palette=False, counts=True),
    Action("move.bottom", ("G", "end"), "go to bottom", Group.MOVE, palette=False, counts=True),
    Action("move.half_down", ("ctrl+d",), "half page down", Group.MOVE, palette=False, counts=True),
    Action("move.half_up", ("ctrl+u",), "half page up", Group.MOVE, palette=False, counts=True),
    Action("move.page_down", ("pagedown", "ctrl+f"), "page down", Group.MOVE, palette=False, counts=True),
    Action("move.page_up", ("pageup", "ctrl+b"), "page up", Group.MOVE, palette=False, counts=True),
    Action("pane.left", ("h", "left"), "focus left pane", Group.MOVE, palette=False),
    Action("pane.right", ("l", "right"), "focus right pane", Group.MOVE, palette=False),
    Action("pane.next", ("tab",), "focus next pane", Group.MOVE, palette=False),
    Action("pane.previous", ("shift+tab",), "focus previous pane", Group.MOVE, palette=False),
    Action("article.enter", ("enter",), "open article / select", Group.READ, palette=False),
    Action("back", ("escape",), "go back / close / clear filter", Group.READ, palette=False),
    Action("article.page", ("space",), "next page or unread; add topic", Group.READ),
    Action("article.down", ("J",), "scroll article down", Group.READ, palette=False, counts=True),
    Action("article.up", ("K",), "scroll article up", Group.READ, palette=False, counts=True),
    Action("unread.next", ("n",), "next unread article", Group.READ, counts=True),
    Action("unread.previous", ("N",), "previous unread article", Group.READ, counts=True),
    Action("find", ("/",), "find in article (in its pane)", Group.READ, instead_of="filter"),
    Action(
        "find.next",
        ("n",),
        "next match or unread",
        Group.READ,
        palette=False,
        counts=True,
        instead_of="unread.next",
    ),
    Action(
        "find.previous",
        ("N",),
        "previous match or unread",
        Group.READ,
        palette=False,
        counts=True,
        instead_of="unread.previous",
    ),
    Action("heading.next", ("] ]",), "next heading", Group.READ, palette=False, counts=True),
    Action("heading.previous", ("[ [",), "previous heading", Group.READ, palette=False, counts=True),
    Action("outline", ("c",), "contents: go to a heading", Group.READ),
    Action("history.back", ("(", "backspace"), "back in history", Group.READ, counts=True),
    Action("history.forward", (")",), "forward in history", Group.READ, counts=True),
    Action("article.changes", ("d",), "show what changed", Group.READ),
    Action("article.full_text", ("W",), "fetch full text", Group.READ),
    Action("zen", ("z",), "toggle zen mode", Group.READ),
    Action("filter", ("/",), "filter articles", Group.FIND),
    Action("filter.clear", ("F",), "clear all filters", Group.FIND),
    Action("unread.only", ("i",), "unread articles only", Group.FIND),
    Action("searches", ("'",), "saved searches", Group.FIND),
    Action("sort", ("S",), "sort by…", Group.FIND),
    Action("quality.raise", ("+", "="), "raise minimum quality", Group.FIND),
    Action("quality.lower", ("-",), "lower minimum quality", Group.FIND),
    Action("topics", ("t",), "toggle sidebar", Group.FIND),
    Action("topics.kind", ("T",), "cycle sidebar (topics, providers, …)", Group.FIND),
    Action("topics.exclude", ("E",), "exclude topic (in the sidebar)", Group.FIND, palette=False),
    Action("open", ("o",), "open original in browser", Group.OPEN),
    Action("open.web", ("w",), "open web URL in browser", Group.OPEN),
    Action("open.next", ("O",), "open, mark read, go to next unread", Group.OPEN),
    Action(
        "open.link",
        ("1", "2", "3", "4", "5", "6", "7", "8", "9"),
        "open link 1–9",
        Group.OPEN,
        palette=False,
    ),
    Action("open.hint", ("f",), "open link by number", Group.OPEN),
    Action("copy.url", ("y",), "copy URL", Group.OPEN),
    Action("copy.markdown", ("Y",), "copy Markdown link", Group.OPEN),
    Action("copy.text", ("ctrl+y",), "copy text of article", Group.OPEN),
    Action("save", ("ctrl+s",), "save article to file…", Group.OPEN),
    Action("edit", ("e",), "edit file in $EDITOR", Group.OPEN),
    Action("pipe", ("|",), "pipe article to command", Group.OPEN),
    Action("mark.read", ("r",), "toggle read", Group.MARK, counts=True),
    Action("mark.star", ("s",), "toggle star", Group.MARK, counts=True),
    Action("mark.later", ("L",), "toggle read later", Group.MARK, counts=True),
    Action("select", ("V",), "select several to mark", Group.MARK),
    Action("mark.above", ("M k",), "mark all above as read", Group.MARK),
    Action("mark.below", ("M j",), "mark all below as read", Group.MARK),
    Action("mark.all", ("A",), "mark all listed as read", Group.MARK),
    Action("undo", ("u",), "undo", Group.MARK),
    Action("redo", ("ctrl+r",), "redo", Group.MARK),
    Action("feeds.fetch", ("U",), "fetch feeds", Group.FEEDS),
    Action("feeds.subscribe", ("a",), "subscribe to a feed", Group.FEEDS),
    Action("feeds.unsubscribe", ("X",), "unsubscribe from a feed", Group.FEEDS),
    Action("columns", ("C",), "columns…", Group.SCREEN),
    Action("layout", ("v",), "next layout (beside, above, list only)", Group.SCREEN),
    Action("pane.grow", (">",), "enlarge pane", Group.SCREEN, counts=True),
    Action("pane.shrink", ("<",), "shrink pane", Group.SCREEN, counts=True),
    Action("problems", ("!",), "show problems", Group.SCREEN),
    Action("rescan", ("R",), "rescan folder", Group.SCREEN),
    Action("palette", ("ctrl+p", ":"), "command palette", Group.SCREEN, palette=False),
    Action("help", ("?", "f1"), "help", Group.SCREEN),
    Action("help.query", (), "query language", Group.SCREEN),
    Action("theme", (), "color theme…", Group.SCREEN),
    Action("quit", ("q",), "go back / clear filter / quit", Group.SCREEN),
    Action("quit.now", ("Q",), "quit, keep the filter", Group.SCREEN),
)

_SHOWN = {
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "shift+tab": "Shift-Tab",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "backspace": "Backspace",
    "delete": "Delete",
    "insert": "Insert",
}


def format_key(key: str) -> str:
    """Return the display form of a key or a sequence of keys: ``^d`` for ``ctrl+d``, ``PgDn``, ``gg`` for ``g g``."""
    return "".join(map(_format_stroke, key.split()))


def _format_stroke(key: str) -> str:
    if key in _SHOWN:
        return _SHOWN[key]
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+")
    return key.upper() if key.startswith("f") and key[1:].isdigit() else key


def format_keys(action: Action) -> str:
    """Return the display form of all keys of an action."""
    return "  ".join(map(format_key, action.keys))


def first_keys(actions: Iterable[Action]) -> dict[str, str]:
    """Return the display form of the first key of each action that has one, by action ID."""
    return {action.id: format_key(action.keys[0]) for action in actions if action.keys}
