"""Each event takes effect once: the row that remembers it is written in the transaction of the effect."""

from __future__ import annotations

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock
from chassis.tables import InboxProgress, InboxRow
from contracts.base import Envelope


class AlreadyHandled(Exception):
    """The event took effect before, or something newer about its aggregate did."""


def once(session: Session, envelope: Envelope, *, consumer: str, ordered: bool = True) -> None:
    """Mark the event as handled by `consumer`; raises AlreadyHandled where nothing is to be done.

    ordered: skip an event about an aggregate of which a newer number was applied.
    Two deliveries at once wait for each other on the row.
    """
    now = clock.now()
    claimed = session.execute(
        insert(InboxRow)
        .values(consumer=consumer, event_id=envelope.event_id, handled_at=now)
        .on_conflict_do_update(
            index_elements=[InboxRow.consumer, InboxRow.event_id],
            set_={"handled_at": now},
            where=InboxRow.handled_at.is_(None),
        )
        .returning(InboxRow.event_id)
    ).first()
    if claimed is None:
        raise AlreadyHandled()
    if not ordered:
        return
    advanced = session.execute(
        insert(InboxProgress)
        .values(consumer=consumer, aggregate_id=envelope.aggregate_id, number=envelope.number)
        .on_conflict_do_update(
            index_elements=[InboxProgress.consumer, InboxProgress.aggregate_id],
            set_={"number": envelope.number},
            where=InboxProgress.number < envelope.number,
        )
        .returning(InboxProgress.number)
    ).first()
    if advanced is None:
        raise AlreadyHandled()


def count_start(session: Session, envelope: Envelope, *, consumer: str) -> int:
    """Count an attempt at a redelivered event and return how many began without an end (design §3)."""
    return session.execute(
        insert(InboxRow)
        .values(consumer=consumer, event_id=envelope.event_id, starts=1)
        .on_conflict_do_update(
            index_elements=[InboxRow.consumer, InboxRow.event_id],
            set_={"starts": case((InboxRow.handled_at.is_(None), InboxRow.starts + 1), else_=InboxRow.starts)},
        )
        .returning(InboxRow.starts)
    ).scalar_one()


def is_handled(session: Session, envelope: Envelope, *, consumer: str) -> bool:
    """Whether the event took effect before; a cheap question ahead of a call to another service."""
    return bool(
        session.scalar(
            select(func.count())
            .select_from(InboxRow)
            .where(
                InboxRow.consumer == consumer,
                InboxRow.event_id == envelope.event_id,
                InboxRow.handled_at.is_not(None),
            )
        )
    )
