"""Rules of the architecture, checked in the source: imports, sizes, and forbidden constructs."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(reader.__file__).parent

# From the bottom up. A module may import the layers below its own, and its own package.
LAYERS = (
    ("__init__", "text", "article", "problems"),
    ("errors",),
    ("urls", "storage"),
    ("content", "query", "marks", "external", "links"),
    ("index", "render", "config", "feeds"),
    ("library", "digest"),
    ("fetching",),
    ("tui", "web"),
    ("cli",),
    ("__main__",),
)

# Libraries, and the packages that may import them.
ONLY_IN = {
    "textual": {"tui"},
    "rich": {"text", "render", "tui"},
    "markdown_it": {"render", "digest"},
    "frontmatter": {"content"},
    "yaml": {"content"},
    "yaml_rs": {"content"},
    "tomllib": {"content", "config", "storage", "feeds"},
    "tomlkit": {"feeds"},
    "sqlite3": {"errors", "index", "marks", "storage", "feeds"},
    "re2": {"query"},
    "platformdirs": {"storage"},
    "shtab": {"cli"},
    "argparse": {"cli"},
    "watchfiles": {"content"},
    "multiprocessing": {"index"},
    "html_to_markdown": {"feeds"},
    "lxml": {"feeds"},
    "brotli": {"feeds"},
    "httpcore2": {"feeds"},
    "truststore": {"feeds"},
    "zstandard": {"feeds"},
    "socket": {"feeds"},
    "aiohttp": {"web"},
    "pty": {"web"},
    "ssl": {"feeds"},
    "nh3": {"feeds"},
    "feedparser": {"feeds"},
    "trafilatura": {"feeds"},
}

MAX_FUNCTION_LINES = 40
MAX_MODULE_LINES = 400
MAX_PUBLIC_METHODS = 15
MAX_CLASS_LINES = 250
MIN_MODULE_LINES = 40
MAX_MODULES = {"reader": 10, "reader.tui": 12}
MAX_MODULES_ELSEWHERE = 12
# Exceptions to the sizes above, each with its reason. These lists may only shrink.
LARGE_CLASSES: dict[str, str] = {}
SMALL_MODULES = {
    "cli.context": "a value that every command takes; any other module would have to import it",
}
# Modules whose ``update`` is a pure function.
PURE_UPDATES = {
    "tui.article.update",
    "tui.feeds.update",
    "tui.filter.update",
    "tui.folder.update",
    "tui.input.keyboard",
    "tui.layout",
    "tui.list.update",
    "tui.marking",
    "tui.session",
    "tui.sidebar.update",
}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc", "base"}
LAST_RESORTS = {"__main__", "cli.main", "cli.crash_report"}
MUTATORS = {"append", "add", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update"}


@dataclass(frozen=True, slots=True)
class Module:
    """A source file; ``name`` is without ``reader.``, ``part`` is its entry in LAYERS."""

    name: str
    lines: int
    tree: ast.Module

    @property
    def part(self) -> str:
        return self.name.split(".")[0]

    def imports(self) -> Iterator[str]:
        """Yield the full names of the modules it imports, for types too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name}:{node.lineno}: imports say the whole name"
                if node.module == "reader":
                    yield from (f"reader.{alias.name}" for alias in node.names)
                else:
                    yield str(node.module)


@cache
def modules() -> tuple[Module, ...]:
    found = []
    for file in sorted(ROOT.rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        parts = file.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
        found.append(Module(name, source.count("\n"), ast.parse(source)))
    return tuple(found)


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def classes(module: Module) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef))


def assert_none(faults: Iterable[str]) -> None:
    """Fail with a list of all violations."""
    found = list(faults)
    assert not found, "\n".join(found)


def layer(part: str) -> int:
    return next((number for number, parts in enumerate(LAYERS) if part in parts), -1)


def test_every_module_belongs_to_a_layer() -> None:
    assert_none(module.name for module in modules() if layer(module.part) < 0)
    assert_none(part for parts in LAYERS for part in parts if all(module.part != part for module in modules()))


