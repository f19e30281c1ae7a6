"""The filter as it is typed: colors, completion, history, and highlighted matches."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from rich.style import Style
from textual import events
from textual._compositor import Compositor
from tui_driver import MEDIUM, NARROW, WIDE, opened

from reader.storage.filter_history import FilterHistory

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from rich.console import RenderableType
    from rich.segment import Segment
    from textual.geometry import Region
    from tui_driver import ReaderEnv, TuiDriver

HOSTILE = "[/red] [@click=app.quit]x"
FILES: Mapping[str, str] = MappingProxyType(
    {
        "one.md": "title: Wind over the sea\nquality: 90\ntopics: [AI, Facebook AI, Maps]\n"
        "provider: {name: Wind News, domain: wind.example}\nauthors: [Ada Lovelace]\ncategory: Science\n",
        "two.md": "title: A road\nquality: 20\ntopics: [AI, AIDS]\nprovider: {name: Hub, domain: hub.example}\n"
        "authors: [Grace Hopper, Ada Lovelace]\ncategory: News\n",
        "three.md": f"title: Stones\nquality: 50\ntopics: ['{HOSTILE}', AI, Économie]\n"
        "provider: {name: Hub, domain: hub.example}\nlang: en\ntype: article\n",
    }
)
BODY = "The **wind turbine** turns in the strong wind. [A link](https://wind.example/map)\n\nStill air.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    for day, (name, fields) in enumerate(FILES.items(), start=1):
        text = f"---\ndate: 2026-11-{30 - day}\n{fields}---\n{BODY}"
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def bar(reading: TuiDriver) -> str:
    """Return the text of the filter line, with | for the cursor."""
    value, cursor = reading.filter_text, reading.filter_cursor
    return f"{value[:cursor]}|{value[cursor:]}"


def offered(reading: TuiDriver) -> list[str]:
    """Return the displayed lines of the list of candidates."""
    return [line.rstrip() for line in reading.lines_of("completions")]


def names(reading: TuiDriver) -> list[str]:
    return [line[1:].split("  ")[0].strip() for line in offered(reading)]


async def type_in(reading: TuiDriver, text: str) -> None:
    await reading.press("/", "ctrl+u", *text)


async def burst(reading: TuiDriver, *keys: str) -> None:
    """Press keys in a burst, as a slow connection delivers them."""
    for key in keys:
        assert reading.app._driver is not None
        reading.app._driver.send_message(events.Key(key, key if len(key) == 1 else None))
    await reading.settled()


def with_style(segments: Iterable[Segment], wanted: str) -> list[str]:
    """Return the runs of text with a style attribute, such as underline."""
    runs = [""]
    for segment in segments:
        runs = [*runs[:-1], runs[-1] + segment.text] if getattr(segment.style, wanted, None) else [*runs, ""]
    return [run.strip() for run in runs if run.strip()]


# Colours and errors.


async def test_parts_of_a_query_differ_in_more_than_color(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, 'road "over the sea" OR topic:AI')
        assert with_style(reading.filter_segments(), "bold") == ["OR", "topic:"]
        assert with_style(reading.filter_segments(), "italic") == ['"over the sea"']
        assert with_style(reading.filter_segments(), "underline") == []


async def test_colors_of_a_query_follow_the_theme(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, "topic:AI")
        colors = []
        for theme in ("nord", "gruvbox", "textual-light"):
            reading.app.theme = theme
            await reading.settled()
            colors += [str(segment.style) for segment in reading.filter_segments() if segment.text == "topic"]
        assert len(set(colors)) == 3


ERRORS = [
    ("road topc:AI sea", ["topc"], "did you mean topic:?"),
    ("is:unred", ["unred"], "did you mean unread?"),
    ("road )", [")"], "unmatched )"),
    ("quality>=high", ["high"], "expected a number"),
    ("sort:x", ["x"], "unknown value"),
]


async def test_query_error_is_underlined_and_has_a_message(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        before = reading.paths()
        for text, wrong, said in ERRORS:
            await reading.start_typing(text)
            assert with_style(reading.filter_segments(), "underline") == wrong, text
            assert said in reading.said
            assert reading.said in reading.text()
            assert reading.paths() == before, "the last valid list stays"
            await reading.press("escape", "escape")


@pytest.mark.parametrize("width", [44, 60, 80])
async def test_message_leaves_room_for_the_end_of_the_text(folder: Path, world: ReaderEnv, width: int) -> None:
    async with opened(folder, world, size=(width, 20)) as reading:
        await reading.press("/", *"road map sea quality>5 a topc:x")
        shown = reading.lines()[-1]
        assert "did you mean" in shown
        assert "topc:x" in shown.split("did you")[0]
        await reading.pilot.resize_terminal(width - 4, 20)
        await reading.settled()
        assert "topc:x" in reading.lines()[-1].split("did you")[0]
        await reading.press("escape", *"/road map sea quality>5", "enter", "+")
        assert "/ road" in reading.lines()[-1], "at rest the beginning is visible"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("topc:AI", "did you mean topic?"),
        ("is:unred", "did you mean unread?"),
        ("quality>=x", "expected a number such as 70, or a range such as 60..80"),
        ("road )", "unmatched )"),
    ],
)
async def test_message_that_does_not_fit_says_what_to_type(
    folder: Path, world: ReaderEnv, text: str, said: str
) -> None:
    async with opened(folder, world, size=(50, 20)) as reading:
        await reading.start_typing(text)
        assert reading.said == said
        assert said[:24] in reading.lines()[-1]


async def test_unfinished_query_shows_no_warning(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, "topic:")
        assert "expected a topic" in reading.said
        assert not reading.is_warning()
        await reading.press("x", "x", ")")
        assert reading.is_warning()


async def test_unfinished_term_does_not_narrow_the_list(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await reading.start_typing("road")
        roads = reading.paths()
        for text in ("road topic:", "road quality>=", "road is:", "road sort:"):
            await reading.start_typing("road topic")
            assert reading.paths() == [], "so far it is a word"
            await reading.start_typing(text)
            assert reading.paths() == roads, text
            assert "expected" in reading.said
        await reading.press("enter")
        assert reading.is_typing(), "it is still no query"


async def test_error_message_stays_during_a_burst_of_keys(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await burst(reading, *"/road topc:x")
        assert "did you mean topic:?" in reading.said


async def test_enter_on_an_invalid_query_stays_in_the_line(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, "topc:AI")
        await reading.press("enter")
        assert reading.is_typing()
        assert bar(reading) == "topc|:AI"
        assert "topc" in reading.said
        await reading.press("escape")
        assert not reading.is_typing()
        assert reading.said == ""


async def test_pasted_text_is_sanitized(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await reading.press("/")
        await reading.paste("ro\x1b[31m\u202ead\tx\nmore")
        assert reading.filter_text == "ro [31m ad x"


# Completion.


async def test_field_candidates_have_descriptions(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, "to")
        assert offered(reading) == [" topic:  topic (exact name)"]
        await reading.press("tab")
        assert bar(reading) == "topic:|"


async def test_name_candidates_have_counts_and_are_sorted_by_them(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, "topic:")
        rows = [line.split() for line in offered(reading)]
        assert rows[0] == ["AI", "3"]
        assert [row[-1] for row in rows[1:]] == ["1"] * 5
        assert len({len(line) for line in offered(reading)}) == 1, "the counts are right-aligned"
        await reading.press("a")
        assert names(reading) == ["AI", "AIDS", "Facebook AI"]


OFFERS = [
    ("provider:", ["Hub", "Wind News"]),
    ("domain:w", ["wind.example"]),
    ("category:", ["News", "Science"]),
    ("author:", ["Ada Lovelace", "Grace Hopper"]),
    ("author:h", ["Grace Hopper"]),
    ("lang:", ["en"]),
    ("type:", ["article"]),
    ("topic:econ", ["Économie"]),
    ("is:un", ["unread", "unreadable"]),
    ("sort:-r", ["-relevance"]),
    ("tag:m", ["Maps"]),
]


async def test_field_offers_its_own_values(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        for typed, expected in OFFERS:
            await type_in(reading, typed)
            assert names(reading) == expected, typed
            await reading.press("escape", "escape")


async def test_inserted_name_is_quoted_if_needed(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, "topic:f")
        await reading.press("tab")
        assert bar(reading) == 'topic:"Facebook AI" |'
        assert reading.paths() == ["one.md"]


async def test_name_with_markup_is_shown_and_found_literally(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, "topic:[")
        assert names(reading) == [HOSTILE]
        await reading.press("tab")
        assert reading.paths() == ["three.md"]


async def test_tab_and_shift_tab_cycle_through_the_candidates(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, "topic:a")
        seen = []
        for key in ("tab", "tab", "tab", "tab", "shift+tab", "shift+tab"):
            await reading.press(key)
            seen.append(reading.filter_text)
            assert [line[0] for line in offered(reading)].count("▌") == 1
        ai, aids, facebook = "topic:AI ", "topic:AIDS ", 'topic:"Facebook AI" '
        assert seen == [ai, aids, facebook, ai, facebook, aids]
        assert reading.paths() == ["two.md"], "the list follows the choice"


async def test_up_and_down_choose_candidates_after_tab(folder: Path, world: ReaderEnv) -> None:
    world = replace(world, filters=FilterHistory())
    world.filters.add("road")
    async with opened(folder, world) as reading:
        await type_in(reading, "topic:a")
        await reading.press("tab", "down")
        assert bar(reading) == "topic:AIDS |"
        await reading.press("up", "up")
        assert bar(reading) == 'topic:"Facebook AI" |'
        await reading.press("escape", "up")
        assert bar(reading) == "road|", "without tab, they go through the history"


async def test_escape_reverts_the_choice_and_then_the_filter(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await reading.type("road")
        await type_in(reading, "topic:a")
        await reading.press("tab", "tab", "escape")
        assert bar(reading) == "topic:a|"
        assert offered(reading) == []
        assert reading.is_typing()
        await reading.press("tab")
        assert bar(reading) == "topic:AI |", "tab shows the candidates again"
        await reading.press("escape", "escape")
        assert not reading.is_typing()
        assert reading.filter_text == "road"
        assert reading.paths() == ["two.md"]


async def test_typing_after_a_choice_keeps_it(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, "topic:a")
        await reading.press("tab", *"sea", "enter")
        assert reading.filter_text == "topic:AI sea"
        assert reading.paths() == ["one.md"]


async def test_tab_without_candidates_moves_to_the_list(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        for text in ("", "xylophone", "topic:AI ", "date:2021", "is:starred", '"a phrase'):
            await type_in(reading, text)
            assert offered(reading) == [], text
            await reading.press("tab")
            assert reading.is_typing() == text.startswith('"'), "unless the query is invalid"
            assert reading.filter_text == text
            await reading.press("escape", "escape", "F")


async def test_candidate_counts_respect_the_rest_of_the_query(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, "quality>=50 topic:a")
        assert [line.split()[-1] for line in offered(reading)] == ["2", "1"]
        await type_in(reading, "provider:hub -topic:a")
        assert [line.split()[-1] for line in offered(reading)] == ["2", "1"]
        await reading.press("escape")
        await reading.choose("Maps")
        await type_in(reading, "topic:a")
        assert [line.split()[-1] for line in offered(reading)] == ["1", "1"], "the choice in the sidebar counts too"


async def test_candidate_counts_cover_all_articles_if_the_rest_is_an_or(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, "sea OR topic:a")
        assert offered(reading)[0].split() == ["AI", "3"]


async def test_tab_waits_for_names_being_looked_up(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await reading.press("/")
        await burst(reading, *"topic:f", "tab")
        assert bar(reading) == 'topic:"Facebook AI" |'
        await reading.press("ctrl+u")
        await burst(reading, *"category:zzz", "tab")
        assert not reading.is_typing(), "without candidates, it moves to the list"


async def test_names_of_new_files_are_offered(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, "topic:z")
        assert offered(reading) == []
        await reading.press("escape")
        (folder / "four.md").write_text("---\ntitle: Four\ntopics: [Zebras]\n---\n", encoding="utf-8")
        await reading.press("R")
        await type_in(reading, "topic:z")
        assert names(reading) == ["Zebras"]


@pytest.mark.parametrize("size", [WIDE, MEDIUM, NARROW, (40, 12)])
async def test_candidates_are_above_the_bottom_line_at_every_size(
    folder: Path, world: ReaderEnv, size: tuple[int, int]
) -> None:
    async with opened(folder, world, size=size) as reading:
        await type_in(reading, "road -quality>50 has:")
        region = reading.region("completions")
        assert region.bottom == size[1] - 1
        assert 1 <= region.height <= 8
        assert region.x >= 0
        assert region.right <= size[0]
        assert "has:" in reading.lines()[-1]
        await reading.press("shift+tab")
        assert offered(reading)[-1].startswith("▌problem"), "the list scrolls to the last candidate"


async def test_candidates_stay_above_the_bottom_line_when_the_terminal_is_resized(
    folder: Path, world: ReaderEnv
) -> None:
    async with opened(folder, world, size=MEDIUM) as reading:
        await type_in(reading, "quality>1 or road or stones or wind topic:a")
        before = reading.region("completions")
        await reading.pilot.resize_terminal(*NARROW)
        await reading.settled()
        region = reading.region("completions")
        assert region.bottom == NARROW[1] - 1
        assert region.right <= NARROW[0]
        assert region.x < before.x, "the text has scrolled"
        assert reading.lines()[-1][: region.x + 2].endswith("topic:a"), "below the candidates is what they complete"


async def test_candidates_do_not_repaint_all_panes(
    folder: Path, world: ReaderEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[Region] = []
    paint = Compositor.render_update

    def note(compositor: Compositor, **options: Any) -> RenderableType | None:
        painted.extend(compositor._dirty_regions)
        return paint(compositor, **options)

    async with opened(folder, world) as reading:
        await reading.press("/", "z")
        assert offered(reading) == []
        monkeypatch.setattr(Compositor, "render_update", note)
        await reading.press("backspace", "t")
        assert "topic:" in names(reading)
        await reading.press("i")
        assert names(reading) == ["title:"]
        await reading.press("z")
        assert offered(reading) == []
        width = reading.app.size.width
        assert not [region for region in painted if region.width == width and region.height > 1]


async def test_no_candidates_are_shown_before_typing(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await reading.press("/")
        assert offered(reading) == []
        await reading.press(*"topic:a", "tab", "enter")
        assert offered(reading) == []
        await reading.press("/")
        assert offered(reading) == []


async def test_click_inserts_a_candidate(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, "topic:a")
        await reading.click("completions", 2, 1)
        assert bar(reading) == "topic:AIDS |"
        assert reading.is_typing()
        assert reading.paths() == ["two.md"]


# Earlier filters.


async def test_up_and_down_go_through_the_history_and_back(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        for text in ("road", "topic:AI", "road", "sea"):
            await reading.type(text)
        await type_in(reading, "wi")
        seen = []
        for key in ("up", "up", "up", "up", "down", "down", "down", "down"):
            await reading.press(key)
            seen.append(reading.filter_text)
        assert seen == ["sea", "road", "topic:AI", "topic:AI", "road", "sea", "wi", "wi"]
        assert offered(reading) == []


async def test_filter_from_the_history_applies_and_can_be_edited(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await reading.type("road")
        await reading.press("F", "/", "up")
        assert reading.paths() == ["two.md"]
        await reading.press(*" sea", "up")
        assert bar(reading) == "road|", "the edited filter counts as typed"
        await reading.press("down", "enter")
        assert reading.filter_text == "road sea"
        assert reading.paths() == []


async def test_filter_history_is_saved(folder: Path, world: ReaderEnv) -> None:
    file = world.places.filters_file
    async with opened(folder, replace(world, filters=FilterHistory(file))) as reading:
        await reading.type("road")
        await type_in(reading, "given up")
        await reading.press("escape")
        await type_in(reading, "")
        await reading.press("enter")
    async with opened(folder, replace(world, filters=FilterHistory(file))) as reading:
        await reading.press("/", "up")
        assert bar(reading) == "road|"
        await reading.press("up")
        assert bar(reading) == "road|", "canceled and empty filters are not saved"


# In and out of the line.


async def test_enter_keeps_the_filter_visible_and_slash_edits_it(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await reading.type("road")
        assert not reading.is_typing()
        assert reading.lines()[-1].startswith(" / road ")
        await reading.press("/", "s")
        assert bar(reading) == "roads|"


async def test_empty_filter_line_shows_hints_while_in_use(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await reading.press("/")
        assert "Tab complete" in reading.lines()[-1]
        await reading.press("escape")
        assert reading.lines()[-1].startswith(" / Filter ")


async def test_ctrl_w_deletes_a_word_and_ctrl_u_the_line(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, "road over sea")
        await reading.press("ctrl+w")
        assert bar(reading) == "road over |"
        await reading.press("ctrl+u")
        assert bar(reading) == "|"


async def test_click_on_the_list_keeps_the_typed_filter(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, "roa")
        assert reading.paths() == ["two.md"]
        await reading.click("articles", 10, 1)
        assert not reading.is_typing()
        assert reading.paths() == ["two.md"]
        assert world.filters.past() == ("roa*",)


async def test_click_into_the_line_edits_it_and_escape_restores_it(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await reading.type("road")
        await reading.click("filter", 4, 0)
        await reading.press("s")
        assert bar(reading) == "roads|"
        await reading.press("escape")
        assert reading.filter_text == "road"
        assert reading.paths() == ["two.md"]


async def test_keys_of_a_burst_are_typed_into_the_opening_line(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await burst(reading, *"/roads", "enter")
        assert reading.filter_text == "roads"
        assert not reading.is_typing()
        assert not any(entry.starred or entry.read for entry in reading.entries())


async def test_starting_a_filter_shows_the_list(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world, size=NARROW) as reading:
        seen = []
        for key in ("h", "/"):
            await reading.press(key)
            seen.append(("articles" in reading.panes, reading.is_typing()))
        assert seen == [(False, False), (True, True)]


async def test_help_can_be_opened_while_typing(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        await type_in(reading, "roa")
        await reading.press("f1")
        assert len(reading.app.screen_stack) == 2
        await reading.press("escape")
        assert reading.is_typing()
        await reading.press("d")
        assert bar(reading) == "road|"


# The words where they are found.


async def test_matches_are_highlighted_in_list_and_article(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world) as reading:
        assert reading.opened == "one.md"
        before = reading.page()
        await type_in(reading, "win")
        assert reading.opened == "one.md"
        found = [word for line in reading.page_segments() for word in with_style(line, "underline")]
        assert found == ["Wind", "wind", "wind"]
        assert "Wind" in with_style(reading.row_segments("one.md"), "underline")
        await reading.press("escape")
        found = [word for line in reading.page_segments() for word in with_style(line, "underline")]
        assert (found, reading.page()) == ([], before)


async def test_changed_highlight_keeps_scroll_position_and_links(folder: Path, world: ReaderEnv) -> None:
    async with opened(folder, world, size=NARROW) as reading:
        await reading.press("enter", "j", "j")
        links = reading.link_numbers
        assert links
        before = reading.page_top
        await type_in(reading, "wind")
        assert reading.page_top == before
        assert reading.link_numbers == links
        linked = [s for line in reading.page_segments() for s in line if (s.style or Style()).meta.get("link")]
        assert linked
