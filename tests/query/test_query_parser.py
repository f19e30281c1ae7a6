"""Text to query and back: the meaning of each spelling, and the error for an invalid one."""

from __future__ import annotations

from contextlib import closing

import pytest
import query_oracle
from query_fixture import Item, QueryFixture, context
from sweep import sample

from reader.article import Article
from reader.errors import QueryError
from reader.query import Query, SortKey, combine, parse, parse_incremental
from reader.query.fields import FIELDS, FLAGS, SORTS, FieldKind, FieldSpec
from reader.query.parser import MAX_DEPTH, MAX_LENGTH

SPELLINGS = [
    # text as typed, canonical spelling, remark
    ("", "", "an empty query finds everything"),
    ("  \t\n ", "", "so do spaces"),
    ("climate policy", "climate policy", "words side by side"),
    ("climate AND policy", "climate policy", "AND need not be written"),
    ("climate and policy", "climate policy", "in any case"),
    ("a or b and c", "a OR b c", "AND binds closer"),
    ("(a or b) and c", "(a OR b) c", "but for parentheses"),
    ("a OR (b (c OR d))", "a OR b (c OR d)", "groups within groups"),
    ("(((a)))", "a", "needless ones go"),
    ("a (b c)", "a b c", "and so do those around the same operator"),
    ('"or"', '"or"', "a quoted word is no operator"),
    ("nora andes", "nora andes", "nor is the beginning of a word"),
    ("NOT a", "-a", "two ways to say no"),
    ("not not a", "a", "twice no is yes"),
    ("--a", "a", "in either spelling"),
    ("-(a b)", "-(a b)", "a group is negated as a whole"),
    ('-"a b"', '-"a b"', "and so is a phrase"),
    ("a -b", "a -b", "a hyphen before a word"),
    ("a - b", 'a "-" b', "a dash between words is punctuation"),
    ("covid-19", "covid-19", "a hyphen within a word"),
    ("-->", '"-->"', "signs by themselves are punctuation"),
    ("mach*", "mach*", "a prefix"),
    ('"machine le"*', '"machine le"*', "a phrase whose last word goes on"),
    ("*", '"*"', "a star by itself is a sign"),
    (r'"say \"hi\" \\ \n"', r'"say \"hi\" \\ \\n"', "quotes and backslashes in quotes"),
    ('a"b c"', 'a "b c"', "a quote ends the word before it"),
    ("12:30", '"12:30"', "what begins with a digit is no field"),
    ("Opinion: why", '"Opinion:" why', "nor is a name with a space behind it"),
    ("https://x.y/a(b)?q=1,2", 'url:"https://x.y/a(b)?q=1,2"', "an address that was pasted"),
    ("(https://x.y/a)", 'url:"https://x.y/a"', "the parenthesis around it is not its own"),
    ("/re+gex/", "/re+gex/", "a pattern"),
    ("/a b/ c", "/a b/ c", "with a space in it"),
    ("/usr/bin/", r"/usr\/bin/", "a slash within a pattern"),
    (r"/usr\/bin/", r"/usr\/bin/", "or escaped"),
    ("and/or", '"and/or"', "a slash within a word"),
    ("-/./", "-/./", "a pattern can be negated"),
    ("a -/ b", 'a "-/" b', "a slash by itself begins none"),
    ("go and more / stop", 'go more "/" stop', "also between words"),
    ("topic:AI", "topic:AI", "a field"),
    ("TOPIC=AI", "topic:AI", "in any case, with either sign"),
    ("tags:AI", "topic:AI", "under another name"),
    ('topic:AI,"Facebook AI",ma*', 'topic:AI,"Facebook AI",ma*', "several values"),
    ("topic:c++", "topic:c++", "signs are part of a name"),
    ("topic:*", 'topic:""*', "whatever the name"),
    ("title:/^a.*z$/", "title:/^a.*z$/", "a pattern in a field"),
    ("title:today", "title:today", "a word, not a day"),
    ("path:2014/07", 'path:"2014/07"', "a part of a path"),
    ("q:70", "quality=70", "a number"),
    ("q:>=70", "quality>=70", "with a comparison behind the colon"),
    ("quality >= 70", "quality>=70", "with spaces"),
    ("q:60..80", "quality:60..80", "a range"),
    ("q:60..", "quality:60..", "open above"),
    ("q:..80", "quality:..80", "open below"),
    ("q:.5..1.50", "quality:0.5..1.5", "fractions"),
    ("heat!=-1", "heat!=-1", "negative numbers"),
    ("date:2021", "on:2021", "a year"),
    ("date>=2021-9", "since:2021-09", "a month, with or without the nought"),
    ("date<2021-09-01", "before:2021-09-01", "a day"),
    ("date>2021-09-01T10:05:06", "after:2021-09-01T10:05:06", "a second"),
    ('since:"2021-09-01 10:05"', "since:2021-09-01T10:05", "as other programs write it"),
    ("since:2021-09-01T10:05Z", "since:2021-09-01T10:05Z", "in UTC"),
    ("date<=yesterday", "date<=1d", "a day by its name"),
    ("on:TODAY", "on:today", "today"),
    ("date!=2021", "date!=2021", "any but that"),
    ("date:2021-09..2021-10", "date:2021-09..2021-10", "a range of dates"),
    ("date:7d..", "date:7d..", "open above"),
    ("is:unread,STARRED", "is:unread,starred", "flags"),
    ("has:images", "has:image", "under another name"),
    ("a sort:quality,-date limit:5", "a sort:quality,-date limit:5", "order and number"),
    ("limit:5 sort:q a OR b", "a OR b sort:quality limit:5", "wherever they stand"),
    ("sort:date a AND limit:3 b", "a b sort:date limit:3", "even between terms"),
    ("a\x1b[2Jb \u202ec", 'a "[2Jb" c', "control characters are removed"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [pytest.param(typed, canonical, id=remark) for typed, canonical, remark in SPELLINGS],
)
def test_query_has_one_canonical_spelling(typed: str, canonical: str) -> None:
    query = parse(typed)
    assert str(query) == canonical
    assert parse(canonical) == query


ERRORS = [
    # text as typed, message, start and end of its span, suggestion
    ("topic:", "topic: expected a topic", 6, 6, ""),
    ("topic: AI", "topic: expected a topic", 6, 6, ""),
    ("topic:AI,", "topic: expected a topic", 9, 9, ""),
    ("(a", "missing )", 2, 2, ""),
    ("(", "expected a term after (", 1, 1, ""),
    ("a OR ", "expected a term after OR", 5, 5, ""),
    ("a AND", "expected a term after AND", 5, 5, ""),
    ("NOT", "expected a term after NOT", 3, 3, ""),
    ('"abc', 'missing closing "', 4, 4, ""),
    ('topic:"abc', 'missing closing "', 10, 10, ""),
    ("/abc", "missing closing /", 4, 4, ""),
    ("a)", "unmatched )", 1, 2, ""),
    ("()", "expected a term", 1, 2, ""),
    ("OR a", 'to search for the word, quote it: "or"', 0, 2, ""),
    ("a OR OR b", "expected a term after OR", 5, 7, ""),
    ("a AND OR b", "expected a term after AND", 6, 8, ""),
    ("a (OR b)", "expected a term after (", 3, 5, ""),
    ("x titel:a", 'unknown field "titel"; did you mean title:?', 2, 7, "title"),
    ("qualty>=70", 'unknown field "qualty"; did you mean quality:?', 0, 6, "quality"),
    ("xyzzy:a", 'unknown field "xyzzy"; quote it', 0, 5, ""),
    ("is:st", 'unknown value "st"; did you mean starred?', 3, 5, "starred"),
    ("is:unred", 'unknown value "unred"; did you mean unread?', 3, 8, "unread"),
    (f"is:{'x' * 60}", f'unknown value "{"x" * 39}…"; expected', 3, 63, ""),
    ("is:unread,zzz", 'unknown value "zzz"; expected unread, read,', 10, 13, ""),
    ("sort:-qualty", "did you mean quality?", 5, 12, "quality"),
    ("q:high", 'quality: expected a number such as 70, or a range such as 60..80, got "high"', 2, 6, ""),
    ("q:1e9", "quality: expected a number", 2, 5, ""),
    ("q:..", "quality: expected a number", 2, 4, ""),
    ("q:60..x", "quality: expected a number", 2, 7, ""),
    ("q>60..80", "quality: expected a number", 2, 8, ""),
    ("since:soon", 'since: expected a date such as 2021-09-01, 2021-09, yesterday or 7d, got "soon"', 6, 10, ""),
    ("on:2021-02-30", "on: expected a date", 3, 13, ""),
    ("on:2021-13", "on: expected a date", 3, 10, ""),
    ("on:0000", "on: expected a date", 3, 7, ""),
    ("since:2021..2022", "use date: for ranges", 6, 16, ""),
    ("date:3h", "3h is a point in time; use since:3h", 5, 7, ""),
    ("date!=3h", "3h is a point in time", 6, 8, ""),
    ("limit:0", "limit: expected a positive integer", 6, 7, ""),
    ("limit:9999999999999", "limit: expected a positive integer", 6, 19, ""),
    ("topic>AI", "topic: does not support >; use topic:", 5, 6, ""),
    ("title!=a", "title: does not support !=; use -title:", 5, 7, ""),
    ("since>2021", "since: does not support >; use since:", 5, 6, ""),
    ("body:/a/", "regular expressions work only in title:, excerpt: or without a field", 5, 8, ""),
    ("a /(b/ c", "invalid regular expression: missing )", 2, 6, ""),
    ("title:a,/[/", "invalid regular expression: missing ]", 8, 11, ""),
    ('topic:" "', "topic: expected a topic", 6, 9, ""),
    ("(a sort:date)", "sort: cannot be grouped or negated", 3, 12, ""),
    ("-limit:3", "limit: cannot be grouped or negated", 1, 8, ""),
    ("sort:date sort:title", "duplicate sort:", 10, 20, ""),
    ("limit:1 limit:2", "duplicate limit:", 8, 15, ""),
]


@pytest.mark.parametrize(("typed", "message", "start", "end", "nearest"), ERRORS, ids=[row[0] for row in ERRORS])
def test_query_error_has_message_span_and_suggestion(
    typed: str, message: str, start: int, end: int, nearest: str
) -> None:
    with pytest.raises(QueryError) as raised:
        parse(typed)
    assert message in str(raised.value)
    assert (raised.value.start, raised.value.end, raised.value.nearest) == (start, end, nearest)
    assert raised.value.expected


TOO_MUCH = [
    pytest.param("a " * 500_000, "too long", id="a megabyte of words"),
    pytest.param("(" * 1_000_000, "too long", id="a megabyte of parentheses"),
    pytest.param("(" * 10_000 + "a" + ")" * 5_000, "nested deeper than 50", id="nested ten thousand deep"),
    pytest.param("-(" * 5_000 + "a", "nested deeper than 50", id="and negated"),
    pytest.param("a (b OR " * 1_500, "nested deeper than 50", id="and with something on each level"),
    pytest.param("topic:" + ",".join("a" * 101), "more than 100 values", id="a list of more than a hundred"),
    pytest.param("/(a{1000}){1000}/", "invalid regular expression", id="a pattern that would take all memory"),
    pytest.param(f"/{'(a*)*' * 2_000}/", "longer than 2,000 characters", id="a pattern of ten thousand characters"),
    pytest.param(f"/{'(a*)*' * 300}/", "too complex", id="many stars within stars"),
    pytest.param("/(.{0,200}a){3}/", "too complex", id="a short pattern with a large program"),
    pytest.param(r"/\pL{50}/", "invalid regular expression|too complex", id="many letters of any script"),
]


@pytest.mark.parametrize(("typed", "message"), TOO_MUCH)
def test_query_over_a_limit_is_an_error(typed: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        parse(typed)


def _repeated(term: str) -> str:
    return (term + " ") * (MAX_LENGTH // (len(term) + 1))


LARGEST = [
    pytest.param(_repeated("a"), id="words"),
    pytest.param(_repeated("-b"), id="negated words"),
    pytest.param(_repeated("q>1"), id="comparisons"),
    pytest.param(_repeated("(q>1 OR a)"), id="groups"),
    pytest.param(_repeated("a OR q:5 OR") + "b", id="alternatives"),
    pytest.param("-" * (MAX_LENGTH - 1) + "a", id="hyphens"),
    pytest.param("a (q>1 OR " * MAX_DEPTH + "b" + ")" * MAX_DEPTH, id="nested groups"),
    pytest.param(
        "a (b OR -(c q>1 OR " * (MAX_DEPTH // 2) + "b" + "))" * (MAX_DEPTH // 2), id="nested and negated groups"
    ),
    pytest.param("a (b OR " * MAX_DEPTH + "c" + ")" * MAX_DEPTH, id="nested groups of words alone"),
    pytest.param("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH, id="needless parentheses"),
    pytest.param("topic:" + ",".join(f"a{n}*" for n in range(100)), id="prefixes"),
    pytest.param("domain:" + ",".join(f"a{n}" for n in range(100)), id="domains"),
    pytest.param("title:" + ",".join(f"/a{n}/" for n in range(100)), id="patterns"),
]


@pytest.mark.sweep
@pytest.mark.parametrize("typed", sample(LARGEST, 5))
def test_largest_query_finds_what_the_oracle_finds(typed: str) -> None:
    items = [Item(Article("1", "a", quality=5.0)), Item(Article("2", "a b c")), Item(Article("3", "b", quality=1.0))]
    query = parse(typed)
    with closing(QueryFixture(items)) as folder:
        assert folder.found(query, context()) == query_oracle.expected_paths(query, folder.items, context())


TYPED = [
    # (typed, the same query written out, remark)
    ("clim", "clim*", "the last word becomes a prefix"),
    ("climate pol", "climate pol*", "only the last one"),
    ("climate ", "climate", "a space ends it"),
    ("covid-19", "covid-19*", "a word of several parts goes on in its last"),
    ('"climate"', "climate", "a quote ends it"),
    ("clim*", "clim*", "it is a prefix already"),
    ("a OR clim", "a OR clim*", "in an alternative"),
    ("(a clim)", "a clim", "not before a parenthesis"),
    ("-clim", "-clim", "what is excluded is excluded as it stands"),
    ("title:clim", "title:clim*", "in a field of words"),
    ("title:a,clim", "title:a,clim*", "the last of several"),
    ("topic:mach", "topic:mach*", "in a field of names"),
    ("provider:n", "provider:n*", "a name by its first letter"),
    ("topic:a,mach", "topic:a,mach*", "the last of several names"),
    ('topic:"mach"', "topic:mach", "a name in quotes is whole"),
    ("topic:mach ", "topic:mach", "and one with a blank after it"),
    ("-topic:mach", "-topic:mach", "an excluded name is excluded as it stands"),
    ("climate p", 'climate ""', "a single letter does not narrow the list yet"),
    ("climate 人", "climate 人*", "but a character that is a word does"),
    ("climate sort:date", "climate sort:date", "the end is not a word"),
    ("/clim/", "/clim/", "nor is a pattern"),
    ("https://x.y", 'url:"https://x.y"', "nor is an address"),
]


@pytest.mark.parametrize(("typed", "meant"), [pytest.param(row[0], row[1], id=row[2]) for row in TYPED])
def test_incremental_query_has_a_prefix_as_last_word(typed: str, meant: str) -> None:
    assert str(parse_incremental(typed)) == meant


def test_combined_queries_join_terms_and_keep_the_first_sort() -> None:
    topic, typed = parse('topic:"AI" sort:title limit:3'), parse("a OR b sort:-date")
    assert combine(topic, typed) == Query(parse("topic:AI (a OR b)").expr, (SortKey("date", reverse=True),), 3)
    assert combine(topic, Query()) == topic
    assert combine(Query(), typed) == typed


def test_field_and_flag_names_are_unique() -> None:
    fields = [name for field in FIELDS for name in (field.name, *field.aliases)]
    flags = [(flag.field, name) for flag in FLAGS for name in (flag.name, *flag.aliases)]
    assert len(set(fields)) == len(fields)
    assert len(set(flags)) == len(flags)


@pytest.mark.parametrize("name", [name for field in FIELDS for name in (field.name, *field.aliases)])
def test_field_alias_parses_the_examples_of_its_field(name: str) -> None:
    field = next(field for field in FIELDS if name in {field.name, *field.aliases})
    for example in field.examples:
        assert parse(example.query.replace(f"{field.name}:", f"{name}:")) == parse(example.query)


@pytest.mark.parametrize("typed", [f"{flag.field}:{flag.name}" for flag in FLAGS] + [f"sort:{s.name}" for s in SORTS])
def test_flag_or_sort_key_can_be_parsed_and_run(typed: str) -> None:
    with closing(QueryFixture([])) as folder:
        assert folder.found(parse(typed), context()) == []
        assert str(parse(typed)) == typed


VALUES = [
    "x*",
    '"x"*',
    '"x y"*',
    '"*"*',
    '"*"',
    "x**",
    '"a*b"*',
    '"x"*,y*',
    'x,"y"*',
    '"x.y"*',
    '"not"*',
    '"/x/"*',
    "-x*",
]


@pytest.mark.parametrize("typed", VALUES)
@pytest.mark.parametrize(
    "field", [field for field in FIELDS if field.kind in {FieldKind.WORDS, FieldKind.NAME, FieldKind.PART}]
)
def test_value_with_a_star_has_a_stable_spelling(field: FieldSpec, typed: str) -> None:
    for text in (f"{field.name}:{typed}", typed):
        try:
            query = parse(text)
        except QueryError:
            continue
        assert parse(str(query)) == query


@pytest.mark.parametrize("field", ["path", "url"])
def test_star_after_a_part_of_path_or_url_is_redundant(field: str) -> None:
    assert parse(f'{field}:"x"*') == parse(f"{field}:x")
