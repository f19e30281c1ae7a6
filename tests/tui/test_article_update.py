"""Updates of the article pane without a screen: invariants under random orders of events."""

from __future__ import annotations

from datetime import UTC
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from factories import entry as make_entry
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from reader.article import Article
from reader.content import FileStamp
from reader.errors import ReaderError
from reader.marks import MarkKind, MarkTarget
from reader.render.page import ArticleContext, Page
from reader.render.style import Palette, RenderOptions
from reader.tui import events
from reader.tui.article.effects import CheckStamp, FindArticle, OpenAgain, OpenAtCursor, Render, Reveal
from reader.tui.article.events import (
    ArticleAppeared,
    ArticleOpened,
    ArticleRendered,
    ArticleSeen,
    HistoryMoved,
    LookAhead,
    LookChanged,
    ReadTimeUp,
    RenderFailed,
    StampRead,
)
from reader.tui.article.loader import LoadedArticle, RenderedArticle
from reader.tui.article.state import OpenArticle
from reader.tui.article.update import update
from reader.tui.list.events import ArticlePicked
from reader.tui.ports import CheckPainted, Fail, Publish, Say, WakeAfter

if TYPE_CHECKING:
    from reader.index.model import ArticleSummary
    from reader.tui.ports import Effect

PATHS = ("a.md", "b.md", "c.md")
WIDTHS = (40, 80)
AFTER = 3.0
ACTIONS = (
    *(f"open {path}" for path in PATHS), "close", *(f"look {width}" for width in (0, *WIDTHS)),
    *(f"follow {path}" for path in PATHS), "back", "forward", *(f"edit {path}" for path in PATHS), "sync", "index",
    "rows change", "rows painted", "rendered", "rendered late", "fails", "page painted", "time", "appears", "hide",
    "toggle read", "original",
)  # fmt: skip


