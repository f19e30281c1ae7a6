"""The one table of keys: what can be done on the screen, by which keys, and how it is said in a few words.

Bindings, the help screen, the palette, the check of a person's keymap and the table in the README are all made from
it. Plain data: nothing here knows what draws the screen or what an action does.

A key is written as the screen's library names it (``ctrl+d``, ``pagedown``, ``question_mark``) or as the character
itself (``j``, ``G``, ``?``); two keys with a space between them are pressed one after the other (``g g``).
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

__all__ = ["ACTIONS", "Action", "Group", "format_key"]


class Group(StrEnum):
    """Under which heading the help lists a key."""

    MOVE = "Move"
    READ = "Read"
    FIND = "Find"
    OPEN = "Open"
    MARK = "Mark"
    SCREEN = "Screen"


class Action(Struct, frozen=True):
    """An action of the screen and the keys for it.

    ``id`` names the action and is what a keymap rebinds; ``palette`` says whether the command palette lists it (moving
    by palette would be of no use); ``counts`` whether a number typed before the key says how often, or how far.
    """

    id: str
    keys: tuple[str, ...]
    description: str
    group: Group
    palette: bool = True
    counts: bool = False


ACTIONS: tuple[Action, ...] = (
    Action("move.down", ("j", "down"), "down", Group.MOVE, palette=False, counts=True),
    Action("move.up", ("k", "up"), "up", Group.MOVE, palette=False, counts=True),
    Action("move.top", ("g g", "home"), "to the top", Group.MOVE, palette=False, counts=True),
    Action("move.bottom", ("G", "end"), "to the end", Group.MOVE, palette=False, counts=True),
    Action("move.half_down", ("ctrl+d",), "half a page down", Group.MOVE, palette=False, counts=True),
    Action("move.half_up", ("ctrl+u",), "half a page up", Group.MOVE, palette=False, counts=True),
    Action("move.page_down", ("pagedown", "ctrl+f"), "a page down", Group.MOVE, palette=False, counts=True),
    Action("move.page_up", ("pageup", "ctrl+b"), "a page up", Group.MOVE, palette=False, counts=True),
    Action("pane.left", ("h", "left"), "to the pane on the left", Group.MOVE, palette=False),
    Action("pane.right", ("l", "right"), "to the pane on the right", Group.MOVE, palette=False),
    Action("pane.next", ("tab",), "to the next pane", Group.MOVE, palette=False),
    Action("pane.previous", ("shift+tab",), "to the pane before", Group.MOVE, palette=False),
    Action("article.enter", ("enter",), "into the article; choose", Group.READ, palette=False),
    Action("back", ("escape",), "back, close, clear", Group.READ, palette=False),
    Action("article.page", ("space",), "page the article; at its end the next unread", Group.READ),
    Action("article.down", ("J",), "scroll the article down", Group.READ, palette=False, counts=True),
    Action("article.up", ("K",), "scroll the article up", Group.READ, palette=False, counts=True),
    Action("unread.next", ("n",), "next unread", Group.READ, counts=True),
    Action("unread.previous", ("N",), "previous unread", Group.READ, counts=True),
    Action("history.back", ("[",), "back to the article before", Group.READ, counts=True),
    Action("history.forward", ("]",), "forward again", Group.READ, counts=True),
    Action("zen", ("z",), "the article alone", Group.READ),
    Action("filter", ("/",), "filter as you type", Group.FIND),
    Action("filter.clear", ("F",), "clear filter, topic and quality floor", Group.FIND),
    Action("searches", ("'",), "saved searches; save the current one", Group.FIND),
    Action("sort", ("S",), "sort by …", Group.FIND),
    Action("quality.raise", ("+", "="), "raise the quality floor", Group.FIND),
    Action("quality.lower", ("-",), "lower the quality floor", Group.FIND),
    Action("topics", ("t",), "show or hide the topics", Group.FIND),
    Action("topics.kind", ("T",), "list topics, providers, categories or years", Group.FIND),
    Action("open", ("o",), "open the original in the browser", Group.OPEN),
    Action("open.web", ("w",), "open the web URL where it differs", Group.OPEN),
    Action("open.next", ("O",), "open, mark read, next unread", Group.OPEN),
    Action(
        "open.link",
        ("1", "2", "3", "4", "5", "6", "7", "8", "9"),
        "open that related article or link",
        Group.OPEN,
        palette=False,
    ),
    Action("open.hint", ("f",), "open the link of any number", Group.OPEN),
    Action("copy.url", ("y",), "copy the URL", Group.OPEN),
    Action("copy.markdown", ("Y",), "copy a Markdown link", Group.OPEN),
    Action("edit", ("e",), "edit the file in $EDITOR", Group.OPEN),
    Action("pipe", ("|",), "pipe the article to a command", Group.OPEN),
    Action("mark.read", ("r",), "read, unread", Group.MARK),
    Action("mark.star", ("s",), "star, unstar", Group.MARK),
    Action("mark.later", ("L",), "keep for later, or no longer", Group.MARK),
    Action("mark.all", ("A",), "mark all shown read", Group.MARK),
    Action("undo", ("u",), "undo the last mark", Group.MARK),
    Action("redo", ("ctrl+r",), "redo it", Group.MARK),
    Action("problems", ("!",), "problems in the files", Group.SCREEN),
    Action("rescan", ("R",), "read the folder again", Group.SCREEN),
    Action("palette", ("ctrl+p", ":"), "all commands", Group.SCREEN, palette=False),
    Action("help", ("?", "f1"), "help", Group.SCREEN),
    Action("quit", ("q",), "back out; at the top, quit", Group.SCREEN),
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
}


def format_key(key: str) -> str:
    """Return a key as people write it: ``ctrl+d`` is ``^d``, ``pagedown`` is ``PgDn``."""
    if key in _SHOWN:
        return _SHOWN[key]
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+")
    return key.upper() if key.startswith("f") and key[1:].isdigit() else key
