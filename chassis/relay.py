"""The outbox's way to the broker: one elected relay per service sends committed events in order, with confirms."""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import NullPool, create_engine, event, text, update
from sqlalchemy import select as sql_select
from sqlalchemy.orm import Session

from chassis import clock, metrics
from chassis.database import ALL_PROFILES, Database
from chassis.link import Link, Outgoing
from chassis.outbox import WAITING
from chassis.tables import OutboxRow
from chassis.topology import EVENTS_EXCHANGE
from contracts.base import Envelope

log = structlog.get_logger(__name__)

CHANNEL = "outbox"
LOCK = "zhiping.relay"
BATCH = 200
SWEEP_SECONDS = 1.0
# Waking is throttled per process: a NOTIFY in each transaction cost 45 % of the writes.
WAKE_SECONDS = 0.02


class Waker:
    """Tells the service's relay, wherever it runs, that a transaction with events was committed."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._due = threading.Event()

    def start(self) -> None:
        """Watch the commits of this process."""
        event.listen(Session, "after_commit", self._committed)
        threading.Thread(target=self._run, name="outbox-waker", daemon=True).start()

    def _committed(self, session: Session) -> None:
        if session.info.pop(WAITING, False):
            self._due.set()

    def _run(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            try:
                with self._engine.connect() as connection, connection.begin():
                    connection.execute(text(f"NOTIFY {CHANNEL}"))
            except Exception as error:  # the sweep finds the rows a second later
                log.warning("wake_failed", error=type(error).__name__)
            time.sleep(WAKE_SECONDS)


class Relay:
    """Sends the events of one service while its process is the elected one."""

    def __init__(self, database: Database, link: Link) -> None:
        self._database = database
        self._link = link
        self._stopping = False
        # A connection of its own: it holds the lock and listens for as long as the process is elected.
        self._engine = create_engine(
            database.engine.url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={"connect_timeout": 5, "application_name": "zhiping-relay"},
        )

    def start(self) -> None:
        """Stand for election in a thread of its own."""
        threading.Thread(target=self._run, name="outbox-relay", daemon=True).start()

    def stop(self) -> None:
        """Send no more after the running batch."""
        self._stopping = True

    def _run(self) -> None:
        while not self._stopping:
            try:
                with self._elected() as wait:
                    while not self._stopping:
                        while self._send_batch():
                            pass
                        wait()
            except Exception as error:  # broker or database away: what was not marked is sent again
                log.warning("relay_interrupted", error=type(error).__name__)
            finally:
                metrics.RELAY_ELECTED.set(0)
            time.sleep(SWEEP_SECONDS)

    @contextmanager
    def _elected(self) -> Iterator[Callable[[], None]]:
        """Holds the service's relay lock; gives the function that waits for a wake-up or the next sweep."""
        with self._engine.connect() as connection:
            while not connection.scalar(text("SELECT pg_try_advisory_lock(hashtext(:name))"), {"name": LOCK}):
                time.sleep(SWEEP_SECONDS)
            connection.execute(text(f"LISTEN {CHANNEL}"))
            driver: Any = connection.connection.driver_connection
            metrics.RELAY_ELECTED.set(1)
            log.info("relay_elected")

            def wait() -> None:
                if select.select([driver], [], [], SWEEP_SECONDS)[0]:
                    driver.poll()
                    driver.notifies.clear()
                else:
                    # Whether the lock is still ours: a lost connection has lost it.
                    connection.execute(text("SELECT 1"))

            yield wait

    def _send_batch(self) -> bool:
        """Send the oldest waiting events; returns whether there may be more."""
        with self._database.begin(ALL_PROFILES) as session:
            rows = session.scalars(
                sql_select(OutboxRow).where(OutboxRow.published_at.is_(None)).order_by(OutboxRow.id).limit(BATCH)
            ).all()
        if not rows:
            metrics.OUTBOX_WAITING_AGE.set(0)
            return False
        metrics.OUTBOX_WAITING_AGE.set(max(0.0, (clock.now() - rows[0].occurred_at).total_seconds()))
        self._link.send_surely([_message(row) for row in rows])
        with self._database.begin(ALL_PROFILES) as session:
            session.execute(
                update(OutboxRow)
                .where(OutboxRow.id.in_([row.id for row in rows]))
                .values(published_at=clock.now())
                .execution_options(synchronize_session=False)
            )
        metrics.OUTBOX_PUBLISHED.inc(len(rows))
        return len(rows) == BATCH


def _message(row: OutboxRow) -> Outgoing:
    envelope = Envelope(
        event_id=row.event_id,
        topic=row.topic,
        profile=row.profile,
        aggregate_id=row.aggregate_id,
        number=row.number,
        occurred_at=row.occurred_at,
        account_id=row.account_id,
        trace_id=row.trace_id,
        payload=row.payload,
    )
    return Outgoing(EVENTS_EXCHANGE, row.topic, envelope.model_dump_json().encode())


def send_again(database: Database, *, since: datetime) -> int:
    """Have the events published since a moment sent again, after a restore or the loss of the broker's disk.

    Returns how many. Whoever handled them before knows them by their ids.
    """
    with database.begin(ALL_PROFILES) as session:
        found = session.execute(
            update(OutboxRow)
            .where(OutboxRow.published_at >= since)
            .values(published_at=None)
            .returning(OutboxRow.id)
            .execution_options(synchronize_session=False)
        ).all()
    return len(found)
