"""The same metadata gives the same article in YAML, JSON and TOML, and with both YAML engines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
import tomlkit
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reader.content import LoadResult, schema, yaml_strict
from reader.content import yaml as yaml_parser
from reader.content.dialects import FIELDS
from reader.content.frontmatter import FrontMatter
from reader.content.load import parse_file

KEYS = sorted({key for entry in FIELDS for key in entry.keys})
INNER = ["title", "url", "src", "name", "domain", "width", "height", "isCached", "alt", "date", "quality", "topics"]
TEXTS = st.text(max_size=12) | st.sampled_from(
    [
        *("https://a.example/b?c=1", "www.A.example", "/a", "yes", "no", "35", "-1", "1e3", "2021-10-02", "2 Oct 2021"),
        *("a: b", "- a", "# a", "'", '"', "\\", " a", "a ", "a\nb", "a\n", "\n a", "\ta", "a  b", "[a]", "{a", "*a"),
        *("null", "~", "true", "---", "...", "a, b,,c", "%", "@", "|", ">", "<<", "&a"),
        *("\x1b[2J", "\u2028", "\u202e", "\x85", "é", "data\x00", "漢字"),
    ]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(INNER) | TEXTS, inner, max_size=4),
    max_leaves=10,
)
TREES = st.dictionaries(st.sampled_from(KEYS) | TEXTS, VALUES, max_size=6)


@dataclass(frozen=True, slots=True)
class YamlStyle:
    """A way to write YAML: quotes or blocks for strings, line width, flow or block style."""

    quotes: str
    width: int
    in_brackets: bool | None
    plain_letters: bool


YAML_STYLES = st.builds(
    YamlStyle,
    st.sampled_from(["'", '"', "|", ">"]),
    st.sampled_from([20, 80, 10_000]),
    st.sampled_from([True, False, None]),
    st.booleans(),
)


def in_yaml(tree: dict[str, Any], yaml_style: YamlStyle) -> str:
    class Dumper(yaml.SafeDumper):
        """Dumper that quotes every string, so that none is mistaken for a number."""

        def represent_str(self, text: str) -> yaml.ScalarNode:
            # The dumper speaks YAML 1.1, where these three end a line.
            quotes = '"' if {"\x85", "\u2028", "\u2029"} & set(text) else yaml_style.quotes
            return self.represent_scalar("tag:yaml.org,2002:str", text, quotes)

        def represent_float(self, number: float) -> yaml.ScalarNode:
            # The dumper would write 1.0e+16, but strings keep their characters.
            written = repr(number).replace("inf", ".inf")
            return self.represent_scalar("tag:yaml.org,2002:float", written)

        def ignore_aliases(self, _data: object) -> bool:
            return True

    Dumper.add_representer(str, Dumper.represent_str)
    Dumper.add_representer(float, Dumper.represent_float)
    # In the order of the tree: of two spellings of one key, the first counts.
    written = yaml.dump(
        tree,
        Dumper=Dumper,
        width=yaml_style.width,
        default_flow_style=yaml_style.in_brackets,
        allow_unicode=yaml_style.plain_letters,
        sort_keys=False,
    )
    return f"---\n{written}\n---\n"


def article_of(text: str, engine: yaml_parser.YamlParser | None = None) -> tuple[object, ...]:
    return without_lines(parse_file("a.md", text.encode(), engine))


def without_lines(loaded: LoadResult) -> tuple[object, ...]:
    return loaded.article, [(problem.field, problem.message) for problem in loaded.problems]


def expected(tree: dict[str, Any]) -> tuple[object, ...]:
    return without_lines(LoadResult(*schema.build_article("a.md", FrontMatter(tree, ""))))


@given(TREES, YAML_STYLES)
def test_metadata_in_yaml_gives_the_same_article(tree: dict[str, Any], yaml_style: YamlStyle) -> None:
    text = in_yaml(tree, yaml_style)
    assert article_of(text, yaml_strict.load_strict) == expected(tree)
    quick = yaml_parser.fast_parser()
    if quick is None:
        pytest.skip("the fast YAML engine is not installed")
    assert article_of(text, quick) == expected(tree)


@given(TREES, st.sampled_from([None, 2]), st.booleans())
def test_metadata_in_json_gives_the_same_article(
    tree: dict[str, Any],
    indent: int | None,
    ascii_only: bool,  # noqa: FBT001 - Hypothesis fills it in
) -> None:
    assert article_of(json.dumps(tree, indent=indent, ensure_ascii=ascii_only)) == expected(tree)


def without_none(value: object) -> Any:
    """Return a value without None, which TOML cannot express."""
    if isinstance(value, dict):
        return {key: without_none(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_none(inner) for inner in value if inner is not None]
    return value


@given(TREES.map(without_none))
def test_metadata_in_toml_gives_the_same_article(tree: dict[str, Any]) -> None:
    assert article_of(f"+++\n{tomlkit.dumps(tree)}\n+++\n") == expected(tree)
