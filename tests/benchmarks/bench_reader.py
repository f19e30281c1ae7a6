"""The TUI in a terminal for the benchmarks: positions of its panes, and conditions to wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench_terminal import Terminal

if TYPE_CHECKING:
    from bench_env import BenchContext

__all__ = ["ESCAPE", "HOME", "PAGE_DOWN", "PAGE_UP", "ReaderTerminal", "entries", "opened"]

PAGE_DOWN, PAGE_UP, HOME, ESCAPE = "\x1b[6~", "\x1b[5~", "\x1b[H", "\x1b"
# Columns of the panes on a screen of 140: a sidebar of 26, then two panes of 57.
_SIDEBAR = (0, 26)
_LIST = (26, 83)
_PAGE = (83, 140)
# A row begins with a mark, a date and a quality, and ends with an ellipsis, the scroll bar and the border.
_BEFORE_TITLE, _AFTER_TITLE = 21, " …▁▂▃▄▅▆▇█┃│"


class ReaderTerminal(Terminal):
    """The TUI, or the bare list, which looks the same, in a terminal."""

    def rows(self) -> list[str]:
        """Return the visible rows of the list."""
        return self.text(*_LIST)[1:-2]

    def cursor_line(self) -> str:
        """Return the row under the cursor of the list; empty without one."""
        return next((line[2:] for line in self.rows() if line[1] == "▌"), "")

    def cursor_title(self) -> str:
        """Return the visible part of the title in the row under the cursor."""
        return self.cursor_line()[_BEFORE_TITLE:].rstrip(_AFTER_TITLE).removeprefix("draft ")

    def title(self) -> str:
        return self.text(*_LIST)[0]

    def count_of_all(self) -> str:
        """Return the count of the sidebar's first line: all articles found."""
        return next((line[1:-1].split()[-1] for line in self.text(*_SIDEBAR) if line[2:5] == "All"), "")

    def page(self) -> str:
        """Return the text of the article pane, its lines joined."""
        return " ".join(" ".join(line[1:-1] for line in self.text(*_PAGE)[1:-2]).split())

    def is_listed(self) -> bool:
        return self.cursor_line().strip() != ""

    def wait_for_rest(self) -> None:
        """Wait until the sync has ended, which the status bar shows, and the counts are complete."""
        self.wait_now(self.is_listed)
        self.wait_now(self.is_read, 120.0)
        self.settle(quiet=0.5, seconds=60)

    def is_read(self) -> bool:
        return "? help" in self.screen.display[-1]


def opened(world: BenchContext, *query: str) -> ReaderTerminal:
    """Start the TUI on the folder, without marks."""
    world.forget_marks()
    return ReaderTerminal(world.command(str(world.root), *query), world.env())


def entries(world: BenchContext, query: str, most: int) -> list[tuple[str, str]]:
    """Return path and title of the articles that a query finds, in order."""
    from contextlib import closing  # noqa: PLC0415 - lazy import: few benchmarks need it

    from reader.query import QueryContext, local_clock, parse  # noqa: PLC0415 - not every measure needs it

    with closing(world.prepared().search()) as search:
        return [
            (entry.path, entry.title)
            for entry in search.entries(search.ids(parse(query), QueryContext(local_clock()), limit=most))
        ]