def test_imports_point_one_way() -> None:
    assert_none(
        f"{module.name} imports {name}"
        for module in modules()
        for name in module.imports()
        if name.partition(".")[0] == "reader" and not _goes_down(module.part, name.split(".")[1])
    )


def _goes_down(part: str, target: str) -> bool:
    # reader/__init__ holds the version, which is imported by its name.
    target = "__init__" if target == "__version__" else target
    return part == target or layer(target) < layer(part)


def test_imports_have_no_cycle() -> None:
    """Imports for types count too: modules that need each other's types are one module in several files."""
    graph = {module.name: _imported_modules(module) for module in modules()}
    assert_none(f"{name} is in an import cycle" for name in graph if name in _reachable(graph, name))


def _imported_modules(module: Module) -> set[str]:
    names = {f"reader.{other.name}": other.name for other in modules() if not _is_package(other)}
    return {names[name] for name in module.imports() if name in names} | {
        names[full]
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if (full := f"{node.module}.{alias.name}") in names
    }


def _reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += graph[name]
    return found


def test_only_the_app_imports_the_main_screen() -> None:
    assert [module.name for module in modules() if "tui.screen" in _imported_modules(module)] == ["tui.app"]


def test_only_the_test_driver_imports_the_main_screen() -> None:
    """Tests read what a user sees through ``tui_driver``, so that the screen can change behind it."""
    reaches = re.compile(r"\w\.main\b(?<!cli\.main)|reader\.tui\.screen import")
    assert_none(
        f"{path.name}:{number}: {line.strip()}"
        for path in Path(__file__).parent.rglob("*.py")
        if path.name != "tui_driver.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if reaches.search(line)
    )


def test_terminals_are_started_by_the_stage_fixture() -> None:
    """The fixture makes a failed test show the last screen, the keys and the events."""
    start = re.compile(r"\bPtySession\(")
    # These run one program for many cases, or kill it, and show the screen themselves.
    own = ("play", "pty_session", "test_keys", "test_random_input", "test_hostile_tui", "test_kill_recovery")
    files = (path for path in Path(__file__).parent.rglob("*.py") if path.stem not in own)
    assert_none(path.name for path in files if start.search(path.read_text(encoding="utf-8")))


def test_pure_updates_import_no_textual() -> None:
    assert_none(
        f"{module.name} imports {name}"
        for module in modules()
        if module.name in PURE_UPDATES
        for name in module.imports()
        if name.partition(".")[0] in {"textual", "threading"} or name == "reader.tui.screen"
    )


def test_libraries_are_imported_only_by_their_packages() -> None:
    assert_none(
        f"{module.name} imports {name}"
        for module in modules()
        for name in module.imports()
        if module.part not in ONLY_IN.get(name.partition(".")[0], {module.part})
    )


def test_text_imports_only_the_cell_width_from_rich() -> None:
    text = next(module for module in modules() if module.name == "text")
    assert {name for name in text.imports() if name.startswith("rich")} == {"rich.cells"}


def test_only_its_command_imports_the_web_server() -> None:
    importers = {module.name for module in modules() if any(name.startswith("reader.web") for name in module.imports())}
    assert {name for name in importers if not name.startswith("web")} == {"cli.serve_command"}


def test_only_the_index_compiles_queries() -> None:
    """Other packages pass a ``Query`` with its ``QueryContext``, so that the index can change how it answers."""
    assert_none(
        f"{module.name} imports {name}"
        for module in modules()
        for name in module.imports()
        if name.startswith("reader.index.sql") and module.part != "index"
    )


def test_feeds_import_neither_marks_nor_queries() -> None:
    """Callers pass functions for whatever feeds need from these."""
    assert_none(
        f"{module.name} imports {name}"
        for module in modules()
        if module.part == "feeds"
        for name in module.imports()
        if name.startswith(("reader.marks", "reader.query", "reader.external"))
    )


