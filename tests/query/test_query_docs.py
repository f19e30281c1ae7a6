"""docs/query.md: its tables are generated from the program, and its examples run on the sample articles."""

from __future__ import annotations

import os
import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reader.library import open_library
from reader.query import Clock, QueryContext, parse
from reader.query.fields import FIELDS, FLAGS, SORTS, FieldKind, FieldSpec, QueryExample
from reader.storage.paths import AppPaths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reader.index.search import Search

_ROOT = Path(__file__).parents[2]
_DOCS = _ROOT / "docs" / "query.md"
_NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


def _block(examples: list[QueryExample]) -> str:
    return "\n".join(["```query", *(f"{example.query:30}  {example.finds}" for example in examples), "```"])


def _field(field: FieldSpec) -> str:
    names = ", ".join(f"`{name}:`" for name in (field.name, *field.aliases))
    return f"{names}: {field.summary}.\n\n{_block(list(field.examples))}"


def _fields() -> str:
    return "\n\n".join(
        _field(field) for field in FIELDS if field.kind not in {FieldKind.SORT, FieldKind.LIMIT, FieldKind.FLAG}
    )


def _flags() -> str:
    return _block([QueryExample(f"{flag.field}:{flag.name}", flag.summary) for flag in FLAGS])


def _sorts() -> str:
    return _block([QueryExample(f"sort:{key.name}", f"first: {key.first}") for key in SORTS])


def _rendered(text: str) -> str:
    for name, made in (("fields", _fields()), ("flags", _flags()), ("sorts", _sorts())):
        start, end = f"<!-- {name}: made from the program's own table -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(start)
        text = f"{before}{start}\n{made}\n{end}{rest.partition(end)[2]}"
    return text


def test_query_reference_tables_match_the_program() -> None:
    text = _DOCS.read_text(encoding="utf-8")
    if os.environ.get("UPDATE_GOLDEN"):
        _DOCS.write_text(_rendered(text), encoding="utf-8")
    assert _DOCS.read_text(encoding="utf-8") == _rendered(text), "UPDATE_GOLDEN=1 rewrites docs/query.md"


def _examples() -> list[str]:
    blocks = re.findall(r"^```query\n(.*?)^```$", _DOCS.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines()]
    return [re.split(r" {2,}", line, maxsplit=1)[0] for line in lines]


_EXAMPLES = _examples()
# These depend on the current day or on the user's marks, or concern what the sample articles lack.
_MAY_FIND_NOTHING = re.compile(
    r"feed:|today|yesterday|\b\d+[hdwmy]\b|is:(read|starred|later|new|unreadable)|has:problem"
)


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    folder = tmp_path_factory.mktemp("places")
    library = open_library(_ROOT / "sample_content", AppPaths(folder / "cache", folder / "state", folder / "config"))
    for _ in library.sync():
        pass
    with closing(library.search()) as opened:
        yield opened


def test_query_reference_has_an_example_for_every_field() -> None:
    assert len(_EXAMPLES) > 100
    for field in FIELDS:
        assert any(field.name in example for example in _EXAMPLES), field.name


@pytest.mark.parametrize("example", _EXAMPLES)
def test_query_reference_example_finds_sample_articles(search: Search, example: str) -> None:
    found = search.ids(parse(example), QueryContext(Clock(_NOW, UTC)))
    if not _MAY_FIND_NOTHING.search(example):
        assert len(found) > 0
