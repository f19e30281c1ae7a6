"""Parsing of real-world feeds: every field of an entry from RSS, Atom, RDF and JSON, well-formed or not."""

from __future__ import annotations

from datetime import UTC, datetime

import feedparser
import pytest

from reader.feeds.reading import Enclosure, NotAFeedError, Picture, parse_feed
from reader.feeds.writing.markdown import html_to_markdown

_NAMESPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def rss(item: str, channel: str = "<link>https://news.example/</link>") -> bytes:
    text = f'<rss version="2.0" {_NAMESPACES}><channel><title>News</title>{channel}<item>{item}</item></channel></rss>'
    return text.encode()


def atom(entry: str, feed: str = "", root: str = "") -> bytes:
    text = f'<feed xmlns="http://www.w3.org/2005/Atom" {root}><title>News</title>{feed}<entry>{entry}</entry></feed>'
    return text.encode()


URL = "https://news.example/feeds/all.xml"


def test_rss_item_fills_every_field() -> None:
    (entry,) = parse_feed(
        rss(
            "<title>One</title><link>https://news.example/one</link><guid isPermaLink='false'>tag:1</guid>"
            "<pubDate>Sat, 02 Oct 2021 13:30:00 +0200</pubDate><dc:creator>Ada L.</dc:creator>"
            "<category>AI</category><category>AI</category><category>Law</category>"
            "<description>Short.</description><content:encoded><![CDATA[<p>Long &amp; wide</p>]]></content:encoded>"
            '<media:thumbnail url="/a.jpg" width="640" height="480"/>'
            '<enclosure url="https://cdn.example/a.mp3" type="audio/mpeg" length="123"/>'
        ),
        url=URL,
    ).entries

    assert (entry.title, entry.url, entry.guid) == ("One", "https://news.example/one", "tag:1")
    assert entry.published_at == datetime(2021, 10, 2, 11, 30, tzinfo=UTC)
    assert (entry.authors, entry.topics) == (("Ada L.",), ("AI", "Law"))
    assert (entry.summary, entry.html) == ("Short.", "<p>Long &amp; wide</p>")
    assert entry.images == (Picture("https://news.example/a.jpg", 640, 480),)
    assert entry.enclosures == (Enclosure("https://cdn.example/a.mp3", "audio/mpeg", 123),)


