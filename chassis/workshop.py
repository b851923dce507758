"""Where jobs are done: a workshop holds the handlers of a service, a worker takes jobs and runs them in threads."""

from __future__ import annotations

import select as os_select
import threading
import time
from datetime import timedelta
from typing import Generic, TypeVar

import structlog
from prometheus_client import Counter, Histogram

from chassis import clock, context, jobs
from chassis.database import Database
from chassis.health import Health
from chassis.objects import ObjectStore
from chassis.rpc import Caller
from chassis.settings import ServiceSettings
from contracts.errors import DomainError, WorldFault

S = TypeVar("S", bound=ServiceSettings)
log = structlog.get_logger()

POLL_SECONDS = 5.0
WORLD_DELAY = timedelta(seconds=15)
MAX_DELAY_SECONDS = 300.0
ENDED = Counter("jobs_ended_total", "Jobs that ended", ["kind", "state"])
SECONDS = Histogram("job_duration_seconds", "Time that a job took", ["kind"])


class Workshop(Generic[S]):
    """Where the job handlers of a service stand; other services are reached by `chassis.service.client`."""

    def __init__(self, settings: S, *, database: Database, objects: ObjectStore, caller: Caller) -> None:
        self.settings = settings
        self.database = database
        self.objects = objects
        self.caller = caller

    def open(self) -> None:
        """Make ready what the handlers share (converters, compiled templates)."""

    def close(self) -> None:
        """Put away what `open` made."""


class Worker:
    """Takes jobs and runs their handlers, `settings.workers` at once, until told to stop."""

    def __init__(self, workshop: Workshop[ServiceSettings], database: Database, health: Health) -> None:
        self._workshop = workshop
        self._database = database
        self._health = health
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._handlers = {
            options.kind: (options, getattr(workshop, name))
            for name in dir(type(workshop))
            if (options := getattr(getattr(type(workshop), name), "job_options", None)) is not None
        }

    def run(self, threads: int) -> None:
        """Work until `stop`; returns when the running jobs have ended or were given back."""
        pool = [threading.Thread(target=self._work, name=f"worker-{n}", daemon=True) for n in range(threads)]
        listener = threading.Thread(target=self._listen, name="listener", daemon=True)
        for thread in (*pool, listener):
            thread.start()
        while not self._stopping.wait(0.2):
            pass
        self._wake.set()
        limit = time.monotonic() + 20
        for thread in pool:
            thread.join(max(0.0, limit - time.monotonic()))

    def stop(self) -> None:
        """Take no more jobs."""
        self._stopping.set()

    def _work(self) -> None:
        kinds = tuple(self._handlers)
        while not self._stopping.is_set():
            try:
                job = jobs.take(self._database, kinds)
                self._health.set("database", True)
            except WorldFault:
                self._health.set("database", False)
                self._stopping.wait(1)
                continue
            if job is None:
                self._wake.wait(POLL_SECONDS)
                self._wake.clear()
            else:
                self._handle(job)

    def _handle(self, job: jobs.RunningJob) -> None:
        options, handler = self._handlers[job.kind]
        done = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(job, done), daemon=True)
        keeper.start()
        started = time.monotonic()
        try:
            with context.use(context.CallContext(profile=job.profile, trace_id=job.trace_id)):
                state = self._attempt(job, options, handler)
            ENDED.labels(job.kind, state).inc()
        except (jobs.JobLost, WorldFault):
            log.warning("job_given_up", job_id=str(job.id), kind=job.kind)
        finally:
            done.set()
            SECONDS.labels(job.kind).observe(time.monotonic() - started)

    def _attempt(self, job: jobs.RunningJob, options: jobs.JobOptions, handler: object) -> str:
        if job.attempt > options.attempts:
            job.end("failed", error_code="common.job_failed")
            return "failed"
        try:
            result = handler(job)  # type: ignore[operator]
        except jobs.JobLost:
            raise
        except jobs.JobCancelled:
            job.end("cancelled")
            return "cancelled"
        except DomainError as refusal:
            job.end("failed", error_code=refusal.code, result={"params": refusal.params})
            return "failed"
        except WorldFault:
            job.again(due_at=clock.now() + WORLD_DELAY, counts=False)
            return "waiting"
        except Exception:
            log.error("job_broke", job_id=str(job.id), kind=job.kind, attempt=job.attempt, exc_info=True)
            if job.attempt >= options.attempts:
                job.end("failed", error_code="common.job_failed")
                return "failed"
            seconds = min(options.delay * 2 ** (job.attempt - 1), MAX_DELAY_SECONDS)
            job.again(due_at=clock.now() + timedelta(seconds=seconds), counts=True)
            return "waiting"
        job.end("done", result=result)
        return "done"

    def _keep(self, job: jobs.RunningJob, done: threading.Event) -> None:
        while not done.wait(jobs.LEASE.total_seconds() / 3):
            try:
                job.keep()
            except (jobs.JobLost, WorldFault):
                log.warning("job_lease_not_kept", job_id=str(job.id))

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                raw = self._database.engine.raw_connection()
                connection = raw.driver_connection
                raw.detach()
                assert connection is not None
                connection.set_session(autocommit=True)
                with connection.cursor() as cursor:
                    cursor.execute(f"LISTEN {jobs.CHANNEL}")
                while not self._stopping.is_set():
                    if os_select.select([connection], [], [], 1.0)[0]:
                        connection.poll()
                        connection.notifies.clear()
                        self._wake.set()
            except Exception:
                log.warning("job_listener_interrupted")
                self._stopping.wait(1)
