from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invisible_characters import KEPT, Kept, find_invisible
from rich.cells import cell_len

from reader import text

ANYTHING = st.text(st.characters(codec=None), max_size=60)
CONTROL_CHARACTERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U0010eeee]"
)


@pytest.mark.parametrize(
    ("given_text", "expected", "remark"),
    [
        ("plain", "plain", "most text"),
        ("a\nb\tc", "a\nb\tc", "newline and tab stay"),
        ("a\r\nb\rc", "a\nb\nc", "every line break is a newline"),
        ("a\u2028b\u2029c\x0bd\x0ce\x85f", "a\nb\nc\nd\ne\nf", "the rare ones too"),
        ("\x1b[31mred\x1b]0;title\x07", "[31mred]0;title", "escape sequences lose their escape"),
        ("a\x9b2Jb", "a2Jb", "C1 is an escape in one character"),
        ("a\x00b\x7fc", "abc", "NUL and DEL go"),
        ("user\u202egpj.exe", "usergpj.exe", "bidi override"),
        ("\u2066x\u2069", "x", "bidi isolates"),
        ("caf\udce9", "caf\ufffd", "a byte that was no UTF-8"),
        ("👩\u200d💻 नि", "👩\u200d💻 नि", "joiners and combining marks stay"),
        ("é\u00a0x", "é\u00a0x", "a no-break space is harmless"),
        ("a\u00adb\u200bc\u2060d\ufeffe\u206af\ufffbg\U0010eeeeh", "abcdefgh", "what nobody sees"),
        ("pay\u200e \u200fme\u061c", "pay me", "direction marks among Latin letters"),
        ("שלום\u200f!", "שלום\u200f!", "a direction mark beside Hebrew"),
        (
            "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
            "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
            "a flag",
        ),
        ("a\U000e0067\U000e007f", "a", "tags that are no flag"),
    ],
)
def test_sanitize_removes_control_characters(given_text: str, expected: str, remark: str) -> None:
    assert text.sanitize(given_text) == expected, remark


@given(ANYTHING)
def test_sanitize_of_any_text_is_idempotent_and_safe(value: str) -> None:
    cleaned = text.sanitize(value)
    assert text.sanitize(cleaned) == cleaned
    assert not CONTROL_CHARACTERS.search(cleaned)
    line = text.sanitize_line(value)
    assert text.sanitize_line(line) == line
    assert line == " ".join(line.split())
    assert not CONTROL_CHARACTERS.search(line)


@pytest.mark.parametrize(
    ("given_text", "expected", "remark"),
    [
        ("  a \n b\t\tc  ", "a b c", "runs of white space are one space"),
        ("a\u00a0b\u3000c", "a b c", "of every kind"),
        ("a  b", "a b", "two plain spaces"),
        ("\x1b", "", "nothing is left"),
    ],
)
def test_sanitize_line_collapses_white_space(given_text: str, expected: str, remark: str) -> None:
    assert text.sanitize_line(given_text) == expected, remark


def test_display_path_replaces_undecodable_bytes() -> None:
    assert text.display_path("caf\udce9/\x1bx.md") == "caf\ufffd/x.md"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Résumé", "resume", True),
        ("STRASSE", "straße", True),
        ("Łódź", "lodz", True),
        ("שָׁלוֹם", "שלום", True),
        ("が", "か", False),
        ("a  b", "A b", True),
        ("AI", "A1", False),
    ],
)
def test_fold_equates_case_and_accents(one: str, other: str, same: bool) -> None:  # noqa: FBT001 - a column of the table
    assert (text.fold(one) == text.fold(other)) is same


@given(ANYTHING)
def test_fold_is_idempotent(value: str) -> None:
    once = text.fold(unicodedata.normalize("NFC", value))
    assert text.fold(once) == once


# Combining marks in non-canonical order: sorting them takes quadratic time.
UNSORTED_MARKS = ("\u0315\u0300\u0323", "\u3099\u093c", "\u3099\u034f\u093c\u034f", "\uff9e\u093c", "\u05b8\u05b0")


@pytest.mark.parametrize("marks", UNSORTED_MARKS)
def test_fold_of_many_combining_marks_is_fast_and_limited(marks: str) -> None:
    before = time.process_time()
    folded = text.fold("a" + marks * 200_000)
    assert time.process_time() - before < 5, "sorting all of them would take minutes"
    assert folded.startswith("a")
    assert len(folded) <= 1 + text.MAX_MARKS
    assert text.fold(folded) == folded


