"""The Textual app: themes, command palette, garbage collection and shutdown. ``screen`` wires the panes."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace
from textual import events
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.worker import WorkerFailed

from reader.config.load import build_keymap
from reader.config.remembered import in_force
from reader.content.watch import watch_folder
from reader.errors import ReaderError, StorageError
from reader.external import browser as browsers
from reader.query import local_clock
from reader.storage.filter_history import FilterHistory
from reader.storage.reading_places import ReadingPlaces
from reader.tui.activity import ActiveApp, Activity
from reader.tui.input.palette import CommandProvider
from reader.tui.input.queue import InputQueue
from reader.tui.ports import AppContext
from reader.tui.screen import MainScreen
from reader.tui.session import capture
from reader.tui.terminal.columns import with_whole_rows
from reader.tui.terminal.driver import WINDOW_CLOSED, TerminalDriver
from reader.tui.terminal.idle_gc import IdleGarbageCollector
from reader.tui.widgets.theme import ThemedStylesheet, legible_variables

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType
    from textual.binding import BindingType
    from textual.command import Provider
    from textual.screen import Screen

    from reader.config.load import Config
    from reader.external.page import Page
    from reader.library import Library
    from reader.storage.paths import AppPaths
    from reader.storage.session import Session, SessionFiles

__all__ = ["ReaderApp", "run_app"]

_POLL_SECONDS = 1.0


class ReaderApp(ActiveApp):
    """The newsreader application."""

    CSS_PATH = "reader.tcss"
    TITLE = "newsreader"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {CommandProvider}
    ENABLE_COMMAND_PALETTE = True
    # The main screen also opens it, with the key that the keymap assigns.
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "suspend_process", show=False, priority=True),
        Binding("ctrl+c", "leave_dialog", show=False, priority=True),
        Binding("ctrl+c", "quit", show=False),
    ]

    def __init__(self, library: Library, setup: AppContext) -> None:
        super().__init__(driver_class=TerminalDriver)
        self.broken: Exception | None = None
        """The unexpected error that ended the app, if any."""
        self._library = library
        self._setup = setup = replace(setup, session=in_force(setup.session, setup.config))
        self._garbage = IdleGarbageCollector()
        self.activity = Activity(self, setup.env)
        self._keys = InputQueue(self, self.activity, super().on_event)
        # A theme that was picked in the UI may no longer exist.
        wanted = (setup.session.theme, setup.config.theme)
        self.theme = next((name for name in wanted if name in self.available_themes), self.theme)
        self._first_theme = self.theme
        self.stylesheet = ThemedStylesheet(variables=self.get_css_variables())
        self._missed_paints = False
        """Whether the terminal was too slow for the latest paints."""

    def get_default_screen(self) -> Screen[None]:
        """Return the main screen."""
        return MainScreen(self._library, self._setup)

    def get_css_variables(self) -> dict[str, str]:
        """Return the variables of the theme, with legible colors."""
        self.theme_variables = legible_variables(super().get_css_variables())
        return self.theme_variables

    async def on_event(self, event: events.Event) -> None:
        """Handle an event from the terminal. Queue keys and pasted text until earlier ones have been handled."""
        self.activity.note()
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._keys.take(event)
        else:
            await super().on_event(event)

    def on_ready(self) -> None:
        """Enable garbage collection, which is off during startup, and idle detection."""
        self._garbage.begin()
        self.activity.open()

    def on_mount(self) -> None:
        """Every second, check whether the terminal is gone (it may not report that) and collect garbage if idle."""
        driver = self._driver
        if isinstance(driver, TerminalDriver):
            self.set_interval(_POLL_SECONDS, lambda: self._look_at(driver))

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(self._driver, TerminalDriver) and self._driver.is_behind:
            self._missed_paints = True
        else:
            super()._display(screen, with_whole_rows(screen, renderable))

    def post_display_hook(self) -> None:
        """Count a paint for idle detection."""
        self.activity.painted()

    def _look_at(self, driver: TerminalDriver) -> None:
        if driver.is_disconnected:
            self.exit(None, WINDOW_CLOSED)
        else:
            self._garbage.look(driver.writes)
            if self._missed_paints and driver.is_written:
                self._missed_paints = False
                self.screen.refresh()

    def _fatal_error(self) -> None:
        """Exit on an unexpected error, which ``run_app`` re-raises for a crash report.

        Textual would print it with the values of all variables, which include article texts and folder names.
        """
        self.activity.close()
        error = self._exception
        in_worker = error.error if isinstance(error, WorkerFailed) else None
        self.broken = in_worker if isinstance(in_worker, Exception) else error
        self._close_messages_no_wait()

    def panic(self, *_renderables: RenderableType) -> None:
        """Exit as on any unexpected error, without printing Textual's report."""
        self._fatal_error()

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Save the session and exit."""
        self._keys.close()
        self.activity.close()
        for screen in self.screen_stack:
            # A screen that is not mounted yet has no state to save.
            if isinstance(screen, MainScreen) and screen.is_mounted:
                screen.save_place()
                self._setup.save_session(self._with_theme(self._capture(screen)))
        super().exit(result, return_code, message)

    def _capture(self, screen: MainScreen) -> Session:
        try:
            entry = screen.articles.current
        except ReaderError:
            entry = None
        return capture(screen.store.state, self._setup, "" if entry is None else entry.path)

    def pop_screen(self) -> AwaitComplete:
        """Close the top dialog. Ignore a second close caused by rapid clicks."""
        return super().pop_screen() if len(self.screen_stack) > 1 else AwaitComplete()

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text to the clipboard of the user's terminal or browser."""
        if self._setup.page is None:
            super().copy_to_clipboard(text)
        else:
            self._setup.page.copy(text)

    def bell(self) -> None:
        """Disable the bell; errors appear in the status bar."""

    def handle_thread_exception(self, failed: threading.ExceptHookArgs) -> None:
        """Exit on an error in a thread that is not a Textual worker, such as the one that reads keys."""
        error = failed.exc_value
        with contextlib.suppress(RuntimeError):  # the event loop has ended
            if isinstance(self._driver, TerminalDriver) and self._driver.is_disconnected:
                self.call_later(self.exit, None, WINDOW_CLOSED)
            elif isinstance(error, Exception):
                self.call_later(self._handle_exception, error)

    def _with_theme(self, session: Session) -> Session:
        return session if self.theme == self._first_theme else replace(session, theme=self.theme)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Return whether a key's action applies: without a dialog, Ctrl-C belongs to the filter or quits."""
        return action != "leave_dialog" or len(self.screen_stack) > 1

    def action_leave_dialog(self) -> None:
        """Close the top dialog on Ctrl-C."""
        if isinstance(self.screen, ModalScreen):
            self.screen.dismiss(None)

    async def action_quit(self) -> None:
        """Exit immediately, on Ctrl-C and on Textual's quit key."""
        self.exit()


