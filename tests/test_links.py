"""Links in the text of an article: their destinations in the folder, and backlinks."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from indexed_folder import IndexFolder, article

from reader.links import Destination, find_targets, leads, names_file, split_wiki_link

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "home.md": article("Home"),
    "docs/index.md": article("The manual"),
    "docs/install.md": article("Install it", aliases="[Setting up, /old/setup/]"),
    "docs/guide/start.md": article("First steps"),
    "docs/guide/tour.mdx": article("A tour"),
    "docs/guide/deep/index.md": article("Deep water"),
    "docs/guide/deep/notes.html": article("Notes in HTML"),
    "_posts/2014-03-24-the-site-moved.markdown": article("The site moved"),
    "blog/2019/04/02/spring/index.md": article("Spring"),
    "blog/release/v12.19.1.md": article("Node 12.19.1"),
    "content/posts/pinned.md": article("Pinned", permalink="/elsewhere/kept/"),
    "content/posts/slugged.md": article("Slugged", slug="short-name"),
    "pages/01.basics/02.set-up/docs.md": article("Setting it up"),
    "pages/01.basics/03.first-page/docs.md": article("A first page"),
    "pages/04-last-steps.md": article("The last"),
    "en/privacy.md": article("Privacy"),
    "de/privacy.md": article("Datenschutz"),
    "de/terms.md": article("Bedingungen"),
    "notes/Über Größe.md": article("Über Größe"),
    "notes/twin.md": article("Twin one"),
    "journal/twin.md": article("Twin two"),
    "pages/term___network of ideas.md": article("Term"),
    "pages/New to it%3F.md": article("New to it?"),
    "garden.topic.tasks.md": article("Tasks"),
    "web/own.md": article("Own", originalUrl="https://site.example/posts/own/"),
    "web/next.md": article("Next", originalUrl="https://site.example/posts/next/"),
    "news/2016-01-17-maker.markdown": article("Maker"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> IndexFolder:
    made = IndexFolder(tmp_path_factory.mktemp("links"))
    for name, text in FILES.items():
        made.write(name, text)
    made.sync()
    return made


def _lead(folder: IndexFolder, path: str, target: str, url: str = "") -> Destination:
    with closing(folder.search()) as search:
        return search.links.find(path, url, [target])[target]


START = "docs/guide/start.md"


@pytest.mark.parametrize(
    ("path", "target", "found"),
    [
        # Paths, with and without suffix, relative to the file and to the page that a site generates from it.
        (START, "tour.mdx", "docs/guide/tour.mdx"),
        (START, "./tour.mdx#part", "docs/guide/tour.mdx"),
        (START, "tour", "docs/guide/tour.mdx"),
        (START, "../tour/", "docs/guide/tour.mdx"),
        (START, "../install.md?raw=1", "docs/install.md"),
        (START, "../../install/", "docs/install.md"),
        (START, "../install.html", "docs/install.md"),
        (START, "deep/", "docs/guide/deep/index.md"),
        (START, "deep/index.md", "docs/guide/deep/index.md"),
        ("docs/guide/deep/index.md", "../tour.mdx", "docs/guide/tour.mdx"),
        ("docs/guide/deep/index.md", "notes.html", "docs/guide/deep/notes.html"),
        (START, "..", "docs/index.md"),
        (START, "../", "docs/index.md"),
        ("home.md", "docs/", "docs/index.md"),
        ("home.md", "notes/%C3%9Cber%20Gr%C3%B6%C3%9Fe.md", "notes/Über Größe.md"),
        ("home.md", "Docs/Install.MD", "docs/install.md"),
        # From the top of the folder, or of the site.
        (START, "/docs/install", "docs/install.md"),
        (START, "/docs/install.md", "docs/install.md"),
        (START, "/install/", "docs/install.md"),
        (START, "/2014/03/24/the-site-moved.html", "_posts/2014-03-24-the-site-moved.markdown"),
        (START, "/news/2014/03/24/the-site-moved/", "_posts/2014-03-24-the-site-moved.markdown"),
        (START, "/2014/3/24/the-site-moved/", "_posts/2014-03-24-the-site-moved.markdown"),
        (START, "/web/the-site-moved/", "_posts/2014-03-24-the-site-moved.markdown"),
        (START, "/basics/first-page#part", "pages/01.basics/03.first-page/docs.md"),
        ("pages/01.basics/02.set-up/docs.md", "../first-page", "pages/01.basics/03.first-page/docs.md"),
        (START, "/pages/last-steps", "pages/04-last-steps.md"),
        (START, "/posts/2014/03/24/the-site-moved/", "_posts/2014-03-24-the-site-moved.markdown"),
        (START, "/2019/04/spring.html", "blog/2019/04/02/spring/index.md"),
        (START, "/blog/release/v12.19.1/", "blog/release/v12.19.1.md"),
        (START, "/elsewhere/kept", "content/posts/pinned.md"),
        (START, "/posts/short-name/", "content/posts/slugged.md"),
        (START, "/old/setup", "docs/install.md"),
        ("de/terms.md", "/privacy", "de/privacy.md"),
        ("en/about.md", "/privacy", "en/privacy.md"),
        # What generators write.
        (START, "@/posts/pinned.md", "content/posts/pinned.md"),
        (START, "@site/docs/install.md", "docs/install.md"),
        (START, "~/docs/install.md", "docs/install.md"),
        (START, "{filename}/news/2016-01-17-maker.markdown", "news/2016-01-17-maker.markdown"),
        (START, "%7Bfilename%7D2016-01-17-maker.markdown", "news/2016-01-17-maker.markdown"),
        (START, "{{site.baseurl}}/docs/install", "docs/install.md"),
        (START, "_posts/2014-03-24-the-site-moved.markdown", "_posts/2014-03-24-the-site-moved.markdown"),
        (START, "/blog/2014-03-24-the-site-moved/", "_posts/2014-03-24-the-site-moved.markdown"),
        (START, "2014-03-24-the-site-moved", "_posts/2014-03-24-the-site-moved.markdown"),
        (START, "/posts/pinned", "content/posts/pinned.md"),
        (START, "pinned.md", "content/posts/pinned.md"),
        # Wiki links: by file name, title or alias, and nearest first.
        ("home.md", "[[install]]", "docs/install.md"),
        ("home.md", "[[Install It]]", "docs/install.md"),
        ("home.md", "[[setting up]]", "docs/install.md"),
        ("home.md", "[[docs/install]]", "docs/install.md"),
        ("home.md", "[[guide/tour#Sights]]", "docs/guide/tour.mdx"),
        ("home.md", "[[docs/tour]]", "docs/guide/tour.mdx"),
        ("home.md", "[[install.md]]", "docs/install.md"),
        ("home.md", "[[uber grosse]]", "notes/Über Größe.md"),
        ("home.md", "[[ÜBER GRÖSSE]]", "notes/Über Größe.md"),
        ("home.md", "[[term/network of ideas]]", "pages/term___network of ideas.md"),
        ("home.md", "[[New to it?]]", "pages/New to it%3F.md"),
        ("home.md", "[[garden.topic.tasks]]", "garden.topic.tasks.md"),
        ("home.md", "[[dendron://garden/garden.topic.tasks#part]]", "garden.topic.tasks.md"),
        ("notes/a.md", "[[twin]]", "notes/twin.md"),
        ("journal/a.md", "[[twin]]", "journal/twin.md"),
        # Within the same article.
        ("home.md", "#part", "home.md"),
        ("home.md", "[[#A part]]", "home.md"),
        ("home.md", "%5B%5Binstall%5D%5D", "docs/install.md"),
        # The address of an article, in itself.
        ("web/next.md", "https://site.example/posts/next/", ""),
        ("web/next.md", "https://site.example/posts/next/#part", "web/next.md"),
        # Addresses of articles of the folder.
        ("home.md", "https://site.example/posts/next/?utm_source=x", "web/next.md"),
        ("home.md", "http://www.site.example/posts/next#part", "web/next.md"),
        ("home.md", "//site.example/posts/next", "web/next.md"),
        # No article of this folder.
        (START, "missing.md", ""),
        (START, "../../../../etc/passwd", ""),
        (START, "/about/tour/", ""),
        (START, "/2015/03/24/the-site-moved.html", ""),
        (START, "/de/the-site-moved/", ""),
        (START, "/advanced/first-page", ""),
        (START, "/de/2014/03/24/the-site-moved.html", ""),
        ("fr/about.md", "/terms", ""),
        # A page that is not translated, but not one in a third language.
        ("de/about.md", "/de/guide/start/", START),
        ("de/about.md", "/de/guide/nothing/", ""),
        ("fr/about.md", "/fr/terms/", ""),
        ("about.md", "/de/guide/start/", ""),
        (START, "[[No such page]]", ""),
        (START, "[[blog/tour]]", ""),
        (START, "tour.png", ""),
        (START, "https://elsewhere.example/", ""),
        (START, "mailto:tour@site.example", ""),
        (START, "/", ""),
        (START, "?page=2", ""),
        (START, "https://[bad", ""),
    ],
)
def test_link_resolves_to_the_intended_article(folder: IndexFolder, path: str, target: str, found: str) -> None:
    assert _lead(folder, path, target).path == found


@pytest.mark.parametrize(
    ("target", "path", "url"),
    [
        ("../next/", "web/next.md", "https://site.example/posts/next/"),
        ("/posts/next", "web/next.md", "https://site.example/posts/next"),
        ("next.md", "web/next.md", "https://site.example/posts/own/next.md"),
        ("[[next]]", "web/next.md", ""),
        ("/about/", "", "https://site.example/about/"),
        ("picture.png", "", "https://site.example/posts/own/picture.png"),
        # An article with another address is not meant, though its name is the same.
        ("/archive/next/", "", "https://site.example/archive/next/"),
        ("https://site.example/docs/install", "docs/install.md", "https://site.example/docs/install"),
        ("https://other.example/docs/install", "", "https://other.example/docs/install"),
        ("//other.example/x", "", "https://other.example/x"),
    ],
)
def test_link_is_resolved_against_the_article_url(folder: IndexFolder, target: str, path: str, url: str) -> None:
    found = _lead(folder, "web/own.md", target, "https://site.example/posts/own/")
    assert (found.path, found.url) == (path, url)


def test_ambiguous_name_counts_the_other_candidates(folder: IndexFolder) -> None:
    assert _lead(folder, "home.md", "[[twin]]") == Destination("journal/twin.md", others=1)
    assert _lead(folder, "notes/a.md", "[[twin]]").others == 0


def test_link_to_another_file_type_names_a_file() -> None:
    assert names_file("../img/map.png#dark")
    assert names_file("[[map.canvas|x]]")
    assert not names_file("../map.md")
    assert not names_file("[[No. 5]]")


@pytest.mark.parametrize(
    ("target", "fragment"),
    [("tour.mdx#a%20part", "a part"), ("[[tour#A part|label]]", "A part"), ("#top", "top"), ("tour.mdx", "")],
)
def test_fragment_of_a_link_is_kept(folder: IndexFolder, target: str, fragment: str) -> None:
    assert _lead(folder, START, target).fragment == fragment


LINKING = {
    "a.md": ("[x](docs/install.md)", True),
    "b.md": ("[[Install it|there]]", True),
    "c.md": ('<a href="/docs/install/">x</a>', True),
    "d.md": ("[x][ref]\n\n[ref]: docs/install.md#part", True),
    "e.md": ("[x]({% link docs/install.md %})", True),
    "f.md": ('[x]({{< relref "install" >}})', True),
    "docs/guide/g.md": ("[x](../install.md)", True),
    "h.md": ("[x](install-more.md), `[x](docs/install.md)`? and [[Installing]]", False),
    "i.md": ("```\n[x](docs/install.md)\n```", False),
    "j.md": ("install", False),
}


def test_backlinks_by_path_are_found(tmp_path: Path) -> None:
    made = IndexFolder(tmp_path)
    made.write("docs/install.md", article("Install it", "[x](install.md)"))
    for name, (body, _) in LINKING.items():
        made.write(name, article(name, body))
    made.sync()
    with closing(made.search()) as search:
        found = {entry.path for entry in search.backlinks([], "docs/install.md")}
    assert found - {"h.md"} == {name for name, (_, links) in LINKING.items() if links}


def test_backlinks_by_url_are_found(tmp_path: Path) -> None:
    made = IndexFolder(tmp_path)
    made.write("one.md", article("One", originalUrl="https://site.example/one"))
    made.write("two.md", article("Two", "See https://site.example/one. That is all."))
    made.write("three.md", article("Three", "[x](http://www.site.example/one/?utm_source=x)"))
    made.sync()
    with closing(made.search()) as search:
        assert {entry.path for entry in search.backlinks(["https://site.example/one"])} == {"two.md", "three.md"}


def test_backlinks_move_to_a_nearer_article_of_the_same_name(tmp_path: Path) -> None:
    made = IndexFolder(tmp_path)
    made.write("far/page.md", article("Far"))
    made.write("near/a.md", article("A", "[[page]]"))
    made.sync()
    with closing(made.search()) as search:
        assert [entry.path for entry in search.backlinks([], "far/page.md")] == ["near/a.md"]
    made.write("near/page.md", article("Near"))
    made.sync()
    with closing(made.search()) as search:
        assert search.backlinks([], "far/page.md") == []
        assert [entry.path for entry in search.backlinks([], "near/page.md")] == ["near/a.md"]


def test_link_to_a_common_file_name_resolves_by_path(tmp_path: Path) -> None:
    made = IndexFolder(tmp_path)
    for number in range(300):
        made.write(f"{number}/article.md", article(f"Number {number}"))
    made.sync()
    assert _lead(made, "7/article.md", "../299/article.md").path == "299/article.md"
    assert _lead(made, "7/article.md", "../300/article.md").path == ""


@pytest.mark.parametrize(
    ("text", "target", "label"),
    [
        ("Page", "Page", "Page"),
        ("Page|label", "Page", "label"),
        ("Page#Part|", "Page#Part", "Page#Part"),
        ("Tasks|garden.topic.tasks", "garden.topic.tasks", "Tasks"),
        ("Tasks|dendron://garden/tasks#part", "dendron://garden/tasks#part", "Tasks"),
        ("garden.topic.tasks|tasks.md", "garden.topic.tasks", "tasks.md"),
    ],
)
def test_wiki_link_is_split_into_target_and_label(text: str, target: str, label: str) -> None:
    assert split_wiki_link(text) == (target, label)


@pytest.mark.parametrize(
    ("target", "may"),
    [
        ("other.md", True), ("#part", True), ("[[Page]]", True), ("https://site.example/", True),
        ("//site.example/", True),
        ("", False), (" ", False), ("#", False), ("javascript:alert(1)", False), ("mailto:a@site.example", False),
        ("https://user@site.example/", False),
    ],
)  # fmt: skip
def test_only_links_with_a_possible_target_get_a_number(target: str, may: bool) -> None:  # noqa: FBT001 - a parameter of a table
    assert leads(target) == may


def test_link_targets_are_found_in_every_syntax() -> None:
    body = """[a](one.md "title") [b](<two words.md>) [[Three|x]] <a href='four.html'>x</a> https://five.example/a_(b).

