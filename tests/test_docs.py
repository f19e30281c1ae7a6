"""The docs match the program: commands, keys, limits, JSON, examples, links. UPDATE_GOLDEN=1 rewrites tables."""

from __future__ import annotations

import ast
import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cli_runner import CliRunner
from invisible_characters import table_of_kept
from limits import table_of_files, table_of_pages
from states import STATES

from reader import problems
from reader.cli.arguments import parse_args
from reader.cli.spec import COMMANDS, DEFAULT_COMMAND, Command
from reader.config.actions import ACTIONS, Action, Group, format_key
from reader.config.load import parse_config
from reader.content import dialects
from reader.query import parse
from reader.query.cheat_sheet import markdown_table

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
CLI, JSON, README = ROOT / "docs" / "cli.md", ROOT / "docs" / "json.md", ROOT / "README.md"
KEYS, PERFORMANCE = ROOT / "docs" / "keys.md", ROOT / "docs" / "performance.md"
ARTICLES = ROOT / "docs" / "articles.md"
SCREENS = ROOT / "docs" / "screens.md"
SAFETY = ROOT / "docs" / "safety.md"


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

    assert written == made, f"UPDATE_GOLDEN=1 rewrites this part of {path.name}"


def test_cli_page_lists_every_command() -> None:
    _keep_in_step(CLI, "commands", "\n".join(_chapter(command) for command in (DEFAULT_COMMAND, *COMMANDS)))


def _chapter(command: Command) -> str:
    lines = [f"### {command.name or 'newsreader'}: {command.summary}", "", "```", f"newsreader {command.usage}", "```"]
    lines += ["", command.description, ""]
    rows = [_row(argument.name.upper(), argument.summary, argument.choices) for argument in command.arguments]
    for option in command.options:
        name = f"--{option.name} {option.value}".rstrip()
        rows.append(_row(name, option.summary, option.choices, option.default))
    if rows:
        lines += ["| | |", "|---|---|", *rows, ""]
    if command.examples:
        lines += ["```sh", *(f"{example.line}  # {example.description}" for example in command.examples), "```", ""]
    return "\n".join(lines)


def _row(name: str, summary: str, choices: tuple[str, ...], default: str = "") -> str:
    among = f": {', '.join(f'`{choice}`' for choice in choices)}" if choices else ""
    suffix = f" (default: `{default}`)" if default else ""
    return f"| `{name}` | {summary}{among}{suffix} |"


def test_keys_page_lists_every_action() -> None:
    groups = [(group, [action for action in ACTIONS if action.group is group]) for group in Group]
    _keep_in_step(KEYS, "keys", "\n".join(_key_table(group, actions) for group, actions in groups))


def _key_table(group: Group, actions: list[Action]) -> str:
    rows = [f"| {_keys(action.keys)} | {action.description} | `{action.id}` |" for action in actions]
    return "\n".join([f"## {group.value}", "", "| key | does | action |", "|---|---|---|", *rows, ""])


def _keys(keys: tuple[str, ...]) -> str:
    names = [" ".join(format_key(part) for part in key.split()) for key in keys]
    if len(names) > 3:
        names = [f"{names[0]} … {names[-1]}"]
    return " ".join(f"<kbd>{name.replace('|', '&#124;')}</kbd>" for name in names)


def test_security_page_lists_the_limits() -> None:
    _keep_in_step(SAFETY, "limits of a file", table_of_files())
    _keep_in_step(SAFETY, "limits of the page", table_of_pages())


def test_security_page_lists_the_allowed_invisible_characters() -> None:
    _keep_in_step(SAFETY, "invisible characters", table_of_kept())


def test_each_guarantee_names_existing_tests() -> None:
    guarantees = re.findall(r"^\| \*\*.*$", SAFETY.read_text(encoding="utf-8"), re.MULTILINE)
    named = [re.findall(r"`(tests/[^`]+)`", guarantee) for guarantee in guarantees]

    assert len(guarantees) > 8
    assert all(named), "a guarantee without a test"
    missing = [name for names in named for name in names if not (ROOT / name).is_file()]
    assert missing == []
    hostile = {f"tests/hostile/{file.name}" for file in (ROOT / "tests" / "hostile").glob("test_*.py")}
    assert hostile - {name for names in named for name in names} == set()


def test_every_page_is_linked_from_readme_or_cli() -> None:
    text = README.read_text(encoding="utf-8") + CLI.read_text(encoding="utf-8")
    pages = {page.name for page in (ROOT / "docs").glob("*.md")}
    assert {name for name in pages if f"({name})" not in text and f"(docs/{name})" not in text} == set()


def _fields(name: str) -> list[str]:
    return re.findall(r"^\| `(\w+)` \|", _between(JSON.read_text(encoding="utf-8"), name), re.MULTILINE)


