"""The hostile folder: files of every kind that could cause trouble, and the manifest of expected outcomes.

Texts are in ``hostile_texts``; this module adds special files: pipes, sockets, devices, symlinks, names, sizes.
"""

from __future__ import annotations

import os
import socket
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hostile_manifest import MARK, Expected, Outcome
from hostile_texts import cases, url_cases

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["GOOD", "NAMES", "HostileFolder", "build", "build_urls", "unlock"]

GOOD = 9
_URLS_FROM = 500
_THINGS_FROM = 700
_NAMES_FROM = 800
# File names, after their label.
NAMES = (
    "line\nbreak", "tab\tand\rreturn", f"esc\x1b]0;{MARK}\x07", f"clip\x1b]52;c;{MARK}\x07", f"csi\x1b[{MARK}H",
    f"c1\u009b{MARK}H", f"del\x7f{MARK}", f"bidi\u202e{MARK}gpj", os.fsdecode(b"bytes\xe9\xff\x9b4242H"), " -rf ",
    "+!touch pwned",
    "$(touch pwned)", "`touch pwned`", ";touch pwned;", "'\"", "[@click=app.quit]", "[bold]", "%s%n", "a\\b", "é" * 100,
    "\u0301\u200d", "..", "CON", "*?", "#fragment?query=1",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HostileFolder:
    """A folder and the expected outcome of each of its files."""

    path: Path
    manifest: tuple[Expected, ...]

    @property
    def listed(self) -> tuple[Expected, ...]:
        return tuple(case for case in self.manifest if case.fate.is_listed)


def build(folder: Path) -> tuple[Expected, ...]:
    """Write the folder."""
    folder.mkdir(parents=True)
    return (*_good(folder), *_texts(folder), *build_urls(folder), *_special_entries(folder), *_named(folder))


def unlock(folder: Path) -> None:
    """Restore permissions, so that the folder can be removed."""
    for name in ("h720-locked.md", "h721-locked"):
        path = folder / name
        if path.exists():
            path.chmod(0o700)


def build_urls(folder: Path) -> tuple[Expected, ...]:
    """Write only the articles with URLs that are unsafe, or that look unsafe."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = []
    for (name, raw, fate, field, says), _url in url_cases(_URLS_FROM):
        (folder / name).write_bytes(raw)
        manifest.append(Expected(name, fate, field, says))
    return tuple(manifest)


def _article(label: str) -> bytes:
    return f"---\ntitle: {label} good\ndate: 2021-10-02\n---\nBody.\n".encode()


def _good(folder: Path) -> tuple[Expected, ...]:
    """Write valid articles among the others and in subfolders."""
    places = [f"{'deeper/' * (number % 3)}h{number:03}-good.md" for number in range(GOOD)]
    for number, place in enumerate(places):
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_article(f"H{number:03}"))
    return tuple(Expected(place, Outcome.LISTED) for place in places)


def _texts(folder: Path) -> tuple[Expected, ...]:
    manifest = []
    for name, raw, fate, field, says in cases(100):
        (folder / name).write_bytes(raw)
        manifest.append(Expected(name, fate, field, says))
    return tuple(manifest)


def _named(folder: Path) -> tuple[Expected, ...]:
    paths = [f"h{number:03} {name}.md" for number, name in enumerate(NAMES, start=_NAMES_FROM)]
    for path in paths:
        (folder / path).write_bytes(b"---\ndate: 2021-10-02\n---\nBody.\n")
    return tuple(Expected(path, Outcome.LISTED) for path in paths)


def _special_entries(folder: Path) -> tuple[Expected, ...]:
    return (*_large(folder), *_special(folder), *_links(folder), *_odd(folder), *_locked(folder), *_device(folder))


def _large(folder: Path) -> tuple[Expected, ...]:
    for name, head in (("h700-sparse.md", _article("H700")), ("h701-sparse.md", b""), ("h702-open.md", b"---\n")):
        with (folder / name).open("wb") as file:
            file.write(head)
            file.truncate(2 * 1024**3)
    (folder / "h703-utf16.md").write_bytes(_article("H703").decode().encode("utf-16"))
    (folder / "h704-utf32.md").write_bytes(_article("H704").decode().encode("utf-32"))
    (folder / "h705-half.md").write_bytes(_article("H705").decode().encode("utf-16") + b"\x00\xd8")
    return (
        Expected("h700-sparse.md", Outcome.UNREADABLE, "", "larger than"),
        Expected("h701-sparse.md", Outcome.PLAIN),
        Expected("h702-open.md", Outcome.UNREADABLE, "", "larger than"),
        Expected("h703-utf16.md", Outcome.LISTED),
        Expected("h704-utf32.md", Outcome.LISTED),
        Expected("h705-half.md", Outcome.FLAWED, "", "invalid UTF-16-LE"),
    )


def _special(folder: Path) -> tuple[Expected, ...]:
    os.mkfifo(folder / "h706-pipe.md")
    os.mkfifo(folder / "h707-pipe")
    here = os.open(".", os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as server:
        try:
            os.chdir(folder)  # the path of a socket must be short
            server.bind("h708-socket.md")
        finally:
            os.fchdir(here)
            os.close(here)
    (folder / "h709-folder.md").mkdir()
    (folder / "h709-folder.md" / ".hidden.md").write_bytes(_article("H709"))
    return (
        Expected("h706-pipe.md", Outcome.REFUSED, "", "not a regular file (pipe)"),
        Expected("h707-pipe", Outcome.SKIPPED),
        Expected("h708-socket.md", Outcome.REFUSED, "", "not a regular file (socket)"),
        Expected("h709-folder.md", Outcome.SKIPPED),
        Expected("h709-folder.md/.hidden.md", Outcome.SKIPPED),
    )


def _links(folder: Path) -> tuple[Expected, ...]:
    targets = {
        "h710-passwd.md": "/etc/passwd", "h711-etc": "/etc", "h712-zero.md": "/dev/zero", "h713-up": "..",
        "h714-self": ".",
        "h715-loop.md": "h715-loop.md", "h716-nowhere.md": "nowhere", "h717-pipe.md": "h706-pipe.md",
        "h718-climb.md": "../../../../../../../../../../../etc/passwd", "h719-again.md": "h000-good.md",
    }  # fmt: skip
    for name, target in targets.items():
        (folder / name).symlink_to(target)
    out, back = "link leaves the content folder; ignored", "link loop"
    return (
        Expected("h710-passwd.md", Outcome.REFUSED, "", out),
        Expected("h711-etc", Outcome.REFUSED, "", out),
        Expected("h712-zero.md", Outcome.REFUSED, "", out),
        Expected("h713-up", Outcome.REFUSED, "", out),
        Expected("h714-self", Outcome.REFUSED, "", back),
        Expected("h715-loop.md", Outcome.REFUSED, "", "broken link"),
        Expected("h716-nowhere.md", Outcome.REFUSED, "", "broken link"),
        Expected("h717-pipe.md", Outcome.REFUSED, "", "not a regular file (pipe)"),
        Expected("h718-climb.md", Outcome.REFUSED, "", out),
        Expected("h719-again.md", Outcome.SKIPPED),
    )


def _odd(folder: Path) -> tuple[Expected, ...]:
    """Write entries that are nested too deeply, hidden, or of an ignored file type."""
    for name in (".h725.md", "node_modules/h726.md", "h727.exe"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(_article("H725"))
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(folder)
        for level in range(25):
            name = f"h728{'x' * 200}{level}"
            os.mkdir(name)  # noqa: PTH102 - relative to where we are: its whole path is longer than any may be
            os.chdir(name)
    finally:
        os.fchdir(here)
        os.close(here)
    deep = "/".join(f"h728{'x' * 200}{level}" for level in range(_levels(folder)))
    return (
        Expected(".h725.md", Outcome.SKIPPED),
        Expected("node_modules/h726.md", Outcome.SKIPPED),
        Expected("h727.exe", Outcome.SKIPPED),
        Expected(deep, Outcome.REFUSED, "", "File name too long"),
    )


def _levels(folder: Path) -> int:
    """Return the nesting level at which a path exceeds the limit of the system."""
    room = os.pathconf("/", "PC_PATH_MAX") - 1 - len(os.fsencode(os.path.realpath(folder)))
    level = used = 0
    while used <= room:
        used += len(f"/h728{'x' * 200}{level}")
        level += 1
    return level


def _locked(folder: Path) -> tuple[Expected, ...]:
    if os.geteuid() == 0:  # root may read everything
        return ()
    (folder / "h720-locked.md").write_bytes(_article("H720"))
    (folder / "h721-locked").mkdir()
    for name in ("h720-locked.md", "h721-locked"):
        (folder / name).chmod(0)
    return (
        Expected("h720-locked.md", Outcome.UNREADABLE, "", "Permission denied"),
        Expected("h721-locked", Outcome.REFUSED, "", "Permission denied"),
    )


def _device(folder: Path) -> tuple[Expected, ...]:
    try:
        os.mknod(folder / "h722-null.md", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    except OSError:  # needs root, and does not work everywhere
        return ()
    return (Expected("h722-null.md", Outcome.REFUSED, "", "not a regular file (device)"),)
