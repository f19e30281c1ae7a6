"""What is painted reaches the terminal before other threads go on."""

from __future__ import annotations

import io
import threading

from reader.tui.terminal.driver import _DisconnectTolerantWriter

_PATIENCE = 30.0


def test_whoever_waits_goes_on_once_the_terminal_has_it_all() -> None:
    out = _DisconnectTolerantWriter(io.StringIO())
    waiting = threading.Thread(target=out.wait_for, args=(2, _PATIENCE * 2))
    waiting.start()
    out.write("one")
    out.flush()
    assert waiting.is_alive(), "there is more to come"
    out.write("two")
    assert waiting.is_alive(), "it is in a buffer"
    out.flush()
    waiting.join(_PATIENCE)
    assert not waiting.is_alive()


def test_nobody_waits_for_a_terminal_that_does_not_take_anything() -> None:
    waiting = threading.Thread(target=_DisconnectTolerantWriter(io.StringIO()).wait_for, args=(1, 0.001))
    waiting.start()
    waiting.join(_PATIENCE)
    assert not waiting.is_alive()
