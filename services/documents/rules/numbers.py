"""Numbers and check codes of certificates, and what a stranger may see of a name (HB-166, PL-26)."""

from __future__ import annotations

import re
import secrets

# Without I, O, 0, 1, which print alike.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
GROUPS, GROUP = 3, 4  # 60 bits: not to be guessed at the public page's rate


def new_check_code() -> str:
    """A random code in groups, such as `7KQ2-M9XB-4TRA`."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def normal_check_code(typed: str) -> str:
    """A code as somebody typed it, with or without hyphens, in either case and width of letters."""
    plain = re.sub(r"[\s\-－—]", "", typed).upper()
    return "-".join(plain[at : at + GROUP] for at in range(0, len(plain), GROUP))


def management_number(pattern: str, *, year: int, serial: int) -> str:
    """The certificate's number after the profile's pattern, in which {year} and {serial:07d} are replaced."""

    def replaced(match: re.Match[str]) -> str:
        width = int(match[2] or 0)
        return str(year if match[1] == "year" else serial).zfill(width)

    return re.sub(r"\{(year|serial)(?::0?(\d+)d)?\}", replaced, pattern)


def masked_name(name: str) -> str:
    """The name with only its first character readable; the number of stars does not tell its length."""
    return name[:1] + "**"
