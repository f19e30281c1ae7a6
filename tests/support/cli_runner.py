"""The command line in this process, with fake streams, paths, clock and browser."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from reader.cli.context import CliContext
from reader.cli.main import run
from reader.cli.output import OutputStream, detect_style
from reader.query import Clock
from reader.storage.paths import AppPaths

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NOW = datetime(2021, 10, 2, 15, 30, tzinfo=UTC)


class FakeStream(io.TextIOWrapper):
    """A stream in memory that can pretend to be a terminal."""

    def __init__(self, raw: io.BytesIO | None = None, *, encoding: str = "utf-8", terminal: bool = False) -> None:
        self.raw = raw or io.BytesIO()
        super().__init__(self.raw, encoding=encoding)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    @property
    def written(self) -> str:
        self.flush()
        return self.raw.getvalue().decode(self.encoding, "surrogateescape")


@dataclass(frozen=True, slots=True)
class CliResult:
    """Exit status and output of a command line."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(slots=True)
class CliRunner:
    """A runner of command lines whose own files are below ``base``."""

    base: Path
    opened: list[str] = field(default_factory=list)
    environ: Mapping[str, str] = field(default_factory=dict)
    terminal: bool = False
    encoding: str = "utf-8"
    columns: int = 100
    seconds_a_look: float = 0.0
    seconds: float = 0.0

    @property
    def places(self) -> AppPaths:
        return AppPaths(self.base / "cache", self.base / "state", self.base / "config")

    def run(self, *words: object, stdin: str = "") -> CliResult:
        out, err = FakeStream(encoding=self.encoding, terminal=self.terminal), FakeStream(terminal=self.terminal)
        return CliResult(run([str(word) for word in words], self.world(out, err, stdin)), out.written, err.written)

    def world(self, out: FakeStream, err: FakeStream, stdin: str = "") -> CliContext:
        output = OutputStream(out)
        return CliContext(
            stdin=FakeStream(io.BytesIO(stdin.encode()), terminal=self.terminal),
            out=output,
            err=OutputStream(err),
            style=replace(detect_style(output, self.environ), width=self.columns),
            places=self.places,
            clock=lambda: Clock(NOW, UTC),
            seconds=self._later,
            open_url=self._open,
        )

    def _later(self) -> float:
        self.seconds += self.seconds_a_look
        return self.seconds

    def _open(self, url: str, _browser: tuple[str, ...]) -> None:
        self.opened.append(url)
