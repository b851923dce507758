"""How typed text is normalised before it is measured and stored."""

from __future__ import annotations

import unicodedata

MIDDLE_DOTS = str.maketrans({"\u2022": "\u00b7", "\u30fb": "\u00b7", "\uff65": "\u00b7"})
REFUSED_CATEGORIES = frozenset({"Cc", "Cs"})
BIDIRECTIONAL_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def normalise(text: str, *, lines: bool) -> str:
    """NFC, line breaks as \\n (as blanks where there is one line), blanks at the ends removed, one form of middle dot.

    Width is kept: full-width punctuation is right in Chinese text, and NFKC would change what was typed.
    """
    text = unicodedata.normalize("NFC", text).translate(MIDDLE_DOTS)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return text.strip() if lines else " ".join(text.split("\n")).strip()


def has_refused_characters(text: str, *, lines: bool) -> bool:
    """Whether normalised text holds what no document can print: controls, lone surrogates, noncharacters.

    Overrides of the writing direction are refused too, for they make a text read otherwise than it is stored.
    Code points that are merely unassigned pass: rare characters of names are younger than our tables.
    """
    return any(
        character in BIDIRECTIONAL_CONTROLS
        or _is_noncharacter(ord(character))
        or (unicodedata.category(character) in REFUSED_CATEGORIES and not (lines and character == "\n"))
        for character in text
    )


def _is_noncharacter(code_point: int) -> bool:
    return code_point & 0xFFFE == 0xFFFE or 0xFDD0 <= code_point <= 0xFDEF
