"""Working days of notice periods: the platform's table first, then the official calendar, then a provisional rule.

The package `chinesecalendar` knows the official days of the years that were announced. For a later year only the
statutory days are sure, and make-up working days are unknown: an end that rests on them is provisional.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

LONGEST = 60

# Of the feasts that follow the moon only the dates of 2027 are known here; the platform's table fills later years.
_FIXED = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
_LUNAR = {
    *(date(2027, 2, day) for day in (5, 6, 7, 8)),
    date(2027, 4, 5),
    date(2027, 6, 9),
    date(2027, 9, 15),
}


@dataclass(frozen=True)
class PeriodEnd:
    """The last day of a period; provisional where a day in it is not in any official table."""

    last_day: date
    is_provisional: bool


def is_working_day(day: date, table: Mapping[date, bool]) -> tuple[bool, bool]:
    """Whether people work on the day, and whether that is official."""
    if day in table:
        return table[day], True
    try:
        return chinese_calendar.is_workday(day), True
    except NotImplementedError:
        return day.weekday() < 5 and (day.month, day.day) not in _FIXED and day not in _LUNAR, False


def end_of_period(published: date, working_days: int, table: Mapping[date, bool]) -> PeriodEnd:
    """The n-th working day after the day of publication, which does not count; that day itself for none."""
    day, left, is_official = published, working_days, True
    while left:
        day += timedelta(days=1)
        works, official = is_working_day(day, table)
        left -= works
        is_official = is_official and official
    return PeriodEnd(day, not is_official)
