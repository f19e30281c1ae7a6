"""Generated folders of articles in the home schema, the same on every machine and cached between runs.

An article depends only on the seed, its number and the size of the folder, so that all processes write the same files.
Words are made of syllables with a Zipf distribution, so that the index resembles a real one; bodies have up to 30 KiB,
and most are short.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_Choice = TypeVar("_Choice")

__all__ = ["LONG_READS", "Corpus", "corpus", "typed_words"]

VERSION = 5
LONG_READS = "Long reads"
"""The topic of articles with bodies of 18 to 22 KiB."""

_SEED = 20_211_002
_IN_A_FOLDER = 1_000
_PROCESSES = 2
_VOCABULARY = 60_000
_PROVIDERS = 240
_LAST_DAY = datetime(2025, 12, 31, 12, tzinfo=UTC)
_YEARS = 15
_MAX_BODY_BYTES = 30 * 1024
_BYTES_A_WORD = 7.2
_COMMON = (
    "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which "
    "one you were all her she there would their we him been has when who will no more if out so up said what its about"
).split()
_ONSETS = "b b c c d d d f g h l l m m n n p p r r r s s s t t t v w ch cr pl pr st th tr".split()
_VOWELS = "a a a e e e e i i i o o o u u ai ea ou".split()
_CODAS = ["", "", "", "", "", "", "l", "m", "n", "n", "r", "s", "t", "nd"]
_ACCENTS = str.maketrans("aeou", "áéöü")
_CATEGORIES = ("news", "analysis", "feature", "opinion", "research", "press")
_LANGUAGES = ("en", "en", "en", "en", "de", "fr", "es")


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder of ``articles`` files with a total of ``size`` bytes."""

    root: str
    articles: int
    size: int


@dataclass(frozen=True, slots=True)
class _Words:
    vocabulary: tuple[str, ...]
    weights: tuple[float, ...]
    topics: tuple[str, ...]
    topic_weights: tuple[float, ...]
    providers: tuple[tuple[str, str], ...]
    provider_weights: tuple[float, ...]
    authors: tuple[str, ...]
    author_weights: tuple[float, ...]

    def some(self, rng: random.Random, count: int) -> list[str]:
        return rng.choices(self.vocabulary, cum_weights=self.weights, k=count)


@dataclass(frozen=True, slots=True)
class _Head:
    """The part of an article that related articles repeat."""

    title: str
    excerpt: str
    date: str
    url: str
    provider: tuple[str, str]
    quality: int
    image: str


def corpus(articles: int, cache: Path) -> Corpus:
    """Return a folder with this number of articles, generated unless it is cached."""
    root = cache / f"corpus-{VERSION}-{articles}"
    note = root.with_suffix(".json")
    if note.exists():
        # Not the recorded path: the folder may have moved with the cache.
        return Corpus(str(root), articles, int(json.loads(note.read_text(encoding="utf-8"))["size"]))
    shutil.rmtree(root, ignore_errors=True)
    starts = range(0, articles, _IN_A_FOLDER)
    with ProcessPoolExecutor(_PROCESSES) as pool:
        sizes = pool.map(_write_folder, [root] * len(starts), starts, [articles] * len(starts))
        size = sum(_counted(sizes, articles))
    made = Corpus(str(root), articles, size)
    note.write_text(json.dumps({"articles": articles, "size": size}), encoding="utf-8")
    return made


def _counted(sizes: Iterator[int], articles: int) -> Iterator[int]:
    for number, size in enumerate(sizes, start=1):
        done = min(articles, number * _IN_A_FOLDER)
        sys.stderr.write(f"\rmaking {articles:,} articles: {done:,}")
        yield size
    sys.stderr.write("\n")


def _write_folder(root: Path, start: int, articles: int) -> int:
    folder = root / f"{start // _IN_A_FOLDER:04}"
    folder.mkdir(parents=True)
    words = _words(articles)
    size = 0
    for number in range(start, min(start + _IN_A_FOLDER, articles)):
        raw = _file(number, articles, words).encode()
        (folder / f"{number:07}.md").write_bytes(raw)
        size += len(raw)
    return size