def test_atom_entry_fills_every_field() -> None:
    (entry,) = parse_feed(
        atom(
            "<title type='html'>R&amp;amp;D</title><id>urn:uuid:1</id><published>2021-10-02T13:30:00Z</published>"
            "<updated>2021-10-03T00:00:00Z</updated><author><name>Ada</name></author>"
            "<category term='ai' label='AI'/><link rel='self' href='/one.atom'/>"
            "<link rel='alternate' type='application/json' href='/one.json'/><link href='/one'/>"
            "<link rel='enclosure' href='/one.mp3' type='audio/mpeg'/>"
            "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Text</p></div></content>"
        ),
        url=URL,
    ).entries

    assert (entry.title, entry.url, entry.guid) == ("R&D", "https://news.example/one", "urn:uuid:1")
    assert entry.published_at == datetime(2021, 10, 2, 13, 30, tzinfo=UTC)
    assert entry.updated_at == datetime(2021, 10, 3, tzinfo=UTC)
    assert (entry.authors, entry.topics) == (("Ada",), ("AI",))
    assert [file.url for file in entry.enclosures] == ["https://news.example/one.mp3"]
    assert "<p>Text</p>" in entry.html


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("AT&amp;amp;T", "AT&T"),
        ("AT&amp;amp;amp;T", "AT&T"),
        ("AT&T and you", "AT&T and you"),
        ("Fish & chips", "Fish & chips"),
        ("<![CDATA[Fish & chips]]>", "Fish & chips"),
        ("Caf&eacute; &nbsp; noir", "Café noir"),
        ("&amp;#8220;Hi&amp;#8221;", "“Hi”"),
        ("  Two\n  lines\t", "Two lines"),
        ("Bell\x07 and&#7; tail", "Bell and tail"),
        ("An &lt;em&gt;old&lt;/em&gt; word", "An old word"),
        ("<![CDATA[An <em>old</em> word]]>", "An old word"),
        ("An <em>old</em> word", "An old word"),
        ("&amp;lt;i&amp;gt;Twice&amp;lt;/i&amp;gt;", "Twice"),
        ("Use &lt;b&gt; for bold", "Use <b> for bold"),
        ("List&lt;String&gt; in Java", "List<String> in Java"),
        ("a &lt; b and c &gt; d", "a < b and c > d"),
        ("One&lt;br/&gt;two", "One two"),
        ("safe&lt;script&gt;alert(1)&lt;/script&gt; title", "safe title"),
        ("safe&lt;embed src='https://x.example/'&gt; title", "safe title"),
        ("&lt;blink&gt;safe&lt;/blink&gt; title", "safe title"),
        ("The &lt;script&gt; element", "The <script> element"),
        ("&#X41;&#x42;", "AB"),
        ("&amp;unknown; thing", "&unknown; thing"),
        ("&lt;![CDATA[Fish &amp; chips]]&gt;", "Fish & chips"),
    ],
)
def test_entry_title_has_no_markup_or_entities(title: str, expected: str) -> None:
    (entry,) = parse_feed(rss(f"<title>{title}</title><link>https://news.example/one</link>")).entries
    assert entry.title == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<description>A note without a title.</description>", "A note without a title."),
        ("<title/><description>&lt;p&gt;First.&lt;/p&gt;&lt;p&gt;Second.&lt;/p&gt;</description>", "First."),
        (f"<description>{'word ' * 40}</description>", "word " * 16 + "word…"),
        ("<link>https://news.example/2021/10/a-good_day.html</link>", "A good day"),
        ("<title> </title><dc:title>Second choice</dc:title>", "Second choice"),
    ],
)
def test_missing_title_falls_back_to_text_or_url(item: str, expected: str) -> None:
    (entry,) = parse_feed(rss(item)).entries
    assert entry.title == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<guid>https://news.example/?p=1</guid>", "https://news.example/?p=1"),
        ("<guid isPermaLink='false'>https://news.example/?p=1</guid>", "https://news.example/?p=1"),
        ("<guid isPermaLink='true'>/one</guid>", "https://news.example/one"),
        ("<link></link><guid isPermaLink='false'>abc</guid>", ""),
        ("<guid>abc</guid>", ""),
        (
            "<link>https://p.example/x</link><feedburner:origLink>https://o.example/x</feedburner:origLink>",
            "https://o.example/x",
        ),
        ("<link>\n  https://news.example/one\n</link>", "https://news.example/one"),
        ("<link><![CDATA[https://news.example/?a=1&b=2]]></link>", "https://news.example/?a=1&b=2"),
        ("<link>https://news.example/?a=1&b=2</link>", "https://news.example/?a=1&b=2"),
        ("<link>/one two</link>", "https://news.example/one%20two"),
        ("<link>one</link>", "https://news.example/one"),
        ("<link>//other.example/one</link>", "https://other.example/one"),
        ("<atom:link rel='alternate' href='/one'/>", "https://news.example/one"),
        ("<link>javascript:alert(1)</link><guid>https://news.example/2</guid>", "https://news.example/2"),
    ],
)
def test_rss_item_url_comes_from_link_or_guid(item: str, expected: str) -> None:
    (entry,) = parse_feed(rss(f"<title>T</title>{item}"), url=URL).entries
    assert entry.url == expected


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ('<link rel="edit" href="/edit"/><link rel="alternate" href="/a"/>', "https://news.example/a"),
        ('<link rel="enclosure" href="/x.mp3"/><link href="/a"/>', "https://news.example/a"),
        ('<link rel="via" href="/via"/><link rel="alternate" href="/a"/>', "https://news.example/a"),
        ('<link rel="via" href="/via"/>', "https://news.example/via"),
        (
            '<link rel="alternate" type="text/plain" href="/t"/><link type="text/html" href="/a"/>',
            "https://news.example/a",
        ),
        ('<link rel="http://www.iana.org/assignments/relation/alternate" href="/a"/>', "https://news.example/a"),
        ('<link rel="self" href="/self"/><content src="/src" type="text/html"/>', "https://news.example/src"),
        ('<link rel="replies" href="/r"/><id>https://news.example/id</id>', "https://news.example/id"),
    ],
)
def test_atom_entry_url_is_its_page(links: str, expected: str) -> None:
    (entry,) = parse_feed(atom(f"<title>T</title>{links}"), url=URL).entries
    assert entry.url == expected


def test_nested_xml_bases_are_combined() -> None:
    raw = atom(
        '<title>T</title><link href="page"/><content type="html" xml:base="deep/">&lt;img src="a.png"&gt;</content>',
        root='xml:base="https://b.example/x/"',
    ).replace(b"<entry>", b'<entry xml:base="y/">')

    (entry,) = parse_feed(raw, url=URL).entries

    assert entry.url == "https://b.example/x/y/page"
    assert entry.base == "https://b.example/x/y/deep/"


