"""The time: aware UTC inside, Asia/Shanghai where people read or set it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_source: ContextVar[Callable[[], datetime]] = ContextVar("clock", default=lambda: datetime.now(UTC))


def now() -> datetime:
    """The present moment, aware UTC."""
    return _source.get()()


def today() -> date:
    """The present day in Asia/Shanghai."""
    return now().astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """The first moment of a day in Asia/Shanghai, as aware UTC."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first moment after a day in Asia/Shanghai: windows are half-open, so the end day counts in full."""
    return start_of(day + timedelta(days=1))


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let the clock stand still inside the block, for tests of windows and deadlines."""
    token = _source.set(lambda: moment)
    try:
        yield
    finally:
        _source.reset(token)
