from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.content import yaml as yaml_parser
from reader.content import yaml_strict, yaml_subset
from reader.content.diagnostics import FrontMatterError
from reader.content.yaml_subset import MAX_DEPTH, is_plain_subset

if TYPE_CHECKING:
    from reader.content.yaml import YamlParser

INFINITE = float("inf")


@pytest.mark.parametrize(
    ("written", "expected", "remark"),
    [
        ("2021-10-02", "2021-10-02", "a date stays text"),
        ("2021-10-02T13:30:00Z", "2021-10-02T13:30:00Z", "a time too"),
        ("'2021-10-02'", "2021-10-02", "quoted or not"),
        ("yes", "yes", "a word"),
        ("No", "No", "a word, and a country"),
        ("on", "on", "a word"),
        ("true", True, "a truth"),
        ("FALSE", False, "in capitals"),
        ("tRuE", "tRuE", "not in any case"),
        ("12:30:45", "12:30:45", "no numbers of base sixty"),
        ("35", 35, "a number"),
        ("-1", -1, "below zero"),
        ("+5", 5, "with a sign"),
        ("007", 7, "zeros in front"),
        ("0o17", 15, "base eight"),
        ("0x1F", 31, "base sixteen"),
        ("1_000", 1000, "grouped"),
        ("1.5", 1.5, "a fraction"),
        (".5", 0.5, "without a zero"),
        ("-.5", -0.5, "and a sign"),
        ("1.", 1.0, "without digits behind"),
        ("1e3", 1000.0, "an exponent"),
        ("1.5E+3", 1500.0, "and a fraction"),
        ("1e400", INFINITE, "beyond all bounds"),
        (".inf", INFINITE, "so named"),
        ("-.INF", -INFINITE, "the other end"),
        ("1.2.3", "1.2.3", "a version"),
        ("1 2", "1 2", "two numbers"),
        ("0x", "0x", "no digits"),
        ("~", None, "nothing"),
        ("null", None, "nothing"),
        ("", None, "nothing"),
        ("''", "", "an empty text"),
        ("=", "=", "a sign"),
        ("it''s", "it''s", "quotes within a word"),
        ('"a\\tb\\x1b"', "a\tb\x1b", "escapes"),
        ("'it''s'", "it's", "a doubled quote"),
        ("a # b", "a", "a comment"),
        ("a#b", "a#b", "none"),
        ("AT & T", "AT & T", "an ampersand"),
        ("Well, &ldquo;so&rdquo;", "Well, &ldquo;so&rdquo;", "entities"),
        ("What? No! *Yes*", "What? No! *Yes*", "signs within a text"),
        ("a << b", "a << b", "arrows"),
        ("[a, b]", ["a", "b"], "a list on a line"),
        ("{b: [c]}", {"b": ["c"]}, "a mapping on a line"),
        ("\n  - x\n  - y: 1\n    z: 2", ["x", {"y": 1, "z": 2}], "lists and mappings"),
        ("\n- x\n- y", ["x", "y"], "a list that is not indented"),
        ("|\n  one\n  two", "one\ntwo\n", "lines kept"),
        (">\n  one\n  two", "one two\n", "lines folded"),
        ("x\u2028y", None, "a line separator is no line break"),
        ("👍 漢字 é", "👍 漢字 é", "any script"),
        ("b\r\nc: d", "b", "line ends of another system"),
        ("\tb", "b", "a tab before a value"),
        ("!!str 5", "5", "a number that is to be a text"),
        ("!!int '5'", 5, "a text that is to be a number"),
        ("!!timestamp 2021-10-02", "2021-10-02", "a date stays text even so"),
        ("_4", "_4", "a name that a number follows"),
        ("-_4.5", "-_4.5", "the same behind a sign"),
        ("._4", "._4", "and behind a point"),
        ("4e_4", "4e_4", "and in a power"),
        ("1_000", 1000, "thousands set apart"),
        ("&x 1\nb: *x", 1, "an anchor"),
        ("&x {p: 1}\nb: {<<: *x, q: 2}", {"p": 1}, "a merge key"),
    ],
)
def test_plain_scalars_follow_yaml_1_2(engine: YamlParser, written: str, expected: object, remark: str) -> None:
    value, faults = engine(f"a: {written}\n")
    assert isinstance(value, dict)
    if expected is not None or "\u2028" not in written:
        assert value["a"] == expected, remark
        assert type(value["a"]) is type(expected), remark
    assert not faults, remark


@pytest.mark.parametrize("sign", ["\x01", "\x0e", "\x7f", "\x80", "\x9b", "\ufffe"])
def test_control_characters_are_ignored(engine: YamlParser, sign: str) -> None:
    assert engine(f"a{sign}: 3{sign}5\nb: tr{sign}ue")[0] == {"a": 35, "b": True}


