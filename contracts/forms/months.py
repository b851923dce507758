"""Reckoning with months as forms write them."""

from __future__ import annotations


def full_years(first_month: str, last_month: str) -> int:
    """Completed years between two months written 2026-11, both counted from their beginning; never negative."""
    (y1, m1), (y2, m2) = ((int(part) for part in month.split("-")) for month in (first_month, last_month))
    return max(0, (y2 * 12 + m2 - y1 * 12 - m1) // 12)
