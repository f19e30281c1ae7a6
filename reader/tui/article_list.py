"""The middle pane: the articles found, one line each.

Holds ids only; the rows in sight are fetched page by page as they are painted.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip

from reader.render.figures import DATE_CELLS, bar, day, number
from reader.render.palette import Palette
from reader.text import shorten
from reader.tui.virtual_list import VirtualList
from reader.tui.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import tzinfo

    from textual.geometry import Region

    from reader.index.search import Entry

__all__ = ["ArticleList"]

_PAGE = 64
_MOST_PAGES = 32
# How far from the cursor the nearest article left is looked for.
_ABOUT = 2 * _PAGE
_PROVIDER_CELLS = 18
_ROOM_FOR_PROVIDER = 78
_ROOM_FOR_DATE = 36


class ArticleList(VirtualList):
    """Articles by id, in the order given."""

    class Outdated(Message):
        """Some of the articles are no longer in the index under their ids."""

    class Painted(Message):
        """What was to be shown last, rows or the cursor, is on the screen."""

    def __init__(self, fetch: Callable[[Sequence[int]], list[Entry]], zone: tzinfo, *, id: str | None = None) -> None:  # noqa: A002 - as its base calls it
        super().__init__(id=id)
        self._fetch = fetch
        self._zone = zone
        self._pages: dict[int, dict[int, Entry]] = {}
        self._is_painted = True
        self._styles = _Styles(Palette())
        self.ids: array[int] = array("q")
        self.found: Callable[[str], Sequence[tuple[int, int]]] = lambda _text: ()
        self.this_year: int | None = None
        self.nothing = ""
        """What to say where there is no article and no other pane to say it."""

    def show(self, ids: array[int], cursor: int, *, follow: bool = True) -> None:
        """Show other articles, with the cursor on one of the rows; ``follow`` as for any list."""
        self.ids = ids
        self._pages.clear()
        self._is_painted = False
        # In a list that was empty there was no line to keep.
        self.show_rows(len(ids), cursor, keep_line=bool(self.row_count), follow=follow)

    def put_cursor(self, row: int) -> None:
        """Put the cursor on a row, as in any list."""
        before = self.cursor
        super().put_cursor(row)
        self._is_painted &= self.cursor == before

    @property
    def awaits_painting(self) -> bool:
        """Whether ``Painted`` is still to come."""
        return not self._is_painted and self.is_on_screen and self.app.screen is self.screen

    def use(self, palette: Palette) -> None:
        """Paint in other colours."""
        self._styles = _Styles(palette)
        self.refresh()

    def reload(self) -> None:
        """Fetch the rows in sight anew: their marks have changed."""
        self._pages.clear()
        self.refresh()

    def entry(self, row: int) -> Entry | None:
        """Return the article of a row; None where it has left the index meanwhile."""
        if not 0 <= row < len(self.ids):
            return None
        number_of_page = row // _PAGE
        page = self._pages.get(number_of_page)
        if page is None:
            start = number_of_page * _PAGE
            wanted = self.ids[start : start + _PAGE]
            page = {entry.id: entry for entry in self._fetch(wanted)}
            if len(page) < len(wanted):
                self.post_message(self.Outdated())
            if len(self._pages) >= _MOST_PAGES:
                del self._pages[next(iter(self._pages))]
            self._pages[number_of_page] = page
        return page.get(self.ids[row])

    def paths_about_cursor(self) -> tuple[str, ...]:
        """Return the paths of the rows about the cursor, as far as they are at hand: its own, one below, one above…"""
        steps = (self.cursor + sign * step for step in range(1, _ABOUT) for sign in (1, -1))
        about = (self._at_hand(row) for row in steps if 0 <= row < len(self.ids))
        return tuple(entry.path for entry in (self.current, *about) if entry is not None)

    def _at_hand(self, row: int) -> Entry | None:
        return self._pages.get(row // _PAGE, {}).get(self.ids[row])

    @property
    def current(self) -> Entry | None:
        """The article under the cursor."""
        return self.entry(self.cursor)

    def unread_from(self, row: int, step: int) -> int | None:
        """Return the next row after (or, with a negative step, before) ``row`` that is unread."""
        while 0 <= (row := row + step) < len(self.ids):
            entry = self.entry(row)
            if entry is not None and not entry.read:
                return row
        return None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint some lines, and say so the first time."""
        strips = super().render_lines(crop)
        if not self._is_painted:
            self._is_painted = True
            # Taken once this thread is done with painting.
            self.post_message(self.Painted())
        return strips

    def render_line(self, y: int) -> Strip:
        """Paint a line of the list, or of the sentence in its place."""
        if self.row_count or not self.screen.has_class("-narrow"):
            return super().render_line(y)
        width = self.scrollable_content_region.width
        lines = wrapped(self.nothing, width - 2)
        strip = Strip([Segment(f" {lines[y]}" if y < len(lines) else "")])
        return strip.adjust_cell_length(width).apply_style(self.rich_style)

    def paint(self, row: int, width: int) -> Iterable[Segment]:
        """Paint a row: signs, date, quality, title, and the provider where there is room."""
        entry = self.entry(row)
        styles = self._styles
        if entry is None:
            return [Segment("  no longer there", styles.muted)]
        segments = [Segment("▌" if row == self.cursor else " ", styles.accent), *self._signs(entry)]
        room = width - 4
        if width >= _ROOM_FOR_DATE:
            date = day(entry.published_at, self._zone, self.this_year)
            segments.append(Segment(f"{date:>{DATE_CELLS}} ", styles.muted))
            room -= DATE_CELLS + 1
        segments += self._quality(entry)
        room -= 6
        provider = entry.provider.name or entry.provider.domain
        with_provider = width >= _ROOM_FOR_PROVIDER and bool(provider)
        title_room = room - _PROVIDER_CELLS - 2 if width >= _ROOM_FOR_PROVIDER else room
        segments += self._title(entry, title_room)
        if with_provider:
            segments.append(Segment("  " + shorten(provider, _PROVIDER_CELLS), styles.muted))
        return segments

    def _signs(self, entry: Entry) -> list[Segment]:
        kept = "★" if entry.starred else "◷" if entry.later else " "
        return [
            Segment(" " if entry.read else "●", self._styles.accent),
            Segment(f"{kept} ", self._styles.warning),
        ]

    def _quality(self, entry: Entry) -> list[Segment]:
        if entry.quality is None:
            return [Segment("      ")]
        style = self._styles.quality(entry.quality)
        return [
            Segment(f"{shorten(number(entry.quality), 3):>3} ", style),
            Segment(f"{bar(entry.quality)} ", style + self._styles.muted),
        ]

    def _title(self, entry: Entry, room: int) -> list[Segment]:
        styles = self._styles
        note = "draft " if entry.draft else ""
        note += "locked " if entry.secured else ""
        note += "unreadable " if entry.unreadable else ""
        note = shorten(note, max(0, room))
        title = shorten(entry.title, room - cell_len(note))
        base = styles.muted if entry.read else styles.strong
        segments = [Segment(note, styles.warning)] if note else []
        at = 0
        for start, end in self.found(title):
            segments += [Segment(title[at:start], base), Segment(title[start:end], base + styles.found)]
            at = end
        segments.append(Segment(title[at:], base))
        padding = room - cell_len(note) - cell_len(title)
        segments.append(Segment(" " * max(0, padding)))
        return segments


class _Styles:
    """A palette as styles, worked out once and not for every row."""

    def __init__(self, palette: Palette) -> None:
        self._palette = palette
        self.accent = Style.parse(palette.accent)
        self.muted = Style.parse(palette.muted)
        self.warning = Style.parse(palette.warning)
        self.found = Style.parse(palette.found)
        self.strong = Style()

    def quality(self, value: float) -> Style:
        return Style.parse(self._palette.quality(value))
