"""How long the chassis' own rows are kept; audit rows are kept with the record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis import clock, metrics
from chassis.tables import CommandRow, InboxRow, JobRow, OutboxRow

# So long an event can be sent again after a restore.
EVENTS_KEPT = timedelta(days=30)
# Longer, so that events sent again are still known to whoever handled them.
INBOX_KEPT = timedelta(days=45)
# Nobody repeats a command after so long; the answer is a copy of what the tables hold.
COMMANDS_KEPT = timedelta(days=30)
JOBS_KEPT = timedelta(days=30)
# Rows of a kind in one turn, so that no turn holds many locks for long.
PART = 5000


def forget(session: Session) -> int:
    """Remove what is over of every profile; returns how many rows. For one elected loop only."""
    now = clock.now()
    return (
        _remove(session, (OutboxRow.id,), OutboxRow.published_at < now - EVENTS_KEPT)
        + _remove(session, (InboxRow.consumer, InboxRow.event_id), InboxRow.handled_at < now - INBOX_KEPT)
        + _remove(session, (CommandRow.profile, CommandRow.command_id), CommandRow.at < now - COMMANDS_KEPT)
        + _remove(session, (JobRow.id,), JobRow.finished_at < now - JOBS_KEPT)
    )


def look_at_jobs(session: Session) -> float:
    """Note and return how long the oldest job waits that could be done, in seconds; 0 without one."""
    now = clock.now()
    due = func.greatest(JobRow.due_at, JobRow.lease_until)
    oldest = session.scalar(
        select(func.min(due)).where(JobRow.state.in_(("waiting", "running")), JobRow.due_at < now, due < now)
    )
    age = (now - oldest).total_seconds() if oldest is not None else 0.0
    metrics.JOBS_WAITING_AGE.set(age)
    return age


def _remove(session: Session, key: tuple[InstrumentedAttribute[Any], ...], condition: ColumnElement[bool]) -> int:
    over = select(*key).where(condition).limit(PART)
    table = key[0].class_
    result: Any = session.execute(
        delete(table).where(tuple_(*key).in_(over)).execution_options(synchronize_session=False)
    )
    return int(result.rowcount)
