"""Which passwords may be set, and how activation codes look."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from contracts.errors import Fault
from services.identity.rules.profile import PasswordRules

# No characters that are mistaken for each other on paper: 0 O, 1 I L.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12


def password_faults(
    password: str, *, rules: PasswordRules, forbidden: Iterable[str | None], pointer: str = "/new_password"
) -> tuple[Fault, ...]:
    """What is wrong with a new password (PL-08).

    forbidden: login name, identity number, activation code and the like, in any case and with or without hyphens.
    """
    if len(password) < rules.min_length:
        return (Fault(pointer=pointer, code="identity.password_short", params={"min": rules.min_length}),)
    plain = _bare(password)
    if plain in {_bare(value) for value in forbidden if value}:
        return (Fault(pointer=pointer, code="identity.password_like_account"),)
    if password.lower() in rules.refused or len(set(password)) == 1:
        return (Fault(pointer=pointer, code="identity.password_well_known"),)
    return ()


def _bare(value: str) -> str:
    return unicodedata.normalize("NFKC", value).replace("-", "").upper()


def format_code(characters: str) -> str:
    """An activation code as it is handed over: groups of four."""
    return "-".join(characters[start : start + 4] for start in range(0, len(characters), 4))


def normalize_code(text: str) -> str:
    """An activation code as it is compared, however it was typed."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())
