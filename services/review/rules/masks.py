"""How an identity number is shown to who need not know it (HB-54, W4)."""

from __future__ import annotations

LONG = 15


def mask_number(number: str) -> str:
    """First and last places in clear, the middle as stars: of a resident number neither birth date nor sequence."""
    first, last = (6, 4) if len(number) >= LONG else (1, 1)
    hidden = len(number) - first - last
    return number[:first] + "*" * hidden + number[-last:] if hidden > 0 else "*" * len(number)
