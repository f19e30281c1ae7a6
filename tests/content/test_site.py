"""What a site implies for its articles: base URL, web path, order of day and month in dates."""

from __future__ import annotations

import os
import pickle
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from reader.article import Article, is_date_only
from reader.content.site import Site, open_site
from reader.content.site.addresses import build_web_url
from reader.content.site.config import MAX_BYTES, MAX_LEVELS, find_config

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://www.example.org"
DAY = datetime(2021, 10, 2, tzinfo=UTC)


def _write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "text", "url"),
    [
        ("hugo.toml", 'title = "x"\nbaseURL = "https://www.example.org/"\n', URL),
        ("hugo.toml", "baseurl = 'https://www.example.org/blog/' # live\n", f"{URL}/blog"),
        ("hugo.yaml", "baseURL: https://www.example.org/\n", URL),
        ("hugo.json", '{\n  "baseURL": "https://www.example.org/"\n}', URL),
        ("config.json", '{"baseURL": "https://www.example.org/", "title": "x"}', URL),
        ("config/_default/config.yml", "baseURL: https://www.example.org\n", URL),
        ("config/_default/hugo.json", '{\n  "baseURL": "https://www.example.org"\n}', URL),
        ("_config.toml", 'url = "https://www.example.org"\nbaseurl = "/blog"\n', f"{URL}/blog"),
        ("config/_default/hugo.toml", 'baseURL = "https://www.example.org"\n', URL),
        ("config.toml", 'base_url = "https://www.example.org"\n[extra]\n', URL),
        ("config.yaml", 'baseURL: "https://www.example.org" # live\n', URL),
        ("_config.yml", 'title: x\nurl: "https://www.example.org"\nbaseurl: ""\n', URL),
        ("_config.yml", "url: https://www.example.org\nbaseurl: /blog # the repository\n", f"{URL}/blog"),
        ("_config.yml", "url: https://www.example.org/\nroot: /\n", URL),
        ("mkdocs.yml", "site_name: x\nsite_url: https://www.example.org/docs/\n", f"{URL}/docs"),
        ("docusaurus.config.js", "module.exports = {\n  url: 'https://www.example.org',\n  baseUrl: '/',\n}", URL),
        ("docusaurus.config.ts", "  url: 'https://www.example.org',\n  baseUrl: '/docs/',\n", f"{URL}/docs"),
        ("_quarto.yml", "website:\n  site-url: https://www.example.org\n", URL),
        ("pelicanconf.py", "SITEURL = 'https://www.example.org'\n", URL),
        ("astro.config.mjs", "export default defineConfig({\n  site: 'https://www.example.org',\n})", URL),
        # no URL that can be opened
        ("hugo.toml", 'title = "x"\n', ""),
        ("hugo.toml", 'baseURL = "/"\n', ""),
        ("hugo.toml", '[languages.de]\nbaseURL = "https://de.example.org"\n', ""),
        ("hugo.toml", '# baseURL = "https://www.example.org"\n', ""),
        ("_config.yml", "baseurl: /blog\n", ""),
        ("_config.yml", "author:\n  url: https://www.example.org\n", ""),
        ("_config.yml", "url: javascript:alert(1)\n", ""),
        ("_config.yml", "url: ''\n", ""),
        ("_config.yml", "x: " + "x" * MAX_BYTES + "\nurl: https://www.example.org\n", ""),
        ("docusaurus.config.js", "  // url: 'https://www.example.org'\n", ""),
        ("config.toml", "\x00\xff", ""),
    ],
)
def test_base_url_comes_from_the_generator_config(tmp_path: Path, name: str, text: str, url: str) -> None:
    _write(tmp_path, {name: text})
    assert find_config(tmp_path).base_url == url


@pytest.mark.parametrize(
    ("name", "folder", "is_found"),
    [
        ("config.toml", "content", True),
        ("config.toml", "content/posts", True),
        ("config.toml", "notes", False),
        ("_config.yml", "_posts", True),
        ("_config.yml", "news/_posts", True),
        ("mkdocs.yml", "docs/blog", True),
        ("mkdocs.yml", "src", False),
    ],
)
def test_generator_config_above_the_folder_covers_its_content(
    tmp_path: Path, name: str, folder: str, is_found: bool  # noqa: FBT001 - a column of the table
) -> None:  # fmt: skip
    _write(tmp_path, {name: f'base_url = "{URL}"\nurl: {URL}\nsite_url: {URL}\n', f"{folder}/a.md": ""})
    assert find_config(tmp_path / folder).base_url == (URL if is_found else "")


