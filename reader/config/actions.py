"""The one table of keys: what can be done on the screen, by which keys, and how it is said in a few words.

Bindings, the help screen, the palette, the check of a person's keymap and the table in the README are all made from
it. Plain data: nothing here knows what draws the screen or what an action does.

A key is written as the screen's library names it (``ctrl+d``, ``pagedown``, ``question_mark``) or as the character
itself (``j``, ``G``, ``?``); two keys with a space between them are pressed one after the other (``g g``).
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

__all__ = ["KEYS", "Group", "Key", "shown"]


class Group(StrEnum):
    """Under which heading the help lists a key."""

    MOVE = "Move"
    READ = "Read"
    FIND = "Find"
    OPEN = "Open"
    MARK = "Mark"
    SCREEN = "Screen"


class Key(Struct, frozen=True):
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


KEYS: tuple[Key, ...] = (
    Key("move.down", ("j", "down"), "down", Group.MOVE, palette=False, counts=True),
    Key("move.up", ("k", "up"), "up", Group.MOVE, palette=False, counts=True),
    Key("move.top", ("g g", "home"), "to the top", Group.MOVE, palette=False, counts=True),
    Key("move.bottom", ("G", "end"), "to the end", Group.MOVE, palette=False, counts=True),
    Key("move.half_down", ("ctrl+d",), "half a page down", Group.MOVE, palette=False, counts=True),
    Key("move.half_up", ("ctrl+u",), "half a page up", Group.MOVE, palette=False, counts=True),
    Key("move.page_down", ("pagedown", "ctrl+f"), "a page down", Group.MOVE, palette=False, counts=True),
    Key("move.page_up", ("pageup", "ctrl+b"), "a page up", Group.MOVE, palette=False, counts=True),
    Key("pane.left", ("h", "left"), "to the pane on the left", Group.MOVE, palette=False),
    Key("pane.right", ("l", "right"), "to the pane on the right", Group.MOVE, palette=False),
    Key("pane.next", ("tab",), "to the next pane", Group.MOVE, palette=False),
    Key("pane.previous", ("shift+tab",), "to the pane before", Group.MOVE, palette=False),
    Key("article.enter", ("enter",), "into the article; choose", Group.READ, palette=False),
    Key("back", ("escape",), "back, close, clear", Group.READ, palette=False),
    Key("article.page", ("space",), "page the article; at its end the next unread", Group.READ),
    Key("article.down", ("J",), "scroll the article down", Group.READ, palette=False, counts=True),
    Key("article.up", ("K",), "scroll the article up", Group.READ, palette=False, counts=True),
    Key("unread.next", ("n",), "next unread", Group.READ, counts=True),
    Key("unread.previous", ("N",), "previous unread", Group.READ, counts=True),
    Key("history.back", ("[",), "back to the article before", Group.READ, counts=True),
    Key("history.forward", ("]",), "forward again", Group.READ, counts=True),
    Key("zen", ("z",), "the article alone", Group.READ),
    Key("filter", ("/",), "filter as you type", Group.FIND),
    Key("filter.clear", ("F",), "clear filter, topic and quality floor", Group.FIND),
    Key("searches", ("'",), "saved searches; save the current one", Group.FIND),
    Key("sort", ("S",), "sort by …", Group.FIND),
    Key("quality.raise", ("+", "="), "raise the quality floor", Group.FIND),
    Key("quality.lower", ("-",), "lower the quality floor", Group.FIND),
    Key("topics", ("t",), "show or hide the topics", Group.FIND),
    Key("topics.kind", ("T",), "list topics, providers, categories or years", Group.FIND),
    Key("open", ("o",), "open the original in the browser", Group.OPEN),
    Key("open.web", ("w",), "open the web URL where it differs", Group.OPEN),
    Key("open.next", ("O",), "open, mark read, next unread", Group.OPEN),
    Key(
        "open.link",
        ("1", "2", "3", "4", "5", "6", "7", "8", "9"),
        "open that related article or link",
        Group.OPEN,
        palette=False,
    ),
    Key("open.hint", ("f",), "open the link of any number", Group.OPEN),
    Key("copy.url", ("y",), "copy the URL", Group.OPEN),
    Key("copy.markdown", ("Y",), "copy a Markdown link", Group.OPEN),
    Key("edit", ("e",), "edit the file in $EDITOR", Group.OPEN),
    Key("pipe", ("|",), "pipe the article to a command", Group.OPEN),
    Key("mark.read", ("r",), "read, unread", Group.MARK),
    Key("mark.star", ("s",), "star, unstar", Group.MARK),
    Key("mark.later", ("L",), "keep for later, or no longer", Group.MARK),
    Key("mark.all", ("A",), "mark all shown read", Group.MARK),
    Key("undo", ("u",), "undo the last mark", Group.MARK),
    Key("redo", ("ctrl+r",), "redo it", Group.MARK),
    Key("problems", ("!",), "problems in the files", Group.SCREEN),
    Key("rescan", ("R",), "read the folder again", Group.SCREEN),
    Key("palette", ("ctrl+p", ":"), "all commands", Group.SCREEN, palette=False),
    Key("help", ("?", "f1"), "help", Group.SCREEN),
    Key("quit", ("q",), "back out; at the top, quit", Group.SCREEN),
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


def shown(key: str) -> str:
    """Return a key as people write it: ``ctrl+d`` is ``^d``, ``pagedown`` is ``PgDn``."""
    if key in _SHOWN:
        return _SHOWN[key]
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+")
    return key.upper() if key.startswith("f") and key[1:].isdigit() else key
