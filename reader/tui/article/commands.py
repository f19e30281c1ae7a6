"""Commands of the article room: reading, opening, copying."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.tui.article.events import FindEnded, FindStepped, FindTyped, HistoryMoved
from reader.tui.article.find_dialog import FindDialog
from reader.tui.article.targets import Copied, FolderArticle, Refusal, WebPage, find_headings, what_would_open
from reader.tui.events import ChoicePicked, CursorMoved, LinkFollowed, OriginalOpened
from reader.tui.external import CopyArticle, CopyText, EditArticle, OpenUrl, SaveArticle
from reader.tui.feeds.events import ChangesAsked, FullTextAsked
from reader.tui.input.invocation import on_article
from reader.tui.input.keyboard import CommandAsked, LinkNumberAsked
from reader.tui.layout import PaneChosen
from reader.tui.ports import ChoicePrompt, LinePrompt

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.index.model import ArticleSummary
    from reader.tui.article.targets import Heading
    from reader.tui.events import Event
    from reader.tui.input.invocation import Command, Commands, Invocation, Widgets
    from reader.tui.list.pane import ArticleList
    from reader.tui.store import Store

__all__ = ["finding_commands", "opening_commands", "reading_commands", "taking_commands"]


def reading_commands(store: Store, widgets: Widgets) -> Commands:
    """Return the commands that move through articles."""
    article, articles = widgets.article, widgets.articles

    def unread(step: int, times: int = 1) -> None:
        _go_to_unread(store, articles, step, times)

    def page(_invocation: Invocation) -> None:
        if store.state.layout.current == "sidebar":
            added = widgets.sidebar.toggled(excluded=False)
            if added is None:
                store.ports.say("This row cannot be added")
            else:
                store.dispatch(ChoicePicked(added))
            return
        if store.state.article.entry is not None and store.state.article.page is None:
            return  # the pane still shows the end of the previous article
        if article.at_end:
            unread(1)
        else:
            article.move("page_down")

    return {
        "article.page": page,
        "article.down": lambda invocation: article.move("down", invocation.times),
        "article.up": lambda invocation: article.move("up", invocation.times),
        "unread.next": lambda invocation: unread(1, invocation.times),
        "unread.previous": lambda invocation: unread(-1, invocation.times),
        "article.changes": _about(store, ChangesAsked),
        "article.full_text": _about(store, FullTextAsked),
        "history.back": lambda invocation: store.dispatch(HistoryMoved(-invocation.times)),
        "history.forward": lambda invocation: store.dispatch(HistoryMoved(invocation.times)),
    }


def finding_commands(store: Store, widgets: Widgets) -> Commands:
    """Return the commands that go to a place in the open article."""
    article = widgets.article

    def step(by: int, times: int) -> None:
        if store.article.is_searched:
            height = article.scrollable_content_region.height
            store.dispatch(FindStepped(by * times, article.scroll_offset.y, height))
        else:
            _go_to_unread(store, widgets.articles, by, times)

    return {
        "find": lambda _invocation: _begin_find(store, widgets),
        "find.next": lambda invocation: step(1, invocation.times),
        "find.previous": lambda invocation: step(-1, invocation.times),
        "heading.next": lambda invocation: _go_to_heading(store, widgets, invocation.times),
        "heading.previous": lambda invocation: _go_to_heading(store, widgets, -invocation.times),
        "outline": lambda _invocation: _show_outline(store, widgets),
    }


def _begin_find(store: Store, widgets: Widgets) -> None:
    """Let the user type a text to find in the open article, and show the first match meanwhile."""
    article = widgets.article
    if store.article.entry is None:
        store.ports.say("No article selected", warning=True)
        return

    def closed(text: str | None) -> None:
        store.dispatch(FindEnded(accepted=text is not None))

    store.dispatch(PaneChosen("article"))
    top = article.scroll_offset.y
    store.dispatch(FindTyped("", top))
    typed = FindDialog(store.article.find.last, lambda text: store.dispatch(FindTyped(text, top)))
    article.app.push_screen(typed, closed)


def _headings(store: Store) -> list[Heading]:
    headings = find_headings(store.article.page.page) if store.article.page is not None else []
    if not headings:
        store.ports.say("No headings in this article")
    return headings


def _go_to_heading(store: Store, widgets: Widgets, by: int) -> None:
    """Scroll to a heading below the first visible line, or above it if ``by`` is negative."""
    article = widgets.article
    top = article.scroll_offset.y
    rows = [heading.row for heading in _headings(store)]
    if not rows:
        return
    ahead = [row for row in rows if row > top] if by > 0 else [row for row in reversed(rows) if row < top]
    if not ahead or (by > 0 and article.at_end):
        store.ports.say(f"No {'next' if by > 0 else 'previous'} heading")
    else:
        article.go_to(ahead[min(abs(by), len(ahead)) - 1] + 1)


def _show_outline(store: Store, widgets: Widgets) -> None:
    """Let the user pick a heading, starting at the current one, and scroll to it."""
    article, headings = widgets.article, _headings(store)
    if not headings:
        return

    def chosen(number: int | None) -> None:
        if number is not None:
            store.dispatch(PaneChosen("article"))
            article.go_to(headings[number].row + 1)

    least = min((heading.level for heading in headings if heading.level), default=0)
    rows = tuple(f"{'  ' * max(0, heading.level - least)}{heading.text}" for heading in headings)
    at = sum(heading.row <= article.scroll_offset.y for heading in headings) - 1
    store.ports.choose(ChoicePrompt("Contents", rows, max(0, at)), chosen)


def _go_to_unread(store: Store, articles: ArticleList, step: int, times: int) -> None:
    """Go to the next unread article (the previous one if ``step`` is negative), ``times`` times.

    At the end of the list it continues from the other end; a count stops there.
    """
    row, is_around = articles.cursor, False
    for _time in range(min(times, articles.row_count)):
        following = articles.unread_from(row, step)
        if following is None and row == articles.cursor:
            following, is_around = articles.unread_from(-1 if step > 0 else articles.row_count, step), True
        if following is None:
            break
        row = following
    if row == articles.cursor:
        store.ports.say("No other unread articles")
        return
    if is_around:
        store.ports.say("Continued at the top" if step > 0 else "Continued at the bottom")
    articles.put_cursor(row)
    store.dispatch(CursorMoved())


def _about(store: Store, asked: Callable[[ArticleSummary], Event]) -> Command:
    """Return a command that dispatches an event about the open article."""

    def act(invocation: Invocation) -> None:
        if invocation.entry is not None:
            store.dispatch(asked(invocation.entry))

    return on_article(store, act)


def opening_commands(store: Store, _widgets: Widgets) -> Commands:
    """Return the commands that leave the reader, or follow a link."""
    ports = store.ports

    def opening(action: str) -> Command:
        return on_article(store, lambda invocation: _open(store, action, invocation))

    def number(_invocation: Invocation) -> None:
        store.dispatch(LinkNumberAsked(tuple(link.number for link in store.state.article.links)))

    def link(invocation: Invocation) -> None:
        if invocation.count is not None:
            _open(store, "open.link", invocation)

    def edit(invocation: Invocation) -> None:
        if invocation.entry is not None:
            EditArticle(invocation.entry).run(ports)

    def pipe(invocation: Invocation) -> None:
        ports.context.require_program()
        if invocation.entry is not None:
            store.dispatch(CommandAsked(invocation.entry))

    return {
        **{action: opening(action) for action in ("open", "open.web", "open.next", "copy.url", "copy.markdown")},
        "open.link": link,
        "open.hint": number,
        "edit": on_article(store, edit),
        "pipe": on_article(store, pipe),
    }


def taking_commands(store: Store, _widgets: Widgets) -> Commands:
    """Return the commands that copy, save or pipe the text of the article."""

    def copy(invocation: Invocation) -> None:
        if invocation.entry is not None:
            store.run(CopyArticle(invocation.entry))

    return {
        "copy.text": on_article(store, copy),
        "save": on_article(store, lambda invocation: _ask_for_file(store, invocation)),
    }


def _ask_for_file(store: Store, invocation: Invocation) -> None:
    """Ask where to save the article. Suggest its title as the name."""
    entry, ports = invocation.entry, store.ports
    if entry is None:
        return
    ports.context.require_program()

    def answered(file: str | None) -> None:
        if file and file.strip():
            store.run(SaveArticle(entry, file))

    words = "".join(letter if letter.isalnum() or letter in "-_." else " " for letter in entry.title).split()
    ports.ask(LinePrompt("Save as:", f"~/{'-'.join(words)[:60].strip('-.') or 'article'}.txt"), answered)


def _open(store: Store, action: str, invocation: Invocation) -> None:
    """Open or copy the target of an action, or show why that is impossible."""
    ports, entry = store.ports, invocation.entry
    match what_would_open(entry, store.state.article.links, action, invocation.count):
        case WebPage(url=url):
            opened = None if entry is None else OriginalOpened(entry, go_on=action == "open.next")
            OpenUrl(url, opened).run(ports)
        case FolderArticle(path=path, fragment=fragment, notice=notice):
            store.dispatch(LinkFollowed(path, fragment, notice))
        case Copied(text=text):
            CopyText(text).run(ports)
        case Refusal(reason=reason, warning=warning):
            ports.say(reason, warning=warning)