def test_xml_base_within_xhtml_content_is_combined() -> None:
    content = (
        "<content type='xhtml' xml:base='b/'><x:div xmlns:x='http://www.w3.org/1999/xhtml' xml:base='c/'>"
        "<x:p xml:base='d/'><x:a href='e.html'>e</x:a></x:p><x:img src='/f.png'/></x:div></content>"
    )
    (entry,) = parse_feed(
        atom(f"<title>T</title>{content}", root="xml:base='https://news.example/a/'"), url=URL
    ).entries
    markdown = html_to_markdown(entry.html, entry.base)
    assert "[e](https://news.example/a/b/c/d/e.html)" in markdown
    assert "https://news.example/f.png" in markdown


def test_bare_less_than_sign_in_a_title_is_kept() -> None:
    (entry,) = parse_feed(rss("<title>a < b and c <3</title>")).entries
    assert entry.title == "a < b and c <3"


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        (
            "&amp;lt;p&amp;gt;Tom &amp;amp;amp; &amp;lt;b&amp;gt;J&amp;lt;/b&amp;gt;&amp;lt;/p&amp;gt;",
            "<p>Tom &amp; <b>J</b></p>",
        ),
        ("The &amp;lt;p&amp;gt; element", "The &lt;p&gt; element"),
    ],
)
def test_content_that_is_escaped_twice_is_decoded_twice(description: str, expected: str) -> None:
    (entry,) = parse_feed(rss(f"<title>T</title><description>{description}</description>")).entries
    assert entry.html == expected


def test_item_without_content_is_not_an_entry() -> None:
    raw = rss("<title>One</title></item><item/><item><title/><link/>")
    assert [entry.title for entry in parse_feed(raw).entries] == ["One"]


@pytest.mark.parametrize("before", ["// generated\n", "<br />\n<b>Notice</b>: x\n", "callback("])
def test_json_feed_after_other_text_is_parsed(before: str) -> None:
    raw = f'{before}{{"version": "https://jsonfeed.org/version/1", "items": [{{"id": "1", "title": "One"}}]}}'
    assert [entry.title for entry in parse_feed(raw.encode()).entries] == ["One"]


def test_element_with_a_prefix_but_no_name_keeps_its_text() -> None:
    description = "<p>a <http:/>//b <m:i xmlns:m='urn:x'>c</m:i></p>"
    (entry,) = parse_feed(rss(f"<title>T</title><description>{description}</description>")).entries
    assert "//b" in html_to_markdown(entry.html, URL)


def test_truncated_json_feed_keeps_its_complete_items() -> None:
    raw = (
        b'{"version": "https://jsonfeed.org/version/1", "title": "N", "items": [{"id": 1, "title": "a"}, {"id": 2, "ti'
    )
    feed = parse_feed(raw)
    assert (feed.title, [entry.title for entry in feed.entries]) == ("N", ["a"])


def test_relative_xml_base_is_resolved_against_the_document() -> None:
    raw = atom('<title>T</title><link href="page"/>', root='xml:base="/blog/"')
    assert parse_feed(raw, url=URL).entries[0].url == "https://news.example/blog/page"


def test_content_without_xml_base_uses_the_entry_url() -> None:
    raw = atom('<title>T</title><link href="https://o.example/2021/one"/><content type="html">x</content>')
    assert parse_feed(raw, url=URL).entries[0].base == "https://o.example/2021/one"