def test_functions_are_small() -> None:
    assert_none(
        f"{module.name}.{node.name}: {length} lines"
        for module in modules()
        for node in functions(module)
        if (length := int(node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION_LINES
    )


def test_modules_are_small() -> None:
    assert_none(f"{module.name}: {module.lines} lines" for module in modules() if module.lines > MAX_MODULE_LINES)


def test_classes_have_few_public_methods() -> None:
    assert_none(
        f"{module.name}.{node.name}: {count} public methods"
        for module in modules()
        for node in classes(module)
        if (count := len(_public_methods(node))) > MAX_PUBLIC_METHODS
    )


def _public_methods(node: ast.ClassDef) -> set[str]:
    defined = (part.name for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef))
    return {name for name in defined if not name.startswith("_")}


def test_classes_are_short() -> None:
    assert_none(
        f"{name}: {length} lines"
        for module in modules()
        for node in classes(module)
        if (length := int(node.end_lineno or 0) - node.lineno + 1) > MAX_CLASS_LINES
        and (name := f"{module.name}.{node.name}") not in LARGE_CLASSES
    )


def test_modules_have_a_minimum_size() -> None:
    """A size limit must not be met by scattering code over tiny modules."""
    assert_none(
        f"{module.name}: {module.lines} lines"
        for module in modules()
        if module.lines < MIN_MODULE_LINES and not _is_package(module) and module.name not in SMALL_MODULES
    )


def test_packages_have_few_modules() -> None:
    count = Counter(f"reader.{module.name}".rpartition(".")[0] for module in modules() if not _is_package(module))
    assert_none(
        f"{package}: {number} modules"
        for package, number in count.items()
        if number > MAX_MODULES.get(package, MAX_MODULES_ELSEWHERE)
    )


def _is_package(module: Module) -> bool:
    return module.name == "__init__" or (ROOT / module.name.replace(".", "/") / "__init__.py").is_file()


def test_modules_have_docstrings() -> None:
    assert_none(f"{module.name} has no docstring" for module in modules() if not ast.get_docstring(module.tree))


def test_module_names_are_specific() -> None:
    assert_none(module.name for module in modules() if FORBIDDEN_NAMES & set(module.name.split(".")))


def test_only_last_resorts_catch_every_exception() -> None:
    """Any other module that catches every exception raises it again."""
    assert_none(
        f"{module.name}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler)
        and _catches_everything(node)
        and module.name not in LAST_RESORTS
        and not _passes_on(node)
    )


def _catches_everything(node: ast.ExceptHandler) -> bool:
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"}) for kind in caught
    )


def _passes_on(node: ast.ExceptHandler) -> bool:
    last = node.body[-1]
    return (
        isinstance(last, ast.Raise)
        and last.exc is None
        and not (isinstance(node.type, ast.Name) and node.type.id == "Exception")
    )


def test_values_are_frozen() -> None:
    assert_none(
        f"{module.name}.{node.name}"
        for module in modules()
        for node in classes(module)
        if any(isinstance(base, ast.Name) and base.id == "Struct" for base in node.bases)
        and not any(word.arg == "frozen" for word in node.keywords)
    )
    assert_none(
        f"{module.name}.{node.name}"
        for module in modules()
        for node in classes(module)
        for decorator in node.decorator_list
        if not node.name.startswith("_") and _is_dataclass(decorator) and _switched_on(decorator) != {"frozen", "slots"}
    )


