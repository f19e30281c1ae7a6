"""Marks on the command line: each belongs to one article, and stays with it when its file changes."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from cli_runner import CliRunner

from reader import urls
from reader.marks.schema import APPLICATION_ID

if TYPE_CHECKING:
    from pathlib import Path

EPISODES = "---\ntitle: {}\ndate: 2021-10-0{}\nlink: https://example.org/podcast\n---\nThe notes of {}.\n"
NOTE = "---\ntitle: Weekly notes\n---\nWhat was done in week {}.\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def starred(command: CliRunner, folder: Path) -> list[str]:
    answer = command.run("list", folder, "is:starred sort:title", "--format", "json")
    return sorted(entry["path"] for entry in answer.json)


def star(command: CliRunner, folder: Path, query: str) -> str:
    answer = command.run("mark", folder, query, "--star")
    assert answer.status == 0
    return answer.err


# --- two files of one folder


@pytest.mark.parametrize(
    ("texts", "remark"),
    [
        ((EPISODES.format("One", 1, "one"), EPISODES.format("Two", 2, "two")), "one link"),
        ((NOTE.format(1), NOTE.format(2)), "one title"),
        ((NOTE.format(1), NOTE.format(1)), "one text"),
        (tuple(f"---\ntitle: V{n}\nurl: https://example.org/changelog#v{n}\n---\n" for n in (1, 2)), "one page"),
        (("---\ntitle: Untitled\n---\n", "---\ntitle: Untitled\n---\n"), "nothing but a title"),
        (("---\ntitle: [\n---\n", "---\ntitle: [\n---\n"), "one error"),
    ],
)
def test_similar_files_never_share_a_mark(
    command: CliRunner, tmp_path: Path, texts: tuple[str, str], remark: str
) -> None:
    folder = tmp_path / "folder"
    for number, text in enumerate(texts):
        write(folder, f"{number}.md", text)

    assert star(command, folder, "path:0.md") == "Starred 1 article\n", remark
    assert starred(command, folder) == ["0.md"], remark
    assert star(command, folder, "path:1.md") == "Starred 1 article\n", remark
    assert command.run("mark", folder, "path:0.md", "--unstar").err == "Unstarred 1 article\n"
    assert starred(command, folder) == ["1.md"], remark


def test_mark_reports_how_many_articles_changed(command: CliRunner, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    for number in range(1, 6):
        write(folder, f"{number}.md", EPISODES.format(number, number, number))
    star(command, folder, "path:1.md")
    assert star(command, folder, "is:published") == "Starred 4 articles; 1 was already starred\n"
    assert len(starred(command, folder)) == 5


# --- what happens to a file


def _correct_title(folder: Path) -> str:
    text = (folder / "a.md").read_text(encoding="utf-8")
    write(folder, "a.md", text.replace("Wekly", "Weekly"))
    return "a.md"


def _rewrite(folder: Path) -> str:
    write(folder, "a.md", "---\ntitle: Another\ndate: 2001-01-01\n---\nAnother text.\n")
    return "a.md"


def _rename(folder: Path) -> str:
    (folder / "a.md").rename(folder / "2021-10-02-a.markdown")
    return "2021-10-02-a.markdown"


def _move(folder: Path) -> str:
    (folder / "archive").mkdir()
    (folder / "a.md").rename(folder / "archive" / "a.md")
    return "archive/a.md"


def _move_and_correct_title(folder: Path) -> str:
    _correct_title(folder)
    return _move(folder)


def _delete_and_restore(folder: Path) -> str:
    text = (folder / "a.md").read_text(encoding="utf-8")
    (folder / "a.md").unlink()
    write(folder, "a.md", text)
    return "a.md"


LONG = "It rained for most of the week, and so there was time to read what had piled up since the summer. " * 4


@pytest.mark.parametrize("link", ["", "link: https://example.org/podcast\n"])
@pytest.mark.parametrize(
    "change_file", [_correct_title, _rewrite, _rename, _move, _move_and_correct_title, _delete_and_restore]
)
def test_article_keeps_its_marks_through_changes(
    command: CliRunner, tmp_path: Path, change_file: object, link: str
) -> None:
    folder = tmp_path / "folder"
    write(folder, "a.md", f"---\ntitle: Wekly notes\n{link}---\n{LONG}\n")
    write(folder, "b.md", f"---\ntitle: Wekly notes\n{link}---\nAnother week.\n")
    star(command, folder, "path:a.md")

    assert callable(change_file)
    path = change_file(folder)

    assert starred(command, folder) == [path]
    assert command.run("mark", folder, f"path:{path}", "--unstar").err == "Unstarred 1 article\n"


def test_copied_file_has_no_marks_and_the_original_keeps_them(command: CliRunner, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    original = write(folder, "a.md", NOTE.format(1))
    star(command, folder, "path:a.md")
    shutil.copy(original, folder / "b.md")
    assert starred(command, folder) == ["a.md"]
    original.unlink()
    assert starred(command, folder) == [], "the copy was already another article"
    write(folder, "a.md", "---\ntitle: Back\n---\n")
    assert starred(command, folder) == ["a.md"]


def test_copied_file_has_no_marks_after_the_index_is_lost(command: CliRunner, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    original = write(folder, "a.md", NOTE.format(1))
    star(command, folder, "path:a.md")
    shutil.copy(original, folder / "b.md")
    assert starred(command, folder) == ["a.md"]
    original.unlink()
    shutil.rmtree(command.base / "cache")
    assert starred(command, folder) == []


def test_new_file_at_the_path_of_a_moved_one_has_no_marks(command: CliRunner, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write(folder, "a.md", NOTE.format(1)).rename(folder / "b.md")
    (folder / "b.md").rename(folder / "a.md")
    star(command, folder, "path:a.md")
    (folder / "a.md").rename(folder / "b.md")
    assert starred(command, folder) == ["b.md"]
    write(folder, "a.md", NOTE.format(2))
    assert starred(command, folder) == ["b.md"]
    assert star(command, folder, "path:a.md") == "Starred 1 article\n"
    (folder / "b.md").rename(folder / "c.md")
    assert command.run("mark", folder, "path:a.md", "--unstar").err == "Unstarred 1 article\n"
    assert starred(command, folder) == ["c.md"]


def test_ambiguous_move_transfers_no_marks(command: CliRunner, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    original = write(folder, "a.md", NOTE.format(1))
    star(command, folder, "path:a.md")
    for name in ("b.md", "c.md"):
        shutil.copy(original, folder / name)
    original.unlink()
    assert starred(command, folder) == []


# --- folders


def _fill(folder: Path, count: int = 6) -> None:
    for number in range(count):
        write(folder, f"deep/{number}/index.md", f"---\ntitle: Note {number}\n---\nText {number}.\n")


def test_renamed_folder_keeps_all_marks(command: CliRunner, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    _fill(folder)
    star(command, folder, "is:published")
    folder = folder.rename(tmp_path / "elsewhere")
    write(folder, "deep/3/index.md", "---\ntitle: Written again\n---\nAll of it.\n")

    assert len(starred(command, folder)) == 6, "the edited file is recognized by its neighbors"


def test_folder_replaced_by_a_symlink_to_it_keeps_all_marks(command: CliRunner, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    _fill(folder)
    star(command, folder, "is:published")
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    write(folder, "deep/3/index.md", "---\ntitle: Written again\n---\nAll of it.\n")

    assert len(starred(command, folder)) == 6
    assert len(starred(command, tmp_path / "elsewhere")) == 6


def test_subfolder_replaced_by_a_symlink_to_it_keeps_all_marks(command: CliRunner, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    _fill(folder)
    star(command, folder, "is:published")
    (folder / "deep").rename(folder / "elsewhere")
    (folder / "deep").symlink_to("elsewhere")
    write(folder, "elsewhere/3/index.md", "---\ntitle: Written again\n---\nAll of it.\n")

    assert len(starred(command, folder)) == 6


def test_single_file_listing_does_not_claim_a_shared_url(command: CliRunner, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    for number in (1, 2):
        write(folder, f"{number}.md", EPISODES.format(number, number, number))
    star(command, folder, "path:1.md")
    assert starred(command, folder) == ["1.md"]
    assert starred(command, folder / "1.md") == ["1.md"]
    (folder / "1.md").unlink()
    shutil.rmtree(command.base / "cache")
    assert starred(command, folder) == []


def test_renamed_subfolder_keeps_all_marks(command: CliRunner, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    _fill(folder)
    star(command, folder, "is:published")
    (folder / "deep").rename(folder / "deeper")
    write(folder, "deeper/3/index.md", "---\ntitle: Written again\n---\nAll of it.\n")

    assert len(starred(command, folder)) == 6


def test_files_with_the_same_name_in_two_folders_are_two_articles(command: CliRunner, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write(one, "index.md", "---\ntitle: Home\n---\nOf one.\n")
    write(two, "index.md", "---\ntitle: Home\n---\nOf two.\n")
    star(command, one, "is:published")

    assert (starred(command, one), starred(command, two)) == (["index.md"], [])


@pytest.mark.parametrize("known_before", [False, True])
@pytest.mark.parametrize("link", ["", "link: https://example.org/1\n"])
def test_same_article_in_two_folders_has_one_mark(
    command: CliRunner,
    tmp_path: Path,
    link: str,
    known_before: bool,  # noqa: FBT001 - a column of the table
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, name in ((one, "a.md"), (two, "b.md")):
        write(folder, name, f"---\ntitle: A\n{link}---\n{LONG}")
    if known_before:
        assert starred(command, two) == []
    star(command, one, "is:published")
    assert (starred(command, one), starred(command, two)) == (["a.md"], ["b.md"])
    command.run("mark", two, "is:published", "--unstar")
    assert (starred(command, one), starred(command, two)) == ([], [])


def test_parent_folder_of_two_copies_shows_two_articles(command: CliRunner, tmp_path: Path) -> None:
    above = tmp_path / "above"
    for folder in ("one", "two"):
        write(above / folder, "a.md", f"---\ntitle: A\nlink: https://example.org/1\n---\n{LONG}")
    star(command, above / "one", "is:published")
    assert starred(command, above / "two") == ["a.md"]
    assert starred(command, above) == ["one/a.md", "two/a.md"]
    assert command.run("mark", above, "path:two", "--unstar").err == "Unstarred 1 article\n"
    assert starred(command, above) == ["one/a.md"]
    assert (starred(command, above / "one"), starred(command, above / "two")) == (["a.md"], [])


def test_folder_and_its_parent_share_marks(command: CliRunner, tmp_path: Path) -> None:
    above = tmp_path / "above"
    write(above / "in", "a.md", NOTE.format(1))
    star(command, above / "in", "is:published")
    assert starred(command, above) == ["in/a.md"]
    assert starred(command, above / "in" / "a.md") == ["a.md"]


# --- marks of version 1


def _version_1(command: CliRunner, *identities: str) -> Path:
    path = command.base / "state" / "marks.db"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            f"""
            CREATE TABLE mark (
                mark_key INTEGER PRIMARY KEY, identity TEXT NOT NULL, read_at INTEGER, starred_at INTEGER,
                later_at INTEGER, read_changed INTEGER, starred_changed INTEGER, later_changed INTEGER
            );
            PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1;
            """
        )
        rows = [(urls.key(identity), identity) for identity in identities]
        connection.executemany("INSERT INTO mark VALUES (?, ?, NULL, 1, NULL, NULL, 1, NULL)", rows)
        connection.commit()
    return path


def test_marks_of_version_1_stay_with_every_matching_article(command: CliRunner, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write(folder, "url.md", "---\ntitle: A\nlink: https://www.example.org/a/?utm_source=x\n---\n")
    for number in (1, 2):
        write(folder, f"v{number}.md", f"---\ntitle: V{number}\nlink: https://example.org/log#v{number}\n---\n")
        write(folder, f"note{number}.md", "---\ntitle: Weekly notes\ndate: 2021-10-02\n---\n")
    write(folder, "broken.md", "---\ntitle: [\n---\n")
    write(folder, "other.md", "---\ntitle: Other\n---\n")
    _version_1(
        command,
        "https://example.org/a",
        "https://example.org/log",
        "text:2021-10-02T00:00:00+00:00\t\tweekly notes",
        "file:broken.md",
        "https://example.org/elsewhere",
    )

    shown = ["broken.md", "note1.md", "note2.md", "url.md", "v1.md", "v2.md"]
    assert starred(command, folder) == shown
    command.run("mark", folder, "path:v1.md", "--unstar")
    shown.remove("v1.md")
    assert starred(command, folder) == shown, "from then on, each has its own"
    shutil.copy(folder / "v2.md", folder / "v3.md")
    assert starred(command, folder) == shown, "a later copy has no mark"
    shutil.rmtree(command.base / "cache")
    assert starred(command, folder) == shown
    write(folder, "late.md", "---\ntitle: Late\nlink: https://example.org/elsewhere\n---\n")
    assert starred(command, folder) == sorted([*shown, "late.md"])


# --- another machine


def test_marks_move_to_another_machine_and_back(tmp_path: Path) -> None:
    here, there = CliRunner(tmp_path / "here"), CliRunner(tmp_path / "there")
    mine, copy = tmp_path / "mine", tmp_path / "copy"
    write(mine, "a.md", EPISODES.format("One", 1, "one"))
    write(mine, "b.md", EPISODES.format("Two", 2, "two"))
    write(mine, "n.md", NOTE.format(1))
    shutil.copytree(mine, copy)
    star(here, mine, "path:a.md OR path:n.md")
    exported = here.run("marks", "export").out
    shutil.move(mine, tmp_path / "away")  # the other machine has no such folder
    assert starred(there, copy) == []

    file = tmp_path / "marks.jsonl"
    file.write_text(exported, encoding="utf-8")
    there.run("marks", "import", file)
    assert starred(there, copy) == ["a.md", "n.md"]
    there.run("mark", copy, "path:b.md", "--star")
    file.write_text(there.run("marks", "export").out, encoding="utf-8")
    shutil.move(tmp_path / "away", mine)
    here.run("marks", "import", file)
    assert starred(here, mine) == ["a.md", "b.md", "n.md"]


def test_marks_restored_from_an_export_are_unchanged(command: CliRunner, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write(folder, "a.md", NOTE.format(1))
    write(folder, "b.md", NOTE.format(2))
    star(command, folder, "path:a.md")
    (folder / "a.md").rename(folder / "c.md")
    assert starred(command, folder) == ["c.md"]
    file = tmp_path / "marks.jsonl"
    file.write_text(command.run("marks", "export").out, encoding="utf-8")
    line = json.loads(file.read_text(encoding="utf-8"))
    assert line["path"] == str(folder / "c.md")
    for gone in ("state", "cache"):
        shutil.rmtree(command.base / gone)
    write(folder, "a.md", NOTE.format(3))

    command.run("marks", "import", file)
    assert starred(command, folder) == ["c.md"]
