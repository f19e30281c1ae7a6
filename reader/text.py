"""Text handling: sanitizing, case- and accent-insensitive comparison, word splitting and cell width.

Text from a file, a file name or an error message passes through ``sanitize`` or ``sanitize_line`` before it reaches the
index or the terminal. ``fold`` is the only definition of "the same text" (ignoring case and accents), and
``split_words`` the only definition of a word, shared by the index and queries. Does not depend on articles.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import cache, lru_cache

from rich.cells import cell_len, set_cell_size

__all__ = [
    "BETWEEN_VALUES",
    "MAX_MARKS",
    "cell_width",
    "display_path",
    "fold",
    "is_plain",
    "normalize_for_index",
    "reading_minutes",
    "sanitize",
    "sanitize_line",
    "script_text",
    "split_bom",
    "split_words",
    "truncate",
]

# A minute of reading, and the share of it that a character takes. About 200 words are 1,200 characters of an alphabet
# (with markup), 480 of Chinese or Japanese, or 800 of Korean, Thai, Lao, Burmese or Khmer.
_MINUTE, _USUAL_SHARE, _DENSE_SHARE, _MIDDLE_SHARE = 2_400, 2, 5, 3
_DENSE = re.compile(
    "[\u3041-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff]+"
)
_MIDDLE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\uac00-\ud7a3]+")
# UTF-8 lead bytes of neither kind: 0xE2 begins punctuation.
_NO_LEAD = bytes([*range(0xE0), 0xE2])

_PLAIN = bytes(range(0x20, 0x7F)) + b"\n\t"
# Characters that must never reach a terminal: C0 controls (except newline and tab), DEL, C1 controls, bidi embeddings,
# overrides and isolates, lone surrogates, and the line separators that some terminals treat as new lines. Invisible
# characters that no script is spelled with go too, since terminals disagree on their width: soft hyphens, zero-width
# spaces, word joiners, byte order marks, annotations, controls of musical notation, tags, code points that Unicode
# reserves for such characters, and the placeholder of kitty's pictures. docs/safety.md lists those that stay.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\ud800-\udfff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff\U0010eeee]"
)
_SEPARATORS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
# Right-to-left scripts need these marks next to their letters; elsewhere they only reorder visible text.
_DIRECTION_MARK = re.compile("[\u061c\u200e\u200f]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_NEAR = 8  # characters between a direction mark and the letter that needs it
# A flag of a region: a black flag and its code in tag characters.
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f")


def is_plain(text: str) -> bool:
    """Return whether Python counts all characters but newlines and tabs as printable."""
    # isprintable() takes long for each character, so drop ASCII first.
    rest = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    return not rest or rest.decode("utf-8", "surrogatepass").isprintable()


def sanitize(text: str) -> str:
    """Return text without terminal control characters; newlines, tabs, combining marks and joiners stay.

    Every line break becomes a newline and every lone surrogate U+FFFD; other forbidden characters are removed.
    """
    if is_plain(text):
        return text  # fast path for nearly every text: Python counts no forbidden character as printable
    text = _SEPARATORS.sub("\n", text)
    if _DIRECTION_MARK.search(text):
        text = _DIRECTION_MARK.sub(_needed_mark, text)
    if "\U0001f3f4" in text:
        parts = _FLAG.split(text)
        flags = [*_FLAG.findall(text), ""]
        return "".join(_FORBIDDEN.sub(_replacement, part) + flag for part, flag in zip(parts, flags, strict=True))
    return _FORBIDDEN.sub(_replacement, text)


def _replacement(match: re.Match[str]) -> str:
    return "\ufffd" if "\ud800" <= match[0] <= "\udfff" else ""


def _needed_mark(match: re.Match[str]) -> str:
    around = match.string[max(0, match.start() - _NEAR) : match.end() + _NEAR]
    return match[0] if _RIGHT_TO_LEFT.search(around) else ""


def sanitize_line(text: str) -> str:
    """Return sanitized text as one line: each run of white space becomes one space; none remains at the ends."""
    if not text.isprintable():
        text = sanitize(text)
    elif "  " not in text:
        return text.strip()
    return " ".join(text.split())


# UTF-32 before UTF-16: the BOM of UTF-32-LE starts with that of UTF-16-LE.
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def split_bom(raw: bytes) -> tuple[str, bytes]:
    """Return the encoding named by a byte order mark (empty if there is none) and the bytes after the mark."""
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return encoding, raw[len(mark) :]
    return "", raw


def display_path(path: str) -> str:
    """Return a file path that is safe to display. Bytes that are not UTF-8 become U+FFFD."""
    return sanitize_line(path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


# Accents, and the vowel points that Hebrew and Arabic users omit when they type. Marks that are letters of their script
# (Indic vowels, the Japanese voiced sound mark) stay: removing them would make a different word.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\ufe20-\ufe2f]+"
)
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"})


# Unicode's limit for streams of text; no word of any language comes near it. Normalization orders a run of marks in
# quadratic time: one that fills a file would take an hour.
MAX_MARKS = 30  # in a row
# A run that may be too long: all marks are among these characters. Only runs of this length are checked for characters
# that are not marks.
_MARKS_OR_SIGNS = re.compile(rf"(?:[^\w\x00-\x7f]|[\uff9e\uff9f]){{{MAX_MARKS + 1},}}+")


def fold(text: str) -> str:
    """Return a text in the form used for comparison: lowercase, without accents, with single spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(_fold_marks(text).split())


