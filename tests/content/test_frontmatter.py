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
def test_front_matter_and_body_are_told_apart(
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
        ("\n---\na: 1\n---\n", "a fence on the second line"),
        (" ---\na: 1\n---\n", "a fence that is indented"),
        ("----\na: 1\n----\n", "a rule"),
        ("--- a\n", "a rule with words"),
        ("++++\n", "plus signs"),
        ("{{< shortcode >}}\n", "a template"),
        ("{% include x %}\n", "another"),
        ("{ text in braces }", "words"),
        ("[1]", "another kind of JSON"),
    ],
)
def test_a_text_without_a_fence_on_its_first_line_has_none(text: str, remark: str) -> None:
    assert frontmatter.parse(text) is None, remark


@pytest.mark.parametrize(
    ("text", "fault", "body", "remark"),
    [
        (
            "---\nA rule, then text.\n",
            ParseIssue(1, "unclosed front matter (no closing ---)"),
            "A rule, then text.",
            "a thematic break",
        ),
        ("---", ParseIssue(1, "unclosed front matter (no closing ---)"), "", "nothing else"),
        ("+++\na = 1\n", ParseIssue(1, "unclosed front matter (no closing +++)"), "a = 1", "TOML"),
        (
            "---\nJust words\n---\nB",
            ParseIssue(2, "front matter is not a mapping"),
            "B",
            "text between two rules",
        ),
        ("---\n- a\n- b\n---\nB", ParseIssue(2, "front matter is not a mapping"), "B", "a list"),
        (
            "---\na: 1\nb: c: d\n---\nB",
            ParseIssue(3, "mapping values are not allowed in this context"),
            "B",
            "broken YAML",
        ),
        ("+++\na = 1\nb = \n+++\nB", ParseIssue(3, "Invalid value"), "B", "broken TOML"),
        ("+++\na = 1\na = 2\n+++\nB", ParseIssue(3, "Cannot overwrite a value"), "B", "a repeated key in TOML"),
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
def test_what_cannot_be_read_is_one_fault_on_its_line_and_the_body_stays(
    engine: YamlParser, text: str, fault: ParseIssue, body: str, remark: str
) -> None:
    matter = frontmatter.parse(text, engine)
    assert matter is not None
    assert not matter.readable, remark
    assert matter.metadata == {}
    assert matter.body == body, remark
    assert [(found.line, found.field) for found in matter.faults] == [(fault.line, fault.field)], remark
    assert matter.faults[0].message.startswith(fault.message), remark


def test_json_that_is_too_long_says_so() -> None:
    matter = frontmatter.parse('{"a": "' + "x" * MAX_CHARACTERS + '"}')
    assert matter is not None
    assert [fault.message for fault in matter.faults] == ["front matter exceeds 256 KiB"]


def test_lines_count_in_the_file(engine: YamlParser) -> None:
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
def test_the_handlers_serve_python_frontmatter(handler: YamlHandler | JsonHandler, text: str) -> None:
    assert handler.detect(text)
    post = python_frontmatter.load(io.StringIO(text), handler=handler)
    assert post.metadata == {"a": [1]}
    assert post.content == "B"


@given(
    st.sampled_from(["---\n", "+++\n", "{", '{"a":']),
    st.text(max_size=60),
    st.sampled_from(["", "\n---\n", "\n+++\n", "}"]),
)
def test_parsing_never_raises(opening: str, middle: str, closing: str) -> None:
    matter = frontmatter.parse(opening + middle + closing)
    assert matter is None or matter.readable or len(matter.faults) == 1
