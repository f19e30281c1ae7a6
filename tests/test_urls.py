from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from reader import urls
from reader.article import Article, Provider
from reader.errors import OpenUrlError
from reader.external import browser as browsers
from reader.external.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SAFE = [
    ("https://example.org", "the shortest"),
    ("http://example.org/a?b=c#d", "all parts"),
    ("HTTPS://EXAMPLE.ORG/A", "capitals"),
    ("https://ja.wikipedia.org/wiki/人工知能", "any script in the path"),
    ("https://bücher.example/", "and in the host"),
    ("https://medium.com/@user/x", "an @ in the path"),
    ("https://[2001:db8::1]:8080/", "a number for a host"),
    ("http://localhost:8000", "a port"),
    ("https://example.org/a'b\"c$(x)`y`;&|", "characters special only to a shell"),
]
UNSAFE = [
    ("", "nothing"),
    ("/a/b", "a path"),
    ("//example.org/", "no scheme"),
    ("example.org", "only a host"),
    ("ftp://example.org/", "another scheme"),
    ("javascript:alert(1)", "a script"),
    ("file:///etc/passwd", "a file"),
    ("https://", "no host"),
    ("https:///path", "an empty host"),
    ("https://?q", "a query for a host"),
    ("https://-x.example/", "a host that could be an option"),
    ("https://user:pass@example.org/", "a user name"),
    ("https://bank.example@evil.example/", "a user name that looks like a host"),
    ("https://bank.example\\@evil.example/", "a backslash"),
    ("https://example.org:port/", "a port that is none"),
    ("https://example.org/a b", "a space"),
    ("https://example.org/a\nb", "a newline"),
    ("https://example.org/\n", "a newline at the end"),
    (" https://example.org/", "a space in front"),
    ("https://example.org/\x1b[2J", "an escape"),
    ("https://example.org/\u009b2J", "a C1 escape"),
    ("https://example.org/\u202egpj", "a bidi override"),
    ("https://example.org/\u00a0", "a no-break space"),
    ("https://exam\u2028ple.org/", "a line separator"),
    ("https://example.org/\udce9", "a byte that is no text"),
    ("https://example.org/" + "x" * urls.MAX_URL, "too long"),
    ("https://[::1/", "an open bracket"),
]


@pytest.mark.parametrize(("url", "remark"), SAFE)
def test_web_url_is_safe(url: str, remark: str) -> None:
    assert urls.is_safe(url), remark


@pytest.mark.parametrize(("url", "remark"), UNSAFE)
def test_other_url_is_not_safe(url: str, remark: str) -> None:
    assert not urls.is_safe(url), remark
    assert urls.canonical(url) == url
    assert urls.host(url) == ""


@given(
    st.text(st.characters(codec=None), max_size=20),
    st.characters(codec=None, categories=["Cc", "Cs", "Zs", "Zl", "Zp"]),
    st.text(st.characters(codec=None), max_size=20),
)
def test_url_with_a_control_character_or_space_is_not_safe(before: str, bad: str, after: str) -> None:
    assert not urls.is_safe(f"https://example.org/{before}{bad}{after}")
    assert not urls.is_safe(f"https://e{bad}xample.org/{before}{after}")


@pytest.mark.parametrize(
    ("one", "other", "remark"),
    [
        ("http://example.org/a", "https://example.org/a", "scheme"),
        ("https://www.example.org/a", "https://example.org/a", "www"),
        ("https://Example.ORG/a", "https://example.org/a", "case of the host"),
        ("https://example.org:443/a", "http://example.org:80/a", "usual ports"),
        ("https://example.org/a/", "https://example.org/a", "slash at the end"),
        ("https://example.org", "https://example.org/", "no path"),
        ("https://example.org/a#top", "https://example.org/a", "fragment"),
        ("https://example.org/a?utm_source=x&id=1&fbclid=y", "https://example.org/a?id=1", "tracking"),
        ("https://example.org/a?UTM_Medium=x", "https://example.org/a", "nothing but tracking"),
        ("https://example.org./a", "https://example.org/a", "dot behind the host"),
        ("https://example.org/a?", "https://example.org/a", "empty query"),
    ],
)
def test_urls_of_the_same_page_have_the_same_canonical_form(one: str, other: str, remark: str) -> None:
    assert urls.canonical(one) == urls.canonical(other), remark
    assert urls.key(one) == urls.key(other), remark


