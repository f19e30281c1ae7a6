"""Processes whose HOME is a folder of the test, and their states."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cpu_seconds", "ignores_signal", "processes_of", "state_of"]


def processes_of(home: Path) -> list[int]:
    """Return the IDs of all running processes with this HOME."""
    wanted = f"HOME={home}".encode()
    return [
        int(process.name)
        for process in Path("/proc").iterdir()
        if process.name.isdigit()
        and wanted in _read(process / "environ").split(b"\0")
        and state_of(process.name) != "Z"
    ]


def state_of(process: int | str) -> str:
    """Return the state letter of a process, such as T for stopped, or an empty string if it does not exist."""
    return _read(Path("/proc") / str(process) / "stat").decode(errors="replace").rpartition(") ")[2][:1]


def cpu_seconds(process: int) -> float:
    """Return the CPU time of a process, which may be a zombie."""
    fields = _read(Path("/proc") / str(process) / "stat").decode(errors="replace").rpartition(") ")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def ignores_signal(process: int, number: int) -> bool:
    """Return whether a process ignores a signal."""
    lines = _read(Path("/proc") / str(process) / "status").decode(errors="replace").splitlines()
    (mask,) = (int(line.split()[1], 16) for line in lines if line.startswith("SigIgn:"))
    return bool(mask >> (number - 1) & 1)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
