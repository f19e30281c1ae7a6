"""Fetching: CPU time of a fetch whose feeds have not changed."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench_report import Measurement, median

if TYPE_CHECKING:
    from bench_env import BenchContext

__all__ = ["unchanged_feeds"]

_FEEDS = 200
_MAX_SECONDS = 0.5


def unchanged_feeds(world: BenchContext) -> list[Measurement]:
    """Measure a fetch of 200 feeds of 200 hosts that answer 304, minus the start of a fetch without requests."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
    from feed_server import feed_server, response, rss_document, rss_item  # noqa: PLC0415 - on the path only now

    home = world.empty_home()
    content = home / "content"
    content.mkdir()
    hosts = [f"127.0.1.{number}" for number in range(1, _FEEDS + 1)]
    document = response(rss_document(rss_item(1)), headers={"ETag": '"1"'})
    with feed_server("0.0.0.0") as server:  # noqa: S104 - all of the loopback network
        server.scenes["*"] = lambda asked: response(status=304) if asked.is_conditional else document
        tables = (f'[[feed]]\nurl = "{server.url("/feed.xml", host)}"\nenabled = true\n' for host in hosts)
        subscribed = f"allow_hosts = {hosts}\n{''.join(tables)}"
        (content / "feeds.toml").write_text(subscribed, encoding="utf-8")
        fetch = world.command("fetch", str(content), "--quiet")
        world.run(fetch, home)
        asked = len(server.log)
        rest = [world.run(fetch, home).cpu for _ in range(world.runs)]
        busy = [world.run([*fetch, "--force"], home).cpu for _ in range(world.runs)]
        if len(server.log) != asked + _FEEDS * world.runs:
            raise SystemExit("not every feed was asked")
    shutil.rmtree(content)
    beyond = median(busy) - median(rest)
    beside = f"start {median(rest):.2f} s"
    return [
        Measurement(
            f"fetch of {_FEEDS} unchanged feeds, CPU beyond the start", beyond, "s", _MAX_SECONDS, beside=beside
        )
    ]
