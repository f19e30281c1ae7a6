"""Counts before keys, hints, link numbers, the mouse, paging, and zen mode."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sweep import sample
from textual import events
from textual.widgets import Input
from tui_driver import MEDIUM, NARROW, WIDE, opened

from reader.article import Article, Provider
from reader.config.schema import Config, KeyOverride
from reader.content import load_file
from reader.render.format import format_article
from reader.tui.layout import PANES, PaneSizes, SplitRatios, dragged, sizes

if TYPE_CHECKING:
    from pathlib import Path

    from tui_driver import ReaderEnv, TuiDriver

    from reader.storage.session import Session
    from reader.tui.widgets.splitter import Splitter

# In zen mode: the text, and a margin and the scroll bar beside it.
ZEN_CELLS = 94
MANY = 40
LINKED = "\n\n".join(f"See [place {number}](https://place.example/{number})." for number in range(1, 15))


def write(folder: Path, number: int, body: str) -> None:
    day = date(2026, 11, 1) - timedelta(days=number)
    text = f"---\ntitle: Number {number}\ndate: {day}\n---\n{body}\n"
    (folder / f"{number:02}.md").write_text(text, encoding="utf-8")


@pytest.fixture
def row(tmp_path: Path) -> Path:
    """Forty articles with long texts, newest first; the third has fourteen links."""
    folder = tmp_path / "row"
    folder.mkdir()
    for number in range(1, MANY + 1):
        write(folder, number, LINKED if number == 3 else "\n\n".join(["A paragraph."] * 60))
    return folder


COUNTS = [
    ("5 j", 6, "five down"),
    ("1 2 j 3 k", 10, "twelve down and three up"),
    ("1 0 G", 10, "to the tenth row"),
    ("9 9 G", 40, "beyond the end is the end"),
    ("4 g g", 4, "g g takes a row too"),
    ("G 2 g g", 2, "and from the end"),
    ("3 n", 4, "three unread on"),
    ("G 3 N", 37, "three unread back"),
    ("9 9 n", 40, "as many as there are"),
    ("5 escape j", 2, "a number that was taken back"),
    ("5 s j", 2, "a number before a key that has no use for it"),
    ("1 0 0 0 0 0 0 j", 40, "a number beyond all rows"),
    ("g j", 1, "a second key that means nothing after g"),
]


async def test_count_before_a_key_repeats_it_or_selects_a_row(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world, size=MEDIUM) as reading:
        for keys, expected, remark in COUNTS:
            await reading.press(*keys.split())
            assert reading.current == f"{expected:02}.md", remark
            assert reading.opened == reading.current, remark
            await reading.press("escape", "g", "g")
            assert reading.opened == reading.current == "01.md"


async def test_count_works_in_every_pane(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world) as reading:
        await reading.press("enter", "7", "j")
        assert reading.page_top == 7
        await reading.press("1", "0", "G")
        assert reading.page_top == 9
        await reading.press("escape", "4", "J")
        assert reading.page_top == 13
        await reading.press("3", "K")
        assert reading.page_top == 10
        await reading.press("h", "3", "j")
        assert reading.sidebar_line == reading.sidebar_lines[3]


async def test_count_moves_through_the_history(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        for path in ("first.md", "second.md", "hub.md"):
            await reading.follow(path)
        start = reading.opened
        await reading.press("2", "(")
        assert reading.opened == "first.md"
        await reading.press("2", ")")
        assert reading.opened == start == "hub.md"
        await reading.press("9", "(", "9", ")")
        assert reading.opened == "hub.md"
        await reading.press(")")
        assert reading.said == "No next article"


async def test_digit_opens_its_link_after_the_wait_for_a_key(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.press("3")
        assert "3… j/k move 3 rows · wait/Enter open link 3" in reading.text()
        assert reading.runner.started == [], "no link is opened before the wait ends"
        reading.let_key_expire()
        await reading.settled()
        assert reading.runner.started == [["fake-browser", "https://abroad.example/road"]]
        assert "or link" not in reading.text()


async def test_enter_after_a_number_opens_its_link_immediately(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world) as reading:
        await reading.press("3", "G", "4", "enter", "enter", "1", "2", "enter")
        assert [argv[-1] for argv in reading.runner.started] == [
            "https://place.example/4",
            "https://place.example/12",
        ]


async def test_digit_without_a_link_is_an_error_only_if_no_key_follows(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world) as reading:
        await reading.press("5", "j")
        assert reading.said == ""
        await reading.press("5")
        assert reading.said == ""
        reading.let_key_expire()
        await reading.settled()
        assert reading.said == "No link 5"


async def test_expired_wait_under_a_dialog_opens_no_link(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.press("2")
        reading.invoke("help")
        await reading.settled()
        reading.let_key_expire()
        await reading.press("escape")
        assert reading.runner.started == []


@pytest.mark.sweep
@pytest.mark.parametrize("size", sample([WIDE, MEDIUM, NARROW], 1, 1))
async def test_first_key_of_a_sequence_shows_a_hint(row: Path, world: ReaderEnv, size: tuple[int, int]) -> None:
    async with opened(row, world, size=size) as reading:
        await reading.press("j", "g")
        assert "g… g go to top" in reading.text()
        await reading.press("x")
        assert "g… g" not in reading.text()
        await reading.press("g", "g")
        assert reading.current == "01.md"
        assert "g… g" not in reading.text()


async def test_hint_hides_a_message_and_then_restores_it(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world) as reading:
        await reading.start_typing("nonsense:x")
        await reading.click("articles", 5, 3)
        complaint = reading.said
        await reading.press("g")
        assert complaint not in reading.text()
        await reading.press("escape")
        assert complaint[:20] in reading.text()


async def test_f_opens_a_link_by_number(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world) as reading:
        await reading.press("3", "G", "f")
        assert "Open link (1–14): ▏" in reading.text()
        await reading.press("1")
        assert reading.runner.started == [], "1 could begin 14"
        await reading.press("4", "f", "2", "f", "1", "enter")
        assert [argv[-1] for argv in reading.runner.started] == [
            "https://place.example/14",
            "https://place.example/2",
            "https://place.example/1",
        ]
        assert "link:" not in reading.text()


async def test_f_can_be_canceled_and_reports_a_missing_link(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world) as reading:
        await reading.press("f")
        assert reading.said == "No links in this article"
        await reading.press("3", "G", "f", "1", "escape")
        assert "link:" not in reading.text()
        await reading.press("f", "9", "9")
        assert reading.current == "03.md"
        await reading.press("escape", "f", "1", "9")
        assert reading.said == "No link 19"
        assert [argv[-1] for argv in reading.runner.started] == ["https://place.example/9"]


async def test_links_can_be_rebound_and_keep_their_order(shelf: Path, world: ReaderEnv) -> None:
    config = Config(mark_read_after=-1, keys=(KeyOverride("open.link", ("alt+a", "alt+b", "alt+c")),))
    async with opened(shelf, type(world)(world.places, world.env, config)) as reading:
        await reading.press("alt+c")
        assert [argv[-1] for argv in reading.runner.started] == ["https://abroad.example/road"]


async def test_space_pages_and_then_opens_the_next_unread_article(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world, size=MEDIUM) as reading:
        await reading.press("j", "r", "k")
        pages = 0
        while reading.current == "01.md":
            before = reading.page_top
            await reading.press("space")
            pages += 1
            assert reading.current != "01.md" or reading.page_top > before
        assert pages > 2
        assert reading.opened == reading.current == "03.md", "the second article is read"
        assert reading.page_top == 0


async def test_space_waits_until_the_article_is_shown(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world, size=MEDIUM) as reading:
        await reading.press("enter", "G", "space")
        assert reading.opened == "02.md"
        await reading.press("G")
        reading.invoke("article.page")
        reading.invoke("article.page")
        reading.invoke("article.page")
        await reading.settled()
        assert reading.opened == "03.md", "not two articles further"


async def test_zen_mode_stays_on_when_opening_other_articles(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.press("z")
        for keys, expected in [
            (("n",), "first.md"),
            (("2", "n"), "mute.md"),
            (("N",), "second.md"),
            (("g", "g", "N", "N"), "hub.md"),
            (("2", "enter"), "first.md"),
            (("(",), "hub.md"),
            ((")",), "first.md"),
        ]:
            await reading.press(*keys)
            assert reading.panes == ["article"]
            assert reading.opened == expected
            assert reading.widths[2] == ZEN_CELLS
        await reading.press("z")
        assert reading.current == reading.opened == "first.md"


@pytest.mark.parametrize(("before", "after"), [((), "articles"), (("enter",), "article")])
async def test_leaving_zen_mode_returns_to_the_previous_pane(
    row: Path, world: ReaderEnv, before: tuple[str, ...], after: str
) -> None:
    async with opened(row, world, size=NARROW) as reading:
        await reading.press(*before, "z", "z")
        assert reading.pane == after
        assert reading.focus == reading.pane


async def test_narrow_terminal_opens_the_article_at_the_cursor(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world, size=NARROW) as reading:
        await reading.press("enter")
        assert "The hub" in reading.lines()[1]
        await reading.press("escape", "j", "enter")
        assert "The first road" in reading.lines()[1]
        await reading.press("escape", "j", "z")
        assert "The second road" in reading.text()


async def test_reopened_article_is_shown_where_it_was_left(row: Path, world: ReaderEnv) -> None:
    for size in (WIDE, NARROW):
        async with opened(row, world, size=size) as reading:
            await reading.press("enter", "g", "g", "9", "j", "escape", "enter")
            assert reading.page_top == 9, "the article was not left"
            await reading.press("escape", "j", "k", "enter")
            assert reading.page_top == 9


async def test_article_pane_never_shows_the_previous_page(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world, size=NARROW) as reading:
        await reading.press("enter")
        assert reading.page()
        await reading.press("escape", "j")
        assert not reading.page(), "the pane is empty until the next page is rendered"
        await reading.press("enter")
        assert "02" in reading.text()


async def test_key_after_a_motion_applies_to_the_new_article(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world) as reading:
        for action in ("move.down", "mark.read", "move.down", "mark.star", "unread.next", "mark.later"):
            reading.invoke(action)
        await reading.settled()
        marked = [(entry.path, entry.read, entry.starred, entry.later) for entry in reading.entries()[:4]]
        assert marked == [
            ("01.md", False, False, False),
            ("02.md", True, False, False),
            ("03.md", False, True, False),
            ("04.md", False, False, True),
        ]


# The mouse.


async def test_keys_of_a_burst_go_to_the_dialog_opened_before(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world=world, size=MEDIUM) as reading:
        await reading.press_at_once("S", "q")
        assert "best first" in reading.title
        await reading.press_at_once("S", "D", "j")
        assert "oldest first" in reading.title
        assert reading.current in {"02.md", "39.md"}  # below the first, in the order before or in this one
        await reading.press_at_once("A", "y")
        assert reading.counts()["Unread"] == 0
        await reading.press_at_once("u", "?", "q", "A", "n", "S", "enter", "enter", "escape")
        assert reading.counts()["Unread"] == MANY
        assert "newest first" in reading.title
        await reading.press_at_once("|", *"sort -n")
        assert reading.app.screen.query_one(Input).value == "sort -n"
        await reading.press_at_once("escape", "ctrl+p", "pageup", "pagedown", "escape", "/", *"number")
        assert reading.filter_text == "number"


async def test_pasted_text_comes_after_earlier_keys(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.press("/")
        assert reading.app._driver is not None
        for event in (*(events.Key(letter, letter) for letter in "abc"), events.Paste("def"), events.Key("g", "g")):
            reading.app._driver.send_message(event)
        await reading.settled()
        assert reading.filter_text == "abcdefg"


@pytest.mark.parametrize("keys", ["q ctrl+p", "q j S D", "ctrl+q / a", "? q q ?"])
async def test_keys_after_quit_are_ignored(shelf: Path, world: ReaderEnv, keys: str) -> None:
    async with opened(shelf, world) as reading:
        await reading.press_at_once(*keys.split())
        assert not reading.app.is_running or reading.app._exit
        assert len(reading.app.screen_stack) <= 1
    assert reading.app.broken is None


async def wheel(reading: TuiDriver, x: int, y: int, *, times: int = 1) -> None:
    for _ in range(times):
        assert reading.app._driver is not None
        reading.app._driver.send_message(
            events.MouseScrollDown(None, x, y, 0, 0, 0, shift=False, meta=False, ctrl=False, screen_x=x, screen_y=y)
        )
        await reading.settled()


async def test_wheel_scrolls_only_the_pane_under_the_pointer(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world, size=(130, 20)) as reading:
        for pane in ("articles", "article"):
            before = {name: reading.top(name) for name in PANES}
            region = reading.region(pane)
            await wheel(reading, region.x + 3, region.y + 3, times=3)
            assert [name for name in PANES if reading.top(name) != before[name]] == [pane]
        assert reading.current == "01.md", "the cursor stays on its article"
        assert reading.pane == "articles"


async def test_key_after_the_wheel_scrolls_to_the_cursor(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world, size=(130, 20)) as reading:
        await wheel(reading, 40, 5, times=6)
        assert reading.top("articles") > 2
        await reading.press("j")
        assert reading.current in {"02.md", "39.md"}  # below the first, in the order before or in this one
        assert reading.top("articles") <= 1


@pytest.mark.parametrize("grip", [-1, 0], ids=["last column of the left pane", "first column of the right pane"])
async def test_border_can_be_dragged_and_reset_by_double_click(row: Path, world: ReaderEnv, grip: int) -> None:
    async with opened(row, world) as reading:
        first = reading.widths
        edge = reading.region("articles").x
        await reading.drag((edge + grip, 10), (edge + grip + 8, 12))
        assert reading.widths[0] == first[0] + 8
        assert sum(reading.widths) == sum(first)
        wider = reading.widths
        edge = reading.region("article").x
        await reading.drag((edge + grip, 10), (edge + grip - 15, 10))
        assert reading.widths == (wider[0], wider[1] - 15, wider[2] + 15)
        assert reading.current == "01.md", "a click on a border selects no row"
        await reading.click("article", 0, 10, times=2)
        assert reading.widths == (wider[0], wider[1], wider[2])
        await reading.click("articles", 0, 10, times=2)
        assert reading.widths == first


async def test_dragged_borders_keep_their_ratio_at_other_sizes(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world) as reading:
        edge = reading.region("article").x
        await reading.drag((edge, 10), (edge + 20, 10))
        wide = reading.widths
        for size in (MEDIUM, NARROW, WIDE):
            await reading.pilot.resize_terminal(*size)
            await reading.settled()
            if size == MEDIUM:
                assert sum(reading.widths) == 100
            elif size == NARROW:
                assert sum(reading.widths) == 60
        assert reading.widths == wide
        await reading.press("z")
        assert reading.widths[2] == ZEN_CELLS
        await reading.press("z", "t")
        assert sum(reading.widths[1:]) == WIDE[0]


async def test_list_above_the_article_is_resized_by_mouse_and_key(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world, size=(80, 24)) as reading:
        assert (reading.region("articles").size, reading.region("article").size) == ((80, 10), (80, 13))
        await reading.drag((30, 9), (30, 5))
        assert reading.region("articles").height == 6
        await reading.press(">")
        assert reading.region("articles").height == 8
        await reading.press("l", ">")
        assert reading.region("article").height == 17
        await reading.click("article", 20, 0, times=2)
        assert reading.region("articles").height == 10


async def test_layout_key_hides_the_article_until_it_is_opened(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world, size=MEDIUM) as reading:
        await reading.press("v")
        assert reading.said == "List above article"
        assert reading.widths[1:] == (100, 100)
        await reading.press("v")
        assert reading.said == "List only"
        assert reading.panes == ["articles"]
        await reading.press("j", "enter")
        assert (reading.opened, reading.panes) == ("02.md", ["article"])
        await reading.press("escape", "v")
        assert reading.said == "List beside article"
        assert reading.panes == ["articles", "article"]


async def test_sidebar_takes_the_place_of_the_article_in_a_medium_terminal(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world, size=MEDIUM) as reading:
        await reading.press("t")
        assert reading.widths == (28, 72, 0)
        await reading.press("t")
        assert reading.widths == (0, 57, 43)


async def test_layout_is_saved_only_if_it_differs_from_the_config(row: Path, world: ReaderEnv) -> None:
    saved: list[Session] = []
    for setting, keys, kept in (("auto", "", ""), ("auto", "v", "above"), ("above", "", ""), ("above", "v", "list")):
        config = replace(world.config, layout=setting)
        now = replace(world, config=config, save_session=saved.append)
        async with opened(row, now, size=MEDIUM) as reading:
            await reading.press(*keys, "q")
        assert saved[-1].layout == kept
    above = replace(world.config, layout="above")
    async with opened(row, replace(world, config=above, session=saved[-1]), size=MEDIUM) as reading:
        assert reading.panes == ["articles"]


async def test_border_stops_at_the_minimum_size_of_a_pane(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world) as reading:
        edge = reading.region("articles").x
        await reading.drag((edge, 10), (0, 10))
        assert reading.widths[0] == 12
        edge = reading.region("article").x
        await reading.drag((edge, 10), (159, 10))
        assert reading.widths[2] == 32
        edge = reading.region("articles").x
        await reading.drag((edge, 10), (150, 10))
        assert reading.widths == (80, 48, 32)


async def test_click_moves_the_cursor_and_double_click_enters_the_article(row: Path, world: ReaderEnv) -> None:
    async with opened(row, world) as reading:
        await reading.click("articles", 5, 4)
        assert reading.current == "04.md"
        await reading.click("articles", 5, 4, times=2)
        assert reading.pane == "article"


DIVISIONS = [
    (SplitRatios(), 160, True, PaneSizes(26, 76), "no border was dragged"),
    (SplitRatios(), 120, True, PaneSizes(20, 57), "no border was dragged in a smaller terminal"),
    (SplitRatios(sidebar=0.25), 160, True, PaneSizes(40, 68), "a quarter for the sidebar"),
    (SplitRatios(sidebar=0.01), 160, True, PaneSizes(12, 84), "never too narrow"),
    (SplitRatios(sidebar=1.0), 160, True, PaneSizes(80, 46), "never more than half"),
    (SplitRatios(sidebar=1.0), 120, True, PaneSizes(60, 28), "at the least width for three panes"),
    (SplitRatios(articles=0.5), 126, True, PaneSizes(20, 53), "half of what the sidebar leaves"),
    (SplitRatios(articles=0.5), 126, False, PaneSizes(20, 63), "half of all without a sidebar"),
    (SplitRatios(0.25, 0.0), 160, True, PaneSizes(40, 24), "the list stays readable"),
    (SplitRatios(0.25, 1.0), 160, True, PaneSizes(40, 88), "and so does the article"),
]


@pytest.mark.parametrize(
    ("shares", "room", "with_sidebar", "expected", "remark"), DIVISIONS, ids=[case[4] for case in DIVISIONS]
)
def test_panes_are_sized_by_their_ratios(
    shares: SplitRatios,
    room: int,
    with_sidebar: bool,  # noqa: FBT001 - a column of the table
    expected: PaneSizes,
    remark: str,
) -> None:
    assert sizes(shares, room, with_sidebar=with_sidebar) == expected, remark


DRAGS = st.lists(
    st.tuples(st.sampled_from(["sidebar", "articles"]), st.integers(-50, 500), st.integers(120, 400), st.booleans())
)


@given(DRAGS)
def test_any_drag_leaves_every_pane_its_minimum_size(drags: list[tuple[Splitter, int, int, bool]]) -> None:
    shares = SplitRatios()
    for divider, cells, room, with_sidebar in drags:
        shares = dragged(shares, divider, cells, room, with_sidebar=with_sidebar)
        found = sizes(shares, room, with_sidebar=with_sidebar)
        sidebar = found.sidebar if with_sidebar else 0
        assert found.sidebar >= 12
        assert found.articles >= 24
        assert room - sidebar - found.articles >= 32


# The article to a command.


WHOLE = Article(
    "a.md",
    "A title",
    excerpt="In short.",
    body="\n# Head\n\nText.\n\n",
    published_at=datetime(2026, 11, 2, 13, 30, tzinfo=UTC),
    original_url="https://a.example/",
    authors=("Ann", "Bob"),
    provider=Provider("Hub", "hub.example"),
)
TEXTS = [
    (WHOLE, "A title\nHub · Ann, Bob · 2 Nov 2026 13:30\nhttps://a.example/\n\n# Head\n\nText.\n", "all there is"),
    (Article("a.md", "A title", excerpt="In short."), "A title\n\nIn short.\n", "the excerpt if there is no body"),
    (Article("a.md", "A title"), "A title\n", "a title alone"),
]


@pytest.mark.parametrize(("article", "expected", "remark"), TEXTS, ids=[case[2] for case in TEXTS])
def test_piped_article_has_title_byline_url_and_body(article: Article, expected: str, remark: str) -> None:
    assert format_article(article, UTC) == expected, remark


def test_piped_article_has_no_control_characters(tmp_path: Path) -> None:
    text = '---\ntitle: "a\\u001b[2Jb"\nauthor: "c\\u009bd"\n---\nbell \x07 and \x1b]0;title\x07 here\n'
    (tmp_path / "bad.md").write_text(text, encoding="utf-8")
    article = load_file(tmp_path, "bad.md").article
    assert article is not None
    plain = format_article(article, UTC)
    assert plain.replace("\n", "").isprintable()
    assert "here" in plain


async def test_command_prompt_can_be_canceled_and_keeps_its_text(shelf: Path, world: ReaderEnv) -> None:
    async with opened(shelf, world) as reading:
        await reading.press("|")
        assert reading.lines()[-1].startswith(" | command and arguments")
        await reading.press("q", "j", "escape")
        assert reading.current == "hub.md", "keys typed in the prompt run no action"
        await reading.press("|", *"'open", "enter")
        assert reading.said == "Cannot parse command: no closing quotation"
        await reading.press("|")
        assert reading.app.screen.query_one(Input).value == "'open"
        await reading.press("escape")
        assert reading.focus == "articles"
