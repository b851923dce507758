"""The audit log: rows in the transaction of the change, chained afterwards by one elected loop, provable by anyone.

`python -m chassis.audit verify|head <service> …`
"""

from __future__ import annotations

import hashlib
import json
import sys
import uuid
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from chassis import clock, context, metrics, settings
from chassis.database import ALL_PROFILES, Database
from chassis.facts import shown
from chassis.tables import AuditCheck, AuditEntry, AuditSeal
from contracts.operations import AuditLine, AuditQuery, ChainCheck, ChainFault

START = bytes(32)
OVERDUE = timedelta(seconds=60)
# No transaction is open this long, so what had a lower id then is committed or never will be.
QUIET = timedelta(hours=1)
WALK = timedelta(days=1)
PART = 2000
# Rows of one step of a walk in a service's process, which answers calls meanwhile.
STEP = 1000
CHECKED_EVERY = timedelta(days=1)
FAULTS = {
    ChainFault.MISSING: "number {} is missing",
    ChainFault.CHANGED: "row {} was changed",
    ChainFault.DELETED: "row {} was deleted",
    ChainFault.UNSEALED: "old rows are not sealed",
}


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
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(before + written.encode()).digest()


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
    """What a walk along the chain found: rows in it, its last hash, and what is wrong with it at which number."""

    sealed: int
    head: str
    kind: ChainFault | None = None
    number: int | None = None

    @property
    def fault(self) -> str | None:
        """What is wrong, in words; None if the chain is whole."""
        return FAULTS[self.kind].format(self.number) if self.kind else None


@dataclass(frozen=True)
class Walked:
    """How far a walk along the chain is: the last number that was right and its hash, or where it broke."""

    number: int = 0
    hash: bytes = START
    kind: ChainFault | None = None


def verify(session: Session) -> Verification:
    """Walk the whole chain: numbers without gap, every hash right, nothing unsealed that is old."""
    walked, target = Walked(), top_number(session)
    while walked.number < target and walked.kind is None:
        walked = walk(session, walked, part=PART, target=target)
    kind = walked.kind or _loose_ends(session)
    return Verification(walked.number, walked.hash.hex(), kind, walked.number + 1 if walked.kind else None)


def top_number(session: Session) -> int:
    """The greatest number in the chain, 0 for an empty one."""
    return session.scalar(select(func.max(AuditSeal.number))) or 0


def walk(session: Session, walked: Walked, *, part: int, target: int) -> Walked:
    """Go on along the chain by up to `part` rows; it reached to number `target` when the walk began."""
    number, before = walked.number, walked.hash
    rows = session.execute(
        select(AuditSeal, AuditEntry)
        .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
        .where(AuditSeal.number > number)
        .order_by(AuditSeal.number)
        .limit(part)
    ).all()
    for seal_row, entry in rows:
        kind = _fault(seal_row, entry, number + 1, before)
        if kind is not None:
            return Walked(number, before, kind)
        number, before = number + 1, seal_row.hash
    session.expunge_all()
    return Walked(number, before, ChainFault.MISSING if not rows and number < target else None)


def _fault(seal_row: AuditSeal, entry: AuditEntry | None, number: int, before: bytes) -> ChainFault | None:
    if entry is None:
        return ChainFault.DELETED
    if seal_row.number != number:
        return ChainFault.MISSING
    return None if seal_row.hash == entry_hash(entry, number, before) else ChainFault.CHANGED


def _loose_ends(session: Session) -> ChainFault | None:
    return ChainFault.UNSEALED if oldest_unsealed_seconds(session) > OVERDUE.total_seconds() else None


def begin_check(session: Session, account_id: uuid.UUID | None = None) -> AuditCheck:
    """Begin a walk in steps; one that is under way is left at it."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('audit_check'))"))
    check = newest_check(session)
    if check is None or check.ended_at is not None:
        check = AuditCheck(
            id=uuid.uuid4(),
            account_id=account_id,
            started_at=clock.now(),
            walked=0,
            hash=START,
            total=top_number(session),
        )
        session.add(check)
        session.flush()
    return check


def newest_check(session: Session) -> AuditCheck | None:
    """The walk that began last."""
    return session.scalar(select(AuditCheck).order_by(AuditCheck.started_at.desc()).limit(1))


def check_on(session: Session) -> None:
    """Take one step of the walk that is under way; begin one where the last is a day old. For one elected loop only."""
    check = newest_check(session)
    if check is None or (check.ended_at is not None and clock.now() - check.started_at > CHECKED_EVERY):
        check = begin_check(session)
    if check.ended_at is None:
        session.expunge(check)
        walked = walk(session, Walked(check.walked, check.hash), part=STEP, target=check.total)
        is_over = walked.kind is not None or walked.number >= check.total
        kind = walked.kind or (_loose_ends(session) if is_over else None)
        session.execute(
            update(AuditCheck)
            .where(AuditCheck.id == check.id)
            .values(
                walked=walked.number,
                hash=walked.hash,
                ended_at=clock.now() if is_over else None,
                fault=kind,
                fault_number=walked.number + 1 if walked.kind else None,
            )
        )
        if is_over:
            metrics.AUDIT_BROKEN.set(kind is not None)
    else:
        metrics.AUDIT_BROKEN.set(check.fault is not None)


def describe_check(check: AuditCheck) -> ChainCheck:
    """A walk as operators see it."""
    return ChainCheck(
        account_id=check.account_id,
        started_at=check.started_at,
        ended_at=check.ended_at,
        walked=check.walked,
        total=max(check.total, check.walked),
        fault=ChainFault(check.fault) if check.fault else None,
        fault_number=check.fault_number,
    )


def lines(session: Session, query: AuditQuery, *, limit: int) -> tuple[AuditLine, ...]:
    """The audit rows of the transaction's profile that are asked for, newest first."""
    wanted = select(AuditEntry)
    if query.object_id is not None:
        wanted = wanted.where(AuditEntry.object_id == query.object_id)
    if query.account_id is not None:
        wanted = wanted.where(AuditEntry.account_id == query.account_id)
    if query.action:
        wanted = wanted.where(AuditEntry.action.startswith(query.action, autoescape=True))
    if query.since is not None:
        wanted = wanted.where(AuditEntry.at >= query.since)
    if query.before is not None:
        wanted = wanted.where(AuditEntry.at < query.before)
    rows = session.scalars(wanted.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit))
    return tuple(
        AuditLine(
            number=row.id,
            at=row.at,
            account_id=row.account_id,
            caller=row.caller,
            action=row.action,
            object_type=row.object_type,
            object_id=row.object_id,
            trace_id=row.trace_id,
            facts=shown(row.details),
        )
        for row in rows
    )


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
