"""What the fuzzer came upon, tried again without the fuzzer; and its checks notice what they are there for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import fuzz_content
import fuzz_query
import pytest
from fuzz_terminal import assert_can_be_opened, assert_terminal_safe
from sweep import sample

from reader.content import dialects
from reader.query.fields import FIELDS, FLAGS, SORTS

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve().parent
MOST_BYTES = 700_000


def kept(target: str) -> list[Path]:
    return sorted((HERE / "corpus" / target).iterdir())


@pytest.fixture(scope="module")
def check_content() -> Callable[[bytes], None]:
    return fuzz_content.checker()


@pytest.fixture(scope="module")
def check_query() -> Callable[[bytes], None]:
    return fuzz_query.checker()


def tried(target: str) -> list[Path]:
    """Return every input that once failed, and some of those that only lead the fuzzer into all branches."""
    failed = [file for file in kept(target) if file.name.startswith("found-")]
    return failed + sample([file for file in kept(target) if file not in failed], 120)


@pytest.mark.sweep
@pytest.mark.parametrize("file", tried("content"), ids=lambda file: file.name[-12:])
def test_a_kept_file_still_makes_an_article_that_keeps_every_promise(
    check_content: Callable[[bytes], None], file: Path
) -> None:
    check_content(file.read_bytes())


@pytest.mark.sweep
@pytest.mark.parametrize("file", tried("query"), ids=lambda file: file.name[-12:])
def test_a_kept_text_still_makes_a_query_that_keeps_every_promise(
    check_query: Callable[[bytes], None], file: Path
) -> None:
    check_query(file.read_bytes())


def test_what_is_kept_is_small() -> None:
    sizes = [file.stat().st_size for target in ("content", "query") for file in kept(target)]
    assert len(sizes) > 100
    assert sum(sizes) < MOST_BYTES


@pytest.mark.parametrize(
    "sign", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9b", "\n", "\t", "\u2028", "\u202e", "\u2066", "\ud800"]
)
def test_what_may_not_reach_a_terminal_is_noticed(sign: str) -> None:
    with pytest.raises(AssertionError):
        assert_terminal_safe(["fine", f"a{sign}b"])


def test_text_of_any_script_may_reach_a_terminal() -> None:
    assert_terminal_safe(["e\u0301 मुंबई שלום 👩\u200d👧 데이터 [/] “x” a\xa0b"])


@pytest.mark.parametrize(
    "url", ["ftp://a/", "http:///a", "https://?", "https://a b", "https://a\\b", "http://a\x1b", "/a", "http://@a"]
)
def test_what_may_not_be_opened_is_noticed(url: str) -> None:
    with pytest.raises(AssertionError):
        assert_can_be_opened(["", "https://fine.example/", url])


def _words(target: str) -> set[str]:
    lines = (HERE / f"{target}.dict").read_text(encoding="ascii").splitlines()
    return {line.strip('"') for line in lines if line.startswith('"')}


def test_the_fuzzer_knows_every_key_and_every_word_of_the_query_language() -> None:
    assert {key for entry in dialects.FIELDS for key in entry.keys} <= _words("content")
    assert {f"{name}:" for field in FIELDS for name in (field.name, *field.aliases)} <= _words("query")
    assert {f"{flag.field}:{flag.name}" for flag in FLAGS} <= _words("query")
    assert {f"sort:{key.name}" for key in SORTS} <= _words("query")
