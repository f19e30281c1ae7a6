"""Modal dialogs: sort menu, choice, confirmation, text, problem list and input line."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct
from rich.style import Style
from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from reader.query import SortKey
from reader.text import display_path, truncate
from reader.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.segment import Segment
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from reader.config.actions import Action
    from reader.problems import Problem
    from reader.tui.ports import ChoicePrompt, LinePrompt
    from reader.tui.widgets.virtual_list import Motion

__all__ = [
    "ChoiceDialog",
    "ConfirmDialog",
    "InputDialog",
    "LineList",
    "MenuRow",
    "ProblemsDialog",
    "SortMenu",
    "TextDialog",
    "key_name",
    "motion_keys",
]

_MOTIONS: tuple[Motion, ...] = ("down", "up", "top", "bottom", "half_down", "half_up", "page_down", "page_up")


def motion_keys(keys: Iterable[Action]) -> dict[str, Motion]:
    """Return the keys that move through a dialog: those of motions and of paging through an article."""
    found: dict[str, Motion] = {}
    for action in keys:
        motion = "page_down" if action.id == "article.page" else action.id.removeprefix("move.")
        found |= {stroke: known for known in _MOTIONS if known == motion for stroke in action.keys}
    return found


def key_name(event: events.Key) -> str:
    """Return a key as key bindings write it: the character it types, or its name."""
    is_named = not event.is_printable or event.character in {None, " "}
    return event.key if is_named else str(event.character)


class MenuRow(Struct, frozen=True):
    """Entry of the sort menu. ``value`` is picked by its letter, ``reverse`` with Shift, ``again`` by Enter."""

    letter: str
    text: str
    is_current: bool
    value: SortKey
    reverse: SortKey
    again: SortKey


class LineList(VirtualList):
    """List of plain lines."""

    def __init__(self, lines: Sequence[Text], *, id: str | None = None) -> None:  # noqa: A002 - name in the base class
        super().__init__(id=id)
        self._lines = list(lines)
        self.row_count = len(self._lines)

    def on_mount(self) -> None:
        """Show all lines with the cursor on the first."""
        self.set_rows(len(self._lines), 0)

    def put_lines(self, lines: Sequence[Text]) -> None:
        """Show other lines with the cursor in the same position."""
        self._lines = list(lines)
        self.set_rows(len(self._lines), self.cursor)

    def paint(self, row: int, width: int) -> Iterable[Segment]:
        """Paint a line, truncated to the width."""
        line = self._lines[row].copy()
        line.truncate(width, overflow="ellipsis")
        return [segment for segment in line.render(self.app.console) if segment.text != "\n"]


class SortMenu(ModalScreen[SortKey | None]):
    """Menu of sort orders. A letter picks one; with Shift, its reverse."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,S", "dismiss(None)", "close")]

    def __init__(self, rows: Sequence[MenuRow], motions: Mapping[str, Motion]) -> None:
        super().__init__()
        self._rows = rows
        self._motions = motions

    def compose(self) -> ComposeResult:
        """Lay out the menu."""
        with Vertical(classes="dialog") as box:
            box.border_title = "Sort by"
            box.border_subtitle = "letter sort · Shift reverse · Esc close"
            yield LineList([self._line(row) for row in self._rows], id="sorts")

    def on_mount(self) -> None:
        """Put the cursor on the current order."""
        lines = self.query_one(LineList)
        at = next((at for at, row in enumerate(self._rows) if row.is_current), 0)
        lines.set_rows(len(self._rows), at, keep_line=False)
        lines.focus()

    def on_resize(self) -> None:
        """Fit the orders into the terminal."""
        self.query_one(LineList).fit()

    def _line(self, row: MenuRow) -> Text:
        mark = "▌" if row.is_current else " "
        return Text.assemble((f"{mark}{row.letter}  {row.text}", Style(bold=row.is_current)))

    def on_key(self, event: events.Key) -> None:
        """Pick an order by its letter or the cursor, or move the cursor."""
        character = event.character or ""
        lines = self.query_one(LineList)
        for row in self._rows:
            if character and character.lower() == row.letter:
                event.stop()
                self.dismiss(row.reverse if character.isupper() else row.value)
                return
        if event.key == "enter":
            self.dismiss(self._rows[lines.cursor].again)
        else:
            lines.press(key_name(event), self._motions)

    def on_virtual_list_chosen(self, event: VirtualList.Chosen) -> None:
        """Pick the order that the user clicked."""
        self.dismiss(self._rows[event.row].again)


