"""Bytecode is kept on disk, whatever the environment says.

A test run starts hundreds of processes. Without bytecode each compiles the program again, and pytest the tests and
Hypothesis: a third of all the processor time.
"""

import os
import sys

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