class Machine:
    """The store, with a folder whose files change, a lane that renders and a list that is painted on request.

    ``latest`` is the content of each file, ``indexed`` what the index knows, ``asked`` the article asked for last.
    """

    def __init__(self) -> None:
        self.article = OpenArticle(mark_read_after=AFTER, moved=True)
        self.latest = dict.fromkeys(PATHS, 1)
        self.indexed = dict(self.latest)
        self.look = RenderOptions(WIDTHS[0], UTC, Palette())
        self.asked = ""
        self.lane: list[Render] = []
        self.sent: list[events.Event] = []
        self.timers: list[events.Event] = []
        self.read: list[str] = []
        self.visits = 0
        self.originals = 0
        self.unpainted = False
        self.visible = True
        self.said: list[str] = []
        self.tell(LookChanged(self.look))
        self.article = replace(self.article, begun=True)

    def entry(self, path: str) -> ArticleSummary:
        number = PATHS.index(path)
        found = make_entry(MarkTarget(number, path))
        return replace(found, id=number + 10 * self.indexed[path], path=path, read=False)

    def stamp(self, path: str) -> FileStamp:
        return FileStamp(self.latest[path], 1)

    def tell(self, event: events.Event) -> None:
        before = self.article
        self.article, effects = update(before, event, 0.0)
        for effect in effects:
            self.run(effect)

    def run(self, effect: Effect) -> None:
        match effect:
            case Render():
                # A newer task replaces the waiting one, and its result is not wanted once it is canceled.
                self.lane = [effect]
            case CheckStamp(entry=entry):
                self.tell(StampRead(entry, self.stamp(entry.path)))
            case CheckPainted() if not self.unpainted:
                self.tell(events.RowsPainted())
            case FindArticle(path=path):
                self.open(path)
            case WakeAfter(event=event):
                self.timers.append(event)
            case Publish(event=events.ArticleRead(entry=entry)):
                self.read.append(entry.path)
            case Say(message=message):
                self.said.append(message)

    def open(self, path: str) -> None:
        self.visits += path != self.asked
        self.asked = path
        self.tell(ArticleOpened(self.entry(path) if path else None, self.look))

    def act(self, action: str) -> None:
        verb, _, what = action.partition(" ")
        match verb:
            case "open" | "close":
                self.open(what)
            case "look":
                self.look = replace(self.look, width=int(what))
                self.tell(LookChanged(self.look))
            case "follow" | "back" | "forward":
                self.tell(events.LinkFollowed(what) if what else HistoryMoved(-1 if verb == "back" else 1))
            case "edit":
                self.latest[what] += 1
            case "sync" | "index":
                self.index()
                if verb == "sync":
                    self.query()
            case "rows":
                self.paint(is_painted=what == "painted")
            case "rendered" | "fails":
                self.render(action)
            case "page":
                self.tell(LookAhead(self.entry(PATHS[1])))
            case _:
                self.act_on_reading(verb)

    def act_on_reading(self, verb: str) -> None:
        entry = self.article.entry
        match verb:
            case "time":
                timers, self.timers = self.timers, []
                for event in timers:
                    assert isinstance(event, ReadTimeUp)
                    if self.visible:
                        self.tell(ArticleSeen(event.timer))
            case "appears" | "hide":
                self.visible = verb == "appears"
                if self.visible:
                    self.tell(ArticleAppeared())
            case "toggle" if entry is not None:
                self.tell(events.MarkToggled(MarkKind.READ, entry))
            case "original" if entry is not None:
                self.originals += 1
                self.tell(events.OriginalOpened(entry))

    def paint(self, *, is_painted: bool) -> None:
        self.unpainted = not is_painted
        if is_painted:
            self.tell(events.RowsPainted())

    def index(self) -> None:
        """Bring the index up to date, before the list is queried again."""
        self.indexed = dict(self.latest)
        self.tell(events.IndexChanged())

    def query(self) -> None:
        """Query the list, which opens the article under the cursor again."""
        if self.asked:
            self.open(self.asked)

    def render(self, action: str) -> None:
        """End the task of the lane; ``late``, its result arrives with the next one only."""
        if self.lane:
            effect = self.lane.pop()
            if action == "fails":
                self.sent.append(RenderFailed(effect.entry, effect.look, ReaderError("gone")))
            else:
                self.sent.append(ArticleRendered(effect.entry, self.page(effect)))
        if action != "rendered late":
            sent, self.sent = self.sent, []
            for event in sent:
                self.tell(event)

    def page(self, effect: Render) -> RenderedArticle:
        path = effect.entry.path
        article, version = Article(path, f"{self.latest[path]}"), effect.entry.id
        loaded = LoadedArticle(article, ArticleContext(), self.stamp(path), version=version)
        if effect.before is not None:
            loaded = effect.before.opened
        page = Page((), ())
        return RenderedArticle(loaded, effect.look, page, page)

    def finish(self) -> None:
        if self.look.width == 0:
            self.act(f"look {WIDTHS[0]}")
        self.paint(is_painted=True)
        self.act("sync")
        for _ in range(5):
            self.act("rendered")


def check(machine: Machine) -> None:
    article = machine.article
    assert (article.entry.path if article.entry else "") == machine.asked
    if article.shown is not None:
        assert article.page is not None
        assert article.entry is not None
        assert article.page.path == article.entry.path, "the page of another article"
    assert len(article.cache.pages) <= 8
    if article.waiting is not None:
        assert article.entry is not None
        assert article.waiting.article.path == article.entry.path
        assert machine.unpainted, "nothing waits for a list that is painted"
    running = bool(machine.lane or machine.sent)
    assert running or article.rendering is None, "what is in the works is in a lane, or its result on its way"
    # Opening the original marks it again: it may have been marked unread since.
    allowed = machine.visits + machine.originals
    assert len(machine.read) <= allowed, "an article is marked once per visit and per opened original"


