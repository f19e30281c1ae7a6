"""The completion script of a shell, written by shtab from the parser."""

from __future__ import annotations

import shtab

from reader.cli.arguments import build_parser

__all__ = ["script"]


def script(shell: str) -> str:
    """Return the script for bash, zsh or fish."""
    return str(shtab.complete(build_parser(), shell=shell)).rstrip("\n")
