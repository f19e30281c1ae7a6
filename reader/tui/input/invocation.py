"""Commands: functions that perform actions. Each room lists its own; ``commands`` combines them in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.index.model import ArticleSummary
    from reader.tui.article.pane import ArticlePane
    from reader.tui.events import Event
    from reader.tui.filter.bar import FilterBar
    from reader.tui.layout import PaneName
    from reader.tui.list.pane import ArticleList
    from reader.tui.sidebar.pane import Sidebar
    from reader.tui.store import Store

    Command: TypeAlias = Callable[["Invocation"], object]
    Commands: TypeAlias = dict[str, Command]

__all__ = ["Command", "Commands", "Invocation", "Widgets", "on_article", "send"]


class Invocation(Struct, frozen=True):
    """Invoked action with the count typed before its key, and the open article."""

    count: int | None = None
    entry: ArticleSummary | None = None

    @property
    def times(self) -> int:
        """The count, or 1."""
        return self.count or 1


class Widgets(Struct, frozen=True):
    """Widgets that actions use."""

    sidebar: Sidebar
    articles: ArticleList
    article: ArticlePane
    filter_bar: FilterBar

    def pane(self, name: PaneName) -> Sidebar | ArticleList | ArticlePane:
        """Return the widget of a pane."""
        return self.article if name == "article" else self.sidebar if name == "sidebar" else self.articles


def send(store: Store, event: Event) -> Command:
    """Return a command that just dispatches an event."""
    return lambda _invocation: store.dispatch(event)


def on_article(store: Store, act: Callable[[Invocation], object]) -> Command:
    """Return a command that gets the open article, with its marks reread from the database."""

    def command(invocation: Invocation) -> None:
        entry = store.state.article.entry
        entry = None if entry is None else store.ports.search.find_by_path(entry.path)
        if entry is None:
            store.ports.say("No article selected", warning=True)
        else:
            act(replace(invocation, entry=entry))

    return command