def _is_dataclass(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id == "dataclass"


def _switched_on(decorator: ast.expr) -> set[str]:
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    on = (word.arg for word in keywords if isinstance(word.value, ast.Constant) and word.value.value is True)
    return {str(name) for name in on} & {"frozen", "slots"}


def test_modules_have_no_mutable_state() -> None:
    """Module-level tables are never modified, and no function rebinds a module-level name."""
    assert_none(
        f"{module.name}:{line}: {what}"
        for module in modules()
        for line, what in (*_rebindings(module), *_changes_of_tables(module))
    )


def _rebindings(module: Module) -> Iterator[tuple[int, str]]:
    return ((node.lineno, "global") for node in ast.walk(module.tree) if isinstance(node, ast.Global))


def _changes_of_tables(module: Module) -> Iterator[tuple[int, str]]:
    tables = {
        target.id
        for node in module.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(module.tree):
        changed: ast.expr | None = None
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            changed = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            changed = node.func.value
        if isinstance(changed, ast.Name) and changed.id in tables:
            yield changed.lineno, f"{changed.id} is changed"


def test_no_text_from_a_file_reaches_a_widget_as_markup() -> None:
    """Widgets parse ``str`` as markup, so any value but a literal must be Text or Content, where that is visible."""
    assert_none(
        f"{module.name}: {what}"
        for module in modules()
        if module.part == "tui"
        for node in ast.walk(module.tree)
        for what in _markup_of(node)
    )


def _markup_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            named = isinstance(target, ast.Attribute) and target.attr in {"border_title", "border_subtitle", "tooltip"}
            if named and not _is_harmless(node.value):
                yield ast.unparse(node)
    elif isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        plain = any(word.arg == "markup" and getattr(word.value, "value", None) is False for word in node.keywords)
        widget = name in {"Static", "Label", "Button", "Link", "Option", "notify"}
        # Not of a dictionary or a set: those have an update of their own.
        update = name == "update" and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "self"
        if (widget or update) and not plain and not all(map(_is_harmless, node.args)):
            yield ast.unparse(node)


def _is_harmless(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return ast.unparse(value.func) in {"Text", "Text.assemble", "Content", "Content.assemble"}
    return isinstance(value, ast.Constant)


def test_no_module_starts_a_shell() -> None:
    assert_none(
        f"{module.name}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and (
            (ast.unparse(node.func).startswith("subprocess.") and any(word.arg == "shell" for word in node.keywords))
            or ast.unparse(node.func) in {"os.system", "os.popen", "subprocess.getoutput", "webbrowser.open"}
        )
    )


HEAVY = (
    "textual",
    "rich.markdown",
    "rich.console",
    "markdown_it",
    "yaml",
    "yaml_rs",
    "frontmatter",
    "lxml",
    "httpcore2",
    "feedparser",
    "trafilatura",
    "html_to_markdown",
    "nh3",
    "reader.feeds",
)
LOADED = """
import json, sys
from reader.__main__ import main
sys.argv = ["newsreader", *sys.argv[1:]]
status = main()
print(json.dumps([status, sorted(sys.modules)]), file=sys.stderr)
"""


@pytest.mark.parametrize("command", ["list", "topics"])
def test_command_line_imports_nothing_heavy(tmp_path: Path, command: str) -> None:
    """The folder is indexed first, since reading its files needs the parsers."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: A\ntopics: [b]\n---\nText.\n", encoding="utf-8")
    names = {name: str(tmp_path / name) for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "HOME")}
    env = {**os.environ, **names, "PYTHONPATH": str(ROOT.parent)}
    argv = [sys.executable, "-c", LOADED, command, str(folder)]
    first, second = (subprocess.run(argv, env=env, capture_output=True, check=True, text=True) for _ in range(2))
    assert "yaml" in first.stderr, "the first run loads the YAML parser, so the list of modules works"
    status, loaded = json.loads(second.stderr.splitlines()[-1])
    assert status == 0
    assert_none(name for name in loaded if any(name == heavy or name.startswith(f"{heavy}.") for heavy in HEAVY))


def test_architecture_page_shows_the_layers() -> None:
    page = ROOT.parent / "ARCHITECTURE.md"
    text = page.read_text(encoding="utf-8")
    made = re.sub(r"(?<=<!-- layers -->\n).*?(?=<!-- /layers -->)", lambda _: _layer_table(), text, flags=re.DOTALL)
    if os.environ.get("UPDATE_GOLDEN"):
        page.write_text(made, encoding="utf-8")
        return
    assert text == made, "UPDATE_GOLDEN=1 rewrites the layers in ARCHITECTURE.md"
    assert _layer_table() in text


def _layer_table() -> str:
    lines = ["| | modules and packages | libraries |", "|--:|---|---|"]
    for number, parts in reversed(list(enumerate(LAYERS, start=1))):
        libraries = sorted(library for library, users in ONLY_IN.items() if users & set(parts))
        lines.append(f"| {number} | {_codes(parts)} | {_codes(libraries)} |")
    return "\n".join(lines) + "\n"


def _codes(names: Iterable[str]) -> str:
    return " ".join(f"`{name}`" for name in names)