def _notice_of(library: Library) -> str:
    return library.index.attached.notice if library.index.attached else ""


def run_app(
    library: Library, config: Config, query: str, places: AppPaths, files: SessionFiles, page: Page | None
) -> int:
    """Run the app and return its exit status. ``page`` shows it if it does not run in a terminal."""
    marks, notice = library.marks, ""
    try:
        marks.prepare()
    except StorageError as error:
        notice = str(error)
    setup = AppContext(
        config=config,
        keys=build_keymap(config),
        marks=marks,
        clock=local_clock,
        env=dict(os.environ),
        runner=browsers.SubprocessRunner(),
        query=query,
        notice=notice or marks.pop_notice() or _notice_of(library),
        session=files.load(),
        save_session=files.save,
        config_file=places.config_file,
        feeds_file=None if library.place.only else places.feeds_file(library.place.root),
        watch=watch_folder,
        filters=FilterHistory(places.filters_file),
        page=page,
        places=ReadingPlaces(places.places_file(library.place.root)),
    )
    if page is not None:
        page.set_keys({action.id: action.keys[0] for action in setup.keys if action.keys})
    app = ReaderApp(library, setup)
    # Maximum seconds that the UI thread waits for the GIL; Python's default is ten times as long.
    sys.setswitchinterval(0.0005)
    threading.excepthook = app.handle_thread_exception
    app.run()
    marks.close()
    setup.places.close()
    if app.broken is not None:
        raise app.broken
    return app.return_code or 0