def _fold_marks(text: str) -> str:
    text = _MARKS_OR_SIGNS.sub(_few_marks, text.casefold())
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    # NFKD can bring back capitals (as in the letterlike symbols), hence the second casefold.
    return unicodedata.normalize("NFC", plain.casefold().translate(_UNDECOMPOSED))


def _few_marks(run: re.Match[str]) -> str:
    kept = []
    count = 0
    for character in run[0]:
        count = count + 1 if _is_mark(character) else 0
        if count <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


@lru_cache(maxsize=1024)
def _is_mark(character: str) -> bool:
    # Some accents have no canonical order. Removing them joins the marks around them into one run, so they count as
    # marks too.
    return bool(unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) or _ACCENTS.match(character))


# Characters that are words on their own: scripts written without spaces, and symbols such as emoji. The marks of Thai,
# Lao, Burmese and Khmer are words too, so that any part of a run is found.
_ALONE = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ebd\u0ec0-\u0ecd\u1000-\u103f\u1050-\u109f\u1780-\u17d3\uaa60-\uaa7f"
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3040-\u30ff\u3105-\u312f\u31a0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
    "\U00016fe0-\U00018fff\U0001aff0-\U0001b2ff\U00020000-\U0003ffff"
)
_SYMBOL = "\u00a2-\u00a9\u00ac\u00ae-\u00b1\u20a0-\u20cf\u2100-\u2bff\U0001f000-\U0001faff"
_CHARACTER_WORD = f"([{_ALONE}{_SYMBOL}])"
# Marks occur inside words, but ``re`` does not count them as letters.
_MARKS = "\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff\u0f00-\u109f\u1780-\u17ff\uaa60-\uaa7f"
_NON_ASCII_BREAK = re.compile(rf"[^\w\x00-\x7f{_MARKS}{_SYMBOL}]+")
# C++, C#, F#: the sign belongs to the word. Since a word consists of letters and digits, a private-use letter replaces
# the sign. Each pattern starts with its own sign, which keeps the search cheap: headings contain many.
_SIGNED = (
    ("++", re.compile(r"\+\+(?<=[^\W_]\+\+)(?!\w)"), "\ue000"),
    ("#", re.compile(r"#(?<=[^\W_]#)(?!\w)"), "\ue001"),
)
_WORD = re.compile(r"(?:[0-9a-z]|[^\x00-\x7f])+")
BETWEEN_VALUES = " \ue002 "
"""Separator of a field's values in the index: a word that no query contains, so that no phrase matches across it."""
_FOLDED = "newsreader.folded"
_SHORT_RUN = 12


# Common non-ASCII characters that are not part of any word. In a long text, it pays to replace them all up front.
_LONG = 100  # characters
_TYPOGRAPHY = "\u2019\u201c\u201d\u2013\u2014\u2026\u2018\u00a0\u201e\u00ab\u00bb"


def normalize_for_index(text: str) -> str:
    """Return text as stored in the full-text index, where an ASCII tokenizer finds its ``split_words``."""
    if len(text) > _LONG:
        for sign in _TYPOGRAPHY:
            if text.isascii():
                break
            text = text.replace(sign, " ")
    text = text.lower() if text.isascii() else _searchable_beyond_ascii(text)
    for sign, pattern, letter in _SIGNED:
        if sign in text:
            text = pattern.sub(letter, text)
    return text


