"""Hostile front matter: texts that could break a parser, and fields with dangerous values."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from hostile_manifest import MARK, Outcome

from reader.urls import MAX_URL

if TYPE_CHECKING:
    from collections.abc import Iterator

    # File name, content, outcome, and field and message of the problem.
    Case = tuple[str, bytes, Outcome, str, str]

__all__ = ["ATTACKS", "NASTY_URLS", "SEQUENCES", "UNSAFE_URLS", "cases", "url_cases"]

DEEP = 100_000
_HALVES = re.compile(r"\\ud[89ab]..\\ud[c-f]..")
DATE = "2021-10-02"

SEQUENCES = (
    f"\x1b[{MARK};{MARK}H", f"\x1b]0;{MARK}\x07", f"\x1b]52;c;{MARK}\x07", f"\x1b]8;;https://{MARK}.example\x07",
    f"\x1bP{MARK}\x1b\\", f"\x1b_{MARK}\x1b\\", f"\x1b^{MARK}\x1b\\", f"\x1bc{MARK}", f"\x1b#8{MARK}",
    f"\x9b{MARK}J", f"\x9d0;{MARK}\x9c", f"\x90{MARK}\x9c", f"\x84{MARK}", f"\x07{MARK}", f"\x08\x08{MARK}",
    f"\x0b\x0c{MARK}", f"\x0e{MARK}\x0f", f"\x7f{MARK}", f"\u202e{MARK}\u202c", f"\u2066{MARK}\u2069", f"\x00{MARK}",
    f"a\r{MARK}", f"a\n{MARK}", f"a\u2028{MARK}", f"a\x85{MARK}", f"&#27;[{MARK}H &#x9b;{MARK}H &#x202e;{MARK}",
    f"<https://a.example/%1b]0;{MARK}%07%C2%9B{MARK}H>",
)  # fmt: skip
MARKUP = (
    "[@click=app.quit]out[/]", "[/]", "[/nothing]", "[link=file:///etc/passwd]x[/link]", "[bold red on blue]", "[",
    "\\[",
    "{0} {x} %s %(x)s", "$(touch pwned)", "`touch pwned`", "; touch pwned;", "| touch pwned", "&& touch pwned",
    "${IFS}", "../../etc/passwd", "<script>alert(1)</script>", "{{ 7*7 }}", "'; DROP TABLE article; --", '" OR "1"="1',
    "\u0301\u0301\u0301" * 50, "\u200b\u200d\ufeff", "\U000e0001\U000e0041", "\U0010ffff\ufffe",
)  # fmt: skip
ATTACKS = (*SEQUENCES, *MARKUP)

UNSAFE_URLS = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "file:///etc/passwd", "data:text/html,<script>1</script>",
    "vbscript:x", "ftp://bad.example/", "mailto:a@bad.example", "ssh://bad.example", "about:config", "http:bad.example",
    "https://user:pass@bad.example/", "https://good.example@bad.example/", "https://bad.example\\@good.example/",
    "https://bad.example/a b", "https://bad.example/\nx", "https://bad.example/\x00", "https:///bad", "https://",
    f"https://bad.example/\x1b]0;{MARK}\x07", f"https://bad.example/\x9b{MARK}H", "https://bad.example/\u202egpj.exe",
    "https://-bad.example/", "https://bad.example:99999999/", "https://[::1/", "https://bad.example/" + "x" * 20_000,
    "view-source:https://bad.example", " java\tscript:alert(1)", "//bad.example/x", "bad.example", "$(touch pwned)",
    "`touch pwned`", ";touch pwned", "|touch pwned", "--help", "-rf", "%s", "[@click=app.quit]", "[/]",
    "\u202ehttps://bad.example/", "https://bad\u2028.example/", "HTTPS://user@bad.example/",
)  # fmt: skip
NASTY_URLS = (
    "https://good.example/$(touch${IFS}pwned)", "https://good.example/`touch`", "https://good.example/;touch;pwned",
    "https://good.example/'\"|&", "https://good.example/%1b%5d0;4242%07", "https://good.example/%s%d%n",
    "https://аррӏе.example/", "https://good.example/[@click=app.quit]", "https://good.example/--option",
    "https://good.example/?a=javascript:alert(1)#file:///etc/passwd", "HTTPS://GOOD.EXAMPLE/", "http://127.0.0.1:1/",
)  # fmt: skip


def _yaml(text: str, body: str = "Body.\n") -> bytes:
    return f"---\n{text}\n---\n{body}".encode("utf-8", "surrogatepass")


def _toml(text: str) -> bytes:
    return f"+++\n{text}\n+++\nBody.\n".encode()


def _written(fields: dict[str, Any], body: str = "Body.\n") -> bytes:
    """Return front matter as JSON between YAML fences, which can express every character."""
    # YAML does not combine two surrogate escapes into one character.
    return _yaml(_HALVES.sub(lambda pair: str(json.loads(f'"{pair[0]}"')), json.dumps(fields)), body)


def cases(first: int) -> Iterator[Case]:
    """Yield all cases; their labels are numbered from ``first``."""
    tables = (*_nested(), *_bombs(), *_oversized(), *_values(), *_encodings())
    for number, (name, raw, fate, field, says) in enumerate(tables, start=first):
        yield f"h{number:03}-{name}.md", raw.replace(b"LABEL", f"H{number:03}".encode()), fate, field, says
    for number, attack in enumerate(ATTACKS, start=first + len(tables)):
        label = f"H{number:03}"
        yield f"h{number:03}-fields.md", _everywhere(label, attack), Outcome.LISTED, "", ""


def url_cases(first: int) -> Iterator[tuple[Case, str]]:
    """Yield articles that have the same URL in every field, with that URL."""
    for number, url in enumerate((*UNSAFE_URLS, *NASTY_URLS), start=first):
        fields = {"title": f"H{number:03} address", "date": DATE, "originalUrl": url, "webUrl": url,
                  "related": [{"title": "Related", "originalUrl": url, "webUrl": url}],
                  "images": [{"url": url, "alt": "x"}], "provider": {"name": url, "domain": url}}  # fmt: skip
        body = f"[one]({url}) <{url}> ![two]({url})\n\n<a href='{url}'>three</a>\n\n[four]: <{url}>\n\n[four] {url}\n"
        raw = _written(fields, body)
        says = "URL longer than" if len(url) > MAX_URL else "is not an http or https URL"
        problem = (Outcome.FLAWED, "originalUrl", says)
        yield (f"h{number:03}-address.md", raw, *(problem if url in UNSAFE_URLS else (Outcome.LISTED, "", ""))), url


def _everywhere(label: str, attack: str) -> bytes:
    related = {"title": f"R {attack}", "excerpt": attack, "type": attack, "provider": {"name": attack, "domain":
    attack},
               "topics": [attack], "originalUrl": "https://good.example/related"}  # fmt: skip
    fields = {"title": f"{label} {attack}", "excerpt": f"E {attack}", "date": DATE, "topics": [f"P {attack}", attack],
              "authors": [f"A {attack}"], "category": f"C {attack}", "type": attack, "language": attack,
              "provider": {"name": f"N {attack}", "domain": attack}, "originalUrl": f"https://good.example/{label}",
              "images": [{"url": "https://good.example/i.png", "alt": attack}], "related": [related],
              f"unknown {attack}": attack}  # fmt: skip
    body = f"B {attack}\n\n# {attack}\n\n`{attack}`\n\n```{attack}\n{attack}\n```\n\n> {attack}\n"
    body += f"\n[{attack}](https://a.example/)"
    # A NUL in the body would be a problem of its own, so the body has it as a reference.
    return _written(fields, body.replace("\x00", "&#0;"))


def _nested() -> tuple[Case, ...]:
    unreadable = Outcome.UNREADABLE
    deep, long = "nested deeper than 64 levels", "exceeds 256 KiB"
    steps = "".join(" " * level + "a:\n" for level in range(700))
    items = "".join(" " * level + "-\n" for level in range(700))
    return (
        ("flow-list", _yaml("a: " + "[" * DEEP + "]" * DEEP), unreadable, "", deep),
        ("flow-list-open", _yaml("a: " + "[" * DEEP), unreadable, "", ""),
        ("flow-lines", _yaml("a:\n" + " [\n" * (DEEP // 2)), unreadable, "", deep),
        ("flow-map", _yaml("a: " + "{a: " * DEEP + "}" * DEEP), unreadable, "", long),
        ("flow-map-short", _yaml("a: " + "{a: " * 50_000 + "}" * 50_000), unreadable, "", deep),
        ("flow-mixed", _yaml("a: " + "[{a: " * 40_000), unreadable, "", deep),
        ("block-list", _yaml("- " * DEEP), unreadable, "", deep),
        ("block-list-steps", _yaml(items), unreadable, "", deep),
        ("block-map", _yaml(steps), unreadable, "", deep),
        ("block-keys", _yaml("? " * DEEP), unreadable, "", deep),
        ("block-mixed", _yaml("- ? " * 60_000), unreadable, "", deep),
        ("quote-open", _yaml('title: "' + "x" * DEEP), unreadable, "", ""),
        ("quotes", _yaml("title: '" + "''" * DEEP), unreadable, "", ""),
        ("escapes", _yaml('title: "' + "\\\\" * DEEP), unreadable, "", ""),
        ("anchors", _yaml("a: " + "&a " * (DEEP // 2)), unreadable, "", ""),
        ("tags", _yaml("a: " + "!" * DEEP), Outcome.FLAWED, "", "unknown tag"),
        ("toml-list", _toml("a = " + "[" * DEEP + "]" * DEEP), unreadable, "", deep),
        ("toml-map", _toml("a = " + "{a=" * 50_000), unreadable, "", deep),
        ("toml-key", _toml("a" + ".a" * DEEP + " = 1"), unreadable, "", "more than 64 parts"),
        ("toml-table", _toml("[a" + ".a" * DEEP + "]"), unreadable, "", "more than 64 parts"),
        ("json-map", ('{"a":' * 50_000).encode(), unreadable, "", deep),
        ("json-list", ('{"a":' + "[" * DEEP + "]" * DEEP + "}").encode(), unreadable, "", deep),
    )


def _bombs() -> tuple[Case, ...]:
    laughs = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))
    merges = "\n".join(f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}], k{n}: 1}}" for n in range(1, 40))
    return (
        ("laughs", _yaml(f"a0: &a0 [lol, lol]\n{laughs}\ntitle: *a29"), Outcome.UNREADABLE, "", "aliases expand"),
        ("merges", _yaml(f"m0: &m0 {{k: 1}}\n{merges}\ntitle: x"),
            Outcome.UNREADABLE, "", "aliases expand"),
        ("itself", _yaml("title: LABEL\nrelated: &r [*r]\ntopics: &t [a, *t]"),
            Outcome.FLAWED, "topics", "expected a string"),
        ("python", _yaml("title: LABEL\nx: !!python/object/apply:os.system [touch pwned]"), Outcome.FLAWED, "", "tag"),
        ("python-title", _yaml("title: !!python/object/new:os.system LABEL"), Outcome.FLAWED, "", "tag"),
        ("binary-tag", _yaml("title: LABEL\nx: !!binary '####'\nset: !!set {a}"), Outcome.FLAWED, "", "tag"),
        ("directive", b"---\n%YAML 9.9\n%TAG ! tag:x,2000:\n---\ntitle: x\n---\n",
            Outcome.FLAWED, "", "no front matter follows"),
        ("twice", _yaml("title: a\n" * 5_000 + "title: LABEL"), Outcome.FLAWED, "title", "duplicate key"),
        ("json-twice", b'{"title": "a", "title": "LABEL"}\nBody', Outcome.FLAWED, "title", "duplicate key"),
        ("toml-twice", _toml('title = "a"\ntitle = "LABEL"'), Outcome.FLAWED, "title", "duplicate key"),
        ("keys", _yaml("title: LABEL\n[a, b]: c\n{d: e}: f\n? [g]\n: h"), Outcome.FLAWED, "", "non-scalar key"),
        ("no-keys", _yaml("LABEL"), Outcome.FLAWED, "", "no front matter follows"),
        ("open", b"---\ntitle: LABEL\n" + b"y: z\n" * 10_000, Outcome.FLAWED, "", "unclosed front matter"),
        ("documents", _yaml("title: LABEL\n... \n%YAML 1.1\n--- \nb: c"), Outcome.LISTED, "", ""),
    )  # fmt: skip


def _oversized() -> tuple[Case, ...]:
    many = range(10_000)
    topics = ", ".join(f"t{n}" for n in many)
    related = "\n".join(f"- {{title: r{n}}}" for n in many)
    images = "\n".join(f"- https://a.example/{n}" for n in range(8_000))
    return (
        ("huge", _yaml("title: x\n" + "k: v\n" * 60_000), Outcome.UNREADABLE, "", "exceeds 256 KiB"),
        ("toml-huge", _toml('title = "x"\n#' + "x" * 300_000), Outcome.UNREADABLE, "", "exceeds 256 KiB"),
        ("json-huge", b'{"title": "' + b"x" * 300_000 + b'"}', Outcome.UNREADABLE, "", "exceeds 256 KiB"),
        ("topics", _yaml(f"title: LABEL\ntopics: [{topics}]"), Outcome.FLAWED, "topics", "more than 200 entries"),
        ("authors", _yaml(f"title: LABEL\nauthors: [{topics}]"), Outcome.FLAWED, "authors", "more than 100 entries"),
        ("related", _yaml(f"title: LABEL\nrelated:\n{related}"), Outcome.FLAWED, "related", "more than 1,000 entries"),
        ("images", _yaml(f"title: LABEL\nimages:\n{images}"), Outcome.FLAWED, "images", "more than 200 entries"),
        ("title", _yaml("title: LABEL " + "x" * 100_000), Outcome.FLAWED, "title", "truncated to 1,000 characters"),
        ("excerpt", _yaml("title: LABEL\nexcerpt: " + "x " * 50_000), Outcome.FLAWED, "excerpt", "truncated to 10,000"),
        ("url", _yaml("title: LABEL\nurl: https://a.example/" + "x" * 100_000),
            Outcome.FLAWED, "url", "longer than 8,192"),
        ("key", _yaml("title: LABEL\n? " + "k" * 100_000 + "\n: v"), Outcome.LISTED, "", ""),
        ("comment", _yaml("title: LABEL\n#" + "x" * 200_000), Outcome.LISTED, "", ""),
        ("table", _yaml("title: LABEL", "|" + "a|" * 20_000 + "\n|" + "-|" * 20_000 + "\n" + "x\n" * 30_000),
         Outcome.LISTED,
         "", ""),
        ("quotes-in-body", _yaml("title: LABEL", "> " * 75_000), Outcome.LISTED, "", ""),
        ("broken-html", _yaml("title: LABEL", "<div>\n" + "<a b=" * 30_000), Outcome.LISTED, "", ""),
        ("long-body", _yaml("title: LABEL", "word\n" * 600_000), Outcome.LISTED, "", ""),
    )  # fmt: skip


def _values() -> tuple[Case, ...]:
    digits = "9" * 5_000
    return (
        ("quality", _yaml(f"title: LABEL\nquality: {digits}"), Outcome.FLAWED, "quality", "is not a number"),
        ("quality-float", _yaml("title: LABEL\nquality: 1e999"), Outcome.FLAWED, "quality", "is not a number"),
        ("quality-nan", _yaml("title: LABEL\nquality: .nan\nheat: -.inf"),
            Outcome.FLAWED, "quality", "is not a number"),
        ("quality-high", _yaml("title: LABEL\nquality: 1e300"), Outcome.LISTED, "", ""),
        ("quality-list", _yaml("title: LABEL\nquality: [1]"), Outcome.FLAWED, "quality", "is not a number"),
        ("json-digits", b'{"title": "LABEL", "quality": ' + digits.encode() + b"}", Outcome.FLAWED, "", "digits"),
        ("toml-digits", _toml(f"quality = {digits}"), Outcome.UNREADABLE, "", "digits"),
        ("date-zero", _yaml("title: LABEL\ndate: 0000-00-00"), Outcome.LISTED, "", ""),
        ("date-large", _yaml("title: LABEL\ndate: 99999-01-01"), Outcome.FLAWED, "date", "is not a date"),
        ("date-month", _yaml("title: LABEL\ndate: 2021-13-45"), Outcome.FLAWED, "date", "is not a date"),
        ("date-edge", _yaml("title: LABEL\ndate: 9999-12-31T23:59:59-23:59"), Outcome.FLAWED, "date", "is not a date"),
        ("date-first", _yaml("title: LABEL\ndate: 0001-01-01T00:00:00+23:59"), Outcome.LISTED, "", ""),
        ("date-last", _yaml("title: LABEL\ndate: 9999-12-31"), Outcome.LISTED, "", ""),
        ("date-digits", _yaml(f"title: LABEL\ndate: {digits}"), Outcome.FLAWED, "date", "is not a date"),
        ("date-text", _yaml("title: LABEL\ndate: " + "1 " * 40_000), Outcome.FLAWED, "date", "is not a date"),
        ("pixels", _yaml("title: LABEL\nimage: {url: 'https://a.example/i', width: 1e300, height: -5}"), Outcome.LISTED,
         "",
         ""),
        ("kinds", _yaml("title: LABEL\nprovider: [a]\nrelated: 5\nimages: 5\ntopics: {a: b}\ncategory: {}\nlang: [x]"),
         Outcome.FLAWED, "related", "expected a list"),
        ("no-title", _yaml("title: {a: b}"), Outcome.FLAWED, "title", "expected a string"),
    )  # fmt: skip


def _encodings() -> tuple[Case, ...]:
    text = "---\ntitle: LABEL\n---\n"
    return (
        ("binary", bytes(range(256)) * 64, Outcome.PLAIN, "", ""),
        ("program", b"\x7fELF\x02\x01\x01" + b"\x00" * 1_000, Outcome.PLAIN, "", ""),
        ("empty", b"", Outcome.PLAIN, "", ""),
        ("nuls", b"\x00" * 10_000, Outcome.PLAIN, "", ""),
        ("prose", b"LABEL is just a text.\n", Outcome.LISTED, "", ""),
        ("nul", b"---\ntitle: LABEL\x00x\n---\n\x00", Outcome.FLAWED, "", "NUL"),
        ("bytes-behind", b"---\ntitle: LABEL\n---\n" + bytes(range(128, 256)), Outcome.FLAWED, "", "invalid UTF-8"),
        ("latin", "---\ntitle: LABEL\nname: café\n---\n".encode("latin-1"), Outcome.FLAWED, "", "invalid UTF-8"),
        ("surrogates", b"---\ntitle: LABEL \xed\xa0\x80\n---\n", Outcome.FLAWED, "", "invalid UTF-8"),
        ("bom", b"\xef\xbb\xbf" + text.encode(), Outcome.LISTED, "", ""),
        ("two-boms", b"\xef\xbb\xbf\xef\xbb\xbf" + text.encode(), Outcome.LISTED, "", ""),
        ("windows", text.replace("\n", "\r\n").encode(), Outcome.LISTED, "", ""),
        ("only-fence", b"---", Outcome.FLAWED, "", "no front matter follows"),
        ("two-fences", b"---\n---\n", Outcome.LISTED, "", ""),
    )
