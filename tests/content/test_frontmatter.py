from __future__ import annotations

import io
from typing import TYPE_CHECKING

import frontmatter as python_frontmatter
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.content import frontmatter
from reader.content.diagnostics import ParseIssue
from reader.content.frontmatter import MAX_CHARACTERS, JsonHandler, TomlHandler, YamlHandler
from reader.problems import Code

if TYPE_CHECKING:
    from reader.content.yaml import YamlParser


@pytest.mark.parametrize(
    ("text", "metadata", "body", "remark"),
    [
        ("---\na: 1\n---\nBody\n", {"a": 1}, "Body", "YAML"),
        ("---\na: 1\n...\nBody", {"a": 1}, "Body", "closed by dots"),
        ("--- \na: 1\n---\t\nBody", {"a": 1}, "Body", "white space behind the fences"),
        ("---\na: 1\n---", {"a": 1}, "", "no body, no line end"),
        ("---\n---\nBody", {}, "Body", "nothing in it"),
        ("---\n# only a comment\n---\nBody", {}, "Body", "no more than a comment"),
        ("---\na: |\n  x\n  ---\n  y\n---\nB", {"a": "x\n---\ny\n"}, "B", "a fence in a text is indented"),
        ("---\na: 1\n---\nB\n---\nC", {"a": 1}, "B\n---\nC", "a rule in the body"),
        ("---\na: ----\n---\nB", {"a": "----"}, "B", "dashes in a value"),
        ("\ufeff---\na: 1\n---\nB", {"a": 1}, "B", "a byte order mark"),
        ('+++\na = 1\n[b]\nc = "d"\n+++\nBody', {"a": 1, "b": {"c": "d"}}, "Body", "TOML"),
        ("+++\n+++\nBody", {}, "Body", "nothing in it"),
        ('{\n "a": {"b": "}"},\n "c": 1\n}\n\nBody', {"a": {"b": "}"}, "c": 1}, "Body", "JSON with braces in it"),
        ('{"a": 1}\nBody {x}', {"a": 1}, "Body {x}", "on one line"),
        ("{}\nBody", {}, "Body", "nothing in it"),
    ],
)
def test_front_matter_is_split_from_the_body(
    engine: YamlParser, text: str, metadata: object, body: str, remark: str
) -> None:
    matter = frontmatter.parse(text, engine)
    assert matter is not None
    assert matter.metadata == metadata, remark
    assert matter.body == body, remark
    assert matter.readable
    assert not matter.faults


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("", "nothing"),
        ("Text", "text"),
        ("{{< shortcode >}}\n", "a template"),
        ("{% include x %}\n", "another"),
        ("{ text in braces }", "words"),
        ("[1]", "another kind of JSON"),
    ],
)
def test_text_without_an_opening_fence_has_no_front_matter(text: str, remark: str) -> None:
    assert frontmatter.parse(text) is None, remark


