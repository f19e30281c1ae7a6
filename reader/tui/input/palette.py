"""The command palette: actions with their keys, saved searches, themes and row numbers, ranked together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from msgspec import Struct
from rich.text import Text
from textual.command import Hit, Hits, Provider

from reader.config.actions import format_keys
from reader.text import cell_width
from reader.tui.events import ActionInvoked
from reader.tui.layout import PaneChosen
from reader.tui.sidebar.saved_searches import SavedSearches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from reader.tui.store import Store

__all__ = ["Command", "CommandProvider", "ranked"]

# Names that users know from other programs.
_ALIASES = {
    "quit.now": ("q", "q!", "quit", "wq", "x", "exit"),
    "help": ("h",),
    "rescan": ("e", "reload"),
    "theme": ("theme", "themes", "colorscheme", "colors"),
}
_EXACT, _BEGINNING, _WORD, _INSIDE, _LETTERS = 5, 4, 3, 2, 1
# Less than the difference in rank between two commands.
_STEP = 1e-6
# Border, padding and scroll bar next to a line; must match the style sheet.
_FRAME = 7
_MOST_CELLS = 100


@runtime_checkable
class _Main(Protocol):
    """The part of the main screen that the palette uses."""

    store: Store


class Command(Struct, frozen=True):
    """Entry of the palette: its name, a function that runs it, its keys, other names that select it, its action ID."""

    name: str
    run: Callable[[], object]
    keys: str = ""
    aliases: tuple[str, ...] = ()
    id: str = ""

    def rank(self, typed: str) -> int:
        """Return how well the command matches folded text; 0 means not at all."""
        name = self.name.casefold()
        if typed in self.aliases or typed == name:
            return _EXACT
        if name.startswith(typed):
            return _BEGINNING
        if any(word.startswith(typed) for word in name.split()):
            return _WORD
        if all(part in name for part in typed.split()) or typed in self.id:
            return _INSIDE
        letters = iter(name)
        return _LETTERS if all(letter in letters for letter in typed if letter != " ") else 0


def ranked(commands: Sequence[Command], typed: str) -> list[tuple[float, Command]]:
    """Return the commands that match, best first, with scores that keep this order.

    If no name contains the words, names that contain the letters in this order match.
    """
    folded = typed.strip().casefold()
    ranks = [command.rank(folded) for command in commands]
    least = min(max(ranks, default=0), _INSIDE)
    found = [
        (rank - at * _STEP, command)
        for at, (rank, command) in enumerate(zip(ranks, commands, strict=True))
        if rank >= max(least, _LETTERS)
    ]
    return sorted(found, key=lambda pair: -pair[0])


class CommandProvider(Provider):
    """Source of all entries of the palette."""

    async def discover(self) -> Hits:
        """List every command."""
        for at, command in enumerate(self._commands()):
            yield self._hit(1 - at * _STEP, command)

    async def search(self, query: str) -> Hits:
        """List the commands that match and, for a number, the row with that number."""
        number = query.strip()
        if number.isascii() and number.isdigit() and isinstance(self.screen, _Main):
            yield self._hit(_EXACT + 1, _row_command(self.screen.store, int(number)))
        for score, command in ranked(self._commands(), query):
            yield self._hit(score, command)

    def _commands(self) -> list[Command]:
        screen = self.screen
        return [*_actions(screen.store), *_searches(screen.store), *self._themes()] if isinstance(screen, _Main) else []

    def _hit(self, score: float, command: Command) -> Hit:
        """Return an entry with its keys on the right."""
        room = min(self.app.size.width, _MOST_CELLS) - _FRAME - cell_width(command.name)
        line = f"{command.name}{command.keys:>{max(room, len(command.keys) + 2)}}" if command.keys else command.name
        return Hit(score, Text(line), command.run, text=command.name)

    def _themes(self) -> Iterable[Command]:
        app = self.app

        def using(name: str) -> Callable[[], None]:
            return lambda: setattr(app, "theme", name)

        for name in sorted(app.available_themes):
            yield Command(f"Theme: {name}{' (current)' if name == app.theme else ''}", using(name))


def _actions(store: Store) -> Iterator[Command]:
    def invoking(action: str) -> Callable[[], None]:
        return lambda: store.dispatch(ActionInvoked(action))

    for action in store.ports.context.keys:
        if action.palette:
            name = action.description[:1].upper() + action.description[1:]
            yield Command(name, invoking(action.id), format_keys(action), _ALIASES.get(action.id, ()), action.id)


def _searches(store: Store) -> Iterator[Command]:
    def opening(name: str) -> Callable[[], None]:
        return lambda: SavedSearches(store).open(name)

    for search in store.state.sidebar.searches:
        yield Command(f"Search: {search.name}", opening(search.name))


def _row_command(store: Store, number: int) -> Command:
    def go() -> None:
        store.dispatch(PaneChosen("articles"))
        store.dispatch(ActionInvoked("move.bottom", count=number))

    return Command(f"Go to row {number}", go)
