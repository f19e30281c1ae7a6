from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article import Article
from reader.content import LoadResult, ReadOptions, load_file, load_files, schema
from reader.content.dates import parse_date
from reader.content.load import MAX_BYTES, parse_file
from reader.problems import Code, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from reader.content.yaml import YamlParser

TEXT = "---\ntitle: Größe\n---\nBody\n"


@pytest.mark.parametrize(
    ("raw", "remark"),
    [
        (TEXT.encode(), "UTF-8"),
        (TEXT.encode("utf-8-sig"), "with a byte order mark"),
        (TEXT.replace("\n", "\r\n").encode(), "line ends of Windows"),
        (TEXT.replace("\n", "\r").encode(), "line ends of old"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "the other way round"),
        (TEXT.encode("utf-32"), "UTF-32"),
    ],
)
def test_file_in_a_self_describing_encoding_loads(engine: YamlParser, raw: bytes, remark: str) -> None:
    assert parse_file("a.md", raw, engine) == LoadResult(Article("a.md", "Größe", "Body", "Body")), remark


@pytest.mark.parametrize(
    ("raw", "title", "body", "problem", "remark"),
    [
        (
            b"---\ntitle: x\nname: caf\xe9\n---\nB",
            "x",
            "B",
            Problem("a.md", 3, "", Code.INVALID_ENCODING, ("UTF-8",)),
            "another encoding",
        ),
        (
            b"---\ntitle: a\x00b\n---\nB\x00",
            "ab",
            "B",
            Problem("a.md", 2, "", Code.NUL_CHARACTERS),
            "NUL",
        ),
        (
            b"\xff\xfe-\x00-\x00-\x00\n\x00-\x00-\x00-\x00\n\x00B\x00\xd8",
            "A",
            "B\ufffd",
            Problem("a.md", 3, "", Code.INVALID_ENCODING, ("UTF-16-LE",)),
            "half a character of UTF-16",
        ),
    ],
)
def test_undecodable_bytes_are_a_problem_and_the_rest_loads(
    engine: YamlParser, raw: bytes, title: str, body: str, problem: Problem, remark: str
) -> None:
    loaded = parse_file("a.md", raw, engine)
    assert loaded.article is not None
    assert (loaded.article.title, loaded.article.body) == (title, body), remark
    assert loaded.problems[0] == problem, remark


@pytest.mark.parametrize(
    ("path", "raw", "remark"),
    [
        ("a.md", b"", "an empty file"),
        ("a.md", b" \n\t\n", "white space"),
        ("a.md", b"\xef\xbb\xbf", "a byte order mark alone"),
        ("a.md", b"\x7fELF\x00\x01---", "a program"),
        ("a.md", b"\xff\xfe", "another mark alone"),
        ("a.md", b"\x00" * 100, "nothing but NUL"),
        ("README.md", b"# About", "the file about a repository"),
        ("docs/readme.de.md", b"# Wor\xc3\xbcber", "in another language"),
        ("README-chinese.md", b"# About", "by its name"),
        ("CONTRIBUTING.rst", b"How to help\n===========\n", "in another markup"),
        ("LICENSE.txt", b"You may do with this text whatever you want.", "a license"),
        ("CHANGELOG.md", b"# 1.0", "a list of changes"),
        ("HISTORY.md", b"# 1.0", "under another name"),
        ("requirements-dev.txt", b"some words that look like five words", "the packages of a program"),
        ("robots.txt", b"This line has more than five words in it.", "text for programs"),
        ("list.txt", b"a==1\nb==2\n", "text without a sentence"),
        ("data.txt", b"1 2 3 4 5 6 7 8 9", "numbers"),
        ("a.html", b"<p>A paragraph of a page that has no metadata.</p>", "HTML"),
        ("404.md", b"---\ntitle: Not found\n---\nSorry.", "the page for an error"),
        ("404.html", b"---\nlayout: page\n---\n<p>Sorry.</p>", "in HTML"),
    ],
)
def test_non_article_file_is_ignored_without_a_problem(path: str, raw: bytes, remark: str) -> None:
    assert parse_file(path, raw) == LoadResult(None), remark


