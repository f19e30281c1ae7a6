"""Every key of the keymap in a real terminal: it has its documented effect. A sweep presses each in all three widths.

One program per width serves all keys. Each case has a condition that holds after the key and not before it; then the
program returns to its initial state.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from pty_session import PtySession, environment, program
from sweep import TIMES

from reader.config.actions import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

WIDTHS = {"wide": (120, 20), "medium": (80, 20), "narrow": (60, 20)}
STORIES = 40
LINKS = "\n".join(
    (
        "\n[Story 05](https://story.example/5)\n",
        *(f"\n[Elsewhere {number}](https://out.example/{number})\n" for number in range(2, 10)),
    )
)
RELATED = "\n".join(
    f"  - {{title: Place {number}, originalUrl: 'https://place.example/{number}'}}" for number in range(10, 15)
)
FIRST = f"""excerpt: In short.
originalUrl: https://first.example/original
webUrl: https://first.example/web
related:
{RELATED}
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a user sees: the screen, the clipboard, and the arguments of other programs."""

    text: str
    copied: str = ""
    urls: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    piped: str = ""
    ended: bool = False

    @property
    def top(self) -> str:
        return self.text.partition("\n")[0]

    @property
    def panes(self) -> str:
        """The screen without the status bar."""
        return self.text.rpartition("\n")[0]

    @property
    def bottom(self) -> str:
        return self.text.rpartition("\n")[2]

    @property
    def pane(self) -> str:
        """The current pane, which has the heavy border."""
        title = self.top.partition("┏")[2].partition("┓")[0]
        if not title:
            return ""
        sidebar = any(kind in title for kind in ("Topics", "Providers", "Categories", "Years"))
        return "sidebar" if sidebar else "list" if "first" in title else "article"

    @property
    def row(self) -> int:
        """The number of the story under the cursor of the list, 0 if it is not visible."""
        found = re.search(r"▌([^│┃▌\n]*)Story (\d\d)", self.text)
        return int(found[2]) if found else 0

    @property
    def page(self) -> tuple[int, int]:
        """The number of the story on the page, and its first visible line."""
        found = re.search(r"p(\d\d)-(\d{3})", self.text)
        return (int(found[1]), int(found[2])) if found else (0, 0)

    def sign(self, story: int, sign: str) -> bool:
        """Return whether a story in the list has a mark before it."""
        return re.search(rf"{sign}[^│┃▌\n]*Story {story:02}", self.text) is not None


@dataclass(frozen=True, slots=True)
class Case:
    """A key of an action: ``begin`` has the keys that precede it, with a condition for the screen after each.

    ``more`` is typed after it; ``so`` compares the screens after and before; ``end`` undoes what ``go_home`` does not.
    """

    id: str
    key: str
    so: Callable[[Seen, Seen], bool]
    begin: tuple[tuple[str, Callable[[Seen], bool]], ...] = ()
    more: str = ""
    end: str = ""


def at_row(number: int) -> Callable[[Seen], bool]:
    return lambda seen: seen.row == number


def on_page(story: int) -> Callable[[Seen], bool]:
    return lambda seen: seen.page[0] == story


def in_pane(name: str) -> Callable[[Seen], bool]:
    return lambda seen: seen.pane == name


def shows(words: str) -> Callable[[Seen], bool]:
    return lambda seen: words in seen.text


def then(check: Callable[[Seen], bool]) -> Callable[[Seen, Seen], bool]:
    return lambda seen, _before: check(seen)


def row_within(least: int, most: int) -> Callable[[Seen, Seen], bool]:
    return lambda seen, _before: least <= seen.row <= most


def opened(url: str) -> Callable[[Seen, Seen], bool]:
    return lambda seen, _before: seen.urls == (url,)


def all_in_order(seen: Seen) -> bool:
    return re.search(rf"[─━] {STORIES} · newest first", seen.text) is not None


ENTER = (("enter", in_pane("article")), ("", on_page(1)))
TO_END = (("G", at_row(STORIES)),)
SCROLLED = (*ENTER, ("2 0 J", lambda seen: seen.page[1] > 2))
SEARCHED = (*ENTER, ("/ p 0 1 - 1 enter", lambda seen: "1/21" in seen.bottom))
FOLLOWED = (*ENTER, ("1 enter", on_page(5)))
HELP = then(lambda seen: "go to top" in seen.text and "Esc close" in seen.text)

CASES = [
    *(Case("move.down", key, then(at_row(2))) for key in ("j", "down")),
    *(Case("move.up", key, then(at_row(STORIES - 1)), TO_END) for key in ("k", "up")),
    *(Case("move.top", key, then(at_row(1)), TO_END) for key in ("g g", "home")),
    *(Case("move.bottom", key, then(at_row(STORIES))) for key in ("G", "end")),
    Case("move.half_down", "ctrl+d", row_within(6, 15)),
    Case("move.half_up", "ctrl+u", row_within(26, 35), TO_END),
    *(Case("move.page_down", key, row_within(16, 30)) for key in ("pagedown", "ctrl+f")),
    *(Case("move.page_up", key, row_within(11, 25), TO_END) for key in ("pageup", "ctrl+b")),
    *(Case("pane.left", key, then(in_pane("sidebar"))) for key in ("h", "left")),
    *(Case("pane.right", key, then(in_pane("article"))) for key in ("l", "right")),
    Case("pane.next", "tab", then(in_pane("article"))),
    Case("pane.previous", "shift+tab", then(in_pane("sidebar"))),
    Case("article.enter", "enter", then(in_pane("article"))),
    Case("back", "escape", then(in_pane("list")), ENTER),
    Case("article.page", "space", lambda seen, _before: seen.page > (1, 5), ENTER),
    Case("article.down", "J", lambda seen, before: seen.page == (1, before.page[1] + 1), SCROLLED),
    Case("article.up", "K", lambda seen, before: seen.page == (1, before.page[1] - 1), SCROLLED),
    Case(
        "unread.next", "n", then(at_row(3)), (("j r k", lambda seen: seen.row == 1 and not seen.sign(2, "●")),), end="u"
    ),
    Case(
        "unread.previous",
        "N",
        then(at_row(2)),
        (("3 G r j", lambda seen: seen.row == 4 and not seen.sign(3, "●")),),
        end="u",
    ),
    Case(
        "find",
        "/",
        then(lambda seen: "p01-100" in seen.text and "1/1" in seen.bottom),
        ENTER,
        more="p 0 1 - 1 0 0",
        end="escape",
    ),
    Case("find.next", "n", then(lambda seen: "2/21" in seen.bottom), SEARCHED),
    Case("find.previous", "N", then(lambda seen: "21/21" in seen.bottom), SEARCHED),
    Case("heading.next", "] ]", then(shows("Related")), ENTER),
    Case("heading.previous", "[ [", lambda seen, before: seen.text != before.text, (*ENTER, ("G", shows("100 %")))),
    Case("outline", "c", then(shows("Contents")), ENTER, end="escape"),
    *(Case("history.back", key, then(on_page(1)), FOLLOWED) for key in ("(", "backspace")),
    Case("history.forward", ")", then(on_page(5)), (*FOLLOWED, ("(", on_page(1)))),
    Case("zen", "z", then(lambda seen: seen.page[0] == 1 and not set("┏╭│┃") & set(seen.text)), end="z"),
    Case(
        "filter", "/", then(lambda seen: seen.row == 5 and f"1 of {STORIES}" in seen.text), more="z e b", end="escape"
    ),
    Case(
        "filter.clear",
        "F",
        then(all_in_order),
        (("/ z e b r a enter", lambda seen: seen.row == 5 and seen.pane == "list"),),
    ),
    Case("searches", "'", then(shows("Saved searches")), end="escape"),
    Case("sort", "S", then(shows("Sort by")), end="escape"),
    *(Case("quality.raise", key, then(shows("quality ≥"))) for key in ("+", "=")),
    Case("quality.lower", "-", then(lambda seen: "quality ≥" not in seen.text), (("+", shows("quality ≥")),)),
    Case("topics", "t", lambda seen, before: ("Topics" in seen.top) != ("Topics" in before.top), end="t"),
    Case("topics.kind", "T", then(lambda seen: "Providers" in seen.top), (("h", in_pane("sidebar")),), end="T T T T"),
    Case("topics.exclude", "E", then(shows("Exclude topics in the sidebar"))),
    Case("unread.only", "i", then(lambda seen: "is:unread" in seen.bottom), end="i"),
    Case("open", "o", opened("https://first.example/original")),
    Case("open.web", "w", opened("https://first.example/web")),
    Case(
        "open.next",
        "O",
        lambda seen, before: (
            opened("https://first.example/original")(seen, before) and seen.row == 2 and not seen.sign(1, "●")
        ),
        end="u",
    ),
    Case("open.link", "1", then(on_page(5)), ENTER),
    *(Case("open.link", str(number), opened(f"https://out.example/{number}"), ENTER) for number in range(2, 10)),
    Case("open.hint", "f", opened("https://place.example/12"), ENTER, more="1 2"),
    Case("copy.url", "y", then(lambda seen: seen.copied == "https://first.example/original")),
    Case("copy.markdown", "Y", then(lambda seen: seen.copied == "[Story 01](<https://first.example/original>)")),
    Case("copy.text", "ctrl+y", then(lambda seen: seen.copied.startswith("Story 01\n"))),
    Case("save", "ctrl+s", then(shows("Save as: ~/Story-01.txt")), end="escape"),
    Case(
        "edit", "e", then(lambda seen: seen.edited[-1:] == ("01.md",) and seen.row == 1 and "editing" not in seen.text)
    ),
    Case(
        "pipe",
        "|",
        then(lambda seen: seen.piped.startswith("Story 01\n") and "Press Enter to continue" in seen.text),
        more="k e e p space - - a l l enter",
        end="enter",
    ),
    Case("mark.read", "r", then(lambda seen: seen.row == 1 and not seen.sign(1, "●")), end="u"),
    Case("mark.star", "s", then(lambda seen: seen.sign(1, "★")), end="u"),
    Case("mark.later", "L", then(lambda seen: seen.sign(1, "◷")), end="u"),
    Case("select", "V", then(shows("2 selected")), more="j", end="escape"),
    Case("mark.above", "M k", then(lambda seen: seen.row == 2 and not seen.sign(1, "●")), (("j", at_row(2)),), end="u"),
    Case(
        "mark.below",
        "M j",
        then(lambda seen: seen.row == 39 and not seen.sign(40, "●") and seen.sign(39, "●")),
        (("G k", at_row(39)),),
        end="u",
    ),
    Case("mark.all", "A", then(shows(f"Mark {STORIES} listed")), end="n"),
    Case(
        "undo",
        "u",
        then(lambda seen: seen.row == 1 and not seen.sign(1, "★")),
        (("s", lambda seen: seen.sign(1, "★")),),
    ),
    Case(
        "redo",
        "ctrl+r",
        then(lambda seen: seen.sign(1, "★")),
        (("s", lambda seen: seen.sign(1, "★")), ("u", lambda seen: not seen.sign(1, "★"))),
        end="u",
    ),
    Case("article.changes", "d", then(shows("No earlier version"))),
    Case("article.full_text", "W", then(lambda seen: "full text" in seen.text.lower() or "Cannot" in seen.text)),
    Case("feeds.fetch", "U", then(shows("No feeds in this folder"))),
    Case("feeds.subscribe", "a", then(shows("Subscribe to:")), end="escape"),
    Case("feeds.unsubscribe", "X", then(shows("Not subscribed to any feed"))),
    Case("problems", "!", then(shows("02.md:4")), end="escape"),
    Case("rescan", "R", then(shows("Nothing changed"))),
    *(Case("palette", key, then(shows("Search for commands")), end="escape") for key in ("ctrl+p", ":")),
    *(Case("help", key, HELP, end="escape") for key in ("?", "f1")),
    Case("columns", "C", then(shows("automatic")), end="escape"),
    Case("pane.grow", ">", lambda seen, before: seen.text != before.text, end="<"),
    Case("pane.shrink", "<", lambda seen, before: seen.text != before.text, end=">"),
    # The layout stays, so it comes last.
    Case("layout", "v", then(shows("List above article"))),
    Case("quit", "q", then(lambda seen: seen.ended)),
    Case("quit.now", "Q", then(lambda seen: seen.ended), ENTER),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty stories: the first has every target of a key, the second has a problem in its fourth line."""
    folder = tmp_path_factory.mktemp("stories")
    for number in range(1, STORIES + 1):
        head = f"title: Story {number:02}{' with a zebra' if number == 5 else ''}\n"
        head += f"date: {date(2026, 10, 31) - timedelta(days=number)}\n"
        head += "heat: very\n" if number == 2 else ""
        head += FIRST if number == 1 else f"originalUrl: https://story.example/{number}\n"
        lines = (f"p{number:02}-{line:03}\n" for line in range(1, 121))
        text = f"---\n{head}quality: {50 + number}\ntopics: [Hills]\n---\n```\n{''.join(lines)}```\n"
        text += LINKS if number == 1 else ""
        (folder / f"{number:02}.md").write_text(text, encoding="utf-8")
    return folder


