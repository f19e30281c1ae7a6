"""A content folder, watched: tells that something changed in it, never what; a scan finds that out.

Watched are just the folders that a scan looks into, one by one: what a link leads to outside, the inside of ``.git`` or
of ``node_modules`` costs nothing. A folder whose name is no UTF-8 cannot be watched and is left out.
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

# In milliseconds. A burst is over once nothing has changed for a step; one that never ends is told of in between.
_STEP = 100
_MOST_BURST = 5_000
_BETWEEN_LOOKS = 300
# Of so many changes the system may have dropped some: all folders are looked for again.
_MANY = 1_000
_SECONDS_TO_RECOVER = 1.0
_MOST_FAILURES = 3
_REFUSAL = "Live updates are off:"
_LIMITS = re.compile("limit reached|[Tt]oo many open files|No space left")


class StopEvent(Protocol):
    """The wish to stop, as ``threading.Event`` has it."""

    def is_set(self) -> bool:
        """Say whether to stop."""

    def wait(self, timeout: float) -> bool:
        """Wait for the wish, at most ``timeout`` seconds."""


def watch_folder(place: ContentRoot, stop: StopEvent) -> Iterator[bool]:
    """Yield a few times a second, until asked to stop: True where articles may have changed since the last time.

    Once the first value is there, nothing that changes from then on is missed. Raises FolderError, with a sentence for
    the person, where the folder cannot be watched.
    """
    _require_library()
    missed = False
    failures = 0
    while not stop.is_set():
        try:
            view = _WatchSet(place)
            for batch in view.batches(stop):
                failures = 0
                news = missed or view.matters(batch)
                if view.is_outdated(batch):
                    missed = True
                    break
                yield news
                missed = False
        except _WatchError as error:
            failures += 1
            if failures > _MOST_FAILURES or isinstance(error, _WatchLimitError):
                raise
        except FolderError:
            # It may come back; until then there is nothing to be seen.
            yield False
        else:
            continue
        missed = True
        stop.wait(_SECONDS_TO_RECOVER)


def _require_library() -> None:
    try:
        # Imported when it is needed: only a reader that stays open does.
        import watchfiles  # noqa: F401, PLC0415 - costs 50 ms
    except ImportError as error:
        raise FolderError(f"{_REFUSAL} watchfiles is not installed") from error


class _WatchError(FolderError):
    """The system refuses to tell of changes, or names a file in a way that cannot be understood."""


class _WatchLimitError(_WatchError):
    """The system watches as much as it is willing to."""


class _WatchSet:
    """The folders there are now, watched."""

    def __init__(self, place: ContentRoot) -> None:
        self._root = place.root
        self._only = place.only
        self._identity = _identity(place.root)
        self._folders = {os.path.realpath(place.root)} if place.only else list_folders(place.root)

    def batches(self, stop: StopEvent) -> Iterator[Collection[str]]:
        """Yield the paths that changed, again and again; none where nothing did."""
        from watchfiles import watch  # noqa: PLC0415 - as above

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
                ignore_permission_denied=False,  # with it, the limits of the system would go unnoticed, too
            ):
                yield [path for _change, path in changes]
        except (OSError, RuntimeError) as error:
            if _LIMITS.search(str(error)):
                why = "the system's limit of watched folders is reached (fs.inotify.max_user_watches)"
                raise _WatchLimitError(f"{_REFUSAL} {why}") from error
            why = describe_error(error)
            raise _WatchError(f"{_REFUSAL} {why.rstrip('.')}") from error

    def matters(self, batch: Collection[str]) -> bool:
        """Say whether any of these paths may be an article, or a folder of articles that is gone."""
        if self._only:
            return any(os.path.basename(path) == self._only for path in batch)  # noqa: PTH119 - thousands of them
        return any(is_article_name(os.path.basename(path)) or path in self._folders for path in batch)  # noqa: PTH119 - as above

    def is_outdated(self, batch: Collection[str]) -> bool:
        """Say whether there may be other folders by now than those that are watched."""
        if _identity(self._root) != self._identity:
            return True
        if self._only:
            return False
        return len(batch) >= _MANY or any(_is_folder(path) for path in batch)


def _is_folder(path: str) -> bool:
    return not is_ignored(os.path.basename(path)) and os.path.isdir(path)  # noqa: PTH112, PTH119 - as above


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _identity(path: os.PathLike[str]) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 - a path as it is
    except OSError:
        return (0, 0)
    return found.st_dev, found.st_ino
