"""Expansion of template syntax in Markdown: Liquid, Hugo, Zola, Nunjucks, ERB, MDX, kramdown and WordPress.

A site generator runs these before or while it parses the Markdown. Known ones (links, images, code) are rewritten as
Markdown; other tags are removed, but the text they enclose stays. Code stays unchanged.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

from reader.render.markup.blocks import FenceTracker
from reader.render.markup.expansion import expand_component, expand_tag, expand_value

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["expand_in_html", "expand_shortcodes"]

_HINTS = re.compile(
    r"\{[{%:#./]|`\{|^(?:import|export)\s|</?[A-Z]|<>|\{ ?[.#]|highlight-(?:next|start|end)|\[!code "
    r"|<%|=\{|\[(?:/[a-z]|(?:audio|contact-form|embed|gallery|playlist|soundcloud|video|vimeo|youtube)\b)",
    re.MULTILINE,
)
_INLINE_CODE = r"``[^\n]+?``|`[^`\n]+`"
# HTML in capitals is no component.
_NOT_HTML = (
    r"(?!(?:A|ABBR|B|BIG|BLOCKQUOTE|BR|CAPTION|CENTER|CODE|COL|DD|DEL|DIV|DL|DT|EM|FONT|H[1-6]|HR|I|IMG|INS|KBD|LI|OL|P"
    r"|PRE|S|SMALL|SPAN|STRIKE|STRONG|SUB|SUP|TABLE|TBODY|TD|TFOOT|TH|THEAD|TR|TT|U|UL)(?![\w.]))"
)
# A quote after a letter is an apostrophe.
_ARGUMENTS = r"""(?:[^"'%{}>\n]|"[^"]{0,2000}"|(?<=\w)'|(?<!\w)'[^'\n]{0,2000}'|%(?!\})|>(?!\}\})|\n(?!\n)){0,400}?"""
_TAG = re.compile(
    rf"(?P<code>{_INLINE_CODE})"
    rf"|\{{%[-@=]?\s*(?P<liquid>/?[\w.-]*)(?P<liquid_args>{_ARGUMENTS})-?%\}}"
    r"|<%[-=#]*\s*(?P<erb>[\w.]*)(?P<erb_args>(?:[^%]|%(?!>)){0,1000})%>"
    rf"|\{{\{{[<%]\s*(?P<hugo>/?\s*[\w./-]+)(?P<hugo_args>{_ARGUMENTS})/?\s*[%>]\}}\}}"
    r"|<\{\{-?\s*\w+\.[^{}\n]{1,500}\}\}>"
    rf"|(?<!=)\{{\{{(?P<value>[^{{}}\n]{{0,500}}|-?\s*[\w.]+\(\{{[^{{}}]{{0,2000}}\}}\)\s*-?)\}}\}}"
    r"|\{/\*(?P<remark>[^*]{0,5000})\*/\}"
    r"|(?<=[)\]`*_>])\{(?P<attributes>:?(?:[^{}\n]|\n(?!\s*\n)){1,600})\}"
    r"|\[(?P<bracket>/?[a-z][\w-]*)(?P<bracket_args>(?:[ =][^\[\]{}<>`\n]{0,400})?)\](?![(\[:])"
    rf"|</?{_NOT_HTML}"
    r"[A-Z][\w.]*+(?P<component>(?:[^<>{}\"']|\"[^\"]*\"|'[^'\n]*'|\{(?:[^{}]|\{[^{}]*\})*\}){0,400})>"
)
# Options of a Quarto or R Markdown cell: in its first line, or in comments at its beginning.
_CELL = re.compile(r"[ \t]*`{3,}\{(?!=)[^}\n]*\}[ \t]*\n(?:[ \t]*(?:#|//|--|%%)\|[^\n]*\n)*")
_RAW_BLOCK = re.compile(r"[ \t]*`{3,}[ \t]*\{=(\w+)\}[ \t]*\n(.*?)\n?[ \t]*`{3,}\s*\Z", re.DOTALL)
_RAW_TAG = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_HIDDEN = re.compile(r"\b(?:include|echo)\s*[:=]\s*f(?:alse)?\b", re.IGNORECASE)
_CELL_OPTION = re.compile(r"^[ \t]*(?:#|//|--|%%)\|[^\n]*\n", re.MULTILINE)
# Code comments that make Docusaurus and VitePress highlight lines.
_HIGHLIGHT = re.compile(
    r"^[ \t]*(?://|#|--|;|%|/\*|<!--|\{/\*)[ \t]*highlight-(?:next-line|start|end)[ \t]*(?:\*/\}?|-->)?[ \t]*\n"
    r"|[ \t]*(?://|#|--|;|%|/\*|<!--)[ \t]*\[!code [^\]\n]*\][ \t]*(?:\*/|-->)?[ \t]*$",
    re.MULTILINE,
)
_HEADING_ID = re.compile(r"^([ ]{0,3}#{1,6}[ \t][^\n{]*?)[ \t]*\{:?[ \t]*#([\w.:-]+)[^{}\n]*\}[ \t]*$", re.MULTILINE)
_ATTRIBUTE_LIST = re.compile(r"[ \t]*\{(?::|[#.]\S|:?\s*[#.]\w)[^{}\n]{0,200}\}[ \t]*$", re.MULTILINE)
_ITEM_ATTRIBUTES = re.compile(r"^([ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\{:[^{}\n]{0,200}\}[ \t]*", re.MULTILINE)
_IS_ATTRIBUTES = re.compile(r":|\s*data-[\w-]+\s*\Z|\s*[#.][\w-]|\s*[\w-]+=")
_MODULE_LINE = re.compile(
    r"^(?:(?:import\s(?:[^\n;]{0,300}\sfrom\s*)?[\"'][^\"'\n]+[\"'];?[ \t]*)+"
    r"|import\s*\{[^}]{0,2000}\}\s*from\s*[\"'][^\"'\n]+[\"'];?[ \t]*"
    r"|export\s+(?:const|let|var|function|default|async)\b(?:[^\n]*\n)+?(?=\s*\n|\Z)"
    r"|export\s+(?:const|let|var|default)\b[^\n]*)$",
    re.MULTILINE,
)
_BRACKET_END = re.compile(r"\[(/[a-z][\w-]*)\](?![(\[:])")
_SINGLE_BRACKETS = frozenset(
    {"audio", "contact-form", "contact-form-7", "embed", "gallery", "playlist", "soundcloud", "video", "vimeo",
     "youtube"}
)  # fmt: skip
_LANGUAGE = re.compile(
    r"\blang(?:uage)?\s*=\s*[\"']?([\w+#.-]+)|\blang(?:uage)?-([\w+#.-]+)"
    r"|\A\s*=?\s*[\"']?([\w+#.-]+)(?![\w+#.-]*\s*=)"
)
# HTML with JavaScript attributes: string values stay.
_JSX_TAG = re.compile(
    r"<[a-z][\w-]*+(?=[^<>]{0,400}=\{)(?:[^<>{}\"']|\"[^\"]*\"|'[^'\n]*'|\{(?:[^{}]|\{[^{}]*\})*\}){0,400}>"
)
_JSX_VALUE = re.compile(r"=\{(?:[\w.]*\(?\s*[\"'`]([^\"'`{}]*)[\"'`]\s*\)?(?:\.default)?|(?:[^{}]|\{[^{}]*\})*)\}")
_LINK = re.compile(r"(!?)\[([^\[\]]*)\]\(<([^<>]*)>\)")
_HTML_BLOCK = re.compile(
    r"\n?[ ]{0,3}</?(?:article|aside|blockquote|center|d[dlt]|details|div|figure|footer|form|h[1-6]|header|li|main|nav"
    r"|ol|p|section|summary|table|tbody|t[dhr]|thead|ul)\b",
    re.IGNORECASE,
)
_NEAR = 2_000  # characters
_EMPHASIZED = re.compile(r"\*{1,2}([^*]+)\*{1,2}")
_VERBATIM = frozenset(
    {"raw", "verbatim", "highlight", "codeblock", "comment", "code", "mermaid", "prism", "sourcecode", "pre"}
)
# Tags for paths of pages.
_LINKED = frozenset({"link", "post_link", "post_url", "ref", "relref"})
_PATH = re.compile(r"[^\s<>\[\]()*`]+")
_NEAR_LINK = 20  # characters
_IN_WORDS = re.compile(r"(?:\A|\n|[^\s(\[<\"'=:/}][.,;)]?[ ]|[ ][(])\Z")
_AFTER_WORD = re.compile(r"[.,;:!?)]*(?:\s|\Z)")
_CODE_FENCE = "`" * 8


def expand_shortcodes(text: str) -> str:
    """Return Markdown without template syntax. Takes time linear in the text."""
    if _HINTS.search(text) is None:
        return text
    expander = _Expander(frozenset(_BRACKET_END.findall(text)) if "[/" in text else frozenset())
    return "".join(expander.expand(is_code=is_code, text=part) for is_code, part in _parts(text))


def expand_in_html(html: str) -> str:
    """Return HTML without template syntax; tags for links and images are rewritten as HTML."""
    if "{{" not in html and "{%" not in html and "<%" not in html:
        return html
    return _TAG.sub(_expansion_in_html, html)


def _expansion_in_html(found: re.Match[str]) -> str:
    name, arguments = _call(found)
    if name:
        known = "" if name in _VERBATIM else expand_tag(name, arguments)
    elif found["value"] is not None:
        known = expand_value(found["value"].strip())
    else:
        return found[0]
    return _LINK.sub(_html_link, _EMPHASIZED.sub(r"<b>\1</b>", known))


def _html_link(link: re.Match[str]) -> str:
    label, target = escape(unescape(link[2])), escape(link[3])
    return f'<img src="{target}" alt="{label}">' if link[1] else f'<a href="{target}">{label}</a>'


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the fenced code blocks of a text and the parts between them, each with its line breaks."""
    lines: list[str] = []
    fences = FenceTracker()
    for line in text.splitlines(keepends=True):
        was_code = bool(fences.fence)
        if not fences.is_code(line) or (was_code and fences.fence):
            lines.append(line)
        elif fences.fence:
            yield False, "".join(lines)
            lines = [line]
        else:
            yield True, "".join([*lines, line])
            lines = []
    yield bool(fences.fence), "".join(lines)