@pytest.mark.parametrize(
    ("one", "other", "remark"),
    [
        ("https://example.org/A", "https://example.org/a", "case of the path"),
        ("https://example.org/?id=1", "https://example.org/?id=2", "a query that means something"),
        ("https://example.org/?a=1&b=2", "https://example.org/?b=2&a=1", "the order is kept"),
        ("https://example.org:8080/", "https://example.org/", "another port"),
        ("https://www.com/", "https://com/", "www is the name itself"),
        ("https://blog.example.org/", "https://example.org/", "another host"),
    ],
)
def test_urls_of_different_pages_have_different_canonical_forms(one: str, other: str, remark: str) -> None:
    assert urls.canonical(one) != urls.canonical(other), remark
    assert urls.key(one) != urls.key(other), remark


PIECES = st.sampled_from(
    [
        "www.",
        "WWW.",
        "example",
        ".org",
        ".",
        ":80",
        ":443",
        ":0080",
        ":",
        "/",
        "//",
        "?",
        "&",
        "#",
        "utm_x=1",
        "a=b",
        "İ",
        "ß",
        "@",
    ]
)


@given(st.sampled_from(["http://", "https://", "HTTP://", ""]), st.lists(PIECES | st.text(max_size=3), max_size=10))
def test_canonical_of_any_url_is_idempotent(scheme: str, pieces: list[str]) -> None:
    url = scheme + "".join(pieces)
    once = urls.canonical(url)
    assert urls.canonical(once) == once
    assert urls.is_safe(once) == urls.is_safe(url)


@given(st.text(st.characters(codec=None)))
def test_key_of_any_text_is_a_signed_64_bit_integer(value: str) -> None:
    assert -(2**63) <= urls.key(value) < 2**63


@pytest.mark.parametrize(
    ("url", "expected"),
    [("https://www.Example.org:8080/x", "example.org"), ("https://[::1]/", "[::1]"), ("https://www.com", "www.com")],
)
def test_host_is_lower_case_without_www_and_port(url: str, expected: str) -> None:
    assert urls.host(url) == expected


def test_identity_is_the_canonical_url() -> None:
    both = Article("a.md", "A", original_url="http://www.example.org/o/", web_url="https://example.org/w")
    assert urls.identity(both) == "https://example.org/o"
    assert urls.identity(Article("a.md", "A", web_url="https://example.org/w")) == "https://example.org/w"


DATED = Article(
    "a.md", "A Thing", "First.", "First.\n\nMore.", datetime(2021, 10, 2, tzinfo=UTC), provider=Provider("P")
)


@pytest.mark.parametrize(
    ("other", "same", "remark"),
    [
        (replace(DATED, path="b/c.md"), True, "another file name"),
        (replace(DATED, body="Other.", excerpt="Other."), True, "an edited text"),
        (replace(DATED, title="a  thing"), True, "another spelling of the title"),
        (replace(DATED, title="Another"), False, "another title on the same day"),
        (replace(DATED, published_at=datetime(2021, 10, 3, tzinfo=UTC)), False, "the same title, next day"),
        (replace(DATED, provider=Provider("Q")), False, "the same title elsewhere"),
        (replace(DATED, published_at=None), False, "no date"),
    ],
)
def test_identity_without_url_comes_from_title_date_and_provider(
    other: Article,
    same: bool,  # noqa: FBT001 - a column of the table
    remark: str,
) -> None:
    assert (urls.identity(other) == urls.identity(DATED)) is same, remark


def test_identity_without_url_and_date_includes_the_excerpt() -> None:
    note = Article("a/index.md", "Notes", "Of one thing.")
    assert urls.identity(note) != urls.identity(replace(note, excerpt="Of another thing."))
    assert urls.identity(note) == urls.identity(replace(note, path="b/index.md"))


def test_identity_of_an_unreadable_file_is_its_path() -> None:
    assert urls.identity(Article("x/\udce9.md", "A", unreadable=True)) == "file:x/\udce9.md"
    assert urls.key("file:x/\udce9.md") != urls.key("file:x/\udcea.md")


class FakePrograms:
    """A fake runner that records the commands, and fails on request."""

    def __init__(self, *, error: OSError | None = None, status: int = 0) -> None:
        self.started: list[tuple[str, ...]] = []
        self.ran: list[tuple[str, ...]] = []
        self._error = error
        self._status = status

    def start(self, argv: Sequence[str]) -> None:
        if self._error:
            raise self._error
        self.started.append(tuple(argv))

    def run(self, argv: Sequence[str]) -> int:
        if self._error:
            raise self._error
        self.ran.append(tuple(argv))
        return self._status