@pytest.mark.parametrize("value", ["🚀" * 100, "—" * 100 + "漢" * 100, "「」" * 100, "नि" * 100])
def test_fold_keeps_long_runs_of_symbols_and_letters(value: str) -> None:
    assert text.fold(value) == unicodedata.normalize("NFC", value)


@pytest.mark.parametrize(
    ("value", "expected", "remark"),
    [
        ("Hello, World-wide 42", ["hello", "world", "wide", "42"], "letters and digits"),
        ("人工知能", ["人", "工", "知", "能"], "one character, one word"),
        ("C++ and C#", ["c\ue000", "and", "c\ue001"], "the sign belongs to the word"),
        ("rocket🚀go", ["rocket", "🚀", "go"], "a symbol by itself"),
        ("กินข้าว", ["ก", "ิ", "น", "ข", "้", "า", "ว"], "Thai, character by character"),
        ("ລາວ ខ្មែរ", ["ລ", "າ", "ວ", "ខ", "្", "ម", "ែ", "រ"], "Lao and Khmer"),
        ("မြန်မာ", ["မ", "ြ", "န", "်", "မ", "ာ"], "Burmese"),
        ("हिन्दी", ["हिन्दी"], "Hindi puts spaces between words"),
        ("co\u00adoperate co\u2060operate co\ufeffoperate", ["cooperate"] * 3, "hyphens and joiners that are not seen"),
        ("كتـــاب", ["كتاب"], "letters widened"),
        ("word² x¹⁰", ["word", "2", "x", "10"], "superscripts behind a word"),
        ("CO₂", ["co2"], "a subscript belongs to its word"),
        ("2½ cups, ⅓", ["2", "½", "cups", "⅓"], "fractions are not cut"),
        ("", [], "nothing"),
    ],
)
def test_split_words_handles_scripts_and_symbols(value: str, expected: list[str], remark: str) -> None:
    assert text.split_words(value) == expected, remark


@given(st.text(alphabet="ab1+# é\u0301中" + text._TYPOGRAPHY, max_size=12))
def test_split_words_shortcut_matches_the_word_pattern(value: str) -> None:
    value += " " * text._LONG
    assert text.split_words(value) == text._WORD.findall(text.normalize_for_index(text._searchable_beyond_ascii(value)))


@pytest.mark.parametrize(
    ("value", "cells", "expected"),
    [
        ("hello", 5, "hello"),
        ("hello", 4, "hel…"),
        ("漢字漢", 4, "漢…"),
        ("漢字", 1, "…"),
        ("x", 0, ""),
        ("ab cd", 4, "ab…"),
    ],
)
def test_truncate_ends_in_an_ellipsis(value: str, cells: int, expected: str) -> None:
    assert text.truncate(value, cells) == expected


@given(st.text(max_size=40).map(text.sanitize_line), st.integers(min_value=-1, max_value=30))
def test_truncated_text_fits_the_width(value: str, cells: int) -> None:
    assert cell_len(text.truncate(value, cells)) <= max(cells, 0)


def test_sanitize_removes_unlisted_invisible_characters() -> None:
    everywhere = {chr(code) for kept in KEPT if kept.everywhere for code in range(kept.first, kept.last + 1)}
    left = {character for character in (*find_invisible(), *everywhere) if character in text.sanitize(f"a{character}b")}
    assert left == everywhere


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.name)
def test_sanitize_keeps_listed_invisible_character_in_context(kept: Kept) -> None:
    assert text.sanitize(kept.example) == kept.example
    assert any(kept.first <= ord(character) <= kept.last for character in kept.example)
    if not kept.everywhere:
        assert text.sanitize(f"a{chr(kept.first)}b") == "ab"


@pytest.mark.parametrize(
    ("body", "minutes"),
    [
        ("", 0),
        (".", 1),
        ("word " * 240, 1),
        ("word " * 241, 2),
        ("mot é ou “à” " * 92, 1),
        ("слово " * 1_000, 5),
        ("漢字" * 1_200, 5),
        ("ひらがなカタカナ" * 300, 5),
        ("ｶﾀｶﾅ" * 600, 5),
        ("\U00020000" * 2_400, 5),
        ("한글 " * 1_000, 4),
        ("ภาษาไทย" * 571, 5),
        ("ພາສາລາວ" * 571, 5),
        ("မြန်မာ" * 666, 5),
        ("ភាសាខ្មែរ" * 444, 5),
        ("word " * 480 + "漢" * 480, 3),
        ("word " * 4_800 + "漢" * 48, 21),
    ],
)
def test_reading_time_is_that_of_the_script(body: str, minutes: int) -> None:
    assert text.reading_minutes(body) == minutes