class Desk:
    """The program in a terminal, with the arguments of the programs that it starts."""

    def __init__(self, folder: Path, home: Path, size: tuple[int, int]) -> None:
        programs = home / "programs"
        self._logs = home / "logs"
        self._logs.mkdir(parents=True)
        (home / "config" / "newsreader").mkdir(parents=True)
        # No article is marked as read by being open.
        (home / "config" / "newsreader" / "config.toml").write_text("mark_read_after = -1\n", encoding="utf-8")
        program(programs, "browse", f'echo "$1" >> {self._logs}/urls')
        program(programs, "vi", f'echo editing; for word; do basename "$word"; done >> {self._logs}/edited')
        program(programs, "keep", f"cat > {self._logs}/piped; echo kept")
        env = environment(home, programs, BROWSER="browse", EDITOR="vi")
        self.reader = PtySession([str(folder), "--fresh"], env, size, home)
        self.narrow = size == WIDTHS["narrow"]
        self.lost = False
        """Whether a case failed and left the program in an unknown state."""
        self._home = ""
        """The screen that each case begins with."""

    def seen(self) -> Seen:
        urls, edited = (tuple(self._log(name).split()) for name in ("urls", "edited"))
        return Seen(self.reader.text, self.reader.copied, urls, edited, self._log("piped"), self.reader.ended)

    def _log(self, name: str) -> str:
        file = self._logs / name
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def press(self, keys: str) -> None:
        self.reader.press(*keys.split())

    def expect(self, is_so: Callable[[Seen], bool], remark: str, *, outside: bool = False) -> None:
        """Check the screen when the program is idle, or when other programs have finished."""
        if outside:
            assert self.reader.wait_outside(lambda: is_so(self.seen())), (
                f"{remark}:\n{self.reader.story}\n{self.seen()}"
            )
        else:
            assert self.reader.idle(), f"{remark}: never idle\n{self.reader.story}"
            assert is_so(self.seen()), f"{remark}:\n{self.reader.story}\n{self.seen()}"

    def go_home(self) -> None:
        """Go to the first article of the whole list, and remove what the previous case left."""
        for log in self._logs.iterdir():
            log.unlink()
        if self.lost or self.reader.ended:
            self.reader.restart()
            self.expect(lambda seen: all_in_order(seen) and seen.row == 1 and "? help" in seen.text, "it starts")
        was_lost, self.lost = self.lost, True
        # A narrow screen does not show where the page is.
        if not (was_lost or self.narrow or self.reader.copied) and self.reader.text == self._home:
            return
        while self.seen().pane != "list":
            self.press("escape")
            assert self.reader.idle(), self.reader.story
        self.press("F")
        self.expect(all_in_order, "nothing is filtered")
        # From the end to the beginning, so that the first article is opened again.
        self.press("G")
        self.expect(at_row(STORIES), "at the end")
        # An article opens where it was left.
        self.press("g g enter")
        assert self.reader.idle(), self.reader.story
        self.press("g g escape")
        self.expect(lambda seen: seen.row == 1 and (self.narrow or seen.page == (1, 1)), "at its beginning")
        self._home = self.reader.text


