"""Which words find which texts, as a table; and 500 queries on real articles, compared with a plain search.

The plain search shares no code with the program: it removes accents and looks for a word between characters that are
no letters, or anywhere for a run of characters of a script without spaces.
"""

from __future__ import annotations

import random
import re
import unicodedata
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from corpora import CORPORA
from indexed_folder import IndexFolder, article, request

from reader.content import resolve_root
from reader.content.load import load_file
from reader.content.site import open_site
from reader.index.database import IndexFile
from reader.index.search import Search
from reader.index.sync import sync

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from corpora import Corpora

    from reader.article import Article

FOUND = [
    # text of an article, query, whether it is found
    ("ภาษาไทยง่าย", "ไทย", True),
    ("ภาษาไทยง่าย", "ภาษา", True),
    ("ภาษาไทยง่าย", "จีน", False),
    ("ភាសាខ្មែរ", "ខ្មែរ", True),
    ("ພາສາລາວ", "ລາວ", True),
    ("မြန်မာဘာသာ", "ဘာသာ", True),
    ("中文維基百科", "維基", True),
    ("日本語の記事", "記事", True),
    ("한국어 문서", "한국어", True),
    ("hyphen\u00adation", "hyphenation", True),
    ("hyphen\u00adation", "hyphen", False),
    ("word\u2060joiner", "wordjoiner", True),
    ("byte\ufefforder", "byteorder", True),
    ("zero\u200bwidth", "zerowidth", True),
    ("كتـــاب جديد", "كتاب", True),
    ("كِتَاب", "كتاب", True),
    ("10⁶ metres", "10", True),
    ("10⁶ metres", "106", False),
    ("Einstein¹ said", "Einstein", True),
    ("Einstein¹ said", "Einstein1", False),
    ("H₂O", "h2o", True),
    ("½ cup", "12", False),
    ("½ cup", '"1 2"', False),
    ("1½ cups", "11", False),
    ("Ångström", "angstrom", True),
    ("naïve", "naive", True),
    ("naive", "naïve", True),
    ("Straße", "strasse", True),
    ("Ελλάδα", "ελλαδα", True),
    ("ёлка", "елка", True),
    ("हिन्दी", "हिन्दी", True),
    ("C++ and C#", "c++", True),
    ("C++ and C#", "c#", True),
    ("C and D", "c++", False),
    ("snake_case", "snake", True),
    ("don't", "don", True),
    ("ﬁne", "fine", True),
    ("Ｆｕｌｌ", "full", True),
    ("one two", '"one two"', True),
    ("one. Two", '"one two"', True),
    ("one three two", '"one two"', False),
]


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> IndexFolder:
    folder = IndexFolder(tmp_path_factory.mktemp("words"))
    for number, text in enumerate(dict.fromkeys(text for text, _, _ in FOUND)):
        folder.write(f"{number:03}.md", article(f"T{number}", text))
    folder.write("topics.md", article("T", topics="[Solar power, Plant life]", authors="[Ann Lee, Bo Day]"))
    folder.write("provider.md", article("T", provider="The Times", providerDomain="news.example"))
    folder.sync()
    return folder


@pytest.mark.parametrize(("text", "query", "found"), FOUND)
def test_word_query_finds_the_texts_that_contain_it(texts: IndexFolder, text: str, query: str, found: bool) -> None:  # noqa: FBT001 - a column of the table
    number = list(dict.fromkeys(text for text, _, _ in FOUND)).index(text)
    assert (f"T{number}" in texts.titles(query)) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"solar power"', True), ('"power plant"', False), ('"ann lee"', True), ('"lee bo"', False),
        ('"the times"', True), ('"times news"', False),
    ],
)  # fmt: skip
def test_phrase_matches_only_within_one_value(texts: IndexFolder, query: str, found: bool) -> None:  # noqa: FBT001 - a column of the table
    assert bool(texts.titles(query)) == found


# The plain reading.

_QUERIES = 500
_NO_SPACES = re.compile("[\u0e01-\u0e2e\u3041-\u30fa\u4e00-\u9fff\uac00-\ud7a3]{2,}")
# Characters that are words of their own, and so end the word next to them.
_ALONE = "\u0e00-\u0e7f\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
_LETTERS = re.compile(rf"[^\W\d_{_ALONE}]{{3,12}}")
_PAIR = re.compile(f"({_LETTERS.pattern}) ({_LETTERS.pattern})")


def _plain(text: str) -> str:
    """Return a text in lower case without accents; superscript digits and fractions are no letters."""
    text = "".join(" " if unicodedata.category(sign) == "No" else sign for sign in text)
    parts = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(sign for sign in parts if not "\u0300" <= sign <= "\u036f")).casefold()


def _all_text(found: Article) -> str:
    """Return all searchable text of an article, in paragraphs."""
    provider = (found.provider.name, found.provider.domain)
    values = (found.title, found.excerpt, found.body, *provider, *found.topics, *found.authors, *found.translators)
    return _plain("\n\n".join(values))


def _queries(texts: list[str], count: int) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield queries and equivalent regular expressions: words, runs without spaces, and pairs of words."""
    rng = random.Random(23)  # noqa: S311 - the same queries each time
    while count:
        text = rng.choice(texts)
        at = rng.randrange(max(1, len(text)))
        run = _NO_SPACES.search(text, at)
        word = _LETTERS.search(text, at)
        if run and rng.random() < 0.7:
            part = run[0][: rng.randint(2, 4)]
            yield f'"{part}"', re.compile(re.escape(part))
        elif word and not set(word[0]) & set("øłđðþæœı"):
            pair = _PAIR.match(text, word.start())
            words = [pair[1], pair[2]] if pair and rng.random() < 0.3 else [word[0]]
            between = r"[\W_]+".join(map(re.escape, words))
            yield f'"{" ".join(words)}"', re.compile(rf"(?<![^\W_{_ALONE}]){between}(?![^\W_{_ALONE}])")
        else:
            continue
        count -= 1


@pytest.mark.parametrize("corpora", CORPORA, ids=lambda corpora: "own" if corpora.own else "real")
def test_queries_find_what_a_plain_search_finds(corpora: Corpora, tmp_path: Path) -> None:
    place = resolve_root(corpora.root)
    index = IndexFile(tmp_path / "index.db", tmp_path / "marks.db")
    index.prepare()
    list(sync(index, place))
    site = open_site(place.root, place.options.base_url)
    texts_by_path: dict[str, str] = {}
    with closing(Search(index.connect())) as search:
        for entry in search.entries(search.ids(*request(""))):
            loaded = load_file(place.root, entry.path, site=site).article
            assert loaded is not None
            texts_by_path[entry.path] = _all_text(loaded)
        for query, pattern in _queries(list(texts_by_path.values()), _QUERIES):
            found = {entry.path for entry in search.entries(search.ids(*request(query)))}
            first = query.strip('"').partition(" ")[0]
            read = {path for path, text in texts_by_path.items() if first in text and pattern.search(text)}
            assert found == read, query
