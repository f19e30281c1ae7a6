from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article import Article, Image, Link, Provider, Related
from reader.content import dialects, schema, values
from reader.content.frontmatter import FrontMatter, parse
from reader.problems import Code, Level
from reader.text import sanitize, sanitize_line

DAY = datetime(2021, 10, 2, tzinfo=UTC)
OTHER_DAY = datetime(2020, 1, 1, tzinfo=UTC)
URL = "https://www.example.org/a"


def _read(metadata: dict[str, Any], body: str = "", path: str = "a.md") -> tuple[Article, list[tuple[str, str]]]:
    article, problems = schema.build_article(path, FrontMatter({"title": "T", **metadata}, body))
    return article, [(problem.field, problem.message) for problem in problems]


def _values(metadata: dict[str, Any], *fields: str) -> list[object]:
    article, problems = _read(metadata)
    assert not problems
    return [getattr(article, field) for field in fields]


# For each field: its attribute, one value that all of its keys accept, and the result.
VALUES: dict[str, tuple[str, Any, Any]] = {
    "title": ("title", "x", "x"),
    "excerpt": ("excerpt", "x", "x"),
    "date": ("published_at", "2021-10-02", DAY),
    "published": ("published_at", "2021-10-02", DAY),
    "created": ("published_at", "2021-10-02", DAY),
    "saved": ("published_at", "2021-10-02", DAY),
    "publish": ("draft", False, True),
    "status": ("draft", "draft", True),
    "updated": ("updated_at", "2021-10-02", DAY),
    "original_url": ("original_url", URL, URL),
    "web_url": ("web_url", URL, URL),
    "quality": ("quality", 35, 35.0),
    "heat": ("heat", 35, 35.0),
    "topics": ("topics", ["x", "y"], ("x", "y")),
    "category": ("category", "x", "x"),
    "type": ("type", "x", "x"),
    "authors": ("authors", ["x", "y"], ("x", "y")),
    "translators": ("translators", ["x", "y"], ("x", "y")),
    "language": ("language", "x", "x"),
    "provider": ("provider", "x", Provider("x")),
    "draft": ("draft", True, True),
    "secured": ("secured", "x", True),
    "images": ("images", URL, (Image(URL),)),
    "related": ("related", [{"title": "x"}], (Related("x"),)),
    "series": ("series", ["x", "y"], ("x", "y")),
    "aliases": ("aliases", ["x", "y"], ("x", "y")),
    "links": ("links", [{"url": URL}], (Link(URL),)),
    "length": ("length", "x", "x"),
    "price": ("price", "x", "x"),
    "levels": ("levels", ["x", "y"], ("x", "y")),
}
# Fields that merge the values of all keys, so that no key wins.
MERGED = dialects.MERGED


def _at(key: str, value: object) -> dict[str, Any]:
    """Return metadata with a value under a key, which may be inside a mapping."""
    outer, _, inner = key.rpartition(".")
    return {outer: {inner: value}} if outer else {key: value}


