"""Metadata without a fence: headers of other formats, and what exports write below the title."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reader.article import Image, Provider
from reader.content.load import load_file, parse_file
from reader.problems import Level

if TYPE_CHECKING:
    from pathlib import Path

    from reader.article import Article


def _read(text: str, path: str = "a.md") -> Article:
    loaded = parse_file(path, text.encode())
    assert loaded.article is not None
    assert [problem for problem in loaded.problems if problem.field and problem.level is not Level.NOTE] == []
    return loaded.article


def _day(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def test_nikola_meta_file_supplies_the_metadata(tmp_path: Path) -> None:
    (tmp_path / "a.meta").write_text(".. title: Bends\n.. date: 2013/01/30 16:32:17\n", encoding="utf-8")
    (tmp_path / "b.meta").write_text("something else", encoding="utf-8")
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text("Rivers bend, and they do so slowly.\n", encoding="utf-8")
    titles = [article.title for name in ("a.txt", "b.txt", "c.txt") if (article := load_file(tmp_path, name).article)]
    assert titles == ["Bends", *["Rivers bend, and they do so slowly"] * 2]


def test_rst_title_between_dashes_is_not_a_fence() -> None:
    article = _read("-----\nBends\n-----\n:date: 2014-02-05\n:author: Ann Lee\n\nText.\n", "a.rst")
    assert (article.title, article.authors, article.published_at) == ("Bends", ("Ann Lee",), _day(2014, 2, 5))


def test_readwise_sync_day_is_the_date_of_last_resort() -> None:
    text = "title:: Bends\n{}\n- Highlights first synced by [[Readwise]] [[Nov 19th, 2022]]\n\t- One.\n"
    article = parse_file("a.md", text.format("").encode()).article
    assert article is not None
    assert (article.published_at, article.excerpt) == (_day(2022, 11, 19), "One.")
    article = parse_file("a.md", text.format("published:: 2020-10-02\n").encode()).article
    assert article is not None
    assert article.published_at == _day(2020, 10, 2)
    article = parse_file("a.md", text.format("url:: https://a.example/2021/08/18/b\n").encode()).article
    assert article is not None
    assert article.published_at == _day(2021, 8, 18), "the day in the URL is the day of publication"


PELICAN = """\
Title: Why rivers bend
Date: 2021-10-02 13:30
Modified: 2021-10-03
Category: Water
Tags: rivers, maps
Slug: why-rivers-bend
Authors: Ann Lee, Bo Ek
Summary: They bend because
    they move.

Rivers bend.
"""
NIKOLA = """\
.. title: Why rivers bend
.. slug: why-rivers-bend
.. date: 2013/01/30 16:32:17 UTC-05:00
.. tags: rivers, maps
.. category:
.. link: https://rivers.example/bend
.. description: They move.
.. type: text
.. author: Ann Lee
.. updated: 2013-02-01 10:00:00 UTC

Rivers bend.
"""


def test_pelican_header_fills_every_field() -> None:
    article = _read(PELICAN)
    assert article.title == "Why rivers bend"
    assert article.published_at == _day(2021, 10, 2, 13, 30)
    assert article.updated_at == _day(2021, 10, 3)
    assert (article.category, article.topics) == ("Water", ("rivers", "maps"))
    assert article.authors == ("Ann Lee", "Bo Ek")
    assert article.excerpt == "They bend because they move."
    assert article.body == "Rivers bend.\n"


@pytest.mark.parametrize(
    "text",
    [
        NIKOLA,
        "<!--\n" + NIKOLA.partition("\n\n")[0] + "\n-->\n\nRivers bend.\n",
        "\n\n" + NIKOLA,
    ],
)
@pytest.mark.parametrize("path", ["a.md", "a.rst", "a.txt", "a.html"])
def test_nikola_header_bare_or_in_comment_fills_every_field(text: str, path: str) -> None:
    article = _read(text, path) if path != "a.html" or "<!--" in text else _read(NIKOLA)
    assert article.title == "Why rivers bend"
    assert article.published_at == _day(2013, 1, 30, 21, 32, 17)
    assert article.updated_at == _day(2013, 2, 1, 10)
    assert (article.topics, article.category, article.type) == (("rivers", "maps"), "", "")
    assert article.original_url == "https://rivers.example/bend"
    assert article.authors == ("Ann Lee",)
    assert article.excerpt == "They move."
    assert article.body == "Rivers bend.\n"


@pytest.mark.parametrize("tags", ["draft", "a, draft", "private, a"])
def test_nikola_draft_tag_marks_a_draft(tags: str) -> None:
    article = _read(f".. title: A\n.. tags: {tags}\n\nText.\n")
    assert (article.draft, article.topics) == (True, ("a",) if "a," in tags or ", a" in tags else ())


RST = """\
Why rivers *bend*
#################

:date: 2010-10-03 10:20
:modified: 2010-10-04 18:40
:tags: rivers, maps
:category: water
:authors: Ann Lee, Bo Ek
:summary: They bend because
    they move.

Rivers bend.
"""
ABLOG = """\
.. post:: May 15, 2013
   :tags: rivers, maps
   :category: water
   :author: Ann Lee

Why rivers bend
===============

Rivers bend.
"""


def test_rst_fields_below_the_title_are_metadata() -> None:
    article = _read(RST, "a.rst")
    assert article.title == "Why rivers bend"
    assert article.published_at == _day(2010, 10, 3, 10, 20)
    assert article.updated_at == _day(2010, 10, 4, 18, 40)
    assert (article.category, article.topics) == ("water", ("rivers", "maps"))
    assert article.authors == ("Ann Lee", "Bo Ek")
    assert article.excerpt == "They bend because they move."
    assert article.body == "Rivers bend.\n"


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2)])
def test_post_directive_above_or_below_title_is_metadata(order: tuple[int, ...]) -> None:
    parts = ABLOG.split("\n\n")
    article = _read("\n\n".join(parts[number] for number in order), "a.rst")
    assert article.title == "Why rivers bend"
    assert article.published_at == _day(2013, 5, 15)
    assert (article.category, article.topics) == ("water", ("rivers", "maps"))
    assert article.authors == ("Ann Lee",)
    assert article.excerpt == "Rivers bend."


def test_unknown_rst_fields_stay_in_the_body() -> None:
    article = _read(":Step one: wash\n:Step two: dry\n\nText.\n", "a.rst")
    assert article.body.startswith(":Step one: wash")


LOGSEQ = """\
title:: Why rivers bend
type:: [[Essay]]
tags:: #water, #[[slow things]], [[maps]]
author:: [[Ann Lee]]
url:: https://rivers.example/bend
published:: 2021-10-02
platforms:: [[All]] except [[One]]

