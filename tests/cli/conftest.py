from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cli_runner import CliRunner

if TYPE_CHECKING:
    from pathlib import Path

ARTICLES = {
    "one.md": """---
title: These top AI cities are doing pretty well
excerpt: The best of them.
publishedDateTime: 2021-10-02T13:30:00Z
originalUrl: https://example.org/one
webUrl: https://example.org/one/web
quality: 35
heat: -1
type: article
category: news
topics: [AI, Facebook AI]
provider: {name: Analytics Insight, domain: analyticsinsight.net}
authors: [Ada]
translator: Bob
updatedDateTime: 2021-10-03T08:00:00Z
series: Cities
feed: [Ada weekly, AI]
aliases: [/first]
actions: [{url: "https://example.org/one.zip", title: Data, type: download}]
length: PT1H2M
price: Free
levels: [Beginner]
lang: en
secured: YWJj;ZGVm
published: false
images: [{url: "https://example.org/one.jpg", width: 900, height: 500, isCached: true}]
related:
  - {title: Two, webUrl: "https://example.org/two", quality: 67, publishedDateTime: 2021-09-30T19:42:00Z}
---
The body of one.
""",
    "deep/two.md": """---
title: 東京の気候変動についての長い題名の記事はここにあります、そしてまだまだ続きます、終わりません
date: 2021-09-30
originalUrl: https://example.org/two
quality: 67.5
topics: [climate]
provider: Ünï
---
""",
    "three.md": "---\ntitle: No date, no topic, no URL\nquality: high\n---\nText.\n",
    "README.md": "Not an article.\n",
}


@pytest.fixture
def command(tmp_path: Path) -> CliRunner:
    return CliRunner(tmp_path / "home")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A small folder with one article of each kind."""
    root = tmp_path / "content"
    for name, text in ARTICLES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