def _both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return the union of two dictionaries, merging the mappings they share."""
    mappings = [key for key in one if isinstance(one[key], dict) and isinstance(other.get(key), dict)]
    return one | other | {key: one[key] | other[key] for key in mappings}


@pytest.mark.parametrize(
    ("field", "key", "value", "expected"),
    [
        (*VALUES[entry.field][:1], key, *VALUES[entry.field][1:])
        for entry in dialects.FIELDS
        if entry.field in VALUES
        for key in entry.keys
    ],
)
def test_key_fills_its_field(field: str, key: str, value: object, expected: object) -> None:
    if (field, key) == ("original_url", "source"):
        expected = URL
    if field == "links":
        article, problems = schema.build_article("a.md", FrontMatter({"title": "T", **_at(key, value)}, ""))
        assert [link.url for link in article.links] == [URL]
        return
    metadata = _at(key, value) if field == "title" else {"title": "T", **_at(key, value)}
    article, problems = schema.build_article("a.md", FrontMatter(metadata, ""))
    assert getattr(article, field) == expected
    assert {problem.code for problem in problems} <= {Code.DATE_OF_SAVING}


def test_field_keys_are_unique() -> None:
    for entry in dialects.FIELDS:
        names = [dialects.normalize_key(key) for key in entry.keys]
        assert len(names) == len(set(names)), entry.field


@pytest.mark.parametrize(
    ("key", "field", "value", "expected"),
    [
        ("Title", "title", "x", "x"),
        ("TITLE", "title", "x", "x"),
        ("publishdate", "published_at", "2021-10-02", DAY),
        ("publish-date", "published_at", "2021-10-02", DAY),
        ("Publish Date", "published_at", "2021-10-02", DAY),
        ("PUBLISH_DATE", "published_at", "2021-10-02", DAY),
        ("Draft", "draft", True, True),
        ("TAGS", "topics", ["x"], ("x",)),
        ("date modified", "updated_at", "2021-10-02", DAY),
        ("Last-Mod", "updated_at", "2021-10-02", DAY),
        ("guid", "web_url", URL, URL),
        ("guid", "web_url", "tag:a.example,2021:1", ""),
        ("DOI", "web_url", "10.1000/abc", "https://doi.org/10.1000/abc"),
    ],
)
def test_keys_match_without_case_and_separators(key: str, field: str, value: object, expected: object) -> None:
    metadata = {key: value} if field == "title" else {"title": "T", key: value}
    article, problems = schema.build_article("a.md", FrontMatter(metadata, ""))
    assert getattr(article, field) == expected
    assert not problems


OTHER: dict[str, Any] = {
    "type": "other",
    "draft": False,
    "length": "other",
    "title": "other",
    "excerpt": "other",
    "published_at": "2020-01-01",
    "original_url": "https://other.example/",
    "web_url": "https://other.example/",
    "quality": 1,
    "topics": ["other"],
    "authors": ["other"],
    "translators": ["other"],
    "related": [{"title": "other"}],
    "series": ["other"],
    "aliases": ["other"],
    "levels": ["other"],
    "updated_at": "2020-01-01",
    "language": "other",
    "provider": "other",
    "images": "https://other.example/",
}


@pytest.mark.parametrize(
    ("field", "first", "later", "value", "expected"),
    [
        (*VALUES[entry.field][:1], first, later, *VALUES[entry.field][1:])
        for entry in dialects.FIELDS
        for first, later in pairwise(entry.keys)
        if entry.field in VALUES and entry.field not in MERGED
    ],
)
def test_first_listed_key_wins_in_any_order(
    field: str, first: str, later: str, value: object, expected: object
) -> None:
    pairs = (_at(first, value), _at(later, OTHER[field]))
    for metadata in (_both(*pairs), _both(*reversed(pairs))):
        titled = metadata if field == "title" else {"title": "T", **metadata}
        article, problems = schema.build_article("a.md", FrontMatter(titled, ""))
        assert getattr(article, field) == expected
        assert not [problem for problem in problems if problem.level is not Level.NOTE]


@pytest.mark.parametrize(
    ("field", "first", "later", "value", "expected"),
    [
        (VALUES[entry.field][0], *entry.keys[:2], *VALUES[entry.field][1:])
        for entry in dialects.FIELDS
        if len(entry.keys) > 1 and entry.field in VALUES and entry.field not in {"title", "links"}
    ],
)
def test_empty_key_gives_way_to_the_next(field: str, first: str, later: str, value: object, expected: object) -> None:
    empty: list[object] = [None, "", [], {}]
    for nothing in empty:
        article, problems = _read({first: nothing, later: value})
        assert getattr(article, field) == expected
        assert all(problem == (later, "no date of publication; the date of saving is used") for problem in problems)


TEXTS = [
    ("x", "x", "a text"),
    ("  a \n b  ", "a b", "on one line"),
    ("\x1b[31mred\u202e", "[31mred", "clean"),
    (2021, "2021", "a number"),
    (1.5, "1.5", "a fraction"),
    (True, "true", "a truth"),
    (date(2021, 10, 2), "2021-10-02", "a date"),
    (time(12, 30), "12:30:00", "a time"),
    ("[/][@click=app.quit]x", "[/][@click=app.quit]x", "markup stays as it is"),
]


@pytest.mark.parametrize("field", ["title", "excerpt", "category", "type", "language"])
@pytest.mark.parametrize(("value", "expected", "remark"), TEXTS)
def test_scalar_becomes_a_string(field: str, value: object, expected: str, remark: str) -> None:
    assert _values({field: value}, field) == [expected], remark


@pytest.mark.parametrize("field", ["title", "excerpt", "type", "language"])
@pytest.mark.parametrize("value", [["x"], {"en": "x"}, {"x"}, b"x", 10**5000])
def test_non_scalar_string_field_is_a_problem(field: str, value: object) -> None:
    article, problems = _read({field: value})
    assert problems[0] == (field, "expected a string")
    assert getattr(article, field) == ("A" if field == "title" else "")


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("a.md", "A"),
        ("sub/2021-10-02-my-great_title.markdown", "My great title"),
        ("2021-10-02.md", "2021-10-02"),
        ("My Title.TXT", "My Title"),
        ("2021-10-02 State-of-the-art tools.md", "State-of-the-art tools"),
        ("journals/2020_09_14.md", "2020-09-14"),
        ("pages/Board___Tool___Move a box.md", "Board/Tool/Move a box"),
        ("pages/New here%3F.md", "New here?"),
        ("posts/hello-world/index.md", "Hello world"),
        ("_index.md", "Index"),
        ("a.b.md", "A.b"),
        ("caf\udce9\x1b-x.md", "Caf\ufffd x"),
        ("---.md", "---.md"),
        ("éa.md", "Éa"),
    ],
)
def test_missing_title_falls_back_to_the_file_name(path: str, title: str) -> None:
    article, problems = schema.build_article(path, FrontMatter({}, ""))
    assert article.title == title
    assert not problems


def test_blank_title_falls_back_to_the_file_name() -> None:
    article, problems = _read({"title": " \x1b "})
    assert article.title == "A"
    assert problems == []


def test_missing_excerpt_is_taken_from_the_body() -> None:
    article, problems = _read({}, "# Head\n\nFirst *paragraph*\nhere.\n\nSecond.")
    assert article.excerpt == "First *paragraph* here."
    assert not problems


@pytest.mark.parametrize(
    ("metadata", "body"),
    [
        ({"title": "Bends", "description": "bends"}, "Text."),
        ({"title": "Bends"}, "Bends\n\nText."),
        ({}, "# Bends\n\n**Bends**\n\nText."),
    ],
)
def test_excerpt_does_not_repeat_the_title(metadata: dict[str, Any], body: str) -> None:
    article, _ = schema.build_article("a.md", FrontMatter(metadata, body))
    assert (article.title, article.excerpt) == ("Bends", "Text.")


def test_body_is_sanitized_and_keeps_its_lines() -> None:
    article, _ = _read({}, "a\r\n\tb\x1b[31m\u202ec\n")
    assert article.body == "a\n\tb[31mc\n"


@pytest.mark.parametrize(
    ("metadata", "path", "expected", "problem", "remark"),
    [
        ({"date": "2021-10-02"}, "2020-01-01-a.md", DAY, None, "the key before the name"),
        ({}, "2021-10-02-a.md", DAY, None, "the name where there is no key"),
        ({}, "2021-10-02-a/index.md", DAY, None, "the folder of one article"),
        ({}, "blog/2021-10-02-a/index.de.md", DAY, None, "in each of its languages"),
        ({}, "2021_10_02_a/_index.md", DAY, None, "in whatever form"),
        ({}, "2021-10-02/a.md", DAY, None, "or another folder"),
        ({}, "posts/2021/10/02/a/index.md", DAY, None, "folders for year, month and day"),
        ({}, "2021/10/a.md", None, None, "not only some of them"),
        ({"path": "blog/2021/10/02/a"}, "a.md", DAY, None, "the path on the site"),
        ({"permalink": "/2021/10/02/a.html"}, "a.md", DAY, None, "its permalink"),
        ({"slug": "2021-10-02-a"}, "a.md", DAY, None, "its slug"),
        ({}, "meetings/2021-10/october-2.md", DAY, None, "a day in the name, below a month"),
        ({}, "2021/Oct 02 rivers.md", DAY, None, "below a year"),
        ({}, "2020/sept_1.md", datetime(2020, 9, 1, tzinfo=UTC), None, "with four letters"),
        ({}, "2021/octopus-2.md", None, None, "a word that begins like a month"),
        ({}, "2021/february-30.md", None, None, "no such day"),
        ({}, "notes/october-2.md", None, None, "a day without a year"),
        ({"path": 2021, "slug": ["/2021/10/02/"]}, "a.md", None, None, "neither a number nor a list"),
        ({"path": "2021/10/02/a"}, "2020-01-01-a.md", OTHER_DAY, None, "the name before them"),
        ({"date": "2021-10-02", "path": "2020/01/01/a"}, "a.md", DAY, None, "a key before all"),
        ({"date": "soon", "created": "2020-01-01"}, "a.md", None, ("date", '"soon" is not a date'), "no other key"),
        ({}, "a.md", None, None, "no date is no problem"),
        ({"date": "soon"}, "a.md", None, ("date", '"soon" is not a date'), "unreadable is no date"),
        ({"date": "soon"}, "2021-10-02-a.md", DAY, ("date", '"soon" is not a date'), "or that of the name"),
        (
            {"date": "03/04/2021", "created": "2020-01-01"},
            "a.md",
            None,
            ("date", '"03/04/2021" can be read with the day or the month first'),
            "two readings are none",
        ),
        ({"date": ["x"]}, "a.md", None, ("date", "a list is not a date"), "a list"),
        ({"date": time(12, 0)}, "a.md", None, ("date", '"12:00:00" is not a date'), "a time alone"),
        ({"date": "\x1b[31m"}, "a.md", None, ("date", '"[31m" is not a date'), "a message is clean"),
        ({"date": "0001-01-01T00:00:00Z"}, "a.md", None, None, "Hugo's zero date"),
        ({"date": "0001-01-01T00:00:00Z"}, "2021-10-02-a.md", DAY, None, "which says nothing"),
        ({"published": date(2021, 10, 2), "created": "2020-01-01"}, "a.md", DAY, None, "published as a date"),
        (
            {"published": "soon", "created": "2020-01-01"},
            "a.md",
            None,
            ("published", "expected a boolean or a date"),
            "which no other key replaces",
        ),
        ({"published": True, "created": "2021-10-02"}, "a.md", DAY, None, "published as a truth"),
        ({"published": 1}, "a.md", None, None, "as a number"),
        ({"date": "2021-10-02", "published": "2020-01-01"}, "a.md", DAY, None, "date before published"),
    ],
)
def test_date_comes_from_keys_then_path(
    metadata: dict[str, Any], path: str, expected: datetime | None, problem: tuple[str, str] | None, remark: str
) -> None:
    article, problems = _read(metadata, path=path)
    assert article.published_at == expected, remark
    assert problems == ([problem] if problem else []), remark


@pytest.mark.parametrize(
    ("value", "original", "web", "remark"),
    [
        (f" {URL} ", True, True, "white space around"),
        ("/posts/a/", False, None, "a path within the site"),
        ("posts/a.html", False, None, "another"),
        (":title", False, None, "a pattern"),
        ("//example.org/a", False, None, "no scheme"),
        ("ftp://example.org/", False, False, "another scheme"),
        ("javascript:alert(1)", False, False, "a script"),
        (" JavaScript:alert(1)", False, False, "a script in disguise"),
        ("https://example.org/a b", False, False, "a space"),
        ("https://example.org/\x1b[2J", False, False, "an escape"),
        ("https://u:p@example.org/", False, False, "a user"),
        (5, False, False, "a number"),
        ([URL], True, True, "a list"),
        (f"<{URL}>", True, True, "in brackets"),
        (f"[x]({URL})", True, True, "a Markdown link"),
        (["a b", 5], False, False, "a list without one"),
    ],
)
def test_url_that_is_not_absolute_is_a_problem(value: object, original: bool, web: bool | None, remark: str) -> None:  # noqa: FBT001 - columns of the table
    article, problems = _read({"originalUrl": value})
    assert article.original_url == (URL if original else ""), remark
    assert bool(problems) is not original, remark
    article, problems = _read({"webUrl": value})
    assert article.web_url == (URL if web else ""), remark
    assert bool(problems) is (web is False), remark
    assert all(message == sanitize_line(message) for _, message in problems), remark


def test_url_falls_back_to_a_later_key() -> None:
    assert _values({"permalink": URL, "url": "/a"}, "web_url") == [URL]
    article, problems = _read({"link": "nowhere", "canonical": URL})
    assert article.original_url == URL
    assert problems == [("link", '"nowhere" is not an http or https URL that can be opened')]


@pytest.mark.parametrize(
    ("value", "expected", "remark"),
    [
        (35, 35.0, "a number"),
        (35.5, 35.5, "a fraction"),
        ("35", 35.0, "a text"),
        (" 35.5 ", 35.5, "with spaces"),
        (0, 0.0, "zero"),
        ("0", 0.0, "as a text"),
        (100, 100.0, "the top"),
        (-1, None, "below zero is not scored"),
        ("-1", None, "as a text"),
        (None, None, "nothing"),
        ("", None, "nothing"),
    ],
)
@pytest.mark.parametrize("field", ["quality", "heat"])
def test_score_becomes_a_number(field: str, value: object, expected: float | None, remark: str) -> None:
    assert _values({field: value}, field) == [expected], remark


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, '"true"'),
        (False, '"false"'),
        ("high", '"high"'),
        ("35%", '"35%"'),
        ("1_0", '"1_0"'),
        ("nan", '"nan"'),
        (float("nan"), '"nan"'),
        (float("inf"), '"inf"'),
        (float("-inf"), '"-inf"'),
        (10**400, f'"1{"0" * 58}…"'),
        (10**5000, "this"),
        ([35], "a list"),
        ({"a": 1}, "a mapping"),
        ("9" * 1000, f'"{"9" * 59}…"'),
    ],
)
@pytest.mark.parametrize("field", ["quality", "heat"])
def test_score_that_is_no_number_is_a_problem(field: str, value: object, shown: str) -> None:
    article, problems = _read({field: value})
    assert getattr(article, field) is None
    assert problems == [(field, f"{shown} is not a number")]


def test_score_above_100_is_accepted() -> None:
    article, problems = _read({"score": 120.5, "heat": 4000})
    assert (article.quality, article.heat) == (120.5, 4000.0)
    assert not problems


@pytest.mark.parametrize(
    ("metadata", "expected", "remark"),
    [
        ({"topics": ["AI", "Facebook AI"]}, ("AI", "Facebook AI"), "a list"),
        ({"topics": "Tea &amp; Coffee, R&amp;D"}, ("Tea & Coffee", "R&D"), "a semicolon of an entity"),
        ({"topics": "Tea &#38; Coffee; R&amp;D, too"}, ("Tea & Coffee", "R&D, too"), "and another semicolon"),
        ({"topics": "AI, Facebook AI,,"}, ("AI", "Facebook AI"), "a text with commas"),
        ({"topics": ["a, b"]}, ("a, b",), "a comma in an entry"),
        ({"topics": "AI"}, ("AI",), "one"),
        ({"topics": [2021, 1.5, True, None, ""]}, ("2021", "1.5", "true"), "what is no text becomes one"),
        ({"topics": 2021}, ("2021",), "a number alone"),
        ({"topics": ["AI", "ai", "Résumé", "resume", " AI "]}, ("AI", "Résumé"), "the first spelling stays"),
        ({"topics": ["!", "?"]}, ("!", "?"), "signs are topics too"),
        ({"tags": ["x"], "category": "y"}, ("x",), "a category adds nothing"),
        ({"category": "y"}, ("y",), "but stands in"),
        ({"topics": [], "category": "y"}, ("y",), "for an empty list"),
        ({"topics": " , ", "category": "y"}, ("y",), "and for blanks"),
        ({"topics": ["\x1b[31mred"]}, ("[31mred",), "clean"),
        ({"tags": ["None", "x", "null"]}, ("x",), "what programs write for nothing"),
        ({}, (), "none"),
    ],
)
def test_topics_are_read_from_every_form(metadata: dict[str, Any], expected: tuple[str, ...], remark: str) -> None:
    assert _values(metadata, "topics") == [expected], remark


def test_topic_mapping_without_a_name_is_a_problem() -> None:
    article, problems = _read({"tags": ["a", ["b"], {"c": 1}, "d"]})
    assert article.topics == ("a", "b", "d")
    assert problems == [("tags", "expected a string")]


def test_topics_in_a_list_in_quotes_are_split() -> None:
    assert _values({"tags": "[a, 'b c', \"d\"]"}, "topics") == [("a", "b c", "d")]
    assert _values({"tags": ["['a', 'b']", "[c](https://c.example/)", "[[d]]"]}, "topics") == [("a", "b", "c", "d")]
    assert _values({"tags": "[]"}, "topics") == [()]


@pytest.mark.parametrize(
    ("value", "expected", "remark"),
    [
        ("Jane Doe", ("Jane Doe",), "one"),
        ("Doe, Jane", ("Doe, Jane",), "a comma belongs to the name"),
        (["Jane", "John", "jane"], ("Jane", "John"), "a list"),
        ([{"name": "Jane", "url": "x"}], ("Jane",), "a mapping with a name"),
        ({"name": "Jane"}, ("Jane",), "alone"),
        ("Jane Doe, Bo Ek", ("Jane Doe", "Bo Ek"), "full names"),
        ("Jane Doe, A. Lee, and Bo Ek", ("Jane Doe", "A. Lee", "Bo Ek"), "the last of them behind a word"),
        ("Doe, Jane and Ek, Bo", ("Doe, Jane and Ek, Bo",), "names in parts are left alone"),
        ("Jane Doe, Jr.", ("Jane Doe, Jr.",), "as is a title"),
        ("[[Jane Doe]] and [[p/Bo Ek|Bo]], [[Ann]]", ("Jane Doe", "Bo", "Ann"), "links to notes"),
        ("[[Jane Doe]] and others", ("Jane Doe and others",), "a link in a text"),
        ("Von: Jane Doe", ("Jane Doe",), "a word for by"),
        ("Jane <j@a.example>, John Roe <r@a.example>", ("Jane", "John Roe"), "behind mail addresses"),
        ("Jane <j@a.example>\n  John <r@a.example> & Jo", ("Jane", "John", "Jo"), "on several lines"),
        ("Jane (@jane), John (@john)", ("Jane (@jane)", "John (@john)"), "behind user names"),
        ("Jane (@jane), an engineer", ("Jane (@jane), an engineer",), "a remark behind a user name"),
        ("Jane (Example, Inc.)", ("Jane (Example, Inc.)",), "a comma in a remark"),
        ("[Jane](https://a.example/), [John](https://b.example/)", ("Jane", "John"), "links"),
        ("Jane Doe https://a.example/jane", ("Jane Doe",), "before an address"),
        ("Jane Doe <j@a.example> (https://a.example/)", ("Jane Doe",), "as packages name theirs"),
        (["Jane Doe (https://a.example/)", "Bo"], ("Jane Doe", "Bo"), "in a list"),
    ],
)
def test_authors_are_read_from_every_form(value: object, expected: tuple[str, ...], remark: str) -> None:
    assert _values({"authors": value}, "authors") == [expected], remark


@pytest.mark.parametrize(
    ("metadata", "expected", "remark"),
    [
        ({"provider": {"name": "eWeek", "domain": "eweek.com"}}, Provider("eWeek", "eweek.com"), "both"),
        ({"provider": {"name": "eWeek", "domain": "WWW.eWeek.com"}}, Provider("eWeek", "eweek.com"), "one spelling"),
        ({"provider": {"domain": "https://www.eweek.com/x"}}, Provider("eweek.com", "eweek.com"), "an address"),
        ({"provider": {"name": "E"}, "originalUrl": URL}, Provider("E", "example.org"), "domain of the address"),
        ({"provider": {"domain": "eweek.com"}}, Provider("eweek.com", "eweek.com"), "name of the domain"),
        ({"publisher": {"name": "E", "url": "https://e.example/"}}, Provider("E", "e.example"), "schema.org's"),
        ({"source": "eWeek"}, Provider("eWeek"), "a text"),
        ({"source": "eWeek", "webUrl": URL}, Provider("eWeek", "example.org"), "and the page's address"),
        ({"site": "https://www.eweek.com"}, Provider("eweek.com", "eweek.com"), "an address for a name"),
        ({"originalUrl": URL, "webUrl": "https://b.example/"}, Provider("example.org", "example.org"), "nothing"),
        ({}, Provider(), "nothing at all"),
        ({"journal": ["[[The Water|Water]]"]}, Provider("Water"), "a wiki link in a list"),
        ({"publisher": [{"name": "E", "url": "https://e.example/"}]}, Provider("E", "e.example"), "a list of mappings"),
        ({"source": ["https://e.example/a"]}, Provider("e.example", "e.example"), "an address in a list"),
        ({"source": "Readwise", "url": URL}, Provider("example.org", "example.org"), "a service for a source"),
        ({"source": "web.clip7", "source-url": URL}, Provider("example.org", "example.org"), "a clipper"),
        ({"source": "Instapaper: Unread", "url": URL}, Provider("example.org", "example.org"), "a folder of a service"),
        ({"source": "wordpress"}, Provider(), "a program"),
        ({"source": {"title": "On bends", "url": URL}}, Provider("example.org", "example.org"), "an article"),
        ({"source": {"name": "E", "url": URL}}, Provider("E", "example.org"), "a named one"),
        ({"source": {"title": "E", "url": "https://e.example/"}}, Provider("E", "e.example"), "a site with a title"),
        ({"url": "https://media.example/e/12.mp3"}, Provider(), "a host of audio files"),
        ({"url": "https://media.example/e/12.mp3?a=b"}, Provider(), "a host of audio files"),
        ({"source": "Notion", "url": "https://www.notion.so/b"}, Provider("Notion", "notion.so"), "its own page"),
        ({"publisher": "Pocket", "url": URL}, Provider("Pocket", "example.org"), "a publisher of that name"),
        ({"provider": []}, Provider(), "an empty list"),
        ({"provider": {}}, Provider(), "an empty one"),
        ({"provider": {"name": "\x1b[31mE", "domain": "a\nb"}}, Provider("[31mE", "a b"), "clean"),
    ],
)
def test_provider_is_read_from_every_form(metadata: dict[str, Any], expected: Provider, remark: str) -> None:
    assert _values(metadata, "provider") == [expected], remark


def test_provider_list_yields_its_first_entry() -> None:
    article, problems = _read({"provider": ["a", "b"], "link": URL})
    assert article.provider == Provider("a", "example.org")
    assert not problems


YES = [True, 1, "yes", "Yes", "ON", "true", "1", " on "]
NO = [False, 0, "no", "No", "OFF", "false", "0", " off "]


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [({"draft": value}, True) for value in YES]
    + [({"draft": value}, False) for value in NO]
    + [({"published": value}, False) for value in YES]
    + [({"published": value}, True) for value in NO]
    + [
        ({}, False),
        ({"draft": None}, False),
        ({"published": "2021-10-02"}, False),
        ({"draft": True, "published": True}, True),
        ({"draft": False, "published": False}, True),
    ],
)
def test_draft_is_read_in_every_spelling(metadata: dict[str, Any], expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert _values(metadata, "draft") == [expected]


@pytest.mark.parametrize("value", ["maybe", 2.5, ["yes"], "yes" * 100])
def test_draft_that_is_no_boolean_is_a_problem(value: object) -> None:
    article, problems = _read({"draft": value, "published": value})
    assert not article.draft
    assert problems == [("draft", "expected a boolean"), ("published", "expected a boolean or a date")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("abc=;def==", True),
        (["x"], True),
        ({"a": 1}, True),
        (True, True),  # a boolean in some dialects
        (False, False),
        ("no", False),
        (0, False),
        ("", False),
        (None, False),
    ],
)
def test_secured_text_sets_a_flag_and_is_not_stored(value: object, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    article, problems = _read({"secured": value})
    assert article.secured is expected
    assert not problems
    assert "def" not in repr(article)


@pytest.mark.parametrize(
    ("metadata", "expected", "remark"),
    [
        (
            {"images": [{"url": URL, "width": 900, "height": "500", "isCached": True, "alt": " A\nB "}]},
            (Image(URL, 900, 500, is_cached=True, alt="A B"),),
            "every key",
        ),
        ({"images": [URL, {"src": URL}]}, (Image(URL), Image(URL)), "texts, and another key"),
        ({"cover": {"url": URL, "isCached": "no"}}, (Image(URL, is_cached=False),), "a mapping alone"),
        ({"image": "/img/a.png"}, (), "a path within the site"),
        ({"image": {"alt": "x"}}, (), "no address"),
        ({"images": [{"url": URL, "width": 0, "height": -5}]}, (Image(URL),), "no size"),
    ],
)
def test_images_are_read_from_every_form(metadata: dict[str, Any], expected: tuple[Image, ...], remark: str) -> None:
    assert _values(metadata, "images") == [expected], remark


@pytest.mark.parametrize(
    ("metadata", "paths", "images"),
    [
        ({"image": "img/a b.png"}, ("img/a b.png",), ()),
        ({"cover": {"src": "/a.png"}}, ("/a.png",), ()),
        ({"image": "img/a.png", "originalUrl": "https://a.example/x/y"}, (), ("https://a.example/x/img/a.png",)),
        ({"image": ["/a.png", "b.png"], "webUrl": "https://a.example/x/"}, (),
         ("https://a.example/a.png", "https://a.example/x/b.png")),
        ({"image": "a b.png", "originalUrl": "https://a.example/"}, ("a b.png",), ()),
        ({"image": "{{ x }}"}, (), ()),
        ({"image": "javascript:x"}, (), ()),
    ],
)  # fmt: skip
def test_image_path_is_resolved_against_the_article_url(
    metadata: dict[str, Any], paths: tuple[str, ...], images: tuple[str, ...]
) -> None:
    article = schema.with_image_urls(_read(metadata)[0])
    assert article.image_paths == paths
    assert tuple(image.url for image in article.images) == images


@pytest.mark.parametrize(
    ("metadata", "problem"),
    [
        ({"image": "data:image/png;base64,x"}, "is not an http or https URL that can be opened"),
        ({"image": 5}, "is not an http or https URL that can be opened"),
        ({"image": {"url": URL, "width": "wide"}}, '"wide" is not a number'),
        ({"image": {"url": URL, "alt": ["x"]}}, "expected a string"),
    ],
)
def test_invalid_image_is_a_problem(metadata: dict[str, Any], problem: str) -> None:
    _, problems = _read(metadata)
    assert len(problems) == 1
    assert problems[0][0] == "image"
    assert problems[0][1].endswith(problem)


def test_related_entry_fills_every_field() -> None:
    entry = {
        "headline": " A\x1b ",
        "summary": "E",
        "date": "2021-10-02",
        "link": URL,
        "url": "https://b.example/",
        "type": "video",
        "score": "67",
        "heat": -1,
        "source": "S",
        "tags": "a, b",
        "image": URL,
        "secured": "x",
    }
    expected = Related(
        title="A",
        excerpt="E",
        published_at=DAY,
        original_url=URL,
        web_url="https://b.example/",
        type="video",
        quality=67.0,
        provider=Provider("S", "example.org"),
        topics=("a", "b"),
        images=(Image(URL),),
    )
    assert _values({"related": [entry]}, "related") == [(expected,)]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"label": "A", "to": URL, "target": "_blank", "download": True}, ("A", URL, "")),
        ({"text": "A", "to": "/b/c"}, ("A", "", "/b/c")),
        ({"text": "A", "title": "B", "url": URL}, ("B", URL, "")),
        ({"to": URL}, (URL, URL, "")),
    ],
)
def test_related_entry_can_be_a_button(entry: object, expected: tuple[str, str, str]) -> None:
    article, problems = _read({"links": [entry]})
    assert [(found.title, found.web_url, found.path) for found in article.related] == [expected]
    assert problems == []


def test_image_without_path_or_suffix_is_a_word() -> None:
    article, _ = _read({"background": "dark", "splash": True, "header-img": "img/a.png"})
    assert article.image_paths == ("img/a.png",)
    assert _values({"background": "dark"}, "image_paths") == [()]


def test_image_of_a_hero_is_an_image() -> None:
    assert _values({"hero": {"title": "A", "image": {"src": URL}}}, "images") == [(Image(URL),)]
    assert _read({"hero": {"title": "A", "image": {"file": "~/a.png"}, "actions": [{"text": "B"}]}})[1] == []


def test_related_entry_can_be_a_url() -> None:
    provider = Provider("example.org", "example.org")
    assert _values({"related": [f" {URL} ", {"webUrl": URL}]}, "related") == [
        (Related(URL, original_url=URL, provider=provider), Related(URL, web_url=URL, provider=provider))
    ]


def test_related_title_can_be_a_known_key() -> None:
    found = _values({"related": [{"Intro": "b.md"}, {"Summary": "c/d.html"}]}, "related")
    assert found == [(Related("Intro", path="b.md"), Related("Summary", path="c/d.html"))]


def test_wiki_link_without_quotes_is_a_name() -> None:
    article, problems = _read({"source": [["The Mill"]], "type": [["Book"]], "author": [["Jane Doe"]]})
    assert (article.provider.name, article.type, article.authors) == ("The Mill", "Book", ("Jane Doe",))
    assert problems == []


def test_keys_with_colons_are_those_of_web_pages() -> None:
    article, problems = _read({"og:title": "x", "og:image": URL, "article:published_time": "2021-10-02"})
    assert ([image.url for image in article.images], article.published_at) == ([URL], DAY)
    assert problems == [("og:title", 'ignored; "title" is used')]


def test_invalid_related_entries_are_problems_and_the_rest_stay() -> None:
    article, problems = _read(
        {
            "related": [
                {"title": "A"},
                "some words",
                {"excerpt": "x"},
                None,
                5,
                {"title": "B", "date": "x", "webUrl": "ftp://x"},
            ]
        }
    )
    assert article.related == (Related("A"), Related("B"))
    neither = "expected an article, URL or path; ignored"
    assert problems == [
        ("related[2]", neither),
        ("related[3]", "no title or URL; ignored"),
        ("related[4]", neither),
        ("related[5]", neither),
        ("related[6].webUrl", '"ftp://x" is not an http or https URL that can be opened'),
        ("related[6].date", '"x" is not a date'),
    ]


def test_related_that_is_no_list_is_a_problem() -> None:
    article, problems = _read({"related": {"title": "A"}})
    assert article.related == ()
    assert problems == [("related", "expected a list")]


@pytest.mark.parametrize(
    ("metadata", "field", "kept", "problem"),
    [
        ({"topics": list(range(201))}, "topics", 200, ("topics", "more than 200 entries; rest ignored")),
        (
            {"authors": list(range(101))},
            "authors",
            100,
            ("authors", "more than 100 entries; rest ignored"),
        ),
        ({"images": [URL] * 201}, "images", 200, ("images", "more than 200 entries; rest ignored")),
        ({"related": [URL] * 1001}, "related", 1000, ("related", "more than 1,000 entries; rest ignored")),
        ({"title": "x" * 1001}, "title", 1000, ("title", "truncated to 1,000 characters")),
        (
            {"excerpt": "x" * 10001},
            "excerpt",
            10000,
            ("excerpt", "truncated to 10,000 characters"),
        ),
        ({"topics": range(200)}, "topics", 0, ("topics", "expected a string")),
    ],
)
def test_value_over_its_limit_is_truncated_with_a_problem(
    metadata: dict[str, Any], field: str, kept: int, problem: tuple[str, str]
) -> None:
    article, problems = _read(metadata)
    assert len(getattr(article, field)) == kept
    assert problems == [problem]


@pytest.mark.parametrize(
    ("metadata", "field", "count"),
    [
        ({"topics": list(range(200))}, "topics", 200),
        ({"title": "x" * 1000}, "title", 1000),
        ({"related": [URL] * 1000}, "related", 1000),
    ],
)
def test_value_at_its_limit_is_kept(metadata: dict[str, Any], field: str, count: int) -> None:
    (value,) = _values(metadata, field)
    assert isinstance(value, tuple | str)
    assert len(value) == count


def test_problems_of_a_file_are_limited() -> None:
    _, problems = _read({"related": [5] * 1000})
    assert len(problems) == values.MAX_PROBLEMS + 1
    assert problems[-1] == ("", "further problems omitted")


def test_unknown_keys_are_not_a_problem() -> None:
    metadata: dict[Any, Any] = {"layout": "post", 5: "x", None: [1], ("a",): {}, "Title": []}
    assert _values(metadata, "title") == ["T"]


def test_unreadable_front_matter_keeps_the_body() -> None:
    matter = parse("---\na:\n  b: c: d\n---\nBody\x1b.")
    assert matter is not None
    article, problems = schema.build_article("x/2021-10-02-some-file.md", matter)
    assert article == Article("x/2021-10-02-some-file.md", "Some file", "Body.", "Body.", unreadable=True)
    assert [(problem.line, problem.message) for problem in problems] == [
        (3, "mapping values are not allowed in this context")
    ]


YAML = """---
title: [T]
date: soon
"quality": high
excerpt: |
  quality: in a text
