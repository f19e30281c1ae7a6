"""Languages: from names, and from the location of a file in a folder with several languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reader.content.site import Site, language_code

if TYPE_CHECKING:
    from pathlib import Path


def _site(root: Path, *paths: str) -> Site:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    return Site(root)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("en", "en"),
        ("en-US", "en-US"),
        ("zh_cn", "zh_cn"),
        ("English", "en"),
        ("ENGLISH", "en"),
        ("English (US)", "en"),
        ("Deutsch", "de"),
        ("German", "de"),
        ("Français", "fr"),
        ("español", "es"),
        ("日本語", "ja"),
        ("Русский", "ru"),
        ("rust", "rust"),
        ("Klingon", "Klingon"),
        ("", ""),
    ],
)
def test_language_code_accepts_codes_and_names(text: str, code: str) -> None:
    assert language_code(text) == code


@pytest.mark.parametrize(
    ("path", "others", "language"),
    [
        # folders
        ("en/a.md", ["de/a.md"], "en"),
        ("content/zh-cn/post/a.md", ["content/en/post/a.md"], "zh-cn"),
        ("content/zh-TW/a.md", ["content/en/a.md"], "zh-TW"),
        ("pt-br/docs/a.md", ["pt/docs/a.md", "images/x.png"], "pt-br"),
        ("zh_cn/news/_posts/a.md", ["ko/news/_posts/a.md", "_includes/x.html"], "zh_cn"),
        ("ko/_posts/a.md", ["_posts/a.md"], "ko"),
        ("news/de/2021/a.md", ["news/en/2021/a.md"], "de"),
        ("es-419/a.md", ["es/a.md"], "es-419"),
        ("fil/a.md", ["en/a.md"], "fil"),
        ("i18n/ko/docusaurus-plugin-content-docs/current/a.md", ["docs/a.md"], "ko"),
        ("website/i18n/pt-BR/a.md", [], "pt-BR"),
        ("locales/fr/a.md", [], "fr"),
        # names
        ("index.de.md", ["index.md"], "de"),
        ("posts/x/index.fr.md", [], "fr"),
        ("_index.ja.md", ["_index.en.md"], "ja"),
        ("about.pt-br.md", ["about.md"], "pt-br"),
        ("about.ko.mdx", ["about.ja.mdx"], "ko"),
        ("en/about.de.md", ["en/about.md"], "de"),
        # not languages
        ("en/a.md", ["images/a.md"], ""),
        ("it/a.md", ["sales/a.md"], ""),
        ("IT/a.md", ["HR/a.md", "PR/a.md"], ""),
        ("a0/a.md", ["3f/a.md", "be/a.md", "ca/a.md", "da/a.md", "9c/a.md"], ""),
        ("be/a.md", ["3f/a.md", "a0/a.md", "ca/a.md"], ""),
        ("post/a.md", ["en/a.md", "de/a.md"], ""),
        ("english/a.md", ["german/a.md"], ""),
        ("notes.id.md", ["other.md"], ""),
        ("giscus.config.id.md", ["giscus.config.md"], ""),
        ("roadmap.sh.md", ["index.io.md"], ""),
        ("about.v2.md", ["about.md"], ""),
        ("a.md", ["a.de.md"], ""),
        (".de.md", [".en.md"], ""),
    ],
)
def test_language_follows_from_file_location(tmp_path: Path, path: str, others: list[str], language: str) -> None:
    assert _site(tmp_path, path, *others).language(path) == language


def test_unreadable_folder_implies_no_language(tmp_path: Path) -> None:
    assert Site(tmp_path / "gone").language("en/a.md") == ""
    assert Site(tmp_path / "gone").language("about.de.md") == ""
    assert Site(tmp_path / "\x00").language("en/a.md") == ""
