"""The peak memory of a program, without that of its parent.

The value that the system reports for a child (``ru_maxrss``) includes the memory of its parent at the start.
"""

from __future__ import annotations

__all__ = ["MEASURED", "MEGABYTES"]

MEGABYTES = """
def megabytes():
    with open("/proc/self/status") as status:
        return int(status.read().partition("VmHWM:")[2].split()[0]) // 1024
"""
"""Source of a function that returns the peak memory of its own process."""

MEASURED = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[2:]).returncode
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024))
sys.exit(status)
"""
"""Source of a program that runs another one and writes its peak memory in megabytes to a file."""
