"""An article as a page: all its fields and no empty labels, numbered links, lines that fit, no control characters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sweep import amount

from reader.article import DATE_ONLY, Article, Image, Link, Provider, Related
from reader.problems import Problem
from reader.render.links import PageLink
from reader.render.page import ArticleContext, Backlink, render_page
from reader.render.style import Palette, RenderOptions
from reader.text import cell_width, sanitize, sanitize_line

if TYPE_CHECKING:
    from reader.render.page import Page

WHEN = datetime(2021, 10, 2, 13, 30, tzinfo=UTC)
URL = "https://one.example/a"
FULL = Article(
    path="news/a.md",
    title="A title",
    excerpt="An excerpt.",
    body="A body with [a link](https://two.example/).",
    published_at=WHEN,
    original_url=URL,
    web_url="https://web.example/a",
    quality=35,
    heat=7.5,
    topics=("Maps", "Roads"),
    category="news",
    type="article",
    language="en",
    authors=("Ann", "Bob"),
    provider=Provider("One News", "one.example"),
    draft=True,
    secured=True,
    images=(Image("https://pictures.example/1.png", 900, 500, is_cached=True, alt="A map"),),
    related=(
        Related("Near", original_url="https://near.example/", quality=67, provider=Provider("Near News", "")),
        Related("Far", "Far away.", WHEN, web_url="https://far.example/", type="report"),
    ),
)
AROUND = ArticleContext(
    related_paths=("near.md", ""),
    mentions=(Backlink("who.md", "Who names it", "Who · 1 Oct 2021"),),
    problems=(Problem("news/a.md", 4, "heat", "odd"), Problem("news/a.md", 0, "", "strange")),
)


def draw(article: Article, around: ArticleContext = ArticleContext(), cells: int = 80) -> Page:  # noqa: B008 - a value
    return render_page(article, around, RenderOptions(cells, UTC, Palette()))


def lines(page: Page) -> list[str]:
    return ["".join(segment.text for segment in line).rstrip() for line in page.lines]


def metas(page: Page, key: str) -> dict[object, str]:
    """Return the clickable values of a kind, each with its text."""
    found: dict[object, str] = {}
    for segment in (segment for line in page.lines for segment in line):
        meta = segment.style.meta if segment.style else {}
        if key in meta:
            found[meta[key]] = found.get(meta[key], "") + segment.text
    return found


def test_course_shows_translators_series_length_and_links() -> None:
    course = Article(
        path="a.md",
        title="A course",
        published_at=WHEN,
        updated_at=WHEN + timedelta(days=1),
        authors=("Ann",),
        translators=("Bob", "Cem"),
        series=("Maps",),
        aliases=("/old/a", "An older title"),
        links=(
            Link("https://one.example/a.zip", "Source code", "download"),
            Link("https://one.example/amp", type="amp"),
        ),
        length="28:59",
        price="Free",
        levels=("Beginner", "Expert"),
    )
    page = draw(course, cells=120)
    assert lines(page) == [
        "A course",
        "Ann · translated by Bob, Cem · 2 Oct 2021 13:30 · updated 3 Oct 2021 13:30 · Beginner, Expert · 28:59 · Free",
        "",
        "Series    Maps",
        "Link 1    Source code · download · https://one.example/a.zip",
        "Link 2    https://one.example/amp · amp",
        "Aliases   /old/a · An older title",
        "File      a.md",
    ]
    assert [link.title for link in page.links] == ["Source code", "amp"]


@pytest.mark.parametrize("excerpt", ["Just words, 2 * 3 and snake_case.", "Words with _marks_.", "Words & an [a](b)."])
def test_excerpt_with_or_without_markup_is_italic(excerpt: str) -> None:
    page = draw(Article("a.md", "A", excerpt=excerpt, body="A body."))
    first = next(
        line for line in page.lines if "".join(part.text for part in line).startswith(excerpt.split(maxsplit=1)[0])
    )
    parts = [part for part in first if part.text.strip()]
    assert parts
    assert all(part.style is not None and part.style.italic for part in parts)


def test_full_article_shows_every_field() -> None:
    assert lines(draw(FULL, AROUND)) == [
        "A title",
        "One News · one.example · Ann, Bob · 2 Oct 2021 13:30 · quality 35 ▃ · heat 7.5",
        "article · news · en · 1 min",
        "✎ Draft",
        "⚿ Encrypted: the full text cannot be shown",
        "",
        "An excerpt.",
        "",
        "A body with a link[1].",
        "",
        "Topics    Maps · Roads",
        "Original  https://one.example/a",
        "Web       https://web.example/a",
        "Image 2   A map · 900×500 · cached · pictures.example",
        "File      news/a.md",
        "",
        "Related",
        " 3 Near ◆",
        "   Near News · quality 67 ▆",
        "",
        " 4 Far",
        "   2 Oct 2021 13:30 · report",
        "   Far away.",
        "",
        "Links",
        " 1 a link",
        "   https://two.example/",
        "",
        "Referenced by",
        " 5 Who names it ◆",
        "   Who · 1 Oct 2021",
        "",
        "Problems",
        "! line 4: heat: odd",
        "! strange",
    ]


def test_article_with_only_a_title_has_no_empty_labels() -> None:
    assert lines(draw(Article("a.md", "Alone"))) == ["Alone", "", "File      a.md"]


def test_page_links_are_numbered_from_top_to_bottom() -> None:
    assert draw(FULL, AROUND).links == (
        PageLink(1, "a link", "https://two.example/"),
        PageLink(2, "A map", "https://pictures.example/1.png"),
        PageLink(3, "Near", "https://near.example/", "near.md"),
        PageLink(4, "Far", "https://far.example/"),
        PageLink(5, "Who names it", "", "who.md"),
    )


def test_clickable_text_carries_its_topic_url_or_link_number() -> None:
    page = draw(FULL, AROUND)
    assert metas(page, "topic") == {"Maps": "Maps", "Roads": "Roads"}
    assert metas(page, "open") == {"original": URL, "web": "https://web.example/a"}
    links = metas(page, "link")
    assert set(links) == {1, 2, 3, 4, 5}
    assert links[3].split() == ["3", "Near", "◆"]
    assert links[1].startswith("a link[1]"), "in the body and in the list of links"


@pytest.mark.parametrize(
    ("article", "absent", "remark"),
    [
        (Article("a.md", "A", original_url=URL, web_url=URL), "Web", "the same URL twice"),
        (Article("a.md", "A", excerpt="Long …", body="Long ago"), "Long …", "an excerpt taken from the body"),
        (Article("a.md", "A", excerpt="A <a href='b'>link</a>.", body="A [link](b).\n"), "A link.\n", "HTML"),
        (Article("a.md", "A", excerpt="Words that go on", body="Words[^1] that go on.\n\n[^1]: x"), "on\n", "a note"),
        (Article("a.md", "A", excerpt="One two.", body="One ![x y](z.png) two.\n"), "One two.", "an image"),
        (Article("a.md", "A", excerpt="One.", body="# A\n\nOne."), "One.\n\nOne.", "an excerpt below the heading"),
        (Article("a.md", "A title", body="# A title\n\nOne."), "A title\n\nA title", "a heading that is the title"),
        (Article("a.md", "A", body="One.\n\n{/* truncate */}\n\nTwo."), "truncate", "the mark that ends the excerpt"),
        (Article("a.md", "A", provider=Provider("x.example", "x.example")), "x.example · x.example", "name is domain"),
        (Article("a.md", "A", heat=None), "heat", "not measured"),
        (Article("a.md", "A", images=(Image("https://p.example/", 900, None),)), "×", "half a size"),
    ],
)  # fmt: skip
def test_redundant_value_is_not_shown(article: Article, absent: str, remark: str) -> None:
    assert absent not in "\n".join(lines(draw(article))), remark


def test_image_path_is_shown_without_a_number() -> None:
    page = draw(Article("a.md", "A", image_paths=("img/a.png",)))
    assert "Image     img/a.png" in lines(page)
    assert page.links == ()


def test_unreadable_file_is_labeled() -> None:
    assert "! Unreadable" in "\n".join(lines(draw(Article("a.md", "A", unreadable=True))))


def test_page_times_are_local_and_date_only_values_stay() -> None:
    zone = timezone(-timedelta(hours=14))
    for when, shown in ((WHEN, "1 Oct 2021 23:30"), (datetime(2021, 10, 2, tzinfo=DATE_ONLY), "2 Oct 2021")):
        page = render_page(
            Article("a.md", "A", published_at=when), ArticleContext(), RenderOptions(80, zone, Palette())
        )
        assert lines(page)[1] == shown


def test_images_and_backlinks_over_the_limit_are_counted() -> None:
    article = Article("a.md", "A", images=tuple(Image(f"https://p.example/{n}") for n in range(25)))
    around = ArticleContext(mentions=tuple(Backlink(f"{n}.md", f"M{n}", "") for n in range(60)))
    found = lines(draw(article, around))
    assert "          … 5 more" in found
    assert found[-1] == "   … 10 more"


def test_long_url_wraps_at_its_own_indent() -> None:
    address = "https://one.example/" + "x" * 60
    found = lines(draw(Article("a.md", "A", original_url=address), cells=40))
    at = next(place for place, line in enumerate(found) if line.startswith("Original"))
    assert found[at + 1].startswith(" " * 10 + "x")
    assert "".join(line[10:] for line in found[at : at + 3]) == address


BLOCKS = [
    "# H",
    "- a",
    "> q",
    "```",
    "|a|b|\n|-|-|\n|c|d|",
    "<b>x</b>",
    "![a](https://i.example/)",
    "[b](https://b.example/)",
]
TEXTS = st.text(st.characters(), max_size=60).map(sanitize)
LINES = TEXTS.map(sanitize_line)
RELATED = st.builds(lambda title, excerpt, type_: Related(title, excerpt=excerpt, type=type_), LINES, LINES, LINES)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "path": LINES,
    "title": LINES,
    "excerpt": LINES,
    "body": st.lists(st.one_of(TEXTS, st.sampled_from(BLOCKS))).map("\n\n".join),
    "topics": st.lists(LINES, max_size=3).map(tuple),
    "authors": st.lists(LINES, max_size=2).map(tuple),
    "provider": st.builds(Provider, LINES, LINES),
    "category": LINES,
    "related": st.lists(RELATED, max_size=2).map(tuple),
}
ARTICLES = st.fixed_dictionaries(FIELDS).map(lambda fields: Article(**fields))


@settings(max_examples=amount(30))
@given(ARTICLES, st.integers(20, 100))
def test_any_article_renders_to_safe_lines_that_fit(article: Article, cells: int) -> None:
    page = draw(article, ArticleContext((), (Backlink("m.md", article.title, ""),)), cells)
    for line in page.lines:
        text = "".join(segment.text for segment in line)
        assert sanitize_line(text).split() == text.split()
        assert cell_width(text) <= cells
        assert all(segment.control is None for segment in line)
        assert all(segment.style is None or segment.style.link is None for segment in line)
    assert [link.number for link in page.links] == list(range(1, len(page.links) + 1))
    assert list(metas(page, "link")) == [link.number for link in page.links], "in the order of reading"


def test_long_path_and_url_are_broken_after_slashes() -> None:
    path = "a-rather-long-folder/another-long-folder/and-one-more/article-of-some-name.md"
    drawn = lines(
        draw(Article(path, "A", original_url="https://long.example/2026/some-section/the-article-itself"), cells=40)
    )
    at = next(row for row, line in enumerate(drawn) if line.startswith("File"))
    assert drawn[at:] == [
        "File      a-rather-long-folder/",
        "          another-long-folder/",
        "          and-one-more/",
        "          article-of-some-name.md",
    ]
    assert "Original  https://long.example/2026/" in drawn


def test_part_of_a_path_that_is_too_long_is_broken_where_the_line_ends() -> None:
    drawn = lines(draw(Article(f"{'x' * 50}/{'y' * 10}.md", "A"), cells=40))
    assert drawn[-3:] == [f"File      {'x' * 30}", f"          {'x' * 20}/", f"          {'y' * 10}.md"]


def test_images_are_named_by_their_file_and_related_articles_have_none() -> None:
    image = Image("https://cdn.example/up/load/a%20map.png?w=1")
    drawn = lines(draw(Article("a.md", "A", images=(image,), related=(Related("B", images=(image,)), Related("C")))))
    assert any(line.endswith("a map.png · cdn.example") for line in drawn)
    assert not any("https://cdn" in line for line in drawn)
    assert drawn[drawn.index("Related") + 1 :] == [" 2 B", "", " 3 C"]


def test_numbers_of_a_list_have_a_point_and_those_of_links_none() -> None:
    drawn = lines(draw(Article("a.md", "A", body="1. One [link](https://a.example)\n2. Two\n")))
    assert [line for line in drawn if line.startswith((" 1.", " 2."))] == [" 1. One link[1]", " 2. Two"]


def test_byline_breaks_only_between_its_parts() -> None:
    article = Article(
        "a.md", "A", provider=Provider("One News", ""), authors=("Ann Lee",), published_at=WHEN, category="x"
    )
    rows = lines(draw(replace(article, body="Word " * 500), cells=24))
    assert rows[1:4] == ["One News · Ann Lee", "2 Oct 2021 13:30 · x", "3 min"]


@pytest.mark.parametrize("cells", range(28, 60))
def test_details_of_related_articles_break_between_parts(cells: int) -> None:
    related = Related("A", provider=Provider("National Park Service"), quality=82.0, type="article")
    shown = lines(draw(Article("a.md", "T", related=(related,)), cells=cells))
    assert sum("quality 82 ▇" in line for line in shown) == 1
    assert not any(line.endswith("·") for line in shown)
