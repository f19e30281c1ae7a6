"""Loading of a file in a content folder into an article: open it safely, decode its bytes, parse it.

Never blocks on a pipe or device, never reads more than ``MAX_BYTES`` + 1 bytes and never follows a link out of the
folder. Never raises because of a file's type or content: the error becomes a problem, and the article is marked
unreadable.
"""

from __future__ import annotations

import os
import re
import stat
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from reader.content.formats.names import is_error_page, is_project_file, may_be_article
from reader.content.opening import OpenRoot, OutsideError
from reader.content.scan import DEFAULT_OPTIONS
from reader.errors import describe_error
from reader.problems import Code, Problem
from reader.text import split_bom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from reader.article import Article
    from reader.content.frontmatter import FrontMatter
    from reader.content.scan import ReadOptions
    from reader.content.site import Site
    from reader.content.yaml import YamlParser

__all__ = ["MAX_BYTES", "LoadResult", "load_file", "load_files", "parse_file", "read_texts"]

# Enough for War and Peace. Loading a file takes up to 40 times its size in memory.
MAX_BYTES = 4 * 1024 * 1024
_FENCES = (b"---", b"+++", b"{", b";;;")
_MOST_BLANK_BYTES = 1024
_NIKOLA = (".txt", ".rst", ".md")


class LoadResult(Struct, frozen=True):
    """Article and problems of a file; ``article`` is None if the file is not an article.

    ``refused`` means that the operating system failed to open or read the file; a later attempt may succeed.
    """

    article: Article | None
    problems: tuple[Problem, ...] = ()
    refused: bool = False