@pytest.mark.parametrize(
    ("text", "metadata", "body", "remark"),
    [
        ("\n---\na: 1\n---\nB", {"a": 1}, "B", "a blank line before the fence"),
        ("\n \n\t\n---\na: 1\n---\nB", {"a": 1}, "B", "several"),
        (" ---\na: 1\n---\nB", {"a": 1}, "B", "a blank before the fence"),
        ("\ufeff\n---\na: 1\n---\nB", {"a": 1}, "B", "a byte order mark and a blank line"),
        ("\n\ufeff---\na: 1\n---\nB", {"a": 1}, "B", "the other way round"),
        ("\n+++\na = 1\n+++\nB", {"a": 1}, "B", "TOML"),
        ('\n\n{"a": 1}\nB', {"a": 1}, "B", "JSON"),
        ("----\na: 1\n----\nB", {"a": 1}, "B", "four dashes"),
        ("----\na: 1\n---\nB", {"a": 1}, "B", "four and three"),
        ("-----\na: 1\n-----\nB", {"a": 1}, "B", "five"),
        ("---\na: 1\n----\nB", {"a": 1}, "B", "three and four"),
        ("++++\na = 1\n++++\nB", {"a": 1}, "B", "four plus signs"),
        ("---yaml\na: 1\n---\nB", {"a": 1}, "B", "YAML by name"),
        ("--- yaml\na: 1\n---\nB", {"a": 1}, "B", "with a blank"),
        ('---js\n{\n  a: 1,\n  "b": ["c", \'d\'],\n}\n---\nB', {"a": 1, "b": ["c", "d"]}, "B", "a JavaScript object"),
        ("---javascript\n{ a: 1 }\n---\nB", {"a": 1}, "B", "on one line"),
        ("---YML\na: 1\n---\nB", {"a": 1}, "B", "in capitals"),
        ("---toml\na = 1\n---\nB", {"a": 1}, "B", "TOML by name"),
        ("+++toml\na = 1\n+++\nB", {"a": 1}, "B", "TOML by name, plus signs"),
        ('---json\n{"a": 1}\n---\nB', {"a": 1}, "B", "JSON by name"),
        ('---json\n"a": 1\n---\nB', {"a": 1}, "B", "JSON without braces"),
        (';;;\n{"a": 1}\n;;;\nB', {"a": 1}, "B", "JSON between semicolons"),
    ],
)
def test_fence_variants_are_recognized(engine: YamlParser, text: str, metadata: object, body: str, remark: str) -> None:
    matter = frontmatter.parse(text, engine)
    assert matter is not None, remark
    assert (matter.metadata, matter.body) == (metadata, body), remark
    assert not matter.faults, remark


@pytest.mark.parametrize(
    ("text", "line", "remark"),
    [
        ("---\n\nJust prose.\n\n---\n\nMore.", 1, "a note that begins with a rule"),
        ("\n---\n\nJust prose.\n\n---\n\nMore.", 2, "after a blank line"),
        ("---\nJust words\n---\nB", 1, "words between two rules"),
        ("---\n- a\n- b\n---\nB", 1, "a list"),
        ("---\n\nNote: this is prose.\n\n---\nB", 1, "prose with a colon"),
        ("---\n\nFirst: one.\n\nOh: two: three.\n\nAnd so on.\n\n---\nB", 1, "prose that is no YAML"),
        ("---\nDear Sir or Madam: we write to you.\n---\nB", 1, "a letter"),
        ("---\nA rule, then text.\n", 1, "a rule and no other"),
        ("---\n\n# Heading\n\nText: more.\n", 1, "a rule and a heading"),
        ("---", 1, "nothing else"),
        ("--- a\n", 1, "a rule with words"),
        ("---coffee\na: 1\n---\nB", 1, "a language that is not understood"),
        ("++++\n", 1, "plus signs"),
        ("+++\nwords\n+++\nB", 1, "no TOML"),
    ],
)
def test_fence_without_front_matter_is_body_text(engine: YamlParser, text: str, line: int, remark: str) -> None:
    matter = frontmatter.parse(text, engine)
    assert matter is not None
    assert (matter.metadata, matter.readable, matter.fenced) == ({}, True, False), remark
    assert matter.body == text.strip(), remark
    assert [(fault.line, fault.code) for fault in matter.faults] == [(line, Code.NOT_FRONT_MATTER)], remark


READ, LOST = Code.READ_AS_TEXT, Code.SYNTAX


