"""Key hints for the bottom line: the keys that matter where the user is. Pure; uses the active key bindings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len

from reader.config.actions import first_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reader.config.actions import Action

__all__ = ["BETWEEN", "Hint", "fitting", "hints_for"]

BETWEEN = " · "


class Hint(Struct, frozen=True):
    """Key, what it does here, and the action it runs, or the key itself if it belongs to no action."""

    key: str
    does: str
    action: str = ""
    presses: str = ""

    @property
    def text(self) -> str:
        """The hint as shown."""
        return f"{self.key} {self.does}"


_IN_LIST = (
    ("article.enter", "read"),
    ("filter", "filter"),
    ("mark.star", "star"),
    ("unread.next", "next unread"),
    ("open", "browser"),
    ("sort", "sort"),
    ("mark.later", "read later"),
    ("topics", "sidebar"),
    ("layout", "layout"),
)
# By pane, most important first, since a narrow terminal omits the last ones.
_ACTIONS = {
    "articles": (*_IN_LIST, ("quit", "quit")),
    "filtered": (_IN_LIST[0], ("back", "clear filter"), *_IN_LIST[1:]),
    "empty": (("feeds.subscribe", "subscribe"), ("rescan", "rescan"), ("quit", "quit")),
    "no match": (("back", "clear filter"), ("filter", "edit filter")),
    "no article": (("back", "back"),),
    "article": (
        ("article.page", "page"),
        ("back", "back"),
        ("open", "browser"),
        ("open.hint", "links"),
        ("find", "find"),
        ("unread.next", "next unread"),
        ("mark.star", "star"),
        ("zen", "zen mode"),
        ("copy.url", "copy URL"),
    ),
    "select": (
        ("mark.read", "read"),
        ("mark.star", "star"),
        ("mark.later", "read later"),
        ("back", "end selection"),
    ),
    "find": (
        ("find.next", "next match"),
        ("find.previous", "previous match"),
        ("back", "end search"),
        ("find", "find"),
    ),
    "no hit": (("back", "end search"), ("find", "find")),
    "sidebar": (
        ("article.enter", "list"),
        ("article.page", "add"),
        ("topics.exclude", "exclude"),
        ("topics.kind", "next kind"),
        ("filter.clear", "clear filters"),
        ("searches", "searches"),
        ("topics", "hide"),
    ),
}
_WHILE_TYPING = (
    Hint("Enter", "keep", presses="enter"),
    Hint("Tab", "complete", presses="tab"),
    Hint("↑", "history", presses="up"),
    Hint("Esc", "cancel", presses="escape"),
)


def hints_for(place: str, keys: Iterable[Action]) -> tuple[Hint, ...]:
    """Return the hints for a pane, a search in the article (``find``) or the filter line, with help as the last."""
    if place == "filter":
        return _WHILE_TYPING
    first = first_keys(keys)
    actions = (*_ACTIONS[place], ("help", "help"))
    return tuple(Hint(first[action], does, action) for action, does in actions if action in first)


def fitting(hints: Sequence[Hint], cells: int) -> tuple[Hint, ...]:
    """Return the hints that fit, in order. The last one takes precedence over all others."""
    if not hints:
        return ()
    *others, last = hints
    room = cells - cell_len(last.text)
    shown: list[Hint] = []
    for hint in others:
        needed = cell_len(hint.text) + len(BETWEEN)
        if needed <= room:
            room -= needed
            shown.append(hint)
    return (*shown, last)
