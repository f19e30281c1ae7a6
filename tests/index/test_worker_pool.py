from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from indexed_folder import IndexFolder, article
from one_by_one import read_record

from reader.content import scan
from reader.content.scan import ScannedFile
from reader.index.reading import worker_pool
from reader.index.reading.extract import HEAVY_BYTES, RETRY_MTIME, RecordReader
from reader.index.reading.worker_pool import read_in_workers, read_isolated
from reader.problems import Code

if TYPE_CHECKING:
    from pathlib import Path

    from one_by_one import OneByOne

    from reader.index.reading.extract import Reader

# Worker processes can only use a function that they can import.
DEADLY = """
    import os
    import re
    import signal
    from one_by_one import OneByOne, read_record

    def read_or_die(root, found):
        if found.path.endswith("deadly.md"):
            {death}
        return read_record(root, found)

    read = OneByOne(read_or_die)
"""


# Reads a batch step by step, and so dies before any record is complete.
DEADLY_BATCH = """
    import os
    from reader.index.reading.extract import RecordReader

    class Reader(RecordReader):
        def read_many(self, root, batch, *on_step):
            if any(found.path.endswith("deadly.md") for found in batch):
                os._exit(9)
            return super().read_many(root, batch, *on_step)

    read = Reader()
"""


@pytest.fixture
def folder(tmp_path: Path) -> IndexFolder:
    return IndexFolder(tmp_path)


DEATHS = {
    "exit": "os._exit(9)",
    "segmentation fault": "os.kill(os.getpid(), signal.SIGSEGV)",
}


ENDLESS = {
    "in Python": "while True: pass",
    "in C": "re.match('(a+)+$', 'a' * 64 + 'b')",
}


@pytest.fixture(params=DEATHS)
def deadly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Reader:
    return _reader(tmp_path, monkeypatch, f"deadly_reader_{request.param}", DEATHS[request.param])


@pytest.fixture(params=ENDLESS)
def endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Reader:
    return _reader(tmp_path, monkeypatch, f"endless_reader_{request.param}", ENDLESS[request.param])


def _reader(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, death: str) -> Reader:
    read: Reader = _imported(folder, monkeypatch, name.replace(" ", "_"), DEADLY.format(death=death))
    return read


