"""The completion script of a shell, written by shtab from the parser."""

from __future__ import annotations

import shtab

from reader.cli.arguments import PROGRAM, build_parser

__all__ = ["script"]

_LOOK_FURTHER = f"complete -o default -o filenames -F _shtab_{PROGRAM} {PROGRAM}"


def script(shell: str) -> str:
    """Return the script for bash, zsh or fish."""
    text = str(shtab.complete(build_parser(), shell=shell)).rstrip("\n")
    # A folder can stand where the commands do, and shtab offers only those: bash shall look further by itself.
    return f"{text}\n{_LOOK_FURTHER}" if shell == "bash" else text
