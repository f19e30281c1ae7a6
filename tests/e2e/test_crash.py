"""An unexpected error ends the program: the terminal is restored, a message names the crash report, and the report has
the traceback but no private data.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from live_folder import write

if TYPE_CHECKING:
    from pathlib import Path

    from play import Play, Stage

_SEQUENCE = re.compile(rb"\x1b\[[^a-zA-Z]*[a-zA-Z]")
# Replaces a method before the program starts; its arguments and variables hold private data.
BROKEN = """
    import {module} as module

    def broken(*arguments, **options):
        secret = open({secret!r}).read()
        open({place!r}, "a").close()
        raise ValueError(f"what broke was {{secret}}")

    module.{method} = broken
"""
PLACES = [
    pytest.param("reader.tui.widgets.virtual_list", "VirtualList.move", "j", id="a key"),
    pytest.param("reader.tui.article.loader", "render_article", "", id="a worker"),
    pytest.param("reader.tui.folder.effects", "CheckIndex.run", "", id="a timer"),
    pytest.param("reader.tui.list.pane", "ArticleList.render_line", "", id="painting"),
    pytest.param("reader.tui.screen", "MainScreen.on_mount", "", id="opening"),
    pytest.param("reader.tui.screen", "MainScreen.__init__", "", id="putting together"),
    pytest.param("reader.tui.folder.effects", "FolderWatcher._watch", "", id="another thread"),
    pytest.param("reader.tui.terminal.driver", "TerminalDriver.process_message", "j", id="the thread that reads keys"),
    pytest.param("reader.tui.app", "ReaderApp.exit", "q", id="leaving"),
]


def start(stage: Stage, module: str, method: str, **env: str) -> Play:
    """Start the program with a private article and a broken method."""
    base = stage.base
    write(base / "content", "private-name.md", title="A confidential title", text="Its text.")
    (base / "secret").write_text("A confidential title", encoding="utf-8")
    script = BROKEN.format(module=module, method=method, place=str(base / "met"), secret=str(base / "secret"))
    return stage.start(base / "content", env=env, before=script)


def ends_broken(play: Play, key: str, home: Path) -> str:
    """Wait for the end, check the terminal, and return the report."""
    if key:
        play.open().session.press(key)
    play.ends(70)
    assert (home / "met").exists(), "or nothing was broken"
    assert play.modes == set()
    after = _SEQUENCE.sub(b"", play.session.sent.rpartition(b"\x1b[?1049l")[2]).decode()
    file = home / "state" / "newsreader" / "crash.txt"
    assert after.split() == (f"newsreader: Internal error (ValueError). Crash report: {file}".split())
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("module", "method", "key"), PLACES)
def test_crash_restores_the_terminal_and_writes_a_report(
    stage: Stage, tmp_path: Path, module: str, method: str, key: str
) -> None:
    report = ends_broken(start(stage, module, method), key, tmp_path)

    assert "Traceback" in report
    assert "in broken\n" in report
    assert "builtins.ValueError" in report
    assert "textual 8" in report
    assert "confidential" not in report
    assert "private-name" not in report


def test_crash_report_has_variables_only_on_request(stage: Stage, tmp_path: Path) -> None:
    play = start(stage, "reader.tui.widgets.virtual_list", "VirtualList.move", NEWSREADER_CRASH_LOCALS="1")

    report = ends_broken(play, "j", tmp_path)

    assert "secret = 'A confidential title'" in report
    assert "ValueError: what broke was A confidential title" in report
