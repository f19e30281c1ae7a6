"""Front matter as real generators, clippers and exports write it, read by both YAML engines."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from reader.article import Image, Link, Provider
from reader.content.load import parse_file
from reader.problems import Code, Level

if TYPE_CHECKING:
    from reader.content import LoadResult
    from reader.content.yaml import YamlParser

URL = "https://one.example/a"
DAY = datetime(2021, 10, 2, tzinfo=UTC)


def _read(head: str, engine: YamlParser | None = None, path: str = "a.md") -> LoadResult:
    fence = "+++" if head.startswith("[") or " = " in head.partition("\n")[0] else "---"
    return parse_file(path, f"{fence}\n{head}\n{fence}\nThe text.\n".encode(), engine)


def _warnings(loaded: LoadResult) -> list[tuple[str, str]]:
    return [(found.field, found.code) for found in loaded.problems if found.level is not Level.NOTE]


TABLE: list[tuple[str, str, Any]] = [
    # topics: all keys count
    ("tag: a", "topics", ("a",)),
    ("tags: [a]\ncategories: [b]\ntopics: [c]\nkeywords: [d]", "topics", ("a", "b", "c", "d")),
    ("categories: [Food]\ntags: [tea, food]", "topics", ("Food", "tea")),
    ("keywords: one, two\ntags:\n- three", "topics", ("one", "two", "three")),
    ('title = "T"\n[taxonomies]\ntags = ["a", "b"]\ncategories = ["c"]', "topics", ("a", "b", "c")),
    ("taxonomies:\n  tags: [a]\n  authors: [Ann]", "topics", ("a",)),
    ("categories:\n- [Sports, Baseball]\n- [Play]", "topics", ("Sports", "Baseball", "Play")),
    ("categories:\n- - Sports\n  - - Baseball\n- Play", "topics", ("Sports", "Baseball", "Play")),
    ("tags: ['#one', '##two', three]", "topics", ("one", "two", "three")),
    ('tags: "#one #two"', "topics", ("one", "two")),
    ('tags: "#one, #two/three"', "topics", ("one", "two/three")),
    ("tags: C#, F#", "topics", ("C#", "F#")),
    ('tags: ["[[Maps]]", "[[Atlas/Roads|roads]]"]', "topics", ("Maps", "roads")),
    ("tags: [{name: Maps}, {title: Roads}]", "topics", ("Maps", "Roads")),
    ("tags: New York", "topics", ("New York",)),
    ("tags: music; jug bands, old", "topics", ("music", "jug bands, old")),
    ("category: [Rivers; lakes]", "topics", ("Rivers; lakes",)),
    ("category: [a, b]\ntags: [c]", "topics", ("a", "b", "c")),
    ("category: Kafka, OpenSSL\ntags: keys", "topics", ("Kafka", "OpenSSL", "keys")),
    ("category: news", "topics", ("news",)),
    ("category: news\ntags: [a]", "topics", ("a",)),
    ("category: news\ntags: [a]", "category", "news"),
    ("category: [a, b]", "category", "a"),
    ("tags: [Food &amp; Drink]", "topics", ("Food & Drink",)),
    ("extra:\n  tags: [a]", "topics", ("a",)),
    # people
    ("author: '[[Jane Doe]]'", "authors", ("Jane Doe",)),
    ("author: [[Jane Doe]]", "authors", ("Jane Doe",)),
    ("author: ['[[Jane Doe]]', '[[People/Bob|Bobby]]']", "authors", ("Jane Doe", "Bobby")),
    ("author: '[[Jane Doe]], [[Bob]]'", "authors", ("Jane Doe", "Bob")),
    (f"author: '[Jane Doe]({URL})'", "authors", ("Jane Doe",)),
    ("authors: [{first: Jane, last: Doe}]", "authors", ("Jane Doe",)),
    ("author: {given: Jane, family: Doe}", "authors", ("Jane Doe",)),
    ("author:\n- name: {given: Jane, family: Doe}\n- name: Bob", "authors", ("Jane Doe", "Bob")),
    ("author: {name: Jane Doe, email: j@one.example}", "authors", ("Jane Doe",)),
    ("author: {display_name: Tom Reed, login: admin}", "authors", ("Tom Reed",)),
    ("author: {login: admin, email: ''}", "authors", ("admin",)),
    ("by: [Ann, Bob]", "authors", ("Ann", "Bob")),
    ("byline: By Ann Lee", "authors", ("Ann Lee",)),
    ("author_name: Ann", "authors", ("Ann",)),
    ("author: Smith, Jane", "authors", ("Smith, Jane",)),
    ('authors: [Ann Lee <ann>, "Bo <bo@a.example>", <cy>]', "authors", ("Ann Lee", "Bo", "<cy>")),
    ("author: unknown", "authors", ()),
    ("author: |\n  unknown\n", "authors", ()),
    ("author: Unknown Author", "authors", ()),
    ("provider:\n  name: P\n  authors:\n  - name: Ann", "authors", ("Ann",)),
    ("taxonomies:\n  authors: [Ann]", "authors", ("Ann",)),
    ("extra:\n  author: Ann", "authors", ("Ann",)),
    ("translator: Bob", "translators", ("Bob",)),
    ("translators: [Bob, {name: Cem}]", "translators", ("Bob", "Cem")),
    ("translated_by: '[[Bob]]'", "translators", ("Bob",)),
    # the original and its provider
    (f"source: {URL}", "original_url", URL),
    (f"source: {URL}", "provider", Provider("one.example", "one.example")),
    ("source: Weekly", "original_url", ""),
    (f"source: Weekly\nsource_url: {URL}", "provider", Provider("Weekly", "one.example")),
    (f"source: {URL}\naccount: Weekly", "provider", Provider("Weekly", "one.example")),
    (f"source: '[Weekly]({URL})'", "original_url", URL),
    (f"source: ['{URL}']", "original_url", URL),
    (f"source: <{URL}>", "original_url", URL),
    (f"citation: {{url: '{URL}'}}", "original_url", URL),
    (f"source: {{title: On bends, url: '{URL}'}}", "original_url", URL),
    (f"original: {{name: Ann, link: '{URL}'}}", "original_url", URL),
    ("source: {name: Weekly, url: 'https://one.example/'}", "original_url", ""),
    (f"wordpress_url: {URL}", "original_url", URL),
    (f"redirectto: {URL}", "original_url", URL),
    (f"Link: {URL}", "original_url", URL),
    ("link: /about/", "original_url", ""),
    (f"site_name: Coast Review\noriginal_url: {URL}", "provider", Provider("Coast Review", "one.example")),
    ("publisher: {name: P, url: 'https://p.example/'}", "provider", Provider("P", "p.example")),
    # dates
    ("created_at: 2021-10-02", "published_at", DAY),
    ("ms.date: 2021-10-02", "published_at", DAY),
    ("pubDatetime: 2021-10-02", "published_at", DAY),
    ("date_published: 2021-10-02", "published_at", DAY),
    ("date created: 2021-10-02", "published_at", DAY),
    ("date: {created: 2021-10-02, updated: 2021-10-03}", "published_at", DAY),
    ("date_saved: 2021-10-03\ndate_published: 2021-10-02", "published_at", DAY),
    ("saved_at: 2021-10-02", "published_at", DAY),
    *[
        (f"{key}: 2021-10-02", "updated_at", DAY)
        for key in ("updated", "lastmod", "modified", "modDatetime", "updatedDateTime", "last_modified_at", "updatedAt",
                    "date modified", "last-modified", "Last Updated", "dateModified")
    ],
    ("date: {created: 2021-10-01, updated: 2021-10-02}", "updated_at", DAY),
    ("last_update: {date: 2021-10-02, author: Ann}", "updated_at", DAY),
    # excerpt
    *[
        (f"{key}: Words", "excerpt", "Words")
        for key in ("hook", "kicker", "spoiler", "lead", "standfirst", "desc", "dek", "teaser", "metaDescription")
    ],
    ("kicker: K\ndescription: D", "excerpt", "D"),
    ("params:\n  description: D", "excerpt", "D"),
    # images
    *[
        (f"{key}: {URL}", "images", (Image(URL),))
        for key in ("preview_image", "image_url", "hero", "ogImage", "featuredImage", "banner", "coverImage")
    ],
    (f"header: {{image: '{URL}'}}", "images", (Image(URL),)),
    (f"header:\n  teaser: {URL}", "images", (Image(URL),)),
    (f"cover: {{image: '{URL}', alt: A map}}", "images", (Image(URL, alt="A map"),)),
    (f"image: {URL}\nimage-alt: A map", "images", (Image(URL, alt="A map"),)),
    (f"hero: false\nimage: {URL}", "images", (Image(URL),)),
    (f"image: a.png\nthumbnail: {URL}", "images", (Image(URL),)),
    (f"featured_image: {{uid: x, alt: y}}\nimage: {URL}", "images", (Image(URL),)),
    # titles, series, aliases
    ("linkTitle: T", "title", "T"),
    ("sidebar_label: T", "title", "T"),
    ("display_name: T", "title", "T"),
    ("sidebar_label: S\ntitle: T", "title", "T"),
    ("Title: Tea &amp; Sympathy", "title", "Tea & Sympathy"),
    ("series: Maps", "series", ("Maps",)),
    ("series: [Maps, Roads]", "series", ("Maps", "Roads")),
    ("series: {name: Maps, order: 2}", "series", ("Maps",)),
    ("aliases: [/old/, Another title]", "aliases", ("/old/", "Another title")),
    ("aliases: Another title", "aliases", ("Another title",)),
    ("redirect_from: [/old/]", "aliases", ("/old/",)),
    # drafts
    ("Draft: true", "draft", True),
    ("status: draft", "draft", True),
    ("status: private", "draft", True),
    ("status: publish", "draft", False),
    ("publish: false", "draft", True),
    ("publish: true", "draft", False),
    ("draft: false\nstatus: draft", "draft", False),
    # the family of the home schema
    ("quality: 189", "quality", 189.0),
    (f"actions: [{{url: '{URL}', type: download, title: Code}}]", "links", (Link(URL, "Code", "download"),)),
    (f"ampWebUrl: {URL}", "links", (Link(URL, type="amp"),)),
    (f"actions: [{{url: '{URL}'}}]\nampWebUrl: {URL}/amp", "links", (Link(URL), Link(f"{URL}/amp", type="amp"))),
    (f"enclosure: {{url: '{URL}', type: audio/mpeg, length: 5}}", "links", (Link(URL, type="audio/mpeg"),)),
    ("length: PT28M59S", "length", "28:59"),
    ("length: PT2H3M", "length", "2:03:00"),
    ("length: PT48M", "length", "48:00"),
    ("duration: '12:30'", "length", "12:30"),
    ("reading_time: 15", "length", "15 min"),
    ("length: '71177281'\nduration: '1:13:07'", "length", "1:13:07"),
    ("length: 71177281", "length", ""),
    ("length: 1500", "length", "1500"),
    ("youtube_url: 'https://youtu.be/a'", "links", (Link("https://youtu.be/a", type="video"),)),
    ("price: Free", "price", "Free"),
    ("price: 19.90", "price", "19.90"),
    ("levels: [Beginner]", "levels", ("Beginner",)),
    ("level: Beginner", "levels", ("Beginner",)),
]  # fmt: skip


@pytest.mark.parametrize(("head", "field", "expected"), TABLE)
def test_front_matter_becomes_a_field(engine: YamlParser, head: str, field: str, expected: object) -> None:
    loaded = _read(head, engine)
    assert getattr(loaded.article, field) == expected
    assert not _warnings(loaded)


@pytest.mark.parametrize(
    ("path", "head", "topics"),
    [
        ("_posts/2021-10-02-a.md", "tags: jekyll ruby web", ("jekyll", "ruby", "web")),
        ("blog/_posts/a.md", "categories: life work", ("life", "work")),
        ("_drafts/a.md", "tags: jekyll ruby", ("jekyll", "ruby")),
        ("_posts/a.md", "tags: static sites, ruby", ("static sites", "ruby")),
        ("_posts/a.md", "tags: [static sites]", ("static sites",)),
        ("_posts/a.md", "topics: static sites", ("static sites",)),
        ("_posts/a.md", "category: static sites", ("static sites",)),
        ("posts/a.md", "tags: jekyll ruby web", ("jekyll ruby web",)),
    ],
)
def test_spaces_separate_topics_only_in_jekyll_folders(
    engine: YamlParser, path: str, head: str, topics: object
) -> None:
    article = _read(head, engine, path).article
    assert article is not None
    assert article.topics == topics


def test_files_in_drafts_folder_are_drafts() -> None:
    for path, draft in (("_drafts/a.md", True), ("blog/_drafts/a.md", True), ("drafts/a.md", False)):
        article = _read("title: T", path=path).article
        assert article is not None
        assert article.draft is draft


RELATED: list[tuple[str, list[tuple[str, str, str]]]] = [
    ("items:\n- videos/an-intro\n- videos/2021-10-02-next.md",
     [("An intro", "videos/an-intro", ""), ("Next", "videos/2021-10-02-next.md", "")]),
    ("links:\n- setup/a-blog.md\n- plugins/search.md#meta", [("A blog", "setup/a-blog.md", ""),
                                                            ("Search", "plugins/search.md", "")]),
    ("links:\n- Guides:\n  - Setup: setup/index.md\n  - plugins/blog.md", [("Setup", "setup/index.md", ""),
                                                                        ("Blog", "plugins/blog.md", "")]),
    ("related: ['[[A note]]', '[[notes/B|The other]]']", [("A note", "A note", ""), ("The other", "notes/B", "")]),
    (f"related: ['[Title]({URL})', '{URL}']", [("Title", "", URL), (URL, "", URL)]),
    ("related: ['[Title](../a.md)']", [("Title", "../a.md", "")]),
    ("related_posts: [my-first-post]", [("My first post", "my-first-post", "")]),
    (f"related: {URL}", [(URL, "", URL)]),
    ("related: true", []),
]  # fmt: skip


@pytest.mark.parametrize(("head", "expected"), RELATED)
def test_related_articles_load_from_every_form(engine: YamlParser, head: str, expected: object) -> None:
    loaded = _read(head, engine)
    assert loaded.article is not None
    assert [(item.title, item.path, item.original_url) for item in loaded.article.related] == expected
    assert not _warnings(loaded)


@pytest.mark.parametrize(
    ("head", "field", "code", "words"),
    [
        ("tilte: T", "tilte", Code.SLIP, 'unknown key; did you mean "title"?'),
        ("titl: T", "titl", Code.SLIP, 'unknown key; did you mean "title"?'),
        ("auhtor: Ann", "auhtor", Code.SLIP, 'unknown key; did you mean "author"?'),
        ("catagories: [a]", "catagories", Code.SLIP, 'unknown key; did you mean "categories"?'),
        ("descripton: D", "descripton", Code.SLIP, 'unknown key; did you mean "description"?'),
        ("Pubished: 2021-10-02", "Pubished", Code.SLIP, 'unknown key; did you mean "published"?'),
        ("excerpt: E\ndescription: D", "description", Code.IGNORED, 'ignored; "excerpt" is used'),
        ("lastmod: 2021-10-02\nmodified: 2021-10-03", "modified", Code.IGNORED, 'ignored; "lastmod" is used'),
        ("date_saved: 2021-10-02", "date_saved", Code.DATE_OF_SAVING,
         "no date of publication; the date of saving is used"),
        ("clipped: 2021-10-02", "clipped", Code.DATE_OF_SAVING, "no date of publication; the date of saving is used"),
        ("canonical: /a/", "canonical", Code.NOT_ABSOLUTE, '"/a/" is not an http or https URL that can be opened'),
    ],
)  # fmt: skip
def test_questionable_front_matter_is_reported(
    engine: YamlParser, head: str, field: str, code: Code, words: str
) -> None:
    loaded = _read(head, engine)
    assert [(found.field, found.code, found.message) for found in loaded.problems] == [(field, code, words)]


@pytest.mark.parametrize(
    "head",
    [
        "layout: post", "weight: 3", "slug: a", "id: 5", "version: 1.0", "menu: main", "toc: true", "comments: true",
        "title: T\ntitles: [a]", "dates: x", "links: []", "lead_in: x", "cover_credit: x", "imageset: x", "sort: 1",
        "author: Ann\nauhtor: Bob",
    ],
)  # fmt: skip
def test_unrelated_keys_are_not_reported_as_typos(head: str) -> None:
    assert _read(head).problems == ()


def test_key_in_a_problem_is_sanitized() -> None:
    assert [(found.field, found.code) for found in _read('"t\\title": T').problems] == [("t itle", Code.SLIP)]
