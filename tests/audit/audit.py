"""Are the installed packages consistent, and is a weakness known of any? ``make audit`` asks pip and pip-audit.

Ends with 0 where all were looked up and none is known to be weak, with 1 where one is, and with 2 where that cannot be
told, as without a network: a package that the service does not know has not been audited.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[[list[str]], "Ran"]

__all__ = ["Ran", "audit"]

_SERVICES = ("pypi", "osv")
_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program said, and its exit status."""

    status: int
    out: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What a service said: how many packages it looked up, which it does not know, and what is wrong with others."""

    audited: int
    unknown: tuple[str, ...]
    weak: tuple[str, ...]


def audit(run: Run, say: Callable[[str], object]) -> int:
    """Audit what is installed and return the exit status."""
    consistent = run([sys.executable, "-m", "pip", "check", "--disable-pip-version-check"])
    say(consistent.out.strip())
    findings = _ask(run)
    if findings is None:
        say("No vulnerability service can be reached, so nothing was looked up: try again with a network.")
        return 1 if consistent.status else 2
    for line in findings.weak:
        say(line)
    if findings.unknown:
        say(f"Not looked up, since the service does not know them: {', '.join(findings.unknown)}.")
    say(f"Packages looked up: {findings.audited}; known weaknesses: {len(findings.weak)}.")
    return 1 if findings.weak or consistent.status else 2 if findings.unknown else 0


def _ask(run: Run) -> Findings | None:
    """Return what the first service says that looks anything up."""
    for service in _SERVICES:
        options = ["--local", "--skip-editable", "--progress-spinner", "off", "--format", "json"]
        ran = run([sys.executable, "-m", "pip_audit", "--vulnerability-service", service, *options])
        findings = _findings(ran.out)
        if findings is not None and findings.audited:
            return findings
    return None


def _findings(out: str) -> Findings | None:
    try:
        packages = json.loads(out)["dependencies"]
    except (ValueError, KeyError, TypeError):  # a service that cannot be reached ends it before it says anything
        return None
    looked_up = [package for package in packages if "vulns" in package]
    unknown = [package for package in packages if "editable" not in package.get("skip_reason", "editable")]
    return Findings(
        len(looked_up),
        tuple(package["name"] for package in unknown),
        tuple(_line(package, weakness) for package in looked_up for weakness in package["vulns"]),
    )


def _line(package: dict[str, str], weakness: dict[str, list[str]]) -> str:
    mended = ", ".join(weakness.get("fix_versions", ())) or "no version yet"
    return f"{package['name']} {package['version']}: {weakness['id']}, mended in {mended}"


def _run(command: list[str]) -> Ran:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        return Ran(1, "")
    return Ran(done.returncode, done.stdout)


if __name__ == "__main__":
    sys.exit(audit(_run, print))
