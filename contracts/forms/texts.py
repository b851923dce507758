"""How typed text is normalised before it is measured and stored."""

from __future__ import annotations

import re
import unicodedata

MIDDLE_DOTS = str.maketrans({"\u2022": "\u00b7", "\u30fb": "\u00b7", "\uff65": "\u00b7"})

# Controls, surrogates, overrides of the writing direction, noncharacters; a line break is judged by itself.
_NONCHARACTERS = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_REFUSED = re.compile(
    f"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef{_NONCHARACTERS}]"
)


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
    return _REFUSED.search(text) is not None or (not lines and "\n" in text)