- Rivers bend.
  id:: 6103e488-22d4-4751-b27a-69b278067c26
- Slowly.
"""


def test_logseq_page_properties_are_metadata() -> None:
    article = _read(LOGSEQ)
    assert article.title == "Why rivers bend"
    assert article.type == "Essay"
    assert article.topics == ("water", "slow things", "maps")
    assert article.authors == ("Ann Lee",)
    assert article.web_url == "https://rivers.example/bend"
    assert article.published_at == _day(2021, 10, 2)
    assert article.excerpt == "Rivers bend."


@pytest.mark.parametrize(
    ("path", "title", "day"),
    [
        ("journals/2020_09_14.md", "2020-09-14", _day(2020, 9, 14)),
        ("pages/Board___Move a box.md", "Board/Move a box", None),
        ("pages/New here%3F.md", "New here?", None),
    ],
)
def test_logseq_page_title_comes_from_its_file_name(path: str, title: str, day: datetime | None) -> None:
    article = _read("- One\n\t- ## Two\n- Three\n", path)
    assert (article.title, article.published_at) == (title, day)


@pytest.mark.parametrize("path", ["a.md", "a.html"])
def test_json_object_in_a_comment_is_metadata(path: str) -> None:
    article = _read('<!--{\n  "Title": "Why rivers bend",\n  "Breadcrumb": true\n}-->\n\n<p>Rivers bend.</p>\n', path)
    assert article.title == "Why rivers bend"
    assert article.excerpt == "Rivers bend."
    assert article.body == "<p>Rivers bend.</p>"


READWISE = """\
# Why Rivers Bend

