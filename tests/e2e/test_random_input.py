"""Random bytes as input: keys, mouse reports, broken escape sequences, invalid UTF-8. The TUI keeps running."""

from __future__ import annotations

import random
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from live_folder import write
from processes import state_of
from pty_session import PtySession, environment, program
from sweep import amount

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNKS = amount(10, "NEWSREADER_INPUT")
ROOT = Path(__file__).resolve().parents[2]
# q, Q, Ctrl-C and Ctrl-Q end the program, so they are sent rarely.
ENDING = b"qQ\x03\x11"
SEQUENCES = (
    b"\x1b[M\xff\xff\xff",  # an X10 mouse report beyond column 223
    b"\x1b[M !!",
    b"\x1b[M\x00\x00\x00",
    b"\x1b[M\x1b[M",
    b"\x1b[<0;10;10M\x1b[<0;10;10m",
    b"\x1b[<64;40;12M",
    b"\x1b[<35;99999;99999M",
    b"\x1b[<-1;-1;-1M",
    b"\x1b[<;;M",
    b"\x1b[32;10;10M",
    b"\x1b[1114112u",
    b"\x1b[99999999999999999999u",
    b"\x1b[0u",
    b"\x1b[55296u",
    b"\x1b[-1u",
    b"\x1b[97;999u",
    b"\x1b[97:65:97;5:3u",
    b"\x1b[;;;;;;;;;;;;u",
    b"\x1b[57441;1:3u",
    b"\x1b[27;5;1114112~",
    b"\x1b[200~",
    b"\x1b[201~",
    b"\x1b[200~\x1b[31mpasted\x00\xff\x1b[201~",
    b"\x1b[I",
    b"\x1b[O",
    b"\x1b[48;0;0;0;0t",
    b"\x1b[48;99999;99999;0;0t",
    b"\x1b[999999999999R",
    b"\x1b[1;1R",
    b"\x1b[?1u",
    b"\x1b[?2026;2$y",
    b"\x1b[?2026;99999999999$y",
    b"\x1b[?2048;x$y",
    b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\",
    b"\x1b]52;c;////\x07",
    b"\x1bP1$r0m\x1b\\",
    b"\x1bPx",
    b"\x1b_G\x1b\\",
    b"\x1b]",
    b"\x1b[",
    b"\x1bO",
    b"\x1b\x1b\x1b",
    b"\x9b31m",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xc0\x80",
    b"\xff\xfe",
    b"\xe6\x97",
    b"\x1b[" + b"9" * 60 + b"A",
    b"\x1b[" + b"1;" * 30 + b"u",
    b"/topic:\r",
    b"?",
    b":",
    b"999999999j",
    "\u202e\U000e0001\U0010ffff".encode(),
)
KEYS = b"jkhlgGnNpPfFtTsSrRuUaAxXvVwWyY/+-=.,;:!?'\"0123456789 \r\t\x7f\x1b\x0c\x04\x15\x06\x02"


def chunk(chance: random.Random) -> bytes:
    """Return a few hundred bytes of input."""
    parts: list[bytes] = []
    for _ in range(chance.randrange(1, 12)):
        kind = chance.randrange(4)
        if kind == 0:
            parts.append(chance.choice(SEQUENCES))
        elif kind == 1:
            parts.append(chance.randbytes(chance.randrange(1, 12)))
        elif kind == 2:
            parts.append(bytes(chance.choices(KEYS, k=chance.randrange(1, 12))))
        else:
            part = chance.choice(SEQUENCES)
            at = chance.randrange(len(part))
            parts.append(part[:at] + chance.randbytes(1) + part[at + chance.randrange(2) :])
    data = b"".join(parts)
    return data if chance.random() < 0.02 else data.translate(None, ENDING)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[PtySession]:
    content = tmp_path / "content"
    for number in range(30):
        write(content, f"story-{number:02}.md", day=9_000 + number, title=f"Story {number:02}")
    programs = tmp_path / "programs"
    for name in ("fake-browser", "fake-editor"):
        program(programs, name, "exit 0")
    # Random input must not start a program of this machine.
    env = environment(
        tmp_path / "home",
        programs,
        PATH=str(programs),
        BROWSER="fake-browser",
        EDITOR="fake-editor",
        PAGER="fake-editor",
    )
    session = PtySession([str(content)], env, (100, 30), ROOT)
    yield session
    session.close()


def resume(reader: PtySession) -> None:
    """Resume a program that Ctrl-Z has stopped, perhaps long after it was sent."""
    if not reader.ended and state_of(reader.number) == "T":
        reader.tell(signal.SIGCONT)


@pytest.mark.sweep
def test_random_input_never_crashes_the_tui(reader: PtySession, tmp_path: Path) -> None:
    assert reader.wait(lambda: "Story 29" in reader.text), reader.text
    for number in range(CHUNKS):
        data = chunk(random.Random(number))  # noqa: S311 - not for cryptography
        if number % 50 == 49:
            reader.resize(20 + number % 130, 5 + number % 45)
        reader.send(data)
        if not reader.ended:
            resume(reader)
            continue
        assert reader.status == 0, f"chunk {number}: {data!r}\n{reader.story}"
        assert set(data) & set(ENDING), f"chunk {number}: {data!r}\n{reader.story}"
        reader.restart()
        assert reader.wait(lambda: "Story" in reader.text), reader.text
    assert not list(tmp_path.rglob("crash.txt"))
    reader.resize(100, 30)
    for _ in range(30):
        resume(reader)
        for key in (b"\x1b", b"\x1b[201~", b"\x1b", b"q"):  # leave a sequence, a paste and a dialog
            if not reader.ended:
                reader.send(key)
                reader.wait(lambda: reader.ended, 0.3)
    assert reader.ended, f"q does not end it\n{reader.story}"
    assert reader.status == 0
