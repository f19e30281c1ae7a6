"""Replays of the fuzz corpus without the fuzzer, and tests of the checks that the fuzzer uses."""

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
MAX_BYTES = 700_000


def corpus_files(target: str) -> list[Path]:
    return sorted((HERE / "corpus" / target).iterdir())


@pytest.fixture(scope="module")
def check_content() -> Callable[[bytes], None]:
    return fuzz_content.checker()


@pytest.fixture(scope="module")
def check_query() -> Callable[[bytes], None]:
    return fuzz_query.checker()


def selected_files(target: str) -> list[Path]:
    """Return every input that once failed, and a sample of those that only increase coverage."""
    failed = [file for file in corpus_files(target) if file.name.startswith("found-")]
    return failed + sample([file for file in corpus_files(target) if file not in failed], 120)


@pytest.mark.sweep
@pytest.mark.parametrize("file", selected_files("content"), ids=lambda file: file.name[-12:])
def test_corpus_file_makes_a_valid_article(check_content: Callable[[bytes], None], file: Path) -> None:
    check_content(file.read_bytes())


@pytest.mark.sweep
@pytest.mark.parametrize("file", selected_files("query"), ids=lambda file: file.name[-12:])
def test_corpus_text_makes_a_valid_query(check_query: Callable[[bytes], None], file: Path) -> None:
    check_query(file.read_bytes())


def test_fuzz_corpus_is_small() -> None:
    sizes = [file.stat().st_size for target in ("content", "query") for file in corpus_files(target)]
    assert len(sizes) > 100
    assert sum(sizes) < MAX_BYTES


@pytest.mark.parametrize(
    "sign", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9b", "\n", "\t", "\u2028", "\u202e", "\u2066", "\ud800"]
)
def test_terminal_check_rejects_control_characters(sign: str) -> None:
    with pytest.raises(AssertionError):
        assert_terminal_safe(["fine", f"a{sign}b"])


def test_terminal_check_accepts_text_of_any_script() -> None:
    assert_terminal_safe(["e\u0301 मुंबई שלום 👩\u200d👧 데이터 [/] “x” a\xa0b"])


@pytest.mark.parametrize(
    "url", ["ftp://a/", "http:///a", "https://?", "https://a b", "https://a\\b", "http://a\x1b", "/a", "http://@a"]
)
def test_url_check_rejects_unsafe_urls(url: str) -> None:
    with pytest.raises(AssertionError):
        assert_can_be_opened(["", "https://fine.example/", url])


def _words(target: str) -> set[str]:
    lines = (HERE / f"{target}.dict").read_text(encoding="ascii").splitlines()
    return {line.strip('"') for line in lines if line.startswith('"')}


def _escaped(word: str) -> str:
    return "".join(chr(byte) if byte < 0x80 else f"\\x{byte:02x}" for byte in word.encode())


def test_fuzz_dictionaries_have_every_key_and_query_word() -> None:
    assert {_escaped(key) for entry in dialects.FIELDS for key in entry.keys} <= _words("content")
    assert {f"{name}:" for field in FIELDS for name in (field.name, *field.aliases)} <= _words("query")
    assert {f"{flag.field}:{flag.name}" for flag in FLAGS} <= _words("query")
    assert {f"sort:{key.name}" for key in SORTS} <= _words("query")