class _Expander:
    """Expander of a text. ``_until`` is the name of the open block whose content stays unchanged.

    ``ends`` are the closing shortcodes in brackets in the text, such as ``/caption``.
    """

    def __init__(self, ends: frozenset[str]) -> None:
        self._ends = ends
        self._until = ""
        self._silent = False

    def expand(self, text: str, *, is_code: bool) -> str:
        if is_code:
            return self._code(text)
        text = _ATTRIBUTE_LIST.sub("", _HEADING_ID.sub(r'\1 <a id="\2"></a>', text))
        if "{:" in text:
            text = _ITEM_ATTRIBUTES.sub(r"\1", text)
        if not self._until:
            text = _MODULE_LINE.sub("", text)
        if "={" in text:
            text = _JSX_TAG.sub(lambda tag: _JSX_VALUE.sub(r'="\1"', tag[0]), text)
        out: list[str] = []
        at = 0
        for found in _TAG.finditer(text):
            self._emit(out, text[at : found.start()])
            self._emit_tag(out, found)
            at = found.end()
        self._emit(out, text[at:])
        return "".join(out)

    def _code(self, text: str) -> str:
        """Return fenced code without Liquid's ``raw`` tags around or inside it."""
        if "endraw" in text or self._until == "raw":
            text = re.sub(r"[ \t]*\{%-?\s*(?:end)?raw\s*-?%\}[ \t]*\n?", "", text)
        if "highlight-" in text or "[!code " in text:
            text = _HIGHLIGHT.sub("", text)
        if raw := _RAW_BLOCK.match(text):
            text = raw[2] + "\n" if raw[1].lower().startswith("html") else ""
        elif cell := _CELL.match(text):
            is_hidden = _HIDDEN.search(cell[0]) is not None
            text = "" if is_hidden else _CELL_OPTION.sub("", cell[0]) + text[cell.end() :]
        return "" if self._silent else text

    def _emit(self, out: list[str], text: str) -> None:
        if not self._silent:
            out.append(text)

    def _emit_tag(self, out: list[str], found: re.Match[str]) -> None:
        is_bracket = self._is_bracket(found["bracket"], found["bracket_args"])
        name, arguments = (found["bracket"], found["bracket_args"]) if is_bracket else _call(found)
        if self._until:
            if name in {f"end{self._until}", f"/{self._until}"}:
                out.append(self._end_verbatim(_neighbors(found)))
            else:
                self._emit(out, found[0])
        elif found["code"] is not None:
            out.append(_RAW_TAG.sub("", found[0]) if "endraw" in found[0] and "{% raw" in found[0] else found[0])
        elif name == "code" and not found.string[found.end() :].strip():
            pass  # around fenced code
        elif _is_verbatim(name, arguments):
            out.append(self._begin_verbatim(name, arguments, _neighbors(found)))
        elif (name or found["value"] is not None) and (start := _start_in_html(found)) is not None:
            # A blank line would end the HTML.
            out.append(_expansion_in_html(found) or ("" if start.strip() else "<!-- -->"))
        elif name:
            expansion = expand_tag(name, arguments)
            is_link = name in _LINKED and _PATH.fullmatch(expansion) and _stands_alone(found)
            out.append(f"[{expansion}](<{expansion}>)" if is_link else expansion)
        else:
            out.append(_other(found))

    def _is_bracket(self, name: str | None, arguments: str) -> bool:
        """Return whether a name in brackets is a shortcode's."""
        if name is None:
            return False
        return not self._ends.isdisjoint((name, f"/{name}")) or (arguments != "" and name in _SINGLE_BRACKETS)

    def _begin_verbatim(self, name: str, arguments: str, around: tuple[str, str]) -> str:
        self._until = name
        self._silent = name == "comment"
        if name in {"raw", "verbatim", "comment"}:
            return ""
        found = _LANGUAGE.search(arguments)
        language = "mermaid" if name == "mermaid" else next(filter(None, found.groups()), "") if found else ""
        return _on_its_own_line(f"{_CODE_FENCE}{language}", around)

    def _end_verbatim(self, around: tuple[str, str]) -> str:
        name, self._until = self._until, ""
        self._silent = False
        return "" if name in {"raw", "verbatim", "comment"} else _on_its_own_line(_CODE_FENCE, around)