def _words(articles: int) -> _Words:
    rng = random.Random(_SEED)  # noqa: S311 - made-up news is no secret
    vocabulary = _vocabulary(rng)
    topics = [LONG_READS]
    while len(topics) < min(600, max(60, articles // 150)):
        topics.append(" ".join(rng.choices(vocabulary[500:9000], k=rng.choice((1, 1, 2)))).capitalize())
    providers = [_provider(rng, vocabulary) for _ in range(_PROVIDERS)]
    authors = [_author(rng, vocabulary) for _ in range(min(3_000, max(20, articles // 25)))]
    return _Words(
        vocabulary=vocabulary,
        weights=_zipf(len(vocabulary), 1.08, 2.7),
        topics=tuple(topics),
        topic_weights=_zipf(len(topics) - 1, 0.9, 3.0),
        providers=tuple(providers),
        provider_weights=_zipf(len(providers), 0.9, 2.0),
        authors=tuple(authors),
        author_weights=_zipf(len(authors), 0.7, 5.0),
    )


def _vocabulary(rng: random.Random) -> tuple[str, ...]:
    found = dict.fromkeys(_COMMON)
    while len(found) < _VOCABULARY:
        # Rare words are longer than common ones.
        syllables = rng.choice((1, 1, 2)) if len(found) < 400 else rng.choice((2, 2, 3, 3, 4))
        word = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(syllables))
        found[word.translate(_ACCENTS) if rng.random() < 0.02 else word] = None
    return tuple(found)


def _provider(rng: random.Random, vocabulary: Sequence[str]) -> tuple[str, str]:
    words = rng.choices(vocabulary[100:5000], k=2)
    domain = "".join(letter for letter in "".join(words) if letter.isascii())
    return " ".join(word.capitalize() for word in words), f"{domain}.example"


def _author(rng: random.Random, vocabulary: Sequence[str]) -> str:
    return " ".join(word.capitalize() for word in rng.choices(vocabulary[300:1500], k=2))


def _zipf(count: int, exponent: float, shift: float) -> tuple[float, ...]:
    return tuple(accumulate((rank + shift) ** -exponent for rank in range(count)))


def _one(rng: random.Random, choices: Sequence[_Choice], weights: Sequence[float]) -> _Choice:
    return rng.choices(choices, cum_weights=weights)[0]


def _rng(number: int) -> random.Random:
    return random.Random(_SEED * 10_000_000 + number)  # noqa: S311 - a seed, not a secret


def _head(number: int, rng: random.Random, words: _Words) -> _Head:
    title = words.some(rng, rng.randint(4, 13))
    provider = _one(rng, words.providers, words.provider_weights)
    # Squared, so that there are more new articles than old ones.
    age = timedelta(seconds=int(rng.random() ** 2 * _YEARS * 365.25 * 86_400))
    slug = "-".join(word for word in title[:6] if word.isascii())
    return _Head(
        title=" ".join(title).capitalize(),
        excerpt=_sentences(words.some(rng, rng.randint(12, 45)), rng, fancy=number % 5 < 3),
        date=(_LAST_DAY - age).strftime("%Y-%m-%dT%H:%M:%SZ"),
        url=f"https://www.{provider[1]}/{(_LAST_DAY - age).year}/{slug}-{number}",
        provider=provider,
        quality=-1 if rng.random() < 0.05 else int(rng.triangular(0, 100, 45)),
        image=f"https://cdn.{provider[1]}/{number}.jpg" if rng.random() < 0.6 else "",
    )


def _sentences(words: list[str], rng: random.Random, *, fancy: bool) -> str:
    """Return words as sentences; ``fancy`` ones have typographic quotes and dashes."""
    made: list[str] = []
    at = 0
    while at < len(words):
        end = at + rng.randint(6, 24)
        part = words[at:end]
        part[0] = part[0].capitalize()
        if len(part) > 9:
            part[len(part) // 2] += ","
        if fancy and len(part) > 12:
            part[3], part[8] = f"“{part[3]}", f"{part[8]}’s”"
        made.append(" ".join(part) + ".")
        at = end
    return " ".join(made)


def _file(number: int, articles: int, words: _Words) -> str:
    rng = _rng(number)
    head = _head(number, rng, words)
    body = _body(rng, words, fancy=number % 5 < 3)
    related = [_head(other, _rng(other), words) for other in _related(rng, articles)]
    return f"---\n{_front_matter(head, rng, words, len(body))}{_related_yaml(related)}---\n\n{body}"


def _related(rng: random.Random, articles: int) -> list[int]:
    return [rng.randrange(articles) for _ in range(rng.choice((0, 1, 2, 2, 3, 3, 4, 5, 7)))]


def _front_matter(head: _Head, rng: random.Random, words: _Words, body_size: int) -> str:
    topics = rng.choices(words.topics[1:], cum_weights=words.topic_weights, k=rng.choice((0, 1, 2, 2, 3, 3, 4)))
    if 18 * 1024 <= body_size <= 22 * 1024:
        topics.append(LONG_READS)
    lines = [
        f"category: {rng.choice(_CATEGORIES)}",
        f'title: "{head.title}"',
        f'excerpt: "{head.excerpt}"',
        *([f"publishedDateTime: {head.date}"] if rng.random() < 0.99 else []),
        f'originalUrl: "{head.url}"',
        f'webUrl: "{head.url}"',
        "type: article",
        f"quality: {head.quality}",
        f"heat: {-1 if rng.random() < 0.6 else rng.randint(0, 100)}",
        f"published: {'false' if rng.random() < 0.04 else 'true'}",
        f"language: {rng.choice(_LANGUAGES)}",
        f"\nprovider:\n  name: {head.provider[0]}\n  domain: {head.provider[1]}\n",
        *(["topics:", *(f"  - {topic}" for topic in dict.fromkeys(topics)), ""] if topics else []),
        *([f'authors:\n  - "{_one(rng, words.authors, words.author_weights)}"\n'] if rng.random() < 0.5 else []),
        *(_image_yaml(head.image, "") if head.image else []),
    ]
    return "\n".join(lines) + "\n"


def _image_yaml(address: str, indent: str) -> list[str]:
    lines = ("images:", f'  - url: "{address}"', "    width: 1200", "    height: 630", "    isCached: true", "")
    return [indent + line if line else line for line in lines]


def _related_yaml(heads: Sequence[_Head]) -> str:
    lines = ["related:"] if heads else []
    for head in heads:
        lines += [
            f'  - title: "{head.title}"',
            f'    excerpt: "{head.excerpt}"',
            f"    publishedDateTime: {head.date}",
            f'    webUrl: "{head.url}"',
            "    type: article",
            f"    provider:\n      name: {head.provider[0]}\n      domain: {head.provider[1]}",
            f"    quality: {head.quality}",
            *(_image_yaml(head.image, "    ")[:-1] if head.image else []),
        ]
    return "\n".join(lines) + "\n" if lines else ""


def _body(rng: random.Random, words: _Words, *, fancy: bool) -> str:
    size = _body_bytes(rng)
    if not size:
        return ""
    text = words.some(rng, max(5, int(size / _BYTES_A_WORD)))
    cuts = [0]
    while cuts[-1] < len(text):
        cuts.append(cuts[-1] + rng.randint(30, 110))
    return "\n\n".join(_block(text[start:end], rng, at, fancy=fancy) for at, (start, end) in enumerate(pairwise(cuts)))


def _body_bytes(rng: random.Random) -> int:
    kind = rng.random()
    if kind < 0.06:
        return 0
    if kind < 0.064:
        return rng.randint(18 * 1024 + 900, 22 * 1024 - 900)
    return min(_MAX_BODY_BYTES - 1024, int(rng.lognormvariate(7.48, 0.85)))


def _block(text: list[str], rng: random.Random, at: int, *, fancy: bool) -> str:
    """Return words as a paragraph of Markdown, or sometimes as a heading with a list, or a quotation."""
    prose = _sentences(text, rng, fancy=fancy)
    kind = rng.random() if at else 1.0
    if kind < 0.12:
        items = "\n".join(f"- {line.strip()}" for line in prose.split(".") if line.strip())
        return f"## {' '.join(text[:5]).capitalize()}\n\n{items}"
    if kind < 0.18:
        return f"> {prose}"
    if kind < 0.5 and len(text) > 20:
        return f"{prose} See **{text[7]} {text[11]}** and [{text[2]} {text[3]}](https://example.com/{text[4]}/{at})."
    return prose


def typed_words(articles: int, count: int) -> tuple[str, ...]:
    """Return plausible search words of the folder, from common to rare."""
    vocabulary = [word for word in _words(articles).vocabulary[30:12_000] if word.isascii() and 5 <= len(word) <= 9]
    # Ranks spaced like powers: as many common words as rare ones.
    steps = len(vocabulary) ** (1 / count)
    return tuple(vocabulary[int(steps**at) - 1 + at] for at in range(count))