related:
  - title: A
    quality: bad
  -
    title: B
    images:
      - url: ftp://x
    date: never
  - 5
heat: warm
---
"""
TOML = """+++
title = "T"
quality = "high"
[[related]]
title = "A"
[[related]]
title = "B"
date = "never"
+++
"""
JSON = """{
  "title": "T",
  "quality": "high",
  "related": [{"title": "A", "date": "never"}]
}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            YAML,
            {
                "title": 2,
                "date": 3,
                "quality": 4,
                "related[1].quality": 9,
                "related[2].date": 14,
                "related[2].images": 12,
                "related[3]": 15,
                "heat": 16,
            },
        ),
        (TOML, {"quality": 3, "related[2].date": 8}),
        (JSON, {"quality": 3, "related[1].date": 4}),
        ("---\ntitle: T\ndate: 2021\ndate: soon\n---\n", {"date": 4}),
    ],
)
def test_problem_names_the_line_of_its_key(text: str, expected: dict[str, int]) -> None:
    matter = parse(text)
    assert matter is not None
    _, problems = schema.build_article("a.md", matter)
    assert {(problem.field, problem.line) for problem in problems} == set(expected.items())


KEYS = st.sampled_from(
    [key for entry in dialects.FIELDS for key in entry.keys] + ["taxonomies", "domain", "width", "alt"]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=20)
    | st.sampled_from(
        [URL, "2021-10-02", "/a", "yes", 10**400, date(2021, 1, 1), time(1, 1), datetime.max.replace(tzinfo=UTC)]
    )
)
SHAPES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.integers() | st.none(), inner, max_size=5),
    max_leaves=8,
)


