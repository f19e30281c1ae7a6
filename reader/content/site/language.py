"""Codes of languages by name, and the language that the path of a file implies.

A path counts only if its folder has several languages: ``it/`` alone may be a department, and ``notes.id.md`` may be
about identifiers.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from reader.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "CONTENT_FOLDERS",
    "Listing",
    "is_language_code",
    "language_code",
    "language_of_folder",
    "language_of_name",
    "languages_in",
]

CONTENT_FOLDERS = frozenset({"content", "docs", "blog", "posts", "news", "pages", "source", "src"})
"""Usual names of the top folders of a site's content."""

# ISO 639-1 codes, and longer codes that sites use.
_ISO_639 = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo "
    "es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka "
    "kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng "
    "nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st "
    "su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu ast ckb fil gsw "
    "hsb kab nds yue"
)
_CODES = frozenset(_ISO_639.split())
_CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|419))?", re.ASCII)
# English and native names, folded.
_PAIRS = (
    "english=en german=de deutsch=de french=fr francais=fr spanish=es espanol=es castellano=es portuguese=pt "
    "portugues=pt italian=it italiano=it dutch=nl nederlands=nl swedish=sv svenska=sv danish=da dansk=da norwegian=no "
    "norsk=no bokmal=nb nynorsk=nn finnish=fi suomi=fi icelandic=is islenska=is estonian=et eesti=et latvian=lv "
    "latviesu=lv lithuanian=lt lietuviu=lt polish=pl polski=pl czech=cs cestina=cs slovak=sk slovencina=sk "
    "slovenian=sl slovenscina=sl croatian=hr hrvatski=hr serbian=sr српски=sr srpski=sr bosnian=bs macedonian=mk "
    "bulgarian=bg български=bg russian=ru русскии=ru ukrainian=uk українська=uk belarusian=be greek=el ελληνικα=el "
    "turkish=tr turkce=tr hungarian=hu magyar=hu romanian=ro romana=ro catalan=ca catala=ca basque=eu euskara=eu "
    "galician=gl galego=gl welsh=cy cymraeg=cy irish=ga gaeilge=ga indonesian=id malay=ms swahili=sw kiswahili=sw "
    "afrikaans=af albanian=sq shqip=sq georgian=ka armenian=hy kazakh=kk uzbek=uz mongolian=mn hebrew=he עברית=he "
    "arabic=ar العربية=ar persian=fa farsi=fa فارسی=fa urdu=ur hindi=hi हिन्दी=hi bengali=bn bangla=bn বাংলা=bn "
    "tamil=ta தமிழ்=ta telugu=te marathi=mr thai=th ไทย=th vietnamese=vi korean=ko 한국어=ko japanese=ja 日本語=ja "
    "chinese=zh 中文=zh filipino=fil tagalog=tl esperanto=eo latin=la"
)
_NAMES: Mapping[str, str] = MappingProxyType(dict(pair.split("=") for pair in _PAIRS.split()))
_FOLDERS_OF_LANGUAGES = frozenset({"i18n", "locale", "locales", "translations", "lang", "langs", "languages"})


class Listing(Struct, frozen=True):
    """Names of the folders and files in one folder."""

    folders: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()


def is_language_code(name: str) -> bool:
    """Return whether a name is a language code, with or without a region: ``de``, ``pt-BR``, ``zh_Hans``."""
    found = _CODE.fullmatch(name)
    return found is not None and found[1].lower() in _CODES


def language_code(text: str) -> str:
    """Return the code of a language from its English or native name; return any other text unchanged."""
    if len(text) <= 3 and text.isascii():
        return text
    return _NAMES.get(fold(text.partition("(")[0]), text)


def language_of_folder(path: str, listing: Callable[[str], Listing]) -> str:
    """Return the language that the path of a folder implies, as written in it; empty if it implies none.

    ``listing`` returns what is in a folder, given its path.
    """
    folders = path.split("/")
    for at, folder in enumerate(folders):
        if not folder[:2].islower() or not is_language_code(folder):
            continue
        above = "/".join(folders[:at])
        if at and folders[at - 1].lower() in _FOLDERS_OF_LANGUAGES:
            return folder
        around = listing(above)
        here = "/".join(folders[: at + 1])
        if folder in languages_in(around) or ("_posts" in around.folders and "_posts" in listing(here).folders):
            return folder
    return ""


def language_of_name(name: str, folder: str, listing: Callable[[str], Listing]) -> str:
    """Return the language in a name such as ``about.de.md``, if ``about.md`` or ``about.fr.md`` also exists."""
    stem, _, rest = name.partition(".")
    code, _, suffix = rest.partition(".")
    if not suffix or "." in suffix or not stem or not is_language_code(code):
        return ""
    if stem in {"index", "_index"}:
        return code
    copies = (file.split(".") for file in listing(folder).files if file.startswith(f"{stem}.") and file != name)
    several = any(parts[1] == suffix or (len(parts) == 3 and is_language_code(parts[1])) for parts in copies)
    return code if several else ""


def languages_in(listing: Listing) -> frozenset[str]:
    """Return the folders in a folder that are named after languages, if there are several."""
    # A name in capitals is more likely an abbreviation (IT, HR).
    names = {name for name in listing.folders if name[:2].islower() and is_language_code(name)}
    # Folders named after hashes (3f, a0, be) are not languages.
    others = sum(len(name) == 2 and not is_language_code(name) for name in listing.folders)
    return frozenset(names) if len(names) >= 2 and len(names) > 3 * others else frozenset()