def test_nan_is_a_float(engine: YamlParser) -> None:
    value: Any = engine("a: .nan")[0]
    assert math.isnan(value["a"])


@pytest.mark.parametrize(
    ("text", "expected", "remark"),
    [
        ("c: {<<: {p: 1}, q: 2}", {"q": 2, "p": 1}, "written in place"),
        ("x: &x {p: 1, q: 1}\nc: {<<: *x, q: 2}", {"p": 1, "q": 2}, "its own value counts"),
        ("x: &x {p: 1}\ny: &y {p: 2}\nc: {<<: [*x, *y]}", {"p": 1}, "the source named first counts"),
        ("x: &x {<<: {p: 1}, p: 2}\nc: {<<: *x}", {"p": 2}, "sources that merge themselves"),
        ("w: {x: &x {<<: {p: 1}, p: 2}}\nc: {<<: *x}", {"p": 2}, "and stand deeper than who names them"),
        ("c: &c {<<: *c, q: 2}", {"q": 2}, "itself"),
    ],
)
def test_merge_key_adds_missing_keys(engine: YamlParser, text: str, expected: object, remark: str) -> None:
    value, faults = engine(text)
    assert isinstance(value, dict)
    assert value["c"] == expected, remark
    assert not faults, remark


@pytest.mark.parametrize(
    ("text", "expected", "line", "field", "message"),
    [
        ("a: 1\nb: 2\na: 3", {"a": 3, "b": 2}, 3, "a", "duplicate key; last value used"),
        ("a: {b: 1,\n b: 2}", {"a": {"b": 2}}, 2, "b", "duplicate key; last value used"),
        ('a: 1\n"a": 2', {"a": 2}, 2, "a", "duplicate key; last value used"),
        ("a: !foo 1", {"a": "1"}, 1, "", 'unknown tag "!foo" ignored'),
        (
            "a: !!python/object/apply:os.system [ls]",
            {"a": ["ls"]},
            1,
            "",
            'unknown tag "tag:yaml.org,2002:python/object/apply:os.system" ignored',
        ),
        ("a: !!map:x {b: 1}", {"a": {"b": 1}}, 1, "", "unknown tag"),
        ("a: !!binary /w==", {"a": "/w=="}, 1, "", 'unknown tag "tag:yaml.org,2002:binary" ignored'),
        ("a: !binary x y", {"a": "x y"}, 1, "", 'unknown tag "!binary" ignored'),
        ("a: !binary [x]", {"a": ["x"]}, 1, "", 'unknown tag "!binary" ignored'),
        ("b: 1\na: !!int x", {"b": 1, "a": "x"}, 2, "", '"x" is not a number'),
        ("a: !!float ''", {"a": ""}, 1, "", '"" is not a number'),
        ("a: !!bool maybe", {"a": "maybe"}, 1, "", 'invalid boolean "maybe"'),
        ("[a]: 1\nb: 2", {"b": 2}, 1, "", "non-scalar key ignored"),
        ("r:\n  - [a]: 1\n    b: 2", {"r": [{"b": 2}]}, 2, "", "non-scalar key ignored"),
        ("r: {{a: 1}: 1}", {"r": {}}, 1, "", "non-scalar key ignored"),
        ("? {a: 1}\n: 1\nb: 2", {"b": 2}, 1, "", "non-scalar key ignored"),
        ("a: 1\n<<: text", {"a": 1}, 2, "<<", "merge value is not a mapping; ignored"),
    ],
)
def test_questionable_yaml_is_an_issue_and_the_rest_is_read(
    engine: YamlParser, text: str, expected: object, line: int, field: str, message: str
) -> None:
    value, faults = engine(text)
    assert value == expected
    assert [(fault.line, fault.field) for fault in faults] == [(line, field)]
    assert faults[0].message.startswith(message)


