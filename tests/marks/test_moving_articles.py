"""Marks stay with their article, and with it alone, through any sequence of file changes."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from indexed_folder import IndexFolder, request
from msgspec import Struct
from msgspec.structs import replace
from sweep import amount

from reader.marks import MarkKind, MarkStore

if TYPE_CHECKING:
    from reader.index.model import ArticleSummary

_PATHS = [f"{folder}{name}.md" for folder in ("", "x/", "x/y/") for name in ("a", "b", "c")]
_LINKS = ["", "https://example.com/a", "https://example.com/a#1", "https://example.com/b"]
_TITLES = ["Weekly notes", "Release"]


class File(Struct, frozen=True):
    """The content of a file; ``born`` numbers the original file, and a copy gets a number of its own."""

    born: int
    title: str
    link: str
    body: str

    def text(self) -> str:
        link = f"originalUrl: {self.link}\n" if self.link else ""
        return f"---\ntitle: {self.title}\n{link}---\n{self.body}\n"

    def is_like(self, other: File) -> bool:
        """Return whether anything suggests that both are the same article."""
        return (
            self.title == other.title
            or self.body == other.body
            or (bool(self.link) and self.link.partition("#")[0] == other.link.partition("#")[0])
        )


class Files(RuleBasedStateMachine):
    """A model of the files, of their state at the last sync, and of the articles that should be starred."""

    @initialize()
    def begin(self) -> None:
        self.base = Path(tempfile.mkdtemp())
        self.folder = IndexFolder(self.base)
        assert self.folder.index.marks is not None
        self.marks = MarkStore(self.folder.index.marks)
        self.born = 0
        self.files: dict[str, File] = {}
        # As of the last sync: which paths had a star, and their files. A file with a mark is kept when it is gone.
        self.starred: dict[str, bool] = {}
        self.known: dict[str, File] = {}
        self.keys: dict[str, int] = {}
        self.recorded: set[str] = set()
        self.sync()

    # --- what happens to files

    def _new(self, title: str, link: str) -> File:
        self.born += 1
        return File(self.born, title, link, f"The text of {self.born}.")

    @rule(path=st.sampled_from(_PATHS), title=st.sampled_from(_TITLES), link=st.sampled_from(_LINKS))
    def create(self, path: str, title: str, link: str) -> None:
        assume(path not in self.files)
        self._write(path, self._new(title, link))

    @precondition(lambda self: self.files)
    @rule(data=st.data(), title=st.sampled_from(_TITLES), link=st.sampled_from(_LINKS), body=st.booleans())
    def edit(self, data: st.DataObject, title: str, link: str, body: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        path = data.draw(st.sampled_from(sorted(self.files)))
        self.born += body
        file = self.files[path]
        self._write(path, replace(file, title=title, link=link, body=f"Text {self.born}." if body else file.body))

    @precondition(lambda self: self.files)
    @rule(data=st.data(), new=st.sampled_from(_PATHS))
    def rename(self, data: st.DataObject, new: str) -> None:
        path = data.draw(st.sampled_from(sorted(self.files)))
        assume(new not in self.files)
        self._write(new, self.files.pop(path))
        (self.folder.root / path).unlink()

    @precondition(lambda self: any(path.startswith("x/") for path in self.files))
    @rule()
    def move_folder(self) -> None:
        assume(not any(path.startswith("z/") for path in self.files))
        for path in [path for path in self.files if path.startswith("x/")]:
            self.files[f"z/{path[2:]}"] = self.files.pop(path)
        shutil.rmtree(self.folder.root / "z", ignore_errors=True)
        (self.folder.root / "x").rename(self.folder.root / "z")

    @precondition(lambda self: self.files)
    @rule(data=st.data(), new=st.sampled_from(_PATHS))
    def copy(self, data: st.DataObject, new: str) -> None:
        path = data.draw(st.sampled_from(sorted(self.files)))
        assume(new not in self.files)
        self.born += 1
        self._write(new, replace(self.files[path], born=self.born))

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(sorted(self.files)))
        del self.files[path]
        (self.folder.root / path).unlink()

    def _write(self, path: str, file: File) -> None:
        self.files[path] = file
        self.folder.write(path, file.text())

    # --- what the program does

    @precondition(lambda self: self.known and self.folder.index.path.exists())
    @rule(data=st.data(), on=st.booleans())
    def mark(self, data: st.DataObject, on: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        rows = self._rows()
        assume(rows)
        path = data.draw(st.sampled_from(sorted(rows)))
        before = self._stars()
        change = self.marks.set(MarkKind.STARRED, [rows[path].target], on=on, now=self.born)
        after = self._stars()
        assert len(change) == sum(before[each] != after[each] for each in rows), "what is reported is what is shown"
        assert after == {**before, path: on}
        self.starred[path] = on
        self.recorded |= {path} if len(change) else set()

    @rule()
    def delete_index(self) -> None:
        self.sync()
        shutil.rmtree(self.folder.index.path.parent)

    @rule()
    def sync(self) -> None:
        self.folder.sync()
        stars = self._stars()
        assert set(stars) == set(self.files)
        gone = {path: self.known[path] for path in self.known if path not in self.files}
        inherited: list[str] = []
        for path, file in self.files.items():
            if path in self.starred:
                assert stars[path] == self.starred[path], f"{path} is the same article, whatever was edited"
                continue
            like = [each for each, other in gone.items() if self.starred[each] and other.is_like(file)]
            assert like or not stars[path], f"{path} has the star of another article"
            inherited += [path] * stars[path]
            self._assert_renamed(path, file, gone, stars)
        assert len(inherited) <= sum(self.starred[path] for path in gone), "no star became two"
        self._settle(stars, gone)

    def _assert_renamed(self, path: str, file: File, gone: dict[str, File], stars: dict[str, bool]) -> None:
        """Check a file that was renamed and not edited: its text identifies it."""
        before = [each for each, other in gone.items() if other == file]
        twins = [each for each, other in {**gone, **self.files}.items() if other.body == file.body]
        if len(before) == 1 and len(twins) == 2 and not (file.link and self._has_rival(path, file, gone)):
            assert stars[path] == self.starred[before[0]], f"{before[0]} was renamed to {path}"

    def _has_rival(self, path: str, file: File, gone: dict[str, File]) -> bool:
        """Return whether another file has the same URL."""
        others = [other for each, other in {**gone, **self.files}.items() if each != path and other.born != file.born]
        return any(other.link == file.link for other in others)

    def _settle(self, stars: dict[str, bool], gone: dict[str, File]) -> None:
        """Update the model. A record that moved has left its old path, and a file without one is forgotten."""
        keys = {path: entry.target.mark_key for path, entry in self._rows().items()}
        moved = {each for each in gone if each in self.recorded and self.keys[each] in keys.values()}
        self.recorded |= {path for path in keys if any(self.keys[each] == keys[path] for each in moved)}
        for path in moved | (set(gone) - self.recorded):
            del self.starred[path], self.known[path], self.keys[path]
            self.recorded.discard(path)
        self.starred |= stars
        self.known |= self.files
        self.keys |= keys

    def _rows(self) -> dict[str, ArticleSummary]:
        with closing(self.folder.search()) as search:
            return {entry.path: entry for entry in search.entries(search.ids(*request("")))}

    def _stars(self) -> dict[str, bool]:
        return {path: entry.starred for path, entry in self._rows().items()}

    @invariant()
    def every_article_has_a_record_of_its_own(self) -> None:
        if (self.base / "cache").exists():
            keys = [entry.target.mark_key for entry in self._rows().values()]
            assert len(keys) == len(set(keys))

    def teardown(self) -> None:
        if hasattr(self, "base"):
            self.marks.close()
            shutil.rmtree(self.base)


TestFiles = Files.TestCase
TestFiles.settings = settings(max_examples=amount(5), stateful_step_count=25, deadline=None)
