"""Watching of a content folder: reports that something has changed. What has changed, a scan finds out.

Watches only the folders that a scan reads, each non-recursively, so ``.git``, ``node_modules`` and targets of links out
of the folder cost nothing. A folder whose name is not UTF-8 cannot be watched and is ignored.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Protocol

from reader.content.scan import is_article_name, is_ignored, list_folders
from reader.errors import FolderError, describe_error

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from reader.content import ContentRoot

    Watch = Callable[[ContentRoot, "StopEvent"], Iterator[bool]]

__all__ = ["StopEvent", "watch_folder"]

# In milliseconds. A burst ends when nothing has changed for one step; a longer one is reported after _MOST_BURST.
_STEP = 100
_MOST_BURST = 5_000
_BETWEEN_LOOKS = 300
# If this many changes arrive together, the system may have dropped some: list all folders again.
_MANY = 1_000
_SECONDS_TO_RECOVER = 1.0
_MOST_FAILURES = 3
_REFUSAL = "Live updates are off:"
_LIMITS = re.compile("limit reached|[Tt]oo many open files|No space left")


class StopEvent(Protocol):
    """Stop request, implemented by ``threading.Event``."""

    def is_set(self) -> bool:
        """Return whether a stop was requested."""

    def wait(self, timeout: float) -> bool:
        """Wait for a stop request, at most ``timeout`` seconds."""


def watch_folder(place: ContentRoot, stop: StopEvent) -> Iterator[bool]:
    """Yield several times a second, until a stop is requested: True if articles may have changed since the last value.

    No change after the first yielded value is missed. Raises FolderError with an error message for the user if the
    folder cannot be watched.
    """
    _require_library()
    missed = False
    failures = 0
    while not stop.is_set():
        try:
            view = _WatchSet(place)
            for batch in view.batches(stop):
                failures = 0
                news = missed or view.is_relevant(batch)
                if view.needs_rescan(batch):
                    missed = True
                    break
                yield news
                missed = False
        except _WatchError as error:
            failures += 1
            if failures > _MOST_FAILURES or isinstance(error, _WatchLimitError):
                raise
        except FolderError:
            # The folder is missing but may come back; until then there are no changes to report.
            yield False
        else:
            continue
        missed = True
        stop.wait(_SECONDS_TO_RECOVER)


def _require_library() -> None:
    try:
        import watchfiles  # noqa: F401, PLC0415 - lazy import: 50 ms, and only the TUI needs it
    except ImportError as error:
        raise FolderError(f"{_REFUSAL} watchfiles is not installed") from error


class _WatchError(FolderError):
    """The system cannot report changes, or watchfiles cannot decode a file name in a report."""


class _WatchLimitError(_WatchError):
    """The system's limit on watched folders or open files is reached."""


class _WatchSet:
    """Set of watched folders: those that existed when it was created."""

    def __init__(self, place: ContentRoot) -> None:
        self._root = place.root
        self._only = place.only
        self._identity = _identity(place.root)
        self._folders = {os.path.realpath(place.root)} if place.only else list_folders(place.root)

    def batches(self, stop: StopEvent) -> Iterator[Collection[str]]:
        """Yield batches of changed paths at regular intervals; an empty batch if nothing changed."""
        from watchfiles import watch  # noqa: PLC0415 - lazy import: 50 ms, and only the TUI needs it

        named = [name for name in self._folders if _is_text(name) and os.access(name, os.R_OK)]
        try:
            for changes in watch(
                *named,
                watch_filter=None,
                debounce=_MOST_BURST,
                step=_STEP,
                rust_timeout=_BETWEEN_LOOKS,
                yield_on_timeout=True,
                stop_event=stop,
                raise_interrupt=False,
                force_polling=False,
                recursive=False,
                ignore_permission_denied=False,  # True would also hide that a system limit was reached
            ):
                yield [path for _change, path in changes]
        except (OSError, RuntimeError) as error:
            if _LIMITS.search(str(error)):
                why = "the system limit for watched folders is reached (fs.inotify.max_user_watches)"
                raise _WatchLimitError(f"{_REFUSAL} {why}") from error
            why = describe_error(error)
            raise _WatchError(f"{_REFUSAL} {why.rstrip('.')}") from error

    def is_relevant(self, batch: Collection[str]) -> bool:
        """Return whether any of these paths may be an article or a (perhaps deleted) watched folder."""
        if self._only:
            return any(os.path.basename(path) == self._only for path in batch)  # noqa: PTH119 - called for thousands of paths
        return any(is_article_name(os.path.basename(path)) or path in self._folders for path in batch)  # noqa: PTH119 - called for thousands of paths

    def needs_rescan(self, batch: Collection[str]) -> bool:
        """Return whether the folders may have changed, so that the watched set must be rebuilt."""
        if _identity(self._root) != self._identity:
            return True
        if self._only:
            return False
        return len(batch) >= _MANY or any(_is_folder(path) for path in batch)


def _is_folder(path: str) -> bool:
    return not is_ignored(os.path.basename(path)) and os.path.isdir(path)  # noqa: PTH112, PTH119 - called for thousands of paths


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _identity(path: os.PathLike[str]) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 - accepts any os.PathLike
    except OSError:
        return (0, 0)
    return found.st_dev, found.st_ino