@pytest.mark.parametrize("tag", ["!binary", "!!binary"])
def test_text_in_base64_is_decoded(engine: YamlParser, tag: str) -> None:
    text = f"a: {tag} |-\n  UmlsZXkgJiBz\n  w7Zucw==\nb:\n- {tag} aGk="
    assert engine(text) == ({"a": "Riley & söns", "b": ["hi"]}, ())


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: b: c", 1, "mapping values are not allowed in this context"),
        ("x: 1\na: [1, 2", 3, "while parsing a flow sequence, did not find expected ',' or ']'"),
        ("a: 'x", 1, "while scanning a quoted scalar, found unexpected end of stream"),
        ("a: @x", 1, "while scanning for the next token, found character that cannot start any token"),
        ("a: *b", 1, "found undefined alias"),
        ("a: b\n\tc: d", 2, "while scanning a plain scalar, found a tab character that violates indentation"),
        ("a: 1\n--- \nb: 2", 2, "expected a single document in the stream, but found another document"),
        ("a: !!int [1]", 1, "expected a scalar node, but found sequence"),
        ("%YAML 9.9\n---\na: 1", 1, "found incompatible YAML document"),
    ],
)
def test_yaml_error_is_one_line_with_its_line_number(engine: YamlParser, text: str, line: int, message: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        engine(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.fault.line == line


DEEP = 100_000


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("a: " + "[" * DEEP, "open lists"),
        ("a: " + "[" * DEEP + "]" * DEEP, "closed lists"),
        ("a: " + "{a: " * DEEP, "mappings"),
        ("a: " + "[{a: " * DEEP, "both"),
        ("- " * DEEP + "x", "compact lists"),
        ("-\t" * DEEP + "x", "with tabs"),
        ("? " * DEEP + "x", "compact keys"),
        ("- ? " * DEEP + "x", "both"),
        ("a:\n " + "- " * DEEP + "x", "compact lists below a key"),
        ("".join(" " * depth + "k:\n" for depth in range(600)), "keys below keys"),
        ("".join(" " * depth + "-\n" for depth in range(600)), "lists below lists"),
        ("".join(f"{' ' * depth}k:\n{' ' * depth}-\n" for depth in range(300)), "lists that are not indented"),
        ("a: " + "!x [" * DEEP, "with tags"),
        ("".join(f"{' ' * depth}- &a{depth}\n" for depth in range(600)), "with anchors"),
        ("\r".join(" " * depth + "k:" for depth in range(600)), "with old line ends"),
        ("\u2028".join(" " * depth + "k:" for depth in range(600)), "with line ends of YAML 1.1"),
    ],
)
def test_deep_nesting_is_a_front_matter_error(engine: YamlParser, text: str, remark: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        engine(text)
    assert caught.value.fault.line >= 1, remark


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth(part) for part in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((_depth(part) for part in value), default=0)
    return 0


@pytest.mark.parametrize("levels", [MAX_DEPTH, MAX_DEPTH + 1])
@pytest.mark.parametrize("shape", ["flow", "block", "compact"])
def test_depth_limit_is_the_same_in_every_style(engine: YamlParser, shape: str, levels: int) -> None:
    text = {
        "flow": "[" * levels + "]" * levels,
        "block": "".join(" " * depth + "k:\n" for depth in range(levels)),
        "compact": "- " * levels + "x",
    }[shape]
    if levels <= MAX_DEPTH:
        assert _depth(engine(text)[0]) == levels
    else:
        with pytest.raises(FrontMatterError, match="64 levels"):
            engine(text)


def _laughs(start: str, link: str, levels: int = 12, width: int = 10) -> str:
    lines = [f"a0: &a0 {start}"]
    for level in range(1, levels):
        aliases = ", ".join([f"*a{level - 1}"] * width)
        lines.append(f"a{level}: &a{level} {link.format(aliases)}")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        (_laughs("[lol, lol]", "[{}]"), "a billion laughs"),
        (_laughs("{x: 1, y: 2}", "{{<<: [{}]}}"), "a billion merges"),
        (_laughs("{x: 1}", "{{k: [{}]}}"), "through mappings"),
        ("b: &b " + "x" * 100_000 + "\na: [" + "*b, " * 1000 + "]", "one long text, often"),
        ("a: &i [" + "{url: x}, " * 200 + "]\nr: &r {i: *i}\nrelated: [" + "*r, " * 9_000 + "]", "flat, but much"),
        (
            "".join(f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}: 1}}\n" for n in range(1, 4000)).replace("<<: *a0, ", ""),
            "a chain",
        ),
    ],
)
def test_alias_expansion_over_the_limit_is_an_error(engine: YamlParser, text: str, remark: str) -> None:
    with pytest.raises(FrontMatterError, match="aliases expand"):
        engine(text)
    assert remark


@pytest.mark.parametrize(
    ("text", "remark"),
    [("a: &a [*a]", "a list in itself"), ("a: &a {b: *a}", "a mapping in itself"), ("&a a: *a", "a key for its value")],
)
def test_recursive_alias_is_read_or_an_error(engine: YamlParser, text: str, remark: str) -> None:
    try:
        value, _ = engine(text)
    except FrontMatterError:
        return
    assert isinstance(value, dict), remark


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("digits", ["9" * 250_000, "0x" + "f" * 250_000, "9" * 5000])
def test_number_of_any_length_is_read(engine: YamlParser, sign: str, digits: str) -> None:
    value: Any = engine(f"a: {sign}{digits}")[0]
    assert (value["a"] < 0) == bool(sign)


