"""Baselines for the benchmarks, as programs: an app that shows a word, and one that shows a list of numbers.

    python baseline_apps.py empty
    python baseline_apps.py list ROWS

The list is newsreader's own virtual list at the same place and size, with rows that cost nothing.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from textual.app import App

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.segment import Segment
    from textual import events
    from textual.app import ComposeResult

__all__: list[str] = []


class EmptyApp(App[None]):
    def compose(self) -> ComposeResult:
        from textual.widgets import Static  # noqa: PLC0415 - lazy import: each app imports only what it needs

        yield Static("ready")


def list_app(rows: int) -> App[None]:
    from rich.segment import Segment as Piece  # noqa: PLC0415 - not every measure needs it
    from textual.containers import Horizontal  # noqa: PLC0415 - not every measure needs it
    from textual.widgets import Static  # noqa: PLC0415 - not every measure needs it

    from reader.tui.widgets.virtual_list import VirtualList  # noqa: PLC0415 - not every measure needs it

    class Numbers(VirtualList):
        def paint(self, row: int, width: int) -> Iterable[Segment]:
            sign = "▌" if row == self.cursor else " "
            return [Piece(f"{sign} {row:>11,} a row and nothing to it"[:width])]

    class ListApp(App[None]):
        CSS = """
        #left { width: 26; } #rows { width: 1fr; border: round grey; overflow-x: hidden; scrollbar-size-vertical: 1; }
        #right { width: 1fr; } #bottom { height: 1; } #panes { height: 1fr; }
        """

        def compose(self) -> ComposeResult:
            with Horizontal(id="panes"):
                yield Static(id="left")
                yield Numbers(id="rows")
                yield Static(id="right")
            yield Static("? help", id="bottom")

        def on_mount(self) -> None:
            numbers = self.query_one(Numbers)
            numbers.set_rows(rows, 0)
            numbers.focus()

        def on_key(self, event: events.Key) -> None:
            numbers = self.query_one(Numbers)
            match event.key:
                case "j":
                    numbers.move("down")
                case "k":
                    numbers.move("up")
                case "pagedown":
                    numbers.move("page_down")
                case "pageup":
                    numbers.move("page_up")
                case "G":
                    numbers.move("bottom")
                case "home":
                    numbers.move("top")

    return ListApp()


if __name__ == "__main__":
    (EmptyApp() if sys.argv[1] == "empty" else list_app(int(sys.argv[2]))).run()
