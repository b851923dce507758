"""What a service owes: jobs that nobody takes, whose worker went silent or that failed, and events not published."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, text
from sqlalchemy.orm import Session

from chassis import audit, clock, jobs
from chassis.tables import JobRow, OutboxRow
from contracts.errors import NotFound, WrongState
from contracts.operations import SHOWN, LateJob, LateJobs, LateState

# A loaded worker is not yet a stuck one.
GRACE = timedelta(seconds=60)
# What a worker writes where the program is at fault; other codes are refusals that whoever ordered the job has read.
BROKEN = "common.job_failed"

_since = case(
    (JobRow.state == "failed", JobRow.finished_at), else_=func.greatest(JobRow.due_at, JobRow.lease_until)
).label("since")


def _is_late() -> ColumnElement[bool]:
    before = clock.now() - GRACE
    return or_(
        and_(JobRow.state == "waiting", JobRow.due_at < before),
        and_(JobRow.state == "running", JobRow.lease_until < before),
        and_(JobRow.state == "failed", JobRow.error_code == BROKEN),
    )


def late_jobs(session: Session) -> LateJobs:
    """What is late in the profile of the transaction, the oldest first."""
    total, oldest = session.execute(select(func.count(), func.min(_since)).where(_is_late())).one()
    rows = session.scalars(select(JobRow).where(_is_late()).order_by(_since, JobRow.id).limit(SHOWN))
    unpublished, unpublished_since = session.execute(
        select(func.count(), func.min(OutboxRow.occurred_at)).where(
            OutboxRow.published_at.is_(None), OutboxRow.occurred_at < clock.now() - GRACE
        )
    ).one()
    return LateJobs(
        items=tuple(_described(row) for row in rows),
        total=total,
        oldest_at=oldest,
        unpublished=unpublished,
        unpublished_since=unpublished_since,
    )


def retry(session: Session, job_id: UUID) -> None:
    """Let workers begin a late job anew, with all its attempts. Refuses: NotFound, WrongState."""
    row = _late_row(session, job_id)
    audit.record(session, "job_retried", "job", row.id, kind=row.kind, state=row.state)
    row.state, row.lease_until, row.due_at = "waiting", None, clock.now()
    row.attempts, row.finished_at, row.error_code, row.result = 0, None, None, None
    session.execute(text(f"NOTIFY {jobs.CHANNEL}"))


def give_up(session: Session, job_id: UUID) -> None:
    """End a late job for good. Refuses: NotFound, WrongState."""
    row = _late_row(session, job_id)
    audit.record(session, "job_given_up", "job", row.id, kind=row.kind, state=row.state)
    row.state, row.lease_until, row.finished_at = "cancelled", None, clock.now()
    jobs.show(session, row)


def _late_row(session: Session, job_id: UUID) -> JobRow:
    row = session.get(JobRow, job_id, with_for_update=True)
    if row is None:
        raise NotFound()
    if session.scalar(select(JobRow.id).where(JobRow.id == job_id, _is_late())) is None:
        raise WrongState()
    return row


def _described(row: JobRow) -> LateJob:
    state = {"waiting": LateState.UNTAKEN, "running": LateState.SILENT}.get(row.state, LateState.FAILED)
    since = row.finished_at if row.state == "failed" else max(row.due_at, row.lease_until or row.due_at)
    return LateJob(
        job_id=row.id,
        kind=row.kind,
        state=state,
        since=since or row.due_at,
        attempts=row.attempts,
        error_code=row.error_code,
        trace_id=row.trace_id,
        account_id=row.account_id,
    )