@pytest.mark.parametrize(
    ("path", "raw", "title", "remark"),
    [
        ("a.md", b"# A river\n\nIt moves.", "A river", "the first heading"),
        ("a.md", b"## A river\n\nIt moves.", "A river", "of any level"),
        ("a.md", b"A river\n=======\n\nIt moves.", "A river", "underlined"),
        ("a.md", b"It moves. Slowly.\n\n## More", "It moves", "the first words"),
        ("issue-98.md", b"Welcome to another issue.\n\n## More", "Issue 98", "the name of an issue"),
        ("news/weekly--news-7.md", b"It moves.", "Weekly news 7", "with more words"),
        ("untitled-2.md", b"It moves.", "It moves", "a name that says nothing"),
        ("note_12.md", b"It moves.", "It moves", "another one"),
        ("issue-98.md", b"# Rivers\n\nIt moves.", "Rivers", "a heading before the name of an issue"),
        ("a.md", "Größe zählt.".encode("utf-16"), "Größe zählt", "in UTF-16"),
        ("a-river.md", b"- moves\n- bends", "A river", "the name"),
        ("A big river.md", b"It moves. Slowly.", "A big river", "a name that is a title"),
        ("2021-10-02.md", b"- moves\n- bends", "2021-10-02", "a name that is a day"),
        ("a.mdx", b"import A from './a'\n\n# A river", "A river", "MDX"),
        ("a.rst", b"A river\n~~~~~~~\n\nIt moves.", "A river", "reStructuredText"),
        ("a.txt", b"This is a river, and it moves.", "This is a river, and it moves", "plain text with a sentence"),
        ("a.txt", "これは川です。とてもゆっくり動く。".encode(), "これは川です", "in a script without spaces"),
        ("a.Rmd", b"# A river\n\n```{r}\nx <- 1\n```\n", "A river", "R Markdown"),
        ("readme-first.md", b"# A river", "A river", "a name with such a word"),
        ("history.md", b"# A river", "A river", "a name that is a word, too"),
        ("changes.md", b"# A river", "A river", "and another"),
        ("README.md", b"---\ntitle: A river\n---\n", "A river", "a file about a repository with front matter"),
        ("404.md", b"---\ntitle: A river\ndate: 2021-10-02\n---\n", "A river", "a number that is no error"),
    ],
)
def test_text_without_front_matter_is_an_article_with_a_title(path: str, raw: bytes, title: str, remark: str) -> None:
    loaded = parse_file(path, raw)
    assert loaded.article is not None, remark
    assert (loaded.article.title, loaded.problems) == (title, ()), remark


def test_title_of_a_note_below_a_rule_is_its_first_words() -> None:
    loaded = parse_file("a.md", b"---\n\nIt moves, slowly.\n\n---\n\nAnd bends.\n")
    assert loaded.article is not None
    assert loaded.article.title == "It moves, slowly"
    assert [problem.code for problem in loaded.problems] == [Code.NOT_FRONT_MATTER]


def test_text_without_front_matter_gets_date_and_excerpt() -> None:
    article = parse_file("2021-10-02-river.md", b"# A river\n\n![](a.png)\n\nIt *moves*.\n\nSlowly.").article
    assert article is not None
    assert article.published_at == datetime(2021, 10, 2, tzinfo=UTC)
    assert article.excerpt == "It *moves*."
    assert article.body.startswith("# A river")


def test_only_front_matter_option_ignores_other_files() -> None:
    only = ReadOptions(only_front_matter=True)
    assert parse_file("a.md", b"# A river", options=only) == LoadResult(None)
    assert parse_file("a.md", b"Title: A river\nDate: 2021-10-02\n\nText", options=only) == LoadResult(None)
    article = parse_file("a.md", b"---\ndate: 2021-10-02\n---\n# River\n\nAuthor: Ann\nTags: x", options=only).article
    assert article is not None
    assert (article.authors, article.topics) == ((), ())


