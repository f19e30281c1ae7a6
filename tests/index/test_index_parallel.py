from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import textwrap
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from index_folder import IndexFolder, article

from reader.content import scan
from reader.content.scan import Found
from reader.index.parallel import records_in_processes
from reader.index.reading import read_record, records_here

if TYPE_CHECKING:
    from pathlib import Path

    from reader.index.reading import Read

# Another process can only use a function that it can import.
DEADLY = """
    import os
    import signal
    from reader.index.reading import read_record

    def read(root, found):
        if found.path.endswith("deadly.md"):
            {death}
        return read_record(root, found)
"""


@pytest.fixture
def folder(tmp_path: Path) -> IndexFolder:
    return IndexFolder(tmp_path)


DEATHS = {
    "it ends": "os._exit(9)",
    "segmentation fault": "os.kill(os.getpid(), signal.SIGSEGV)",
}


@pytest.fixture(params=DEATHS)
def deadly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Read:
    module = f"deadly_reader_{request.param.replace(' ', '_')}"
    (tmp_path / f"{module}.py").write_text(
        textwrap.dedent(DEADLY.format(death=DEATHS[request.param])), encoding="utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    read: Read = importlib.import_module(module).read
    return read


def _batches(folder: IndexFolder, size: int) -> list[list[Found]]:
    found = sorted((item for item in scan(folder.root) if isinstance(item, Found)), key=lambda item: item.path)
    return [found[at : at + size] for at in range(0, len(found), size)]


def test_other_processes_read_what_this_one_would(folder: IndexFolder) -> None:
    folder.write_many(40)
    folder.write("plain.md", "no front matter")
    folder.write("broken.md", "---\ntitle: [\n---\n")
    batches = _batches(folder, 5)

    assert list(records_in_processes(folder.root, batches)) == list(records_here(folder.root, batches))


def test_no_batches_are_no_records(folder: IndexFolder) -> None:
    assert list(records_in_processes(folder.root, [])) == []


def test_a_file_that_kills_its_reader_costs_that_file_alone(folder: IndexFolder, deadly: Read) -> None:
    folder.write_many(12)
    folder.write("00006-deadly.md", article("Deadly"))
    batches = _batches(folder, 4)

    records = [record for batch in records_in_processes(folder.root, batches, deadly) for record in batch]

    healthy = [read_record(folder.root, item) for batch in batches for item in batch]
    assert [record.found for record in records] == [record.found for record in healthy]
    (dead,) = [record for record in records if record not in healthy]
    assert dead.found.path == "00006-deadly.md"
    assert dead.article is not None
    assert [problem.message for problem in dead.problems] == ["reading this file crashes its parser"]


def test_a_killed_reader_leaves_a_whole_index_and_a_problem(folder: IndexFolder, deadly: Read) -> None:
    # What lies deeper is found later, when the first thousand have been read and other processes go on.
    folder.write_many(1_100)
    folder.write("deeper/deadly.md", article("Deadly"))
    folder.write("deeper/harmless.md", article("Harmless"))

    assert folder.sync_steps(read=deadly)[-1].done

    with closing(folder.search()) as search:
        assert search.totals().articles == 1_102
        assert [problem.path for problem in search.problems()] == ["deeper/deadly.md"]
    assert folder.titles("harmless") == ["Harmless"]
    assert folder.titles("is:unreadable") == ["deeper/deadly.md"]


# One file kills whoever reads it, in whichever process that is.
SYNC = """
    import sys
    from contextlib import closing
    from pathlib import Path
    from {module} import read
    from reader.content import Place
    from reader.index.search import Search
    from reader.index.store import IndexFile
    from reader.index.sync import sync

    if __name__ == "__main__":
        index = IndexFile(Path({index!r}))
        index.prepare()
        steps = list(sync(index, Place(Path({root!r})), read=read))
        with closing(Search(index.connect())) as search:
            print(steps[-1].done, search.totals().articles, *[problem.path for problem in search.problems()])
"""


def test_a_file_that_killed_the_reader_itself_kills_it_once(folder: IndexFolder, tmp_path: Path, deadly: Read) -> None:
    folder.write_many(20)
    folder.write("deadly.md", article("Deadly"))
    script = tmp_path / "reader_that_dies.py"
    filled = SYNC.format(module=deadly.__module__, index=str(folder.index.path), root=str(folder.root))
    script.write_text(textwrap.dedent(filled), encoding="utf-8")
    command = [sys.executable, str(script)]
    environ = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}

    first, second, third = (
        subprocess.run(command, env=environ, capture_output=True, check=False, text=True, timeout=60) for _ in range(3)
    )

    assert first.returncode not in {0, 1}
    assert (second.returncode, second.stdout) == (0, "True 21 deadly.md\n"), second.stderr
    assert (third.returncode, third.stdout) == (0, "True 21 deadly.md\n"), third.stderr


def test_whoever_read_to_the_end_leaves_no_trace_of_it(folder: IndexFolder) -> None:
    folder.write_many(3)
    folder.sync()

    assert not list(folder.index.path.parent.glob("*.reading"))


# Its only file kills the process that waits for the reader, and then never comes to an end.
ORPHAN = """
    import os, signal, sys
    from pathlib import Path
    from reader.content import Found
    from reader.index.parallel import records_in_processes

    def read(root, found):
        os.kill(os.getppid(), signal.SIGKILL)
        signal.pause()

    if __name__ == "__main__":
        list(records_in_processes(Path("."), [[Found("a.md", 1, 1)]], read))
"""


def test_readers_end_with_the_process_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "orphan.py"
    script.write_text(textwrap.dedent(ORPHAN), encoding="utf-8")
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}

    with subprocess.Popen([sys.executable, str(script)], env=environ, stdout=subprocess.PIPE) as program:
        # Its output ends when the last of its processes has ended.
        out, _ = program.communicate(timeout=60)

    assert out == b""
    assert program.returncode == -signal.SIGKILL
