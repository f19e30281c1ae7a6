"""The files of the page: all that it needs is there, and nothing is loaded from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import reader
from reader.web import server

ROOT = Path(reader.__file__).parent
STATIC = ROOT / "web" / "static"
# No font of ours has it; and what is part of a text, not of the screen.
OF_VISITORS_FONTS = {"⚿"}


@pytest.mark.parametrize("name", ["index.html", "page.css", "page.mjs"])
def test_page_refers_to_its_own_files_only(name: str) -> None:
    text = (STATIC / name).read_text(encoding="utf-8")
    named = re.findall(r"""(?:src=|href=|url\(|from )"([^"]+)\"""", text)
    assert named
    assert [path for path in named if path not in server.FILES] == []


def test_symbols_drawn_by_the_tui_have_a_font() -> None:
    css = (STATIC / "page.css").read_text(encoding="utf-8")
    ranges = [
        range(int(first, 16), int(last or first, 16) + 1)
        for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", css)
    ]
    sources = (file.read_text(encoding="utf-8") for part in ("tui", "render") for file in (ROOT / part).rglob("*.py"))
    drawn = {sign for source in sources for sign in source if 0x2190 <= ord(sign) < 0x3000} | set(
        "─│┌┐└┘╭╮╰╯━┃┏┓┗┛▁▂▃▄▅▆▇█"
    )
    missing = {sign for sign in drawn if not any(ord(sign) in each for each in ranges)}
    assert missing == OF_VISITORS_FONTS