@given(st.lists(st.sampled_from(ACTIONS), max_size=50))
def test_last_requested_article_is_shown_without_stale_page(actions: list[str]) -> None:
    machine = Machine()
    for action in actions:
        machine.act(action)
        check(machine)
    machine.finish()
    check(machine)
    if machine.asked:
        page = machine.article.page
        assert page is not None
        assert page.look == machine.look
        assert page.opened.article.title == str(machine.latest[machine.asked]), "the page is as new as its file"


MOVES = (*(f"follow {path}" for path in PATHS), *(f"open {path}" for path in PATHS), "back", "forward")


@given(st.lists(st.sampled_from(MOVES), max_size=40))
def test_history_goes_back_and_forward_in_order(actions: list[str]) -> None:
    machine = Machine()
    back: list[str] = []
    forward: list[str] = []
    for action in actions:
        at = machine.asked
        verb, _, what = action.partition(" ")
        if verb == "follow":
            back, forward = [*back, at] if at else back, []
            at = what
        elif verb == "open":
            at = what
        else:
            source, target = (back, forward) if verb == "back" else (forward, back)
            if source:
                if at:
                    target.append(at)
                at = source.pop()
        machine.act(action)
        assert machine.asked == at
        assert machine.article.back == tuple(back)
        assert machine.article.forward == tuple(forward)


@given(st.lists(st.sampled_from(("time", "appears", "hide", "original", "toggle read", "sync")), max_size=20))
def test_article_is_marked_read_once_per_visit(actions: list[str]) -> None:
    machine = Machine()
    machine.act("open a.md")
    for action in actions:
        if action == "original" and machine.read:
            continue  # opening the original marks it again, if it has been marked unread since
        machine.act(action)
        assert machine.read in ([], ["a.md"])
        assert machine.visible or not machine.read or machine.article.settled


def test_article_is_marked_read_when_its_own_timer_ends() -> None:
    machine = Machine()
    machine.act("open a.md")
    assert machine.timers == [ReadTimeUp(machine.article.timer)]
    machine.act("open b.md")
    machine.act("time")
    assert machine.read == ["b.md"], "the timer of the first article has been replaced"


def test_article_marked_by_the_user_is_not_marked_automatically() -> None:
    machine = Machine()
    machine.act("open a.md")
    machine.act("toggle read")
    machine.act("time")
    assert machine.read == []


def test_negative_time_marks_no_article_automatically() -> None:
    article = OpenArticle(mark_read_after=-1)
    entry = Machine().entry("a.md")
    article, effects = update(article, ArticleOpened(entry, RenderOptions(40, UTC, Palette())), 0.0)
    assert effects == ()
    _article, effects = update(article, events.OriginalOpened(entry), 0.0)
    assert effects == ()


def test_changed_look_renders_without_reloading_the_file() -> None:
    machine = Machine()
    machine.act("open a.md")
    machine.act("rendered")
    machine.act("look 80")
    (render,) = machine.lane
    assert render.before is machine.article.page


def test_prerendered_page_is_shown_once_the_list_is_painted() -> None:
    machine = Machine()
    machine.act("open a.md")
    machine.act("rendered")
    machine.act("page painted")
    machine.act("rendered")
    machine.act("rows change")
    machine.act("open b.md")
    assert machine.lane == []
    shown = [machine.article.page]
    machine.act("rows painted")
    shown.append(machine.article.page)
    assert [page and page.path for page in shown] == [None, "b.md"]


def test_cached_page_older_than_its_file_is_rendered_again() -> None:
    machine = Machine()
    machine.act("open a.md")
    machine.act("rendered")
    machine.act("open b.md")
    machine.act("rendered")
    machine.act("edit a.md")
    machine.act("open a.md")
    assert [render.entry.path for render in machine.lane] == ["a.md"]
    machine.act("rendered")
    assert machine.article.page is not None
    assert machine.article.page.opened.article.title == "2"


