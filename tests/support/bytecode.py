"""Enable the bytecode cache, even if the environment disables it.

A test run starts hundreds of processes. Without bytecode, each of them compiles the program again, and pytest the tests
and Hypothesis: a third of the CPU time.
"""

import os
import sys

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
