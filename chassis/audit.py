"""The audit log: rows in the transaction of the change, chained afterwards by one elected loop, provable by anyone.

`python -m chassis.audit verify|head <service> …`
"""

from __future__ import annotations

import hashlib
import json
import sys
import uuid
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis import clock, context, metrics, settings
from chassis.database import ALL_PROFILES, Database
from chassis.tables import AuditEntry, AuditSeal

START = bytes(32)
OVERDUE = timedelta(seconds=60)
# No transaction is open this long, so what had a lower id then is committed or never will be.
QUIET = timedelta(hours=1)
WALK = timedelta(days=1)
PART = 2000


def record(
    session: Session,
    action: str,
    object_type: str,
    object_id: uuid.UUID | None,
    *,
    profile: str | None = None,
    **details: Any,
) -> None:
    """Write down that the running call's actor did `action` to the object. Details are ids and states, no secrets."""
    running = context.current()
    session.add(
        AuditEntry(
            profile=profile or running.profile,
            at=clock.now(),
            account_id=running.actor.account_id if running.actor else None,
            caller=running.caller,
            action=action,
            object_type=object_type,
            object_id=object_id,
            details=json.loads(json.dumps(details, default=str)),
            trace_id=running.trace_id,
        )
    )


def entry_hash(entry: AuditEntry, number: int, before: bytes) -> bytes:
    """SHA-256 over the hash before, the number and every column of the row, as canonical JSON."""
    content = {
        "number": number,
        "id": entry.id,
        "profile": entry.profile,
        "at": entry.at.astimezone(clock.SHANGHAI).isoformat(),
        "account_id": str(entry.account_id),
        "caller": entry.caller,
        "action": entry.action,
        "object_type": entry.object_type,
        "object_id": str(entry.object_id),
        "details": entry.details,
        "trace_id": entry.trace_id,
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(before + text.encode()).digest()


def seal(session: Session, *, above: int = 0, limit: int = 5000) -> list[int]:
    """Chain the committed rows with a greater id than `above` that are not yet sealed; returns their ids, ascending.

    For one elected loop only.
    """
    last = session.execute(select(AuditSeal.number, AuditSeal.hash).order_by(AuditSeal.number.desc()).limit(1)).first()
    number, before = (last.number, last.hash) if last else (0, START)
    entries = session.scalars(
        select(AuditEntry)
        .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .where(AuditEntry.id > above, AuditSeal.number.is_(None))
        .order_by(AuditEntry.id)
        .limit(limit)
    ).all()
    metrics.AUDIT_UNSEALED_AGE.set(max(0.0, (clock.now() - entries[0].at).total_seconds()) if entries else 0)
    for entry in entries:
        number += 1
        before = entry_hash(entry, number, before)
        session.add(AuditSeal(number=number, entry_id=entry.id, hash=before))
    return [entry.id for entry in entries]


class Sealer:
    """Seals turn by turn. It looks only at rows that may still be unsealed, and once a day at all."""

    def __init__(self) -> None:
        self._above = 0
        self._walked_at = clock.now()
        self._tops: deque[tuple[datetime, int]] = deque()

    def turn(self, session: Session) -> int:
        """Chain what was committed since the last turn; returns how many rows."""
        now = clock.now()
        if now - self._walked_at > WALK:
            self._above, self._walked_at = 0, now
        top = session.scalar(select(func.max(AuditEntry.id))) or 0
        sealed = seal(session, above=self._above)
        self._tops.append((now, top))
        while now - self._tops[0][0] > QUIET:
            # What this turn found unsealed is looked at again, for the turn may yet fail.
            self._above = min([self._tops.popleft()[1], *(found - 1 for found in sealed[:1])])
        return len(sealed)


def oldest_unsealed_seconds(session: Session) -> float:
    """Age in seconds of the oldest row that is not sealed, 0 without one."""
    oldest = session.scalar(
        select(func.min(AuditEntry.at))
        .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .where(AuditSeal.number.is_(None))
    )
    return (clock.now() - oldest).total_seconds() if oldest else 0.0


@dataclass(frozen=True)
class Verification:
    """What a walk along the chain found: rows in it, its last hash, and the first fault in words (None if whole)."""

    sealed: int
    head: str
    fault: str | None


def verify(session: Session) -> Verification:
    """Walk the whole chain: numbers without gap, every hash right, nothing unsealed that is old."""
    expected, before = 0, START
    for seal_row, entry in _sealed(session):
        expected += 1
        if seal_row.number != expected:
            return Verification(expected - 1, before.hex(), f"number {expected} is missing")
        if seal_row.hash != entry_hash(entry, expected, before):
            return Verification(expected - 1, before.hex(), f"row {expected} was changed")
        before = seal_row.hash
    if (session.scalar(select(func.count()).select_from(AuditSeal)) or 0) != expected:
        return Verification(expected, before.hex(), "a sealed row was deleted")
    if oldest_unsealed_seconds(session) > OVERDUE.total_seconds():
        return Verification(expected, before.hex(), "old rows are not sealed")
    return Verification(expected, before.hex(), None)


def _sealed(session: Session) -> Iterator[tuple[AuditSeal, AuditEntry]]:
    """The whole chain in its order, never more than a part of it in memory."""
    last = 0
    while True:
        rows = session.execute(
            select(AuditSeal, AuditEntry)
            .join(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
            .where(AuditSeal.number > last)
            .order_by(AuditSeal.number)
            .limit(PART)
        ).all()
        for row in rows:
            yield row[0], row[1]
        if len(rows) < PART:
            return
        last = rows[-1][0].number
        session.expunge_all()


def main() -> int:
    act, *services = sys.argv[1:]
    broken = False
    for service in services:
        database = Database(settings.load(service).database_url.get_secret_value(), pool_size=1)
        with database.begin(ALL_PROFILES) as session:
            found = verify(session)
        database.dispose()
        broken = broken or found.fault is not None
        if act == "head":
            print(f"{service} {found.sealed} {found.head}")
        else:
            print(f"{service}: {found.sealed} rows, " + (found.fault or "whole"))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