@pytest.mark.parametrize(
    ("head", "metadata", "faults"),
    [
        ("title: Rust: a second look\ndate: 2021\n", {"title": "Rust: a second look", "date": 2021}, [(2, READ)]),
        ("date: 2021\ntitle: a: b\ntags: [x]\n", {"date": 2021, "title": "a: b", "tags": ["x"]}, [(3, READ)]),
        ('title: "Foo" and bar\na: 1\n', {"title": '"Foo" and bar', "a": 1}, [(2, READ)]),
        ("title: 'It's fine'\na: 1\n", {"title": "It's fine", "a": 1}, [(2, READ)]),
        ("title: @home\na: 1\n", {"title": "@home", "a": 1}, [(2, READ)]),
        ("title: `code`\na: 1\n", {"title": "`code`", "a": 1}, [(2, READ)]),
        ("title: %d\na: 1\n", {"title": "%d", "a": 1}, [(2, READ)]),
        ('title: "open\na: 1\n', {"title": "open", "a": 1}, [(2, READ)]),
        ("title: T\ntags: [a, b\nc: 1\n", {"title": "T", "tags": ["a", "b"], "c": 1}, [(3, READ)]),
        ("title: [a\nauthors: [b, c\n", {"title": "[a", "authors": ["b", "c"]}, [(2, READ), (3, READ)]),
        ("title: [WIP] more\na: 1\n", {"title": "[WIP] more", "a": 1}, [(2, READ)]),
        ("title: T\ntags:\n- a: b: c\n- d\n", {"title": "T", "tags": ["a: b: c", "d"]}, [(4, READ)]),
        ("title: T\ntags:\n\t- a\n\t- b\n", {"title": "T", "tags": ["a", "b"]}, []),
        ("title: T\nstray line\ndate: 2021\n", {"title": "T", "date": 2021}, [(3, LOST)]),
        ("title: T\na:\n  b: c: d\n  e: f\ndate: 2021\n", {"title": "T", "date": 2021}, [(4, LOST)]),
        ("title:T\ndate:2021\n", {"title": "T", "date": "2021"}, [(2, READ), (3, READ)]),
        ("title: T\ntags:[a, b]\nhttp://x\n", {"title": "T", "tags": ["a", "b"]}, [(3, READ), (4, LOST)]),
        ("title: T\nauthor: [[Ann Lee]], [[Bo Ek]]\n", {"title": "T", "author": "[[Ann Lee]], [[Bo Ek]]"}, [(3, READ)]),
        ("# note\n\ntitle: a: b\n", {"title": "a: b"}, [(4, READ)]),
        ("a: 1\nb: c: d\n", {"a": 1, "b": "c: d"}, [(3, READ)]),
    ],
)
def test_yaml_broken_in_one_place_keeps_the_rest(
    engine: YamlParser, head: str, metadata: object, faults: list[tuple[int, Code]]
) -> None:
    matter = frontmatter.parse(f"---\n{head}---\nB", engine)
    assert matter is not None
    assert matter.readable
    assert (matter.metadata, matter.body) == (metadata, "B")
    assert [(fault.line, fault.code) for fault in matter.faults] == faults


@pytest.mark.parametrize(
    ("head", "metadata", "faults"),
    [
        ('title = "T"\nb = \n', {"title": "T"}, [(3, LOST)]),
        ("title = Rust: a look\na = 1\n", {"title": "Rust: a look", "a": 1}, [(2, READ)]),
        ("a = 1\na = 2\n", {"a": 2}, [(3, Code.DUPLICATE_KEY)]),
        ('title = "T"\n[extra]\nb = \n[taxonomies]\ntags = ["x"]\n',
         {"title": "T", "taxonomies": {"tags": ["x"]}}, [(4, LOST)]),
    ],
)  # fmt: skip
def test_toml_broken_in_one_place_keeps_the_rest(head: str, metadata: object, faults: list[tuple[int, Code]]) -> None:
    matter = frontmatter.parse(f"+++\n{head}+++\nB")
    assert matter is not None
    assert (matter.metadata, matter.body, matter.readable) == (metadata, "B", True)
    assert [(fault.line, fault.code) for fault in matter.faults] == faults


