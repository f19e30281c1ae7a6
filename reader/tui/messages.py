"""What workers tell the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from reader.errors import ReaderError
    from reader.index.sync import Progress
    from reader.render.article import Page
    from reader.tui.desk import Opened, Results
    from reader.tui.sidebar import SidebarRow
    from reader.tui.view import View

__all__ = ["Counted", "Drawn", "Failed", "Found", "Synced"]


class Found(Message):
    """The answer to the question numbered ``asked``; ``changed`` where the person asked something else."""

    def __init__(self, asked: int, results: Results, *, changed: bool) -> None:
        super().__init__()
        self.asked = asked
        self.results = results
        self.changed = changed


class Counted(Message):
    """The lines of the sidebar for a view."""

    def __init__(self, view: View, rows: list[SidebarRow]) -> None:
        super().__init__()
        self.view = view
        self.rows = rows


class Drawn(Message):
    """An article, read and drawn; ``fresh`` where it was not on the screen before."""

    def __init__(self, path: str, opened: Opened, page: Page, *, fresh: bool) -> None:
        super().__init__()
        self.path = path
        self.opened = opened
        self.page = page
        self.fresh = fresh


class Synced(Message):
    """How far reading the folder is."""

    def __init__(self, progress: Progress, seconds: float) -> None:
        super().__init__()
        self.progress = progress
        self.seconds = seconds


class Failed(Message):
    """Something could not be done; the error's sentence is for the person."""

    def __init__(self, error: ReaderError) -> None:
        super().__init__()
        self.error = error
