"""The cheat sheet: its queries are valid, and --help and the TUI show all of it."""

from __future__ import annotations

import pytest

from reader.cli.arguments import HelpRequested, parse_args
from reader.config.actions import ACTIONS
from reader.query import parse
from reader.query.cheat_sheet import CHEAT_SHEET
from reader.render.style import Palette
from reader.tui.widgets.help import help_rows


@pytest.mark.parametrize("query", [query for row in CHEAT_SHEET for query in row.queries])
def test_cheat_sheet_queries_can_be_parsed(query: str) -> None:
    assert parse(str(parse(query))) == parse(query)


@pytest.mark.parametrize("width", [80])
def test_help_shows_the_entire_cheat_sheet(width: int) -> None:
    with pytest.raises(HelpRequested) as caught:
        parse_args(["--help"])
    shown = {
        "--help": str(caught.value).splitlines(),
        "TUI": [row.line.plain for row in help_rows(ACTIONS, Palette())],
    }
    for name, lines in shown.items():
        for row in CHEAT_SHEET:
            found = [line for line in lines if line.strip().startswith(row.queries[0]) and line.endswith(row.finds)]
            assert len(found) == 1, (name, row)
            assert all(query in found[0] for query in row.queries)
            assert len(found[0]) <= width