URL = "https://example.org/a?b=$(x)&c='%20"


@pytest.mark.parametrize(
    ("argv", "expected", "remark"),
    [
        (("firefox",), ("firefox", URL), "the URL is appended"),
        (("firefox", "--new-tab", "%s"), ("firefox", "--new-tab", URL), "the URL replaces %s"),
        (("run", "--url=%s", "-q"), ("run", f"--url={URL}", "-q"), "inside an argument too"),
    ],
)
def test_browser_gets_the_url_as_one_argument(argv: tuple[str, ...], expected: tuple[str, ...], remark: str) -> None:
    programs = FakePrograms()
    browsers.open_in_browser(Browser(argv), URL, programs)
    assert programs.started == [expected], remark
    assert not programs.ran


def test_console_browser_runs_in_the_terminal() -> None:
    programs = FakePrograms()
    browsers.open_in_browser(Browser(("w3m",), console=True), URL, programs)
    assert programs.ran == [("w3m", URL)]
    assert not programs.started


@pytest.mark.parametrize(("url", "remark"), UNSAFE)
def test_unsafe_url_starts_no_browser(url: str, remark: str) -> None:
    programs = FakePrograms()
    with pytest.raises(OpenUrlError) as caught:
        browsers.open_in_browser(Browser(("firefox",)), url, programs)
    assert not programs.started, remark
    assert str(caught.value).isprintable(), remark


@pytest.mark.parametrize(
    ("browser", "programs", "message"),
    [
        (None, FakePrograms(), "No browser found for https://example.org/; set $BROWSER"),
        (
            Browser(("nope\x1b",)),
            FakePrograms(error=FileNotFoundError(2, "No such file or directory")),
            "Cannot start browser nope: No such file or directory",
        ),
        (Browser(("w3m",), console=True), FakePrograms(status=3), "Browser w3m exited with status 3"),
    ],
)
def test_browser_failure_has_an_error_message(browser: Browser | None, programs: FakePrograms, message: str) -> None:
    with pytest.raises(OpenUrlError) as caught:
        browsers.open_in_browser(browser, "https://example.org/", programs)
    assert str(caught.value) == message


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    for name in ("firefox", "w3m", "xdg-open", "my browser"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize(
    ("env", "command", "expected", "remark"),
    [
        ({}, (), None, "no display and no choice: none"),
        ({"DISPLAY": ":0"}, (), Browser(("xdg-open",)), "the system's"),
        ({"WAYLAND_DISPLAY": "w"}, (), Browser(("xdg-open",)), "the same on Wayland"),
        ({"BROWSER": "firefox"}, (), Browser(("firefox",)), "$BROWSER needs no display"),
        (
            {"BROWSER": "w3m", "DISPLAY": ":0"},
            (),
            Browser(("w3m",), console=True),
            "a console browser that was asked for",
        ),
        (
            {"BROWSER": f"nope{os.pathsep}firefox -P x %s"},
            (),
            Browser(("firefox", "-P", "x", "%s")),
            "the first that exists",
        ),
        ({"BROWSER": "'my browser' &"}, (), Browser(("my browser",)), "quotes, and the ampersand of old"),
        ({"BROWSER": "'open quote", "DISPLAY": ":0"}, (), Browser(("xdg-open",)), "one that cannot be read"),
        ({"BROWSER": "firefox; rm -rf x"}, (), None, "a shell's signs mean nothing here"),
        ({"BROWSER": "firefox"}, ("/opt/lynx", "-x"), Browser(("/opt/lynx", "-x"), console=True), "the settings win"),
    ],
)
def test_browser_is_chosen_from_settings_and_environment(
    bin_folder: Path, env: dict[str, str], command: tuple[str, ...], expected: Browser | None, remark: str
) -> None:
    assert browsers.find_browser(env | {"PATH": str(bin_folder)}, command, platform="linux") == expected, remark


def test_browser_on_macos_is_the_open_command() -> None:
    assert browsers.find_browser({}, platform="darwin") == Browser(("open",))


def test_subprocess_runner_passes_the_url_and_returns_the_status(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    os.mkfifo(seen)
    script = f"import sys; open({str(seen)!r}, 'w').write(sys.argv[1])"
    browsers.open_in_browser(Browser((sys.executable, "-c", script)), URL)
    assert seen.read_text() == URL  # waits at the pipe until the program has written
    assert browsers.SubprocessRunner().run([sys.executable, "-c", "raise SystemExit(5)"]) == 5
