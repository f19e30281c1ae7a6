"""Tests of problems and their messages."""

from __future__ import annotations

import pytest

from reader.problems import KINDS, Code, Problem


@pytest.mark.parametrize("code", Code)
def test_message_of_any_code_survives_missing_and_extra_arguments(code: Code) -> None:
    gaps = KINDS[code].words.count("{}")

    assert Problem("a.md", 0, "", code).message.count("?") >= gaps
    assert Problem("a.md", 0, "", code, ("one", "two", "three")).message.count("{}") == 0


def test_message_of_an_unknown_code_is_the_code() -> None:
    assert Problem("a.md", 0, "", "of-another-version", ("one",)).message == "of-another-version"
