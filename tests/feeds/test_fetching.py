"""Politeness towards servers: each rule against a server with a request log, and a clock that the test moves."""

from __future__ import annotations

import gzip
import socket
import sqlite3
import threading
import time
import zlib
from contextlib import closing
from itertools import repeat
from typing import TYPE_CHECKING

import brotli
import httpcore2
import pytest
import zstandard
from feed_server import Asked, FeedServer, feed_server, redirect, response, rss_document, rss_item

from reader.feeds import intake
from reader.feeds.fetch import Outcome
from reader.feeds.intake import Place
from reader.feeds.net.addresses import RefusedError, is_public, resolve
from reader.feeds.net.bodies import BodyError, decode_body
from reader.feeds.net.client import Client, FetchError, Limits, _Deadline
from reader.feeds.session import find_feeds, subscribe, unsubscribe
from reader.feeds.subscriptions import Subscription, Subscriptions
from reader.feeds.writing import article

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feeds_folder import FeedsFolder

    from reader.feeds.reading import Entry

_FEED = rss_document(rss_item(1), rss_item(2))


def _with_validators(asked: Asked) -> bytes:
    if asked.headers.get("if-none-match") == 'W/"1 "':
        return response(status=304)
    return response(_FEED, headers={"ETag": 'W/"1 "', "Last-Modified": "Fri, 1 Oct 2021 10:00:00 +0000"})


