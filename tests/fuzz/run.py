"""A bounded round of fuzzing with a report: ``python tests/fuzz/run.py --seconds 60 [TARGET …]``.

Each target starts from its stored corpus, from inputs that earlier rounds on this machine discovered, and from the
sample articles or the examples of the query reference. Exits with 1 if there are findings, which are stored and listed.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parents[1]
_FUZZER = [sys.executable, str(_HERE / "fuzz.py")]
# In bytes. A long input costs more time, and a long finding is harder to understand.
_MAX_LENGTHS = {"content": 1024, "query": 384}
_MEGABYTES = 1024
# Seconds until an input counts as a hang; fuzz.py reports inputs that are only slow.
_HANGS_AFTER = 60
# Prefix of corpus files that were once findings.
_FOUND = "found-"
_EXECUTED = re.compile(r"stat::number_of_executed_units: *(\d+)")
_COVERED = re.compile(r"cov: (\d+) ft: (\d+)")
_EXAMPLES = re.compile(r"^```query\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a round of one target."""

    executions: int
    edges: int
    status: int
    found: tuple[Path, ...]


class FuzzFolder:
    """The folder, outside version control, where the rounds of one target continue each other's work."""

    def __init__(self, target: str, root: Path = _ROOT / ".fuzz") -> None:
        self.target = target
        self.corpus, self.findings, self.seeds = (root / target / name for name in ("corpus", "findings", "seeds"))
        self.log = root / target / "log.txt"
        self.kept = _HERE / "corpus" / target
        for folder in (self.corpus, self.findings, self.seeds):
            folder.mkdir(parents=True, exist_ok=True)

    def sources(self) -> list[str]:
        """Return the folders that a round starts from, other than its own."""
        if self.target == "content":
            return [str(self.kept), str(_ROOT / "sample_content")]
        reference = (_ROOT / "docs" / "query.md").read_text(encoding="utf-8")
        lines = [line for block in _EXAMPLES.findall(reference) for line in block.splitlines()]
        for number, line in enumerate(lines):
            (self.seeds / f"{number:03}").write_text(re.split(r" {2,}", line, maxsplit=1)[0], encoding="utf-8")
        return [str(self.kept), str(self.seeds)]

    def options(self) -> list[str]:
        return [
            f"-max_len={_MAX_LENGTHS[self.target]}",
            f"-rss_limit_mb={_MEGABYTES}",
            f"-timeout={_HANGS_AFTER}",
            f"-dict={_HERE / self.target}.dict",
            f"-artifact_prefix={self.findings}{os.sep}",
        ]


def fuzz(shop: FuzzFolder, seconds: int) -> Outcome:
    """Fuzz one target for some seconds, or until a finding."""
    before = set(shop.findings.iterdir())
    bounds = [f"-max_total_time={seconds}", "-print_final_stats=1"]
    with shop.log.open("wb") as log:
        command = [*_FUZZER, shop.target, *shop.options(), *bounds, str(shop.corpus), *shop.sources()]
        status = subprocess.run(command, stdout=log, stderr=log, cwd=_ROOT, check=False).returncode
    text = shop.log.read_text(encoding="utf-8", errors="replace")
    executed, covered = _EXECUTED.findall(text), _COVERED.findall(text)
    found = tuple(sorted(set(shop.findings.iterdir()) - before))
    return Outcome(int(executed[-1]) if executed else 0, int(covered[-1][0]) if covered else 0, status, found)


def minimize(shop: FuzzFolder) -> None:
    """Replace the stored corpus by the smallest files that cover all branches of it, the seeds and earlier rounds.

    What once was a finding stays: what it reaches, others reach too.
    """
    fresh = shop.corpus.with_name("fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    command = [*_FUZZER, shop.target, *shop.options(), "-merge=1", str(fresh), str(shop.corpus), *shop.sources()]
    with shop.log.open("wb") as log:
        subprocess.run(command, stdout=log, stderr=log, cwd=_ROOT, check=True)
    chosen = list(fresh.iterdir())
    if not chosen:
        raise RuntimeError(f"nothing was merged: {shop.log} says why")
    for file in shop.kept.iterdir():
        if not file.name.startswith(_FOUND):
            file.unlink()
    for file in chosen:
        shutil.move(file, shop.kept / file.name)


def _report(shop: FuzzFolder, outcome: Outcome) -> None:
    findings = "nothing found" if outcome.status == 0 else f"{len(outcome.found)} found, status {outcome.status}"
    reached = f"{outcome.executions:,} executions, {outcome.edges:,} branches covered"
    print(f"{shop.target}: {reached}, {findings}", flush=True)
    if outcome.status == 0:
        return
    text = shop.log.read_text(encoding="utf-8", errors="replace")
    start = text.find("=== Uncaught Python exception")
    print(text[start:] if start >= 0 else text[-4000:])
    for file in outcome.found:
        print(f"once more: {shlex.join([*_FUZZER, shop.target, str(file)])}")
        kept = shop.kept / f"{_FOUND}{file.name[-12:]}"
        print(f"a test of it: {shlex.join(['cp', str(file), str(kept)])}")


def main() -> int:
    """Return 0 if there are no findings, else 1."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("targets", nargs="*", metavar="TARGET", help=f"{', '.join(_MAX_LENGTHS)}; all without one")
    options.add_argument("--seconds", type=int, default=60, help="for each target")
    options.add_argument("--minimize", action="store_true", help="rewrite the stored corpus, and do nothing else")
    asked = options.parse_args()
    if not set(asked.targets) <= set(_MAX_LENGTHS):
        options.error(f"the targets are {', '.join(_MAX_LENGTHS)}")
    if importlib.util.find_spec("atheris") is None:
        print("The fuzzer, atheris, is not installed for this Python: make fuzz does that.", file=sys.stderr)
        return 2
    worst = 0
    for shop in map(FuzzFolder, asked.targets or _MAX_LENGTHS):
        if asked.minimize:
            minimize(shop)
            continue
        outcome = fuzz(shop, asked.seconds)
        _report(shop, outcome)
        worst = max(worst, int(outcome.status != 0 or outcome.executions == 0))
    return worst


if __name__ == "__main__":
    sys.exit(main())
