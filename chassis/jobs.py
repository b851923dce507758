"""Background work as rows: ordered in a transaction, done by plain worker processes, survived by neither's end.

A job is leased to one worker, which renews the lease while it works; a lease that ran out means that the worker died,
and another goes on. A handler is therefore written so that starting again is harmless.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from chassis import clock, context, live
from chassis.database import ALL_PROFILES, Database
from chassis.tables import JobRow
from contracts.live import Topic

Method = TypeVar("Method", bound=Callable[..., Any])

LEASE = timedelta(seconds=30)
CHANNEL = "job"
MAX_ATTEMPTS = 5


class JobCancelled(Exception):
    """Whoever ordered the job does not want it any more."""


class JobLost(Exception):
    """The lease ran out and the job went to another worker: this one must stop."""


@dataclass(frozen=True)
class JobOptions:
    """How a kind of job is tried: attempts at most, and seconds between them (doubled each time)."""

    kind: str
    attempts: int
    delay: float


def job(kind: str, *, attempts: int = MAX_ATTEMPTS, delay: float = 2.0) -> Callable[[Method], Method]:
    """Mark a method (self, job: RunningJob) of a workshop as the handler of a kind of job; it returns the result."""

    def mark(method: Method) -> Method:
        method.job_options = JobOptions(kind, attempts, delay)  # type: ignore[attr-defined]
        return method

    return mark


def order(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    total: int = 0,
    due_at: datetime | None = None,
    profile: str | None = None,
) -> JobRow:
    """Order a job in the name of the running call's actor; workers are woken when the transaction commits.

    profile: needed only by loops that work for all profiles.
    """
    running = context.current()
    now = clock.now()
    row = JobRow(
        id=uuid.uuid4(),
        profile=profile or running.profile,
        kind=kind,
        account_id=running.actor.account_id if running.actor else None,
        payload=payload,
        state="waiting",
        done=0,
        total=total,
        attempts=0,
        due_at=due_at or now,
        trace_id=running.trace_id,
        created_at=now,
    )
    session.add(row)
    session.execute(text(f"NOTIFY {CHANNEL}"))
    return row


def cancel(session: Session, row: JobRow) -> None:
    """Stop a job that waits, ask one that runs to stop; harmless for one that ended."""
    if row.state == "waiting":
        row.state = "cancelled"
        row.finished_at = clock.now()
    elif row.state == "running":
        row.cancel_requested = True
    show(session, row)


def show(session: Session, row: JobRow) -> None:
    """Let whoever ordered the job look at it again."""
    if row.account_id is not None:
        live.announce(session, Topic.JOBS, row.account_id, profile=row.profile)


class RunningJob:
    """A job in the hands of a worker."""

    def __init__(self, database: Database, row: JobRow) -> None:
        self._database = database
        self._attempt = row.attempts
        self.id = row.id
        self.profile = row.profile
        self.kind = row.kind
        self.account_id = row.account_id
        self.payload = row.payload
        self.trace_id = row.trace_id

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far the job is and keep the lease. Raises JobCancelled, JobLost."""
        with self._database.begin(ALL_PROFILES) as session:
            row = self._mine(session)
            row.done = done
            row.total = row.total if total is None else total
            row.lease_until = clock.now() + LEASE
            cancelled = row.cancel_requested
            show(session, row)
        if cancelled:
            raise JobCancelled()

    def keep(self) -> None:
        """Keep the lease. Raises JobLost."""
        with self._database.begin(ALL_PROFILES) as session:
            self._mine(session).lease_until = clock.now() + LEASE

    def end(self, state: str, *, result: dict[str, Any] | None = None, error_code: str | None = None) -> None:
        """Write down how it ended. Raises JobLost."""
        with self._database.begin(ALL_PROFILES) as session:
            row = self._mine(session)
            row.state, row.result, row.error_code = state, result, error_code
            row.lease_until, row.finished_at = None, clock.now()
            show(session, row)

    def again(self, *, due_at: datetime, counts: bool) -> None:
        """Put the job back to be tried later; `counts` says whether this attempt counts. Raises JobLost."""
        with self._database.begin(ALL_PROFILES) as session:
            row = self._mine(session)
            row.state, row.lease_until, row.due_at = "waiting", None, due_at
            row.attempts = row.attempts if counts else row.attempts - 1

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1."""
        return self._attempt

    def _mine(self, session: Session) -> JobRow:
        row = session.scalar(select(JobRow).where(JobRow.id == self.id).with_for_update())
        if row is None or row.state != "running" or row.attempts != self._attempt:
            raise JobLost()
        return row


def take(database: Database, kinds: tuple[str, ...]) -> RunningJob | None:
    """Lease the job that waits longest among these kinds, or one whose worker died; None where there is none."""
    with database.begin(ALL_PROFILES) as session:
        now = clock.now()
        row = session.scalar(
            select(JobRow)
            .where(
                JobRow.kind.in_(kinds),
                JobRow.due_at <= now,
                or_(JobRow.state == "waiting", (JobRow.state == "running") & (JobRow.lease_until < now)),
            )
            .order_by(JobRow.due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.state = "running"
        row.attempts += 1
        row.lease_until = now + LEASE
        session.flush()
        return RunningJob(database, row)