def test_nearest_generator_config_wins(tmp_path: Path) -> None:
    _write(tmp_path, {"_config.yml": "url: https://far.example", "content/_config.yml": f"url: {URL}"})
    assert find_config(tmp_path / "content").base_url == URL


def test_generator_config_outside_the_site_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "/".join(["content"] * (MAX_LEVELS + 1))
    _write(
        tmp_path,
        {"_config.yml": f"url: {URL}", "repository/.git/HEAD": "", "repository/content/a.md": "", f"{deep}/a.md": ""},
    )
    assert find_config(tmp_path / "repository").base_url == ""
    assert find_config(tmp_path / "repository/content").base_url == ""
    assert find_config(tmp_path / deep).base_url == ""
    assert find_config(tmp_path / "content").base_url == URL

    tmp_path.chmod(0o777)
    assert find_config(tmp_path / "content").base_url == ""
    tmp_path.chmod(0o755)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_config(tmp_path / "content").base_url == ""


def test_generator_config_that_is_no_regular_file_is_ignored(tmp_path: Path) -> None:
    _write(tmp_path, {"secret": f"url: {URL}", "elsewhere/hugo.toml": f'baseURL = "{URL}"'})
    root = tmp_path / "content"
    root.mkdir()
    (root / "_config.yml").symlink_to(tmp_path / "secret")
    (root / "config").mkdir()
    (root / "config/_default").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(root / "hugo.toml")
    (root / "config.toml").mkdir()
    assert find_config(root).base_url == ""
    assert find_config(tmp_path / "gone").base_url == ""


def test_base_url_setting_overrides_the_generator_config(tmp_path: Path) -> None:
    _write(tmp_path, {"hugo.toml": f'baseURL = "{URL}"'})
    assert open_site(tmp_path).base_url == URL
    assert open_site(tmp_path, "https://other.example").base_url == "https://other.example"


@pytest.mark.parametrize(
    ("path", "metadata", "address"),
    [
        ("a.md", {"url": "/x/"}, "/x/"),
        ("a.md", {"URL": "/x/"}, "/x/"),
        ("a.md", {"url": "/x y/ü.html"}, "/x%20y/%C3%BC.html"),
        ("a.md", {"url": "x.html"}, "/x.html"),
        ("a.md", {"url": "x/y/"}, "/x/y/"),
        ("a.md", {"url": "www.example.com/x"}, None),
        ("a.md", {"permalink": "/x/"}, "/x/"),
        ("a.md", {"permalink": "x/y.html"}, "/x/y.html"),
        ("a.md", {"path": "2025/09/18/x"}, "/2025/09/18/x"),
        ("a.md", {"path": "/about"}, "/about"),
        ("a.md", {"slug": "x"}, "/x/"),
        ("posts/a.md", {"slug": "x"}, "/posts/x/"),
        ("content/posts/a.md", {"slug": "x"}, "/posts/x/"),
        ("content/posts/2021-10-02-a/index.md", {"slug": "x"}, "/posts/x/"),
        ("docs/guide/a.md", {"slug": "/x"}, "/x"),
        ("a.md", {"url": "/x/", "slug": "y"}, "/x/"),
        ("a.md", {"url": "x", "permalink": "pretty", "path": "y"}, "/y"),
        ("_posts/2021-10-02-a-b.md", {"permalink": "/:year/:month/:day/:title/"}, "/2021/10/02/a-b/"),
        ("_posts/2021-10-02-a-b.md", {"permalink": "/:year/:title.html", "slug": "c"}, "/2021/c.html"),
        ("_episodes/a.md", {"slug": "x"}, None),
        ("site/_episodes/2021/a.md", {"slug": "x"}, None),
        ("_episodes/a.md", {"permalink": "/e/:slug/", "slug": "x"}, "/e/x/"),
        ("a.md", {"url": "//evil.example/x"}, None),
        ("a.md", {"url": "/../x"}, None),
        ("a.md", {"path": "../x"}, None),
        ("a.md", {"path": "posts/a.md"}, None),
        ("a.md", {"path": "javascript:alert(1)"}, None),
        ("a.md", {"permalink": "/{{ page.slug }}/"}, None),
        ("a.md", {"permalink": "/:categories/:title/"}, None),
        ("a.md", {"url": "example.com"}, None),
        ("a.md", {"url": 1, "slug": ["x"], "path": None, 2: "/x/"}, None),
        ("a.md", {"url": "/" + "x" * 100_000}, None),
        ("a.md", {}, None),
    ],
)
def test_web_url_is_built_from_the_base_url(path: str, metadata: dict[str, object], address: str | None) -> None:
    for base in (URL, f"{URL}/", f"{URL}/blog"):
        expected = "" if address is None else base.rstrip("/") + address
        assert build_web_url(base, path, metadata, DAY) == expected
    assert build_web_url("", path, metadata, DAY) == ""