def _searchable_beyond_ascii(text: str) -> str:
    # Non-ASCII is folded run by run, as the codec meets it: in most texts, only quotes and dashes are not ASCII, and no
    # letter folds differently because of the ASCII next to it. In UTF-8 bytes, lower() changes only ASCII letters.
    return text.encode("ascii", _FOLDED).lower().decode("utf-8")


def _fold_unencodable(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    run = error.object[error.start : error.end]
    return _folded_short_run(run) if len(run) <= _SHORT_RUN else _folded_run(run), error.end


# Characters within a word that no user types: hyphens and joiners that are not seen, and the stroke that widens Arabic.
_WITHIN_WORDS = dict.fromkeys(map(ord, "\u00ad\u0640\u200b\u200c\u200d\u2060\ufeff"))
_SUPERSCRIPTS = re.compile("[\u00b2\u00b3\u00b9\u2070\u2074-\u2079]+")
_FRACTIONS = re.compile("[\u00bc-\u00be\u2150-\u215e\u2189]")


def _searchable_run(run: str) -> str:
    run = run.translate(_WITHIN_WORDS)
    # Normalization would join a superscript to the word before it, and cut a fraction in two.
    run = _SUPERSCRIPTS.sub(r" \g<0> ", run)
    if _FRACTIONS.search(run):
        fractions = [*_FRACTIONS.findall(run), ""]
        pieces = zip(map(_searchable_run, _FRACTIONS.split(run)), fractions, strict=True)
        return "".join(f"{piece} {fraction} " if fraction else piece for piece, fraction in pieces)
    text = _fold_marks(run)
    if text.isascii():
        return text
    return _NON_ASCII_BREAK.sub(" ", _character_word().sub(r" \1 ", text))


@cache
def _character_word() -> re.Pattern[str]:
    return re.compile(_CHARACTER_WORD)  # compiled on first use: takes 2 ms, which startup does not need


def _folded_run(run: str) -> bytes:
    return _searchable_run(run).encode("utf-8", "replace")


# Short runs, such as words and quotes, recur, so they are cached; longer ones, of scripts without spaces, do not.
_folded_short_run = lru_cache(maxsize=4096)(_folded_run)
codecs.register_error(_FOLDED, _fold_unencodable)


def split_words(text: str) -> list[str]:
    """Return the words of a text in order, folded.

    A word is a run of letters and digits, a single Chinese, Japanese or Korean character, or a single symbol; ``c++``
    and ``c#`` are one word each.
    """
    return _WORD.findall(normalize_for_index(text))


@lru_cache(maxsize=4096)
def cell_width(text: str) -> int:
    """Return the number of terminal cells a text takes, measured as the TUI does."""
    return cell_len(text)


def truncate(text: str, cells: int) -> str:
    """Return a text of at most ``cells`` cells, cut with an ellipsis and never through a wide character."""
    if cells <= 0:
        return ""
    if cell_width(text) <= cells:
        return text
    return set_cell_size(text, cells - 1).rstrip() + "…"


def reading_minutes(body: str) -> int:
    """Return the minutes that a body takes to read, rounded up."""
    dense = middle = 0
    # Most texts have too few such characters to make searching for each worthwhile, which takes forty times as long.
    if len(body.encode(errors="replace").translate(None, _NO_LEAD)) * 20 > len(body):
        dense, middle = (sum(map(len, pattern.findall(body))) for pattern in (_DENSE, _MIDDLE))
    usual = len(body) - dense - middle
    return -(-(usual * _USUAL_SHARE + dense * _DENSE_SHARE + middle * _MIDDLE_SHARE) // _MINUTE)


_RAISED = dict(zip("0123456789+-\u2212=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
_LOWERED = dict(zip("0123456789+-\u2212=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))


def script_text(text: str, tag: str) -> str:
    """Return superscript (``sup``) or subscript (``sub``) text: in Unicode's digits, or after ``^`` or ``_``."""
    text = " ".join(text.split())
    letters = _RAISED if tag == "sup" else _LOWERED
    if all(letter in letters for letter in text):
        return "".join(letters[letter] for letter in text)
    sign = "^" if tag == "sup" else "_"
    return f"{sign}({text})" if " " in text else f"{sign}{text}"
