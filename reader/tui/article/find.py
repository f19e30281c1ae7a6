"""Search in the open article: its text and the current match. Pure."""

from __future__ import annotations

from bisect import bisect_left
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from reader.render.find import find_text
from reader.render.highlight import MAX_HITS
from reader.text import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reader.render.highlight import Match
    from reader.tui.article.events import FindStepped

__all__ = ["Find"]


class Find(Struct, frozen=True):
    """Search in the open article for ``text``, or without one for the words of the filter.

    ``at`` is the number of the current match. ``origin`` is the first visible line when the search began, ``steps`` are
    the steps requested before the matches were known. ``before`` is the search to return to on cancel, ``last`` the
    text to suggest next. ``ended`` if the user dismissed the words of the filter.
    """

    text: str = ""
    sought: Callable[[str], Sequence[tuple[int, int]]] | None = None
    at: int | None = None
    origin: int | None = None
    steps: int = 0
    typing: bool = False
    before: Find | None = None
    last: str = ""
    ended: bool = False

    @property
    def is_active(self) -> bool:
        """Whether there is a search to end."""
        return bool(self.text) or self.at is not None

    def typed(self, text: str, top: int) -> Find:
        """Return the search for the text typed so far."""
        text = sanitize_line(text)
        sought = partial(find_text, text) if text else None
        before = self.before if self.typing else self
        origin = self.origin if self.typing else top
        return Find(text, sought, origin=origin, typing=True, before=before, last=self.last)

    def entered(self) -> Find:
        """Return the search after its text was entered."""
        return replace(self, typing=False, before=None, last=self.text or self.last)

    def canceled(self) -> Find:
        """Return the search before this one."""
        return self.before or self

    def cleared(self) -> Find:
        """Return no search, not even for the words of the filter."""
        return Find(last=self.last, ended=True)

    def forgotten(self) -> Find:
        """Return no search, for another article."""
        return Find(last=self.last)

    def placed(self, hits: Sequence[Match]) -> Find:
        """Return the search on a page with these matches. A new search starts at the first match below its origin."""
        if not hits or (self.at is None and not self.text):
            return replace(self, at=None, steps=0)
        at = self.at
        if at is None:
            at = next((number for number, hit in enumerate(hits) if hit[0][0] >= (self.origin or 0)), 0)
        return replace(self, at=(min(at, len(hits) - 1) + self.steps) % len(hits), steps=0)

    def stepped(self, hits: Sequence[Match], step: FindStepped) -> tuple[Find, bool]:
        """Return the search moved by some matches, and whether it wrapped around.

        It continues from the current match or, if that is not visible, from the visible lines.
        """
        visible = range(step.top, step.top + step.height)
        rows = [hit[0][0] for hit in hits]
        if self.at is not None and self.at < len(hits) and rows[self.at] in visible:
            before = self.at
        elif step.by > 0:
            before = bisect_left(rows, step.top) - 1
        else:
            before = bisect_left(rows, visible.stop)
        at = before + step.by
        return replace(self, at=at % len(hits)), not 0 <= at < len(hits)

    def words(self, hits: Sequence[Match]) -> str:
        """Return the position of the search, as ``3/12``."""
        if not hits or self.at is None:
            return f'No match for "{self.text}"' if self.text else ""
        return f"{self.at + 1:,}/{len(hits):,}{'+' if len(hits) >= MAX_HITS else ''}"
