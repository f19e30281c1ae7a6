"""The fast YAML engine outlives the thread that loaded it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from reader.content import yaml as yaml_parser

# A separate process: a failure here is a crash of the process, not an exception.
SCRIPT = """
import threading
from reader.content import yaml as yaml_parser

def in_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

def read():
    for _ in range(200):
        assert yaml_parser.fast_parser()("a: [b, c]\\n")[0] == {"a": ["b", "c"]}

in_thread(read)
for _ in range(50):
    in_thread(read)
read()
print("fine")
"""


def test_engine_still_works_after_its_first_thread_has_ended() -> None:
    if yaml_parser.fast_parser() is None:
        pytest.skip("the fast YAML engine is not installed")
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "fine\n"), done.stderr
