"""Check the installed packages with pip for consistency, and with pip-audit for vulnerabilities: ``make audit``.

Exits with 0 if all packages were looked up and none is vulnerable, with 1 if one is, and with 2 if some could not be
looked up: without a network, or because the service does not know them.
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
    """Exit status and output of a program."""

    status: int
    out: str


@dataclass(frozen=True, slots=True)
class Findings:
    """The answer of a service: the number of audited packages, unknown packages, and vulnerabilities."""

    audited: int
    unknown: tuple[str, ...]
    vulnerable: tuple[str, ...]


def audit(run: Run, say: Callable[[str], object]) -> int:
    """Audit the installed packages and return the exit status."""
    consistent = run([sys.executable, "-m", "pip", "check", "--disable-pip-version-check"])
    say(consistent.out.strip())
    findings = _ask(run)
    if findings is None:
        say("No vulnerability service can be reached, so nothing was looked up: try again with a network.")
        return 1 if consistent.status else 2
    for line in findings.vulnerable:
        say(line)
    if findings.unknown:
        say(f"Not looked up, since the service does not know them: {', '.join(findings.unknown)}.")
    say(f"Packages looked up: {findings.audited}; known vulnerabilities: {len(findings.vulnerable)}.")
    return 1 if findings.vulnerable or consistent.status else 2 if findings.unknown else 0


def _ask(run: Run) -> Findings | None:
    """Return the findings of the first service that audited any package."""
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
    except (ValueError, KeyError, TypeError):  # pip-audit fails without output if the service is unreachable
        return None
    looked_up = [package for package in packages if "vulns" in package]
    unknown = [package for package in packages if "editable" not in package.get("skip_reason", "editable")]
    return Findings(
        len(looked_up),
        tuple(package["name"] for package in unknown),
        tuple(_line(package, vulnerability) for package in looked_up for vulnerability in package["vulns"]),
    )


def _line(package: dict[str, str], vulnerability: dict[str, list[str]]) -> str:
    fixed = ", ".join(vulnerability.get("fix_versions", ())) or "no version yet"
    return f"{package['name']} {package['version']}: {vulnerability['id']}, fixed in {fixed}"


def _run(command: list[str]) -> Ran:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        return Ran(1, "")
    return Ran(done.returncode, done.stdout)


if __name__ == "__main__":
    sys.exit(audit(_run, print))
