from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from reader.cli.output import OutputStream, pager_command, print_paged
from reader.cli.spec import COMMANDS
from reader.cli.spec.man_page import man_page

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("env", "command"),
    [
        ({}, ("less",)),
        ({"PAGER": "less -S"}, ("less", "-S")),
        ({"PAGER": ""}, ()),
        ({"PAGER": "cat"}, ()),
        ({"PAGER": "'"}, ()),
    ],
)
def test_pager_command_comes_from_the_environment(env: dict[str, str], command: tuple[str, ...]) -> None:
    assert pager_command(env) == command


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("many", [3, 100])
def test_only_long_output_on_a_terminal_is_paged(tmp_path: Path, *, terminal: bool, many: int) -> None:
    paged, printed = tmp_path / "paged", tmp_path / "printed"
    pager = f'{sys.executable} -c \'import sys; open("{paged}", "w").write(sys.stdin.read())\''
    with printed.open("w", encoding="utf-8") as file:
        out = OutputStream(file)
        out.is_terminal = terminal
        print_paged(["ü"] * many, out, {"PAGER": pager})
        out.flush()
    is_paged = terminal and many == 100
    assert (paged.read_text(encoding="utf-8") if is_paged else printed.read_text(encoding="utf-8")) == "ü\n" * many
    assert paged.exists() is is_paged


def test_output_is_printed_if_the_pager_does_not_exist(tmp_path: Path) -> None:
    printed = tmp_path / "printed"
    with printed.open("w", encoding="utf-8") as file:
        out = OutputStream(file)
        out.is_terminal = True
        print_paged(["x"] * 100, out, {"PAGER": str(tmp_path / "none")})
        out.flush()
    assert printed.read_text(encoding="utf-8") == "x\n" * 100


def test_manual_page_has_every_command_and_option() -> None:
    page = man_page()
    assert page.startswith(".TH NEWSREADER 1 ")
    for command in COMMANDS:
        assert f"\n.SS {command.name}" in page
        for option in command.options:
            escaped = f"--{option.name}".replace("-", "\\-")
            assert f".B {escaped}" in page
    assert not [line for line in page.splitlines() if line.startswith(("'", "..."))]