class ChoiceDialog(ModalScreen[int | None]):
    """Dialog to pick one of several lines; returns its number, or None if the user cancels."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q", "dismiss(None)", "close")]

    def __init__(self, prompt: ChoicePrompt, motions: Mapping[str, Motion]) -> None:
        super().__init__()
        self._prompt = prompt
        self._motions = motions

    def compose(self) -> ComposeResult:
        """Lay out the lines."""
        with Vertical(classes="dialog choices") as box:
            box.border_title = Text(self._prompt.title)
            box.border_subtitle = "Enter choose · Esc cancel"
            yield LineList([Text(f" {row}") for row in self._prompt.rows])

    def on_mount(self) -> None:
        """Focus the lines."""
        lines = self.query_one(LineList)
        lines.set_rows(len(self._prompt.rows), self._prompt.at, keep_line=False)
        lines.focus()

    def on_resize(self) -> None:
        """Fit the lines into the terminal."""
        self.query_one(LineList).fit()

    def on_key(self, event: events.Key) -> None:
        """Pick the line under the cursor, or move the cursor."""
        if event.key == "enter":
            event.stop()
            self.dismiss(self.query_one(LineList).cursor)
        else:
            self.query_one(LineList).press(key_name(event), self._motions)

    def on_virtual_list_chosen(self, event: VirtualList.Chosen) -> None:
        """Pick the line that the user clicked."""
        self.dismiss(event.row)


class ConfirmDialog(ModalScreen[bool]):
    """Dialog with a yes/no question."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("y,enter", "dismiss(True)", "yes"),
        ("n,escape,q", "dismiss(False)", "no"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with Vertical(classes="dialog") as box:
            box.border_subtitle = "y yes · n no"
            yield Static(Text(self._question))


class TextDialog(ModalScreen[None]):
    """Full-screen dialog that shows lines of text."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,question_mark,f1", "dismiss", "close")]

    @staticmethod
    def width_in(terminal: int) -> int:
        """Return the width of the lines for a terminal width; must match the style sheet."""
        return max(1, min(140, terminal * 9 // 10) - 5)

    def __init__(self, title: str, lines: Sequence[Text], motions: Mapping[str, Motion]) -> None:
        super().__init__()
        self._title = title
        self._lines = lines
        self._motions = motions

    def compose(self) -> ComposeResult:
        """Lay out the lines."""
        with Vertical(classes="page") as box:
            box.border_title = Text(self._title)
            box.border_subtitle = "Esc close"
            yield LineList(self._lines)

    def on_mount(self) -> None:
        """Focus the lines, so that keys scroll them."""
        for lines in self.query(LineList):
            lines.focus()

    def on_key(self, event: events.Key) -> None:
        """Move the cursor through the lines."""
        for lines in self.query(LineList):
            lines.press(key_name(event), self._motions)


class ProblemsDialog(TextDialog):
    """List of the problems found in files. The user can pick one to see its article or to edit its file."""

    def __init__(self, problems: Sequence[Problem], muted: Style, motions: Mapping[str, Motion]) -> None:
        many = f"{len(problems):,} problems" if len(problems) != 1 else "1 problem"
        super().__init__(many, [_problem_line(found, muted) for found in problems], motions)
        self._problems = list(problems)
        self.chosen: Problem | None = None
        self.to_edit = False

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(classes="page") as box:
            box.border_title = Text(self._title)
            box.border_subtitle = "Enter open · e edit · Esc close"
            yield LineList(self._lines)

    def on_key(self, event: events.Key) -> None:
        """Pick the problem under the cursor, to open or to edit."""
        if event.key in {"enter", "e"}:
            event.stop()
            self._take(self.query_one(LineList).cursor, edit=event.key == "e")

    def on_virtual_list_chosen(self, event: VirtualList.Chosen) -> None:
        """Pick the problem that the user clicked, to open."""
        self._take(event.row, edit=False)

    def _take(self, row: int, *, edit: bool) -> None:
        self.chosen, self.to_edit = self._problems[row], edit
        self.dismiss(None)


def _problem_line(problem: Problem, muted: Style) -> Text:
    place = f":{problem.line}" if problem.line else ""
    field = f"{problem.field}: " if problem.field else ""
    return Text.assemble(
        Text(f" {truncate(display_path(problem.path), 60)}{place}  ", muted), f"{field}{problem.message}"
    )


class InputDialog(ModalScreen[str | None]):
    """Input in the bottom line; returns None if the user cancels. Typing replaces the initial value."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "close")]

    def __init__(self, prompt: LinePrompt) -> None:
        super().__init__()
        self._prompt = prompt

    def compose(self) -> ComposeResult:
        """Lay out the symbol and the input."""
        with Horizontal(classes="prompt"):
            yield Static(self._prompt.sign, markup=False)
            yield Input(self._prompt.value, placeholder=self._prompt.placeholder, compact=True)
            yield Static("Esc cancel", classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close with the entered text."""
        event.stop()
        self.dismiss(event.value)