class _FileRejected(Exception):  # noqa: N818 - the outcome for one file, not a program error
    """A file cannot or must not be read; ``code`` and ``details`` describe the problem."""

    def __init__(self, code: Code, *details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


_In = TypeVar("_In")
_Out = TypeVar("_Out")


def _nothing() -> None:
    return


class _How(Struct, frozen=True):
    engine: YamlParser | None
    site: Site | None
    options: ReadOptions
    brief: bool = False


class _Raw(Struct, frozen=True):
    path: str
    raw: bytes


class _Parsed(Struct, frozen=True):
    path: str
    matter: FrontMatter
    faults: tuple[Problem, ...]


def load_file(
    root: Path,
    path: str,
    engine: YamlParser | None = None,
    site: Site | None = None,
    options: ReadOptions = DEFAULT_OPTIONS,
) -> LoadResult:
    """Return the article in the file at ``path``, which is relative to the folder ``root`` as in Article.

    ``engine`` parses YAML front matter; None selects the best available parser. ``site`` adds what the surrounding
    files say about the article.
    """
    return _load(root, (path,), _How(engine, site, options), _nothing)[0]


def load_files(
    root: Path,
    paths: Iterable[str],
    site: Site | None = None,
    options: ReadOptions = DEFAULT_OPTIONS,
    *,
    brief: bool = False,
    on_step: Callable[[], object] = _nothing,
) -> list[LoadResult]:
    """Do the same as ``load_file`` for several files, in a fifth less time.

    Each step is done for all files before the next one, so that the processor has its code in the cache. ``on_step``
    is called before each step of each file. With ``brief``, the related articles have only titles, URLs and paths.
    """
    return _load(root, paths, _How(None, site, options, brief), on_step)


def _load(root: Path, paths: Iterable[str], how: _How, on_step: Callable[[], object]) -> list[LoadResult]:
    raw = _read_all(root, paths, on_step, heads=not how.options.only_front_matter)
    parsed = _each(partial(_parse, how), raw, on_step)
    return _each(partial(_build, how), parsed, on_step)


def _read_all(
    root: Path, paths: Iterable[str], on_step: Callable[[], object], *, heads: bool
) -> list[_Raw | LoadResult]:
    try:
        opened = OpenRoot(root)
    except (OSError, ValueError) as error:
        return [_failed(path, error) for path in paths]
    with opened:
        return _each(partial(_read, opened, heads=heads), paths, on_step)


def _each(
    step: Callable[[_In], _Out | LoadResult], files: Iterable[_In | LoadResult], on_step: Callable[[], object]
) -> list[_Out | LoadResult]:
    """Do a step for the files that have no result yet."""
    done: list[_Out | LoadResult] = []
    for each in files:
        if not isinstance(each, LoadResult):
            on_step()
            done.append(step(each))
        else:
            done.append(each)
    return done


def _read(opened: OpenRoot, path: str, *, heads: bool) -> _Raw | LoadResult:
    """Read a file; with ``heads``, also the head that Nikola keeps in a file beside it."""
    try:
        raw = _bytes(opened, path)
        if heads and path.endswith(_NIKOLA) and not _is_fenced(raw, "utf-8"):
            raw = _head_beside(opened, path) + raw
    except OutsideError:
        return _unreadable(path, Code.LINK_LEAVES_FOLDER)
    except _FileRejected as refused:
        return _unreadable(path, refused.code, *refused.details)
    except (OSError, ValueError) as error:
        return _failed(path, error)
    return _Raw(path, raw)


def _failed(path: str, error: OSError | ValueError) -> LoadResult:
    failed = _unreadable(path, Code.CANNOT_READ_FILE, describe_error(error))
    return replace(failed, refused=isinstance(error, OSError))


def read_texts(root: Path, paths: Iterable[str], *, on_step: Callable[[], object] = _nothing) -> list[str]:
    """Return the decoded texts of files, from which articles are parsed; an empty one if a file cannot be read."""
    raw = _read_all(root, paths, on_step, heads=False)
    return ["" if isinstance(each, LoadResult) else _decoded(each) for each in raw]


def _decoded(file: _Raw) -> str:
    encoding, raw = split_bom(file.raw)
    return _text(file.path, raw, encoding or "utf-8")[0]


def _head_beside(opened: OpenRoot, path: str) -> bytes:
    """Return the head of a Nikola post from its ``.meta`` file, if there is one."""
    try:
        head = _bytes(opened, f"{path.rpartition('.')[0]}.meta")
    except (_FileRejected, OSError, ValueError):
        return b""
    return head.strip() + b"\n\n" if head.lstrip().startswith(b".. ") and len(head) < MAX_BYTES else b""


def parse_file(
    path: str,
    raw: bytes,
    engine: YamlParser | None = None,
    site: Site | None = None,
    options: ReadOptions = DEFAULT_OPTIONS,
) -> LoadResult:
    """Return the article in the raw bytes of a file."""
    how = _How(engine, site, options)
    parsed = _parse(how, _Raw(path, raw))
    return parsed if isinstance(parsed, LoadResult) else _build(how, parsed)


def _too_deep(path: str) -> LoadResult:
    from reader.content.yaml_subset import MAX_DEPTH  # noqa: PLC0415 - lazy import: 1 ms, only for this error

    return _unreadable(path, Code.TOO_DEEP, str(MAX_DEPTH))


def _parse(how: _How, file: _Raw) -> _Parsed | LoadResult:
    path = file.path
    encoding, raw = split_bom(file.raw)
    encoding = encoding or "utf-8"
    fenced = _is_fenced(raw, encoding)
    if not fenced and (how.options.only_front_matter or not may_be_article(path, raw, encoding)):
        return LoadResult(None)
    if len(raw) > MAX_BYTES:
        return _unreadable(path, Code.TOO_LARGE, str(MAX_BYTES // 1024**2))
    text, faults = _text(path, raw, encoding)
    try:
        matter = _matter(path, text, how.engine, how.options)
    except RecursionError:  # aliases can nest deeper than the text
        return _too_deep(path)
    return LoadResult(None) if matter is None else _Parsed(path, matter, faults)


def _build(how: _How, file: _Parsed) -> LoadResult:
    try:
        return _built(how, file)
    except RecursionError:
        return _too_deep(file.path)


def _built(how: _How, file: _Parsed) -> LoadResult:
    from reader.content import schema  # noqa: PLC0415 - lazy import: 31 ms, its patterns are not needed for the first frame

    path, matter, site = file.path, file.matter, how.site
    if site is None:
        article, problems = schema.build_article(path, matter, brief=how.brief)
    else:
        matter = replace(matter, metadata=site.settle_dates(path, matter.metadata))
        article, problems = schema.build_article(path, matter, brief=how.brief)
        article = site.complete(article, matter.metadata)
    if not matter.fenced and how.options.only_front_matter:
        return LoadResult(None, file.faults + problems)
    if article.published_at is None and is_error_page(path):
        return LoadResult(None)
    return LoadResult(schema.with_image_urls(article), file.faults + problems)


def _matter(path: str, text: str, engine: YamlParser | None, options: ReadOptions) -> FrontMatter | None:
    from reader.content import frontmatter  # noqa: PLC0415 - lazy import: 34 ms, the parsers are slow to import
    from reader.content.formats import detect  # noqa: PLC0415 - lazy import: 63 ms, it imports the parsers

    matter = frontmatter.parse(text, engine)
    if options.only_front_matter:
        return matter
    if matter is None:
        return detect.parse(path, text)
    return detect.complete(matter, text) if matter.fenced else detect.parse_body(path, text, matter)


def _is_fenced(raw: bytes, encoding: str) -> bool:
    """Return whether a file begins with a possible fence, also after blank lines."""
    if encoding == "utf-8" and raw.startswith(_FENCES):
        return True
    start = raw[:_MOST_BLANK_BYTES].decode(encoding, "ignore")
    return start.lstrip("\ufeff\u200b \t\r\n").startswith(tuple(fence.decode() for fence in _FENCES))


def _unreadable(path: str, code: Code, *args: str) -> LoadResult:
    from reader.content import schema  # noqa: PLC0415 - lazy import: 31 ms, see parse_file

    # A file such as README is an article only with front matter, which an unreadable file does not show.
    article = None if is_project_file(path) else schema.placeholder_article(path)
    return LoadResult(article, (Problem(path, 0, "", code, args),))


def _bytes(opened: OpenRoot, path: str) -> bytes:
    """Return at most ``MAX_BYTES`` + 1 bytes of a file; the extra byte tells the caller that the file is too large."""
    descriptor = opened.open(path)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _FileRejected(Code.NOT_A_FILE)
        wanted = min(status.st_size, MAX_BYTES) + 1
        raw = os.read(descriptor, wanted)
        # The first read is enough unless the file grew after fstat.
        while len(raw) >= wanted and len(raw) <= MAX_BYTES:
            more = os.read(descriptor, MAX_BYTES + 1 - len(raw))
            if not more:
                break
            raw += more
        return raw
    finally:
        os.close(descriptor)


def _text(path: str, raw: bytes, encoding: str) -> tuple[str, tuple[Problem, ...]]:
    r"""Return a file's text with ``\n`` line endings and without NULs, and the problems found while decoding it."""
    problems = []
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        text = raw.decode(encoding, "replace")
        line = len(re.findall(r"\r\n?|\n", raw[: error.start].decode(encoding, "replace"))) + 1
        problems.append(Problem(path, line, "", Code.INVALID_ENCODING, (encoding.upper(),)))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        problems.append(Problem(path, line, "", Code.NUL_CHARACTERS))
        text = text.replace("\x00", "")
    return text, tuple(problems)
