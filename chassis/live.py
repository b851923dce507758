"""Live updates on their way out: named in a transaction, announced once it has committed, each no more than needed.

They are hints and not events: nothing is stored for them. As long as the broker is away they are kept in memory, each
once; too many of them become one that says to look at everything.
"""

from __future__ import annotations

import threading
import time
from uuid import UUID

import structlog
from sqlalchemy import event
from sqlalchemy.orm import Session

from chassis import context
from chassis.link import Link, Outgoing
from chassis.topology import LIVE_EXCHANGE
from contracts.base import Role
from contracts.errors import WorldFault
from contracts.live import Announcement, LookAgain, Topic

log = structlog.get_logger(__name__)

WAITING = "live_waiting"
# What comes within this time after an announcement is announced together.
GATHER_SECONDS = 0.1
RETRY_SECONDS = 0.5
MOST = 5_000
EVERYTHING = Announcement(profile="*", look=LookAgain(topic=Topic.EVERYTHING))


def announce(
    session: Session, topic: Topic, subject_id: UUID, *, role: Role | None = None, profile: str | None = None
) -> None:
    """Have browsers look at this again, once this transaction commits.

    profile: needed only by loops and jobs that work for all profiles.
    """
    owner = profile or context.current().profile
    if owner is None:
        raise RuntimeError("a live update needs a profile")
    look = LookAgain(topic=topic, id=subject_id, role=role)
    session.info.setdefault(WAITING, {})[Announcement(profile=owner, look=look)] = None


class Announcer:
    """Sends what the committed transactions of this process announced."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._lock = threading.Lock()
        self._waiting: dict[Announcement, None] = {}
        self._due = threading.Event()

    def start(self) -> None:
        """Watch the commits of this process."""
        event.listen(Session, "after_commit", self._committed)
        threading.Thread(target=self._run, name="live-announcer", daemon=True).start()

    def stop(self) -> None:
        """Send what still waits, if the broker takes it."""
        event.remove(Session, "after_commit", self._committed)
        self._send()

    def _committed(self, session: Session) -> None:
        # The end of a savepoint is told too, and is no commit yet.
        if session.in_nested_transaction():
            return
        found = session.info.pop(WAITING, None)
        if found:
            self._keep(found)
            self._due.set()

    def _keep(self, found: dict[Announcement, None]) -> None:
        with self._lock:
            self._waiting.update(found)
            if len(self._waiting) > MOST:
                self._waiting = {EVERYTHING: None}

    def _run(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            if self._send():
                time.sleep(GATHER_SECONDS)
            else:
                time.sleep(RETRY_SECONDS)
                self._due.set()

    def _send(self) -> bool:
        with self._lock:
            batch, self._waiting = self._waiting, {}
        if not batch:
            return True
        try:
            self._link.send_surely(
                [
                    Outgoing(LIVE_EXCHANGE, "", one.model_dump_json().encode(), mandatory=False, persistent=False)
                    for one in batch
                ]
            )
        except WorldFault as error:
            log.info("live_updates_wait", count=len(batch), error=type(error).__name__)
            self._keep(batch)
            return False
        return True
