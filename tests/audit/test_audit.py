"""What an audit says of what pip and pip-audit said; neither is run."""

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


def said(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


@pytest.mark.parametrize(
    ("consistent", "answers", "status", "sentences", "remark"),
    [
        (0, (said(FINE, OURS), ""), 0, ["Packages looked up: 1; known weaknesses: 0."], "all is well"),
        (0, (said(WEAK, FINE), ""), 1, ["textual 8.2: CVE-1, mended in 8.3, 9.0",
                                        "Packages looked up: 2; known weaknesses: 1."], "one is weak"),
        (0, ("", ""), 2, [UNREACHABLE], "no network: pip-audit ends with a traceback"),
        (0, (said(UNKNOWN, OURS), ""), 2, [UNREACHABLE], "a mirror that knows no weaknesses says all is well"),
        (0, (said(UNKNOWN), said(FINE)), 0, ["Packages looked up: 1; known weaknesses: 0."], "another service does"),
        (0, (said(FINE, UNKNOWN), ""), 2, ["Not looked up, since the service does not know them: nobody-knows.",
                                           "Packages looked up: 1; known weaknesses: 0."], "some are not known"),
        (1, ("", ""), 1, [UNREACHABLE], "without a network, too, it is seen what does not fit"),
    ],
)  # fmt: skip
def test_an_audit_says_what_is_known_and_what_is_not(
    script: ModuleType, consistent: int, answers: tuple[str, str], status: int, sentences: list[str], remark: str
) -> None:
    heard: list[str] = []

    def run(command: list[str]) -> object:
        if "check" in command:
            return script.Ran(consistent, "of pip\n")
        return script.Ran(1, answers["osv" in command])

    assert script.audit(run, heard.append) == status, remark
    assert heard == ["of pip", *sentences], remark