@pytest.mark.parametrize(
    ("config", "path", "address"),
    [
        ('defaultContentLanguage = "en"\n', "content/en/docs/a.md", "docs/b/"),
        ('defaultContentLanguage = "en"\n', "content/de/docs/a.md", "de/docs/b/"),
        ('defaultContentLanguage = "en"\n', "content/docs/a.md", "docs/b/"),
        ('defaultContentLanguage = "en"\n', "content/docs/index.de.md", "de/b/"),
        ('defaultContentLanguage = "de"\n', "content/docs/index.de.md", "b/"),
        (
            'defaultContentLanguage = "en"\ndefaultContentLanguageInSubdir = true\n',
            "content/en/docs/a.md",
            "en/docs/b/",
        ),
        ("", "content/en/docs/a.md", "en/docs/b/"),
    ],
)
def test_language_of_a_hugo_site_has_no_folder_on_it(tmp_path: Path, config: str, path: str, address: str) -> None:
    _write(tmp_path, {"hugo.toml": f'baseURL = "{URL}"\n{config}', path: ""})
    article = open_site(tmp_path).complete(Article(path, "A"), {"slug": "b"})
    assert article.web_url == f"{URL}/{address}"


def test_site_completes_an_article_without_overriding_it(tmp_path: Path) -> None:
    _write(tmp_path, {"de/a.md": "", "en/a.md": ""})
    site = Site(tmp_path, URL)
    article = Article("de/a.md", "A")
    assert site.complete(article, {"slug": "b"}) == Article("de/a.md", "A", language="de", web_url=f"{URL}/de/b/")
    assert site.complete(article, {}).web_url == ""
    stated = Article("de/a.md", "A", language="Français", web_url="https://other.example/", original_url=f"{URL}/o")
    completed = site.complete(stated, {"slug": "b"})
    assert completed.language == "fr"
    assert completed.web_url == "https://other.example/"
    assert completed.url == f"{URL}/o"


@pytest.mark.parametrize(
    ("files", "path", "month"),
    [
        ({"a.md": "date: 03/04/2021", "b.md": "date: 25/12/2020"}, "a.md", 4),
        ({"a.md": "date: 03/04/2021", "b.md": 'published: "12/25/2020"'}, "a.md", 3),
        ({"a.md": "date: 03/04/2021", "b.md": "+++\nDate = '25/12/2020'"}, "a.md", 4),
        ({"a.md": "date: 03/04/2021", "b.md": "  created_at: 12/25/2020 10:00"}, "a.md", 3),
        ({"a.md": "date: 03/04/2021", "b.md": "pub date:: 12/25/2020"}, "a.md", 3),
        ({"a.md": "date: 03/04/2021", "b.md": '{"title": "x", "date": "12/25/2020"}'}, "a.md", 3),
        ({"a.md": "date: 03/04/2021\nupdated: 25/04/2021"}, "a.md", 4),
        ({"x/a.md": "date: 03/04/2021", "y/b.md": "date: 25/12/2020"}, "x/a.md", 4),
        # dates of the same folder come first
        ({"x/a.md": "", "x/b.md": "date: 12/25/2020", "y/b.md": "date: 25/12/2020"}, "x/a.md", 3),
        # neither
        ({"a.md": "date: 03/04/2021", "b.md": "date: 05/06/2020"}, "a.md", None),
        ({"a.md": "", "b.md": "date: 12/25/2020", "c.md": "date: 25/12/2020"}, "a.md", None),
        ({"a.md": "", "b.md": "date: 25.12.2020"}, "a.md", None),
        ({"a.md": "", "b.md": "version: 25/12/2020"}, "a.md", None),
        ({"a.md": "", "b.txt.bak": "date: 25/12/2020"}, "a.md", None),
        ({"a.md": "", "b.md": "date: 2020-12-25"}, "a.md", None),
    ],
)
def test_ambiguous_date_is_settled_by_other_dates_of_the_folder(
    tmp_path: Path, files: dict[str, str], path: str, month: int | None
) -> None:
    _write(tmp_path, {name: f"---\n{text}\n---\n" for name, text in files.items()})
    settled = Site(tmp_path).settle_dates(path, {"title": "03/04/2021", "date": "03/04/2021", "updated": "2021"})
    assert settled["title"] == "03/04/2021"
    assert settled["updated"] == "2021"
    if month is None:
        assert settled["date"] == "03/04/2021"
    else:
        assert settled["date"].month == month
        assert is_date_only(settled["date"])


