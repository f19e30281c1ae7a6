"""Write every user-visible string of the program, module by module: ``make strings``.

An editor can then read them without the code. String literals come from the source, f-strings with their expressions in
braces. Docstrings, SQL and identifiers are omitted.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["visible_strings"]

ROOT = Path(__file__).resolve().parents[2] / "reader"
# All strings in these tables are visible, even single words.
_TABLES = {"Action", "Argument", "Command", "CommandExample", "FieldSpec", "FlagSpec", "Option", "QueryExample"}
_TABLES |= {"Setting", "SortSpec", "SortOption"}
_KEYWORDS = "SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|ATTACH|DETACH|FROM|WHERE|JOIN|DROP|ORDER BY|MATCH|LIMIT|BEGIN"
_SQL = re.compile(rf"\b({_KEYWORDS}|IS NOT NULL|DESC|ASC)\b| [=<>]+ [?01]|\w\(")
_CSS_OR_CODE = re.compile(r"^[\s{};:#.\w-]*[{;]\s*$|^\s*[)(]|\?:|\\[dswb]|^[a-z_]+ = ")


def visible_strings(root: Path = ROOT) -> Iterator[tuple[Path, int, str]]:
    """Yield file, line and text of each user-visible string, in the order of the source."""
    for file in sorted(root.rglob("*.py")):
        yield from ((file, line, text) for line, text in _of_module(ast.parse(file.read_text(encoding="utf-8"))))


def _of_module(tree: ast.Module) -> Iterator[tuple[int, str]]:
    skipped = {id(node) for node in (*_docstrings(tree), *_exported_names(tree))}
    found = []
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in ast.walk(node) if isinstance(part, ast.Constant)}
            found.append((node.lineno, _text_of(node), False))
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in _TABLES:
            words = [*node.args, *(keyword.value for keyword in node.keywords)]
            skipped |= {id(word) for word in words}
            found += [(word.lineno, _text_of(word), True) for word in words]
        elif isinstance(node, ast.Constant):
            found.append((node.lineno, _text_of(node), False))
    for line, text, in_table in sorted(found):
        if text and (in_table or _is_prose(text)):
            yield line, text


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield strings that are statements: docstrings, also those below a constant."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _exported_names(tree: ast.Module) -> Iterator[ast.AST]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            yield from ast.walk(node)


def _text_of(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text_of(part) for part in node.values)
    return f"{{{ast.unparse(node.value)}}}" if isinstance(node, ast.FormattedValue) else ""


def _is_prose(text: str) -> bool:
    words = re.sub(r"\{[^{}]*\}", "", text)
    letters = re.search(r"[A-Za-z]{2,}", words) is not None
    several = " " in words.strip() or bool(re.match(r"[A-Z][a-z]+[.…]?$", words.strip()))
    return letters and several and not _SQL.search(text) and not _CSS_OR_CODE.search(text)


def main() -> None:
    """Print the strings, or write them to the file that is given."""
    lines: list[str] = []
    last = None
    for file, line, text in visible_strings():
        if file != last:
            lines += ["", f"## {file.relative_to(ROOT.parent)}"]
            last = file
        lines.append(f"{line:4}  {text}".replace("\n", "\n      "))
    report = "\n".join(lines).strip() + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(report, encoding="utf-8")
    else:
        sys.stdout.write(report)


if __name__ == "__main__":
    main()
