"""Dialog to select and edit saved searches."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from reader.config import saved_searches
from reader.config.load import load_config
from reader.errors import ConfigError, QueryError, ReaderError
from reader.text import sanitize_line, truncate
from reader.tui.events import FilterCleared, SearchesLoaded
from reader.tui.ports import LinePrompt
from reader.tui.sidebar.update import find_choice
from reader.tui.widgets.dialogs import ConfirmDialog, InputDialog, key_name
from reader.tui.widgets.theme import palette_of
from reader.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from reader.config.schema import SavedSearch
    from reader.tui.store import Store
    from reader.tui.widgets.virtual_list import Motion

__all__ = ["SavedSearches", "SavedSearchesDialog"]

_NAME_CELLS = 24
_NO_FILE = "No config file to save to"
_KEYS = "Enter open · a add filter · r rename · d delete"
_KEYS_WITHOUT_ANY = "a add current filter · Esc close"


class SavedSearches:
    """Saved searches as the dialog sees them. The config file is authoritative."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._file = store.ports.context.config_file

    @property
    def known(self) -> tuple[SavedSearch, ...]:
        """The searches that were in the file when it was last read."""
        return self._store.state.sidebar.searches

    @property
    def chosen(self) -> str:
        """The name of the search that the list shows, if any."""
        choice = self._store.state.list.view.choice
        return choice.value if choice.field == "search" else ""

    def open(self, name: str) -> None:
        """Show the result of a search in the list, without any other filter."""
        self._store.dispatch(FilterCleared(find_choice(self.known, name)))

    def current_query(self) -> str:
        """Return the current view as a query string. Raises QueryError."""
        return self._store.state.list.view.to_query_text()

    def change(self, change: Callable[[Path], None]) -> str:
        """Change the config file; return an error message, or an empty string on success."""
        if self._file is None:
            return _NO_FILE
        try:
            self._store.ports.context.require_change("saved searches")
            change(self._file)
        except ReaderError as error:
            return str(error)
        return self.reload()

    def reload(self) -> str:
        """Reload the searches, which another program may have changed; return an error message or an empty string."""
        if self._file is None:
            return ""
        try:
            searches = load_config(self._file).searches
        except ConfigError as error:
            return str(error)
        self._store.dispatch(SearchesLoaded(searches))
        return ""


class SearchList(VirtualList):
    """List of saved searches, each name followed by its query."""

    def __init__(self, muted: Style, *, id: str | None = None) -> None:  # noqa: A002 - the name in the base class
        super().__init__(id=id)
        self._muted = muted
        self.searches: tuple[SavedSearch, ...] = ()

    def show(self, found: tuple[SavedSearch, ...], name: str) -> None:
        """Show searches with the cursor on the one named ``name``, else where it was."""
        self.searches = found
        row = next((place for place, search in enumerate(found) if search.name == name), self.cursor)
        self.set_rows(len(found), row)
        self.fit()

    @property
    def current(self) -> SavedSearch | None:
        """The search under the cursor."""
        return self.searches[self.cursor] if self.searches else None

    def paint(self, row: int, width: int) -> Iterable[Segment]:
        """Paint a search: its name, then its query in the remaining width."""
        search = self.searches[row]
        room = min(_NAME_CELLS, max(8, width // 2))
        name = truncate(search.name, room - 1)
        yield Segment(("▌" if row == self.cursor else " ") + name + " " * (room - cell_len(name)))
        yield Segment(truncate(search.query, max(0, width - room - 1)), self._muted)


class SavedSearchesDialog(ModalScreen[str | None]):
    """Dialog to select or edit saved searches; returns the name of the selected one."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,apostrophe", "dismiss(None)", "close")]

    def __init__(self, searches: SavedSearches, trouble: str, motions: Mapping[str, Motion]) -> None:
        super().__init__()
        self._searches = searches
        self._trouble = trouble
        self._motions = motions

    def compose(self) -> ComposeResult:
        """Lay out the list above a message."""
        with Vertical(classes="dialog searches", id="box") as box:
            box.border_title = "Saved searches"
            yield SearchList(Style.parse(palette_of(self.app.theme_variables).muted), id="searches")
            yield Static("", id="message")

    def on_mount(self) -> None:
        """Put the cursor on the selected search."""
        self._show(self._searches.chosen, self._trouble)
        self._list.focus()

    def on_resize(self) -> None:
        """Fit the searches into the terminal."""
        self._list.fit()

    @property
    def _list(self) -> SearchList:
        return self.query_one(SearchList)

    def _show(self, name: str, message: str) -> None:
        found = self._searches.known
        self._list.show(found, name)
        self._list.display = bool(found)
        self.query_one("#box").border_subtitle = Text(_KEYS if found else _KEYS_WITHOUT_ANY)
        if not found and not message:
            message = "No saved searches yet"
        # Text, not str, since a name may look like markup.
        self.query_one("#message", Static).update(Text(message))
        self.query_one("#message").display = bool(message)

    def on_key(self, event: events.Key) -> None:
        """Open, add, rename or delete a search, or move the cursor."""
        actions = {"enter": self._take, "a": self._add, "r": self._rename, "d": self._delete}
        if event.key in actions:
            event.stop()
            actions[event.key]()
        else:
            self._list.press(key_name(event), self._motions)

    def on_virtual_list_chosen(self) -> None:
        """Open the search that the user clicked."""
        self._take()

    def _take(self) -> None:
        if self._list.current is not None:
            self.dismiss(self._list.current.name)

    def _add(self) -> None:
        try:
            query = self._searches.current_query()
        except QueryError as error:
            self._show("", f"Cannot save filter: {error}")
            return
        if not query:
            self._show("", "Nothing to save: no filter is active")
            return

        def named(answer: str | None) -> None:
            name = sanitize_line(answer or "")
            if name and any(search.name == name for search in self._searches.known):
                question = ConfirmDialog(f'Replace saved search "{name}"?')
                self.app.push_screen(question, lambda yes: self._save(name, query) if yes else None)
            elif name:
                self._save(name, query)

        self.app.push_screen(InputDialog(LinePrompt("Name:", "", truncate(query, 60))), named)

    def _save(self, name: str, query: str) -> None:
        self._change(lambda file: saved_searches.save_search(file, name, query), name)

    def _rename(self) -> None:
        search = self._list.current
        if search is None:
            return

        def named(answer: str | None) -> None:
            name = sanitize_line(answer or "")
            if name:
                self._change(lambda file: saved_searches.rename_search(file, search.name, name), name)

        self.app.push_screen(InputDialog(LinePrompt("New name:", search.name, "new name")), named)

    def _delete(self) -> None:
        search = self._list.current
        if search is None:
            return

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - callback signature of Textual
            if yes:
                self._change(lambda file: saved_searches.delete_search(file, search.name), "")

        self.app.push_screen(ConfirmDialog(f'Delete saved search "{search.name}"?'), answered)

    def _change(self, change: Callable[[Path], None], name: str) -> None:
        self._show(name, self._searches.change(change))
