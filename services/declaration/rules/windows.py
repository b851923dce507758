"""Declaration windows: days in Asia/Shanghai, the last one included, judged as a half-open span of instants."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from chassis.clock import end_of, start_of


class Phase(StrEnum):
    """Where a moment lies against a window."""

    BEFORE = "before"
    OPEN = "open"
    CLOSED = "closed"


def phase(*, first_day: date, last_day: date, moment: datetime) -> Phase:
    """Where an aware moment lies against the window of these days."""
    if moment < start_of(first_day):
        return Phase.BEFORE
    return Phase.OPEN if moment < end_of(last_day) else Phase.CLOSED