@pytest.mark.parametrize(
    ("text", "metadata", "faults", "remark"),
    [
        ('{\n  "title": "T",\n  "tags": ["a", "b"],\n}\n', {"title": "T", "tags": ["a", "b"]}, [(4, LOST)], "comma"),
        ('{\n  "title": "T"\n  "tags": ["a"]\n}\n', {"title": "T", "tags": ["a"]}, [(3, LOST)], "no comma"),
        ('{\n  "title": "Say "hi"",\n  "a": 1\n}\n', {"title": 'Say "hi"', "a": 1}, [(2, READ)], "quotes in quotes"),
        ('{\n\t"title":"T",\n\t"tags":[\n\t\t"a",\n\t\t"b",\n\t],\n\t"a":1\n}\n',
         {"title": "T", "tags": ["a", "b"], "a": 1}, [(6, LOST)], "tabs, a list over lines"),
        ('{\n  // a note\n  "title": "T",\n  "a": {"b": 1}\n}\n', {"title": "T", "a": {"b": 1}}, [(2, LOST)], "note"),
        ("{\n  \"title\": 'T',\n  date: \"2021\",\n}\n", {"title": "T", "date": "2021"}, [(2, LOST)], "as in a script"),
        ('{"title": "T", "tags": ["a"],}\n', {"title": "T", "tags": ["a"]}, [(1, LOST)], "one line"),
        ('---json\n"title": "T",\n"a": 1,\n---\n', {"title": "T", "a": 1}, [(3, LOST)], "fenced"),
        (';;;\n{\n"title": "T"\n"a": 1\n}\n;;;\n', {"title": "T", "a": 1}, [(4, LOST)], "fenced, with braces"),
    ],
)  # fmt: skip
def test_json_broken_in_one_place_keeps_the_rest(
    engine: YamlParser, text: str, metadata: object, faults: list[tuple[int, Code]], remark: str
) -> None:
    matter = frontmatter.parse(f"{text}\nB", engine)
    assert matter is not None
    assert (matter.metadata, matter.body, matter.readable) == (metadata, "B", True), remark
    assert [(fault.line, fault.code) for fault in matter.faults] == faults, remark


@pytest.mark.parametrize(
    ("text", "metadata", "body", "remark"),
    [
        ("---\ntitle: T\n\nProse.\n\nMore: prose.\n", {"title": "T"}, "Prose.\n\nMore: prose.", "no closing fence"),
        (
            "+++\ntitle = 'T'\ntags = [\n  'a',\n]\n\n[extra]\nb = 1\n\nProse.\n",
            {"title": "T", "tags": ["a"], "extra": {"b": 1}},
            "Prose.",
            "in TOML",
        ),
        ("---\ntitle: T\n\nProse.\n\n---\n\nMore.\n", {"title": "T"}, "Prose.\n\n---\n\nMore.", "but a rule"),
        ("---\ntitle: T\n\n# Heading\n\nMore.\n", {"title": "T"}, "# Heading\n\nMore.", "a heading"),
        ("---\ntitle: T\ndate: 2021\n", {"title": "T", "date": 2021}, "", "nothing but keys"),
    ],
)
def test_unclosed_front_matter_ends_where_prose_begins(
    engine: YamlParser, text: str, metadata: object, body: str, remark: str
) -> None:
    matter = frontmatter.parse(text, engine)
    assert matter is not None
    assert (matter.metadata, matter.body, matter.readable) == (metadata, body, True), remark
    assert [(fault.line, fault.code) for fault in matter.faults] == [(1, Code.UNCLOSED)], remark


