"""The processes of somebody whose home is a folder of the test: who still runs, and in which state."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cpu_seconds", "ignores_signal", "processes_of", "state_of"]


def processes_of(home: Path) -> list[int]:
    """Return the numbers of all processes with this home that have not ended."""
    wanted = f"HOME={home}".encode()
    return [
        int(process.name)
        for process in Path("/proc").iterdir()
        if process.name.isdigit()
        and wanted in _read(process / "environ").split(b"\0")
        and state_of(process.name) != "Z"
    ]


def state_of(process: int | str) -> str:
    """Return the letter of a process's state: T for one that is stopped; nothing where there is none."""
    return _read(Path("/proc") / str(process) / "stat").decode(errors="replace").rpartition(") ")[2][:1]


def cpu_seconds(process: int) -> float:
    """Return the time a processor worked for a process, up to its end where nobody has taken note of that yet."""
    fields = _read(Path("/proc") / str(process) / "stat").decode(errors="replace").rpartition(") ")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def ignores_signal(process: int, number: int) -> bool:
    """Say whether a process ignores a signal."""
    lines = _read(Path("/proc") / str(process) / "status").decode(errors="replace").splitlines()
    (mask,) = (int(line.split()[1], 16) for line in lines if line.startswith("SigIgn:"))
    return bool(mask >> (number - 1) & 1)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
