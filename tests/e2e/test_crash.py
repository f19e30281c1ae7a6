"""An error that nobody expected ends the reader: the terminal is given back, one sentence names a report, and the
report tells where in the program it happened, but nothing of the person's folder.
"""

from __future__ import annotations

import os
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from live_folder import write
from pty_session import PtySession, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]

_SEQUENCE = re.compile(rb"\x1b\[[^a-zA-Z]*[a-zA-Z]")
# Put in a method's place before the program starts; what it is called with, and its variable, are the person's.
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


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., PtySession]]:
    write(tmp_path / "content", "private-name.md", title="A confidential title", text="Its text.")
    readers: list[PtySession] = []

    def begin(module: str, method: str, **more: str) -> PtySession:
        script = BROKEN.format(
            module=module, method=method, place=str(tmp_path / "met"), secret=str(tmp_path / "secret")
        )
        (tmp_path / "secret").write_text("A confidential title", encoding="utf-8")
        (tmp_path / "entry").mkdir()
        (tmp_path / "entry" / "sitecustomize.py").write_text(textwrap.dedent(script), encoding="utf-8")
        env = environment(tmp_path, tmp_path / "programs")
        env["PYTHONPATH"] = os.pathsep.join((str(tmp_path / "entry"), env["PYTHONPATH"]))
        readers.append(PtySession([str(tmp_path / "content")], env | more, (100, 30), ROOT))
        return readers[-1]

    yield begin
    for reader in readers:
        reader.close()


def ends_broken(reader: PtySession, key: str, home: Path) -> str:
    """Wait for the end, look at what is left on the terminal, and return the report."""
    if key:
        assert reader.wait(lambda: "? help" in reader.text), reader.text
        reader.press(key)
    assert reader.wait(lambda: reader.ended), reader.text
    assert (home / "met").exists(), "or nothing was broken"
    assert reader.status == 70
    assert reader.modes == set()
    after = _SEQUENCE.sub(b"", reader.sent.rpartition(b"\x1b[?1049l")[2]).decode()
    file = home / "state" / "newsreader" / "crash.txt"
    assert after.split() == (f"newsreader: Internal error (ValueError). Crash report: {file}".split())
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("module", "method", "key"), PLACES)
def test_what_breaks_gives_the_terminal_back_and_leaves_a_report(
    start: Callable[..., PtySession], tmp_path: Path, module: str, method: str, key: str
) -> None:
    report = ends_broken(start(module, method), key, tmp_path)

    assert "Traceback" in report
    assert "in broken\n" in report
    assert "builtins.ValueError" in report
    assert "textual 8" in report
    assert "confidential" not in report
    assert "private-name" not in report


def test_whoever_asks_for_it_gets_a_report_of_everything(start: Callable[..., PtySession], tmp_path: Path) -> None:
    reader = start("reader.tui.widgets.virtual_list", "VirtualList.move", NEWSREADER_CRASH_LOCALS="1")

    report = ends_broken(reader, "j", tmp_path)

    assert "secret = 'A confidential title'" in report
    assert "ValueError: what broke was A confidential title" in report
