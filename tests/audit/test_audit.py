"""The report and status of the audit, given the output of pip and pip-audit; neither of them runs."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

FINE: dict[str, Any] = {"name": "rich", "version": "15.0", "vulns": []}
WEAK: dict[str, Any] = {
    "name": "textual", "version": "8.2", "vulns": [{"id": "CVE-1", "fix_versions": ["8.3", "9.0"]}],
}  # fmt: skip
UNKNOWN = {"name": "nobody-knows", "skip_reason": "Dependency not found on PyPI and could not be audited"}
OURS = {"name": "newsreader", "skip_reason": "distribution marked as editable"}
UNREACHABLE = "No vulnerability service can be reached, so nothing was looked up: try again with a network."


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit_script", Path(__file__).parent / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def answer(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


@pytest.mark.parametrize(
    ("consistent", "answers", "status", "lines", "remark"),
    [
        (0, (answer(FINE, OURS), ""), 0, ["Packages looked up: 1; known vulnerabilities: 0."], "no findings"),
        (0, (answer(WEAK, FINE), ""), 1, ["textual 8.2: CVE-1, fixed in 8.3, 9.0",
                                          "Packages looked up: 2; known vulnerabilities: 1."], "one is vulnerable"),
        (0, ("", ""), 2, [UNREACHABLE], "no network: pip-audit ends with a traceback"),
        (0, (answer(UNKNOWN, OURS), ""), 2, [UNREACHABLE], "a mirror without data on vulnerabilities"),
        (0, (answer(UNKNOWN), answer(FINE)), 0, ["Packages looked up: 1; known vulnerabilities: 0."], "another does"),
        (0, (answer(FINE, UNKNOWN), ""), 2, ["Not looked up, since the service does not know them: nobody-knows.",
                                             "Packages looked up: 1; known vulnerabilities: 0."], "some are unknown"),
        (1, ("", ""), 1, [UNREACHABLE], "inconsistent packages are found without a network too"),
    ],
)  # fmt: skip
def test_audit_reports_vulnerable_and_unknown_packages(
    script: ModuleType, consistent: int, answers: tuple[str, str], status: int, lines: list[str], remark: str
) -> None:
    reported: list[str] = []

    def run(command: list[str]) -> object:
        if "check" in command:
            return script.Ran(consistent, "of pip\n")
        return script.Ran(1, answers["osv" in command])

    assert script.audit(run, reported.append) == status, remark
    assert reported == ["of pip", *lines], remark
