"""How typed text is normalised before it is measured and stored."""

from __future__ import annotations

import re
import unicodedata

FOLDED = str.maketrans(
    {"\u2022": "\u00b7", "\u30fb": "\u00b7", "\uff65": "\u00b7"} | dict.fromkeys("\u200b\u200e\u200f\u2060\ufeff")
)

# Controls, surrogates, overrides of the writing direction, noncharacters; a line break is judged by itself.
_NONCHARACTERS = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_REFUSED = re.compile(
    f"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef{_NONCHARACTERS}]"
)
# What the typefaces of the printed forms do not have: emoji, private use (bullets that come with text from Word), and
# of the blocks of signs all but these. Han is left out: a name is written as it is, however rare.
_UNSEEN = "\ue000-\uf8ff\ufe00-\ufe0f\u200d\u20e3\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
_DRAWN_SIGNS = (
    "\u2600-\u2606\u2609\u260e\u260f\u2616\u2617\u261c-\u261f\u262f\u263a-\u263c\u2640-\u2642\u2660-\u266f\u2672-\u267d\u26a0"
    "\u26bd\u26be\u2702\u2713\u271a\u273d\u273f\u2740\u2756\u2776-\u2793\u27a1\u2b05-\u2b07\u2b1a\u2b95"
)
_UNDRAWN = re.compile(
    f"[{_UNSEEN}\U0001f000-\U0001f0ff\U0001f1ad-\U0001f1ff\U0001f300-\U0001faff]"
    f"|(?![{_DRAWN_SIGNS}])[\u23e9-\u23fa\u2600-\u27bf\u2b00-\u2bff]"
)


def normalise(text: str, *, lines: bool) -> str:
    """NFC, line breaks as \\n (as blanks where there is one line), blanks at the ends removed, one form of middle dot.

    What takes no room is removed too: it comes with pasted text, and nobody sees it. Full width is kept: it is
    right for punctuation in Chinese text, and NFKC would change what was typed.
    """
    text = unicodedata.normalize("NFC", text).translate(FOLDED)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return text.strip() if lines else " ".join(text.split("\n")).strip()


def has_refused_characters(text: str, *, lines: bool) -> bool:
    """Whether normalised text holds what no document can print: controls, lone surrogates, noncharacters.

    Overrides of the writing direction are refused too, for they make a text read otherwise than it is stored.
    Code points that are merely unassigned pass: rare characters of names are younger than our tables.
    """
    return _REFUSED.search(text) is not None or (not lines and "\n" in text)


def undrawn_characters(text: str) -> list[str]:
    """What of a normalised text a printed form shows as boxes; as code points where no screen shows it either."""
    found = dict.fromkeys(_UNDRAWN.findall(text))
    seen = [each for each in found if not re.match(f"[{_UNSEEN}]", each)]
    return seen or [f"U+{ord(each):04X}" for each in found]
