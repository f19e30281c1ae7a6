"""Modal dialogs: the sort menu, confirmation, text and problem lists, and a line of input."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from reader.query import SortKey
from reader.text import display_path, truncate
from reader.tui.state import SORT_OPTIONS
from reader.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.segment import Segment
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from reader.problems import Problem
    from reader.tui.widgets.virtual_list import Motion

__all__ = ["MOTIONS", "ConfirmDialog", "InputDialog", "LineList", "ProblemsDialog", "SortMenu", "TextDialog"]

MOTIONS: dict[str, Motion] = {
    "j": "down", "down": "down", "k": "up", "up": "up", "G": "bottom", "end": "bottom", "g": "top", "home": "top",
    "ctrl+d": "half_down", "ctrl+u": "half_up", "pagedown": "page_down", "space": "page_down", "pageup": "page_up",
}  # fmt: skip


class LineList(VirtualList):
    """A list of plain lines."""

    def __init__(self, lines: Sequence[Text], *, id: str | None = None) -> None:  # noqa: A002 - name in the base class
        super().__init__(id=id)
        self._lines = list(lines)
        self.row_count = len(self._lines)

    def on_mount(self) -> None:
        """Show all lines, with the cursor on the first."""
        self.show_rows(len(self._lines), 0)

    def paint(self, row: int, width: int) -> Iterable[Segment]:
        """Paint a line, truncated to the width."""
        line = self._lines[row].copy()
        line.truncate(width, overflow="ellipsis")
        return [segment for segment in line.render(self.app.console) if segment.text != "\n"]


class SortMenu(ModalScreen[SortKey | None]):
    """Menu of sort orders: a letter picks one, and with Shift its reverse."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,S", "dismiss(None)", "close")]

    def __init__(self, current: SortKey) -> None:
        super().__init__()
        self._current = current

    def compose(self) -> ComposeResult:
        """Lay out the menu."""
        with Vertical(classes="dialog") as box:
            box.border_title = "Sort by"
            yield LineList([self._line(place) for place in range(len(SORT_OPTIONS))], id="sorts")
            yield Static("letter sort · Shift+letter reverse", classes="hint")

    def on_mount(self) -> None:
        """Put the cursor on the current order."""
        lines = self.query_one(LineList)
        lines.styles.height = len(SORT_OPTIONS)
        lines.show_rows(
            len(SORT_OPTIONS), next(i for i, order in enumerate(SORT_OPTIONS) if order.key == self._current.key)
        )
        lines.focus()

    def _line(self, place: int) -> Text:
        order = SORT_OPTIONS[place]
        now = order.key == self._current.key
        mark = "▌" if now else " "
        words = order.reverse if now and self._current.reverse else order.useful
        return Text(f"{mark}{order.letter}  {order.name:<10} {words}", Style(bold=now))

    def on_key(self, event: events.Key) -> None:
        """Pick an order by its letter, pick the one under the cursor, or move the cursor."""
        character = event.character or ""
        for order in SORT_OPTIONS:
            if character and character.lower() == order.letter:
                event.stop()
                self.dismiss(SortKey(order.key, reverse=character.isupper()))
                return
        if event.key == "enter":
            self._take(self.query_one(LineList).cursor)
        elif event.key in MOTIONS:
            self.query_one(LineList).move(MOTIONS[event.key])

    def on_virtual_list_chosen(self, event: VirtualList.Chosen) -> None:
        """Pick the order that the user clicked."""
        self._take(event.row)

    def _take(self, row: int) -> None:
        order = SORT_OPTIONS[row]
        again = order.key == self._current.key
        self.dismiss(SortKey(order.key, reverse=again and not self._current.reverse))


class ConfirmDialog(ModalScreen[bool]):
    """Dialog for a yes/no question."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("y,enter", "dismiss(True)", "yes"),
        ("n,escape,q", "dismiss(False)", "no"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with Vertical(classes="dialog"):
            yield Static(Text(self._question))
            yield Static("y yes · n no", classes="hint")


class TextDialog(ModalScreen[None]):
    """Full-screen dialog that shows lines of text."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,question_mark,f1", "dismiss", "close")]

    def __init__(self, title: str, lines: Sequence[Text]) -> None:
        super().__init__()
        self._title = title
        self._lines = lines

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
            if event.key in MOTIONS:
                lines.move(MOTIONS[event.key])


class ProblemsDialog(TextDialog):
    """List of the problems found in files. The user can pick one to see its article or to edit its file."""

    def __init__(self, problems: Sequence[Problem], muted: Style) -> None:
        many = f"{len(problems):,} problems" if len(problems) != 1 else "1 problem"
        super().__init__(many if problems else "No problems", [_problem_line(found, muted) for found in problems])
        self._problems = list(problems)
        self.chosen: Problem | None = None
        self.to_edit = False

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(classes="page") as box:
            box.border_title = Text(self._title)
            box.border_subtitle = "Enter open · e edit · Esc close"
            if self._problems:
                yield LineList(self._lines)
            else:
                yield Static("All files were read without problems", classes="empty")

    def on_key(self, event: events.Key) -> None:
        """Pick the problem under the cursor, to open or to edit."""
        if self._problems and event.key in {"enter", "e"}:
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
    """Dialog for a line of text; returns None if the user cancels. Typing replaces the initial value."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "close")]

    def __init__(self, sign: str, value: str, placeholder: str) -> None:
        super().__init__()
        self._sign = sign
        self._value = value
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        """Lay out the sign and the input."""
        with Horizontal(classes="prompt"):
            yield Static(self._sign, markup=False)
            yield Input(self._value, placeholder=self._placeholder, compact=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close with the text entered."""
        event.stop()
        self.dismiss(event.value)