def test_first_fetch_writes_each_entry(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = response(_FEED)
    folder.subscribe()

    (result,) = folder.fetch()

    assert (result.outcome, result.title, len(result.intake.new)) == (Outcome.FETCHED, "News", 2)
    assert list(folder.files()) == ["news/2021-10-02-article-1.md", "news/2021-10-03-article-2.md"]


def test_validators_are_sent_verbatim_and_kept_after_304(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = _with_validators
    folder.subscribe()
    outcomes = []
    for _ in range(4):
        outcomes += [result.outcome for result in folder.fetch()]
        folder.later(days=2)

    first, *others = server.log
    assert not first.is_conditional
    assert [asked.headers["if-none-match"] for asked in others] == ['W/"1 "'] * 3
    assert [asked.headers["if-modified-since"] for asked in others] == ["Fri, 1 Oct 2021 10:00:00 +0000"] * 3
    assert outcomes == [Outcome.FETCHED, *[Outcome.UNCHANGED] * 3]


def test_validator_beyond_ascii_is_sent_back_in_its_bytes(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = response(_FEED, headers={"ETag": '"\xe9\xff"'})
    folder.subscribe()
    folder.fetch()
    folder.later(days=2)
    folder.fetch()
    assert server.log[-1].headers["if-none-match"] == '"\xe9\xff"'


def test_changed_validators_replace_the_old_ones(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = lambda asked: response(_FEED, headers={"ETag": f'"{asked.number}"'})
    folder.subscribe()
    for _ in range(3):
        folder.fetch()
        folder.later(days=2)
    assert [asked.headers.get("if-none-match") for asked in server.log] == [None, '"1"', '"2"']


def test_error_keeps_the_validators(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = lambda asked: response("", 500) if asked.number == 2 else _with_validators(asked)
    folder.subscribe()
    for _ in range(3):
        folder.fetch()
        folder.later(days=2)
    assert [asked.is_conditional for asked in server.log] == [False, True, True]


def test_feed_is_not_fetched_before_it_is_due(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = _with_validators
    folder.subscribe()
    for _ in range(60):
        folder.fetch()
        folder.later(minutes=1)
    assert len(server.log) == 1


def test_feed_without_validators_is_fetched_once_a_day(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = response(_FEED)
    folder.subscribe()
    for _ in range(23):
        folder.fetch()
        folder.later(hours=1)
    assert len(server.log) == 1


def test_force_fetches_before_the_feed_is_due(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = _with_validators
    folder.subscribe()
    folder.fetch()
    (result,) = folder.fetch(force=True)
    assert (result.outcome, len(server.log)) == (Outcome.UNCHANGED, 2)


@pytest.mark.parametrize(
    ("status", "headers", "minutes"),
    [
        (429, {"Retry-After": "7200"}, 119),
        (503, {"Retry-After": "7200"}, 119),
        (403, {"Retry-After": "7200"}, 119),
        (429, {"Retry-After": "Mon, 01 Nov 2021 11:00:00 GMT"}, 119),
        (429, {}, 59),
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_retry_after_applies_to_the_entire_host(
    folder: FeedsFolder, server: FeedServer, status: int, headers: dict[str, str], minutes: int, *, force: bool
) -> None:
    server.scenes["/a.xml"] = lambda asked: response("", status, headers) if asked.number == 1 else response(_FEED)
    server.scenes["/b.xml"] = response(_FEED)
    folder.subscribe("/a.xml")
    folder.subscribe("/b.xml")

    folder.fetch(force=force)
    folder.later(minutes=minutes)
    results = folder.fetch(force=force)

    assert [asked.path for asked in server.log] == ["/a.xml"]
    assert [result.outcome for result in results] == [Outcome.NOT_DUE] * 2
    folder.later(hours=2)
    folder.fetch(force=True)
    assert [asked.path for asked in server.log] == ["/a.xml", "/a.xml", "/b.xml"]


def test_repeated_errors_back_off_until_a_success(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = lambda asked: response("", 500) if asked.number < 5 else response(_FEED)
    feed = folder.subscribe()
    waits = []
    for _ in range(4):
        folder.fetch()
        waits.append(round((folder.record(feed.url).next_at - folder.now.timestamp()) / 3600))
        folder.later(hours=waits[-1] * 1.2)

    assert waits == sorted(waits)
    assert waits[3] >= 8
    assert folder.record(feed.url).error == "The server answered 500"
    folder.fetch()
    assert (folder.record(feed.url).errors, folder.record(feed.url).error) == (0, "")


@pytest.mark.parametrize(
    ("headers", "channel", "hours"),
    [
        ({"Cache-Control": "max-age=18000"}, "", 5),
        ({"Expires": "Mon, 01 Nov 2021 14:00:00 GMT", "Date": "Mon, 01 Nov 2021 09:00:00 GMT"}, "", 5),
        ({}, "<ttl>300</ttl>", 5),
        ({"Cache-Control": "no-cache"}, "", 1),
        ({"Cache-Control": "max-age=99999999"}, "", 7 * 24),
    ],
)
def test_server_sets_the_fetch_interval(
    folder: FeedsFolder, server: FeedServer, headers: dict[str, str], channel: str, hours: int
) -> None:
    server.scenes["/feed.xml"] = response(
        rss_document(rss_item(1), channel=channel), headers={"ETag": '"1"', **headers}
    )
    feed = folder.subscribe()
    folder.fetch()
    rest = folder.record(feed.url).next_at - folder.now.timestamp()
    assert hours * 3600 <= rest <= hours * 3600 * 1.1


def test_connection_is_shared_by_the_feeds_of_a_host(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["*"] = response(_FEED)
    for number in range(8):
        folder.subscribe(f"/{number}.xml")
    folder.fetch()
    assert (len(server.log), server.connections, server.most_at_once) == (8, 1, 1)


def test_permanent_redirect_is_written_after_three_days(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = redirect("/new.xml", 308)
    server.scenes["/new.xml"] = response(_FEED)
    feed = folder.subscribe()
    (folder.root / "feeds.toml").write_text(
        f"# mine\n[[feed]]\nurl = '{feed.url}' # keep\ntitle = 'N'\n", encoding="utf-8"
    )
    for day in range(3):
        assert folder.current().feeds[0].url == feed.url, day
        folder.fetch(force=True)
        folder.fetch(force=True)
        folder.later(days=1)

    text = (folder.root / "feeds.toml").read_text(encoding="utf-8")
    assert folder.current().feeds[0].url == server.url("/new.xml")
    assert "# mine" in text
    assert "# keep" in text
    (result,) = folder.fetch(force=True)
    assert result.outcome is Outcome.UNCHANGED
    assert len(folder.files()) == 2


@pytest.mark.parametrize("statuses", [(302, 302, 302, 302), (301, 302, 301, 301), (307, 303, 307, 303)])
def test_temporary_redirect_is_never_written(
    folder: FeedsFolder, server: FeedServer, statuses: tuple[int, ...]
) -> None:
    server.scenes["/feed.xml"] = lambda asked: redirect("/new.xml", statuses[asked.number - 1])
    server.scenes["/new.xml"] = response(_FEED)
    feed = folder.subscribe()
    for _ in statuses:
        folder.fetch(force=True)
        folder.later(days=1)
    assert folder.current().feeds[0].url == feed.url


def test_gone_feed_is_retired(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = response("", 410)
    folder.subscribe()
    outcomes = []
    for _ in range(3):
        outcomes += [result.outcome for result in folder.fetch(force=True)]
        folder.later(days=30)
    assert (outcomes, len(server.log)) == ([Outcome.RETIRED] * 3, 1)


def test_redirect_loop_is_an_error(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = redirect("/b.xml")
    server.scenes["/b.xml"] = redirect("/feed.xml")
    folder.subscribe()
    (result,) = folder.fetch()
    assert (result.outcome, result.message, len(server.log)) == (Outcome.FAILED, "Redirect loop", 2)


def test_endless_redirects_are_an_error(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["*"] = lambda asked: redirect(f"{asked.path}x")
    folder.subscribe()
    (result,) = folder.fetch()
    assert result.message == "Too many redirects"
    assert len(server.log) <= 10


@pytest.mark.parametrize("target", ["file:///etc/passwd", "javascript:x", "ftp://a.example/", "http://u:p@a.example/"])
def test_redirect_to_another_scheme_is_refused(folder: FeedsFolder, server: FeedServer, target: str) -> None:
    server.scenes["/feed.xml"] = redirect(target)
    folder.subscribe()
    (result,) = folder.fetch()
    assert (result.outcome, result.message) == (Outcome.FAILED, "Redirect to an address that cannot be opened")


def test_redirect_into_a_private_network_is_refused(folder: FeedsFolder, server: FeedServer) -> None:
    with feed_server() as inside:
        server.scenes["/feed.xml"] = redirect(inside.url("/secret", "localhost"))
        folder.allowed = frozenset({"127.0.0.1"})
        folder.subscribe()

        (result,) = folder.fetch()

        assert result.outcome is Outcome.FAILED
        assert "private network" in result.message
        assert inside.log == []
        assert inside.connections == 0


def test_host_that_is_not_allowed_gets_no_connection(folder: FeedsFolder, server: FeedServer) -> None:
    folder.allowed = frozenset()
    folder.subscribe()
    (result,) = folder.fetch()
    assert 'allow_hosts = ["127.0.0.1"]' in result.message
    assert server.connections == 0


def test_name_that_resolves_to_a_private_address_is_refused() -> None:
    with feed_server() as inside:
        answers = [[(2, 1, 6, "", ("93.184.216.34", 80))], [(2, 1, 6, "", ("127.0.0.1", inside.port))]]
        lookups = []

        def lookup(host: str, _port: int, **_options: object) -> list[tuple[object, ...]]:
            lookups.append(host)
            return answers[len(lookups) - 1]  # type: ignore[return-value] # as getaddrinfo returns it

        resolve("rebind.example", 80, allowed=frozenset(), lookup=lookup)  # type: ignore[arg-type] # a fake
        client = Client(agent="test", lookup=lookup)  # type: ignore[arg-type] # a fake
        with pytest.raises(RefusedError):
            client.get(inside.url("/", "rebind.example"), {})
        client.close()

        assert (inside.connections, lookups) == (0, ["rebind.example"] * 2)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),  # noqa: S104 - nothing is bound
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("::127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::10.0.0.1", False),
        ("64:ff9b::8.8.8.8", True),
        ("not an address", False),
    ],
)
def test_only_internet_addresses_are_public(address: str, *, expected: bool) -> None:
    assert is_public(address) is expected


def _drip(_asked: Asked) -> Iterator[bytes]:
    """Send a byte every 10 ms until the client disconnects."""
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    pause = threading.Event()
    while not pause.wait(0.01):
        yield b"x"


def _drip_headers(_asked: Asked) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    yield from (f"X-{number}: y\r\n".encode() for number in range(10**9))


def _endless(_asked: Asked) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n\r\n"
    yield from repeat(b"<rss>" * 10_000)


@pytest.mark.parametrize(
    ("scene", "message"),
    [
        (_endless, "Larger than 0.5 MiB"),
        (_drip, "No complete answer within 0.5 seconds"),
        (_drip_headers, "The server closed the connection or did not answer in HTTP"),
        (response(_FEED, length=10**9)[:200], "No complete answer within 0.5 seconds"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5", "No complete answer within 0.5 seconds"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "The server closed the connection or did not answer in HTTP"),
        (b"\x00" * 100 + b"\r\n\r\n", "The server closed the connection or did not answer in HTTP"),
        (response(_FEED, headers={"Content-Encoding": "gzip"})[:-5], "No complete answer within 0.5 seconds"),
        (response(b"\x1f\x8b\x08junkjunkjunk", headers={"Content-Encoding": "gzip"}), "Corrupt gzip data"),
        (response(gzip.compress(b" " * 10**6), headers={"Content-Encoding": "gzip"}), "when decompressed"),
        (response(zlib.compress(b" " * 10**6), headers={"Content-Encoding": "deflate"}), "when decompressed"),
        (response(brotli.compress(b" " * 10**6), headers={"Content-Encoding": "br"}), "when decompressed"),
        (response(zstandard.compress(b" " * 10**6), headers={"Content-Encoding": "zstd"}), "when decompressed"),
        (
            response(gzip.compress(gzip.compress(b" " * 10**6)), headers={"Content-Encoding": "gzip, gzip"}),
            "when decompressed",
        ),
        (response(b"x", headers={"Content-Encoding": "rot13"}), 'Unknown content encoding "rot13"'),
        (response("<html><body>Log in</body></html>"), "Not a feed: a web page"),
        (response("", 404), "The server answered 404"),
    ],
)
def test_misbehaving_server_is_an_error_and_writes_no_file(
    folder: FeedsFolder, server: FeedServer, scene: bytes, message: str
) -> None:
    server.scenes["/feed.xml"] = scene
    folder.limits = Limits(size=512 * 1024, seconds=0.5, connect_seconds=0.5)
    folder.subscribe()

    (result,) = folder.fetch()

    assert result.outcome is Outcome.FAILED
    assert message in result.message
    assert folder.files() == {}


def test_server_without_https_is_an_error_in_plain_words(folder: FeedsFolder) -> None:
    def answer() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(16)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        feed = Subscription(f"https://127.0.0.1:{listening.getsockname()[1]}/feed.xml")
        folder.subscriptions = Subscriptions(feeds=(feed,))
        answering = threading.Thread(target=answer)
        answering.start()
        (result,) = folder.fetch()
        answering.join()

    assert result.message == "The server does not speak HTTPS"


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data)[2:-4]),
        ("br", brotli.compress),
        ("zstd", zstandard.compress),
        ("gzip", lambda data: data),
        ("gzip", lambda data: gzip.compress(data[:50]) + gzip.compress(data[50:])),
        ("identity", lambda data: data),
        ("", gzip.compress),
        ("br", lambda data: data),
        ("deflate", lambda data: data),
        ("utf-8", lambda data: data),
    ],
)
def test_compressed_response_is_decoded(
    folder: FeedsFolder, server: FeedServer, encoding: str, compress: object
) -> None:
    body = compress(_FEED.encode())  # type: ignore[operator] # a function of the table
    server.scenes["/feed.xml"] = response(body, headers={"Content-Encoding": encoding})
    folder.subscribe()
    folder.fetch()
    assert len(folder.files()) == 2


@pytest.mark.parametrize(("first", "second"), [(600, 500), (1_000, 1), (1_000, 0), (999, 1)])
def test_parts_of_a_compressed_body_share_its_size_limit(first: int, second: int) -> None:
    body = gzip.compress(b" " * first) + gzip.compress(b" " * second)
    if first + second > 1_000:
        with pytest.raises(BodyError, match="when decompressed"):
            decode_body(body, "gzip", 1_000)
    else:
        assert decode_body(body, "gzip", 1_000) == b" " * (first + second)


@pytest.mark.parametrize(("now", "left"), [(100.0, 5.0), (104.5, 0.5)])
def test_operation_has_the_time_left_until_the_deadline(
    monkeypatch: pytest.MonkeyPatch, now: float, left: float
) -> None:
    deadline = _Deadline()
    deadline.at = 105.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    assert (deadline.left(None), deadline.left(10.0), deadline.left(0.1)) == (left, left, 0.1)
    monkeypatch.setattr(time, "monotonic", lambda: 105.0)
    with pytest.raises(httpcore2.ReadTimeout):
        deadline.left(10.0)


@pytest.mark.parametrize("host", ["\xe4..example", "\xe4" * 70 + ".example"], ids=["empty label", "long label"])
def test_impossible_host_name_fails_its_feed_alone(folder: FeedsFolder, server: FeedServer, host: str) -> None:
    server.scenes["/feed.xml"] = redirect(f"http://{host}/")
    server.scenes["/other.xml"] = response(_FEED)
    folder.subscribe()
    folder.subscribe("/other.xml")

    failed, fetched = folder.fetch()

    assert (failed.message, fetched.outcome) == ("Invalid URL: no such host name", Outcome.FETCHED)


def test_feed_that_cannot_be_written_as_text_fails_alone(
    folder: FeedsFolder, server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def article_text(entry: Entry, *others: object) -> str:
        if entry.title == "Fails":
            raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
        return written(entry, *others)  # type: ignore[arg-type] # passed on

    written = article.article_text
    monkeypatch.setattr(intake, "article_text", article_text)
    server.scenes["/a.xml"] = response(rss_document(rss_item(1, title="Fails")), headers={"ETag": '"1"'})
    server.scenes["/b.xml"] = response(_FEED)
    folder.subscribe("/a.xml")
    folder.subscribe("/b.xml")

    failed, fetched = folder.fetch()

    assert (failed.outcome, fetched.outcome) == (Outcome.FAILED, Outcome.FETCHED)
    assert failed.message.startswith("Cannot read the feed: ")
    assert folder.record(failed.subscription.url).etag == "", "so that the next response is not a 304"


def test_refused_connection_is_an_error() -> None:
    client = Client(agent="test", allowed=frozenset({"127.0.0.1"}), limits=Limits(seconds=5))
    with pytest.raises(FetchError, match="Cannot connect"):
        client.get("http://127.0.0.1:1/feed.xml", {})
    client.close()


def test_interrupted_fetch_does_not_wait_for_the_server(folder: FeedsFolder, server: FeedServer) -> None:
    """Waiting for the time limit of ten minutes would fail the test."""
    asked = threading.Event()

    def hang(_asked: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        asked.set()
        threading.Event().wait(120)  # sends nothing more

    server.scenes["/feed.xml"] = hang
    client = Client(agent="test", allowed=folder.allowed, limits=Limits(seconds=600))
    errors: list[str] = []

    def ask() -> None:
        try:
            client.get(server.url("/feed.xml"), {})
        except FetchError as error:
            errors.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    assert asked.wait(60)
    client.close()
    thread.join(60)

    assert not thread.is_alive()
    assert len(errors) == 1


def test_own_headers_are_not_sent_to_another_host(folder: FeedsFolder, server: FeedServer) -> None:
    with feed_server() as other:
        other.scenes["/feed.xml"] = response(_FEED)
        server.scenes["/feed.xml"] = redirect(other.url("/feed.xml", "localhost"), 302)
        folder.subscribe("/feed.xml", header={"Authorization": "secret"})

        folder.fetch()

        assert server.log[0].headers["authorization"] == "secret"
        assert "authorization" not in other.log[0].headers


def test_dry_run_writes_nothing(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = _with_validators
    folder.subscribe()
    (result,) = folder.fetch(dry_run=True)
    assert len(result.intake.new) == 2
    assert folder.files() == {}
    (result,) = folder.fetch()
    assert (result.outcome, result.is_first) == (Outcome.FETCHED, True)


def _subscribed(folder: FeedsFolder, server: FeedServer) -> None:
    """Subscribe as the command does, which fetches the feed once to identify it."""
    with closing(folder.ledger()) as ledger:
        client = Client(agent="test", allowed=folder.allowed, limits=folder.limits)
        (found,) = find_feeds(server.url("/feed.xml"), client)
        assert subscribe(Place(folder.root, ledger, folder.now), Subscription(found.url, found.title), found.response)
        client.close()


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
def test_response_with_one_validator_is_used_for_an_hour(folder: FeedsFolder, server: FeedServer, header: str) -> None:
    value = {"ETag": '"1"', "Last-Modified": "Fri, 1 Oct 2021 10:00:00 +0000"}[header]
    server.scenes["/feed.xml"] = response(_FEED, headers={header: value})
    _subscribed(folder, server)
    folder.later(hours=2)

    folder.fetch()

    assert [asked.is_conditional for asked in server.log] == [False, True]


@pytest.mark.parametrize("hours", [0, 23, 30])
def test_response_to_subscribe_is_not_requested_again(folder: FeedsFolder, server: FeedServer, hours: int) -> None:
    server.scenes["/feed.xml"] = _with_validators
    _subscribed(folder, server)
    folder.later(hours=hours)

    (result,) = folder.fetch()

    assert (result.outcome, len(folder.files()), result.is_first) == (Outcome.FETCHED, 2, True)
    assert [asked.is_conditional for asked in server.log] == ([False, True] if hours else [False])


def test_response_without_validators_is_used_for_a_day(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = response(_FEED)
    _subscribed(folder, server)
    folder.later(hours=23)

    (result,) = folder.fetch()
    folder.later(hours=2)
    folder.fetch()

    assert (result.outcome, len(folder.files()), len(server.log)) == (Outcome.FETCHED, 2, 1)


def test_response_to_subscribe_gives_way_to_a_newer_one(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = _with_validators
    _subscribed(folder, server)
    server.scenes["/feed.xml"] = response(rss_document(rss_item(3)), headers={"ETag": '"2"'})
    folder.later(days=2)

    (result,) = folder.fetch()

    assert [written.path for written in result.intake.new] == ["news/2021-10-04-article-3.md"]


def test_response_to_subscribe_is_dropped_with_the_feed(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = _with_validators
    _subscribed(folder, server)
    with closing(folder.ledger()) as ledger:
        place = Place(folder.root, ledger, folder.now)
        unsubscribe(place, folder.current().feeds[0])
        assert subscribe(place, Subscription(server.url("/feed.xml")))

    folder.fetch()

    assert [asked.is_conditional for asked in server.log] == [False, False]


def test_ledger_of_the_first_version_is_migrated(folder: FeedsFolder, server: FeedServer) -> None:
    server.scenes["/feed.xml"] = _with_validators
    folder.subscribe()
    folder.fetch()
    with closing(sqlite3.connect(folder.base / "state" / "feeds.db")) as database:
        database.executescript("DROP TABLE answer; PRAGMA user_version = 1;")
    folder.later(days=2)

    assert [result.outcome for result in folder.fetch()] == [Outcome.UNCHANGED]