def _is_verbatim(name: str, arguments: str) -> bool:
    """Return whether a tag begins code. Without a language, highlighted text is not code."""
    if name not in _VERBATIM or arguments.rstrip().endswith("/"):
        return False
    return name != "highlight" or arguments.strip() != ""


def _other(found: re.Match[str]) -> str:
    """Return the replacement for a match that is neither code nor a named tag."""
    if found["value"] is not None:
        return expand_value(found["value"].strip())
    if found["attributes"] is not None:
        return "" if _IS_ATTRIBUTES.match(found["attributes"]) else found[0]
    if found["component"] is not None:
        return expand_component(found[0], found["component"])
    return found[0] if found["bracket"] is not None else ""


def _call(found: re.Match[str]) -> tuple[str, str]:
    """Return the name and arguments of a Liquid, Hugo or ERB tag; both empty for anything else."""
    name = (found["liquid"] or found["hugo"] or found["erb"] or "").replace(" ", "").lower()
    return name, found["liquid_args"] or found["hugo_args"] or found["erb_args"] or ""


def _start_in_html(found: re.Match[str]) -> str | None:
    """Return the line up to a match inside a block of HTML; None outside of one."""
    start = found.start()
    before = found.string[max(0, start - _NEAR) : start].rpartition("\n\n")[2]
    return before.rpartition("\n")[2] if "\n" in before and _HTML_BLOCK.match(before) else None


def _stands_alone(found: re.Match[str]) -> bool:
    """Return whether a match is between words rather than in the target of a link."""
    text = found.string
    before = text[max(0, found.start() - _NEAR_LINK) : found.start()]
    return _IN_WORDS.search(before) is not None and _AFTER_WORD.match(text, found.end()) is not None


def _neighbors(found: re.Match[str]) -> tuple[str, str]:
    """Return the characters before and after a match; line breaks at the ends of the text."""
    text = found.string
    return text[found.start() - 1 : found.start()] or "\n", text[found.end() : found.end() + 1] or "\n"


def _on_its_own_line(line: str, around: tuple[str, str]) -> str:
    start, end = ("" if sign == "\n" else "\n" for sign in around)
    return f"{start}{line}{end}"