def _imported(folder: Path, monkeypatch: pytest.MonkeyPatch, module: str, text: str) -> Any:
    (folder / f"{module}.py").write_text(textwrap.dedent(text), encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    return importlib.import_module(module).read


def _batches(folder: IndexFolder, size: int) -> list[list[ScannedFile]]:
    found = sorted((item for item in scan(folder.root) if isinstance(item, ScannedFile)), key=lambda item: item.path)
    return [found[at : at + size] for at in range(0, len(found), size)]


def test_worker_processes_give_the_same_records(folder: IndexFolder) -> None:
    folder.write_many(40)
    folder.write("README.md", "no front matter")
    folder.write("broken.md", "---\ntitle: [\n---\n")
    batches = _batches(folder, 5)

    one_by_one = [[read_record(folder.root, item) for item in batch] for batch in batches]
    assert list(read_in_workers(folder.root, batches, RecordReader())) == one_by_one


def test_worker_processes_have_ended_when_their_records_are_read(folder: IndexFolder) -> None:
    folder.write_many(20)
    assert len(list(read_in_workers(folder.root, _batches(folder, 5), RecordReader()))) == 4
    assert multiprocessing.active_children() == []


def test_no_batches_give_no_records(folder: IndexFolder) -> None:
    assert list(read_in_workers(folder.root, [], RecordReader())) == []


def test_file_that_crashes_a_worker_is_the_only_one_lost(folder: IndexFolder, deadly: Reader) -> None:
    folder.write_many(12)
    folder.write("00006-deadly.md", article("Deadly"))
    batches = _batches(folder, 4)

    records = [record for batch in read_in_workers(folder.root, batches, deadly) for record in batch]

    healthy = [read_record(folder.root, item) for batch in batches for item in batch]
    assert [record.found for record in records] == [record.found for record in healthy]
    (dead,) = [record for record in records if record not in healthy]
    assert dead.found.path == "00006-deadly.md"
    assert dead.article is not None
    assert [problem.message for problem in dead.problems] == ["crashes the parser; skipped until it changes"]


def test_file_that_crashes_a_batch_is_the_only_one_lost(
    folder: IndexFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = _imported(tmp_path, monkeypatch, "deadly_batch_reader", DEADLY_BATCH)
    folder.write_many(9)
    folder.write("00006-deadly.md", article("Deadly"))

    (records,) = read_in_workers(folder.root, _batches(folder, 10), read)

    assert [record.found.path for record in records if record.problems] == ["00006-deadly.md"]
    assert len(records) == 10


def test_file_over_the_time_limit_is_a_problem(folder: IndexFolder, endless: Reader) -> None:
    folder.write_many(6)
    folder.write("00003-deadly.md", article("Endless"))
    batches = _batches(folder, 4)

    records = [record for batch in read_in_workers(folder.root, batches, endless, 0.5) for record in batch]

    assert [record.found for record in records] == [item for batch in batches for item in batch]
    (timed_out,) = [record for record in records if record.problems]
    assert timed_out.found.path == "00003-deadly.md"
    assert timed_out.article is not None
    assert [problem.code for problem in timed_out.problems] == [Code.TIMED_OUT]


def test_time_limit_applies_to_each_file(folder: IndexFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = "import time; start = time.process_time()\n            while time.process_time() < start + 0.3: pass"
    read = _reader(tmp_path, monkeypatch, "slow_reader", slow)
    for number in range(5):
        folder.write(f"{number}-deadly.md", article("Slow"))

    (batch,) = _batches(folder, 5)

    assert not any(record.problems for record in read_isolated(folder.root, batch, read, 1.0))


def test_several_files_that_crash_workers_are_isolated(folder: IndexFolder, deadly: Reader) -> None:
    for number in range(6):
        folder.write(f"{number}-{'deadly' if number % 2 else 'harmless'}.md", article("A title"))
    (batch,) = _batches(folder, 6)

    records = read_isolated(folder.root, batch, deadly)

    assert [(record.found.path[2:], len(record.problems)) for record in records] == [
        ("harmless.md", 0),
        ("deadly.md", 1),
    ] * 3


def test_files_are_read_inline_if_no_worker_can_run(folder: IndexFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write_many(3)
    (batch,) = _batches(folder, 3)
    monkeypatch.setattr(worker_pool, "_visit", _ends_at_once)

    assert read_isolated(folder.root, batch, RecordReader()) == [read_record(folder.root, item) for item in batch]


def _ends_at_once(*_arguments: object) -> None:
    return


def test_large_file_is_read_in_an_isolated_process(folder: IndexFolder, deadly: Reader) -> None:
    folder.write("deadly.md", article("Deadly", "x" * HEAVY_BYTES))
    folder.write("large.md", article("Large", "x" * HEAVY_BYTES))
    folder.write("small.md", article("Small"))

    assert folder.sync_steps(read=deadly)[-1].done

    assert sorted(folder.titles()) == ["Large", "Small", "deadly.md"]
    with closing(folder.search()) as search:
        assert [(problem.path, problem.code) for problem in search.problems()] == [("deadly.md", Code.CRASHES)]


def test_crashed_worker_leaves_a_complete_index_and_a_problem(folder: IndexFolder, deadly: Reader) -> None:
    # Deeper files are found later, when worker processes take over after the first thousand.
    folder.write_many(1_100)
    folder.write("deeper/deadly.md", article("Deadly"))
    folder.write("deeper/harmless.md", article("Harmless"))

    assert folder.sync_steps(read=deadly)[-1].done

    with closing(folder.search()) as search:
        assert search.totals().articles == 1_102
        assert [problem.path for problem in search.problems()] == ["deeper/deadly.md"]
    assert folder.titles("harmless") == ["Harmless"]
    assert folder.titles("is:unreadable") == ["deeper/deadly.md"]


# One file crashes any process that reads it.
SYNC = """
    import sys
    from contextlib import closing
    from pathlib import Path
    from {module} import read
    from reader.content import ContentRoot
    from reader.index.search import Search
    from reader.index.database import IndexFile
    from reader.index.sync import sync

    if __name__ == "__main__":
        index = IndexFile(Path({index!r}))
        index.prepare()
        steps = list(sync(index, ContentRoot(Path({root!r})), read=read))
        with closing(Search(index.connect())) as search:
            print(steps[-1].done, search.totals().articles, *[problem.path for problem in search.problems()])
"""


def test_file_that_crashed_the_main_process_is_skipped_next_time(
    folder: IndexFolder, tmp_path: Path, deadly: OneByOne
) -> None:
    folder.write_many(20)
    folder.write("deadly.md", article("Deadly"))
    script = tmp_path / "reader_that_dies.py"
    filled = SYNC.format(module=deadly.read.__module__, index=str(folder.index.path), root=str(folder.root))
    script.write_text(textwrap.dedent(filled), encoding="utf-8")
    command = [sys.executable, str(script)]
    environ = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}

    first, second, third = (
        subprocess.run(command, env=environ, capture_output=True, check=False, text=True, timeout=60) for _ in range(3)
    )

    assert first.returncode not in {0, 1}
    assert (second.returncode, second.stdout) == (0, "True 21 deadly.md\n"), second.stderr
    assert (third.returncode, third.stdout) == (0, "True 21 deadly.md\n"), third.stderr


def test_completed_sync_leaves_no_reading_file(folder: IndexFolder) -> None:
    folder.write_many(3)
    folder.sync()

    assert not list(folder.index.path.parent.glob("*.reading"))


# Its only file kills the parent of the worker, and then loops forever.
ORPHAN = """
    import os, signal, sys
    from pathlib import Path
    from reader.content import ScannedFile
    from one_by_one import OneByOne
    from reader.index.reading.worker_pool import read_in_workers

    def kill(root, found):
        os.kill(os.getppid(), signal.SIGKILL)
        signal.pause()

    if __name__ == "__main__":
        list(read_in_workers(Path("."), [[ScannedFile("a.md", 1, 1)]], OneByOne(kill)))
"""


def test_workers_end_with_their_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "orphan.py"
    script.write_text(textwrap.dedent(ORPHAN), encoding="utf-8")
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}

    with subprocess.Popen([sys.executable, str(script)], env=environ, stdout=subprocess.PIPE) as program:
        # The output ends when the last process has ended.
        out, _ = program.communicate(timeout=60)

    assert out == b""
    assert program.returncode == -signal.SIGKILL


# Prints whether its workers are copies of itself, and whether their records are the same as its own.
FORKED = """
    import sys, threading
    from pathlib import Path
    from reader.content import ScannedFile, scan
    from reader.index.reading.extract import RecordReader, can_fork
    from reader.index.reading.worker_pool import read_in_workers

    if __name__ == "__main__":
        root = Path(sys.argv[1])
        if sys.argv[2:]:
            threading.Thread(target=threading.Event().wait, daemon=True).start()
        found = [item for item in scan(root) if isinstance(item, ScannedFile)]
        forks = can_fork()
        (records,) = read_in_workers(root, [found], RecordReader())
        print(forks, len(records), records == [*RecordReader().read_many(root, found)])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")
@pytest.mark.parametrize(("threads", "forks"), [((), True), (("thread",), False)])
def test_workers_are_forked_only_without_threads(
    folder: IndexFolder, tmp_path: Path, threads: tuple[str, ...], *, forks: bool
) -> None:
    folder.write_many(20)
    script = tmp_path / "forked.py"
    script.write_text(textwrap.dedent(FORKED), encoding="utf-8")
    command = [sys.executable, "-W", "error", str(script), str(folder.root), *threads]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (ran.stdout, ran.stderr) == (f"{forks} 20 True\n", "")


def test_file_unreadable_for_a_worker_is_marked_for_retry(folder: IndexFolder) -> None:
    folder.write("a.md", article("There"))
    (there,) = (item for item in scan(folder.root) if isinstance(item, ScannedFile))
    (records,) = read_in_workers(folder.root, [[there, ScannedFile("gone.md", 5, 7)]], RecordReader())
    assert [record.found for record in records] == [there, ScannedFile("gone.md", RETRY_MTIME, 7)]