def test_rdf_items_outside_the_channel_are_entries() -> None:
    raw = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://n.example/"><title>N</title>'
        b"<link>https://n.example/</link></channel>"
        b'<item rdf:about="https://n.example/1"><title>One</title><dc:date>2021-10-02T13:30+02:00</dc:date></item>'
        b"</rdf:RDF>"
    )

    feed = parse_feed(raw)

    assert (feed.title, feed.site_url) == ("N", "https://n.example/")
    assert [(entry.title, entry.url) for entry in feed.entries] == [("One", "https://n.example/1")]
    assert feed.entries[0].published_at == datetime(2021, 10, 2, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "root",
    [
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#">',
        "<feed>",
        '<feed xmlns="https://www.w3.org/2005/Atom/">',
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom">',
    ],
)
def test_atom_with_any_namespace_is_recognized(root: str) -> None:
    prefix = "a:" if root.startswith("<a:") else ""
    entry = (
        "<entry><title>One</title><link href='https://n.example/1'/><modified>2021-10-02T13:30:00Z</modified></entry>"
    )
    body = entry.replace("<", f"<{prefix}").replace(f"<{prefix}/", f"</{prefix}")

    feed = parse_feed(f"{root}{body}</{prefix}feed>".encode())

    assert [(found.title, found.url) for found in feed.entries] == [("One", "https://n.example/1")]
    assert feed.entries[0].published_at == datetime(2021, 10, 2, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("<author>ada@n.example (Ada Lovelace)</author>", ("Ada Lovelace",)),
        ("<author>Ada Lovelace &lt;ada@n.example&gt;</author>", ("Ada Lovelace",)),
        ("<author>ada@n.example</author>", ("ada",)),
        ("<author>Ada (staff)</author>", ("Ada (staff)",)),
        ("<dc:creator>Ada</dc:creator><dc:creator>Bob</dc:creator>", ("Ada", "Bob")),
        ("<itunes:author>Ada</itunes:author>", ("Ada",)),
        ("<author><name>Ada</name></author>", ("Ada",)),
    ],
)
def test_rss_author_is_reduced_to_a_name(author: str, expected: tuple[str, ...]) -> None:
    assert parse_feed(rss(f"<title>T</title>{author}")).entries[0].authors == expected


def test_atom_entry_inherits_author_and_language() -> None:
    raw = atom("<title>T</title>", "<author><name>Ada</name></author>", 'xml:lang="de-AT"')
    (entry,) = parse_feed(raw).entries
    assert (entry.authors, entry.language) == (("Ada",), "de-AT")


@pytest.mark.parametrize(
    "broken",
    [
        "<rss><channel><title>N</title><item><title>One</title><link>https://n.example/1</link></item></channel>",
        "<rss><channel><title>N</title><item><title>One</title><link>https://n.example/1</link></item>",
        "<rss><channel><title>N<item><title>One</title><link>https://n.example/1</link></item></channel></rss>",
        "<rss><channel><item><title>One</title><link>https://n.example/1</link><x></item></channel></rss>",
        (
            "\n\n <?xml version='1.0'?><rss><channel><item><title>One</title><link>https://n.example/1</link>"
            "</item></channel></rss>"
        ),
        (
            "<?xml version='1.0'?><rss><channel><item><dc:title>One</dc:title><link>https://n.example/1</link>"
            "</item></channel></rss>"
        ),
        (
            "Warning: something in line 3<rss><channel><item><title>One</title><link>https://n.example/1</link>"
            "</item></channel></rss>"
        ),
        "<rss><channel><item><title>One</title><link>https://n.example/1</link></item></channel></rss>junk<p>",
        (
            "<rss><channel><item><title>One</title><link>https://n.example/1</link><description>a & b <br> &copy; c"
            "</description></item></channel></rss>"
        ),
        (
            "<rss><channel><item><title>One</title><link>https://n.example/1</link><description>a <3 b</description>"
            "</item></channel></rss>"
        ),
        "<rss><channel><item><title>One&#55357;&#xD800;</title><link>https://n.example/1</link></item></chan",
        "<rss version=2.0><channel><item><title>One</title><link>https://n.example/1</link></item></channel></rss>",
    ],
)
def test_broken_xml_keeps_its_entries(broken: str) -> None:
    (entry,) = parse_feed(broken.encode()).entries
    assert (entry.title, entry.url) == ("One", "https://n.example/1")


def test_entities_are_never_expanded_or_fetched() -> None:
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    outside = '<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;'
    raw = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol">{bomb}{outside}]>'
        "<rss><channel><item><title>&l9;&x; end</title><link>https://n.example/1</link></item></channel></rss>"
    ).encode()

    (entry,) = parse_feed(raw).entries

    assert entry.title == "&l9;&x; end"


def test_quoted_doctype_is_text() -> None:
    (entry,) = parse_feed(
        rss("<title>The &lt;!DOCTYPE html&gt;</title><description><![CDATA[<!DOCTYPE x [>]]></description>")
    ).entries
    assert entry.title == "The <!DOCTYPE html>"


@pytest.mark.parametrize(
    "entry",
    [
        "<title mode='base64'>RXhhbXBsZQ==</title>",
        (
            "<title>Example</title><link>https://news.example/one</link>"
            "<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='x' href='/y'/>"
        ),
    ],
)
def test_old_atom_entry_is_parsed(entry: str) -> None:
    found = parse_feed(f"<feed><entry>{entry}<updated>2021-10-02</updated></entry></feed>".encode(), url=URL).entries[0]
    assert (found.title, found.published_at) == ("Example", datetime(2021, 10, 2, tzinfo=UTC))
    assert found.url in {"", "https://news.example/one"}