![rw-book-cover](https://img.example/1.png)

## Metadata
- Author: [[Ann Lee]]
- Full Title: Why Rivers Bend: A Guide
- Category: #articles
- Document Tags: #water #maps 
- Document Note: Read again.
- URL: https://rivers.example/bend?a=b
- Summary: They bend because they move.

## Highlights
- The outer bank loses. ([View Highlight](https://read.example/1))
"""  # noqa: W291 - as the service writes it


@pytest.mark.parametrize(
    ("old", "new", "remark"),
    [
        ("", "", "as a list"),
        ("- ", "", "as lines"),
        ("- ", "* ", "with other marks"),
        ("## Metadata\n", "### 📃Metadata\n\n", "below another heading and an empty line"),
        ("# Why Rivers Bend\n\n", "", "without a title"),
        ("\n## Metadata\n", "\n---\n", "below a rule"),
        ("## Metadata\n", "tags:: source\n## Metadata\n", "below a property"),
        ("\n![rw-book-cover](https://img.example/1.png)\n",
         '\n<div align="center">\n<img src="https://img.example/1.png" width="9">\n</div>\n', "an image in HTML"),
    ],
)  # fmt: skip
def test_readwise_metadata_fill_the_article(old: str, new: str, remark: str) -> None:
    head, highlights = READWISE.split("\n## High")
    article = _read(head.replace(old, new) + "\n## High" + highlights if old else READWISE)
    assert article.title == "Why Rivers Bend: A Guide", remark
    assert article.authors == ("Ann Lee",), remark
    assert article.category == "articles", remark
    assert {"water", "maps"} <= set(article.topics), remark
    assert article.original_url == "https://rivers.example/bend?a=b", remark
    assert article.excerpt == "They bend because they move.", remark
    assert [image.url for image in article.images] == ["https://img.example/1.png"], remark
    assert "Read again." in article.body, "a note has no field of its own"
    assert "rivers.example" not in article.body, remark


def test_metadata_values_in_emphasis_are_plain() -> None:
    article = _read(
        "## Metadata\n- Author: *[[Ann Lee]]*\n- Publisher: *rivers.example*\n- Full Title: **Bends**\n"
        "- Url: [a](https://rivers.example/b_c)\n- Category: _articles_\n- Tags: #a\n- Highlighted: [[2023-07-08]]\n\n"
        "## Highlights\n- One *two*.\n"
    )
    assert (article.title, article.authors, article.provider.name) == ("Bends", ("Ann Lee",), "rivers.example")
    assert (article.category, article.original_url) == ("articles", "https://rivers.example/b_c")
    assert article.excerpt == "One *two*."


def test_front_matter_overrides_metadata_in_the_body() -> None:
    article = _read("---\nauthor: [[Bo Ek]]\ntitle: Bends\ntags: [a]\ndate: 2021-10-02\n---\n" + READWISE)
    assert (article.title, article.authors) == ("Bends", ("Bo Ek",))
    assert article.topics == ("a", "water", "maps")
    assert article.original_url == "https://rivers.example/bend?a=b"


OMNIVORE = """\
---
id: 1
title: |
  Bends
author: |
  unknown
tags:
  - Water
date_saved: 2023-12-11 04:27:50
date_published: 2023-12-01 09:00:00
---

# Bends
#Omnivore

[Read on Omnivore](https://omnivore.app/me/bends)
[Read Original](https://rivers.example/bend_(water))

See [more](https:&#x2F;&#x2F;rivers.example&#x2F;more) here.
"""


def test_omnivore_export_fills_the_article() -> None:
    article = _read(OMNIVORE)
    assert (article.title, article.authors, article.topics) == ("Bends", (), ("Water",))
    assert article.published_at == _day(2023, 12, 1, 9)
    assert article.original_url == "https://rivers.example/bend_(water)"
    assert "(https://rivers.example/more)" in article.body
    assert "omnivore" not in article.body.lower()
    assert article.excerpt == "See [more](https://rivers.example/more) here."


def test_omnivore_escaped_link_to_the_original_is_its_url() -> None:
    article = _read(OMNIVORE.replace("https://rivers.example/bend_(water)", "https:&#x2F;&#x2F;rivers.example&#x2F;b"))
    assert article.original_url == "https://rivers.example/b"


def test_readwise_authors_between_words_are_several() -> None:
    article = _read(
        "# A\n\n## Metadata\n- Author: [[Ann Lee]] and [[Bo Ek]]\n- Full Title: A: B\n\n## Highlights\n- One\n"
    )
    assert article.authors == ("Ann Lee", "Bo Ek")


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        (("---\nid: 1\n---\n\n# Bends\nTags: #Omnivore #water\n\n[Read on Omnivore](https://omnivore.app/x)  \n"
         "[Read Original](https://a.example/b)\n\nText.\n"), "tags with a label, a hard break"),
        (("---\nid: 1\n---\n\n - Site: One\n - By: Ann Lee\n - [Read Original](https://a.example/b)\n"
         " - Tags:  #water\n\n## Highlights\n\n> Text.\n"), "a list"),
        (("---\ntitle: Bends\ntags: [water]\n---\n# Bends\n> [!example] Date: 2026-02-07\n"
         "> [Read Original](https://a.example/b)\n\nText.\n"), "in a box"),
        (("# Bends\n#water\n\nText.\n\n# links\n[Read on Omnivore](https://omnivore.app/x)\n"
         "[Read Original](https://a.example/b)\n"), "at the end"),
        ("# Bends\n#water\n\n正文。\n\n[阅读原文](https://a.example/b)\n", "in Chinese"),
    ],
)  # fmt: skip
def test_read_original_link_is_the_original_url(text: str, remark: str) -> None:
    article = _read(text)
    assert article.original_url == "https://a.example/b", remark
    assert article.topics == ("water",), remark


@pytest.mark.parametrize(
    ("text", "expected", "remark"),
    [
        ("# Bends\n\nCreated: July 9, 2021 10:18 AM\nTags: Water, Maps\nURL: https://a.example/b\n\nText.\n",
         {"published_at": _day(2021, 7, 9, 10, 18), "topics": ("Water", "Maps"),
          "original_url": "https://a.example/b", "body": "# Bends\n\n\nText.\n"}, "Notion"),
        (("# Bends\n\n#: 126\nDifficulty: Hard\nTags: Water, Maps\nlink: https://a.example/b\nStatus: Done\n"
         "Created time: June 27, 2023 9:32 PM\nLast edited time: October 12, 2023 2:56 PM\n\nText.\n"),
         {"published_at": _day(2023, 6, 27, 21, 32), "updated_at": _day(2023, 10, 12, 14, 56),
          "topics": ("Water", "Maps"), "original_url": "https://a.example/b"}, "a table of Notion"),
        ("# Bends\n\nCreated: July 9, 2021 10:18 AM\nTags: Water\nStatus: In progress\n\nText.\n",
         {"topics": ("Water",), "body": "# Bends\n\nStatus: In progress\n\nText.\n", "excerpt": "Text."}, "no excerpt"),
        ("# Bends\n\nStatus: In progress\nCreated: July 9, 2021 10:18 AM\nTags: Water\n\nText.\n",
         {"topics": ("Water",), "body": "# Bends\n\nStatus: In progress\n\nText.\n"}, "an unknown line above"),
        ("# Bends\n\nCreated: July 29, 2025 4:19 PM\n\n```\ncode\n```\n",
         {"published_at": _day(2025, 7, 29, 16, 19)}, "one line of Notion"),
        (("---\ndoc_type: hypothesis-highlights\nurl: 'https://a.example/b'\n---\n\n# Bends\n\n## Metadata\n"
         "- Author: [a.example]()\n- Title: Bends\n- Reference: https://a.example/b\n- Category: #article\n\n"
         "## Highlights\n- One.\n"),
         {"title": "Bends", "authors": ("a.example",), "original_url": "https://a.example/b",
          "category": "article"}, "Hypothesis"),
        (("---\nkindle-sync:\n  bookId: '1'\n---\n# Bends\n## Metadata\n* Author: [Ann Lee](https://www.a.example)\n"
         "* ASIN: B00\n* Reference: https://www.a.example/dp/B00\n* [Kindle link](kindle://book?asin=B00)\n\n"
         "## Highlights\nOne. — location: [1](kindle://book)\n"),
         {"title": "Bends", "authors": ("Ann Lee",), "original_url": "https://www.a.example/dp/B00"}, "Kindle"),
        (("# Bends\n\n## Metadata\n\n* Item Type: [[Article]]\n* Authors: [[Ann Lee]], [[Bo Ek]]\n"
         "* Date: [[2023-06-30]]\n* Date Added: [[2024-04-18]]\n"
         "* URL: [https://a.example/b](https://a.example/b)\n* DOI: [10.1/2](https://doi.example/10.1/2)\n"
         "* Topics: [[Water]]\n, #zotero, #reference\n* PDF Attachments\n\t- [a.pdf](zotero://a)\n"),
         {"authors": ("Ann Lee", "Bo Ek"), "published_at": _day(2023, 6, 30), "type": "Article",
          "original_url": "https://a.example/b", "topics": ("Water", "zotero", "reference")}, "Zotero"),
        (("# Bends\n\n![Cover](https://img.example/1.png)\n\n## Episode metadata\n- Episode title:: [[Bends|Bends]]\n"
         "- Show:: [[A Show]]\n- Owner / Host:: [[Ann Lee]]\n"
         "- Episode link:: [open in Snipd](https://share.example/1)\n- Episode publish date:: 2023-03-06\n\n## S\n"),
         {"title": "Bends", "authors": ("Ann Lee",), "published_at": _day(2023, 3, 6),
          "original_url": "https://share.example/1"}, "Snipd"),
        (("## Metadata\n* URL: [https://a.example/b](https://a.example/b)\n* Published Date: [[2021-10-02]]\n"
         "* Author: [[Ann Lee]]\n## Highlights\n* One.\n"),
         {"authors": ("Ann Lee",), "published_at": _day(2021, 10, 2), "original_url": "https://a.example/b"}, "Matter"),
        (("---\ntitle: Bends\ndate: 2025-05-25\n---\nauthor: [[Ann Lee]]\nurl: https://a.example/b\n"
         "last highlighted date: [[2025-05-11]]\npublished date: [[2020-04]]\n\n[[Water]]\n## Highlights\n- One.\n"),
         {"authors": ("Ann Lee",), "original_url": "https://a.example/b", "published_at": _day(2020, 4, 1)},
         "lines below a head"),
        ("# Bends\n\n**Author:** Ann Lee\n**Published:** 2021-10-02\n**Source:** <https://a.example/b>\n\nText.\n",
         {"authors": ("Ann Lee",), "published_at": _day(2021, 10, 2), "original_url": "https://a.example/b"},
         "bold labels"),
        ("# Bends\n\n- **Author**: Ann Lee\n- **Tags**:\n  - water\n  - maps\n\nText.\n",
         {"authors": ("Ann Lee",), "topics": ("water", "maps")}, "bold labels in a list, a list of tags"),
        ("# Bends\n\n**Author:** Ann Lee\n**Tags:** #water\n\n---\n\nText.\n\n---\n\nMore.\n",
         {"authors": ("Ann Lee",), "body": "# Bends\n\n\n\nText.\n\n---\n\nMore.\n"}, "a rule below the labels"),
        ("---\ntags: #readwise-articles #water\naliases: B\n---\n# Bends\n\nText.\n",
         {"title": "Bends", "topics": ("readwise-articles", "water")}, "tags that are a comment in YAML"),
        ("# Bends\n#water #slow/things\n\nText.\n", {"topics": ("water", "slow/things")}, "Bear"),
        ("# Bends\n\n> [!info] About\n> - **Author**: Ann Lee\n> - **Published**: 2021-10-02\n\nText.\n",
         {"authors": ("Ann Lee",), "published_at": _day(2021, 10, 2)}, "a list in a box"),
        ("# 河流\n\n作者：李明\n来源：https://a.example/b\n发布时间：2021-10-02\n标签：水、地图\n\n正文。\n",
         {"title": "河流", "authors": ("李明",), "original_url": "https://a.example/b", "topics": ("水", "地图"),
          "published_at": _day(2021, 10, 2)}, "labels in Chinese"),
        ("---\ntitle: Bends\n---\n\n![rw-book-cover](https://img.example/1.png)\n\n# Notes\n\nText.\n",
         {"images": (Image("https://img.example/1.png"),), "body": "\n# Notes\n\nText."}, "only a cover of Readwise"),
        ("---\n- Author: [[Ann Lee]]\n- Full Title: Bends\n- URL: https://a.example/b\n---\n\n## Highlights\n- One.\n",
         {"title": "Bends", "authors": ("Ann Lee",), "body": "\n## Highlights\n- One."}, "a list between rules"),
        ("## Metadata\nAuthor: [[Ann Lee]]\nURL: https://a.example/b\nDate Highlighted: [[2023-06-01-Thursday]]\n",
         {"published_at": _day(2023, 6, 1)}, "the day of a highlight, with a weekday"),
        ("---\ntags: [a]\n---\n# Bends\n[[Omnivore]]\n\n[Read Original](https://a.example/b)\n\nText.\n",
         {"excerpt": "Text.", "topics": ("a",)}, "a link to the note of a service"),
        (("---\ntitle: Bends\nsource: https://a.example/b\nauthor:\ntags: [a]\n---\n---\ntitle: Bends\n"
         'author: Ann Lee\npublished: ""\ntags: [b]\n---\n\n# Bends\n\nText.\n'),
         {"authors": ("Ann Lee",), "topics": ("a",), "body": "# Bends\n\nText."}, "the head of a clipper twice"),
        ('# Bends\n\nTags: [water, "maps"]\nURL: https://a.example/b\n\nText.\n', {"topics": ("water", "maps")},
         "a list as in YAML"),
        (("# Bends\n\n**Authors:** Ann Lee, Bo Ek\n**Venue:** Rivers 2020\n**Year:** 2020\n**Zotero:** [open](zotero://a)\n"
         "**DOI:** [10.1000/a](https://doi.org/10.1000/a)\n\nText.\n"),
         {"authors": ("Ann Lee", "Bo Ek"), "web_url": "https://doi.org/10.1000/a"}, "a note on a paper"),
        ('# Bends\n\nBy: "Ann" or "Bo"\nURL: https://a.example/b\n\nText.\n', {"authors": ('"Ann" or "Bo"',)},
         "quotes in a value"),
        (("Title: Bends\n\nURL Source: https://a.example/b\n\nPublished Time: 2021-10-02T13:30:00Z\n\n"
         "Markdown Content:\n# Bends\n\nText.\n"),
         {"title": "Bends", "original_url": "https://a.example/b", "published_at": _day(2021, 10, 2, 13, 30),
          "body": "# Bends\n\nText.\n"}, "lines with blank ones between"),
        (("title:: @Bends\noriginal-title:: Bends: A Guide\nauthors:: Ann Lee, Bo Ek\ndeck:: [[Books::Bends]]\n"
         "links:: [Local library](zotero://a), [Web library](https://a.example/b)\n\n- [[Abstract]]\n\t- One.\n"),
         {"title": "Bends: A Guide", "authors": ("Ann Lee", "Bo Ek"), "excerpt": "One."}, "Zotero in Logseq"),
        (("# Bends\n\n| Field | Value |\n|---|---|\n| **Author** | Ann Lee |\n| **Date** | 2021-10-02 |\n"
          "| Status | Done |\n\nText.\n"),
         {"authors": ("Ann Lee",), "published_at": _day(2021, 10, 2),
          "body": "# Bends\n\n| Field | Value |\n|---|---|\n| Status | Done |\n\nText.\n"}, "a table"),
        (("# Rivers\n\n## Metadata\n\n| A | B |\n| - | - |\n| **Title** | [Bends](https://a.example/b) |\n"
          "| **Author** | Ann Lee |\n"),
         {"title": "Bends", "authors": ("Ann Lee",), "body": "# Rivers\n\n\n"}, "a table below a heading for metadata"),
        ("# Bends\n\n## Metadata\n- **A:** 1\n- **B:** 2\n- **C:** 3\n- **Date:** 2021-10-02\n- **Source:** https://a.example/b\n",
         {"published_at": _day(2021, 10, 2), "original_url": "https://a.example/b"}, "a section with other lines"),
        ("# Bends\n\n- **source:** https://a.example/b\n- **scraped:** 2021-10-02\n- **chars:** 42\n\nText.\n",
         {"published_at": _day(2021, 10, 2), "original_url": "https://a.example/b"}, "a scraped page"),
        (("- Author(s):: [[Ann Lee]], [[Bo Ek]]\n- Title::Bends: A Guide\n- URL : https://a.example/b\n"
          "- Tags:: #[[Slow Maps]]\n"),
         {"title": "Bends: A Guide", "authors": ("Ann Lee", "Bo Ek"), "original_url": "https://a.example/b",
          "topics": ("Slow Maps",)}, "Zotero in Roam"),
        (("[Up](up.md)\n\n# Bends\n\n---\n\n- author:: Ann Lee\n- source:: https://a.example/b [00:01:06]\n\n---\n\n"
          "Text.\n"),
         {"authors": ("Ann Lee",), "original_url": "https://a.example/b", "excerpt": "Text."}, "below a link up"),
        ("---\ntitle: Bends\n---\nauthor: [[Ann Lee]]\nurl: https://a.example/b\npublished date: [[]]\n\nText.\n",
         {"authors": ("Ann Lee",), "body": "\nText."}, "a line without a value"),
        ("# Bends\n\nText.\n\n---\n\n*Originally published at [a.example](https://a.example/the-bends).*\n",
         {"original_url": "https://a.example/the-bends"}, "where it was published"),
        ("# Bends\n\nText.\n\n---\n\nvia: https://a.example/the-bends\n\n作者：[Ann][a]\n\n[a]: https://a.example/ann\n"
         + "".join(f"[{n}]: https://a.example/{'x' * n}\n" for n in range(40)),
         {"original_url": "https://a.example/the-bends"}, "above the targets of links"),
        ("# Bends\n\nText.\n\n本文译自：<https://a.example/the-bends>\n", {"original_url": "https://a.example/the-bends"},
         "a translation in Chinese"),
        ("# Bends\n\n*Translated from [a](https://a.example/the-bends).*\n\nText.\n",
         {"original_url": "https://a.example/the-bends", "excerpt": "Text."}, "a translation"),
        ("# Bends\n\nvia: https://a.example/2021/10/bends\n", {"original_url": "https://a.example/2021/10/bends"},
         "by its day"),
        ("# Bends\n\nText via https://a.example/the-bends\n", {"original_url": ""}, "a link in a text"),
        ("# Bends\n\nCross-posted from <https://a.example/the-bends>\n\nText.\n", {"original_url": "https://a.example/the-bends"},
         "a cross-post"),
        ("# Bends\n\nOriginally published at [a.example](https://a.example/blog/).\n\nText.\n", {"original_url": ""},
         "a link to a site is no original"),
        (("# Bends\n\nOwner: Ann\nLast edited time: 27. Juli 2023 11:52\nTags: Water (Water%20ab12.md), Maps\n"
          "Category: Slow Maps (https://www.notion.so/Slow-5?pvs=21)\n\nText.\n"),
         {"category": "Slow Maps", "topics": ("Water", "Maps"), "updated_at": _day(2023, 7, 27, 11, 52)},
         "links of Notion"),
        ("# Bends\n\n**Authors:** Ann Lee\n**Date:** 2021-10-02 (a preprint)\n\nText.\n",
         {"published_at": _day(2021, 10, 2)}, "an explained date"),
        ("## Bends\n> - 原文地址：https://a.example/b\n> - 原文作者：李明\n> - 译者：[王芳](https://a.example/w)\n\n正文。\n",
         {"authors": ("李明",), "original_url": "https://a.example/b"}, "a translation into Chinese"),
        (("%%\ndate:: [[2022-12-19]]\n%%\n\n# Bends\n\n> [!info]- Metadata\n> **Tags**:: #water\n>\n"
          ">**Author**:: Ann Lee\n>**Author**:: Bo Ek\n> **Source**:: [Link](https://a.example/b)\n\nText.\n"),
         {"authors": ("Ann Lee", "Bo Ek"), "topics": ("water",), "original_url": "https://a.example/b",
          "body": "%%\ndate:: [[2022-12-19]]\n%%\n\n# Bends\n\n\nText.\n"}, "a box below a comment"),
        ("title: Bends\ndate: 2013-12-01 10:00:00\ntags:\n- water\n- maps\n---\nText.\n",
         {"title": "Bends", "published_at": _day(2013, 12, 1, 10), "topics": ("water", "maps"), "body": "Text."},
         "old posts of Hexo, without a fence above"),
        ("% Bends\n% Ann Lee; Bo Ek\n% 2021-10-02\n\nText.\n",
         {"title": "Bends", "authors": ("Ann Lee", "Bo Ek"), "published_at": _day(2021, 10, 2)}, "Pandoc"),
        ("```{post} 2021-10-02\n:tags: water, maps\n:author: Ann Lee\n```\n\n# Bends\n\nText.\n",
         {"title": "Bends", "authors": ("Ann Lee",), "published_at": _day(2021, 10, 2), "topics": ("water", "maps")},
         "MyST"),
        (("# Bends\n\n* Proposal: [A-1](1.md)\n* Authors: [Ann Lee](https://a.example/), [Bo Ek](https://b.example/)\n"
          "* Review Manager: [Cy](https://c.example/)\n* Status: **Implemented (5.7)**\n\nText.\n"),
         {"title": "Bends", "authors": ("Ann Lee", "Bo Ek"), "excerpt": "Text."}, "a proposal of Swift"),
        ("# River Properties\n\n* Author: Ann Lee\n* Date: (2021-10-02)\n\nText.\n",
         {"title": "River Properties", "authors": ("Ann Lee",), "published_at": _day(2021, 10, 2)}, "a title"),
        ("- Feature Name: `bends`\n- Start Date: 2021-10-02\n- RFC PR: [a](https://a.example)\n\n# Summary\n\nText.\n",
         {"published_at": _day(2021, 10, 2), "excerpt": "Text."}, "a proposal of Rust"),
        ("# Bends\n\n* Status: accepted\n* Deciders: Ann, Bo\n* Date: 2021-10-02\n\n## Context\n\nText.\n",
         {"title": "Bends", "published_at": _day(2021, 10, 2), "excerpt": "Text."}, "a record of a decision"),
        ("PEP: 8\nTitle: Bends\nAuthor: Ann Lee <a@a.example>,\n    Bo Ek <b@a>\nCreated: 02-Oct-2021\n\nText.\n",
         {"title": "Bends", "authors": ("Ann Lee", "Bo Ek"), "published_at": _day(2021, 10, 2)}, "one of Python"),
        ("```\nBIP: 3\nTitle: Bends\nAuthors: Ann Lee <a@a.example>\n    Bo Ek <b@a.example>\n```\n\nText.\n",
         {"title": "Bends", "authors": ("Ann Lee", "Bo Ek"), "body": "Text.\n"}, "a proposal of Bitcoin"),
        (('```toml\n[advisory]\nid = "A-1"\ndate = "2021-10-02"\nurl = "https://a.example/b"\nkeywords = ["water"]\n'
          'aliases = ["B-2"]\n\n[versions]\npatched = []\n```\n\n# Bends\n\nText.\n'),
         {"title": "Bends", "published_at": _day(2021, 10, 2), "url": "https://a.example/b", "topics": ("water",),
          "aliases": ("B-2",), "body": "# Bends\n\nText.\n"}, "an advisory of RustSec"),
        (("# Bends\n\n- url: https://a.example/b\n- domain_name: a.example\n- published_by: Ann Lee\n"
          "- published_at: 2021-10-02\n- reading_time: 4\n\n---\n\nText.\n"),
         {"authors": ("Ann Lee",), "provider": Provider("a.example", "a.example"), "published_at": _day(2021, 10, 2),
          "original_url": "https://a.example/b", "excerpt": "Text."}, "the names of Wallabag"),
        ("# Bends\n\nDecision Date: 2021-10-02\n\nStatus: Accepted\n\n## Context\n\nText.\n",
         {"published_at": _day(2021, 10, 2), "excerpt": "Text."}, "the day of a decision"),
        (('[#]: subject: "The bend"\n[#]: via: "https://a.example/b"\n[#]: author: "Ann Lee https://a.example/ann"\n'
         '[#]: translator: " "\n[#]: publisher: "bo"\n[#]: url: "https://c.example/d"\n\nBends\n======\n\nText.\n'),
         {"title": "Bends", "original_url": "https://a.example/b", "web_url": "https://c.example/d",
          "authors": ("Ann Lee",), "translators": (), "excerpt": "Text.",
          "provider": Provider("a.example", "a.example")}, "definitions without a name"),
        ("[#]: via: (https://a.example/b)\n[#]: author: (Ann Lee)\n[#]: translator: (bo)\n\n# Bends\n\nText.\n",
         {"title": "Bends", "original_url": "https://a.example/b", "authors": ("Ann Lee",), "translators": ("bo",)},
         "in parentheses"),
        ('[//]: # (title: Bends)\n[//]: # "date: 2021-10-02"\n[comment]: <> (tags: water, maps)\n\nText.\n',
         {"title": "Bends", "published_at": _day(2021, 10, 2), "topics": ("water", "maps"), "body": "Text.\n"},
         "comments of Markdown"),
        ('[_metadata_:title]: - "Bends"\n[_metadata_:tags]: - "water"\n\nText.\n',
         {"title": "Bends", "topics": ("water",), "body": "Text.\n"}, "named definitions"),
        ("~~~yaml\ntitle: Bends\ntags: [water]\n~~~\nText.\n",
         {"title": "Bends", "topics": ("water",), "body": "Text.\n"}, "YAML in a block of code"),
        ('```json\n{"title": "Bends", "date": "2021-10-02"}\n```\nText.\n',
         {"title": "Bends", "published_at": _day(2021, 10, 2), "body": "Text.\n"}, "JSON in a block of code"),
    ],
)  # fmt: skip
def test_other_exports_fill_the_article(text: str, expected: dict[str, object], remark: str) -> None:
    article = _read(text)
    assert {field: getattr(article, field) for field in expected} == expected, remark


_MEDIUM = """\
# Bends

Text.

---

Tagged in [Water](https://medium.com/tag/water), [Slow Maps](https://medium.com/tag/slow-maps)

By [Ann Lee](https://medium.com/@ann) on [<time>October 2, 2021</time>](https://medium.com/p/1).

[Canonical link](https://medium.com/@ann/bends-1)

Exported from [Medium](https://medium.com) on March 15, 2025.
"""
_JOPLIN = """\
Bends

Text.

id: 0f0e
parent_id: ffee
created_time: 2021-10-02T13:30:00.000Z
updated_time: 2021-10-03T00:00:00.000Z
author: Ann Lee
source_url: https://a.example/b
source: joplin-desktop
user_created_time: 2021-10-01T13:30:00.000Z
type_: 1"""
_EVERNOTE = """\
# Bends

Text.

---
### ATTACHMENTS
[0f]: media/a.png

---
### TAGS
{Water}, {Slow Maps}

---
### NOTE ATTRIBUTES
>Created Date: 2021-10-02 13:30:00  
>Last Evernote Update Date: 2021-10-03 00:00:00  
>author: Ann Lee  
>source: web.clip  
>source-url: https://a.example/b  
>source-url: &  
"""  # noqa: W291 - as the program writes it


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_MEDIUM, {"title": "Bends", "authors": ("Ann Lee",), "published_at": _day(2021, 10, 2),
                   "topics": ("Water", "Slow Maps"), "original_url": "https://medium.com/@ann/bends-1",
                   "body": "# Bends\n\nText.\n"}),
        (("---\ntitle: Bends\ndate: 2021-10-01\n---\nText.\n\nOriginal post by [Ann Lee](https://medium.com/@ann){.p-author\n"
          ".h-card} on [October 2, 2021](https://medium.com/p/1).\n"),
         {"authors": ("Ann Lee",), "published_at": _day(2021, 10, 1), "original_url": "https://medium.com/p/1",
          "body": "Text.\n"}),
        ("Text.\n\n[Canonical link](https://a.example/b)\n", {"original_url": "https://a.example/b"}),
        (_JOPLIN, {"title": "Bends", "authors": ("Ann Lee",), "published_at": _day(2021, 10, 1, 13, 30),
                   "updated_at": _day(2021, 10, 3), "original_url": "https://a.example/b", "body": "Text.\n"}),
        ("\n\n" + _JOPLIN.partition("Bends\n\n")[2], {"body": "Text.\n", "authors": ("Ann Lee",)}),
        (_EVERNOTE, {"authors": ("Ann Lee",), "published_at": _day(2021, 10, 2, 13, 30),
                     "updated_at": _day(2021, 10, 3), "topics": ("Water", "Slow Maps"),
                     "original_url": "https://a.example/b",
                     "body": "# Bends\n\nText.\n\n---\n### ATTACHMENTS\n[0f]: media/a.png\n"}),
    ],
    ids=["Medium", "Medium with a head", "a canonical link", "Joplin", "Joplin without a title", "Evernote"],
)  # fmt: skip
def test_metadata_at_the_end_fill_the_article(text: str, expected: dict[str, object]) -> None:
    article = _read(text)
    assert {field: getattr(article, field) for field in expected} == expected


def test_joplin_file_without_a_note_is_no_article() -> None:
    assert parse_file("a.md", b"a.png\n\nid: 0f0e\nmime: image/png\ntype_: 4").article is None


_MDX = r"""import { ann } from '@/authors'
import card from './card.jpg'

export const meta = {
  title: 'Ann\'s \u201cbends\u201d',
  description: `Rivers
    ${move}.`,
  date: '2021-10-02T08:00:00Z',
  authors: [ann],
  // for later
  card,
  layout: Post,
}

Text.
"""
_MDX_WITH_LIST = r"""export const frontmatter = {
  title: '\ud83d\ude00',
  draft: true,
  tags: [
    'water',
    'maps',
  ],
};
export default Layout

Text.
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_MDX, {"title": "Ann's “bends”", "excerpt": "Rivers ….", "published_at": _day(2021, 10, 2, 8),
                "authors": ("ann",), "body": "Text."}),
        ('export const metadata: Metadata = { title: "Bends", date: new Date("2021-10-02"), tags: ["a"] };\n\nText.\n',
         {"title": "Bends", "published_at": _day(2021, 10, 2), "topics": ("a",), "body": "Text."}),
        (_MDX_WITH_LIST, {"title": "😀", "draft": True, "topics": ("water", "maps")}),
        ('@def title = "Bends"\n@def date = Date(2021, 10, 2)\n@def tags = ["a", "b"]\n@def hascode = true\n\nText.\n',
         {"title": "Bends", "published_at": _day(2021, 10, 2), "topics": ("a", "b"), "body": "Text.\n"}),
    ],
    ids=["MDX", "MDX on a line", "MDX with a list", "Franklin"],
)  # fmt: skip
def test_head_in_a_programming_language_fills_the_article(text: str, expected: dict[str, object]) -> None:
    article = _read(text)
    assert {field: getattr(article, field) for field in expected} == expected


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("Note: this is important.\n\nText.\n", "a note"),
        ("# Keys\n\nText.\n\ntype_: 1\n", "a key at the end"),
        ("# Keys\n\nBy [Ann](https://medium.com/@ann) on [Sunday](https://medium.com/p).\n\nText.\n", "a byline"),
        ("# Keys\n\n| Field | Type |\n|---|---|\n| title | text |\n| author | text |\n| tags | list |\n", "a table"),
        ("Summary: the river moves, and the bank follows.\n\nText.\n", "one line"),
        ("Question: why?\nAnswer: because.\n\nText.\n", "a dialog"),
        ("Ann: Hello.\nBo: Hello, Ann.\nTitle: is that a name?\n\nText.\n", "another dialog"),
        ("# Bends\n\nOne thing: rivers move.\nAnother: so do banks.\n\nText.\n", "a list of things"),
        ("# Bends\n\nSource: the river begins in the hills.\n\nText.\n", "a word that is a label"),
        ("# Bends\n\nDate: unknown.\n\nText.\n", "a date that is none"),
        ("# Bends\n\nUpdated: April 13, 2026 - see the map of the river.\n\nText.\n", "a sentence after a date"),
        ("# Bends\n\n**Published:** 3 of 12 chapters.\n\nText.\n", "a number"),
        ("# Bends\n\n- Created: by hand, in 1998 or so\n\nText.\n", "a year in a sentence"),
        ("# Bends\n\n- Author: the one who writes.\n- Reader: the one who reads.\n- Critic: the third.\n\nText.\n",
         "definitions"),
        ("The river: a story.\n\nText.\n", "a sentence with a colon"),
        ("- one\n- two: three\n\nText.\n", "a list"),
        ("std::move\nstd::forward\n\nText.\n", "names with colons"),
        ("https://a.example/b\n\nText.\n", "an address"),
        ("## Metadata\n\nWe talk about metadata here.\n", "a section about metadata"),
        (".. note::\n   Text.\n", "a directive"),
        (".. _label:\n\nText.\n", "a label"),
        ("<!-- a comment -->\n\nText.\n", "a comment"),
        ("10:30 We met.\n11:00 We left.\n", "times"),
        ("One: two\nthree\n---\n\nText.\n", "a heading that is underlined"),
        ("% of the water moves.\n\nText.\n", "a sign"),
        ("export const size = {\n  title: 1\n}\n\nText.\n", "another export"),
        ("export const meta = {\n  width: 1\n}\n\nText.\n", "an export without a known key"),
        ("@define title = x\n\nText.\n", "a word after an at sign"),
        ("他说：河在动。\n\n正文。\n", "speech in Chinese"),
    ],
)  # fmt: skip
def test_prose_with_colons_is_not_metadata(text: str, remark: str) -> None:
    article = _read(text)
    assert article.body == text, remark
    assert (article.authors, article.topics, article.url, article.published_at) == ((), (), "", None), remark


@pytest.mark.parametrize(
    "text",
    [
        "```yaml\nname: a\nversion: 1\ndescription: b\n```\n\nText.\n",
        "```\ntitle: a\n\nno more\n```\n\nText.\n",
        '```toml\n[package]\nname = "a"\n```\n\nText.\n',
        "```yaml\ntitle: a\n",
        "```python\ntitle = 1\n```\n\nText.\n",
        "```json\n[1, 2]\n```\n\nText.\n",
    ],
)
def test_block_of_code_on_top_is_not_metadata(text: str) -> None:
    assert _read(text).body == text


def test_problem_in_a_block_of_code_names_its_line() -> None:
    problems = parse_file("a.md", b'\n```toml\n[a]\ndate = "x"\n```\n\nText.\n').problems
    assert [(problem.line, problem.field) for problem in problems] == [(4, "date")]


def test_problem_in_unfenced_metadata_names_its_line() -> None:
    loaded = parse_file("a.md", b"\nTitle: Bends\nDate: 31 April 2021\nTags: a\n\nText.\n")
    assert [(problem.line, problem.field) for problem in loaded.problems] == [(3, "Date")]
    loaded = parse_file("a.md", b"---\ntitle: Bends\n---\n\n## Metadata\n- Author: Ann\n- Date: 31 April 2021\n")
    assert [(problem.line, problem.field) for problem in loaded.problems] == [(7, "date")]


@pytest.mark.parametrize("lines", [1, 2, 3, 4])
def test_problem_on_the_last_line_of_metadata_names_its_line(lines: int) -> None:
    above = "- Author: Ann\n- Series: Rivers\n- Language: en\n".splitlines(keepends=True)[: lines - 1]
    loaded = parse_file("a.md", f"# Bends\n\n## Metadata\n{''.join(above)}- Date: 31 April 2021\n\nText.\n".encode())
    assert [(problem.line, problem.field) for problem in loaded.problems] == [(3 + lines, "date")]


@pytest.mark.parametrize("above", [0, 1, 2])
def test_duplicate_key_above_a_single_fence_names_its_line(above: int) -> None:
    keys = "author: Ann\nlang: en\n".splitlines(keepends=True)[:above]
    loaded = parse_file("a.md", f"{''.join(keys)}title: Bends\ntitle: Bends\n---\nText.\n".encode())
    assert [(problem.line, problem.field) for problem in loaded.problems] == [(above + 2, "title")]


_PIECES = st.sampled_from(
    ["# A\n", "## Metadata\n", "- Author: [[B]]\n", "Tags: #a #b\n", "URL: https://a.example\n", "\n", "  - c\n",
     "---\n",
     "title:: D\n", ".. title: E\n", "<!--\n", "-->\n", "Title: F\n", ":date: 2021\n", "====\n", "A\n", "text\n",
     "![](x)\n",
     "[Read Original](https://b.example)\n", ", #c\n", "> q\n", "```\n", "<!--{\n", '"Title": "G"}', "    more\n",
     ".. post:: 2021\n", "    :tags: a\n", "\x00", "\ud800", "#: 1\n", "Created: 2021\n"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=30).map("".join), st.sampled_from(["a.md", "a.rst", "a.txt", "a.html", "b c.Rmd"]))
@example("## Metadata\n\n- Author:", "a.md")
@example(".. post::", "a.rst")
def test_text_of_any_shape_loads_with_a_printable_title(text: str, path: str) -> None:
    loaded = parse_file(path, text.encode("utf-8", "surrogatepass"))
    assert loaded.article is None or loaded.article.title.isprintable()


@pytest.mark.parametrize(
    "text",
    ["Title: a\n" + "Key: value\n" * 50_000, "a:: b\n" * 50_000, "# A\n" + "- Author: [[" * 20_000,
     ".. a: b\n" * 50_000,
     "# A\n\n## Metadata\n" + "- Author: [[a]]\n" * 20_000, "# A\n" + "#a " * 100_000, "[Read Original](" * 50_000,
     ".. title: a\n.. tags: " + "#[[" * 50_000, '<!--{"a":' * 20_000, "# A\n" + "* " * 100_000 + "Author: a",
     "# A\nTags: " + "[[a|" * 20_000, "https:&#x2F;" * 50_000, ":a: b\n" * 50_000],
)  # fmt: skip
def test_hostile_headers_parse_in_linear_time(text: str) -> None:
    start = time.process_time()
    for path in ("a.md", "a.rst"):
        parse_file(path, text.encode())
    assert time.process_time() - start < 3