@pytest.fixture(scope="module", params=WIDTHS)
def desk(request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(folder, tmp_path_factory.mktemp(request.param), WIDTHS[request.param])
    desk.expect(lambda seen: seen.row == 1 and "? help" in seen.text, "the first screen")
    yield desk
    desk.reader.close()


def test_every_key_of_the_keymap_has_a_case() -> None:
    assert sorted((case.id, case.key) for case in CASES) == sorted(
        (key.id, item) for key in ACTIONS for item in key.keys
    )


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("desk", "case"),
    [
        pytest.param(width, case, id=f"{width}-{case.id}-{case.key}")
        for at, width in enumerate(WIDTHS)
        for number, case in enumerate(CASES)
        if TIMES > 1 or number % len(WIDTHS) == at
    ],
    indirect=["desk"],
    scope="module",
)
def test_key_has_its_documented_effect(desk: Desk, case: Case) -> None:
    desk.go_home()
    for keys, is_so in case.begin:
        desk.press(keys)
        desk.expect(is_so, f"after {keys}")
    before = desk.seen()
    outside = case.id.startswith("open") or case.id in {"edit", "pipe"}
    assert not case.so(before, before), f"the effect of {case.key} is there before it:\n{before.text}"
    desk.press(f"{case.key} {case.more}")
    desk.expect(lambda seen: case.so(seen, before), f"after {case.key} {case.more}", outside=outside)
    if case.id == "pipe":
        desk.reader.answer(case.end)
    elif case.end:
        desk.press(case.end)
    assert desk.reader.idle(), desk.reader.story
    desk.lost = False


def test_editor_opens_at_the_first_problem_and_restores_the_screen(desk: Desk) -> None:
    desk.go_home()
    desk.press("j")
    desk.expect(lambda seen: seen.row == 2 and (desk.narrow or seen.page == (2, 1)), "at the article with a problem")
    before = desk.seen()
    desk.press("e")
    desk.expect(
        lambda seen: seen.edited == ("+4", "02.md") and seen.panes == before.panes, "back from the editor", outside=True
    )
    desk.press("!")
    desk.expect(shows("02.md:4"), "the problems")
    desk.press("e")
    desk.expect(
        lambda seen: seen.edited == ("+4", "02.md") * 2 and seen.panes == before.panes,
        "back to the panes",
        outside=True,
    )
    desk.lost = False
