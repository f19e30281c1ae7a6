from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article import Article
from reader.content import LoadResult, load_file
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
def test_the_encodings_that_say_what_they_are_can_be_read(engine: YamlParser, raw: bytes, remark: str) -> None:
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
def test_bytes_that_are_no_text_are_a_problem_and_the_rest_is_read(
    engine: YamlParser, raw: bytes, title: str, body: str, problem: Problem, remark: str
) -> None:
    loaded = parse_file("a.md", raw, engine)
    assert loaded.article is not None
    assert (loaded.article.title, loaded.article.body) == (title, body), remark
    assert loaded.problems[0] == problem, remark


@pytest.mark.parametrize(
    ("raw", "remark"),
    [
        (b"", "an empty file"),
        (b"\xef\xbb\xbf", "a byte order mark alone"),
        (b"Plain text", "text"),
        (b"\x7fELF\x00\x01---", "a program"),
        (b"\xff\xfe", "another mark alone"),
        ("Text".encode("utf-16"), "text in UTF-16"),
        (b"{{ template }}\n", "a template"),
        (b"---- \n", "a rule"),
        (b"\x00" * 100, "nothing but NUL"),
    ],
)
def test_a_file_without_front_matter_is_no_article_and_no_problem(raw: bytes, remark: str) -> None:
    assert parse_file("a.md", raw) == LoadResult(None), remark


@pytest.mark.parametrize("name", ["a.md", os.fsdecode(b"caf\xe9\x1b.md"), "sub/a b.txt", "-.html"])
def test_a_file_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("---\ntitle: x\n---\n")
    assert load_file(tmp_path, name) == LoadResult(Article(name, "x"))


def _refusal(root: Path, path: str) -> str:
    loaded = load_file(root, path)
    assert loaded.article is not None
    assert loaded.article.unreadable
    assert loaded.article.path == path
    (problem,) = loaded.problems
    assert (problem.path, problem.line, problem.field) == (path, 0, "")
    assert problem.message.isprintable()
    return problem.message


def test_a_file_that_has_gone_is_unreadable(tmp_path: Path) -> None:
    assert _refusal(tmp_path, "2021-10-02-gone-file.md") == "cannot read file: No such file or directory"
    assert load_file(tmp_path, "2021-10-02-gone-file.md").article == Article(
        "2021-10-02-gone-file.md", "Gone file", unreadable=True
    )


def test_nothing_is_waited_for(tmp_path: Path) -> None:
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
        assert _refusal(tmp_path, "pipe.md") == "not a regular file"
        assert _refusal(tmp_path, "folder.md") == "not a regular file"
        assert _refusal(tmp_path, "zero.md") == "link leaves the content folder; ignored"
        assert _refusal(tmp_path, "pipe-link.md") == "not a regular file"
        assert _refusal(tmp_path, "socket.md").startswith("cannot read file: ")
        assert _refusal(tmp_path, "loop.md").startswith("cannot read file: ")
        assert _refusal(tmp_path, "nul\x00.md") == "cannot read file: embedded null byte"


def test_a_link_is_read_inside_the_folder_only(tmp_path: Path) -> None:
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
    assert _refusal(root, "out.md") == "link leaves the content folder; ignored"
    assert _refusal(root, "passwd.md") == "link leaves the content folder; ignored"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: x\n---\n")
    (tmp_path / "a.md").chmod(0)
    assert _refusal(tmp_path, "a.md") == "cannot read file: Permission denied"


def test_a_huge_file_is_not_taken_into_memory(tmp_path: Path) -> None:
    with (tmp_path / "sparse.md").open("wb") as file:
        file.write(b"---\ntitle: x\n---\n")
        file.truncate(1 << 40)
    with (tmp_path / "plain.md").open("wb") as file:
        file.truncate(1 << 40)
    assert _refusal(tmp_path, "sparse.md") == "larger than 4 MiB"
    assert load_file(tmp_path, "plain.md") == LoadResult(None)


def test_a_file_of_just_the_size_is_read() -> None:
    head = b"---\ntitle: x\n---\n"
    loaded = parse_file("a.md", head + b"y" * (MAX_BYTES - len(head)))
    assert loaded.article is not None
    assert len(loaded.article.body) == MAX_BYTES - len(head)
    assert not loaded.problems


FENCES = st.sampled_from([b"", b"---\n", b"+++\n", b"{", b"\xff\xfe", b"\xef\xbb\xbf---\n", b"---\ntitle: "])


@given(FENCES, st.binary(max_size=80), st.sampled_from([b"", b"\n---\n", b"\n+++\n", b"}", b": [x]\n---\n"]))
def test_reading_never_raises_whatever_the_bytes(opening: bytes, middle: bytes, closing: bytes) -> None:
    loaded = parse_file("a.md", opening + middle + closing)
    assert loaded.article is None or loaded.article.title


def test_the_parsers_are_not_imported_before_there_is_something_to_parse() -> None:
    heavy = ["yaml", "yaml_rs", "frontmatter", "tomllib", "email.utils", "webbrowser", "textual"]
    program = f"import sys, reader.content; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_reader_does_without_the_fast_yaml_engine(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: x\ntags: [b, c]\n---\n")
    program = (
        "import sys; sys.modules['yaml_rs'] = None\n"
        "from pathlib import Path; from reader.content import load_file\n"
        f"print(load_file(Path({str(tmp_path)!r}), 'a.md').article.topics)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "('b', 'c')\n"
