"""Replacement of one tag of a template by the Markdown that it stands for: a link, an image, or text."""

from __future__ import annotations

import re

__all__ = ["expand_component", "expand_tag", "expand_value"]

_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_BARE_URL = re.compile(r"(?<![\w:/\"'])(?<!\w=)(?<!\]\()https?://[^\s\"'<>|)]+")
_NAMED = re.compile(r"""([\w-]+)\s*(?:=|:(?!//))\s*(?:"([^"]*)"|'([^']*)'|\{?["']([^"']*)["']\}?|([^\s,)"']+))""")
_LITERAL = re.compile(r"""[\w-]+[ ]?=[ ]?(?:"[^"]*"|'[^']*')""")
_MARKS = re.compile(r"[\[\]*_`\\]")
_WORD_SEPARATOR = re.compile("[-_]")
_BRACKET = re.compile(r"(?<!\\)[\[\]]")
_DRAWN_AS_LINK = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "youtuber": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "gist": "https://gist.github.com/{}",
    "instagram": "https://www.instagram.com/p/{}/",
    "codepen": "https://codepen.io/{}",
    "asciinema": "https://asciinema.org/a/{}",
}
_MEDIA = frozenset({"audio", "bilibili", "embed", "iframe", "pdf", "playlist", "podcast", "soundcloud", "video"})
_MEDIA_SOURCES = ("src", "source", "mp3", "mp4", "m4a", "ogg", "webm", "file")
_IMAGES = frozenset({"figure", "img", "image", "picture", "imgproc", "resize_image", "include_image", "asset_img"})
_IMAGE_SOURCES = ("src", "path", "file", "image_path", "image", "img", "filename")
_IS_IMAGE = re.compile(r"[^\s]+\.(?:png|jpe?g|gif|svg|webp|avif)\Z", re.IGNORECASE)
_TARGETS = frozenset(
    {"ref", "relref", "link", "link_to", "post_url", "url", "post_link", "relurl", "absurl", "path_for"}
)
# Shortcodes whose first value is a title.
_TITLED_FIRST = frozenset({"accordion", "details", "expand", "tab"})


def expand_tag(name: str, arguments: str) -> str:
    """Return the Markdown for a tag that is not a verbatim block."""
    if name.startswith(("end", "/")):
        return ""
    if name == "include":
        name, arguments = _included(arguments)
    url = found[0] if (found := _BARE_URL.search(arguments)) else ""
    arguments = arguments.replace(url, "", 1)
    named = _named(arguments)
    placed = [first or second for first, second in _QUOTED.findall(_NAMED.sub("", arguments))]
    bare = placed or re.findall(r"(?:[^\s()\"',|]|(?<=\w)'(?=\w))+", _NAMED.sub("", arguments))
    first = url or (bare[0] if bare else "")
    if name == "link_to" and len(quoted := _QUOTED.findall(arguments)) > 1:
        return "[{}](<{}>)".format(*(first or second for first, second in quoted[:2]))
    if name in _TARGETS:
        return first
    has_image = _source(named) and not _IMAGES.isdisjoint(_WORD_SEPARATOR.split(name))
    if name in _IMAGES or has_image or _IS_IMAGE.match(first or _source(named)):
        source = next(filter(_IS_IMAGE.match, bare), url)
        # Octopress writes a class before the path and a size after it.
        words = [each for each in bare if each not in {"", source} and not each.isdigit()] if source else bare[1:]
        return _image(named, source or first, words[0] if placed and words else " ".join(words))
    return _link(name, named, first)


def _included(arguments: str) -> tuple[str, str]:
    """Return the name and arguments of the shortcode that an included file is like.

    Values are literals; others are variables. The title of an image is not shown on the page.
    """
    file, _, rest = arguments.strip().partition(" ")
    name = file.rpartition("/")[2].partition(".")[0].lower()
    literals = [found[0] for found in _LITERAL.finditer(rest)]
    if not {'alt=""', "alt=''"}.isdisjoint(literals):  # a decoration
        return "include", ""
    if name in _MEDIA or name in _DRAWN_AS_LINK:
        return name, " ".join(literals)
    return (name if name in _IMAGES else "include"), " ".join(each for each in literals if each[:5].lower() != "title")


def _source(named: dict[str, str]) -> str:
    return next(filter(None, map(named.get, _IMAGE_SOURCES)), "")


def _link(name: str, named: dict[str, str], first: str) -> str:
    """Return the link of a shortcode, else its title, else an empty string."""
    title, target = named.get("title", ""), named.get("href") or named.get("link") or named.get("url") or ""
    if name in {"tweet", "x"} and {"user", "id"} <= named.keys():
        title, target = f"Post by {named['user']}", f"https://x.com/{named['user']}/status/{named['id']}"
    elif name in _DRAWN_AS_LINK and (place := named.get("id") or first):
        target = place if place.startswith("http") else _DRAWN_AS_LINK[name].format(place)
        title = title or name.capitalize()
    elif name in _MEDIA and not target:
        target = next(filter(None, map(named.get, _MEDIA_SOURCES)), first if "." in first else "")
        title = title or name.capitalize()
        return f"[{title}](<{target}>)" if target else ""
    elif first.startswith("http"):
        target = target or first
    label = title or named.get("text") or named.get("name") or named.get("label") or ""
    if target := target or (label and named.get("file", "")):
        return f"[{label or target}](<{target}>)"
    if name in _TITLED_FIRST and first:
        return f"\n\n**{first}**\n\n"
    shown = ("content",) if name == "include" else ("text", "cite")
    return f"\n**{title}**\n" if title else " — ".join(filter(None, map(named.get, shown)))


def _image(named: dict[str, str], place: str, said: str) -> str:
    source = _source(named) or place
    caption = named.get("caption") or named.get("title") or ""
    words = named.get("alt", "") or ("" if "](" in caption else caption) or said
    marks = _MARKS if named.get("alt") else _BRACKET
    image = f"![{marks.sub(_escaped, words)}](<{source}>)" if source else ""
    return f"{image} *{caption}*" if caption and caption != words else image


def _escaped(sign: re.Match[str]) -> str:
    return f"&#{ord(sign[0])};"  # backslashes and brackets would be mathematics


def _named(arguments: str) -> dict[str, str]:
    return {key.lower(): next(filter(None, values), "") for key, *values in _NAMED.findall(arguments)}


def expand_value(expression: str) -> str:
    """Return the text of a literal, the expansion of a call, else an empty string.

    A single word stays unchanged: outside templates, people write placeholders as ``{{ name }}``.
    """
    if literal := re.match(r"\"([^\"]*)\"|'([^']*)'", expression):
        return literal[1] or literal[2] or ""
    if call := re.match(r"-?\s*(\w+)\s*\((.*)\)", expression, re.DOTALL):
        return expand_tag(call[1].lower(), call[2])
    return f"{{{{{expression}}}}}" if re.fullmatch(r"[\w-]+", expression) else ""


def expand_component(tag: str, attributes: str) -> str:
    """Return the replacement for an MDX component's tag: its label, and its link or image if it has one."""
    if tag.startswith("</"):
        return ""
    named = _named(attributes)
    label = named.get("title") or named.get("label") or named.get("alt") or ""
    label = "" if label[:1] == "{" else label  # an expression
    if target := named.get("href") or named.get("to"):
        return f"[{label or target}](<{target}>) "
    if source := named.get("src"):
        return f"![{label}](<{source}>)"
    return f"\n\n**{label}**\n\n" if label else ""