@pytest.mark.parametrize("meanwhile", [("index", "page painted", "sync"), ("look 80",), ("page painted",)])
def test_edited_article_is_shown_whatever_happens_while_it_is_rendered(meanwhile: tuple[str, ...]) -> None:
    machine = Machine()
    for action in ("open a.md", "rendered", "edit a.md", "sync", *meanwhile, "rendered"):
        machine.act(action)
    assert machine.article.page is not None
    assert machine.article.page.path == "a.md"
    assert machine.article.page.opened.article.title == "2"


@pytest.mark.parametrize("size", [64 * 1024, 64 * 1024 + 1, None])
def test_large_article_is_not_prerendered(size: int | None) -> None:
    machine = Machine()
    machine.act("open a.md")
    machine.act("rendered")
    stamp = None if size is None else FileStamp(1, size)
    _article, effects = update(machine.article, StampRead(machine.entry("b.md"), stamp), 0.0)
    assert [effect for effect in effects if isinstance(effect, Render)] == list(effects)
    assert bool(effects) is (size == 64 * 1024)


def test_article_being_rendered_is_not_rendered_twice() -> None:
    machine = Machine()
    machine.act("open a.md")
    machine.act("rendered")
    machine.act("page painted")
    ahead = machine.lane
    machine.act("open b.md")
    assert machine.lane is ahead
    machine.act("fails")
    machine.act("open b.md")
    assert machine.lane is not ahead, "a failed render is retried"


def test_render_error_is_reported() -> None:
    machine = Machine()
    machine.act("open a.md")
    (render,) = machine.lane
    error = ReaderError("gone")
    _article, effects = update(machine.article, RenderFailed(render.entry, render.look, error), 0.0)
    assert effects == (Fail(error),)


def test_history_shows_a_message_at_its_ends() -> None:
    machine = Machine()
    machine.act("back")
    machine.act("forward")
    assert machine.said == ["No previous article", "No next article"]


@pytest.mark.parametrize(("astray", "changed", "whole", "typing", "expected"), [
    (True, False, True, False, "again"), (True, False, False, True, "again"), (True, True, True, False, "cursor"),
    (False, False, True, False, "cursor"), (False, False, False, False, "cursor"), (False, True, False, True, ""),
    (True, True, False, True, ""), (False, True, True, True, "cursor"),
])  # fmt: skip
def test_changed_rows_open_the_article_at_the_cursor_unless_astray(
    *, astray: bool, changed: bool, whole: bool, typing: bool, expected: str
) -> None:
    machine = Machine()
    machine.tell(ArticleOpened(machine.entry("a.md"), machine.look, astray=astray))
    after, effects = update(machine.article, events.RowsShown(changed, whole, typing), 0.0)
    known: dict[str, tuple[Effect, ...]] = {
        "again": (OpenAgain(machine.entry("a.md")),), "cursor": (OpenAtCursor(),), "": (),
    }  # fmt: skip
    assert effects == known[expected]
    assert after.astray is (expected == "again")


def test_moved_cursor_is_no_longer_astray() -> None:
    machine = Machine()
    machine.tell(ArticleOpened(machine.entry("a.md"), machine.look, astray=True))
    after, effects = update(machine.article, events.CursorMoved(), 0.0)
    assert not after.astray
    assert effects == (OpenAtCursor(picked=True),)


@pytest.mark.parametrize("row", [None, 4])
def test_revealed_article_in_the_list_gets_the_cursor(row: int | None) -> None:
    machine = Machine()
    sent: list[events.Event] = []
    cursor: list[int] = []
    rows = SimpleNamespace(row_of=lambda _id: row)
    articles = SimpleNamespace(rows=rows, put_cursor=cursor.append)
    ports: Any = SimpleNamespace(articles=lambda: articles, dispatch=sent.append, look=lambda: machine.look)
    entry = machine.entry("a.md")
    Reveal(entry).run(ports)
    picked = [] if row is None else [ArticlePicked("a.md")]
    assert sent == [*picked, ArticleOpened(entry, machine.look, astray=row is None)]
    assert cursor == [] if row is None else [row]