@pytest.mark.parametrize("name", ["a.md", os.fsdecode(b"caf\xe9\x1b.md"), "sub/a b.txt", "-.html"])
def test_file_with_any_name_loads(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("---\ntitle: x\n---\n")
    assert load_file(tmp_path, name) == LoadResult(Article(name, "x"))


def test_files_loaded_together_are_the_same_as_one_by_one(tmp_path: Path) -> None:
    texts = {
        "a.md": "---\ntitle: River\n---\nIt moves.",
        "broken.md": "---\ntitle: [\n---\n",
        "deep.md": f"---\ntitle: {'[' * 500}\n---\n",
        "README.md": "# Read me",
        "b.md": "# Mill\n\nIt turns.",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    paths = ["gone.md", *texts, "a.md"]
    steps: list[None] = []
    loaded = load_files(tmp_path, paths, on_step=lambda: steps.append(None))
    assert loaded == [load_file(tmp_path, path) for path in paths]
    assert [each.article is None for each in loaded] == [False, False, False, False, True, False, False]
    assert len(steps) > len(paths)


def _load_error(root: Path, path: str) -> str:
    loaded = load_file(root, path)
    assert loaded.article is not None
    assert loaded.article.unreadable
    assert loaded.article.path == path
    (problem,) = loaded.problems
    assert (problem.path, problem.line, problem.field) == (path, 0, "")
    assert problem.message.isprintable()
    return problem.message


def test_deleted_file_is_unreadable(tmp_path: Path) -> None:
    assert _load_error(tmp_path, "2021-10-02-gone-file.md") == "cannot read file: No such file or directory"
    assert load_file(tmp_path, "2021-10-02-gone-file.md").article == Article(
        "2021-10-02-gone-file.md", "Gone file", unreadable=True
    )


def test_special_files_and_loops_are_unreadable_without_blocking(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "zero.md").symlink_to("/dev/zero")
    (tmp_path / "pipe-link.md").symlink_to("pipe.md")
    (tmp_path / "loop.md").symlink_to("loop.md")
    here = os.open(".", os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as server:
        try:
            os.chdir(tmp_path)  # the path of a socket must be short
            server.bind("socket.md")
        finally:
            os.chdir(here)
            os.close(here)
        assert _load_error(tmp_path, "pipe.md") == "not a regular file"
        assert _load_error(tmp_path, "folder.md") == "not a regular file"
        assert _load_error(tmp_path, "zero.md") == "link leaves the content folder; ignored"
        assert _load_error(tmp_path, "pipe-link.md") == "not a regular file"
        assert _load_error(tmp_path, "socket.md").startswith("cannot read file: ")
        assert _load_error(tmp_path, "loop.md").startswith("cannot read file: ")
        assert _load_error(tmp_path, "nul\x00.md") == "cannot read file: embedded null byte"


def test_symlink_out_of_the_folder_is_unreadable(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "real.md").write_text("---\ntitle: in\n---\n")
    (tmp_path / "secret.md").write_text("---\ntitle: out\n---\n")
    (root / "in.md").symlink_to("real.md")
    (root / "out.md").symlink_to(tmp_path / "secret.md")
    (root / "passwd.md").symlink_to("/etc/passwd")
    article = load_file(root, "in.md").article
    assert article is not None
    assert article.title == "in"
    assert _load_error(root, "out.md") == "link leaves the content folder; ignored"
    assert _load_error(root, "passwd.md") == "link leaves the content folder; ignored"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: x\n---\n")
    (tmp_path / "a.md").chmod(0)
    assert _load_error(tmp_path, "a.md") == "cannot read file: Permission denied"


def test_file_over_the_size_limit_is_unreadable(tmp_path: Path) -> None:
    with (tmp_path / "sparse.md").open("wb") as file:
        file.write(b"---\ntitle: x\n---\n")
        file.truncate(1 << 40)
    with (tmp_path / "plain.html").open("wb") as file:
        file.truncate(1 << 40)
    assert _load_error(tmp_path, "sparse.md") == "larger than 4 MiB"
    assert load_file(tmp_path, "plain.html") == LoadResult(None)


def test_file_at_the_size_limit_loads() -> None:
    head = b"---\ntitle: x\n---\n"
    loaded = parse_file("a.md", head + b"y" * (MAX_BYTES - len(head)))
    assert loaded.article is not None
    assert len(loaded.article.body) == MAX_BYTES - len(head)
    assert not loaded.problems


FENCES = st.sampled_from([b"", b"---\n", b"+++\n", b"{", b"\xff\xfe", b"\xef\xbb\xbf---\n", b"---\ntitle: "])


@given(FENCES, st.binary(max_size=80), st.sampled_from([b"", b"\n---\n", b"\n+++\n", b"}", b": [x]\n---\n"]))
def test_any_bytes_load_without_an_exception(opening: bytes, middle: bytes, closing: bytes) -> None:
    loaded = parse_file("a.md", opening + middle + closing)
    assert loaded.article is None or loaded.article.title


@pytest.mark.parametrize("value", ["&a [*a]", "&a [[*a]]", "&a {name: *a}", "&a [{name: [*a]}]", "&a {url: {url: *a}}"])
def test_value_within_itself_leaves_the_other_fields(value: str) -> None:
    for field in ("date", "author", "tags", "images", "related", "provider", "other"):
        loaded = parse_file("a.md", f"---\ntitle: A\n{field}: {value}\n---\nText.\n".encode())
        assert loaded.article is not None
        assert (loaded.article.title, loaded.article.body.strip()) == ("A", "Text.")


def test_date_within_several_lists_is_not_a_date() -> None:
    assert parse_date([[[["2021-10-02"]]]]) is None


def test_nesting_that_exhausts_the_stack_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def build_article(*_arguments: object, **_options: object) -> None:
        raise RecursionError

    monkeypatch.setattr(schema, "build_article", build_article)
    loaded = parse_file("a.md", b"---\ntitle: A\n---\nText.\n")
    assert [problem.code for problem in loaded.problems] == [Code.TOO_DEEP]


def test_importing_content_imports_no_parser() -> None:
    heavy = ["yaml", "yaml_rs", "frontmatter", "tomllib", "email.utils", "webbrowser", "textual"]
    program = f"import sys, reader.content; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_file_loads_without_the_fast_yaml_engine(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: x\ntags: [b, c]\n---\n")
    program = (
        "import sys; sys.modules['yaml_rs'] = None\n"
        "from pathlib import Path; from reader.content import load_file\n"
        f"print(load_file(Path({str(tmp_path)!r}), 'a.md').article.topics)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "('b', 'c')\n"