[six]: six.md 'title'
![seven](seven.png)
{% post_url 2014-01-01-eight %} {{< ref "nine.md" >}}
{doc}`ten` and :doc:`x <eleven>`
"""
    assert set(find_targets(body)) == {
        "one.md", "two words.md", "[[Three|x]]", "four.html", "https://five.example/a_(b)", "six.md", "seven.png",
        "2014-01-01-eight", "nine.md", "ten", "eleven",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "targets"),
    [
        ("(see https://six.example/a) [b](https://six.example/b_(c)).", ["https://six.example/b_(c)", "https://six.example/a"]),
        ("```\n[a](a.md)\n  ```\n[b](b.md)", ["b.md"]),
        ("```\n```js\n[a](a.md)\n```\n[b](b.md)", ["b.md"]),
        ("````\n```\n[a](a.md)\n````\n[b](b.md)", ["b.md"]),
        ("~~~ a `b`\n```\n[a](a.md)\n~~~\n[b](b.md)", ["b.md"]),
        ("[b](b.md)\n```\n[a](a.md)", ["b.md"]),
        ("``` a ``` [b](b.md)", ["b.md"]),
        ("[[b]](b.md)", ["b.md"]),
    ],
)  # fmt: skip
def test_code_and_punctuation_are_excluded_from_targets(body: str, targets: list[str]) -> None:
    assert find_targets(body) == targets


def test_hostile_text_is_searched_for_links_in_linear_time() -> None:
    assert find_targets("`" * 200_000 + "\n" + "x\n" * 200_000) == []
