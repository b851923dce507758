"""File names as people gave them, made safe to keep, show and send back."""

from __future__ import annotations

import re
import unicodedata

LIMIT = 120  # characters, ending included
# Separators, what Windows forbids, and the invisible characters that turn or hide parts of a name.
FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def safe_name(name: str) -> str:
    """The last part of the name without what a file system, a header or a reader could be deceived by."""
    name = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    name = "".join(character for character in name if unicodedata.category(character) not in INVISIBLE)
    name = FORBIDDEN.sub("_", name)
    name = re.sub(r"\s+", " ", name).strip(" .")
    if not name or RESERVED.fullmatch(name):
        name = f"file_{name}".rstrip("_")
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:LIMIT]
    return stem[: LIMIT - len(ending) - 1] + dot + ending
