"""How much memory a program had at most, measured for itself alone.

What the system reports of a child (``ru_maxrss``) counts what its parent had when it started it.
"""

from __future__ import annotations

__all__ = ["MEASURED", "MEGABYTES"]

MEGABYTES = """
def megabytes():
    with open("/proc/self/status") as status:
        return int(status.read().partition("VmHWM:")[2].split()[0]) // 1024
"""
"""Source of a function for a program to ask of itself."""

MEASURED = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[2:]).returncode
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024))
sys.exit(status)
"""
"""Source of a small program that runs another one and writes into a file how many megabytes it had at most."""