def test_doctype_without_subset_is_ignored() -> None:
    raw = (
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
        "<rss><channel><item><title>One &eacute;</title></item></channel></rss>"
    )
    assert parse_feed(raw.encode()).entries[0].title == "One é"


@pytest.mark.parametrize(
    "raw", [b"", b"hello", b"<html><body>No</body></html>", b"{}", b'{"items": [1]}', b"\0\0", b"<"]
)
def test_other_document_is_not_a_feed(raw: bytes) -> None:
    with pytest.raises(NotAFeedError):
        parse_feed(raw)


def test_json_feed_item_fills_every_field() -> None:
    raw = (
        b'{"version": "https://jsonfeed.org/version/1.1", "title": "N", "home_page_url": "https://n.example/",'
        b'"language": "en", "items": [{"id": "1", "url": "/1", "title": "One", "content_html": "<p>x</p>",'
        b'"date_published": "2021-10-02T13:30:00+02:00", "authors": [{"name": "Ada"}], "tags": ["AI"],'
        b'"image": "/i.png", "attachments": [{"url": "/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 9}]}]}'
    )

    (entry,) = parse_feed(raw, url="https://n.example/feed.json").entries

    assert (entry.title, entry.url, entry.guid) == ("One", "https://n.example/1", "1")
    assert (entry.authors, entry.topics, entry.language) == (("Ada",), ("AI",), "en")
    assert entry.images == (Picture("https://n.example/i.png"),)
    assert entry.enclosures == (Enclosure("https://n.example/a.mp3", "audio/mpeg", 9),)


@pytest.mark.parametrize(
    ("item", "field", "expected"),
    [
        ('{"id": 17, "url": "https://n.example/1"}', "guid", "17"),
        ('{"id": 17.0, "url": "https://n.example/1"}', "guid", "17"),
        ('{"id": "1", "url": "u", "authors": {"name": "Ada"}}', "authors", ("Ada",)),
        ('{"id": "1", "url": "u", "author": {"name": "Ada"}}', "authors", ("Ada",)),
        ('{"id": "1", "url": "u", "authors": ["Ada", "Bob"]}', "authors", ("Ada", "Bob")),
        ('{"id": "1", "url": "u", "author": "Ada"}', "authors", ("Ada",)),
        ('{"id": "1", "url": "u", "tags": "a, b"}', "topics", ("a", "b")),
        ('{"id": "1", "title": "Two\nlines"}', "title", "Two lines"),
        ('{"id": "1", "title": "Tab\there",}', "title", "Tab here"),
        ('{"id": "1", "title": "A &amp; B"}', "title", "A & B"),
        ('{"id": "1", "title": "Half \\ud83d of it"}', "title", "Half \ufffd of it"),
        ('{"id": "1", "content_text": "a < b"}', "html", "<p>a &lt; b</p>"),
        ('{"id": "https://n.example/1", "title": "x"}', "url", "https://n.example/1"),
        (
            '{"id": "1", "url": "https://n.example/1", "external_url": "https://o.example/"}',
            "url",
            "https://o.example/",
        ),
        ('{"id": "1", "title": "x", "date_modified": "2021-10-02"}', "published_at", datetime(2021, 10, 2, tzinfo=UTC)),
    ],
)
def test_invalid_json_feed_item_is_parsed_leniently(item: str, field: str, expected: object) -> None:
    (entry,) = parse_feed(f'\ufeff{{"title": "N", "items": [{item}]}}'.encode()).entries
    assert getattr(entry, field) == expected


def test_any_bytes_are_parsed_or_not_a_feed() -> None:
    whole = rss("<title>One</title><link>https://news.example/one</link><description>&lt;p&gt;x</description>")
    for cut in range(0, len(whole), 7):
        for raw in (whole[:cut], whole[cut:], whole[:cut] + b"\xff\x00<" + whole[cut:]):
            try:
                parse_feed(raw)
            except NotAFeedError:
                continue


@pytest.mark.parametrize(
    "error", [ValueError, UnicodeError, TypeError, KeyError, AttributeError, RecursionError, AssertionError]
)
def test_error_of_feedparser_leaves_what_was_read_leniently(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(feedparser, "parse", fail)
    feed = parse_feed(b"<rss><channel><title>News</title><item><title>A</title></channel></rss>", url=URL)
    assert (feed.title, [entry.title for entry in feed.entries]) == ("News", ["A"])