@pytest.mark.parametrize(
    ("text", "ordinary", "remark"),
    [
        ("title: What is AI? Well! *This* & that, [one] {two}", True, "signs in a text"),
        ("url: https://example.org/?a=1&b=2*!", True, "and in an address"),
        ("original_url: https://example.org/_1/a_2\n_b_: c_d", True, "underscores in names"),
        ("[a, _b]: see [one] above", False, "a list for a key"),
        ("r:\n  - {a: 1}: b", False, "a mapping for a key, deeper"),
        ("a: -_4", False, "what one engine takes for a number"),
        ("a: &x 1", False, "anchor"),
        ("a: *x", False, "alias"),
        ("a:  !x 1", False, "tag behind two spaces"),
        ("- &x a", False, "anchor of an entry"),
        ("[&x a]", False, "anchor in brackets"),
        ("&x a: 1", False, "anchor at the start"),
        ("a:\n  &x\n  b: 1", False, "anchor on a line of its own"),
        ("<<: x", False, "merge key"),
        ("? a\n: b", False, "explicit key"),
        ("%TAG ! x", False, "directive"),
        ("\ta: b", False, "tab"),
        ("a: b\x00", False, "NUL"),
        ("a\x0e: b", False, "a control character"),
        ("a\x7f: b", False, "DEL"),
        ("é\x80: b", False, "a control character beyond ASCII"),
        ("a\u2028: b", False, "a line separator"),
        ("a\uffff: b", False, "no character at all"),
        ("é\udc80: b", False, "half a character"),
        ("título: “x”\u200d\xa0", True, "letters, quotes and blanks of any kind"),
    ],
)
def test_only_the_plain_subset_reaches_the_fast_engine(text: str, ordinary: bool, remark: str) -> None:  # noqa: FBT001 - a column of the table
    assert is_plain_subset(text) is ordinary, remark


@pytest.mark.parametrize(("depth", "ordinary"), [(10, True), (30, False), (64, False)])
def test_deep_brackets_are_left_to_the_strict_engine(depth: int, ordinary: bool) -> None:  # noqa: FBT001 - a column of the table
    # Indentation and brackets share the maximum depth.
    assert is_plain_subset(f"a: {'[' * depth}{']' * depth}") is ordinary


# A separate word of digits and underscores: what _has_likenesses looks for, the slow way.
_LIKENESS = re.compile(r"(?<![^\s\[{,:])(?=[-+.0-9eE]*_)[-+.0-9_]+(?:[eE][-+0-9_]*)?(?![^\s\]},:])")


@given(st.text(alphabet="0_-+.eE ,:[]}\n\xa0ax", max_size=12))
def test_number_likenesses_match_the_reference_regex(text: str) -> None:
    assert yaml_subset._has_likenesses(f"\n{text}") is (_LIKENESS.search(f"\n{text}") is not None)


@pytest.mark.parametrize(
    "text", ["4_" * 200_000, "_" * 300_000, "]4_" * 100_000, "e_" * 200_000], ids=lambda text: text[:4]
)
def test_long_word_of_underscores_is_checked_in_linear_time(text: str) -> None:
    # In quadratic time this would take minutes.
    assert is_plain_subset(f"a: x{text}")


def test_default_parser_is_one_of_the_two_engines() -> None:
    assert yaml_parser.default_parser() in {yaml_parser.fast_parser(), yaml_strict.load_strict}


WORDS = ["a", "b:", "- ", "  ", ": ", ", ", "\n", "\t", "é", "1", "~", "\\", "\x00", "\r"]
SIGNS = ["[", "]", "{", "}", "'", '"', "#", "|", ">", "&x ", "*x", "!t ", "? ", "<<: ", "--- "]
LINES = st.lists(st.sampled_from(WORDS + SIGNS), max_size=25).map("".join)


@given(LINES)
def test_engines_agree_on_any_text(text: str) -> None:
    quick = yaml_parser.fast_parser()
    if quick is None:
        pytest.skip("the fast YAML engine is not installed")
    try:
        expected = yaml_strict.load_strict(text)
    except FrontMatterError:
        expected = None
    try:
        found = quick(text)
    except FrontMatterError:
        assert expected is None
        return
    if expected is not None:  # the fast engine may be more lenient
        assert _bare(found) == _bare(expected)


def _bare(value: object) -> str:
    # The engines differ in trailing empty lines, which the schema strips.
    return repr(value).replace("\\n", "")
