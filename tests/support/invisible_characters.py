"""Invisible characters: which of them reach the terminal, and why."""

from __future__ import annotations

import unicodedata

from msgspec import Struct

__all__ = ["KEPT", "Kept", "find_invisible", "table_of_kept"]

# Default_Ignorable_Code_Point of Unicode (DerivedCoreProperties.txt), except for the category Cf.
_IGNORABLE = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0xE0000, 0xE0FFF),
)


class Kept(Struct, frozen=True):
    """A range of allowed characters, an example of their use, and the reason."""

    first: int
    last: int
    example: str
    name: str
    reason: str
    everywhere: bool = True


def _kept(first: int, last: int, example: str, name: str, reason: str) -> Kept:
    return Kept(first, last, example, name, reason)


_HANGUL = "a missing letter of a syllable; as wide as a letter"
_ARABIC = "numbers; visible, around the digits that follow"

KEPT = (
    _kept(0x034F, 0x034F, "a\u034f\u0308", "combining grapheme joiner", "marks that do not combine to one letter"),
    _kept(0x0600, 0x0605, "\u0600\u0661", "Arabic number signs", _ARABIC),
    Kept(0x061C, 0x061C, "\u0661\u061c-\u0662\u0623", "Arabic letter mark", "the order of numbers", everywhere=False),
    _kept(0x06DD, 0x06DD, "\u06dd\u0661", "Arabic end of ayah", _ARABIC),
    _kept(0x070F, 0x070F, "\u070f\u0712", "Syriac abbreviation mark", "abbreviations; visible, a line above"),
    _kept(0x0890, 0x0891, "\u0890\u0661", "Arabic pound and piastre marks", _ARABIC),
    _kept(0x08E2, 0x08E2, "\u08e2\u0661", "Arabic disputed end of ayah", _ARABIC),
    _kept(0x115F, 0x1160, "\u115f\u1161", "Hangul fillers", _HANGUL),
    _kept(0x17B4, 0x17B5, "\u1780\u17b4", "Khmer inherent vowels", "the spelling of older texts"),
    _kept(0x180B, 0x180D, "\u1820\u180b", "Mongolian variation selectors", "the form of a letter"),
    _kept(0x180F, 0x180F, "\u1820\u180f", "Mongolian variation selector", "the form of a letter"),
    _kept(0x200C, 0x200C, "\u0645\u06cc\u200c\u062e", "zero-width non-joiner", "Persian and Indic spelling"),
    _kept(0x200D, 0x200D, "\U0001f469\u200d\U0001f4bb", "zero-width joiner", "Indic spelling, emoji of several parts"),
    Kept(0x200E, 0x200F, "\u05d0\u200f!", "direction marks", "the order of punctuation", everywhere=False),
    _kept(0x3164, 0x3164, "\u3164\u314f", "Hangul filler", _HANGUL),
    _kept(0xFE00, 0xFE0F, "\u2764\ufe0f", "variation selectors", "the form of a sign or emoji"),
    _kept(0xFFA0, 0xFFA0, "\uffa0\uffc2", "halfwidth Hangul filler", _HANGUL),
    _kept(0x110BD, 0x110BD, "\U000110bd\U00011067", "Kaithi number sign", _ARABIC),
    _kept(0x110CD, 0x110CD, "\U000110cd\U00011067", "Kaithi number sign above", _ARABIC),
    _kept(0x13430, 0x1343F, "\U00013000\U00013430\U00013001", "hieroglyph joiners", "groups of signs"),
    _kept(0x1BCA0, 0x1BCA3, "\U0001bc02\U0001bca0\U0001bc03", "shorthand joiners", "overlapping signs of Duployan"),
    Kept(0xE0020, 0xE007F, "\U0001f3f4\U000e0067\U000e0062\U000e007f", "tags", "a region's flag", everywhere=False),
    _kept(0xE0100, 0xE01EF, "\u845b\U000e0100", "ideographic variation selectors", "the form of a character"),
)


def find_invisible() -> list[str]:
    """Return every invisible character."""
    ignorable = {code for first, last in _IGNORABLE for code in range(first, last + 1)}
    return [chr(code) for code in range(0x110000) if code in ignorable or unicodedata.category(chr(code)) == "Cf"]


def table_of_kept() -> str:
    """Return the table for docs/safety.md."""
    lines = ["| characters | name | stay | used for |", "|---|---|---|---|"]
    where = {
        0x061C: "within 8 characters of a right-to-left letter",
        0x200E: "within 8 characters of a right-to-left letter",
        0xE0020: "in a flag, after U+1F3F4",
    }
    for kept in KEPT:
        codes = f"U+{kept.first:04X}" if kept.first == kept.last else f"U+{kept.first:04X}–{kept.last:04X}"
        lines.append(f"| {codes} | {kept.name} | {where.get(kept.first, 'everywhere')} | {kept.reason} |")
    return "\n".join(lines) + "\n"
