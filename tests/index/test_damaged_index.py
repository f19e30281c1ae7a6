"""A corrupt index: every command ends with results or an error message, and a rebuild repairs the index."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from changed_bytes import change_pages
from cli_runner import CliRunner
from indexed_folder import article
from sweep import amount

if TYPE_CHECKING:
    from pathlib import Path

VARIANTS = amount(12, "NEWSREADER_INDEX_BYTES")
PATHS = [f"{number:02}.md" for number in range(40)]
COMMANDS = (
    ("list", "--format", "json"),
    ("list", "other topic:one", "--sort", "title"),
    ("show", "07.md"),
    ("topics",),
    ("check", "--all"),
    ("mark", "path:03", "--star"),
    ("list", "--cached", "--format", "paths"),
)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> tuple[CliRunner, Path, bytes]:
    base = tmp_path_factory.mktemp("damaged")
    root = base / "content"
    root.mkdir()
    for number, path in enumerate(PATHS):
        text = article(
            f"Title {number}", "word other " * 200, topics="[one, two]", date=f"2021-10-{number % 28 + 1:02}"
        )
        (root / path).write_text(text, encoding="utf-8")
    command = CliRunner(base / "home")
    assert command.run("index", root).status == 0
    return command, root, command.places.index_file(root).read_bytes()


# Here the random change makes a value NULL, a row incomplete, the FTS5 table unknown or the schema undecodable.
FOUND = (37, 126, 198, 202, 432, 472)


@pytest.mark.sweep
@pytest.mark.parametrize("variant", [*FOUND, *range(VARIANTS)])
def test_corrupt_index_crashes_no_command(indexed: tuple[CliRunner, Path, bytes], variant: int) -> None:
    command, root, content = indexed
    index = command.places.index_file(root)
    chance = random.Random(variant)  # noqa: S311 - not for cryptography
    for beside in index.parent.glob(index.name + "-*"):
        beside.unlink()
    index.write_bytes(change_pages(content, chance))

    for name, *options in chance.sample(COMMANDS, 3):
        answer = command.run(name, root, *options)
        assert answer.status in {0, 1} or answer.err.startswith("newsreader: "), (name, answer)

    # A wrong but valid value stays until the file changes or the index is rebuilt.
    assert command.run("index", root, "--rebuild").status == 0
    assert sorted(command.run("list", root, "--format", "paths").out.split()) == PATHS
    assert command.run("check", root).out == ""
