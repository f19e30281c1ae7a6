"""Mutation testing: ``python tests/mutation/run.py [MODULE …]`` changes the code and checks that a test fails.

Works on a copy of the source, one change at a time, with the same sample of cosmic-ray's changes every time. Prints the
changes that no test noticed, and exits with 1 if there are any.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_TOOLS = Path(sys.executable).parent
_PACKAGES = ("content", "feeds", "index", "marks", "query")
_LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist")
# For each change. A change that causes an endless loop counts as noticed.
_MAX_SECONDS = 300
_CONFIG = """
[cosmic-ray]
module-path = {modules}
timeout = {seconds}.0
excluded-modules = []
test-command = "{python} -m pytest -x -q -p no:cacheprovider {tests}"
[cosmic-ray.distributor]
name = "local"
[cosmic-ray.filters.operators-filter]
# Types are not evaluated; a number that is off by one is mostly a limit that would do as well.
exclude-operators = ["core/ReplaceBinaryOperator_BitOr_.*", "core/NumberReplacer"]
"""
_RESULTS = """
    SELECT module_path, start_pos_row, diff, test_outcome != 'SURVIVED'
    FROM work_results JOIN mutation_specs USING (job_id)
    WHERE worker_outcome != 'SKIPPED' ORDER BY module_path, start_pos_row
"""
_PENDING = "SELECT job_id FROM work_items WHERE job_id NOT IN (SELECT job_id FROM work_results) ORDER BY job_id"
_WHERE = (
    "SELECT job_id FROM mutation_specs ORDER BY module_path, start_pos_row, start_pos_col, operator_name, occurrence"
)


def main() -> int:
    """Run the mutations that the command line selects."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", help="files or folders in reader/ (default: five packages)")
    parser.add_argument("--changes", type=int, default=100, help="number of changes to try (%(default)s)")
    parser.add_argument("--tests", help="tests to run (default: those of the packages of the modules)")
    wanted = parser.parse_args()
    modules = wanted.modules or [f"reader/{name}" for name in _PACKAGES]
    tests = wanted.tests or " ".join(dict.fromkeys(f"tests/{Path(name).parts[1]}" for name in modules))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(_ROOT, copy, ignore=_LEFT_OUT)
        return _report(_try(copy, modules, tests, wanted.changes))


def _try(copy: Path, modules: list[str], tests: str, count: int) -> list[tuple[str, int, str, int]]:
    config, session = copy / "mutation.toml", copy / "mutation.sqlite"
    config.write_text(
        _CONFIG.format(modules=modules, seconds=_MAX_SECONDS, python=sys.executable, tests=tests), encoding="utf-8"
    )
    _run(copy, "cosmic-ray", "--verbosity=ERROR", "baseline", str(config))
    _run(copy, "cosmic-ray", "--verbosity=ERROR", "init", str(config), str(session))
    _run(copy, "cr-filter-operators", str(session), str(config))
    with contextlib.closing(sqlite3.connect(session)) as database:
        _sample(database, count)
    _run(copy, "cosmic-ray", "--verbosity=ERROR", "exec", str(config), str(session))
    with contextlib.closing(sqlite3.connect(session)) as database:
        return database.execute(_RESULTS).fetchall()


def _sample(database: sqlite3.Connection, count: int) -> None:
    """Keep a sample of the changes still to be tried."""
    pending = {job for (job,) in database.execute(_PENDING)}
    ordered = [job for (job,) in database.execute(_WHERE) if job in pending]
    kept = random.Random(0).sample(ordered, min(count, len(ordered)))  # noqa: S311 - always the same sample
    left_out = [(job,) for job in pending.difference(kept)]
    for table in ("mutation_specs", "work_items"):
        database.executemany(f"DELETE FROM {table} WHERE job_id = ?", left_out)
    database.commit()


def _run(folder: Path, tool: str, *arguments: str) -> None:
    env = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([str(_TOOLS / tool), *arguments], cwd=folder, env=env, check=True)


def _report(results: list[tuple[str, int, str, int]]) -> int:
    for module, line, diff, is_noticed in results:
        if not is_noticed:
            changes = [text for text in diff.splitlines() if text[:1] in "+-" and text[:3] not in {"+++", "---"}]
            print(f"{module}:{line}", *changes, "", sep="\n")  # noqa: T201 - the report
    noticed = sum(bool(is_noticed) for *_, is_noticed in results)
    print(f"{noticed} of {len(results)} changes noticed")  # noqa: T201 - the report
    return int(noticed < len(results))


if __name__ == "__main__":
    sys.exit(main())