def test_json_fields_match_the_docs(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    text = "---\ntitle: One\nrelated: [{title: Two}]\nimages: [{url: 'https://example.org/a.png'}]\n---\n"
    (folder / "one.md").write_text(text, encoding="utf-8")
    command = CliRunner(tmp_path / "home")

    (listed,) = command.run("list", folder, "--format", "json").json
    detailed = command.run("show", folder, "one.md", "--format", "json").json

    assert list(listed) == _fields("article")
    assert list(detailed) == [*_fields("article"), *_fields("show")]
    assert list(detailed["related"][0]) == _fields("related")
    assert set(detailed["images"][0]) == {"url", "width", "height", "is_cached", "alt"}


def _command_lines() -> list[list[str]]:
    """Return the words of every newsreader call in the shell blocks of docs/cli.md and the README."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", CLI.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    blocks += _readme_blocks("console")
    lines = [line.removeprefix("$ ") for line in "".join(blocks).splitlines()]
    return [call for line in lines for call in _calls(line)]


def _readme_blocks(language: str) -> list[str]:
    text = README.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_readme_config_sample_is_valid() -> None:
    (sample,) = _readme_blocks("toml")
    config = parse_config(Path("config.toml"), sample)
    assert config.keymap == "newsboat"
    assert len(sample.splitlines()) == 6


def test_readme_cheat_sheet_matches_the_program() -> None:
    _keep_in_step(README, "cheat sheet", markdown_table())


def test_readme_keys_are_default_keys() -> None:
    table = README.read_text(encoding="utf-8").partition("## Quick start")[2].partition("## Searching")[0]
    shown = {format_key(key) for action in ACTIONS for key in action.keys}
    assert set(re.findall(r"<kbd>([^<]+)</kbd>", table)) <= shown


def test_readme_figures_are_in_the_performance_page() -> None:
    figures = re.findall(r"[\d.,]+ (?:ms|MB)\b", README.read_text(encoding="utf-8"))
    measured = PERFORMANCE.read_text(encoding="utf-8")
    assert figures
    assert [figure for figure in figures if figure not in measured] == []


def _prose_pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


@pytest.mark.parametrize("page", _prose_pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_have_targets(page: Path) -> None:
    text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    missing = [link for link in links if not _leads_somewhere(page, link)]
    assert missing == []


def test_architecture_walks_name_existing_functions() -> None:
    walks = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition("## Two walks")[2]
    steps = re.findall(r"^\d+\. `([\w.]+)`", walks, re.MULTILINE)
    assert len(steps) > 20
    assert [step for step in steps if not _is_defined(step)] == []


def _is_defined(name: str) -> bool:
    """Return whether ``package.module.name`` or ``package.module.Class.name`` is defined in the source."""
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        file = (ROOT / "reader").joinpath(*parts[:length]).with_suffix(".py")
        if file.is_file():
            body: list[ast.stmt] = ast.parse(file.read_text(encoding="utf-8")).body
            for part in parts[length:]:
                found = [node for node in body if getattr(node, "name", "") == part]
                if not found:
                    return False
                body = getattr(found[0], "body", [])
            return True
    return False


def _leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return False
    headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE) if anchor else []
    return not anchor or anchor in {_anchor(heading) for heading in headings}


def _anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _calls(line: str) -> Iterator[list[str]]:
    words = shlex.shlex(line, posix=True, punctuation_chars=True)
    words.whitespace_split = True
    call: list[str] | None = None
    for word in words:
        if word.startswith("newsreader "):
            yield from _calls(word)
        elif word == "newsreader" and call is None:
            call = []
        elif set(word) <= set("();<>|&"):
            if call is not None:
                yield call
            call = None
        elif call is not None:
            call.append(word)
    if call is not None:
        yield call


@pytest.mark.parametrize("words", _command_lines(), ids=" ".join)
def test_shell_examples_are_valid_commands(words: list[str]) -> None:
    request = parse_args(words)

    if request.command in {"list", "count", "topics", "open", "mark"}:
        parse(request.query)


def test_docs_have_shell_examples() -> None:
    assert len(_command_lines()) > 20


def test_cli_page_explains_every_list_format() -> None:
    text = CLI.read_text(encoding="utf-8")
    (formats,) = (option.choices for command in COMMANDS if command.name == "list" for option in command.options
                  if option.name == "format")  # fmt: skip

    assert all(f"| `{name}` |" in text for name in formats)


def test_screens_page_describes_every_state() -> None:
    rows = [f"| {state.name} | `{state.typed}` | {state.shows} |" for state in STATES]
    _keep_in_step(SCREENS, "states", "\n".join(["| state | keys | what it shows |", "|---|---|---|", *rows]) + "\n")


def test_articles_page_lists_every_key() -> None:
    rows = ["| becomes | keys |", "|---|---|"]
    for entry in dialects.FIELDS:
        keys = " ".join(f"`{key}`" for key in entry.keys)
        rows.append(f"| {entry.becomes} | {keys} |")
    _keep_in_step(ARTICLES, "keys", "\n".join(rows) + "\n")


def test_articles_page_lists_every_problem() -> None:
    rows = ["| level | code | message |", "|---|---|---|"]
    for code in sorted(problems.Code, key=lambda code: -problems.KINDS[code].level):
        kind = problems.KINDS[code]
        rows.append(f"| {kind.level.name.lower()} | `{code}` | {kind.words.replace('{}', '…')} |")
    _keep_in_step(ARTICLES, "problems", "\n".join(rows) + "\n")
