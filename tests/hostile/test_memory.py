"""Peak memory of indexing, measured in a separate process on the largest bodies."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cli_runner import CliRunner
from peak_memory import MEGABYTES
from sweep import sample

from reader.content.load import MAX_BYTES

if TYPE_CHECKING:
    from pathlib import Path

HEAD = b"---\ntitle: Large\ndate: 2021-10-02\n---\n"
READ = """
import sys
from pathlib import Path
from reader.library import open_library
from reader.storage.paths import AppPaths
base = Path(sys.argv[1])
library = open_library(base / "folder", AppPaths(base / "cache", base / "state", base / "config"))
done = [progress for progress in library.sync()][-1]
print(done.read, megabytes())
"""
MAX_MEGABYTES = 300


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("piece", "files"),
    sample(
        [
            pytest.param("word ", 10, id="words"),
            pytest.param("漢", 5, id="no spaces"),
            pytest.param("\U0001f600", 5, id="symbols"),
        ],
        1,
    ),
)
def test_folder_of_largest_files_is_indexed_in_limited_memory(tmp_path: Path, piece: str, files: int) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    unit = piece.encode()
    text = HEAD + unit * ((MAX_BYTES - len(HEAD)) // len(unit))
    for number in range(files):
        (folder / f"{number}.md").write_bytes(text)

    done = subprocess.run(
        [sys.executable, "-c", MEGABYTES + READ, str(tmp_path)], capture_output=True, text=True, timeout=300, check=True
    )
    read, megabytes = map(int, done.stdout.split())
    assert read == files
    assert megabytes < MAX_MEGABYTES


def test_file_over_the_size_limit_is_listed_with_a_problem(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "large.md").write_bytes(HEAD + b"x" * MAX_BYTES)
    (folder / "small.md").write_bytes(HEAD)
    command = CliRunner(tmp_path / "home")
    assert sorted(command.run("list", folder, "--format", "paths").out.split()) == ["large.md", "small.md"]
    (problem,) = command.run("check", folder, "--format", "json").json
    assert problem == {
        "path": "large.md",
        "line": 0,
        "field": None,
        "code": "too-large",
        "level": "error",
        "message": "larger than 4 MiB",
    }
