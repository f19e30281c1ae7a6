"""What the docs say of commands, keys and JSON is what the program does. UPDATE_GOLDEN=1 rewrites the generated parts."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from command_line import CommandLine

from reader.cli.arguments import UsageError, read_arguments
from reader.cli.spec import COMMANDS, READ, Command
from reader.keys import KEYS, Group, shown
from reader.query import parse

ROOT = Path(__file__).resolve().parent.parent
CLI, JSON, README = ROOT / "docs" / "cli.md", ROOT / "docs" / "json.md", ROOT / "README.md"


def _between(text: str, name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", text, re.DOTALL)
    assert found is not None, f"the markers of {name} are missing"
    return found[1]


def _keep_in_step(path: Path, name: str, made: str) -> None:
    text = path.read_text(encoding="utf-8")
    written = _between(text, name)
    if os.environ.get("UPDATE_GOLDEN") and written != made:
        path.write_text(text.replace(f"<!-- {name} -->\n{written}", f"<!-- {name} -->\n{made}"), encoding="utf-8")
        written = made

    assert written == made, f"UPDATE_GOLDEN=1 writes this part of {path.name} anew"


def test_the_commands_in_the_docs_are_those_of_the_program() -> None:
    _keep_in_step(CLI, "commands", "\n".join(_chapter(command) for command in (READ, *COMMANDS)))


def _chapter(command: Command) -> str:
    lines = [f"### {command.name or 'newsreader'}: {command.summary}", "", "```", f"newsreader {command.usage}", "```"]
    lines += ["", command.details, ""]
    rows = [(f"`{argument.name.upper()}`", argument.summary, argument.choices, "") for argument in command.arguments]
    rows += [(f"`--{option.name}{' ' if option.value else ''}{option.value}`", option.summary, option.choices, option.default)
             for option in command.options]  # fmt: skip
    if rows:
        lines += ["| | |", "|---|---|", *(_row(*row) for row in rows), ""]
    if command.examples:
        lines += ["```sh", *(f"{example.line}  # {example.does}" for example in command.examples), "```", ""]
    return "\n".join(lines)


def _row(name: str, summary: str, choices: tuple[str, ...], default: str) -> str:
    among = f": {', '.join(f'`{choice}`' for choice in choices)}" if choices else ""
    usual = f"; `{default}` without it" if default else ""
    return f"| {name} | {summary}{among}{usual} |"


def test_the_keys_in_the_readme_are_those_of_the_program() -> None:
    lines = ["| keys | what they do |", "|---|---|"]
    for group in Group:
        lines.append(f"| **{group}** | |")
        lines += [f"| {_keys(key.keys)} | {key.description} |" for key in KEYS if key.group is group]
    _keep_in_step(README, "keys", "\n".join(lines) + "\n")


def _keys(keys: tuple[str, ...]) -> str:
    names = [" ".join(shown(part) for part in key.split()) for key in keys]
    if len(names) > 3:
        names = [f"{names[0]} … {names[-1]}"]
    return " ".join(f"<kbd>{name.replace('|', '&#124;')}</kbd>" for name in names)


def _fields(name: str) -> list[str]:
    return re.findall(r"^\| `(\w+)` \|", _between(JSON.read_text(encoding="utf-8"), name), re.MULTILINE)


def test_the_json_is_what_is_promised(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    text = "---\ntitle: One\nrelated: [{title: Two}]\nimages: [{url: 'https://example.org/a.png'}]\n---\n"
    (folder / "one.md").write_text(text, encoding="utf-8")
    command = CommandLine(tmp_path / "home")

    (listed,) = command.run("list", folder, "--format", "json").json
    shown_whole = command.run("show", folder, "one.md", "--format", "json").json

    assert list(listed) == _fields("article")
    assert list(shown_whole) == [*_fields("article"), *_fields("show")]
    assert list(shown_whole["related"][0]) == _fields("related")
    assert set(shown_whole["images"][0]) == {"url", "width", "height", "is_cached", "alt"}


def _shell_lines() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```$", CLI.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    lines = "\n".join(blocks).splitlines()
    return [
        found[1]
        for line in lines
        for found in re.finditer(r"(newsreader [^|#>]*)", line.replace("'newsreader", "newsreader"))
    ]


@pytest.mark.parametrize("line", _shell_lines())
def test_the_lines_to_steal_are_understood(line: str) -> None:
    words = re.findall(r"'[^']*'|\S+", re.sub(r"'\s*$", "", line))
    try:
        request = read_arguments([word.strip("'") for word in words[1:]])
    except UsageError as error:
        pytest.fail(f"{line}: {error}")
    if request.command in {"list", "count", "open", "mark"}:
        parse(request.query)


def test_every_format_is_explained() -> None:
    text = CLI.read_text(encoding="utf-8")
    (formats,) = (option.choices for command in COMMANDS if command.name == "list" for option in command.options
                  if option.name == "format")  # fmt: skip

    assert all(f"| `{name}` |" in text for name in formats)