def test_ms_date_begins_with_the_month(tmp_path: Path) -> None:
    assert Site(tmp_path).settle_dates("a.md", {"ms.date": "03/04/2021"})["ms.date"].month == 3


def test_pickled_site_drops_its_cached_lookups(tmp_path: Path) -> None:
    site = Site(tmp_path, URL)
    site.language("en/a.md")
    copy = pickle.loads(pickle.dumps(site))  # noqa: S301 - our own
    assert (copy.root, copy.base_url) == (tmp_path, URL)
    _write(tmp_path, {"en/a.md": "", "de/a.md": ""})
    assert site.language("en/a.md") == ""
    assert copy.language("en/a.md") == "en"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("authors.yml", "ann:\n  name: Ann Lee\n  url: https://a.example/\nbo: {title: Writer}\n"),
        ("blog/authors.yml", "ann:\n  name: Ann Lee\n"),
        ("docs/blog/.authors.yml", "authors:\n  ann:\n    name: Ann Lee\n    avatar: a.png\n"),
        ("_data/authors.yaml", "ann: {name: Ann Lee}\n"),
        ("_data/authors.yml", "ann: Ann Lee\n"),
        ("_data/authors.yaml", "---\nann:\n  name: Ann Lee\n"),
        ("data/authors.yaml", "ann: {name: Ann Lee}\n"),
        ("src/_data/authors.json", '{"ann": {"name": "Ann Lee"}}'),
        ("data/authors.toml", '[ann]\nname = "Ann Lee"\n'),
        ("authors/ann.md", "---\nname: Ann Lee\n---\n"),
        ("content/authors/ann/_index.md", "---\n# Ann\ndisplay_name: Ann Lee\nslug: ann\n---\n"),
        ("content/authors/ann/_index.md", "---\ntitle: Ann Lee\nrole: Writer\n---\nText.\n"),
        ("src/people/ann/index.md", "---\nname: Ann Lee\n---\n"),
        ("data/authors/ann.mdx", "---\nname: Ann Lee\n---\n"),
        ("data/authors/ann.json", '{"name": "Ann Lee"}'),
        ("data/authors/ann.yaml", "name: Ann Lee\n"),
        ("_authors/ann.md", "---\nshort_name: ann\nname: Ann Lee\n---\n"),
    ],
)
def test_authors_are_named_as_their_file_has_them(tmp_path: Path, path: str, text: str) -> None:
    _write(tmp_path, {path: text})
    completed = Site(tmp_path).complete(Article("blog/a.md", "A", authors=("ann", "bo", "Ann Lee", "Cy Oh")), {})
    assert completed.authors == ("Ann Lee", "bo", "Cy Oh")


def test_translators_are_named_as_authors_are(tmp_path: Path) -> None:
    _write(tmp_path, {"authors.yml": "ann: Ann Lee\n", "people/bo.md": "---\nname: Bo Ek\n---\n"})
    article = Article("a.md", "A", authors=("Cy Oh",), translators=("ann", "bo", "../people/bo"))
    assert Site(tmp_path).complete(article, {}).translators == ("Ann Lee", "Bo Ek", "../people/bo")


@pytest.mark.parametrize("text", ["", "no head", "---\nname: [a]\n---\n", "---\nname: ''\n---\n", "---\nx: [\n---\n"])
def test_page_of_an_author_without_a_name_changes_none(tmp_path: Path, text: str) -> None:
    _write(tmp_path, {"authors/ann.md": text})
    assert Site(tmp_path).complete(Article("a.md", "A", authors=("ann",)), {}).authors == ("ann",)


@pytest.mark.parametrize(
    "text", ["", "- a\n", "ann: [", "ann: {name: 1}\n", "ann:\n  name: ''\n", "1: {name: A}\n", "\x00"]
)
def test_file_without_names_of_authors_changes_none(tmp_path: Path, text: str) -> None:
    _write(tmp_path, {"authors.yml": text})
    assert Site(tmp_path).complete(Article("a.md", "A", authors=("ann",)), {}).authors == ("ann",)


def test_changed_file_of_authors_changes_the_fingerprint(tmp_path: Path) -> None:
    before = Site(tmp_path).fingerprint
    _write(tmp_path, {"authors.yml": "ann: {name: Ann Lee}\n"})
    os.utime(tmp_path / "authors.yml", (1, 1))
    first = Site(tmp_path).fingerprint
    os.utime(tmp_path / "authors.yml", (2, 2))
    assert len({before, first, Site(tmp_path).fingerprint}) == 3
