"""A row of the list: what it says about an article, in exactly its width."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from factories import entry
from msgspec.structs import replace
from rich.cells import cell_len
from rich.style import Style

from reader.article import DATE_ONLY
from reader.marks import MarkTarget
from reader.render.style import Palette
from reader.tui.list.row import RowOptions, RowStyles, paint_entry

_OPTIONS = RowOptions(UTC, 2021, lambda _title: ())


def _row(width: int = 60, **values: Any) -> str:
    summary = replace(entry(MarkTarget(1, "a")), **values)
    segments = paint_entry(summary, width, RowStyles(Palette(), Style()), _OPTIONS, cursor=False)
    return "".join(segment.text for segment in segments)


@pytest.mark.parametrize(
    ("path", "language", "title"),
    [
        ("de/a.md", "de", "de A title"),
        ("i18n/pt-BR/docs/a.md", "pt-BR", "pt-BR A title"),
        ("index.ko.md", "ko", "ko A title"),
        ("a.md", "de", "A title"),
        ("modern/a.md", "de", "A title"),
        ("de/a.md", "", "A title"),
    ],
)
def test_copies_of_an_article_are_told_apart_by_their_language(path: str, language: str, title: str) -> None:
    assert _row(path=path, language=language)[22:].rstrip() == title


@pytest.mark.parametrize("width", range(1, 120, 7))
def test_a_row_has_exactly_its_width_with_a_language(width: int) -> None:
    row = _row(max(width, 12), path="zh-Hant/a.md", language="zh-Hant", draft=True, title="題名" * 40)
    assert cell_len(row) == max(width, 12)


def test_a_date_without_time_is_its_day() -> None:
    assert "2 Oct " in _row(published_at=datetime(2021, 10, 2, tzinfo=DATE_ONLY))