@pytest.mark.parametrize(
    ("text", "fault", "body", "remark"),
    [
        ('+++\na = """x\n+++\nB', ParseIssue(3, "Unterminated string"), "B", "an open string in TOML"),
        ("+++\na = " + "9" * 5000 + "\n+++\nB", ParseIssue(3, "Exceeds the limit"), "B", "too many digits"),
        (
            "+++\na = " + "[" * 100_000 + "\n+++\nB",
            ParseIssue(2, "nested deeper than 64 levels"),
            "B",
            "too deep",
        ),
        (
            "+++\n" + "a." * 100_000 + "a = 1\n+++\nB",
            ParseIssue(2, "dotted key has more than 64 parts"),
            "B",
            "a long key",
        ),
        (
            "+++\n[" + '"a" . ' * 40_000 + "a]\n+++\nB",
            ParseIssue(2, "dotted key has more than 64 parts"),
            "B",
            "and a table's",
        ),
        (
            '{"a": 1, b}\nB',
            ParseIssue(1, "Expecting property name enclosed in double quotes"),
            '{"a": 1, b}\nB',
            "broken JSON",
        ),
        ('{\n"a": x\n}', ParseIssue(2, "Expecting value"), '{\n"a": x\n}', "on the second line"),
        (
            '{"a": ' + "[" * 100_000,
            ParseIssue(1, "nested deeper than 64 levels"),
            '{"a": ' + "[" * 100_000,
            "too deep",
        ),
        (
            '{"a": ' + "9" * 5000 + "}",
            ParseIssue(1, "Exceeds the limit"),
            '{"a": ' + "9" * 5000 + "}",
            "too many digits",
        ),
        (
            "---\na: " + "x" * MAX_CHARACTERS + "\n---\nB",
            ParseIssue(2, "front matter exceeds 256 KiB"),
            "B",
            "too long",
        ),
        (
            "+++\na = '" + "x" * MAX_CHARACTERS + "'\n+++\nB",
            ParseIssue(2, "front matter exceeds 256 KiB"),
            "B",
            "too long",
        ),
    ],
)
def test_unreadable_front_matter_is_one_issue_and_keeps_the_body(
    engine: YamlParser, text: str, fault: ParseIssue, body: str, remark: str
) -> None:
    matter = frontmatter.parse(text, engine)
    assert matter is not None
    assert not matter.readable, remark
    assert matter.metadata == {}
    assert matter.body == body, remark
    assert [(found.line, found.field) for found in matter.faults] == [(fault.line, fault.field)], remark
    assert matter.faults[0].message.startswith(fault.message), remark


def test_json_over_the_size_limit_is_an_issue() -> None:
    matter = frontmatter.parse('{"a": "' + "x" * MAX_CHARACTERS + '"}')
    assert matter is not None
    assert [fault.message for fault in matter.faults] == ["front matter exceeds 256 KiB"]


def test_issue_lines_count_from_the_top_of_the_file(engine: YamlParser) -> None:
    yaml = frontmatter.parse("---\na: 1\n\na: 2\n---\n", engine)
    json = frontmatter.parse('{\n"a": 1,\n"a": 2}')
    assert yaml is not None
    assert json is not None
    assert yaml.faults == (ParseIssue(4, Code.DUPLICATE_KEY, field="a"),)
    assert json.faults == (ParseIssue(3, Code.DUPLICATE_KEY, field="a"),)
    assert yaml.metadata == json.metadata == {"a": 2}


@pytest.mark.parametrize(
    ("handler", "text"),
    [
        (YamlHandler(), "---\na: [1]\n---\n\nB"),
        (TomlHandler(), "+++\na = [1]\n+++\n\nB"),
        (JsonHandler(), '{"a": [1]}\n\nB'),
    ],
)
def test_handlers_work_with_python_frontmatter(handler: YamlHandler | JsonHandler, text: str) -> None:
    assert handler.detect(text)
    post = python_frontmatter.load(io.StringIO(text), handler=handler)
    assert post.metadata == {"a": [1]}
    assert post.content == "B"


@given(
    st.sampled_from(["---\n", "+++\n", "{", '{"a":']),
    st.text(max_size=60),
    st.sampled_from(["", "\n---\n", "\n+++\n", "}"]),
)
def test_any_front_matter_parses_or_gives_one_issue(opening: str, middle: str, closing: str) -> None:
    matter = frontmatter.parse(opening + middle + closing)
    assert matter is None or matter.readable or len(matter.faults) == 1