@given(st.dictionaries(KEYS | st.integers(), SHAPES, max_size=6), st.text(st.characters(codec=None), max_size=40))
def test_metadata_of_any_shape_makes_a_sanitized_article(metadata: dict[str, Any], body: str) -> None:
    article, problems = schema.build_article("a.md", FrontMatter(metadata, body))
    assert article.title
    assert article.body == sanitize(article.body)
    lines = [article.title, article.excerpt, article.category, article.type, article.language, *article.topics]
    lines += [*article.authors, article.provider.name, article.provider.domain, article.url]
    lines += [text for problem in problems for text in (problem.field, problem.message)]
    for entry in article.related:
        assert entry.title
        lines += [entry.title, entry.excerpt, entry.url, entry.provider.name, *entry.topics]
    assert all(line == sanitize_line(line) for line in lines)
    assert all(score is None or score >= 0 for score in (article.quality, article.heat))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("Q&amp;A", "Q&A", id="named reference"),
        pytest.param("Health&#46;gov", "Health.gov", id="numeric reference"),
        pytest.param("a&#x1b;[2Jb", "a[2Jb", id="control character removed after decoding"),
        pytest.param("x&copy=1", "x&copy=1", id="without its semicolon it is text"),
        pytest.param("&nosuchsign;", "&nosuchsign;", id="unknown reference is text"),
    ],
)
def test_html_references_are_decoded_in_titles(written: str, shown: str) -> None:
    matter = parse(f"---\ntitle: '{written}'\n---\n")
    assert matter is not None

    assert schema.build_article("a.md", matter)[0].title == shown
